"""Headers every answer carries, and what no request may hold."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"


class SecurityHeaders:
    """Set the content security policy (nothing inline, nothing from elsewhere) and the permissions policy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the headers set where a page has not set its own."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if response.status_code == 304:  # Django's own layer says 0; the length is the kept answer's (RFC 9110 §8.6)
            response.headers.pop("Content-Length", None)
        return response


class NoNul:
    """Refuse a request whose address or browser's name holds NUL: PostgreSQL keeps and compares no such text, SQLite does.

    What stands in forms is said beside the field, and the API says it in its own words.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the next layer."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer. Raises BadRequest."""
        query = request.META.get("QUERY_STRING", "")
        if not request.path.startswith("/api/") and ("%00" in query or "\x00" in request.path + query):
            raise BadRequest("The address holds a character that can't be kept (NUL).")
        if "\x00" in request.META.get("HTTP_USER_AGENT", ""):
            raise BadRequest("The browser's name holds a character that can't be kept (NUL).")
        return self.get_response(request)
