"""Write invitations: links that let a person in once, until they run out. A key is shown once and kept as a fingerprint."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from hub.core.errors import NotAllowed, Refusal
from hub.kit import journal
from hub.people import events, permissions
from hub.people.commands.persons import move_account, open_account, there
from hub.people.commands.tokens import digest_of
from hub.people.models import Account, Invitation, Person

LASTS = timedelta(days=14)


class InvitationOver(Refusal):
    """The link was used, taken back, or has run out."""

    code = "invitation-over"


@transaction.atomic
def invite(person: Person, *, email: str = "", by: Person | None, at: datetime) -> tuple[Invitation, str]:
    """Make a link for a person and give it with its key; links made before for them end. Without an account they get one.

    With another address than theirs, that is put right first (`put_address_right`).
    Raises NotAllowed, AlreadyForgotten, AddressTaken, BadAddress.
    """
    if not permissions.can_invite(by, person, at=at):
        raise NotAllowed("Only the team of all their programmes invites somebody, and only until they came in once.")
    there(person)
    account = Account.objects.filter(person=person).first()
    if account is None:
        account = open_account(person, email)
    elif email:
        account = put_address_right(account, email, by=by, at=at)
    _end_links(person, at=at)
    key = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        person=person, email=account.email, digest=digest_of(key), invited_at=at, expires_at=at + LASTS, invited_by=by
    )
    journal.record("invited", invitation, by=by, about=person, at=at)
    return invitation, key


@transaction.atomic
def put_address_right(account: Account, email: str, *, by: Person | None, at: datetime) -> Account:
    """Put right where mail to somebody goes who never came in; links that went to the other address end, what waits follows.

    Where it stands so already, nothing is written.
    Raises NotAllowed, AlreadyForgotten, AddressTaken, BadAddress.
    """
    person = there(account.person)
    account = Account.objects.select_for_update().get(pk=account.pk)
    before = account.email
    if email.strip().lower() == before.lower():
        return account
    if not permissions.can_put_address_right(by, person, at=at):
        raise NotAllowed("Only the team of all their programmes puts their address right, and only until they came in once.")
    move_account(account, email)
    _end_links(person, at=at)
    was, now = {"mail": before}, {"mail": account.email}
    journal.record("address-put-right", person, by=by, at=at, about=person, personal=("mail",), before=was, after=now)
    for programme in sorted(set(person.roles.values_list("programme", flat=True))):
        events.parts_changed.send(sender=Account, programme=programme, at=at)
    return account


def _end_links(person: Person, *, at: datetime) -> None:
    open_ones = Invitation.objects.filter(person=person, used_at__isnull=True, taken_back_at__isnull=True)
    open_ones.update(taken_back_at=at)


def invitation_of(key: str, *, at: datetime) -> Invitation | None:
    """Find the invitation a key opens, while it can be used: not once its person came in, by whatever way, since it was made.

    Whoever made the link may have it still, and the account is somebody's own from the first sign-in on (`can_invite`).
    """
    unused = Q(person__account__last_login__isnull=True) | Q(person__account__last_login__lt=F("invited_at"))
    found = Invitation.objects.filter(
        unused,
        digest=digest_of(key),
        used_at__isnull=True,
        taken_back_at__isnull=True,
        expires_at__gt=at,
        person__erased_at__isnull=True,
    )
    return found.select_related("person__account").first()


def was_overtaken(key: str) -> bool:
    """Say whether a link was never used because its person came in another way after it was made."""
    found = Invitation.objects.filter(digest=digest_of(key), used_at__isnull=True, person__erased_at__isnull=True)
    return found.filter(person__account__last_login__gte=F("invited_at")).exists()


@transaction.atomic
def accept_invitation(key: str, *, at: datetime) -> Account:
    """Use a link up and give the account it opens: of two at once one comes in. Raises InvitationOver."""
    found = invitation_of(key, at=at)
    if found is None and was_overtaken(key):
        raise InvitationOver(
            "The person this link was for came in another way since, so it opens nothing any more. "
            "Sign in with a code, which goes to your mail address."
        )
    if found is None or not Invitation.objects.filter(pk=found.pk, used_at__isnull=True).update(used_at=at):
        raise InvitationOver("This link was used before, or has run out. Ask your team for a new one, or sign in.")
    journal.record("accepted", found, by=found.person, about=found.person, at=at)
    return found.person.account
