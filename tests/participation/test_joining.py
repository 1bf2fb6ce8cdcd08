"""The joining link goes to who takes part, when it is time, and stands nowhere else."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from hub.core import ical
from hub.core.booking import Tier, Way
from hub.core.plan.model import Mode
from hub.kit.fresh import shelf
from hub.kit.models import JournalEntry
from hub.participation import commands
from hub.people.commands import give_role, make_feed_address
from hub.people.models import Person, RoleKind
from hub.schedule.commands.sessions import cancel_session
from hub.schedule.messages import sessions
from hub.schedule.models import Session
from hub.schedule.queries.told import released_now
from tests.factories import BEGUN, a_programme
from tests.participation.places import EARLY, a_training, books, released
from tests.participation.rooms import DURING, ENDS, LINK, STARTS, a_cafe, somebody_else, somebody_here, where
from tests.scene import as_

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def joins(person: Person | None, session: Session, *, at: datetime = DURING) -> tuple[int, str]:
    """Give the status of an answer, and where it leads."""
    with time_machine.travel(at, tick=False):
        answer = as_(person).get(f"/join/{session.uid}/")
    return answer.status_code, answer.get("Location", "")


def test_who_takes_part_is_led_to_the_call_and_nobody_else_is() -> None:
    cafe = a_cafe()
    for person in (
        somebody_here("Ada Lindqvist"),
        somebody_here("Mara Okafor", RoleKind.TEAM),
        somebody_here("Theo Brandt", RoleKind.COACH),
    ):
        assert joins(person, cafe) == (302, LINK)
    assert joins(None, cafe) == (302, f"/sign-in/?next=/join/{cafe.uid}/")
    assert joins(somebody_else("Sam Whitlow"), cafe) == (404, "")
    assert joins(somebody_here("Finn Adeyemi", RoleKind.FUNDER), cafe) == (403, "")


def test_the_way_opens_an_hour_before_and_closes_with_the_session() -> None:
    cafe, expert = a_cafe(), somebody_here("Ada Lindqvist")
    said = [
        joins(expert, cafe, at=at)[0]
        for at in (STARTS - HOUR - timedelta(seconds=1), STARTS - HOUR, ENDS - timedelta(seconds=1), ENDS)
    ]
    assert said == [200, 302, 302, 200]


def test_before_and_after_a_page_says_when_without_the_link() -> None:
    cafe, expert = a_cafe(), somebody_here("Ada Lindqvist")
    for at, words in ((STARTS - 2 * HOUR, "The call opens Wed 2 October 2024, 14:00"), (ENDS + HOUR, "This session is over")):
        with time_machine.travel(at, tick=False):
            answer = as_(expert).get(f"/join/{cafe.uid}/")
        assert words in answer.content.decode()
        assert "quiet-owl" not in answer.content.decode()


def test_the_answer_is_kept_nowhere_and_names_no_page_of_ours_to_the_service() -> None:
    cafe, expert = a_cafe(), somebody_here("Ada Lindqvist")
    with time_machine.travel(DURING, tick=False):
        answer = as_(expert).get(f"/join/{cafe.uid}/")
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("private, no-store", "no-referrer")
    assert answer.content == b""


def test_where_places_are_given_out_an_expert_needs_one_and_a_guest_with_one_joins() -> None:
    training = a_training(on=date(2024, 10, 2), capacity=1)
    Session.objects.filter(pk=training.pk).update(joining_link=LINK)
    expert, late = somebody_here("Ada Lindqvist"), somebody_here("Grace Oyelaran")
    books(expert, training)
    books(late, training)
    at = datetime(2024, 10, 2, 13, 30, tzinfo=STARTS.tzinfo)
    assert [joins(each, training, at=at) for each in (expert, late)] == [(302, LINK), (403, "")]


def test_a_guest_of_one_webinar_has_that_in_their_calendar_and_nothing_else_of_a_cohort_they_have_no_part_in() -> None:
    cafe, webinar = a_cafe(), a_training(on=date(2024, 10, 2), opens={Tier.PUBLIC: None})
    other = a_training(on=date(2024, 10, 9), opens={Tier.PUBLIC: None})
    booking = commands.book_by_address(webinar, email="bo@example.org", name="Bo Berg", way=Way.ONLINE, at=EARLY)
    guest = booking.person

    def calendar() -> list[bool]:
        shelf.clear()
        with time_machine.travel(EARLY + HOUR, tick=False):
            text = Client().get(f"/calendars/{secret}.ics").content.decode().replace("\r\n ", "")
        return [f"/join/{each.uid}/" in text or f"UID:{each.uid}" in text for each in (webinar, cafe, other)]

    secret = make_feed_address(guest, by=guest, at=EARLY).secret
    assert calendar() == [True, False, False]
    assert joins(guest, cafe)[0] == 403  # and so it is with the call
    commands.withdraw(booking, by=guest, at=EARLY)
    assert calendar() == [False, False, False]


def test_a_session_that_is_cancelled_or_has_no_link_leads_nowhere() -> None:
    expert = somebody_here("Ada Lindqvist")
    bare = a_cafe(joining_link="", title="Bare")
    assert joins(expert, bare) == (200, "")
    cafe = a_cafe()
    cancel_session(cafe, by=None, at=BEGUN)
    released(cafe.cohort)
    assert joins(expert, cafe) == (200, "")


def test_who_had_a_part_and_has_none_any_more_is_not_let_in() -> None:
    cafe, gone = a_cafe(), somebody_else("Bo Ito")
    give_role(
        gone,
        RoleKind.EXPERT,
        a_programme(),
        cohort=cafe.cohort,
        starts_on=date(2024, 6, 3),
        ends_on=date(2024, 9, 1),
        by=None,
        at=BEGUN,
    )
    assert joins(gone, cafe) == (404, "")


def test_the_link_is_in_no_page_feed_message_or_answer_but_where_the_team_writes_it(caplog: pytest.LogCaptureFixture) -> None:
    cafe, expert = a_cafe(summary=f"Come in by {LINK}"), somebody_here("Ada Lindqvist")
    mara = somebody_here("Mara Okafor", RoleKind.TEAM)
    secret = make_feed_address(expert, by=expert, at=BEGUN).secret
    base = "/practitioners-hub/2024/"
    feeds = [
        f"{base}schedule.ics",
        f"{base}schedule.json",
        f"{base}schedule.csv",
        f"{base}atom.xml",
        where(cafe, "")[:-1] + ".ics",
    ]
    api = [f"/api/v1/programmes/practitioners-hub/cohorts/2024{rest}" for rest in ("", f"/sessions/{cafe.slug}", "/releases")]
    pages = [f"/join/{cafe.uid}/", where(cafe), where(cafe, ""), where(cafe, "room/notes/"), base, f"{base}schedule/", "/me/"]
    paths = [*pages, "/me/calendar/", *feeds, f"/calendars/{secret}.ics", *api]
    told: dict[str, str] = {}
    seen: dict[str, int] = {}
    with time_machine.travel(DURING, tick=False):
        for person in (None, expert):
            client: Client = as_(person)
            for path in paths:
                answer = client.get(path)
                told[f"{person} {path}"] = answer.content.decode("utf-8", "replace")
                seen[path] = answer.status_code  # to the expert, who comes last
        desk = as_(mara)
        for path in ("room/", "notes/", "materials/", "run/", "bookings/", "run-sheet/"):
            answer = desk.get(f"/team{base}sessions/{cafe.slug}/{path}")
            told[path], seen[path] = answer.content.decode(), answer.status_code
        told["history"] = desk.get("/team/practitioners-hub/history/").content.decode()
    told["journal"] = json.dumps(list(JournalEntry.objects.values_list("facts", flat=True)), default=str)
    told["facts"] = " ".join(str(each) for each in sessions(cafe.cohort.programme, subjects=None, at=DURING))
    told["mail"] = " ".join(each.body for each in mail.outbox)
    told["log"] = caplog.text
    assert [where for where, words in told.items() if "quiet-owl" in words or "s3cretqzxv" in words] == []
    assert {path: status for path, status in seen.items() if status != 200} == {f"/join/{cafe.uid}/": 302}


def test_a_personal_calendar_and_a_reminder_name_the_short_way() -> None:
    cafe, expert = a_cafe(), somebody_here("Ada Lindqvist")
    a_cafe(title="At Aster House", mode=Mode.IN_PERSON, start=None, end=None, date=date(2024, 10, 3))
    secret = make_feed_address(expert, by=expert, at=BEGUN).secret
    with time_machine.travel(DURING, tick=False):
        feed = as_(None).get(f"/calendars/{secret}.ics").content.decode().replace("\r\n ", "")
        shared = as_(None).get("/practitioners-hub/2024/schedule.ics").content.decode().replace("\r\n ", "")
        page = as_(expert).get(where(cafe, "")).content.decode()
        public = as_(None).get(where(cafe, "")).content.decode()
    address = f"/join/{cafe.uid}/"
    assert [feed.count(address), shared.count(address), page.count(address), public.count(address)] == [1, 0, 1, 0]
    assert "DESCRIPTION:Join: http" in feed
    facts = {
        each.subject: each.values["session.join_link"] for each in sessions(cafe.cohort.programme, subjects=None, at=BEGUN)
    }
    assert facts[f"session:{cafe.uid}"].endswith(address)


def test_a_long_line_of_a_calendar_is_folded_again_when_the_way_in_is_added() -> None:
    occurrence = released_now(a_cafe(summary="Ümläute über alles, " * 30))
    assert occurrence is not None
    event = ical.joined_at(ical.vevent(occurrence, url="https://example.org/x", stamp=BEGUN), "https://example.org/join/1/")
    assert max(len(line.encode()) for line in event.split("\r\n")) <= 75
    assert event.replace("\r\n ", "").count("Join: https://example.org/join/1/") == 1
    assert event.endswith("END:VEVENT\r\n")
