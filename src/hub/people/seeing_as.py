"""Seeing the Hub as another person does: by the team, of their own people, for an hour, read-only and in the journal."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.middleware.csrf import rotate_token
from django.utils import timezone

from hub.core.errors import NotAllowed
from hub.kit import journal
from hub.people import permissions
from hub.people.models import Account, Person

KEY = "seen_as"
LASTS = timedelta(hours=1)
OVER = (
    "You are yourself again: seeing the Hub as somebody else ends after an hour, with the right to, or when you are signed out."
)


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


def has_begun_to_see_as(request: HttpRequest) -> bool:
    """Say whether somebody began to see the Hub as another person here and has not ended it, though it may be over."""
    return KEY in request.session


def is_over(request: HttpRequest) -> bool:
    """Say whether somebody who saw the Hub as another person no longer does, without having ended it."""
    return account_of(request) is not None and has_begun_to_see_as(request) and person_seen_as(request) is None


def see_as(request: HttpRequest, person: Person, *, at: datetime) -> None:
    """Begin to see the Hub as a person does. Raises NotAllowed.

    Forms shown meanwhile hold what is that person's, so they get a forgery secret of their own, and nothing takes them later:
    sent then from another tab, they would be written into the record of the one who looked. Forms opened before work again.
    """
    account = account_of(request)
    by = account.person if account else None
    if by is None or not permissions.can_see_as(by, person, at=at):
        raise NotAllowed("You may see the Hub as people do whose programmes are all yours, and as no others.")
    journal.record("saw-as", person, by=by, about=person, at=at)
    request.session[KEY] = {"person": person.pk, "at": at.isoformat(), "secret": request.META.get("CSRF_COOKIE")}
    rotate_token(request)


def be_oneself(request: HttpRequest) -> None:
    """End it; forms shown meanwhile are taken no more."""
    kept = request.session.pop(KEY, None)
    if kept is None:
        return
    rotate_token(request)
    if secret := kept.get("secret"):
        request.META["CSRF_COOKIE"] = secret  # Django's own name for it; its middleware sets the cookie


def be_oneself_where_over(request: HttpRequest) -> bool:
    """End it where it is over, and say so on the page that comes next; give whether it was."""
    if not is_over(request):
        return False
    be_oneself(request)
    messages.info(request, OVER, fail_silently=True)
    return True
