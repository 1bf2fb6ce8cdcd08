"""Registers: who came, who may say so, what closing means, and corrections."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.booking import Terms, Tier, Way
from hub.core.commitments import Override
from hub.core.errors import NotAllowed
from hub.core.register import BadMark, NoReason, NoRegister, RegisterClosed, RegisterOpen, leads
from hub.kit import journal
from hub.participation import commands, queries
from hub.participation.models import Attendance
from hub.participation.models.attendance import sessions_led_by
from hub.participation.queries.reports import expected_names
from hub.people.commands import add_person, give_role
from hub.people.models import Person, RoleKind
from hub.schedule.commands.sessions import cancel_session
from hub.schedule.models import Session
from tests.factories import BEGUN, a_session, mara, sam
from tests.participation.places import a_training, an_expert, books, released, somebody, the_cohort
from tests.participation.promising import a_day_together, after, cafes, held, own_promises, theo

pytestmark = pytest.mark.django_db


def marks(session: Session) -> dict[str, bool]:
    rows = Attendance.objects.filter(session=session).select_related("person")
    return {row.person.name: row.came for row in rows}


def test_who_came_is_written_down_for_several_at_once_and_only_what_changed_again() -> None:
    (cafe,), team = cafes(1), mara(the_cohort().programme)
    a, b = an_expert("Ada Lindqvist"), an_expert("Grace Oyelaran")
    assert len(commands.mark_attendance(cafe, {a: True, b: False}, by=team, at=after(cafe))) == 2
    again = commands.mark_attendance(cafe, {a: True, b: True}, by=team, at=after(cafe))
    assert [row.person.name for row in again] == ["Grace Oyelaran"]
    assert marks(cafe) == {"Ada Lindqvist": True, "Grace Oyelaran": True}
    told = [entry.did for entry in journal.history_of(again[0], person=team, at=after(cafe)).entries]
    assert told == ["wrote down that somebody came", "wrote down that somebody did not come"]


def test_a_register_opens_an_hour_before_the_session_and_not_for_one_that_is_not_on() -> None:
    (cafe, gone), ada = cafes(2), an_expert("Ada Lindqvist")
    assert cafe.starts_at is not None
    with pytest.raises(NoRegister):
        commands.mark_attendance(cafe, {ada: True}, by=None, at=cafe.starts_at - timedelta(minutes=61))
    commands.mark_attendance(cafe, {ada: True}, by=None, at=cafe.starts_at - timedelta(minutes=60))
    draft = a_session(the_cohort(), title="Draft", date=date(2024, 9, 5))
    cancel_session(gone, by=None, at=BEGUN)
    with pytest.raises(NoRegister) as no:
        commands.close_register(draft, by=None, at=after(draft))
    assert no.value.sentence == "This session is not released, so it has no register yet."
    released(the_cohort())
    with pytest.raises(NoRegister) as no:
        commands.mark_attendance(gone, {ada: True}, by=None, at=after(gone))
    assert no.value.sentence == "This session is cancelled, so nobody could come."


def test_once_closed_only_a_correction_with_a_reason_changes_the_register() -> None:
    (cafe,), ada = cafes(1), an_expert("Ada Lindqvist")
    held(cafe)
    with pytest.raises(RegisterClosed):
        commands.mark_attendance(cafe, {ada: True}, by=None, at=after(cafe))
    with pytest.raises(NoReason):
        commands.correct_attendance(cafe, ada, came=True, reason="  ", by=None, at=after(cafe))
    row = commands.correct_attendance(cafe, ada, came=True, minutes=50, reason=" Came  late ", by=None, at=after(cafe))
    assert (row.came, row.how, row.minutes, row.reason) == (True, "correction", 50, "Came late")
    with pytest.raises(RegisterClosed):
        commands.close_register(cafe, by=None, at=after(cafe))
    commands.reopen_register(cafe, by=None, at=after(cafe))
    with pytest.raises(RegisterOpen):
        commands.reopen_register(cafe, by=None, at=after(cafe))
    commands.mark_attendance(cafe, {ada: False}, by=None, at=after(cafe))
    assert marks(cafe) == {"Ada Lindqvist": False}


def test_nobody_without_a_part_in_the_programme_is_marked_and_no_day_has_more_minutes() -> None:
    (cafe,), ada, stranger = cafes(1), an_expert("Ada Lindqvist"), sam()
    with pytest.raises(BadMark):
        commands.mark_attendance(cafe, {ada: True, stranger: True}, by=None, at=after(cafe))
    with pytest.raises(BadMark):
        commands.mark_attendance(cafe, {ada: True}, minutes={ada: 1441}, by=None, at=after(cafe))
    assert marks(cafe) == {}


def test_the_team_and_who_leads_the_session_keep_its_register_and_nobody_else() -> None:
    first, second = cafes(2)
    others = a_session(the_cohort(), title="Of others", date=date(2024, 9, 5), led_by="Rosa Marin")
    released(the_cohort())
    ada, leader = an_expert("Ada Lindqvist"), theo()
    namesake = somebody("Theo", RoleKind.FACILITATOR, the_cohort())
    community = somebody("Theo van Brandt", RoleKind.COMMUNITY)
    assert sessions_led_by(leader, at=after(first)) == {first.pk, second.pk}
    commands.mark_attendance(first, {ada: True}, by=leader, at=after(first))
    for who in (ada, community, sam()):
        with pytest.raises(NotAllowed):
            commands.mark_attendance(first, {ada: False}, by=who, at=after(first))
    for command in (commands.close_register, commands.reopen_register):
        with pytest.raises(NotAllowed):
            command(others, by=leader, at=after(others))
    assert sessions_led_by(namesake, at=after(first)) == frozenset()


def test_who_leads_is_named_in_full_or_alone_between_commas() -> None:
    said = {name: leads("Dr Théo Brandt, Rosa and Ines van Dam", name) for name in ("Theo Brandt", "Rosa", "Ines van Dam")}
    assert said == dict.fromkeys(said, True)
    assert [leads("Theo Brandt & Rosa Marin", name) for name in ("Theo", "Rosa", "Marin", "")] == [False] * 4


def test_people_see_their_own_attendance_leaders_that_of_their_sessions_and_the_team_all() -> None:
    first, _ = cafes(2)
    others = a_session(the_cohort(), title="Of others", date=date(2024, 9, 5), led_by="Rosa Marin")
    released(the_cohort())
    ada, grace, leader, team = an_expert("Ada"), an_expert("Grace"), theo(), mara(the_cohort().programme)
    for session in (first, others):
        commands.mark_attendance(session, {ada: True, grace: True}, by=None, at=after(others))

    def sees(person: Person | None) -> set[tuple[str, str]]:
        rows = Attendance.objects.visible_to(person, at=after(others)).select_related("person", "session")
        return {(row.session.title, row.person.name) for row in rows}

    everything = {(title, name) for title in ("Café 1", "Of others") for name in ("Ada", "Grace")}
    assert sees(team) == everything
    assert sees(leader) == {("Café 1", "Ada"), ("Café 1", "Grace")}
    assert sees(ada) == {("Café 1", "Ada"), ("Of others", "Ada")}
    assert sees(sam()) == sees(None) == set()


def test_a_register_lists_experts_of_that_day_or_who_has_a_place_and_whoever_came_besides() -> None:
    (cafe,), ada = cafes(1), an_expert("Ada")
    noor = somebody("Noor", RoleKind.COMMUNITY)
    commands.mark_attendance(cafe, {noor: True}, by=None, at=after(cafe))
    assert [line.person.name for line in queries.register_of(cafe, at=after(cafe)).lines] == ["Ada", "Noor"]
    training = a_training(capacity=1)
    an_expert("Grace")
    books(ada, training)
    assert [line.person.name for line in queries.register_of(training, at=after(training)).lines] == ["Ada"]


def test_a_kick_off_before_the_first_day_expects_whoever_begins_with_the_cohort_and_not_who_joins_later() -> None:
    cohort, first = the_cohort(), the_cohort().starts_on
    for name, starts_on in (("Ada", first), ("Noor", first), ("Lou", first + timedelta(days=30))):
        person = add_person(name, email=f"{name.lower()}@example.org", by=None, at=BEGUN)
        give_role(person, RoleKind.EXPERT, cohort.programme, cohort=cohort, starts_on=starts_on, by=None, at=BEGUN)
    kick_off = a_session(cohort, title="Kick-off", date=first - timedelta(days=4), start=time(10), end=time(11, 30))
    released(cohort)
    for at in (after(kick_off), after(kick_off) + timedelta(days=10)):
        assert [line.person.name for line in queries.register_of(kick_off, at=at).lines] == ["Ada", "Noor"]
        assert [name for _, name in expected_names(kick_off, at=at)] == ["Ada", "Noor"]


def test_a_register_asks_as_much_of_the_database_for_thirty_as_for_three() -> None:
    (cafe,) = cafes(1)
    people = [an_expert(f"Expert {number}") for number in range(3)]
    commands.mark_attendance(cafe, dict.fromkeys(people, True), by=None, at=after(cafe))
    counts = []
    for more in (0, 27):
        for number in range(more):
            an_expert(f"Later {number}")
        with CaptureQueriesContext(connection) as asked:
            shown = queries.register_of(cafe, at=after(cafe))
        counts.append((len(shown.lines), len(asked)))
    assert counts == [(3, counts[0][1]), (30, counts[0][1])]


def a_day_of_ten_places() -> Session:
    """A day in person that all are asked to come to, with ten places, of which Grace has one."""
    day = a_day_together()
    commands.set_terms(day, Terms(room=10, opens={Tier.EXPERTS: None}), by=None, at=BEGUN)
    books(an_expert("Grace"), day, way=Way.ROOM)
    return day


def test_who_is_asked_to_come_and_has_no_place_stands_on_the_register_as_such_after_those_with_one() -> None:
    day, _ = a_day_of_ten_places(), an_expert("Ada")
    assert [line.person.name for line in queries.register_of(day, at=after(day)).lines] == ["Grace"]  # nobody is asked yet
    cohort, lives_abroad = own_promises(), an_expert("Bea")
    row = queries.commitment_of(cohort, "in-person-days")
    assert row is not None
    commands.set_override(row, lives_abroad, Override(is_waived=True), reason="Lives abroad", by=None, at=BEGUN)
    late = somebody("Late", RoleKind.COMMUNITY)
    give_role(late, RoleKind.EXPERT, cohort.programme, cohort=cohort, starts_on=date(2024, 12, 1), by=None, at=BEGUN)
    shown = queries.register_of(day, at=after(day))
    assert [(line.person.name, line.why, line.is_expected) for line in shown.lines] == [
        ("Grace", "Has a place", True),
        ("Ada", "Asked to come, has no place", False),
    ]
    assert (shown.came, shown.expected) == (0, 1)
    commands.mark_attendance(day, {shown.lines[1].person: True}, by=None, at=after(day))
    shown = queries.register_of(day, at=after(day))
    assert (shown.came, shown.expected) == (1, 2)


def test_a_register_of_places_asks_as_much_of_the_database_for_thirty_as_for_three() -> None:
    day, cohort = a_day_of_ten_places(), own_promises()
    row = queries.commitment_of(cohort, "in-person-days")
    assert row is not None
    counts = []
    for name, more in (("First", 2), ("Later", 27)):
        for number in range(more):
            person = an_expert(f"{name} {number}")
            commands.set_override(row, person, Override(starts_on=date(2024, 10, 1)), reason="Late", by=None, at=BEGUN)
        with CaptureQueriesContext(connection) as asked:
            shown = queries.register_of(day, at=after(day))
        counts.append((len(shown.lines), len(asked)))
    assert counts == [(3, 10), (30, 10)]
