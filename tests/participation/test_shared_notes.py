"""Shared notes: whoever writes, whenever they save, no line is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.errors import NotAllowed
from hub.core.notes import LONGEST, NotesTooLong
from hub.kit.models import JournalEntry
from hub.participation import commands, queries
from hub.participation.models import NotesVersion
from hub.people.models import RoleKind
from hub.schedule.models import Session
from tests.participation.rooms import DURING, a_cafe, somebody_else, somebody_here, where
from tests.scene import as_

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def text_of(session: Session) -> str:
    notes = queries.notes_of(session)
    return notes.text if notes else ""


def test_what_is_saved_is_there_and_every_text_is_kept() -> None:
    cafe, ada = a_cafe(), somebody_here("Ada Lindqvist")
    first = commands.save_notes(cafe, "Hello\r\n", seen=0, by=ada, at=DURING)
    second = commands.save_notes(cafe, "Hello\nworld\n", seen=first.notes.version, by=ada, at=DURING + SECOND)
    assert (second.notes.version, second.notes.text, second.notes.saved_by, second.notes.saved_at) == (
        2,
        "Hello\nworld\n",
        ada,
        DURING + SECOND,
    )
    assert list(NotesVersion.objects.order_by("number").values_list("number", "text")) == [
        (1, "Hello\n"),
        (2, "Hello\nworld\n"),
    ]


def test_saving_what_stands_saves_nothing_again() -> None:
    cafe, ada = a_cafe(), somebody_here("Ada Lindqvist")
    commands.save_notes(cafe, "Hello\n", seen=0, by=ada, at=DURING)
    assert commands.save_notes(cafe, "Hello\r\n", seen=1, by=ada, at=DURING + SECOND).notes.version == 1


def test_two_who_write_in_different_places_are_both_in_the_notes() -> None:
    cafe, ada, grace = a_cafe(), somebody_here("Ada Lindqvist"), somebody_here("Grace Oyelaran")
    commands.save_notes(cafe, "One\n\nTwo\n\nThree\n", seen=0, by=ada, at=DURING)
    commands.save_notes(cafe, "One, by Ada\n\nTwo\n\nThree\n", seen=1, by=ada, at=DURING + SECOND)
    saved = commands.save_notes(cafe, "One\n\nTwo\n\nThree, by Grace\n", seen=1, by=grace, at=DURING + SECOND)
    assert (saved.notes.text, saved.is_merged, saved.conflicts) == ("One, by Ada\n\nTwo\n\nThree, by Grace\n", True, ())
    assert (saved.sent, saved.notes.version) == (3, 4)
    assert NotesVersion.objects.get(number=3).text == "One\n\nTwo\n\nThree, by Grace\n"  # what Grace sent, as she sent it


def test_two_who_change_the_same_words_keep_both_paragraphs_and_are_told() -> None:
    cafe, ada, grace = a_cafe(), somebody_here("Ada Lindqvist"), somebody_here("Grace Oyelaran")
    commands.save_notes(cafe, "We meet on Monday.\n", seen=0, by=ada, at=DURING)
    commands.save_notes(cafe, "We meet on Tuesday.\n", seen=1, by=ada, at=DURING)
    saved = commands.save_notes(cafe, "We meet on Friday.\n", seen=1, by=grace, at=DURING)
    assert [each.line for each in saved.conflicts] == [1]
    assert "Tuesday" in saved.notes.text
    assert "Friday" in saved.notes.text


def test_who_types_on_while_the_save_is_under_way_takes_nobody_s_words_out() -> None:
    cafe, ada, grace = a_cafe(), somebody_here("Ada Lindqvist"), somebody_here("Grace Oyelaran")
    commands.save_notes(cafe, "One\n", seen=0, by=ada, at=DURING)
    commands.save_notes(cafe, "One\nby Ada\n", seen=1, by=ada, at=DURING)
    sent = commands.save_notes(cafe, "by Grace\nOne\n", seen=1, by=grace, at=DURING).sent
    saved = commands.save_notes(cafe, "by Grace, more\nOne\n", seen=sent, by=grace, at=DURING)
    assert saved.notes.text == "by Grace, more\nOne\nby Ada\n"


def test_notes_have_their_room_and_what_is_too_long_changes_nothing() -> None:
    cafe, ada = a_cafe(), somebody_here("Ada Lindqvist")
    commands.save_notes(cafe, "x" * LONGEST, seen=0, by=ada, at=DURING)
    with pytest.raises(NotesTooLong):
        commands.save_notes(cafe, "x" * (LONGEST + 1), seen=1, by=ada, at=DURING)
    assert len(text_of(cafe)) == LONGEST


def test_only_who_is_in_the_room_writes() -> None:
    cafe = a_cafe()
    with pytest.raises(NotAllowed):
        commands.save_notes(cafe, "Hello", seen=0, by=somebody_else("Sam Whitlow"), at=DURING)
    assert text_of(cafe) == ""


def test_who_goes_on_writing_stands_in_the_journal_once_in_each_hour() -> None:
    cafe, ada = a_cafe(), somebody_here("Ada Lindqvist")
    for number in range(4):
        commands.save_notes(cafe, "x" * (number + 1), seen=number, by=ada, at=DURING + number * timedelta(minutes=25))
    assert [each.facts for each in JournalEntry.objects.filter(verb="noted").order_by("pk")] == [{"version": 1}, {"version": 2}]


def test_texts_are_thinned_and_a_late_save_from_one_that_is_gone_still_loses_nothing() -> None:
    cafe, ada, grace = a_cafe(), somebody_here("Ada Lindqvist"), somebody_here("Grace Oyelaran")
    for number in range(6):
        lines = "".join(f"line {each}\n" for each in range(number + 1))
        commands.save_notes(cafe, lines, seen=number, by=ada, at=DURING + number * SECOND)
    late = DURING + timedelta(days=30)
    assert commands.thin_notes(cafe.pk, at=late) == 4
    assert sorted(NotesVersion.objects.values_list("number", flat=True)) == [1, 6]
    saved = commands.save_notes(cafe, "line 0\nline 1\nline 2\nby Grace\n", seen=3, by=grace, at=late)
    for line in [f"line {each}" for each in range(6)] + ["by Grace"]:
        assert line in saved.notes.text


ACTS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["type", "save", "save and type", "look"])), min_size=1, max_size=24
)


@given(acts=ACTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_three_at_once_never_lose_a_line_however_their_saves_fall(acts: list[tuple[int, str]]) -> None:
    """Each types lines of their own into what they see, and saves as the page does."""
    Session.objects.all().delete()
    cafe = a_cafe()
    seen = [0, 0, 0]  # the version each began from
    shown = ["", "", ""]
    typed: set[str] = set()
    saved_lines: set[str] = set()
    for step, (who, act) in enumerate(acts):
        if act == "look":
            notes = queries.notes_of(cafe)
            base = NotesVersion.objects.filter(number=seen[who]).values_list("text", flat=True).first() or ""
            if notes is not None and shown[who] == base:  # nothing of one's own is unsaved
                seen[who], shown[who] = notes.version, notes.text
            continue
        if act != "save":
            line = f"{who} wrote {step}"
            where_to = step % 2
            shown[who] = f"{line}\n{shown[who]}" if where_to else f"{shown[who]}{line}\n"
            typed.add(line)
        if act == "type":
            continue
        sent = shown[who]
        saved = commands.save_notes(cafe, sent, seen=seen[who], by=None, at=DURING + step * SECOND)
        saved_lines |= {each for each in sent.split("\n") if each}
        if act == "save and type":
            more = f"{who} went on {step}"
            shown[who], seen[who] = f"{sent}{more}\n", saved.sent
            typed.add(more)
        else:
            shown[who], seen[who] = saved.notes.text, saved.notes.version
    for who in range(3):
        commands.save_notes(cafe, shown[who], seen=seen[who], by=None, at=DURING + timedelta(hours=1))
    lines = [each for each in text_of(cafe).split("\n") if each]
    assert set(lines) == typed
    assert saved_lines <= typed


def test_the_page_saves_as_one_types_and_says_when() -> None:
    cafe, ada, grace = a_cafe(), somebody_here("Ada Lindqvist"), somebody_here("Grace Oyelaran")
    address = where(cafe, "room/notes/")
    data = {"Accept": "application/json"}
    with time_machine.travel(DURING, tick=False):
        first = as_(ada).post(address, {"text": "One\n", "version": "0"}, headers=data)
        assert first.json() == {"text": "One\n", "version": 1, "sent": 1, "saved_at": "15:40", "said": ""}
        as_(ada).post(address, {"text": "One by Ada\n", "version": "1"}, headers=data)
        clash = as_(grace).post(address, {"text": "One by Grace\n", "version": "1"}, headers=data)
        assert clash.status_code == 409
        assert clash.json()["said"].startswith("You and somebody else changed the same words, from line 1 on.")
        assert as_(ada).get(address, headers=data).json()["version"] == 4
        long = as_(ada).post(address, {"text": "x" * (LONGEST + 1), "version": "4"}, headers=data)
        assert (long.status_code, "there is room for 200 kB" in long.json()["said"]) == (422, True)
    assert sorted(text_of(cafe).split()) == sorted(["One", "by", "Ada", "One", "by", "Grace"])


def test_a_page_left_open_gets_what_it_proves_itself_by_anew_but_not_while_one_looks_as_another() -> None:
    cafe, ada, mara = a_cafe(), somebody_here("Ada Lindqvist"), somebody_here("Mara Okafor", RoleKind.TEAM)
    address, data = where(cafe, "room/notes/"), {"Accept": "application/json"}
    with time_machine.travel(DURING, tick=False):
        client = Client(enforce_csrf_checks=True)
        client.force_login(ada.account)
        assert client.post(address, {"text": "One", "version": "0"}, headers=data).status_code == 403
        facts = client.get(address, headers=data).json()
        assert facts["whose"] == str(ada.pk)
        assert f'data-whose="{ada.pk}"' in client.get(where(cafe)).content.decode()
        typed = {"text": "One", "version": "0", "csrfmiddlewaretoken": facts["token"]}
        assert client.post(address, typed, headers=data).status_code == 200
        team = as_(mara)
        team.post(f"/team/practitioners-hub/people/{ada.pk}/see-as/")
        assert team.get(address, headers=data).json()["whose"] == ""
        assert 'data-whose=""' in team.get(where(cafe)).content.decode()


def test_without_script_a_button_saves_and_a_clash_is_shown_with_both() -> None:
    cafe, ada = a_cafe(), somebody_here("Ada Lindqvist")
    address = where(cafe, "room/notes/")
    with time_machine.travel(DURING, tick=False):
        client = as_(ada)
        assert client.post(address, {"text": "# One\n\n<script>x</script>", "version": "0"})["Location"] == address
        read = client.get(address).content.decode()
        assert "<h2>One</h2>" in read
        assert "<script>x" not in read
        client.post(address, {"text": "We meet on Monday.", "version": "1"})
        clash = client.post(address, {"text": "We left on Friday.", "version": "1"})
        assert clash.status_code == 409
        assert all(words in clash.content.decode() for words in ("Monday", "Friday", "Both are kept"))
        assert client.post(address, {"text": "x"}).status_code == 400
