"""Read the mail that was kept in a folder: for the demo's mailbox. Tolerant: an odd file is shown as far as it can be.

Reads what `FolderTransport` writes (*.eml) and what Django's file backend does (*.log, one message before a line of dashes).
"""

from __future__ import annotations

import email
import email.policy
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

_KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,120}\.(?:eml|log)")
_DASHES = b"\n" + b"-" * 79
_MOST_HEAD = 65_536
_MOST = 30_000_000
_BREAKS = re.compile(r"[\r\n]+[ \t]*")


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail in a list: the key it is read by, to and from whom, what about, and when (aware)."""

    key: str
    to: str
    sender: str
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that comes with a mail."""

    name: str
    kind: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail taken apart. `html` and `text` are "" where it has none; the HTML is as it was sent and not cleaned."""

    key: str
    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    at: datetime

    def header(self, name: str) -> str:
        """Give a header's first value, "" where there is none."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), "")


def list_mail(folder: Path, *, most: int = 200) -> list[Listed]:
    """List the newest `most` mails, the newest first; a file that cannot be read is left out."""
    found: list[tuple[int, Path]] = []
    with suppress(OSError):
        for path in folder.iterdir():
            with suppress(OSError):
                if _KEY.fullmatch(path.name) and path.is_file() and not path.is_symlink():
                    found.append((path.stat().st_mtime_ns, path))
    found.sort(key=lambda each: (each[0], each[1].name), reverse=True)
    listed = []
    for written, path in found[:most]:
        with suppress(OSError), path.open("rb") as file:
            message = BytesHeaderParser(policy=email.policy.compat32).parsebytes(file.read(_MOST_HEAD))
            to, sender, subject = (_header(message, name) for name in ("To", "From", "Subject"))
            listed.append(Listed(path.name, to, sender, subject, _when(message, written)))
    return listed


def read_mail(folder: Path, key: str) -> Mail | None:
    """Read one mail by its key from `list_mail`; None where there is no such file."""
    path = folder / key
    if not _KEY.fullmatch(key) or path.is_symlink() or not path.is_file():
        return None
    try:
        raw = path.read_bytes()[:_MOST]
        written = path.stat().st_mtime_ns
    except OSError:
        return None
    if key.endswith(".log"):
        raw = raw.partition(_DASHES)[0]
    message = BytesParser(policy=email.policy.compat32).parsebytes(raw)
    text, html, attachments = "", "", []
    for part in message.walk():
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            continue
        kind, name = part.get_content_type(), part.get_filename()
        is_file = name is not None or part.get_content_disposition() == "attachment"
        if kind == "text/plain" and not is_file and not text:
            text = text_of(part)
        elif kind == "text/html" and not is_file and not html:
            html = text_of(part)
        elif is_file or kind not in ("text/plain", "text/html"):
            data = part.get_payload(decode=True)
            attachments.append(Attachment(decoded(name or "without a name"), kind, data if isinstance(data, bytes) else b""))
    headers = tuple((name, decoded(str(value))) for name, value in message.items())
    return Mail(key, headers, text, html, tuple(attachments), _when(message, written))


def _header(message: Message[Any, Any], name: str) -> str:
    return decoded(str(message.get(name, "")))


def decoded(value: str) -> str:
    """Give a header's value in letters, on one line; as it stands where it is not well made."""
    from email.header import decode_header, make_header

    with suppress(Exception):  # an unknown character set, a broken encoded word
        value = str(make_header(decode_header(value)))
    return _BREAKS.sub(" ", value).encode("utf-8", "replace").decode()


def text_of(part: Message[Any, Any]) -> str:
    """Give a part's text, whatever its character set claims to be."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = part.get_content_charset() or "utf-8"
    try:
        return data.decode(charset, "replace").replace("\r\n", "\n")
    except LookupError:
        return data.decode("utf-8", "replace").replace("\r\n", "\n")


def _when(message: Message[Any, Any], written_ns: int) -> datetime:
    with suppress(Exception):  # whatever stands there
        at = parsedate_to_datetime(str(message["Date"]))
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    return datetime.fromtimestamp(written_ns / 1e9, UTC)
