"""What programs read: health, robots, sitemap, and the programme's colour as a style sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition, require_safe

from hub.core.contrast import shades
from hub.core.statements import StatementKind
from hub.kit import worker
from hub.people import permissions
from hub.people.access import person_of, public_page
from hub.programmes import queries as programmes
from hub.schedule.queries import overview


@public_page
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@public_page
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether the database answers and knows every migration; 503 and the reason where not.

    A worker that has not looked after the jobs for long is noted, and no reason to send people elsewhere.
    """
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    if waiting:
        return HttpResponse(f"{len(waiting)} migrations are not applied\n", status=503, content_type="text/plain")
    return HttpResponse(f"ready\n{_quiet_worker()}", content_type="text/plain")


def _quiet_worker() -> str:
    quiet = worker.quiet_for(at=timezone.now())
    if quiet is None:
        return ""
    if quiet == timedelta.max:
        return "note: no worker has run yet\n"
    return f"note: no worker has run for {quiet // timedelta(minutes=1)} minutes\n"


@public_page
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Ask crawlers to leave alone what is behind a sign-in, and say where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: /{word}/" for word in ("dev", "me", "sign-in", "sign-out", "team"))]
    return HttpResponse("\n".join([*lines, "", f"Sitemap: {settings.BASE_URL}/sitemap.xml", ""]), content_type="text/plain")


def _tag_of_look(request: HttpRequest, programme: str) -> str | None:
    found = programmes.programme(programme)
    if found and not (found.is_public or permissions.belongs(person_of(request), found, at=timezone.now())):
        found = None
    request.look = found  # type: ignore[attr-defined]
    return f'"{found.colour[1:]}"' if found else None


@public_page
@require_safe
@condition(etag_func=_tag_of_look)
def look(request: HttpRequest, programme: str) -> HttpResponse:
    """Give a programme's own colour, readable by day and by night, as a style sheet.

    Pages link it with the colour in the address (`?v=`), so that address never changes its content and is kept for a year.
    """
    found = request.look  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    pair = shades(found.colour)
    response = HttpResponse(
        f'[data-programme="{found.slug}"] {{ --programme: light-dark({pair.light}, {pair.dark}); }}\n',
        content_type="text/css; charset=utf-8",
    )
    if request.GET.get("v", "").lower() == found.colour[1:].lower():
        patch_cache_control(response, max_age=31_536_000, immutable=True)
    else:
        patch_cache_control(response, no_cache=True)
    patch_cache_control(response, **{"public" if found.is_public else "private": True})
    return response


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the sitemap: its path, and when what it says last changed where that is known."""

    path: str
    changed_at: datetime | None = None


@public_page
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the public pages for search engines. Six queries, however many pages."""
    found = list(programmes.public_programmes())
    planned = programmes.having_year_plan(found)
    stated = {(each.programme_id, each.kind): each.published_at for each in programmes.newest_statements(found)}
    cohorts = list(programmes.cohorts_of_all(found))
    sessions = overview.released_pages(cohorts)
    changed: dict[int, datetime] = {}
    for page in sessions:
        changed[page.cohort.pk] = max(page.changed_at, changed.get(page.cohort.pk, page.changed_at))
    pages = [Listed(reverse("home"))]
    for programme in found:
        pages.append(Listed(reverse("programme", args=[programme.slug])))
        if programme.pk in planned:
            pages.append(Listed(reverse("year-plan", args=[programme.slug])))
        pages += (
            Listed(reverse(kind.value, args=[programme.slug]), stated.get((programme.pk, kind.value))) for kind in StatementKind
        )
    for cohort in cohorts:
        of_it = (cohort.programme.slug, cohort.slug)
        names = ("cohort", "schedule") if cohort.pk in changed else ("cohort",)
        pages += (Listed(reverse(name, args=of_it), changed.get(cohort.pk)) for name in names)
    pages += (
        Listed(reverse("session", args=[page.cohort.programme.slug, page.cohort.slug, page.slug]), page.changed_at)
        for page in sessions
    )
    return render(request, "site/sitemap.xml", {"pages": pages}, content_type="application/xml")
