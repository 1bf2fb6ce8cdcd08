"""Change several people at once: give them a role, end one, take one back. What a change reaches is shown before it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.calendar import say_date
from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.core.roles import say_days
from hub.core.words import listed
from hub.people import ahead, commands, queries
from hub.people.access import person_of, team_page
from hub.people.forms import EndRolesForm, RoleForm, TakeBackRolesForm
from hub.people.models import Person, RoleKind, day_of
from hub.people.pages.sheets import Wanted, say_people
from hub.people.places import programme_or_404
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort, Programme

MOST_NAMED = 60  # of those who are changed together
_DOES = ("end-role", "take-back-role")  # anything else gives a role


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done with several people: the form that says so, and which roles of theirs it may be."""

    does: str
    form: RoleForm | EndRolesForm | TakeBackRolesForm
    held: Mapping[str, queries.HeldByMany]
    given: Mapping[str, queries.GivenToMany]
    cohorts: Mapping[str, Cohort]

    @property
    def is_of_nothing(self) -> bool:
        """Whether none of them has a role it could be done with."""
        if self.does == "take-back-role":
            return not any(each.can for each in self.given.values())
        return self.does == "end-role" and not self.held

    def carry_out(self, people: Sequence[Person], place: Programme, by: Person | None, at: datetime) -> str:
        """Do it, and say what was done. Raises Refusal."""
        said = self.form.cleaned_data
        if self.does == "end-role":
            return _end(people, self.held[said["which"]], place, said, by, at)
        if self.does == "take-back-role":
            return _take_back(people, self.given, place, said, by, at)
        return _give(people, place, self.cohorts.get(said["cohort"]), said, by, at)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def people_several(request: HttpRequest, programme: str) -> HttpResponse:
    """Show whom a change reaches before it is made; POST `do=` give-, end- or take-back-role makes it, for exactly those."""
    place, by, at = programme_or_404(programme), person_of(request), timezone.now()
    is_posted = request.method == "POST"
    wanted = Wanted.of(request.POST if is_posted else request.GET)
    people = list(wanted.people(place, by, at)) if wanted.is_chosen or is_posted else []
    if is_posted:  # exactly those that were shown
        people = [person for person in people if person.pk in wanted.keys]
    change = _change(request, people, place, at)
    form = change.form
    if is_posted and form.is_valid():
        try:
            if len(people) != len(wanted.keys):
                raise ChangedMeanwhile("Some of these people are not here any more. Look again who they are, please.")
            said = change.carry_out(people, place, by, at)
        except NotAllowed as no:
            raise PermissionDenied from no
        except Refusal as no:
            form.add_error(no.field if no.field in form.fields else None, no.sentence)
        else:
            messages.success(request, said)
            return redirect(_next(people, place, at) if change.does in _DOES else reverse("desk-people", args=[programme]))
    elif is_posted and not people:
        form.add_error(None, "Nobody is chosen, so nothing was done. Tick the people you mean.")
    context: dict[str, Any] = {
        "programme": place,
        "form": form,
        "does": change.does,
        "count": len(people),
        "who": say_people(len(people)),
        "named": people[:MOST_NAMED],
        "more": max(len(people) - MOST_NAMED, 0),
        "keys": ",".join(str(person.pk) for person in people),
        "is_of_nothing": change.is_of_nothing,
        "given": list(change.given.values()),
    }
    return render(request, "people/several.html", context, status=422 if form.errors else 200)


def _change(request: HttpRequest, people: Sequence[Person], place: Programme, at: datetime) -> Change:
    is_posted = request.method == "POST"
    sent = request.POST if is_posted else None
    asked = (request.POST if is_posted else request.GET).get("do", "")
    does = asked if asked in _DOES else "give-role"
    cohorts = {each.slug: each for each in programmes.cohorts_of(place)}
    held = queries.roles_held(people, place, at=at) if does == "end-role" else {}
    given = queries.roles_to_take_back(people, place, at=at) if does == "take-back-role" else {}
    form: RoleForm | EndRolesForm | TakeBackRolesForm
    if does == "end-role":
        offered = [(key, f"{each.label} ({each.count})") for key, each in held.items()]
        form = EndRolesForm(sent, held=offered, initial={"on": day_of(at)})
    elif does == "take-back-role":
        offered = [(key, f"{each.label} ({len(each.can)})") for key, each in given.items() if each.can]
        seen = ",".join(str(role.pk) for each in given.values() for role in each.can)
        form = TakeBackRolesForm(sent, held=offered, initial={"seen": seen})
    else:
        names = [(slug, each.name) for slug, each in cohorts.items()]
        form = RoleForm(sent, cohorts=names, is_of_many=True, initial={"starts_on": day_of(at)})
    return Change(does, form, held, given, cohorts)


def _next(people: Sequence[Person], place: Programme, at: datetime) -> str:
    """Give the page that asks what becomes of what these people have ahead; the list of people where they have nothing."""
    heaps = ahead.of(place, [person.pk for person in people], at=at)
    return next((heap.page for heap in heaps if heap.undecided), reverse("desk-people", args=[place.slug]))


def _give(
    people: Sequence[Person], place: Programme, cohort: Cohort | None, said: dict[str, Any], by: Person | None, at: datetime
) -> str:
    kind = RoleKind(said["kind"])
    given = commands.give_roles(
        people, kind, place, cohort=cohort, starts_on=said["starts_on"], ends_on=said["ends_on"], by=by, at=at
    )
    told = f"{say_people(given.got)} got the role {kind.label}."
    if given.longer:
        who = listed([f"{name} ({say_days(days)})" for name, days in given.longer], most=commands.MOST_NAMED)
        until = f"goes on until {say_date(said['ends_on'], weekday=False)}" if said["ends_on"] else "goes on without an end"
        told += f" For {who} it {until}."
    return f"{told} {say_people(given.had)} had it already." if given.had else told


def _end(
    people: Sequence[Person], held: queries.HeldByMany, place: Programme, said: dict[str, Any], by: Person | None, at: datetime
) -> str:
    count = commands.end_roles(people, held.kind, place, cohort=held.cohort, on=said["on"], by=by, at=at)
    return f"{held.label} ends for {say_people(count)} on {said['on']:%-d %B %Y}."


def _take_back(
    people: Sequence[Person],
    given: Mapping[str, queries.GivenToMany],
    place: Programme,
    said: dict[str, Any],
    by: Person | None,
    at: datetime,
) -> str:
    chosen, seen = given[said["which"]], said["seen"]
    if {role.pk for each in given.values() for role in each.can} != seen:
        raise ChangedMeanwhile("Some of these roles changed a moment ago, or are held for a day by now. Look again, please.")
    count = commands.take_back_roles(chosen.can, place, by=by, at=at)
    left = f" {say_people(len(chosen.cannot))} kept it." if chosen.cannot else ""
    return f"{chosen.label} was taken back from {say_people(count)}.{left}"
