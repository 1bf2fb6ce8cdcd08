"""Mail of a programme that is no message of its outbox: a way in, a part in it, a place booked by mail alone."""

from __future__ import annotations

from django.core.mail import EmailMessage

from hub.programmes.models import Programme


def send_of(programme: Programme, subject: str, text: str, *, to: str, answers_to: str = "") -> None:
    """Send one plain mail to an address. Answers go to `answers_to`, or to the programme's contact address, where there is one.

    Raises OSError and SMTPException where it can't be sent.
    """
    answers = answers_to or programme.contact_email
    EmailMessage(" ".join(subject.split()), text, None, [to], reply_to=[answers] if answers else None).send()
