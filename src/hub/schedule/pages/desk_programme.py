"""What the desk keeps for a whole programme: the rules its plans are checked by, and its year plan."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import Refusal
from hub.core.meanwhile import BothChanged, marks_of
from hub.core.plan.rules import CODES, DEFAULT
from hub.kit.fields import refuse, show_both
from hub.people.access import team_page, up_to_4_mb
from hub.people.places import programme_or_404, whoever
from hub.programmes.commands import YearPlanChangedMeanwhile, import_year_plan, save_rules
from hub.programmes.queries import read_year_plan_text, year_plan_difference, year_plan_mark, year_plan_years
from hub.schedule.forms import RulesForm, YearPlanForm

_LINE = re.compile(r"line (\d+)")


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest, programme: str) -> HttpResponse:
    """Show and save the rules a programme's plans are checked by; `do=own` goes back to the Hub's own."""
    place = programme_or_404(programme)
    form = RulesForm(request.POST) if request.method == "POST" else RulesForm(initial={"toml": place.rules})
    shown, status = request.POST.get("shown", "") if form.is_bound else marks_of({"toml": place.rules}), 422
    if request.method == "POST" and form.is_valid():
        toml = "" if request.POST.get("do") == "own" else form.cleaned_data["toml"].replace("\r\n", "\n")
        try:
            save_rules(place, toml, shown=shown, by=whoever(request), at=timezone.now())
        except BothChanged as no:
            shown, status = marks_of(no.stands), 409
            show_both(form, no)
        except Refusal as no:
            refuse(form, no)
            if "toml" not in form.errors:  # a refusal names the key of the rules it speaks of, and they all stand in one field
                form.errors.pop("__all__", None)
                form.add_error("toml", no.sentence)
        else:
            said = (
                "The rules are saved; plans are checked by them from now on."
                if toml.strip()
                else "The Hub’s own rules hold again."
            )
            messages.success(request, said)
            return redirect("desk-rules", programme)
    wrong = " ".join(map(str, form.errors.get("toml", []))) if form.errors else ""
    found = _LINE.search(wrong)
    context: dict[str, Any] = {
        "programme": place,
        "form": form,
        "shown": shown,
        "own": DEFAULT.to_toml(),
        "codes": CODES.values(),
        "wrong_line": int(found[1]) if found else None,
    }
    return render(request, "schedule/desk/rules.html", context, status=status if form.errors else 200)


@up_to_4_mb
@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def year_plan(request: HttpRequest, programme: str) -> HttpResponse:
    """Take a year plan's tables: show first what would change, then, confirmed with `do=import`, take them."""
    place = programme_or_404(programme)
    now = timezone.now()
    form = YearPlanForm(request.POST) if request.method == "POST" else YearPlanForm(initial={"year": now.year})
    context: dict[str, Any] = {"programme": place, "form": form, "years": year_plan_years(place)}
    status = 422
    if request.method == "POST" and form.is_valid():
        year, text = form.cleaned_data["year"], form.cleaned_data["text"]
        try:
            if request.POST.get("do") == "import":
                try:
                    import_year_plan(place, text, year=year, seen=request.POST.get("seen"), by=whoever(request), at=now)
                except YearPlanChangedMeanwhile as no:  # the difference is shown anew
                    refuse(form, no)
                    status = 409
                else:
                    messages.success(request, f"The year plan of {year} is in.")
                    return redirect("desk-year-plan", programme)
            found = read_year_plan_text(place, text)
            if found.is_empty:
                form.add_error("text", "There is no table of months, of kinds of activity or of trainings in this text.")
            else:
                seen = year_plan_mark(place, found, year=year)  # before the difference: what comes between is not lost
                context |= {"found": found, "seen": seen, "year": year}
                context |= {"changes": year_plan_difference(place, text, year=year)}
        except Refusal as no:
            refuse(form, no)
    return render(request, "schedule/desk/year_plan.html", context, status=status if form.errors else 200)
