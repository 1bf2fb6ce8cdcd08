"""One request to a server somebody else named: never to a private address, never further than it was sent, never for long.

The name is looked up once and the connection goes to the very address that was judged, so a name that changes its mind between
the two (DNS rebinding) changes nothing. Redirects are not followed. Sources: OWASP, server-side request forgery; RFC 6890.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import SplitResult, urlsplit

from hub.services.chat.model import ChatError

MOST_OCTETS = 65_536  # of an answer
_LONGEST_URL = 2_000
_LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where requests may go.

    `is_loopback_allowed` is for tests and the demo, with plain http; `private` names hosts in one's own net that may be reached
    too. `timeout` is for the whole request, in seconds.
    """

    is_loopback_allowed: bool = False
    private: frozenset[str] = frozenset()
    timeout: float = 10.0
    context: ssl.SSLContext | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, the beginning of the body, and how long the server wants to be left alone."""

    status: int
    body: bytes
    retry_after: timedelta | None


def checked(url: str, reach: Reach) -> SplitResult:
    """Take an address apart. Raises ChatError, permanent, for one that requests may not go to whoever answers there."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or len(url) > _LONGEST_URL or any(ord(letter) <= 32 or ord(letter) >= 127 for letter in url):
        raise ChatError("The address of the channel is not a web address.", permanent=True)
    if parts.username is not None or parts.password is not None:
        raise ChatError("The address of the channel may hold no user and password.", permanent=True)
    if parts.scheme != "https" and not (parts.scheme == "http" and reach.is_loopback_allowed and _is_loopback_name(host)):
        raise ChatError("The address of the channel must begin with https://.", permanent=True)
    return parts


def send(method: str, url: str, body: bytes, headers: Mapping[str, str], *, reach: Reach) -> Answer:
    """Send one request and give the answer. Raises ChatError without any word of the address."""
    parts = checked(url, reach)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = Pinned(host, port, allowed_addresses(host, port, reach), reach, is_encrypted=parts.scheme == "https")
    clock = threading.Timer(reach.timeout, connection.cut)
    clock.daemon = True
    clock.start()
    is_said = False
    try:
        connection.connect()
        is_said = True  # from here on the other side may have heard it
        connection.request(method, path, body=body, headers=dict(headers))
        response = connection.getresponse()
        told = response.read(MOST_OCTETS)
        return Answer(response.status, told, _wait(response.getheader("Retry-After", "")))
    except ssl.SSLCertVerificationError:
        raise ChatError(
            "Nobody vouches for the server the channel is on: its certificate does not hold.", permanent=True
        ) from None
    except (OSError, http.client.HTTPException, ValueError) as no:
        if connection.is_cut or isinstance(no, TimeoutError):
            raise ChatError(
                "The server the channel is on did not answer in time.", permanent=False, is_uncertain=is_said
            ) from None
        raise ChatError(
            "The server the channel is on could not be reached, or broke off.", permanent=False, is_uncertain=is_said
        ) from None
    finally:
        clock.cancel()
        connection.close()


class Pinned(http.client.HTTPConnection):
    """A connection to addresses that were judged already; the name is for the certificate and the Host header."""

    def __init__(self, host: str, port: int, addresses: list[str], reach: Reach, *, is_encrypted: bool) -> None:
        super().__init__(host, port, timeout=reach.timeout)
        self._addresses = addresses
        self._context = (reach.context or ssl.create_default_context()) if is_encrypted else None
        self.default_port = 443 if is_encrypted else 80
        self.is_cut = False

    def connect(self) -> None:
        """Connect to the first address that answers."""
        for index, address in enumerate(self._addresses):
            try:
                plain = socket.create_connection((address, self.port), self.timeout)
                break
            except OSError:
                if index == len(self._addresses) - 1:
                    raise
        if self.is_cut:
            plain.close()
            raise TimeoutError
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host) if self._context else plain

    def cut(self) -> None:
        """End it, wherever it stands: an answer that drips outlasts every single timeout. A status heard by then counts."""
        self.is_cut = True
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def allowed_addresses(host: str, port: int, reach: Reach) -> list[str]:
    """Look a name up and give its addresses, if each of them may be reached. Raises ChatError."""
    try:
        found = list(dict.fromkeys(str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    except (OSError, UnicodeError):
        raise ChatError("The name of the server the channel is on is not known just now.", permanent=False) from None
    if host.lower() not in reach.private and not all(_is_allowed(each, reach) for each in found):
        raise ChatError(
            "The server the channel is on stands in a private network, where the hub does not post.", permanent=True
        )
    return found


def _is_allowed(address: str, reach: Reach) -> bool:
    told = ipaddress.ip_address(address.partition("%")[0])
    inner = told
    if isinstance(told, ipaddress.IPv6Address):  # the old world seen from the new
        nested = told.ipv4_mapped or told.sixtofour or (told.teredo[1] if told.teredo else None)
        if told in ipaddress.ip_network("64:ff9b::/96"):
            nested = ipaddress.IPv4Address(int(told) & 0xFFFF_FFFF)
        inner = nested or told
    if inner.is_loopback:
        return reach.is_loopback_allowed
    return inner.is_global and not inner.is_multicast


def _is_loopback_name(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _wait(said: str) -> timedelta | None:
    """Read Retry-After in seconds, a day at most; a date there is left unread, since only entrances know the time."""
    if not said.strip().isascii() or not said.strip().isdecimal():
        return None
    return min(timedelta(seconds=int(said.strip()[:9])), _LONGEST_WAIT)
