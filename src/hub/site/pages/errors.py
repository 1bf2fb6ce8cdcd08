"""What is said when something is not there, not allowed, not readable, or broke."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_BROKEN = (Path(__file__).parents[1] / "templates" / "site" / "broken.html").read_text(encoding="utf-8")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing here, or nothing this person may see."""
    return render(request, "site/errors/not_found.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the page is for others."""
    return render(request, "site/errors/forbidden.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request made no sense."""
    return render(request, "site/errors/bad_request.html", status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form was too old, and that what was typed is kept by the browser."""
    return render(request, "site/errors/form_too_old.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something broke on our side, without the database, the session or a template engine that may be the cause.

    The style sheet goes by its plain name, which needs no list of hashed ones; without it the page still reads.
    """
    return HttpResponse(_BROKEN.replace("STATIC/", settings.STATIC_URL), status=500)
