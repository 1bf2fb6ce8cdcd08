"""Change single entries of a plan's text: only the lines of the entry change, every other byte stays as the team wrote it.

Each change is tried as small as it can be, read again and compared: the entry must say what it should, all others what they
said. Source: issue 2, "writes back only the lines that changed".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import ClassVar, TypeAlias

from hub.core.calendar import MONTHS, WEEKDAYS, week_label
from hub.core.errors import Refusal
from hub.core.plan.model import Month, Plan, Session, Status
from hub.core.plan.read import read_plan
from hub.core.plan.read.entry import WEEK
from hub.core.plan.write import write_entry

_HEAD = re.compile(r"^(?P<indent>\s*)(?P<bullet>(?:[-*+]|\d{1,9}[.)])\s+)(?P<rest>.*)$")
_ENDING = re.compile(r"(?:\r\n|\n|\r)$")


class CannotPatch(Refusal):
    """The text can't be changed so that it says this and nothing else changes."""

    code: ClassVar[str] = "cannot-patch"


@dataclass(frozen=True, slots=True)
class ChangeSession:
    """Let the entry that begins on a line (1-based) say something else."""

    line: int
    to: Session


@dataclass(frozen=True, slots=True)
class AddSession:
    """Add an entry to the chapter and week of its day, or of its `month` and `week` where it has no day."""

    session: Session


@dataclass(frozen=True, slots=True)
class RemoveSession:
    """Take out the entry that begins on a line (1-based), with its agenda."""

    line: int


Edit: TypeAlias = ChangeSession | AddSession | RemoveSession


def patch_plan(
    text: str, edits: Sequence[Edit], *, default_zone: str = "Europe/London", default_year: int | None = None
) -> str:
    """Give the text with the edits made, one after the other; lines of later edits count in the text after the earlier ones.

    `default_zone` and `default_year` are those the text is read with. Raises CannotPatch, NotAPlan.
    """
    for edit in edits:
        text = _patched(text, edit, default_zone, default_year)
    return text


def _patched(text: str, edit: Edit, zone: str, year: int | None) -> str:
    plan = read_plan(text, default_zone=zone, default_year=year)
    at = next((index for index, each in enumerate(plan.entries) if each.line == getattr(edit, "line", None)), None)
    if not isinstance(edit, AddSession) and at is None:
        raise CannotPatch(f"No entry of the plan begins on line {edit.line}.")
    lines = _split(text)
    for candidate in _candidates(plan, lines, edit, at):
        new = "".join(candidate)
        try:
            read = read_plan(new, default_zone=zone, default_year=year)
        except Refusal:
            continue
        if _is_right(plan, read, edit, at):
            return new
    raise CannotPatch("The plan's text can't be changed to say this; write it into the plan by hand.")


def _split(text: str) -> list[str]:
    """Split as the reader counts lines: at line feeds, carriage returns and both together; each keeps its ending."""
    return re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$", text)


def _candidates(plan: Plan, lines: list[str], edit: Edit, at: int | None) -> Iterator[list[str]]:
    if isinstance(edit, AddSession):
        yield from _with_added(plan, lines, edit.session)
        return
    assert at is not None
    old = plan.entries[at]
    first, last = old.line - 1, old.end_line
    if isinstance(edit, RemoveSession):
        yield [*lines[:first], *lines[last:]]
        return
    ending = _ending(lines)
    yield from _moved(plan, lines, old, edit.to)
    for head in _heads(plan, lines[first], old, edit.to):
        yield [*lines[:first], head, *lines[first + 1 :]]
    whole = _whole(plan, lines[first], old, edit.to, ending)
    if old.agenda == edit.to.agenda:
        yield [*lines[:first], whole[0], *lines[first + 1 :]]
    yield [*lines[:first], *whole, *lines[last:]]


def _moved(plan: Plan, lines: list[str], old: Session, to: Session) -> Iterator[list[str]]:
    """Yield the text with the entry carried over, agenda and all, to the chapter of its new day, where that is another one."""
    if to.date is None or old.month is None or to.date == old.date:
        return
    year, month, week = week_label(to.date)
    chapter = _chapter(plan, year, month) or _chapter(plan, to.date.year, to.date.month)
    if chapter is None or any(each.line == old.line for each in chapter.all_sessions):
        return
    first, last, ending = old.line - 1, old.end_line, _ending(lines)
    head = lines[first] if _ENDING.search(lines[first]) else lines[first] + ending
    body = [each if _ENDING.search(each) else each + ending for each in lines[first + 1 : last]]
    after = _place_in(chapter, to, week)
    for new in (*_heads(plan, head, old, to), _whole(plan, head, old, to, ending)[0]):
        entry = [_labelled(new, week if chapter.weeks else None), *body]
        if after > first:
            yield [*lines[:first], *lines[last:after], *_between(lines, after, ending), *entry, *lines[after:]]
        else:
            yield [*lines[:after], *_between(lines, after, ending), *entry, *lines[after:first], *lines[last:]]


def _between(lines: list[str], after: int, ending: str) -> list[str]:
    """Give the empty line that separates an entry from the heading above it."""
    return [ending] if after and lines[after - 1].lstrip().startswith("#") else []


def _labelled(line: str, week: int | None) -> str:
    """Give an entry's line with the number of another week, without a label where the chapter has none."""
    head = _HEAD.match(_ENDING.sub("", line))
    start = len(head["indent"] + head["bullet"]) if head else 0
    label = WEEK.match(line[start:])
    if label is None:
        return f"{line[:start]}Week {week}: {line[start:]}" if week else line
    if week is None:
        return line[:start] + line[start + label.end() :]
    number = start + label.start("number")
    return line[:number] + str(week) + line[start + label.end("number") :]


def _heads(plan: Plan, line: str, old: Session, to: Session) -> Iterator[str]:
    """Yield the entry's line with the least changed: a comment added, or the date and times in the author's own manner."""
    body, ending = _ENDING.sub("", line), line[len(_ENDING.sub("", line)) :]
    if to.status is Status.CANCELLED and old.status is not Status.CANCELLED:
        note = f": {' '.join(to.status_note.split())}" if to.status_note else ""
        yield f"{body.rstrip()} <!-- hub: cancelled{note} -->{ending}"
    if old.status is Status.CANCELLED and to.status is not Status.CANCELLED:
        yield re.sub(r"\s*<!--\s*hub:\s*cancelled.*?-->", "", body) + ending
    if old.place and to.place and old.place != to.place and body.count(old.place) == 1:
        yield body.replace(old.place, to.place) + ending
    written = old.written
    begin, end = written.column, written.end_column
    if to.date and begin and end and written.text and body[begin - 1 : end - 1].strip() == written.text:
        for new in _in_the_same_manner(plan, written.text, old, to):
            yield body[: begin - 1] + new + body[end - 1 :] + ending


def _in_the_same_manner(plan: Plan, written: str, old: Session, to: Session) -> Iterator[str]:
    """Yield the written date and times with what differs put in: "05 July (15:00 - 17:00)" keeps its zero and its spaces."""
    assert to.date
    new = written
    if old.date and old.date != to.date:
        names = "|".join(MONTHS) + "|" + "|".join(name[:3] for name in MONTHS)
        day = re.search(rf"\b(\d{{1,2}})((?:st|nd|rd|th)?\s+)({names})\b", new)
        if day is None:
            return
        number = f"{to.date.day:02d}" if day.group(1).startswith("0") else f"{to.date.day}"
        suffix = re.sub(r"st|nd|rd|th", _ordinal(to.date.day), day.group(2))
        name = MONTHS[to.date.month - 1]
        name = name if day.group(3) in MONTHS else name[:3]
        new = new[: day.start()] + number + suffix + name + new[day.end() :]
        new = re.sub(r"\b(?:19|20|21)\d\d\b", str(to.date.year), new)
        for weekday in WEEKDAYS:
            new = re.sub(rf"\b{weekday}\b", WEEKDAYS[to.date.weekday()], new) if weekday in written else new
            if weekday in written:
                break
    if (old.start, old.end) != (to.start, to.end):
        if not (old.start and old.end and to.start and to.end):
            return
        for before, after in ((old.start, to.start), (old.end, to.end)):
            shown = next((form for form in (f"{before:%H:%M}", f"{before.hour}:{before:%M}") if form in new), None)
            if shown is None:
                return
            new = new.replace(shown, _clock(after, padded=len(shown) == 5), 1)
    yield new
    if str(to.date.year) not in new:
        month = MONTHS[to.date.month - 1]
        day = re.search(rf"\b0?{to.date.day}(?:st|nd|rd|th)?\s+{month}\b", new)
        if day:
            yield f"{new[: day.end()]} {to.date.year}{new[day.end() :]}"


def _clock(moment: time, *, padded: bool) -> str:
    return f"{moment:%H:%M}" if padded else f"{moment.hour}:{moment:%M}"


def _ordinal(day: int) -> str:
    return "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _whole(plan: Plan, line: str, old: Session, to: Session, ending: str) -> list[str]:
    """Give the entry in the canonical form, behind the author's own bullet and label."""
    head = _HEAD.match(_ENDING.sub("", line))
    indent, bullet, rest = (head["indent"], head["bullet"], head["rest"]) if head else ("", "- ", "")
    label = WEEK.match(rest) if old.week is not None else None
    lines = write_entry(replace(to, line=0), zone=plan.zone, label=label.group() if label else "", bullet=bullet, indent=indent)
    return [each + ending for each in lines]


def _with_added(plan: Plan, lines: list[str], session: Session) -> Iterator[list[str]]:
    ending = _ending(lines)
    year, month, week = session.year, session.month, session.week
    if session.date:
        year, month, week = week_label(session.date)
        if not _chapter(plan, year, month):
            year, month = session.date.year, session.date.month
    chapter = _chapter(plan, year, month)
    if chapter is None:
        yield from _with_chapter(plan, lines, session)
        return
    after_line = _place_in(chapter, session, week)
    here = [each for each in chapter.all_sessions if each.end_line]
    label = f"Week {week}: " if chapter.weeks and week else ""
    new = [each + ending for each in _entry_like(plan, here, lines, session, label)]
    head = _ended(lines[:after_line], ending)
    yield [*head, *([ending] if not here else []), *new, *lines[after_line:]]


def _with_chapter(plan: Plan, lines: list[str], session: Session) -> Iterator[list[str]]:
    """Yield the text with a chapter for the month right after the last one, headed as that is, and the entry in it."""
    last = plan.months[-1] if plan.months else None
    if last is None or last.year is None or session.date is None:
        return
    year, month, week = week_label(session.date)
    heading = re.match(r"^(#{1,6}\s+)(\**)", lines[last.line - 1]) if last.line else None
    if (year, month) != (last.year + last.month // 12, last.month % 12 + 1) or heading is None:
        return
    ending = _ending(lines)
    after = max((each.end_line for each in last.all_sessions), default=last.line)
    number = f"Month {last.number + 1}: " if last.number else ""
    named = f" {year}" if str(last.year) in last.title or month == 1 else ""
    title = f"{heading[1]}{heading[2]}{number}{MONTHS[month - 1]}{named}{heading[2]}"
    label = f"Week {week}: " if last.weeks else ""
    entry = _entry_like(plan, list(last.all_sessions), lines, session, label)
    yield [*_ended(lines[:after], ending), *(each + ending for each in ("", title, "", *entry)), *lines[after:]]


def _entry_like(plan: Plan, here: Sequence[Session], lines: list[str], session: Session, label: str) -> list[str]:
    """Write an entry with the bullet and the indent its neighbours have."""
    marker = next((match for each in here if (match := _HEAD.match(_ENDING.sub("", lines[each.line - 1])))), None)
    bullet, indent = (marker["bullet"], marker["indent"]) if marker and not marker["bullet"][0].isdigit() else ("- ", "")
    return write_entry(session, zone=plan.zone, label=label, bullet=bullet, indent=indent)


def _ended(lines: list[str], ending: str) -> list[str]:
    """Give lines the last of which has an ending."""
    return [*lines[:-1], lines[-1] + ending] if lines and not _ENDING.search(lines[-1]) else list(lines)


def _place_in(chapter: Month, session: Session, week: int | None) -> int:
    """Give the line after which a session stands in a chapter: behind the last that comes before it."""
    here = [each for each in chapter.all_sessions if each.end_line]
    before = [each for each in here if _comes_before(each, session, week)]
    later = [each.line for each in here if each.line > chapter.line]
    if not before and later:
        return min(later) - 1
    return max((each.end_line for each in before), default=chapter.line)


def _comes_before(one: Session, other: Session, week: int | None) -> bool:
    if one.date and other.date:
        return (one.date, one.start or time.min) <= (other.date, other.start or time.min)
    return (one.week or 9) <= (week or 9)


def _chapter(plan: Plan, year: int | None, month: int | None) -> Month | None:
    return next((each for each in plan.months if (each.year, each.month) == (year, month)), None)


def _ending(lines: Sequence[str]) -> str:
    """Give the line ending most of the document has."""
    counts: dict[str, int] = {}
    for line in lines:
        if found := _ENDING.search(line):
            counts[found.group()] = counts.get(found.group(), 0) + 1
    return max(counts, key=counts.__getitem__) if counts else "\n"


def _is_right(plan: Plan, read: Plan, edit: Edit, at: int | None) -> bool:
    """Say whether the text after an edit says what it should, and everything else what it said."""
    before, after = list(plan.entries), list(read.entries)
    if replace(plan, months=(), before=(), after=()) != replace(read, months=(), before=(), after=()):
        return False
    if isinstance(edit, AddSession):
        rest = list(after)
        for each in before:
            if each not in rest:
                return False
            rest.remove(each)
        return len(rest) == 1 and _same(rest[0], edit.session)
    assert at is not None
    old = before.pop(at)
    if isinstance(edit, RemoveSession):
        return before == after
    if len(after) != len(before) + 1:
        return False
    if before == after[:at] + after[at + 1 :]:
        return after[at].line == old.line and _same(after[at], edit.to)
    found = [index for index, each in enumerate(after) if _same(each, edit.to)]  # carried over to another chapter
    return any(before == after[:index] + after[index + 1 :] for index in found)


def _same(one: Session, other: Session) -> bool:
    """Compare what an entry says itself; where it stands, and what follows from that, is not its own."""
    return _own(one) == _own(other)


def _own(entry: Session) -> Session:
    return replace(entry, proposed_date=None, year=None, month=None, week=None)
