"""One entry of a team's own document changes, and nothing beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from pathlib import Path

import pytest

from hub.core.plan.model import Kind, Session, Status
from hub.core.plan.patch import AddSession, CannotPatch, ChangeSession, RemoveSession, patch_plan
from hub.core.plan.read import read_plan

TEXT = (Path(__file__).resolve().parents[3] / "examples" / "clean-plan" / "plan.md").read_text(encoding="utf-8")


def the(title: str, text: str = TEXT) -> Session:
    """The first entry whose title begins so."""
    return next(entry for entry in read_plan(text).entries if entry.title.startswith(title))


def changed(before: str, after: str) -> list[tuple[str, str]]:
    """The lines that differ between two texts of as many lines."""
    pairs = zip(before.splitlines(keepends=True), after.splitlines(keepends=True), strict=True)
    return [pair for pair in pairs if pair[0] != pair[1]]


def test_a_moved_date_changes_only_the_date_in_the_authors_own_manner() -> None:
    old = the("Stakeholder mapping workshop")
    to = replace(old, date=date(2025, 3, 14), start=time(11), end=time(13))
    assert changed(TEXT, patch_plan(TEXT, [ChangeSession(old.line, to)])) == [
        (
            "- Week 2: Stakeholder mapping workshop: **Thursday 13 March (10:00–12:30)** – Online – Led by Mara\n",
            "- Week 2: Stakeholder mapping workshop: **Friday 14 March (11:00–13:00)** – Online – Led by Mara\n",
        )
    ]


def test_line_endings_marks_and_tails_stay_as_they_are() -> None:
    text = "\ufeff" + TEXT.replace("\n", "\r\n") + "  \r\n\ttail"
    old = the("Wrap-up", text)
    new = patch_plan(text, [ChangeSession(old.line, replace(old, date=date(2025, 4, 23)))])
    assert new == text.replace("Thursday 24 April", "Wednesday 23 April")


def test_a_cancellation_is_a_comment_at_the_end_of_the_line() -> None:
    old = the("Wrap-up")
    to = replace(old, status=Status.CANCELLED, status_note="the room is lost")
    ((before, after),) = changed(TEXT, patch_plan(TEXT, [ChangeSession(old.line, to)]))
    assert after == before.replace("\n", " <!-- hub: cancelled: the room is lost -->\n")
    assert patch_plan(patch_plan(TEXT, [ChangeSession(old.line, to)]), [ChangeSession(old.line, old)]) == TEXT


def test_a_new_session_stands_in_the_week_of_its_day() -> None:
    new = Session(title="Data clinic", kind=Kind.OTHER, date=date(2025, 3, 26), start=time(12), end=time(13))
    text = patch_plan(TEXT, [AddSession(new)])
    lines = [line for line in text.splitlines() if line not in TEXT.splitlines()]
    assert lines == ["- Week 4: Data clinic: **Wednesday 26 March 2025 (12:00–13:00)**"]
    assert the("Data clinic", text).week == 4


def test_an_entry_taken_out_takes_its_agenda_along() -> None:
    old = the("Wrap-up")
    text = patch_plan(TEXT, [RemoveSession(old.line)])
    gone = TEXT.splitlines(keepends=True)[old.line - 1 : old.end_line]
    assert text == TEXT.replace("".join(gone), "")


@pytest.mark.parametrize("topic", ["Rivers * and [lakes]", "13 May (9:00)", "Led by nobody", "<!-- odd", "in person"])
def test_any_topic_is_written_so_that_it_reads_back(topic: str) -> None:
    old = the("Collaboration Café")
    text = patch_plan(TEXT, [ChangeSession(old.line, replace(old, topic=topic))])
    assert the("Collaboration Café", text).topic == topic
    assert len(changed(TEXT, text)) == 1


def test_a_line_without_an_entry_is_refused() -> None:
    with pytest.raises(CannotPatch):
        patch_plan(TEXT, [RemoveSession(1)])


def test_a_session_moved_to_another_month_moves_to_its_chapter_with_its_agenda() -> None:
    old = the("Stakeholder mapping workshop")
    text = patch_plan(TEXT, [ChangeSession(old.line, replace(old, date=date(2025, 4, 10)))])
    new = the("Stakeholder mapping workshop", text)
    assert (new.month, new.week, new.date, new.agenda) == (4, 2, date(2025, 4, 10), old.agenda)
    body = TEXT.splitlines()[old.line : old.end_line]
    lines = text.splitlines()
    assert lines[new.line : new.end_line] == body
    assert (
        lines[new.line - 1]
        == "- Week 2: Stakeholder mapping workshop: **Thursday 10 April (10:00–12:30)** – Online – Led by Mara"
    )
    rest = [line for line in TEXT.splitlines() if line not in {TEXT.splitlines()[old.line - 1], *body}]
    assert [line for line in lines if line not in {lines[new.line - 1], *body}] == rest


def test_moved_there_and_back_again_a_session_says_what_it_said() -> None:
    old = the("Stakeholder mapping workshop")
    there = patch_plan(TEXT, [ChangeSession(old.line, replace(old, date=date(2025, 4, 10)))])
    line = the("Stakeholder mapping workshop", there).line
    back = patch_plan(there, [ChangeSession(line, old)])
    assert read_plan(back) == read_plan(TEXT)


def test_a_session_of_the_month_after_the_last_gets_a_chapter_of_its_own() -> None:
    last = read_plan(TEXT).months[-1]
    assert (last.year, last.month) == (2025, 4)
    text = patch_plan(TEXT, [AddSession(Session(title="Reunion", kind=Kind.OTHER, date=date(2025, 5, 14), start=time(12)))])
    months = read_plan(text).months
    assert [(each.number, each.month, each.year) for each in months][-1] == ((last.number or 0) + 1, 5, 2025)
    assert [each.title for each in months[-1].all_sessions] == ["Reunion"]


def test_a_session_of_a_month_far_off_is_left_to_a_person() -> None:
    with pytest.raises(CannotPatch):
        patch_plan(TEXT, [AddSession(Session(title="Reunion", kind=Kind.OTHER, date=date(2026, 5, 14)))])
