"""Book with a mail address only: a signed link goes there, and the button it leads to books. No row is kept before that."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import ClassVar

from allauth.core import ratelimit
from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from hub.core.booking import NotForThem, Tier, check_open
from hub.core.errors import Refusal
from hub.messaging.queries import reads_answers
from hub.participation.queries import Frame, frames_shown
from hub.people.mails import send_of
from hub.schedule.models import Session

_SALT = "participation.book-by-mail"
HOLDS = timedelta(days=2)


class ManyTries(Refusal):
    """Somebody asks for links faster than people do."""

    code: ClassVar[str] = "many-tries"


class NotSent(Refusal):
    """The mail server took no mail."""

    code: ClassVar[str] = "not-sent"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link books: a session's key, for whom, and how they are there."""

    session: int
    email: str
    name: str
    way: str


def ask(request: HttpRequest, session: Session, frame: Frame, asked: Asked, *, at: datetime) -> None:
    """Send the link. The answer is the same whoever reads mail there.

    Raises NotForThem, NotOpenYet, BookingClosed, ManyTries, NotSent.
    """
    if Tier.PUBLIC not in frame.terms.opens:
        raise NotForThem("Sign in to book a place here.")
    check_open(frame.window, [Tier.PUBLIC], at=at)
    if not ratelimit.consume(request, action="book_by_mail", key=asked.email.lower()):
        raise ManyTries("That was many tries. Wait a little, then try again.")
    signed = signing.dumps({**asdict(asked), "at": at.timestamp()}, salt=_SALT, compress=True)
    (shown,) = frames_shown(None, [frame], at=at)  # whoever reads mail there, which nobody knows yet
    it = shown.occurrence
    words = {
        "name": asked.name,
        "session": it,
        "programme": session.cohort.programme,
        "url": settings.BASE_URL + reverse("book-by-mail", args=[signed]),
    }
    text = render_to_string("participation/by_mail.txt", words)
    reads = reads_answers(session.cohort.programme, writer=None, at=at)
    try:
        send_of(
            session.cohort.programme,
            f"Your place: {it.say_title}, {it.say_when}",
            text,
            to=asked.email,
            answers_to=reads[1] if reads else "",
        )
    except (OSError, SMTPException) as no:
        raise NotSent("The mail could not be sent just now. Try again in a while.") from no


def asked_by(signed: str, *, at: datetime) -> Asked | None:
    """Give what a link books, None for one that is not ours or too old."""
    try:
        held = signing.loads(signed, salt=_SALT)
    except signing.BadSignature:
        return None
    if at.timestamp() - held.pop("at") > HOLDS.total_seconds():
        return None
    return Asked(**held)
