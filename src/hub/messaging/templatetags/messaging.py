"""What templates say of a message: its state, and what it is called."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from hub.core.outbox import Outgoing
from hub.kit import prose
from hub.messaging import commands
from hub.messaging.commands.digests import DIGEST
from hub.messaging.models import Message
from hub.messaging.queries.outbox import HELLO

register = template.Library()

_TONES = {
    Outgoing.PREPARED: "attention",
    Outgoing.HELD: "attention",
    Outgoing.UNCERTAIN: "attention",
    Outgoing.SENT: "good",
    Outgoing.UNREACHED: "wrong",
    Outgoing.REFUSED: "wrong",
    Outgoing.BOUNCED: "wrong",
    Outgoing.MISSED: "wrong",
}
_ICONS = {"attention": "triangle-alert", "good": "check", "wrong": "circle-alert"}


def _state(given: Message | str) -> Outgoing:
    return Outgoing(given if isinstance(given, str) else given.state)


@register.filter
def standing(message: Message | str) -> str:
    """Say where a message stands: "Waiting"."""
    return _state(message).label


@register.filter
def tone(message: Message | str) -> str:
    """Give the meaning of where a message stands: good, attention, wrong or quiet."""
    return _TONES.get(_state(message), "quiet")


@register.filter
def tone_icon(message: Message | str) -> str:
    """Give the icon that goes with the meaning."""
    return _ICONS.get(tone(message), "clock")


@register.filter
def called(message: Message) -> str:
    """Say which letter a message is of: the rule's, one by hand, a digest."""
    if message.happening == DIGEST:
        return "A mail that holds several"
    if message.mailing is not None:
        return message.mailing.subject or "A letter without a subject"
    if message.rule is not None:
        return message.rule.template.title
    return "A hello, to try the channel" if message.rule_key == HELLO else "A message whose rule is gone"


@register.filter
def mark_of_words(message: Message) -> str:
    """Give the mark of the words of its own a message has, for a form to give back."""
    return commands.mark_of_words(message)


@register.filter
def recipient(message: Message) -> str:
    """Name who gets a message."""
    if message.person is not None:
        return message.person.name
    return message.hook.name if message.hook else "Somebody since erased"


@register.filter
def mail_fragment(html: str) -> SafeString:
    """Show the HTML of a letter within a page of ours: cleaned once more."""
    return prose.cleaned(html)
