from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "hub.messaging"
    label = "messaging"

    def ready(self) -> None:
        """Listen to the rooms before this one, and say where people appear here."""
        from hub.messaging import receivers
        from hub.messaging.appearances import appearances
        from hub.people import events
        from hub.people.appearances import register

        register("messaging", appearances)

        events.parts_changed.connect(receivers.parts_changed, dispatch_uid="messaging.parts-changed")
        events.roles_changed.connect(receivers.roles_changed, dispatch_uid="messaging.roles-changed")
        events.merging.connect(receivers.merging, dispatch_uid="messaging.merging")
        events.parted.connect(receivers.parted, dispatch_uid="messaging.parted")
