"""Read what people need to take part: a team what it was told, and they themselves who was told what."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from hub.core.retention import over_from
from hub.people.models import AccessNeeds, Link, Person, Role, RoleKind, day_of
from hub.people.queries.persons import roles_at
from hub.programmes.models import Programme
from hub.programmes.queries import programmes_among


@dataclass(frozen=True, slots=True)
class NeedsTold:
    """What a team may read of what somebody needs: their own words, where they let it, and what it noted itself."""

    words: str = ""
    noted: str = ""

    @property
    def said(self) -> str:
        """Both, one under the other."""
        return "\n\n".join(filter(None, (self.words, self.noted)))


@dataclass(frozen=True, slots=True)
class TeamTold:
    """A programme somebody takes part in (`is_here`), or that was told before: whether its team reads their words; its note."""

    programme: Programme
    is_shared: bool | None
    noted: str
    is_here: bool


def needs_told(by: Person | None, programme: Programme, keys: Collection[int], *, at: datetime) -> dict[int, NeedsTold]:
    """Give what people of a programme told it of what they need, by key: to its team, and to nobody else. Two queries.

    Who told it nothing is not in it, whatever they told another programme.
    """
    if not roles_at(by, at=at).filter(kind=RoleKind.TEAM, programme=programme, cohort__isnull=True).exists():
        return {}
    held = Role.objects.filter(person=OuterRef("person"), programme=programme)
    rows = AccessNeeds.objects.filter(
        Exists(held), programme=programme, person__in=list(keys), person__erased_at__isnull=True
    ).values_list("person", "person__access_needs", "is_shared", "noted")
    told = {person: NeedsTold(words if is_shared else "", noted) for person, words, is_shared, noted in rows}
    return {person: each for person, each in told.items() if each.said}


def needs_read_by(by: Person | None, programme: Programme, keys: Collection[int], *, at: datetime) -> dict[int, str]:
    """Give what people of a programme told it of what they need in one text each, by key; as `needs_told`."""
    return {person: each.said for person, each in needs_told(by, programme, keys, at=at).items()}


def teams_told(person: Person, *, at: datetime) -> list[TeamTold]:
    """Give the programmes a person has a part in that is not over, and those that were told before, by name. Three queries."""
    rows = {row.programme_id: row for row in AccessNeeds.objects.filter(person=person)}
    here = _taking_part_in(person, at=at)
    return [
        TeamTold(
            each,
            is_shared=rows[each.pk].is_shared if each.pk in rows else None,
            noted=rows[each.pk].noted if each.pk in rows else "",
            is_here=each.pk in here,
        )
        for each in programmes_among(here | rows.keys()).order_by("name", "slug")
    ]


def asking_for_needs(person: Person, *, at: datetime) -> list[Programme]:
    """Give the programmes that would read what a person said they need and have no answer yet; none where nothing is said."""
    told = teams_told(person, at=at) if person.access_needs else []
    return [each.programme for each in told if each.is_here and each.is_shared is None]


def _taking_part_in(person: Person, *, at: datetime) -> set[int]:
    """Give the programmes in which somebody's part goes on or is to come; one of a cohort is over with it."""
    today, found = day_of(at), set()
    for role in Role.objects.filter(person=person).select_related("cohort"):
        over = over_from(role.ends_on, cohort_last=role.cohort.ends_on if role.cohort else None)
        if over is None or over > today:
            found.add(role.programme_id)
    return found


def lines_of_needs_kept_from(programme: Programme) -> Q:
    """Give the condition of the lines of somebody's history that would tell a team of needs it was not told of."""
    told = AccessNeeds.objects.filter(programme=programme).filter(Q(is_shared=True) | ~Q(noted=""))
    its = Q(thing="people.AccessNeeds", thing_id__in=told.values("pk"), verb__in=("needs-shared", "needs-noted"))
    return Q(verb__startswith="needs-") & ~its


def profile_of(person: Person, *, at: datetime) -> dict[str, str]:
    """Give all a person's own page lets them change, as text by name: their facts, links, and which teams read their needs."""
    reads = {f"reads_{each.programme.pk}": _YES_OR_NO[each.is_shared] for each in teams_told(person, at=at)}
    links = Link.objects.filter(person=person).order_by("position", "pk").values_list("label", "url")
    return {**_facts(person), "access_needs": person.access_needs, "links": links_in_words(links), **reads}


def said_of(person: Person, programme: Programme) -> dict[str, str]:
    """Give all the team of a programme may change of what is said of a person, as text by name. One query."""
    noted = AccessNeeds.objects.filter(person=person, programme=programme).values_list("noted", flat=True).first()
    return {**_facts(person), "noted": noted or ""}


def links_in_words(links: Iterable[tuple[str, str]]) -> str:
    """Give links as text, one on a line: "My site https://example.org"."""
    return "\n".join(f"{label} {url}" for label, url in links)


_YES_OR_NO = {True: "yes", False: "no", None: ""}


def _facts(person: Person) -> dict[str, str]:
    return {name: getattr(person, name) for name in ("name", "pronouns", "orcid", "zone", "about")}
