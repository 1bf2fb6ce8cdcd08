"""Notes leave once two people of the team have looked, and a name goes out of them the moment it may not be named."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.consent import Use
from hub.core.errors import NotAllowed, NotFromHere
from hub.core.notes import LARGE, NotApproved, NothingToShare, SamePerson
from hub.kit import jobs, todo, worker
from hub.kit.models import JournalEntry
from hub.participation import commands, queries
from hub.participation.models import NotesExport
from hub.people import appearances
from hub.people.appearances import Appearance
from hub.people.commands.merging import merge_people
from hub.people.commands.persons import edit_person
from hub.people.models import RoleKind
from hub.schedule.models import Session
from tests.participation.rooms import DURING, LINK, a_cafe, may_be_named, somebody_else, somebody_here, where
from tests.scene import as_

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOTES = f"""# Café

Ada Lindqvist spoke first, and Grace Oyelaran answered.

- Tomas Berg will write the README
- {LINK}
- Passcode: 778899
- the budget 🤫
"""


def works(at: datetime) -> None:
    """Let the worker do what is due, and what it does each day."""
    jobs.ask_periodic(at=at)
    worker.drain(clock=lambda: at, most=200)


class Told:
    """A café with notes; Ada may be named, Grace was never asked; Mara and Rosa are the team."""

    def __init__(self, text: str = NOTES) -> None:
        self.cafe: Session = a_cafe()
        self.mara = somebody_here("Mara Okafor", RoleKind.TEAM)
        self.rosa = somebody_here("Rosa Mbeki", RoleKind.TEAM)
        self.ada = somebody_here("Ada Lindqvist")
        self.grace = somebody_here("Grace Oyelaran")
        may_be_named(self.ada)
        commands.save_notes(self.cafe, text, seen=0, by=self.ada, at=DURING)

    def proposed(self, *keep: str) -> NotesExport:
        row = commands.begin_sharing(self.cafe, by=self.mara, at=DURING)
        guesses = [row.version.text[each["start"] : each["end"]] for each in row.accepted if not each["is_certain"]]
        places = frozenset(guesses.index(word) for word in keep)
        return commands.propose_sharing(row, keep=places, by=self.mara, at=DURING)

    def approved(self, *keep: str, is_public: bool = False) -> NotesExport:
        row = commands.approve_sharing(self.proposed(*keep), by=self.rosa, at=DURING + HOUR)
        return commands.show_notes(row, is_public=is_public, by=self.mara, at=DURING + HOUR)

    def text(self) -> str:
        export = queries.standing_export(self.cafe)
        said = queries.shown(export) if export else None
        return said.text if said else ""


def test_what_is_approved_leaves_without_names_links_passcodes_and_quiet_lines() -> None:
    told = Told()
    told.approved()
    assert told.text() == (
        "# Café\n\nAda Lindqvist spoke first, and a participant answered.\n\n"
        "- A participant will write the README\n- (joining link removed)\n- (passcode removed)\n"
    )


def test_a_guess_that_is_kept_stays() -> None:
    told = Told()
    told.approved("Tomas Berg")
    assert "Tomas Berg will write the README" in told.text()


def test_who_proposed_does_not_approve_and_nobody_outside_the_team_does_anything() -> None:
    told = Told()
    row = told.proposed()
    with pytest.raises(SamePerson):
        commands.approve_sharing(row, by=told.mara, at=DURING)
    with pytest.raises(SamePerson):
        commands.approve_sharing(row, by=None, at=DURING)
    for by in (told.ada, somebody_else("Sam Whitlow")):
        with pytest.raises(NotAllowed):
            commands.approve_sharing(row, by=by, at=DURING)
        with pytest.raises(NotAllowed):
            commands.begin_sharing(told.cafe, by=by, at=DURING)
    assert queries.standing_export(told.cafe) is None


def test_nothing_is_approved_before_it_is_proposed_and_nothing_shown_before_it_is_approved() -> None:
    told = Told()
    row = commands.begin_sharing(told.cafe, by=told.mara, at=DURING)
    with pytest.raises(NotFromHere):
        commands.approve_sharing(row, by=told.rosa, at=DURING)
    with pytest.raises(NotApproved):
        commands.show_notes(row, is_public=True, by=told.mara, at=DURING)
    with pytest.raises(NothingToShare):
        commands.begin_sharing(a_cafe(title="Empty"), by=told.mara, at=DURING)


def test_what_is_sent_back_is_proposed_again() -> None:
    told = Told()
    row = commands.send_back_sharing(told.proposed(), reason="Tomas  is a town", by=told.rosa, at=DURING)
    assert (row.state, row.reason) == ("sent-back", "Tomas is a town")
    again = commands.propose_sharing(row, keep=frozenset([0]), by=told.rosa, at=DURING)
    assert commands.approve_sharing(again, by=told.mara, at=DURING).state == "approved"  # the other one approves now


def test_what_was_approved_stands_until_the_newer_text_is() -> None:
    told = Told()
    told.approved(is_public=True)
    commands.save_notes(told.cafe, NOTES + "\nA last word.\n", seen=1, by=told.ada, at=DURING + HOUR)
    row = told.proposed()
    assert "A last word" not in told.text()
    commands.approve_sharing(row, by=told.rosa, at=DURING + HOUR)
    assert "A last word" in told.text()
    assert [(each.state, each.is_public) for each in NotesExport.objects.order_by("pk")] == [
        ("replaced", False),
        ("approved", True),
    ]


def test_a_consent_taken_back_takes_the_name_out_at_once_and_asks_for_approval_again() -> None:
    told = Told()
    told.approved(is_public=True)
    may_be_named(told.ada, wish=False, at=DURING + 2 * HOUR)
    assert "Ada" not in told.text()  # before any worker came
    with time_machine.travel(DURING + 2 * HOUR, tick=False):
        page = as_(None).get(where(told.cafe, "notes/"))
    assert (page.status_code, "Lindqvist" in page.content.decode()) == (200, False)

    works(DURING + 3 * HOUR)
    row = NotesExport.objects.get()
    assert row.state == "asks-again"
    assert [each.what for each in todo.todos(told.cafe.cohort.programme, by=told.mara, at=DURING) if each.part == "Notes"] == [
        "Approve the notes again: a name may no longer stand in them"
    ]
    with pytest.raises(SamePerson):
        commands.approve_sharing(row, by=told.mara, at=DURING + 3 * HOUR)
    commands.approve_sharing(row, by=told.rosa, at=DURING + 3 * HOUR)
    works(DURING + 30 * HOUR)
    assert NotesExport.objects.get().state == "approved"  # it is settled now


def test_what_a_name_is_taken_back_from_lists_the_notes_everybody_reads() -> None:
    told = Told()
    programme, at = told.cafe.cohort.programme, DURING + 2 * HOUR
    told.approved(is_public=False)
    stands = Appearance(f"The notes of {told.cafe.title}, {told.cafe.cohort.name}", where(told.cafe, "notes/"))
    assert stands not in appearances.of(Use.NAME, programme, person=told.ada, at=at)  # nobody outside reads them
    commands.show_notes(NotesExport.objects.get(), is_public=True, by=told.mara, at=DURING + HOUR)
    assert stands in appearances.of(Use.NAME, programme, person=told.ada, at=at)
    assert stands not in appearances.of(Use.NAME, programme, person=told.mara, at=at)
    assert stands not in appearances.of(Use.PHOTO, programme, person=told.ada, at=at)
    edit_person(told.ada, name="Ada King", by=None, at=at)
    assert stands in appearances.of(Use.NAME, programme, person=told.ada, at=at)  # the notes say the name she had


def test_a_consent_of_somebody_who_is_not_in_the_notes_asks_nobody_again() -> None:
    told = Told()
    told.approved()
    iris = somebody_here("Iris Bergen")
    may_be_named(iris)
    may_be_named(iris, wish=False, at=DURING + HOUR)
    works(DURING + 2 * HOUR)
    assert NotesExport.objects.get().state == "approved"


def test_a_text_in_which_somebody_was_forgotten_is_not_shown_before_it_is_looked_at_again() -> None:
    told = Told()
    row = told.approved(is_public=True)
    version = row.version
    version.text = version.text.replace("Grace Oyelaran", "an Expert")
    version.save()
    assert told.text() == ""
    with time_machine.travel(DURING, tick=False):
        assert as_(None).get(where(told.cafe, "notes/")).status_code == 404
        assert as_(told.mara).get("/team" + where(told.cafe, "notes/")).status_code == 200


def test_long_notes_are_looked_through_by_the_worker() -> None:
    told = Told(NOTES + "The words go on and on.\n" * (LARGE // 20))
    row = commands.begin_sharing(told.cafe, by=told.mara, at=DURING)
    assert (row.state, row.accepted) == ("preparing", [])
    works(DURING + HOUR)
    row.refresh_from_db()
    assert (row.state, len(row.accepted) > 4) == ("draft", True)


def test_decisions_hold_no_word_of_the_notes_and_the_journal_none_either() -> None:
    told = Told()
    told.approved()
    kept = str(NotesExport.objects.values_list("accepted", flat=True).get())
    kept += str(list(JournalEntry.objects.filter(thing="participation.NotesExport").values_list("facts", flat=True)))
    assert [word for word in ("Oyelaran", "Tomas", "quiet-owl", "778899", "budget") if word in kept] == []


def test_the_team_decides_on_the_page_and_a_second_one_approves_there() -> None:
    told = Told()
    desk = "/team" + where(told.cafe, "notes/")
    with time_machine.travel(DURING, tick=False):
        mara, rosa = as_(told.mara), as_(told.rosa)
        mara.post(desk, {"do": "begin"})
        page = mara.get(desk).content.decode()
        assert "<mark>Tomas Berg</mark>" in page
        assert "For you to decide" in page
        row = NotesExport.objects.get()
        mara.post(desk, {"do": "propose", "export": row.pk, "keep-0": "keep"})
        page = rosa.get(desk).content.decode()
        assert ["For you to decide" in page, "Decided by Mara Okafor" in page] == [False, True]
        own = mara.post(desk, {"do": "approve", "export": row.pk})
        assert (own.status_code, "Somebody else of the team approves" in own.content.decode()) == (422, True)
        assert rosa.get(f"{desk}approved.md").status_code == 404
        assert rosa.post(desk, {"do": "approve", "export": row.pk + 1}).status_code == 404
        rosa.post(desk, {"do": "approve", "export": row.pk})
        file = rosa.get(f"{desk}approved.md")
        assert file["Content-Disposition"] == f'attachment; filename="{told.cafe.slug}-notes.md"'
        assert file.content.decode() == told.text()
        assert as_(None).get(where(told.cafe, "notes/")).status_code == 404
        mara.post(desk, {"do": "show"})
        public = as_(None).get(where(told.cafe, "notes/"))
        assert (public.status_code, public["Cache-Control"]) == (200, "private, no-store")
        assert f'href="{where(told.cafe, "notes/")}"' in as_(None).get(where(told.cafe, "")).content.decode()
        mara.post(desk, {"do": "hide"})
        assert as_(None).get(where(told.cafe, "notes/")).status_code == 404
        assert f'href="{where(told.cafe, "notes/")}"' not in as_(None).get(where(told.cafe, "")).content.decode()
        assert mara.post(desk, {"do": "dance"}).status_code == 400


def test_what_leaves_is_asked_of_the_database_as_often_for_many_people_as_for_few() -> None:
    told = Told()
    export = told.approved()

    def asked() -> int:
        fresh = queries.export_by_key(export.pk)
        assert fresh is not None
        with CaptureQueriesContext(connection) as seen:
            assert queries.shown(fresh) is not None
        return len(seen)

    few = asked()
    for number in range(10):
        may_be_named(somebody_here(f"Expert Number{number}"))
    assert asked() == few


def test_a_name_from_before_a_merge_is_known_too() -> None:
    told = Told(NOTES + "\n- Greta Former was there\n")
    former = somebody_here("Greta Former")
    merge_people(told.grace, former, choices={}, by=None, at=DURING)
    told.approved()
    assert "Former" not in told.text()


def test_a_name_somebody_had_before_is_known_too() -> None:
    told = Told(NOTES + "\n- Grace Oyelaran was there\n")
    edit_person(told.grace, name="Grace King", by=told.mara, at=DURING)
    told.approved()
    assert "Oyelaran" not in told.text()


def test_nobody_approves_by_a_page_what_was_decided_otherwise_since() -> None:
    told = Told()
    desk = "/team" + where(told.cafe, "notes/")

    def mark(page: str) -> str:
        found = re.search(r'name="shown" value="(\w+)"', page)
        assert found
        return found[1]

    with time_machine.travel(DURING, tick=False):
        mara, rosa = as_(told.mara), as_(told.rosa)
        mara.post(desk, {"do": "begin"})
        row = NotesExport.objects.get()
        mara.post(desk, {"do": "propose", "export": row.pk, "shown": mark(mara.get(desk).content.decode())})
        read = mark(rosa.get(desk).content.decode())
        mara.post(desk, {"do": "send-back", "export": row.pk, "reason": "One more look"})
        again = mara.get(desk).content.decode()
        mara.post(desk, {"do": "propose", "export": row.pk, "shown": mark(again), "keep-0": "keep"})
        answer = rosa.post(desk, {"do": "approve", "export": row.pk, "shown": read})
        assert (answer.status_code, "Somebody decided otherwise" in answer.content.decode()) == (409, True)
        row.refresh_from_db()
        assert row.state == "proposed"
        rosa.post(desk, {"do": "approve", "export": row.pk, "shown": mark(rosa.get(desk).content.decode())})
        row.refresh_from_db()
        assert row.state == "approved"
