"""Who leaves a cohort is asked by its survey no more, and keeps what they sent; and a cohort that is over asks nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from pytest_django.fixtures import Settings

from hub.admissions import commands
from hub.admissions.queries import lines_of
from hub.core.errors import NotAllowed
from hub.core.forms import Audience
from hub.forms.commands import ask_people, edit_settings, save_answer, send_answer, start_answer
from hub.forms.messages import groups
from hub.forms.models import Answer, Asked, Form
from hub.forms.permissions import can_answer
from hub.forms.queries import Mine, asked_of, asking, people_asked
from hub.messaging.commands import adopt_usual, send_due, switch_rule
from hub.messaging.commands.reconcile import reconcile_messages
from hub.messaging.models import Rule
from hub.people.commands import end_role, give_role, prove_address
from hub.people.commands.persons import give_account
from hub.people.models import Person, RoleKind
from hub.programmes.commands import create_cohort
from hub.services.mail import MemoryTransport
from tests.admissions.onboarding import IN_AUGUST, IN_JULY, Scene, answers
from tests.factories import sam
from tests.scene import as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
LEFT_ON = date(2024, 9, 9)
GONE = datetime(2024, 9, 17, 8, 30, tzinfo=UTC)
CLOSES = datetime(2024, 9, 20, 17, 0, tzinfo=UTC)


def leaves(person: Person, on: date = LEFT_ON) -> None:
    end_role(person.roles.get(kind=RoleKind.EXPERT), on=on, by=None, at=datetime(2024, 9, 5, 9, 0, tzinfo=UTC))


def missing(scene: Scene, at: datetime = GONE) -> set[int]:
    return {person for each in asking(scene.programme, at=at) for person in each.missing}


def mine(person: Person, at: datetime = GONE) -> list[tuple[str, str]]:
    def said(each: Mine) -> tuple[str, str]:
        return each.title, each.state

    return [said(each) for each in asked_of(person, at=at)]


@pytest.fixture
def mail(settings: Settings) -> MemoryTransport:
    transport = MemoryTransport()
    settings.MAIL_TRANSPORT = transport
    return transport


def test_who_left_is_asked_and_counted_no_more(scene: Scene) -> None:
    leaves(scene.ada)
    day_before = datetime(2024, 9, 8, 12, 0, tzinfo=UTC)
    assert (missing(scene, day_before), people_asked(scene.survey, at=day_before)) == (
        {scene.ada.pk, scene.grace.pk},
        [scene.ada, scene.grace],
    )
    assert (missing(scene), people_asked(scene.survey, at=GONE)) == ({scene.grace.pk}, [scene.grace])
    assert (mine(scene.ada), can_answer(scene.ada, scene.survey, at=GONE)) == ([], False)
    with pytest.raises(NotAllowed):
        start_answer(scene.survey, scene.ada, by=scene.ada, at=GONE)
    with time_machine.travel(GONE, tick=False):
        ada = as_(scene.ada)
        place = reverse("form", args=[scene.programme.slug, scene.survey.slug])
        assert ada.get(place).status_code == 404
        assert "Answer Onboarding survey" not in words(ada.get("/me/").content.decode())


def test_who_left_is_not_reminded_though_the_letter_was_waiting(scene: Scene, mail: MemoryTransport) -> None:
    edit_settings(scene.survey, closes_at=CLOSES, by=scene.mara, at=IN_JULY)
    adopt_usual(scene.programme, by=scene.mara, at=IN_JULY)
    rule = Rule.objects.get(programme=scene.programme, happening="forms.closes")
    switch_rule(rule, is_on=True, by=scene.mara, at=IN_JULY)
    reconcile_messages(scene.programme, at=IN_AUGUST)
    leaves(scene.ada)
    with time_machine.travel(GONE, tick=False):
        reconcile_messages(scene.programme, at=GONE)
        send_due("mail-0", clock=lambda: GONE)
    assert [each.recipient for each in mail.sent] == ["grace@example.org"]


def test_what_who_left_has_sent_stays_theirs_to_read_put_right_and_take_back(scene: Scene) -> None:
    answers(scene, scene.ada)
    leaves(scene.ada)
    assert mine(scene.ada) == [("Onboarding survey", "sent")]
    again = start_answer(scene.survey, scene.ada, by=scene.ada, at=GONE)
    typed = {key: [str(value)] if not isinstance(value, dict) else value["chosen"] for key, value in again.values.items()}
    goal = scene.plan.goal_question
    save_answer(again, typed | {goal: ["To put it right"]}, by=scene.ada, at=GONE)
    assert send_answer(again, by=scene.ada, at=GONE).values[goal] == "To put it right"
    with time_machine.travel(GONE, tick=False):
        client, place = as_(scene.ada), [scene.programme.slug, scene.survey.slug]
        assert "To put it right" in words(client.get(reverse("form-sent", args=place)).content.decode())
        assert client.post(reverse("form-withdraw", args=place)).status_code == 302
        assert client.get(reverse("form", args=place)).status_code == 404
    assert (Answer.objects.get(person=scene.ada).state, mine(scene.ada)) == ("withdrawn", [])


def test_the_team_reads_how_many_of_those_it_asked_have_answered_with_those_who_left_since(scene: Scene) -> None:
    answers(scene, scene.ada)
    leaves(scene.ada)
    prove_address(give_account(scene.mara, "mara@example.org", by=None, at=IN_AUGUST), by=None, at=IN_AUGUST)
    with time_machine.travel(GONE, tick=False):
        page = as_(scene.mara).get(reverse("desk-form-summary", args=[scene.programme.slug, scene.survey.slug]))
    assert "answered 1 of 2 asked" in words(page.content.decode())


def test_who_was_asked_by_hand_stays_asked(scene: Scene) -> None:
    assert ask_people(scene.survey, [scene.ada, sam()], by=scene.mara, at=IN_AUGUST) == 1  # Ada was asked as an Expert
    leaves(scene.ada)
    assert len(missing(scene)) == 3
    assert set(Asked.objects.filter(person=scene.ada).values_list("role", "cohort")) == {("", None)}


def test_who_comes_back_is_asked_again(scene: Scene) -> None:
    leaves(scene.ada)
    assert missing(scene) == {scene.grace.pk}
    give_role(scene.ada, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=GONE.date(), by=scene.mara, at=GONE)
    assert missing(scene) == {scene.ada.pk, scene.grace.pk}
    assert Asked.objects.filter(person=scene.ada).count() == 1


def test_an_expert_of_two_cohorts_with_one_survey_is_asked_as_one_of_the_later(scene: Scene) -> None:
    leaves(scene.ada)
    second = create_cohort(
        scene.programme,
        slug="2025",
        name="Cohort 2025",
        starts_on=date(2025, 9, 1),
        ends_on=date(2026, 2, 28),
        by=None,
        at=GONE,
    )
    plan = commands.make_onboarding(second, by=scene.mara, at=GONE)
    commands.choose_survey(plan, scene.survey, by=scene.mara, at=GONE)
    give_role(scene.ada, RoleKind.EXPERT, scene.programme, cohort=second, starts_on=second.starts_on, by=scene.mara, at=GONE)
    assert scene.ada in people_asked(scene.survey, at=GONE)
    assert Asked.objects.get(form=scene.survey, person=scene.ada).asked_at == GONE  # told anew
    assert Asked.objects.get(form=scene.survey, person=scene.ada).cohort == second


AFTER = datetime(2025, 3, 20, 9, 0, tzinfo=UTC)  # the cohort ended with February


def test_a_survey_without_a_close_ends_with_its_cohort(scene: Scene) -> None:
    last_day = datetime(2025, 2, 28, 20, 0, tzinfo=UTC)
    assert (missing(scene, last_day), missing(scene, AFTER)) == ({scene.ada.pk, scene.grace.pk}, set())
    assert mine(scene.ada, AFTER) == []


def test_the_home_of_an_expert_does_not_say_before_we_begin_when_the_cohort_is_over(scene: Scene) -> None:
    before = datetime(2025, 2, 28, 20, 0, tzinfo=UTC)
    assert ([len(lines_of(scene.ada, at=at)) for at in (before, AFTER)]) == [1, 0]
    with time_machine.travel(AFTER, tick=False):
        ada = as_(scene.ada)
        assert "Before we begin" not in ada.get("/me/").content.decode()
        own = words(ada.get(reverse("my-onboarding", args=[scene.programme.slug, scene.cohort.slug])).content.decode())
    assert "The cohort is over, and nobody waits for what is left here" in own
    assert ("Before we begin" in own, "It was due on" in own) == (False, False)


def test_the_groups_of_a_form_of_a_cohort_that_is_over_stand_apart(scene: Scene) -> None:
    def apart(at: datetime) -> list[tuple[str, bool]]:
        return [(each.label, each.is_over) for each in groups(scene.programme, at=at)]

    label = "Who has not answered: Onboarding survey, Cohort 2024"
    assert (apart(IN_AUGUST), apart(AFTER)) == ([(label, False)], [(label, True)])


def test_a_form_that_closes_after_the_cohort_asks_who_stayed_to_the_end(scene: Scene) -> None:
    form = scene.survey
    edit_settings(form, closes_at=AFTER + timedelta(days=5), by=scene.mara, at=IN_AUGUST)
    leaves(scene.grace)
    assert (missing(scene, AFTER), mine(scene.ada, AFTER)) == ({scene.ada.pk}, [("Onboarding survey", "")])
    assert (can_answer(scene.ada, form, at=AFTER), can_answer(scene.grace, form, at=AFTER)) == (True, False)


def test_by_role_and_one_by_one_the_same_people_are_found_from_either_side(scene: Scene) -> None:
    form = Form.objects.get(pk=scene.survey.pk)
    leaves(scene.grace, on=date(2025, 3, 1))  # with the cohort
    moments = [IN_AUGUST, GONE, datetime(2025, 2, 28, 12, 0, tzinfo=UTC), AFTER]
    leaves(scene.ada)
    for settings in (
        {"audience": Audience.ROLES, "roles": [RoleKind.EXPERT]},
        {"closes_at": AFTER + timedelta(days=5)},
        {"cohort": None},
        {"audience": Audience.ASKED},
        {"closes_at": None},
    ):
        form = edit_settings(form, by=scene.mara, at=IN_AUGUST, **settings)  # type: ignore[arg-type]
        for at in moments:
            asked = {person for person in (scene.ada, scene.grace, scene.mara) if can_answer(person, form, at=at)}
            assert set(people_asked(form, at=at)) == asked
            assert {person for person in asked if mine(person, at)} == asked
