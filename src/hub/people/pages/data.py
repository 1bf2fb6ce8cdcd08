"""Everything the Hub holds about me, to read and to take along."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.core.calendar import say_date, say_instant
from hub.kit.held import held_about
from hub.people import queries
from hub.people.access import own_page, person_of
from hub.programmes import queries as programmes


@own_page
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """Show everything that is held about the person who asks."""
    me = person_of(request)
    assert me is not None  # the decorator let them in
    zone = me.zone or "Europe/London"
    held = [(each.label, [_said(row, zone) for row in each.rows]) for each in held_about(me)]
    context = {
        "held": held,
        "erasure": queries.open_erasure(me),
        "rules": queries.retention_rules(),
        "days": settings.ERASURE_DAYS,
        "stating": programmes.programmes_among(me.roles.values_list("programme", flat=True).distinct()),
        "zone": zone,
    }
    return render(request, "people/data.html", context)


def _said(row: dict[str, Any], zone: str) -> list[tuple[str, str]]:
    """Give the facts of a row in words, those that are empty left out."""
    return [(name, words) for name, value in row.items() if (words := _words(value, zone))]


def _words(value: object, zone: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return say_instant(value, zone)
    if isinstance(value, date):
        return say_date(value)
    return "" if value is None or value in ({}, []) else str(value)


@own_page
@require_safe
def my_data_file(request: HttpRequest) -> HttpResponse:
    """Give everything that is held about the person who asks, as JSON."""
    me = person_of(request)
    assert me is not None  # the decorator let them in
    at = timezone.now()
    about = {each.label: list(each.rows) for each in held_about(me)}
    answer = JsonResponse({"as of": at.isoformat(), "held": about}, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = f'attachment; filename="my-data-{at:%Y-%m-%d}.json"'
    answer["Cache-Control"] = "private, no-store"
    return answer
