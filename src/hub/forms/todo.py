"""What forms ask: of a person, to answer those that ask them; of a team, to remind people before a form closes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

from django.urls import reverse

from hub.core.calendar import day_in
from hub.core.forms import AnswerState, Audience
from hub.forms.models import Form
from hub.forms.queries import asked_of, asking
from hub.kit import todo
from hub.kit.todo import Spot, Todo
from hub.messaging.commands import people
from hub.people.models import Person
from hub.programmes.models import Programme

_PART = "Forms"
_SOON = timedelta(days=7)  # before it closes, a team is told who is missing


@todo.source(_PART)
def closing(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give the forms that close within a week and that somebody has not answered. Six queries at any size."""
    for each in asking(programme, at=at):
        form = each.form
        is_begun = form.opens_at is None or form.opens_at <= at
        if not each.left or not is_begun or form.closes_at is None or form.closes_at > at + _SOON:
            continue
        have = "has" if each.left == 1 else "have"
        said = f"Remind {people(each.left)} who {have} not answered"
        yield Todo(
            what=f"Remind everybody asked: {each.left} {have} not answered" if form.is_anonymous else said,
            about=each.about,
            url=reverse("desk-form-summary", args=[programme.slug, form.slug]) + "#missing",
            action="See and remind",
            part=_PART,
            due_on=_last_day(form.closes_at, programme.zone),
        )


@todo.own_source(_PART)
def to_answer(person: Person, *, at: datetime) -> Iterator[Todo]:
    """Give the forms that ask a person, are open, and wait for their answer; who withdrew theirs is not asked again.

    Nine queries at any size.
    """
    for each in asked_of(person, at=at):
        form = each.form
        is_begun = each.state == AnswerState.DRAFT
        if not each.is_open or not (is_begun or each.state == "") or (form.audience == Audience.ANYBODY and not is_begun):
            continue
        yield Todo(
            what=f"Answer {each.title}",
            about=f"{form.programme.name}, {form.cohort.name}" if form.cohort else form.programme.name,
            url=reverse("form", args=[form.programme.slug, form.slug]),
            action="Go on" if is_begun else "Answer",
            part=_PART,
            due_on=_last_day(form.closes_at, form.programme.zone) if form.closes_at else None,
        )


def _last_day(closes_at: datetime, zone: str) -> date:
    """Give the last day on which a form takes answers: the end is exclusive."""
    return day_in(closes_at - timedelta(microseconds=1), zone)


@todo.things("forms.Form", within=lambda programme: Form.objects.filter(programme=programme).values("pk"))
def spots(programme: Programme, keys: Collection[int]) -> dict[int, Spot]:
    """Say where each form is, for what changed. One query."""
    return {row.pk: _spot(row, programme) for row in Form.objects.filter(pk__in=keys).select_related("cohort")}


def _spot(form: Form, programme: Programme) -> Spot:
    about = f"{form.title}, {form.cohort.name}" if form.cohort else form.title
    return Spot(about, reverse("desk-form", args=[programme.slug, form.slug]))
