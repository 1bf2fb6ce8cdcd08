"""What people ask of a team: what a withdrawal left to do, likely duplicates, open questions, and who is to be forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse

from hub.core.calendar import day_in, say_date
from hub.core.consent import Use
from hub.kit import todo
from hub.kit.todo import Todo
from hub.people import queries
from hub.people.models import Erasure, Person, Role, RoleKind, Term, day_of, held_at
from hub.programmes.models import Programme
from hub.programmes.queries import cohorts_of

NEEDS = "What you need"  # left out for who looks with somebody's eyes
SOON = timedelta(days=60)  # how long before nobody runs a programme its team is told every morning
NAMED = 2  # people named one by one before they are counted


@todo.own_source("People")
def needs_asked_for(person: Person, *, at: datetime) -> Iterator[Todo]:
    """Ask who said what they need which further teams read it. Three queries, none where they said nothing."""
    for programme in queries.asking_for_needs(person, at=at):
        url = reverse("profile") + "#id_access_needs"
        yield Todo(what="Say whether the team reads what you need", about=programme.name, url=url, action="Choose", part=NEEDS)


@todo.source("Agreements")
def nothing_asked(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Say that nobody is asked anything yet, so that no name and no photo may be shown. One query."""
    if not Term.objects.filter(programme=programme).exists():
        url = reverse("desk-terms", args=[programme.slug])
        yield Todo(what="Say what people agree to", about="Agreements", url=url, action="Choose", part="Agreements")


@todo.source("People")
def no_experts(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give the cohorts to come, or that run, in which nobody is an Expert yet. One query."""
    there = Role.objects.filter(cohort=OuterRef("pk"), kind=RoleKind.EXPERT.value)
    for cohort in cohorts_of(programme).filter(~Exists(there), ends_on__gte=day_in(at, programme.zone)):
        url = reverse("desk-people-import", args=[programme.slug]) + f"?cohort={cohort.slug}"
        yield Todo(what="Bring the Experts in", about=cohort.name, url=url, action="Bring in", part="People")


@todo.source("Agreements")
def withdrawals(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give what withdrawals of consent left to do. One query."""
    for task in queries.tasks_of(programme):
        whose = task.entry.person or task.entry.organisation
        about = f"{whose} took back: {Use(task.entry.use).label.lower()}" if whose else Use(task.entry.use).label
        url = reverse("desk-terms", args=[programme.slug]) + "#tasks"
        yield Todo(what=task.what, about=about, url=url, action="Do it", part="Agreements")


@todo.source("People")
def duplicates(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Say how many pairs of records wait to be compared. One query."""
    count = queries.likely_pairs_of(programme, by, at=at).count()
    if count:
        what = f"Compare {count} pair{'' if count == 1 else 's'} of records that may be one person"
        url = reverse("desk-duplicates", args=[programme.slug])
        yield Todo(what=what, about="Duplicates", url=url, action="Compare", part="People")


@todo.source("Agreements")
def open_questions(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Say who has still to answer what they are asked by what they are, and who is asked again. Four queries."""
    held = Role.objects.filter(held_at(at), programme=programme).order_by().values("person")
    leaving = Erasure.objects.filter(taken_back_at__isnull=True, done_at__isnull=True, person__isnull=False).values("person")
    here = Person.objects.filter(pk__in=held, erased_at__isnull=True).exclude(pk__in=leaving)  # who leaves is asked nothing
    waiting = list(here.filter(queries.has_something_to_answer(programme, at=at)).order_by("plain_name", "pk"))
    if not waiting:
        return
    again = set(here.filter(queries.is_asked_again(programme, at=at)).values_list("pk", flat=True))
    url = reverse("desk-people", args=[programme.slug]) + "?here=open"
    for people, what in (
        ([each for each in waiting if each.pk not in again], "Get answers to what people are asked"),
        ([each for each in waiting if each.pk in again], "Get new answers: the words changed"),
    ):
        if people:
            yield Todo(what=what, about="Agreements", url=url, action="See", part="Agreements", waits_for=_named(people))


def _named(people: Sequence[Person]) -> str:
    names = [str(person) for person in people]
    if len(names) <= NAMED:
        return " and ".join(names)
    return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"


@todo.source("People")
def team_ends(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Say from which day on nobody would run the programme, where that is soon. Two queries."""
    today = day_of(at)
    gap = queries.nobody_runs_from(programme, on=today)
    if gap is not None and today < gap <= today + SOON:
        what = f"Put somebody on the team: from {say_date(gap)} on nobody runs the programme"
        url = reverse("desk-people", args=[programme.slug]) + "?role=team"
        yield Todo(what=what, about=programme.name, url=url, action="See", part="People")  # no day: it shows from now on


@todo.source("People")
def erasures(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give who of the programme is to be forgotten, and when. One query."""
    here = Role.objects.filter(programme=programme).values("person")
    rows = Erasure.objects.filter(person__in=here, taken_back_at__isnull=True, done_at__isnull=True).select_related("person")
    for row in rows.order_by("due_at", "pk"):
        if row.person is not None:
            yield Todo(
                what=f"See that nothing of {row.person} is needed any more",
                about="Goes for good on that day",
                url=reverse("desk-person", args=[programme.slug, row.person.pk]),
                action="See",
                part="People",
                due_on=day_in(row.due_at, programme.zone),
            )
