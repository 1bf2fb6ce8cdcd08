"""Read the outbox, templates and rules, what people chose, and the channels."""

from hub.messaging.queries.channels import choices_of, correspondent, hooks_of
from hub.messaging.queries.outbox import (
    Batch,
    Held,
    batches,
    counts,
    held_invitations,
    mailing_of,
    mailings_of,
    message_of,
    messages_of,
    messages_to,
)
from hub.messaging.queries.rules import programmes_with_rules, rule_of, rules_of, template_of, templates_of

__all__ = [
    "Batch",
    "Held",
    "batches",
    "choices_of",
    "correspondent",
    "counts",
    "held_invitations",
    "hooks_of",
    "mailing_of",
    "mailings_of",
    "message_of",
    "messages_of",
    "messages_to",
    "programmes_with_rules",
    "rule_of",
    "rules_of",
    "template_of",
    "templates_of",
]
