"""The onboarding of a cohort: who is asked what, what is done, and who may say so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from hub.admissions import commands, queries
from hub.admissions.models import StepMark
from hub.core.consent import Use
from hub.core.errors import NotAllowed
from hub.core.forms import Audience
from hub.core.onboarding import BadStep, NotTickable, StepKind, StepState, Ticker
from hub.forms.commands import withdraw_answer
from hub.forms.queries import people_asked
from hub.kit import journal
from hub.people.commands import ask_erasure, carry_out_erasure, end_role, give_roles, organisation_named, publish_term
from hub.people.models import RoleKind
from tests.admissions.onboarding import (
    IN_AUGUST,
    IN_JULY,
    Scene,
    an_expert,
    answers,
    completes_profile,
    says,
)
from tests.factories import BEGUN, sam
from tests.forms.filling import an_anonymous_form, an_open_form, sent

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def states(scene: Scene, person: object) -> dict[str, str]:
    return {cell.step.kind: cell.state.value for cell in scene.line(person).cells}  # type: ignore[arg-type]


# -- made


def test_one_button_makes_the_steps_and_a_survey_that_asks_every_expert(scene: Scene) -> None:
    steps = list(scene.plan.steps.order_by("position").values_list("kind", "days_before"))
    assert steps == [
        ("primer", 21),
        ("call", 14),
        ("survey", 10),
        ("code-of-conduct", 10),
        ("consents", 10),
        ("profile", 7),
    ]
    survey = scene.survey
    assert (survey.title, survey.state, survey.audience, survey.cohort) == ("Onboarding survey", "open", "asked", scene.cohort)
    assert people_asked(survey, at=IN_JULY) == [scene.ada, scene.grace]
    assert {"goal", "wanted", "offered"} == {
        name for name in ("goal", "wanted", "offered") if getattr(scene.plan, f"{name}_question")
    }


def test_it_is_made_once_and_by_the_team(scene: Scene) -> None:
    with pytest.raises(commands.OnboardingThere):
        commands.make_onboarding(scene.cohort, by=scene.mara, at=IN_AUGUST)
    with pytest.raises(NotAllowed, match="Only the team of the programme can make its onboarding"):
        commands.make_onboarding(scene.cohort, by=scene.ada, at=IN_AUGUST)


def test_at_first_it_is_the_experts_turn_but_where_the_team_has_to_begin(scene: Scene) -> None:
    assert states(scene, scene.ada) == {
        "primer": "waiting",  # it has no link yet
        "call": "waiting",
        "survey": "open",
        "code-of-conduct": "open",
        "consents": "open",
        "profile": "open",
    }
    assert (scene.line(scene.ada).done, scene.line(scene.ada).total) == (0, 6)


# -- what the Hub sees


def test_a_survey_is_done_when_it_is_sent_and_open_again_when_it_is_withdrawn(scene: Scene) -> None:
    answer = answers(scene, scene.ada)
    cell = scene.cell(scene.ada, StepKind.SURVEY)
    assert (cell.state, cell.where.at, scene.cell(scene.grace, StepKind.SURVEY).state) == (
        StepState.DONE,
        IN_AUGUST,
        StepState.OPEN,
    )
    withdraw_answer(answer, by=scene.ada, at=IN_AUGUST + DAY)
    assert scene.cell(scene.ada, StepKind.SURVEY).state is StepState.OPEN


def test_consents_follow_the_ledger(scene: Scene) -> None:
    says(scene.ada, scene.programme, Use.CODE_OF_CONDUCT)
    assert states(scene, scene.ada)["code-of-conduct"] == "done"
    for use, wish in ((Use.TAKING_PART, True), (Use.DATA_PROTECTION, True), (Use.PHOTO, False), (Use.QUOTE, True)):
        assert states(scene, scene.ada)["consents"] == "open"
        says(scene.ada, scene.programme, use, wish=wish)
    assert states(scene, scene.ada)["consents"] == "done"
    publish_term(scene.programme, Use.TAKING_PART, "New words.", is_new_meaning=True, by=None, at=IN_AUGUST + DAY)
    cell = scene.cell(scene.ada, StepKind.CONSENTS)
    assert (cell.state, cell.where.note) == (StepState.OPEN, "The words changed; they ask again")


def test_a_profile_is_complete_once_nothing_is_missing_or_no_photo_is_wanted(scene: Scene) -> None:
    completes_profile(scene.ada)
    cell = scene.cell(scene.ada, StepKind.PROFILE)
    assert (cell.state, cell.where.note) == (StepState.OPEN, "Missing: a photo, or that you want none")
    commands.want_no_photo(cell.step, scene.ada, wish=True, by=scene.ada, at=IN_AUGUST)
    assert scene.cell(scene.ada, StepKind.PROFILE).state is StepState.DONE
    commands.want_no_photo(cell.step, scene.ada, wish=False, by=scene.ada, at=IN_AUGUST)
    assert scene.cell(scene.ada, StepKind.PROFILE).state is StepState.OPEN
    says(scene.ada, scene.programme, Use.PHOTO, wish=False)
    assert scene.cell(scene.ada, StepKind.PROFILE).state is StepState.DONE


@pytest.mark.parametrize(
    "kind", [StepKind.SURVEY, StepKind.CODE_OF_CONDUCT, StepKind.CONSENTS, StepKind.PROFILE, StepKind.CALL]
)
def test_what_the_hub_sees_by_itself_nobody_ticks(scene: Scene, kind: StepKind) -> None:
    for by in (scene.ada, scene.mara):
        with pytest.raises(NotTickable):
            commands.tick(scene.step(kind), scene.ada, by=by, at=IN_AUGUST)
    assert StepMark.objects.count() == 0


# -- ticks


def test_the_primer_is_ticked_by_the_expert_once_it_has_a_link(scene: Scene) -> None:
    primer = commands.edit_step(scene.step(StepKind.PRIMER), link="https://example.org/primer", by=scene.mara, at=IN_AUGUST)
    assert states(scene, scene.ada)["primer"] == "open"
    with pytest.raises(NotTickable, match="Only the Expert"):
        commands.tick(primer, scene.ada, by=scene.mara, at=IN_AUGUST)
    with pytest.raises(NotAllowed):
        commands.tick(primer, scene.ada, by=scene.grace, at=IN_AUGUST)
    commands.tick(primer, scene.ada, by=scene.ada, at=IN_AUGUST)
    commands.tick(primer, scene.ada, by=scene.ada, at=IN_AUGUST + DAY)
    cell = scene.cell(scene.ada, StepKind.PRIMER)
    assert (cell.state, cell.where.at, cell.done_by) == (StepState.DONE, IN_AUGUST, "Ada Lindqvist")
    commands.untick(primer, scene.ada, by=scene.ada, at=IN_AUGUST + DAY)
    assert states(scene, scene.ada)["primer"] == "open"


def test_a_stranger_and_an_expert_who_left_tick_nothing(scene: Scene) -> None:
    primer = commands.edit_step(scene.step(StepKind.PRIMER), link="https://example.org/primer", by=scene.mara, at=IN_AUGUST)
    with pytest.raises(NotAllowed):
        commands.tick(primer, sam(), by=scene.ada, at=IN_AUGUST)
    stranger = sam()
    with pytest.raises(commands.NotAnExpert):
        commands.tick(primer, stranger, by=stranger, at=IN_AUGUST)


def test_what_is_not_needed_says_why_and_is_not_counted(scene: Scene) -> None:
    step = scene.step(StepKind.PROFILE)
    with pytest.raises(BadStep, match="Say why"):
        commands.excuse(step, scene.ada, reason=" ", by=scene.mara, at=IN_AUGUST)
    with pytest.raises(NotAllowed):
        commands.excuse(step, scene.ada, reason="I don't want to", by=scene.ada, at=IN_AUGUST)
    commands.excuse(step, scene.ada, reason="Was in the first cohort", by=scene.mara, at=IN_AUGUST)
    cell = scene.cell(scene.ada, StepKind.PROFILE)
    assert (cell.state, cell.where.note, scene.line(scene.ada).total) == (StepState.NOT_NEEDED, "Was in the first cohort", 5)
    assert states(scene, scene.grace)["profile"] == "open"
    commands.excuse_no_more(step, scene.ada, by=scene.mara, at=IN_AUGUST)
    assert states(scene, scene.ada)["profile"] == "open"


# -- calls


def test_one_call_serves_every_expert_of_an_organisation(scene: Scene) -> None:
    bo = an_expert("Bo Berg", scene.cohort, "Polar Survey")
    polar = organisation_named("Polar Survey", by=None, at=IN_AUGUST)
    noon = datetime(2024, 8, 26, 12, 0, tzinfo=UTC)
    call = commands.note_call(scene.plan, polar, agreed_for=noon, by=scene.mara, at=IN_AUGUST)
    note = "Agreed for Mon 26 August 2024, 13:00 (London)"
    assert [scene.cell(each, StepKind.CALL).where.note for each in (scene.ada, bo)] == [note, note]
    held = commands.note_call(
        scene.plan,
        polar,
        agreed_for=noon,
        held_on=date(2024, 8, 26),
        with_whom="Pia",
        notes="Goals agreed",
        seen_at=call.edited_at,
        by=scene.mara,
        at=IN_AUGUST + 5 * DAY,
    )
    assert [states(scene, each)["call"] for each in (scene.ada, bo, scene.grace)] == ["done", "done", "waiting"]
    assert scene.cell(bo, StepKind.CALL).done_on == date(2024, 8, 26)
    with pytest.raises(commands.CallChangedMeanwhile):
        commands.note_call(scene.plan, polar, notes="Mine", seen_at=call.edited_at, by=scene.mara, at=IN_AUGUST + 6 * DAY)
    assert held.notes == "Goals agreed"


def test_a_call_is_noted_by_the_team_of_an_organisation_that_is_there_and_never_as_held_before_its_day(scene: Scene) -> None:
    polar = organisation_named("Polar Survey", by=None, at=IN_AUGUST)
    with pytest.raises(NotAllowed):
        commands.note_call(scene.plan, polar, by=scene.ada, at=IN_AUGUST)
    with pytest.raises(BadStep, match="still to come"):
        commands.note_call(scene.plan, polar, held_on=date(2024, 12, 1), by=scene.mara, at=IN_AUGUST)
    other = organisation_named("Nobody’s", by=None, at=IN_AUGUST)
    with pytest.raises(commands.NotAnExpert):
        commands.note_call(scene.plan, other, by=scene.mara, at=IN_AUGUST)


def test_an_expert_without_an_organisation_waits_for_the_team_to_say_it(scene: Scene) -> None:
    lone = an_expert("Lone Ranger", scene.cohort)
    assert scene.cell(lone, StepKind.CALL).where.note == "Waits for the team, who say which organisation it is"


# -- the team's own steps


def test_steps_are_renamed_moved_switched_off_and_added(scene: Scene) -> None:
    own = commands.add_step(
        scene.plan, title="Sign the agreement", ticker=Ticker.TEAM, days_before=5, by=scene.mara, at=IN_AUGUST
    )
    commands.move_step(own, "up", by=scene.mara, at=IN_AUGUST)
    commands.edit_step(scene.step(StepKind.PROFILE), is_on=False, by=scene.mara, at=IN_AUGUST)
    commands.edit_step(scene.step(StepKind.CALL), title="Talk to us", by=scene.mara, at=IN_AUGUST)
    assert [cell.step.title for cell in scene.line(scene.ada).cells] == [
        "Read the primer",
        "Talk to us",
        "Answer the survey",
        "Agree to the code of conduct",
        "Answer what we may use",
        "Sign the agreement",
    ]
    commands.tick(own, scene.ada, by=scene.mara, at=IN_AUGUST)
    with pytest.raises(NotTickable, match="The team ticks this step"):
        commands.tick(own, scene.grace, by=scene.grace, at=IN_AUGUST)
    assert [states(scene, each)["own"] for each in (scene.ada, scene.grace)] == ["done", "waiting"]
    with pytest.raises(commands.StepStays):
        commands.remove_step(scene.step(StepKind.CALL), by=scene.mara, at=IN_AUGUST)
    commands.remove_step(own, by=scene.mara, at=IN_AUGUST)
    assert "own" not in states(scene, scene.ada)


def test_a_step_of_ones_own_may_follow_another_form(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada, scene.grace])
    commands.add_step(scene.plan, title="Travel", ticker=Ticker.HUB, form=form, by=scene.mara, at=IN_AUGUST)
    assert states(scene, scene.ada)["own"] == "open"
    sent(form, scene.ada, at=IN_AUGUST)
    assert [states(scene, each)["own"] for each in (scene.ada, scene.grace)] == ["done", "open"]


def test_a_step_is_changed_by_the_team_and_follows_no_form_that_hides_who_answered(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        commands.add_step(scene.plan, title="Mine", by=scene.ada, at=IN_AUGUST)
    anonymous = an_anonymous_form(scene.programme)
    with pytest.raises(BadStep, match="answered by name"):
        commands.add_step(scene.plan, title="x", ticker=Ticker.HUB, form=anonymous, by=scene.mara, at=IN_AUGUST)
    with pytest.raises(BadStep, match="asks people one by one"):
        commands.choose_survey(scene.plan, anonymous, by=scene.mara, at=IN_AUGUST)


def test_another_survey_asks_the_experts_too(scene: Scene) -> None:
    other = an_open_form(scene.programme, audience=Audience.ASKED)
    plan = commands.choose_survey(scene.plan, other, goal="q1", by=scene.mara, at=IN_AUGUST)
    assert (plan.survey, people_asked(other, at=IN_AUGUST)) == (other, [scene.ada, scene.grace])


# -- who comes and goes


def test_who_joins_late_is_asked_at_once_and_has_a_week(scene: Scene) -> None:
    october = datetime(2024, 10, 1, 9, 0, tzinfo=UTC)
    late = an_expert("Late Comer", scene.cohort, "Mills", starts_on=date(2024, 10, 1), at=october)
    assert late in people_asked(scene.survey, at=october)
    assert {cell.due_on for cell in scene.line(late, at=october).cells} == {date(2024, 10, 8)}
    assert scene.line(late, at=october).late == 0
    assert scene.line(scene.ada, at=october).late == 6


def test_several_who_get_the_role_together_are_asked_too(scene: Scene) -> None:
    stranger = sam()
    give_roles(
        [stranger],
        RoleKind.EXPERT,
        scene.programme,
        cohort=scene.cohort,
        starts_on=scene.cohort.starts_on,
        by=None,
        at=IN_AUGUST,
    )
    assert stranger in people_asked(scene.survey, at=IN_AUGUST)


def test_who_leaves_falls_out(scene: Scene) -> None:
    october = datetime(2024, 10, 1, 9, 0, tzinfo=UTC)
    role = scene.grace.roles.get(kind=RoleKind.EXPERT)
    end_role(role, on=date(2024, 9, 20), by=None, at=IN_AUGUST)
    board = queries.board_of(scene.plan, at=october)
    assert [line.person for line in board.lines] == [scene.ada]
    assert queries.line_of(scene.plan, scene.grace, at=october) is None


def test_without_a_kick_off_days_count_to_the_launch_and_late_ones_stand_first(scene: Scene) -> None:
    board = queries.board_of(scene.plan, at=IN_AUGUST)
    assert (board.anchor, board.late, [line.person for line in board.lines]) == (date(2024, 9, 3), 2, [scene.ada, scene.grace])
    polar = organisation_named("Polar Survey", by=None, at=IN_AUGUST)
    commands.note_call(scene.plan, polar, held_on=date(2024, 8, 20), by=scene.mara, at=IN_AUGUST)
    assert [line.person for line in queries.board_of(scene.plan, at=IN_AUGUST).lines] == [scene.grace, scene.ada]
    scene.kick_off.delete()
    assert queries.board_of(scene.plan, at=IN_AUGUST).anchor == scene.cohort.starts_on


def test_an_erased_expert_leaves_no_mark(scene: Scene) -> None:
    commands.want_no_photo(scene.step(StepKind.PROFILE), scene.ada, wish=True, by=scene.ada, at=IN_AUGUST)
    commands.propose_rooms(scene.plan, by=scene.mara, at=IN_AUGUST)
    erasure = ask_erasure(scene.ada, by=scene.ada, at=IN_AUGUST)
    carry_out_erasure(erasure, by=None, at=IN_AUGUST + 20 * DAY)
    assert (StepMark.objects.count(), list(scene.plan.places.values_list("person", flat=True))) == (0, [scene.grace.pk])


def test_the_team_reads_what_happened_and_an_expert_does_not(scene: Scene) -> None:
    commands.excuse(scene.step(StepKind.PROFILE), scene.ada, reason="Known to all", by=scene.mara, at=IN_AUGUST)
    polar = organisation_named("Polar Survey", by=None, at=IN_AUGUST)
    commands.note_call(scene.plan, polar, held_on=date(2024, 8, 20), by=scene.mara, at=IN_AUGUST + DAY)
    told = [entry.did for entry in journal.history_of(scene.plan, person=scene.mara, at=IN_AUGUST).entries]
    assert told == [
        "noted that the call with Polar Survey was held",
        "said that “Complete your profile” is not needed: Known to all",
        "made the onboarding, its survey with it",
    ]
    assert journal.history_of(scene.plan, person=scene.ada, at=IN_AUGUST).entries == ()


def test_before_the_cohort_begins_its_experts_are_asked_already(scene: Scene) -> None:
    assert scene.ada.roles.get().starts_on > BEGUN.date()
    assert queries.lines_of(scene.ada, at=IN_JULY)[0].total == 6
