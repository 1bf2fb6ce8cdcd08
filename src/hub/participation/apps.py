from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    name = "hub.participation"
    label = "participation"

    def ready(self) -> None:
        """Listen to what happens to roles, people and what they allow."""
        from hub.participation import receivers  # noqa: F401  importing it connects them
