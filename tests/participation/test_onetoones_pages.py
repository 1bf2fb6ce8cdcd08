"""The pages of 1:1s: what each of the two, and the team, sees and does there; and where the joining link is never."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from hub.core.availability import Quota
from hub.kit import todo
from hub.messaging.commands import adopt_usual, reconcile_messages, send_due, switch_rule
from hub.messaging.models import Message
from hub.participation import commands, queries
from hub.participation.models import OneToOne
from hub.people import commands as people
from hub.people.commands import edit_profile, give_role, prove_address
from hub.people.models import Account, Person, RoleKind
from hub.people.queries import feed_address_of
from hub.services.mail import MemoryTransport
from tests.factories import BEGUN, a_cohort, mara
from tests.participation.coaching import FIRST, LINK, NOW, SECOND, WEEK_AFTER, a_coach, talks, there
from tests.participation.places import an_expert, the_cohort
from tests.scene import as_

pytestmark = [pytest.mark.django_db]
DESK = "/team/practitioners-hub/2024/one-to-ones/"
ASKING = "/me/one-to-ones/practitioners-hub/2024/wishes/"


@pytest.fixture(autouse=True)
def in_september() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOW, tick=False) as moment:
        yield moment


def browser(person: Person) -> Client:
    prove_address(person.account, by=None, at=NOW)
    return as_(person)


def the_team() -> tuple[Person, Client]:
    team = mara(the_cohort().programme)
    Account.objects.create(person=team, email="mara@example.org")
    return team, browser(team)


def words(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_an_expert_books_from_the_free_slots_of_their_own_clock() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    edit_profile(expert, [], zone="Europe/Berlin", by=None, at=NOW)
    client = browser(expert)
    page = words(client.get("/me/one-to-ones/"))
    assert "Tue 17 September 2024" in page
    assert "15:00–16:00" in page  # Berlin
    assert "14:00–15:00 in London" in page
    assert "You have 60 of 60 minutes of coaching left." in page
    assert LINK not in page
    sent = {"cohort": the_cohort().pk, "slot": f"{row.pk}@{FIRST.isoformat()}", "topic": "Names"}
    assert client.post("/me/one-to-ones/", sent)["Location"] == "/me/one-to-ones/"
    assert [(one.coach, one.topic) for one in queries.one_to_ones_had(expert)] == [(row.coach, "Names")]
    again = client.post("/me/one-to-ones/", sent)
    assert (again.status_code, OneToOne.objects.count()) == (422, 1)
    assert "This time has been taken." in words(again)


def test_only_the_two_are_led_to_where_they_meet_and_the_link_stands_on_no_page() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    one = talks(expert, row)
    _, desk = the_team()
    where = f"/one-to-ones/{one.pk}/join/"
    asked = {name: client.get(where) for name, client in (
        ("coach", browser(row.coach)), ("expert", browser(expert)), ("team", desk), ("nobody", Client())
    )}  # fmt: skip
    assert {name: answer.status_code for name, answer in asked.items()} == {
        "coach": 302, "expert": 302, "team": 404, "nobody": 302,
    }  # fmt: skip
    assert (asked["coach"]["Location"], asked["expert"]["Location"]) == (LINK, LINK)
    assert asked["expert"]["Cache-Control"] == "private, no-store"
    assert asked["nobody"]["Location"] == f"/sign-in/?next={where}"
    pages = [browser(expert).get(each) for each in ("/me/one-to-ones/", f"/one-to-ones/{one.pk}/", "/me/")]
    pages += [desk.get(each) for each in (DESK, f"{DESK}place/", "/team/practitioners-hub/")]
    pages += [browser(each).get("/me/data/") for each in (expert, row.coach)]
    assert [LINK in words(page) for page in pages] == [False] * len(pages)
    own = "https://meet.example.org/this-time-only"
    commands.set_link(one, joining_link=own, by=row.coach, at=NOW)
    assert browser(expert).get(where)["Location"] == own
    commands.cancel_one_to_one(one, by=row.coach, at=NOW)
    assert browser(expert).get(where)["Location"] == f"/one-to-ones/{one.pk}/"


def test_where_two_meet_in_a_place_the_way_to_a_call_says_so() -> None:
    expert = an_expert("Ada Lindqvist")
    one = talks(expert, there(a_coach(), joining_link="", place="Aster House"))
    page = words(browser(expert).get(f"/one-to-ones/{one.pk}/join/", follow=True))
    assert "There is no call for this 1:1: you meet here: Aster House." in page


def test_a_note_is_on_nobodys_page_but_its_authors() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    one = talks(expert, row)
    commands.mark_held(one, by=row.coach, at=SECOND)
    address = f"/one-to-ones/{one.pk}/"
    client = browser(row.coach)
    assert client.post(address, {"do": "note", "note-text": "SECRETLY-WORRIED"})["Location"] == address
    assert "SECRETLY-WORRIED" in words(client.get(address))
    _, desk = the_team()
    others = [browser(expert).get(address), browser(expert).get("/me/one-to-ones/"), desk.get(DESK), desk.get(address)]
    assert ["SECRETLY-WORRIED" in words(page) for page in others] == [False] * 4


def test_the_other_ones_outcome_is_not_overwritten(in_september: time_machine.Coordinates) -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    one = talks(expert, row)
    in_september.move_to(SECOND)
    address = f"/one-to-ones/{one.pk}/"
    sent = {"do": "outcome", "outcome-seen": "", "outcome-text": "Ada writes"}
    assert browser(expert).post(address, sent).status_code == 302
    answer = browser(row.coach).post(address, sent | {"outcome-text": "Ines writes"})
    assert answer.status_code == 422
    assert ["Ada writes" in words(answer), "Ines writes" in words(answer)] == [True, True]
    assert OneToOne.objects.get().outcome == "Ada writes"


def test_the_team_moves_a_one_to_one_without_notice_and_sees_nothing_the_two_keep_to_themselves(
    in_september: time_machine.Coordinates,
) -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    one = talks(expert, row, topic="A secret topic")
    commands.write_note(one, text="A secret note", by=row.coach, at=NOW)
    team, desk = the_team()
    where = f"{DESK}{one.pk}/"
    assert where in words(desk.get(DESK))
    in_september.move_to(FIRST - timedelta(hours=1))
    desk = as_(team)
    page = words(desk.get(where))
    assert [secret in page for secret in ("A secret topic", "A secret note", LINK)] == [False] * 3
    assert "Tue 24 September 2024" in page
    later = words(desk.get(f"{where}?from=2024-09-20"))
    assert 'href="?#slots">First days</a>' in later  # of this coach, so no coach is named in it
    answer = desk.post(where, {"move-slot": f"{row.pk}@{SECOND.isoformat()}"})
    one.refresh_from_db()
    assert (answer["Location"], one.starts_at) == (DESK, SECOND)
    nowhere = desk.post(where, {"move-slot": f"{row.pk}@{(SECOND + timedelta(days=1)).isoformat()}"})
    assert (nowhere.status_code, "There is no 1:1 at this time." in words(nowhere)) == (422, True)
    assert desk.get(f"/one-to-ones/{one.pk}/").status_code == 404


def test_an_expert_moves_and_cancels_on_its_page_and_is_told_when_it_is_too_late(
    in_september: time_machine.Coordinates,
) -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    one, client = talks(expert, row), browser(expert)
    address = f"/one-to-ones/{one.pk}/"
    assert client.post(address, {"do": "move", "move-slot": f"{row.pk}@{WEEK_AFTER.isoformat()}"}).status_code == 302
    in_september.move_to(WEEK_AFTER - (SECOND - FIRST))
    late = browser(expert).post(address, {"do": "cancel", "cancel-reason": ""})
    assert late.status_code == 422
    assert "can be cancelled until 24 hours before" in words(late)
    assert OneToOne.objects.get().starts_at == WEEK_AFTER


def test_a_coach_says_when_they_are_there_and_takes_a_day_off() -> None:
    coach, expert = a_coach(), an_expert("Ada Lindqvist")
    client, address = browser(coach), "/me/coaching/practitioners-hub/2024/"
    sent = {
        "do": "save", "minutes": "60", "before": "0", "after": "0", "hours_to_book": "24", "hours_to_change": "24",
        "zone": "Europe/London", "joining_link": LINK, "place": "",
        "week-TOTAL_FORMS": "2", "week-INITIAL_FORMS": "0",
        "week-0-weekday": "1", "week-0-start": "14:00", "week-0-end": "15:00", "week-0-every_weeks": "1",
        "week-0-first_on": "2024-09-10", "week-0-last_on": "2024-09-30", "week-1-weekday": "",
    }  # fmt: skip
    assert client.post(address, sent)["Location"] == address
    assert [each.slot.starts_at for each in queries.offers_for(expert, the_cohort(), at=NOW)] == [FIRST, WEEK_AFTER]
    page = words(client.get("/me/coaching/"))
    assert "Tuesday 14:00–15:00" in page
    assert LINK not in page
    assert client.post(address, {"do": "off", "on": "2024-09-17"}).status_code == 302
    assert [each.slot.starts_at for each in queries.offers_for(expert, the_cohort(), at=NOW)] == [WEEK_AFTER]
    wrong = client.post(address, sent | {"week-0-end": "13:00"})
    assert wrong.status_code == 422
    assert "Write a later time." in words(wrong)
    assert client.post(address, {"do": "stop"})["Location"] == "/me/coaching/"


def test_a_coach_is_asked_for_no_times_in_a_cohort_that_is_over() -> None:
    earlier = a_cohort("2023", starts_on=date(2023, 6, 1), ends_on=date(2023, 12, 31))
    coach = a_coach(cohort=earlier)
    assert "When you are there" not in words(browser(coach).get("/me/coaching/"))
    give_role(coach, RoleKind.COACH, earlier.programme, cohort=the_cohort(), starts_on=date(2024, 6, 3), by=None, at=BEGUN)
    page = words(browser(coach).get("/me/coaching/"))
    assert re.findall(r"<h3>[^<]*, (Cohort \d+)</h3>", page) == ["Cohort 2024"]


def test_the_team_places_everybody_from_what_experts_said() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach(), hours=1)
    team, desk = the_team()
    told = [each.what for each in todo.todos(the_cohort().programme, by=team, at=NOW) if each.part == "1:1s"]
    assert told == ["Find a 1:1 for Ada Lindqvist"]
    assert desk.post(DESK, {"do": "ask", "ask-until": "2024-09-14"})["Location"] == DESK
    assert [each.what for each in todo.own_todos(expert, at=NOW)] == ["Say which times suit you for 1:1s"]
    client = browser(expert)
    assert "17 September 2024" in words(client.get(ASKING))
    sent = {f"coach_{row.coach_id}": "1", "times": [WEEK_AFTER.isoformat()]}
    assert client.post(ASKING, sent)["Location"] == ASKING
    assert desk.post(f"{DESK}place/", {"do": "place"})["Location"] == f"{DESK}place/"
    page = words(desk.get(f"{DESK}place/"))
    assert "1 said what suits them. They may say it until Sat 14 September 2024, 23:59 (London); confirming ends that." in page
    assert "nothing said" not in page
    assert "Tue 24 September 2024, 14:00 (London)" in page
    assert "1 with the coach they ranked first." in page
    proposal = queries.proposal_of(the_cohort())
    assert proposal is not None
    done = desk.post(f"{DESK}place/", {"do": "confirm", "seen": proposal.made_at.isoformat()})
    assert done["Location"] == DESK
    assert [one.starts_at for one in queries.one_to_ones_had(expert)] == [WEEK_AFTER]
    assert desk.get(f"{DESK}place/?expert=999999").status_code == 200


def test_how_much_somebody_likes_their_slot_stands_only_where_they_said_something() -> None:
    an_expert("Ada Lindqvist")
    there(a_coach(), hours=1)
    _, desk = the_team()
    desk.post(f"{DESK}place/", {"do": "place"})
    assert "nothing said" in words(desk.get(f"{DESK}place/"))


def test_the_page_names_who_has_two_on_one_day_where_there_was_no_other_way() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    team, desk = the_team()
    commands.set_quota(the_cohort(), Quota(count=2), by=team, at=NOW)
    assert "two of one Expert on different days where that can be" in words(desk.get(f"{DESK}place/"))
    commands.ask_wishes(the_cohort(), until=WEEK_AFTER, by=team, at=NOW)
    for times, is_said in (((FIRST, WEEK_AFTER), False), ((FIRST, SECOND), True)):
        commands.say_wishes(the_cohort(), coaches=[row.coach_id], times=times, by=expert, at=NOW)
        desk.post(f"{DESK}place/", {"do": "place"})
        page = words(desk.get(f"{DESK}place/"))
        assert ("Ada Lindqvist has more than one 1:1 on Tue 17 September 2024." in page) == is_said


def test_the_team_keeps_two_apart_and_neither_reads_of_it() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    _, desk = the_team()
    sent = {"do": "apart", "apart-expert": expert.pk, "apart-coach": row.coach_id, "apart-reason": "AN-OLD-QUARREL"}
    assert desk.post(DESK, sent)["Location"] == DESK
    assert "AN-OLD-QUARREL" in words(desk.get(DESK))
    pages = [browser(expert).get("/me/one-to-ones/"), browser(row.coach).get("/me/coaching/"), browser(expert).get("/me/data/")]
    assert ["AN-OLD-QUARREL" in words(page) for page in pages] == [False] * 3


def test_pages_ask_as_often_for_many_one_to_ones_as_for_few() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    commands.set_quota(the_cohort(), Quota(count=9), by=None, at=NOW)
    _, desk = the_team()
    mine, coachs = browser(expert), browser(row.coach)

    def count(get: Callable[[], object]) -> int:
        get()
        with CaptureQueriesContext(connection) as asked:
            get()
        return len(asked)

    def counts() -> list[int]:
        return [
            count(lambda: mine.get("/me/one-to-ones/")),
            count(lambda: coachs.get("/me/coaching/")),
            count(lambda: desk.get(DESK)),
        ]

    talks(expert, row)
    few = counts()
    for number in range(3):
        talks(an_expert(f"Expert {number}"), there(a_coach(f"Coach {number}")), SECOND)
    talks(expert, row, WEEK_AFTER)
    assert counts() == few


# -- messages and feeds


def told() -> list[tuple[str, str, str, int | None]]:
    rows = Message.objects.order_by("pk").select_related("person")
    return [(each.happening, str(each.person), each.calendar_method, each.calendar_sequence) for each in rows]


def test_both_hear_of_a_one_to_one_with_an_invitation_that_follows_it_and_no_link_in_it(settings: Settings) -> None:
    post = settings.MAIL_TRANSPORT = MemoryTransport()
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    programme = the_cohort().programme
    for rule in adopt_usual(programme, by=None, at=NOW):
        if rule.template.happening.startswith("participation.one-to-one"):
            switch_rule(rule, is_on=True, by=None, at=NOW)
    one = talks(expert, row)
    happened = "participation.one-to-one-booked"

    def after() -> list[tuple[str, str, str, int | None]]:
        reconcile_messages(programme, at=NOW)
        send_due("mail-0", clock=lambda: NOW + timedelta(minutes=1))
        return sorted(each for each in told() if each[2])

    both = ("Ada Lindqvist", "Ines Moreau")
    assert after() == [(happened, name, "REQUEST", 0) for name in both]
    commands.move_one_to_one(one, starts_at=SECOND, by=expert, at=NOW)
    assert after() == sorted((happened, name, "REQUEST", number) for name in both for number in (0, 1))
    one.refresh_from_db()
    commands.cancel_one_to_one(one, by=expert, at=NOW)
    assert [each for each in after() if each[2] == "CANCEL"] == [
        ("participation.one-to-one-cancelled", name, "CANCEL", 2) for name in both
    ]
    assert {each.calendar_uid for each in Message.objects.exclude(calendar_uid="")} == {str(one.uid)}
    assert [LINK.encode() in each.message for each in post.sent] == [False] * 6
    written = [f"{each.sent_subject} {each.sent_body}" for each in Message.objects.all()]
    assert [LINK in each for each in written] == [False] * len(written)
    assert "Moved: 1:1 with Ines Moreau, Tue 17 September 2024, 15:00 (London)" in {
        each.sent_subject for each in Message.objects.all()
    }


def test_the_personal_feed_carries_it_with_the_address_that_asks_to_sign_in() -> None:
    expert, row = an_expert("Ada Lindqvist"), there(a_coach())
    people.make_feed_address(expert, by=expert, at=NOW)
    address = feed_address_of(expert)
    assert address is not None
    feed = reverse("my-sessions-ics", args=[address.secret])
    before = Client().get(feed)
    assert "1:1 with" not in words(before)
    one = talks(expert, row)
    got = Client().get(feed)
    text = words(got).replace("\r\n ", "")
    assert got["ETag"] != before["ETag"]
    assert f"/one-to-ones/{one.pk}/join/" in text
    assert (f"UID:{one.uid}" in text, "SUMMARY:1:1 with Ines Moreau" in text, "TZID:Europe/London" in text) == (
        True,
        True,
        True,
    )
    assert LINK not in text
    assert Client().get(feed, headers={"If-None-Match": got["ETag"]}).status_code == 304
    commands.cancel_one_to_one(one, by=expert, at=NOW)
    after = words(Client().get(feed))
    assert "STATUS:CANCELLED" in after
    assert "SEQUENCE:1" in after
