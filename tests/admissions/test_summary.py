"""What the survey says is told back: only what may be, only from enough, and gone at once where somebody takes it back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.admissions import commands, permissions, queries
from hub.admissions.models import SharedAnswer
from hub.admissions.queries import Told
from hub.core.consent import Use
from hub.core.errors import NotAllowed, NotFromHere
from hub.forms.commands import let_go_answers, withdraw_answer
from hub.forms.queries import shared_summary
from hub.people.commands import ask_erasure, withdraw
from hub.people.models import Person
from tests.admissions.onboarding import IN_AUGUST, Scene, answers, more_experts, says, words
from tests.factories import sam

pytestmark = pytest.mark.django_db
LATER = IN_AUGUST + timedelta(days=1)
NAMES = ("Ada", "Grace", "N1 Expert")


@pytest.fixture
def answered(scene: Scene) -> tuple[Scene, list[Person]]:
    """Six have answered: one more than the smallest group."""
    people = [scene.ada, scene.grace, *more_experts(scene, 4)]
    for number, person in enumerate(people):
        answers(scene, person, goal=f"Goal {number}")
    return scene, people


def told(scene: Scene) -> Told:
    found = queries.told_of(scene.plan)
    assert found is not None
    return found


def goals(scene: Scene) -> tuple[str, ...]:
    return next(each.texts for each in told(scene).tallies if each.question.key == scene.plan.goal_question)


def test_nothing_is_shared_from_fewer_than_the_smallest_group(scene: Scene) -> None:
    answers(scene, scene.ada)
    with pytest.raises(commands.NothingToShare):
        commands.share_summary(scene.plan, count=1, by=scene.mara, at=LATER)
    assert queries.told_of(scene.plan) is None


def test_what_is_told_is_what_the_team_saw_with_its_note_and_no_name(answered: tuple[Scene, list[Person]]) -> None:
    scene, _ = answered
    seen = queries.would_share(scene.plan, at=LATER)
    assert seen is not None
    commands.share_summary(scene.plan, note="Thank you!", count=6, by=scene.mara, at=LATER)
    now = told(scene)
    assert (now.count, now.tallies, now.summary.note, now.summary.shared_at) == (6, seen.tallies, "Thank you!", LATER)
    assert goals(scene) == tuple(f"Goal {number}" for number in range(6))
    assert not any(name in str(now.tallies) for name in NAMES)
    sensitive = {each.question.label for each in now.tallies if each.question.is_sensitive or not each.question.is_shared}
    assert sensitive == set()


def test_words_nobody_has_read_are_not_shared_though_the_count_is_the_same(answered: tuple[Scene, list[Person]]) -> None:
    scene, people = answered
    seen = queries.mark_of(queries.would_share(scene.plan, at=LATER))
    answers(scene, people[0], at=LATER, goal="My boss Bob is a bully, call 0123")
    with pytest.raises(commands.SummaryChanged, match="some say something else now"):
        commands.share_summary(scene.plan, count=6, seen=seen, by=scene.mara, at=LATER)
    assert queries.told_of(scene.plan) is None
    answers(scene, people[0], at=LATER + timedelta(minutes=5), goal="Goal 0")  # as it was: what was read is what is told
    commands.share_summary(scene.plan, count=6, seen=seen, by=scene.mara, at=LATER + timedelta(hours=1))
    assert goals(scene) == tuple(f"Goal {number}" for number in range(6))


def test_it_is_frozen_though_more_answer_later(answered: tuple[Scene, list[Person]]) -> None:
    scene, _ = answered
    commands.share_summary(scene.plan, count=6, by=scene.mara, at=LATER)
    (late,) = more_experts(scene, 1, first=5)
    answers(scene, late, at=LATER, goal="Goal of a late one")
    assert (told(scene).count, len(goals(scene))) == (6, 6)


def test_a_withdrawn_answer_is_gone_at_once_and_its_copy_deleted(answered: tuple[Scene, list[Person]]) -> None:
    scene, people = answered
    commands.share_summary(scene.plan, count=6, by=scene.mara, at=LATER)
    withdraw_answer(people[2].form_answers.get(), by=people[2], at=LATER)
    assert goals(scene) == ("Goal 0", "Goal 1", "Goal 3", "Goal 4", "Goal 5")
    assert SharedAnswer.objects.filter(person=people[2]).count() == 0


def test_when_too_few_are_left_nothing_is_told(answered: tuple[Scene, list[Person]]) -> None:
    scene, people = answered
    commands.share_summary(scene.plan, count=6, by=scene.mara, at=LATER)
    for person in people[:2]:
        withdraw_answer(person.form_answers.get(), by=person, at=LATER)
    assert (told(scene).is_withheld, told(scene).tallies) == (True, ())


def test_a_withdrawn_consent_a_changed_answer_and_who_is_to_be_forgotten_are_out(answered: tuple[Scene, list[Person]]) -> None:
    scene, people = answered
    more = more_experts(scene, 4, first=5)
    for number, person in enumerate(more, 6):
        answers(scene, person, goal=f"Goal {number}")
    for use in (Use.TAKING_PART, Use.DATA_PROTECTION):
        says(people[0], scene.programme, use)
    commands.share_summary(scene.plan, count=10, by=scene.mara, at=LATER)
    assert len(goals(scene)) == 10
    withdraw(people[0], Use.TAKING_PART, scene.programme, by=people[0], at=LATER)
    ask_erasure(people[1], by=people[1], at=LATER)
    answers(scene, people[2], at=LATER + timedelta(hours=1), goal="Goal 2, put better")
    assert goals(scene) == ("Goal 3", "Goal 4", "Goal 5", "Goal 6", "Goal 7", "Goal 8", "Goal 9")
    seen = queries.would_share(scene.plan, at=LATER)
    assert seen is not None
    assert seen.count == 8  # the changed answer may be shared anew; who withdrew or leaves is out of that as well


def test_where_the_programme_asks_for_answers_in_reports_only_those_of_who_says_yes_are_told(
    answered: tuple[Scene, list[Person]],
) -> None:
    scene, people = answered
    words(scene.programme, Use.ANSWERS)
    seen = queries.would_share(scene.plan, at=LATER)
    assert seen is not None
    assert (seen.is_withheld, seen.count, shared_summary(scene.survey).count) == (True, 0, 0)  # who is silent has said nothing
    for person in people:
        says(person, scene.programme, Use.ANSWERS, wish=person != people[5])
    (more,) = more_experts(scene, 1, first=5)
    answers(scene, more, goal="Goal 6")
    says(more, scene.programme, Use.ANSWERS)
    assert shared_summary(scene.survey).count == 6
    commands.share_summary(scene.plan, count=6, by=scene.mara, at=LATER)
    assert goals(scene) == ("Goal 0", "Goal 1", "Goal 2", "Goal 3", "Goal 4", "Goal 6")
    withdraw(people[0], Use.ANSWERS, scene.programme, by=people[0], at=LATER)
    assert goals(scene) == ("Goal 1", "Goal 2", "Goal 3", "Goal 4", "Goal 6")


def test_copies_of_what_is_purged_or_changed_are_deleted_by_night(answered: tuple[Scene, list[Person]]) -> None:
    scene, people = answered
    commands.share_summary(scene.plan, count=6, by=scene.mara, at=LATER)
    answers(scene, people[0], at=LATER + timedelta(hours=1), goal="Better")
    assert (commands.let_go_shared(at=LATER), SharedAnswer.objects.count()) == (1, 5)
    let_go_answers(by=None, at=LATER + timedelta(days=scene.survey.kept_days, hours=1))
    assert told(scene).count == 0
    assert (commands.let_go_shared(at=LATER), SharedAnswer.objects.count()) == (5, 0)


def test_it_is_shared_by_the_team_as_it_was_seen_and_can_be_taken_back(answered: tuple[Scene, list[Person]]) -> None:
    scene, _ = answered
    with pytest.raises(NotAllowed):
        commands.share_summary(scene.plan, count=6, by=scene.ada, at=LATER)
    with pytest.raises(commands.SummaryChanged, match="made of 6 answers now, not of 5"):
        commands.share_summary(scene.plan, count=5, by=scene.mara, at=LATER)
    commands.share_summary(scene.plan, note="First", count=6, by=scene.mara, at=LATER)
    commands.share_summary(scene.plan, note="Second", count=6, by=scene.mara, at=LATER)
    assert (told(scene).summary.note, SharedAnswer.objects.count()) == ("Second", 6)
    commands.take_back_summary(scene.plan, by=scene.mara, at=LATER)
    assert (queries.told_of(scene.plan), SharedAnswer.objects.count()) == (None, 0)
    with pytest.raises(NotFromHere):
        commands.take_back_summary(scene.plan, by=scene.mara, at=LATER)


def test_who_takes_part_reads_it_and_nobody_else(answered: tuple[Scene, list[Person]]) -> None:
    scene, _ = answered
    summary = commands.share_summary(scene.plan, count=6, by=scene.mara, at=LATER)
    who = (scene.ada, scene.mara, sam(), None)
    assert [permissions.can_read_summary(each, summary, at=LATER) for each in who] == [True, True, False, False]
