"""Write people, accounts and roles. Grows into invitations and sign-in with the room's own issue."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from hub.core.errors import Refusal
from hub.kit import journal
from hub.people.models import Account, Person, Role, RoleKind
from hub.programmes.models import Cohort, Programme


class AddressTaken(Refusal):
    """Another account has this address."""

    code = "address-taken"


class BadAddress(Refusal):
    """The address or the password can't be used."""

    code = "bad-address"


@transaction.atomic
def add_person(name: str, *, email: str = "", password: str | None = None, by: Person | None, at: datetime) -> Person:
    """Add a person; with an address, an account they can sign in with (no password: none can be used yet).

    Raises AddressTaken, BadAddress.
    """
    person = Person.objects.create(name=name)
    if email:
        try:
            validate_email(email)
            if password is not None:
                validate_password(password)
        except ValidationError as no:
            raise BadAddress(" ".join(no.messages)) from no
        if Account.objects.filter(email__iexact=email).exists():
            raise AddressTaken(f"Somebody already signs in with {email}.", field="email")
        account = Account(person=person, email=email)
        account.set_password(password)
        account.save()
    journal.record("added", person, by=by, at=at)
    return person


@transaction.atomic
def give_role(
    person: Person,
    kind: RoleKind,
    programme: Programme,
    *,
    cohort: Cohort | None = None,
    starts_on: date,
    ends_on: date | None = None,
    by: Person | None,
    at: datetime,
) -> Role:
    """Give a person a dated role on a programme or one of its cohorts; giving it twice changes nothing."""
    role, is_new = Role.objects.get_or_create(
        person=person, programme=programme, cohort=cohort, kind=kind, starts_on=starts_on, defaults={"ends_on": ends_on}
    )
    if is_new:
        journal.record("role_given", role, by=by, at=at, kind=str(kind))
    return role
