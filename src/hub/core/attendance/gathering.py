"""What all lines of one meeting say of each address and each name: re-joins, second devices and restarted calls become one.

Minutes are a union of times, so none counts twice, whoever came back how often, from how many devices, in how many files.
Sources: issue 5, item 2; lessons, "Attendance and commitments".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hub.core.attendance.model import Line, Part, Presence, Sort, Span, Stated
from hub.core.attendance.naming import Folded, Named, folded_key, read_name
from hub.core.names import address as folded_address
from hub.core.names import plain

TWO_AT_ONCE = "Two were here at once under this name: one person with two devices, or two people."
SAME_ROWS = "A file has several rows alike for this name: one person written down twice, or several people."
AT_LEAST = "Files state different minutes and no times; the most is taken, because the others may lie within it."
NO_END = "There was no time of leaving; it counts until the end."
ONLY_JOINED = "Only the time of joining is known, so there are no minutes."
ONLY_SPAN = "Only the first and the last time are known, so there are no minutes."
_MOST_ALIKE = 20  # rows of a file that say the same of one name
_Said = tuple[object, ...]  # what a row says of times
_OF_ITS_OWN: _Said = ("number",)


def gather(lines: Iterable[Line], *, window: Span | None = None) -> tuple[Presence, ...]:
    """Say of each address, and of each name that came without one, when it was there; in the order of names.

    Rows of the waiting room are left out. A line without an end lasts until the window's end, or the last moment any line
    knows. Times are taken as they are, outside of the window too; `seconds_within` says how much of them lies in it.
    Reading lines in another order, or twice, changes nothing, nor does a file that is given twice. Two rows of one file that
    say the same, of a name without an address, may be one row written twice or two people: a person says (`apart`).
    With a window, the times of lines are instants.

    One name at two addresses is two presences, and a name without an address never joins one that has it; `propose` asks.
    Raises ValueError for a line with neither name nor address.
    """
    kept = [line for line in lines if not line.is_waiting_room]
    named, folded = _reading(), Folded()
    names_at: dict[str, set[str]] = defaultdict(set)  # by address, of lines that are tickets: several may share one address
    for line in kept:
        if line.key and line.address:
            names_at[folded_address(line.address)].add(folded[named(line.name).name])
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in kept:
        groups[_key_of(line, named, names_at, folded)].append(line)
    end = window[1] if window else _last_moment(kept)
    shared = {at for at, names in names_at.items() if len(names) > 1}
    presences = [_presence(key, each, named, folded, end=end, window=window, shared=shared) for key, each in groups.items()]
    return tuple(sorted(presences, key=lambda each: (folded[each.name], each.name, each.key)))


def unite(presences: Sequence[Presence], *, window: Span | None = None) -> Presence:
    """Make one presence of those a person says are one, with the name and key of the first. Raises ValueError for none."""
    if not presences:
        raise ValueError("nobody to unite")
    first = presences[0]
    spans = _union(span for each in presences for span in each.spans)
    stated = _distinct(each for presence in presences for each in presence.stated)
    names = [name for each in presences for name in (each.name, *each.also)]
    is_known = any(each.seconds is not None for each in presences)
    return replace(
        first,
        address=next((each.address for each in presences if each.address), ""),
        also=tuple(dict.fromkeys(name for name in names if plain(name) != plain(first.name))),
        was_there=_any_there(each.was_there for each in presences),
        is_guest=all(each.is_guest for each in presences),
        spans=spans,
        stated=stated,
        seconds=_seconds(spans, stated) if is_known else None,
        seconds_within=_within(spans, stated, window) if is_known and window else None,
        lines=tuple(sorted({number for each in presences for number in each.lines})),
        tickets=tuple(sorted({ticket for each in presences for ticket in each.tickets})),
        notes=tuple(dict.fromkeys(note for each in presences for note in each.notes)),
        apart=first.apart if len(presences) == 1 else (),
    )


def split(presence: Presence, *, window: Span | None = None) -> tuple[Presence, ...]:
    """Give a presence for each part of one that a person says are several people, in the order they came.

    Their key is empty: the name they share means none of them, so nothing is remembered by it. Raises ValueError where there
    are no parts.
    """
    if not presence.apart:
        raise ValueError("nothing to split")
    return tuple(
        replace(
            presence,
            key="",
            spans=spans,
            stated=stated,
            seconds=_seconds(spans, stated) if spans or stated else None,
            seconds_within=_within(spans, stated, window) if window and (spans or stated) else None,
            notes=(),
            apart=(),
        )
        for spans, stated in presence.apart
    )


def _reading() -> Callable[[str], Named]:
    """Give `read_name`, each name read once."""
    read: dict[str, Named] = {}

    def named(shown: str) -> Named:
        found = read.get(shown)
        if found is None:
            found = read[shown] = read_name(shown)
        return found

    return named


def _key_of(line: Line, named: Callable[[str], Named], names_at: dict[str, set[str]], folded: Folded) -> str:
    at = folded_address(line.address)
    if at:
        is_shared = bool(line.key) and len(names_at.get(at, ())) > 1
        return f"{at} {folded[named(line.name).name]}".strip() if is_shared else at
    if not line.name.strip():
        raise ValueError(f"line {line.number} has neither name nor address")
    return folded_key(named(line.name))


def _last_moment(lines: Iterable[Line]) -> datetime | None:
    return max((moment for line in lines for moment in (line.joined, line.left) if moment is not None), default=None)


@dataclass(slots=True)
class _Times:
    """The times of one group of lines, as they are found."""

    spans: list[Span]
    stated: list[Stated]
    notes: set[str]
    # what is said of times, and by which rows of which file
    said: dict[_Said, set[tuple[int, int | str]]] = field(default_factory=lambda: defaultdict(set))

    def take(self, line: Line, end: datetime | None) -> None:
        """Add what one line says."""
        spans, stated = len(self.spans), len(self.stated)
        self._take(line, end)
        said: _Said = (*self.spans[spans:], *self.stated[stated:])
        row = (line.file, line.key or line.number)
        if line.key:  # another number is another row, whatever the two say of times
            self.said[_OF_ITS_OWN].add(row)
        if said or line.joined is not None:
            self.said[said or (line.joined, line.left)].add(row)

    def repeated(self) -> dict[_Said, int]:
        """Say how many rows of one file say the same, where several do; of a great many, no more than can be told apart."""
        rows = {said: max(Counter(file for file, _ in those).values()) for said, those in self.said.items()}
        return {said: min(count, _MOST_ALIKE) for said, count in rows.items() if count > 1}

    def _take(self, line: Line, end: datetime | None) -> None:
        joined, left, minutes = line.joined, line.left, line.minutes
        if minutes is None and line.is_open and left is None:
            self.notes.add(ONLY_JOINED)
            return
        if minutes is None and line.is_summary:
            self.notes.add(ONLY_SPAN)
            return
        if joined is None and left is not None and minutes is not None:
            joined = left - timedelta(minutes=minutes)
        elif joined is not None and left is None:
            if minutes is not None:
                left = joined + timedelta(minutes=minutes)
            elif end is not None:
                left = max(end, joined)
                self.notes.add(NO_END)
        if joined is not None and left is not None and joined <= left:
            span = (joined, left)
            if line.is_summary and minutes is not None:
                self.stated.append((*span, min(minutes * 60, _length(span))))
            else:
                self.spans.append(span)
        elif minutes is not None:
            self.stated.append((None, None, minutes * 60))


def _presence(
    key: str,
    lines: Sequence[Line],
    named: Callable[[str], Named],
    folded: Folded,
    *,
    end: datetime | None,
    window: Span | None,
    shared: set[str],
) -> Presence:
    times = _Times([], [], set())
    for line in lines:
        if line.was_there is not False:
            times.take(line, end)
    at = folded_address(lines[0].address)
    # the longest name tells most; which of two is longest must not depend on the order of lines
    shown = sorted({named(line.name) for line in lines}, key=lambda each: (-len(each.name), each.name, each.also))
    first = shown[0]
    others = [name for each in shown for name in (each.name, *each.also)]
    spans, stated = _union(times.spans), _distinct(times.stated)
    was_there = _any_there(line.was_there for line in lines)
    is_known = bool(spans or stated)
    apart = () if at else _apart(set(times.spans), stated)
    if sum(_has_times(part) for part in apart) > 1:
        times.notes.add(TWO_AT_ONCE)
    repeated = {} if at else times.repeated()
    if repeated:
        times.notes.add(SAME_ROWS)
        apart = _apart_with(repeated, set(times.spans), stated)
    if len([each for each in stated if each[0] is None]) > 1:
        times.notes.add(AT_LEAST)
    return Presence(
        key=key,
        name=first.name,
        address=at,
        also=_different(others, first.name, folded),
        sort=next((each.sort for each in shown if each.sort is not Sort.PERSON), Sort.PERSON),
        was_there=was_there,
        is_guest=all(line.is_guest or named(line.name).is_guest for line in lines),
        spans=spans,
        stated=stated,
        seconds=_seconds(spans, stated) if is_known else 0 if was_there is False else None,
        seconds_within=(_within(spans, stated, window) if is_known else 0 if was_there is False else None) if window else None,
        lines=tuple(sorted({line.number for line in lines})),
        tickets=tuple(sorted({line.key for line in lines if line.key})),
        shares_address=at in shared,
        notes=tuple(sorted(times.notes)),
        apart=apart if len(apart) > 1 else (),
    )


def _different(names: Iterable[str], from_name: str, folded: Folded) -> tuple[str, ...]:
    """Leave out names that are the same but for case and marks, in an order that never changes."""
    seen = {"", folded[from_name]}
    kept = []
    for name in sorted(set(names)):
        if folded[name] not in seen:
            seen.add(folded[name])
            kept.append(name)
    return tuple(kept)


def _any_there(said: Iterable[bool | None]) -> bool | None:
    """Somebody was there if one line says so, was not if one says that and none that they were."""
    known = set(said)
    return True if True in known else False if False in known else None


def _union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Join times that touch or overlap; those of no length stay only where they stand alone."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return tuple(joined)


def _has_times(part: Part) -> bool:
    """Say whether a part is more than minutes without times."""
    spans, stated = part
    return bool(spans) or any(start is not None for start, _, _ in stated)


def _apart(spans: Iterable[Span], stated: Iterable[Stated]) -> tuple[Part, ...]:
    """Put times that overlap into different parts, as few as can be: who comes back soonest after leaving is the same.

    Each number of minutes without times is in another part.
    """
    timed = [(start, end, -1) for start, end in spans]
    timed += [(start, end, seconds) for start, end, seconds in stated if start is not None and end is not None]
    ends: list[datetime] = []
    parts: list[tuple[list[Span], list[Stated]]] = []
    for start, end, seconds in sorted(timed):
        free = [place for place, last in enumerate(ends) if last <= start]
        place = max(free, key=lambda each: (ends[each], -each), default=len(parts))
        if place == len(parts):
            parts.append(([], []))
            ends.append(end)
        ends[place] = end
        if seconds < 0:
            parts[place][0].append((start, end))
        else:
            parts[place][1].append((start, end, seconds))
    loose = [each for each in stated if each[0] is None]
    parts += [([], []) for _ in range(len(loose) - len(parts))]
    for (_, minutes), each in zip(parts, loose, strict=False):
        minutes.append(each)
    return tuple((_union(some), _distinct(minutes)) for some, minutes in parts)


def _apart_with(repeated: Mapping[_Said, int], spans: Iterable[Span], stated: Iterable[Stated]) -> tuple[Part, ...]:
    """Put times apart as `_apart` does, what several rows of a file say as often as they do."""
    parts = _apart(
        [each for each in spans for _ in range(repeated.get((each,), 1))],
        [each for each in stated for _ in range(repeated.get((each,), 1))],
    )
    nothing: Part = ((), ())
    return (*parts, *[nothing] * (max(repeated.values()) - len(parts)))


def _distinct(stated: Iterable[Stated]) -> tuple[Stated, ...]:
    """Leave each of these once, in an order that never changes: those without times first."""
    return tuple(sorted(set(stated), key=lambda each: (each[0] is not None, repr(each[0]), repr(each[1]), each[2])))


def _length(span: Span) -> int:
    return int((span[1] - span[0]).total_seconds())


def _covered(spans: Iterable[Span], window: Span) -> int:
    near = (span for span in spans if span[0] < window[1] and span[1] > window[0])
    return sum(_length((max(start, window[0]), min(end, window[1]))) for start, end in near)


def _blocks(stated: Iterable[Stated]) -> list[tuple[Span, int]]:
    """Give stretches of time in which minutes are stated, and the most that is stated in each; they do not overlap."""
    timed = sorted((start, end, seconds) for start, end, seconds in stated if start is not None and end is not None)
    blocks: list[tuple[Span, int]] = []
    for start, end, seconds in timed:
        if blocks and start < blocks[-1][0][1]:
            (first, last), most = blocks[-1]
            blocks[-1] = ((first, max(last, end)), max(most, seconds))
        else:
            blocks.append(((start, end), seconds))
    return blocks


def _seconds(spans: Sequence[Span], stated: Sequence[Stated]) -> int:
    """Count the union: where only a number of minutes is stated, they may lie within times that are known."""
    counted = sum(map(_length, spans))
    for block, seconds in _blocks(stated):
        counted += max(0, seconds - _covered(spans, block))
    return max([counted, *(seconds for start, _, seconds in stated if start is None)])


def _within(spans: Sequence[Span], stated: Sequence[Stated], window: Span) -> int:
    """Count what lies in the window. Of minutes without exact times as many as can; never more than the window is long."""
    counted = _covered(spans, window)
    for block, seconds in _blocks(stated):
        if inside := _covered([block], window):
            both = (max(block[0], window[0]), min(block[1], window[1]))
            counted += max(0, min(seconds, inside) - _covered(spans, both))
    loose = max((seconds for start, _, seconds in stated if start is None), default=0)
    return max(0, min(max(counted, loose), _length(window)))
