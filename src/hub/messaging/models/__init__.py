"""The rows of the room: templates and rules, what people choose to hear, chat channels, and the outbox."""

from hub.messaging.models.channels import Choice, Correspondent, Hook, HookKind
from hub.messaging.models.outbox import Mailing, Message
from hub.messaging.models.rules import Rule, Template

__all__ = ["Choice", "Correspondent", "Hook", "HookKind", "Mailing", "Message", "Rule", "Template"]
