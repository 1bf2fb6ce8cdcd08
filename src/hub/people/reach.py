"""Who may know of a person, and what of them: the rules of `models.seeing` and of consent, read from the other side.

Nothing here decides anything. A test holds that whoever is counted here is exactly who `Person.objects.visible_to` lets see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, QuerySet

from hub.core.consent import Use
from hub.kit.traces import traces_of
from hub.people import appearances, queries
from hub.people.appearances import Appearance
from hub.people.models import (
    FELLOWS,
    Person,
    Role,
    RoleKind,
    among_fellows_at,
    on_team_at,
)
from hub.people.queries import Asked
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort, Programme


@dataclass(frozen=True, slots=True)
class Fellowship:
    """A cohort somebody takes part in, and how many others do."""

    cohort: Cohort
    others: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Who sees what of a person in one programme.

    `team` counts others on it now. `name` is how the person stands on being named, None where the programme has no words for
    it, so that nobody can have agreed; `is_named` says whether the public may have the name, `places` where it then stands.
    """

    programme: Programme
    roles: tuple[Role, ...]
    team: int
    fellows: tuple[Fellowship, ...]
    name: Asked | None
    is_named: bool
    places: tuple[Appearance, ...]
    answers: int


@dataclass(frozen=True, slots=True)
class PhotoReach:
    """Who can fetch a person's photo now: everybody where `public` names a programme, else those counted here.

    `among` are programmes that are not public and may show it to all their people.
    """

    public: tuple[Programme, ...]
    among: tuple[Programme, ...]
    fellows: int
    team: int


def photo_reach(person: Person, *, at: datetime) -> PhotoReach | None:
    """Say who can fetch a person's photo, as `queries.sees_photo` decides; None where they have given none. Three queries."""
    if not person.photo:
        return None
    shown = queries.pictured_in(person, at=at)
    return PhotoReach(
        tuple(each for each in shown if each.is_public),
        tuple(each for each in shown if not each.is_public),
        _people(fellows_of(person, at=at)),
        _people(teams_that_know(person, at=at)),
    )


@dataclass(frozen=True, slots=True)
class NeedsReach:
    """A programme whose team reads something of what a person needs: how many others, their own words, its own note."""

    programme: Programme
    team: int
    is_shared: bool
    is_noted: bool


def needs_reach(person: Person, *, at: datetime) -> list[NeedsReach]:
    """Say which teams read what of a person's needs, as `queries.needs_told` decides. Five queries at most."""
    counts = _counts(teams_that_know(person, at=at), "programme")
    return [
        NeedsReach(each.programme, counts.get(each.programme.pk, 0), bool(each.is_shared), bool(each.noted))
        for each in queries.teams_told(person, at=at)
        if (each.is_shared and person.access_needs) or each.noted
    ]


def _people(roles: QuerySet[Role]) -> int:
    return roles.values("person").distinct().count()


def reach_of(person: Person, *, at: datetime) -> list[Reach]:
    """Say who sees what of a person, for each programme they have or had a role in, by name.

    Seven queries, and those of `appearances` for each programme that may name them.
    """
    roles: dict[int, list[Role]] = {}
    for role in queries.roles_of(person):
        roles.setdefault(role.programme_id, []).append(role)
    named = Person.objects.filter(pk=person.pk).allowing(Use.NAME, OuterRef(OuterRef("pk")))
    here = programmes.programmes_among(roles).annotate(is_named=Exists(named)).order_by("name", "slug")
    asked = {each.programme.pk: each for each in queries.asked_of(person, at=at)}
    team = _counts(teams_that_know(person, at=at), "programme")
    fellows = _counts(fellows_of(person, at=at), "cohort")
    taking_part = {
        role.cohort_id: role.cohort
        for role in Role.objects.filter(among_fellows_at(at), person=person).select_related("cohort__programme")
    }
    found = []
    for programme in here:
        of_it = asked.get(programme.pk)
        every = of_it.every if of_it else ()
        is_named = bool(programme.is_named)
        found.append(
            Reach(
                programme,
                tuple(roles[programme.pk]),
                team.get(programme.pk, 0),
                tuple(
                    Fellowship(cohort, fellows.get(cohort.pk, 0))
                    for cohort in taking_part.values()
                    if cohort is not None and cohort.programme_id == programme.pk
                ),
                next((each for each in every if each.use is Use.NAME), None),
                is_named,
                _places(person, programme, at=at) if is_named else (),
                sum(each.since is not None for each in every),
            )
        )
    return found


def _places(person: Person, programme: Programme, *, at: datetime) -> tuple[Appearance, ...]:
    """Give where a name stands because its person allows it; what is theirs to show by a code hangs on no consent."""
    return tuple(
        place
        for place in appearances.of(Use.NAME, programme, person=person, at=at)
        if not place.is_at_desk and not place.by_code
    )


def teams_that_know(person: Person, *, at: datetime) -> QuerySet[Role]:
    """Give the roles by which others know of a person as a team: of any programme the person has or had a role in."""
    theirs = Role.objects.filter(person=person).values("programme")
    return Role.objects.filter(on_team_at(at), programme__in=theirs, person__erased_at__isnull=True).exclude(person=person)


def fellows_of(person: Person, *, at: datetime) -> QuerySet[Role]:
    """Give the roles by which others know of a person as one who takes part in the same cohort now."""
    with_me = Role.objects.filter(among_fellows_at(at), person=person).values("cohort")
    return Role.objects.filter(among_fellows_at(at), cohort__in=with_me, person__erased_at__isnull=True).exclude(person=person)


def may_see_as(person: Person, *, at: datetime) -> QuerySet[Person]:
    """Give who may see the Hub as a person does (`permissions.can_see_as`): on the team wherever anything of theirs stands."""
    places = traces_of(person.pk, Programme)
    runs = Role.objects.filter(on_team_at(at), programme__in=places).exclude(person=person)
    every = runs.order_by().values("person").annotate(places=Count("programme", distinct=True)).filter(places=len(places))
    known = teams_that_know(person, at=at).filter(person=OuterRef("pk"))
    return Person.objects.filter(Exists(known), pk__in=every.values("person"))


def fellow_words() -> list[str]:
    """Name the roles by which those of a cohort know of each other: "Expert", "Facilitator"…"""
    return [RoleKind(kind).label for kind in FELLOWS]


def _counts(roles: QuerySet[Role], of: str) -> dict[int, int]:
    """Count different people by programme or by cohort."""
    return dict(roles.order_by().values(of).annotate(people=Count("person", distinct=True)).values_list(of, "people"))
