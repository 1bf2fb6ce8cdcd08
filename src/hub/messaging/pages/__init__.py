"""The room's entrances."""

from hub.messaging.pages.channels import channel, channels
from hub.messaging.pages.letters import letter, letter_look, letter_new, letters
from hub.messaging.pages.mailbox import mail, mail_html, mailbox
from hub.messaging.pages.message import message, message_html
from hub.messaging.pages.mine import my_message, my_messages
from hub.messaging.pages.outbox import again, batch, outbox
from hub.messaging.pages.rules import rule, rule_new, rules
from hub.messaging.pages.stopping import stop
from hub.messaging.pages.switching import rules_several
from hub.messaging.pages.templates import template, template_new

__all__ = [
    "again",
    "batch",
    "channel",
    "channels",
    "letter",
    "letter_look",
    "letter_new",
    "letters",
    "mail",
    "mail_html",
    "mailbox",
    "message",
    "message_html",
    "my_message",
    "my_messages",
    "outbox",
    "rule",
    "rule_new",
    "rules",
    "rules_several",
    "stop",
    "template",
    "template_new",
]
