"""The kick-off: its agenda, who introduces themselves, breakout rooms, and who has not finished."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from hub.admissions import commands, queries
from hub.admissions.commands.kickoff import MOST_ROOMS
from hub.admissions.models import OnboardingPlan
from hub.admissions.pages.place import plan_or_404
from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.core.kickoff import LENGTH, rooms_for
from hub.people.access import team_page
from hub.people.places import cohort_or_404, whoever


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def kick_off(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Prepare the kick-off; POST `do=agenda` puts it into the session, `do=propose` and `do=place` say who is in which room."""
    place, at = cohort_or_404(programme, cohort), timezone.now()
    plan = queries.plan_of(place)
    refusal, status = None, 200
    if request.method == "POST":
        try:
            said = _do(request, plan_or_404(place))
        except NotAllowed as no:
            raise PermissionDenied from no
        except Refusal as no:
            refusal, status = no, 409 if isinstance(no, ChangedMeanwhile) else 422
        else:
            messages.success(request, said)
            return redirect("desk-kick-off", programme, cohort)
    context: dict[str, object] = {"programme": place.programme, "cohort": place, "refusal": refusal, "length": LENGTH}
    typed = _moved(request) if refusal else {}
    if plan is not None:
        board = queries.board_of(plan, at=at)
        found = queries.kick_off_of(board, at=at)
        count = len(found.introductions)
        context |= {
            "plan": plan,
            "board": board,
            "found": found,
            "session": found.session,
            "unfinished": [line for line in board.lines if not line.is_finished],
            "numbers": range(1, max([len(found.rooms), *typed.values()]) + 2),
            "choices": [(each, typed.get(each.key, each.room)) for each in found.introductions],
            "is_typed": bool(typed),
            "rooms": len(found.rooms) or rooms_for(count),
        }
    return render(request, "admissions/desk/kickoff.html", context, status=status)


def _do(request: HttpRequest, plan: OnboardingPlan) -> str:
    """Do what a POST asks, and say so. Raises the refusals of the commands, BadRequest."""
    by, at, do = whoever(request), timezone.now(), request.POST.get("do", "")
    if do == "agenda":
        seen = parse_datetime(request.POST.get("seen_at", "")[:40])
        session = commands.put_agenda(plan, seen_at=seen or at, by=by, at=at)
        return f"{session.title} has this agenda now. The public sees it with the next release."
    if do == "propose":
        wish = request.POST.get("rooms", "")
        places = commands.propose_rooms(plan, rooms=int(wish) if wish.isdecimal() and len(wish) < 5 else None, by=by, at=at)
        return f"{len(places)} people, {len(set(places.values()))} rooms."
    if do == "place":
        commands.put_into_rooms(plan, _rooms(request, "room-"), seen=_shown(request), by=by, at=at)
        return "The rooms are as you chose."
    raise BadRequest("This page does nothing of that name.")


def _rooms(request: HttpRequest, prefix: str) -> dict[int, int]:
    """Give the rooms a page sent, by the key of the person: those chosen ("room-7"), or those it showed ("was-7")."""
    return {
        int(key): int(room)
        for name in request.POST
        if (key := name.removeprefix(prefix)) != name and key.isdecimal() and len(key) < 19
        if (room := request.POST[name]).isdecimal() and len(room) < 5
    }


def _shown(request: HttpRequest) -> dict[int, int] | None:
    """Give the rooms the page showed; None where what was sent comes of no page."""
    return _rooms(request, "was-") if any(name.startswith("was-") for name in request.POST) else None


def _moved(request: HttpRequest) -> dict[int, int]:
    """Give the rooms a page sent for those whom it moves, so that the rest is shown as it stands now."""
    was = _shown(request) or {}
    return {key: room for key, room in _rooms(request, "room-").items() if was.get(key) != room and room <= MOST_ROOMS}
