"""Seeing the Hub as another person does: by the team, of their own people, for an hour, read-only and in the journal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from hub.core.errors import NotAllowed
from hub.kit import journal
from hub.people import permissions
from hub.people.models import Account, Person

KEY = "seen_as"
LASTS = timedelta(hours=1)


def account_of(request: HttpRequest) -> Account | None:
    """Give the account that is really signed in. What is refused before anybody looked who asks has nobody."""
    user = getattr(request, "user", None)
    return user if isinstance(user, Account) and user.is_active else None


def person_seen_as(request: HttpRequest) -> Person | None:
    """Give the person as whom somebody sees the Hub; None where they are themselves, may no longer, or the hour is over."""
    account = account_of(request)
    kept: Any = request.session.get(KEY) if account is not None else None
    if account is None or not isinstance(kept, dict):
        return None
    at = timezone.now()
    begun = datetime.fromisoformat(kept["at"])
    if not begun <= at < begun + LASTS:
        return None
    seen = Person.objects.filter(pk=kept["person"], erased_at__isnull=True).first()
    return seen if seen is not None and permissions.can_see_as(account.person, seen, at=at) else None


def see_as(request: HttpRequest, person: Person, *, at: datetime) -> None:
    """Begin to see the Hub as a person does. Raises NotAllowed."""
    account = account_of(request)
    by = account.person if account else None
    if by is None or not permissions.can_see_as(by, person, at=at):
        raise NotAllowed("You may see the Hub as people do whose programmes are all yours, and as no others.")
    journal.record("saw-as", person, by=by, about=person, at=at)
    request.session[KEY] = {"person": person.pk, "at": at.isoformat()}


def be_oneself(request: HttpRequest) -> None:
    """End it."""
    request.session.pop(KEY, None)
