"""What every mail transport promises: a message is out once, certainly not out, or visibly uncertain.

`before_handing_over` marks the point of no return. What fails before it is certainly not delivered and may be tried again; what
is said after it counts only if it is clear. Sources: issue 4, "Transport"; RFC 5321 §4.2.1 (replies), §4.2.5 (after DATA).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Protocol

import idna

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_BARE = re.compile(rb"\r\n|\r|\n")
_NOT_IN_A_PATH = re.compile(r"[\x00-\x20\x7f-\x9f<>(),;:\\\"\[\]\u2028\u2029\ud800-\udfff]")
MOST_REPLY = 500  # characters of a server's reply that are kept


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message on its way: from and to whom, the whole of it (RFC 5322) in octets, and its Message-ID with the angle brackets.

    The octets go out as they are, but that every line ends in CR LF, the last one included.
    """

    sender: str
    recipient: str
    message: bytes
    message_id: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the server said when it took the message."""

    reply: str


class MailError(Exception):
    """A message did not go out, or nobody can know. `reply` is what the other side said, `code` its number, 0 for none.

    `permanent` says that trying again by itself is of no use; `is_bounce` that this address or this message was refused.
    """

    permanent: ClassVar[bool] = False

    def __init__(self, reply: str, *, code: int = 0, is_bounce: bool = False) -> None:
        """Keep the reply on one line, without control characters, and no more than 500 characters of it."""
        self.reply = one_line(reply)
        super().__init__(self.reply)
        self.code = code
        self.is_bounce = is_bounce


class Uncertain(MailError):
    """The message was handed over and nothing clear came back. A person decides: never tried again by itself."""

    permanent = True


class TryLater(MailError):
    """Certainly not delivered, and another time it may be: greylisted, refused connection, stalled, a full mailbox."""


class Refused(MailError):
    """Certainly not delivered, and it never will be: this address, or this message, is not wanted."""

    permanent = True


class Misconfigured(MailError):
    """Certainly not delivered, and nothing is until somebody mends the settings: the sign-in, TLS, or who may send.

    Permanent for the transport and not for the message, which waits.
    """

    permanent = True


def idle() -> None:
    """Do nothing while the other side thinks."""


def nothing_more() -> None:
    """Know of no message that follows."""


class MailSession(Protocol):
    """A connection that takes one message after another. For one thread at a time."""

    def send(
        self,
        envelope: Envelope,
        *,
        before_handing_over: Callable[[], None],
        following: Callable[[], Envelope | None] = nothing_more,
        meanwhile: Callable[[], None] = idle,
    ) -> Receipt:
        """Send a message to one recipient.

        `before_handing_over` is called at most once, just before the other side may take the message; what it raises is passed
        on, and the message is then certainly not delivered. Raises TryLater, Refused, Misconfigured: certainly not delivered;
        Uncertain: only after it was called. After any of them the session takes the next message. `meanwhile` is called at
        most once, while the other side thinks about what it was given; it must not raise.

        `following`, called at most once before `before_handing_over`, may name the message that is sent next, so that the other
        side hears of it in the same breath; it must not raise. If another one is sent next, or none, nothing is lost but time.
        """
        ...


class Transport(Protocol):
    """A way mail goes out."""

    def session(self) -> AbstractContextManager[MailSession]:
        """Open a session. Nothing is connected before the first message, so this alone never fails."""
        ...


def one_line(text: str) -> str:
    """Give text on one line without control characters, cut to what a row and a page can hold."""
    return _UNPRINTABLE.sub(" ", text).strip()[:MOST_REPLY]


def crlf(message: bytes) -> bytes:
    """Give a message whose every line ends in CR LF, the last included: a bare one could end it early (SMTP smuggling)."""
    if not message.count(b"\r\n") == message.count(b"\n") == message.count(b"\r"):
        message = _BARE.sub(b"\r\n", message)
    return message if message.endswith(b"\r\n") else message + b"\r\n"


@lru_cache(maxsize=256)  # a sender is asked for with each message, a recipient twice
def on_the_wire(address: str) -> str:
    """Give an address as it is said to a server: the domain in ASCII, the part before the @ as it is.

    Raises Refused for what is no address: it would reach nobody, or say a command of its own.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or not local or not domain or len(address) > 320 or _NOT_IN_A_PATH.search(local + domain):
        raise Refused("This is not a mail address.", is_bounce=True)
    if not domain.isascii():
        try:
            domain = idna.encode(domain, uts46=True).decode()
        except idna.IDNAError as no:
            raise Refused("The part after the @ is not a domain.", is_bounce=True) from no
    return f"{local}@{domain}"


def both_ends(envelope: Envelope) -> tuple[str, str]:
    """Give sender and recipient as they are said to a server.

    Raises Refused for the recipient, Misconfigured for the sender.
    """
    recipient = on_the_wire(envelope.recipient)
    try:
        return on_the_wire(envelope.sender), recipient
    except Refused as no:
        raise Misconfigured("The address we send from is no mail address.") from no
