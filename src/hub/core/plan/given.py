"""What a plan gives each of its sessions, as plain data: what a row remembers, and what a changed plan is compared with.

Source: issue 2, "sessions that came from a plan remember it".
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from hub.core.calendar import week_of_month
from hub.core.occurrence import Part, SessionState, part_from_facts, part_to_facts
from hub.core.plan.model import AgendaItem, Kind, Link, LinkKind, Minutes, Mode, Month, Plan, Session, Status, Step
from hub.core.sessions import LONGEST, state_of

Facts = dict[str, Any]  # JSON-ready

_LONGEST_CHAPTER = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One entry of a plan: its facts, its links, the line it stands on."""

    facts: Facts
    links: tuple[Link, ...]
    line: int
    entry: Session


def given(plan: Plan) -> tuple[Given, ...]:
    """Give every entry of a plan with its facts, in the order of the document.

    A chapter's title, the week and the place in the chapter are facts like the others; `anchor` is the day (ISO) an undated
    entry stands at: the Wednesday of its week, the end of its month, or the end of the months before it.
    """
    return tuple(_walk(plan))


def _walk(plan: Plan) -> Iterator[Given]:
    first = next((_month_ends(month)[0] for month in plan.months if month.year), None)
    last = next((_month_ends(month)[1] for month in reversed(plan.months) if month.year), None)
    yield from _steps(plan.before, plan.before_title or "Before", 0, first)
    place = 0
    for index, month in enumerate(plan.months, 1):
        for place, session in enumerate(month.all_sessions, 1):
            yield _given(
                session, chapter=month.title, number=month.number or index, place=place, anchor=_anchor(session, month)
            )
    yield from _steps(plan.after, plan.after_title or "After", len(plan.months) + 1, last)


def _steps(steps: tuple[Step, ...], title: str, number: int, anchor: date | None) -> Iterator[Given]:
    for place, step in enumerate(steps, 1):
        if step.session:
            yield _given(step.session, chapter=title, number=number, place=place, anchor=anchor)


def _month_ends(month: Month) -> tuple[date, date]:
    assert month.year
    return date(month.year, month.month, 1), date(month.year, month.month, calendar.monthrange(month.year, month.month)[1])


def _anchor(session: Session, month: Month) -> date | None:
    if not month.year:
        return None
    week = week_of_month(month.year, month.month, session.week) if session.week and 1 <= session.week <= 5 else None
    return date.fromordinal(week[0].toordinal() + 2) if week else _month_ends(month)[1]


def _given(entry: Session, *, chapter: str, number: int, place: int, anchor: date | None) -> Given:
    is_sound = entry.start is not None and (entry.end is None or entry.end > entry.start)
    start, end = (entry.start, entry.end) if is_sound else (None, None)
    state = state_of(
        kind=entry.kind,
        day=entry.date,
        is_cancelled=entry.status is Status.CANCELLED,
        is_open=entry.status is Status.TO_BE_CONFIRMED,
    )
    facts: Facts = {
        "title": _short(entry.title or entry.kind.label, "title"),
        "topic": _short(entry.topic, "topic"),
        "kind": entry.kind.value,
        "state": state.value,
        "status_note": _short(entry.status_note, "status_note"),
        "date": entry.date.isoformat() if entry.date else None,
        "start": start.strftime("%H:%M") if start else None,
        "end": end.strftime("%H:%M") if end else None,
        "zone": entry.zone,
        "proposed_date": entry.proposed_date.isoformat() if entry.proposed_date else None,
        "mode": entry.mode.value if entry.mode else "",
        "place": _short(entry.place or "", "place"),
        "led_by": _short(entry.led_by or "", "led_by"),
        "agenda": [part_to_facts(part_of(item)) for item in entry.agenda],
        "chapter": chapter if len(chapter) <= _LONGEST_CHAPTER else chapter[: _LONGEST_CHAPTER - 1] + "…",
        "chapter_number": min(number, 30_000),
        "week": entry.week,
        "place_in_chapter": place,
        "attended": entry.attended if entry.attended is None or entry.attended < 2**31 else None,
        "anchor": anchor.isoformat() if anchor and not entry.date else None,
    }
    return Given(facts=facts, links=tuple(_links(entry)), line=entry.line, entry=entry)


def part_of(item: AgendaItem) -> Part:
    """Give a part of a plan's agenda as sessions keep it."""
    return Part(
        text=item.text,
        who=item.who,
        minutes_low=item.minutes.low if item.minutes else None,
        minutes_high=item.minutes.high if item.minutes else None,
        led_by=item.led_by or "",
        parts=tuple(map(part_of, item.items)),
    )


def entry_with(facts: Facts, entry: Session | None = None) -> Session:
    """Give the entry a plan must hold for the facts of a session: the old entry with what differs, or a new one.

    A proposed date is never written: the plan derives it from the week.
    """
    given_state = SessionState(facts["state"])
    day = date.fromisoformat(facts["date"]) if facts["date"] else None
    is_open = given_state is SessionState.TO_BE_CONFIRMED and (bool(facts["status_note"]) or day is not None)
    status = (
        Status.CANCELLED if given_state is SessionState.CANCELLED else Status.TO_BE_CONFIRMED if is_open else Status.PLANNED
    )
    if entry is None:
        entry = Session(title=facts["title"], kind=Kind(facts["kind"]))
    elif _given(entry, chapter="", number=0, place=0, anchor=None).facts["state"] == facts["state"]:
        status = entry.status
    parts = tuple(map(part_from_facts, facts["agenda"]))
    return replace(
        entry,
        title=facts["title"],
        topic=facts["topic"],
        kind=Kind(facts["kind"]),
        status=status,
        status_note=facts["status_note"],
        date=day,
        start=time.fromisoformat(facts["start"]) if facts["start"] else None,
        end=time.fromisoformat(facts["end"]) if facts["end"] else None,
        zone=facts["zone"],
        proposed_date=None if day else entry.proposed_date,
        mode=Mode(facts["mode"]) if facts["mode"] else None,
        place=facts["place"] or None,
        led_by=facts["led_by"] or None,
        agenda=entry.agenda if tuple(map(part_of, entry.agenda)) == parts else items_of(parts),
    )


def items_of(parts: Iterable[Part]) -> tuple[AgendaItem, ...]:
    """Give parts of a session as items of a plan's agenda, their links and leaders as the plan's reader finds them."""
    from hub.core.plan.read.words import led_by, links_of

    def item(part: Part) -> AgendaItem:
        low = part.minutes_low if part.minutes_low is not None else part.minutes_high
        high = part.minutes_high if part.minutes_high is not None else part.minutes_low
        return AgendaItem(
            text=part.text,
            who=part.who,
            minutes=Minutes(low=low, high=high) if low is not None and high is not None else None,
            led_by=part.led_by or led_by(part.text),
            links=links_of(part.text, 0),
            items=items_of(part.parts),
        )

    return tuple(map(item, parts))


def _links(entry: Session) -> Iterator[Link]:
    """Yield what becomes the session's materials: the links of its own line, and papers and recordings of its agenda."""
    seen: set[str] = set()
    for link in entry.all_links:
        is_own = link in entry.links
        if link.url in seen or not link.url.lower().startswith(("http://", "https://")) or len(link.url) > 1000:
            continue
        if is_own or link.kind is not LinkKind.OTHER:
            seen.add(link.url)
            yield link


def _short(text: str, name: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST[name] else words[: LONGEST[name] - 1].rstrip() + "…"
