"""Write tokens: keys by which a program acts for a person. A key is shown once and kept as a fingerprint only."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from hub.core.errors import NotAllowed, Refusal
from hub.kit import journal
from hub.people import permissions
from hub.people.commands.persons import there
from hub.people.models import Person, Token, TokenScope
from hub.programmes.models import Programme

PREFIX = "hub_"  # so that a key that got into a repository is known for what it is
LONGEST = 366  # days
MOST = 20


class BadToken(Refusal):
    """The token can't be as it is asked for; `field` says why."""

    code = "bad-token"


def digest_of(key: str) -> str:
    """Give the fingerprint of a key. The key has 256 bits of chance, so a plain hash is enough."""
    return sha256(key.encode()).hexdigest()


@transaction.atomic
def make_token(
    person: Person, *, name: str, scope: TokenScope, programme: Programme | None, days: int, by: Person | None, at: datetime
) -> tuple[Token, str]:
    """Make a token that ends after some days, and give it with its key, which nobody can read again.

    Raises NotAllowed, AlreadyForgotten, BadToken.
    """
    if by is None or by.pk != person.pk:
        raise NotAllowed("People make their own tokens.")
    words = " ".join(name.split())
    if not words or len(words) > 80:
        raise BadToken("Say in up to 80 letters what the token is for.", field="name")
    if not 1 <= days <= LONGEST:
        raise BadToken(f"A token lasts from 1 to {LONGEST} days.", field="days")
    if programme is not None and not permissions.belongs(person, programme, at=at):
        raise BadToken("You have no role in this programme.", field="programme")
    if Token.objects.filter(person=person, revoked_at__isnull=True, expires_at__gt=at).count() >= MOST:
        raise BadToken(f"You have {MOST} tokens; end one first.")
    there(person)
    key = PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        person=person,
        name=words,
        start=key[:8],
        digest=digest_of(key),
        scope=scope,
        programme=programme,
        made_at=at,
        expires_at=at + timedelta(days=days),
    )
    journal.record("made", token, by=by, at=at, scope=str(scope), programme=programme and programme.slug, days=days)
    return token, key


@transaction.atomic
def revoke_token(token: Token, *, by: Person | None, at: datetime) -> Token:
    """End a token at once. Ending it twice changes nothing. Raises NotAllowed."""
    if by is None or by.pk != token.person_id:
        raise NotAllowed("People end their own tokens.")
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        journal.record("revoked", token, by=by, at=at)
    return token


def note_use(token: Token, *, at: datetime) -> None:
    """Remember the day a token was last used on; written once a day."""
    if token.used_on != at.date():
        Token.objects.filter(pk=token.pk).update(used_on=at.date())
