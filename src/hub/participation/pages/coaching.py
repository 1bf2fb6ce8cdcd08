"""A coach's own pages: what is to come, what is to be said of what was, and when they are there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.calendar import day_in
from hub.core.errors import Refusal
from hub.core.onetoones import OneToOneState
from hub.kit.fields import refuse
from hub.kit.home import home_zone
from hub.participation import commands, queries
from hub.participation.forms_onetoones import DayForm, MannerForm, WeeklyForms, weekly_filled, weekly_typed
from hub.participation.models import Availability
from hub.participation.models.onetoones import holidays_of
from hub.participation.permissions import can_coach
from hub.participation.week_picture import say_rule, week_picture
from hub.people.access import own_page
from hub.people.models import Person
from hub.people.places import whoever
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort, Programme


@own_page
@require_safe
def my_coaching(request: HttpRequest) -> HttpResponse:
    """Show a coach their 1:1s and when they are there. As many queries for many 1:1s as for one."""
    person, at = whoever(request), timezone.now()
    rows = queries.one_to_ones_given(person)
    booked = [row for row in rows if row.state == OneToOneState.BOOKED]
    there = {(row.programme_id, row.cohort_id): row for row in queries.availabilities_of(person)}
    spots = queries.places_to_coach(person, at=at)
    known = {(programme.pk, cohort.pk if cohort else None) for programme, cohort in spots}
    spots += [(row.programme, row.cohort) for key, row in there.items() if key not in known]
    context = {
        "coming": [row for row in booked if row.ends_at > at],
        "unsaid": [row for row in booked if row.ends_at <= at],
        "over": [row for row in reversed(rows) if row.state != OneToOneState.BOOKED][:30],
        "places": [
            (programme, cohort, _shown(there.get((programme.pk, cohort.pk if cohort else None))))
            for programme, cohort in spots
            if cohort is not None or (programme.pk, None) in there or not there
        ],
        "noted": queries.noted_by(person),
        "zone": person.clock,
        "person": person,
    }
    return _private(render(request, "participation/one_to_ones/coaching.html", context))


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def my_coaching_times(request: HttpRequest, programme: str, cohort: str = "") -> HttpResponse:
    """Say when one is there; POST `do=` save, off (a day off, or one more time), back (take that day out) or stop."""
    person, at = whoever(request), timezone.now()
    where, of = _where_or_404(programme, cohort)
    row = queries.availability_at(person, where, of)
    if row is None and not can_coach(person, where, of, at=at):
        raise Http404
    do = request.POST.get("do", "") if request.method == "POST" else ""
    manner = MannerForm(
        request.POST if do == "save" else None,
        initial=MannerForm.filled(row, zone=person.zone or (of.zone if of else where.zone)),
    )
    weekly = WeeklyForms(request.POST if do == "save" else None, initial=_begun(row, of, at), prefix="week")
    day = DayForm(request.POST if do == "off" else None)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            done = _do(request, do, person, where, of, row, manner, weekly, day)
        except Refusal as no:
            done, refusal = "", no
        if done:
            messages.success(request, done)
            return redirect("my-coaching" if do == "stop" else request.path)
    context: dict[str, Any] = {
        "programme": where,
        "cohort": of,
        "row": row,
        "manner": manner,
        "weekly": weekly,
        "day": day,
        "refusal": refusal,
    } | _shown(row)
    is_wrong = refusal or manner.errors or day.errors or (weekly.is_bound and not weekly.is_valid())
    return _private(render(request, "participation/one_to_ones/times.html", context, status=422 if is_wrong else 200))


def _do(
    request: HttpRequest,
    do: str,
    person: Person,
    where: Programme,
    of: Cohort | None,
    row: Availability | None,
    manner: MannerForm,
    weekly: Any,
    day: DayForm,
) -> str:
    """Do what was asked, and say it; empty where a form is to be mended. Raises Refusal, BadRequest."""
    at = timezone.now()
    if do == "save":
        if not (manner.is_valid() and weekly.is_valid()):
            return ""
        typed = weekly_typed(weekly.cleaned_data)
        try:
            commands.set_availability(person, where, of, manner.manner(), typed, by=person, at=at)
        except Refusal as no:
            refuse(manner, no)
            return ""
        return "Saved. 1:1s that are booked stay booked."
    if row is None:
        raise BadRequest("There is nothing to change yet.")
    if do == "off":
        if not day.is_valid():
            return ""
        try:
            commands.add_exception(row, by=person, at=at, **day.cleaned_data)
        except Refusal as no:
            refuse(day, no)
            return ""
        return "Saved." if day.cleaned_data["start"] else "You have the day off. 1:1s that are booked stay booked."
    if do == "back":
        found = next((each for each in row.exceptions.all() if str(each.pk) == request.POST.get("day")), None)
        if found is None:
            raise Http404
        commands.remove_exception(found, by=person, at=at)
        return "The day is as your weekly times say."
    if do == "stop":
        commands.remove_availability(row, by=person, at=at)
        return "You offer no 1:1s there any more. Those that are booked stay booked."
    raise BadRequest("This page does nothing of that name.")


def _where_or_404(programme: str, cohort: str) -> tuple[Programme, Cohort | None]:
    of = programmes.cohort(programme, cohort) if cohort else None
    where = of.programme if of is not None else programmes.programme(programme)
    if where is None or (cohort and of is None):
        raise Http404
    return where, of


def _begun(row: Availability | None, of: Cohort | None, at: datetime) -> list[dict[str, Any]]:
    """Give what the weekly times begin with: new ones last as long as the cohort, half a year where there is none."""
    today = day_in(at, of.zone if of is not None else home_zone())
    first = max(today, of.starts_on) if of is not None else today
    last = max(of.ends_on, first) if of is not None else today + timedelta(weeks=26)
    return weekly_filled(row, first_on=first, last_on=last)


def _shown(row: Availability | None) -> dict[str, Any]:
    """Give a picture of the week, and the same as a list."""
    if row is None:
        return {"row": None}
    rules, exceptions = list(row.rules.all()), list(row.exceptions.all())
    more = {each.on for each in exceptions if each.start is not None}
    today = day_in(timezone.now(), row.zone)
    return {
        "row": row,
        "picture": week_picture(rules),
        "times": [(say_rule(each), each) for each in rules],
        "days_off": [each for each in exceptions if each.start is None],
        "days_more": [each for each in exceptions if each.start is not None],
        "holidays": [(day, name) for day, name in holidays_of(row).items() if day >= today and day not in more],
    }


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "private, no-store"
    return answer
