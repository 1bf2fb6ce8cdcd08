from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "hub.kit"
    label = "kit"
