"""A form that names somebody who does not allow it names them to nobody but those it is of, and its team is told."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.core.choices import Topic
from hub.core.consent import Use
from hub.core.forms import Audience, Condition, Content, Kind, Option, Question, Section, Test, dump, load, veiled
from hub.core.veil import Veil
from hub.forms.commands import close_form
from hub.forms.messages import begins_to_ask, closes
from hub.forms.models import Form
from hub.forms.queries import asked_of
from hub.kit import todo
from hub.messaging.commands import remove_mailing, write_mailing, write_template
from hub.people import appearances
from hub.people.commands import answer, give_role, publish_term, withdraw
from hub.people.models import Person, RoleKind, WithdrawalTask
from tests.factories import BEGUN
from tests.forms.filling import GOAL, LATER, a_content, a_draft, an_open_form
from tests.scene import IN_SEPTEMBER, Scene, as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
NAME = "Ada Lindqvist"
ASKS = Question(
    key="q1",
    kind=Kind.ONE,
    label=f"What should {NAME} speak of?",
    help=f"{NAME} likes ice.",
    why=f"{NAME} reads it.",
    options=(Option("o1", f"The ice of {NAME}"), Option("o2", "The sea")),
)
SAYS = Question(key="q2", kind=Kind.STATEMENT, label=f"Thanks to {NAME}")
RATES = Question(
    key="q3",
    kind=Kind.SCALE,
    label="How far?",
    least=1,
    most=3,
    least_label=f"Not with {NAME}",
    most_label=f"All with {NAME}",
)
ROWS = Question(key="q4", kind=Kind.MATRIX, label="And?", rows=(Option("r1", f"With {NAME}"),), least=1, most=2)
ABOUT_HER = Content(
    title=f"Tell us what {NAME} should speak of",
    intro=f"**{NAME}** speaks soon.",
    purpose=f"To plan the talk of {NAME}.",
    readers=f"{NAME} and the team.",
    sections=(Section(key="s1", title=f"To {NAME}", intro=f"{NAME} asks.", questions=(ASKS, SAYS, RATES, ROWS)),),
    next_key=20,
)


@pytest.fixture(autouse=True)
def taken_back(scene: Scene) -> None:
    """Ada allowed her name and took that back."""
    term = publish_term(scene.programme, Use.NAME, "May we name you?", is_new_meaning=True, by=None, at=BEGUN)
    answer(scene.ada, Use.NAME, term, wish=True, by=scene.ada, at=BEGUN)


def takes_back(scene: Scene) -> list[tuple[str, str]]:
    withdraw(scene.ada, Use.NAME, scene.programme, by=scene.ada, at=IN_SEPTEMBER)
    return list(WithdrawalTask.objects.order_by("pk").values_list("what", "where"))


def about_her(scene: Scene, **settings: Any) -> Form:
    given: dict[str, Any] = {"audience": Audience.ANYBODY, "is_anonymous": True}
    return an_open_form(scene.programme, content=ABOUT_HER, **given | settings)


def who_sees(scene: Scene) -> str:
    return words(as_(scene.ada).get("/me/who-sees/").content.decode())


def page(form: Form, person: Person | None) -> str:
    return as_(person).get(reverse("form", args=[form.programme.slug, form.slug]), follow=True).content.decode()


def test_a_veil_lies_over_every_text_of_a_form_and_over_no_key() -> None:
    shown = veiled(dump(ABOUT_HER), Veil({NAME: "an Expert"}))
    assert NAME not in str(shown)
    assert str(dump(ABOUT_HER)).replace(NAME, "an Expert") == str(dump(shown))
    only_if = Condition("q1", Test.IS, "o1")
    again = a_content(ASKS, Question(key="q9", kind=Kind.SHORT, label="Why?", only_if=only_if))
    assert veiled(dump(again), Veil({NAME: "an Expert"})).questions[1].only_if == only_if
    assert veiled(dump(ABOUT_HER), Veil()) == load(dump(ABOUT_HER)) == ABOUT_HER


def test_a_form_for_anybody_names_her_while_she_allows_it_and_no_longer(scene: Scene) -> None:
    form = about_her(scene)
    for reader in (None, scene.sam):
        assert page(form, reader).count(NAME) > 10
    takes_back(scene)
    for reader in (None, scene.sam):
        assert NAME not in page(form, reader)
        assert "<h1>Tell us what an Expert should speak of</h1>" in page(form, reader)
        assert "The ice of an Expert" in page(form, reader)


def test_what_one_looks_over_sends_and_reads_again_names_her_no_more_than_the_form(scene: Scene) -> None:
    form = about_her(scene, is_anonymous=False)
    takes_back(scene)
    place = [scene.programme.slug, form.slug]
    sam = as_(scene.sam)
    review = sam.post(reverse("form", args=place), {"do": "review", "q1": "o1"}, follow=True).content.decode()
    assert "The ice of an Expert" in review
    after = sam.post(reverse("form-review", args=place), follow=True).content.decode()
    assert "The ice of an Expert" in after
    listed = [sam.get(reverse(name)).content.decode() for name in ("my-forms", "me", "my-data")]
    assert [NAME in text for text in (review, after, *listed)] == [False] * 5
    assert "Tell us what an Expert should speak of" in listed[0]
    with time_machine.travel(LATER, tick=False):
        close_form(form, by=None, at=LATER)
        assert NAME not in page(form, scene.sam)


def test_who_takes_part_in_the_cohort_it_is_of_reads_it_as_it_was_written_and_so_does_its_team(scene: Scene) -> None:
    here = about_her(scene, is_anonymous=False, cohort=scene.cohort)
    takes_back(scene)
    give_role(scene.sam, RoleKind.COACH, scene.programme, cohort=scene.cohort, starts_on=BEGUN.date(), by=None, at=BEGUN)
    assert f"<h1>Tell us what {NAME} should speak of</h1>" in page(here, scene.sam)
    preview = reverse("desk-form-preview", args=[scene.programme.slug, here.slug])
    assert NAME in as_(scene.mara).get(preview).content.decode()
    assert f"<h1>Tell us what {NAME} should speak of</h1>" in page(here, scene.mara)
    of_all = about_her(scene, is_anonymous=False)
    assert NAME not in page(of_all, scene.sam)  # of the whole programme, in which not everybody knows everybody
    assert NAME in page(of_all, scene.mara)


def test_mail_about_a_form_and_what_it_leaves_to_do_are_veiled_alike(scene: Scene) -> None:
    form = about_her(scene, is_anonymous=False, audience=Audience.ASKED, people=[scene.sam], closes_at=LATER)
    takes_back(scene)
    facts = [fact for tell in (begins_to_ask, closes) for fact in tell(scene.programme, subjects=None, at=IN_SEPTEMBER)]
    said = [[fact.values_for(who)["form.title"] for who in (scene.sam.pk, None, scene.mara.pk)] for fact in facts]
    veiled_title = "Tell us what an Expert should speak of"
    assert said == [[veiled_title, veiled_title, form.title]] * 2
    assert [each.title for each in asked_of(scene.sam, at=IN_SEPTEMBER)] == [veiled_title]
    assert [each.what for each in todo.own_todos(scene.sam, at=IN_SEPTEMBER) if each.part == "Forms"] == [
        f"Answer {veiled_title}"
    ]


def test_taking_a_yes_back_tells_the_person_of_the_form_everybody_reads_and_makes_a_task(scene: Scene) -> None:
    form = about_her(scene)
    url = reverse("form", args=[scene.programme.slug, form.slug])
    found = [each for each in appearances.of(Use.NAME, scene.programme, person=scene.ada, at=IN_SEPTEMBER) if each.url == url]
    assert [(each.what, each.is_at_desk) for each in found] == [("The form “Tell us what somebody should speak of”", False)]
    assert "The form “Tell us what somebody should speak of”" in who_sees(scene)
    task = ("Take the name out: the form “Tell us what somebody should speak of”", url)
    assert takes_back(scene) == [task]
    left = [each for each in todo.todos(scene.programme, by=scene.mara, at=IN_SEPTEMBER) if each.part == "Agreements"]
    assert (left[0].what, left[0].about) == (task[0], f"{NAME} took back: appear by name")


def test_a_form_for_some_is_told_to_the_team_alone_and_a_draft_or_another_name_to_nobody(scene: Scene) -> None:
    some = about_her(scene, is_anonymous=False, audience=Audience.ASKED, people=[scene.sam])
    a_draft(scene.programme, content=ABOUT_HER, audience=Audience.ANYBODY)
    an_open_form(scene.programme, content=a_content(GOAL, title="Of Ada alone"), audience=Audience.ANYBODY)
    assert "Tell us what" not in who_sees(scene)
    url = reverse("desk-form", args=[scene.programme.slug, some.slug])
    assert takes_back(scene) == [("Take the name out: the form “Tell us what somebody should speak of”", url)]
    told = words(as_(scene.ada).get("/me/agreements/practitioners-hub/name/").content.decode())
    assert "Tell us what" not in told
    assert "The team takes the name out of 1 thing it keeps for itself" in told
    desk = reverse("desk-withdrawn", args=[scene.programme.slug, scene.ada.pk, "name"])
    assert "the form “Tell us what somebody should speak of”" in words(as_(scene.mara).get(desk).content.decode())


def test_letters_that_name_her_and_may_still_go_are_left_to_the_team(scene: Scene) -> None:
    facts: dict[str, Any] = {"topic": Topic.NEWS, "by": None, "at": BEGUN}
    write_template(scene.programme, title=f"What {NAME} says", happening="", subject="News", body=f"{NAME} speaks.", **facts)
    write_template(scene.programme, title="Plain", happening="", subject="News", body="Somebody speaks.", **facts)
    by_hand = write_mailing(scene.programme, subject=f"Meet {NAME}", body="Come.", audiences=[], **facts)
    gone = write_mailing(scene.programme, subject=f"Met {NAME}", body="You came.", audiences=[], **facts)
    remove_mailing(gone, by=None, at=BEGUN)
    assert "Meet somebody" not in who_sees(scene)
    assert [what for what, _ in takes_back(scene)] == [
        "Take the name out: the letter “What somebody says”",
        "Take the name out: the letter “Meet somebody”",
    ]
    where = WithdrawalTask.objects.latest("pk").where
    assert where == reverse("desk-letter", args=[scene.programme.slug, by_hand.pk])
    assert as_(scene.mara).get(where).status_code == 200


def test_forms_and_letters_are_looked_through_in_as_many_queries_however_many_there_are(scene: Scene) -> None:
    def asked() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as listed:
            appearances.of(Use.NAME, scene.programme, person=scene.ada, at=IN_SEPTEMBER)
        with CaptureQueriesContext(connection) as mine:
            asked_of(scene.sam, at=IN_SEPTEMBER)
        return len(listed), len(mine)

    about_her(scene, is_anonymous=False, audience=Audience.ASKED, people=[scene.sam])
    few = asked()
    for _ in range(3):
        about_her(scene, is_anonymous=False, audience=Audience.ASKED, people=[scene.sam])
    assert asked() == few
