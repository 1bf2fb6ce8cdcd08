"""What one person follows: the released sessions of the cohorts they take part in, and those they have a place in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from hub.core import ical
from hub.core.occurrence import Occurrence, from_facts
from hub.core.veil import Veil
from hub.kit.fresh import Key
from hub.people.models import FELLOWS, Person, RoleKind
from hub.people.queries import roles_at
from hub.people.queries.veils import veils
from hub.programmes.models import Cohort
from hub.schedule.coming import Extra, is_joined, join_url, places_of
from hub.schedule.models import Release, ReleasedSession, Session


@dataclass(frozen=True, slots=True)
class Followed:
    """A cohort of somebody's calendar, its newest release, and the day (exclusive) on which their part ends; None for none.

    Where they do not `take_part` in it, the sessions they have a place in are theirs and no other. `joins` says whether the way
    into the call of the others is for them, too.
    """

    cohort: Cohort
    release_id: int
    released_at: datetime
    until: date | None
    takes_part: bool
    joins: bool

    @property
    def key(self) -> Key:
        """What an answer about it depends on, as of `queries.public.Freshness`."""
        its, moment = self.cohort, self.released_at.isoformat()
        versions = (its.pk, its.public_version, its.programme.public_version)
        return (*versions, self.release_id, moment, self.until, self.takes_part, self.joins)


def followed(person: Person, *, places: Mapping[str, bool] | None = None, at: datetime) -> list[Followed]:
    """Give the released cohorts a person takes part in at a moment, in the order they start. Two queries.

    By a role of FELLOWS, in the cohort or in the whole programme, which is one in each of its cohorts: nobody else's is the
    programme of a cohort, though they may belong to the programme. `places`, as `coming.places_of` gives them, adds the cohorts
    in which they have a place. Whether a programme is public makes no difference. A role that has ended gives nothing.
    """
    whole: dict[int, date | None] = {}
    named: dict[int, date | None] = {}
    runs: set[int] = set()
    roles = roles_at(person, at=at).filter(kind__in=FELLOWS).values_list("programme", "cohort", "kind", "ends_on")
    for programme_id, cohort_id, kind, ends_on in roles:
        ends, key = (whole, programme_id) if cohort_id is None else (named, cohort_id)
        ends[key] = _later(ends[key], ends_on) if key in ends else ends_on
        if kind == RoleKind.TEAM and not cohort_id:
            runs.add(programme_id)
    later = Release.objects.filter(cohort=OuterRef("cohort"), number__gt=OuterRef("number"))
    mine = Q(cohort__in=named) | Q(cohort__programme__in=whole)
    if held := [uid for uid, has in (places or {}).items() if has]:
        mine |= Q(cohort__in=Session.objects.filter(uid__in=held).values("cohort"))
    newest = Release.objects.filter(~Exists(later), mine).select_related("cohort__programme")
    found = []
    for release in newest.defer("vtimezones", "vevents", "difference", "note").order_by("cohort__starts_on", "cohort"):
        cohort = release.cohort
        ways = [ends[key] for ends, key in ((whole, cohort.programme_id), (named, cohort.pk)) if key in ends]
        until = _later(*ways) if len(ways) > 1 else ways[0] if ways else None
        joins = cohort.pk in named or cohort.programme_id in runs
        found.append(Followed(cohort, release.pk, release.released_at, until, takes_part=bool(ways), joins=joins))
    return found


def _later(one: date | None, other: date | None) -> date | None:
    """Give the later of two ends; none at all is later than any."""
    return None if one is None or other is None else max(one, other)


@dataclass(frozen=True, slots=True)
class Part:
    """What a session's page shows to who takes part: the way to its room, and into its call ("" where there is none)."""

    join: str = ""


def part_in(person: Person | None, cohort: Cohort, session: Occurrence, *, at: datetime) -> Part | None:
    """Say whether somebody takes part in a session, None where they do not. Two queries, none for who is not signed in.

    Who takes part in the cohort does, and who has a place; where places are given out an Expert without one joins no call.
    """
    if person is None:
        return None
    here = Q(cohort=cohort, kind__in=FELLOWS) | Q(programme=cohort.programme_id, cohort__isnull=True, kind=RoleKind.TEAM)
    kinds = set(roles_at(person, at=at).filter(here).values_list("kind", flat=True))
    place = places_of(person, [session.uid]).get(session.uid)
    if not kinds and not place:
        return None
    joins = place is not False or bool(kinds - {RoleKind.EXPERT.value})
    return Part(join_url(session) if joins and is_joined(session) else "")


@dataclass(frozen=True, slots=True)
class Events:
    """Calendar texts: those of the sessions, and those of the zones they need, each zone once."""

    events: Sequence[str]
    zones: str
    told: Sequence[Occurrence] = ()


def zones_of(events: Events, extras: Iterable[Extra]) -> str:
    """Give the zones that sessions and what else is somebody's own need, each once."""
    own = [each.occurrence for each in extras]
    return ical.vtimezones([*events.told, *own]) if own else events.zones


def events_of(cohorts: Iterable[Followed], places: Mapping[str, bool]) -> Events:
    """Give the sessions of some cohorts as calendar texts: all that were, and those to come before somebody's part ends.

    `places` says of sessions that give out places whether they have one: the others are not theirs, and in a cohort they take
    no part in these alone are, and their names as the public has them. One that is theirs to join from afar names the short
    way into the call, never the link. Two queries, however many cohorts.
    """
    of = {each.release_id: each for each in cohorts}
    drawn = veils(each.cohort.programme_id for each in of.values() if not each.takes_part)
    rows = ReleasedSession.objects.filter(release__in=of).exclude(vevent="").order_by("release", "position")
    events, told = [], []
    for release_id, vevent, facts in rows.values_list("release_id", "vevent", "facts"):
        session, way = from_facts(facts), of[release_id]
        veil = Veil() if way.takes_part else drawn[way.cohort.programme_id]
        has = places.get(session.uid)
        is_in_time = way.until is None or (session.date is not None and session.date < way.until)
        if has or (has is None and way.takes_part and is_in_time):
            vevent, session = veil.calendar(vevent), veil.occurrence(session)
            events.append(ical.joined_at(vevent, join_url(session)) if (has or way.joins) and is_joined(session) else vevent)
            told.append(session)
    return Events(events, ical.vtimezones(told), told)
