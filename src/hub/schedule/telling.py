"""Whom messages of a schedule can mean, and the words of a session and its cohort: for `messages` and `messages_invitations`.

Only what is released is ever told; nothing comes from the draft. Source: lessons, "Mail"; issue 4, items 1 and 4.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from hub.core import ical
from hub.core.letters import Variable
from hub.core.taking_part import Days
from hub.messaging.happenings import Fact
from hub.people.models import FELLOWS, day_of
from hub.people.queries.reached import parts_and_days_in
from hub.people.queries.veils import readers_of
from hub.programmes.models import Cohort, Programme
from hub.schedule.coming import comers, is_joined, join_url
from hub.schedule.queries.told import Told

GROUPS = {
    "experts": "The Experts of the cohort",
    "taking-part": "Everybody who takes part in the cohort",
    "team": "The team",
}
OF_A_MEETING = {**GROUPS, "guests": "Who has a place and takes no part in the cohort"}
OF_A_COHORT = {
    "cohort.name": Variable("the cohort’s name", "Cohort 2024"),
    "schedule.link": Variable("the cohort’s schedule", "https://example.org/hub/2024/schedule/", kind="url"),
    "calendar.link": Variable("where they add the schedule to their calendar", "https://example.org/me/calendar/", kind="url"),
}
OF_A_SESSION = {
    **OF_A_COHORT,
    "session.title": Variable("what the session is called", "Collaboration Café: Stakeholders"),
    "session.when": Variable("when it is, in its own zone", "Wed 18 September 2024, 15:00–17:00 (London)"),
    "session.begins": Variable("when it begins, by the recipient’s clock", "Wed 18 September 2024, 16:00 (Berlin)"),
    "session.begins_elsewhere": Variable(
        "the same, and empty where that is the clock of the session", "Wed 18 September 2024, 16:00 (Berlin)"
    ),
    "session.where": Variable("where it is, or how to attend", "Online"),
    "session.led_by": Variable("who leads it; may be empty", "Theo Brandt"),
    "session.link": Variable("the session’s page", "https://example.org/hub/2024/sessions/cafe/", kind="url"),
    "session.join_link": Variable(
        "the short way into the call, which asks who one is; empty where nobody joins from afar",
        "https://example.org/join/1f0c5d1e-8f0a-4a53-9a39-0d4f0d4c2a11/",
        kind="url",
    ),
}


def absolute(name: str, *arguments: str) -> str:
    """Give the whole address of a page, for a mail."""
    return settings.BASE_URL + reverse(name, args=arguments)


class Groups:
    """Who is in which group of which cohort, by the day it is about, and who has a place where places are given out."""

    def __init__(self, programme: Programme, *, at: datetime) -> None:
        self._today = day_of(at)
        self._parts = parts_and_days_in(programme)
        self._readers = readers_of(programme, at=at)
        self._comers = comers(programme, at=at)

    def drawn(self, fact: Fact) -> Fact:
        """Draw the veil over what a fact says to who takes no part in its cohort, or not yet."""
        return replace(fact, veil=self._readers.veil, among=self._readers.among(fact.cohort_id))

    def meeting(self, told: Told) -> dict[str, frozenset[int]]:
        """Give the people of a session's groups on its day: of the Experts those with a place, where it gives out places.

        Who left before it is not meant, nor who joins after: nobody is thanked for coming to what was before their time. While
        its day is open, it means the whole cohort.
        """
        groups = self.of(told.cohort, on=told.occurrence.date)
        come = self._comers.get(told.occurrence.uid)
        if come is None:
            return groups | {"guests": frozenset()}
        experts, taking_part = groups["experts"], groups["taking-part"]
        return groups | {
            "experts": experts & come,
            "taking-part": frozenset(each for each in taking_part if each in come or each not in experts),
            "guests": come - taking_part,
        }

    def of(self, cohort: Cohort, *, on: date | None = None) -> dict[str, frozenset[int]]:
        """Give the people of the cohort's groups, by the group's name: who takes part on a day; None: who does or is to.

        The team is whoever runs the programme now, whatever was before them or is to be.
        """
        here = [
            (person, kind) for person, kind, where, days in self._parts if where == cohort.pk and self._counts(days, cohort, on)
        ]
        team = (each for each in self._parts if each[1] == "team" and each[2] is None)
        return {
            "experts": frozenset(person for person, kind in here if kind == "expert"),
            "taking-part": frozenset(person for person, kind in here if kind in FELLOWS),
            "team": frozenset(person for person, _, _, days in team if days.holds_on(self._today)),
        }

    def _counts(self, days: Days, cohort: Cohort, on: date | None) -> bool:
        return not days.is_over(self._today) if on is None else days.counts_for(on, cohort_first=cohort.starts_on)


def values_of(cohort: Cohort) -> dict[str, str]:
    """Give what is said of a cohort, by variable."""
    return {
        "cohort.name": cohort.name,
        "schedule.link": absolute("schedule", cohort.programme.slug, cohort.slug),
        "calendar.link": absolute("my-calendar"),
    }


def session_values(told: Told) -> dict[str, str]:
    """Give what is said of a released session, by variable."""
    session = told.occurrence
    return {
        **values_of(told.cohort),
        "session.title": session.say_title,
        "session.when": session.say_when,
        "session.where": ical.location(session),
        "session.led_by": session.led_by,
        "session.link": absolute("session", told.cohort.programme.slug, told.cohort.slug, session.slug),
        "session.join_link": join_url(session) if is_joined(session) else "",
    }
