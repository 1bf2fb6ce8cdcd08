"""What a team sees of what was answered, what is told back to a cohort, and what is left when it was kept for its time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from hub.core.errors import NotAllowed
from hub.core.forms import Kind, NotOpen, Question
from hub.forms import queries
from hub.forms.commands import (
    add_upload,
    close_form,
    let_go_answers,
    open_form,
    save_answer,
    start_answer,
    withdraw_answer,
)
from hub.forms.models import AnonymousAnswer, Answer, Form
from hub.kit import journal, worker
from hub.kit.models import JournalEntry
from hub.people.commands import ask_erasure
from hub.people.models import day_of
from tests.forms.filling import GOAL, NEEDS, TRAVEL, an_anonymous_form, an_open_form, experts, said_by_nobody, sent
from tests.scene import IN_SEPTEMBER, Scene, as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
DUE = IN_SEPTEMBER + timedelta(days=30)


def shared(form: Form, people: Any = None) -> list[tuple[str, int]]:
    return [(each.question.key, each.answered) for each in queries.shared_summary(form, people).tallies]


def test_a_team_sees_what_was_sent_with_a_name_from_the_first_answer_on(scene: Scene) -> None:
    first, second = experts(scene.cohort, 2)
    form = an_open_form(scene.programme, people=[first, second])
    save_answer(start_answer(form, first, by=first, at=IN_SEPTEMBER), {"q1": ["A draft"]}, by=first, at=IN_SEPTEMBER)
    sent(form, second, q1="Maps", q2="o1")
    found = queries.summary(form)
    assert (found.count, found.is_withheld) == (1, False)
    assert [(each.question.key, each.answered, each.texts) for each in found.tallies] == [
        ("q1", 1, ("Maps",)),
        ("q2", 1, ()),
        ("q3", 0, ()),
    ]


def test_a_cohort_is_told_only_what_may_be_shared_and_only_from_five_answers_on(scene: Scene) -> None:
    people = experts(scene.cohort, 6)
    form = an_open_form(scene.programme, people=people)
    for person in people[:4]:
        sent(form, person, q2="o1", q3="A secret need")
    found = queries.shared_summary(form)
    assert (found.is_withheld, found.count, found.needed, found.tallies) == (True, 4, 5, ())
    sent(form, people[4], q1="To map", q3="Another secret")
    told = queries.shared_summary(form)
    assert shared(form) == [("q1", 5)]  # four said whether they can travel: too few
    assert "secret" not in str(told)
    sent(form, people[5], q2="o2")
    assert shared(form) == [("q1", 6), ("q2", 5)]
    assert shared(form, people[:4]) == []
    assert shared(form, people[1:]) == [("q1", 5)]


def test_who_asked_to_be_forgotten_is_told_back_to_nobody(scene: Scene) -> None:
    people = experts(scene.cohort, 6)
    form = an_open_form(scene.programme, people=people)
    for person in people:
        sent(form, person, q1=f"Goal of {person.name}")
    ask_erasure(people[0], by=None, at=IN_SEPTEMBER)
    assert shared(form) == [("q1", 5)]
    assert "Goal of Expert A" not in str(queries.shared_summary(form))


@pytest.mark.parametrize("count", [1, 9])
def test_a_summary_asks_the_database_as_often_for_many_answers_as_for_few(scene: Scene, count: int) -> None:
    people = experts(scene.cohort, count)
    form = an_open_form(scene.programme, people=people)
    for person in people:
        sent(form, person)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        queries.summary(form)
    assert len(asked) == 3


def test_after_its_time_the_numbers_stay_and_what_was_said_is_gone(scene: Scene, settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    letter = Question(key="q5", kind=Kind.FILE, label="Letter")
    people = experts(scene.cohort, 4)
    form = an_open_form(scene.programme, GOAL, TRAVEL, letter, people=people, kept_days=30)
    answer = start_answer(form, people[0], by=people[0], at=IN_SEPTEMBER)
    upload = add_upload(answer, "q5", b"%PDF-1.7", "a.pdf", by=people[0], at=IN_SEPTEMBER)
    old = sent(form, people[0], q1="Words that go", q2="o1", q5=str(upload.pk))
    sent(form, people[1], at=IN_SEPTEMBER + timedelta(days=2), q1="Words that stay", q2="o1")
    save_answer(start_answer(form, people[2], by=people[2], at=IN_SEPTEMBER), {"q1": ["Draft"]}, by=people[2], at=IN_SEPTEMBER)
    before = queries.summary(form)

    assert let_go_answers(by=None, at=DUE - timedelta(seconds=1)) == 0
    assert let_go_answers(by=None, at=DUE) == 2
    assert let_go_answers(by=None, at=DUE) == 0
    worker.drain(clock=lambda: DUE, most=40)

    form.refresh_from_db()
    after = queries.summary(form)
    assert [(each.answered, dict(each.counts)) for each in after.tallies] == [
        (each.answered, dict(each.counts)) for each in before.tallies
    ]
    assert (after.count, after.purged, after.tallies[0].texts) == (2, 1, ("Words that stay",))
    old.refresh_from_db()
    assert (old.values, old.typed, old.state, old.purged_at) == ({}, {}, "sent", DUE)
    assert "Words that go" not in str(Form.objects.values()) + str(list(Answer.objects.values()))
    assert (Answer.objects.filter(person=people[2]).count(), default_storage.exists(upload.stored)) == (0, False)
    assert queries.has_not_answered(form, people) == people[2:]
    with pytest.raises(NotOpen):
        start = start_answer(form, people[0], by=people[0], at=DUE)
        save_answer(start, {"q1": ["Again"]}, by=people[0], at=DUE)


def test_the_file_of_an_anonymous_form_has_what_is_sensitive_only_where_that_is_asked_for(scene: Scene, client: Client) -> None:
    people = experts(scene.cohort, 5)
    form = an_anonymous_form(scene.programme, GOAL, NEEDS, people=people)
    for person in people:
        said_by_nobody(form, person, q1="To map", q3="A secret need")
    close_form(form, by=None, at=IN_SEPTEMBER)
    client.force_login(scene.mara.account)
    address = reverse("desk-form-export", args=[scene.programme.slug, form.slug, "csv"])
    page = client.get(reverse("desk-form-summary", args=[scene.programme.slug, form.slug])).content.decode()
    assert ("secret" in page, f"{address.removesuffix('csv')}xlsx?sensitive=too" in page) == (False, True)
    assert "To map" in client.get(address).content.decode()
    assert "secret" not in client.get(address).content.decode()
    assert client.get(f"{address}?sensitive=too").content.decode().count("A secret need") == 5


def test_anonymous_answers_go_after_their_days_and_are_counted_with_those_that_come_later(scene: Scene) -> None:
    people = experts(scene.cohort, 8)
    form = an_anonymous_form(scene.programme, people=people, kept_days=30)
    for person in people[:5]:
        said_by_nobody(form, person, q2="o1")
    let_go_answers(by=None, at=DUE + timedelta(days=1))
    form.refresh_from_db()
    assert AnonymousAnswer.objects.count() == 0
    assert (form.frozen_count, form.frozen["q2"]) == (5, {"answered": 5, "counts": {"o1": 5}})
    assert [(each.question.key, each.answered) for each in queries.summary(form).tallies] == [("q1", 5), ("q2", 5)]


def test_anonymous_answers_that_were_never_shown_go_without_being_counted_and_the_summary_says_so(scene: Scene) -> None:
    people = experts(scene.cohort, 6)
    form = an_anonymous_form(scene.programme, people=people, kept_days=30)
    for person in people[:5]:
        said_by_nobody(form, person, q2="o1")
    said_by_nobody(form, people[5], at=IN_SEPTEMBER + timedelta(days=4), q2="o2")
    assert let_go_answers(by=None, at=DUE + timedelta(days=9)) == 6
    form.refresh_from_db()
    found = queries.summary(form)
    assert [(each.question.key, dict(each.counts)) for each in found.tallies] == [("q1", {}), ("q2", {"o1": 5})]
    assert (found.count, found.purged, found.waiting, found.uncounted) == (5, 5, 0, 1)
    assert (queries.counts_of([form])[form.pk], AnonymousAnswer.objects.count()) == (6, 0)
    (asks,) = queries.asking(scene.programme, at=DUE + timedelta(days=9))
    assert asks.left == 0
    line = JournalEntry.objects.get(verb="let-go")
    assert (line.facts["sent"], line.facts["uncounted"]) == (5, 1)
    said = "kept the numbers of 5 answers and let go of what 6 said; 1 of them uncounted, too few to be shown"
    assert journal.history_of(form, person=scene.mara, at=DUE).entries[0].did == said


def texts(form: Form) -> list[str]:
    (found,) = [each for each in queries.summary(form).tallies if each.question.key == "q1"] or [None]
    return [] if found is None else list(found.texts)


def after(days: int) -> datetime:
    return IN_SEPTEMBER + timedelta(days=days)


def test_texts_of_an_anonymous_form_that_were_shown_together_go_together_and_none_is_kept_longer_than_promised(
    scene: Scene,
) -> None:
    people = experts(scene.cohort, 10)
    form = an_anonymous_form(scene.programme, people=people, kept_days=30)
    first, second = [f"Early {number}" for number in range(5)], [f"Late {number}" for number in range(5)]
    for number, (person, text) in enumerate(zip(people, [*first, *second], strict=True)):
        said_by_nobody(form, person, at=after(number), q1=text)
    seen = []
    for days in range(30, 42):
        let_go_answers(by=None, at=after(days))
        form.refresh_from_db()
        seen.append(texts(form))
        assert queries.summary(form).count == 10
    changes = [(days, said) for days, said in enumerate(seen, start=30) if days == 30 or said != seen[days - 31]]
    assert changes == [(30, second), (35, [])]


def test_the_few_that_are_shown_when_a_form_closes_go_with_those_shown_before_them(scene: Scene) -> None:
    people = experts(scene.cohort, 7)
    form = an_anonymous_form(scene.programme, people=people, kept_days=30)
    for number, person in enumerate(people):
        said_by_nobody(form, person, at=after(number), q1=f"Words {number}")
    close_form(form, by=scene.mara, at=after(8))
    assert len(texts(form)) == 7
    let_go_answers(by=None, at=after(29))
    assert len(texts(form)) == 7
    let_go_answers(by=None, at=after(30))
    form.refresh_from_db()
    assert (texts(form), form.frozen_count, AnonymousAnswer.objects.count()) == ([], 7, 0)


def test_a_form_closed_with_nothing_shown_lets_go_of_all_at_once(scene: Scene) -> None:
    people = experts(scene.cohort, 3)
    form = an_anonymous_form(scene.programme, people=people, kept_days=30)
    close_form(form, by=scene.mara, at=after(0))
    assert AnonymousAnswer.objects.count() == 0
    open_form(form, by=scene.mara, at=after(0))
    for number, person in enumerate(people):
        said_by_nobody(form, person, at=after(number), q1=f"Words {number}")
    close_form(form, by=scene.mara, at=after(8))
    assert set(AnonymousAnswer.objects.values_list("day", "is_shown")) == {(day_of(after(0)), True)}


def test_opened_again_an_anonymous_form_shows_no_answer_alone_however_often_it_is_closed(scene: Scene) -> None:
    people = experts(scene.cohort, 14)
    form = an_anonymous_form(scene.programme, people=people)
    counts = []
    for number, person in enumerate(people):
        said_by_nobody(form, person, at=after(number), q1=f"Words {number}")
        if number >= 6:
            close_form(form, by=scene.mara, at=after(number))
            found = queries.summary(form)
            counts.append((found.count, found.waiting, len(texts(form))))
            open_form(form, by=scene.mara, at=after(number))
    assert counts == [(7, 0, 7), (7, 1, 7), (7, 2, 7), (7, 3, 7), (7, 4, 7), (12, 0, 12), (12, 1, 12), (12, 2, 12)]


def test_what_nobody_has_seen_yet_joins_at_every_close(scene: Scene) -> None:
    people = experts(scene.cohort, 5)
    form = an_anonymous_form(scene.programme, people=people)
    for number, person in enumerate(people):
        said_by_nobody(form, person, at=after(number), q1=f"Words {number}")
        if number in (2, 4):
            close_form(form, by=scene.mara, at=after(number))
            assert len(texts(form)) == {2: 0, 4: 5}[number]
            open_form(form, by=scene.mara, at=after(number))


def test_the_summary_says_that_what_came_after_a_form_was_opened_again_is_not_shown(scene: Scene) -> None:
    people = experts(scene.cohort, 8)
    form = an_anonymous_form(scene.programme, people=people)
    where, mara = reverse("desk-form-summary", args=[scene.programme.slug, form.slug]), as_(scene.mara)
    for person in people[:7]:
        said_by_nobody(form, person)
    close_form(form, by=scene.mara, at=after(1))
    settings = mara.get(reverse("desk-form-settings", args=[scene.programme.slug, form.slug])).content.decode()
    assert "Once it is open again, new ones are shown only 5 at a time." in words(settings)
    open_form(form, by=scene.mara, at=after(2))
    said_by_nobody(form, people[7], at=after(3))
    assert "until there are 5 new ones, also when it closes: it was opened again" in words(mara.get(where).content.decode())
    close_form(form, by=scene.mara, at=after(4))
    assert "wait to be shown 1 too few to be shown: it was opened again" in words(mara.get(where).content.decode())


def test_anonymous_answers_that_waited_are_counted_where_they_are_a_group_by_themselves(scene: Scene) -> None:
    people = experts(scene.cohort, 5)
    form = an_anonymous_form(scene.programme, people=people, kept_days=30, smallest_group=6)
    for person in people:
        said_by_nobody(form, person, q2="o1")
    Form.objects.filter(pk=form.pk).update(smallest_group=5)  # no command makes it smaller once there are answers
    let_go_answers(by=None, at=DUE + timedelta(days=1))
    form.refresh_from_db()
    assert (form.frozen_count, form.frozen["q2"]["counts"], form.uncounted) == (5, {"o1": 5}, 0)


def test_whoever_answered_is_counted_once_when_what_they_said_is_numbers_only(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada, scene.sam], kept_days=30)
    answer = sent(form, scene.ada)
    sent(form, scene.sam, at=IN_SEPTEMBER + timedelta(days=2))
    let_go_answers(by=None, at=DUE)
    form.refresh_from_db()
    with pytest.raises(NotOpen):
        withdraw_answer(answer, by=scene.ada, at=DUE)
    assert (queries.summary(form).count, queries.counts_of([form])[form.pk]) == (2, 2)
    with time_machine.travel(DUE, tick=False):
        ada, mara = as_(scene.ada), as_(scene.mara)
        place = [scene.programme.slug, form.slug]
        gone = ada.post(reverse("form-withdraw", args=place))
        assert (gone.status_code, gone.headers["Location"]) == (302, reverse("form-sent", args=place))
        assert reverse("form-withdraw", args=place) not in ada.get(reverse("form-sent", args=place)).content.decode()
        assert "2 answered" in words(mara.get(reverse("desk-form-summary", args=place)).content.decode())


def test_the_hub_alone_lets_go(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        let_go_answers(by=scene.mara, at=DUE)


def test_what_waits_for_a_person_is_told_first_and_a_team_is_not_asked_by_its_own_forms(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    an_anonymous_form(scene.programme, people=[scene.ada])
    done = an_anonymous_form(scene.programme, GOAL, people=[scene.ada])
    said_by_nobody(done, scene.ada)
    told = [(each.form.slug, each.state, each.is_open) for each in queries.asked_of(scene.ada, at=IN_SEPTEMBER)]
    assert told == [(form.slug, "", True), ("onboarding-survey-2", "", True), (done.slug, "sent", True)]
    assert queries.asked_of(scene.mara, at=IN_SEPTEMBER) == []
