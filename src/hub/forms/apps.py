from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "hub.forms"
    label = "forms"

    def ready(self) -> None:
        """Say where people appear here."""
        from hub.forms.appearances import appearances
        from hub.people.appearances import register

        register("forms", appearances)
