"""Series: their dates before saving, their sessions, exceptions, and rules that change on the way."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from hub.core.calendar import MonthlyRule
from hub.core.errors import ChangedMeanwhile, NotAllowed, NotFromHere
from hub.core.occurrence import SessionState
from hub.core.plan.model import Kind, Mode
from hub.core.series import BadSeries, ExceptionDate, SeriesDate, SeriesRule
from hub.kit.models import JournalEntry
from hub.programmes.models import Cohort
from hub.schedule.commands import series as commands
from hub.schedule.commands.series import create_series, edit_series, end_series, hold_on, leave_out, remove_series
from hub.schedule.commands.sessions import add_material, cancel_session, edit_session, restore_session
from hub.schedule.models import PlanVersion, Series, SeriesException, Session
from hub.schedule.queries.series import ShownSeries, preview_series, rule_of, series_of
from hub.schedule.queries.working import facts_of, plan_text
from tests.factories import BEGUN, a_cohort, a_plan_text, a_session, ada, an_imported_cohort, mara, sam
from tests.schedule.drafts import released

pytestmark = pytest.mark.django_db

AT = BEGUN + timedelta(days=1)
LATER = BEGUN + timedelta(days=2)
CAFES = SeriesRule(
    title="Collaboration Café",
    kind=Kind.CAFE,
    on=MonthlyRule(2, (1, 3)),
    start=time(15),
    end=time(17),
    zone="Europe/London",
    first_on=date(2024, 9, 1),
    last_on=date(2024, 11, 30),
    mode=Mode.ONLINE,
)
SIX = [
    date(2024, 9, 4), date(2024, 9, 18), date(2024, 10, 2), date(2024, 10, 16), date(2024, 11, 6), date(2024, 11, 20),
]  # fmt: skip
NEW_YEAR = date(2025, 1, 1)


def the_cafes(cohort: Cohort | None = None, rule: SeriesRule = CAFES, **more: Any) -> Series:
    return create_series(cohort or a_cohort(), rule, by=None, at=AT, **more)


def standing() -> list[tuple[str, str]]:
    """Every session that is on: its day and its times."""
    rows = Session.objects.exclude(state="cancelled").order_by("date", "pk")
    return [(f"{row.date:%d %b}", f"{row.start:%H:%M}–{row.end:%H:%M}") for row in rows]


def on(day: date) -> Session:
    return Session.objects.get(date=day)


def edited(session: Session, **facts: Any) -> Session:
    return edit_session(session, replace(facts_of(session), **facts), seen_at=session.edited_at, by=None, at=AT)


def only(cohort: Cohort) -> ShownSeries:
    (shown,) = series_of(cohort)
    return shown


def test_a_series_makes_the_sessions_it_showed_before_it_was_saved() -> None:
    cohort = a_cohort()
    team = mara(cohort.programme)
    rule = replace(CAFES, last_on=date(2025, 2, 28))
    shown = preview_series(cohort, rule)
    assert [each.on for each in shown if each.holiday] == [NEW_YEAR]

    series = create_series(
        cohort, rule, exceptions=[ExceptionDate(on=NEW_YEAR, moved_to=date(2025, 1, 8), reason="holiday")], by=team, at=AT
    )

    held = [date(2025, 1, 8) if each.on == NEW_YEAR else each.on for each in shown]
    rows = list(Session.objects.order_by("date"))
    assert [(row.date, row.series, row.edited_at) for row in rows] == [(day, series, AT) for day in held]
    assert (rows[0].slug, rows[0].title, rows[0].mode, rows[0].kind) == (
        "cafe-2024-09-04",
        "Collaboration Café",
        "online",
        "cafe",
    )
    assert [row.starts_at for row in rows][4] == datetime(2024, 11, 6, 15, 0, tzinfo=UTC)
    assert rule_of(Series.objects.get()) == rule
    assert SeriesException.objects.values_list("on", "moved_to", "reason").get() == (NEW_YEAR, date(2025, 1, 8), "holiday")
    entry = JournalEntry.objects.get(verb="added", thing="schedule.Series")
    assert (entry.by_id, entry.facts) == (team.pk, {"title": "Collaboration Café", "added": 12})
    assert PlanVersion.objects.count() == 0


def test_a_preview_writes_nothing_and_says_what_else_is_then() -> None:
    cohort = a_cohort()
    a_session(cohort, title="Full meeting", kind=Kind.MEETING, date=date(2024, 9, 4), start=time(16), end=time(18))
    a_session(cohort, title="Before", kind=Kind.MEETING, date=date(2024, 9, 18), start=time(13), end=time(15))
    a_session(
        cohort, title="Paris", kind=Kind.WEBINAR, date=date(2024, 10, 2), start=time(17), end=time(19), zone="Europe/Paris"
    )
    a_session(cohort, title="Tokyo", kind=Kind.WEBINAR, date=date(2024, 10, 17), start=time(0), end=time(1), zone="Asia/Tokyo")
    a_session(cohort, title="All day", kind=Kind.TRAINING, date=date(2024, 11, 6), start=None, end=None)
    a_session(cohort, title="No meeting", kind=Kind.REST, date=date(2024, 11, 20), start=None, end=None)
    cancel_session(a_session(cohort, title="Off", kind=Kind.MEETING, date=date(2024, 11, 20)), by=None, at=AT)

    shown = preview_series(cohort, CAFES)

    assert [each.clashes for each in shown] == [
        ("Full meeting, 16:00–18:00",),
        (),
        ("Paris, 17:00–19:00",),
        ("Tokyo, 00:00–01:00",),
        ("All day, time to be confirmed",),
        (),
    ]
    assert Series.objects.count() == 0


def test_a_session_of_the_kind_that_stands_on_its_day_is_taken_in_and_not_doubled() -> None:
    cohort = an_imported_cohort()
    before = {row.pk: facts_of(row) for row in Session.objects.filter(kind="cafe")}
    rule = replace(CAFES, start=time(14), last_on=date(2024, 10, 31))
    assert [(each.is_there, each.clashes) for each in preview_series(cohort, rule)] == [(True, ())] * 3 + [(False, ())]

    series = the_cafes(cohort, replace(rule, last_on=date(2024, 10, 15)))

    cafes = Session.objects.filter(kind="cafe")
    assert {row.pk: facts_of(row) for row in cafes} == before
    assert {row.series for row in cafes} == {series}
    assert PlanVersion.objects.count() == 1


def test_a_series_is_written_into_the_plan_as_one_version() -> None:
    cohort = an_imported_cohort()

    the_cafes(
        cohort, replace(CAFES, title="Show and tell", kind=Kind.OTHER, on=MonthlyRule(0, (2,)), last_on=date(2024, 10, 31))
    )

    assert [version.number for version in PlanVersion.objects.order_by("number")] == [1, 2]
    text = plan_text(cohort)
    assert text.count("Show and tell") == 2
    assert all(Session.objects.filter(title="Show and tell").values_list("plan_facts", flat=True))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"end": time(9)}, "end"),
        ({"last_on": date(2024, 9, 2)}, "last_on"),
        ({"zone": "BST"}, "zone"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_and_nothing_is_made(change: dict[str, Any], field: str) -> None:
    cohort = a_cohort()
    for attempt in (lambda rule: preview_series(cohort, rule), lambda rule: the_cafes(cohort, rule)):
        with pytest.raises(BadSeries) as no:
            attempt(replace(CAFES, **change))
        assert no.value.field == field
    series = the_cafes(cohort)
    with pytest.raises(BadSeries):
        edit_series(series, replace(CAFES, **change), by=None, at=AT)

    assert (rule_of(Series.objects.get()), Session.objects.count()) == (CAFES, 6)


def test_two_dates_of_a_new_series_on_one_day_are_refused() -> None:
    with pytest.raises(BadSeries) as no:
        the_cafes(exceptions=[ExceptionDate(on=SIX[0], moved_to=SIX[1])])

    assert no.value.sentence == "The series is held twice on Wed 18 September 2024. Choose another day."
    assert Series.objects.count() == 0


def test_a_new_time_reaches_the_sessions_from_that_day_on_and_leaves_the_earlier_ones() -> None:
    series = the_cafes()

    following = edit_series(series, replace(CAFES, start=time(10), end=time(11)), from_on=date(2024, 10, 1), by=None, at=LATER)

    assert standing() == [
        ("04 Sep", "15:00–17:00"),
        ("18 Sep", "15:00–17:00"),
        ("02 Oct", "10:00–11:00"),
        ("16 Oct", "10:00–11:00"),
        ("06 Nov", "10:00–11:00"),
        ("20 Nov", "10:00–11:00"),
    ]
    series.refresh_from_db()
    assert (series.last_on, following.first_on, following.start) == (date(2024, 9, 30), date(2024, 10, 1), time(10))
    assert [row.edited_at for row in Session.objects.order_by("date")] == [AT] * 2 + [LATER] * 4
    assert [len([each for each in shown.dates if each.session]) for shown in series_of(series.cohort)] == [2, 4]


def test_a_new_weekday_moves_the_sessions_within_their_month_with_address_and_uid() -> None:
    series = the_cafes()
    before = {row.pk: (row.slug, row.uid) for row in Session.objects.all()}

    edit_series(series, replace(CAFES, on=MonthlyRule(1, (2, -1))), by=None, at=LATER)

    assert [day for day, _ in standing()] == ["10 Sep", "24 Sep", "08 Oct", "29 Oct", "12 Nov", "26 Nov"]
    assert {row.pk: (row.slug, row.uid) for row in Session.objects.all()} == before
    assert Series.objects.count() == 1


def test_more_days_add_sessions_and_fewer_take_away_those_nobody_touched() -> None:
    series = the_cafes()
    edit_series(series, replace(CAFES, on=MonthlyRule(2, (1, 2, 3))), by=None, at=LATER)
    assert [day for day, _ in standing()] == [
        "04 Sep", "11 Sep", "18 Sep", "02 Oct", "09 Oct", "16 Oct", "06 Nov", "13 Nov", "20 Nov",
    ]  # fmt: skip
    add_material(on(date(2024, 9, 18)), title="Slides", url="https://example.org/slides", by=None, at=AT)
    edited(on(date(2024, 10, 16)), topic="Metrics")

    edit_series(series, replace(CAFES, on=MonthlyRule(2, (1,))), by=None, at=LATER)

    assert [day for day, _ in standing()] == ["04 Sep", "02 Oct", "06 Nov"]
    cancelled = Session.objects.filter(state="cancelled").order_by("date")
    assert [(row.date, row.status_note) for row in cancelled] == [
        (date(2024, 9, 18), "No longer in the series"),
        (date(2024, 10, 16), "No longer in the series"),
    ]


def test_what_the_public_knows_is_cancelled_and_comes_back_when_the_series_holds_it_again() -> None:
    series = the_cafes()
    released(series.cohort, at=AT)

    end_series(series, last_on=date(2024, 10, 31), by=None, at=LATER)
    assert [(row.date, row.state) for row in Session.objects.order_by("date")][4:] == [
        (date(2024, 11, 6), SessionState.CANCELLED),
        (date(2024, 11, 20), SessionState.CANCELLED),
    ]
    series.refresh_from_db()
    assert series.last_on == date(2024, 10, 31)
    end_series(series, last_on=date(2024, 12, 31), by=None, at=LATER)

    assert [day for day, _ in standing()] == ["04 Sep", "18 Sep", "02 Oct", "16 Oct", "06 Nov", "20 Nov", "04 Dec", "18 Dec"]
    assert Session.objects.exclude(state="cancelled").filter(status_note="").count() == 8
    assert Series.objects.count() == 1


def test_a_weekly_series_that_goes_on_leaves_its_last_session_where_it_is() -> None:
    weekly = replace(CAFES, on=MonthlyRule(2, (1, 2, 3, 4, 5)), last_on=date(2024, 9, 25))
    series = the_cafes(rule=weekly)
    before = dict(Session.objects.values_list("pk", "date"))

    end_series(series, last_on=date(2024, 10, 9), by=None, at=LATER)

    assert {pk: day for pk, day in Session.objects.values_list("pk", "date") if pk in before} == before
    assert [day for day, _ in standing()] == ["04 Sep", "11 Sep", "18 Sep", "25 Sep", "02 Oct", "09 Oct"]


def test_what_people_made_of_a_session_by_hand_stays_when_the_rule_changes() -> None:
    series = the_cafes()
    edited(on(SIX[0]), topic="Welcome", start=time(14), end=time(16))
    edited(on(SIX[1]), date=date(2024, 9, 19))
    edited(on(SIX[2]), title="Showcase", kind=Kind.MEETING)
    cancel_session(on(SIX[3]), note="Strike", by=None, at=AT)

    edit_series(
        series, replace(CAFES, title="Café", on=MonthlyRule(1, (1, 3)), start=time(10), end=time(11)), by=None, at=LATER
    )

    rows = Session.objects.order_by("pk")
    assert [(row.title, row.date, row.start, row.state) for row in rows] == [
        ("Café", date(2024, 9, 3), time(14), "scheduled"),
        ("Café", date(2024, 9, 19), time(10), "scheduled"),
        ("Showcase", date(2024, 10, 1), time(10), "scheduled"),
        ("Collaboration Café", date(2024, 10, 16), time(15), "cancelled"),
        ("Café", date(2024, 11, 5), time(10), "scheduled"),
        ("Café", date(2024, 11, 19), time(10), "scheduled"),
    ]
    assert SeriesException.objects.values_list("on", "moved_to").get() == (date(2024, 9, 17), date(2024, 9, 19))


def test_the_same_rule_again_changes_nothing_at_all() -> None:
    series = the_cafes()
    hold_on(series, SIX[1], date(2024, 9, 19), by=None, at=AT)
    leave_out(series, SIX[2], by=None, at=AT)
    before = list(Session.objects.order_by("pk").values())

    edit_series(series, CAFES, by=None, at=LATER)
    edit_series(series, CAFES, from_on=date(2024, 10, 10), by=None, at=LATER)

    assert list(Session.objects.order_by("pk").values()) == before
    assert list(SeriesException.objects.order_by("on").values_list("on", "moved_to")) == [
        (SIX[1], date(2024, 9, 19)),
        (SIX[2], None),
    ]
    assert Series.objects.count() == 1


def test_a_session_moved_by_hand_is_an_exception_until_it_is_moved_back() -> None:
    series = the_cafes()

    moved = edited(on(SIX[0]), date=date(2024, 9, 5))
    assert only(series.cohort).dates[0].date == SeriesDate(
        on=SIX[0], held_on=date(2024, 9, 5), is_exception=True, is_there=True
    )
    again = edited(moved, date=date(2024, 9, 6))
    assert SeriesException.objects.values_list("on", "moved_to").get() == (SIX[0], date(2024, 9, 6))
    edited(again, date=SIX[0])
    assert SeriesException.objects.count() == 0


def test_a_session_whose_day_becomes_open_leaves_the_series_and_is_not_made_again() -> None:
    series = the_cafes()

    session = edited(on(SIX[0]), date=None)
    edit_series(series, replace(CAFES, title="Café"), by=None, at=LATER)

    session.refresh_from_db()
    assert (session.series, session.state, session.title) == (None, "to-be-confirmed", "Collaboration Café")
    assert only(series.cohort).dates[0].date.is_left_out
    assert Session.objects.count() == 6


def test_a_day_left_out_takes_its_session_away_and_can_be_held_again() -> None:
    series = the_cafes()

    leave_out(series, SIX[0], reason=" bank\nholiday ", by=None, at=LATER)
    assert [day for day, _ in standing()] == ["18 Sep", "02 Oct", "16 Oct", "06 Nov", "20 Nov"]
    assert only(series.cohort).dates[0].date == SeriesDate(on=SIX[0], held_on=None, reason="bank holiday", is_exception=True)
    with pytest.raises(NotFromHere):
        leave_out(series, SIX[0], by=None, at=LATER)
    edit_series(series, replace(CAFES, start=time(14)), by=None, at=LATER)
    assert len(standing()) == 5

    held = hold_on(series, SIX[0], SIX[0], by=None, at=LATER)

    assert (held.date, held.start, held.slug) == (SIX[0], time(14), "cafe-2024-09-04")
    assert SeriesException.objects.count() == 0


def test_a_known_day_left_out_is_cancelled_with_its_reason_and_put_back_on_from_either_side() -> None:
    series = the_cafes()
    released(series.cohort, at=AT)

    leave_out(series, SIX[0], reason="bank holiday", by=None, at=LATER)
    session = Session.objects.get(date=SIX[0])
    assert (session.state, session.status_note) == ("cancelled", "bank holiday")
    assert restore_session(session, by=None, at=LATER).state == "scheduled"
    assert SeriesException.objects.count() == 0

    leave_out(series, SIX[0], by=None, at=LATER)
    held = hold_on(series, SIX[0], date(2024, 9, 10), reason="holiday", by=None, at=LATER)
    assert (held.pk, held.state, held.date) == (session.pk, "scheduled", date(2024, 9, 10))
    assert SeriesException.objects.values_list("on", "moved_to", "reason").get() == (SIX[0], date(2024, 9, 10), "holiday")


def test_a_session_back_on_where_its_series_has_no_day_for_it_stands_by_itself() -> None:
    series = the_cafes()
    edited(on(SIX[5]), topic="Metrics")
    end_series(series, last_on=date(2024, 10, 31), by=None, at=LATER)

    restored = restore_session(on(SIX[5]), by=None, at=LATER)

    assert (restored.series, restored.state, restored.date) == (None, "scheduled", SIX[5])
    assert (len(only(series.cohort).dates), SeriesException.objects.count()) == (4, 0)


def test_a_session_cancelled_by_hand_before_the_rule_moved_is_an_exception_once_it_is_back_on() -> None:
    series = the_cafes()
    cancel_session(on(SIX[0]), by=None, at=AT)
    edit_series(series, replace(CAFES, on=MonthlyRule(3, (1, 3))), by=None, at=LATER)

    restore_session(on(SIX[0]), by=None, at=LATER)

    assert SeriesException.objects.values_list("on", "moved_to").get() == (date(2024, 9, 5), SIX[0])
    assert [day for day, _ in standing()][:2] == ["04 Sep", "19 Sep"]


@pytest.mark.parametrize(
    ("day", "moved_to", "reason", "field", "sentence"),
    [
        (date(2024, 9, 5), date(2024, 9, 6), "", "on", "Thu 5 September 2024 is no day of this series."),
        (SIX[0], SIX[1], "", "moved_to", "The series is held on Wed 18 September 2024 already. Choose another day."),
        (SIX[0], date(24, 9, 6), "", "moved_to", "The year 24 is hardly meant. Write one like 2024."),
        (SIX[0], date(2024, 9, 6), "x" * 201, "reason", "The reason has 201 characters and there is room for 200."),
    ],
)
def test_an_exception_that_cannot_be_is_refused_at_its_field(
    day: date, moved_to: date, reason: str, field: str, sentence: str
) -> None:
    series = the_cafes()
    before = standing()

    with pytest.raises(BadSeries) as no:
        hold_on(series, day, moved_to, reason=reason, by=None, at=LATER)

    assert (no.value.field, no.value.sentence) == (field, sentence)
    assert (standing(), SeriesException.objects.count()) == (before, 0)


def test_exceptions_before_the_day_a_rule_changes_stay_with_the_series_that_ends() -> None:
    series = the_cafes()
    hold_on(series, SIX[0], date(2024, 9, 5), by=None, at=AT)
    hold_on(series, SIX[4], date(2024, 11, 7), by=None, at=AT)

    following = edit_series(series, replace(CAFES, start=time(10)), from_on=SIX[2], by=None, at=LATER)

    assert [row.on for row in series.exceptions.all()] == [SIX[0]]
    assert [row.on for row in following.exceptions.all()] == [SIX[4]]
    assert [day for day, _ in standing()] == ["05 Sep", "18 Sep", "02 Oct", "16 Oct", "07 Nov", "20 Nov"]


def test_a_series_taken_away_leaves_only_what_people_know_or_made() -> None:
    series = the_cafes()
    edited(on(SIX[0]), topic="Welcome")

    remove_series(series, by=None, at=LATER)

    assert Series.objects.count() == 0
    assert [(row.date, row.state, row.series) for row in Session.objects.all()] == [(SIX[0], "cancelled", None)]
    with pytest.raises(ChangedMeanwhile):
        leave_out(series, SIX[1], by=None, at=LATER)


def test_only_the_team_changes_series() -> None:
    cohort = a_cohort()
    series = the_cafes(cohort)

    for person in (ada(cohort), sam()):
        for attempt in (
            lambda by: create_series(cohort, CAFES, by=by, at=LATER),
            lambda by: edit_series(series, CAFES, by=by, at=LATER),
            lambda by: end_series(series, last_on=SIX[2], by=by, at=LATER),
            lambda by: leave_out(series, SIX[0], by=by, at=LATER),
            lambda by: hold_on(series, SIX[0], SIX[0], by=by, at=LATER),
            lambda by: remove_series(series, by=by, at=LATER),
        ):
            with pytest.raises(NotAllowed) as no:
                attempt(person)
            assert no.value.sentence == "Only the team of the programme can change its series."
    assert len(standing()) == 6


def test_when_the_last_write_fails_nothing_of_the_series_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    cohort = a_cohort()

    def full(*_: object, **__: object) -> None:
        raise IntegrityError("the disk is full")

    monkeypatch.setattr(commands.journal, "record", full)
    with pytest.raises(IntegrityError):
        the_cafes(cohort)

    assert (Series.objects.count(), Session.objects.count()) == (0, 0)


def test_showing_the_series_takes_as_many_queries_for_three_sessions_as_for_sixty() -> None:
    few = a_cohort("2024")
    the_cafes(few, replace(CAFES, last_on=date(2024, 10, 15)))
    many = a_cohort("2025")
    for nth in (1, 2, 3):
        the_cafes(many, replace(CAFES, on=MonthlyRule(nth, (1, 2, 3, 4)), title=f"Café {nth}", last_on=date(2025, 1, 31)))
    assert Session.objects.filter(cohort=many).count() == 60

    def cost(cohort: Cohort) -> tuple[int, int]:
        held = Cohort.objects.select_related("programme").get(pk=cohort.pk)
        with CaptureQueriesContext(connection) as shown:
            series_of(held)
        with CaptureQueriesContext(connection) as previewed:
            preview_series(held, CAFES)
        return len(shown), len(previewed)

    assert cost(few) == cost(many)
    assert max(cost(many)) <= 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time, and in memory refuses the second")
def test_of_two_who_leave_out_the_same_day_at_once_one_is_told() -> None:
    series = the_cafes()
    together = threading.Barrier(2, timeout=10)

    def leave(_: int) -> str:
        together.wait()
        try:
            leave_out(series, SIX[0], by=None, at=LATER)
        except NotFromHere as no:
            return no.sentence
        finally:
            connection.close()
        return "left out"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, range(2))) == ["This day is left out already.", "left out"]
    assert len(standing()) == 5


def test_a_day_left_out_of_a_series_the_plan_has_is_cancelled_there_too_and_the_other_lines_stay() -> None:
    cohort = an_imported_cohort()
    series = the_cafes(cohort, replace(CAFES, last_on=date(2024, 10, 15)))

    leave_out(series, SIX[2], reason="Strike", by=None, at=LATER)

    row = on(SIX[2])
    assert (row.state, row.status_note) == ("cancelled", "Strike")
    assert row.plan_facts
    assert row.plan_facts["state"] == "cancelled"
    before, after = a_plan_text().splitlines(), plan_text(cohort).splitlines()
    assert [line for line in before if line not in after] == [
        "- Week 1: Collaboration Café: **Wednesday 2 October 2024 (15:00–17:00)** - Case studies - Online"
    ]
