"""What a returned message says: which message, to whom, for good or for now, and why.

Reads delivery status notifications (RFC 3464) and, where it is safe to, what Gmail, Exchange, Exim and qmail write in their own
words. Anybody can write such a mail: a caller believes only a message id that it has sent to that recipient.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr
from typing import Any

from hub.services.mail.model import one_line
from hub.services.mail.reading import decoded, text_of

_MOST = 2_000_000  # octets that are read
_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'@]{1,64}@[^\s<>()\[\],;:\"'@]{1,250}[^\s<>()\[\],;:\"'@.]")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.#])([45])\d\d(?=[ \-#])(?![\d.])")
_DAEMONS = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mailerdaemon|microsoftexchange[0-9a-f]+)$", re.IGNORECASE)
_RETURNED_IN = re.compile(r"(?im)^message-id:\s*(<[^<>\s]{1,400}>)")


@dataclass(frozen=True, slots=True)
class Bounce:
    """A message that did not arrive, or not yet.

    `message_ids` of the original, with angle brackets, the surest first; `recipient` as the report writes it, "" where it does
    not say. `is_final`: nobody tries any more; false for a delay. `is_permanent`: and the next message would come back too,
    which a report must say clearly (5.x.x). `status` such as "5.1.1", "" if none.
    """

    message_ids: tuple[str, ...]
    recipient: str
    is_final: bool
    is_permanent: bool
    diagnostic: str
    status: str = ""


def parse_bounce(raw: bytes) -> tuple[Bounce, ...]:
    """Read a message; empty where it is no report of a failure. Never raises, whatever the octets are."""
    try:
        message = email.message_from_bytes(raw[:_MOST], policy=email.policy.compat32)
        return tuple(_from_report(message)) or tuple(_from_words(message))
    except Exception:  # the library trips over some broken messages, in many ways
        return ()


def _from_report(message: Message[Any, Any]) -> Iterator[Bounce]:
    """Read the parts that RFC 3464 lays down."""
    ids = _originals(message)
    for part in message.walk():
        if part.get_content_type() not in ("message/delivery-status", "message/global-delivery-status"):
            continue
        for fields in _groups(part):
            action = fields.get("action", "").lower().split(" ")[0]
            recipient = _recipient(fields.get("original-recipient", "")) or _recipient(fields.get("final-recipient", ""))
            status = _status(fields.get("status", ""))
            if action in ("delivered", "relayed", "expanded") or not (recipient or action in ("failed", "delayed")):
                continue
            if action not in ("failed", "delayed") and not status:
                continue
            said = fields.get("diagnostic-code", "")
            diagnostic = said.partition(";")[2].strip() or said or _human(message)
            is_final = action == "failed" or (not action and status.startswith("5"))
            is_permanent = is_final and status.startswith("5")
            yield Bounce(ids, recipient, is_final, is_permanent, one_line(diagnostic), status)


def _groups(part: Message[Any, Any]) -> Iterator[dict[str, str]]:
    """Give the fields for each recipient; those about the whole message have neither recipient nor action."""
    payload: Any = part.get_payload()
    blocks = payload if isinstance(payload, list) else _blocks(text_of(part))
    for block in blocks:
        fields = {str(name).lower(): decoded(str(value)) for name, value in reversed(block.items())}
        if "action" in fields or "final-recipient" in fields or "original-recipient" in fields:
            yield fields


def _blocks(text: str) -> list[Message]:
    """Take apart a status part that came encoded, which the library leaves as one text."""
    return [email.message_from_string(each) for each in re.split(r"\n\s*\n", text) if each.strip()]


def _from_words(message: Message[Any, Any]) -> Iterator[Bounce]:
    """Read a report in its sender's own words: only one from a mail system that names the message it speaks of."""
    failed = str(message.get("X-Failed-Recipients", ""))
    local = parseaddr(str(message.get("From", "")))[1].partition("@")[0]
    if not failed and not _DAEMONS.fullmatch(local):
        return
    said = _body(message)
    ids = _originals(message) or tuple(dict.fromkeys(_RETURNED_IN.findall(said)))
    if not ids:
        return
    head = re.split(r"(?im)^-+ ?(?:this is a copy|original message|below this line)|^(?:received|return-path):", said)[0]
    ours = parseaddr(str(message.get("To", "")))[1].lower()
    named = _ADDRESS.findall(failed) or [
        each for each in re.findall(r"<([^<>\s]+@[^<>\s]+)>", head) if _ADDRESS.fullmatch(each)
    ]
    if not named:
        named = _ADDRESS.findall(head)
    recipients = [each for each in dict.fromkeys(named) if each.lower() != ours and f"<{each}>" not in ids]
    if not failed and len(recipients) != 1:
        recipients = recipients[:1] if len({each.lower() for each in recipients}) == 1 else []
    status = _status(head)
    reply = _REPLY.search(head)
    grade = status[:1] or (reply.group(1) if reply else "")
    if not grade and not failed:
        return
    sentence = next((each for each in head.splitlines() if _STATUS.search(each) or _REPLY.search(each)), "") or _first(head)
    for recipient in recipients or [""]:
        yield Bounce(ids, recipient, grade == "5" or bool(failed), grade == "5", one_line(sentence), status)


def _originals(message: Message[Any, Any]) -> tuple[str, ...]:
    """Give the ids of the message that came back: from its returned head, then from what the report says it answers."""
    ids: dict[str, None] = {}
    for part in message.walk():
        if part is message:
            continue
        kind = part.get_content_type()
        inner: Any = part.get_payload()
        if kind in ("message/rfc822", "message/global") and isinstance(inner, list) and inner:
            ids |= dict.fromkeys(_MESSAGE_ID.findall(str(inner[0].get("Message-ID", ""))))
        elif kind in ("text/rfc822-headers", "message/global-headers", "message/rfc822"):
            ids |= dict.fromkeys(_RETURNED_IN.findall(text_of(part)))
    for name in ("In-Reply-To", "References"):
        ids |= dict.fromkeys(_MESSAGE_ID.findall(str(message.get(name, ""))))
    return tuple(ids)[:20]


def _recipient(field: str) -> str:
    """Give the address of "rfc822; ada@example.org"."""
    kind, mark, value = field.partition(";")
    found = _ADDRESS.search(value if mark else kind)
    return found.group() if found else ""


def _status(text: str) -> str:
    found = _STATUS.search(text)
    return ".".join(found.groups()) if found else ""


def _body(message: Message[Any, Any]) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            return text_of(part)[:50_000]
    return ""


def _human(message: Message[Any, Any]) -> str:
    return _first(_body(message))


def _first(text: str) -> str:
    """Give the first paragraph."""
    return next((" ".join(each.split()) for each in re.split(r"\n\s*\n", text) if each.strip()), "")
