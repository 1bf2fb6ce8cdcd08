"""Making a form: a draft, numbered versions, who is asked, what was promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.core.errors import ChangedMeanwhile, NotAllowed, NotFromHere
from hub.core.forms import Audience, load
from hub.core.forms.edit import change_question, remove_question
from hub.forms import queries
from hub.forms.commands import (
    BadSetting,
    FormSlugTaken,
    HasAnswers,
    NothingToPublish,
    NotReady,
    ask_no_more,
    ask_people,
    close_form,
    copy_form,
    create_form,
    edit_draft,
    edit_settings,
    open_form,
    publish_form,
    remove_form,
)
from hub.forms.models import Answer, Form
from hub.kit import journal
from hub.people.models import RoleKind
from tests.factories import BEGUN
from tests.forms.filling import BY_ROLE, GOAL, LATER, NEEDS, a_content, a_draft, an_open_form, experts, sent
from tests.scene import IN_SEPTEMBER, Scene

pytestmark = pytest.mark.django_db


def test_a_form_has_an_address_of_its_own_made_of_its_title(scene: Scene) -> None:
    slugs = [a_draft(scene.programme).slug for _ in range(3)]
    assert slugs == ["onboarding-survey", "onboarding-survey-2", "onboarding-survey-3"]
    assert a_draft(scene.programme, content=a_content(title="New")).slug == "new-2"
    with pytest.raises(FormSlugTaken):
        a_draft(scene.programme, slug="onboarding-survey")
    with pytest.raises(BadSetting):
        a_draft(scene.programme, slug="Not a slug")


def test_only_the_team_makes_changes_and_publishes_a_form(scene: Scene) -> None:
    form = a_draft(scene.programme)
    for attempt in (
        lambda: create_form(scene.programme, a_content(), by=scene.ada, at=BEGUN),
        lambda: edit_draft(form, a_content(title="Mine"), seen=form.draft_at, by=scene.ada, at=LATER),
        lambda: edit_settings(form, kept_days=10, by=scene.ada, at=LATER),
        lambda: publish_form(form, seen=form.draft_at, by=scene.ada, at=LATER),
        lambda: ask_people(form, [scene.ada], by=scene.ada, at=LATER),
        lambda: remove_form(form, with_answers=True, by=scene.ada, at=LATER),
        lambda: copy_form(form, by=scene.ada, at=LATER),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert Form.objects.count() == 1


def test_publishing_freezes_a_numbered_version_and_answers_stay_with_theirs(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    answer = sent(form, scene.ada, q3="A quiet room")
    edited = edit_draft(form, remove_question(load(form.draft), "q3"), seen=form.draft_at, by=scene.mara, at=IN_SEPTEMBER)
    assert queries.newest(form).number == 1
    version = publish_form(edited, seen=edited.draft_at, by=scene.mara, at=LATER)
    assert (version.number, version.published_by) == (2, scene.mara)
    answer.refresh_from_db()
    assert answer.version.number == 1
    assert load(answer.version.content).question("q3") == NEEDS
    assert load(version.content).question("q3") is None


def test_a_draft_nobody_can_answer_is_not_published_and_the_findings_say_why(scene: Scene) -> None:
    form = a_draft(scene.programme, replace(GOAL, label=""))
    with pytest.raises(NotReady) as no:
        publish_form(form, seen=form.draft_at, by=scene.mara, at=LATER)
    assert [(each.question, each.sentence) for each in no.value.findings] == [("q1", "Write the question.")]
    assert (form.versions.count(), form.state) == (0, "draft")


def test_what_stands_already_is_not_published_again(scene: Scene) -> None:
    form = an_open_form(scene.programme)
    with pytest.raises(NothingToPublish):
        publish_form(form, seen=form.draft_at, by=scene.mara, at=LATER)


def test_of_two_who_edit_a_form_at_once_the_second_is_told(scene: Scene) -> None:
    form = a_draft(scene.programme)
    begun_from = form.draft_at
    edit_draft(form, a_content(title="First"), seen=begun_from, by=scene.mara, at=IN_SEPTEMBER)
    with pytest.raises(ChangedMeanwhile):
        edit_draft(form, a_content(title="Second"), seen=begun_from, by=scene.mara, at=LATER)
    with pytest.raises(ChangedMeanwhile):
        publish_form(form, seen=begun_from, by=scene.mara, at=LATER)
    form.refresh_from_db()
    assert form.title == "First"
    assert edit_draft(form, a_content(title="First"), seen=begun_from, by=scene.mara, at=LATER).draft_at == IN_SEPTEMBER


def test_a_form_closes_and_opens_again_but_not_before_it_is_published(scene: Scene) -> None:
    form = a_draft(scene.programme)
    with pytest.raises(NotReady):
        open_form(form, by=scene.mara, at=LATER)
    form = an_open_form(scene.programme)
    assert close_form(form, by=scene.mara, at=LATER).state == "closed"
    with pytest.raises(NotFromHere):
        close_form(form, by=scene.mara, at=LATER)
    assert open_form(form, by=scene.mara, at=LATER).state == "open"


def test_a_form_asks_people_each_once_or_who_has_a_role_now(scene: Scene) -> None:
    first, second = experts(scene.cohort, 2)
    form = an_open_form(scene.programme, people=[second, second])
    assert ask_people(form, [first, second], by=scene.mara, at=LATER) == 1
    assert queries.people_asked(form, at=LATER) == [first, second]
    assert ask_no_more(form, first, by=scene.mara, at=LATER)
    assert queries.people_asked(form, at=LATER) == [second]
    by_role = an_open_form(scene.programme, cohort=scene.cohort, **BY_ROLE)
    assert queries.people_asked(by_role, at=LATER) == [scene.ada, first, second]
    to_all = an_open_form(scene.programme, audience=Audience.ANYBODY)
    assert queries.people_asked(to_all, at=LATER) == []


def test_who_has_not_answered_is_known_and_of_an_anonymous_form_it_is_everybody(scene: Scene) -> None:
    first, second = experts(scene.cohort, 2)
    form = an_open_form(scene.programme, people=[first, second])
    sent(form, second)
    assert queries.has_not_answered(form, [first, second, scene.ada]) == [first, scene.ada]
    assert queries.has_answered(form, [first, second]) == {second.pk}


def test_what_people_were_told_when_they_answered_holds(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada], kept_days=100, smallest_group=5)
    edit_settings(form, kept_days=200, by=scene.mara, at=LATER)
    sent(form, scene.ada)
    for broken in ({"kept_days": 300}, {"is_anonymous": True}, {"smallest_group": 3}):
        with pytest.raises(HasAnswers):
            edit_settings(form, by=scene.mara, at=LATER, **broken)  # type: ignore[arg-type]
    assert edit_settings(form, kept_days=30, smallest_group=6, by=scene.mara, at=LATER).kept_days == 30


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"audience": Audience.ROLES}, "roles"),
        ({"kept_days": 0}, "kept_days"),
        ({"is_anonymous": True, "smallest_group": 4}, "smallest_group"),
        ({"opens_at": LATER, "closes_at": LATER}, "closes_at"),
    ],
)
def test_a_setting_that_can_not_be_is_refused_at_its_field(scene: Scene, settings: dict, field: str) -> None:
    with pytest.raises(BadSetting) as no:
        edit_settings(a_draft(scene.programme), by=scene.mara, at=LATER, **settings)
    assert no.value.field == field


def test_a_copy_has_the_questions_and_settings_and_asks_nobody_yet(scene: Scene) -> None:
    form = an_open_form(scene.programme, cohort=scene.cohort, kept_days=90, **BY_ROLE)
    copy = copy_form(form, by=scene.mara, at=LATER)
    assert (copy.title, copy.slug, copy.state) == ("Onboarding survey (copy)", "onboarding-survey-copy", "draft")
    assert (copy.kept_days, copy.role_kinds, copy.cohort) == (90, (RoleKind.EXPERT,), scene.cohort)
    assert load(copy.draft).questions == load(form.draft).questions


def test_a_form_with_answers_is_deleted_only_where_that_is_said(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    sent(form, scene.ada)
    with pytest.raises(HasAnswers):
        remove_form(form, with_answers=False, by=scene.mara, at=LATER)
    remove_form(form, with_answers=True, by=scene.mara, at=LATER)
    assert (Form.objects.count(), Answer.objects.count()) == (0, 0)


def test_a_form_is_visible_to_its_team_and_to_whom_it_asks(scene: Scene) -> None:
    draft = a_draft(scene.programme, **BY_ROLE)
    to_ada = an_open_form(scene.programme, people=[scene.ada])
    to_experts = an_open_form(scene.programme, cohort=scene.cohort, **BY_ROLE)
    to_all = an_open_form(scene.programme, audience=Audience.ANYBODY)
    to_anybody = an_open_form(scene.programme, GOAL, audience=Audience.ANYBODY, is_anonymous=True)
    of_others = an_open_form(scene.private, people=[])

    def seen(person: object) -> set[str]:
        return {str(form) for form in Form.objects.visible_to(person, at=IN_SEPTEMBER)}  # type: ignore[arg-type]

    public = {str(to_all), str(to_anybody)}
    assert seen(scene.mara) == {str(draft), str(to_ada), str(to_experts)} | public
    assert seen(scene.ada) == {str(to_ada), str(to_experts)} | public
    assert seen(scene.sam) == public
    assert seen(None) == {str(to_anybody)}
    assert str(of_others) not in seen(scene.mara)


def test_the_history_of_a_form_is_told_in_words_and_says_nothing_of_what_was_answered(scene: Scene) -> None:
    form = create_form(scene.programme, a_content(), by=scene.mara, at=BEGUN)
    publish_form(form, seen=form.draft_at, by=scene.mara, at=BEGUN + timedelta(minutes=1))
    ask_people(form, [scene.ada], by=scene.mara, at=BEGUN + timedelta(minutes=2))
    sent(form, scene.ada, q1="A secret goal")
    form.refresh_from_db()
    edited = change_question(load(form.draft), replace(GOAL, help="In a line"))
    edit_draft(form, edited, seen=form.draft_at, by=scene.mara, at=LATER)
    edit_settings(form, kept_days=10, by=scene.mara, at=LATER + timedelta(minutes=1))
    close_form(form, by=scene.mara, at=LATER + timedelta(minutes=2))
    told = journal.history_of(form, person=scene.mara, at=LATER)
    assert [(entry.who, entry.did) for entry in told.entries] == [
        ("Mara Okafor", "closed the form"),
        ("Mara Okafor", "changed how long answers are kept"),
        ("Mara Okafor", "edited the draft"),
        ("Ada Lindqvist", "answered the form"),
        ("Mara Okafor", "asked 1 person to answer"),
        ("Mara Okafor", "opened the form"),
        ("Mara Okafor", "published version 1 of the form"),
        ("Mara Okafor", "made the form"),
    ]
    assert "secret" not in str(told)
    assert journal.history_of(form, person=scene.ada, at=LATER).entries == ()
