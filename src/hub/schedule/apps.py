from django.apps import AppConfig


class ScheduleConfig(AppConfig):
    name = "hub.schedule"
    label = "schedule"
