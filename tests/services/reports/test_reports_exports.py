"""The files of the programme's own papers, each read to exactly what it says; skipped where they are not at hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from hub.core.attendance import Line, gather
from hub.services.reports import Kind, Report, read_report

EXPORTS = Path(__file__).resolve().parents[4] / "shared" / "data" / "exports"
pytestmark = pytest.mark.skipif(not EXPORTS.is_dir(), reason="the programme's papers are not at hand")


def of(name: str) -> Report:
    return read_report((EXPORTS / name).read_bytes(), name=name)


def on(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}")


def test_a_plain_list_of_zoom_has_a_row_for_each_join() -> None:
    day = "2023-07-05"
    assert of("zoom_participants_plain.csv") == Report(
        kind=Kind.ZOOM,
        is_day_first=False,
        rows=(
            Line(
                number=2,
                name="Ada Example",
                address="ada@polar.example",
                joined=on(day, "14:58:12"),
                left=on(day, "16:02:40"),
                minutes=65,
                is_guest=True,
            ),
            Line(
                number=3,
                name="Ada Example",
                address="ADA@polar.example",
                joined=on(day, "16:05:02"),
                left=on(day, "17:01:10"),
                minutes=57,
                is_guest=True,
            ),
            Line(
                number=4,
                name="Ben (Benjamin Sample)",
                joined=on(day, "15:10:00"),
                left=on(day, "15:40:00"),
                minutes=30,
                is_guest=True,
            ),
            Line(
                number=5,
                name="Programme Manager",
                address="manager@hub.example",
                joined=on(day, "14:50:00"),
                left=on(day, "17:02:00"),
                minutes=132,
            ),
        ),
    )


def test_the_joins_of_one_address_become_one_presence() -> None:
    presences = gather(of("zoom_participants_plain.csv").rows)
    assert [(each.key, each.name, each.also, each.minutes) for each in presences] == [
        ("ada@polar.example", "Ada Example", (), 120),
        ("name:ben", "Ben", ("Benjamin Sample",), 30),
        ("manager@hub.example", "Programme Manager", (), 132),
    ]


def test_zooms_head_of_two_rows_says_what_the_meeting_was() -> None:
    day = "2023-07-19"
    assert of("zoom_participants_with_header.csv") == Report(
        kind=Kind.ZOOM,
        title="Collaboration Cafe",
        starts=on(day, "14:55:00"),
        ends=on(day, "17:03:00"),
        is_day_first=False,
        rows=(
            Line(
                number=5,
                name="Ada Example",
                address="ada@polar.example",
                joined=on(day, "14:58:12"),
                left=on(day, "17:00:40"),
                minutes=122,
                is_guest=True,
            ),
            Line(
                number=6,
                name="iPhone (Chidi Test)",
                joined=on(day, "15:20:00"),
                left=on(day, "16:00:00"),
                minutes=40,
                is_guest=True,
            ),
        ),
    )


def test_who_waited_outside_is_marked_and_does_not_count() -> None:
    report = of("zoom_participants_new_wording.csv")
    day = "2024-09-04"
    assert report == Report(
        kind=Kind.ZOOM,
        title="Collaboration Cafe",
        starts=on(day, "14:55:00"),
        ends=on(day, "17:03:00"),
        is_day_first=False,
        rows=(
            Line(
                number=5,
                name="Ada Example",
                address="ada@polar.example",
                joined=on(day, "14:57:00"),
                left=on(day, "14:58:00"),
                minutes=1,
                is_guest=True,
                is_waiting_room=True,
            ),
            Line(
                number=6,
                name="Ada Example",
                address="ada@polar.example",
                joined=on(day, "14:58:00"),
                left=on(day, "16:59:00"),
                minutes=121,
                is_guest=True,
            ),
        ),
    )
    assert [(each.key, each.minutes, each.lines) for each in gather(report.rows)] == [("ada@polar.example", 121, (6,))]


def test_a_list_of_unique_users_has_minutes_and_no_times() -> None:
    assert of("zoom_participants_unique.csv") == Report(
        kind=Kind.ZOOM,
        rows=(
            Line(number=2, name="Ada Example", address="ada@polar.example", minutes=122, is_guest=True),
            Line(number=3, name="Ben Sample", minutes=30, is_guest=True),
        ),
    )


def test_a_webinar_tells_of_hosts_panelists_attendees_and_who_did_not_come() -> None:
    day = "2023-12-11"
    assert of("zoom_webinar_attendee_report.csv") == Report(
        kind=Kind.ZOOM_WEBINAR,
        title="Case Study Series Fireside Chat",
        starts=on(day, "14:45:00"),
        ends=on(day, "16:30:00"),
        rows=(
            Line(
                number=7,
                name="Programme Manager",
                address="manager@hub.example",
                joined=on(day, "14:45:27"),
                left=on(day, "16:30:19"),
                minutes=105,
            ),
            Line(
                number=10,
                name="Ada Example",
                address="ada@polar.example",
                joined=on(day, "14:50:00"),
                left=on(day, "16:30:19"),
                minutes=100,
                is_guest=True,
            ),
            Line(
                number=13,
                name="Dana Viewer",
                address="dana@elsewhere.example",
                joined=on(day, "15:01:00"),
                left=on(day, "15:40:00"),
                minutes=39,
                is_guest=True,
            ),
            Line(
                number=14,
                name="Dana Viewer",
                address="dana@elsewhere.example",
                joined=on(day, "15:45:00"),
                left=on(day, "16:28:00"),
                minutes=43,
                is_guest=True,
            ),
            Line(number=15, name="Eve Absent", address="eve@elsewhere.example", was_there=False),
        ),
    )


def test_teams_true_times_are_those_of_its_last_section() -> None:
    report = of("teams_attendance_current_utf16.csv")
    day = "2023-09-20"
    assert report == Report(
        kind=Kind.TEAMS,
        title="Skills gap mapping",
        starts=on(day, "14:58:05"),
        ends=on(day, "17:03:10"),
        is_day_first=False,
        rows=(
            Line(
                number=17,
                name="Programme Manager",
                address="manager@hub.example",
                joined=on(day, "14:58:05"),
                left=on(day, "17:03:10"),
                minutes=125,
            ),
            Line(
                number=18,
                name="Example, Ada",
                address="ada@polar.example",
                joined=on(day, "15:00:40"),
                left=on(day, "15:50:50"),
                minutes=50,
            ),
            Line(
                number=19,
                name="Example, Ada",
                address="ada@polar.example",
                joined=on(day, "16:19:00"),
                left=on(day, "16:59:00"),
                minutes=40,
            ),
            Line(
                number=20,
                name="Ben (Unverified)",
                joined=on(day, "15:30:00"),
                left=on(day, "15:45:30"),
                minutes=15,
                is_guest=True,
            ),
        ),
    )
    assert [(each.name, each.seconds) for each in gather(report.rows)] == [
        ("Ada Example", 90 * 60 + 10),
        ("Ben", 15 * 60 + 30),
        ("Programme Manager", 2 * 3600 + 5 * 60 + 5),
    ]


def test_who_joined_in_teams_oldest_list_and_did_not_leave_stayed_to_the_end() -> None:
    report = of("teams_attendance_list_legacy_utf16.csv")
    day = "2023-09-20"
    assert report == Report(
        kind=Kind.TEAMS,
        is_day_first=True,
        rows=(
            Line(number=2, name="Ada Example", joined=on(day, "15:00:40")),
            Line(number=3, name="Ben Sample (Guest)", joined=on(day, "15:30:00"), left=on(day, "15:45:30"), is_guest=True),
        ),
    )
    window = (on(day, "15:00:00"), on(day, "17:00:00"))
    assert [(each.name, each.seconds) for each in gather(report.rows, window=window)] == [
        ("Ada Example", 119 * 60 + 20),
        ("Ben Sample", 15 * 60 + 30),
    ]


def test_a_ticket_does_not_say_that_somebody_came() -> None:
    report = of("eventbrite_attendee_report.csv")
    assert report == Report(
        kind=Kind.EVENTBRITE,
        rows=(
            Line(number=2, name="Ada Example", address="ada@polar.example", was_there=None, key="18441583423"),
            Line(number=3, name="Guest Example", address="ada@polar.example", was_there=None, key="18441583424"),
            Line(number=4, name="Dana Viewer", address="dana@elsewhere.example", was_there=False, key="18441700883"),
            Line(number=5, name="Eve Door", address="eve@elsewhere.example", was_there=True, key="18441700999"),
        ),
    )
    assert [(each.name, each.was_there, each.shares_address) for each in gather(report.rows)] == [
        ("Ada Example", None, True),
        ("Dana Viewer", False, False),
        ("Eve Door", True, False),
        ("Guest Example", None, True),
    ]


def test_eventbrites_newer_list_knows_the_order_only() -> None:
    assert of("eventbrite_attendee_report_new.csv") == Report(
        kind=Kind.EVENTBRITE,
        title="Showcase",
        rows=(Line(number=2, name="Ada Example", address="ada@polar.example", was_there=None, key="11211912243"),),
    )


def test_who_answered_a_form_was_there_and_an_anonymous_answer_may_say_the_name_in_a_question() -> None:
    assert of("ms_forms_responses.xlsx") == Report(
        kind=Kind.FORM,
        rows=(
            Line(number=2, name="Ada Example", key="1"),
            Line(number=3, name="Ben Sample", address="ben@freight.example", key="2"),
        ),
    )


def test_a_readme_is_no_report() -> None:
    from tests.services.reports.telling import refusal

    assert refusal((EXPORTS / "README.md").read_bytes())[0] == 1


@pytest.mark.parametrize("path", sorted(EXPORTS.glob("*.csv")), ids=lambda path: path.stem)
def test_the_same_report_is_read_whatever_its_encoding_separator_and_file_name(path: Path) -> None:
    data = path.read_bytes()
    text = data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8-sig")
    once = read_report(data)
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"):
        assert read_report(text.encode(encoding), name="whatever.pdf") == once
    assert read_report(text.replace("\r\n", "\n").encode()) == once
