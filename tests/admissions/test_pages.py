"""The pages of an onboarding: the Expert's own, the team's, and how many queries they make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.admissions import commands, queries
from hub.admissions.models import OnboardingPlan
from hub.core.consent import Use
from hub.core.forms import Audience
from hub.core.onboarding import StepKind
from hub.forms.commands import withdraw_answer
from hub.messaging.deciding import chosen_people
from hub.messaging.models import Mailing
from hub.people.commands import organisation_named, prove_address
from hub.people.commands.persons import give_account
from hub.people.models import Person
from tests.admissions.onboarding import IN_AUGUST, Scene, an_expert, answers, completes_profile, more_experts, says
from tests.forms.filling import a_content, an_open_form
from tests.scene import as_

pytestmark = pytest.mark.django_db
TEAM = "/team/practitioners-hub/2024/"
BOARD = f"{TEAM}onboarding/"
MINE = "/me/onboarding/practitioners-hub/2024/"


@pytest.fixture(autouse=True)
def in_august() -> Iterator[None]:
    with time_machine.travel(IN_AUGUST, tick=False):
        yield


@pytest.fixture
def mara(scene: Scene) -> Client:
    prove_address(give_account(scene.mara, "mara@example.org", by=None, at=IN_AUGUST), by=None, at=IN_AUGUST)
    return as_(scene.mara)


def page(client: Client, where: str, status: int = 200) -> str:
    answer = client.get(where)
    assert answer.status_code == status
    return str(answer.content.decode())


# -- the Expert's


def test_an_expert_sees_what_is_left_and_one_primary_action(scene: Scene) -> None:
    ada = as_(scene.ada)
    shown = page(ada, MINE)
    assert "0 of 6 done" in shown
    assert shown.count('data-tone="primary"') == 1
    home = page(ada, "/me/")
    assert "Go on with your onboarding" in home
    assert "Next: <strong>Answer the survey</strong>, by Sat 24 August 2024" in home


def test_an_expert_ticks_the_primer_and_takes_it_back(scene: Scene) -> None:
    primer = commands.edit_step(scene.step(StepKind.PRIMER), link="https://example.org/primer", by=scene.mara, at=IN_AUGUST)
    ada = as_(scene.ada)
    assert 'href="https://example.org/primer"' in page(ada, MINE)
    answer = ada.post(MINE, {"do": "tick", "step": primer.pk}, follow=True)
    assert "Done. Thank you." in answer.content.decode()
    assert "1 of 6 done" in page(ada, MINE)
    ada.post(MINE, {"do": "untick", "step": primer.pk})
    assert "0 of 6 done" in page(ada, MINE)


def test_what_can_not_be_ticked_is_refused_with_a_sentence(scene: Scene) -> None:
    answer = as_(scene.ada).post(MINE, {"do": "tick", "step": scene.step(StepKind.SURVEY).pk})
    assert answer.status_code == 422
    assert "The Hub sees by itself when this is done; nobody ticks it." in answer.content.decode()
    assert as_(scene.ada).post(MINE, {"do": "tick", "step": "no"}).status_code == 404


def test_who_has_finished_is_told_so_and_has_no_card(scene: Scene) -> None:
    for kind in StepKind:
        if kind is not StepKind.OWN:
            commands.excuse(scene.step(kind), scene.ada, reason="Second time here", by=scene.mara, at=IN_AUGUST)
    ada = as_(scene.ada)
    assert "Everything is done" in page(ada, MINE)
    assert "Not needed: Second time here" in page(ada, MINE)
    assert "Go on with your onboarding" not in page(ada, "/me/")


def test_an_expert_of_another_cohort_does_not_see_it(scene: Scene) -> None:
    OnboardingPlan.objects.all().delete()
    page(as_(scene.ada), MINE, 404)


# -- the team's


def test_without_one_the_team_is_offered_to_make_it(scene: Scene, mara: Client) -> None:
    OnboardingPlan.objects.all().delete()
    assert "Make the onboarding of Cohort 2024" in page(mara, BOARD)
    made = mara.post(BOARD, {"do": "make"}, follow=True)
    assert "The onboarding of Cohort 2024 stands: 6 steps, and the survey is open." in made.content.decode()
    again = mara.post(BOARD, {"do": "make"})
    assert (again.status_code, "has its onboarding already" in again.content.decode()) == (422, True)


def test_the_board_says_in_words_who_waits_for_what_and_filters(scene: Scene, mara: Client) -> None:
    answers(scene, scene.ada)
    shown = page(mara, BOARD)
    assert "0 of 2 Experts have finished · 2 late" in shown
    assert shown.count('data-tone="good"') == 1  # the survey of Ada
    survey = scene.step(StepKind.SURVEY)
    filtered = page(mara, f"{BOARD}?step={survey.pk}")
    assert ("Grace Amara</a><br>" in filtered, "Ada Lindqvist</a><br>" in filtered) == (True, False)
    assert "Remind the 1 who has not: Answer the survey…" in filtered
    assert "Nobody" in page(mara, f"{BOARD}?step={survey.pk}&who=late")


def test_a_reminder_begins_a_letter_to_exactly_those_who_have_not(scene: Scene, mara: Client) -> None:
    answers(scene, scene.ada)
    mara.post(BOARD, {"do": "remind", "step": scene.step(StepKind.SURVEY).pk})
    letter = Mailing.objects.get()
    assert letter.subject == "Cohort 2024: Answer the survey"
    assert chosen_people(letter, scene.programme, at=IN_AUGUST) == {scene.grace.pk}
    assert letter.released_at is None
    answers(scene, scene.grace)
    assert chosen_people(letter, scene.programme, at=IN_AUGUST) == set()


def test_the_team_marks_a_step_as_not_needed_and_says_why(scene: Scene, mara: Client) -> None:
    where = f"{BOARD}experts/{scene.ada.pk}/"
    step = scene.step(StepKind.PROFILE)
    wrong = mara.post(where, {"do": "excuse", "step": step.pk, "reason": " "})
    assert (wrong.status_code, "Say why it is not needed; the Expert reads it." in wrong.content.decode()) == (422, True)
    mara.post(where, {"do": "excuse", "step": step.pk, "reason": "Known to all"})
    assert "Known to all" in page(mara, where)
    mara.post(where, {"do": "needed", "step": step.pk})
    assert "Known to all" not in page(mara, where)
    page(mara, f"{BOARD}experts/{scene.mara.pk}/", 404)


def test_a_call_is_agreed_and_noted_and_two_at_once_lose_nothing(scene: Scene, mara: Client) -> None:
    where = f"{BOARD}calls/{organisation_named('Polar Survey', by=None, at=IN_AUGUST).pk}/"
    half = mara.post(where, {"agreed_on": "2024-08-26"})
    assert (half.status_code, "Say at what time, too." in half.content.decode()) == (422, True)
    mara.post(where, {"agreed_on": "2024-08-26", "agreed_at": "13:00"})
    assert "Agreed for Mon 26 August 2024, 13:00 (London)" in page(mara, BOARD)
    late = mara.post(where, {"held_on": "2024-08-21", "notes": "Mine", "seen_at": ""})
    assert late.status_code == 409
    assert "Mine" in late.content.decode()
    seen = queries.call_of(scene.plan, organisation_named("Polar Survey", by=None, at=IN_AUGUST).pk, at=IN_AUGUST)
    assert seen is not None and seen.call is not None
    assert f'value="{seen.call.edited_at.isoformat()}"' in late.content.decode()
    assert "Agreed for Mon 26 August 2024, 13:00" in late.content.decode()
    mara.post(where, {"held_on": "2024-08-21", "notes": "Mine", "seen_at": seen.call.edited_at.isoformat()})
    assert scene.cell(scene.ada, StepKind.CALL).done_on == date(2024, 8, 21)


def test_steps_are_added_changed_and_refused_at_their_field(scene: Scene, mara: Client) -> None:
    where = f"{BOARD}steps/"
    wrong = mara.post(where, {"do": "add", "title": "Sign", "ticker": "hub"})
    assert (wrong.status_code, "Choose the form whose answer the Hub looks for" in wrong.content.decode()) == (422, True)
    mara.post(where, {"do": "add", "title": "Sign", "ticker": "team", "is_on": "on", "days_before": "3"})
    own = scene.plan.steps.get(kind="own")
    mara.post(where, {"do": "up", "step": own.pk})
    mara.post(where, {"do": "off", "step": scene.step(StepKind.PRIMER).pk})
    assert [cell.step.title for cell in scene.line(scene.ada).cells][-2:] == ["Sign", "Complete your profile"]
    kept = mara.post(where, {"do": "remove", "step": scene.step(StepKind.CALL).pk}, follow=True)
    assert "This step can be switched off, and on again when you want it." in kept.content.decode()
    edit = f"{where}{scene.step(StepKind.CALL).pk}/"
    mara.post(edit, {"title": "Talk to us", "is_on": "on", "ticker": "expert", "days_before": ""})
    call = scene.step(StepKind.CALL)
    assert (call.title, call.ticker, call.days_before) == ("Talk to us", "team", None)


def test_the_survey_and_its_questions_are_chosen(scene: Scene, mara: Client) -> None:
    goal = scene.plan.goal_question
    mara.post(f"{BOARD}steps/", {"do": "survey", "survey": scene.survey.pk, "goal": goal})
    plan = OnboardingPlan.objects.get()
    assert (plan.survey, plan.goal_question, plan.wanted_question) == (scene.survey, goal, "")


def test_a_step_two_of_the_team_change_at_once_stays_as_the_first_said_until_the_second_has_seen_it(
    scene: Scene, mara: Client
) -> None:
    step = scene.step(StepKind.CALL)
    where = f"{BOARD}steps/{step.pk}/"
    form = {"title": step.title, "says": step.says, "link": "", "days_before": "", "is_on": "on"}
    form["seen"] = mara.get(where).context["seen"]
    commands.edit_step(step, title="Talk to us", is_on=False, by=scene.mara, at=IN_AUGUST)
    late = mara.post(where, form | {"title": "Call us"})
    told = [(each.label, each.theirs, each.mine) for each in late.context["theirs"]]
    assert late.status_code == 409
    assert told[0] == ("What is to be done", "Talk to us", "Call us")
    assert ("Ask for it", "No", "Yes") in told
    step = scene.step(StepKind.CALL)
    assert (step.title, step.is_on, late.context["form"]["title"].value()) == ("Talk to us", False, "Call us")
    assert mara.post(where, form | {"title": "Call us", "seen": late.context["seen"]}).status_code == 302
    assert scene.step(StepKind.CALL).title == "Call us"


def test_the_survey_two_of_the_team_choose_at_once_stays_as_the_first_said_until_the_second_has_seen_it(
    scene: Scene, mara: Client
) -> None:
    where, goal, survey = f"{BOARD}steps/", scene.plan.goal_question, scene.survey
    form = {"do": "survey", "survey": survey.pk, "goal": goal, "seen": mara.get(where).context["seen"]}
    other = an_open_form(scene.programme, content=a_content(title="Before you begin"), audience=Audience.ASKED)
    commands.choose_survey(scene.plan, other, goal="q1", by=scene.mara, at=IN_AUGUST)
    late = mara.post(where, form)
    told = {each.label: (each.theirs, each.mine) for each in late.context["theirs"]}
    assert (late.status_code, told["The survey"]) == (409, (other.title, survey.title))
    assert OnboardingPlan.objects.get().survey == other
    assert mara.post(where, form | {"seen": late.context["seen"]}).status_code == 302
    plan = OnboardingPlan.objects.get()
    assert (plan.survey, plan.goal_question) == (survey, goal)


def test_the_board_goes_along_as_a_file_with_its_words(scene: Scene, mara: Client) -> None:
    answers(scene, scene.ada)
    answer = mara.get(f"{BOARD}export/csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Name,Organisation,Done,Of,Late,Read the primer,Have the onboarding call,Answer the survey")
    assert lines[1].startswith("Ada Lindqvist,Polar Survey,1,6,2,")
    assert ",Done: 22 August 2024," in lines[1]
    assert mara.get(f"{BOARD}export/xlsx").content[:2] == b"PK"
    assert mara.get(f"{BOARD}export/pdf").status_code == 404


# -- the summary


def shown(client: Client) -> dict[str, str]:
    """What the page of the summary posts, with a note, when somebody shares what it shows."""
    html = page(client, f"{BOARD}answers/")
    hidden = {name: re.search(rf'name="{name}" value="([^"]*)"', html) for name in ("count", "seen")}
    return {"do": "share", "note": "Hello **all**"} | {name: found.group(1) for name, found in hidden.items() if found}


def test_the_team_sees_it_first_then_the_cohort_until_it_is_taken_back(scene: Scene, mara: Client) -> None:
    assert "Too few have answered" in page(mara, f"{BOARD}answers/")
    people = [scene.ada, scene.grace, *more_experts(scene, 4)]
    for number, person in enumerate(people):
        answers(scene, person, goal=f"Goal {number}")
    assert "Goal 3" in page(mara, f"{BOARD}answers/")
    ada = as_(scene.ada)
    page(ada, f"{MINE}answers/", 404)
    late = mara.post(f"{BOARD}answers/", shown(mara) | {"count": "5"})
    assert (late.status_code, "Hello **all**" in late.content.decode()) == (409, True)
    seen = shown(mara)
    answers(scene, people[2], at=IN_AUGUST + timedelta(minutes=1), goal="My boss Bob is a bully, call 0123")
    other = mara.post(f"{BOARD}answers/", seen).content.decode()
    assert ("some say something else now" in other, "Bob is a bully" in other, "Hello **all**" in other) == (True, True, True)
    page(ada, f"{MINE}answers/", 404)
    answers(scene, people[2], at=IN_AUGUST + timedelta(minutes=2), goal="Goal 2")
    assert mara.post(f"{BOARD}answers/", {"do": "share", "note": "Unseen", "count": "6"}).status_code == 409
    mara.post(f"{BOARD}answers/", seen)
    told = page(ada, f"{MINE}answers/")
    assert ("Hello <strong>all</strong>" in told, "Goal 3" in told, "Grace" in told) == (True, True, False)
    assert "What the cohort says" in page(ada, MINE)
    withdraw_answer(people[3].form_answers.get(), by=people[3], at=IN_AUGUST)
    assert "Goal 3" not in page(ada, f"{MINE}answers/")
    mara.post(f"{BOARD}answers/", {"do": "take-back"})
    page(ada, f"{MINE}answers/", 404)


# -- the kick-off


def test_the_kick_off_is_prepared_and_put_into_the_session(scene: Scene, mara: Client) -> None:
    more_experts(scene, 3)
    where = f"{TEAM}kick-off/"
    shown = page(mara, where)
    assert ("Agenda, 90 minutes" in shown, "Put this agenda into the session" in shown) == (True, True)
    mara.post(where, {"do": "agenda", "seen_at": scene.kick_off.edited_at.isoformat()})
    assert "The session has this agenda." in page(mara, where)
    mara.post(where, {"do": "propose", "rooms": "2"})
    assert "Room 2" in page(mara, where)
    mara.post(where, {"do": "place", f"room-{scene.ada.pk}": "3", "room-x": "1"})
    assert scene.plan.places.get(person=scene.ada).room == 3
    many = mara.post(where, {"do": "propose", "rooms": "99"})
    assert (many.status_code, "From 1 to 30 rooms." in many.content.decode()) == (422, True)
    more_experts(scene, 2, first=4)
    stale = mara.post(where, {"do": "agenda", "seen_at": "2024-01-01T00:00:00+00:00"})
    assert stale.status_code == 409


def test_without_an_onboarding_there_is_nothing_to_prepare_it_from(scene: Scene, mara: Client) -> None:
    OnboardingPlan.objects.all().delete()
    assert "There is nothing to prepare it from" in page(mara, f"{TEAM}kick-off/")


# -- queries


def asked(client: Client, where: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        page(client, where)
    return len(caught)


def filled(scene: Scene, people: list[Person]) -> None:
    for person in people:
        answers(scene, person)
        completes_profile(person)
        for term in scene.programme.terms.values_list("use", flat=True):
            says(person, scene.programme, Use(term))


def test_two_who_move_people_between_rooms_at_once_undo_nothing_of_each_other(scene: Scene, mara: Client) -> None:
    where, ada, grace = f"{TEAM}kick-off/", scene.ada.pk, scene.grace.pk
    commands.propose_rooms(scene.plan, rooms=1, by=scene.mara, at=IN_AUGUST)
    showed = {"do": "place", f"was-{ada}": 1, f"was-{grace}": 1}

    def rooms() -> dict[int, int]:
        return dict(scene.plan.places.values_list("person", "room"))

    assert mara.post(where, showed | {f"room-{ada}": 2, f"room-{grace}": 1}).status_code == 302
    assert mara.post(where, showed | {f"room-{ada}": 1, f"room-{grace}": 3}).status_code == 302  # of a page as old: moves Grace
    assert rooms() == {ada: 2, grace: 3}
    refused = mara.post(where, showed | {f"room-{ada}": 4, f"room-{grace}": 1})
    assert refused.status_code == 409
    assert "Somebody else changed the room of Ada Lindqvist meanwhile" in refused.content.decode()
    assert rooms() == {ada: 2, grace: 3}
    shown = {each.key: (each.room, chosen) for each, chosen in refused.context["choices"]}
    assert (shown[ada], shown[grace]) == ((2, 4), (3, 3))  # what was chosen stands, the rest as it is now
    again = {"do": "place", f"was-{ada}": 2, f"was-{grace}": 3, f"room-{ada}": 4, f"room-{grace}": 3}
    assert mara.post(where, again).status_code == 302
    assert rooms() == {ada: 4, grace: 3}


@pytest.mark.parametrize("where", [BOARD, f"{BOARD}answers/", f"{BOARD}export/csv", f"{TEAM}kick-off/"])
def test_a_page_of_the_team_asks_as_much_for_fifty_experts_as_for_five(scene: Scene, mara: Client, where: str) -> None:
    filled(scene, [scene.ada, scene.grace, *more_experts(scene, 3)])
    commands.propose_rooms(scene.plan, by=scene.mara, at=IN_AUGUST)
    page(mara, where)
    few = asked(mara, where)
    for number in range(45):
        an_expert(f"M{number} More", scene.cohort, f"Organisation {number % 20}")
    commands.propose_rooms(scene.plan, by=scene.mara, at=IN_AUGUST)
    assert asked(mara, where) == few


def test_the_page_of_an_expert_asks_no_more_when_others_come(scene: Scene) -> None:
    ada = as_(scene.ada)
    page(ada, MINE)
    few = asked(ada, MINE), asked(ada, "/me/")
    more_experts(scene, 8)
    assert (asked(ada, MINE), asked(ada, "/me/")) == few
