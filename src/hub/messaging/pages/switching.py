"""Switch on several rules at once, once somebody has seen what each of them makes."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import Refusal
from hub.core.words import listed
from hub.messaging import commands, queries
from hub.messaging.happenings import happenings
from hub.messaging.pages.place import numbers, status_of
from hub.messaging.pages.rules import Worded, worded
from hub.messaging.previews import Would, would_make
from hub.messaging.wanted import FactsOf
from hub.people.access import team_page
from hub.people.places import programme_or_404, whoever


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule that is off, in words, and what it would make now."""

    words: Worded
    would: Would


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def rules_several(request: HttpRequest, programme: str) -> HttpResponse:
    """Show what the rules of `which` (keys, or "all" that are off) would make; POST switches them on, if it is still that."""
    place = programme_or_404(programme)
    by, at = whoever(request), timezone.now()
    given = request.POST if request.method == "POST" else request.GET
    asked = set(numbers(given.getlist("which")))
    off = [rule for rule in queries.rules_of(place) if not rule.is_on and rule.happening in happenings()]
    chosen = [rule for rule in off if given.get("which") == "all" or rule.pk in asked]
    for rule in chosen:
        rule.programme = place
    if not chosen:
        messages.info(request, "Tick the rules that shall be switched on." if off else "Every rule is on already.")
        return redirect("desk-message-rules", programme)
    facts = FactsOf(place, at=at, rules=chosen)
    tried = [Tried(worded(rule), would_make(rule, at=at, facts=facts)) for rule in chosen]
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            _must_be_as_shown(tried, request.POST, asked)
            commands.switch_on_rules(chosen, by=by, at=at)
        except Refusal as no:
            refusal = no
        else:
            count = len(chosen)
            said = f"{count} rules are on." if count > 1 else f"“{chosen[0].template.title}” is on."
            messages.success(request, f"{said} Their messages are made within a minute.")
            return redirect("desk-message-rules", programme)
    context = {
        "programme": place,
        "tried": tried,
        "by_themselves": sum(each.would.count for each in tried if not each.words.rule.needs_ok),
        "looked_at": sum(each.would.count for each in tried if each.words.rule.needs_ok),
        "refusal": refusal,
    }
    return render(request, "messaging/rules_several.html", context, status=status_of(refusal) if refusal else 200)


def _must_be_as_shown(tried: list[Tried], shown: QueryDict, asked: set[int]) -> None:
    """Raises RuleMakesOther where a rule is no longer off, or would make other messages than the page showed."""
    if len(tried) != len(asked):
        raise commands.RuleMakesOther("Some of these rules are on by now, or gone. Look again.")
    other = [each for each in tried if shown.get(f"would-{each.words.rule.pk}") != each.would.mark]
    if other:
        names = listed([f"“{each.words.rule.template.title}”" for each in other])
        raise commands.RuleMakesOther(f"By now {names} would make other messages than this page showed. Look again.")
