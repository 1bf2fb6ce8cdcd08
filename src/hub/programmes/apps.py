from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "hub.programmes"
    label = "programmes"
