"""What 1:1s ask of a team, for This week, and of Experts and coaches, for their own page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from hub.core.calendar import day_in, say_instant
from hub.core.onetoones import OneToOneState
from hub.kit import todo
from hub.kit.todo import Todo
from hub.participation.models import Availability, CoachingTerms, OneToOne, Preference, Proposal, SuitingTime
from hub.participation.queries.placing import unplaced_now
from hub.people.models import Person
from hub.people.queries import cohorts_as_expert
from hub.programmes.models import Programme
from hub.programmes.queries import cohorts_of

_PART = "1:1s"
_NAMED = 2  # people named one by one before they are counted


@todo.source(_PART)
def to_be_placed(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give who of the cohorts that run and have coaches has no 1:1 yet, and proposals to look at. Six queries."""
    coached = set(Availability.objects.with_times().filter(programme=programme).values_list("cohort", flat=True))
    proposed = {row.cohort_id: row for row in Proposal.objects.filter(cohort__programme=programme)}
    run = [each for each in cohorts_of(programme) if each.starts_on <= day_in(at, each.zone) <= each.ends_on]
    asked = [each for each in run if coached & {each.pk, None}]
    without = unplaced_now([each for each in asked if each.pk not in proposed or proposed[each.pk].is_asked], at=at)
    for cohort in asked:
        place = [programme.slug, cohort.slug]
        if (row := proposed.get(cohort.pk)) is not None and not row.is_asked:
            url = reverse("desk-placing", args=place)
            yield Todo(what="Look at who is placed, and confirm it", about=cohort.name, url=url, action="Look", part=_PART)
        elif people := without.get(cohort.pk):
            names = [str(person) for person in people]
            more = len(names) - _NAMED
            said = " and ".join(names) if more <= 0 else f"{', '.join(names[:_NAMED])} and {more} more"
            what = f"Find a 1:1 for {said}"
            yield Todo(
                what=what, about=cohort.name, url=reverse("desk-one-to-ones", args=place), action="Place them", part=_PART
            )


@todo.own_source(_PART)
def own(person: Person, *, at: datetime) -> Iterator[Todo]:
    """Ask an Expert what suits them, and a coach how a 1:1 went. Five queries."""
    mine = cohorts_as_expert(person, at=at)
    terms = CoachingTerms.objects.filter(cohort__in=mine, wishes_until__gt=at).select_related("cohort__programme")
    said = set(Preference.objects.filter(expert=person).values_list("cohort", flat=True))
    said |= set(SuitingTime.objects.filter(expert=person).values_list("cohort", flat=True))
    for row in terms.order_by("wishes_until"):
        if row.cohort_id not in said and row.wishes_until is not None:
            url = reverse("my-wishes", args=[row.cohort.programme.slug, row.cohort.slug])
            due = day_in(row.wishes_until, row.cohort.zone)
            yield Todo(
                what="Say which times suit you for 1:1s",
                about=row.cohort.name,
                url=url,
                action="Say it",
                part=_PART,
                due_on=due,
            )
    over = OneToOne.objects.filter(coach=person, state=OneToOneState.BOOKED.value, ends_at__lte=at)
    for one in over.select_related("expert").order_by("starts_at"):
        about = f"{one.expert}, {say_instant(one.starts_at, one.zone)}"
        url = reverse("one-to-one", args=[one.pk])
        yield Todo(what="Say how the 1:1 went", about=about, url=url, action="Say it", part=_PART)
