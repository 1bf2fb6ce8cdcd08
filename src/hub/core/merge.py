"""Shared notes saved by two people: both texts in one, and what of it a person should look at.

Lines are merged first, then the words of a paragraph both changed in different places. Where both changed the same words,
both paragraphs stay, one below the other, and the conflict is told as data; no mark of it stands in the text.
Two who add lines at the same place do not contradict each other: both are kept, and nothing is asked.
Sources: issue 5, item 6 ("three-way merge on conflict"); lessons, "a three-way merge instead of a lost paragraph".
The one kept library for this, merge3, is under the GPL, and this house under the MIT licence.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LARGEST_TABLE = 40_000  # cells of one comparison without a common rare line; more, and the two count as different
LEAST_IN_COMMON = 0.5  # of a paragraph's words: below that it was written anew, and weaving would make nonsense
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_STANDS_ALONE = re.compile(r"\s|[-*+>|#]|\d+[.)]\s|```|~~~")
_Region = tuple[list[str], list[str] | None, list[str] | None]
_Hunk = tuple[int, int, int, int]  # of the base from, to; of the changed text from, to


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
    lines: list[str] = []
    conflicts: list[Conflict] = []
    old, one, other = base.split("\n"), mine.split("\n"), theirs.split("\n")
    for region in _regions(old, one, other, touching=False):
        before, by_me, by_them = region
        if by_me is None or by_them is None or by_me == by_them:
            lines += _changed(region)
        elif not before:
            _add(lines, *_both(by_me, by_them))
        elif (woven := _woven(before, by_me, by_them)) is not None:
            lines += woven
        else:
            head, *sides, end = _both(by_me, by_them)
            kept_theirs, kept_mine = (side if any(map(str.strip, side)) else [] for side in sides)
            lines += head
            conflicts.append(Conflict(len(lines) + 1, "\n".join(kept_mine), "\n".join(kept_theirs)))
            _add(lines, [], kept_theirs, kept_mine, end)
    return Merged("\n".join(lines), tuple(conflicts))


def _changed(region: _Region) -> list[str]:
    """Give what became of a piece that one of them changed, or both alike, or nobody."""
    before, by_me, by_them = region
    return by_me if by_me is not None else by_them if by_them is not None else before


def _even(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _both(mine: Sequence[str], theirs: Sequence[str]) -> tuple[list[str], list[str], list[str], list[str]]:
    """Give the lines both begin with, theirs alone, mine alone, and those both end with."""
    shortest = min(len(mine), len(theirs))
    head = next((at for at in range(shortest) if mine[at] != theirs[at]), shortest)
    left = shortest - head
    tail = next((at for at in range(left) if mine[-1 - at] != theirs[-1 - at]), left)
    return (
        list(mine[:head]),
        list(theirs[head : len(theirs) - tail]),
        list(mine[head : len(mine) - tail]),
        list(mine[len(mine) - tail :]),
    )


def _add(lines: list[str], head: list[str], theirs: list[str], mine: list[str], tail: list[str]) -> None:
    """Append both sides; an empty line keeps two paragraphs from running into one."""
    lines += head + theirs
    if theirs and mine and theirs[-1].strip() and mine[0].strip() and not _STANDS_ALONE.match(mine[0]):
        lines.append("")
    lines += mine + tail


def _woven(base: list[str], mine: list[str], theirs: list[str]) -> list[str] | None:
    """Merge the words of a paragraph; None where both changed the same, or one wrote it anew."""
    old, one, other = (_WORDS.findall("\n".join(lines)) for lines in (base, mine, theirs))
    if not mine or not theirs or min(_share(old, one), _share(old, other)) < LEAST_IN_COMMON:
        return None
    words: list[str] = []
    for region in _regions(old, one, other, touching=True):
        _, by_me, by_them = region
        if by_me is not None and by_them is not None and by_me != by_them:
            return None
        words += _changed(region)
    return "".join(words).split("\n")


def _share(old: list[str], new: list[str]) -> float:
    """Give the share of a paragraph's words that are still there, from 0 to 1."""
    before = Counter(word for word in old if not word.isspace())
    return (before & Counter(new)).total() / before.total() if before else 0.0


def _regions(base: list[str], mine: list[str], theirs: list[str], *, touching: bool) -> Iterator[_Region]:
    """Yield the base piece by piece with what each made of it; None for who left it as it was.

    Changes that overlap come together; with `touching`, those that meet in a point as well. Two additions at one point
    always come together, with an empty base.
    """
    changes = sorted(
        [(hunk, True) for hunk in _hunks(base, mine)] + [(hunk, False) for hunk in _hunks(base, theirs)],
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
            yield base[done:low], None, None
        sides = changes[at:upto]
        yield (
            base[low:high],
            _applied(base, mine, [hunk for hunk, is_mine in sides if is_mine], low, high),
            _applied(base, theirs, [hunk for hunk, is_mine in sides if not is_mine], low, high),
        )
        done, at = high, upto
    if done < len(base):
        yield base[done:], None, None


def _meet(low: int, high: int, hunk: _Hunk, *, touching: bool) -> bool:
    start, end = hunk[:2]
    if touching:
        return start <= high
    if low == high:
        return start == end == low
    return start < high


def _applied(base: list[str], new: list[str], hunks: list[_Hunk], low: int, high: int) -> list[str] | None:
    if not hunks:
        return None
    made, at = [], low
    for start, end, new_start, new_end in hunks:
        made += base[at:start] + new[new_start:new_end]
        at = end
    return made + base[at:high]


def _hunks(base: list[str], new: list[str]) -> list[_Hunk]:
    """Give the changes from one sequence to the other, in order; between any two something is unchanged."""
    hunks = []
    old_at = new_at = 0
    for start, new_start, size in [*sorted(_common(base, new)), (len(base), len(new), 0)]:
        if start > old_at or new_start > new_at:
            hunks.append((old_at, start, new_at, new_start))
        old_at, new_at = start + size, new_start + size
    return hunks


def _common(one: list[str], other: list[str]) -> Iterator[tuple[int, int, int]]:
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


def _anchors(one: list[str], other: list[str], low: int, high: int, low2: int, high2: int) -> list[tuple[int, int]]:
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


def _table(one: list[str], other: list[str], low: int, high: int, low2: int, high2: int) -> Iterator[tuple[int, int, int]]:
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
