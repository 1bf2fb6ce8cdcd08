"""Read the series of a cohort with the dates they give, and preview those of one that is not saved yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import blake2b

from hub.core.calendar import MonthlyRule, instant, say_times
from hub.core.occurrence import SessionState
from hub.core.plan.model import Kind, Mode
from hub.core.series import ExceptionDate, SeriesDate, SeriesRule, date_of, days_of, series_dates, sound_rule
from hub.programmes.models import Cohort
from hub.schedule.models import Series, Session
from hub.schedule.queries.boxes import given_away


@dataclass(frozen=True, slots=True)
class HeldDate:
    """A date of a series and its session, None where it has none: left out before anybody saw it, or taken away."""

    date: SeriesDate
    session: Session | None


@dataclass(frozen=True, slots=True)
class ShownSeries:
    """A series as people read it: its rule, its dates in order, and its sessions that are none of the dates."""

    series: Series
    rule: SeriesRule
    dates: tuple[HeldDate, ...]
    others: tuple[Session, ...]


def rule_of(series: Series) -> SeriesRule:
    """Give the rule a series keeps."""
    return SeriesRule(
        title=series.title,
        kind=Kind(series.kind),
        on=MonthlyRule(series.weekday, tuple(series.nths)),
        start=series.start,
        end=series.end,
        zone=series.zone,
        first_on=series.first_on,
        last_on=series.last_on,
        mode=Mode(series.mode) if series.mode else None,
    )


def exceptions_of(series: Series) -> tuple[ExceptionDate, ...]:
    """Give the days a series leaves out or holds on another day, in order."""
    rows = sorted(series.exceptions.all(), key=lambda row: row.on)
    return tuple(ExceptionDate(on=row.on, moved_to=row.moved_to, reason=row.reason) for row in rows)


def mark_of(series: Series) -> str:
    """Give a short mark of the series as it stands: another as soon as its rule or one of its exceptions is another."""
    return blake2b(repr((rule_of(series), exceptions_of(series))).encode(), digest_size=8).hexdigest()


def dates_of(series: Series) -> tuple[SeriesDate, ...]:
    """Give the dates of a series, without what clashes with them."""
    return series_dates(rule_of(series), exceptions_of(series))


def sessions_by_date(dates: Iterable[SeriesDate], sessions: Iterable[Session]) -> dict[date, Session]:
    """Say which session is which date of its series, by the rule's own day. One that is on counts before a cancelled one."""
    rows = sorted(sessions, key=lambda row: (row.state == SessionState.CANCELLED, row.pk))
    found = date_of(dates, {row.pk: row.date for row in rows})
    return {found[row.pk].on: row for row in rows if row.pk in found}


def preview_series(
    cohort: Cohort, rule: SeriesRule, *, series: Series | None = None, exceptions: Iterable[ExceptionDate] | None = None
) -> tuple[SeriesDate, ...]:
    """Give the dates a rule would have in a cohort: holidays, what else is then, and which sessions stand there already.

    `series` is the one being edited: its exceptions hold, unless others are given, and its own sessions are no clash.
    Nothing is written; the number of queries does not depend on the number of sessions. Raises BadSeries.
    """
    sound = sound_rule(rule)
    kept = exceptions_of(series) if exceptions is None and series is not None else tuple(exceptions or ())
    rows = list(Session.objects.filter(cohort=cohort, date__isnull=False).order_by("date", "start", "pk"))
    return _dates(cohort, sound, kept, rows, series=series, given=_given_away(cohort))


def series_of(cohort: Cohort) -> tuple[ShownSeries, ...]:
    """Give the series of a cohort with their dates and sessions, by title. A constant number of queries."""
    found = list(Series.objects.filter(cohort=cohort).prefetch_related("exceptions").order_by("title", "first_on", "pk"))
    if not found:
        return ()
    rows = list(Session.objects.filter(cohort=cohort).order_by("date", "start", "pk"))
    given = _given_away(cohort)
    shown = []
    for series in found:
        rule = rule_of(series)
        dates = _dates(cohort, rule, exceptions_of(series), rows, series=series, given=given)
        own = [row for row in rows if row.series_id == series.pk]
        by_date = sessions_by_date(dates, own)
        taken = {row.pk for row in by_date.values()}
        shown.append(
            ShownSeries(
                series=series,
                rule=rule,
                dates=tuple(HeldDate(each, by_date.get(each.on)) for each in dates),
                others=tuple(row for row in own if row.pk not in taken),
            )
        )
    return tuple(shown)


def adopted(rule: SeriesRule, sessions: Iterable[Session], *, series: Series | None = None) -> dict[date, Session]:
    """Give, by day, the sessions of the kind that stand there already and belong to no series: a new one takes them in."""
    return {
        row.date: row
        for row in sorted(sessions, key=lambda row: row.pk, reverse=True)
        if row.date
        and row.kind == rule.kind.value
        and row.state != SessionState.CANCELLED
        and (row.series_id is None or (series is not None and row.series_id == series.pk))
    }


def _dates(
    cohort: Cohort,
    rule: SeriesRule,
    exceptions: tuple[ExceptionDate, ...],
    sessions: list[Session],
    *,
    series: Series | None,
    given: Mapping[date, tuple[str, ...]],
) -> tuple[SeriesDate, ...]:
    standing = adopted(rule, sessions, series=series)
    own = {row.pk for row in standing.values()}
    others = [
        row
        for row in sessions
        if row.pk not in own
        and row.date
        and row.state != SessionState.CANCELLED
        and Kind(row.kind).is_gathering
        and (series is None or row.series_id != series.pk)
    ]
    days = {*days_of(rule), *(each.moved_to for each in exceptions if each.moved_to)}
    busy: dict[date, tuple[str, ...]] = defaultdict(tuple)
    for day in days & given.keys():
        busy[day] = given[day]
    for row in others:
        for day in _days_met(rule, row):
            if day in days:
                busy[day] += (_said(row),)
    return series_dates(rule, exceptions, busy=busy, standing=standing.keys())


def _days_met(rule: SeriesRule, row: Session) -> Iterable[date]:
    """Yield the days on which the series' times meet a session's; one whose time is open takes its day. Zones may differ."""
    assert row.date is not None
    if row.start is None:
        yield row.date
        return
    begins = instant(row.date, row.start, row.zone)
    ends = instant(row.date, row.end, row.zone) if row.end else begins + timedelta(minutes=1)
    for day in (row.date - timedelta(days=1), row.date, row.date + timedelta(days=1)):
        start, end = _span(day, rule.start, rule.end, rule.zone)
        if begins < end and start < ends:
            yield day


def _span(day: date, start: time, end: time, zone: str) -> tuple[datetime, datetime]:
    return instant(day, start, zone), instant(day, end, zone)


def _said(row: Session) -> str:
    title = f"{row.title}: {row.topic}" if row.topic else row.title
    return f"{title}, {say_times(row.start, row.end)}" if row.start else f"{title}, time to be confirmed"


def _given_away(cohort: Cohort) -> dict[date, tuple[str, ...]]:
    """Give the days the programme's year plan has something else on."""
    days: dict[date, tuple[str, ...]] = defaultdict(tuple)
    for known in given_away(cohort.programme):
        days[known.on] += (f"In the year plan: {known.title}",)
    return days
