"""Read a plan: Markdown as teams write it, into the typed model. The door is `read_plan`; `read_bytes` for files.

Linear in the length of the text, and bounded by `LARGEST`. Any bytes give a plan or a `NotAPlan` with a sentence.
Sources: seeds/000 and 001; docs/plan-language.md is the reference for people.
"""

from __future__ import annotations

from typing import ClassVar

from hub.core.errors import Refusal
from hub.core.plan.model import Plan
from hub.core.plan.read.document import read_document

LARGEST = 2_000_000  # characters; the largest plan we know has 14 000
_LONGEST_LINE = 50_000
_DEEPEST_INDENT = 400


class NotAPlan(Refusal):
    """The text, or what should be text, cannot be read as a plan at all."""

    code: ClassVar[str] = "not-a-plan"


def _no(reason: str) -> NotAPlan:
    return NotAPlan(f"This is not a plan I can read, because {reason}.", field="text")


def read_bytes(data: bytes, *, default_zone: str = "Europe/London", default_year: int | None = None) -> Plan:
    """Read a plan from a file's bytes: UTF-8, with or without a byte-order mark. Raises NotAPlan."""
    if len(data) > 4 * LARGEST:
        raise _no(f"it is {len(data) / 1_000_000:.0f} MB long; a plan has at most {LARGEST // 1_000_000} MB")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _no("it is UTF-16; save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _no(f"it is not UTF-8 text (line {line} has the byte 0x{data[error.start]:02X}); save it as UTF-8") from None
    return read_plan(text, default_zone=default_zone, default_year=default_year)


def read_plan(text: str, *, default_zone: str = "Europe/London", default_year: int | None = None) -> Plan:
    """Read a plan. `default_zone` is its zone unless the front matter names one; `default_year` settles what the text leaves open.

    Raises NotAPlan when there is nothing of a plan in the text: no heading, no month, no table, no step.
    """
    if len(text) > LARGEST:
        raise _no(f"it is {len(text) / 1_000_000:.1f} MB long; a plan has at most {LARGEST // 1_000_000} MB")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise _no("it is empty")
    if "\x00" in text:
        raise _no("it holds bytes that no text has; it may be a picture or a document of a word processor")
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > _LONGEST_LINE:
            raise _no(f"line {number} is {len(line)} characters long; break it into lines")
        if len(line) > _DEEPEST_INDENT and len(line) - len(line.lstrip(" \t>*+-")) > _DEEPEST_INDENT:
            raise _no(f"line {number} is indented too deeply to be an entry")
    plan = read_document(text, default_zone=default_zone, default_year=default_year)
    if not (plan.months or plan.tables or plan.before or plan.after or plan.stages) and not plan.title:
        raise _no("it has no heading, no month, no table and no numbered step")
    return plan


__all__ = ["LARGEST", "NotAPlan", "read_bytes", "read_plan"]
