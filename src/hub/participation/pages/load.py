"""The team's page of what is asked of Experts each month, against what their organisations agreed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.calendar import MONTHS
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.load import MonthLoad, say_hours, say_month
from hub.core.meanwhile import mark_of_all
from hub.kit.fields import refuse
from hub.participation import commands, queries
from hub.participation.forms_promises import AgreedForm, LoadTermsForm, hours_of, minutes_of
from hub.participation.models import Agreed, LoadTerms
from hub.participation.models.load import seen_of_agreed, seen_of_load_terms
from hub.participation.pages.place import number_of
from hub.participation.queries.load import CohortLoad, Loaded
from hub.people.access import team_page
from hub.people.places import cohort_or_404, whoever

ON_A_PAGE = 50
_HIGH, _WIDE, _GAP = 40, 18, 6  # of the picture, in its own units


@dataclass(frozen=True, slots=True)
class Bar:
    """One month of the picture: where its bar stands and how high, and the line of what was agreed."""

    x: int
    y: float
    height: float
    is_over: bool
    month: str


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One Expert: the picture, and the months in words; None for a month in which nothing is told."""

    one: Loaded
    bars: tuple[Bar, ...]
    agreed_y: float | None
    months: tuple[tuple[str, tuple[MonthLoad, str, str] | None], ...]
    agreed: str
    says: str  # the picture in words


def row_of(one: Loaded, months: tuple[date, ...], most: int) -> LoadRow:
    """Draw one Expert's months; `most` are the minutes a bar as high as the picture stands for."""
    by_month = {each.month: each for each in one.load.months}
    bars, told = [], []
    for number, month in enumerate(months):
        each = by_month.get(month)
        name = MONTHS[month.month - 1]
        told.append((each, say_hours(each.total), say_month(each)) if each else None)
        height = round(_HIGH * (each.total if each else 0) / most, 1)
        is_over = bool(each and each.left is not None and each.left < 0)
        bars.append(Bar(number * (_WIDE + _GAP), round(_HIGH - height, 1), height, is_over, name))
    agreed = one.agreed.minutes if one.agreed else None
    words = ", ".join(f"{bar.month} {part[1]}" for bar, part in zip(bars, told, strict=True) if part)
    return LoadRow(
        one,
        tuple(bars),
        None if agreed is None else round(_HIGH - _HIGH * min(agreed, most) / most, 1),
        tuple((name_of(month), each) for month, each in zip(months, told, strict=True)),
        say_hours(agreed) if agreed is not None else "",
        f"{one.person.name}: {words}" + (f"; {say_hours(agreed)} agreed" if agreed is not None else ""),
    )


def name_of(month: date) -> str:
    """Say a month in as little room as there is above its column: "Sep"."""
    return MONTHS[month.month - 1][:3]


def most_of(load: CohortLoad) -> int:
    """Give the minutes the highest bar of a cohort's picture stands for."""
    asked = [month.total for one in load.people for month in one.load.months]
    agreed = [one.agreed.minutes for one in load.people if one.agreed]
    return max([*asked, *agreed, 60])


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def load(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Show the load of each Expert by month; `?schedule=draft` of the working schedule. POST `do=` terms or agreed."""
    place, by, at = cohort_or_404(programme, cohort), whoever(request), timezone.now()
    is_draft = request.GET.get("schedule") == "draft"
    do, chosen = request.POST.get("do", ""), number_of(request.POST.get("person"))
    if do not in ("", "terms", "agreed"):
        raise BadRequest("This page does nothing of that name.")
    told = queries.load_of(place, is_working=is_draft, at=at)
    terms, agreed = told.terms, AgreedForm(request.POST if do == "agreed" else None)
    form = LoadTermsForm(request.POST if do == "terms" else None, initial=_taken(terms))
    filled: LoadTermsForm | AgreedForm = form if do == "terms" else agreed
    if do and filled.is_valid():
        data = filled.cleaned_data
        try:
            if do == "terms":
                commands.set_load_terms(
                    place,
                    travel=minutes_of(data["travel"]) or 0,
                    writing=minutes_of(data["writing"]) or 0,
                    writing_from=data["writing_from"],
                    writing_to=data["writing_to"],
                    seen=filled.seen_mark,
                    by=by,
                    at=at,
                )
            else:
                person = next((one.person for one in told.people if one.person.pk == chosen), None)
                if person is None:
                    raise Http404
                commands.set_agreed(
                    place,
                    person,
                    post=data["post"],
                    minutes=minutes_of(data["hours"]),
                    travel=minutes_of(data["travel"]),
                    seen=filled.seen_mark,
                    by=by,
                    at=at,
                )
        except ChangedMeanwhile as no:
            told = queries.load_of(place, is_working=is_draft, at=at)
            agreed_now = next((one.agreed for one in told.people if one.person.pk == chosen), None)
            filled.show_theirs(no, _taken(told.terms) if do == "terms" else _agreed(agreed_now))
        except Refusal as no:
            refuse(filled, no)
        else:
            messages.success(request, "Saved.")
            return redirect("desk-load", programme, cohort)
    page = Paginator(told.people, ON_A_PAGE).get_page(request.GET.get("page"))
    most = most_of(told)
    context = {
        "programme": place.programme,
        "cohort": place,
        "load": told,
        "months": [(month, name_of(month)) for month in told.months],
        "page": page,
        "rows": [(row_of(one, told.months, most), _form_of(one, agreed, chosen)) for one in page.object_list],
        "warnings": told.warnings,
        "form": form,
        "chosen": chosen,
        "is_draft": is_draft,
        "wide": len(told.months) * (_WIDE + _GAP) - _GAP if told.months else 0,
        "high": _HIGH,
        "bar": _WIDE,
    }
    return render(request, "participation/load/load.html", context, status=filled.status)


def _form_of(one: Loaded, posted: AgreedForm, chosen: int) -> AgreedForm:
    if one.person.pk == chosen and posted.is_bound:
        posted.auto_id = f"agreed-{one.person.pk}-%s"
        return posted
    return AgreedForm(initial=_agreed(one.agreed), auto_id=f"agreed-{one.person.pk}-%s")


def _agreed(row: Agreed | None) -> dict[str, Any]:
    """Give what the form begins with: what was agreed, and its mark."""
    filled = (
        {"post": row.post, "hours": "" if row.post else hours_of(row.minutes), "travel": hours_of(row.travel)} if row else {}
    )
    return filled | {"seen": mark_of_all(seen_of_agreed(row))}


def _taken(terms: LoadTerms) -> dict[str, Any]:
    """Give what the form begins with: what travel and writing take, and its mark."""
    return {
        "travel": hours_of(terms.travel),
        "writing": hours_of(terms.writing),
        "writing_from": terms.writing_from,
        "writing_to": terms.writing_to,
        "seen": mark_of_all(seen_of_load_terms(terms)),
    }
