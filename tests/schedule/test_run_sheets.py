"""Run-sheets follow their sessions: whatever is done to a schedule, the tasks are those the facts ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.calendar import MonthlyRule
from hub.core.errors import NotAllowed, NotFromHere
from hub.core.plan.model import Kind, Mode
from hub.core.runsheet import BadLine, Line, Owner, own_countdown, wanted
from hub.core.series import SeriesRule
from hub.kit.models import JournalEntry
from hub.people.commands import end_role, give_role
from hub.people.models import Person, Role, RoleKind
from hub.programmes.models import Cohort
from hub.schedule.commands import runsheets
from hub.schedule.commands.boxes import create_cohort_from
from hub.schedule.commands.plans import import_plan
from hub.schedule.commands.runsheets import (
    NotOnTheTeam,
    SheetChangedMeanwhile,
    TaskGone,
    add_task,
    hand_over_task,
    lay_aside,
    remove_task,
    reopen_task,
    reset_run_sheet,
    save_run_sheet,
    set_due,
    skip_task,
    tick_task,
)
from hub.schedule.commands.series import create_series, hold_on, leave_out, remove_series
from hub.schedule.commands.sessions import cancel_session, edit_session, restore_session
from hub.schedule.models import PlanVersion, RunSheetTask, Session
from hub.schedule.queries.boxes import propose_cohort
from hub.schedule.queries.runsheets import countdowns_of, gathering_of, mark_of, sheet_of
from hub.schedule.queries.working import facts_of
from tests.factories import BEGUN, a_cohort, a_plan_text, a_programme, a_session, ada, an_imported_cohort, mara, sam
from tests.schedule.drafts import add_sessions, many

pytestmark = pytest.mark.django_db

AT = BEGUN + timedelta(days=1)
LATER = BEGUN + timedelta(days=2)
IN_SEPTEMBER = datetime(2024, 9, 10, 11, 0, tzinfo=UTC)
CAFES = SeriesRule(
    title="Collaboration Café",
    kind=Kind.CAFE,
    on=MonthlyRule(2, (1, 3)),
    start=time(15),
    end=time(17),
    zone="Europe/London",
    first_on=date(2024, 9, 1),
    last_on=date(2024, 10, 31),
    mode=Mode.ONLINE,
)
CAFE_LINES = ["confirm-host", "remind-speakers", "send-joining-link", "attendance", "notes", "recording"]


def told(session: Session) -> list[tuple[str, date | None, str]]:
    rows = RunSheetTask.objects.filter(session=session).order_by("days", "pk")
    return [(row.line, row.due_on, row.state) for row in rows]


def the_task(session: Session, line: str = "notes") -> RunSheetTask:
    return RunSheetTask.objects.select_related("session__cohort__programme").get(session=session, line=line)


def edited(session: Session, **facts: Any) -> Session:
    now = Session.objects.get(pk=session.pk)
    return edit_session(now, replace(facts_of(now), **facts), seen_at=now.edited_at, by=None, at=AT)


def asked_for(cohort: Cohort) -> set[tuple[int, str, date | None]]:
    """What the facts ask for, worked out without the tasks that are there."""
    every = Session.objects.filter(cohort=cohort)
    asked = wanted(map(gathering_of, every), countdowns_of(cohort.programme))
    return {(each.session, each.line, each.due_on) for each in asked}


def open_tasks(cohort: Cohort) -> set[tuple[int, str, date | None]]:
    rows = RunSheetTask.objects.filter(session__cohort=cohort, state="open").exclude(line="")
    return set(rows.values_list("session", "line", "due_on"))


# -- they follow


def test_a_session_that_is_added_has_its_countdown_at_once() -> None:
    session = a_session(a_cohort())
    assert told(session) == [
        ("confirm-host", date(2024, 8, 14), "open"),
        ("remind-speakers", date(2024, 8, 28), "open"),
        ("send-joining-link", date(2024, 9, 2), "open"),
        ("attendance", date(2024, 9, 5), "open"),
        ("notes", date(2024, 9, 7), "open"),
        ("recording", date(2024, 9, 11), "open"),
    ]


def test_an_imported_plan_brings_the_tasks_of_all_its_sessions() -> None:
    cohort = an_imported_cohort()
    assert open_tasks(cohort) == asked_for(cohort)
    assert {kind: RunSheetTask.objects.filter(session__kind=kind).count() for kind in ("cafe", "workshop", "rest")} == {
        "cafe": 18,
        "workshop": 11,
        "rest": 0,
    }


def test_a_plan_of_last_year_brings_no_tasks() -> None:
    cohort = a_cohort()
    import_plan(cohort, a_plan_text(), seen=0, by=None, at=datetime(2025, 6, 1, 9, 0, tzinfo=UTC))
    assert set(RunSheetTask.objects.values_list("session__date", "due_on")) == {(None, None)}


def test_a_session_that_moves_moves_its_open_tasks_and_leaves_what_is_done() -> None:
    session = a_session(a_cohort())
    tick_task(the_task(session, "confirm-host"), by=None, at=AT)

    edited(session, date=date(2024, 9, 11))

    moved = {line: (due, state) for line, due, state in told(session)}
    assert moved["confirm-host"] == (date(2024, 8, 14), "done")
    assert moved["notes"] == (date(2024, 9, 14), "open")


def test_a_session_that_loses_its_day_keeps_its_tasks_without_one() -> None:
    session = a_session(a_cohort())
    edited(session, date=None, start=None, end=None)
    assert [(line, due) for line, due, _ in told(session)] == [(line, None) for line in CAFE_LINES]


def test_cancelling_takes_open_tasks_away_and_putting_back_on_brings_them_again() -> None:
    session = a_session(a_cohort())
    tick_task(the_task(session, "notes"), by=None, at=AT)
    cancel_session(session, by=None, at=AT)
    assert [(line, state) for line, _, state in told(session)] == [("notes", "done")]

    restore_session(session, by=None, at=AT)
    assert sorted((line, state) for line, _, state in told(session)) == sorted(
        (line, "done" if line == "notes" else "open") for line in CAFE_LINES
    )


def test_another_kind_has_another_countdown_and_what_both_have_stays_done() -> None:
    session = a_session(a_cohort())
    tick_task(the_task(session, "confirm-host"), by=None, at=AT)
    edited(session, kind=Kind.WEBINAR)
    assert [(line, state) for line, _, state in told(session)] == [
        ("confirm-speakers", "open"),
        ("confirm-host", "done"),
        ("announce", "open"),
        ("remind-speakers", "open"),
        ("send-joining-link", "open"),
        ("try-out", "open"),
        ("attendance", "open"),
        ("thank-speakers", "open"),
        ("recording", "open"),
    ]


def test_how_people_attend_decides_whether_there_is_a_room_to_book() -> None:
    session = a_session(a_cohort())
    edited(session, mode=Mode.IN_PERSON, place="Aster House")
    assert [line for line, _, _ in told(session)] == [
        "book-room", "access-needs", "confirm-host", "travel", "catering",
        "remind-speakers", "send-directions", "attendance", "notes",
    ]  # fmt: skip


def test_a_task_made_by_hand_stays_and_moves_with_its_session() -> None:
    session = a_session(a_cohort())
    add_task(session, "Bring the banner", days=-1, by=None, at=AT)
    add_task(session, "Write the grant", due_on=date(2024, 9, 30), by=None, at=AT)
    edited(session, date=date(2024, 9, 11), kind=Kind.REST)
    cancel_session(Session.objects.get(pk=session.pk), by=None, at=AT)
    by_hand = RunSheetTask.objects.filter(line="").order_by("pk").values_list("what", "due_on", "state")
    assert list(by_hand) == [
        ("Bring the banner", date(2024, 9, 10), "open"),
        ("Write the grant", date(2024, 9, 30), "open"),
    ]


def test_a_series_brings_takes_and_moves_the_tasks_of_its_sessions() -> None:
    cohort = a_cohort()
    series = create_series(cohort, CAFES, by=None, at=AT)
    assert len(open_tasks(cohort)) == 4 * len(CAFE_LINES)
    hold_on(series, date(2024, 9, 18), date(2024, 9, 19), by=None, at=AT)
    leave_out(series, date(2024, 10, 2), by=None, at=AT)
    assert open_tasks(cohort) == asked_for(cohort)
    assert len(open_tasks(cohort)) == 3 * len(CAFE_LINES)
    remove_series(series, by=None, at=AT)
    assert RunSheetTask.objects.count() == 0


def test_a_session_of_whose_run_sheet_something_is_done_is_cancelled_where_another_would_go() -> None:
    cohort = a_cohort()
    series = create_series(cohort, CAFES, by=None, at=AT)
    first = Session.objects.get(date=date(2024, 9, 4))
    tick_task(the_task(first, "confirm-host"), by=None, at=AT)
    remove_series(series, by=None, at=AT)
    assert list(Session.objects.values_list("pk", "state")) == [(first.pk, "cancelled")]
    assert told(first) == [("confirm-host", date(2024, 8, 14), "done")]


def test_a_plan_that_loses_a_session_keeps_it_as_cancelled_where_something_was_done_for_it() -> None:
    cohort = an_imported_cohort()
    cafe = Session.objects.get(date=date(2024, 9, 18))
    add_task(cafe, "Bring the banner", days=-1, by=None, at=AT)
    text = "\n".join(line for line in a_plan_text().split("\n") if "18 September" not in line and "Map them" not in line)
    import_plan(cohort, text, seen=1, by=None, at=AT)
    assert Session.objects.get(pk=cafe.pk).state == "cancelled"
    assert list(RunSheetTask.objects.filter(session=cafe).values_list("what", flat=True)) == ["Bring the banner"]
    assert open_tasks(cohort) == asked_for(cohort)


def test_a_cohort_made_from_another_has_run_sheets_of_its_own() -> None:
    source = an_imported_cohort()
    month = date(2025, 9, 1)
    answers = propose_cohort(source, first_month=month).proposed_answers
    made = create_cohort_from(source, slug="2025", name="Cohort 2025", first_month=month, answers=answers, by=None, at=AT)
    assert open_tasks(made) == asked_for(made)
    assert open_tasks(made) != set()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["move", "undate", "cancel", "restore", "kind", "mode", "tick", "skip", "reopen", "add", "sheet", "import"]
        ),
        st.integers(0, 40),
    ),
    max_size=14,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS)
def test_whatever_is_done_to_a_schedule_the_tasks_are_those_the_facts_ask_for(steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        cohort = an_imported_cohort()
        settled: dict[tuple[int, str], str] = {}
        for step, number in steps:
            take(step, number, cohort, settled)
        held = {(each.session_id, each.line): each for each in RunSheetTask.objects.filter(session__cohort=cohort)}
        assert {key: each.state for key, each in held.items() if each.state != "open"} == settled
        assert open_tasks(cohort) == {each for each in asked_for(cohort) if each[:2] not in settled}
        transaction.set_rollback(True)


def take(step: str, number: int, cohort: Cohort, settled: dict[tuple[int, str], str]) -> None:
    """Do one thing to a schedule, as far as it can be done, and remember which tasks are settled."""
    sessions = list(Session.objects.filter(cohort=cohort).order_by("pk"))
    session = sessions[number % len(sessions)]
    tasks = list(RunSheetTask.objects.filter(session=session).select_related("session__cohort__programme").order_by("pk"))
    task = tasks[number % len(tasks)] if tasks else None
    if step == "move":
        edited(session, date=date(2024, 9, 1) + timedelta(days=number))
    elif step == "undate":
        edited(session, date=None, start=None, end=None)
    elif step == "kind":
        edited(session, kind=tuple(Kind)[number % len(Kind)])
    elif step == "mode":
        edited(session, mode=(None, *Mode)[number % 4])
    elif step == "cancel" and session.state != "cancelled":
        cancel_session(session, by=None, at=AT)
    elif step == "restore" and session.state == "cancelled":
        restore_session(session, by=None, at=AT)
    elif step == "add":
        a_session(cohort, date=date(2024, 9, 1) + timedelta(days=number), kind=tuple(Kind)[number % len(Kind)])
    elif step == "sheet":
        lines = own_countdown(Kind.CAFE)[: number % 7]
        save_run_sheet(cohort.programme, Kind.CAFE, [*lines, Line(key="", what="Ours", days=number)], by=None, at=AT)
    elif step == "import":
        newest = PlanVersion.objects.filter(cohort=cohort).order_by("-number")[0]
        text = newest.text.replace(
            "Wednesday 2 October 2024", f"{date(2024, 10, 1 + number % 28):%A} {1 + number % 28} October 2024"
        )
        import_plan(cohort, text, seen=newest.number, by=None, at=AT)
    elif step in ("tick", "skip") and task is not None and task.state == "open":
        if step == "tick":
            tick_task(task, by=None, at=AT)
        else:
            skip_task(task, reason="Not this time", by=None, at=AT)
        settled[task.session_id, task.line] = "done" if step == "tick" else "skipped"
    elif step == "reopen" and task is not None and task.state != "open":
        try:
            reopen_task(task, by=None, at=AT)
        except NotFromHere:
            return  # nothing asks for it any more
        settled.pop((task.session_id, task.line))


# -- one task


def test_a_task_is_done_by_whoever_was_first() -> None:
    session = a_session(a_cohort())
    first, second = mara(session.cohort.programme), a_colleague(session.cohort)
    tick_task(the_task(session), by=first, at=AT)
    tick_task(the_task(session), by=second, at=LATER)
    row = the_task(session)
    assert (row.state, row.state_by, row.state_at) == ("done", first, AT)
    assert list(JournalEntry.objects.filter(verb="ticked").values_list("by", "part_of", "facts")) == [
        (first.pk, "schedule.Session", {"what": "Share the notes"})
    ]


def a_colleague(cohort: Cohort) -> Person:
    person = ada(cohort)
    give_role(person, RoleKind.TEAM, cohort.programme, starts_on=date(2023, 1, 1), by=None, at=BEGUN)
    return person


def test_a_task_is_laid_aside_with_a_reason_and_can_be_opened_again_where_its_session_stands_now() -> None:
    session = a_session(a_cohort())
    with pytest.raises(BadLine) as no:
        skip_task(the_task(session), reason=" ", by=None, at=AT)
    assert no.value.field == "reason"
    skip_task(the_task(session), reason="Nobody spoke", by=None, at=AT)
    edited(session, date=date(2024, 9, 11))
    assert (the_task(session).state, the_task(session).due_on) == ("skipped", date(2024, 9, 7))

    reopened = reopen_task(the_task(session), by=None, at=AT)
    assert (reopened.state, reopened.reason, reopened.due_on) == ("open", "", date(2024, 9, 14))


def test_what_nothing_asks_for_any_more_is_not_opened_again() -> None:
    session = a_session(a_cohort())
    tick_task(the_task(session), by=None, at=AT)
    cancel_session(session, by=None, at=AT)
    with pytest.raises(NotFromHere):
        reopen_task(the_task(session), by=None, at=AT)
    assert the_task(session).state == "done"


def test_a_task_is_handed_to_somebody_of_the_team_with_a_word_and_back_to_whose_it_was() -> None:
    session = a_session(a_cohort())
    team = mara(session.cohort.programme)
    hand_over_task(the_task(session), team, note="You were there", by=team, at=AT)
    edited(session, kind=Kind.MEETING, date=date(2024, 9, 11))
    row = the_task(session)
    assert (row.owner, row.hand_over_note, row.due_on) == (team, "You were there", date(2024, 9, 14))

    hand_over_task(row, None, by=team, at=AT)
    row = the_task(session)
    assert (row.owner, row.is_handed_over, row.hand_over_note) == (None, False, "")


def test_a_task_goes_to_nobody_who_could_not_find_it() -> None:
    session = a_session(a_cohort())
    expert = ada(session.cohort)
    for nobody in (expert, sam()):
        with pytest.raises(NotOnTheTeam):
            hand_over_task(the_task(session), nobody, by=None, at=AT)
    assert the_task(session).owner is None


def test_a_fixed_day_stays_when_the_session_moves_until_it_is_let_go() -> None:
    session = a_session(a_cohort())
    set_due(the_task(session), date(2024, 9, 6), by=None, at=AT)
    edited(session, date=date(2024, 9, 18))
    assert the_task(session).due_on == date(2024, 9, 6)
    set_due(the_task(session), None, by=None, at=AT)
    assert the_task(session).due_on == date(2024, 9, 21)


def test_only_a_task_made_by_hand_can_be_taken_away() -> None:
    session = a_session(a_cohort())
    by_hand = add_task(session, "Bring the banner", days=-1, by=None, at=AT)
    with pytest.raises(NotFromHere):
        remove_task(the_task(session), by=None, at=AT)
    remove_task(by_hand, by=None, at=AT)
    with pytest.raises(TaskGone):
        remove_task(by_hand, by=None, at=AT)
    assert [line for line, _, _ in told(session)] == CAFE_LINES


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        ({"what": ""}, "what"),
        ({"days": None}, "days"),
        ({"days": 1000}, "days"),
        ({"note": "x" * 301}, "note"),
        ({"due_on": date(24, 9, 4)}, "due_on"),
    ],
)
def test_a_task_that_cannot_be_is_refused_with_the_field_it_is_about(given_: dict[str, Any], field: str) -> None:
    session = a_session(a_cohort())
    with pytest.raises(BadLine) as no:
        add_task(session, **{"what": "Bring it", "days": -1, **given_}, by=None, at=AT)
    assert no.value.field == field


def test_what_is_open_of_a_cohort_is_laid_aside_at_once_when_its_sessions_are_over() -> None:
    cohort = an_imported_cohort()
    late = RunSheetTask.objects.filter(session__date__lt=date(2024, 9, 10), due_on__lt=date(2024, 9, 10)).count()
    assert lay_aside(cohort, reason="It went well without", by=None, at=IN_SEPTEMBER) == late == 5
    assert set(RunSheetTask.objects.filter(state="skipped").values_list("reason", flat=True)) == {"It went well without"}
    assert lay_aside(cohort, reason="Again", by=None, at=IN_SEPTEMBER) == 0


def test_only_the_team_changes_run_sheets() -> None:
    session = a_session(a_cohort())
    task, by_hand = the_task(session), add_task(session, "Bring the banner", days=-1, by=None, at=AT)
    programme = session.cohort.programme
    for person in (ada(session.cohort), sam()):
        for attempt in (
            lambda by: tick_task(task, by=by, at=AT),
            lambda by: skip_task(task, reason="No", by=by, at=AT),
            lambda by: reopen_task(task, by=by, at=AT),
            lambda by: hand_over_task(task, None, by=by, at=AT),
            lambda by: set_due(task, date(2024, 9, 6), by=by, at=AT),
            lambda by: remove_task(by_hand, by=by, at=AT),
            lambda by: add_task(session, "Mine", days=0, by=by, at=AT),
            lambda by: lay_aside(session.cohort, reason="No", by=by, at=AT),
            lambda by: save_run_sheet(programme, Kind.CAFE, [], by=by, at=AT),
            lambda by: reset_run_sheet(programme, Kind.CAFE, by=by, at=AT),
        ):
            with pytest.raises(NotAllowed):
                attempt(person)
    assert RunSheetTask.objects.filter(state="open").count() == len(CAFE_LINES) + 1


# -- a programme's own countdowns


def test_a_countdown_a_team_writes_holds_for_the_sessions_to_come_of_all_its_cohorts() -> None:
    over, coming = a_session(a_cohort("2024")), a_session(a_cohort("2025"), date=date(2024, 12, 4))
    team = mara(over.cohort.programme)
    lines = [
        Line(key="confirm-host", what="Confirm who hosts it", days=-28, owner_id=team.pk),
        Line(key="", what="Choose the music", days=-1, note="Nothing loud"),
    ]
    tick_task(the_task(coming, "confirm-host"), by=team, at=AT)

    save_run_sheet(over.cohort.programme, Kind.CAFE, lines, by=team, at=IN_SEPTEMBER)

    assert [line for line, _, _ in told(over)] == CAFE_LINES
    words = RunSheetTask.objects.filter(session=coming).order_by("days").values_list("what", "due_on", "state")
    assert list(words) == [
        ("Confirm who hosts it", date(2024, 11, 13), "done"),
        ("Choose the music", date(2024, 12, 3), "open"),
    ]
    later = a_session(a_cohort("2026"), date=date(2025, 1, 15))
    assert [(row.what, row.owner) for row in RunSheetTask.objects.filter(session=later).order_by("days")] == [
        ("Confirm who hosts it", team),
        ("Choose the music", None),
    ]


def test_an_empty_countdown_means_none_and_going_back_brings_the_hubs_own() -> None:
    session = a_session(a_cohort())
    programme = session.cohort.programme
    save_run_sheet(programme, Kind.CAFE, [], by=None, at=AT)
    assert (told(session), countdowns_of(programme)[Kind.CAFE]) == ([], ())
    reset_run_sheet(programme, Kind.CAFE, by=None, at=AT)
    assert [line for line, _, _ in told(session)] == CAFE_LINES
    assert countdowns_of(programme)[Kind.CAFE] == own_countdown(Kind.CAFE)


def test_two_who_write_one_countdown_lose_nothing() -> None:
    programme = a_cohort().programme
    seen = mark_of(sheet_of(programme, Kind.CAFE))
    save_run_sheet(programme, Kind.CAFE, [Line(key="", what="Mine", days=0)], seen=seen, by=None, at=AT)
    with pytest.raises(SheetChangedMeanwhile):
        save_run_sheet(programme, Kind.CAFE, [Line(key="", what="Yours", days=0)], seen=seen, by=None, at=AT)
    with pytest.raises(SheetChangedMeanwhile):
        reset_run_sheet(programme, Kind.CAFE, seen=seen, by=None, at=AT)
    assert [line.what for line in countdowns_of(programme)[Kind.CAFE]] == ["Mine"]


def test_writing_what_already_stands_writes_nothing() -> None:
    programme = a_cohort().programme
    save_run_sheet(programme, Kind.CAFE, own_countdown(Kind.CAFE), by=None, at=AT)
    assert sheet_of(programme, Kind.CAFE) is None
    assert not JournalEntry.objects.filter(verb="run-sheet-saved").exists()


def test_a_line_is_given_to_nobody_who_is_not_on_the_team_and_stays_with_who_left_it() -> None:
    cohort = a_cohort()
    programme, expert, colleague = cohort.programme, ada(cohort), mara(cohort.programme)
    with pytest.raises(NotOnTheTeam):
        save_run_sheet(programme, Kind.CAFE, [Line(key="", what="Hers", days=0, owner_id=expert.pk)], by=None, at=AT)
    hers = [Line(key="", what="Hers", days=0, owner_id=colleague.pk)]
    (line,) = save_run_sheet(programme, Kind.CAFE, hers, by=None, at=AT)
    other = sam()
    give_role(other, RoleKind.TEAM, programme, starts_on=date(2023, 1, 1), by=None, at=AT)
    end_role(Role.objects.get(person=colleague), on=date(2024, 6, 10), by=None, at=AT)
    (kept,) = save_run_sheet(programme, Kind.CAFE, [replace(line, what="Still hers")], by=None, at=IN_SEPTEMBER)
    assert (kept.what, kept.owner_id) == ("Still hers", colleague.pk)


def test_whose_a_task_is_by_its_line_is_kept_as_a_role() -> None:
    session = a_session(a_cohort(), kind=Kind.ONE_TO_ONE)
    assert set(RunSheetTask.objects.filter(session=session).values_list("owner_role", flat=True)) == {Owner.COACH}


# -- as much of the database for many as for few


def reads(work: Any) -> int:
    """How often the database is read; rows are written two hundred at a time, fewer where it takes no more."""
    with CaptureQueriesContext(connection) as made:
        work()
    return sum(each["sql"].startswith("SELECT") for each in made)


@pytest.fixture
def programme_of_two() -> Iterator[tuple[Cohort, Cohort]]:
    few, lots = a_cohort("few", programme=a_programme()), a_cohort("many", programme=a_programme())
    add_sessions(few, many(2))
    add_sessions(lots, many(30))
    yield few, lots


def test_following_asks_as_much_for_thirty_sessions_as_for_two(programme_of_two: tuple[Cohort, Cohort]) -> None:
    asked = [
        reads(lambda cohort=cohort: runsheets.follow(cohort.programme, [cohort], at=datetime(2023, 6, 1, tzinfo=UTC)))
        for cohort in programme_of_two
    ]
    assert asked[0] == asked[1]
    assert RunSheetTask.objects.count() == 32 * len(CAFE_LINES)
