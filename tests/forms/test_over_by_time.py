"""An anonymous form that its time closes shows what waited, as one does that its team closes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from hub.forms import queries
from hub.forms.commands import SHOW_WHEN_OVER, ask_people, close_form, edit_settings, let_go_answers, remove_form
from hub.forms.models import AnonymousAnswer, Form
from hub.kit import worker
from hub.kit.models import Job, JournalEntry
from tests.forms.filling import an_anonymous_form, experts, said_by_nobody
from tests.scene import IN_SEPTEMBER, Scene, as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
CLOSES = IN_SEPTEMBER + timedelta(days=8)


def answered(scene: Scene, count: int, **settings: object) -> Form:
    """An anonymous form that closes in eight days, with an answer a day."""
    people = experts(scene.cohort, count)
    form = an_anonymous_form(scene.programme, people=people, **({"closes_at": CLOSES, "kept_days": 30} | settings))
    for number, person in enumerate(people):
        said_by_nobody(form, person, at=IN_SEPTEMBER + timedelta(days=number), q1=f"Words {number}")
    return form


def work(at: datetime) -> int:
    """Let the worker do what is due of this; gives how many jobs that was."""
    due = list(Job.objects.filter(name=SHOW_WHEN_OVER, due_at__lte=at, state="waiting").values_list("pk", flat=True))
    return sum(worker.perform(pk, clock=lambda: at) for pk in due)


def shown(form: Form) -> tuple[int, int]:
    """How many answers the summary counts, and how many wait."""
    found = queries.summary(form)
    return found.count, found.waiting


def test_what_waits_is_shown_when_the_time_of_a_form_closes_it(scene: Scene) -> None:
    form = answered(scene, 7)
    assert (shown(form), work(CLOSES - timedelta(seconds=1)), shown(form)) == ((5, 2), 0, (5, 2))
    lines = JournalEntry.objects.count()
    assert (work(CLOSES), shown(form), JournalEntry.objects.count()) == (1, (7, 0), lines)
    assert AnonymousAnswer.objects.values("day").distinct().count() == 1  # they go together


def test_the_page_does_not_promise_answers_that_cannot_come(scene: Scene) -> None:
    form = answered(scene, 7)
    where, mara = reverse("desk-form-summary", args=[scene.programme.slug, form.slug]), as_(scene.mara)
    said = "wait to be shown 2 until there are 5 new ones, or it closes"
    with time_machine.travel(CLOSES - timedelta(hours=1), tick=False):
        assert said in words(mara.get(where).content.decode())
    with time_machine.travel(CLOSES, tick=False):
        assert "wait to be shown 2 shown in a moment" in words(mara.get(where).content.decode())
        work(CLOSES)
        after = words(mara.get(where).content.decode())
    assert ("wait to be shown" in after, "answered 7" in after) == (False, True)


def test_too_few_for_a_group_are_shown_to_nobody_when_it_is_over_and_the_page_says_so(scene: Scene) -> None:
    form = answered(scene, 3)
    work(CLOSES)
    assert (queries.summary(form).is_withheld, queries.summary(form).tallies) == (True, ())
    with time_machine.travel(CLOSES, tick=False):
        page = as_(scene.mara).get(reverse("desk-form-summary", args=[scene.programme.slug, form.slug]))
    assert "shown to nobody. It takes no more." in words(page.content.decode())


def test_a_longer_time_moves_the_end_and_one_that_was_over_has_been_shown(scene: Scene) -> None:
    form = answered(scene, 7)
    edit_settings(form, closes_at=CLOSES + timedelta(days=3), by=scene.mara, at=IN_SEPTEMBER + timedelta(days=7))
    assert (work(CLOSES), shown(form)) == (0, (5, 2))
    edit_settings(form, closes_at=CLOSES + timedelta(days=9), by=scene.mara, at=CLOSES + timedelta(days=4))  # over meanwhile
    assert shown(form) == (7, 0)


def test_a_longer_time_opens_again_and_what_comes_then_is_shown_in_groups_alone(scene: Scene) -> None:
    form = answered(scene, 7)
    ask_people(form, [scene.ada], by=None, at=IN_SEPTEMBER)
    work(CLOSES)
    longer = CLOSES + timedelta(days=9)
    edit_settings(form, closes_at=longer, by=scene.mara, at=CLOSES + timedelta(days=1))
    form.refresh_from_db()
    said_by_nobody(form, scene.ada, at=CLOSES + timedelta(days=2), q1="Alone")
    assert (work(longer), shown(form)) == (1, (7, 1))
    edit_settings(form, closes_at=None, by=scene.mara, at=longer + timedelta(days=1))
    close_form(form, by=scene.mara, at=longer + timedelta(days=2))
    let_go_answers(by=None, at=longer + timedelta(days=3))
    assert shown(form) == (7, 1)
    let_go_answers(by=None, at=longer + timedelta(days=40))
    form.refresh_from_db()
    assert (form.frozen_count, form.uncounted) == (7, 1)


def test_the_night_counts_those_that_waited_though_no_worker_came_at_the_close(scene: Scene) -> None:
    form = answered(scene, 7)
    let_go_answers(by=None, at=IN_SEPTEMBER + timedelta(days=40))
    form.refresh_from_db()
    assert (form.frozen_count, form.uncounted, AnonymousAnswer.objects.count()) == (7, 0, 0)


def test_one_that_closes_no_more_by_its_time_goes_on_waiting(scene: Scene) -> None:
    form = answered(scene, 7)
    edit_settings(form, closes_at=None, by=scene.mara, at=IN_SEPTEMBER + timedelta(days=7))
    assert (work(CLOSES), shown(form)) == (1, (5, 2))


def test_a_form_that_is_gone_by_then_leaves_nothing_to_do(scene: Scene) -> None:
    form = answered(scene, 2)
    remove_form(form, with_answers=True, by=scene.mara, at=CLOSES - timedelta(days=1))
    assert work(CLOSES) == 1
