from django.apps import AppConfig


class AdmissionsConfig(AppConfig):
    name = "hub.admissions"
    label = "admissions"

    def ready(self) -> None:
        """Listen to what happens to roles and answers."""
        from hub.admissions import receivers  # noqa: F401  importing it connects them
