"""The shell's own pages: home, the programmes' homes, and what is said when something is not there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hub.people.access import public_page
from hub.programmes import queries as programmes


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Show the programmes of this Hub."""
    return render(request, "site/home.html", {"programmes": programmes.public_programmes()})


@public_page
def programme_home(request: HttpRequest, programme: str) -> HttpResponse:
    """Say what a programme is, for whom, and what happens next."""
    return render(request, "site/programme.html", {"programme": programmes.programme(programme)})


@public_page
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing here, or nothing this person may see."""
    return render(request, "site/error.html", {"heading": "There is no such page", "status": 404}, status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the page is for others."""
    return render(request, "site/error.html", {"heading": "This page is for the team", "status": 403}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request made no sense."""
    return render(request, "site/error.html", {"heading": "We could not read that request", "status": 400}, status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was too old, and how to keep what was typed."""
    return render(request, "site/error.html", {"heading": "This form is out of date", "status": 403}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something broke on our side, without touching the database."""
    return HttpResponse("Something broke on our side. We have been told.\n", status=500, content_type="text/plain")
