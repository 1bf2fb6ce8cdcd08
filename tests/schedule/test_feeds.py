"""What calendars, spreadsheets and programs read, checked by readers that are not the writers."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import icalendar
import pytest
import vobject
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from hub.core.occurrence import Occurrence, SessionState
from hub.core.plan.model import Kind
from hub.kit.fresh import shelf
from hub.kit.tables import to_csv
from hub.people.models import Account
from hub.programmes.commands import edit_programme
from hub.schedule import exports
from hub.schedule.models import Session
from tests.schedule.drafts import RELEASED, a_draft_cohort, add_sessions, many, released, the_team, undated

pytestmark = pytest.mark.django_db

AT = "/practitioners-hub/2023/"
FEEDS = ["schedule.ics", "schedule.json", "schedule.csv", "atom.xml", "sessions/cafe-1.ics"]
LATER = RELEASED + timedelta(days=7)
BEFORE_THE_CLOCK_CHANGE = {"date": date(2023, 10, 25)}
AFTER_THE_CLOCK_CHANGE = {"date": date(2023, 11, 1)}


@pytest.fixture(autouse=True)
def an_empty_shelf() -> None:
    shelf.clear()


def feed(name: str, **headers: str) -> Any:
    return Client().get(AT + name, headers={name.replace("_", "-"): value for name, value in headers.items()})


def text_of(name: str) -> str:
    return feed(name).content.decode()


def events() -> dict[str, Any]:
    """The calendar's events by UID, as vobject reads them."""
    return {each.uid.value: each for each in vobject.readOne(text_of("schedule.ics")).contents.get("vevent", [])}


def uid_of(slug: str) -> str:
    return str(Session.objects.get(slug=slug).uid)


def test_a_calendar_has_the_dated_gatherings_under_its_name_and_nothing_else() -> None:
    released(a_draft_cohort({}, undated(slug="open"), {"kind": "rest", "slug": "rest"}, {"kind": "individual", "slug": "own"}))

    answer = feed("schedule.ics")
    read = icalendar.Calendar.from_ical(answer.content)

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="practitioners-hub-2023.ics"'
    assert read["X-WR-CALNAME"] == read["NAME"] == "The Practitioners Hub: Cohort 2023"
    assert [str(event["UID"]) for event in read.walk("VEVENT")] == [uid_of("cafe-1")]
    assert read.walk("VEVENT")[0]["URL"] == f"http://localhost:8000{AT}sessions/cafe-1/"


def test_both_sides_of_the_clock_change_are_at_the_same_wall_time() -> None:
    released(a_draft_cohort(BEFORE_THE_CLOCK_CHANGE, AFTER_THE_CLOCK_CHANGE))

    starts = [event.dtstart.value for event in events().values()]

    assert [start.astimezone(UTC).isoformat() for start in starts] == [
        "2023-10-25T14:00:00+00:00",
        "2023-11-01T15:00:00+00:00",
    ]
    assert [(row["starts_at"], row["start"]) for row in json.loads(text_of("schedule.json"))["sessions"]] == [
        ("2023-10-25T14:00:00Z", "15:00"),
        ("2023-11-01T15:00:00Z", "15:00"),
    ]


def test_a_second_release_moves_the_same_event_and_a_third_cancels_it() -> None:
    cohort = a_draft_cohort({})
    uid = uid_of("cafe-1")
    released(cohort)
    first = events()[uid]
    Session.objects.update(start=time(14))
    released(cohort, seen=1, at=LATER)
    second = events()[uid]
    Session.objects.update(state="cancelled")
    released(cohort, seen=2, at=LATER + timedelta(days=1))
    third = events()[uid]

    assert [
        (event.dtstart.value.strftime("%H:%M"), event.sequence.value, event.status.value) for event in (first, second, third)
    ] == [("15:00", "0", "CONFIRMED"), ("14:00", "1", "CONFIRMED"), ("14:00", "2", "CANCELLED")]


def test_one_session_is_a_calendar_of_one_event_and_an_open_date_is_none() -> None:
    released(a_draft_cohort({"topic": "Licences"}, undated(slug="open")))

    read = icalendar.Calendar.from_ical(feed("sessions/cafe-1.ics").content)

    assert read["X-WR-CALNAME"] == "Collaboration Café: Licences"
    assert [(str(event["UID"]), event["SUMMARY"]) for event in read.walk("VEVENT")] == [
        (uid_of("cafe-1"), "Collaboration Café: Licences")
    ]
    assert [feed(f"sessions/{slug}.ics").status_code for slug in ("open", "nowhere")] == [404, 404]
    late = "Fri, 01 Jan 2100 09:00:00 GMT"
    assert feed("sessions/nowhere.ics", If_Modified_Since=late).status_code == 404


def test_a_calendar_of_some_kinds_holds_those_alone() -> None:
    released(a_draft_cohort({}, {"kind": "training", "slug": "training"}, {"kind": "webinar", "slug": "webinar"}))

    def slugs(query: str) -> list[str]:
        read = icalendar.Calendar.from_ical(feed(f"schedule.ics?{query}").content)
        return [str(event["URL"]).split("/")[-2] for event in read.walk("VEVENT")]

    assert slugs("kind=training") == ["training"]
    assert slugs("kind=webinar&kind=cafe") == ["cafe-1", "webinar"]
    assert slugs("kind=") == ["cafe-1", "training", "webinar"]
    wrong = feed("schedule.ics?kind=party")
    assert (wrong.status_code, wrong.content.decode()[:46]) == (400, "There is no kind of session called 'party'. Th")


def test_json_gives_programme_cohort_release_and_every_session_with_every_key() -> None:
    released(
        a_draft_cohort({"topic": "Licences", "agenda": [{"text": "Welcome", "who": "group"}]}, undated()), note="First dates"
    )

    found = json.loads(text_of("schedule.json"))

    assert sorted(found) == ["cohort", "programme", "release", "sessions"]
    assert found["programme"]["slug"] == "practitioners-hub"
    assert found["cohort"] == {
        "slug": "2023",
        "name": "Cohort 2023",
        "zone": "Europe/London",
        "starts_on": "2023-07-01",
        "ends_on": "2023-12-31",
    }
    assert found["release"] == {"number": 1, "released_at": "2023-07-01T09:00:00Z", "note": "First dates"}
    by_slug = {each["slug"]: each for each in found["sessions"]}
    assert sorted(by_slug["cafe-1"]) == sorted(by_slug["cafe-2"])
    session = by_slug["cafe-1"]
    assert [session[key] for key in ("title", "topic", "kind", "state", "mode", "date", "start", "end", "zone")] == [
        "Collaboration Café", "Licences", "cafe", "scheduled", "online", "2023-07-05", "15:00", "17:00", "Europe/London",
    ]  # fmt: skip
    assert session["when"] == "Wed 5 July 2023, 15:00–17:00 (London)"
    assert session["agenda"] == [
        {"text": "Welcome", "who": "group", "minutes_low": None, "minutes_high": None, "led_by": None, "parts": []}
    ]
    assert [by_slug["cafe-2"][key] for key in ("date", "start", "starts_at", "led_by", "when")] == [
        None, None, None, None, "Date to be confirmed",
    ]  # fmt: skip


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing() -> None:
    released(a_draft_cohort({"title": "=HYPERLINK(1)", "topic": 'Say "yes", Ä', "led_by": "-2+3"}))

    answer = feed("schedule.csv")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content[:3] == b"\xef\xbb\xbf"
    assert answer.content.count(b"\r\n") == 2
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert tuple(row) == exports.CSV_HEADER
    assert (row["title"], row["topic"], row["led_by"], row["place"]) == ("'=HYPERLINK(1)", 'Say "yes", Ä', "'-2+3", "")


def test_a_number_in_a_table_stays_a_number() -> None:
    assert to_csv(["a", "b"], [(-1, None), ("-1", "x\x00")]).decode("utf-8-sig") == "a,b\r\n-1,\r\n'-1,x\r\n"


ATOM = "{http://www.w3.org/2005/Atom}"


def test_each_release_is_an_entry_that_tells_its_difference() -> None:
    cohort = a_draft_cohort({"title": "Café <b>&"})
    released(cohort, note="First\x0b dates & <times>")
    Session.objects.update(start=time(14))
    released(cohort, seen=1, at=LATER)

    answer = feed("atom.xml")
    read = ElementTree.fromstring(answer.content)

    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert read.findtext(f"{ATOM}id") == "tag:localhost,2026:practitioners-hub/2023"
    assert read.findtext(f"{ATOM}updated") == "2023-07-08T09:00:00Z"
    entries = [
        tuple(entry.findtext(ATOM + name) for name in ("id", "title", "updated", "content"))
        for entry in read.iter(f"{ATOM}entry")
    ]
    page = f"http://localhost:8000{AT}sessions/cafe-1/"
    assert entries == [
        (
            "tag:localhost,2026:practitioners-hub/2023/release/2",
            "Release 2: 1 change",
            "2023-07-08T09:00:00Z",
            f'<ul><li><a href="{page}">Café &lt;b&gt;&amp;</a>: Moved from Wed 5 July 2023, 15:00–17:00 (London) '
            "to Wed 5 July 2023, 14:00–17:00 (London)</li></ul>",
        ),
        (
            "tag:localhost,2026:practitioners-hub/2023/release/1",
            "Release 1: 1 change",
            "2023-07-01T09:00:00Z",
            "<p>First dates &amp; &lt;times&gt;</p>"
            f'<ul><li><a href="{page}">Café &lt;b&gt;&amp;</a>: Added: Wed 5 July 2023, 15:00–17:00 (London)</li></ul>',
        ),
    ]


def test_before_the_first_release_every_feed_is_there_and_empty() -> None:
    a_draft_cohort({})

    assert icalendar.Calendar.from_ical(feed("schedule.ics").content).walk("VEVENT") == []
    assert [json.loads(text_of("schedule.json"))[key] for key in ("release", "sessions")] == [None, []]
    assert text_of("schedule.csv").count("\r\n") == 1
    assert list(ElementTree.fromstring(text_of("atom.xml")).iter(f"{ATOM}entry")) == []
    assert feed("sessions/cafe-1.ics").status_code == 404


SECRET = "https://calls.example.org/room/only-for-those-who-take-part"


@pytest.mark.parametrize("name", FEEDS)
def test_no_feed_tells_how_to_join(name: str) -> None:
    released(a_draft_cohort({"joining_link": SECRET, "summary": f"Join at {SECRET}", "place": SECRET}), note="Join us")

    assert "only-for-those" not in text_of(name).replace("\r\n ", "")


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_that_has_not_changed_is_not_sent_again(name: str) -> None:
    cohort = a_draft_cohort({})
    released(cohort)
    first = feed(name)

    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "public, no-cache"
    with CaptureQueriesContext(connection) as queries:
        again = feed(name, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content, len(queries)) == (304, b"", 1)
    assert "Content-Length" not in again.headers

    Session.objects.update(title="Café")
    released(cohort, seen=1, at=LATER)
    assert feed(name, If_None_Match=first.headers["ETag"]).status_code == 200


@pytest.mark.parametrize("name", FEEDS)
def test_head_answers_like_get(name: str) -> None:
    released(a_draft_cohort(*many(20)))

    got, headed = feed(name), Client().head(AT + name)

    assert (headed.status_code, headed.content, dict(headed.items())) == (200, b"", dict(got.items()))
    packed = feed(name, Accept_Encoding="gzip")
    assert (gzip.decompress(packed.content), packed.headers["Content-Encoding"]) == (got.content, "gzip")
    assert Client().post(AT + name).status_code == 405


def test_by_date_a_feed_is_fresh_until_anything_it_shows_changes() -> None:
    cohort = a_draft_cohort({})
    released(cohort)
    asked = feed("schedule.ics").headers["Last-Modified"]

    assert feed("schedule.ics", If_Modified_Since=asked).status_code == 304
    edit_programme(cohort.programme, name="The Hub", by=None, at=LATER)
    after = feed("schedule.ics", If_Modified_Since=asked)
    assert (after.status_code, "Last-Modified" in after.headers) == (200, False)
    assert b"NAME:The Hub: Cohort 2023" in after.content


@pytest.mark.parametrize("name", FEEDS)
def test_a_programme_that_is_not_public_is_there_for_its_team_alone(name: str) -> None:
    cohort = a_draft_cohort({}, is_public=False)
    released(cohort)
    mara = the_team(cohort)
    client = Client()
    client.force_login(Account.objects.create(person=mara, email="mara@example.org"))

    assert feed(name).status_code == 404
    answer = client.get(AT + name)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-cache")


@pytest.mark.parametrize("name", FEEDS)
def test_what_is_not_there_is_not_found(name: str) -> None:
    assert Client().get(f"/practitioners-hub/1999/{name}").status_code == 404


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_asks_the_database_as_much_for_four_hundred_sessions_as_for_forty(name: str) -> None:
    cohort = a_draft_cohort(*many(40))
    released(cohort)
    with CaptureQueriesContext(connection) as of_forty:
        assert feed(name).status_code == 200
    add_sessions(cohort, many(360))
    released(cohort, seen=1, at=LATER)

    with CaptureQueriesContext(connection) as of_four_hundred:
        assert feed(name).status_code == 200
    with CaptureQueriesContext(connection) as when_kept:
        assert feed(name).status_code == 200

    assert len(of_four_hundred) == len(of_forty) <= 5
    assert len(when_kept) == 1


class EverySurface(TestCase):
    """One stored occurrence, told alike by each surface."""

    @given(
        day=st.dates(date(2022, 1, 1), date(2026, 12, 31)),
        hour=st.integers(0, 20),
        minute=st.integers(0, 59),
        zone=st.sampled_from(["Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
    )
    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    def test_calendar_json_and_table_agree_to_the_minute(self, day: date, hour: int, minute: int, zone: str) -> None:
        shelf.clear()  # each example begins with the same database, numbers and moments included
        start, end = time(hour, minute), time(hour + 3, minute)
        released(a_draft_cohort({"date": day, "start": start, "end": end, "zone": zone}))

        [found] = json.loads(text_of("schedule.json"))["sessions"]
        [row] = csv.DictReader(io.StringIO(text_of("schedule.csv").removeprefix("\ufeff"), newline=""))
        [event] = icalendar.Calendar.from_ical(text_of("schedule.ics")).walk("VEVENT")

        moments = [
            (datetime.fromisoformat(each["starts_at"]), datetime.fromisoformat(each["ends_at"])) for each in (found, row)
        ]
        assert moments[0] == moments[1] == (event["DTSTART"].dt.astimezone(UTC), event["DTEND"].dt.astimezone(UTC))
        assert (event["DTSTART"].dt.date(), event["DTSTART"].dt.time()) == (day, start)
        assert found["when"] == row["when"]
        shown = Occurrence(
            uid="x",
            slug="x",
            title="x",
            kind=Kind.CAFE,
            state=SessionState.SCHEDULED,
            zone=zone,
            date=day,
            start=start,
            end=end,
        )
        assert (shown.say_when, shown.starts_at, shown.ends_at) == (found["when"], *moments[0])


class CommandLineCalendar:
    """vdirsyncer, which subscribes to a feed, and khal, which shows what it got, in a home of their own."""

    def __init__(self, home: Path, address: str) -> None:
        self.home, self.calendars = home, home / "calendars"
        self.calendars.mkdir()
        self.sync_config, self.show_config = home / "vdirsyncer", home / "khal"
        self.sync_config.write_text(
            f'[general]\nstatus_path = "{home / "status"}"\n'
            '[pair hub]\na = "here"\nb = "there"\ncollections = null\nconflict_resolution = "b wins"\n'
            f'[storage here]\ntype = "filesystem"\npath = "{self.calendars}"\nfileext = ".ics"\n'
            f'[storage there]\ntype = "http"\nurl = "{address}"\n'
        )
        self.show_config.write_text(
            f"[calendars]\n[[hub]]\npath = {self.calendars}\nreadonly = True\n"
            "[locale]\nlocal_timezone = Europe/London\ndefault_timezone = Europe/London\n"
            "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
            "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
            f"[sqlite]\npath = {home / 'khal.db'}\n"
        )
        self.run("vdirsyncer", "-c", str(self.sync_config), "discover", "hub")

    def run(self, *command: str) -> str:
        environment = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        program = str(Path(sys.executable).with_name(command[0]))
        ran = subprocess.run(
            [program, *command[1:]], env=environment, cwd=self.home, capture_output=True, text=True, timeout=120, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def sync(self) -> None:
        self.run("vdirsyncer", "-c", str(self.sync_config), "sync", "hub")

    def shows(self, first: str, last: str) -> list[str]:
        form = "{start-long} {end-time} {title} {status}"
        found = self.run("khal", "-c", str(self.show_config), "list", "--day-format", "", "--format", form, first, last)
        return [line.strip() for line in found.splitlines() if line.strip()]


@pytest.mark.django_db(transaction=True)
def test_a_real_calendar_client_that_subscribed_follows_a_move_and_a_cancellation(live_server: Any, tmp_path: Path) -> None:
    cohort = a_draft_cohort(BEFORE_THE_CLOCK_CHANGE, AFTER_THE_CLOCK_CHANGE, {"date": date(2023, 11, 14), "slug": "third"})
    released(cohort)
    calendar = CommandLineCalendar(tmp_path, f"{live_server.url}{AT}schedule.ics")

    calendar.sync()
    assert calendar.shows("2023-10-20", "2023-11-20") == [
        "2023-10-25 15:00 17:00 Collaboration Café CONFIRMED",
        "2023-11-01 15:00 17:00 Collaboration Café CONFIRMED",
        "2023-11-14 15:00 17:00 Collaboration Café CONFIRMED",
    ]

    Session.objects.filter(slug="cafe-2").update(start=time(14))
    Session.objects.filter(slug="third").delete()
    released(cohort, seen=1, at=LATER)
    calendar.sync()
    assert calendar.shows("2023-10-20", "2023-11-20") == [
        "2023-10-25 15:00 17:00 Collaboration Café CONFIRMED",
        "2023-11-01 14:00 17:00 Collaboration Café CONFIRMED",
        "2023-11-14 15:00 17:00 Cancelled: Collaboration Café CANCELLED",
    ]
    assert len(list(calendar.calendars.glob("*.ics"))) == 3
