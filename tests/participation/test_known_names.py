"""What is remembered of names in attendance files: the team reads it, puts one right, and forgets one."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.core.errors import ChangedMeanwhile, NotAllowed
from hub.kit.held import held_about
from hub.participation import commands
from hub.participation.models import Attendance, AttendanceReport, KnownAs
from hub.participation.queries import known_name, known_names
from hub.people.commands import add_person
from hub.people.models import Person, RoleKind
from hub.schedule.models import Session
from tests.participation.places import a_training, an_expert, somebody
from tests.participation.test_attendance_files import AFTER, guest, number_of, taken, the_team, zoom
from tests.site.reading import page, words

pytestmark = pytest.mark.django_db
NAMES = "/team/practitioners-hub/known-names/"


@pytest.fixture
def training(db: None) -> Session:
    return a_training()


def decided(session: Session, **meant: Person | None) -> AttendanceReport:
    """Take a file with some guests over, each decided on."""
    report = taken(session, zoom(*(guest(name.replace("_", " ")) for name in meant), guest("Passer By")))
    decisions = {number_of(report, name.replace("_", " ")): person for name, person in meant.items()}
    commands.decide_presences(report, decisions, by=None, at=AFTER)
    return commands.take_over_report(report, by=None, at=AFTER)


def rows(html: str) -> str:
    return words(html).partition("What you can do")[2]


def test_the_team_reads_whom_each_name_means_since_which_file_and_may_put_it_right(training: Session) -> None:
    ada, grace = an_expert("Ada Lindqvist"), an_expert("Grace Oyelaran")
    browser = the_team()
    decided(training, A_Friend=ada, Somebody=None)
    known = KnownAs.objects.get(key="name:a friend")
    with time_machine.travel(AFTER + timedelta(days=1), tick=False):
        said = rows(page(browser, NAMES))
        assert "A Friend Ada Lindqvist" in said
        assert "From a file of Systems Thinking , Tue 1 October 2024" in said
        assert "Somebody Nobody we count" in said
        answer = browser.post(NAMES, {"known": known.pk, "do": "means", "name": "Grace Oyelaran"})
        assert (answer.status_code, answer["Location"]) == (302, NAMES)
        told = words(page(browser, NAMES))
        assert "A Friend means Grace Oyelaran from the next file on." in told
    known.refresh_from_db()
    assert (known.person, known.decided_by and known.decided_by.name) == (grace, "Mara Okafor")
    assert list(Attendance.objects.filter(session=training).values_list("person", flat=True)) == [ada.pk]  # as it was kept
    again = taken(training, zoom(guest("A Friend")))
    assert again.presences.get(name="A Friend").person == grace


def test_a_name_that_is_forgotten_is_asked_again(training: Session) -> None:
    decided(training, A_Friend=an_expert("Ada Lindqvist"))
    browser = the_team()
    known = KnownAs.objects.get(key="name:a friend")
    with time_machine.travel(AFTER, tick=False):
        browser.post(NAMES, {"known": known.pk, "do": "nobody"})
        known.refresh_from_db()
        assert known.person is None
        browser.post(NAMES, {"known": known.pk, "do": "forget"})
        assert "No name is remembered" in words(page(browser, NAMES))
    assert not taken(training, zoom(guest("A Friend"))).presences.get(name="A Friend").is_decided


def test_a_persons_own_page_leads_to_the_names_that_mean_them(training: Session) -> None:
    ada, grace = an_expert("Ada Lindqvist"), an_expert("Grace Oyelaran")
    decided(training, A_Friend=ada, The_Other=grace)
    browser = the_team()
    with time_machine.travel(AFTER, tick=False):
        theirs = f"{NAMES}?person={ada.pk}"
        assert theirs in page(browser, reverse("desk-person", args=["practitioners-hub", ada.pk]))
        said = rows(page(browser, theirs))
        assert ("A Friend" in said, "The Other" in said) == (True, False)
        known = KnownAs.objects.get(person=ada)
        assert browser.post(theirs, {"known": known.pk, "do": "forget"})["Location"] == theirs
        assert "No name or address in a file was decided to mean Ada Lindqvist." in words(page(browser, theirs))
        assert browser.get(f"{NAMES}?person=999999").status_code == 404


def test_whom_nobody_knows_by_what_was_typed_is_said_beside_the_name_and_nothing_changes(training: Session) -> None:
    ada = an_expert("Ada Lindqvist")
    decided(training, A_Friend=ada)
    browser = the_team()
    known = KnownAs.objects.get(key="name:a friend")
    with time_machine.travel(AFTER, tick=False):
        answer = browser.post(NAMES, {"known": known.pk, "do": "means", "name": "Nobody Such"})
        assert answer.status_code == 422
        html = answer.content.decode()
        assert ("Nobody of the programme is called that, or two are." in html, 'value="Nobody Such"' in html) == (True, True)
        for wrong in ({"known": 99, "do": "forget"}, {"known": known.pk, "do": "dance"}):
            assert browser.post(NAMES, wrong).status_code == 400
    known.refresh_from_db()
    assert known.person == ada


def test_only_the_team_changes_them_and_only_to_somebody_of_the_programme(training: Session) -> None:
    ada = an_expert("Ada Lindqvist")
    decided(training, A_Friend=ada)
    known = known_name(training.cohort.programme, KnownAs.objects.get(person=ada).pk)
    assert known is not None
    theo, stranger = somebody("Theo Marsh", RoleKind.COACH), add_person("A stranger", by=None, at=AFTER)
    for refused in (
        lambda: commands.forget_name(known, by=theo, at=AFTER),
        lambda: commands.settle_name(known, theo, by=ada, at=AFTER),
        lambda: commands.settle_name(known, stranger, by=None, at=AFTER),
    ):
        with pytest.raises(NotAllowed):
            refused()
    commands.forget_name(known, by=None, at=AFTER)
    with pytest.raises(ChangedMeanwhile):
        commands.settle_name(known, ada, by=None, at=AFTER)


def test_a_person_reads_under_which_names_files_mean_them(training: Session) -> None:
    ada = an_expert("Ada Lindqvist")
    decided(training, A_Friend=ada)
    shown = [row for each in held_about(ada) for row in each.rows if row.get("key") == "name:a friend"]
    assert [row["name"] for row in shown] == ["A Friend"]


def test_the_list_asks_as_often_for_many_names_as_for_few(training: Session) -> None:
    browser: Client = the_team()
    decided(training, A_Friend=an_expert("Ada Lindqvist"))

    def count() -> int:
        with CaptureQueriesContext(connection) as made:
            page(browser, NAMES)
        return len(made)

    with time_machine.travel(AFTER, tick=False):
        before = count()
        people = {f"Friend_{number}": an_expert(f"Expert {number}") for number in range(5)}
        for name, person in people.items():
            decided(a_training(), **{name: person})
        assert known_names(training.cohort.programme).count() == 6
        assert count() == before
