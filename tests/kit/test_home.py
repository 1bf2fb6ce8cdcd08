"""Where a Hub is at home."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from pytest_django.fixtures import Settings

from hub import settings as read
from hub.core.jobs import Daily
from hub.kit import jobs
from hub.kit.home import day_of, home_zone


def test_a_day_is_the_one_it_is_at_home(settings: Settings) -> None:
    late = datetime(2024, 8, 31, 22, 30, tzinfo=UTC)
    assert day_of(late) == date(2024, 8, 31)  # half past eleven in London
    settings.HOME_ZONE = "Australia/Sydney"
    assert day_of(late) == date(2024, 9, 1)
    settings.HOME_ZONE = "America/New_York"
    assert day_of(datetime(2024, 9, 1, 3, 0, tzinfo=UTC)) == date(2024, 8, 31)


def test_the_night_is_the_one_at_home(settings: Settings) -> None:
    settings.HOME_ZONE = "Australia/Sydney"
    assert jobs.nightly(3, 20) == Daily(time(3, 20), "Australia/Sydney")


def test_a_hub_is_at_home_in_london_until_somebody_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUB_ZONE", raising=False)
    assert home_zone() == read._zone() == "Europe/London"
    monkeypatch.setenv("HUB_ZONE", "")
    assert read._zone() == "Europe/London"
    monkeypatch.setenv("HUB_ZONE", "Africa/Nairobi")
    assert read._zone() == "Africa/Nairobi"


@pytest.mark.parametrize("said", ["Sidney", "Europe", "../etc/passwd"])
def test_a_zone_nobody_knows_stops_the_program_with_a_sentence(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("HUB_ZONE", said)
    with pytest.raises(SystemExit, match=f"HUB_ZONE is “{said}”; it takes a place of the time-zone database"):
        read._zone()
