"""Read what was answered: rows for a team, a summary, and what may be told back to a cohort."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from hub.core.consent import Use
from hub.core.forms import SMALLEST_GROUP, AnswerState, Tally, joins_when_over, may_share, tallies
from hub.forms.models import AnonymousAnswer, Answer, Form
from hub.forms.queries.forms import contents, opened_again
from hub.people.models import Person
from hub.people.queries import leaving, not_allowing


@dataclass(frozen=True, slots=True)
class Summary:
    """Answers added up. `count` is how many there are in all, `purged` how many of them are numbers only by now.

    `waiting` anonymous ones are not in it yet: they come when there are enough of them, or when the form closes, if `joins`;
    `uncounted` were still waiting when their time was over, and never come. Where there are fewer than `needed`, there is
    nothing to see (`is_withheld`).
    """

    tallies: tuple[Tally, ...]
    count: int
    purged: int
    waiting: int
    needed: int
    is_withheld: bool
    uncounted: int = 0
    joins: bool = True


def sent_answers(form: Form) -> QuerySet[Answer]:
    """Give the answers that were sent with a name, newest first; there are none to an anonymous form."""
    rows = Answer.objects.filter(form=form, state=AnswerState.SENT.value)
    return rows.select_related("person", "version").order_by("-sent_at", "-pk")


def begun(form: Form) -> int:
    """Count those who have begun and not sent; of an anonymous form nobody knows."""
    return Answer.objects.filter(form=form, state=AnswerState.DRAFT.value).count()


def neighbours(form: Form, answer: Answer) -> tuple[int | None, int | None]:
    """Give the keys of the answers sent just after and just before one, as a table lists them. One query."""
    keys = list(sent_answers(form).values_list("pk", flat=True))
    place = keys.index(answer.pk) if answer.pk in keys else -1
    if place < 0:
        return None, None
    return (keys[place - 1] if place else None), (keys[place + 1] if place + 1 < len(keys) else None)


def when_answered(forms: Iterable[Form | int]) -> dict[tuple[int, int], datetime]:
    """Give when who sent what stands as their answer to some forms, by form and person. One query."""
    keys = [each if isinstance(each, int) else each.pk for each in forms]
    rows = Answer.objects.filter(form__in=keys, state=AnswerState.SENT.value, sent_at__isnull=False)
    return {(form, person): sent for form, person, sent in rows.values_list("form", "person", "sent_at") if sent is not None}


def summary(form: Form) -> Summary:
    """Add up what was sent to a form, for its team. Of an anonymous one nothing that fewer than its smallest group said.

    Three queries at any size, four while some wait.
    """
    said = contents(form)
    if not form.is_anonymous:
        rows = Answer.objects.filter(form=form, state=AnswerState.SENT.value, purged_at__isnull=True)
        found = tallies(said, rows.values_list("version__number", "values"), form.frozen)
        count = rows.count() + form.frozen_count
        return Summary(tuple(found), count, form.frozen_count, 0, 1, is_withheld=False)
    pile = list(AnonymousAnswer.objects.filter(form=form).values_list("version__number", "values", "is_shown"))
    shown = [(number, values) for number, values, is_shown in pile if is_shown]
    count = len(shown) + form.frozen_count
    needed = max(form.smallest_group, SMALLEST_GROUP)
    waiting = len(pile) - len(shown)
    joins = not waiting or joins_when_over(waiting, seen=count, group=form.smallest_group, is_first=not opened_again(form))
    is_withheld = count < needed
    enough = [] if is_withheld else [each for each in tallies(said, shown, form.frozen) if each.answered >= needed]
    return Summary(tuple(enough), count, form.frozen_count, waiting, needed, is_withheld, form.uncounted, joins)


def shared_summary(form: Form, people: Iterable[Person] | None = None) -> Summary:
    """Add up what may be told back to those who answered: questions their own version said so of, and never a sensitive one.

    `people` narrows it to some (a cohort's Experts), None is everybody; an anonymous form knows no people. Where fewer than
    the form's smallest group answered, in all or a single question, nothing of it is told. Who asked to be forgotten is left
    out, and where the programme asks whether answers may be used in reports, whoever has not said yes. What was purged is left
    out too: nobody knows any more whose it was.
    """
    said = contents(form)
    needed = form.smallest_group
    answers: list[tuple[int, dict[str, object]]]
    if form.is_anonymous:
        rows = AnonymousAnswer.objects.filter(form=form, is_shown=True)
        answers = list(rows.values_list("version__number", "values"))
    else:
        sent = Answer.objects.filter(form=form, state=AnswerState.SENT.value, purged_at__isnull=True)
        if people is not None:
            sent = sent.filter(person__in=[person.pk for person in people])
        found = list(sent.values_list("person", "version__number", "values"))
        people_in_it = [person for person, _, _ in found]
        gone = leaving(people_in_it) | not_allowing(people_in_it, Use.ANSWERS, form.programme_id)
        answers = [(number, values) for person, number, values in found if person not in gone]
    count = len(answers)
    if count < needed:
        return Summary((), count, 0, 0, needed, is_withheld=True)
    told = tallies(said, may_share(said, answers))
    return Summary(tuple(each for each in told if each.answered >= needed), count, 0, 0, needed, is_withheld=False)
