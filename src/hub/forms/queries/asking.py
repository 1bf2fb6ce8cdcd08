"""Read which forms of a programme ask people, since when each, and who has not answered: for reminders and This week."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, F, Q

from hub.core.forms import AnswerState, Audience, FormState
from hub.forms.models import AnonymousAnswer, Answer, Form, FormVersion
from hub.forms.queries.parts import asked_of_forms
from hub.programmes.models import Programme

_EVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Asking:
    """A form that asks people, and takes answers now or later, or did until it closed.

    `title` is what people read; it asks from `begins_at` on, each person `since` a moment of their own, by their key. Who came
    after it began is in `later`, with what tells those who came together from the others; it stays, whatever becomes of the
    form's times. `anew` gives by person the time (from, to) in which what was told them was an asking that ended: who is asked
    one by one may have been asked no more meanwhile. `missing` are those a reminder is for: of an anonymous form all it asks,
    as nobody can see who has answered. `left` counts who has not; of an anonymous form, too.
    """

    form: Form
    title: str
    begins_at: datetime
    since: Mapping[int, datetime]
    later: Mapping[int, str]
    anew: Mapping[int, tuple[datetime, datetime]]
    missing: frozenset[int]
    left: int

    @property
    def about(self) -> str:
        """The form and whom it asks: "Onboarding survey, Cohort 2024"."""
        return f"{self.title}, {self.form.cohort.name}" if self.form.cohort else self.title


def asking(
    programme: Programme, *, forms: Collection[int] | None = None, closed_since: datetime | None = None, at: datetime
) -> list[Asking]:
    """Give the forms of a programme that ask people and are not over, by when they close. Six queries at any size.

    `forms` keeps only some; `closed_since` adds those whose time was over from that moment on. One the team closed before its
    time is left out. Those anybody may answer ask nobody, and are left out, too.
    """
    wanted = Q(state=FormState.OPEN.value) & (Q(closes_at__isnull=True) | Q(closes_at__gt=at))
    if closed_since is not None:
        by_itself = Q(state=FormState.OPEN.value) | Q(state=FormState.CLOSED.value, state_at__gte=F("closes_at"))
        wanted |= by_itself & Q(closes_at__lte=at, closes_at__gte=closed_since)
    rows = Form.objects.filter(wanted, programme=programme).exclude(audience=Audience.ANYBODY.value)
    if forms is not None:
        rows = rows.filter(pk__in=forms)
    found = list(rows.select_related("programme", "cohort").order_by("closes_at", "pk"))
    if not found:
        return []
    published, people = _published(found), asked_of_forms(programme, found, at=at)
    named = [form.pk for form in found if not form.is_anonymous]
    sent = Answer.objects.filter(form__in=named, state=AnswerState.SENT.value).values_list("form", "person")
    answered: dict[int, set[int]] = {}
    for key, person in sent:
        answered.setdefault(key, set()).add(person)
    nobodys = AnonymousAnswer.objects.filter(form__in=[form.pk for form in found if form.is_anonymous]).order_by()
    counted = dict(nobodys.values_list("form").annotate(count=Count("pk")))
    told = []
    for form in found:
        title, published_at = published[form.pk]
        begins_at = max(form.opens_at or published_at, published_at, form.began_at or published_at)
        asked = people.get(form.pk, {})
        since = {person: max(asked_at, begins_at) for person, asked_at in asked.items()}
        if form.closes_at is not None:  # who came after it was over was never asked
            since = {person: moment for person, moment in since.items() if moment < form.closes_at}
        began_at, by_role = form.began_at or begins_at, form.audience == Audience.ROLES
        later = {
            person: f"p{person}" if by_role else str(int(asked[person].timestamp()))
            for person in since
            if asked[person] > began_at
        }
        anew = {person: (form.audience_at or _EVER, _EVER if by_role else asked[person]) for person in since}
        missing = frozenset(since) - answered.get(form.pk, set())
        there = counted.get(form.pk, 0) + form.frozen_count + form.uncounted if form.is_anonymous else 0
        told.append(Asking(form, title or form.title, begins_at, since, later, anew, missing, max(len(missing) - there, 0)))
    return told


def titles_of(forms: Iterable[Form]) -> dict[int, str]:
    """Give what people read forms are called: as they were published last, where they were. One query."""
    rows = list(forms)
    return {row.pk: row.title for row in rows} | {key: title for key, (title, _) in _published(rows).items() if title}


def _published(forms: Iterable[Form]) -> dict[int, tuple[str, datetime]]:
    """Give the newest published title of some forms, and when each was first published. One query."""
    rows = FormVersion.objects.filter(form__in=[form.pk for form in forms]).order_by("number")
    found: dict[int, tuple[str, datetime]] = {}
    for key, title, published_at in rows.values_list("form", "content__title", "published_at"):
        found[key] = (str(title or ""), found[key][1] if key in found else published_at)
    return found
