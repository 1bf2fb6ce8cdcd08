"""Calendar text, read back by parsers that are not its writer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
import vobject
from dateutil import tz as dateutil_tz
from hypothesis import given
from hypothesis import strategies as st

from hub.core import ical
from hub.core.occurrence import Occurrence, Paper, Part, SessionState
from hub.core.plan.model import Kind, Mode, Who

RELEASED = datetime(2023, 7, 1, 9, 0, tzinfo=UTC)
PAGE = "https://hub.example.org/practitioners-hub/2023/sessions/cafe/"


def a_cafe(**facts: Any) -> Occurrence:
    given: dict[str, Any] = {
        "uid": "0b1c7e0e-5c6c-4bb1-9a2b-000000000001",
        "slug": "cafe",
        "title": "Collaboration Café",
        "kind": Kind.CAFE,
        "state": SessionState.SCHEDULED,
        "zone": "Europe/London",
        "date": date(2023, 10, 25),
        "start": time(15),
        "end": time(17),
    }
    return Occurrence(**{**given, **facts})


def a_calendar(*sessions: Occurrence, name: str = "Practitioners Hub 2023") -> str:
    events = [ical.vevent(each, url=PAGE, stamp=RELEASED) for each in sessions]
    return ical.calendar(name, events, [ical.vtimezones(sessions)], zone="Europe/London")


def the_event(session: Occurrence) -> Any:
    return vobject.readOne(a_calendar(session)).vevent


def test_a_session_is_written_line_by_line_as_the_standard_says() -> None:
    session = a_cafe(
        topic="Licences",
        mode=Mode.ONLINE,
        led_by="Mara",
        sequence=2,
        agenda=(
            Part(text="Welcome", who=Who.GROUP, minutes_low=10, minutes_high=15, parts=(Part(text="Names; *where*, why"),)),
        ),
        papers=(Paper(title="Slides", url="https://example.org/slides"),),
    )

    text = ical.vevent(session, url=PAGE, stamp=RELEASED, organiser=('The "Hub"', "hub@example.org"))

    assert text.replace("\r\n ", "").split("\r\n") == [
        "BEGIN:VEVENT",
        "UID:0b1c7e0e-5c6c-4bb1-9a2b-000000000001",
        "DTSTAMP:20230701T090000Z",
        "LAST-MODIFIED:20230701T090000Z",
        "SEQUENCE:2",
        "STATUS:CONFIRMED",
        "DTSTART;TZID=Europe/London:20231025T150000",
        "DTEND;TZID=Europe/London:20231025T170000",
        "SUMMARY:Collaboration Café: Licences",
        "DESCRIPTION:Café\\, online\\nLed by Mara\\n\\nAgenda\\n• Welcome (Group\\, 10–15 min)\\n  • Names\\; where\\, why"
        f"\\n\\nMaterials\\n• Slides: https://example.org/slides\\n\\n{PAGE}",
        "LOCATION:Online",
        f"URL:{PAGE}",
        "CATEGORIES:Café",
        "ORGANIZER;CN=\"The 'Hub'\":mailto:hub@example.org",
        "END:VEVENT",
        "",
    ]
    assert max(len(line.encode()) for line in text.split("\r\n")) == 75


def test_the_calendar_has_its_name_its_zone_and_how_often_to_ask() -> None:
    lines = a_calendar(name="Hub; 2023, all").split("\r\n")

    assert lines == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Practitioners Hub//Schedule//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:Hub\\; 2023\\, all",
        "X-WR-CALNAME:Hub\\; 2023\\, all",
        "X-WR-TIMEZONE:Europe/London",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "END:VCALENDAR",
        "",
    ]


def test_on_both_sides_of_the_clock_change_a_cafe_is_at_three_in_london() -> None:
    before, after = a_cafe(date=date(2023, 10, 25)), a_cafe(uid="second", date=date(2023, 11, 1))

    starts = [each.dtstart.value for each in vobject.readOne(a_calendar(before, after)).vevent_list]

    assert [start.strftime("%H:%M") for start in starts] == ["15:00", "15:00"]
    assert [start.astimezone(UTC) for start in starts] == [
        datetime(2023, 10, 25, 14, tzinfo=UTC),
        datetime(2023, 11, 1, 15, tzinfo=UTC),
    ]


def test_a_date_without_a_time_takes_the_day_and_says_that_the_time_is_open() -> None:
    event = the_event(a_cafe(start=None, end=None))

    assert (event.dtstart.value, event.dtend.value) == (date(2023, 10, 25), date(2023, 10, 26))
    assert event.summary.value == "Collaboration Café (time to be confirmed)"
    assert event.description.value.startswith("The time is to be confirmed.")
    assert event.transp.value == "TRANSPARENT"


def test_a_cancelled_session_says_so_where_every_client_shows_it() -> None:
    event = the_event(a_cafe(state=SessionState.CANCELLED, sequence=3))

    assert (event.status.value, event.sequence.value, event.summary.value) == (
        "CANCELLED",
        "3",
        "Cancelled: Collaboration Café",
    )


def test_a_session_to_be_confirmed_is_tentative_and_a_start_without_an_end_stays_one() -> None:
    event = the_event(a_cafe(state=SessionState.TO_BE_CONFIRMED, end=None, status_note="Date *TBC* in 2024"))

    assert event.status.value == "TENTATIVE"
    assert "dtend" not in event.contents
    assert event.description.value.split("\n")[:2] == ["To be confirmed.", "Date TBC in 2024"]


def test_an_invitation_to_a_session_to_be_confirmed_is_tentative_like_the_entry_of_a_feed() -> None:
    def said(state: SessionState, method: str) -> str:
        cafe = a_cafe(state=state)
        text = ical.invitation(
            ical.vevent(cafe, url=PAGE, stamp=RELEASED),
            ical.vtimezones([cafe]),
            method=method,
            sequence=3,
            attendee=("Ada", "ada@example.org"),
            organiser=("The Hub", "hub@example.org"),
            stamp=RELEASED,
        )
        return str(icalendar.Calendar.from_ical(text).walk("VEVENT")[0]["STATUS"])

    assert said(SessionState.TO_BE_CONFIRMED, "REQUEST") == "TENTATIVE"
    assert said(SessionState.SCHEDULED, "REQUEST") == "CONFIRMED"
    assert said(SessionState.TO_BE_CONFIRMED, "CANCEL") == "CANCELLED"


def test_a_session_in_utc_needs_no_zone() -> None:
    text = a_calendar(a_cafe(zone="UTC"))

    assert "DTSTART:20231025T150000Z\r\n" in text
    assert "VTIMEZONE" not in text


def test_a_session_without_a_date_has_no_place_in_a_calendar() -> None:
    with pytest.raises(ValueError, match="without a date"):
        ical.vevent(a_cafe(date=None, start=None, end=None), url=PAGE, stamp=RELEASED)


def test_markdown_becomes_words_with_its_addresses() -> None:
    assert ical.plain("See [the deck](https://example.org/a), **now**\n\n- one\n  - two\n- <https://example.org>") == (
        "See the deck (https://example.org/a), now\n• one\n  • two\n• https://example.org"
    )


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/London", "America/New_York", "Asia/Kolkata", "Europe/Dublin", "Africa/Casablanca", "Asia/Jerusalem",
        "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "Asia/Tokyo", "America/Santiago",
    ],
)  # fmt: skip
@pytest.mark.parametrize("years", [(2011, 2011), (2018, 2020), (2023, 2024), (2037, 2039)])
def test_the_rules_written_for_a_zone_tell_the_same_time_as_the_database_of_zones(zone: str, years: tuple[int, int]) -> None:
    text = ical.vtimezone(zone, *years)
    read = dateutil_tz.tzical(StringIO(text.replace("\r\n", "\n"))).get()

    moment, end = datetime(years[0], 1, 1, 12), datetime(years[1], 12, 31, 12)
    differing = []
    while moment <= end:
        if moment.replace(tzinfo=read).utcoffset() != moment.replace(tzinfo=ZoneInfo(zone)).utcoffset():
            differing.append(moment)
        moment += timedelta(hours=6)

    def turns(day: datetime) -> bool:
        around = ((day + timedelta(days=days)).replace(tzinfo=ZoneInfo(zone)).utcoffset() for days in (-1, 1))
        return len(set(around)) == 2

    # A wall time that does not exist or happens twice may be read either way; one is met only on a day of a turn.
    assert [each for each in differing if not turns(each)] == []
    assert len(differing) <= 4


def test_the_rules_of_a_zone_are_those_of_the_years_asked_for() -> None:
    read = icalendar.Calendar.from_ical(a_calendar(a_cafe(), a_cafe(uid="b", date=date(2024, 2, 7))))
    zone = read.walk("VTIMEZONE")[0]

    assert [(part.name, part["DTSTART"].dt, part["RRULE"].to_ical().decode()) for part in zone.subcomponents] == [
        ("DAYLIGHT", datetime(2022, 3, 27, 1), "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"),
        ("STANDARD", datetime(2022, 10, 30, 2), "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"),
    ]


anything = st.text(max_size=200) | st.text(alphabet='\r\n:;,\\"=\x00\x0b\x85\u2028 BEGINVT:éß€🙂\t\ud800', max_size=120)


@given(title=anything, topic=anything, place=anything, led_by=anything, summary=anything, paper=anything)
def test_no_text_can_add_a_line_or_a_property_to_a_calendar(
    title: str, topic: str, place: str, led_by: str, summary: str, paper: str
) -> None:
    session = a_cafe(
        title=title,
        topic=topic,
        place=place,
        led_by=led_by,
        summary=summary,
        uid=title,
        agenda=(Part(text=summary, led_by=led_by),),
        papers=(Paper(title=paper, url=paper),),
    )
    plain = a_calendar(replace(a_cafe(), place="Room", topic="x"), name="x")
    wild = a_calendar(session, name=title)

    def names(text: str) -> list[str]:
        whole = text.replace("\r\n ", "")
        assert whole.splitlines() == whole.split("\r\n")[:-1]
        return [line.partition(":")[0].partition(";")[0] for line in whole.splitlines() if not line.startswith("LOCATION")]

    assert names(wild) == names(plain)
    assert max(len(line.encode()) for line in wild.split("\r\n")) <= 75
    assert len(icalendar.Calendar.from_ical(wild).walk("VEVENT")) == 1


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=300))
def test_what_people_wrote_is_what_two_parsers_read(title: str) -> None:
    text = a_calendar(a_cafe(title=title, summary=""))
    words = " ".join(title.split())

    assert str(icalendar.Calendar.from_ical(text).walk("VEVENT")[0]["SUMMARY"]) == words
    assert vobject.readOne(text).vevent.summary.value == words


def test_a_third_reader_finds_each_session_on_its_day() -> None:
    sessions = [a_cafe(uid=str(day), date=date(2023, 11, day)) for day in (1, 15)]
    read = icalendar.Calendar.from_ical(a_calendar(*sessions))

    found = recurring_ical_events.of(read).between(date(2023, 11, 1), date(2023, 11, 30))

    assert [str(event["UID"]) for event in found] == ["1", "15"]
