"""Stop hearing of something, or a mail that holds several, with one click and without signing in (RFC 8058)."""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from hub.core.choices import Cadence, Topic
from hub.core.errors import Refusal
from hub.messaging import commands, queries
from hub.messaging.posting import STOP
from hub.people.access import public_page
from hub.people.models import Person
from hub.people.queries.reached import key_today, reached
from hub.programmes.models import Programme
from hub.programmes.queries import programmes_among

_DIGESTS = (Cadence.DAILY.value, Cadence.WEEKLY.value)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a link in a mail speaks of: a topic, or (a cadence) the mail that holds several.

    No person: they were erased since, and nothing is left to stop.
    """

    programme: Programme
    what: Topic | Cadence
    person: Person | None

    @property
    def label(self) -> str:
        """What people read."""
        if isinstance(self.what, Topic):
            return self.what.label
        return "Your weekly mail" if self.what is Cadence.WEEKLY else "Your daily mail"


def _read(signed: str) -> Wish | None:
    """Read a signed link; None for one we did not make, or whose programme is no more."""
    try:
        person, programme, what = signing.loads(signed, salt=STOP)
        found = programmes_among([programme]).first()
        return Wish(found, _what(what), _person(person)) if found else None
    except (signing.BadSignature, ValueError, TypeError):
        return None


def _what(word: str) -> Topic | Cadence:
    """Read what a link stops. Raises ValueError."""
    return Cadence(word) if word in _DIGESTS else Topic(word)


def _person(key: int) -> Person | None:
    """Find whom a link was signed for: their record may have been merged into another since."""
    key = key_today(key)
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
    chosen = _chosen(wish)
    meant = _meant(wish, chosen)
    before = chosen[meant[0]] if meant else Cadence.OFF
    context: dict[str, object] = {"programme": wish.programme, "wish": wish, "is_stopped": before is Cadence.OFF}
    is_undo = request.method == "POST" and request.POST.get("do") == "undo"
    if is_undo and isinstance(wish.what, Cadence):
        meant = [topic for topic in chosen if topic.value in request.POST.getlist("topic")]
    context["topics"] = meant
    if request.method != "POST":
        return _answer(request, "messaging/stop.html", context)
    wanted = _again(wish, request.POST.get("before", "")) if is_undo else Cadence.OFF
    try:
        if wish.person is not None:
            changed = [topic for topic in meant if chosen[topic] is not wanted]
            commands.choose_several(wish.person, wish.programme, changed, wanted, by=None, at=timezone.now())
    except Refusal as no:
        return _answer(request, "messaging/stop.html", {**context, "refusal": no}, status=422)
    context |= {
        "is_stopped": not is_undo,
        "is_undone": is_undo,
        "was": before if before is not Cadence.OFF else Cadence.AT_ONCE,
    }
    return _answer(request, "messaging/stop.html", context)


def _chosen(wish: Wish) -> dict[Topic, Cadence]:
    if wish.person is None:
        return dict.fromkeys(Topic, Cadence.AT_ONCE)
    return queries.choices_of(wish.person, [wish.programme])[wish.programme.pk]


def _meant(wish: Wish, chosen: dict[Topic, Cadence]) -> list[Topic]:
    """Give the topics a link stops: its own, or all somebody hears as often as the mail comes."""
    if isinstance(wish.what, Topic):
        return [wish.what]
    return [topic for topic, cadence in chosen.items() if cadence is wish.what]


def _again(wish: Wish, before: str) -> Cadence:
    """Say how often somebody hears again who takes back that they stopped; as often as before, or at once."""
    if isinstance(wish.what, Cadence):
        return wish.what
    return Cadence(before) if before in _DIGESTS else Cadence.AT_ONCE


def _answer(request: HttpRequest, template: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
