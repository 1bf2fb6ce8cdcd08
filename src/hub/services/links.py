"""Whether a link still leads somewhere: one careful look at an address somebody else wrote.

Only http and https, never to a private address, redirects followed a few steps and judged anew at each, no body read. Who
answers "not for you" is there. Sources: issue 5, item 7 ("link checks by the worker"); OWASP, server-side request forgery.
"""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from hub.services.chat.model import ChatError
from hub.services.chat.outbound import Pinned, Reach, allowed_addresses

MOST_STEPS = 5
_HEADERS = {"User-Agent": "practitioners-hub-links", "Accept": "*/*"}
# Somebody is there, and does not talk to programs, or wants to know who asks.
_THERE = frozenset([401, 402, 403, 405, 406, 407, 409, 412, 415, 417, 418, 423, 425, 426, 428, 429, 431, 451, 501, 999])


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found. `trouble` is a sentence for the team, empty where something is there."""

    is_there: bool
    trouble: str = ""


class Links(Protocol):
    """Looks at addresses."""

    def look(self, url: str) -> Look:
        """Say whether an address leads somewhere. Raises nothing: whatever goes wrong is what was found."""
        ...


class FakeLinks:
    """Knows where addresses lead: those in `trouble` nowhere, with that sentence, all others somewhere."""

    def __init__(self, trouble: Mapping[str, str] | None = None) -> None:
        """Keep what is broken; it may be changed later. `seen` lists what was looked at."""
        self.trouble = dict(trouble or {})
        self.seen: list[str] = []

    def look(self, url: str) -> Look:
        """Say what is known of an address."""
        self.seen.append(url)
        said = self.trouble.get(url, "")
        return Look(not said, said)


@dataclass(frozen=True, slots=True)
class RealLinks:
    """Looks for itself, with a connection to the very address that was judged."""

    reach: Reach = field(default_factory=Reach)

    def look(self, url: str) -> Look:
        """Look, with HEAD first and GET where that is not understood."""
        at = url
        for _ in range(MOST_STEPS):
            parts = _taken_apart(at)
            if isinstance(parts, Look):
                return parts
            try:
                status, location = self._asked(parts, "HEAD")
                if status in (400, 404, 405, 500, 501, 503):  # some know no HEAD
                    status, location = self._asked(parts, "GET")
            except ChatError as no:
                return Look(False, _words_of(no))
            except (OSError, http.client.HTTPException, ValueError) as no:
                return Look(False, _words_of(no))
            if status in (301, 302, 303, 307, 308) and location:
                at = urljoin(at, location)
                continue
            if status < 400 or status in _THERE:
                return Look(True)
            return Look(
                False,
                "The page is not there any more." if status in (404, 410) else f"The server answers with an error ({status}).",
            )
        return Look(False, "It leads from one address to the next without an end.")

    def _asked(self, parts: SplitResult, method: str) -> tuple[int, str]:
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (
            f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
        )
        addresses = allowed_addresses(host, port, self.reach)
        connection = Pinned(host, port, addresses, self.reach, is_encrypted=parts.scheme == "https")
        clock = threading.Timer(self.reach.timeout, connection.cut)
        clock.daemon = True
        clock.start()
        try:
            connection.connect()
            connection.request(method, path, headers=_HEADERS)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location", "")
        except (OSError, http.client.HTTPException) as no:
            raise TimeoutError if connection.is_cut else no from None
        finally:
            clock.cancel()
            connection.close()


def _taken_apart(url: str) -> SplitResult | Look:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or len(url) > 2000 or any(ord(letter) <= 32 for letter in url):
        return Look(False, "This is no web address.")
    if parts.username is not None or parts.password is not None:
        return Look(False, "The address holds a name and a password.")
    try:
        name = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return Look(False, "This is no web address.")
    return parts if name == host else parts._replace(netloc=name + (f":{parts.port}" if parts.port else ""))


def _words_of(no: Exception) -> str:
    if isinstance(no, ssl.SSLCertVerificationError):
        return "Nobody vouches for the server: its certificate does not hold."
    if isinstance(no, ChatError):
        return (
            "It leads into a private network, where the Hub does not look."
            if no.permanent
            else "Nobody knows a server of that name."
        )
    return "The server did not answer in time." if isinstance(no, TimeoutError) else "The server could not be reached."
