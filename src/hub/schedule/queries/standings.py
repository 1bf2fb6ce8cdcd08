"""How the cohorts of a programme stand: release, plan, what comes next. As many queries for fifty cohorts as for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hub.core.calendar import day_in
from hub.core.occurrence import SessionState, from_facts
from hub.core.plan.model import Kind, Mode
from hub.core.release import difference
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort, Programme
from hub.schedule.models import PlanVersion, Release, ReleasedSession, Session
from hub.schedule.queries.public import releasable
from hub.schedule.queries.reading import Counts, counts_of
from hub.schedule.queries.veils import newest_releases
from hub.schedule.queries.versions import newest_versions
from hub.schedule.queries.working import in_order

NEXT = 3  # sessions shown as next
LOAD_WEEKS = 12  # of which the load is drawn


@dataclass(frozen=True, slots=True)
class Standing:
    """How a cohort stands, for the team's home."""

    cohort: Cohort
    phase: str  # "running", "to come" or "over"
    today: date  # in the cohort's zone
    release: Release | None
    changes: int  # not released yet
    reading: Counts
    sessions: tuple[Session, ...]  # the working schedule, in order
    plan: PlanVersion | None  # the newest version, applied or not

    @property
    def next_sessions(self) -> tuple[Session, ...]:
        """The next few gatherings."""
        return self.coming[:NEXT]

    @property
    def coming(self) -> tuple[Session, ...]:
        """The gatherings still to come that are on, soonest first."""
        return tuple(each for each in self.sessions if each.date and each.date >= self.today and is_on(each))

    @property
    def has_plan(self) -> bool:
        """Whether anybody wrote a plan."""
        return self.plan is not None

    @property
    def is_imported(self) -> bool:
        """Whether the newest text of the plan is in the schedule."""
        return self.plan is not None and self.plan.is_applied


@dataclass(frozen=True, slots=True)
class Home:
    """A programme's cohorts as its team's home shows them: those that run or come, and those that are over."""

    current: tuple[Standing, ...]
    archive: tuple[Cohort, ...]


def is_on(session: Session) -> bool:
    """Say whether people meet: a gathering that is not cancelled."""
    return session.state != SessionState.CANCELLED and Kind(session.kind).is_gathering


def meets_online(session: Session) -> bool:
    """Say whether people join a session through a link."""
    return session.mode in (Mode.ONLINE, Mode.HYBRID)


_shared: ContextVar[dict[tuple[int, datetime], Home] | None] = ContextVar("homes read in one go", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Let `home_of` read a programme once for a moment within this block: a page and what it is told of ask for the same."""
    token = _shared.set({})
    try:
        yield
    finally:
        _shared.reset(token)


def home_of(programme: Programme, *, at: datetime) -> Home:
    """Give how a programme's cohorts stand at an aware moment; where every one is over, the newest counts as current.

    Eight queries, however many cohorts and sessions there are.
    """
    shared = _shared.get()
    if shared is None:
        return _home(programme, at=at)
    key = (programme.pk, at)
    if key not in shared:
        shared[key] = _home(programme, at=at)
    return shared[key]


def _home(programme: Programme, *, at: datetime) -> Home:
    cohorts = list(programmes.cohorts_of(programme))
    over = [cohort for cohort in cohorts if cohort.ends_on < day_in(at, cohort.zone)]
    alive = sorted((cohort for cohort in cohorts if cohort not in over), key=lambda cohort: cohort.starts_on)
    if not alive and over:
        alive, over = over[:1], over[1:]
    return Home(_standings(alive, programme, at=at), tuple(over))


def _standings(cohorts: Sequence[Cohort], programme: Programme, *, at: datetime) -> tuple[Standing, ...]:
    newest = newest_releases(cohorts)
    rows = Release.objects.filter(pk__in=newest.values()).defer("vtimezones", "vevents", "difference")
    releases = {release.cohort_id: release for release in rows}
    released: dict[int, list[dict[str, Any]]] = {}
    frozen = ReleasedSession.objects.filter(release__in=newest.values()).order_by("release", "position")
    for release_id, facts in frozen.values_list("release_id", "facts"):
        released.setdefault(release_id, []).append(facts)
    working: dict[int, list[Session]] = {}
    for session in Session.objects.filter(cohort__in=[each.pk for each in cohorts]).prefetch_related("materials"):
        working.setdefault(session.cohort_id, []).append(session)
    plans, applied = newest_versions(cohorts), newest_versions(cohorts, is_applied=True)
    found = []
    for cohort in cohorts:
        cohort.programme = programme
        sessions = in_order(working.get(cohort.pk, ()))
        before = tuple(from_facts(facts) for facts in released.get(newest.get(cohort.pk, 0), ()))
        text = applied[cohort.pk].text if cohort.pk in applied else ""
        found.append(
            Standing(
                cohort=cohort,
                phase=_phase(cohort, day_in(at, cohort.zone)),
                today=day_in(at, cohort.zone),
                release=releases.get(cohort.pk),
                changes=len(difference(before, releasable(sessions)).changes),
                reading=counts_of(cohort, text),
                sessions=tuple(sessions),
                plan=plans.get(cohort.pk),
            )
        )
    return tuple(found)


def _phase(cohort: Cohort, today: date) -> str:
    return "over" if cohort.ends_on < today else "to come" if cohort.starts_on > today else "running"


@dataclass(frozen=True, slots=True)
class LoadWeek:
    """What a week holds for the team: its gatherings, and how much is due in it."""

    monday: date
    sessions: tuple[Session, ...]
    is_now: bool


def load_of(home: Home, *, today: date, weeks: int = LOAD_WEEKS) -> tuple[LoadWeek, ...]:
    """Give the weeks from this one on with the gatherings of every cohort in them, for a picture. No query."""
    first = today - timedelta(days=today.weekday())
    held: dict[date, list[Session]] = {}
    for session in _dated(home.current):
        day = session.date
        if day is not None:
            held.setdefault(day - timedelta(days=day.weekday()), []).append(session)
    mondays = [first + timedelta(days=7 * number) for number in range(weeks)]
    return tuple(
        LoadWeek(monday, tuple(sorted(held.get(monday, ()), key=_by_time)), is_now=monday == first) for monday in mondays
    )


def _dated(standings: Iterable[Standing]) -> Iterable[Session]:
    return (session for standing in standings for session in standing.sessions if session.date and is_on(session))


def _by_time(session: Session) -> tuple[date, str, int]:
    return session.date or date.max, f"{session.start:%H:%M}" if session.start else "", session.pk
