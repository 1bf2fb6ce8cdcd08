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

# What each sort of row is called on the page; one that is not here yet goes by its own name, so that none is left out.
HEADINGS = {
    "Person": "Who you are",
    "Former names": "Names you had here before",
    "Access needs": "Which teams read what you need, and what they noted of it",
    "Accounts": "Your account",
    "Email addresses": "Your mail addresses",
    "Authenticators": "Your passkeys and authenticator app",
    "Social accounts": "Accounts elsewhere that you connected",
    "User sessions": "Where you are signed in",
    "Invitations": "Invitations you got",
    "Tokens": "Tokens of programs that act for you",
    "Feed addresses": "The secret address of your calendar",
    "Links": "What you link to",
    "Affiliations": "Where you work, and worked",
    "Roles": "What you are and were here",
    "Consents": "Where you stand on each agreement",
    "Consent entries": "Every answer you gave",
    "Erasures": "That you are to be forgotten",
    "Lines of the journal, by": "What you did, in the journal",
    "Lines of the journal, about": "What was done about you, in the journal",
}


@own_page
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """Show everything that is held about the person who asks."""
    me = person_of(request)
    assert me is not None  # the decorator let them in
    zone = me.clock
    held = [(HEADINGS.get(each.label, each.label), [_said(row, zone) for row in each.rows]) for each in held_about(me)]
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
