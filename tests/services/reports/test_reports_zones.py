from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.core.attendance import gather
from hub.services.reports import in_zone, read_report
from tests.services.reports.telling import found, rows

HEAD = "Name,Joined,Left,Minutes"
BACK = "2024-10-27"  # London's clocks go back at 02:00
ON = "2024-03-31"  # and on at 01:00


def test_a_wall_time_becomes_the_instant_it_was_in_the_hosts_zone() -> None:
    report = read_report(rows(HEAD, "Ada,2024-07-03 15:00,2024-07-03 16:00,60"))
    (row,) = in_zone(report, "Europe/London").rows
    assert (row.joined, row.left) == (datetime(2024, 7, 3, 14, tzinfo=UTC), datetime(2024, 7, 3, 15, tzinfo=UTC))


def test_in_the_hour_that_happens_twice_the_reading_that_fits_the_minutes_is_taken() -> None:
    report = read_report(
        rows(
            HEAD,
            f"Ada,{BACK} 01:50,{BACK} 01:10,20",
            f"Ben,{BACK} 01:10,{BACK} 01:50,100",
            f"Cy,{BACK} 01:10,{BACK} 01:50,",
            f"Dee,{BACK} 00:30,{BACK} 02:30,180",
        )
    )
    there = in_zone(report, "Europe/London")
    assert [(each.name, each.minutes) for each in gather(there.rows)] == [("Ada", 20), ("Ben", 100), ("Cy", 40), ("Dee", 180)]
    twice = "happen twice in London, when the clocks go back"
    assert [each for each in found(there) if "happen" in each] == [
        f"Line 2: its times {twice}; the reading that fits its minutes was taken.",
        f"Line 3: its times {twice}; the reading that fits its minutes was taken.",
        f"Line 4: its times {twice}; the first was taken.",
    ]


def test_in_the_hour_that_never_happens_a_time_moves_on() -> None:
    report = read_report(rows(HEAD, f"Ada,{ON} 01:30,{ON} 02:30,"))
    there = in_zone(report, "Europe/London")
    assert there.rows[0].joined == datetime(2024, 3, 31, 1, 30, tzinfo=UTC)
    assert found(there) == ["Line 2: its time falls in the hour the clocks of London leave out; it was moved on."]


def test_who_left_before_they_joined_on_any_other_day_has_no_times() -> None:
    report = read_report(rows(HEAD, "Ada,2024-07-03 15:30,2024-07-03 15:00,"))
    there = in_zone(report, "Europe/London")
    assert [(row.joined, row.left) for row in there.rows] == [(None, None)]
    assert found(there) == ["Line 2: the time of leaving lies before that of joining; times were left out."]


def test_an_abbreviation_is_no_zone() -> None:
    with pytest.raises(ValueError, match="no such zone: BST"):
        in_zone(read_report(rows(HEAD)), "BST")
