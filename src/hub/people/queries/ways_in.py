"""Read what lets in besides signing in: tokens, and secret addresses of calendars."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from hub.people.models import (
    FeedAddress,
    Person,
    Token,
)


def tokens_of(person: Person) -> QuerySet[Token]:
    """Give a person's tokens, newest first, those that ended too."""
    return Token.objects.filter(person=person).select_related("programme").order_by("-made_at", "-pk")


def token_of(person: Person, key: str) -> Token | None:
    """Find a token of a person by its number."""
    return Token.objects.filter(person=person, pk=int(key)).first() if key.isdecimal() and len(key) <= 18 else None


def token_of_key(digest: str, *, at: datetime) -> Token | None:
    """Find the token a key belongs to by the key's fingerprint, while it and its person's account are open. One query."""
    found = Token.objects.filter(digest=digest, revoked_at__isnull=True, expires_at__gt=at, person__erased_at__isnull=True)
    found = found.filter(person__account__is_active=True)
    return found.select_related("person").first()


def feed_address_of(person: Person) -> FeedAddress | None:
    """Give the secret address of a person's calendar, None before they made one."""
    return FeedAddress.objects.filter(person=person).first()


def person_of_feed(secret: str) -> Person | None:
    """Find whose calendar stands at a secret address; None for one that is none, or a closed account's. One query."""
    open_ones = FeedAddress.objects.filter(person__erased_at__isnull=True).exclude(person__account__is_active=False)
    found = open_ones.filter(secret=secret).select_related("person").first()
    return found.person if found else None
