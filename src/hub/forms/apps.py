from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "hub.forms"
    label = "forms"
