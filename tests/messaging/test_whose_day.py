"""What is told of a session is told to who takes part on its day: whoever is to begin, until whoever leaves has left."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from hub.core.consent import Use
from hub.core.plan.model import Kind
from hub.messaging.happenings import audiences_of
from hub.people.commands import end_role, give_role
from hub.people.models import Person, Role, RoleKind
from hub.schedule.commands.sessions import edit_session
from hub.schedule.models import Session
from hub.schedule.queries.working import facts_of
from tests.admissions.onboarding import words
from tests.factories import a_session
from tests.messaging.calendars import calendars
from tests.messaging.telling import AUGUST, Scene, an_expert

pytestmark = pytest.mark.django_db

CAFES = {date(2024, 9, 4), date(2024, 9, 18), date(2024, 9, 26), date(2024, 10, 2)}
KICK_OFF = date(2024, 8, 27)


def days(scene: Scene, address: str) -> set[date]:
    held = calendars(scene).get(address)
    return {begins.date() for begins in held.there().values()} if held else set()


def told(scene: Scene, address: str, about: str) -> list[str]:
    return [subject for to, subject in scene.received() if to == address and about in subject]


def live(scene: Scene, *, until: date, since: datetime = AUGUST) -> None:
    """Let the worker look every morning until a day."""
    at = since + timedelta(hours=1)
    while at.date() <= until:
        scene.send(at=at)
        at += timedelta(days=1)


def to_begin(scene: Scene, name: str = "Bo Lund", *, on: date | None = None) -> Person:
    """Somebody who was given their role in June: it begins with the cohort, as "Bring people in" has it, or later."""
    return an_expert(name, scene.cohort, starts_on=on or scene.cohort.starts_on)


def a_kick_off(scene: Scene) -> Session:
    """A kick-off some days before the cohort's first day, released."""
    kick_off = a_session(scene.cohort, title="Kick-off", kind=Kind.KICK_OFF, date=KICK_OFF, start=time(10), end=time(12))
    scene.release(at=AUGUST)
    return kick_off


def people_of(scene: Scene, group: str, *, at: datetime = AUGUST) -> set[int]:
    (found,) = [each for each in audiences_of(scene.programme, at=at) if each.name == group]
    return set(found.people())


def test_who_begins_with_the_cohort_is_invited_and_reminded_before_its_first_day(scene: Scene) -> None:
    to_begin(scene)
    a_kick_off(scene)
    scene.rule("calendar-invitations")
    scene.rule("session-two-weeks")
    scene.rule("session-two-days")
    live(scene, until=date(2024, 8, 31))
    assert days(scene, "bo@example.org") == CAFES | {KICK_OFF}
    assert told(scene, "bo@example.org", "In two days") == ["In two days: Kick-off"]
    assert [each for each in told(scene, "bo@example.org", "Welcome on Wed 4 September") if "Collaboration Café" in each]
    live(scene, since=datetime(2024, 9, 1, 9, tzinfo=UTC), until=date(2024, 9, 4))
    assert len(told(scene, "bo@example.org", "In two days")) == 2
    assert scene.received().count(("bo@example.org", "In two days: Kick-off")) == 1


def test_who_came_to_the_kick_off_is_thanked_though_the_cohort_has_not_begun(scene: Scene) -> None:
    to_begin(scene)
    a_kick_off(scene)
    scene.rule("session-day-after")
    scene.send(at=datetime(2024, 8, 28, 10, 0, tzinfo=UTC))
    assert told(scene, "bo@example.org", "Kick-off") == ["Thank you for Kick-off"]


def test_who_joins_later_is_told_of_what_comes_from_their_first_day_on_and_of_nothing_before(scene: Scene) -> None:
    to_begin(scene, on=date(2024, 9, 18))
    a_kick_off(scene)
    scene.rule("calendar-invitations")
    scene.rule("session-two-days")
    live(scene, until=date(2024, 9, 16))
    assert days(scene, "bo@example.org") == CAFES - {date(2024, 9, 4)}
    assert len(told(scene, "bo@example.org", "In two days")) == 1


def test_a_letter_in_summer_to_a_cohort_reaches_those_who_will_be_in_it(scene: Scene) -> None:
    bo, coach = to_begin(scene), an_expert("Theo Brandt", scene.cohort)
    give_role(coach, RoleKind.COACH, scene.programme, cohort=scene.cohort, starts_on=date(2024, 9, 1), by=None, at=AUGUST)
    end_role(Role.objects.get(person=scene.grace), on=AUGUST.date(), by=None, at=AUGUST)
    end_role(Role.objects.get(person=coach, kind="expert"), on=AUGUST.date(), by=None, at=AUGUST)
    assert people_of(scene, "experts:2024") == {scene.ada.pk, bo.pk}
    assert people_of(scene, "taking-part:2024") == {scene.ada.pk, bo.pk, coach.pk}
    assert people_of(scene, "part:coach") == {coach.pk}


def test_a_letter_to_the_team_goes_to_who_runs_the_programme_now(scene: Scene) -> None:
    bo = to_begin(scene)
    give_role(bo, RoleKind.TEAM, scene.programme, starts_on=date(2024, 9, 1), by=None, at=AUGUST)
    assert people_of(scene, "part:team") == {scene.mara.pk}
    assert people_of(scene, "part:team", at=datetime(2024, 9, 1, 12, tzinfo=UTC)) == {scene.mara.pk, bo.pk}


def test_who_is_to_begin_is_among_those_who_have_not_agreed_yet(scene: Scene) -> None:
    words(scene.programme, Use.TAKING_PART)
    bo = to_begin(scene)
    assert people_of(scene, "not-agreed:taking-part") == {scene.ada.pk, scene.grace.pk, bo.pk}


def test_who_is_to_begin_hears_what_changed_in_the_schedule_and_who_left_does_not(scene: Scene) -> None:
    to_begin(scene)
    end_role(Role.objects.get(person=scene.grace), on=AUGUST.date(), by=None, at=AUGUST)
    scene.rule("schedule-released")
    session = scene.first_session
    edit_session(session, replace(facts_of(session), start=time(14)), seen_at=session.edited_at, by=None, at=AUGUST)
    scene.release(at=AUGUST + timedelta(hours=1))
    scene.send(at=AUGUST + timedelta(hours=2))
    assert sorted(to for to, _ in scene.received()) == ["ada@example.org", "bo@example.org"]


def test_nobody_is_invited_or_reminded_of_what_is_after_their_last_day(scene: Scene) -> None:
    end_role(Role.objects.get(person=scene.ada), on=date(2024, 9, 10), by=None, at=AUGUST)
    scene.rule("calendar-invitations")
    scene.rule("session-two-weeks")
    scene.rule("session-two-days")
    live(scene, until=date(2024, 9, 30))
    assert days(scene, "ada@example.org") == {date(2024, 9, 4)}
    assert len(told(scene, "ada@example.org", "")) == 3  # the invitation, and both reminders of that day
    assert told(scene, "ada@example.org", "Cancelled") == []
    assert days(scene, "grace@example.org") == CAFES


def test_once_a_last_day_is_known_a_calendar_loses_what_is_after_it_and_nothing_more_on_the_day(scene: Scene) -> None:
    scene.rule("calendar-invitations")
    scene.send(at=AUGUST)
    known = AUGUST + timedelta(days=3)
    end_role(Role.objects.get(person=scene.ada), on=date(2024, 9, 10), by=None, at=known)
    scene.send(at=known)
    assert days(scene, "ada@example.org") == {date(2024, 9, 4)}
    assert len(told(scene, "ada@example.org", "Cancelled")) == 3
    live(scene, since=known, until=date(2024, 9, 12))
    assert len(told(scene, "ada@example.org", "")) == 4 + 3


def test_who_left_the_day_after_a_session_is_thanked_for_it_and_told_of_no_cancellation(scene: Scene) -> None:
    scene.rule("calendar-invitations")
    scene.rule("session-day-after")
    scene.send(at=AUGUST)
    left = datetime(2024, 9, 5, 7, 0, tzinfo=UTC)
    end_role(Role.objects.get(person=scene.ada), on=date(2024, 9, 5), by=None, at=left)
    session = scene.first_session
    edit_session(session, replace(facts_of(session), start=time(14)), seen_at=session.edited_at, by=None, at=left)
    scene.release(at=left)
    scene.send(at=datetime(2024, 9, 5, 10, 0, tzinfo=UTC))
    assert told(scene, "ada@example.org", "Thank you") == ["Thank you for Collaboration Café: Welcome"]
    assert not [subject for subject in told(scene, "ada@example.org", "Wed 4 September") if subject.startswith("Cancelled")]
