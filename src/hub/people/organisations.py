"""Read organisations as a programme's team sees them: those it works with, who is with them, and who speaks for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from hub.core.names import is_a_slip, plain
from hub.people.models import Affiliation, Consent, Organisation, Person, Role, RoleKind, day_of, held_at
from hub.people.queries import known_to_team, people_of
from hub.programmes.models import Cohort, Programme


@dataclass(frozen=True, slots=True)
class Row:
    """An organisation in the team's list: how many people here are with it now, how many Experts it sent, who speaks for it."""

    organisation: Organisation
    people: int
    experts: int
    contacts: tuple[Person, ...]


def organisations_of(
    programme: Programme, *, words: str = "", sector: str = "", size: str = "", region: str = ""
) -> QuerySet[Organisation]:
    """Find the organisations a programme works with, by name; also those nobody is with yet, never those of others only.

    Who answered about its logo here stays one of them, whoever left it: its answer stands.
    """
    here = Role.objects.filter(programme=programme)
    sent = here.filter(organisation__isnull=False).values("organisation")
    ours = Affiliation.objects.filter(person__in=here.values("person")).values("organisation")
    with_it = Affiliation.objects.filter(organisation=OuterRef("pk"))
    nobodys = ~Exists(with_it) & ~Exists(Role.objects.filter(organisation=OuterRef("pk")))
    answered = Consent.objects.filter(programme=programme, organisation__isnull=False).values("organisation")
    found = Organisation.objects.filter(Q(pk__in=sent) | Q(pk__in=ours) | Q(pk__in=answered) | nobodys)
    looked_for = plain(words).split()[:6]
    if words.strip() and not looked_for:
        return found.none()
    for word in looked_for:
        found = found.filter(plain_name__contains=word)
    for name, value in (("sector", sector), ("size", size), ("region", region)):
        if value:
            found = found.filter(**{name: value})
    return found.order_by("plain_name", "pk")


def organisation_of(programme: Programme, pk: int) -> Organisation | None:
    """Find an organisation a programme works with."""
    return organisations_of(programme).filter(pk=pk).first()


def alike(organisation: Organisation, programme: Programme) -> list[Organisation]:
    """Give the organisations of a programme whose names may be the same one's, written otherwise. One query.

    Spaces and marks left out, or a first word alike: what nobody sees this way is found by its name.
    """

    def pressed(name: str) -> str:
        return plain(name).replace(" ", "")

    mine, first = pressed(organisation.name), (plain(organisation.name).split() or [""])[0]
    others = organisations_of(programme).exclude(pk=organisation.pk)
    near = [each for each in others if is_a_slip(pressed(each.name), mine) or pressed(each.name) == mine]
    return near + [each for each in others if each not in near and first in plain(each.name).split()]


def names_of_contacts(contacts: tuple[frozenset[int], frozenset[int]], by: Person | None, *, at: datetime) -> tuple[str, str]:
    """Name who speaks for each of two organisations, as far as a team knows them; of others it says how many. One query."""
    known = dict(known_to_team(by, at=at).filter(pk__in=contacts[0] | contacts[1]).values_list("pk", "name"))

    def said(keys: frozenset[int]) -> str:
        names = sorted(known[key] for key in keys if key in known)
        others = len(keys) - len(names)
        return ", ".join([*names, f"{others} your team does not know"] if others else names)

    return said(contacts[0]), said(contacts[1])


def regions_of(programme: Programme) -> list[str]:
    """Give the regions of a programme's organisations, by name."""
    found = organisations_of(programme).exclude(region="").order_by("region")
    return list(found.values_list("region", flat=True).distinct())


def names_of(programme: Programme) -> list[str]:
    """Give the names of a programme's organisations, for a field that offers them."""
    return list(organisations_of(programme).values_list("name", flat=True))


def with_facts(organisations: list[Organisation], programme: Programme, *, at: datetime) -> list[Row]:
    """Give rows for a page of organisations. Four queries, however many there are."""
    keys = [each.pk for each in organisations]
    here = Role.objects.filter(programme=programme)
    now = Affiliation.objects.filter(_holds(at), organisation__in=keys).filter(
        Exists(here.filter(person=OuterRef("person"))), person__erased_at__isnull=True
    )
    people = dict(now.values_list("organisation").annotate(count=Count("person", distinct=True)).order_by())
    sent = here.filter(kind=RoleKind.EXPERT, organisation__in=keys)
    experts = dict(sent.values_list("organisation").annotate(count=Count("person", distinct=True)).order_by())
    contacts: dict[int, list[Person]] = {}
    for each in now.filter(is_contact=True).select_related("person").order_by("person__plain_name", "pk"):
        contacts.setdefault(each.organisation_id, []).append(each.person)
    for role in _partner_contacts(here, at).filter(organisation__in=keys).order_by("person__plain_name", "pk"):
        known = contacts.setdefault(role.organisation_id or 0, [])
        known += [role.person] if role.person not in known else []
    return [
        Row(each, people.get(each.pk, 0), experts.get(each.pk, 0), tuple(contacts.get(each.pk, ()))) for each in organisations
    ]


@dataclass(frozen=True, slots=True)
class Member:
    """That somebody of the programme is or was with an organisation."""

    affiliation: Affiliation
    is_over: bool
    is_partner_contact: bool  # speaks for it in this programme by a role


def members(organisation: Organisation, programme: Programme, by: Person | None, *, at: datetime) -> list[Member]:
    """Give the people of a programme who are or were with an organisation, those who are first. Two queries."""
    known = people_of(programme, by, at=at)
    contacts = _partner_contacts(Role.objects.filter(programme=programme, organisation=organisation), at)
    speaking = set(contacts.values_list("person", flat=True))
    found = Affiliation.objects.filter(organisation=organisation, person__in=known).select_related("person")
    day = day_of(at)
    rows = [
        Member(each, each.ends_on is not None and each.ends_on <= day, each.person_id in speaking)
        for each in found.order_by("person__plain_name", "pk")
    ]
    return sorted(rows, key=lambda row: row.is_over)


@dataclass(frozen=True, slots=True)
class InCohort:
    """Who an organisation sent to a cohort."""

    cohort: Cohort
    roles: tuple[Role, ...]


def cohorts_with(organisation: Organisation, programme: Programme, by: Person | None, *, at: datetime) -> list[InCohort]:
    """Give the cohorts of a programme an organisation sent somebody to, newest first, with who it was. One query."""
    known = people_of(programme, by, at=at)
    found = Role.objects.filter(programme=programme, organisation=organisation, cohort__isnull=False, person__in=known)
    by_cohort: dict[int, list[Role]] = {}
    cohorts: dict[int, Cohort] = {}
    for role in found.select_related("person", "cohort").order_by("-cohort__starts_on", "cohort", "starts_on", "pk"):
        assert role.cohort is not None
        cohorts[role.cohort.pk] = role.cohort
        by_cohort.setdefault(role.cohort.pk, []).append(role)
    return [InCohort(cohorts[pk], tuple(roles)) for pk, roles in by_cohort.items()]


def affiliation_of(
    organisation: Organisation, programme: Programme, by: Person | None, key: str, *, at: datetime
) -> Affiliation | None:
    """Find that somebody of a programme is with an organisation, by its number."""
    if not key.isdecimal() or len(key) > 18:
        return None
    known = people_of(programme, by, at=at)
    return Affiliation.objects.filter(organisation=organisation, person__in=known, pk=int(key)).select_related("person").first()


def _partner_contacts(roles: QuerySet[Role], at: datetime) -> QuerySet[Role]:
    """Keep of some roles those by which somebody speaks for an organisation now."""
    held = roles.filter(held_at(at), kind=RoleKind.PARTNER_CONTACT, person__erased_at__isnull=True)
    return held.select_related("person")


def _holds(at: datetime) -> Q:
    day = day_of(at)
    begun = Q(starts_on__isnull=True) | Q(starts_on__lte=day)
    return begun & (Q(ends_on__isnull=True) | Q(ends_on__gt=day))
