"""One entry of a plan: its head line taken apart into when, what, how, who, and its agenda.

Source: seeds/001; the forms a head may take are listed in docs/plan-language.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time

from hub.core.calendar import is_zone, week_of_month
from hub.core.plan.model import AgendaItem, Blemish, Kind, Link, Mode, Session, Status, Written
from hub.core.plan.read.dates import MONTH, DateWritten, TimesWritten, find_dates, find_minutes, find_times
from hub.core.plan.read.directives import directives, own_texts
from hub.core.plan.read.tree import Block, Shape
from hub.core.plan.read.words import (
    AUTOLINK,
    LINK,
    kind_of,
    led_by,
    links_of,
    mask,
    mode_of,
    plain,
    take_minutes,
    take_who,
    without_comments,
)
from hub.core.plan.read.years import nearest_year

WEEK = re.compile(
    r"^[\s*_]{0,9}w(?:ee)?k\s+(?P<number>\d{1,2})\b[\s*_]{0,9}"
    r"(?:\((?:w/c\s+|from\s+)?\d{1,2}(?:st|nd|rd|th)?(?:\s+[a-z]{3,9})?\s*(?:(?:-|–|—|to)\s*\d{1,2}(?:st|nd|rd|th)?\s+[a-z]{3,9})?(?:\s+\d{4})?\)"
    r"[\s*_]{0,9}(?=[:–—-]))?(?:[:.)]|–|—|-)?[\s*_]{0,9}",
    re.IGNORECASE,
)
TO_BE_CONFIRMED = re.compile(
    r"(?:\b(?:dates?|times?|"
    + MONTH
    + r"(?:\s+\d{4})?)\s+)?\b(?:tb[cad]|to be (?:confirmed|announced|decided|agreed|determined))\b(?:\s+(?:in|for)\s+(?:early |late |mid )?[\w]{1,20}(?:\s+\d{4})?)?",
    re.IGNORECASE,
)
UNDATED = "No date yet"  # what the writer puts where a date would stand, to keep title and topic apart
_UNDATED = re.compile(r"\bno date yet\b", re.IGNORECASE)
_ATTENDED = re.compile(
    r"[\s–—-]{0,9}\battended by\s+(?P<number>\d{1,6})(?:\s+(?:people|participants|experts|persons))?\b", re.IGNORECASE
)
_AGENDA_HEADING = re.compile(r"^(?:[\w -]{0,30}\s)?agenda\s*:?[\s*_–—-]*$", re.IGNORECASE)
_SPLIT = re.compile(r"\s{1,9}[-–—]\s{1,9}|\s{0,9}\|\s{0,9}")
_EDGES = " \t-–—:,;.•"
_ASIDE = re.compile(r"\s{0,9}[(\[](?P<inside>[^()\[\]]{0,60})[)\]]")
_WHOLE_MODE = re.compile(
    r"^(?:fully )?(?:hybrid|in[- ]person|face[- ]to[- ]face|online|virtual|remote)(?: (?:session|meeting|only))?$",
    re.IGNORECASE,
)
_WHOLE_LED = re.compile(r"^(?:co-)?(?:led|facilitated|delivered|run|taught|hosted) by\s+(?P<name>\S.{0,120})$", re.IGNORECASE)
_WHOLE_PLACE = re.compile(r"^(?:at|venue:|place:|location:)\s+(?P<place>\S.{0,150})$", re.IGNORECASE)
_PLACE = re.compile(
    r"\b(?:at|in) (?:the )?(?P<place>[A-Z][\w&'’.-]*(?: (?:(?:of|and|for|&) )?[A-Z][\w&'’.-]*){0,5})(?=\s*$|\s*[(,;]|\s+[-–—])"
)
_AT_PLACE = re.compile(_PLACE.pattern.replace("(?:at|in)", "at"))
_WHOLE_ASIDE = re.compile(r"^(?:full[- ]day|half[- ]day|all day|recording|recorded|full day hybrid)$", re.IGNORECASE)
_GLUE = re.compile(r"^[\s,;:()\[\]–—-]*+(?:(?:at|from|between|on|the)\s+)?[\s(\[]*+$", re.IGNORECASE)
_LEADING = re.compile(r"(?<![^\s(\[–—-])(?:on(?: the)?|the)\s*$", re.IGNORECASE)  # "on Wednesday 5 July"
_WEEK_OF = re.compile(r"(?:\bw/c|\bweek (?:of|commencing|beginning|starting)|\bw/b)\s*(?:the\s*)?$", re.IGNORECASE)
_TO_DATE = re.compile(r"^\s*(?:-|–|—|&|\+|,|/|to|and|until)\s*$", re.IGNORECASE)


@dataclass(slots=True)
class Setting:
    """What an entry inherits from where it stands."""

    zone: str
    lines: Sequence[str]
    base_year: int | None = None
    chapter: str = ""
    year: int | None = None
    month: int | None = None
    week: int | None = None
    blemishes: list[Blemish] = field(default_factory=list)


@dataclass(slots=True)
class Head:
    """A head line taken apart; what is said about the time is still as written."""

    title: str
    topic: str
    date: DateWritten | None
    week_of: DateWritten | None  # "week of 3 July": its day is open
    times: TimesWritten | None
    stated_minutes: int | None
    status: Status
    status_note: str
    mode: Mode | None
    place: str | None
    led_by: str | None
    attended: int | None
    links: tuple[Link, ...]
    before: str
    column: int | None


def read_head(text: str, line: int, *, after: int = 0) -> Head:
    """Take a head line apart from a column on (after the week's label)."""
    flat = text.replace("\n", " ")
    masked = mask(flat)
    links = links_of(flat[after:], line) if "](" in flat or "://" in flat else ()
    dates = find_dates(masked[after:]) if any(character.isdigit() for character in masked[after:]) else []
    found = replace(dates[0], start=dates[0].start + after, end=dates[0].end + after) if dates else None
    weekly = _WEEK_OF.search(masked, after, found.start) if found else None
    week_of = None
    if weekly and found:
        week_of, found = replace(found, start=weekly.start()), None
    elif found and len(dates) > 1 and _TO_DATE.match(masked[found.end : dates[1].start + after]):
        found = replace(found, end=dates[1].end + after, is_several=True)
    times = None
    if any(character.isdigit() for character in masked) or "noon" in masked:
        times = find_times(masked, found.end if found else week_of.end if week_of else after)
        if times is None and found:
            blanked = masked[: found.start] + " " * (found.end - found.start) + masked[found.end :]
            times = find_times(blanked, after)
    spans = sorted((each.start, each.end) for each in (found, times) if each is not None)
    status, note = Status.PLANNED, ""
    waiting = TO_BE_CONFIRMED.search(masked, after)
    if waiting:
        status, note = Status.TO_BE_CONFIRMED, " ".join(waiting.group().split())
        spans = sorted([*spans, waiting.span()])
    elif week_of:
        status, note = Status.TO_BE_CONFIRMED, " ".join(masked[week_of.start : week_of.end].split())
        spans = sorted([*spans, (week_of.start, week_of.end)])
    elif found is None and (open_date := _UNDATED.search(masked, after)):
        spans = sorted([*spans, open_date.span()])
    cut = _region(masked, spans)
    before, behind = (flat[after : cut[0]], flat[cut[1] :]) if cut else (flat[after:], "")
    for begin, end in spans:
        if cut and (begin >= cut[1] or end <= cut[0]):  # a time that stands far from its date
            behind = behind.replace(flat[begin:end], " ") if begin >= cut[1] else behind
            before = before.replace(flat[begin:end], " ") if end <= cut[0] else before
    facts = _Facts()
    title = _name(before, facts)
    topic = _name(behind, facts) if behind.strip() else ""
    if not title:
        title, _, topic = topic.partition(" - ") if " - " in topic else (topic, "", "")
    said = plain(before)
    place = facts.place or _place_in(title, topic)
    return Head(
        title=title,
        topic=topic,
        date=found,
        week_of=week_of,
        times=times,
        stated_minutes=facts.minutes,
        status=status,
        status_note=note,
        mode=facts.mode or mode_of(said) or mode_of(plain(behind)),
        place=place,
        led_by=facts.led_by or led_by(flat[after:]),
        attended=facts.attended,
        links=links,
        before=said,
        column=spans[0][0] if spans else None,
    )


@dataclass(slots=True)
class _Facts:
    mode: Mode | None = None
    place: str | None = None
    led_by: str | None = None
    minutes: int | None = None
    attended: int | None = None


def _region(masked: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Give the stretch that date, times and "to be confirmed" cover together with what glues them."""
    if not spans:
        return None
    begin, end = spans[0]
    for start, stop in spans[1:]:
        if start <= end or _GLUE.match(masked[end:start]):
            end = max(end, stop)
    while end < len(masked) and masked[end] in " )]":
        end += 1
    while begin and masked[begin - 1] in " ([":
        begin -= 1
    if leading := _LEADING.search(masked, 0, begin):
        begin = leading.start()
    return begin, end


def _name(text: str, facts: _Facts) -> str:
    """Give the words that name the entry; note and leave out the segments that say how, where, by whom and how long."""
    words = plain(AUTOLINK.sub(" ", _without_lonely_links(text)) if "http" in text else text)
    if attended := _ATTENDED.search(words):
        facts.attended = int(attended.group("number"))
        words = words[: attended.start()] + words[attended.end() :]
    words = _ASIDE.sub(lambda match: "" if _note(match.group("inside").strip(), facts) else match.group(), words)
    kept = [segment for segment in _SPLIT.split(words.strip(_EDGES)) if segment.strip(_EDGES)]
    if len(kept) > 1 or not facts_of_name(kept):
        kept = [segment for segment in kept if not _note(segment.strip(_EDGES), facts)]
    return " ".join(" - ".join(segment.strip() for segment in kept).strip(_EDGES).split())


def facts_of_name(segments: Sequence[str]) -> bool:
    """Say whether the only segment is a name rather than a note."""
    return bool(segments) and not _note(segments[0].strip(_EDGES), _Facts())


def _without_lonely_links(text: str) -> str:
    """Take out links that stand alone between dashes: they are materials, not names."""
    if "](" not in text:
        return text
    parts = re.split(r"(\s+[-–—]\s+)", text)
    return "".join("" if LINK.fullmatch(part.strip(" *_.,;")) and index else part for index, part in enumerate(parts))


def _note(segment: str, facts: _Facts) -> bool:
    """Note what a segment says about how, where, by whom or how long; say whether it says only that."""
    if not segment:
        return False
    if _WHOLE_MODE.match(segment):
        facts.mode = facts.mode or mode_of(segment)
    elif match := _WHOLE_LED.match(segment):
        facts.led_by = facts.led_by or match.group("name").strip(_EDGES).removeprefix("the ").removeprefix("The ") or None
    elif match := _WHOLE_PLACE.match(segment):
        facts.place = facts.place or match.group("place").strip(_EDGES)
    elif (
        (found := find_minutes(segment))
        and segment[: found[2]].strip(" (").lower() in ("", "for")
        and not segment[found[3] :].strip(" )")
    ):
        facts.minutes = facts.minutes or found[1]
    elif not _WHOLE_ASIDE.match(segment):
        return False
    return True


def _place_in(title: str, topic: str) -> str | None:
    for words in (title, topic):
        if " at " in f" {words}" and (match := _AT_PLACE.search(words)):
            return match.group("place")
    return None


def read_agenda(blocks: Sequence[Block], notes: _Facts | None = None) -> tuple[AgendaItem, ...]:
    """Read what stands in an entry as its agenda; a line that only says "Agenda:" gives way to what stands in it."""
    return tuple(_agenda(blocks, notes if notes is not None else _Facts()))


def _agenda(blocks: Sequence[Block], notes: _Facts) -> Iterator[AgendaItem]:
    for block in blocks:
        if block.shape not in (Shape.ITEM, Shape.PARAGRAPH):
            continue
        text = block.text
        if "<!--" in text:
            text = without_comments(text)
        text = " ".join(text.split())
        if "ttended by" in text and (attended := _ATTENDED.search(text)):
            notes.attended = int(attended.group("number"))
            text = (text[: attended.start()] + text[attended.end() :]).strip()
        if not text or ("genda" in text and _AGENDA_HEADING.match(plain(text))):
            yield from _agenda(block.blocks, notes)
            continue
        who, rest = take_who(text)
        minutes, rest = take_minutes(rest)
        yield AgendaItem(
            text=rest.strip(),
            who=who,
            minutes=minutes,
            led_by=led_by(rest),
            links=links_of(rest, block.line),
            items=tuple(_agenda(block.blocks, notes)),
            line=block.line,
        )


def read_entry(block: Block, setting: Setting, *, after: int = 0, extra: Sequence[Block] = ()) -> Session:
    """Read an entry; `extra` blocks belong to its agenda although they stand beside it."""
    head = read_head(block.text, block.text_line, after=after)
    said = directives(
        [*own_texts(block), *((text, line) for each in extra for text, line in own_texts(each))], setting.blemishes
    )
    notes = _Facts()
    agenda = read_agenda([*block.blocks, *extra], notes)
    title, topic = head.title, head.topic
    kind = said.kind or kind_of(title) or kind_of(head.before) or kind_of(topic) or _kind_of_agenda(agenda)
    if kind is Kind.REST and not topic and head.date is None and (match := re.match(r"(.{3,80}?)\s*[,;:]\s+(.+)$", title)):
        title, topic = match.group(1), match.group(2)
    title, topic = said.words.get("title") or title, said.words.get("topic", topic)
    mode = head.mode
    if "mode" in said.words:
        mode = Mode(said.words["mode"]) if said.words["mode"] in set(Mode) else None
    leader = head.led_by or next((item.led_by for item in agenda if item.led_by), None)
    day, impossible = _day(head.date, setting)
    zone, unknown = _zone(head.times.zone if head.times else None, setting.zone)
    status, status_note = head.status, head.status_note
    if said.cancelled is not None:
        status, status_note = Status.CANCELLED, said.cancelled
    begins, ends = (head.times.begins, head.times.ends) if head.times else (None, None)
    if day is None and (head.date is None or impossible):
        begins, ends = (begins, ends) if head.date is None else (None, None)
    if begins is None:
        ends = None
    elif ends is None and head.stated_minutes and not (head.times and head.times.impossible):
        ends = _after(begins, head.stated_minutes)
    if head.date is not None and head.date.is_several:
        shift = offset_of(block, setting.lines)
        columns = {} if shift is None else {"column": shift + head.date.start + 1, "end_column": shift + head.date.end + 1}
        said_as = (("dates", " ".join(head.date.text.split())),)
        setting.blemishes.append(Blemish(code="several-days", line=block.line, facts=said_as, **columns))
    return Session(
        title=title or (kind.label if kind else "Session"),
        topic=topic,
        kind=kind or Kind.OTHER,
        date=day,
        start=begins,
        end=ends,
        zone=zone,
        proposed_date=_proposed(kind, day, head.week_of, setting),
        mode=mode,
        place=said.words.get("place", head.place) or None,
        led_by=said.words.get("led-by", leader) or None,
        status=status,
        status_note=status_note,
        stated_minutes=head.stated_minutes,
        attended=head.attended if head.attended is not None else notes.attended,
        agenda=agenda,
        links=head.links,
        accepted=tuple(said.accepted),
        year=setting.year,
        month=setting.month,
        week=setting.week,
        line=block.line,
        end_line=_last_line([block, *extra], setting.lines),
        written=_written(block, head, setting, impossible, unknown),
    )


def _kind_of_agenda(agenda: Sequence[AgendaItem]) -> Kind | None:
    for item in agenda:
        found = kind_of(plain(item.text))
        if found in (Kind.WORKSHOP, Kind.TRAINING, Kind.WEBINAR):
            return found
    return None


def _day(written: DateWritten | None, setting: Setting) -> tuple[date | None, str | None]:
    """Give the date, and what is impossible about it."""
    if written is None:
        return None, None
    longest = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}.get(written.month, 31)
    if not 1 <= written.month <= 12 or not 1 <= written.day <= longest:
        return None, written.text.strip()
    year = written.year
    if year is None and setting.year is not None and setting.month is not None:
        year = nearest_year(written.month, setting.year, setting.month)
    elif year is None and setting.base_year is not None:
        year = setting.base_year
    if year is None:
        return None, None
    day = written.on(year)
    return day, None if day else f"{written.text.strip()} {year}" if written.year is None else written.text.strip()


def _zone(written: str | None, default: str) -> tuple[str, str | None]:
    """Give the zone of an entry, and what was written that is none. An abbreviation leaves the plan's zone."""
    if written is None:
        return default, None
    if is_zone(written):
        return written, None
    return default, written if "/" in written else None


def _after(begins: time, minutes: int) -> time | None:
    """Give the time some minutes later, None where it is past midnight."""
    total = begins.hour * 60 + begins.minute + minutes
    return time(total // 60, total % 60) if total < 24 * 60 else None


def _proposed(kind: Kind | None, day: date | None, week_of: DateWritten | None, setting: Setting) -> date | None:
    """Propose the Wednesday of the entry's week for a gathering without a date. Source: docs/decisions/0003."""
    if week_of is not None and (kind is None or kind.is_gathering):
        named, _ = _day(week_of, setting)
        return date.fromordinal(named.toordinal() - named.weekday() + 2) if named else None
    if day or setting.year is None or setting.month is None or setting.week is None or (kind and not kind.is_gathering):
        return None
    week = week_of_month(setting.year, setting.month, setting.week)
    return date.fromordinal(week[0].toordinal() + 2) if week else None


def _last_line(blocks: Sequence[Block], lines: Sequence[str]) -> int:
    last = max(block.end_line for block in blocks)
    first = blocks[0].line
    while last > first and not lines[last - 1].strip():
        last -= 1
    return last


def _written(block: Block, head: Head, setting: Setting, impossible: str | None, unknown: str | None) -> Written:
    spans = [each for each in (head.date, head.times) if each is not None]
    zone = head.times.zone if head.times else None
    if not spans:
        return Written(line=block.line, impossible=impossible, zone=unknown or zone)
    begin, end = min(each.start for each in spans), max(each.end for each in spans)
    flat = block.text.replace("\n", " ")
    if flat[begin:end].count("(") > flat[begin:end].count(")") and flat[end : end + 1] == ")":
        end += 1
    shift = offset_of(block, setting.lines)
    return Written(
        text=flat[begin:end].strip(),
        line=block.line,
        column=shift + begin + 1 if shift is not None else None,
        end_column=shift + end + 1 if shift is not None else None,
        weekday=head.date.weekday if head.date else None,
        year=head.date.year if head.date else None,
        zone=unknown or zone,
        impossible=impossible or (head.times.impossible if head.times else None),
    )


def offset_of(block: Block, lines: Sequence[str]) -> int | None:
    """Give the 0-based column at which a block's text begins on its line, None where the line can't be found."""
    if not 0 < block.text_line <= len(lines):
        return None
    found = lines[block.text_line - 1].find(block.text.split("\n", 1)[0])
    return found if found >= 0 else None
