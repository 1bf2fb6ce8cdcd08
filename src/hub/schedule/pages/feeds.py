"""What programs read of a released schedule. Each answer costs one query while nothing changed."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.core import ical
from hub.core.plan.model import Kind
from hub.kit.fresh import fresh
from hub.kit.tables import to_csv
from hub.people import permissions
from hub.people.access import person_of, public_page
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort
from hub.schedule import exports
from hub.schedule.queries import public
from hub.schedule.queries.public import CalendarText, Freshness

CALENDAR = "text/calendar; charset=utf-8"
_ANYWHERE = {"Access-Control-Allow-Origin": "*"}  # public facts: a programme's own website may show them
_ENTRIES = 50  # of the feed of releases


@public_page
@require_safe
def schedule_ics(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Give the dated sessions as a calendar to subscribe to; `?kind=cafe`, also repeated, gives some kinds only."""
    kinds, wrong = _kinds(request)
    if wrong is not None:
        return wrong
    name = f"{cohort}-{'-'.join(kind.value for kind in kinds)}" if kinds else cohort

    def render(now: Freshness) -> str:
        text = public.calendar_text(now.release_id, kinds=kinds) if now.release_id else _no_sessions(programme, cohort)
        of_kinds = f" ({', '.join(kind.label for kind in kinds)})" if kinds else ""
        return ical.calendar(
            f"{text.programme_name}: {text.cohort_name}{of_kinds}",
            [text.events],
            [text.zones],
            description=text.about,
            url=f"{exports.cohort_address(programme, cohort)}schedule.ics",
            zone=text.zone,
        )

    about = tuple(kind.value for kind in kinds)
    return _answer(request, programme, cohort, "schedule.ics", about, render, CALENDAR, f"{programme}-{name}.ics", _ANYWHERE)


@public_page
@require_safe
def session_ics(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Give one dated session as a calendar of one event; 404 where calendars don't get it."""

    def render(now: Freshness) -> str:
        event = public.calendar_event(now.release_id, slug)
        if event is None:
            raise Http404("Calendars get sessions that have a date.")
        return ical.calendar(event.title, [event.text], [event.zones], zone=event.zone)

    name = f"{programme}-{cohort}-{slug}.ics"
    # Without a date to ask by: an answer by date alone would say "not modified" of a session that is not there.
    return _answer(request, programme, cohort, "session.ics", (slug,), render, CALENDAR, name, by_date=False)


@public_page
@require_safe
def schedule_json(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Give the released schedule with every fact; the keys stand in `exports.schedule_as_json`."""

    def render(now: Freshness) -> str:
        found = exports.schedule_as_json(_cohort(programme, cohort), *public.released_as_shown(now.release_id))
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))

    name = f"{programme}-{cohort}.json"
    return _answer(request, programme, cohort, "schedule.json", (), render, "application/json", name, _ANYWHERE)


@public_page
@require_safe
def schedule_csv(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Give the released schedule as a table for spreadsheets."""

    def render(now: Freshness) -> bytes:
        sessions = public.released_occurrences(now.release_id)
        addresses = (exports.session_url(programme, cohort, each.slug) for each in sessions)
        rows = (exports.session_as_row(each, url=url) for each, url in zip(sessions, addresses, strict=True))
        return to_csv(exports.CSV_HEADER, rows)

    name = f"{programme}-{cohort}.csv"
    return _answer(request, programme, cohort, "schedule.csv", (), render, "text/csv; charset=utf-8", name)


@public_page
@require_safe
def cohort_atom(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Give the newest releases, each with what it changed, as a feed."""

    def render(now: Freshness) -> str:
        it = _cohort(programme, cohort)
        return exports.atom(it, public.releases_shown(it)[:_ENTRIES])

    kind = "application/atom+xml; charset=utf-8"
    return _answer(request, programme, cohort, "atom.xml", (), render, kind, f"{programme}-{cohort}.xml")


def _answer(
    request: HttpRequest,
    programme: str,
    cohort: str,
    page: str,
    about: tuple[str, ...],
    render: Callable[[Freshness], str | bytes],
    content_type: str,
    filename: str,
    headers: dict[str, str] | None = None,
    *,
    by_date: bool = True,
) -> HttpResponse:
    """Answer from what is kept while the one query says it is fresh. A programme not public answers its team only."""
    now = public.freshness(programme, cohort)
    if now is None or not (now.is_public or _belongs(request, programme)):
        raise Http404("There is no such schedule.")
    return fresh(
        request,
        key=(page, programme, cohort, *about, *now.key),
        render=lambda: render(now),
        content_type=content_type,
        last_modified=now.last_modified if by_date else None,
        filename=filename,
        headers=headers,
        shared=now.is_public,
    )


def _cohort(programme: str, cohort: str) -> Cohort:
    found = programmes.cohort(programme, cohort)
    if found is None:  # gone since the freshness was read
        raise Http404("There is no such schedule.")
    return found


def _no_sessions(programme: str, cohort: str) -> CalendarText:
    it = _cohort(programme, cohort)
    zones = ical.vtimezone(it.zone, it.starts_on.year, it.ends_on.year) if it.zone != "UTC" else ""
    return CalendarText(it.programme.name, it.name, it.programme.tagline, it.zone, zones, "")


def _belongs(request: HttpRequest, slug: str) -> bool:
    programme = programmes.programme(slug)
    return programme is not None and permissions.belongs(person_of(request), programme, at=timezone.now())


def _kinds(request: HttpRequest) -> tuple[list[Kind], HttpResponse | None]:
    """Read the kinds asked for, in their own order and each once, or a sentence about one that is none."""
    asked = set(filter(None, request.GET.getlist("kind")))
    kinds = [kind for kind in Kind if kind.value in asked]
    if unknown := sorted(asked - {kind.value for kind in kinds}):
        known = ", ".join(kind.value for kind in Kind)
        sentence = f"There is no kind of session called {unknown[0][:40]!r}. The kinds are {known}.\n"
        return [], HttpResponse(sentence, status=400, content_type="text/plain; charset=utf-8")
    return kinds, None
