from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    name = "hub.participation"
    label = "participation"

    def ready(self) -> None:
        """Listen to what happens to people and what they allow; say where they appear here, and what they have ahead."""
        from hub.participation import receivers  # noqa: F401  importing it connects them
        from hub.participation.ahead import ahead, page_of
        from hub.participation.appearances import appearances, open_certificates
        from hub.people.ahead import register as register_ahead
        from hub.people.appearances import register, register_by_code

        register("participation", appearances)
        register_by_code("participation", open_certificates)
        register_ahead("participation", ahead, page=page_of)
