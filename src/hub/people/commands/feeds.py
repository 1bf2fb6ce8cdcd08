"""Write the secret addresses of people's calendar feeds: one each, made when it is wanted, and renewed at will."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction

from hub.core.errors import NotAllowed
from hub.kit import journal
from hub.people.commands.persons import there
from hub.people.models import FeedAddress, Person


@transaction.atomic
def make_feed_address(person: Person, *, by: Person | None, at: datetime) -> FeedAddress:
    """Give the address of a person's calendar, made now where they have none. Raises NotAllowed, AlreadyForgotten."""
    _must_be_theirs(person, by)
    locked = there(person)  # of two presses at once, the second finds what the first has made
    found = FeedAddress.objects.filter(person=locked).first()
    if found is not None:
        return found
    address = FeedAddress.objects.create(person=locked, secret=_a_secret(), made_at=at)
    journal.record("made", address, by=by, about=locked, at=at)
    return address


@transaction.atomic
def renew_feed_address(person: Person, *, by: Person | None, at: datetime) -> FeedAddress:
    """Give a person's calendar another address; the one before ends at once. Raises NotAllowed, AlreadyForgotten."""
    _must_be_theirs(person, by)
    locked = there(person)
    address, is_new = FeedAddress.objects.update_or_create(person=locked, defaults={"secret": _a_secret(), "made_at": at})
    journal.record("made" if is_new else "renewed", address, by=by, about=locked, at=at)
    return address


def _a_secret() -> str:
    return secrets.token_urlsafe(32)


def _must_be_theirs(person: Person, by: Person | None) -> None:
    """Raises NotAllowed: whoever has the address reads what the person may read."""
    if by is None or by.pk != person.pk:
        raise NotAllowed("People make the address of their own calendar.")
