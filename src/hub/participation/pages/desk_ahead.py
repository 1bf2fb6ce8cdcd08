"""What people have ahead though they take no part by then: the team gives it up for them, or lets them keep it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import Refusal
from hub.participation import commands, queries
from hub.participation.ahead import MOST_NAMED, page_of
from hub.participation.pages.place import number_of
from hub.people.access import team_page
from hub.people.ahead import Ahead
from hub.people.models import Person
from hub.people.places import programme_or_404, whoever
from hub.people.queries import person_of_programme
from hub.people.queries.reached import having_a_part

_MOST_TICKED = 2000
_DOES: dict[str, tuple[Callable[..., int], str]] = {
    "give-up": (commands.give_up_ahead, "Given up: {}. Everybody hears of theirs."),
    "keep": (commands.keep_ahead, "Kept: {}."),
}


@dataclass(frozen=True, slots=True)
class Leaver:
    """Somebody, what of theirs the team decides on, and what they may keep anyway."""

    person: Person
    is_here: bool  # has or had a part in the programme, so that the team has a page of them
    things: Sequence[Ahead]
    allowed: Sequence[Ahead]

    @property
    def is_over(self) -> bool:
        """Whether their part is over already, for some of it."""
        return any(each.is_over for each in self.things)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def desk_ahead(request: HttpRequest, programme: str) -> HttpResponse:
    """Show what people have ahead though they take no part by then; POST `do=give-up` or `do=keep` decides on each `thing`.

    `?who=` keeps only some people, whose things are then ticked. `next=person` leads back to the page of the one.
    """
    place, by, at = programme_or_404(programme), whoever(request), timezone.now()
    given = request.POST if request.method == "POST" else request.GET
    who, refusal = _whose(given), None
    if request.method == "POST":
        if request.POST.get("do") not in _DOES:
            raise BadRequest("This page does nothing of that name.")
        do, said = _DOES[request.POST["do"]]
        try:
            count = do(place, {str(each) for each in request.POST.getlist("thing")[:_MOST_TICKED]}, by=by, at=at)
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, said.format(count))
            if request.POST.get("next") == "person" and len(who) == 1 and person_of_programme(place, by, *who, at=at):
                return redirect("desk-person", programme, *who)
            return redirect(page_of(place, who))
    held = queries.held_ahead(place, people=who or None, at=at)
    people = {each.shown.person.pk: each.shown.person for each in held}
    here = having_a_part(place, people)
    leavers = [
        Leaver(
            person,
            key in here,
            [each.shown for each in held if each.shown.person.pk == key and not each.shown.allowed],
            [each.shown for each in held if each.shown.person.pk == key and each.shown.allowed],
        )
        for key, person in people.items()
    ]
    ticked = set(request.POST.getlist("thing")) if refusal else {each.shown.key for each in held} if who else set()
    context = {
        "programme": place,
        "leavers": leavers,
        "is_to_decide": any(each.things for each in leavers),
        "who": ",".join(str(key) for key in sorted(who)),
        "ticked": ticked,
        "refusal": refusal,
    }
    return render(request, "participation/desk/ahead.html", context, status=422 if refusal else 200)


def _whose(given: QueryDict) -> frozenset[int]:
    keys = [number_of(each) for each in given.get("who", "").split(",")[:MOST_NAMED]]
    return frozenset(key for key in keys if key)
