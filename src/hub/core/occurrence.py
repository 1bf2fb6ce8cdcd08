"""One session as every surface tells it: page, feed, mail, export and API render this and nothing else.

A release freezes each session into an `Occurrence`; `to_facts` and `from_facts` keep it as JSON.
Source: docs/architecture.md, "One time, every surface".
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from hub.core.calendar import instant, say, say_date
from hub.core.materials import MaterialKind
from hub.core.plan.model import Day, Kind, Mode, Who


class SessionState(StrEnum):
    """Where a session stands. A date still open is `to-be-confirmed`; a cancelled one keeps its page and its UID."""

    SCHEDULED = "scheduled"
    TO_BE_CONFIRMED = "to-be-confirmed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The word people read."""
        return {"scheduled": "Scheduled", "to-be-confirmed": "To be confirmed", "cancelled": "Cancelled"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the agenda. `text` is Markdown; minutes are None where the plan gives none."""

    text: str
    who: Who | None = None
    minutes_low: int | None = None
    minutes_high: int | None = None
    led_by: str = ""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A material or recording: words and address. `kind` is one of core.materials.MaterialKind."""

    title: str
    url: str
    kind: str = "material"

    @property
    def icon(self) -> str:
        """The sign of its kind."""
        return MaterialKind(self.kind).icon if self.kind in set(MaterialKind) else MaterialKind.OTHER.icon

    @property
    def say_kind(self) -> str:
        """What it is, in a word; nothing where it is no more than a material or a link."""
        is_telling = self.kind in (MaterialKind.SLIDES, MaterialKind.WORKSHEET, MaterialKind.RECORDING)
        return MaterialKind(self.kind).label if is_telling else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """A session's facts. Wall times in `zone` are the truth; `starts_at` and `ends_at` derive the instants (UTC)."""

    uid: str
    slug: str
    title: str
    kind: Kind
    state: SessionState
    zone: str
    topic: str = ""
    date: Day | None = None
    start: time | None = None
    end: time | None = None
    proposed_date: Day | None = None
    mode: Mode | None = None
    place: str = ""
    led_by: str = ""
    summary: str = ""  # Markdown
    status_note: str = ""  # "Date TBC in 2024"
    agenda: tuple[Part, ...] = ()
    papers: tuple[Paper, ...] = ()
    chapter: str = ""  # "Month 1: July", as the plan calls it
    week: int | None = None
    place_in_chapter: int = 0  # order of undated entries
    sequence: int = 0

    @property
    def starts_at(self) -> datetime | None:
        """The instant it starts, UTC; None where date or time is open."""
        return instant(self.date, self.start, self.zone) if self.date and self.start else None

    @property
    def ends_at(self) -> datetime | None:
        """The instant it ends, UTC; None where date or time is open."""
        return instant(self.date, self.end, self.zone) if self.date and self.end else None

    @property
    def say_title(self) -> str:
        """The title people read: the topic after the title where there is one."""
        return f"{self.title}: {self.topic}" if self.topic else self.title

    @property
    def say_when(self) -> str:
        """When it is, in the Hub's one way of writing a time.

        What nobody meets for is never "to be confirmed": without a date it is placed by its week.
        """
        if self.kind.is_gathering or (self.date is not None and self.start is not None):
            return say(self.date, self.start, self.end, self.zone)
        if self.date is not None:
            return say_date(self.date)
        where = ", ".join([f"week {self.week}"] * (self.week is not None) + [self.chapter] * bool(self.chapter))
        if self.kind is Kind.INDIVIDUAL:
            return f"In your own time, {where}" if where else "In your own time"
        return where[:1].upper() + where[1:] if where else "Without a date"


def to_facts(occurrence: Occurrence) -> dict[str, Any]:
    """Give the occurrence as JSON-ready data: dates ISO, times HH:MM, absent values left out."""
    return _strip(occurrence)


def part_to_facts(part: Part) -> dict[str, Any]:
    """Give a part of an agenda as JSON-ready data."""
    return _strip(part)


def _plain(value: Any) -> Any:
    if isinstance(value, Part | Paper):
        return _strip(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def _strip(thing: Any) -> dict[str, Any]:
    pairs = ((each.name, getattr(thing, each.name)) for each in fields(thing))
    return {name: _plain(value) for name, value in pairs if value not in (None, "", ())}


def part_from_facts(data: dict[str, Any]) -> Part:
    """Read what `part_to_facts` wrote. Raises KeyError, ValueError."""
    return Part(
        text=data.get("text", ""),
        who=Who(data["who"]) if "who" in data else None,
        minutes_low=data.get("minutes_low"),
        minutes_high=data.get("minutes_high"),
        led_by=data.get("led_by", ""),
        parts=tuple(map(part_from_facts, data.get("parts", ()))),
    )


def _paper(facts: dict[str, Any]) -> Paper:
    return Paper(title=facts.get("title", ""), url=facts.get("url", ""), kind=facts.get("kind", "material"))


_KINDS = {kind.value: kind for kind in Kind}
_STATES = {state.value: state for state in SessionState}
_MODES = {mode.value: mode for mode in Mode}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def from_facts(facts: dict[str, Any]) -> Occurrence:
    """Read what `to_facts` wrote. `from_facts(to_facts(o)) == o` for every occurrence. Raises KeyError, ValueError."""
    get = facts.get
    return Occurrence(
        uid=facts["uid"],
        slug=facts["slug"],
        title=get("title", ""),
        kind=_KINDS[facts["kind"]],
        state=_STATES[facts["state"]],
        zone=facts["zone"],
        topic=get("topic", ""),
        date=_day(get("date")),
        start=_clock(get("start")),
        end=_clock(get("end")),
        proposed_date=_day(get("proposed_date")),
        mode=_MODES[facts["mode"]] if "mode" in facts else None,
        place=get("place", ""),
        led_by=get("led_by", ""),
        summary=get("summary", ""),
        status_note=get("status_note", ""),
        agenda=tuple(map(part_from_facts, facts["agenda"])) if "agenda" in facts else (),
        papers=tuple(map(_paper, facts["papers"])) if "papers" in facts else (),
        chapter=get("chapter", ""),
        week=get("week"),
        place_in_chapter=get("place_in_chapter", 0),
        sequence=get("sequence", 0),
    )
