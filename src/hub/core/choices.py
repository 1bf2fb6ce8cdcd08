"""What people choose to hear: topics, and how often. Applied when a message goes, not when it is made.

Duty messages (a booking, an agreement, what somebody must do) always go at once. Sources: issue 4, "Choice"; lessons, "Mail".
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from hub.core.calendar import instant
from hub.core.errors import Refusal

DIGEST_AT = time(8)  # wall time of the person


class DutyMail(Refusal):
    """Somebody would stop what they must be told."""

    code: ClassVar[str] = "duty-mail"


class Cadence(StrEnum):
    """How often somebody hears of a topic."""

    AT_ONCE = "at-once"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"

    @property
    def label(self) -> str:
        """What people read."""
        return {"at-once": "At once", "daily": "Once a day", "weekly": "Once a week", "off": "Never"}[self.value]

    @property
    def is_gathered(self) -> bool:
        """Whether messages wait for a mail that holds several."""
        return self in (Cadence.DAILY, Cadence.WEEKLY)


class Topic(StrEnum):
    """What a message is about, for who chooses."""

    DUTY = "duty"
    TASKS = "tasks"
    SCHEDULE = "schedule"
    REMINDERS = "reminders"
    INVITATIONS = "invitations"
    NEWS = "news"
    DESK = "desk"

    @property
    def label(self) -> str:
        """What people read."""
        return _TOPICS[self][0]

    @property
    def about(self) -> str:
        """What it holds, in a sentence."""
        return _TOPICS[self][1]

    @property
    def is_duty(self) -> bool:
        """Whether it always goes at once."""
        return self is Topic.DUTY

    @property
    def goes_at_once(self) -> bool:
        """Whether it is of no use later: a calendar invitation can be switched off, not gathered."""
        return self in (Topic.DUTY, Topic.INVITATIONS)


_TOPICS = {
    Topic.DUTY: ("What you must know", "Answers to what you did, what you agreed to, and what can't wait."),
    Topic.TASKS: ("What you are asked to do", "Forms to answer, steps of your onboarding, drafts to read."),
    Topic.SCHEDULE: ("Changes of the schedule", "Sessions that are new, moved or cancelled, and those you may book."),
    Topic.REMINDERS: ("Reminders", "Before sessions and before something ends."),
    Topic.INVITATIONS: ("Calendar invitations", "Sessions as invitations that your calendar takes in and keeps right."),
    Topic.NEWS: ("News of the programme", "What the team writes to everybody."),
    Topic.DESK: ("The team’s desk", "What waits for the team."),
}


def cadence_of(topic: Topic, chosen: Cadence | None) -> Cadence:
    """Say how often somebody hears of a topic; who chose nothing hears at once. Duty is never less."""
    if topic.is_duty or chosen is None:
        return Cadence.AT_ONCE
    if topic.goes_at_once and chosen.is_gathered:
        return Cadence.AT_ONCE
    return chosen


def is_rarer(one: Cadence, other: Cadence) -> bool:
    """Say whether the first is to be heard less often than the second; never is rarest."""
    order = list(Cadence)
    return order.index(one) > order.index(other)


def check_choice(topic: Topic, cadence: Cadence) -> None:
    """Raises DutyMail where a duty topic would go less than at once."""
    if topic.is_duty and cadence is not Cadence.AT_ONCE:
        raise DutyMail("These messages always come at once: they answer what you did, or can’t wait.", field=topic.value)


def digest_at(cadence: Cadence, *, zone: str, at: datetime) -> datetime:
    """Give the next moment (UTC, after `at`) somebody's digest goes: at eight of their clock, weekly on a Monday.

    Raises ValueError for a cadence that gathers nothing.
    """
    if not cadence.is_gathered:
        raise ValueError(f"{cadence} has no digest")
    day = at.astimezone(ZoneInfo(zone)).date()
    while True:
        moment = instant(day, DIGEST_AT, zone)
        if moment > at and (cadence is Cadence.DAILY or day.weekday() == 0):
            return moment
        day += timedelta(days=1)
