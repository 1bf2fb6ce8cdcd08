"""Who enters a room, what stands there, and how people check in."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.errors import NotAllowed
from hub.core.room import BadPlan, How, NotNow, code_of
from hub.kit.models import JournalEntry
from hub.participation import commands, queries
from hub.participation.models import Attendance, CheckIn
from hub.participation.queries.room import secret
from hub.people.models import Person, Role, RoleKind
from hub.programmes.models import Cohort
from hub.schedule.commands.sessions import add_material, cancel_session
from hub.schedule.models import Session
from tests.factories import BEGUN, a_session
from tests.participation.places import a_training, books, released
from tests.participation.rooms import DURING, ENDS, LINK, STARTS, a_cafe, somebody_else, somebody_here, where
from tests.scene import as_

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def came(session: Session) -> list[tuple[str, str]]:
    return [(each.person.name, each.how) for each in queries.checked_in(session)]


def test_a_person_checks_in_once_and_the_journal_says_so() -> None:
    cafe, expert = a_cafe(), somebody_here("Ada Lindqvist")
    first = commands.check_in(cafe, expert, how=How.ROOM, by=expert, at=DURING)
    assert commands.check_in(cafe, expert, how=How.CODE, by=expert, at=DURING + MINUTE) == first
    assert came(cafe) == [("Ada Lindqvist", "room")]
    line = JournalEntry.objects.get(verb="checked-in")
    assert (line.by_id, line.about_id, line.part_of_id, line.facts) == (expert.pk, expert.pk, cafe.pk, {"how": "room"})


def test_nobody_checks_in_too_early_too_late_or_where_nobody_meets() -> None:
    cafe, expert = a_cafe(), somebody_here("Ada Lindqvist")
    draft = a_session(cafe.cohort, title="Draft", date=cafe.date)
    cases = {
        (cafe, STARTS - 16 * MINUTE): "You check in from Wed 2 October 2024, 14:45 (London) on.",
        (cafe, ENDS + 30 * MINUTE): "Checking in ended Wed 2 October 2024, 17:30 (London). Tell the team that you were there.",
        (draft, DURING): "Nobody checks in to this session: it has no time yet, or is cancelled.",
    }
    for (session, at), sentence in cases.items():
        with pytest.raises(NotNow) as no:
            commands.check_in(session, expert, how=How.ROOM, by=expert, at=at)
        assert no.value.sentence == sentence
    cancel_session(cafe, by=None, at=BEGUN)
    released(cafe.cohort)
    with pytest.raises(NotNow):
        commands.check_in(cafe, expert, how=How.ROOM, by=expert, at=DURING)
    assert came(cafe) == []


def test_each_checks_in_for_themselves_and_only_who_has_a_part() -> None:
    cafe, expert, mara = a_cafe(), somebody_here("Ada Lindqvist"), somebody_here("Mara Okafor", RoleKind.TEAM)
    for person, by in ((expert, mara), (expert, None), (somebody_else("Sam Whitlow"), None)):
        with pytest.raises(NotAllowed):
            commands.check_in(cafe, person, how=How.ROOM, by=by or (None if person is expert else person), at=DURING)


def test_who_enters_a_room() -> None:
    training = a_training(on=STARTS.date(), capacity=1)
    people = {
        "team": somebody_here("Mara Okafor", RoleKind.TEAM),
        "expert": somebody_here("Ada Lindqvist"),
        "coach": somebody_here("Theo Brandt", RoleKind.COACH),
        "funder": somebody_here("Finn Adeyemi", RoleKind.FUNDER),
        "has a place": somebody_here("Noor Haddad", RoleKind.COMMUNITY),
        "waits": somebody_here("Iris Berg", RoleKind.COMMUNITY),
        "stranger": somebody_else("Sam Whitlow"),
    }
    early = STARTS - timedelta(days=3)
    assert [books(people[who], training, at=early).state for who in ("has a place", "waits")] == ["booked", "waiting"]
    with time_machine.travel(DURING, tick=False):
        said = {who: as_(person).get(where(training)).status_code for who, person in people.items()}
        nobody = as_(None).get(where(training))
    assert said == {"team": 200, "expert": 200, "coach": 200, "funder": 403, "has a place": 200, "waits": 403, "stranger": 404}
    assert nobody["Location"] == f"/sign-in/?next={where(training)}"


def test_a_kick_off_before_the_first_day_of_a_cohort_is_entered_by_those_who_begin_with_it() -> None:
    cafe, day = a_cafe(), STARTS.date()
    first = day + timedelta(days=4)
    Cohort.objects.filter(pk=cafe.cohort_id).update(starts_on=first)
    starts = {"Ada Lindqvist": first, "Noor Haddad": day + timedelta(days=2), "Iris Berg": first + timedelta(days=1)}
    people = {name: somebody_here(name) for name in starts}
    for name, begins in starts.items():
        Role.objects.filter(person=people[name]).update(starts_on=begins)
    with time_machine.travel(DURING, tick=False):
        assert [as_(person).get(where(cafe)).status_code for person in people.values()] == [200, 200, 404]
        assert as_(people["Ada Lindqvist"]).post(where(cafe)).status_code == 302
        joins = [as_(person).get(f"/join/{cafe.uid}/").status_code for person in people.values()]
    assert (came(cafe), joins) == ([("Ada Lindqvist", "room")], [302, 302, 404])


def test_a_day_within_ones_part_is_entered_once_that_has_begun() -> None:
    cafe, expert = a_cafe(), somebody_here("Ada Lindqvist")
    Role.objects.filter(person=expert).update(starts_on=STARTS.date())
    for days, status in ((-1, 404), (0, 200)):
        with time_machine.travel(DURING + timedelta(days=days), tick=False):
            assert as_(expert).get(where(cafe)).status_code == status


def test_a_room_that_is_not_released_is_seen_by_the_team_only() -> None:
    cafe = a_cafe()
    draft = a_session(cafe.cohort, title="Draft", date=cafe.date)
    with time_machine.travel(DURING, tick=False):
        said = [
            as_(somebody_here(*who)).get(where(draft)).status_code
            for who in (("Ada Lindqvist",), ("Mara Okafor", RoleKind.TEAM))
        ]
    assert said == [404, 200]


def test_the_room_shows_what_is_on_by_the_reader_s_clock() -> None:
    cafe, expert = a_cafe(), somebody_here("Ada Lindqvist")
    Person.objects.filter(pk=expert.pk).update(zone="Europe/Berlin")
    with time_machine.travel(DURING, tick=False):
        page = as_(expert).get(where(cafe)).content.decode()
    assert "Times are Berlin’s." in page
    assert "<strong>Work on your own goal</strong>" in page  # 15:35 to 15:55 in London
    assert page.count(" data-on>") == 1


def test_one_press_checks_in_and_the_page_says_so() -> None:
    cafe, expert = a_cafe(), somebody_here("Ada Lindqvist")
    with time_machine.travel(DURING, tick=False):
        client = as_(expert)
        assert "I am here" in client.get(where(cafe)).content.decode()
        assert came(cafe) == []  # looking writes nothing
        part = client.post(where(cafe), headers={"HX-Request": "true"}).content.decode()
        assert "You are checked in since 15:40." in part
        assert "<html" not in part
        assert client.post(where(cafe))["Location"] == where(cafe)
    assert came(cafe) == [("Ada Lindqvist", "room")]


def test_a_press_too_late_is_refused_in_words() -> None:
    cafe, expert = a_cafe(), somebody_here("Ada Lindqvist")
    with time_machine.travel(ENDS + timedelta(hours=1), tick=False):
        answer = as_(expert).post(where(cafe))
    assert (answer.status_code, "Checking in ended" in answer.content.decode()) == (422, True)


def test_a_code_shown_by_who_facilitates_checks_in_who_types_it() -> None:
    cafe, expert, lead = a_cafe(), somebody_here("Ada Lindqvist"), somebody_here("Rosa Mbeki", RoleKind.FACILITATOR)
    code = code_of(secret(), str(cafe.uid), at=DURING)
    with time_machine.travel(DURING, tick=False):
        shown = as_(lead).get(where(cafe, "room/code/")).content.decode()
        assert code in shown
        assert "<svg" in shown
        assert as_(expert).get(where(cafe, "room/code/")).status_code == 403
        client = as_(expert)
        assert f'value="{code}"' in client.get(f"/check-in/{code}/").content.decode()
        assert came(cafe) == []  # looking writes nothing
        assert client.post("/check-in/", {"code": code.lower().replace("-", " ")})["Location"] == where(cafe)
    assert came(cafe) == [("Ada Lindqvist", "code")]


def test_a_code_signs_nobody_in_and_lets_no_stranger_in() -> None:
    cafe = a_cafe()
    code = code_of(secret(), str(cafe.uid), at=DURING)
    with time_machine.travel(DURING, tick=False):
        assert as_(None).get(f"/check-in/{code}/")["Location"] == f"/sign-in/?next=/check-in/{code}/"
        assert as_(somebody_else("Sam Whitlow")).post("/check-in/", {"code": code}).status_code == 403
    assert came(cafe) == []


def test_looking_at_an_address_tells_nobody_whether_its_code_holds() -> None:
    cafe, expert = a_cafe(), somebody_here("Ada Lindqvist")
    codes = [code_of(secret(), uid, at=DURING) for uid in (str(cafe.uid), "of nothing")]
    with time_machine.travel(DURING, tick=False):
        pages = [as_(expert).get(f"/check-in/{code}/").content.decode().replace(code, "…") for code in codes]
    bare = [re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page) for page in pages]
    assert bare[0] == bare[1]


def test_wrong_codes_are_counted_and_then_a_right_one_has_to_wait() -> None:
    cafe, expert = a_cafe(), somebody_here("Ada Lindqvist")
    code = code_of(secret(), str(cafe.uid), at=DURING)
    wrong = code_of(secret(), "of nothing", at=DURING)
    with time_machine.travel(DURING, tick=False):
        client = as_(expert)
        said = [client.post("/check-in/", {"code": wrong}) for _ in range(10)]
        assert {(each.status_code, "No session that is on shows this code now" in each.content.decode()) for each in said} == {
            (422, True)
        }
        late = client.post("/check-in/", {"code": code})
        assert (late.status_code, "That was many tries" in late.content.decode()) == (422, True)
        assert as_(somebody_here("Grace Oyelaran")).post("/check-in/", {"code": code}).status_code == 302  # others go on
    with time_machine.travel(DURING + 2 * MINUTE, tick=False):
        assert client.post("/check-in/", {"code": code_of(secret(), str(cafe.uid), at=DURING)}).status_code == 302
    assert [name for name, _ in came(cafe)] == ["Grace Oyelaran", "Ada Lindqvist"]


def test_materials_are_seen_by_whom_they_are_for() -> None:
    cafe, expert, mara = a_cafe(), somebody_here("Ada Lindqvist"), somebody_here("Mara Okafor", RoleKind.TEAM)
    for access in ("public", "cohort", "team"):
        add_material(cafe, title=f"For {access}", url=f"https://example.org/{access}", access=access, by=None, at=BEGUN)
    released(cafe.cohort)
    with time_machine.travel(DURING, tick=False):
        seen = [
            as_(person).get(address).content.decode()
            for person, address in ((mara, where(cafe)), (expert, where(cafe)), (None, where(cafe, "")))
        ]
    assert [[access for access in ("public", "cohort", "team") if f"For {access}" in page] for page in seen] == [
        ["public", "cohort", "team"],
        ["public", "cohort"],
        ["public"],
    ]


def test_the_team_prepares_questions_and_links_and_no_way_into_the_call() -> None:
    cafe, mara = a_cafe(), somebody_here("Mara Okafor", RoleKind.TEAM)
    commands.prepare_room(cafe, questions="1. Why?", links=[("Board", "https://board.example.org/x")], by=mara, at=BEGUN)
    plan = queries.plan_of(cafe)
    assert plan is not None
    assert (plan.questions, plan.links) == ("1. Why?", [["Board", "https://board.example.org/x"]])
    for questions, link in (
        ("", LINK),
        ("", "https://zoom.us/j/123456789"),
        (f"Come in: {LINK}", "https://board.example.org/"),
        ("", "javascript:alert(1)"),
    ):
        with pytest.raises(BadPlan):
            commands.prepare_room(cafe, questions=questions, links=[("Board", link)], by=mara, at=BEGUN)
    with pytest.raises(NotAllowed):
        commands.prepare_room(cafe, questions="", links=[], by=somebody_here("Ada Lindqvist"), at=BEGUN)


def test_a_room_asks_the_database_as_often_for_many_people_as_for_one() -> None:
    cafe, mara = a_cafe(), somebody_here("Mara Okafor", RoleKind.TEAM)

    def asked() -> list[int]:
        counts = []
        with time_machine.travel(DURING, tick=False):
            client = as_(mara)
            for rest in ("room/", "room/code/"):
                with CaptureQueriesContext(connection) as seen:
                    assert client.get(where(cafe, rest)).status_code == 200
                counts.append(len(seen))
        return counts

    few = asked()
    for number in range(12):
        person = somebody_here(f"Expert {number}")
        commands.check_in(cafe, person, how=How.ROOM, by=person, at=DURING)
        add_material(cafe, title=f"Paper {number}", url=f"https://example.org/{number}", by=None, at=BEGUN)
    assert asked() == few


def test_who_checks_in_stands_in_the_register_and_what_the_team_said_stays() -> None:
    cafe, expert = a_cafe(), somebody_here("Ada Lindqvist")
    commands.check_in(cafe, expert, how=How.ROOM, by=expert, at=DURING)
    row = Attendance.objects.get(session=cafe, person=expert)
    assert (row.came, row.how, row.at) == (True, "check-in", DURING)
    commands.correct_attendance(cafe, expert, came=False, reason="She left at once", by=None, at=DURING)
    CheckIn.objects.all().delete()
    commands.check_in(cafe, expert, how=How.ROOM, by=expert, at=DURING)
    row.refresh_from_db()
    assert (row.came, row.how) == (False, "correction")
