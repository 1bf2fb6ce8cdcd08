"""A session that is moved after its register was closed, and people who check in after it was closed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import travel

from hub.core.attendance import How as Known
from hub.core.commitments import Standing
from hub.core.errors import NotAllowed
from hub.core.register import NoRegister, Noted, RegisterClosed, RegisterOpen, is_closed, noted
from hub.core.room import How
from hub.kit import journal, todo
from hub.messaging.happenings import happenings
from hub.participation import commands, queries
from hub.participation.models import Attendance, CheckIn
from hub.people.models import Person, RoleKind
from hub.schedule.commands.sessions import cancel_session, edit_session
from hub.schedule.models import Session
from hub.schedule.queries.told import released_now
from tests.factories import mara, some_facts
from tests.participation.places import an_expert, released, somebody, the_cohort, with_account
from tests.participation.promising import after, cafes, own_promises, theo
from tests.participation.rooms import where
from tests.scene import as_
from tests.site.reading import page, words

pytestmark = pytest.mark.django_db
DECEMBER = date(2024, 12, 4)
MINUTE = timedelta(minutes=1)


def checks_in(session: Session, person: Person, *, at: datetime) -> None:
    commands.check_in(session, person, how=How.ROOM, by=person, at=at)


def during(session: Session) -> datetime:
    assert session.starts_at is not None
    return session.starts_at + 30 * MINUTE


def the_team() -> Client:
    return as_(with_account(somebody("Mara Okafor", RoleKind.TEAM)))


def page_of(client: Client, address: str) -> str:
    return words(page(client, address))


def moved(session: Session, on: date | None, *, at: datetime) -> Session:
    """Have the team move a session to another day and release that."""
    edit_session(
        session, some_facts(title=session.title, date=on, led_by=session.led_by), seen_at=session.edited_at, by=None, at=at
    )
    released(session.cohort, at=at)
    session.refresh_from_db()
    return session


def postponed() -> Session:
    """A café of 4 September whose register the facilitator closed while it was on, for the trainer is ill; now 4 December."""
    (cafe, *_) = cafes(2)
    at = during(cafe)
    commands.close_register(cafe, by=theo(), at=at)
    return moved(cafe, DECEMBER, at=at + 60 * MINUTE)


def stands(person: Person, session: Session, *, at: datetime) -> Standing | None:
    """How somebody stands to a session by the forecast."""
    told = queries.forecast_of(session.cohort, at=at)
    me = told.one(person.pk)
    assert me is not None
    return next(cell for (_, each), cell in zip(told.columns, told.cells(me), strict=True) if each.id == session.pk)


def asked_of_team(*, at: datetime) -> list[tuple[str, str]]:
    programme = the_cohort().programme
    found = todo.todos(programme, by=None, at=at)
    return [(each.what, each.about) for each in found if each.part == "Attendance"]


# -- moved after its register was closed


def test_a_register_closed_before_its_session_begins_is_not_closed() -> None:
    (cafe,) = cafes(1)
    it = released_now(cafe)
    assert it is not None
    assert it.starts_at is not None
    begins = it.starts_at
    said = [is_closed(closed_at, it) for closed_at in (None, begins - MINUTE, begins, begins + MINUTE)]
    assert said == [False, False, True, True]
    assert [is_closed(closed_at, None) for closed_at in (None, begins)] == [False, True]


def test_a_session_moved_after_its_register_was_closed_was_missed_by_nobody_and_is_asked_for_again() -> None:
    own_promises()
    ada, cafe = an_expert("Ada Lindqvist"), postponed()
    assert cafe.starts_at is not None
    before = cafe.starts_at - timedelta(days=1)
    assert stands(ada, cafe, at=before) is Standing.TO_COME
    assert stands(ada, cafe, at=after(cafe)) is Standing.UNKNOWN
    about = "Café 1, Wed 4 December 2024, 15:00–17:00 (London)"
    assert ("Fill the register", about) in asked_of_team(at=after(cafe))
    assert [
        each.about for each in todo.own_todos(Person.objects.get(name="Theo Brandt"), at=after(cafe)) if each.about == about
    ] == [about]
    facts = happenings()["participation.register"].facts(cafe.cohort.programme, subjects=[f"register:{cafe.pk}"], at=before)
    assert [each.moment for each in facts] == [cafe.ends_at]
    checks_in(cafe, ada, at=during(cafe))
    assert stands(ada, cafe, at=after(cafe)) is Standing.CAME


def test_the_register_of_a_moved_session_is_filled_and_closed_anew_and_what_was_marked_stays() -> None:
    (cafe, _), ada, grace = cafes(2), an_expert("Ada Lindqvist"), an_expert("Grace Oyelaran")
    at = during(cafe)
    commands.mark_attendance(cafe, {ada: True}, by=None, at=at)
    commands.close_register(cafe, by=None, at=at)
    moved(cafe, DECEMBER, at=at + MINUTE)
    shown = queries.register_of(cafe, at=after(cafe))
    assert (shown.closed_at, shown.lapsed_at, shown.can_close) == (None, at, True)
    assert {line.person.name: line.came for line in shown.lines} == {"Ada Lindqvist": True, "Grace Oyelaran": None}
    with pytest.raises(RegisterOpen):
        commands.reopen_register(cafe, by=None, at=after(cafe))
    commands.mark_attendance(cafe, {grace: True}, by=None, at=after(cafe))
    commands.close_register(cafe, by=None, at=after(cafe))
    shown = queries.register_of(cafe, at=after(cafe))
    assert (shown.closed_at, shown.lapsed_at) == (after(cafe), None)
    with pytest.raises(RegisterClosed):
        commands.close_register(cafe, by=None, at=after(cafe))
    history = [entry.did for entry in journal.history_of(cafe, person=mara(cafe.cohort.programme), at=after(cafe)).entries]
    assert history.count("closed the register") == 2


def test_a_register_stays_closed_when_its_session_is_moved_to_earlier_or_cancelled_after_it_was_held() -> None:
    (first, second), ada = cafes(2), an_expert("Ada Lindqvist")
    own_promises()
    for each in (first, second):
        commands.close_register(each, by=None, at=after(each))
    late = after(second) + MINUTE
    moved(second, date(2024, 9, 17), at=late)
    assert stands(ada, second, at=late) is Standing.MISSED
    cancel_session(first, by=None, at=late)
    released(the_cohort(), at=late)
    assert queries.register_of(first, at=late).closed_at == after(first)


def test_a_session_whose_day_is_open_again_has_no_closed_register() -> None:
    (cafe,) = cafes(1)
    at = during(cafe)
    commands.close_register(cafe, by=None, at=at)
    edit_session(
        cafe, some_facts(title="Café 1", date=None, start=None, end=None), seen_at=cafe.edited_at, by=None, at=at + MINUTE
    )
    released(the_cohort(), at=at + MINUTE)
    shown = queries.register_of(cafe, at=at + MINUTE)
    assert (shown.closed_at, shown.lapsed_at, shown.can_close) == (None, at, False)


def test_a_register_is_filled_before_its_session_begins_and_closed_once_it_has() -> None:
    (cafe,), ada = cafes(1), an_expert("Ada Lindqvist")
    assert cafe.starts_at is not None
    early = cafe.starts_at - MINUTE
    commands.mark_attendance(cafe, {ada: True}, by=None, at=early)
    with pytest.raises(NoRegister) as no:
        commands.close_register(cafe, by=None, at=early)
    assert no.value.sentence == "This session has not begun, so nobody missed it yet. Close its register once it has."
    commands.close_register(cafe, by=None, at=cafe.starts_at)
    team = the_team()
    commands.reopen_register(cafe, by=None, at=cafe.starts_at)
    said = []
    for at in (early, cafe.starts_at):
        with travel(at, tick=False):
            said.append("Save and close the register" in team.get(desk(cafe)).content.decode())
    assert said == [False, True]


def test_the_register_says_that_its_session_was_moved_since_it_was_closed() -> None:
    cafe = postponed()
    team = the_team()
    for at in (during(cafe) - timedelta(days=30), after(cafe)):
        with travel(at, tick=False):
            said = page_of(team, desk(cafe))
        assert "It was closed Wed 4 September 2024, 15:30 (London), by Theo Brandt. That no longer counts" in said


def test_who_checked_in_before_the_session_was_moved_checks_in_anew() -> None:
    (cafe,), ada = cafes(1), an_expert("Ada Lindqvist")
    first = during(cafe)
    checks_in(cafe, ada, at=first)
    commands.close_register(cafe, by=None, at=first)
    moved(cafe, DECEMBER, at=first + MINUTE)
    it = released_now(cafe)
    assert it is not None
    assert (queries.check_in_of(it, ada), queries.checked_in(cafe, it), queries.how_many_checked_in(cafe, it)) == (None, [], 0)
    checks_in(cafe, ada, at=during(cafe))
    mine = queries.check_in_of(it, ada)
    assert mine is not None
    assert (mine.at, mine.noted, CheckIn.objects.count()) == (during(cafe), Noted.IN, 1)


# -- checked in after it was closed


def desk(session: Session) -> str:
    return f"/team/practitioners-hub/2024/sessions/{session.slug}/attendance/"


def late(*names: str) -> tuple[Session, list[Person]]:
    """A café whose register is closed as it ends, and Experts who check in five minutes later."""
    (cafe, *_), people = cafes(2), [an_expert(name) for name in names]
    assert cafe.ends_at is not None
    commands.close_register(cafe, by=None, at=cafe.ends_at)
    for person in people:
        checks_in(cafe, person, at=cafe.ends_at + 5 * MINUTE)
    return cafe, people


def test_what_became_of_a_check_in_is_said_by_the_mark_there_is() -> None:
    said = {(how, came): noted(how, came=came) for how in Known for came in (True, False)}
    assert said == {
        (how, came): Noted.IN if came else Noted.LATE if how is Known.FILE else Noted.OTHERWISE
        for how in Known
        for came in (True, False)
    }
    assert noted(None, came=None) is Noted.LATE


def test_who_checks_in_after_the_register_was_closed_is_told_so_and_the_team_sees_it() -> None:
    own_promises()
    cafe, (ada, grace) = late("Ada Lindqvist", "Grace Oyelaran")
    assert cafe.ends_at is not None
    shown = queries.register_of(cafe, at=after(cafe))
    at = cafe.ends_at + 5 * MINUTE
    assert [(line.person, line.came, line.late_at) for line in shown.late] == [(ada, None, at), (grace, None, at)]
    about = "Café 1, Wed 4 September 2024, 15:00–17:00 (London)"
    assert ("Take in the 2 who checked in after the register was closed", about) in asked_of_team(at=after(cafe))
    it = released_now(cafe)
    assert it is not None
    mine = queries.check_in_of(it, ada)
    assert mine is not None
    assert (mine.at, mine.noted) == (at, Noted.LATE)


def test_one_press_takes_in_who_checked_in_late_and_the_register_stays_closed() -> None:
    own_promises()
    cafe, (ada, grace) = late("Ada Lindqvist", "Grace Oyelaran")
    team = mara(the_cohort().programme)
    assert stands(ada, cafe, at=after(cafe)) is Standing.MISSED
    taken = commands.take_in_check_ins(cafe, [ada.pk], by=team, at=after(cafe))
    assert [(row.person, row.came, row.how, row.by) for row in taken] == [(ada, True, "check-in", team)]
    shown = queries.register_of(cafe, at=after(cafe))
    assert (shown.closed_at, [line.person for line in shown.late]) == (cafe.ends_at, [grace])
    assert stands(ada, cafe, at=after(cafe)) is Standing.CAME
    assert commands.take_in_check_ins(cafe, [ada.pk], by=team, at=after(cafe)) == []
    (entry,) = journal.history_of(taken[0], person=ada, at=after(cafe)).entries
    assert entry.did == "took in that somebody checked in after the register was closed"
    with pytest.raises(NotAllowed):
        commands.take_in_check_ins(cafe, [grace.pk], by=grace, at=after(cafe))


def test_who_leads_the_session_is_asked_to_take_in_who_checked_in_late_until_they_did() -> None:
    leader = theo()
    cafe, (ada,) = late("Ada Lindqvist")
    (mine,) = todo.own_todos(leader, at=after(cafe))
    register = f"/me/sessions/practitioners-hub/2024/{cafe.slug}/attendance/"
    assert (mine.what, mine.url) == ("Take in the one who checked in after the register was closed", register)
    with travel(after(cafe), tick=False):
        done = as_(with_account(leader)).post(register, {"do": "take-in", "person": [ada.pk]}, follow=True)
    assert "Ada Lindqvist: they came." in words(done.content.decode())
    assert todo.own_todos(leader, at=after(cafe)) == []


def test_nobody_is_taken_in_who_did_not_check_in() -> None:
    cafe, _ = late("Ada Lindqvist")
    grace = an_expert("Grace Oyelaran")
    assert commands.take_in_check_ins(cafe, [grace.pk], by=None, at=after(cafe)) == []
    assert Attendance.objects.count() == 0


def test_opening_the_register_again_takes_in_who_checked_in_late() -> None:
    cafe, _ = late("Ada Lindqvist", "Grace Oyelaran")
    commands.reopen_register(cafe, by=None, at=after(cafe))
    assert [(row.person.name, row.came, row.how) for row in Attendance.objects.order_by("pk").select_related("person")] == [
        ("Ada Lindqvist", True, "check-in"),
        ("Grace Oyelaran", True, "check-in"),
    ]
    assert queries.register_of(cafe, at=after(cafe)).late == ()
    assert commands.take_in_check_ins(cafe, [row.person_id for row in Attendance.objects.all()], by=None, at=after(cafe)) == []


def test_a_correction_settles_a_late_check_in_and_what_the_team_said_before_stays() -> None:
    (cafe, _), ada, grace = cafes(2), an_expert("Ada Lindqvist"), an_expert("Grace Oyelaran")
    assert cafe.ends_at is not None
    commands.mark_attendance(cafe, {grace: False}, by=None, at=cafe.ends_at)
    commands.close_register(cafe, by=None, at=cafe.ends_at)
    for person in (ada, grace):
        checks_in(cafe, person, at=cafe.ends_at + MINUTE)
    assert [line.person for line in queries.register_of(cafe, at=after(cafe)).late] == [ada]
    commands.correct_attendance(cafe, ada, came=False, reason="She was in the other room", by=None, at=after(cafe))
    assert queries.register_of(cafe, at=after(cafe)).late == ()
    assert [what for what, _ in asked_of_team(at=after(cafe))] == []
    it = released_now(cafe)
    assert it is not None
    assert [mine.noted for person in (ada, grace) if (mine := queries.check_in_of(it, person))] == [Noted.OTHERWISE] * 2


def test_whoever_checks_in_late_and_was_not_expected_stands_on_the_register_too() -> None:
    cafe, _ = late("Ada Lindqvist")
    assert cafe.ends_at is not None
    leader = theo()
    checks_in(cafe, leader, at=cafe.ends_at + MINUTE)
    shown = queries.register_of(cafe, at=after(cafe))
    assert [(line.person.name, line.why) for line in shown.lines] == [
        ("Ada Lindqvist", "Expert"),
        ("Theo Brandt", "Came as well"),
    ]


def test_a_register_with_late_check_ins_asks_as_much_of_the_database_for_twelve_as_for_two() -> None:
    cafe, _ = late("Ada Lindqvist", "Grace Oyelaran")
    assert cafe.ends_at is not None
    counts = []
    for more in (0, 10):
        for number in range(more):
            checks_in(cafe, an_expert(f"Expert {number}"), at=cafe.ends_at + 6 * MINUTE)
        with CaptureQueriesContext(connection) as asked:
            shown = queries.register_of(cafe, at=after(cafe))
        with CaptureQueriesContext(connection) as of_team:
            found = queries.registers_with_late([cafe.cohort], since=cafe.ends_at)
        counts.append((len(shown.late), [each.count for each in found], len(asked), len(of_team)))
    assert counts == [(2, [2], counts[0][2], 2), (12, [12], counts[0][2], 2)]


def test_the_page_of_the_room_says_the_truth_and_the_register_takes_in_with_one_button() -> None:
    (cafe, *_), ada = cafes(2), with_account(an_expert("Ada Lindqvist"))
    team = the_team()
    assert cafe.ends_at is not None
    commands.close_register(cafe, by=None, at=cafe.ends_at)
    truth = "The register was closed already; your check-in is noted, and the team sees it."
    with travel(cafe.ends_at + 5 * MINUTE, tick=False):
        client = as_(ada)
        part = client.post(where(cafe), headers={"HX-Request": "true"}).content.decode()
        assert ("You checked in at 17:05" in part, truth in part, "You are checked in" in part) == (True, True, False)
        assert truth in page_of(client, where(cafe))
        said = page_of(team, desk(cafe))
        assert "1 checked in after it was closed Ada Lindqvist. Until you take them in" in said
        assert "checked in at 17:05, after it was closed" in said
        done = team.post(desk(cafe), {"do": "take-in", "person": [ada.pk]}, follow=True)
        assert "Ada Lindqvist: they came." in words(done.content.decode())
        assert "checked in after it was closed" not in words(done.content.decode())
        assert "You are checked in since 17:05." in page_of(client, where(cafe))
        again = team.post(desk(cafe), {"do": "take-in", "person": [ada.pk]}, follow=True)
        assert "They stand in the register already." in words(again.content.decode())


def test_the_front_page_of_whoever_checked_in_late_says_so() -> None:
    (cafe, *_), ada = cafes(2), with_account(an_expert("Ada Lindqvist"))
    commands.close_register(cafe, by=None, at=during(cafe))
    checks_in(cafe, ada, at=during(cafe) + MINUTE)
    with travel(during(cafe) + 2 * MINUTE, tick=False):
        said = page_of(as_(ada), "/me/")
    assert "You checked in at 15:31. The register was closed already; your check-in is noted, and the team sees it." in said
