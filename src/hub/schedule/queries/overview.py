"""What is released of several cohorts at once, for homes and for search engines: constant queries, however many cohorts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hub.core.calendar import MONTHS
from hub.core.occurrence import Occurrence, SessionState, from_facts
from hub.core.plan.model import Kind
from hub.core.veil import Veil
from hub.people.queries.veils import veils
from hub.programmes.models import Cohort
from hub.schedule.models import ReleasedSession
from hub.schedule.queries.veils import newest_releases

_LONGEST = timedelta(days=2)  # no session lasts longer, so what began before is over


@dataclass(frozen=True, slots=True)
class Coming:
    """A session still to come, and the cohort it is of; `url` and `join` lead to what is somebody's own and no session."""

    cohort: Cohort
    occurrence: Occurrence
    url: str = ""
    join: str = ""


@dataclass(frozen=True, slots=True)
class Beat:
    """A dated entry of a schedule as a picture needs it."""

    kind: Kind
    date: date
    title: str


@dataclass(frozen=True, slots=True)
class MonthOfBeats:
    """A month of a cohort's schedule and what it holds, in order."""

    year: int
    month: int
    beats: tuple[Beat, ...]

    @property
    def name(self) -> str:
        """The month's name: "July"."""
        return MONTHS[self.month - 1]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A cohort's released schedule at a glance: its months, those without any dated session included."""

    months: tuple[MonthOfBeats, ...]

    @property
    def count(self) -> int:
        """How many gatherings there are."""
        return sum(beat.kind.is_gathering for month in self.months for beat in month.beats)

    def how_many(self, kind: Kind) -> int:
        """How many there are of a kind."""
        return sum(beat.kind is kind for month in self.months for beat in month.beats)


@dataclass(frozen=True, slots=True)
class ReleasedPage:
    """A session's public page: where it is, and when what it says last changed."""

    cohort: Cohort
    slug: str
    changed_at: datetime


def coming(
    cohorts: Iterable[Cohort],
    *,
    at: datetime,
    limit: int,
    is_among_themselves: bool = False,
    only: Collection[str] | None = None,
) -> list[Coming]:
    """Give the gatherings that are not over at a moment, soonest first, cancelled ones left out. Three queries.

    `only` limits them to some sessions, by UID. Names are those of people who allow theirs, but for who takes part in the
    cohorts (`is_among_themselves`).
    """
    by_release = _by_release(cohorts)
    drawn = {} if is_among_themselves else veils(cohort.programme_id for cohort in by_release.values())
    rows = ReleasedSession.objects.filter(release__in=by_release, starts_at__gt=at - _LONGEST).order_by("starts_at", "pk")
    found: list[Coming] = []
    for release_id, facts in rows.values_list("release_id", "facts").iterator(chunk_size=50):
        occurrence = from_facts(facts)
        end = occurrence.ends_at or occurrence.starts_at
        if only is not None and occurrence.uid not in only:
            continue
        if end and end > at and occurrence.kind.is_gathering and occurrence.state is SessionState.SCHEDULED:
            cohort = by_release[release_id]
            found.append(Coming(cohort, drawn.get(cohort.programme_id, Veil()).occurrence(occurrence)))
            if len(found) == limit:
                break
    return found


def rhythms(cohorts: Iterable[Cohort]) -> dict[int, Rhythm]:
    """Give each released cohort's rhythm by the cohort's id; cancelled entries are left out. Three queries."""
    by_release = _by_release(cohorts)
    drawn = veils(cohort.programme_id for cohort in by_release.values())
    beats: dict[int, list[Beat]] = {cohort.pk: [] for cohort in by_release.values()}
    rows = ReleasedSession.objects.filter(release__in=by_release).order_by("position")
    for release_id, facts in rows.values_list("release_id", "facts"):
        if "date" in facts and facts["state"] != SessionState.CANCELLED:
            cohort = by_release[release_id]
            title = drawn[cohort.programme_id].text(facts.get("title", ""))
            beats[cohort.pk].append(Beat(Kind(facts["kind"]), date.fromisoformat(facts["date"]), title))
    return {pk: _rhythm(each) for pk, each in beats.items()}


def released_pages(cohorts: Iterable[Cohort]) -> list[ReleasedPage]:
    """Give every session that has a public page. Two queries."""
    by_release = _by_release(cohorts)
    rows = ReleasedSession.objects.filter(release__in=by_release).order_by("release", "position")
    return [
        ReleasedPage(by_release[release_id], slug, changed_at)
        for release_id, slug, changed_at in rows.values_list("release_id", "slug", "changed_at")
    ]


def released_sessions(cohorts: Iterable[Cohort]) -> list[tuple[Cohort, Occurrence]]:
    """Give every session that has a public page with its cohort, as the public reads it, by cohort and time. Three queries."""
    by_release = _by_release(cohorts)
    drawn = veils(cohort.programme_id for cohort in by_release.values())
    rows = (
        ReleasedSession.objects.filter(release__in=by_release)
        .order_by("release", "position")
        .values_list("release_id", "facts")
    )
    told = ((by_release[release_id], from_facts(facts)) for release_id, facts in rows)
    return [(cohort, drawn[cohort.programme_id].occurrence(each)) for cohort, each in told]


def _by_release(cohorts: Iterable[Cohort]) -> dict[int, Cohort]:
    given = {cohort.pk: cohort for cohort in cohorts}
    return {release_id: given[pk] for pk, release_id in newest_releases(given.values()).items()}


def _rhythm(beats: list[Beat]) -> Rhythm:
    if not beats:
        return Rhythm(())
    beats = sorted(beats, key=lambda beat: beat.date)
    at, last = (beats[0].date.year, beats[0].date.month), (beats[-1].date.year, beats[-1].date.month)
    months: list[MonthOfBeats] = []
    while at <= last:
        year, month = at
        months.append(MonthOfBeats(year, month, tuple(beat for beat in beats if (beat.date.year, beat.date.month) == at)))
        at = (year, month + 1) if month < 12 else (year + 1, 1)
    return Rhythm(tuple(months))
