"""Make and change series: the rule, its exceptions, and the sessions that follow it.

A session people made their own keeps what they made: core.series says how. The plan's text follows in the same transaction,
as one version for the whole series.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction

from hub.core.calendar import say_date
from hub.core.errors import ChangedMeanwhile, NotFromHere
from hub.core.occurrence import SessionState
from hub.core.series import (
    LONGEST_REASON,
    BadSeries,
    ExceptionDate,
    SeriesDate,
    SeriesRule,
    align,
    carried,
    days_of,
    facts_by,
    follow,
    series_dates,
    sound_rule,
)
from hub.core.sessions import BadSession, sound_facts
from hub.kit import journal
from hub.people.models import Person
from hub.programmes import queries as cohorts
from hub.programmes.models import Cohort
from hub.schedule import events
from hub.schedule.commands import runsheets
from hub.schedule.commands import sessions as single
from hub.schedule.commands.plans import write_back
from hub.schedule.models import ReleasedSession, Series, SeriesException, Session
from hub.schedule.permissions import require_team
from hub.schedule.queries.series import adopted, dates_of, exceptions_of, mark_of, rule_of, sessions_by_date
from hub.schedule.queries.working import facts_of
from hub.schedule.touched import touched_sessions

_DOING = "change its series"
_NO_LONGER = "No longer in the series"


class SeriesChangedMeanwhile(ChangedMeanwhile):
    """Somebody changed the series, or took it away, between reading and writing."""

    code: ClassVar[str] = "series-changed-meanwhile"


@transaction.atomic
def create_series(
    cohort: Cohort, rule: SeriesRule, *, exceptions: Iterable[ExceptionDate] = (), by: Person | None, at: datetime
) -> Series:
    """Add a series with its sessions. One of its kind that stands on its day already is taken in as it is, not doubled.

    An exception for a day the rule does not give is left aside. Raises NotAllowed, BadSeries.
    """
    require_team(by, cohort.programme, at=at, doing=_DOING)
    sound = sound_rule(rule)
    held = cohorts.locked_cohort(cohort)
    days = set(days_of(sound))
    kept = [replace(each, reason=_reason(each.reason)) for each in exceptions if each.on in days]
    dates = series_dates(sound, kept)
    if twice := next((each for each in dates if each.clashes), None):  # with nothing said to be busy: with itself
        raise BadSeries(f"{twice.clashes[0]}. Choose another day.", field="moved_to")
    series = _keep(Series(cohort=held), sound)
    _keep_exceptions(series, kept)
    done = _Done(held, at)
    done.make(series, sound, dates)
    journal.record("added", series, by=by, part_of=series.cohort, at=at, title=series.title, **done.counts)
    done.write_back(f"Series added in the web: {series.title}", by=by)
    return series


@transaction.atomic
def edit_series(
    series: Series, rule: SeriesRule, *, from_on: date | None = None, seen: str = "", by: Person | None, at: datetime
) -> Series:
    """Change the rule; the sessions of its days from `from_on` follow (None: all of them). Gives the series they are now in.

    Days count as the rule gave them, wherever they are held. Sessions are moved within their month, added, cancelled, or
    taken away where nobody ever saw or touched them. What people made by hand of a session stays, a cancellation too.
    Where earlier days keep another rule the series ends before `from_on` and a new one follows it. `seen` is the mark
    (`queries.series.mark_of`) of what the editor began from; without it nobody asks.

    Raises NotAllowed, BadSeries, SeriesChangedMeanwhile.
    """
    require_team(by, series.cohort.programme, at=at, doing=_DOING)
    sound = sound_rule(rule)
    row = _locked(series, seen)
    before, exceptions = rule_of(row), exceptions_of(row)
    dates = series_dates(before, exceptions)
    is_all = from_on is None or not any(each.on < from_on for each in dates)
    start = min(before.first_on, sound.first_on) if is_all or from_on is None else from_on
    coming = sound if is_all else replace(sound, first_on=max(sound.first_on, start))
    old = [each for each in dates if each.on >= start]
    left_out = {each.on for each in old if each.is_left_out}
    days = list(days_of(coming))
    aligned = align([each.on for each in old if each.on not in left_out], [day for day in days if day not in left_out]) | {
        day: day for day in left_out if day in days
    }
    later = carried([each for each in exceptions if each.on >= start], aligned)
    new = series_dates(coming, later)

    by_day = sessions_by_date(dates, Session.objects.filter(series=row).prefetch_related("materials"))
    following = row
    if is_all:
        _keep(row, sound)
    elif sound.first_on <= start and replace(sound, first_on=before.first_on, last_on=before.last_on) == before:
        _keep(row, replace(before, last_on=sound.last_on))
    else:
        _keep(row, replace(before, last_on=min(before.last_on, start - timedelta(days=1))))
        following = _keep(Series(cohort=row.cohort), coming) if days else row
        if following != row:
            events.series_parted.send(sender=Series, cohort=row.cohort_id, series=row.pk, follower=following.pk)
    row.exceptions.filter(on__gte=start).delete()
    _keep_exceptions(following, later)
    if following != row:
        mine = [each.pk for on, each in by_day.items() if on >= start]
        Session.objects.filter(pk__in=mine).update(series=following)
        for held in by_day.values():
            held.series = following if held.pk in mine else row

    done = _Done(row.cohort, at)
    by_new = {each.on: each for each in new}
    for each in old:
        if session := by_day.get(each.on):
            target = by_new.get(aligned[each.on]) if each.on in aligned else None
            done.follow(session, each, target, before, coming)
    done.make(following, coming, new, earlier=[each for each in dates if each.on < start and following == row])
    journal.record(
        "edited",
        following,
        by=by,
        part_of=following.cohort,
        at=at,
        title=following.title,
        from_on=start.isoformat(),
        **done.counts,
    )
    done.write_back(f"Series changed in the web: {following.title}", by=by)
    return following


def end_series(series: Series, *, last_on: date, by: Person | None, at: datetime) -> Series:
    """Let a series end on another day, earlier or later, and leave its days before as they are. Raises as edit_series does."""
    rule = rule_of(series)
    first_changed = min(last_on, rule.last_on) + timedelta(days=1)
    return edit_series(series, replace(rule, last_on=last_on), from_on=first_changed, by=by, at=at)


@transaction.atomic
def remove_series(series: Series, *, seen: str = "", by: Person | None, at: datetime) -> None:
    """Take a series away with the sessions nobody saw or touched; the others are cancelled and stand by themselves.

    Raises NotAllowed, SeriesChangedMeanwhile, and what later rooms refuse that still count by it.
    """
    require_team(by, series.cohort.programme, at=at, doing=_DOING)
    row = _locked(series, seen)
    events.series_goes.send(sender=Series, cohort=row.cohort_id, series=row.pk)
    rule = rule_of(row)
    done = _Done(row.cohort, at)
    for session in Session.objects.filter(series=row).prefetch_related("materials"):
        done.drop(session, rule, note=_NO_LONGER)
    journal.record("removed", row, by=by, part_of=row.cohort, at=at, title=row.title, **done.counts)
    row.delete()
    done.write_back(f"Series removed in the web: {row.title}", by=by)


@transaction.atomic
def leave_out(series: Series, on: date, *, reason: str = "", by: Person | None, at: datetime) -> SeriesException:
    """Leave out a day the rule gives. Its session is cancelled with the reason, or goes where nobody saw or touched it.

    Raises NotAllowed, BadSeries, NotFromHere, SeriesChangedMeanwhile.
    """
    require_team(by, series.cohort.programme, at=at, doing=_DOING)
    words = _reason(reason)
    row = _locked(series)
    given, session = _date(row, on)
    if given.is_left_out:
        raise NotFromHere("This day is left out already.")
    exception, _ = SeriesException.objects.update_or_create(series=row, on=on, defaults={"moved_to": None, "reason": words})
    done = _Done(row.cohort, at)
    if session is not None:
        done.drop(session, rule_of(row), note=words)
    journal.record("left-out", row, by=by, part_of=row.cohort, at=at, on=on.isoformat())
    done.write_back(f"Left out in the web: {row.title} of {say_date(on)}", by=by)
    return exception


@transaction.atomic
def hold_on(series: Series, on: date, moved_to: date, *, reason: str = "", by: Person | None, at: datetime) -> Session:
    """Hold a day of the series on another day, or, where `moved_to` is the day itself, as the rule says again.

    A session that was left out or cancelled is on again. Raises NotAllowed, BadSeries, SeriesChangedMeanwhile.
    """
    require_team(by, series.cohort.programme, at=at, doing=_DOING)
    words = _reason(reason)
    row = _locked(series)
    rule = rule_of(row)
    try:
        sound_facts(facts_by(rule, moved_to))
    except BadSession as no:
        raise BadSeries(no.sentence, field="moved_to") from no
    _, session = _date(row, on)
    if any(each.held_on == moved_to and each.on != on for each in dates_of(row)):
        raise BadSeries(f"The series is held on {say_date(moved_to)} already. Choose another day.", field="moved_to")
    if moved_to == on:
        row.exceptions.filter(on=on).delete()
    else:
        SeriesException.objects.update_or_create(series=row, on=on, defaults={"moved_to": moved_to, "reason": words})
    done = _Done(row.cohort, at)
    held = done.put(row, rule, session, moved_to)
    journal.record("held-on", row, by=by, part_of=row.cohort, at=at, on=on.isoformat(), moved_to=moved_to.isoformat())
    done.write_back(f"Moved in the web: {row.title} of {say_date(on)}", by=by)
    held.refresh_from_db()
    return held


@dataclass(slots=True)
class _Done:
    """What one command did to the sessions of a cohort, and the plan's share of it."""

    cohort: Cohort
    at: datetime
    written: list[Session] = field(default_factory=list)
    counts: dict[str, Any] = field(default_factory=dict)
    _taken: set[str] | None = None
    _public: set[object] | None = None
    _touched: frozenset[int] = frozenset()

    def make(
        self, series: Series, rule: SeriesRule, dates: Sequence[SeriesDate], *, earlier: Sequence[SeriesDate] = ()
    ) -> None:
        """Give every date that is held a session: its own, one that stands there, else a new one.

        `earlier` dates are left alone, and their sessions to them.
        """
        served = sessions_by_date((*earlier, *dates), Session.objects.filter(series=series))
        standing = adopted(rule, Session.objects.filter(cohort=self.cohort, series=None, date__isnull=False))
        for each in dates:
            if each.held_on is None:
                continue
            if (session := served.get(each.on)) is not None:
                if session.state == SessionState.CANCELLED and session.status_note == _NO_LONGER:
                    self.put(series, rule, session, each.held_on)
            elif (session := standing.get(each.held_on)) is not None:
                session.series = series
                session.save(update_fields=["series"])
                self._count("taken_in")
            else:
                self.put(series, rule, None, each.held_on)

    def put(self, series: Series, rule: SeriesRule, session: Session | None, day: date) -> Session:
        """Let a date's session be held on a day: moved and on again, or new."""
        if session is None:
            if self._taken is None:
                self._taken = single.taken_slugs(self.cohort)
            session = single.insert(self.cohort, facts_by(rule, day), taken=self._taken, series=series, at=self.at)
            self._count("added")
        else:
            if session.date != day:
                single.update(session, sound_facts(replace(facts_of(session), date=day)), at=self.at)
                self._count("moved")
            if session.state == SessionState.CANCELLED:
                single.restore(session, at=self.at)
                self._count("restored")
        self.written.append(session)
        return session

    def follow(self, session: Session, was: SeriesDate, now: SeriesDate | None, before: SeriesRule, after: SeriesRule) -> None:
        """Let a session follow from one rule to the next; `now` is None where the new rule has no day for it."""
        if session.state == SessionState.CANCELLED:
            return
        if now is None or now.held_on is None:
            self.drop(session, before, note=_NO_LONGER)
            return
        facts = facts_of(session)
        wanted = follow(facts, before, after)
        if facts.date == was.held_on:
            wanted = replace(wanted, date=now.held_on)
        if wanted == facts:
            return
        single.update(session, sound_facts(wanted), at=self.at)
        self._count("moved" if wanted.date != facts.date else "changed")
        self.written.append(session)

    def drop(self, session: Session, rule: SeriesRule, *, note: str) -> None:
        """Take a session away, or cancel it where the public or the plan knows it or people made something of it."""
        if session.state == SessionState.CANCELLED:
            return
        if self._public is None:
            released = ReleasedSession.objects.filter(release__cohort=self.cohort)
            self._public = set(released.values_list("uid", flat=True).distinct())
            self._touched = touched_sessions(self.cohort)
        facts = facts_of(session)
        is_as_made = facts.date is not None and facts == replace(facts_by(rule, facts.date), agenda=())
        is_known = session.uid in self._public or session.pk in self._touched
        if is_as_made and session.plan_facts is None and not is_known and not session.materials.all():
            session.delete()
            self._count("removed")
            return
        single.cancel(session, note=note, at=self.at)
        self._count("cancelled")
        self.written.append(session)

    def write_back(self, note: str, *, by: Person | None) -> None:
        """Let the run-sheets follow what was done, and write it into the plan's text, as one version."""
        runsheets.follow(self.cohort.programme, [self.cohort], only=[session.pk for session in self.written], at=self.at)
        write_back(self.cohort, self.written, note=note, by=by, at=self.at)

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1


def _locked(series: Series, seen: str = "") -> Series:
    """Give the series as it stands now, its cohort locked. Raises SeriesChangedMeanwhile when it is gone or another."""
    held = cohorts.locked_cohort(series.cohort)
    row = Series.objects.select_for_update().filter(pk=series.pk).first()
    if row is None:
        raise SeriesChangedMeanwhile("Somebody took this series away meanwhile.")
    if seen and seen != mark_of(row):
        raise SeriesChangedMeanwhile(
            "Somebody changed this series since you opened it. Their dates are shown here; yours is below."
        )
    row.cohort = held
    return row


def _date(series: Series, on: date) -> tuple[SeriesDate, Session | None]:
    """Give a day of a series with its session. Raises BadSeries for a day the rule does not give."""
    dates = dates_of(series)
    given = next((each for each in dates if each.on == on), None)
    if given is None:
        raise BadSeries(f"{say_date(on)} is no day of this series.", field="on")
    rows = Session.objects.filter(series=series).prefetch_related("materials")
    return given, sessions_by_date(dates, rows).get(on)


def _reason(text: str) -> str:
    words = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    if len(words) > LONGEST_REASON:
        raise BadSeries(f"The reason has {len(words)} characters and there is room for {LONGEST_REASON}.", field="reason")
    return words


def _keep(series: Series, rule: SeriesRule) -> Series:
    series.title, series.kind = rule.title, rule.kind.value
    series.mode = rule.mode.value if rule.mode else ""
    series.weekday, series.nths = rule.on.weekday, list(rule.on.nths)
    series.start, series.end, series.zone = rule.start, rule.end, rule.zone
    series.first_on, series.last_on = rule.first_on, rule.last_on
    series.save()
    return series


def _keep_exceptions(series: Series, exceptions: Iterable[ExceptionDate]) -> None:
    SeriesException.objects.bulk_create(
        SeriesException(series=series, on=each.on, moved_to=each.moved_to, reason=each.reason) for each in exceptions
    )
