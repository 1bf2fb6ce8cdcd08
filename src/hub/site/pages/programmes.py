"""What the public sees first: the Hub's home, each programme's, and its year plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.kit.fresh import Key, fresh
from hub.people import permissions
from hub.people import queries as people
from hub.people.access import person_of, public_page
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort, Programme
from hub.schedule.queries import overview
from hub.site import navigation, structured
from hub.site.yearpicture import columns, spans

HTML = "text/html; charset=utf-8"
AHEAD = 5  # sessions shown as next


@dataclass(frozen=True, slots=True)
class CohortCard:
    """A cohort as the homes show it."""

    cohort: Cohort
    rhythm: overview.Rhythm | None
    is_over: bool


def programme_seen(request: HttpRequest, slug: str) -> Programme:
    """Give a programme that is public, or whose people ask. Raises Http404."""
    found = programmes.programme(slug)
    if found is None or not (found.is_public or permissions.belongs(person_of(request), found, at=timezone.now())):
        raise Http404
    return found


def _versions(cohorts: list[Cohort], at: datetime) -> Key:
    """Give what an answer about these cohorts depends on: what each shows, and the hour, for what is next is over soon."""
    shown = ",".join(f"{cohort.pk}:{cohort.public_version}" for cohort in cohorts)
    return (shown, at.strftime("%Y-%m-%dT%H"))


def answer_with(request: HttpRequest, key: Key, template: str, facts: Callable[[], dict[str, Any]]) -> HttpResponse:
    """Answer with a page kept for everybody, or rendered for the person who asks."""
    return fresh(
        request,
        key=key,
        render=lambda: render_to_string(template, facts(), request),
        content_type=HTML,
        shared=person_of(request) is None,
    )


def _card(cohort: Cohort, rhythms: dict[int, overview.Rhythm], at: datetime) -> CohortCard:
    today = at.astimezone(ZoneInfo(cohort.zone)).date()
    return CohortCard(cohort, rhythms.get(cohort.pk), is_over=cohort.ends_on < today)


@public_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the programmes of this Hub and what happens next in them."""
    at = timezone.now()
    found = list(programmes.public_programmes())
    cohorts = navigation.current_first(list(programmes.cohorts_of_all(found)), at=at)
    shown = ",".join(f"{programme.pk}:{programme.public_version}" for programme in found)

    def facts() -> dict[str, Any]:
        rhythms = overview.rhythms(cohorts)
        nearest: dict[int, CohortCard] = {}
        for cohort in cohorts:
            nearest.setdefault(cohort.programme_id, _card(cohort, rhythms, at))
        return {
            "cards": [(programme, nearest.get(programme.pk)) for programme in found],
            "coming": overview.coming(cohorts, at=at, limit=AHEAD),
        }

    return answer_with(request, ("home", shown, *_versions(cohorts, at)), "site/home.html", facts)


@public_page
@require_safe
def programme_home(request: HttpRequest, programme: str) -> HttpResponse:
    """Say what a programme is, for whom, what happens next and how to join in."""
    at = timezone.now()
    found = programme_seen(request, programme)
    cohorts = navigation.current_first(list(programmes.cohorts_of_all([found])), at=at)

    def facts() -> dict[str, Any]:
        rhythms = overview.rhythms(cohorts)
        cards = [_card(cohort, rhythms, at) for cohort in cohorts]
        partners = programmes.partner_names_of(cohorts)
        logos = people.logos_shown(found, (each.name for each in partners))
        return {
            "programme": found,
            "here": "programme",
            "cohort": cohorts[0] if cohorts else None,
            "nearest": cards[0] if cards else None,
            "current": [card for card in cards if not card.is_over],
            "archive": [card for card in cards if card.is_over],
            "coming": overview.coming(cohorts, at=at, limit=AHEAD),
            "partners": [(each, logos.get(each.name)) for each in partners],
            "team": people.team_shown(found, at=at),
            "data": structured.programme(found, base_url=settings.BASE_URL),
        }

    key = ("programme", found.pk, found.public_version, *_versions(cohorts, at))
    return answer_with(request, key, "site/programme.html", facts)


@public_page
@require_safe
def year_plan(request: HttpRequest, programme: str) -> HttpResponse:
    """Show what a programme plans for a year before dates exist: `?year=`, else the newest there is.

    Comments of the team and changes it wants are notes among themselves: only they see them.
    """
    at = timezone.now()
    found = programme_seen(request, programme)
    years = programmes.year_plan_years(found)
    asked = request.GET.get("year", "")
    if asked and asked not in map(str, years):
        raise Http404
    year = int(asked) if asked else (years[0] if years else None)
    cohort = next(iter(navigation.current_first(list(programmes.cohorts_of(found)), at=at)), None)

    def facts() -> dict[str, Any]:
        lines = spans(programmes.year_plan(found, year)) if year else []
        return {
            "programme": found,
            "here": "year-plan",
            "cohort": cohort,
            "year": year,
            "years": years,
            "is_team": permissions.runs(person_of(request), found, at=at),
            "lines": lines,
            "months": columns(lines),
            "activities": list(programmes.activities(found)),
            "catalogue": list(programmes.catalogue(found)),
        }

    key = ("year-plan", found.pk, found.public_version, year, cohort.slug if cohort else None)
    return answer_with(request, key, "site/year_plan.html", facts)
