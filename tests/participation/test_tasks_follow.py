"""Run-sheet tasks follow what the Hub knows: the register is closed, the notes are shared, the recording is up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hub.core.register import RegisterClosed
from hub.kit import journal, todo
from hub.participation import commands
from hub.people.models import Person
from hub.schedule.commands.runsheets import hand_over_task, reopen_task, skip_task
from hub.schedule.commands.sessions import add_material, edit_material
from hub.schedule.models import RunSheetTask, Session
from tests.factories import BEGUN, a_programme, mara
from tests.participation.places import the_cohort
from tests.participation.promising import after, cafes, theo
from tests.participation.rooms import DURING
from tests.participation.test_sharing_notes import HOUR, Told

pytestmark = pytest.mark.django_db
RECORDING: dict[str, Any] = {"title": "Recording", "url": "https://video.example/1", "kind": "recording"}


def task(session: Session, line: str) -> RunSheetTask:
    return RunSheetTask.objects.select_related("session__cohort__programme").get(session=session, line=line)


def stands(session: Session, line: str) -> tuple[str, str]:
    row = task(session, line)
    return row.state, row.state_by.name if row.state_by else ""


def test_closing_the_register_ticks_its_task_for_whoever_closed_it_once() -> None:
    (cafe, *_), leader = cafes(2), theo()
    assert stands(cafe, "attendance") == ("open", "")
    commands.close_register(cafe, by=leader, at=after(cafe))
    assert stands(cafe, "attendance") == ("done", leader.name)
    entries = journal.history_of(cafe, person=mara(a_programme()), at=after(cafe)).entries
    assert [each.who for each in entries if "Write down who was there" in each.did] == [leader.name]
    with pytest.raises(RegisterClosed):
        commands.close_register(cafe, by=None, at=after(cafe))


def test_a_task_opened_again_by_hand_stays_open_until_it_happens_again_and_a_skipped_one_stays_skipped() -> None:
    (first, second), team = cafes(2), mara(a_programme())
    commands.close_register(first, by=team, at=after(first))
    reopen_task(task(first, "attendance"), by=team, at=after(first))
    commands.reopen_register(first, by=team, at=after(first))
    assert stands(first, "attendance")[0] == "open"
    commands.close_register(first, by=team, at=after(first))
    assert stands(first, "attendance")[0] == "done"
    skip_task(task(second, "attendance"), reason="Nobody counts here", by=team, at=after(second))
    commands.close_register(second, by=team, at=after(second))
    assert stands(second, "attendance")[0] == "skipped"


def test_what_fails_ticks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    (cafe,) = cafes(1)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the last write failed")

    monkeypatch.setattr("hub.participation.commands.attendance.facts_changed", fail)
    with pytest.raises(RuntimeError):
        commands.close_register(cafe, by=None, at=after(cafe))
    assert stands(cafe, "attendance")[0] == "open"


def test_sharing_approved_notes_ticks_their_task_and_approving_alone_does_not() -> None:
    told = Told()
    commands.approve_sharing(told.proposed(), by=told.rosa, at=DURING + HOUR)
    assert stands(told.cafe, "notes") == ("open", "")
    commands.show_notes(told.cafe.notes_exports.get(), is_public=True, by=told.mara, at=DURING + HOUR)
    assert stands(told.cafe, "notes") == ("done", "Mara Okafor")


def test_a_recording_ticks_its_task_once_who_takes_part_finds_it() -> None:
    (first, second), team = cafes(2), mara(a_programme())
    add_material(first, title="Slides", url="https://slides.example/1", by=team, at=BEGUN)
    hidden = add_material(first, **RECORDING, access="team", by=team, at=BEGUN)
    assert stands(first, "recording")[0] == "open"
    edit_material(hidden, **RECORDING, access="cohort", by=team, at=BEGUN)
    assert stands(first, "recording") == ("done", team.name)
    reopen_task(task(first, "recording"), by=team, at=BEGUN)
    edit_material(hidden, **RECORDING | {"title": "The recording"}, by=team, at=BEGUN)
    assert stands(first, "recording")[0] == "open"  # it was up already
    add_material(second, **RECORDING, by=team, at=BEGUN)
    assert stands(second, "recording")[0] == "done"


def test_this_week_asks_once_for_the_register_with_the_owner_and_the_day_of_the_task() -> None:
    (first, _), team = cafes(2), mara(a_programme())
    assert first.date is not None
    mine = task(first, "attendance")
    hand_over_task(mine, team, by=team, at=BEGUN)

    def asked(person: Person) -> list[tuple[str, str, object]]:
        found = todo.todos(the_cohort().programme, by=person, at=after(first))
        about = [each for each in found if first.title in each.about]
        told = [each for each in about if each.what in ("Fill the register", "Write down who was there")]
        return [(each.what, each.owner, each.due_on) for each in told]

    assert asked(team) == [("Fill the register", team.name, first.date + timedelta(days=1))]
    commands.close_register(first, by=team, at=after(first))
    assert asked(team) == []
