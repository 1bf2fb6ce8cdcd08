"""Shared notes saved by two people: both texts in one, and what of it a person should look at.

Lines are merged first, then the words of a paragraph both changed in different places. Where both changed the same words,
both paragraphs stay, one below the other, and the conflict is told as data; no mark of it stands in the text.
Two who add lines at the same place do not contradict each other: both are kept, and nothing is asked.
What would not have left the notes of who wrote it does not leave the merged ones: where a merge parts words from their 🤫, they
get one of their own, and so does what a conflict parts from the words that tell it is a passcode. Which words those are,
core.anonymise says.
Sources: issue 5, item 6 ("three-way merge on conflict", "lines marked 🤫 never leave"); lessons, "a three-way merge instead of
a lost paragraph".
The one kept library for this, merge3, is under the GPL, and this house under the MIT licence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

from hub.core.anonymise import marked, quiet_lines, secret_lines

LARGEST_TABLE = 40_000  # cells of one comparison without a common rare line; more, and the two count as different
LEAST_IN_COMMON = 0.5  # of a paragraph's words: below that it was written anew, and weaving would make nonsense
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_STANDS_ALONE = re.compile(r"\s|[-*+>|#]|\d+[.)]\s|```|~~~")
_Hunk = tuple[int, int, int, int]  # of the base from, to; of the changed text from, to


class _Piece(str):
    """A line or a word as somebody wrote it. `stays`: it is not to leave the notes."""

    __slots__ = ("stays",)
    stays: bool

    def __new__(cls, said: str, *, stays: bool = False) -> _Piece:
        made = super().__new__(cls, said)
        made.stays = stays
        return made


_Region = tuple[list[_Piece], list[_Piece] | None, list[_Piece] | None]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place where both changed the same words. `line` (1-based) is where in the merged text it begins.

    There stand `theirs`, then `mine`; the one who took the lines out has an empty text, and the lines are still there.
    """

    line: int
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """One text of two, and the conflicts in it from top to bottom."""

    text: str
    conflicts: tuple[Conflict, ...] = ()


def merge(base: str, mine: str, theirs: str) -> Merged:
    r"""Merge what two people made of `base`: `theirs` was saved already, `mine` comes now.

    Every word either of them wrote is in the result, and what only one of them took out is gone. Line ends become "\n".
    Time grows with the length of the texts.
    """
    base, mine, theirs = (_even(text) for text in (base, mine, theirs))
    if mine in (theirs, base):
        return Merged(theirs)
    if theirs == base:
        return Merged(mine)
    merged = _put_together(base, mine, theirs, quiet_lines)
    return _put_together(base, mine, theirs, secret_lines) if merged.conflicts else merged


def _put_together(base: str, mine: str, theirs: str, staying: Callable[[str], Collection[int]]) -> Merged:
    """Merge texts of which some lines stay, as `staying` tells of each."""
    lines: list[_Piece] = []
    conflicts: list[Conflict] = []
    for region in _regions(*(_lines(text, staying(text)) for text in (base, mine, theirs)), touching=False):
        before, by_me, by_them = region
        if by_me is None or by_them is None or by_me == by_them:
            lines += _changed(region)
        elif not before:
            _add(lines, *_both(by_me, by_them))
        elif (woven := _woven(before, by_me, by_them)) is not None:
            lines += woven
        else:
            head, *sides, end = _both(by_me, by_them)
            if any(line.stays for side in sides for line in side):
                sides = [_staying(side) for side in sides]
            kept_theirs, kept_mine = (side if any(map(str.strip, side)) else [] for side in sides)
            lines += head
            conflicts.append(Conflict(len(lines) + 1, "\n".join(kept_mine), "\n".join(kept_theirs)))
            _add(lines, [], kept_theirs, kept_mine, end)
    text = "\n".join(lines)
    stay = {number for number, line in enumerate(lines) if line.stays}
    while stay and (marks := marked(text, stay.difference(staying(text)))) != text:
        text = marks  # and look again: with a paragraph more that stays, a passcode said there and elsewhere is not known by it
    return Merged(text, tuple(conflicts))


def _lines(text: str, stay: Collection[int]) -> list[_Piece]:
    return [_Piece(line, stays=number in stay) for number, line in enumerate(text.split("\n"))]


def _changed(region: _Region) -> list[_Piece]:
    """Give what became of a piece that one of them changed, or both alike, or nobody."""
    before, by_me, by_them = region
    if by_me is not None and by_them is not None:
        return _alike(by_me, by_them)
    return by_me if by_me is not None else by_them if by_them is not None else before


def _alike(mine: Sequence[_Piece], theirs: Sequence[_Piece]) -> list[_Piece]:
    """Give what both wrote; it stays where it does in one of them."""
    return [one if one.stays else other for one, other in zip(mine, theirs, strict=True)]


def _staying(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Give pieces that all stay: who marks a paragraph means what the other makes of it, too."""
    return [_Piece(piece, stays=True) for piece in pieces]


def _even(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _both(mine: Sequence[_Piece], theirs: Sequence[_Piece]) -> tuple[list[_Piece], list[_Piece], list[_Piece], list[_Piece]]:
    """Give the lines both begin with, theirs alone, mine alone, and those both end with."""
    shortest = min(len(mine), len(theirs))
    head = next((at for at in range(shortest) if mine[at] != theirs[at]), shortest)
    left = shortest - head
    tail = next((at for at in range(left) if mine[-1 - at] != theirs[-1 - at]), left)
    return (
        _alike(mine[:head], theirs[:head]),
        list(theirs[head : len(theirs) - tail]),
        list(mine[head : len(mine) - tail]),
        _alike(mine[len(mine) - tail :], theirs[len(theirs) - tail :]),
    )


def _add(lines: list[_Piece], head: list[_Piece], theirs: list[_Piece], mine: list[_Piece], tail: list[_Piece]) -> None:
    """Append both sides; an empty line keeps two paragraphs from running into one."""
    lines += head + theirs
    if theirs and mine and theirs[-1].strip() and mine[0].strip() and not _STANDS_ALONE.match(mine[0]):
        lines.append(_Piece(""))
    lines += mine + tail


def _woven(base: list[_Piece], mine: list[_Piece], theirs: list[_Piece]) -> list[_Piece] | None:
    """Merge the words of a paragraph; None where both changed the same, or one wrote it anew."""
    old, one, other = (_words(lines) for lines in (base, mine, theirs))
    if not mine or not theirs or min(_share(old, one), _share(old, other)) < LEAST_IN_COMMON:
        return None
    words: list[_Piece] = []
    for region in _regions(old, one, other, touching=True):
        _, by_me, by_them = region
        if by_me is not None and by_them is not None and by_me != by_them:
            return None
        words += _changed(region)
    stay, number = set(), 0
    for word in words:
        if word.stays and not word.isspace():
            stay.add(number)
        number += word.count("\n")
    return _lines("".join(words), stay)


def _words(lines: Sequence[_Piece]) -> list[_Piece]:
    """Give the words of lines, and what is between them; they stay where their line does."""
    words, number = [], 0
    for word in _WORDS.findall("\n".join(lines)):
        words.append(_Piece(word, stays=lines[number].stays))
        number += word.count("\n")
    return words


def _share(old: list[_Piece], new: list[_Piece]) -> float:
    """Give the share of a paragraph's words that are still there, from 0 to 1."""
    before = Counter(word for word in old if not word.isspace())
    return (before & Counter(new)).total() / before.total() if before else 0.0


def _regions(base: list[_Piece], mine: list[_Piece], theirs: list[_Piece], *, touching: bool) -> Iterator[_Region]:
    """Yield the base piece by piece with what each made of it; None for who left it as it was.

    Changes that overlap come together; with `touching`, those that meet in a point as well. Two additions at one point
    always come together, with an empty base. A piece that is taken over stays as both together have it.
    """
    by_me, by_them = _hunks(base, mine), _hunks(base, theirs)
    stand_mine, stand_theirs = _standing(base, mine, by_me), _standing(base, theirs, by_them)
    taken = _taken_over(base, stand_mine, stand_theirs)
    changes = sorted(
        [(hunk, True) for hunk in by_me] + [(hunk, False) for hunk in by_them],
        key=lambda each: (each[0][0], each[0][1] > each[0][0]),
    )
    done, at = 0, 0
    while at < len(changes):
        (low, high, _, _), _ = changes[at]
        upto = at + 1
        while upto < len(changes) and _meet(low, high, changes[upto][0], touching=touching):
            high = max(high, changes[upto][0][1])
            upto += 1
        if low > done:
            yield taken[done:low], None, None
        one = _applied(taken, mine, [hunk for hunk, is_mine in changes[at:upto] if is_mine], low, high)
        other = _applied(taken, theirs, [hunk for hunk, is_mine in changes[at:upto] if not is_mine], low, high)
        if any(not base[place].stays and (stand_mine[place] or stand_theirs[place]) for place in range(low, high)):
            one, other = one and _staying(one), other and _staying(other)
        yield base[low:high], one, other
        done, at = high, upto
    if done < len(base):
        yield taken[done:], None, None


class _Stands(IntEnum):
    """How a piece of the base stands in what one of them made of it."""

    LEAVES = 0
    STAYS = 1
    STAYS_WITH_NEW = 2  # together with words of theirs, who wrote them because they stay


def _standing(base: list[_Piece], new: list[_Piece], hunks: list[_Hunk]) -> list[_Stands | None]:
    """Say how each piece of the base stands in a changed text, None where it is gone."""
    written = {at for _, _, start, end in hunks for at in range(start, end)}
    there: list[_Stands] = []
    for stays, run in groupby(range(len(new)), key=lambda at: new[at].stays):
        places = [*run]
        how = _Stands.LEAVES if not stays else _Stands.STAYS if written.isdisjoint(places) else _Stands.STAYS_WITH_NEW
        there += [how] * len(places)
    stands: list[_Stands | None] = []
    at = 0
    for start, end, new_start, new_end in [*hunks, (len(base), len(base), len(new), len(new))]:
        stands += [*there[at:new_start], *([None] * (end - start))]
        at = new_end
    return stands


def _taken_over(base: list[_Piece], mine: list[_Stands | None], theirs: list[_Stands | None]) -> list[_Piece]:
    """Give the base as both together have it: what one of them marked stays, and what one of them freed leaves.

    It stays after all where the other wrote beside it.
    """
    taken = []
    for piece, one, other in zip(base, mine, theirs, strict=True):
        known = {each for each in (one, other) if each is not None}
        stays = bool(max(known, default=piece.stays))
        if known == {_Stands.LEAVES, _Stands.STAYS}:
            stays = not piece.stays
        taken.append(_Piece(piece, stays=stays))
    return taken


def _meet(low: int, high: int, hunk: _Hunk, *, touching: bool) -> bool:
    start, end = hunk[:2]
    if touching:
        return start <= high
    if low == high:
        return start == end == low
    return start < high


def _applied(base: list[_Piece], new: list[_Piece], hunks: list[_Hunk], low: int, high: int) -> list[_Piece] | None:
    if not hunks:
        return None
    made: list[_Piece] = []
    at = low
    for start, end, new_start, new_end in hunks:
        made += base[at:start] + new[new_start:new_end]
        at = end
    return made + base[at:high]


def _hunks(base: Sequence[str], new: Sequence[str]) -> list[_Hunk]:
    """Give the changes from one sequence to the other, in order; between any two something is unchanged."""
    hunks = []
    old_at = new_at = 0
    for start, new_start, size in [*sorted(_common(base, new)), (len(base), len(new), 0)]:
        if start > old_at or new_start > new_at:
            hunks.append((old_at, start, new_at, new_start))
        old_at, new_at = start + size, new_start + size
    return hunks


def _common(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield runs the two have in common, none crossing another: first by what is rare in both, then by what is not.

    Source: "patience diff" (Bram Cohen): lines that occur once anchor the rest, so that empty ones do not.
    """
    todo = [(0, len(one), 0, len(other))]
    while todo:
        low, high, low2, high2 = todo.pop()
        start, start2 = low, low2
        while low < high and low2 < high2 and one[low] == other[low2]:
            low, low2 = low + 1, low2 + 1
        if low > start:
            yield start, start2, low - start
        end = high
        while low < high and low2 < high2 and one[high - 1] == other[high2 - 1]:
            high, high2 = high - 1, high2 - 1
        if end > high:
            yield high, high2, end - high
        if low == high or low2 == high2:
            continue
        anchors = _anchors(one, other, low, high, low2, high2)
        if not anchors:
            yield from _table(one, other, low, high, low2, high2)
            continue
        for at, at2 in [*anchors, (high, high2)]:
            todo.append((low, at, low2, at2))
            if at < high:
                yield at, at2, 1
            low, low2 = at + 1, at2 + 1


def _anchors(one: Sequence[str], other: Sequence[str], low: int, high: int, low2: int, high2: int) -> list[tuple[int, int]]:
    """Give the longest rising row of pairs of what occurs once in either."""
    once, once2 = Counter(one[low:high]), Counter(other[low2:high2])
    where = {other[at]: at for at in range(low2, high2) if once2[other[at]] == 1}
    pairs = [(at, where[one[at]]) for at in range(low, high) if once[one[at]] == 1 and one[at] in where]
    ends: list[int] = []  # the smallest last place of a row of each length
    rows: list[int] = []  # which pair ends it
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(rows[length - 1] if length else -1)
        if length == len(ends):
            ends.append(place)
            rows.append(number)
        else:
            ends[length], rows[length] = place, number
    row, last = [], rows[-1] if rows else -1
    while last >= 0:
        row.append(pairs[last])
        last = before[last]
    return row[::-1]


def _table(
    one: Sequence[str], other: Sequence[str], low: int, high: int, low2: int, high2: int
) -> Iterator[tuple[int, int, int]]:
    """Yield a longest common subsequence, one element at a time; nothing where the table would be too large."""
    rows, columns = high - low, high2 - low2
    if rows * columns > LARGEST_TABLE:
        return
    lengths = [[0] * (columns + 1) for _ in range(rows + 1)]
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            lengths[row][column] = (
                lengths[row + 1][column + 1] + 1
                if one[low + row] == other[low2 + column]
                else max(lengths[row + 1][column], lengths[row][column + 1])
            )
    row = column = 0
    while row < rows and column < columns:
        if one[low + row] == other[low2 + column]:
            yield low + row, low2 + column, 1
            row, column = row + 1, column + 1
        elif lengths[row + 1][column] >= lengths[row][column + 1]:
            row += 1
        else:
            column += 1
