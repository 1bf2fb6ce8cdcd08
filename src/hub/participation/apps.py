from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    name = "hub.participation"
    label = "participation"

    def ready(self) -> None:
        """Listen to the rooms before this one."""
        from hub.participation import receivers
        from hub.people import events

        events.consents_changed.connect(receivers.consents_changed, dispatch_uid="participation.consents-changed")
