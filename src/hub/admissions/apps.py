from django.apps import AppConfig


class AdmissionsConfig(AppConfig):
    name = "hub.admissions"
    label = "admissions"
