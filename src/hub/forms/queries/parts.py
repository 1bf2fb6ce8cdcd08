"""Read the parts people have, for the rule that says whom a form goes on asking (`core.forms.asking`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time

from django.db.models import F, Q, QuerySet

from hub.core.calendar import instant
from hub.core.forms import AnswerState, Audience, Part
from hub.forms.models import Answer, Asked, Form, Taken
from hub.people.models import Person, Role, day_of
from hub.programmes.models import Programme
from hub.programmes.queries import has_ended


def part_of(role: Role, *, at: datetime) -> Part:
    """Give a role as the rule knows it; its cohort is at hand."""
    cohort = role.cohort
    return Part(
        role.kind,
        role.starts_on,
        role.ends_on,
        role.cohort_id,
        cohort.ends_on if cohort else None,
        is_cohort_over=cohort is not None and has_ended(cohort, at=at),
    )


def roles_that_may_be_asked_by(rows: QuerySet[Role], *, at: datetime) -> QuerySet[Role]:
    """Keep of some roles those a form may still ask by: not over, or held until the last day of their cohort."""
    going_on = Q(ends_on__isnull=True) | Q(ends_on__gt=day_of(at)) | Q(ends_on__gt=F("cohort__ends_on"))
    return rows.filter(going_on).select_related("cohort").order_by("pk")


def asks_by(person: Person, *, at: datetime) -> Q:
    """Give the condition that a form asks somebody now: one by one, or by a part they have. One query to write it."""
    by_hand = Q(audience=Audience.ASKED.value, pk__in=Asked.objects.filter(person=person, role="").values("form"))
    found, today = by_hand, day_of(at)
    for role in roles_that_may_be_asked_by(person.roles.all(), at=at):
        part = part_of(role, at=at)
        if part.goes_on(today=today):
            where = Q()
        elif part.goes_on(today=today, is_for_after=True):
            where = Q(cohort=role.cohort_id, closes_at__isnull=False)
        else:
            continue
        asked = Asked.objects.filter(person=person, role=role.kind, cohort=role.cohort_id).values("form")
        found |= where & Q(audience=Audience.ASKED.value, pk__in=asked)
        if role.starts_on <= today:
            meant = Q(audience=Audience.ROLES.value, programme=role.programme_id, roles__contains=f",{role.kind},")
            found |= where & meant & (Q(cohort__isnull=True) | Q(cohort=role.cohort_id))
    return found


def answered_by(person: Person) -> Q:
    """Give the condition that what somebody sent to a form stands; of an anonymous one, that they have answered it."""
    sent = Answer.objects.filter(person=person, state=AnswerState.SENT.value)
    return Q(pk__in=sent.values("form")) | Q(pk__in=Taken.objects.filter(person=person).values("form"))


def asked_of_forms(programme: Programme, forms: Iterable[Form], *, at: datetime) -> dict[int, dict[int, datetime]]:
    """Give whom some forms of a programme ask now, by form, each since when: one by one, or by their role. Two queries."""
    found: dict[int, dict[int, datetime]] = {}
    rows, today = list(forms), day_of(at)
    by_role = [form for form in rows if form.audience == Audience.ROLES]
    named = {form.pk: form for form in rows if form.audience == Audience.ASKED}
    asked = list(Asked.objects.filter(form__in=named, person__erased_at__isnull=True).order_by("pk"))
    kinds = {kind.value for form in by_role for kind in form.role_kinds} | {row.role for row in asked if row.role}
    held = programme.roles.filter(kind__in=kinds, person__erased_at__isnull=True)
    parts: dict[int, list[Part]] = {}
    for role in roles_that_may_be_asked_by(held, at=at):
        parts.setdefault(role.person_id, []).append(part_of(role, at=at))
    for row in asked:
        if named[row.form_id].asks.still(row.asked_as, parts.get(row.person_id, ()), today=today):
            found.setdefault(row.form_id, {})[row.person_id] = row.asked_at
    for form in by_role:
        asks, own = form.asks, found.setdefault(form.pk, {})
        for person, theirs in parts.items():
            for part in theirs:
                if asks.by_part(part, today=today):
                    begins = instant(part.starts_on, time(0), programme.zone)
                    own[person] = min(own.get(person, begins), begins)
    return found
