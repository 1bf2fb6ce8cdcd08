"""While somebody sees the Hub as another person, nothing is written."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from hub.people.seeing_as import person_seen_as

READS = ("GET", "HEAD", "OPTIONS")


class SeeingAs:
    """Refuse what would write, wherever it is sent, until the person who looks is themselves again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a form sent while seeing as somebody gets a page that says why it was not taken."""
        if request.method not in READS and request.path not in (reverse("see-as-end"), reverse("sign-out")):
            seen = person_seen_as(request)
            if seen is not None:
                return render(request, "people/doors/only_looking.html", {"seen": seen}, status=403)
        return self.get_response(request)
