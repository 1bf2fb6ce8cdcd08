from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "hub.messaging"
    label = "messaging"

    def ready(self) -> None:
        """Listen to the rooms before this one."""
        from hub.messaging import receivers
        from hub.people import events

        events.parts_changed.connect(receivers.parts_changed, dispatch_uid="messaging.parts-changed")
        events.roles_changed.connect(receivers.roles_changed, dispatch_uid="messaging.roles-changed")
        events.merging.connect(receivers.merging, dispatch_uid="messaging.merging")
        events.parted.connect(receivers.parted, dispatch_uid="messaging.parted")
