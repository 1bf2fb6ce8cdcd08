"""A coach's availability: the slots it gives at both clock changes, and who may book, move and cancel one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.core.availability import (
    Availability,
    BadAvailability,
    Busy,
    Elsewhere,
    ExtraDay,
    NotOffered,
    Quota,
    QuotaUsedUp,
    Slot,
    Taken,
    TooLate,
    WeeklyRule,
    can_book,
    can_cancel,
    can_move,
    holidays_in,
    slots,
    sound_availability,
)
from hub.core.calendar import instant
from hub.core.errors import Refusal

LONDON = "Europe/London"
MONDAYS = WeeklyRule(
    weekday=0, start=time(10), end=time(12), first_on=date(2024, 10, 14), last_on=date(2024, 11, 11), zone=LONDON
)
THEO = Availability(coach=7, rules=(MONDAYS,))
FROM, UNTIL = datetime(2024, 9, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)


def every_slot(availability: Availability, *taken: Busy) -> tuple[Slot, ...]:
    return slots(availability, from_=FROM, until=UNTIL, taken=taken)


def walls(found: tuple[Slot, ...]) -> list[str]:
    return [f"{slot.starts_at.astimezone(ZoneInfo(slot.zone)):%d %b %H:%M}" for slot in found]


def on_one_day(day: date, start: time, end: time, zone: str = LONDON, **facts: int) -> tuple[Slot, ...]:
    return every_slot(Availability(coach=7, extra_days=(ExtraDay(on=day, start=start, end=end, zone=zone),), **facts))


def test_a_coach_is_there_at_the_same_wall_time_before_and_after_the_clock_change() -> None:
    assert walls(every_slot(THEO)) == [
        f"{day} {clock}" for day in ("14 Oct", "21 Oct", "28 Oct", "04 Nov", "11 Nov") for clock in ("10:00", "11:00")
    ]
    assert [slot.starts_at.hour for slot in every_slot(THEO)][::2] == [9, 9, 10, 10, 10]
    assert {slot.minutes for slot in every_slot(THEO)} == {60}


def test_every_other_week_a_day_off_and_an_extra_day() -> None:
    theo = replace(
        THEO,
        rules=(replace(MONDAYS, every_weeks=2),),
        days_off=frozenset({date(2024, 10, 28), date(2024, 11, 1)}),
        extra_days=(ExtraDay(on=date(2024, 11, 1), start=time(9), end=time(10), zone="America/New_York"),),
    )
    assert walls(every_slot(theo)) == ["14 Oct 10:00", "14 Oct 11:00", "01 Nov 09:00", "11 Nov 10:00", "11 Nov 11:00"]
    assert every_slot(theo)[2].starts_at == datetime(2024, 11, 1, 13, tzinfo=UTC)


def test_the_public_holidays_among_weekly_days_are_named_by_country() -> None:
    fridays = replace(MONDAYS, weekday=4, first_on=date(2026, 12, 1), last_on=date(2027, 1, 8))
    england = holidays_in([fridays, replace(fridays, start=time(14), end=time(15))], country="GB", region="ENG")
    assert england == {date(2026, 12, 25): "Christmas Day", date(2027, 1, 1): "New Year's Day"}
    assert holidays_in([fridays], country="ET", region=None) == {}  # they keep Christmas in January


def test_the_weeks_of_a_rule_are_counted_from_its_first_day() -> None:
    rule = WeeklyRule(
        weekday=0, start=time(10), end=time(11), first_on=date(2024, 10, 16), last_on=date(2024, 11, 18), every_weeks=2
    )
    assert list(rule.days()) == [date(2024, 10, 28), date(2024, 11, 11)]


def test_buffers_lie_between_two_1_to_1s() -> None:
    found = on_one_day(date(2024, 11, 5), time(10), time(13), minutes=45, before=5, after=10)
    assert walls(found) == ["05 Nov 10:00", "05 Nov 11:00", "05 Nov 12:00"]
    assert walls(on_one_day(date(2024, 11, 5), time(10), time(12, 44), minutes=45, before=5, after=10)) == walls(found)[:2]


def test_when_the_clock_goes_forward_a_slot_in_the_missing_hour_is_left_out() -> None:
    found = on_one_day(date(2025, 3, 30), time(0), time(4))
    assert walls(found) == ["30 Mar 00:00", "30 Mar 02:00", "30 Mar 03:00"]
    assert [slot.starts_at.hour for slot in found] == [0, 1, 2]
    half = on_one_day(date(2025, 3, 30), time(0, 30), time(3, 30))
    assert walls(half) == ["30 Mar 00:30", "30 Mar 02:30"]
    assert walls(on_one_day(date(2025, 3, 30), time(0, 30), time(2, 15))) == []  # 45 minutes that day


def test_when_the_clock_goes_back_a_slot_in_the_doubled_hour_is_offered_once() -> None:
    found = on_one_day(date(2024, 10, 27), time(0), time(4))
    assert walls(found) == ["27 Oct 00:00", "27 Oct 01:00", "27 Oct 02:00", "27 Oct 03:00"]
    assert [slot.starts_at.isoformat() for slot in found[:3]] == [
        "2024-10-26T23:00:00+00:00",
        "2024-10-27T00:00:00+00:00",
        "2024-10-27T02:00:00+00:00",
    ]
    assert {slot.minutes for slot in found} == {60}


def test_of_two_times_that_overlap_the_earlier_slot_stays() -> None:
    theo = replace(
        THEO,
        rules=(replace(MONDAYS, last_on=MONDAYS.first_on), replace(MONDAYS, start=time(10, 30), end=time(13, 30))),
        after=15,
    )
    assert walls(every_slot(theo))[:3] == ["14 Oct 10:00", "14 Oct 11:45", "21 Oct 10:30"]


def test_what_a_coach_is_busy_with_takes_the_slots_it_touches_with_their_buffers() -> None:
    theo = replace(THEO, before=15, rules=(replace(MONDAYS, end=time(14), last_on=MONDAYS.first_on),))
    assert walls(every_slot(theo)) == ["14 Oct 10:00", "14 Oct 11:15", "14 Oct 12:30"]
    day = date(2024, 10, 14)
    meeting = Busy(starts_at=instant(day, time(11), LONDON), ends_at=instant(day, time(11, 1), LONDON))
    assert walls(every_slot(theo, meeting)) == ["14 Oct 10:00", "14 Oct 12:30"]
    nothing = replace(meeting, ends_at=meeting.starts_at)
    assert every_slot(theo, nothing) == every_slot(theo)
    booked = every_slot(theo)[1]
    assert walls(every_slot(theo, Busy(starts_at=booked.starts_at, ends_at=booked.ends_at))) == ["14 Oct 10:00", "14 Oct 12:30"]


# -- booking

FIRST, SECOND, THIRD = every_slot(THEO)[:3]
EARLY = datetime(2024, 10, 1, tzinfo=UTC)


def as_busy(slot: Slot, title: str = "") -> Busy:
    return Busy(starts_at=slot.starts_at, ends_at=slot.ends_at, title=title)


def refused(call: Callable[..., None], *given_: object, **named: object) -> tuple[type[Refusal], str]:
    with pytest.raises(Refusal) as no:
        call(*given_, **named)
    return type(no.value), no.value.sentence


def book(slot: Slot = FIRST, **named: object) -> tuple[type[Refusal], str]:
    return refused(can_book, slot, **{"availability": THEO, "at": EARLY} | named)


def test_an_expert_books_a_slot_until_a_day_before() -> None:
    day_before = FIRST.starts_at - timedelta(hours=24)
    can_book(FIRST, availability=THEO, at=day_before, quota=Quota(count=1, minutes=60))
    assert book(at=day_before + timedelta(seconds=1)) == (
        TooLate,
        "This 1:1 starts on Mon 14 October 2024, 10:00 (London) and can be booked until 24 hours before."
        " Write to the coach instead.",
    )
    assert book(at=FIRST.starts_at, availability=replace(THEO, hours_to_book=0)) == (
        TooLate,
        "This 1:1 started on Mon 14 October 2024, 10:00 (London); it is too late to book it.",
    )


def test_what_is_not_offered_or_taken_cannot_be_booked() -> None:
    beside = replace(FIRST, starts_at=FIRST.starts_at + timedelta(minutes=5), ends_at=FIRST.ends_at + timedelta(minutes=5))
    for other in (beside, replace(FIRST, coach=8), replace(FIRST, ends_at=FIRST.ends_at + timedelta(hours=1))):
        assert book(other) == (NotOffered, "There is no 1:1 at this time. Choose one of those that are offered.")
    assert book(taken=[as_busy(FIRST)]) == (Taken, "This time has been taken. Choose another one.")


def test_the_quota_counts_1_to_1s_and_minutes() -> None:
    assert book(THIRD, taken_by_expert=[FIRST], quota=Quota(count=1)) == (
        QuotaUsedUp,
        "You have had or booked all the 1:1s you may have (1).",
    )
    assert book(THIRD, taken_by_expert=[FIRST], quota=Quota(minutes=90)) == (
        QuotaUsedUp,
        "You have 30 of 90 minutes of coaching left, and this 1:1 takes 60.",
    )
    can_book(THIRD, availability=THEO, at=EARLY, taken_by_expert=[FIRST], quota=Quota(count=2, minutes=120))


def test_an_expert_who_is_elsewhere_cannot_book() -> None:
    assert book(busy_of_expert=[as_busy(FIRST, "Collaboration Café")]) == (
        Elsewhere,
        "You are at Collaboration Café then. Choose another time.",
    )
    assert book(busy_of_expert=[as_busy(FIRST)])[1] == "You are at something else then. Choose another time."
    assert book(taken_by_expert=[replace(FIRST, coach=9)])[1] == "You are at another 1:1 then. Choose another time."
    can_book(FIRST, availability=THEO, at=EARLY, busy_of_expert=[as_busy(SECOND)])  # one after the other


def test_a_1_to_1_is_moved_with_notice_of_the_old_time_and_by_the_rules_of_the_new() -> None:
    both = {"availability": THEO, "quota": Quota(count=1, minutes=60), "taken_by_expert": [FIRST], "taken": [as_busy(FIRST)]}
    can_move(FIRST, SECOND, at=EARLY, **both)  # type: ignore[arg-type]
    can_move(FIRST, FIRST, at=EARLY, **both)  # type: ignore[arg-type]
    late = FIRST.starts_at - timedelta(hours=1)
    assert refused(can_move, FIRST, THIRD, at=late, **both)[1] == (
        "This 1:1 starts on Mon 14 October 2024, 10:00 (London) and can be moved until 24 hours before."
        " Write to the coach instead."
    )
    assert refused(can_move, FIRST, SECOND, at=EARLY, **both | {"taken": [as_busy(SECOND)]})[0] is Taken


def test_a_1_to_1_is_cancelled_until_the_notice_its_coach_needs() -> None:
    theo = replace(THEO, hours_to_cancel=48)
    can_cancel(FIRST, availability=theo, at=FIRST.starts_at - timedelta(hours=48))
    assert refused(can_cancel, FIRST, availability=theo, at=FIRST.starts_at - timedelta(hours=47)) == (
        TooLate,
        "This 1:1 starts on Mon 14 October 2024, 10:00 (London) and can be cancelled until 2 days before."
        " Write to the coach instead.",
    )


@pytest.mark.parametrize(
    ("availability", "field"),
    [
        (replace(THEO, minutes=4), "minutes"),
        (replace(THEO, minutes=481), "minutes"),
        (replace(THEO, before=-1), "before"),
        (replace(THEO, after=500), "after"),
        (replace(THEO, hours_to_move=-1), "hours_to_move"),
        (replace(THEO, rules=(replace(MONDAYS, weekday=7),)), "weekday"),
        (replace(THEO, rules=(replace(MONDAYS, every_weeks=0),)), "every_weeks"),
        (replace(THEO, rules=(replace(MONDAYS, last_on=date(2024, 10, 13)),)), "last_on"),
        (replace(THEO, rules=(replace(MONDAYS, last_on=date(2028, 10, 13)),)), "last_on"),
        (replace(THEO, rules=(replace(MONDAYS, weekday=3, last_on=date(2024, 10, 16)),)), "last_on"),
        (replace(THEO, rules=(replace(MONDAYS, zone="BST"),)), "zone"),
        (replace(THEO, rules=(replace(MONDAYS, first_on=date.min),)), "first_on"),
        (replace(THEO, rules=(replace(MONDAYS, end=time(10)),)), "end"),
        (replace(THEO, extra_days=(ExtraDay(on=date(2024, 11, 1), start=time(9), end=time(9, 30)),)), "end"),
    ],
)
def test_an_availability_that_cannot_be_is_refused_naming_what_of_it(availability: Availability, field: str) -> None:
    with pytest.raises(BadAvailability) as no:
        sound_availability(availability)
    assert no.value.field == field


def test_rules_are_kept_in_order_and_once() -> None:
    later = replace(MONDAYS, weekday=2)
    assert sound_availability(replace(THEO, rules=(later, MONDAYS, later))).rules == (MONDAYS, later)


# -- for any coach

ZONES = st.sampled_from([LONDON, "America/New_York", "Pacific/Auckland", "Asia/Kolkata"])


@st.composite
def a_span(draw: st.DrawFn) -> dict[str, time]:
    start = draw(st.integers(0, 22))
    return {"start": time(start, draw(st.sampled_from([0, 30]))), "end": time(draw(st.integers(start + 1, 23)), 45)}


@st.composite
def availabilities(draw: st.DrawFn) -> Availability:
    day = st.dates(date(2024, 10, 20), date(2024, 11, 5)) | st.dates(date(2025, 3, 25), date(2025, 4, 3))
    rules = []
    for _ in range(draw(st.integers(0, 3))):
        first = draw(day)
        rules.append(
            WeeklyRule(
                weekday=draw(st.integers(0, 6)),
                first_on=first,
                last_on=first + timedelta(days=draw(st.integers(0, 20))),
                zone=draw(ZONES),
                every_weeks=draw(st.integers(1, 3)),
                **draw(a_span()),
            )
        )
    extra = [ExtraDay(on=draw(day), zone=draw(ZONES), **draw(a_span())) for _ in range(draw(st.integers(0, 3)))]
    return Availability(
        coach=1,
        rules=tuple(rules),
        days_off=draw(st.frozensets(day, max_size=3)),
        extra_days=tuple(extra),
        minutes=draw(st.integers(15, 90)),
        before=draw(st.integers(0, 20)),
        after=draw(st.integers(0, 20)),
    )


def spans(availability: Availability) -> list[tuple[datetime, datetime, date]]:
    """All a coach offers, as instants, with the wall day."""
    days = [(day, rule.start, rule.end, rule.zone) for rule in availability.rules for day in rule.days()]
    given_ = [each for each in days if each[0] not in availability.days_off]
    given_ += [(each.on, each.start, each.end, each.zone) for each in availability.extra_days]
    return [(instant(day, start, zone), instant(day, end, zone), day) for day, start, end, zone in given_]


@settings(max_examples=80, deadline=None)
@given(availabilities())
def test_slots_last_their_minutes_lie_in_what_is_offered_and_never_overlap_with_their_buffers(theo: Availability) -> None:
    found = every_slot(theo)
    offered = spans(theo)
    assert {slot.minutes for slot in found} <= {theo.minutes}
    assert all(any(start <= slot.starts_at and slot.ends_at <= end for start, end, _ in offered) for slot in found)
    gap = timedelta(minutes=theo.before + theo.after)
    assert all(one.ends_at + gap <= other.starts_at for one, other in pairwise(found))


@settings(max_examples=80, deadline=None)
@given(availabilities(), st.data())
def test_a_coach_is_cut_into_the_same_slots_whatever_is_asked_for_and_taken(theo: Availability, data: st.DataObject) -> None:
    found = every_slot(theo)
    moment = data.draw(st.datetimes(datetime(2024, 10, 20), datetime(2025, 4, 10))).replace(tzinfo=UTC)
    halves = slots(theo, from_=FROM, until=moment), slots(theo, from_=moment, until=UNTIL)
    assert halves[0] + halves[1] == found
    taken = [as_busy(slot) for slot in found if data.draw(st.booleans())]
    free = every_slot(theo, *taken)
    assert free == tuple(slot for slot in found if as_busy(slot) not in taken)
    for slot in found[:5]:
        if slot in free:
            can_book(slot, availability=theo, at=FROM, taken=taken)
        else:
            assert refused(can_book, slot, availability=theo, at=FROM, taken=taken)[0] is Taken
