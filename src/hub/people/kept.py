"""What somebody typed into a form while their session had ended: kept through the sign-in, shown, and sent when they say so.

Kept in the browser's own session for an hour, up to a size; files are not. Lessons: nothing typed is lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

KEY = "kept"
LASTS = timedelta(hours=1)
LARGEST = 200_000  # letters
FORGERY = "csrfmiddlewaretoken"


@dataclass(frozen=True, slots=True)
class Kept:
    """A form as it was sent: where to, and its fields in order."""

    path: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool

    @property
    def words(self) -> list[tuple[str, str, str]]:
        """Each field's name, the name in words, and what was typed."""
        return [(name, re.sub(r"[-_]", " ", name).capitalize(), value) for name, value in self.fields]


def keep(request: HttpRequest) -> str:
    """Keep the form that was sent, and give the address to go to after the sign-in; the form's own where nothing is kept."""
    fields = [(name, value) for name, values in request.POST.lists() if name != FORGERY for value in values]
    is_small = sum(len(name) + len(value) for name, value in fields) <= LARGEST
    if not fields or not is_small:
        return request.path
    request.session[KEY] = {
        "path": request.get_full_path(),
        "fields": fields,
        "files": bool(request.FILES),
        "at": timezone.now().isoformat(),
    }
    return reverse("go-on")


def kept(request: HttpRequest) -> Kept | None:
    """Give what is kept in this browser, None after an hour."""
    found: Any = request.session.get(KEY)
    if not isinstance(found, dict) or timezone.now() - datetime.fromisoformat(found["at"]) > LASTS:
        return None
    return Kept(found["path"], tuple((name, value) for name, value in found["fields"]), found["files"])


def forget(request: HttpRequest) -> None:
    """Throw it away."""
    request.session.pop(KEY, None)
