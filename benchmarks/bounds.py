"""The bounds: what the same server does at the least for an answer of the same shape, behind the same middlewares."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template import engines
from django.urls import resolve

from hub.kit.fresh import shelf
from hub.programmes.models import Cohort

# The row the agenda shows, the way one writes it first: a template, a loop, a variable for each fact, the facts at hand.
ROWS = engines["django"].from_string(
    """<!doctype html><html lang="en"><title>Rows</title><ol role="list">{% for row in rows %}
<li class="entry" data-kind="{{ row.kind }}">
<h3 class="week-name"><b>{{ row.week }}</b> <span>{{ row.span }}</span></h3>
<span class="entry-day"><i>{{ row.weekday }}</i> {{ row.day }}</span>
<time class="entry-time" datetime="{{ row.starts }}" data-until="{{ row.ends }}">{{ row.times }}</time>
<div class="entry-what"><a href="{{ row.url }}">{{ row.title }}{% if row.topic %} <span>{{ row.topic }}</span>{% endif %}</a>
<p class="entry-facts">{{ row.label }}{% if row.mode %} · {{ row.mode }}{% endif %}{% if row.lead %} · with {{ row.lead }}{% endif %}</p></div>
<a class="entry-add" href="{{ row.feed }}" aria-label="Add to my calendar: {{ row.title }}, {{ row.date }}"></a></li>
{% endfor %}</ol></html>"""
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
            "kind": "meeting",
            "week": f"Week {number % 4 + 1}",
            "span": "3–9 Jul",
            "weekday": "Wed",
            "day": "5",
            "date": "Wed 5 July 2023",
            "starts": "2023-07-05T14:00Z",
            "ends": "2023-07-05T16:00Z",
            "times": "15:00–17:00",
            "url": f"/practitioners-hub/sized/sessions/full-meeting-{number}/",
            "feed": f"/practitioners-hub/sized/sessions/full-meeting-{number}.ics",
            "title": f"Full meeting {number}",
            "topic": "Open leadership, and how others do it",
            "label": "Full meeting",
            "mode": "Online",
            "lead": "Mara & <Theo>",
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
