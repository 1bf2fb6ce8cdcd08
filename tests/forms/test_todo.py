"""What forms say on This week and on a person's own page, and what changed of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.forms import Audience
from hub.forms.commands import close_form, edit_draft, publish_form, save_answer, start_answer, withdraw_answer
from hub.forms.models import Form
from hub.forms.todo import closing, to_answer
from hub.kit import todo
from hub.people.models import Person
from tests.forms.filling import (
    BY_ROLE,
    GOAL,
    TRAVEL,
    a_content,
    a_draft,
    an_anonymous_form,
    an_open_form,
    experts,
    said_by_nobody,
    sent,
)
from tests.scene import IN_SEPTEMBER, Scene, as_
from tests.site.reading import page, words

pytestmark = pytest.mark.django_db
SOON = datetime(2024, 9, 13, 23, 0, tzinfo=UTC)  # midnight in London: Friday is the last day


def asked_of(person: Person, at: datetime = IN_SEPTEMBER) -> list[tuple[str, str, str, date | None]]:
    return [(each.what, each.about, each.action, each.due_on) for each in to_answer(person, at=at)]


def told(scene: Scene, at: datetime = IN_SEPTEMBER) -> list[tuple[str, str, date | None]]:
    return [(each.what, each.about, each.due_on) for each in closing(scene.programme, by=scene.mara, at=at)]


def test_a_form_is_a_persons_to_do_while_it_asks_them_and_is_open(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada], cohort=scene.cohort, closes_at=SOON)
    about = "The Practitioners Hub, Cohort 2024"
    assert asked_of(scene.ada) == [("Answer Onboarding survey", about, "Answer", date(2024, 9, 13))]
    answer = start_answer(form, scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    save_answer(answer, {"q1": ["To m"]}, by=scene.ada, at=IN_SEPTEMBER)
    assert asked_of(scene.ada) == [("Answer Onboarding survey", about, "Go on", date(2024, 9, 13))]
    assert asked_of(scene.ada, at=SOON) == []
    assert asked_of(scene.mara) == []
    sent(form, scene.ada)
    assert asked_of(scene.ada) == []


def test_who_withdrew_their_answer_or_answered_as_nobody_is_not_asked_again(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    withdraw_answer(sent(form, scene.ada), by=scene.ada, at=IN_SEPTEMBER)
    said_by_nobody(an_anonymous_form(scene.programme, people=[scene.ada]), scene.ada)
    assert asked_of(scene.ada) == []


def test_a_closed_form_a_draft_and_one_that_asks_anybody_are_nobodys_to_do(scene: Scene) -> None:
    close_form(an_open_form(scene.programme, people=[scene.ada]), by=None, at=IN_SEPTEMBER)
    a_draft(scene.programme, **BY_ROLE)
    an_open_form(scene.programme, audience=Audience.ANYBODY)
    assert asked_of(scene.ada) == []


def test_people_read_the_title_that_was_published_not_the_one_the_team_is_writing(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada], closes_at=SOON)
    edit_draft(form, a_content(GOAL, title="Half-thought"), seen=form.draft_at, by=None, at=IN_SEPTEMBER)
    assert [what for what, *_ in asked_of(scene.ada)] == ["Answer Onboarding survey"]
    assert told(scene) == [("Remind 1 person who has not answered", "Onboarding survey", date(2024, 9, 13))]


def test_my_own_page_leads_to_the_form(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada], closes_at=datetime(2099, 1, 1, tzinfo=UTC))
    mine = todo.own_todos(scene.ada, at=IN_SEPTEMBER)
    assert [(each.what, each.url) for each in mine] == [("Answer Onboarding survey", f"/forms/practitioners-hub/{form.slug}/")]
    an_open_form(scene.programme, content=a_content(title="Halfway"), people=[scene.ada])
    assert "Yours to do Answer Halfway" in words(page(as_(scene.ada), "/me/"))


def test_this_week_counts_who_has_not_answered_a_form_that_closes_within_a_week(scene: Scene) -> None:
    people = experts(scene.cohort, 4)
    form = an_open_form(scene.programme, people=people, cohort=scene.cohort, closes_at=SOON)
    an_open_form(scene.programme, people=people, closes_at=SOON + timedelta(days=7))
    an_open_form(scene.programme, people=people)
    later = {"opens_at": IN_SEPTEMBER + timedelta(days=1), "closes_at": SOON}
    an_open_form(scene.programme, people=people, **later)
    sent(form, people[0])
    assert told(scene) == [("Remind 3 people who have not answered", "Onboarding survey, Cohort 2024", date(2024, 9, 13))]
    for person in people[1:]:
        sent(form, person)
    assert told(scene) == []


def test_of_an_anonymous_form_this_week_says_how_many_and_not_who(scene: Scene) -> None:
    form = an_anonymous_form(scene.programme, closes_at=SOON, cohort=scene.cohort, **BY_ROLE)
    people = experts(scene.cohort, 2)
    said_by_nobody(form, people[0])
    [(what, _, _)] = told(scene)
    assert what == "Remind everybody asked: 2 have not answered"  # Ada is an Expert, too
    for person in (people[1], scene.ada):
        said_by_nobody(form, person)
    assert told(scene) == []


def test_a_draft_that_is_not_published_yet_nags_nobody(scene: Scene) -> None:
    form = an_open_form(scene.programme)
    edit_draft(form, a_content(GOAL), seen=form.draft_at, by=None, at=IN_SEPTEMBER)
    assert told(scene) == []


def test_each_line_leads_where_the_team_sees_who_and_reminds(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada], closes_at=SOON)
    (line,) = closing(scene.programme, by=scene.mara, at=IN_SEPTEMBER)
    assert line.url == f"/team/practitioners-hub/forms/{form.slug}/summary/#missing"
    assert as_(scene.mara).get(line.url).status_code == 200


def changed(scene: Scene) -> list[tuple[str, str, str]]:
    found = todo.changes(
        scene.programme, since=IN_SEPTEMBER - timedelta(hours=1), at=IN_SEPTEMBER + timedelta(hours=1), zone="Europe/London"
    )
    return [(each.did, each.about, each.url) for each in found]


def test_what_changed_names_the_form_and_leads_to_it(scene: Scene) -> None:
    form = a_draft(scene.programme, cohort=scene.cohort)
    publish_form(form, seen=form.draft_at, by=scene.mara, at=IN_SEPTEMBER)
    here = ("Onboarding survey, Cohort 2024", f"/team/practitioners-hub/forms/{form.slug}/")
    assert sorted(changed(scene)) == [("opened the form", *here), ("published version 1 of the form", *here)]
    other = Form.objects.get(pk=a_draft(scene.private).pk)
    publish_form(other, seen=other.draft_at, by=None, at=IN_SEPTEMBER)
    assert len(changed(scene)) == 2


def test_it_asks_as_often_for_many_forms_and_people_as_for_few(scene: Scene) -> None:
    def asked() -> list[int]:
        counts = []
        for ask in (
            lambda: list(closing(scene.programme, by=scene.mara, at=IN_SEPTEMBER)),
            lambda: list(to_answer(scene.ada, at=IN_SEPTEMBER)),
            lambda: changed(scene),
        ):
            with CaptureQueriesContext(connection) as seen:
                ask()
            counts.append(len(seen))
        return counts

    def more(people: list[Person]) -> None:
        form = an_open_form(scene.programme, GOAL, TRAVEL, people=[scene.ada, *people], closes_at=SOON)
        sent(form, people[0])
        an_anonymous_form(scene.programme, closes_at=SOON, cohort=scene.cohort, **BY_ROLE)

    people = experts(scene.cohort, 12)
    more(people[:1])
    few = asked()
    for number in range(4):
        more(people[number:])
    assert asked() == few
    assert few[:2] == [6, 9]
