from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    name = "hub.participation"
    label = "participation"

    def ready(self) -> None:
        """Listen to what happens to roles, people and what they allow, and tell the room of people where they appear here."""
        from hub.participation import receivers  # noqa: F401  importing it connects them
        from hub.participation.appearances import appearances, open_certificates
        from hub.people.appearances import register, register_by_code

        register("participation", appearances)
        register_by_code("participation", open_certificates)
