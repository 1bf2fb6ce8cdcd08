"""Who may enter a page. Every page function carries exactly one of these decorators; `test_house_rules.py` holds it.

Signed out: a redirect to sign-in. Signed in without any role in the thing: 404. A role without the right: 403.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect

from hub.kit.request import Request
from hub.people import kept, permissions
from hub.people.models import Person
from hub.people.seeing_as import account_of, be_oneself_where_over, person_seen_as
from hub.programmes import queries as programmes

P = ParamSpec("P")
Page = Callable[Concatenate[Request, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def _marked(page: Page[P], enter: View[P], access: str) -> View[P]:
    """Say on the page itself who may enter it, for the test that looks at every address."""
    update_wrapper(enter, page)
    enter.access = access  # type: ignore[attr-defined]
    return enter


def person_of(request: HttpRequest) -> Person | None:
    """Give the person who asks, None when nobody is signed in. Without a session cookie no query is made.

    Who sees the Hub as somebody else asks as that person, and may only read. Where that is over they are told on the next page.
    """
    if not hasattr(request, "_person"):
        account = account_of(request)
        seen = person_seen_as(request) if account else None
        if account and seen is None:
            be_oneself_where_over(request)
        request._seen_as = seen  # type: ignore[attr-defined]
        request._person = seen or (account.person if account else None)  # type: ignore[attr-defined]
    person: Person | None = request._person  # type: ignore[attr-defined]
    return person


def seen_as(request: HttpRequest) -> Person | None:
    """Give the person as whom somebody sees the Hub, None for who is themselves."""
    person_of(request)
    seen: Person | None = request._seen_as  # type: ignore[attr-defined]
    return seen


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in and back; what was typed into a form comes along (`kept`)."""
    wanted = kept.keep(request) if request.method == "POST" else request.get_full_path()
    answer = redirect_to_login(wanted)
    if cast(Request, request).htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": answer["Location"]})
    return answer


def public_page(page: Page[P]) -> View[P]:
    """Let everybody in."""

    def enter(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        return page(cast(Request, request), *args, **kwargs)

    return _marked(page, enter, "public")


def member_page(page: Page[P]) -> View[P]:
    """Let in who is signed in; the page itself shows only what is theirs."""

    def enter(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if person_of(request) is None:
            return to_sign_in(request)
        return page(cast(Request, request), *args, **kwargs)

    return _marked(page, enter, "member")


def with_own_eyes(request: HttpRequest, seen: Person) -> HttpResponse:
    """Say that a page is for somebody's own eyes, to who sees the Hub as they do."""
    return render(request, "people/doors/own_eyes.html", {"seen": seen}, status=403)


def own_page(page: Page[P]) -> View[P]:
    """Let in who is signed in, and nobody who sees the Hub as them: keys, tokens, and all that is held about somebody."""

    def enter(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if person_of(request) is None:
            return to_sign_in(request)
        if seen := seen_as(request):
            return with_own_eyes(request, seen)
        return page(cast(Request, request), *args, **kwargs)

    return _marked(page, enter, "own")


def team_page(page: Page[P]) -> View[P]:
    """Let in the team of the programme named by the URL's `programme`; the page gets its slug as before."""

    def enter(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        person = person_of(request)
        if person is None:
            return to_sign_in(request)
        programme = programmes.programme(str(kwargs["programme"]))
        at = timezone.now()
        belongs, runs = permissions.belongs_and_runs(person, programme, at=at) if programme else (False, False)
        if not belongs:
            raise Http404
        if not runs:
            raise PermissionDenied
        return page(cast(Request, request), *args, **kwargs)

    return _marked(page, enter, "team")


def demo_page(page: Page[P]) -> View[P]:
    """Let everybody in, in the demo only; elsewhere the address does not exist."""

    def enter(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        from django.conf import settings

        if not settings.DEMO:
            raise Http404
        return page(cast(Request, request), *args, **kwargs)

    return _marked(page, enter, "demo")


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
            return render(request, "people/too_large.html", {"at": timezone.now()}, status=413)
        return guarded(request, *args, **kwargs)

    update_wrapper(enter, page)
    enter.csrf_exempt = True  # type: ignore[attr-defined]  # `guarded` makes the check
    return enter
