"""Whatever the octets are: a report or a refusal, and what was read does not hang on how the file was written."""

from __future__ import annotations

import gc
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.attendance import gather
from hub.services.reports import BadReport, Report, in_zone, read_report
from tests.services.reports.telling import rows

words = st.sampled_from(
    [
        *("Name", "Name (Original Name)", "User Email", "Email", "Join Time", "Leave Time", "Duration (Minutes)", "Guest"),
        *("1. Summary", "2. Participants", "3. In-Meeting Activities", "First Join", "Last Leave", "User Action", "Timestamp"),
        *("Attendee Report", "Attendee Details", "Topic", "Attendee #", "Order #", "Attendee Status", "ID", "Completion time"),
        *(
            "## Sign in",
            "* Ada",
            "- 🤫",
            "*",
            "#",
            "Ada",
            "Joined",
            "Left",
            "ada@x.example",
            "9/20/23, 3:30:00 PM",
            "15m",
            "yes",
        ),
        *(
            "31/12/9999 23:59",
            "01/01/0001",
            "0000-00-00",
            "2024-02-30 10:00",
            "1e9",
            "--",
            '"',
            "''",
            "\ufeff",
            "\x00",
            "\udcff",
        ),
    ]
)
texts = st.lists(st.one_of(words, st.text(max_size=8)), max_size=40).flatmap(
    lambda pieces: st.lists(
        st.sampled_from([",", "\t", ";", "\n", "\r\n", "\n\n", " "]), min_size=len(pieces), max_size=len(pieces)
    ).map(lambda signs: "".join(piece + sign for piece, sign in zip(pieces, signs, strict=True)))
)


def read_or_refuse(data: bytes) -> Report | None:
    try:
        return read_report(data)
    except BadReport as no:
        assert no.line >= 1
        return None


@given(texts, st.sampled_from(["utf-8", "utf-16", "utf-16-be", "cp1252"]))
def test_any_text_is_read_or_refused(text: str, encoding: str) -> None:
    report = read_or_refuse(text.encode(encoding, "replace"))
    if report is not None:
        gather(report.rows)
        gather(in_zone(report, "Europe/London").rows)


@given(st.binary(max_size=300))
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    read_or_refuse(data)


@given(st.sampled_from([b"PK\x03\x04", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"]), st.binary(max_size=100))
def test_any_octets_after_a_mark_are_read_or_refused(mark: bytes, data: bytes) -> None:
    read_or_refuse(mark + data)


ZOOM = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest"


def many(count: int) -> bytes:
    return rows(
        ZOOM,
        *(
            f"Person {number % 900} of {number % 7},{f'p{number % 3000}@x.example' if number % 3 else ''},"
            f"09/20/2024 03:{number % 60:02}:{number % 59:02} PM,09/20/2024 04:{number % 60:02}:{number % 58:02} PM,61,Yes"
            for number in range(count)
        ),
    )


def test_fifty_thousand_rows_are_all_read() -> None:
    report = read_report(many(50_000))
    assert (len(report.rows), report.findings) == (50_000, ())


def test_reading_grows_with_the_rows_and_no_faster() -> None:
    def once(data: bytes) -> float:
        start = time.process_time()
        gather(read_report(data).rows)
        return time.process_time() - start

    def took(count: int) -> float:
        data = many(count)
        return min(once(data) for _ in range(3))

    took(100)  # what is done once
    gc.collect()
    gc.disable()  # or it walks through all that other tests of this worker left, in whichever of the two it falls
    try:
        assert took(8_000) < 4 * 3 * took(2_000)  # four times the rows; three times that leaves room for a busy machine
    finally:
        gc.enable()


def test_more_rows_than_we_take_are_refused_with_the_line() -> None:
    try:
        read_report(b"Name\n" + b"Ada\n" * 200_001)
    except BadReport as no:
        assert (no.line, no.sentence) == (200_002, "This file has more than 200,000 rows. Bring it in parts.")
    else:
        raise AssertionError("was read")


@pytest.mark.parametrize(
    "text",
    [
        "## Sign in\n* Ada\n" + "<!--" * 200_000,
        "## Sign in\n* Ada\n" + "* " + " " * 500_000 + "x\n",
        "# " + "# " * 400_000 + "\n## Sign in\n* Ada\n",
        "## Sign in\n* Ada\n* " + "[x](" * 200_000,
        "Name,Email\n" + "Ada," + "a@" * 60_000 + "\n",
        "Name,Minutes\nAda," + "1h" * 60_000 + "\n",
        "Name\n" + "iphone" + "-_" * 60_000 + "!\n",
        'Name,Email\n"' + '""' * 60_000,
    ],
    ids=["comments", "spaces", "marks", "links", "address", "duration", "device", "quotes"],
)
def test_no_text_holds_the_reader_up(text: str) -> None:
    report = read_or_refuse(text.encode())  # a rule that is not linear does not come to an end here
    assert report is None or len(gather(report.rows)) <= len(report.rows)


@pytest.mark.parametrize("said", ["31/12/9999 23:59", "01/01/0001 00:00", "9999-12-31T23:59:59-12:00"])
def test_a_year_without_meetings_is_no_time(said: str) -> None:
    report = read_report(rows("Name,Joined,Left", f"Ada,{said},"))
    assert (report.rows, [each.line for each in report.findings]) == ((), [2])
