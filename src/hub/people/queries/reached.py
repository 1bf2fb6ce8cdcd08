"""Read how people are reached: the address mail goes to, and the clock they live by; and who has which part."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db.models import Q

from hub.core.consent import Standing, Use
from hub.core.taking_part import Days
from hub.kit.among import among
from hub.people.models import Account, Consent, Erasure, Merge, Person, Role, RoleKind, Term, day_of, held_at, not_over_at
from hub.people.queries.consent import asked_for
from hub.programmes.models import Cohort, Programme
from hub.programmes.queries import has_ended

_AT_A_TIME = 800  # keys in one statement: SQLite takes no more than some thousand


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody a message can go to. `email` is empty where the Hub has no address; `zone` where they chose none.

    `person` is read with name and zone only.
    """

    person: Person
    email: str
    zone: str
    is_leaving: bool  # asked to be forgotten, and not yet


def reached(keys: Collection[int]) -> dict[int, Reached]:
    """Give how people are reached, by key; the erased are left out. Three queries for each eight hundred."""
    found: dict[int, Reached] = {}
    for some in _pieces(sorted(set(keys)), _AT_A_TIME):
        leaving = set(
            Erasure.objects.filter(among("person", some), taken_back_at__isnull=True, done_at__isnull=True).values_list(
                "person", flat=True
            )
        )
        emails = dict(Account.objects.filter(among("person", some), is_active=True).values_list("person", "email"))
        for person in Person.objects.filter(among("pk", some), erased_at__isnull=True).only("name", "plain_name", "zone"):
            found[person.pk] = Reached(person, emails.get(person.pk, ""), person.zone, person.pk in leaving)
    return found


def plainly_reached(keys: Collection[int]) -> frozenset[int]:
    """Give those of some people the Hub has an address of who are neither erased nor about to be. Two queries at any size."""
    leaving = Erasure.objects.filter(among("person", keys), taken_back_at__isnull=True, done_at__isnull=True)
    here = Account.objects.filter(among("person", keys), is_active=True, person__erased_at__isnull=True).exclude(email="")
    return frozenset(here.values_list("person", flat=True)) - frozenset(leaving.values_list("person", flat=True))


def key_today(key: int) -> int:
    """Give the key of the record somebody has now who was once known by another: it may have been merged, more than once.

    A merge that was undone counts no more. The same key where no record took it in. Two queries, two more for each merge.
    """
    seen = {key}
    while not Person.objects.filter(pk=key).exists():
        merges = Merge.objects.filter(gone_key=key, undone_at__isnull=True).order_by("-pk")
        kept = merges.values_list("kept", flat=True).first()
        if kept is None or kept in seen:
            break
        key = kept
        seen.add(key)
    return key


def parts_in(programme: Programme, *, at: datetime) -> list[tuple[int, str, int | None]]:
    """Give who has which part in a programme now: person, kind of role, cohort (None: all of it). One query."""
    held = Role.objects.filter(held_at(at), programme=programme, person__erased_at__isnull=True)
    return list(held.order_by("pk").values_list("person", "kind", "cohort"))


def parts_and_days_in(programme: Programme) -> list[tuple[int, str, int | None, Days]]:
    """Give who has, had or is to have which part in a programme: as `parts_in`, and the days of it. One query."""
    held = Role.objects.filter(programme=programme, person__erased_at__isnull=True).order_by("pk")
    rows = held.values_list("person", "kind", "cohort", "starts_on", "ends_on")
    return [(person, kind, cohort, Days(starts_on, ends_on)) for person, kind, cohort, starts_on, ends_on in rows]


def having_a_part(programme: Programme, keys: Collection[int]) -> frozenset[int]:
    """Give those of some people who have or had a part in a programme. One query."""
    held = Role.objects.filter(programme=programme, person__in=list(keys), person__erased_at__isnull=True)
    return frozenset(held.values_list("person", flat=True))


def first_parts(programme: Programme, keys: Collection[int]) -> dict[int, tuple[RoleKind, date]]:
    """Give the first part some people ever had in a programme, and the day it began. One query."""
    held = Role.objects.filter(programme=programme, person__in=list(keys)).order_by("-starts_on", "-pk")
    return {person: (RoleKind(kind), day) for person, kind, day in held.values_list("person", "kind", "starts_on")}


def parts_ever(people: Collection[int]) -> frozenset[tuple[int, int]]:
    """Give the programmes in which some people have or had a part: pairs of a person and a programme. One query."""
    return frozenset(Role.objects.filter(person__in=list(people)).values_list("person", "programme"))


def over_and_not_to_be_written_to(pairs: Collection[tuple[int, int]], *, at: datetime) -> frozenset[tuple[int, int]]:
    """Give those of some pairs of a person and a programme where their part is over and they don't allow contact after it.

    Their part is over when none goes on or is to come: one of a cohort ends with the cohort, by its clock, and an alumnus has
    none. Who never had one is not meant, nor a programme without words for the use: it asked nobody. One query for programmes
    that ask nobody, two more for each eight hundred people of others.
    """
    asked = Term.objects.filter(programme__in={programme for _, programme in pairs}, use=Use.CONTACT.value)
    asking = set(asked.values_list("programme", flat=True)) if pairs else set()
    wanted = {pair for pair in pairs if pair[1] in asking}
    over: set[tuple[int, int]] = set()
    for some in _pieces(sorted({person for person, _ in wanted}), _AT_A_TIME):
        goes_on: dict[tuple[int, int], bool] = {}
        held = Role.objects.filter(among("person", some), programme__in=asking).select_related("cohort")
        for role in held:
            is_over = role.kind == RoleKind.ALUMNUS or (role.ends_on is not None and role.ends_on <= day_of(at))
            is_over = is_over or (role.cohort is not None and has_ended(role.cohort, at=at))
            pair = (role.person_id, role.programme_id)
            goes_on[pair] = goes_on.get(pair, False) or not is_over
        given = Consent.objects.filter(
            among("person", some), programme__in=asking, use=Use.CONTACT.value, standing=Standing.GIVEN.value
        )
        over |= {pair for pair, still in goes_on.items() if not still} - set(given.values_list("person", "programme"))
    return frozenset(over & wanted)


def roles_begun(programme: Programme, *, since: datetime | None, subjects: Collection[int] | None = None) -> list[Role]:
    """Give the roles in a programme that begin from the day of a moment on (None: all), with person and cohort. One query."""
    found = Role.objects.filter(programme=programme, person__erased_at__isnull=True)
    if since is not None:
        found = found.filter(starts_on__gte=since.date())
    if subjects is not None:
        found = found.filter(pk__in=subjects)
    return list(found.select_related("person", "cohort").order_by("pk"))


def team_of(programme: Programme, *, at: datetime) -> list[Person]:
    """Give who runs a programme now, by name. One query."""
    on = Role.objects.filter(held_at(at), programme=programme, kind=RoleKind.TEAM, cohort__isnull=True)
    return list(Person.objects.filter(pk__in=on.values("person"), erased_at__isnull=True).order_by("plain_name", "pk"))


def longest_on_team(programme: Programme, *, at: datetime) -> list[int]:
    """Give the keys of who runs a programme now, whoever is on its team longest first. One query."""
    on = Role.objects.filter(held_at(at), programme=programme, kind=RoleKind.TEAM, cohort__isnull=True)
    held = on.filter(person__erased_at__isnull=True).order_by("starts_on", "pk")
    return list(dict.fromkeys(held.values_list("person", flat=True)))


def _pieces(keys: list[int], size: int) -> Iterable[list[int]]:
    return (keys[start : start + size] for start in range(0, len(keys), size))


def who_has_not_agreed(programme: Programme, use: Use, *, at: datetime) -> frozenset[int]:
    """Give who has a part in a programme or is to have one, is asked for a use and has not agreed to it.

    Nobody where it has no words. Two queries.
    """
    if not Term.objects.filter(programme=programme, use=use.value).exists():
        return frozenset()
    given = Consent.objects.filter(programme=programme, use=use.value, standing=Standing.GIVEN.value, person__isnull=False)
    here = Role.objects.filter(not_over_at(at), programme=programme, person__erased_at__isnull=True)
    asking = Role.objects.filter(asked_for(use, at=at), programme=programme)
    asked = here.filter(person__in=asking.values("person"))
    return frozenset(asked.exclude(person__in=given.values("person")).values_list("person", flat=True))


def addresses_of(programme: Programme) -> dict[str, int]:
    """Give every proved address, and the one mail goes to, of whoever has or had a part in a programme. Two queries."""
    here = Role.objects.filter(programme=programme, person__erased_at__isnull=True).values("person")
    proved = EmailAddress.objects.filter(verified=True, user__person__in=here)
    found = {email.lower(): person for email, person in proved.values_list("email", "user__person")}
    main = Account.objects.filter(person__in=here).values_list("email", "person")
    return found | {email.lower(): person for email, person in main}


def main_addresses(keys: Collection[int]) -> dict[int, str]:
    """Give the address mail goes to, by person. One query."""
    return dict(Account.objects.filter(person__in=list(keys)).values_list("person", "email"))


def taking_part_on(cohort: Cohort, day: date) -> list[tuple[int, str]]:
    """Give key and name of everybody whose part in a cohort, or on the whole programme, counts for a day of it. One query."""
    held = Role.objects.filter(programme=cohort.programme_id, person__erased_at__isnull=True)
    here = held.filter(Q(cohort=cohort) | Q(cohort__isnull=True)).order_by("person", "pk")
    found = {
        person: name
        for person, name, starts_on, ends_on in here.values_list("person", "person__name", "starts_on", "ends_on")
        if Days(starts_on, ends_on).counts_for(day, cohort_first=cohort.starts_on)
    }
    return list(found.items())


def people_by_key(keys: Collection[int]) -> dict[int, Person]:
    """Give people by key, the erased left out. One query, none for nobody."""
    found = Person.objects.filter(pk__in=list(keys), erased_at__isnull=True) if keys else []
    return {person.pk: person for person in found}
