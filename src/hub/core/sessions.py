"""What a person may say of one session, and the rules every such saying is held to.

Forms, the API and the plan all end here, so that a session means the same however it was entered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, time
from typing import ClassVar

from hub.core.calendar import is_zone
from hub.core.errors import Refusal
from hub.core.occurrence import Part, SessionState
from hub.core.plan.model import Day, Kind, Mode

LONGEST = {"title": 200, "topic": 300, "place": 200, "led_by": 200, "status_note": 200, "joining_link": 500, "summary": 10_000}
LONGEST_SLUG = 60  # before a number: its column has room for 80
_LABELS = {
    "title": "title",
    "topic": "topic",
    "place": "place",
    "led_by": "name of who leads it",
    "status_note": "note of what is open",
    "joining_link": "joining link",
    "summary": "description",
}
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029]")


class BadSession(Refusal):
    """A fact of a session that cannot be; `field` names it."""

    code: ClassVar[str] = "bad-session"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """The facts of a session a person may set. `start` and `end` are wall times in `zone`; `summary` is Markdown.

    `agenda` None leaves the agenda as it stands.
    """

    title: str
    kind: Kind
    topic: str = ""
    date: Day | None = None
    start: time | None = None
    end: time | None = None
    zone: str = "Europe/London"
    proposed_date: Day | None = None
    mode: Mode | None = None
    place: str = ""
    led_by: str = ""
    summary: str = ""
    status_note: str = ""
    joining_link: str = ""
    agenda: tuple[Part, ...] | None = None


def sound_facts(facts: SessionFacts) -> SessionFacts:
    """Give the facts tidied: one-line texts without line breaks, everything without control characters and outer space.

    A proposed date goes where a date is given. Raises BadSession naming the field: no title, a text too long, an end
    without a start or before it, an unknown zone, a joining link that is no web address.
    """
    tidy = {name: _tidy(name, getattr(facts, name)) for name in LONGEST}
    for name, text in tidy.items():
        if len(text) > LONGEST[name]:
            raise BadSession(
                f"The {_LABELS[name]} has {len(text)} characters and there is room for {LONGEST[name]}.", field=name
            )
    if not tidy["title"]:
        raise BadSession("Write a title, such as “Collaboration Café”.", field="title")
    if not is_zone(facts.zone):
        raise BadSession(f"“{facts.zone}” is not a time zone we know. Write its place, such as Europe/London.", field="zone")
    if facts.end and not facts.start:
        raise BadSession("There is an end but no start; write when it starts.", field="start")
    if facts.start and facts.end and facts.end <= facts.start:
        raise BadSession(
            f"It starts at {facts.start:%H:%M}, so it can’t end at {facts.end:%H:%M}. Write a later time.", field="end"
        )
    if tidy["joining_link"] and not re.match(r"https?://[^\s/]+", tidy["joining_link"]):
        raise BadSession("This is not a web address; it begins with https://.", field="joining_link")
    for name in ("date", "proposed_date"):
        day: date | None = getattr(facts, name)
        if day and not 1900 <= day.year <= 2200:
            raise BadSession(f"The year {day.year} is hardly meant. Write one like 2024.", field=name)
    return replace(
        facts,
        title=tidy["title"],
        topic=tidy["topic"],
        place=tidy["place"],
        led_by=tidy["led_by"],
        summary=tidy["summary"],
        status_note=tidy["status_note"],
        joining_link=tidy["joining_link"],
        proposed_date=None if facts.date else facts.proposed_date,
    )


def state_of(*, kind: Kind, day: date | None, is_cancelled: bool = False, is_open: bool = False) -> SessionState:
    """Give where a session stands: a gathering without a date, or one the plan calls open, is to be confirmed."""
    if is_cancelled:
        return SessionState.CANCELLED
    return SessionState.TO_BE_CONFIRMED if is_open or (day is None and kind.is_gathering) else SessionState.SCHEDULED


def _tidy(name: str, text: str) -> str:
    lines = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return lines.strip() if name == "summary" else " ".join(lines.split())


def slug_for(facts: SessionFacts, taken: Collection[str]) -> str:
    """Give a new session's part of its address: kind and date ("cafe-2024-09-04"), an undated one's title."""
    if facts.date:
        return free_slug(f"{facts.kind}-{facts.date.isoformat()}", taken)
    plain = unicodedata.normalize("NFKD", facts.title).encode("ascii", "ignore").decode().lower()
    return free_slug("-".join(re.findall(r"[a-z0-9]+", plain)) or facts.kind.value, taken)


def free_slug(base: str, taken: Collection[str]) -> str:
    """Give `base`, shortened at a word to LONGEST_SLUG characters, or the first of base-2, base-3, … that is not taken."""
    short = base if len(base) <= LONGEST_SLUG else base[: LONGEST_SLUG + 1].rpartition("-")[0] or base[:LONGEST_SLUG]
    short = short.strip("-") or "session"
    slug, number = short, 1
    while slug in taken:
        number += 1
        slug = f"{short}-{number}"
    return slug
