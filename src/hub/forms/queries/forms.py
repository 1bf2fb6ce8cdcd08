"""Read forms, their versions, and who is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from hub.core.forms import AnswerState, Audience, Content, FormState, load, takes_answers
from hub.core.shown import mark_of
from hub.core.veil import Veil
from hub.forms.models import AnonymousAnswer, Answer, Form, FormVersion, Taken, Upload
from hub.forms.queries.asking import titles_of
from hub.forms.queries.parts import asked_of_forms, asks_by
from hub.people.models import Person
from hub.people.queries.reached import people_by_key
from hub.people.queries.veils import veils_in
from hub.programmes.models import Programme


def form(programme: Programme, slug: str) -> Form | None:
    """Find a form of a programme by its slug, whoever asks; the caller checks."""
    return Form.objects.filter(programme=programme, slug=slug).select_related("programme", "cohort").first()


def form_named(programme_slug: str, slug: str) -> Form | None:
    """Find a form by its programme's slug and its own, whoever asks; the caller checks."""
    found = Form.objects.filter(programme__slug=programme_slug, slug=slug)
    return found.select_related("programme", "cohort").first()


def forms_of(programme: Programme) -> QuerySet[Form]:
    """Give the forms of a programme, those that are open first, then by when they were made, newest first."""
    return Form.objects.filter(programme=programme).select_related("programme", "cohort").order_by("-made_at", "pk")


def settings_of(form: Form) -> dict[str, Any]:
    """Give what is set of a form, by name: who is asked, from when to when, how long answers are kept."""
    names = ("is_anonymous", "audience", "roles", "cohort_id", "opens_at", "closes_at", "kept_days", "smallest_group")
    return {name: getattr(form, name) for name in names}


def settings_mark(form: Form) -> str:
    """Give a mark for what is set of a form, which is another one where any of it is: what somebody saw who changes it."""
    said = settings_of(form) | {"says_whom": form.says_whom}
    words = {name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for name, value in said.items()}
    return mark_of(*(f"{name}={value}" for name, value in words.items()))


def is_open(form: Form, *, at: datetime) -> bool:
    """Say whether a form takes answers now."""
    return takes_answers(FormState(form.state), form.opens_at, form.closes_at, at=at)


def opened_again(form: Form) -> bool:
    """Say whether a form was over before, by hand or by its time, since it was published first. One query.

    Publishing opens it, at one moment with its first version; it came later to where it stands only where it was over.
    """
    first = FormVersion.objects.filter(form=form).order_by("number").values_list("published_at", flat=True).first()
    return first is not None and form.state_at > first


def newest(form: Form) -> FormVersion | None:
    """Give the version people answer, None before the first."""
    return FormVersion.objects.filter(form=form).order_by("-number").first()


def versions(form: Form) -> QuerySet[FormVersion]:
    """Give every version, newest first, with who published it."""
    return FormVersion.objects.filter(form=form).select_related("published_by").order_by("-number")


def contents(form: Form) -> Mapping[int, Content]:
    """Give what each version asks, by its number. One query."""
    rows = FormVersion.objects.filter(form=form).order_by("number").values_list("number", "content")
    return {number: load(content) for number, content in rows}


def people_asked(form: Form, *, at: datetime) -> list[Person]:
    """Give the people a form asks now, by name; nobody where anybody may answer. Three queries."""
    asked = asked_of_forms(form.programme, [form], at=at).get(form.pk, {})
    return sorted(people_by_key(asked).values(), key=lambda each: (each.plain_name, each.pk))


def person_asked(form: Form, key: str) -> Person | None:
    """Give a person a form asks by hand, by their key as a page sends it."""
    is_key = key.isascii() and key.isdecimal() and len(key) < 12
    row = form.asked.filter(role="", person=int(key)).select_related("person").first() if is_key else None
    return row.person if row is not None else None


def asked_by_hand(form: Form) -> set[int]:
    """Give the keys of the people a form asks one by one, whatever part they have. One query."""
    return set(form.asked.filter(role="").values_list("person", flat=True))


def has_answered(form: Form, people: Iterable[Person]) -> set[int]:
    """Give the keys of those among some people who have sent an answer with their name. One query."""
    sent = Answer.objects.filter(form=form, person__in=[person.pk for person in people], state=AnswerState.SENT.value)
    return set(sent.values_list("person", flat=True))


def count_ever_asked(form: Form, asked: Iterable[Person]) -> int:
    """Count whom a form asks with those it asks no more who have answered by name; of an anonymous one nobody knows of them."""
    sent = Answer.objects.filter(form=form, state=AnswerState.SENT.value).values_list("person", flat=True)
    return len({person.pk for person in asked} | set(sent))


def has_taken(form: Form, person: Person) -> bool:
    """Say to a person whether they have answered an anonymous form; to nobody else."""
    return Taken.objects.filter(form=form, person=person).exists()


def has_not_answered(form: Form, people: Iterable[Person]) -> list[Person]:
    """Give those among some people who have not answered, in their order: whom a reminder is for. One query.

    Of an anonymous form that is everybody: a list that is watched would tell who answered when.
    """
    asked = list(people)
    if form.is_anonymous:
        return asked
    there = has_answered(form, asked)
    return [person for person in asked if person.pk not in there]


def veil_over(form: Form, person: Person | None, *, at: datetime) -> Veil:
    """Give the veil over what somebody reads of a form: none where they take part in what it is of. Two queries at most."""
    of = (form.programme_id, form.cohort_id)
    return veils_in(person, [of], at=at)[of]


def published(programme: Programme) -> list[tuple[Form, dict[str, Any]]]:
    """Give the forms of a programme people may have before them, each with what it asks now, as it is stored. One query."""
    later = FormVersion.objects.filter(form=OuterRef("form"), number__gt=OuterRef("number"))
    rows = FormVersion.objects.filter(~Exists(later), form__programme=programme).exclude(form__state=FormState.DRAFT.value)
    return [(row.form, row.content) for row in rows.select_related("form__programme", "form__cohort").order_by("form")]


@dataclass(frozen=True, slots=True)
class Mine:
    """A form that asks somebody, and where they stand with it; of an anonymous one only whether they have answered."""

    form: Form
    title: str
    state: str  # "", or a value of AnswerState
    saved_at: datetime | None
    is_open: bool


def asked_of(person: Person, *, at: datetime) -> list[Mine]:
    """Give the forms that ask a person now or were answered by them, what waits first; titles as they may read them.

    Ten queries at any size.
    """
    to_all = Q(audience=Audience.ANYBODY.value) & ~Exists(Answer.objects.filter(form=OuterRef("pk"), person=person))
    visible = Form.objects.visible_to(person, at=at).exclude(state=FormState.DRAFT.value).exclude(to_all)
    answers = {row.form_id: row for row in Answer.objects.filter(person=person)}
    taken = set(Taken.objects.filter(person=person).values_list("form", flat=True))
    asking = set(visible.filter(asks_by(person, at=at)).values_list("pk", flat=True))
    found = []
    rows = list(visible.select_related("programme", "cohort"))
    drawn = veils_in(person, ((row.programme_id, row.cohort_id) for row in rows), at=at)
    said = titles_of(rows)
    titles = {row.pk: drawn[row.programme_id, row.cohort_id].text(said[row.pk]) for row in rows}
    for row in rows:
        answer = answers.get(row.pk)
        if answer is None and row.pk not in taken | asking:
            continue  # on its team only
        state = AnswerState.SENT.value if row.pk in taken else answer.state if answer else ""
        mine = Mine(row, titles[row.pk], state, answer.saved_at if answer else None, is_open(row, at=at))
        if mine.is_open or state:
            found.append(mine)
    return sorted(found, key=_waits_first)


def _waits_first(each: Mine) -> tuple[bool, bool, str, int]:
    """Order a person's forms; of two with one title the older comes first, whatever order the database gives."""
    return not each.is_open, each.state == AnswerState.SENT, each.title.casefold(), each.form.pk


def answer_of(form: Form, person: Person) -> Answer | None:
    """Give what a person answers to a form, sent or not; None where they have not begun."""
    rows = Answer.objects.filter(form=form, person=person)
    return rows.select_related("form__programme", "form__cohort", "person", "version").first()


def answer_by_key(form: Form, key: int, person: Person | None, *, at: datetime) -> Answer | None:
    """Find an answer by its key among those somebody may read."""
    rows = Answer.objects.visible_to(person, at=at).filter(form=form, pk=key)
    return rows.select_related("form__programme", "person", "version").first()


def upload(programme_slug: str, slug: str, key: int) -> Upload | None:
    """Find a file given with an answer, whoever asks; the caller checks."""
    rows = Upload.objects.filter(answer__form__programme__slug=programme_slug, answer__form__slug=slug, pk=key)
    return rows.select_related("answer__form__programme").first()


def counts_of(forms: Iterable[Form]) -> dict[int, int]:
    """Count what was sent to each of some forms, what was purged with it. Two queries.

    Of an answer with a name the row stays when it is purged; an anonymous one goes and is a number of its form.
    """
    rows_of = list(forms)
    keys = [each.pk for each in rows_of]
    counts = {each.pk: each.frozen_count + each.uncounted if each.is_anonymous else 0 for each in rows_of}
    named = Answer.objects.filter(form__in=keys, state=AnswerState.SENT.value)
    nobodys = AnonymousAnswer.objects.filter(form__in=keys)
    for rows in (named, nobodys):
        for key, count in rows.values_list("form").annotate(count=Count("pk")).order_by():
            counts[key] += count
    return counts
