"""What the public may read of a schedule: the newest release, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Subquery

from hub.core.occurrence import Occurrence, from_facts
from hub.core.plan.model import Kind
from hub.core.release import Difference, difference, without_joining_links
from hub.core.veil import Veil
from hub.kit.fresh import Key
from hub.people.queries.veils import veils
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort
from hub.schedule.models import Release, ReleasedSession, Session
from hub.schedule.queries.veils import veil_over
from hub.schedule.queries.working import occurrence_of, working_sessions


@dataclass(frozen=True, slots=True)
class Freshness:
    """All that decides whether an answer about a cohort is still true, read by one indexed query.

    `release_id`, `release_number` and `released_at` are None before the first release: "The schedule will be published soon".
    A programme that is not public exists for its team only: the page answers 404 to everybody else.
    """

    programme_id: int
    cohort_id: int
    is_public: bool
    programme_version: int
    cohort_version: int
    release_id: int | None
    release_number: int | None
    released_at: datetime | None
    release_is_latest_change: bool  # nothing else the public sees has changed since

    @property
    def key(self) -> Key:
        """What an answer about the cohort depends on; begins every key given to `kit.fresh`, after the page's name.

        The moment stands in it because a database brought back from a backup counts the same numbers again.
        """
        moment = self.released_at.isoformat() if self.released_at else None
        return (self.cohort_id, self.cohort_version, self.programme_version, self.release_id, moment)

    @property
    def last_modified(self) -> datetime | None:
        """The moment of the newest release while nothing else has changed since; None where only the key can tell."""
        return self.released_at if self.release_is_latest_change else None


def _compiled(query: QuerySet[Any, Any], *parameters: str | int) -> str:
    """Give a query's SQL, to be run again and again with other parameters: the compiler costs ten times what the database does.

    `parameters` are those the query was made with, in the order its SQL must take them.
    """
    sql, taken = query.query.sql_with_params()
    if taken != parameters:
        raise AssertionError(f"the query takes {taken}, not {parameters}")
    return sql


@lru_cache(maxsize=1)
def _freshness_sql() -> str:
    query = (
        programmes.cohorts_named("programme", "cohort")
        .order_by("-releases__number")
        .values_list(
            "programme_id",
            "pk",
            "programme__is_public",
            "programme__public_version",
            "public_version",
            "releases__id",
            "releases__number",
            "releases__released_at",
            "releases__cohort_version",
            "releases__programme_version",
        )[:1]
    )
    return _compiled(query, "programme", "cohort")


def freshness(programme_slug: str, cohort_slug: str) -> Freshness | None:
    """Read what tells whether answers about a cohort are fresh; None where there is no such cohort. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_freshness_sql(), (programme_slug, cohort_slug))
        row = cursor.fetchone()
    if row is None:
        return None
    programme_id, cohort_id, is_public, programme_version, cohort_version, release_id, number, at, then, its = row
    if at is not None and at.tzinfo is None:  # SQLite keeps moments in UTC without saying so
        at = at.replace(tzinfo=UTC)
    is_latest = (then, its) == (cohort_version, programme_version)
    return Freshness(
        programme_id, cohort_id, bool(is_public), programme_version, cohort_version, release_id, number, at, is_latest
    )


def releases_of(cohort: Cohort) -> QuerySet[Release]:
    """Give the releases of a cohort, newest first, without their calendar text."""
    return Release.objects.filter(cohort=cohort).defer("vtimezones", "vevents").order_by("-number")


def releases_shown(cohort: Cohort) -> list[Release]:
    """Give the releases of a cohort, newest first, their notes and differences without the names that are withheld.

    Two queries. The rows are for reading: what they say is not what is stored.
    """
    veil = veils([cohort.programme_id])[cohort.programme_id]
    shown = list(releases_of(cohort))
    for release in shown:
        _draw(veil, release)
    return shown


def latest_release(cohort: Cohort) -> Release | None:
    """Give the newest release of a cohort, None before the first; its difference is read when asked for."""
    return releases_of(cohort).defer("vtimezones", "vevents", "difference").first()


def release_shown(release_id: int | None) -> Release | None:
    """Find a release, its note and difference without the names that are withheld; for reading only. Two queries."""
    release = Release.objects.filter(pk=release_id).defer("vtimezones", "vevents").first() if release_id else None
    if release is not None:
        _draw(veil_over(release_id), release)
    return release


def _draw(veil: Veil, release: Release) -> None:
    release.note, release.difference = veil.text(release.note), veil.facts(release.difference)


def released_occurrences(release_id: int | None) -> tuple[Occurrence, ...]:
    """Give the sessions of a release in their order: dated ones by time, undated ones at the place of their week.

    Names stand in them only of people who allow it (`veils`), here and wherever the public reads. Two queries.
    """
    return tuple(map(veil_over(release_id).occurrence, _as_released(release_id)))


def _as_released(release_id: int | None) -> tuple[Occurrence, ...]:
    """Give the sessions of a release word for word, to compare with. One query."""
    if release_id is None:
        return ()
    rows = ReleasedSession.objects.filter(release_id=release_id).order_by("position")
    return tuple(map(from_facts, rows.values_list("facts", flat=True)))


def released_as_shown(release_id: int | None) -> tuple[Release | None, tuple[Occurrence, ...]]:
    """Give a release and its sessions as the public may read them. Three queries."""
    release = Release.objects.filter(pk=release_id).defer("vtimezones", "vevents").first() if release_id else None
    if release is None:
        return None, ()
    veil = veil_over(release.pk)
    _draw(veil, release)
    return release, tuple(map(veil.occurrence, _as_released(release.pk)))


def released_occurrence(release_id: int | None, slug: str) -> Occurrence | None:
    """Give one session of a release by its slug, None where the release has none of that name. Two queries."""
    if release_id is None:
        return None
    facts = ReleasedSession.objects.filter(release_id=release_id, slug=slug).values_list("facts", flat=True).first()
    return veil_over(release_id).occurrence(from_facts(facts)) if facts is not None else None


def released_slugs(release_id: int | None) -> dict[str, str]:
    """Give the slug of each session of a release by its uid. One query."""
    rows = ReleasedSession.objects.filter(release_id=release_id).values_list("uid", "slug") if release_id else ()
    return {str(uid): slug for uid, slug in rows}


@dataclass(frozen=True, slots=True)
class SessionPage:
    """What a session's page tells: the session, the dated gatherings around it, and what earlier releases said of it."""

    occurrence: Occurrence
    before: Occurrence | None
    after: Occurrence | None
    earlier: tuple[Occurrence, ...]  # newest first


_EARLIER = 20  # releases looked back on for what a session was


def session_page(cohort_id: int, release_id: int | None, slug: str) -> SessionPage | None:
    """Give a session of a release for its page, None where the release has none of that name. Three queries at any size."""
    if release_id is None:
        return None
    rows = ReleasedSession.objects.filter(release_id=release_id)
    here = Subquery(rows.filter(slug=slug).values("position")[:1])
    held = rows.exclude(vevent="")
    before = held.filter(position__lt=here).order_by("-position").values("position")[:1]
    after = held.filter(position__gt=here).order_by("position").values("position")[:1]
    near = rows.filter(Q(slug=slug) | Q(position=Subquery(before)) | Q(position=Subquery(after)))
    listed = {its: (position, facts, uid) for its, position, facts, uid in near.values_list("slug", "position", "facts", "uid")}
    if slug not in listed:
        return None
    position, facts, uid = listed.pop(slug)
    veiled = veil_over(release_id).occurrence
    sides = {place > position: veiled(from_facts(those)) for place, those, _ in listed.values()}
    earlier = ReleasedSession.objects.filter(release__cohort_id=cohort_id, uid=uid, release_id__lt=release_id)
    were = earlier.order_by("-release_id").values_list("facts", flat=True)[:_EARLIER]
    earlier_ones = tuple(veiled(from_facts(those)) for those in were)
    return SessionPage(veiled(from_facts(facts)), sides.get(False), sides.get(True), earlier_ones)


@dataclass(frozen=True, slots=True)
class CalendarText:
    """What a cohort's calendar is joined from."""

    programme_name: str
    cohort_name: str
    about: str
    zone: str
    zones: str
    events: str


_CALENDAR = ("cohort__programme__name", "cohort__name", "cohort__programme__tagline", "cohort__zone", "vtimezones")


@lru_cache(maxsize=1)
def _calendar_sql() -> str:
    return _compiled(Release.objects.filter(pk=1).values_list(*_CALENDAR, "vevents"), 1)


def calendar_text(release_id: int, *, kinds: Sequence[Kind] = ()) -> CalendarText:
    """Give a release's calendar text, of some kinds of session only where any are named: two queries, with kinds three.

    Raises Release.DoesNotExist.
    """
    if kinds:
        programme, cohort, about, zone, zones = Release.objects.filter(pk=release_id).values_list(*_CALENDAR).get()
        events = veil_over(release_id).calendar("".join(vevents(release_id, kinds=kinds)))
        return CalendarText(programme, cohort, about, zone, zones, events)
    with connection.cursor() as cursor:
        cursor.execute(_calendar_sql(), (release_id,))
        row = cursor.fetchone()
    if row is None:
        raise Release.DoesNotExist
    text = CalendarText(*row)
    return replace(text, events=veil_over(release_id).calendar(text.events))


def vevents(release_id: int, *, kinds: Sequence[Kind] = ()) -> list[str]:
    """Give the calendar texts of a release's sessions in its order, of some kinds only where any are named, word for word.

    One query; whoever shows them to the public draws the veil (`calendar_text`).
    """
    rows = ReleasedSession.objects.filter(release_id=release_id).exclude(vevent="").order_by("position")
    if kinds:
        rows = rows.filter(kind__in=[kind.value for kind in kinds])
    return list(rows.values_list("vevent", flat=True))


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """What one session's calendar is joined from."""

    text: str
    zones: str
    title: str
    zone: str


def calendar_event(release_id: int | None, slug: str) -> CalendarEvent | None:
    """Give one session's calendar text, None where calendars don't get it. Two queries."""
    if release_id is None:
        return None
    row = (
        ReleasedSession.objects.filter(release_id=release_id, slug=slug)
        .exclude(vevent="")
        .values_list("vevent", "release__vtimezones", "facts")
        .first()
    )
    if row is None:
        return None
    text, zones, facts = row
    veil = veil_over(release_id)
    occurrence = veil.occurrence(from_facts(facts))
    return CalendarEvent(veil.calendar(text), zones, occurrence.say_title, occurrence.zone)


def releasable_occurrences(cohort: Cohort) -> tuple[Occurrence, ...]:
    """Give the working schedule as the public may have it: in order, without any joining link."""
    return releasable(working_sessions(cohort))


def releasable(sessions: Sequence[Session]) -> tuple[Occurrence, ...]:
    """Give all the sessions of a cohort as the public may have them, in the order given, without any joining link."""
    # Those of the whole cohort: people paste one session's link into another's text
    secret = tuple(dict.fromkeys(session.joining_link for session in sessions if session.joining_link))
    return tuple(without_joining_links(occurrence_of(session), *secret) for session in sessions)


def difference_since_release(cohort: Cohort) -> Difference:
    """Say what the next release would tell the public."""
    release = latest_release(cohort)
    return difference(_as_released(release.pk if release else None), releasable_occurrences(cohort))
