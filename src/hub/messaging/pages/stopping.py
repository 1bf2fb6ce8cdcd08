"""Stop hearing of something with one click from a mail, without signing in (RFC 8058)."""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hub.core.choices import Cadence, Topic, cadence_of
from hub.core.errors import Refusal
from hub.messaging import commands, queries
from hub.messaging.posting import STOP
from hub.people.access import public_page
from hub.people.models import Person
from hub.people.queries.reached import reached
from hub.programmes.models import Programme
from hub.programmes.queries import programmes_among


@dataclass(frozen=True, slots=True)
class Wish:
    """What a link in a mail speaks of. No person: they were erased since, and nothing is left to stop."""

    programme: Programme
    topic: Topic
    person: Person | None


def _read(signed: str) -> Wish | None:
    """Read a signed link; None for one we did not make, or whose programme is no more."""
    try:
        person, programme, topic = signing.loads(signed, salt=STOP)
        found = programmes_among([programme]).first()
        return Wish(found, Topic(topic), _person(person)) if found else None
    except (signing.BadSignature, ValueError, TypeError):
        return None


def _person(key: int) -> Person | None:
    found = reached([key]).get(key)
    return found.person if found else None


@csrf_exempt  # a mail program sends the one click, and has no page of ours to take a token from
@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, signed: str) -> HttpResponse:
    """Show what would stop, and one button; POST stops it at once, `do=undo` takes that back.

    GET changes nothing: mail scanners fetch links before people do.
    """
    wish = _read(signed)
    if wish is None:
        return _answer(request, "messaging/stop_broken.html", {}, status=404)
    before = _chosen(wish)
    context: dict[str, object] = {"programme": wish.programme, "topic": wish.topic, "is_stopped": before is Cadence.OFF}
    if request.method != "POST":
        return _answer(request, "messaging/stop.html", context)
    is_undo = request.POST.get("do") == "undo"
    wanted = _cadence(request.POST.get("before", "")) if is_undo else Cadence.OFF
    try:
        if wish.person is not None and wanted is not before:
            commands.choose(wish.person, wish.programme, wish.topic, wanted, by=None, at=timezone.now())
    except Refusal as no:
        return _answer(request, "messaging/stop.html", {**context, "refusal": no}, status=422)
    context |= {
        "is_stopped": not is_undo,
        "is_undone": is_undo,
        "was": before if before is not Cadence.OFF else Cadence.AT_ONCE,
    }
    return _answer(request, "messaging/stop.html", context)


def _chosen(wish: Wish) -> Cadence:
    if wish.person is None:
        return Cadence.AT_ONCE
    return cadence_of(wish.topic, queries.choices_of(wish.person, [wish.programme])[wish.programme.pk][wish.topic])


def _cadence(given: str) -> Cadence:
    """Read what somebody heard before they stopped; anything else is at once."""
    return Cadence(given) if given in (Cadence.DAILY.value, Cadence.WEEKLY.value) else Cadence.AT_ONCE


def _answer(request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
