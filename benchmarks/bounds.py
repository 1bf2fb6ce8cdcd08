"""The bounds: what the same server does at the least for an answer of the same shape, behind the same middlewares."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template import engines
from django.urls import resolve

from hub.kit.fresh import shelf
from hub.programmes.models import Cohort

ROWS = engines["django"].from_string(
    """<!doctype html><html lang="en"><title>Rows</title><table>{% for row in rows %}
<tr id="{{ row.slug }}" data-kind="{{ row.kind }}"><th scope="row"><a href="{{ row.url }}">{{ row.title }}</a></th>
<td><time datetime="{{ row.iso }}">{{ row.when }}</time></td><td>{{ row.label }}</td><td>{{ row.mode }}</td><td>{{ row.lead }}</td></tr>
{% endfor %}</table></html>"""
)
SMALL = engines["django"].from_string(
    """<!doctype html><html lang="en"><title>{{ cohort }}</title><h1>{{ cohort }}</h1>{% for line in lines %}<p>{{ line }}</p>{% endfor %}</html>"""
)


def _version(programme: str, cohort: str) -> int:
    """Make the one indexed query that a cache of several processes needs."""
    return Cohort.objects.filter(programme__slug=programme, slug=cohort).values_list("public_version", flat=True)[:1][0]


@lru_cache(maxsize=16)
def _octets(size: int) -> bytes:
    return b"x" * size


def constant(request: HttpRequest, size: int, programme: str, cohort: str) -> HttpResponse:
    """Answer with as many constant octets, after one indexed query."""
    _version(programme, cohort)
    return HttpResponse(_octets(size), content_type="text/plain")


def unchanged(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Answer 304, after one indexed query."""
    return HttpResponse(status=304, headers={"ETag": f'"{_version(programme, cohort)}"'})


@lru_cache(maxsize=4)
def _rows(count: int) -> list[dict[str, str]]:
    return [
        {
            "slug": f"full-meeting-{number}",
            "kind": "meeting",
            "url": f"/practitioners-hub/sized/sessions/full-meeting-{number}/",
            "title": f"Full meeting {number} about open leadership",
            "iso": "2023-07-05T15:00:00+01:00",
            "when": "Wed 5 July 2023, 15:00–17:00 (London)",
            "label": "Full meeting",
            "mode": "Online",
            "lead": "Led by Mara & <Theo>",
        }
        for number in range(count)
    ]


def rows(request: HttpRequest, rows: int) -> HttpResponse:
    """Render one plain template of as many rows."""
    return HttpResponse(ROWS.render({"rows": _rows(rows)}))


@lru_cache(maxsize=4)
def _strings(programme: str, cohort: str, what: str) -> list[str]:
    from hub.schedule.queries import public

    fresh = public.freshness(programme, cohort)
    if fresh is None or fresh.release_id is None:
        raise LookupError(f"nothing released in {programme}/{cohort}")
    if what == "ics":
        return public.vevents(fresh.release_id)
    import json

    from hub.core.occurrence import to_facts

    return [json.dumps(to_facts(each), ensure_ascii=False) for each in public.released_occurrences(fresh.release_id)]


def strings(request: HttpRequest, programme: str, cohort: str, what: str) -> HttpResponse:
    """Join strings that are already at hand."""
    return HttpResponse("".join(_strings(programme, cohort, what)), content_type="text/plain")


def small(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Make one indexed query and render a small template."""
    return HttpResponse(SMALL.render({"cohort": _version(programme, cohort), "lines": ["A line of a small page."] * 40}))


def first(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Forget what is kept, then answer as the Hub would."""
    shelf.clear()
    found = resolve(f"/{rest}")
    return found.func(request, *found.args, **found.kwargs)
