"""What somebody typed into a form while their session had ended: kept through the sign-in, shown, and sent when they say so.

Kept in the browser's own session for an hour, packed, up to a size; files are not, and of what is larger the sign-in page says
that it was not kept. Lessons: nothing typed is lost. It is offered to the
account whose it was alone: a cookie holds a fingerprint of who was last signed in in this browser, because the session is no
longer there to ask. Where there is none (cookies were cleared) the page says that it may be somebody else's. While somebody
sees the Hub as another person the cookie says that instead: what is typed then is nobody's, and the middleware keeps nothing.
"""

from __future__ import annotations

import base64
import inspect
import json
import re
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from hub.people.models import Account
from hub.people.seeing_as import account_of, has_begun_to_see_as
from hub.programmes import queries as programmes

KEY = "kept"
LASTS = timedelta(hours=1)
LARGEST = 2_500_000  # letters: as much as a pasted sheet of 5,000 rows may have
LARGEST_PACKED = 400_000  # letters of the session: nobody need be signed in to fill it
NOT_KEPT = (
    "What you sent was too large to keep while you sign in. Go back in your browser: it is still on the page you came from."
)
FORGERY = "csrfmiddlewaretoken"
COOKIE = "last"
LOOKING = "looking"  # instead of a fingerprint


@dataclass(frozen=True, slots=True)
class Kept:
    """A form as it was sent: where to, and its fields in order."""

    path: str
    fields: tuple[tuple[str, str], ...]
    had_files: bool
    is_known_to_be_theirs: bool

    @property
    def words(self) -> list[tuple[str, str, str]]:
        """Each field's name, the name in words, and what was typed."""
        return [(name, re.sub(r"[-_]", " ", name).capitalize(), value) for name, value in self.fields]


def keep(request: HttpRequest) -> str:
    """Keep the form that was sent, and give the address to go to after the sign-in.

    Where nothing is kept that is the form's own. Where forms are only sent to that, it is the page the button stood on or home.
    """
    fields = [(name, value) for name, values in request.POST.lists() if name != FORGERY for value in values]
    if not fields:
        return _page_of(request)
    packed = _packed(fields) if sum(len(name) + len(value) for name, value in fields) <= LARGEST else ""
    if not 0 < len(packed) <= LARGEST_PACKED:
        messages.warning(request, NOT_KEPT)
        return _page_of(request)
    request.session[KEY] = {
        "path": request.get_full_path(),
        "fields": packed,
        "files": bool(request.FILES),
        "at": timezone.now().isoformat(),
        "whose": request.COOKIES.get(COOKIE, ""),
    }
    return reverse("go-on")


def _packed(fields: list[tuple[str, str]]) -> str:
    return base64.b85encode(zlib.compress(json.dumps(fields).encode("ascii"))).decode("ascii")


def _unpacked(packed: str) -> tuple[tuple[str, str], ...]:
    fields = json.loads(zlib.decompress(base64.b85decode(packed)))
    return tuple((name, value) for name, value in fields)


def _page_of(request: HttpRequest) -> str:
    """Give the address of a page to read: the form's own, else that of the page it stood on, else one's home."""
    if _is_page(request.path):
        return request.path
    try:
        came_from = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # no address at all
        return reverse("me")
    if came_from.netloc == request.get_host() and _is_page(came_from.path):
        return urlunsplit(("", "", came_from.path, came_from.query, ""))
    return reverse("me")


def _is_page(path: str) -> bool:
    """Say whether an address can be read, and is not only sent to: Django's decorators know which verbs it takes.

    A word or two after the site fit the address of a programme and a cohort, so those it names must be there: a button stands
    on the page of a mistyped address, too. At most two queries.
    """
    try:
        found = resolve(path)
    except Resolver404:
        return False
    programme, cohort = (found.kwargs.get(name) for name in ("programme", "cohort"))
    if programme is not None and programmes.programme(str(programme)) is None:
        return False
    if programme is not None and cohort is not None and programmes.cohort(str(programme), str(cohort)) is None:
        return False
    view: Any = found.func
    while inspect.isfunction(view):
        verbs = inspect.getclosurevars(view).nonlocals.get("request_method_list", ("GET",))
        if "GET" not in verbs:
            return False
        view = getattr(view, "__wrapped__", None)
    return True


def kept(request: HttpRequest) -> Kept | None:
    """Give what is kept in this browser for who is signed in now; None after an hour, and of what was somebody else's."""
    found: Any = request.session.get(KEY)
    account = account_of(request)
    if account is None or not isinstance(found, dict) or timezone.now() - datetime.fromisoformat(found["at"]) > LASTS:
        return None
    whose = str(found.get("whose", ""))
    if whose and not constant_time_compare(whose, _fingerprint(account)):
        return None
    return Kept(found["path"], _unpacked(found["fields"]), found["files"], is_known_to_be_theirs=bool(whose))


def forget(request: HttpRequest) -> None:
    """Throw it away."""
    request.session.pop(KEY, None)


def remember_who(request: HttpRequest, answer: HttpResponse) -> None:
    """Have the browser remember, as a fingerprint, who is signed in, or that they see the Hub as another person.

    It stays after the sign-out. Asks the database nothing.
    """
    if "public" in answer.get("Cache-Control", ""):  # kept for everybody by what stands between
        return
    account = account_of(request)
    if account is None:
        return
    says = LOOKING if has_begun_to_see_as(request) else _fingerprint(account)
    if request.COOKIES.get(COOKIE) != says:
        answer.set_cookie(
            COOKIE,
            says,
            max_age=settings.CSRF_COOKIE_AGE,  # as long as a form left open is taken
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def ended_while_looking(request: HttpRequest) -> bool:
    """Say whether nobody is signed in any more in a browser in which somebody saw the Hub as another person to the end."""
    return request.COOKIES.get(COOKIE) == LOOKING and account_of(request) is None


def stop_looking(request: HttpRequest, answer: HttpResponse) -> None:
    """Have the browser forget that, and take no form any more that was shown meanwhile."""
    rotate_token(request)
    answer.delete_cookie(COOKIE, samesite="Lax")


def _fingerprint(account: Account) -> str:
    return salted_hmac("hub.people.kept", str(account.pk), algorithm="sha256").hexdigest()[:32]
