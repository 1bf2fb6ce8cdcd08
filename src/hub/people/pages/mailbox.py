"""The demo's mailbox: what would have gone out by mail."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.people.access import demo_page

MOST = 100


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that was kept: its number, counted from the oldest, to whom, what about, and its text."""

    number: int
    to: str
    subject: str
    text: str
    at: datetime


def _mails() -> list[Mail]:
    """Read what is kept, newest first."""
    folder = Path(settings.EMAIL_FILE_PATH)
    files = sorted(folder.glob("*.log"), key=lambda each: each.stat().st_mtime_ns) if folder.is_dir() else []
    found = []
    for number, path in list(enumerate(files, 1))[-MOST:]:
        message = email.message_from_bytes(path.read_bytes().partition(b"\n" + b"-" * 79)[0], policy=email.policy.default)
        body = message.get_body(("plain",))
        text = body.get_content() if body is not None else ""
        at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        found.append(Mail(number, str(message["To"]), str(message["Subject"]), text, at))
    return found[::-1]


@demo_page
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """List the mails."""
    return render(request, "people/mailbox.html", {"mails": _mails()})


@demo_page
@require_safe
def mail(request: HttpRequest, number: int) -> HttpResponse:
    """Show one."""
    found = next((each for each in _mails() if each.number == number), None)
    if found is None:
        raise Http404
    return render(request, "people/mail.html", {"mail": found})
