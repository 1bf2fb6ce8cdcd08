"""Say when a coach is there for 1:1s, what Experts may have, and who must not have whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction

from hub.core import availability as rules
from hub.core.availability import BadAvailability, ExtraDay, Quota, WeeklyRule, sound_availability
from hub.core.errors import NotAllowed
from hub.core.meanwhile import must_be_as_seen
from hub.core.onetoones import LONGEST_TOPIC, BadQuota, sound_quota
from hub.kit import journal
from hub.messaging.commands import facts_changed
from hub.participation.letters import tell_of_one_to_ones
from hub.participation.models import (
    Apart,
    Availability,
    AvailabilityException,
    AvailabilityRule,
    CoachingTerms,
    OneToOne,
)
from hub.participation.models import Quota as QuotaRow
from hub.participation.models.onetoones import availability_of, seen_of_quota
from hub.participation.permissions import can_coach, require_team
from hub.participation.queries.onetoones import availability_by, coaching_terms
from hub.people.models import Person
from hub.people.queries import experts_of, lock_person
from hub.programmes.models import Cohort, Programme

MOST_RULES = 30
MOST_EXCEPTIONS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a coach does 1:1s. Lengths and buffers are minutes, notice whole hours; the link is for the two alone."""

    zone: str
    minutes: int = 60
    before: int = 0
    after: int = 0
    hours_to_book: int = 24
    hours_to_change: int = 24
    place: str = ""
    joining_link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """A weekly time: wall times in the zone of the manner."""

    weekday: int
    start: time
    end: time
    first_on: date
    last_on: date
    every_weeks: int = 1


@transaction.atomic
def set_availability(
    coach: Person,
    programme: Programme,
    cohort: Cohort | None,
    manner: Manner,
    weekly: Iterable[Weekly],
    *,
    by: Person | None,
    at: datetime,
) -> Availability:
    """Say when a coach is there, in a cohort or (None) a whole programme; it replaces what was said. Days off stay.

    1:1s that are booked stay booked, and meet by the link and place said now where they have none of their own; those booked
    before the coach stopped, too. Raises NotAllowed, BadAvailability.
    """
    _must_be_theirs(coach, by)
    if not can_coach(coach, programme, cohort, at=at):
        raise NotAllowed("Only who has a part as coach, facilitator or team here is there for 1:1s.")
    lock_person(coach.pk)  # two who say it first at once
    row = Availability.objects.select_for_update(of=("self",)).filter(coach=coach, programme=programme, cohort=cohort).first()
    is_new = row is None
    if row is None:
        row = Availability(coach=coach, programme=programme, cohort=cohort)
    given = list(weekly)
    if len(given) > MOST_RULES:
        raise BadAvailability(f"There is room for {MOST_RULES} weekly times.")
    exceptions = [] if is_new else list(row.exceptions.all())
    sound = sound_availability(_pure(coach, manner, given, exceptions))
    for name, value in _columns(manner).items():
        setattr(row, name, value)
    row.edited_at = at
    row.save()
    row.rules.all().delete()
    AvailabilityRule.objects.bulk_create(
        AvailabilityRule(
            availability=row,
            weekday=each.weekday,
            start=each.start,
            end=each.end,
            every_weeks=each.every_weeks,
            first_on=each.first_on,
            last_on=each.last_on,
        )
        for each in sound.rules
    )
    if sound.rules:
        _take_on(row, at=at)
    journal.record("set", row, by=by, at=at, part_of=cohort or programme, about=coach, times=len(sound.rules))
    if is_new:
        tell_of_one_to_ones(row, by=by, at=at)
    facts_changed(programme, at=at)  # the place or the link may be another
    return row


@transaction.atomic
def remove_availability(row: Availability, *, by: Person | None, at: datetime) -> None:
    """Be there for no more 1:1s; those that are booked stay, with place and link as they were. Raises NotAllowed.

    While some are to come the row stays without times, so that they meet what the coach offers next.
    """
    _must_be_theirs(row.coach, by)
    journal.record("removed", row, by=by, at=at, part_of=row.cohort or row.programme, about=row.coach)
    if row.one_to_ones.booked().filter(ends_at__gt=at).exists():
        row.rules.all().delete()
        row.exceptions.all().delete()
        return
    row.one_to_ones.filter(joining_link="").update(joining_link=row.joining_link)
    row.one_to_ones.filter(place="").update(place=row.place)
    row.delete()


def _take_on(row: Availability, *, at: datetime) -> None:
    """Let the 1:1s to come meet as `row` says that were booked where the coach offers none any more, such as programme-wide."""
    theirs = OneToOne.objects.booked().filter(coach=row.coach_id, ends_at__gt=at, cohort__programme=row.programme_id)
    if row.cohort_id is not None:
        theirs = theirs.filter(cohort=row.cohort_id)
    others = Availability.objects.filter(coach=row.coach_id).exclude(pk=row.pk)
    stopped = others.exclude(pk__in=others.with_times().values("pk"))
    theirs.filter(availability__in=stopped).update(availability=row)


@transaction.atomic
def add_exception(
    row: Availability, *, on: date, start: time | None = None, end: time | None = None, by: Person | None, at: datetime
) -> AvailabilityException:
    """Take a day off (no times), or be there one more time on a day. Booked 1:1s stay. Raises NotAllowed, BadAvailability."""
    _must_be_theirs(row.coach, by)
    held = Availability.objects.select_for_update(of=("self",)).select_related("coach").get(pk=row.pk)
    exceptions = list(held.exceptions.all())
    if (start is None) != (end is None):
        raise BadAvailability("Write both times, or none for a day off.", field="start" if start is None else "end")
    for each in exceptions:
        if each.on == on and each.start == start:
            return each
    if len(exceptions) >= MOST_EXCEPTIONS:
        raise BadAvailability(f"There is room for {MOST_EXCEPTIONS} days. Take old ones out first.")
    new = AvailabilityException(availability=held, on=on, start=start, end=end)
    pure = availability_of(held)
    if start is not None and end is not None:
        sound_availability(
            rules.Availability(
                coach=held.coach_id,
                extra_days=(ExtraDay(on=on, start=start, end=end, zone=held.zone),),
                minutes=pure.minutes,
                before=pure.before,
                after=pure.after,
            )
        )
    new.save()
    of = held.cohort or held.programme
    journal.record("added-day", held, by=by, at=at, part_of=of, about=held.coach, on=on.isoformat(), off=start is None)
    return new


@transaction.atomic
def remove_exception(exception: AvailabilityException, *, by: Person | None, at: datetime) -> None:
    """Let a day be as the weekly times say again. Raises NotAllowed."""
    row = availability_by(exception.availability_id)
    assert row is not None  # the exception hangs on it
    _must_be_theirs(row.coach, by)
    of = row.cohort or row.programme
    journal.record("removed-day", row, by=by, at=at, part_of=of, about=row.coach, on=exception.on.isoformat())
    exception.delete()


@transaction.atomic
def set_quota(
    cohort: Cohort,
    quota: Quota | None,
    *,
    expert: Person | None = None,
    seen: str | None = None,
    by: Person | None,
    at: datetime,
) -> None:
    """Say how many 1:1s, or minutes, each Expert of a cohort may have, or (`expert`) one of them; None takes that back.

    What is booked stays. `seen` marks what each could have when they began to write. Raises NotAllowed, BadQuota,
    ChangedMeanwhile.
    """
    require_team(by, cohort.programme, at=at, doing="say how many 1:1s an Expert may have")
    if expert is None:
        row = locked_coaching_terms(cohort)
        sound = sound_quota(quota or Quota(minutes=60))
        if seen_of_quota(row) == asdict(sound):
            return
        must_be_as_seen(seen, seen_of_quota(row), of="what each Expert may have")
        row.count, row.minutes = sound.count, sound.minutes
        row.save()
        journal.record("set-quota", row, by=by, at=at, part_of=cohort, count=sound.count, minutes=sound.minutes)
        return
    if not experts_of([cohort], people=[expert.pk], at=at)[cohort.pk]:
        raise BadQuota("They are no Expert of this cohort.", field="expert")
    if quota is None:
        QuotaRow.objects.filter(cohort=cohort, expert=expert).delete()
        journal.record("reset-quota", cohort, by=by, at=at, about=expert)
        return
    sound = sound_quota(quota)
    QuotaRow.objects.update_or_create(cohort=cohort, expert=expert, defaults={"count": sound.count, "minutes": sound.minutes})
    journal.record("set-own-quota", cohort, by=by, at=at, about=expert, count=sound.count, minutes=sound.minutes)


@transaction.atomic
def share_outcomes(cohort: Cohort, *, with_team: bool, by: Person | None, at: datetime) -> None:
    """Say whether the team reads outcomes that are written from now on; those before stay as was told. Raises NotAllowed."""
    require_team(by, cohort.programme, at=at, doing="say who reads outcomes")
    row = locked_coaching_terms(cohort)
    row.is_outcome_for_team = with_team
    row.save()
    journal.record("shared-outcomes" if with_team else "kept-outcomes", row, by=by, at=at, part_of=cohort)


@transaction.atomic
def keep_apart(cohort: Cohort, expert: Person, coach: Person, *, reason: str = "", by: Person | None, at: datetime) -> Apart:
    """Say that an Expert must not have a coach. Only the team reads it, and why. Booked 1:1s stay. Raises NotAllowed."""
    require_team(by, cohort.programme, at=at, doing="keep people apart")
    words = " ".join(reason.split())[:LONGEST_TOPIC]
    row, _ = Apart.objects.update_or_create(cohort=cohort, expert=expert, coach=coach, defaults={"reason": words})
    journal.record("kept-apart", row, by=by, at=at)  # of nobody's history: the two would read it
    return row


@transaction.atomic
def let_together(apart: Apart, *, by: Person | None, at: datetime) -> None:
    """Let an Expert have a coach again. Raises NotAllowed."""
    require_team(by, apart.cohort.programme, at=at, doing="keep people apart")
    journal.record("let-together", apart, by=by, at=at)
    apart.delete()


def locked_coaching_terms(cohort: Cohort) -> CoachingTerms:
    """Take the lock of how a cohort does 1:1s; the usual is written down where nobody said."""
    usual = coaching_terms(cohort)
    row, _ = CoachingTerms.objects.select_for_update(of=("self",)).get_or_create(
        cohort=cohort, defaults={"count": usual.count, "minutes": usual.minutes}
    )
    return row


def _must_be_theirs(coach: Person, by: Person | None) -> None:
    if by is not None and by.pk != coach.pk:
        raise NotAllowed("Whoever is there for 1:1s says so themselves.")


def _pure(
    coach: Person, manner: Manner, weekly: Iterable[Weekly], exceptions: Iterable[AvailabilityException]
) -> rules.Availability:
    return rules.Availability(
        coach=coach.pk,
        rules=tuple(
            WeeklyRule(
                weekday=each.weekday,
                start=each.start,
                end=each.end,
                first_on=each.first_on,
                last_on=each.last_on,
                zone=manner.zone,
                every_weeks=each.every_weeks,
            )
            for each in weekly
        ),
        extra_days=tuple(
            ExtraDay(on=each.on, start=each.start, end=each.end, zone=manner.zone)
            for each in exceptions
            if each.start is not None and each.end is not None
        ),
        minutes=manner.minutes,
        before=manner.before,
        after=manner.after,
        hours_to_book=manner.hours_to_book,
        hours_to_move=manner.hours_to_change,
        hours_to_cancel=manner.hours_to_change,
    )


def _columns(manner: Manner) -> dict[str, Any]:
    names = ("zone", "minutes", "before", "after", "hours_to_book", "hours_to_change", "place", "joining_link")
    return {name: getattr(manner, name) for name in names}
