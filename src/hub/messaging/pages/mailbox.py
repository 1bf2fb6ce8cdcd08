"""The demo's mailbox: what would have gone out by mail."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.messaging.pages.place import as_mail, with_frame
from hub.people.access import demo_page
from hub.services.mail import Mail, list_mail, read_mail

_TOLD = ("From", "To", "Reply-To", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "Auto-Submitted")


def _mail(key: str) -> Mail:
    found = read_mail(Path(settings.EMAIL_FILE_PATH), key)
    if found is None:
        raise Http404
    return found


@demo_page
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """List the mails, newest first; `?to=` keeps to one address."""
    to = request.GET.get("to", "").strip()[:254]
    mails = list_mail(Path(settings.EMAIL_FILE_PATH))
    shown = [each for each in mails if to.casefold() in each.to.casefold()]
    return render(request, "messaging/mailbox.html", {"mails": shown, "to": to, "count": len(mails)})


@dataclass(frozen=True, slots=True)
class File:
    """What comes with a mail: its name, kind and size, and its words where it has any."""

    name: str
    kind: str
    size: int
    text: str


@demo_page
@require_safe
def mail(request: HttpRequest, key: str) -> HttpResponse:
    """Show one: its headers, HTML, text and files."""
    found = _mail(key)
    files = [
        File(
            each.name, each.kind, len(each.data), each.data.decode("utf-8", "replace") if each.kind.startswith("text/") else ""
        )
        for each in found.attachments
    ]
    context = {
        "mail": found,
        "subject": found.header("Subject") or "(no subject)",
        "headers": [(name, found.header(name)) for name in _TOLD if found.header(name)],
        "every": found.headers,
        "files": files,
    }
    return with_frame(render(request, "messaging/mail.html", context))


@demo_page
@require_safe
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """Give a mail's HTML, for the frame of its page."""
    found = _mail(key)
    if not found.html:
        raise Http404
    return as_mail(found.html)
