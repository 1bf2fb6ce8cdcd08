"""The anonymiser of shared notes: what must not leave, what is proposed to be taken out, and the notes without it.

Joining links, passcodes, dial-in numbers and whatever is marked 🤫 never leave, whatever a person decides. Addresses, sign-in
lists and the names of people who did not allow theirs are proposed as certain; first names, words that look like names and what
may be a passcode as guesses. A person decides, and a second one approves; nothing here publishes anything.
Sources: issue 5, item 6; domain research, section 2.3 (café notes, 🤫) and section 5, item 7; docs/decisions/0012.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from hub.core.anonymise.blocks import marked, quiet_ranges, sign_ins
from hub.core.anonymise.folding import clean
from hub.core.anonymise.model import Found, Proposal, Removal, Someone, Why
from hub.core.anonymise.people import STAND_IN, People
from hub.core.anonymise.secrets import Joins, reachable
from hub.core.errors import ChangedMeanwhile

__all__ = [
    "STAND_IN",
    "Proposal",
    "Removal",
    "Someone",
    "Why",
    "apply",
    "marked",
    "never_leaves",
    "propose",
    "quiet_lines",
    "secret_lines",
]


def propose(text: str, *, people: Iterable[Someone], links: Iterable[str] = (), passcodes: Iterable[str] = ()) -> Proposal:
    """Say what to take out of notes in Markdown, from top to bottom.

    `people` are all whom the notes may speak of, also those who may be named: their names stay. `links` and `passcodes` are
    those of the sessions. Offsets count characters of `text`. Time grows with the length of the text.
    """
    known = People(people)
    quiet = quiet_ranges(text)
    rest = _Rest(text, quiet)
    read = clean(rest.text)
    joins = Joins(links, passcodes)
    found: list[Found] = [*joins.links_in(rest.text), *joins.codes_in(rest.text, read, known=_named_in(text, quiet, joins))]
    found += reachable(rest.text, read, addresses=known.addresses)
    found += sign_ins(rest.text, names_known=known.begins_line)
    walls = [(each.start, each.end) for each in found if each.is_certain and each.why is not Why.SIGN_IN]
    found += known.found_in(rest.text, without=sorted(walls))
    return Proposal(tuple(_removals(text, quiet, rest, found)))


def never_leaves(text: str, *, links: Iterable[str] = (), passcodes: Iterable[str] = ()) -> tuple[Removal, ...]:
    """Give what is taken out whatever a person decides."""
    quiet = quiet_ranges(text)
    rest = _Rest(text, quiet)
    joins = Joins(links, passcodes)
    found = [*joins.links_in(rest.text), *joins.codes_in(rest.text, clean(rest.text), known=_named_in(text, quiet, joins))]
    return tuple(_removals(text, quiet, rest, [each for each in found if each.is_certain]))


def _named_in(text: str, quiet: Iterable[tuple[int, int]], joins: Joins) -> set[str]:
    """Give the codes that what leaves anyway, under a 🤫, says are codes: they stay behind wherever they stand."""
    hidden = "\n\n".join(text[start:end] for start, end in quiet)
    found = joins.codes_in(hidden, clean(hidden)) if hidden else ()
    return {hidden[each.start : each.end].strip("*_`~") for each in found if each.is_certain}


def quiet_lines(text: str) -> frozenset[int]:
    """Give the lines (from 0) a 🤫 takes out."""
    return _lines_of(text, quiet_ranges(text))


def secret_lines(text: str) -> frozenset[int]:
    """Give the lines (from 0) of which something never leaves, whatever the session; ten times the work of `quiet_lines`."""
    return _lines_of(text, [(each.start, each.end) for each in never_leaves(text)])


def _lines_of(text: str, ranges: Iterable[tuple[int, int]]) -> frozenset[int]:
    found: set[int] = set()
    line = at = 0
    for start, end in ranges:
        line += text.count("\n", at, start)
        upto = line + text.count("\n", start, max(start, end - 1))
        found.update(range(line, upto + 1))
        line, at = upto, max(start, end - 1)
    return frozenset(found)


def apply(text: str, accepted: Iterable[Removal], *, links: Iterable[str] = (), passcodes: Iterable[str] = ()) -> str:
    """Give the notes without what was accepted, and without what never leaves, accepted or not.

    Raises ChangedMeanwhile when a removal was proposed for another text.
    """
    always = never_leaves(text, links=links, passcodes=passcodes)
    taken = _Taken()
    for each in always:
        taken.add(each.start, each.end)
    chosen = [*always]
    for each in accepted:
        if text[each.start : each.end] != each.said:
            raise ChangedMeanwhile("The notes were changed since this was proposed. Look at them again.")
        if [*taken.free(each.start, each.end)] == [(each.start, each.end)]:
            taken.add(each.start, each.end)
            chosen.append(each)
    said, at = [], 0
    for each in sorted(chosen, key=lambda each: each.start):
        said += [text[at : each.start], each.replacement]
        at = each.end
    return "".join(said) + text[at:]


class _Rest:
    """A text without some ranges, and where in the text each place of the rest is."""

    def __init__(self, text: str, without: list[tuple[int, int]]) -> None:
        kept, at = [], 0
        self._places: list[int] = []
        self._shifts: list[int] = []
        length = 0
        for start, end in [*without, (len(text), len(text))]:
            if start > at:
                self._places.append(length)
                self._shifts.append(at - length)
                kept.append(text[at:start])
                length += start - at
            at = end
        self.text = "".join(kept)

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield where a piece of the rest stands in the text; several where something was left out within it."""
        while start < end:
            number = bisect_right(self._places, start) - 1
            upto = min(end, self._places[number + 1] if number + 1 < len(self._places) else end)
            yield start + self._shifts[number], upto + self._shifts[number]
            start = upto


_ORDER = {why: place for place, why in enumerate(Why)}


def _removals(text: str, quiet: list[tuple[int, int]], rest: _Rest, found: list[Found]) -> Iterator[Removal]:
    """Fit what was found together: the more pressing takes its place first, the less keeps what is left of it."""
    ranked = sorted(found, key=lambda each: (not each.is_certain, _ORDER[each.why], each.start, -each.end))
    taken = _Taken()
    fitted: list[Found] = [Found(*each, Why.QUIET, "Marked 🤫: not for the archive.", "") for each in quiet]
    for each in ranked:
        free = [*taken.free(each.start, each.end)]
        if not each.is_certain and free != [(each.start, each.end)]:
            continue
        is_first = True
        for start, end in free:
            if (start, end) != (each.start, each.end) and not rest.text[start:end].strip(" \n*_()[]<>,.;:|-"):
                continue
            taken.add(start, end)
            for piece in rest.pieces(start, end):
                fitted.append(Found(*piece, each.why, each.words, each.replacement if is_first else "", each.is_certain))
                is_first = False
    fitted.sort(key=lambda each: each.start)
    line, at = 1, 0
    for each in fitted:
        line += text.count("\n", at, each.start)
        at = each.start
        yield Removal(
            start=each.start,
            end=each.end,
            line=line,
            why=each.why,
            words_of_why=each.words,
            replacement=each.replacement,
            is_certain=each.is_certain,
            said=text[each.start : each.end],
        )


class _Taken:
    """Places already taken, none overlapping."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def free(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield what of a range is not taken yet."""
        number = bisect_right(self._ends, start)
        at = start
        while number < len(self._starts) and self._starts[number] < end:
            if self._starts[number] > at:
                yield at, self._starts[number]
            at = max(at, self._ends[number])
            number += 1
        if at < end:
            yield at, end

    def add(self, start: int, end: int) -> None:
        """Take a range that is free."""
        number = bisect_right(self._starts, start)
        self._starts.insert(number, start)
        self._ends.insert(number, end)
