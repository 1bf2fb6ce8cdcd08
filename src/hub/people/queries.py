"""Read people, their accounts and their roles."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q, QuerySet

from hub.people.models import Account, Person, Role, RoleKind
from hub.programmes import queries as programmes
from hub.programmes.models import Programme


def roles_at(person: Person | None, *, at: datetime) -> QuerySet[Role]:
    """Give the roles a person has at an aware moment; the day is London's until a role says otherwise."""
    if person is None:
        return Role.objects.none()
    day = at.astimezone(ZoneInfo("Europe/London")).date()
    return Role.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), person=person, starts_on__lte=day)


def programmes_run_by(person: Person | None, *, at: datetime) -> QuerySet[Programme]:
    """Give the programmes whose team a person is on, by slug."""
    held = roles_at(person, at=at).filter(kind=RoleKind.TEAM, cohort__isnull=True)
    return programmes.programmes_among(held.values_list("programme", flat=True))


def roles_of(person: Person) -> QuerySet[Role]:
    """Give every role a person has or had, newest first, with programme and cohort."""
    return Role.objects.filter(person=person).select_related("programme", "cohort").order_by("-starts_on", "pk")


def person_of(account: Account) -> Person:
    """Give the person an account signs in."""
    return account.person


def account_named(name: str) -> Account | None:
    """Find the account of the one person with this first name, whatever its case; for the demo's cast."""
    named = Q(person__name__istartswith=f"{name} ") | Q(person__name__iexact=name)
    return Account.objects.filter(named, is_active=True).select_related("person").order_by("pk").first()


def cast() -> QuerySet[Person]:
    """Give everybody who can sign in, in the order they came, with their roles at hand; for the demo's list."""
    held = Role.objects.select_related("programme", "cohort").order_by("programme__slug", "cohort__slug", "pk")
    able = Person.objects.filter(account__is_active=True).select_related("account")
    return able.prefetch_related(Prefetch("roles", queryset=held)).order_by("pk")


def account_at(email: str) -> Account | None:
    """Find the account with an address, whatever its case."""
    return Account.objects.filter(email__iexact=email).select_related("person").first()
