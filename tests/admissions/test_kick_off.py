"""The kick-off: its agenda goes into the session, rooms are proposed from the survey, goals are quoted with consent alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.admissions import commands, queries
from hub.admissions.queries import KickOff
from hub.core.consent import Use
from hub.core.errors import NotAllowed
from hub.core.forms import load
from hub.core.forms.edit import change_question
from hub.forms.commands import edit_draft, publish_form
from hub.schedule.commands.sessions import SessionChangedMeanwhile, cancel_session
from hub.schedule.queries.working import agenda_of
from tests.admissions.onboarding import IN_AUGUST, Scene, an_expert, answers, more_experts, says

pytestmark = pytest.mark.django_db
LATER = IN_AUGUST + timedelta(hours=1)


def seen(scene: Scene) -> KickOff:
    return queries.kick_off_of(queries.board_of(scene.plan, at=LATER), at=LATER)


def test_the_agenda_goes_into_the_session_with_its_minutes(scene: Scene) -> None:
    more_experts(scene, 3)
    assert seen(scene).is_put is False
    session = commands.put_agenda(scene.plan, seen_at=scene.kick_off.edited_at, by=scene.mara, at=LATER)
    parts = agenda_of(session)
    assert [(part.minutes_high, len(part.parts)) for part in parts] == [(15, 0), (15, 0), (10, 0), (40, 2), (10, 0)]
    found = seen(scene)
    assert (found.is_put, found.minutes, [begins for _, begins in found.agenda][-1]) == (True, 90, "11:50")
    more_experts(scene, 1, first=4)
    assert seen(scene).is_put is False  # one more to introduce


def test_an_agenda_never_overwrites_what_somebody_did_meanwhile(scene: Scene) -> None:
    before = scene.kick_off.edited_at
    commands.put_agenda(scene.plan, seen_at=before, by=scene.mara, at=LATER)
    more_experts(scene, 4)
    with pytest.raises(SessionChangedMeanwhile):
        commands.put_agenda(scene.plan, seen_at=before, by=scene.mara, at=LATER)


def test_without_a_kick_off_there_is_nowhere_to_put_it_and_the_team_alone_puts_it(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        commands.put_agenda(scene.plan, seen_at=scene.kick_off.edited_at, by=scene.ada, at=LATER)
    cancel_session(scene.kick_off, by=scene.mara, at=LATER)
    with pytest.raises(commands.NoKickOff):
        commands.put_agenda(scene.plan, seen_at=LATER, by=scene.mara, at=LATER)


def test_rooms_bring_together_what_is_wanted_and_offered_and_say_why(scene: Scene) -> None:
    bo = an_expert("Bo Berg", scene.cohort, "Polar Survey")
    cy = an_expert("Cy Mills", scene.cohort, "Mills")
    answers(scene, scene.ada, wants=2, offers=0)
    answers(scene, scene.grace, wants=0, offers=3)
    answers(scene, bo, wants=1, offers=4)
    answers(scene, cy, wants=4, offers=2)
    places = commands.propose_rooms(scene.plan, rooms=2, by=scene.mara, at=LATER)
    assert places[scene.ada.pk] != places[bo.pk]  # of one organisation
    rooms = seen(scene).rooms
    assert sorted(member.name for room in rooms for member in room.members) == [
        "Ada Lindqvist",
        "Bo Berg",
        "Cy Mills",
        "Grace Amara",
    ]
    with_ada = next(room for room in rooms if any(member.key == scene.ada.pk for member in room.members))
    assert with_ada.why in (
        ("Ada Lindqvist wants “Contacts in my field”; Cy Mills offers it.",),
        ("Grace Amara wants “Feedback on drafts”; Ada Lindqvist offers it.",),
    )


def test_rooms_are_changed_by_hand_and_who_joins_has_none_yet(scene: Scene) -> None:
    commands.propose_rooms(scene.plan, by=scene.mara, at=LATER)
    assert [room.number for room in seen(scene).rooms] == [1]
    commands.put_into_rooms(scene.plan, {scene.ada.pk: 2, scene.mara.pk: 2}, by=scene.mara, at=LATER)
    cy = an_expert("Cy Mills", scene.cohort, "Mills")
    found = seen(scene)
    assert [[member.name for member in room.members] for room in found.rooms] == [["Grace Amara"], ["Ada Lindqvist"]]
    assert [each.key for each in found.roomless] == [cy.pk]
    with pytest.raises(commands.NoSuchRoom):
        commands.put_into_rooms(scene.plan, {scene.ada.pk: 31}, by=scene.mara, at=LATER)
    with pytest.raises(NotAllowed):
        commands.propose_rooms(scene.plan, by=scene.ada, at=LATER)


def test_a_goal_stands_beside_a_name_only_where_the_person_may_be_quoted(scene: Scene) -> None:
    answers(scene, scene.ada, goal="To map our users")
    answers(scene, scene.grace, goal="A secret of Grace")
    says(scene.ada, scene.programme, Use.QUOTE)
    says(scene.grace, scene.programme, Use.QUOTE, wish=False)
    assert [(each.name, each.organisation, each.goal) for each in seen(scene).introductions] == [
        ("Ada Lindqvist", "Polar Survey", "To map our users"),
        ("Grace Amara", "Road Freight", ""),
    ]


def test_a_goal_asked_as_sensitive_in_any_version_of_the_survey_stands_beside_no_name(scene: Scene) -> None:
    answers(scene, scene.ada, goal="To map our users")
    says(scene.ada, scene.programme, Use.QUOTE)
    survey = scene.plan.survey
    survey.refresh_from_db()
    content = load(survey.draft)
    goal = content.question(scene.plan.goal_question)
    as_sensitive = replace(goal, is_sensitive=True, is_shared=False, why="The team reads it.")
    edited = edit_draft(survey, change_question(content, as_sensitive), seen=survey.draft_at, by=None, at=LATER)
    publish_form(edited, seen=edited.draft_at, by=None, at=LATER)
    assert [each.goal for each in seen(scene).introductions] == ["", ""]
