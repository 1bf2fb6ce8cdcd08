"""What people choose to hear, and when what is gathered goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.choices import Cadence, DutyMail, Topic, cadence_of, check_choice, digest_at


def test_who_chose_nothing_hears_at_once() -> None:
    assert {cadence_of(topic, None) for topic in Topic} == {Cadence.AT_ONCE}


@pytest.mark.parametrize("cadence", [Cadence.DAILY, Cadence.WEEKLY, Cadence.OFF])
def test_duty_mail_can_be_neither_gathered_nor_stopped(cadence: Cadence) -> None:
    assert cadence_of(Topic.DUTY, cadence) is Cadence.AT_ONCE
    with pytest.raises(DutyMail):
        check_choice(Topic.DUTY, cadence)


def test_invitations_can_be_stopped_and_not_gathered() -> None:
    assert cadence_of(Topic.INVITATIONS, Cadence.WEEKLY) is Cadence.AT_ONCE
    assert cadence_of(Topic.INVITATIONS, Cadence.OFF) is Cadence.OFF


@given(
    st.datetimes(datetime(2023, 1, 1), datetime(2026, 1, 1)),
    st.sampled_from(["Europe/London", "Asia/Kolkata", "America/New_York", "Pacific/Apia"]),
)
def test_a_digest_goes_at_eight_of_ones_own_clock_after_now_and_within_its_span(at: datetime, zone: str) -> None:
    now = at.replace(tzinfo=UTC)
    daily, weekly = (digest_at(cadence, zone=zone, at=now) for cadence in (Cadence.DAILY, Cadence.WEEKLY))
    for moment in (daily, weekly):
        local = moment.astimezone(ZoneInfo(zone))
        assert (local.hour, local.minute) == (8, 0)
        assert moment > now
    assert daily - now <= timedelta(hours=25)
    assert weekly - now <= timedelta(days=7, hours=1)
    assert weekly.astimezone(ZoneInfo(zone)).weekday() == 0
