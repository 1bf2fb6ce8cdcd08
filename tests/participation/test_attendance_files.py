"""Attendance from files: an exact address counts by itself, everything else is a person's to say, and is remembered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.core.attendance import How
from hub.core.errors import NotAllowed, NotFromHere
from hub.kit.models import JournalEntry
from hub.participation import commands
from hub.participation.commands.reports import FileRefused, NoFiles, OfAnotherTime
from hub.participation.models import Attendance, AttendanceReport, KnownAs, ReportPresence
from hub.participation.queries.reports import lines_of
from hub.people.commands import (
    add_person,
    ask_erasure,
    carry_out_erasure,
    give_role,
    merge_people,
    prove_address,
    undo_merge,
)
from hub.people.models import Person, RoleKind
from hub.schedule.models import Session
from tests.factories import BEGUN, mara
from tests.participation.places import STARTS, a_training, an_expert, somebody, the_cohort
from tests.scene import as_
from tests.site.reading import links, page, words

pytestmark = pytest.mark.django_db
AFTER = STARTS + timedelta(hours=3)
HEAD = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest"


def zoom(*rows: str) -> bytes:
    return "\r\n".join([HEAD, *rows, ""]).encode()


def taken(session: Session, *files: bytes, least_minutes: int = 0) -> AttendanceReport:
    named = [(f"report-{number}.csv", octets) for number, octets in enumerate(files, start=1)]
    return commands.take_report(session, named, least_minutes=least_minutes, by=None, at=AFTER)


def came(session: Session) -> dict[str, tuple[bool, int | None, str]]:
    rows = Attendance.objects.filter(session=session).select_related("person").order_by("pk")
    return {row.person.name: (row.came, row.minutes, row.how) for row in rows}


def number_of(report: AttendanceReport, name: str) -> int:
    return ReportPresence.objects.get(report=report, name=name).number


def the_team() -> Client:
    person = somebody("Mara Okafor", RoleKind.TEAM)
    prove_address(person.account, by=None, at=BEGUN)
    return as_(person)


@pytest.fixture
def training() -> Session:
    return a_training()


def test_an_exact_address_counts_and_rejoins_are_one(training: Session) -> None:
    an_expert("Ada Lindqvist")
    report = taken(
        training,
        zoom(
            "Ada L,ADA.LINDQVIST@example.org,10/01/2024 02:00:00 PM,10/01/2024 02:30:00 PM,30,No",
            "Ada L,ada.lindqvist@example.org,10/01/2024 02:20:00 PM,10/01/2024 03:30:00 PM,70,No",
        ),
    )
    assert came(training) == {}  # nothing counts before somebody takes it over
    commands.take_over_report(report, by=None, at=AFTER)
    assert came(training) == {"Ada Lindqvist": (True, 90, "file")}


def test_a_restarted_call_of_two_files_is_one_meeting(training: Session) -> None:
    an_expert("Ada Lindqvist")
    row = "Ada,ada.lindqvist@example.org,10/01/2024 {},10/01/2024 {},{},No"
    first, second = zoom(row.format("02:00:00 PM", "02:40:00 PM", 40)), zoom(row.format("02:50:00 PM", "04:00:00 PM", 70))
    commands.take_over_report(taken(training, first, second, first), by=None, at=AFTER)
    assert came(training) == {"Ada Lindqvist": (True, 110, "file")}


ADA = "Ada,ada.lindqvist@example.org,10/01/2024 {},10/01/2024 {},{},No"
LONG, SHORT = ADA.format("02:00:00 PM", "03:30:00 PM", 90), ADA.format("03:40:00 PM", "03:50:00 PM", 10)
NOT_THERE = b"Name,Email,Attended\r\nAda,ada.lindqvist@example.org,No\r\n"


@pytest.mark.parametrize("how", ["file", "check-in"])
def test_of_files_taken_over_one_after_the_other_the_one_that_saw_somebody_longest_counts(training: Session, how: str) -> None:
    ada = an_expert("Ada Lindqvist")
    if how == "check-in":
        commands.mark_attendance(training, {ada: True}, how=How.CHECK_IN, by=None, at=AFTER)
    for least in (0, 30):
        for octets in (zoom(SHORT), zoom(LONG), zoom(SHORT), NOT_THERE):
            commands.take_over_report(taken(training, octets, least_minutes=least), by=None, at=AFTER)
        assert came(training) == {"Ada Lindqvist": (True, 90, how)}


def test_who_was_there_too_short_by_one_file_and_longer_by_the_next_came(training: Session) -> None:
    an_expert("Ada Lindqvist")
    for octets, there in (
        (zoom(SHORT), (False, 10, "file")),
        (NOT_THERE, (False, 10, "file")),
        (zoom(LONG), (True, 90, "file")),
    ):
        commands.take_over_report(taken(training, octets, least_minutes=30), by=None, at=AFTER)
        assert came(training) == {"Ada Lindqvist": there}


@pytest.mark.parametrize("how", ["file", "check-in"])
def test_a_file_that_was_put_right_takes_the_place_of_earlier_ones_for_whom_it_names(training: Session, how: str) -> None:
    ada, grace = an_expert("Ada Lindqvist"), an_expert("Grace Oyelaran")
    if how == "check-in":
        commands.mark_attendance(training, {ada: True}, how=How.CHECK_IN, by=None, at=AFTER)
    both = zoom(LONG, LONG.replace("Ada", "Grace").replace("ada.lindqvist", "grace.oyelaran"))
    commands.take_over_report(taken(training, both), by=None, at=AFTER)
    done = commands.take_over_report(taken(training, zoom(SHORT)), in_place=True, by=None, at=AFTER)
    assert (done.report.came, done.otherwise) == (1, ())
    assert came(training) == {ada.name: (True, 10, how), grace.name: (True, 90, "file")}
    marked = JournalEntry.objects.count()
    commands.take_over_report(taken(training, zoom(SHORT)), in_place=True, by=None, at=AFTER)
    assert JournalEntry.objects.count() == marked + 2  # read and taken over; it marks nothing anew
    commands.take_over_report(taken(training, zoom(SHORT), least_minutes=30), in_place=True, by=None, at=AFTER)
    assert came(training)[ada.name] == ((False, 10, "file") if how == "file" else (True, 10, "check-in"))


def test_what_the_team_said_outweighs_a_file_that_was_put_right_too(training: Session) -> None:
    ada = an_expert("Ada Lindqvist")
    commands.take_over_report(taken(training, zoom(SHORT)), by=None, at=AFTER)
    commands.correct_attendance(training, ada, came=True, minutes=120, reason="In the room", by=None, at=AFTER)
    done = commands.take_over_report(taken(training, NOT_THERE), in_place=True, by=None, at=AFTER)
    assert (done.otherwise, came(training)) == ((ada.name,), {ada.name: (True, 120, "correction")})


def test_once_a_file_was_taken_over_the_next_may_take_its_place(training: Session) -> None:
    an_expert("Ada Lindqvist")
    path = ["practitioners-hub", "2024", training.slug]
    with time_machine.travel(AFTER, tick=False):
        team, first = the_team(), taken(training, zoom(LONG))
        page_of_first = reverse("desk-attendance-report", args=[*path, first.pk])
        assert "in place of earlier files" not in words(team.get(page_of_first).content.decode())
        team.post(page_of_first, {"do": "take-over"})
        second = taken(training, zoom(SHORT))
        page_of_second = reverse("desk-attendance-report", args=[*path, second.pk])
        assert "Take it over in place of earlier files" in words(team.get(page_of_second).content.decode())
        told = words(team.post(page_of_second, {"do": "take-place"}, follow=True).content.decode())
        history = words(team.get(reverse("desk-attendance", args=path)).content.decode())
    assert "1 came." in told
    assert came(training) == {"Ada Lindqvist": (True, 10, "file")}
    assert JournalEntry.objects.filter(verb="report-taken-over", facts__in_place=True).count() == 1
    assert "took over from files who came: 1, in place of earlier files" in history


def test_who_takes_a_file_over_hears_of_whom_the_register_says_otherwise_and_they_are_not_counted(training: Session) -> None:
    ada, _ = an_expert("Ada Lindqvist"), an_expert("Grace Oyelaran")
    commands.mark_attendance(training, {ada: False}, by=None, at=AFTER)
    grace = LONG.replace("Ada", "Grace").replace("ada.lindqvist", "grace.oyelaran")
    report = taken(training, zoom(LONG, grace))
    done = commands.take_over_report(report, by=None, at=AFTER)
    assert (done.report.came, done.otherwise) == (1, ("Ada Lindqvist",))
    said = JournalEntry.objects.get(verb="report-taken-over")
    assert (said.facts["came"], said.facts["otherwise"]) == (1, 1)
    with time_machine.travel(AFTER, tick=False):
        again = taken(training, zoom(LONG))
        path = reverse("desk-attendance-report", args=["practitioners-hub", "2024", training.slug, again.pk])
        told = words(the_team().post(path, {"do": "take-over"}, follow=True).content.decode())
    assert "0 came." in told
    assert "Of Ada Lindqvist the register says otherwise, and that holds" in told


def test_a_name_is_only_proposed_and_what_is_decided_is_remembered(training: Session) -> None:
    ada = an_expert("Ada Lindqvist")
    octets = zoom("Ada Lindqvist,,10/01/2024 02:00:00 PM,10/01/2024 03:00:00 PM,60,Yes")
    report = taken(training, octets)
    (line,) = lines_of(report)
    assert (line.presence.is_decided, [person for person, _ in line.candidates]) == (False, [ada])
    commands.take_over_report(report, by=None, at=AFTER)
    assert came(training) == {}  # undecided is not counted
    again = taken(training, octets)
    commands.decide_presences(again, {number_of(again, "Ada Lindqvist"): ada}, by=None, at=AFTER)
    commands.take_over_report(again, by=None, at=AFTER)
    assert came(training) == {"Ada Lindqvist": (True, 60, "file")}
    other = a_training(on=STARTS.date() + timedelta(days=7))
    next_time = zoom("Ada Lindqvist,,10/08/2024 02:00:00 PM,10/08/2024 02:45:00 PM,45,Yes")
    later = AFTER + timedelta(days=7)
    remembered = commands.take_report(other, [("next.csv", next_time)], by=None, at=later)
    commands.take_over_report(remembered, by=None, at=later)
    assert came(other) == {"Ada Lindqvist": (True, 45, "file")}


def test_two_names_of_one_person_are_united_and_no_minute_counts_twice(training: Session) -> None:
    ada = an_expert("Ada Lindqvist")
    report = taken(
        training,
        zoom(
            "Ada Lindqvist,,10/01/2024 02:00:00 PM,10/01/2024 03:00:00 PM,60,Yes",
            "iPhone,,10/01/2024 02:30:00 PM,10/01/2024 03:30:00 PM,60,Yes",
        ),
    )
    decisions: dict[int, Person | None] = {each.presence.number: ada for each in lines_of(report)}
    commands.decide_presences(report, decisions, by=None, at=AFTER)
    commands.take_over_report(report, by=None, at=AFTER)
    assert came(training) == {"Ada Lindqvist": (True, 90, "file")}


def test_what_the_team_said_outweighs_a_file(training: Session) -> None:
    ada, grace = an_expert("Ada Lindqvist"), an_expert("Grace Oyelaran")
    commands.mark_attendance(training, {ada: False, grace: False}, how=How.REGISTER, by=None, at=AFTER)
    commands.correct_attendance(training, grace, came=True, reason="She was in the room", by=None, at=AFTER)
    report = taken(training, zoom("Ada,ada.lindqvist@example.org,10/01/2024 02:00:00 PM,10/01/2024 03:00:00 PM,60,No"))
    commands.take_over_report(report, by=None, at=AFTER)
    assert {name: (there, how) for name, (there, _, how) in came(training).items()} == {
        "Ada Lindqvist": (False, "register"),
        "Grace Oyelaran": (True, "correction"),
    }


def test_who_checked_in_or_was_ticked_gets_the_minutes_of_the_file_and_is_known_as_before(training: Session) -> None:
    ada, grace, noor, sam = (an_expert(name) for name in ("Ada Lindqvist", "Grace Oyelaran", "Noor Haddad", "Sam Lee"))
    commands.mark_attendance(training, {ada: True}, how=How.CHECK_IN, by=None, at=AFTER)
    commands.mark_attendance(training, {grace: True, noor: False}, by=None, at=AFTER)
    commands.mark_attendance(training, {sam: True}, minutes={sam: 45}, by=None, at=AFTER)
    people = (ada, grace, noor, sam)
    rows = [f"{each.name},{each.account.email},10/01/2024 02:00:00 PM,10/01/2024 03:30:00 PM,90,No" for each in people]
    commands.take_over_report(taken(training, zoom(*rows)), by=None, at=AFTER)
    assert came(training) == {
        "Ada Lindqvist": (True, 90, "check-in"),
        "Grace Oyelaran": (True, 90, "register"),
        "Noor Haddad": (False, None, "register"),
        "Sam Lee": (True, 45, "register"),  # the team said how long
    }
    said = JournalEntry.objects.filter(verb="added-minutes").order_by("pk")
    assert [(each.facts["minutes"], each.facts["how"]) for each in said] == [(90, "check-in"), (90, "register")]
    longer = [each.replace("03:30:00 PM,90", "03:40:00 PM,100") for each in rows]
    commands.take_over_report(taken(training, zoom(*longer)), by=None, at=AFTER)
    assert [came(training)[each.name][1] for each in people] == [100, 90, None, 45]


def test_who_stayed_less_than_the_least_did_not_come(training: Session) -> None:
    an_expert("Ada Lindqvist")
    octets = zoom("Ada,ada.lindqvist@example.org,10/01/2024 02:00:00 PM,10/01/2024 02:10:00 PM,10,No")
    commands.take_over_report(taken(training, octets, least_minutes=30), by=None, at=AFTER)
    assert came(training) == {"Ada Lindqvist": (False, 10, "file")}


def test_names_and_addresses_of_a_file_are_gone_once_it_is_settled(training: Session) -> None:
    octets = zoom("Some Stranger,stranger@elsewhere.example,10/01/2024 02:00:00 PM,10/01/2024 03:00:00 PM,60,Yes")
    for settle in (commands.take_over_report, commands.lay_aside_report):
        report = taken(training, octets)
        settle(report, by=None, at=AFTER)
        assert ReportPresence.objects.filter(report=report).count() == 0
        with pytest.raises(NotFromHere):
            commands.take_over_report(report, by=None, at=AFTER)
    assert not any("stranger" in str(entry.facts).lower() for entry in JournalEntry.objects.all())
    assert KnownAs.objects.count() == 0


def test_an_erasure_takes_a_name_and_address_out_of_files_nobody_has_settled_and_leaves_those_of_others(
    training: Session,
) -> None:
    ada = an_expert("Ada Lindqvist")
    line = "{},{},10/01/2024 02:00:00 PM,10/01/2024 03:00:00 PM,60,Yes"
    hers = (line.format("Ada Lindqvist (Phone)", ""), line.format("Polar Desk (Ada Lindqvist)", ""))
    report = taken(training, zoom(*hers, line.format("Passer By", "by@example.org")))
    commands.decide_presences(report, {number_of(report, "Polar Desk"): None}, by=None, at=AFTER)
    other = taken(training, zoom(line.format("A. L.", "ada.private@example.org")))
    ReportPresence.objects.filter(report=other).update(address="ada.lindqvist@example.org", key="ada.lindqvist@example.org")
    KnownAs.objects.create(programme=training.cohort.programme, key="name:ada lindqvist", decided_at=AFTER)
    erasure = ask_erasure(ada, by=None, at=AFTER)
    carry_out_erasure(erasure, by=None, at=erasure.due_at)
    kept = str([*ReportPresence.objects.values(), *KnownAs.objects.values()]).lower()
    assert ("lindqvist" in kept, "passer by" in kept, "by@example.org" in kept) == (False, True, True)
    assert (report.presences.count(), other.presences.count()) == (3, 1)


def test_a_report_nobody_settles_goes_after_thirty_days(training: Session) -> None:
    report = taken(training, zoom("Ada,,10/01/2024 02:00:00 PM,10/01/2024 03:00:00 PM,60,Yes"))
    assert commands.let_go_reports(at=AFTER + timedelta(days=29)) == 0
    assert commands.let_go_reports(at=AFTER + timedelta(days=31)) == 1
    report.refresh_from_db()
    assert (report.is_taken_over, report.presences.count()) == (False, 0)


def test_a_file_that_is_no_report_is_refused_with_its_name(training: Session) -> None:
    with pytest.raises(FileRefused) as no:
        taken(training, b"")
    assert no.value.sentence == "“report-1.csv”: This file is empty."
    with pytest.raises(NoFiles):
        commands.take_report(training, [], by=None, at=AFTER)
    assert AttendanceReport.objects.count() == 0


def test_only_who_keeps_the_register_reads_files(training: Session) -> None:
    ada = an_expert("Ada Lindqvist")
    with pytest.raises(NotAllowed):
        commands.take_report(training, [("a.csv", zoom())], by=ada, at=AFTER)


def test_the_team_reads_a_file_says_who_is_who_and_takes_it_over(training: Session) -> None:
    ada, noor = an_expert("Ada Lindqvist"), somebody("Noor Haddad", RoleKind.COMMUNITY)
    browser = the_team()
    place = [training.cohort.programme.slug, training.cohort.slug, training.slug]
    with time_machine.travel(AFTER, tick=False):
        octets = zoom(
            "Ada Lindqvist,ada.lindqvist@example.org,10/01/2024 02:00:00 PM,10/01/2024 03:00:00 PM,60,No",
            "A. Friend,,10/01/2024 02:00:00 PM,10/01/2024 03:00:00 PM,60,Yes",
            "Passer By,,10/01/2024 02:00:00 PM,10/01/2024 02:05:00 PM,5,Yes",
        )
        files = reverse("desk-attendance-files", args=place)
        assert browser.post(files, {}).status_code == 422
        answer = browser.post(files, {"reports": [SimpleUploadedFile("zoom.csv", octets)], "zone": "Europe/London"})
        report = AttendanceReport.objects.get()
        where = reverse("desk-attendance-report", args=[*place, report.pk])
        assert answer["Location"] == where
        assert "A. Friend" in browser.get(where).content.decode()
        friend, passer = number_of(report, "A. Friend"), number_of(report, "Passer By")
        wrong = browser.post(where, {f"name-{friend}": "Nobody Known", f"who-{passer}": "nobody", "do": "take-over"})
        assert (wrong.status_code, "Nobody Known" in wrong.content.decode()) == (422, True)
        browser.post(where, {f"name-{friend}": "Noor Haddad", "do": "take-over"})
    assert came(training) == {ada.name: (True, 60, "file"), noor.name: (True, 60, "file")}


def test_a_file_of_another_day_marks_nobody_before_somebody_says_it_is_the_right_one(training: Session) -> None:
    ada, browser = an_expert("Ada Lindqvist"), the_team()
    place = [training.cohort.programme.slug, training.cohort.slug, training.slug]
    octets = zoom("Ada,ada.lindqvist@example.org,02/07/2024 02:00:00 PM,02/07/2024 03:00:00 PM,60,No")
    report = taken(training, octets)
    said = "This file is of 7 February 2024; the session was on 1 October."
    assert (report.elsewhere, report.is_doubtful) == (said, True)
    with pytest.raises(OfAnotherTime) as no:
        commands.take_over_report(report, by=None, at=AFTER)
    assert no.value.sentence == f"{said} Say that it is the right file all the same, or lay it aside."
    with pytest.raises(OfAnotherTime):
        commands.decide_presences(report, {1: ada}, by=None, at=AFTER)
    where = reverse("desk-attendance-report", args=[*place, report.pk])
    with time_machine.travel(AFTER, tick=False):
        shown = page(browser, where)
        assert said in shown
        assert ("Ada" in words(shown), "Take it over" in shown) == (False, False)
        assert browser.post(where, {"do": "take-over"}).status_code == 422
        assert came(training) == {}
        assert browser.post(where, {"do": "vouch"})["Location"] == where
        assert "Take it over" in page(browser, where)
        browser.post(where, {"do": "take-over"})
    assert came(training) == {"Ada Lindqvist": (True, 60, "file")}
    with pytest.raises(NotFromHere):
        commands.vouch_for_report(taken(training, zoom()), by=None, at=AFTER)


def test_times_of_a_host_elsewhere_are_those_of_their_zone_unless_the_file_names_one(training: Session) -> None:
    an_expert("Ada Lindqvist")
    of_new_york = zoom("Ada,ada.lindqvist@example.org,10/01/2024 09:00:00 AM,10/01/2024 10:00:00 AM,60,No")
    assert taken(training, of_new_york).elsewhere == (
        "This file says 09:00–10:00; the session was 14:00–16:00 (London). Perhaps they are of the clock of another zone: lay "
        "it aside, and say which."
    )
    of_utc = (
        b"Name,Email,Join Time (UTC),Leave Time (UTC)\r\nAda,ada.lindqvist@example.org,2024-10-01 13:00,2024-10-01 13:30\r\n"
    )
    for octets, minutes in ((of_new_york, 60), (of_utc, 30)):
        report = commands.take_report(training, [("a.csv", octets)], zone="America/New_York", by=None, at=AFTER)
        assert (report.elsewhere, [each.minutes for each in report.presences.all()]) == ("", [minutes])


def test_the_form_asks_for_the_zone_and_begins_with_the_session_s(training: Session) -> None:
    browser = the_team()
    files = reverse("desk-attendance-files", args=[training.cohort.programme.slug, training.cohort.slug, training.slug])
    with time_machine.travel(AFTER, tick=False):
        assert 'name="zone" value="Europe/London"' in page(browser, files)
        upload = SimpleUploadedFile("zoom.csv", zoom("Ada,,10/01/2024 09:00:00 AM,10/01/2024 10:00:00 AM,60,No"))
        wrong = browser.post(files, {"reports": [upload], "zone": "BST"})
        assert (wrong.status_code, "“BST” is not a time zone we know." in wrong.content.decode()) == (422, True)
        upload.seek(0)
        browser.post(files, {"reports": [upload], "zone": "america/new_york"})
    assert AttendanceReport.objects.get().elsewhere == ""


def test_of_several_files_each_is_held_to_the_session_and_named(training: Session) -> None:
    row = "Ada,ada.lindqvist@example.org,{} 02:00:00 PM,{} 03:00:00 PM,60,No"
    report = taken(training, zoom(row.format("10/01/2024", "10/01/2024")), zoom(row.format("09/30/2024", "09/30/2024")))
    assert report.elsewhere == "The file “report-2.csv” is of 30 September 2024; the session was on 1 October."


def test_time_outside_the_session_does_not_count_and_who_was_only_there_then_did_not_come(training: Session) -> None:
    an_expert("Ada Lindqvist"), an_expert("Grace Oyelaran")
    octets = zoom(
        "Ada,ada.lindqvist@example.org,10/01/2024 01:30:00 PM,10/01/2024 04:30:00 PM,180,No",
        "Grace,grace.oyelaran@example.org,10/01/2024 01:00:00 PM,10/01/2024 01:40:00 PM,40,No",
    )
    report = taken(training, octets)
    assert {each.name: each.minutes for each in report.presences.all()} == {"Ada": 120, "Grace": 0}
    commands.take_over_report(report, by=None, at=AFTER)
    assert came(training) == {"Ada Lindqvist": (True, 120, "file"), "Grace Oyelaran": (False, 0, "file")}


def test_a_no_show_reads_as_one_and_one_line_as_one(training: Session) -> None:
    ada, browser = an_expert("Ada Lindqvist"), the_team()
    place = [training.cohort.programme.slug, training.cohort.slug, training.slug]

    def shown(octets: bytes) -> str:
        report = taken(training, octets)
        with time_machine.travel(AFTER, tick=False):
            return words(page(browser, reverse("desk-attendance-report", args=[*place, report.pk])))

    table = b"Name,Email,Attended\r\n"
    assert "A. Friend did not come" in (said := shown(table + b"A. Friend,,No\r\n"))
    assert ("1 line ·" in said, "0 minutes" in said) == (True, False)
    settled = shown(table + f"Ada,{ada.account.email},No\r\n".encode())
    assert "Ada Ada Lindqvist Did not come The same address" in settled
    before = "A. Friend,,10/01/2024 01:00:00 PM,10/01/2024 01:30:00 PM,30,Yes"
    both = shown(zoom(before, "B. Friend,,10/01/2024 02:00:00 PM,10/01/2024 02:01:00 PM,1,Yes"))
    assert ("A. Friend there only before or after the session" in both, "B. Friend 1 minute " in both) == (True, True)
    assert "2 lines ·" in both


def test_the_import_of_files_is_reached_from_the_register_the_session_s_desk_and_the_task(training: Session) -> None:
    browser = the_team()
    place = [training.cohort.programme.slug, training.cohort.slug, training.slug]
    files, register, run = (reverse(name, args=place) for name in ("desk-attendance-files", "desk-attendance", "desk-run"))
    with time_machine.travel(AFTER, tick=False):
        assert files in links(page(browser, register))
        assert {register, files, run} <= set(links(page(browser, reverse("desk-session", args=place))))
        assert files in links(page(browser, reverse("team-home", args=place[:1])))
        assert files in {each["url"] for each in browser.get("/me/places/").json()["places"]}


def test_more_presences_cost_no_more_queries(training: Session) -> None:
    an_expert("Ada Lindqvist")

    def queries(count: int) -> int:
        rows = [f"Guest {n} Person,,10/01/2024 02:00:00 PM,10/01/2024 03:00:00 PM,60,Yes" for n in range(count)]
        with CaptureQueriesContext(connection) as asked:
            report = taken(training, zoom(*rows))
            lines_of(report)
            commands.lay_aside_report(report, by=None, at=AFTER)
        return len(asked)

    assert queries(3) == queries(40)
    assert datetime(2024, 10, 1, 16, tzinfo=UTC) == AFTER
    assert mara(the_cohort().programme).name == "Mara Okafor"


def guest(name: str, *, until: str = "03:00:00 PM", minutes: int = 60, day: int = 1) -> str:
    return f"{name},,10/{day:02}/2024 02:00:00 PM,10/{day:02}/2024 {until},{minutes},Yes"


def another(name: str) -> Person:
    """Another Expert of the cohort, called as somebody is already."""
    person = add_person(name, email=f"{name.replace(' ', '.').lower()}@elsewhere.example", by=None, at=BEGUN)
    give_role(person, RoleKind.EXPERT, the_cohort().programme, cohort=the_cohort(), starts_on=BEGUN.date(), by=None, at=BEGUN)
    return person


def a_week_later(training: Session, *rows: str) -> AttendanceReport:
    """A report on the training of the week after `training`."""
    following = a_training(on=STARTS.date() + timedelta(days=7))
    return commands.take_report(following, [("next.csv", zoom(*rows))], by=None, at=AFTER + timedelta(days=7))


def test_of_two_experts_called_the_same_what_was_decided_of_one_is_only_proposed_for_the_other(training: Session) -> None:
    first, other = an_expert("Sam Lee"), another("Sam Lee")
    report = taken(training, zoom(guest("Sam Lee")))
    commands.decide_presences(report, {1: first}, by=None, at=AFTER)
    commands.take_over_report(report, by=None, at=AFTER)
    (line,) = lines_of(next_time := a_week_later(training, guest("Sam Lee", day=8)), shows_addresses=True)
    assert (line.presence.is_decided, line.presence.person) == (False, None)
    assert [(name, reason) for _, name, reason in line.choices] == [
        ("Sam Lee, sam.lee@example.org", "Decided so before"),
        ("Sam Lee, sam.lee@elsewhere.example", "The same name"),
    ]
    later = AFTER + timedelta(days=7)
    commands.decide_presences(next_time, {1: other}, by=None, at=later)
    commands.take_over_report(next_time, by=None, at=later)
    assert list(Attendance.objects.filter(session=next_time.session).values_list("person", "came")) == [(other.pk, True)]


def test_a_slip_that_was_remembered_is_decided_again_and_the_new_decision_is_remembered(training: Session) -> None:
    noor, browser = an_expert("Noor Haddad"), the_team()
    report = taken(training, zoom(guest("N.", until="02:50:00 PM", minutes=50), guest("A. Friend")))
    commands.decide_presences(report, {number_of(report, "A. Friend"): None}, by=None, at=AFTER)
    commands.take_over_report(report, by=None, at=AFTER)
    following = a_week_later(training, guest("A. Friend", day=8), guest("Passer By", day=8))
    number, passer = number_of(following, "A. Friend"), number_of(following, "Passer By")
    session = following.session
    where = reverse(
        "desk-attendance-report", args=[session.cohort.programme.slug, session.cohort.slug, session.slug, following.pk]
    )
    with time_machine.travel(AFTER + timedelta(days=7), tick=False):
        assert "A. Friend Nobody we count 60 As decided before Decide again" in words(page(browser, where))
        answer = browser.post(where, {"again": number, f"who-{passer}": "nobody"})
        assert answer["Location"] == f"{where}#line-{number}"
        assert {each.name: each.is_decided for each in following.presences.all()} == {"A. Friend": False, "Passer By": True}
        assert not KnownAs.objects.filter(key="name:a friend").exists()
        assert "Before, it was nobody we count." in words(page(browser, where))
        assert browser.post(where, {"again": number}).status_code == 422  # it is open already
        assert browser.post(where, {"again": 99}).status_code == 400
        browser.post(where, {f"name-{number}": "Noor Haddad", "do": "take-over"})
    assert came(session) == {noor.name: (True, 60, "file")}
    assert KnownAs.objects.get(key="name:a friend").person == noor


def test_a_line_that_is_sure_by_its_address_may_be_decided_again(training: Session) -> None:
    ada, grace = an_expert("Ada Lindqvist"), an_expert("Grace Oyelaran")
    report = taken(training, zoom(guest("Grace Oyelaran").replace(",,", f",{ada.account.email},")))
    commands.reopen_presence(report, 1, by=None, at=AFTER)
    (line,) = lines_of(report)
    assert (line.presence.is_decided, list(line.candidates)) == (
        False,
        [(ada, "The address is theirs"), (grace, "The same name")],
    )
    commands.decide_presences(report, {1: grace}, by=None, at=AFTER)
    commands.take_over_report(report, by=None, at=AFTER)
    assert came(training) == {"Grace Oyelaran": (True, 60, "file")}


def proposed(report: AttendanceReport) -> list[tuple[str, list[int]]]:
    """For each name in a report, the keys that are kept as whom it may mean."""
    return [(row.name, [key for key, _ in row.candidates]) for row in report.presences.order_by("number")]


def test_a_report_opened_before_two_records_became_one_proposes_the_person_and_each_of_them_once_more_when_they_are_two(
    training: Session,
) -> None:
    ada, second, grace = an_expert("Ada Lindqvist"), another("Ada Lindqvist"), an_expert("Grace Oyelaran")
    report = taken(training, zoom(guest("Ada Lindqvist"), guest("Ada"), guest("Grace Oyelaran")))
    before = proposed(report)
    assert before == [("Ada", [ada.pk, second.pk]), ("Ada Lindqvist", [ada.pk, second.pk]), ("Grace Oyelaran", [grace.pk])]
    merge = merge_people(second, Person.objects.get(pk=ada.pk), choices={}, by=None, at=AFTER)
    assert [key for _, key in proposed(report)] == [[second.pk], [second.pk], [grace.pk]]
    assert [[person for person, _ in line.candidates] for line in lines_of(report) if line.presence.name == "Ada"] == [[second]]
    undo_merge(merge, by=None, at=AFTER)
    assert proposed(report) == before


def test_a_report_keeps_no_key_of_somebody_erased_nor_of_a_record_that_went_into_theirs(training: Session) -> None:
    ada, second = an_expert("Ada Lindqvist"), another("Ada Lindqvist")
    report = taken(training, zoom(guest("Ada Lindqvist"), guest("Ada L.")))
    merge_people(ada, Person.objects.get(pk=second.pk), choices={}, by=None, at=AFTER)
    ReportPresence.objects.filter(number=2).update(candidates=[[second.pk, "A name alike"]])  # as if it had been missed
    asked = ask_erasure(ada, by=ada, at=AFTER)
    carry_out_erasure(asked, by=None, at=asked.due_at)
    assert [keys for _, keys in proposed(report)] == [[], []]


def test_two_guests_of_one_name_at_once_are_said_to_be_and_may_be_split_into_two(training: Session) -> None:
    first, other = an_expert("Sam Lee"), another("Sam Lee")
    browser = the_team()
    report = taken(training, zoom(guest("Sam Lee"), guest("Sam Lee", until="03:30:00 PM", minutes=90), guest("Passer By")))
    where = reverse(
        "desk-attendance-report", args=[training.cohort.programme.slug, training.cohort.slug, training.slug, report.pk]
    )
    number = number_of(report, "Sam Lee")
    commands.decide_presences(report, {number_of(report, "Passer By"): None}, by=None, at=AFTER)
    with time_machine.travel(AFTER, tick=False):
        assert "Two were here at once under this name: one person with two devices, or two people." in words(
            page(browser, where)
        )
        answer = browser.post(where, {"split": number, f"who-{number}": first.pk})
        assert answer["Location"] == f"{where}#line-{number}"
        shown = words(page(browser, where))
        assert "One of 2 under this name, there 14:00–15:00 (London)." in shown
        assert "One of 2 under this name, there 14:00–15:30 (London)." in shown
        parts = report.presences.filter(name="Sam Lee").order_by("number")
        assert [(each.minutes, each.is_decided) for each in parts] == [(60, False), (90, False)]
        one, two = parts
        browser.post(where, {f"who-{one.number}": first.pk, f"who-{two.number}": other.pk, "do": "take-over"})
    rows = Attendance.objects.filter(session=training).order_by("minutes")
    assert [(row.person, row.minutes) for row in rows] == [(first, 60), (other, 90)]
    assert not KnownAs.objects.filter(person__isnull=False).exists()  # the name means none of them
    with pytest.raises(NotFromHere):
        alone = taken(training, zoom(guest("Sam Lee")))
        commands.split_presence(alone, 1, by=None, at=AFTER)


def test_two_guests_of_one_name_with_the_same_times_are_one_or_two_as_a_person_says(training: Session) -> None:
    first, other = an_expert("Sam Lee"), another("Sam Lee")
    browser = the_team()
    said = "A file has several rows alike for this name: one person written down twice, or several people."
    file = zoom(guest("Sam Lee"), guest("Sam Lee"), guest("Passer By"))
    report = taken(training, file, file)  # the same file twice is nobody more
    place = [training.cohort.programme.slug, training.cohort.slug, training.slug, report.pk]
    where = reverse("desk-attendance-report", args=place)
    number = number_of(report, "Sam Lee")
    with time_machine.travel(AFTER, tick=False):
        assert words(page(browser, where)).count(said) == 1
        browser.post(where, {"split": number})
        one, two = report.presences.filter(name="Sam Lee").order_by("number")
        browser.post(where, {f"who-{one.number}": first.pk, f"who-{two.number}": other.pk, "do": "take-over"})
    assert set(Attendance.objects.filter(session=training).values_list("person", "minutes")) == {(first.pk, 60), (other.pk, 60)}
    again = taken(training, file)
    commands.decide_presences(again, {number_of(again, "Sam Lee"): first}, by=None, at=AFTER)  # one row written twice
    third = taken(training, file)
    assert not third.presences.get(name="Sam Lee").is_decided  # asked again: the name may be two people's


def test_parts_that_are_one_person_after_all_are_united_and_no_minute_counts_twice(training: Session) -> None:
    ada = an_expert("Ada Lindqvist")
    report = taken(training, zoom(guest("Ada Lindqvist"), guest("Ada Lindqvist", until="03:30:00 PM", minutes=90)))
    parts = commands.split_presence(report, 1, by=None, at=AFTER)
    commands.decide_presences(report, {each.number: ada for each in parts}, by=None, at=AFTER)
    commands.take_over_report(report, by=None, at=AFTER)
    assert came(training) == {"Ada Lindqvist": (True, 90, "file")}


def test_who_has_no_time_of_leaving_is_said_to_count_to_the_end(training: Session) -> None:
    an_expert("Ada Lindqvist")
    browser = the_team()
    report = taken(training, zoom("Ada,ada.lindqvist@example.org,10/01/2024 02:00:00 PM,,,No", guest("Passer By")))
    where = reverse(
        "desk-attendance-report", args=[training.cohort.programme.slug, training.cohort.slug, training.slug, report.pk]
    )
    with time_machine.travel(AFTER, tick=False):
        assert "There was no time of leaving; it counts until the end." in words(page(browser, where))


def test_where_a_file_does_not_say_who_left_when_nobody_gets_minutes_and_the_page_says_so(training: Session) -> None:
    ada, browser = an_expert("Ada Lindqvist"), the_team()
    octets = f"Name,Email,Join Time,Gone\r\nAda,{ada.account.email},2024-10-01 14:00,2024-10-01 15:00\r\n".encode()
    report = taken(training, octets)
    where = reverse(
        "desk-attendance-report", args=[training.cohort.programme.slug, training.cohort.slug, training.slug, report.pk]
    )
    with time_machine.travel(AFTER, tick=False):
        shown = words(page(browser, where))
    assert "“Gone” seems to hold times; we do not know what it means, so it was left out." in shown
    assert "Ada Only the time of joining is known, so there are no minutes." in shown
    commands.take_over_report(report, by=None, at=AFTER)
    assert came(training) == {"Ada Lindqvist": (True, None, "file")}
