"""Texts line by line: what differs between two, how three are put together, and which line endings a text keeps.

Lines end with LF, CR LF or CR, and keep what they end with. For two people who save the same plan, and for comparing versions.
Sources: issue 2 ("the second sees both texts and loses nothing"); Khanna, Kunal and Pierce, "A formal investigation of diff3".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_MOST = 12_000  # lines that differ on either side; beyond, finding what moved where takes longer than anybody waits
_ENDING = re.compile(r"\r\n|\r|\n")
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


def split_lines(text: str) -> list[str]:
    """Split a text into its lines, each with its ending; joined they are the text again."""
    lines, start = [], 0
    for ending in _ENDING.finditer(text):
        lines.append(text[start : ending.end()])
        start = ending.end()
    if start < len(text):
        lines.append(text[start:])
    return lines


def with_endings_of(base: str, typed: str) -> str:
    """Give a text that went through a browser's text field the line endings it had before.

    Browsers send every line ending as CR LF. A line that stands in `base` gets the ending it has there; a new one gets
    the ending most lines of `base` have, LF where `base` is empty. So a text nobody touched comes back byte for byte.
    """
    old = split_lines(base)
    words = [line.rstrip("\r\n") for line in old]
    endings = [line[len(word) :] for line, word in zip(old, words, strict=True)]
    usual = Counter(filter(None, endings)).most_common(1)
    ending = usual[0][0] if usual else "\n"
    new = [line.rstrip("\r\n") for line in split_lines(typed)]
    is_open = not typed.endswith(("\r", "\n"))
    given = [ending] * len(new)
    for before, after, size in _blocks(words, new):
        for offset in range(size):
            given[after + offset] = endings[before + offset] or ending
    if new and is_open:
        given[-1] = ""
    return "".join(word + end for word, end in zip(new, given, strict=True))


def merge(base: str, mine: str, theirs: str) -> str | None:
    """Put together what two people made of one text, None where both changed the same lines in different ways.

    Changes that touch each other without a common line between them count as the same lines: a person decides.
    """
    was, ours, others = split_lines(base), split_lines(mine), split_lines(theirs)
    merged: list[str] = []
    at_base = at_mine = at_theirs = 0
    for start, end, in_mine, in_theirs in _common_to_three(was, ours, others):
        before, left, right = was[at_base:start], ours[at_mine:in_mine], others[at_theirs:in_theirs]
        if left == right or right == before:
            merged += left
        elif left == before:
            merged += right
        else:
            return None
        merged += was[start:end]
        at_base, at_mine, at_theirs = end, in_mine + end - start, in_theirs + end - start
    return "".join(merged)


class Mark(StrEnum):
    """What happened to a line from one text to the other. `gap` stands for lines left out because nothing changed."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a line, and whether the other text has others in their place."""

    text: str
    is_changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of two texts side by side. Numbers count from 1 and are None where the text has no such line.

    A `gap` has no pieces; `skipped` says for how many lines it stands.
    """

    mark: Mark
    before_number: int | None = None
    before: tuple[Piece, ...] = ()
    after_number: int | None = None
    after: tuple[Piece, ...] = ()
    skipped: int = 0


def compare_lines(before: str, after: str, *, context: int = 3) -> tuple[Row, ...]:
    """Say line by line what differs between two texts, with `context` equal lines around each difference.

    Equal texts give no rows. Endings count: a line that only ends otherwise is shown as changed.
    """
    if before == after:
        return ()
    old, new = split_lines(before), split_lines(after)
    rows: list[Row] = []
    for tag, i1, i2, j1, j2 in _steps(old, new):
        if tag == "equal":
            rows += [
                Row(mark=Mark.SAME, before_number=i + 1, before=_whole(old[i]), after_number=j + 1, after=_whole(new[j]))
                for i, j in zip(range(i1, i2), range(j1, j2), strict=True)
            ]
            continue
        rows += _paired(old, new, range(i1, i2), range(j1, j2))
    return tuple(_with_gaps(rows, context))


def _paired(old: list[str], new: list[str], gone: range, come: range) -> Iterator[Row]:
    """Pair lines that resemble each other as changed; the others are removed or added."""
    shared = min(len(gone), len(come))
    for i, j in zip(gone[:shared], come[:shared], strict=True):
        left, right = _pieces(old[i], new[j])
        yield Row(mark=Mark.CHANGED, before_number=i + 1, before=left, after_number=j + 1, after=right)
    for i in gone[shared:]:
        yield Row(mark=Mark.REMOVED, before_number=i + 1, before=_whole(old[i]))
    for j in come[shared:]:
        yield Row(mark=Mark.ADDED, after_number=j + 1, after=_whole(new[j]))


def _whole(line: str) -> tuple[Piece, ...]:
    return (Piece(line.rstrip("\r\n")),)


def _pieces(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    old, new = before.rstrip("\r\n"), after.rstrip("\r\n")
    if max(len(old), len(new)) > 2_000:
        return (Piece(old, is_changed=True),), (Piece(new, is_changed=True),)
    left, right = _WORD.findall(old), _WORD.findall(new)
    befores: list[Piece] = []
    afters: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        is_changed = tag != "equal"
        if i2 > i1:
            befores.append(Piece("".join(left[i1:i2]), is_changed))
        if j2 > j1:
            afters.append(Piece("".join(right[j1:j2]), is_changed))
    return tuple(befores), tuple(afters)


def _with_gaps(rows: list[Row], context: int) -> Iterator[Row]:
    differing = [index for index, row in enumerate(rows) if row.mark is not Mark.SAME]
    near = {index + offset for index in differing for offset in range(-context, context + 1)}
    skipped = 0
    for index, row in enumerate(rows):
        if index not in near:
            skipped += 1
            continue
        if skipped:
            yield Row(mark=Mark.GAP, skipped=skipped)
            skipped = 0
        yield row
    if skipped:
        yield Row(mark=Mark.GAP, skipped=skipped)


_Step = tuple[str, int, int, int, int]


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[_Step]:
    """Yield what leads from one sequence to the other, like `SequenceMatcher.get_opcodes`, in bounded time."""
    at_old = at_new = 0
    for i, j, size in [*_blocks(old, new), (len(old), len(new), 0)]:
        if at_old < i or at_new < j:
            yield "replace", at_old, i, at_new, j
        if size:
            yield "equal", i, i + size, j, j + size
        at_old, at_new = i + size, j + size


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """Yield (place in old, place in new, size) of the stretches both share, in order."""
    shortest = min(len(old), len(new))
    head = next((index for index in range(shortest) if old[index] != new[index]), shortest)
    rest = shortest - head
    tail = next((index for index in range(rest) if old[-1 - index] != new[-1 - index]), rest)
    if head:
        yield 0, 0, head
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if middle_old and middle_new and max(len(middle_old), len(middle_new)) <= _MOST:
        is_long = len(middle_old) > 500
        for block in SequenceMatcher(None, middle_old, middle_new, autojunk=is_long).get_matching_blocks():
            if block.size:
                yield head + block.a, head + block.b, block.size
    if tail:
        yield len(old) - tail, len(new) - tail, tail


def _common_to_three(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """Yield (start and end in base, start in mine, start in theirs) of what all three share; ends with an empty one."""
    ours, others = list(_blocks(base, mine)), list(_blocks(base, theirs))
    left = right = 0
    while left < len(ours) and right < len(others):
        my_base, my_place, my_size = ours[left]
        their_base, their_place, their_size = others[right]
        start, end = max(my_base, their_base), min(my_base + my_size, their_base + their_size)
        if start < end:
            yield start, end, my_place + start - my_base, their_place + start - their_base
        if my_base + my_size < their_base + their_size:
            left += 1
        else:
            right += 1
    yield len(base), len(base), len(mine), len(theirs)
