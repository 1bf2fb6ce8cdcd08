"""While somebody sees the Hub as another person, nothing is written; nor is what they send first when that is over."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from hub.people import kept
from hub.people.models import Person
from hub.people.seeing_as import OVER, be_oneself, is_over, person_seen_as

READS = ("GET", "HEAD", "OPTIONS")
NOT_SAVED = f"{OVER} Nothing was saved."


class SeeingAs:
    """Refuse what would write, wherever it is sent, until the person who looks is themselves again and was told so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a form sent while seeing as somebody, or first after it, gets a page that says why it was not taken.

        So does one where the sign-in itself ended meanwhile, elsewhere or with its time; whoever signs in is not asked again.
        """
        if request.method not in READS and request.path not in (reverse("see-as-end"), reverse("sign-out")):
            seen = person_seen_as(request)
            if seen is not None:
                return _only_looking(request, seen)
            if is_over(request):  # what is on the screen is another person's
                be_oneself(request)
                return _oneself_again(request)
            if kept.ended_while_looking(request) and not request.path.startswith(reverse("sign-in")):
                answer = _oneself_again(request)
                kept.stop_looking(request, answer)
                return answer
        answer = self.get_response(request)
        if getattr(request, "_person", None) is not None:  # who asks has been looked up: the session is not read for this alone
            kept.remember_who(request, answer)
        return answer


def _only_looking(request: HttpRequest, seen: Person) -> HttpResponse:
    if _is_of_api(request):
        said = f"You see the Hub as {seen.name} does, and can only look."
        return JsonResponse({"code": "only-looking", "message": said, "field": None}, status=403)
    return render(request, "people/doors/only_looking.html", {"seen": seen}, status=403)


def _oneself_again(request: HttpRequest) -> HttpResponse:
    if _is_of_api(request):
        return JsonResponse({"code": "oneself-again", "message": NOT_SAVED, "field": None}, status=409)
    if request.headers.get("HX-Request") == "true":  # a part of a page is as old as the page: all of it comes anew
        messages.warning(request, NOT_SAVED)
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "people/doors/oneself_again.html", status=409)


def _is_of_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
