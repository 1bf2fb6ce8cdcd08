"""The calendar of one's own: what is in it, who reads it, and that its address stays a secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.errors import NotAllowed
from hub.kit.fresh import shelf
from hub.kit.logs import JsonFormatter
from hub.kit.models import JournalEntry
from hub.people.commands import (
    ask_erasure,
    carry_out_erasure,
    end_role,
    give_role,
    make_feed_address,
    renew_feed_address,
)
from hub.people.models import FeedAddress, Person, Role, RoleKind
from hub.people.seeing_as import KEY
from hub.programmes.commands import create_programme, edit_programme
from hub.programmes.models import Cohort
from hub.schedule.commands.releases import release_schedule
from hub.schedule.commands.sessions import cancel_session
from hub.schedule.models import Session
from tests.factories import BEGUN, a_cohort, an_imported_cohort
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db
MINE = "/me/calendar/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    shelf.clear()
    with time_machine.travel(IN_SEPTEMBER, tick=False) as traveller:
        yield traveller
    shelf.clear()


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def address_of(person: Person) -> str:
    return f"/calendars/{make_feed_address(person, by=person, at=IN_SEPTEMBER).secret}.ics"


def asked(person: Person, **headers: str) -> Any:
    return Client().get(address_of(person), headers={name.replace("_", "-"): value for name, value in headers.items()})


def read(person: Person) -> Any:
    answer = asked(person)
    assert answer.status_code == 200
    return icalendar.Calendar.from_ical(answer.content)


def days(person: Person) -> list[str]:
    return sorted(f"{event['DTSTART'].dt:%Y-%m-%d}" for event in read(person).walk("VEVENT"))


def a_released_cohort(scene: Scene, slug: str, *, programme: Any = None) -> Cohort:
    cohort = an_imported_cohort(cohort=a_cohort(slug, programme=programme or scene.programme))
    release_schedule(cohort, note="", seen=0, by=None, at=BEGUN)
    return cohort


def is_expert(person: Person, cohort: Cohort, *, ends_on: date | None = None) -> Role:
    return give_role(
        person,
        RoleKind.EXPERT,
        cohort.programme,
        cohort=cohort,
        starts_on=date(2024, 1, 1),
        ends_on=ends_on,
        by=None,
        at=BEGUN,
    )


EVERY = ["2024-09-04", "2024-09-18", "2024-09-26", "2024-10-02"]


def test_it_has_the_dated_sessions_of_ones_cohorts_past_and_to_come(scene: Scene) -> None:
    calendar = read(scene.ada)
    assert calendar["X-WR-CALNAME"] == "The Practitioners Hub: my sessions"
    assert calendar["X-WR-CALDESC"] == "The Practitioners Hub: Cohort 2024"
    assert days(scene.ada) == EVERY


def test_two_cohorts_are_one_calendar_in_which_each_zone_stands_once(scene: Scene) -> None:
    is_expert(scene.ada, a_released_cohort(scene, "also"))
    calendar = read(scene.ada)
    assert days(scene.ada) == sorted(EVERY * 2)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/London"]
    assert len({str(event["UID"]) for event in calendar.walk("VEVENT")}) == 8


def test_the_team_has_every_cohort_and_a_stranger_an_empty_calendar_that_can_be_read(scene: Scene) -> None:
    a_released_cohort(scene, "also")
    assert days(scene.mara) == sorted(EVERY * 2)
    assert days(scene.ada) == EVERY
    empty = read(scene.sam)
    assert [each.name for each in empty.subcomponents] == ["VTIMEZONE"]


def test_a_programme_that_is_not_public_is_in_it_for_its_own_people_only(scene: Scene) -> None:
    hidden = create_programme(slug="hidden", name="Hidden", is_public=False, by=None, at=BEGUN)
    cohort = a_released_cohort(scene, "first", programme=hidden)
    is_expert(scene.sam, cohort)
    assert days(scene.sam) == EVERY
    edit_programme(scene.programme, is_public=False, by=None, at=IN_SEPTEMBER)
    assert days(scene.ada) == EVERY
    assert "Hidden" not in asked(scene.ada).content.decode()


def test_what_is_not_released_is_not_in_it(scene: Scene) -> None:
    cancel_session(scene.session, by=None, at=IN_SEPTEMBER)
    Session.objects.filter(cohort=scene.cohort).update(joining_link="https://example.org/join-here")
    text = asked(scene.ada).content.decode()
    assert "STATUS:CANCELLED" not in text
    assert "join-here" not in text
    release_schedule(scene.cohort, note="", seen=1, by=None, at=IN_SEPTEMBER)
    assert asked(scene.ada).content.decode().count("STATUS:CANCELLED") == 1


def test_a_role_that_will_end_takes_what_is_past_and_nothing_after_its_end(scene: Scene) -> None:
    is_expert(scene.sam, scene.cohort, ends_on=date(2024, 9, 26))
    assert days(scene.sam) == ["2024-09-04", "2024-09-18"]
    give_role(
        scene.sam,
        RoleKind.FACILITATOR,
        scene.programme,
        cohort=scene.cohort,
        starts_on=date(2024, 9, 1),
        ends_on=date(2024, 9, 27),
        by=None,
        at=BEGUN,
    )
    assert days(scene.sam) == EVERY[:3]
    give_role(scene.sam, RoleKind.WRITER, scene.programme, starts_on=date(2024, 9, 1), by=None, at=BEGUN)
    assert days(scene.sam) == EVERY


def test_who_belongs_to_the_programme_and_takes_part_in_no_cohort_has_none_of_its_sessions(scene: Scene) -> None:
    for kind, cohort in ((RoleKind.COMMUNITY, None), (RoleKind.ADVISOR, None), (RoleKind.FUNDER, scene.cohort)):
        give_role(scene.sam, kind, scene.programme, cohort=cohort, starts_on=date(2024, 9, 1), by=None, at=BEGUN)
        assert days(scene.sam) == []
    page = as_(scene.sam).get(MINE).content.decode()
    assert "Nothing yet." in page
    assert "Cohort 2024" not in page[page.index("What is in it") :]


def test_the_way_into_a_call_is_only_in_the_calendar_of_who_is_led_there(scene: Scene) -> None:
    give_role(scene.sam, RoleKind.COACH, scene.programme, starts_on=date(2024, 9, 1), by=None, at=BEGUN)
    told = [asked(person).content.decode().count("/join/") for person in (scene.ada, scene.mara, scene.sam)]
    assert (told[0] > 0, told[0] == told[1], told[2], days(scene.sam)) == (True, True, 0, EVERY)


def test_a_role_that_has_ended_or_not_begun_gives_nothing(scene: Scene, clock: time_machine.Coordinates) -> None:
    role = is_expert(scene.sam, scene.cohort)
    end_role(role, on=date(2024, 9, 12), by=None, at=IN_SEPTEMBER)
    assert days(scene.sam) == ["2024-09-04"]
    clock.move_to(IN_SEPTEMBER + timedelta(days=2))
    assert days(scene.sam) == []
    give_role(
        scene.sam,
        RoleKind.EXPERT,
        scene.programme,
        cohort=scene.cohort,
        starts_on=date(2024, 9, 20),
        by=None,
        at=IN_SEPTEMBER,
    )
    assert days(scene.sam) == []
    clock.move_to(IN_SEPTEMBER + timedelta(days=10))
    assert days(scene.sam) == EVERY


def test_who_has_it_gets_304_until_something_changes(scene: Scene) -> None:
    tag = asked(scene.ada)["ETag"]
    assert asked(scene.ada, if_none_match=tag).status_code == 304
    cancel_session(scene.session, by=None, at=IN_SEPTEMBER)
    assert asked(scene.ada, if_none_match=tag).status_code == 304
    release_schedule(scene.cohort, note="", seen=1, by=None, at=IN_SEPTEMBER)
    again = asked(scene.ada, if_none_match=tag)
    assert again.status_code == 200
    end_role(Role.objects.get(person=scene.ada), on=date(2024, 9, 20), by=None, at=IN_SEPTEMBER)
    assert asked(scene.ada, if_none_match=again["ETag"]).status_code == 200


def test_two_people_of_one_cohort_have_calendars_of_their_own(scene: Scene) -> None:
    is_expert(scene.sam, scene.cohort)
    assert asked(scene.ada)["ETag"] != asked(scene.sam)["ETag"]


def test_nobody_between_keeps_it_and_nobody_finds_it(scene: Scene) -> None:
    there = asked(scene.ada)
    tag = there["ETag"]
    nowhere = Client().get("/calendars/nobody-has-this.ics")
    for answer in (there, asked(scene.ada, if_none_match=tag), nowhere):
        assert answer["X-Robots-Tag"] == "noindex"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "private, no-cache"
        assert dict(answer.cookies) == {}
    assert nowhere.status_code == 404
    assert "Access-Control-Allow-Origin" not in there


def test_more_cohorts_and_sessions_cost_no_more_queries(scene: Scene) -> None:
    def queries(**headers: str) -> int:
        shelf.clear()
        path = address_of(scene.ada)
        with CaptureQueriesContext(connection) as caught:
            Client().get(path, headers=headers)
        return len(caught)

    counts = (queries(), queries(**{"if-none-match": asked(scene.ada)["ETag"]}))
    assert counts == (6, 5)
    for number in range(3):
        is_expert(scene.ada, a_released_cohort(scene, f"also-{number}"))
    assert (queries(), queries(**{"if-none-match": asked(scene.ada)["ETag"]})) == counts


def test_an_address_is_made_once_and_renewing_it_ends_the_one_before(scene: Scene) -> None:
    ada = as_(scene.ada)
    assert "It has no address yet" in ada.get(MINE).content.decode()
    assert FeedAddress.objects.count() == 0

    assert ada.post(MINE, {"do": "make"})["Location"] == MINE
    ada.post(MINE, {"do": "make"})
    first = FeedAddress.objects.get().secret
    page = ada.get(MINE)
    assert f"http://localhost:8000/calendars/{first}.ics" in page.content.decode()
    assert f"webcal://localhost:8000/calendars/{first}.ics" in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"

    ada.post(MINE, {"do": "renew"})
    second = FeedAddress.objects.get().secret
    assert [Client().get(f"/calendars/{secret}.ics").status_code for secret in (first, second)] == [404, 200]
    assert len(second) == 43
    assert first not in ada.get(MINE).content.decode()


def test_the_journal_says_that_an_address_was_made_and_never_which(scene: Scene) -> None:
    renew_feed_address(scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    renew_feed_address(scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    lines = JournalEntry.objects.filter(thing="people.FeedAddress").order_by("pk")
    assert [(line.verb, line.by_id, line.about_id, line.facts) for line in lines] == [
        ("made", scene.ada.pk, scene.ada.pk, {}),
        ("renewed", scene.ada.pk, scene.ada.pk, {}),
    ]


def test_nobody_makes_the_address_of_another(scene: Scene) -> None:
    for by in (scene.mara, None):
        for command in (make_feed_address, renew_feed_address):
            with pytest.raises(NotAllowed):
                command(scene.ada, by=by, at=IN_SEPTEMBER)
    assert FeedAddress.objects.count() == 0


def test_what_no_form_of_ours_sends_changes_nothing_and_is_said(scene: Scene) -> None:
    answer = as_(scene.ada).post(MINE, {"do": "tea"})
    assert answer.status_code == 422
    assert "Choose one of the two" in answer.content.decode()
    assert FeedAddress.objects.count() == 0


def test_who_sees_the_hub_as_somebody_never_sees_their_address(scene: Scene) -> None:
    secret = make_feed_address(scene.ada, by=scene.ada, at=IN_SEPTEMBER).secret
    mara = as_(scene.mara)
    mara.post(f"/team/practitioners-hub/people/{scene.ada.pk}/see-as/")
    assert KEY in mara.session
    answer = mara.get(MINE)
    assert answer.status_code == 403
    assert secret not in answer.content.decode()
    assert mara.post(MINE, {"do": "renew"}).status_code == 403
    assert FeedAddress.objects.get().secret == secret


def test_who_is_forgotten_has_no_calendar(scene: Scene) -> None:
    path = address_of(scene.ada)
    asked_for = ask_erasure(scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    assert Client().get(path).status_code == 200
    carry_out_erasure(asked_for, by=None, at=IN_SEPTEMBER + timedelta(days=15))
    assert Client().get(path).status_code == 404
    assert FeedAddress.objects.count() == 0


def test_a_line_of_the_log_never_has_the_secret(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    path = address_of(scene.ada)
    renew_feed_address(scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    with caplog.at_level(logging.DEBUG, logger="django.request"):
        assert Client().get(path).status_code == 404
        assert Client().post(path).status_code == 405
    lines = [JsonFormatter().format(record) for record in caplog.records if record.name == "django.request"]
    assert len(lines) == 2
    said = [json.loads(line)["event"] for line in lines]
    assert said == ["Not Found: /calendars/….ics", "Method Not Allowed (POST): /calendars/….ics"]
    spelt = path.replace("/calendars/", "/calendars/%41")
    record = logging.LogRecord("server", logging.WARNING, "", 0, "GET %s", (spelt,), None)
    assert json.loads(JsonFormatter().format(record))["event"] == "GET /calendars/….ics"


def test_my_page_leads_there(scene: Scene) -> None:
    assert f'href="{MINE}"' in as_(scene.ada).get("/me/").content.decode()
