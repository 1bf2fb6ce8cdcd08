"""Read people: their accounts and addresses, and their roles."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from hub.core.roles import Given, gives
from hub.core.taking_part import Days
from hub.kit.among import among
from hub.kit.compiled import HERE, kept
from hub.people.models import (
    FELLOWS,
    Account,
    Affiliation,
    Link,
    Organisation,
    Person,
    Role,
    RoleKind,
    day_of,
    held_at,
    with_it_on,
)
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort, Programme


def roles_at(person: Person | None, *, at: datetime) -> QuerySet[Role]:
    """Give the roles a person has at an aware moment; the day is the one it is where this Hub is at home."""
    if person is None:
        return Role.objects.none()
    return Role.objects.filter(held_at(at), person=person)


def roles_ever(person: Person) -> QuerySet[Role]:
    """Give every role a person has, had or is to have; `holds` says which they have at a moment."""
    return Role.objects.filter(person=person)


def role_given(
    person: Person,
    kind: RoleKind,
    programme: Programme,
    cohort: Cohort | None,
    *,
    organisation: Organisation | None,
    starts_on: date,
    ends_on: date | None,
) -> Given:
    """Say what it comes to that somebody is given a role of their own on some days (`core.roles`). One query.

    A partner contact may speak for two organisations: for another one it is another role.
    """
    held = roles_ever(person).filter(kind=kind, programme=programme, cohort=cohort, stands_in_for=None)
    if kind == RoleKind.PARTNER_CONTACT and organisation is not None:
        held = held.filter(Q(organisation=organisation) | Q(starts_on=starts_on))
    return gives((Days(*days) for days in held.values_list("starts_on", "ends_on")), Days(starts_on, ends_on))


def holds(role: Role, *, at: datetime) -> bool:
    """Say whether a role is had at an aware moment, as `roles_at` does."""
    day = day_of(at)
    return role.starts_on <= day and (role.ends_on is None or role.ends_on > day)


def programmes_run_by(person: Person | None, *, at: datetime) -> QuerySet[Programme]:
    """Give the programmes whose team a person is on, by slug."""
    held = roles_at(person, at=at).filter(kind=RoleKind.TEAM, cohort__isnull=True)
    return programmes.programmes_among(held.values_list("programme", flat=True))


def taking_part_in(
    person: Person | None, places: Collection[tuple[int, int | None]], *, at: datetime
) -> frozenset[tuple[int, int | None]]:
    """Give in which of some places somebody takes part at a moment. One query, none for nobody.

    A place is a programme and a cohort by key, or None: the whole programme. By a role of FELLOWS in the cohort, or in the
    whole programme, which is one in each of its cohorts.
    """
    if person is None or not places:
        return frozenset()
    held = set(roles_at(person, at=at).filter(kind__in=FELLOWS).values_list("programme", "cohort"))
    return frozenset(each for each in places if {(each[0], None), each} & held)


_OF_A_ROLE = ("programme", "cohort", "organisation", "person", "stands_in_for__person")


def roles_of(person: Person) -> QuerySet[Role]:
    """Give every role a person has or had, newest first, with programme and cohort."""
    return Role.objects.filter(person=person).select_related(*_OF_A_ROLE).order_by("-starts_on", "pk")


def role_by_key(key: int) -> Role | None:
    """Find a role, with whose it is and where; None where it was taken back."""
    return Role.objects.filter(pk=key).select_related(*_OF_A_ROLE).first()


_parts_ever = kept(
    lambda: Role.objects.filter(person=HERE, programme=HERE + 1).values_list("kind", "cohort", "starts_on", "ends_on"),
    numbers=2,
)


def parts_ever(person: Person, programme: int) -> list[tuple[str, int | None, date, date | None]]:
    """Give every part a person has or had in a programme: kind of role, cohort, from and until when. One query."""
    return list(_parts_ever(person.pk, programme))


def parts_ever_in(
    programme: Programme | int, *, people: Collection[int] | None = None, with_erased: bool = True
) -> dict[int, list[tuple[str, int | None, date, date | None]]]:
    """Give every part people have or had in a programme, by person, as `parts_ever`; `people` keeps only some. One query."""
    rows = Role.objects.filter(programme=programme)
    if not with_erased:
        rows = rows.filter(person__erased_at__isnull=True)
    if people is not None:
        rows = rows.filter(among("person", people))
    found: dict[int, list[tuple[str, int | None, date, date | None]]] = {}
    for person, kind, cohort, starts, ends in rows.order_by("pk").values_list(
        "person", "kind", "cohort", "starts_on", "ends_on"
    ):
        found.setdefault(person, []).append((kind, cohort, starts, ends))
    return found


STAND_FOR = (RoleKind.EXPERT, RoleKind.PARTNER_CONTACT)  # of many, each for the one they are with


def organisations_on(people: Iterable[int], day: date) -> dict[int, list[Organisation]]:
    """Give the organisations some people are with on a day, by person, each once and by name. One query."""
    works = Affiliation.objects.filter(with_it_on(day), person__in=list(people)).select_related("organisation")
    found: dict[int, dict[int, Organisation]] = {}
    for each in works.order_by("organisation__plain_name", "pk"):
        found.setdefault(each.person_id, {})[each.organisation_id] = each.organisation
    return {person: list(those.values()) for person, those in found.items()}


def facts_of(organisation: Organisation) -> dict[str, str]:
    """Give all a team may change of what is known of an organisation, as text by name. No query."""
    return {name: getattr(organisation, name) for name in ("name", "sector", "size", "region", "website")}


def facts_of_work(affiliation: Affiliation) -> dict[str, str | date | None]:
    """Give the job and the days of an affiliation, by name. No query."""
    return {"job": affiliation.job, "starts_on": affiliation.starts_on, "ends_on": affiliation.ends_on}


def person_of(account: Account) -> Person:
    """Give the person an account signs in."""
    return account.person


def account_named(name: str) -> Account | None:
    """Find the account of the one person with this first name, whatever its case; for the demo's cast."""
    named = Q(person__name__istartswith=f"{name} ") | Q(person__name__iexact=name)
    return Account.objects.filter(named, is_active=True).select_related("person").order_by("pk").first()


def cast() -> QuerySet[Person]:
    """Give everybody who has proved an address, in the order they came, with their roles at hand; for the demo's list."""
    held = Role.objects.select_related("programme", "cohort").order_by("programme__slug", "cohort__slug", "pk")
    proved = EmailAddress.objects.filter(user__person=OuterRef("pk"), verified=True)
    able = Person.objects.filter(Exists(proved), account__is_active=True).select_related("account")
    return able.prefetch_related(Prefetch("roles", queryset=held)).order_by("pk")


def account_at(email: str) -> Account | None:
    """Find the account one of whose addresses this is, whatever its case."""
    theirs = Q(email__iexact=email) | Q(emailaddress__email__iexact=email)
    return Account.objects.filter(theirs).select_related("person").order_by("pk").first()


def account_proved_at(email: str) -> Account | None:
    """Find the account an address surely is of, whatever its case: mail goes there, or it was proved."""
    theirs = Q(email__iexact=email) | Q(emailaddress__email__iexact=email, emailaddress__verified=True)
    return Account.objects.filter(theirs).select_related("person").order_by("pk").first()


def wrote_down(email: str) -> list[Person]:
    """Give who wrote an address down that nobody has proved and no mail goes to: it may be anybody's. Two queries."""
    if not email or account_proved_at(email) is not None:
        return []
    rows = EmailAddress.objects.filter(email__iexact=email, verified=False, user__person__erased_at__isnull=True)
    return list(Person.objects.filter(pk__in=rows.values("user__person")).order_by("pk"))


def address_by_key(key: int) -> tuple[str, str] | None:
    """Give the name of the person an address belongs to, and the address; None where it is gone."""
    row = EmailAddress.objects.filter(pk=key).values_list("user__person__name", "email").first()
    return (str(row[0]), str(row[1])) if row else None


def address_that_lets_in(account: Account, typed: str) -> str | None:
    """Give the stored spelling of an address of an account, None where a code or a provider that names it may not let in.

    The one mail goes to may, and any other once it is proved: one that came with a merged record may be somebody else's.
    """
    asked = typed.strip().lower()
    for each in EmailAddress.objects.filter(user=account):
        if each.email.lower() == asked and (each.verified or asked == account.email.lower()):
            return str(each.email)
    return None


def mail_goes_to(person: Person) -> str:
    """Give the address mail to a person goes to, "" where they have none."""
    return Account.objects.filter(person=person).values_list("email", flat=True).first() or ""


def links_of(person: Person) -> QuerySet[Link]:
    """Give what a person links to, in their order."""
    return Link.objects.filter(person=person).order_by("position", "pk")


def programmes_of(person: Person, *, at: datetime) -> list[Programme]:
    """Give the programmes a person has a role in, by name."""
    held = roles_at(person, at=at).values_list("programme", flat=True)
    return sorted(programmes.programmes_among(held), key=lambda each: each.name)
