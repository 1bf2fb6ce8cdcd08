"""The pictures pages are shared with: for the Hub, a programme, a cohort, a session. Who may see a page may see its picture."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.core.calendar import MONTHS
from hub.core.occurrence import SessionState
from hub.kit.fresh import fresh
from hub.people import permissions
from hub.people.access import person_of, public_page
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort, Programme
from hub.schedule.queries import overview, public
from hub.schedule.queries.public import Freshness
from hub.site.cards import Beats, draw_card

PNG = "image/png"
KEPT = 3600  # seconds a reader may keep a card unasked


@public_page
@require_safe
def home_card(request: HttpRequest) -> HttpResponse:
    """Draw the Hub's own card."""
    under = "People from different organisations meet for a few months, learn from each other, and leave work anybody can use."
    key = ("card",)
    return fresh(
        request,
        key=key,
        render=lambda: draw_card(over="The Practitioners Hub", title="Learning together, in the open", under=under),
        content_type=PNG,
        max_age=KEPT,
    )


@public_page
@require_safe
def programme_card(request: HttpRequest, programme: str) -> HttpResponse:
    """Draw a programme's card: its name, its line, the rhythm of its newest released cohort."""
    it = programmes.programme(programme)
    if it is None or not (it.is_public or _belongs(request, it)):
        raise Http404
    cohorts = list(programmes.cohorts_of(it))

    def render() -> bytes:
        rhythms = overview.rhythms(cohorts)
        newest = max((cohort for cohort in cohorts if cohort.pk in rhythms), key=lambda each: each.starts_on, default=None)
        months = _beats(rhythms.get(newest.pk)) if newest else ()
        return draw_card(over="", title=it.name, under=it.tagline, colour=it.colour, months=months)

    shown = ",".join(f"{cohort.pk}:{cohort.public_version}" for cohort in cohorts)
    return fresh(
        request, key=("card", programme, it.public_version, shown), render=render, content_type=PNG, shared=it.is_public
    )


@public_page
@require_safe
def cohort_card(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Draw a cohort's card: its name, its months, the rhythm of its released schedule."""
    now = _fresh(request, programme, cohort)

    def render() -> bytes:
        it = _cohort(programme, cohort)
        rhythm = overview.rhythms([it]).get(it.pk)
        sessions = f" · {rhythm.count} session{'s' if rhythm.count != 1 else ''}" if rhythm and rhythm.count else ""
        under = f"{_span(it.starts_on, it.ends_on)}{sessions}"
        of = it.programme
        return draw_card(over=of.name, title=it.name, under=under, colour=of.colour, months=_beats(rhythm))

    return fresh(request, key=("card", programme, cohort, *now.key), render=render, content_type=PNG, shared=now.is_public)


@public_page
@require_safe
def session_card(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Draw a session's card: what it is called, when it is, its kind's shape."""
    now = _fresh(request, programme, cohort)
    occurrence = public.released_occurrence(now.release_id, slug)
    if occurrence is None:
        raise Http404

    def render() -> bytes:
        it = _cohort(programme, cohort)
        when = f"Cancelled: was {occurrence.say_when}" if occurrence.state is SessionState.CANCELLED else occurrence.say_when
        of = it.programme
        over = f"{of.name} · {it.name}"
        return draw_card(over=over, title=occurrence.say_title, under=when, colour=of.colour, kind=occurrence.kind)

    key = ("card", programme, cohort, slug, *now.key)
    return fresh(request, key=key, render=render, content_type=PNG, shared=now.is_public)


def _belongs(request: HttpRequest, programme: Programme) -> bool:
    return permissions.belongs(person_of(request), programme, at=timezone.now())


def _fresh(request: HttpRequest, programme: str, cohort: str) -> Freshness:
    now = public.freshness(programme, cohort)
    if now is None:
        raise Http404
    if not now.is_public:
        it = programmes.programme(programme)
        if it is None or not _belongs(request, it):
            raise Http404
    return now


def _cohort(programme: str, cohort: str) -> Cohort:
    found = programmes.cohort(programme, cohort)
    if found is None:  # gone since the freshness was read
        raise Http404
    return found


def _beats(rhythm: overview.Rhythm | None) -> tuple[Beats, ...]:
    return tuple(Beats(month.name[:3], tuple(beat.kind for beat in month.beats)) for month in rhythm.months) if rhythm else ()


def _span(first: date, last: date) -> str:
    """Say a span of months: "June to December 2023", "September 2024 to February 2025"."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{MONTHS[first.month - 1]} {first.year}"
    year = f" {first.year}" if first.year != last.year else ""
    return f"{MONTHS[first.month - 1]}{year} to {MONTHS[last.month - 1]} {last.year}"
