"""Mail by SMTP: one connection for many messages, and a clear answer for each.

The body is sent without its end; then the other side is listened to once more; then `before_handing_over`; then the end. So
whatever breaks while a message travels is known not to have been delivered, and only a reply lost after the end is uncertain.
Where the server takes several commands in one breath, the end of one message and the beginning of the next travel together.
Sources: RFC 5321, RFC 1870 (SIZE), RFC 2920 (PIPELINING), RFC 3207 (STARTTLS), RFC 4954 (AUTH), RFC 6152 (8BITMIME),
RFC 6531 (SMTPUTF8).
"""

from __future__ import annotations

import re
import select
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from hub.services.mail.model import (
    Envelope,
    MailError,
    Misconfigured,
    Receipt,
    Refused,
    TryLater,
    Uncertain,
    both_ends,
    crlf,
    idle,
    nothing_more,
)

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
_AT_LINE_START = re.compile(rb"(?m)^\.")
_REPLY_LINE = re.compile(rb"[2-5]\d\d(?:[ -]|$)")
_LONGEST_LINE = 8192
_LONGEST_SHOWN = 200
_SIGN_IN_WANTED = frozenset({530, 534, 535, 538})


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """Where mail is handed in. `security` is "smtp" (none), "smtp+tls" (STARTTLS, required) or "smtps" (from the start).

    `timeout` is how long each step may take, `verdict_timeout` how long the server may think about a message it has in full,
    both in seconds: giving up too early there makes a message uncertain. `hello` is the name we go by.
    """

    host: str
    port: int
    security: str = "smtp"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 20.0
    verdict_timeout: float = 120.0
    hello: str = ""
    context: ssl.SSLContext | None = field(default=None, repr=False)


def read_url(url: str, *, hello: str = "", timeout: float = 20.0, verdict_timeout: float = 120.0) -> SmtpSettings:
    """Read smtp://host:25, smtp+tls://user:password@host:587 or smtps://user:password@host:465.

    Raises ValueError, which does not repeat the address: it may hold the password.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("a mail server is written smtp://host:25, smtp+tls://user:password@host:587 or smtps://…:465")
    return SmtpSettings(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        security=parts.scheme,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        timeout=timeout,
        verdict_timeout=verdict_timeout,
        hello=hello,
    )


class SmtpTransport:
    """Hand mail to a server."""

    def __init__(self, settings: SmtpSettings) -> None:
        """Keep the settings; nothing is connected yet."""
        self._settings = settings
        self._hello = settings.hello or socket.getfqdn()  # asked once: it may ask the network
        self._context = settings.context
        if settings.security != "smtp" and self._context is None:
            self._context = ssl.create_default_context()

    @contextmanager
    def session(self) -> Iterator[SmtpSession]:
        """Open a session, and take leave of the server at its end."""
        session = SmtpSession(self._settings, self._hello, self._context)
        try:
            yield session
        finally:
            session.close()


class SmtpSession:
    """A connection, made when it is first needed and made anew when the server has closed it between two messages."""

    def __init__(self, settings: SmtpSettings, hello: str, context: ssl.SSLContext | None) -> None:
        """Keep what a connection needs."""
        self._settings = settings
        self._hello = hello
        self._context = context
        self._wire: _Wire | None = None
        # The server was told that this one follows, and its answers are to be heard; and the message as it travels.
        self._announced: tuple[Envelope, bytes] | None = None

    def send(
        self,
        envelope: Envelope,
        *,
        before_handing_over: Callable[[], None],
        following: Callable[[], Envelope | None] = nothing_more,
        meanwhile: Callable[[], None] = idle,
    ) -> Receipt:
        """Send one message; see `MailSession`."""
        if self._announced is not None and self._announced[0] is not envelope:
            self._drop()  # the server waits for another message: without its end it throws that away
        sender, recipient = both_ends(envelope)
        message = self._announced[1] if self._announced is not None else crlf(envelope.message)
        wire, is_fresh = self._connected()
        is_announced, self._announced = self._announced is not None, None
        is_introduced = False
        try:
            try:
                if is_announced:
                    _hear_in_one(wire)
                else:
                    _introduce(wire, sender, recipient, message)
            except (_Gone, OSError, smtplib.SMTPException):
                if is_fresh:
                    raise
                self._drop()  # the server closed what it thought idle; nothing was handed over, so say it again
                wire, _ = self._connected()
                _introduce(wire, sender, recipient, message)
            is_introduced = True
            has_dots = message.startswith(b".") or b"\n." in message
            wire.send(_AT_LINE_START.sub(b"..", message) if has_dots else message)
            if (early := wire.unasked()) is not None:
                raise _too_early(early)
        except MailError as no:
            self._after(no, is_introduced=is_introduced)
            raise
        except (OSError, smtplib.SMTPException) as no:
            self._drop()
            raise _Gone(_words(no)) from no
        except BaseException:
            self._drop()
            raise
        return self._hand_over(wire, before_handing_over, following, meanwhile)

    def close(self) -> None:
        """Say goodbye and close; without a word where the server waits for a message that does not come."""
        if self._wire is not None and self._wire.sock is not None and self._announced is None:
            with suppress(OSError, smtplib.SMTPException):
                self._wire.sock.settimeout(2)
                self._wire.docmd("QUIT")
        self._drop()

    def _hand_over(
        self,
        wire: _Wire,
        before_handing_over: Callable[[], None],
        following: Callable[[], Envelope | None],
        meanwhile: Callable[[], None],
    ) -> Receipt:
        """Say that the message is complete, and take the verdict. Nothing here is tried twice."""
        try:
            announced, introduction = _announcement(wire, following())
            before_handing_over()
        except BaseException:
            self._drop()  # a message without its end is thrown away by the server
            raise
        try:
            wire.send(b".\r\n" + introduction)
            self._announced = announced
            meanwhile()
            code, said = wire.verdict(self._settings.verdict_timeout)
        except (OSError, smtplib.SMTPException) as no:
            self._drop()
            raise Uncertain(f"No clear answer after the message was handed over: {_words(no)}") from no
        except BaseException:
            self._drop()
            raise
        reply = _said(code, said)
        if 200 <= code <= 299:
            return Receipt(reply)
        if 400 <= code <= 499:
            if code == 421:
                self._drop()
            raise TryLater(reply, code=code)
        if 500 <= code <= 599:
            raise Refused(reply, code=code, is_bounce=True)
        self._drop()
        raise Uncertain(f"No clear answer after the message was handed over: {reply}", code=max(code, 0))

    def _connected(self) -> tuple[_Wire, bool]:
        """Give the connection and whether it is a new one."""
        if self._wire is not None:
            if self._wire.sock is not None:
                return self._wire, False
            self._drop()
        self._wire = _connect(self._settings, self._hello, self._context)
        return self._wire, True

    def _after(self, error: MailError, *, is_introduced: bool) -> None:
        """Make the connection ready for the next message, or close it."""
        if self._wire is None or self._wire.sock is None or is_introduced or isinstance(error, _Gone | Misconfigured):
            self._drop()
            return
        try:
            code, _ = self._wire.docmd("RSET")
        except (OSError, smtplib.SMTPException):
            code = 0
        if code != 250:
            self._drop()

    def _drop(self) -> None:
        wire, self._wire, self._announced = self._wire, None, None
        if wire is not None:
            with suppress(OSError):
                wire.close()


class _Gone(TryLater):
    """The server closed the connection, or said that it will, before anything was handed over."""


class _Wire(smtplib.SMTP):
    """smtplib's connection: TLS from the start where wanted, no waiting to fill packets, an ear for what nobody asked."""

    def __init__(self, settings: SmtpSettings, hello: str, context: ssl.SSLContext | None) -> None:
        self._from_the_start = context if settings.security == "smtps" else None
        self._heard = b""
        super().__init__(local_hostname=hello, timeout=settings.timeout)
        self._host = settings.host  # what the certificate must name

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = socket.create_connection((host, port), timeout)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._from_the_start is None:
            return plain
        try:
            return self._from_the_start.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise

    def getreply(self) -> tuple[int, bytes]:
        """Read a reply, all its lines; -1 where it has no number. Raises SMTPServerDisconnected, OSError."""
        said = []
        while True:
            line = self._line()
            said.append(line[4:].strip())
            if not _REPLY_LINE.match(line):
                return -1, line[:_LONGEST_SHOWN]
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(said)

    def verdict(self, seconds: float) -> tuple[int, bytes]:
        """Wait so long for a reply, and read it."""
        if not self._heard and not self._is_readable(seconds):
            raise TimeoutError("timed out")
        return self.getreply()

    def hear_nothing(self) -> None:
        """Forget what was said in the clear before TLS."""
        self._heard = b""

    def unasked(self) -> str | None:
        """Say what the server said without being asked, "" when it closed the connection, None when all is quiet.

        Without this a reply too many would be taken for the verdict on the next message.
        """
        if not self._heard and not self._is_readable(0):
            return None
        sock: Any = self.sock
        try:
            if not self._heard:
                sock.settimeout(0)
                self._heard = sock.recv(_LONGEST_LINE)
        except (BlockingIOError, ssl.SSLWantReadError):  # TLS had something to say, the server had not
            sock.settimeout(self.timeout)
            return None
        except OSError:
            return ""
        return self._heard.decode("utf-8", "replace")

    def _is_readable(self, seconds: float) -> bool:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("The connection is closed.")
        ear = select.poll()
        ear.register(self.sock, select.POLLIN)
        return bool(ear.poll(seconds * 1000))

    def _line(self) -> bytes:
        sock: Any = self.sock
        while (end := self._heard.find(b"\n")) < 0:
            if len(self._heard) > _LONGEST_LINE:
                raise smtplib.SMTPServerDisconnected("The mail server said more than fits a line.")
            more = sock.recv(_LONGEST_LINE) if sock is not None else b""
            if not more:
                self.close()
                raise smtplib.SMTPServerDisconnected("The mail server closed the connection.")
            self._heard += more
        line, self._heard = self._heard[:end], self._heard[end + 1 :]
        return line.rstrip(b"\r")


def _connect(settings: SmtpSettings, hello: str, context: ssl.SSLContext | None) -> _Wire:
    """Connect, greet, encrypt, sign in. Raises TryLater, Misconfigured."""
    wire = _Wire(settings, hello, context)
    try:
        code, said = wire.connect(settings.host, settings.port)
        if code != 220:
            raise _about_us(code, said)
        wire.ehlo_or_helo_if_needed()
        if settings.security == "smtp+tls":
            if not wire.has_extn("starttls"):
                raise Misconfigured("The mail server does not offer STARTTLS.")
            wire.starttls(context=context)
            wire.hear_nothing()
            wire.ehlo_or_helo_if_needed()
        if settings.user:
            wire.login(settings.user, settings.password)
    except BaseException as no:
        wire.close()
        if isinstance(no, MailError):
            raise
        if isinstance(no, OSError | smtplib.SMTPException):
            raise _unconnected(no) from no
        if isinstance(no, UnicodeError):  # smtplib's AUTH speaks ASCII only
            raise Misconfigured("The mail server's user and password may hold ASCII letters only.") from None
        raise
    return wire


def _unconnected(no: OSError | smtplib.SMTPException) -> MailError:
    """Say what it means that no connection came to stand: ours to mend, or another time."""
    if isinstance(no, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return _Gone(f"The mail server broke off the encrypted connection: {_words(no)}")
    if isinstance(no, ssl.SSLError):
        return Misconfigured(f"No encrypted connection to the mail server: {_words(no)}")
    if isinstance(no, smtplib.SMTPResponseException):
        return _about_us(no.smtp_code, no.smtp_error)
    if isinstance(no, smtplib.SMTPNotSupportedError):
        return Misconfigured(f"The mail server does not let us sign in: {_words(no)}")
    return _Gone(_words(no))


def _about_us(code: int, said: bytes | str) -> MailError:
    """Say what a refusal of us, not of a message, means."""
    kind = Misconfigured if 500 <= code <= 599 else _Gone
    return kind(_said(code, said), code=max(code, 0))


def _too_early(heard: str) -> MailError:
    """Say what an answer before the end of a message means; "" is a closed connection."""
    if not heard:
        return _Gone("The connection broke in the middle of the message.")
    first = heard.splitlines()[0]
    if first[:1] == "5" and first[:3].isdecimal():
        return Refused(first, code=int(first[:3]))
    return _Gone(f"The mail server stopped in the middle of the message: {first}")


def _introduce(wire: _Wire, sender: str, recipient: str, message: bytes) -> None:
    """Say from whom, to whom, and that a message follows. Raises TryLater, Refused, Misconfigured, OSError, SMTPException."""
    said = _introduction(wire, sender, recipient, message)
    if wire.has_extn("pipelining"):
        wire.send(b"".join(said))
        _hear_in_one(wire)
        return
    for words, (wanted, is_about_recipient) in zip(said, _ANSWERS, strict=True):
        wire.send(words)
        _let_pass(wire.getreply(), wanted=wanted, is_about_recipient=is_about_recipient)


def _announcement(wire: _Wire, envelope: Envelope | None) -> tuple[tuple[Envelope, bytes] | None, bytes]:
    """Give what may be said of the next message in the same breath as the end of one (RFC 2920 §3.1), if anything may.

    What can't be said of it is told when it is its turn.
    """
    if envelope is not None and wire.has_extn("pipelining"):
        message = crlf(envelope.message)
        with suppress(MailError):
            return (envelope, message), b"".join(_introduction(wire, *both_ends(envelope), message))
    return None, b""


def _introduction(wire: _Wire, sender: str, recipient: str, message: bytes) -> tuple[bytes, bytes, bytes]:
    """Give the commands that say from whom, to whom, and that a message follows.

    Raises Refused where the server takes no such message.
    """
    options = []
    if not sender.isascii() or not recipient.isascii():
        if not wire.has_extn("smtputf8"):
            raise Refused("The mail server takes no letters beyond a to z in an address.", is_bounce=True)
        options.append("SMTPUTF8")
    if not message.isascii() or options:
        if wire.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        elif not message.isascii():
            raise Refused("The mail server takes no 8-bit messages.")
    if wire.has_extn("size"):
        most = wire.esmtp_features["size"].split(" ", 1)[0]
        if most.isdecimal() and 0 < int(most) < len(message):
            raise Refused(f"The message has {len(message)} octets; the mail server takes {most}.", code=552)
        options.append(f"SIZE={len(message)}")
    mail = " ".join([f"MAIL FROM:<{sender}>", *options])
    return f"{mail}\r\n".encode(), f"RCPT TO:<{recipient}>\r\n".encode(), b"DATA\r\n"


# What is wanted in answer to MAIL, RCPT and DATA, and whether a refusal is about the recipient.
_ANSWERS = ((range(200, 300), False), (range(200, 300), True), (range(354, 355), False))


def _hear_in_one(wire: _Wire) -> None:
    """Hear the answers to MAIL, RCPT and DATA that were said in one breath. Raises what the first refusal among them means.

    A server that waits for a message all the same, to nobody, is left: to end one there could be to send it.
    """
    refusal: MailError | None = None
    for wanted, is_about_recipient in _ANSWERS:
        try:
            answer = wire.getreply()
        except (OSError, smtplib.SMTPException):
            if refusal is None:
                raise
            wire.close()  # refused, and closed at once
            break
        if refusal is None:
            try:
                _let_pass(answer, wanted=wanted, is_about_recipient=is_about_recipient)
            except _Gone:
                raise
            except MailError as no:
                refusal = no
        elif answer[0] == 354:
            wire.close()
    if refusal is not None:
        raise refusal


def _let_pass(answer: tuple[int, bytes], *, wanted: range = range(200, 300), is_about_recipient: bool = False) -> None:
    """Let the answer that is wanted pass. Raises what any other means."""
    code, said = answer
    reply = _said(code, said)
    if code in wanted:
        return
    if code == 421:
        raise _Gone(reply, code=code)
    if 400 <= code <= 499:
        raise TryLater(reply, code=code)
    if code in _SIGN_IN_WANTED:
        raise Misconfigured(reply, code=code)
    if 500 <= code <= 599:
        raise Refused(reply, code=code, is_bounce=is_about_recipient)
    raise _Gone(f"The mail server gave no clear answer: {reply}")


def _said(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {words}".strip() if code > 0 else words or "silence"


def _words(no: BaseException) -> str:
    if isinstance(no, TimeoutError) or "timed out" in str(no):
        return "The mail server did not answer in time."
    if isinstance(no, ConnectionRefusedError):
        return "The mail server takes no connections."
    return str(no) or type(no).__name__
