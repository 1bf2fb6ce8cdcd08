"""Public answers: rendered once, kept while they are fresh, and not sent again to who has them.

The caller names, in `key`, everything the answer depends on: versions read by one indexed query, the filter, the day where
the day shows. The entity tag is made from the same key and from the build of the program, so that a deploy, a release or a
withdrawn consent takes effect at once in every process. Source: docs/decisions/0005; RFC 9110 §8.8, §13; RFC 9111.
"""

from __future__ import annotations

import gzip
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date, parse_etags, parse_http_date_safe

Key = tuple[str | int | bool | date | None, ...]
Render = Callable[[], str | bytes]

ROOM = 64 * 1024 * 1024  # octets of answers each process keeps
_PACKAGE = Path(__file__).resolve().parents[1]
_WORTH_PACKING = 600  # octets; below, gzip saves no packet
_LARGEST_SHARE = 4  # nothing larger than a quarter of the room is kept


@dataclass(slots=True)
class _Answer:
    body: bytes
    packed: bytes | None = None

    @property
    def weight(self) -> int:
        return len(self.body) + len(self.packed or b"")


class Shelf:
    """The answers a process keeps: bounded by octets, the least recently used goes first, each rendered once at a time."""

    def __init__(self, room: int = ROOM) -> None:
        """Start empty, for at most `room` octets."""
        self._room = room
        self._weight = 0
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        self._being_made: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    @property
    def weight(self) -> int:
        """The octets kept now."""
        return self._weight

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._answers.clear()
            self._weight = 0

    def body(self, tag: str, render: Render, *, packed: bool) -> tuple[bytes, bool]:
        """Give the answer's octets, rendered when not kept, and whether they are packed (small ones never are).

        Of several who ask at once, one renders and the others wait for it. What `render` raises goes to who ran it; the
        next one tries again.
        """
        answer = self._find(tag)
        if answer is None or (packed and answer.packed is None and len(answer.body) >= _WORTH_PACKING):
            with self._lock:
                making = self._being_made.setdefault(tag, threading.Lock())
            with making:
                try:
                    answer = self._make(tag, render, packed=packed)
                finally:
                    with self._lock:
                        self._being_made.pop(tag, None)
        if packed and answer.packed is not None:
            return answer.packed, True
        return answer.body, False

    def _find(self, tag: str) -> _Answer | None:
        with self._lock:
            answer = self._answers.get(tag)
            if answer is not None:
                self._answers.move_to_end(tag)
            return answer

    def _make(self, tag: str, render: Render, *, packed: bool) -> _Answer:
        answer = self._find(tag)  # somebody else may have made it while we waited
        if answer is None:
            body = render()
            answer = _Answer(body.encode() if isinstance(body, str) else body)
        if packed and answer.packed is None and len(answer.body) >= _WORTH_PACKING:
            answer = _Answer(answer.body, gzip.compress(answer.body, 6, mtime=0))
        with self._lock:
            earlier = self._answers.pop(tag, None)
            self._weight -= earlier.weight if earlier else 0
            if answer.weight <= self._room // _LARGEST_SHARE:
                self._answers[tag] = answer
                self._weight += answer.weight
            while self._weight > self._room:
                self._weight -= self._answers.popitem(last=False)[1].weight
        return answer


shelf = Shelf()


def fresh(
    request: HttpRequest,
    *,
    key: Key,
    render: Render,
    content_type: str,
    last_modified: datetime | None = None,
    max_age: int = 0,
    filename: str = "",
    headers: Mapping[str, str] | None = None,
    vary: tuple[str, ...] = (),
    shared: bool = True,
) -> HttpResponse:
    """Answer a GET or HEAD with what `render` gives for `key`: 304 to who has it, else from the shelf, else rendered now.

    `key` names everything the answer depends on and begins with the name of the page. `last_modified` (aware) only where
    nothing but that moment can have changed the answer since. `max_age` in seconds; 0 lets others keep the answer but ask
    each time. `filename` is what a saved copy is called. With `shared` off (somebody is signed in) the answer is rendered
    for this request, kept nowhere and marked private, with a tag of its own octets.
    """
    wants_packed = shared and _accepts_gzip(request.META.get("HTTP_ACCEPT_ENCODING", ""))
    body: bytes | None = None
    if shared and not settings.DEBUG:
        tag = _tag(key)
    else:
        rendered = render()
        body = rendered.encode() if isinstance(rendered, str) else rendered
        tag = blake2b(body, digest_size=16).hexdigest()
        wants_packed, last_modified = False, None
    moment = _modified(last_modified)
    common = {
        "Cache-Control": _cache_control(max_age, shared=shared),
        "Vary": ", ".join(("Accept-Encoding", *vary)) if shared else ", ".join(("Cookie", *vary)),
        **(headers or {}),
    }
    if moment is not None:
        common["Last-Modified"] = http_date(moment)
    if has := _has(request, tag, moment):
        answer = HttpResponse(status=304, headers={**common, "ETag": has})
        del answer.headers["Content-Type"]
        return answer
    is_packed = False
    if body is None:
        body, is_packed = shelf.body(tag, render, packed=wants_packed)
    if is_packed:
        common["Content-Encoding"] = "gzip"
    if filename:
        common["Content-Disposition"] = f'inline; filename="{filename}"'
    common["ETag"] = f'"{tag}-gzip"' if is_packed else f'"{tag}"'
    common["Content-Length"] = str(len(body))
    return HttpResponse(b"" if request.method == "HEAD" else body, content_type=content_type, headers=common)


def _tag(key: Key) -> str:
    return blake2b(repr(key).encode(), digest_size=16, key=build()).hexdigest()


def _cache_control(max_age: int, *, shared: bool) -> str:
    if not shared:
        return "private, no-cache"
    return f"public, max-age={max_age}, must-revalidate" if max_age else "public, no-cache"


def _has(request: HttpRequest, tag: str, moment: int | None) -> str:
    """Give the entity tag under which who asks has this very answer, "" where they have another or none.

    Tags are compared weakly, as RFC 9110 §13.1.2 wants for GET: proxies that pack mark them weak.
    """
    if given := request.META.get("HTTP_IF_NONE_MATCH"):
        known = [each.removeprefix("W/") for each in parse_etags(given)]
        for ours in (f'"{tag}"', f'"{tag}-gzip"'):
            if ours in known:
                return ours
        return ""
    if moment is not None and (since := request.META.get("HTTP_IF_MODIFIED_SINCE")):
        parsed = parse_http_date_safe(since)
        return f'"{tag}"' if parsed is not None and parsed >= moment else ""
    return ""


def _modified(last_modified: datetime | None) -> int | None:
    """Give the second to tell as Last-Modified: never before the build, and none while that second is not over.

    A second thing may still change in it (RFC 9110 §8.8.2.2).
    """
    if last_modified is None:
        return None
    moment = max(int(last_modified.timestamp()), _built_at())
    return moment if time.time() >= moment + 1 else None


def _accepts_gzip(accepts: str) -> bool:
    if "gzip" not in accepts:
        return False
    for each in accepts.split(","):
        name, _, weight = each.replace(" ", "").partition(";q=")
        if name == "gzip":
            return weight.rstrip("0") not in ("0.", "") if weight else True
    return False


@lru_cache(maxsize=1)
def _files() -> tuple[Path, ...]:
    kinds = {".py", ".html", ".css", ".js", ".svg", ".txt", ".xml", ".json", ".toml"}
    return tuple(sorted(path for path in _PACKAGE.rglob("*") if path.suffix in kinds))


@lru_cache(maxsize=1)
def build() -> bytes:
    """Give a fingerprint of the running program: its files, the libraries answers come from, the settings pages show."""
    program = blake2b(digest_size=16)
    for path in _files():
        program.update(path.relative_to(_PACKAGE).as_posix().encode())
        program.update(path.read_bytes())
    program.update(repr((version("django"), version("tzdata"), settings.BASE_URL, settings.DEMO)).encode())
    return program.digest()


@lru_cache(maxsize=1)
def _built_at() -> int:
    return int(max(path.stat().st_mtime for path in _files()))
