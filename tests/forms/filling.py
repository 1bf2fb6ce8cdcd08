"""Forms to begin a test from, made by the commands of the program."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from hub.core.forms import Audience, Content, Kind, Option, Question, Section, load
from hub.core.forms.edit import change_question
from hub.forms.commands import (
    answer_anonymously,
    ask_people,
    create_form,
    edit_draft,
    publish_form,
    save_answer,
    send_answer,
    start_answer,
)
from hub.forms.models import Answer, Form
from hub.people.commands import add_person, give_role, prove_address
from hub.people.models import Person, RoleKind
from hub.programmes.models import Cohort, Programme
from tests.factories import BEGUN
from tests.scene import IN_SEPTEMBER

YES_NO = (Option("o1", "Yes"), Option("o2", "No"))
GOAL = Question(key="q1", kind=Kind.LONG, label="What do you want to reach?", is_required=True, most=50, is_shared=True)
TRAVEL = Question(key="q2", kind=Kind.ONE, label="Can you travel?", options=YES_NO, is_shared=True)
NEEDS = Question(
    key="q3", kind=Kind.LONG, label="What do you need to take part?", is_sensitive=True, why="Only the team reads it."
)


def a_content(*questions: Question, title: str = "Onboarding survey", **facts: Any) -> Content:
    words = {"purpose": "To plan the kick-off.", "readers": "The team of the programme."} | facts
    asked = questions or (GOAL, TRAVEL, NEEDS)
    return Content(title=title, sections=(Section(key="s1", title="You", questions=asked),), next_key=20, **words)


def a_draft(programme: Programme, *questions: Question, content: Content | None = None, **settings: Any) -> Form:
    return create_form(programme, content or a_content(*questions), by=None, at=BEGUN, **settings)


def an_open_form(programme: Programme, *questions: Question, people: Iterable[Person] = (), **settings: Any) -> Form:
    """A published form; the people are asked, one by one, unless the settings say otherwise."""
    form = a_draft(programme, *questions, **settings)
    publish_form(form, seen=form.draft_at, by=None, at=BEGUN)
    ask_people(form, people, by=None, at=BEGUN)
    form.refresh_from_db()
    return form


def an_anonymous_form(programme: Programme, *questions: Question, people: Iterable[Person] = (), **settings: Any) -> Form:
    return an_open_form(programme, *(questions or (GOAL, TRAVEL)), people=people, is_anonymous=True, **settings)


def ask_otherwise(form: Form, *questions: Question, at: datetime = IN_SEPTEMBER) -> Form:
    """The form with other words, choices or a scale for some of its questions, published as its next version."""
    form.refresh_from_db()
    content = load(form.draft)
    for question in questions:
        content = change_question(content, question)
    edited = edit_draft(form, content, seen=form.draft_at, by=None, at=at)
    publish_form(edited, seen=edited.draft_at, by=None, at=at)
    return edited


def sent(form: Form, person: Person, at: datetime = IN_SEPTEMBER, **typed: Any) -> Answer:
    """An answer a person sent: `q1="words"` or a list."""
    given = {name: value if isinstance(value, list) else [value] for name, value in ({"q1": "To learn"} | typed).items()}
    answer = start_answer(form, person, by=person, at=at)
    save_answer(answer, given, by=person, at=at)
    return send_answer(answer, by=person, at=at)


def said_by_nobody(form: Form, by: Person | None, at: datetime = IN_SEPTEMBER, **typed: str) -> None:
    version = form.versions.count()
    answer_anonymously(form, {name: [text] for name, text in ({"q1": "x"} | typed).items()}, version=version, by=by, at=at)


def experts(cohort: Cohort, count: int) -> list[Person]:
    """Experts of a cohort, each with an address."""
    made = []
    for number in range(1, count + 1):
        person = add_person(f"Expert {chr(64 + number)}", email=f"expert{number}@example.org", by=None, at=BEGUN)
        prove_address(person.account, by=None, at=BEGUN)
        give_role(person, RoleKind.EXPERT, cohort.programme, cohort=cohort, starts_on=cohort.starts_on, by=None, at=BEGUN)
        made.append(person)
    return made


LATER = IN_SEPTEMBER + timedelta(hours=1)
BY_ROLE: dict[str, Any] = {"audience": Audience.ROLES, "roles": [RoleKind.EXPERT]}
