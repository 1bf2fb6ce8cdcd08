"""Read what messages tell of a schedule: released sessions, releases, and what calendars should hold. Constant queries."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from hub.core.occurrence import Occurrence, SessionState, from_facts
from hub.kit.compiled import HERE, kept
from hub.programmes.models import Cohort, Programme
from hub.schedule.models import Release, ReleasedSession, Session


@dataclass(frozen=True, slots=True)
class Told:
    """A released session, its cohort, its key in the working schedule, and its calendar text with the zones it needs."""

    cohort: Cohort
    occurrence: Occurrence
    vevent: str
    vtimezones: str


def _newest(programme: Programme) -> QuerySet[Release]:
    later = Release.objects.filter(cohort=OuterRef("cohort"), number__gt=OuterRef("number"))
    return Release.objects.filter(~Exists(later), cohort__programme=programme)


def released_sessions(
    programme: Programme, *, since: datetime | None, uids: Collection[str] | None = None, with_calendar: bool = False
) -> list[Told]:
    """Give the timed sessions of the newest release of every cohort, from a moment on (None: all). Two queries at any size."""
    releases = {row.pk: row for row in _newest(programme).select_related("cohort__programme").defer("vevents", "difference")}
    rows = ReleasedSession.objects.filter(release__in=releases, starts_at__isnull=False)
    if since is not None:
        rows = rows.filter(starts_at__gte=since)
    if uids is not None:
        rows = rows.filter(uid__in=sorted(uids))
    found = []
    for release, facts, vevent in rows.order_by("starts_at", "pk").values_list("release", "facts", "vevent"):
        of = releases[release]
        found.append(
            Told(of.cohort, from_facts(facts), vevent if with_calendar else "", of.vtimezones if with_calendar else "")
        )
    return found


def untimed_sessions(programme: Programme) -> list[Told]:
    """Give the sessions of the newest releases whose day or time is open, without calendar text. Two queries at any size."""
    cohorts = {row.pk: row.cohort for row in _newest(programme).select_related("cohort__programme").only("cohort")}
    rows = ReleasedSession.objects.filter(release__in=cohorts, starts_at__isnull=True).order_by("pk")
    return [Told(cohorts[release], from_facts(facts), "", "") for release, facts in rows.values_list("release", "facts")]


def last_timed(programme: Programme, *, since: datetime | None, uids: Collection[str]) -> dict[str, Told]:
    """Give sessions, by UID, as the last release had them that gave them a time, with calendar text.

    Those whose time then lies before `since` are left out (None: none is). Two queries at any size, none for no session.
    """
    if not uids:
        return {}
    rows = ReleasedSession.objects.filter(
        release__cohort__programme=programme, uid__in=sorted(uids), starts_at__isnull=False
    ).order_by("release__number")
    newest = {str(uid): pk for uid, pk in rows.values_list("uid", "pk")}
    last = rows.filter(pk__in=newest.values()).select_related("release__cohort__programme")
    if since is not None:
        last = last.filter(starts_at__gte=since)
    found = {}
    for row in last:
        found[str(row.uid)] = Told(row.release.cohort, from_facts(row.facts), row.vevent, row.release.vtimezones)
    return found


def recent_releases(programme: Programme, *, since: datetime | None) -> list[Release]:
    """Give the releases of a programme from a moment on (None: all), with their difference and cohort, in order. One query."""
    return _read(Release.objects.filter(cohort__programme=programme), since=since)


def releases_to_tell(programme: Programme, *, since: datetime | None, keys: Collection[int] | None = None) -> list[Release]:
    """Give the newest releases of a programme's cohorts, as `recent_releases` does: what another one overtook is left out."""
    found = _newest(programme)
    return _read(found if keys is None else found.filter(pk__in=keys), since=since)


def _read(releases: QuerySet[Release], *, since: datetime | None) -> list[Release]:
    if since is not None:
        releases = releases.filter(released_at__gte=since)
    return list(releases.select_related("cohort__programme").defer("vtimezones", "vevents").order_by("pk"))


def earlier_releases(newest: Collection[Release]) -> dict[int, dict[int, int]]:
    """Give the releases before some newest ones, by cohort: key and number. One query, none for no release."""
    found: dict[int, dict[int, int]] = {}
    if any(each.number > 1 for each in newest):
        rows = Release.objects.filter(cohort__in=[each.cohort_id for each in newest]).exclude(
            pk__in=[each.pk for each in newest]
        )
        for cohort, pk, number in rows.values_list("cohort", "pk", "number"):
            found.setdefault(cohort, {})[pk] = number
    return found


def occurrences_in(releases: Collection[int]) -> dict[int, list[Occurrence]]:
    """Give what some releases hold, by the release's key, in the order of the page. One query, none for no release."""
    found: dict[int, list[Occurrence]] = {key: [] for key in releases}
    if found:
        rows = ReleasedSession.objects.filter(release__in=sorted(found)).order_by("release", "position")
        for release, facts in rows.values_list("release", "facts"):
            found[release].append(from_facts(facts))
    return found


@dataclass(frozen=True, slots=True)
class Version:
    """A session as one release of its cohort has it: the release's number and moment (aware)."""

    number: int
    released_at: datetime
    facts: dict[str, Any]

    @property
    def occurrence(self) -> Occurrence:
        """The session as it stood in it."""
        return from_facts(self.facts)


def versions_of(programme: Programme, uids: Collection[str]) -> dict[str, list[Version]]:
    """Give sessions of a programme, by UID, as each release had them, the first one first. One query, none for no session."""
    found: dict[str, list[Version]] = {}
    if uids:
        rows = ReleasedSession.objects.filter(release__cohort__programme=programme, uid__in=sorted(uids))
        facts = rows.order_by("release__number").values_list("uid", "release__number", "release__released_at", "facts")
        for uid, number, released_at, fact in facts:
            found.setdefault(str(uid), []).append(Version(number, released_at, fact))
    return found


def first_released_at(sessions: Collection[int]) -> dict[int, datetime]:
    """Give when each of some sessions, by key, was first released with day and time. One query."""
    rows = ReleasedSession.objects.filter(session__in=sessions, starts_at__isnull=False).order_by()
    found = rows.values_list("session").annotate(first=Min("release__released_at"))
    return {key: first for key, first in found if key is not None}


def in_newest_release(cohort: int, session: int) -> QuerySet[ReleasedSession]:
    """Give a session's row in the newest release of its cohort, by keys, for who asks for more in the same query."""
    newest = Release.objects.filter(cohort=cohort).order_by("-number").values("pk")[:1]
    return ReleasedSession.objects.filter(release=Subquery(newest), session=session)


def stood_still(*, since: str) -> Exists:
    """Say of rows of a later room, which have a `session`, whether a release after a moment of theirs cancelled it, or left it
    without a time; for who asks for more in the same query.
    """
    rows = ReleasedSession.objects.filter(session=OuterRef("session"), release__released_at__gt=OuterRef(since))
    return Exists(rows.filter(Q(starts_at__isnull=True) | Q(facts__state=SessionState.CANCELLED.value)))


def begins_after(moment: datetime) -> Exists:
    """Say of rows of a later room, which have a `session`, whether the newest release lets it begin after a moment."""
    later = Release.objects.filter(cohort=OuterRef("release__cohort"), number__gt=OuterRef("release__number"))
    return Exists(ReleasedSession.objects.filter(~Exists(later), session=OuterRef("session"), starts_at__gt=moment))


_released_now = kept(lambda: in_newest_release(HERE, HERE + 1).values_list(Cast("facts", TextField())), numbers=2)


def released_now(session: Session) -> Occurrence | None:
    """Give a session as the newest release of its cohort has it, None where that does not. One query."""
    for (facts,) in _released_now(session.cohort_id, session.pk):
        return said_in(facts)
    return None


@lru_cache(maxsize=256)
def said_in(facts: str) -> Occurrence:
    """Read the facts of a released session as they are stored; the same text is the same occurrence."""
    return from_facts(json.loads(facts))


def released_now_of(sessions: Collection[int], cohorts: Collection[int]) -> dict[int, Occurrence]:
    """Give sessions of some cohorts, by key, as the newest releases have them; what is in none is left out. One query."""
    later = Release.objects.filter(cohort=OuterRef("release__cohort"), number__gt=OuterRef("release__number"))
    rows = ReleasedSession.objects.filter(~Exists(later), release__cohort__in=cohorts, session__in=sessions)
    return {key: from_facts(facts) for key, facts in rows.values_list("session", "facts") if key is not None}


@dataclass(frozen=True, slots=True)
class InRelease:
    """A session of a cohort's newest release; `session` is None where the working schedule no longer has it."""

    cohort_id: int
    key: int  # of the row in the release
    session_id: int | None
    series_id: int | None
    occurrence: Occurrence


def released_all_of(cohorts: Collection[int]) -> dict[int, list[InRelease]]:
    """Give all sessions of some cohorts as their newest releases have them, in the order of the page. One query."""
    later = Release.objects.filter(cohort=OuterRef("release__cohort"), number__gt=OuterRef("release__number"))
    rows = ReleasedSession.objects.filter(~Exists(later), release__cohort__in=cohorts).order_by("release__cohort", "position")
    found: dict[int, list[InRelease]] = {key: [] for key in cohorts}
    for cohort, key, session, series, facts in rows.values_list("release__cohort", "pk", "session", "session__series", "facts"):
        found[cohort].append(InRelease(cohort, key, session, series, from_facts(facts)))
    return found


def released_around(first: datetime, last: datetime) -> list[tuple[Session, Occurrence]]:
    """Give the sessions the newest releases let begin between two moments, with cohort and programme at hand. One query."""
    later = Release.objects.filter(cohort=OuterRef("release__cohort"), number__gt=OuterRef("release__number"))
    rows = ReleasedSession.objects.filter(~Exists(later), starts_at__gte=first, starts_at__lt=last, session__isnull=False)
    found = []
    for row in rows.select_related("session__cohort__programme").order_by("starts_at", "pk"):
        assert row.session is not None  # filtered for it
        found.append((row.session, from_facts(row.facts)))
    return found


def session_of_uid(uid: UUID) -> Session | None:
    """Find a session of the working schedule by its UID, with cohort and programme. One query."""
    return Session.objects.filter(uid=uid).select_related("cohort__programme").first()


def joining_links_of(cohort: int) -> list[str]:
    """Give the joining links of a cohort's sessions, each once; only for what takes them out of texts. One query."""
    return list(
        Session.objects.filter(cohort=cohort).exclude(joining_link="").values_list("joining_link", flat=True).distinct()
    )
