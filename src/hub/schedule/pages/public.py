"""What everybody reads of a released schedule: the cohort's home, its schedule, its sessions, its changes.

Answers are kept by what they depend on (`kit.fresh`). Where a page shows today, what is next or what is over, the quarter of
an hour stands in its key: every zone's midnight, and nearly every session's end, falls on one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hub.core import timetable
from hub.core.calendar import place_of
from hub.core.plan.model import Kind
from hub.core.release import Change, Difference
from hub.kit.fresh import fresh
from hub.kit.request import Request
from hub.people import permissions
from hub.people import queries as people
from hub.people.access import person_of, public_page
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort, PartnerName
from hub.schedule import structured
from hub.schedule.coming import leads_me_to, leads_to
from hub.schedule.models import Release
from hub.schedule.queries import public
from hub.schedule.queries.mine import part_in
from hub.schedule.queries.public import Freshness
from hub.schedule.templatetags.timetable import Setting

HTML = "text/html; charset=utf-8"
VIEWS = (("agenda", "Agenda", "layout-list"), ("month", "Months", "calendar-days"), ("list", "List", "table"))
_AHEAD = 3  # sessions shown as next on the cohort's home
_MANY = 12  # changes of a release shown before they are folded


@public_page
@require_safe
def cohort_home(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Say what a cohort is, when, with whom, and what is next in it."""
    at = _quarter(timezone.now())

    def facts(now: Freshness, it: Cohort) -> dict[str, Any]:
        sessions = public.released_occurrences(now.release_id)
        return {
            "sessions": sessions,
            "next": timetable.coming(sessions, at, _AHEAD),
            "kinds": timetable.count_kinds(each for each in sessions if each.kind.is_gathering),
            "papers": [(each, paper) for each in sessions for paper in each.papers],
            "partners": _with_logos(it),
            "experts": people.experts_shown(it, at=at),
            "setting": _setting(it, at),
            "data": structured.cohort(it, base_url=settings.BASE_URL),
        }

    return _answer(request, programme, cohort, "cohort", (at.isoformat(),), "cohort.html", facts)


@public_page
@require_safe
def schedule(request: Request, programme: str, cohort: str) -> HttpResponse:
    """Show the schedule as an agenda, by `?view=month` as a grid, by `?view=list` as a table; `?kind=` picks some kinds."""
    at = _quarter(timezone.now())
    asked = request.GET.getlist("kind")
    kinds = tuple(kind for kind in Kind if kind.value in asked)
    is_unknown = len(set(filter(None, asked))) > len(kinds)
    view = request.GET.get("view", "")
    view = view if view in {name for name, _, _ in VIEWS} else VIEWS[0][0]
    is_part = bool(request.htmx) and not request.htmx.history_restore_request

    def facts(now: Freshness, it: Cohort) -> dict[str, Any]:
        every = public.released_occurrences(now.release_id)
        sessions = timetable.of_kinds(every, kinds)
        return {
            "every": every,
            "sessions": sessions,
            "months": timetable.timetable(sessions) if view != "list" else (),
            "view": view,
            "views": [(name, label, icon, _query(name, kinds)) for name, label, icon in VIEWS],
            "chips": [
                (kind, count, kind in kinds, _query(view, _toggled(kinds, kind)))
                for kind, count in timetable.count_kinds(every)
            ],
            "all_kinds": _query(view, ()),
            "kinds": kinds,
            "is_unknown": is_unknown,
            "next": next(iter(timetable.coming(every, at, 1)), None),
            "setting": _setting(it, at, is_archive=timetable.is_all_over(every, at)),
        }

    about = (view, ",".join(kinds), is_unknown, is_part, at.isoformat())
    template = "_timetable.html" if is_part else "schedule.html"
    return _answer(request, programme, cohort, "schedule", about, template, facts, vary=("HX-Request",))


@public_page
@require_safe
def session(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Show one session: when, where, with whom, its agenda and its materials, and what moved."""
    at = _quarter(timezone.now())

    def facts(now: Freshness, it: Cohort) -> dict[str, Any]:
        page = public.session_page(now.cohort_id, now.release_id, slug)
        if page is None:
            raise Http404("There is no such session in this schedule.")
        was = timetable.moved_from(page.occurrence, page.earlier)
        return {
            "session": page.occurrence,
            "before": page.before,
            "after": page.after,
            "was": was,
            "is_over": timetable.is_over(page.occurrence, at),
            "people": people.named_in(page.occurrence.led_by, it.programme, at=at),
            "shares": timetable.shares(page.occurrence),
            "setting": _setting(it, at),
            "leads_to": leads_to(page.occurrence.uid),
            "leads_me_to": leads_me_to(person_of(request), page.occurrence.uid, at=timezone.now()),
            "part": part_in(person_of(request), it, page.occurrence, at=timezone.now()),
            "data": structured.session(page.occurrence, it, was=was, base_url=settings.BASE_URL),
        }

    return _answer(request, programme, cohort, "session", (slug, at.isoformat()), "session.html", facts)


@public_page
@require_safe
def changes(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Show the releases of a schedule, newest first, with what each changed."""

    def facts(now: Freshness, it: Cohort) -> dict[str, Any]:
        told = [(release, _difference(release)) for release in public.releases_shown(it)]
        return {"releases": told, "slugs": public.released_slugs(now.release_id), "many": _MANY}

    return _answer(request, programme, cohort, "changes", (), "changes.html", facts)


def _answer(
    request: HttpRequest,
    programme: str,
    cohort: str,
    page: str,
    about: tuple[str | bool, ...],
    template: str,
    facts: Callable[[Freshness, Cohort], dict[str, Any]],
    vary: tuple[str, ...] = (),
) -> HttpResponse:
    """Answer with a page kept for everybody, or rendered for who is signed in. What is not public, only its people see."""
    now = public.freshness(programme, cohort)
    person = person_of(request)
    if now is None or not (now.is_public or _belongs(request, programme)):
        raise Http404("There is no such schedule.")

    def render() -> str:
        it = programmes.cohort(programme, cohort)
        if it is None:  # gone since the freshness was read
            raise Http404("There is no such schedule.")
        calendar = reverse("schedule-ics", args=[programme, cohort])
        context = {
            "programme": it.programme,
            "cohort": it,
            "now": now,
            "here": "cohort" if page == "cohort" else "schedule",
            "zone_place": place_of(it.zone),
            "address": _address(it),
            "webcal": f"webcal://{settings.BASE_URL.partition('://')[2]}{calendar}",
        }
        return render_to_string(f"schedule/public/{template}", {**context, **facts(now, it)}, request)

    return fresh(
        request,
        key=(page, programme, cohort, *about, *now.key),
        render=render,
        content_type=HTML,
        vary=vary,
        shared=now.is_public and person is None,
    )


def _with_logos(cohort: Cohort) -> list[tuple[PartnerName, tuple[str, str] | None]]:
    """Give the partners of a cohort, each with its logo where it allows that: the stored file and its words."""
    partners = list(programmes.partner_names(cohort))
    logos = people.logos_shown(cohort.programme, (each.name for each in partners))
    return [(each, logos.get(each.name)) for each in partners]


def _difference(release: Release) -> Difference:
    return Difference(changes=tuple(map(Change.from_facts, release.difference)))


def _belongs(request: HttpRequest, slug: str) -> bool:
    programme = programmes.programme(slug)
    return programme is not None and permissions.belongs(person_of(request), programme, at=timezone.now())


def _quarter(moment: datetime) -> datetime:
    """Give the quarter of an hour a moment lies in."""
    return moment.replace(minute=moment.minute - moment.minute % 15, second=0, microsecond=0)


def _setting(cohort: Cohort, at: datetime, *, is_archive: bool = False) -> Setting:
    return Setting(_address(cohort), cohort.zone, at, is_archive)


def _address(cohort: Cohort) -> str:
    """Give where a cohort's pages stand, joined by hand: rows ask for hundreds at once."""
    return f"/{cohort.programme.slug}/{cohort.slug}/"


def _toggled(kinds: tuple[Kind, ...], kind: Kind) -> tuple[Kind, ...]:
    return tuple(each for each in Kind if (each in kinds) != (each is kind))


def _query(view: str, kinds: tuple[Kind, ...]) -> str:
    """Give the query string of a way to look at the schedule; the plainest has none."""
    parts = [f"view={view}"] if view != VIEWS[0][0] else []
    parts += [f"kind={kind.value}" for kind in kinds]
    return f"?{'&'.join(parts)}" if parts else "?"
