"""Where a page of the desk is, and how large a thing it takes."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_protect

from hub.people.access import person_of
from hub.people.models import Person
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort, Programme

P = ParamSpec("P")


def cohort_or_404(programme: str, cohort: str) -> Cohort:
    """Find the cohort an address names, with its programme at hand."""
    found = programmes.cohort(programme, cohort)
    if found is None:
        raise Http404
    return found


def programme_or_404(programme: str) -> Programme:
    """Find the programme an address names."""
    found = programmes.programme(programme)
    if found is None:
        raise Http404
    return found


def whoever(request: HttpRequest) -> Person:
    """Give the person who asks; a page of the team has let in nobody else."""
    person = person_of(request)
    assert person is not None
    return person


def up_to_4_mb(
    page: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Answer a form that is too large with a sentence. Goes outside the decorator that says who may enter.

    The check against forged forms reads the form and would fail on a large one before the page is asked, so it is made here.
    """
    guarded = csrf_protect(page)

    def enter(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            request.POST  # noqa: B018  reading it is what raises
        except RequestDataTooBig:
            return render(request, "schedule/desk/too_large.html", {"at": timezone.now()}, status=413)
        return guarded(request, *args, **kwargs)

    update_wrapper(enter, page)
    enter.csrf_exempt = True  # type: ignore[attr-defined]  # `guarded` makes the check
    return enter


def as_file(text: str, name: str) -> HttpResponse:
    """Answer with a text as a file, byte for byte."""
    response = HttpResponse(text.encode(), content_type="text/markdown; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    patch_cache_control(response, private=True, no_cache=True)
    return response
