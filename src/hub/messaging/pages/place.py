"""Where a page of the room is, who asks, and how a mail is shown within a page."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.kit.middleware import POLICY

ON_A_PAGE = 50
# A mail brings styles of its own, and words somebody else wrote: shown apart, where nothing of it runs or reaches the page.
_MAIL = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src 'self' data:",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)


def status_of(refusal: Refusal) -> int:
    """Give the status a refusal is answered with. Raises PermissionDenied where the person may not do this at all."""
    if isinstance(refusal, NotAllowed):
        raise PermissionDenied from refusal
    return 409 if isinstance(refusal, ChangedMeanwhile) else 422


def number(text: str) -> int | None:
    """Read a number from an address or a form; None for what is none, or too long for a key."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None


def numbers(texts: list[str]) -> list[int]:
    """Read the keys that were ticked, each once."""
    return list(dict.fromkeys(each for each in map(number, texts) if each is not None))


def way_back(request: HttpRequest, otherwise: str) -> str:
    """Give where to go on after something was done: the page of the Hub it was asked from, else `otherwise`."""
    back = request.POST.get("back", "")
    is_ours = back.startswith("/team/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours else otherwise


def as_mail(html: str) -> HttpResponse:
    """Answer with a mail's HTML, to stand in a frame of one of our pages and nowhere else."""
    response = HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
    response.headers["Content-Security-Policy"] = _MAIL
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def with_frame(response: HttpResponse) -> HttpResponse:
    """Let a page show frames of the Hub's own addresses."""
    response.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return response
