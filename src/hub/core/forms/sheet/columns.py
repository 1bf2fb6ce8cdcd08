"""Which column of a sheet is which question. Source: issue 4, "Import of answers collected elsewhere"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import ClassVar

from hub.core.errors import Refusal
from hub.core.forms.model import Content, Kind
from hub.core.names import plain

EMAIL, NAME, SENT, ID, IGNORED = "email", "name", "sent", "id", ""
ABOUT_THE_ROW = frozenset([EMAIL, NAME, SENT, ID])  # what a column may be taken for besides a question
ALIKE = 0.72  # how alike a head and a question must be, of 1, to be proposed
SAMPLES = 3  # different cells that show what is in a column
# What Microsoft Forms and others write beside the questions; the rest of these is left.
_KNOWN = {
    "id": ID,
    "email": EMAIL,
    "e mail": EMAIL,
    "email address": EMAIL,
    "e mail address": EMAIL,
    "name": NAME,
    "completion time": SENT,
    "sent": SENT,
    "timestamp": SENT,
    "start time": IGNORED,
    "last modified time": IGNORED,
    "total points": IGNORED,
    "quiz feedback": IGNORED,
    "version": IGNORED,
    "language": IGNORED,
}
# What people call whose a row is and when it came, where nothing else in the sheet says it and the form asks no such question.
_CALLED = {
    "mail": EMAIL,
    "your email": EMAIL,
    "your e mail": EMAIL,
    "your email address": EMAIL,
    "your e mail address": EMAIL,
    "full name": NAME,
    "your name": NAME,
    "your full name": NAME,
    "date": SENT,
    "submitted": SENT,
    "submitted at": SENT,
}
_QUIZ = re.compile(r"^\s*(points|feedback)\s*[-–]", re.IGNORECASE)


class NoColumns(Refusal):
    """The sheet has no heads, or what its columns are taken for is not enough to bring anything in."""

    code: ClassVar[str] = "no-columns"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet: its place, its head, and what it is taken for (a target; "" is left).

    `samples` are some of its cells; `clash` says that another column is taken for the same.
    """

    place: int
    head: str
    target: str
    samples: tuple[str, ...] = ()
    clash: str = ""


def targets(content: Content, *, is_anonymous: bool) -> tuple[tuple[str, str], ...]:
    """Give what a column may be taken for, as (target, words): whose, when, and every question, a matrix row by row."""
    found = [(SENT, "When it was sent"), (ID, "A number that knows the row again")]
    if not is_anonymous:
        found = [(EMAIL, "E-mail"), (NAME, "Name"), *found]
    for question in content.asked:
        if question.kind is Kind.MATRIX:
            found += [(f"{question.key}.{row.key}", f"{question.label} [{row.label}]") for row in question.rows]
        elif question.kind not in (Kind.FILE, Kind.CONSENT):
            found.append((question.key, question.label))
    return tuple(found)


def columns(
    heads: Sequence[str], content: Content, *, is_anonymous: bool, chosen: Mapping[int, str] | None = None
) -> tuple[Column, ...]:
    """Say what each column is: as `chosen` by a person, else as it is called. No target is proposed twice.

    What Microsoft Forms writes itself is known; every other head goes to the question it is most alike, the most alike first.
    What is chosen stands, even for two columns; each then says which other one is taken for the same.
    """
    offered = dict(targets(content, is_anonymous=is_anonymous))
    taken = {
        place: target if target in offered else IGNORED for place, target in (chosen or {}).items() if 0 <= place < len(heads)
    }
    open_places = []
    for place, head in enumerate(heads):
        if place in taken:
            continue
        known = _KNOWN.get(plain(head)) if not _QUIZ.match(head) else IGNORED
        if known is not None:
            taken[place] = known if known in offered and known not in taken.values() else IGNORED
        elif head.strip():
            open_places.append(place)
    heads_of = {
        place: (heads[place].strip(), plain(re.sub(r"(?<=[?.\w])2$", "", heads[place].strip()))) for place in open_places
    }
    asked = {target: (words.strip(), plain(words)) for target, words in offered.items() if target not in ABOUT_THE_ROW}
    for likeness in (_same, _likeness):  # what is called the same first: comparing letter by letter takes its time
        there = set(taken.values())
        pairs = sorted(
            (-likeness(head, words), place, target)
            for place, head in heads_of.items()
            for target, words in asked.items()
            if place not in taken and target not in there
        )
        for unlike, place, target in pairs:
            if -unlike >= ALIKE and place not in taken and target not in there:
                taken[place] = target
                there.add(target)
    for place in open_places:
        called = _CALLED.get(plain(heads[place]), IGNORED)
        if place not in taken and called in offered and called not in taken.values():
            taken[place] = called
    found = [Column(place, " ".join(head.split()), taken.get(place, IGNORED)) for place, head in enumerate(heads)]
    return tuple(replace(column, clash=_clash(column, found)) for column in found)


def _clash(column: Column, found: Sequence[Column]) -> str:
    """Say which other column is taken for the same; "" where none is."""
    other = next((each for each in found if each.target == column.target and each.place != column.place), None)
    if column.target == IGNORED or other is None:
        return ""
    called = f"“{other.head}”" if other.head else f"Column {other.place + 1}"
    return f"{called} is taken for this too. Leave one of the two out."


def samples(rows: Sequence[Sequence[str]], place: int) -> tuple[str, ...]:
    """Give the first different cells of a column that say anything."""
    found: dict[str, None] = {}
    for cells in rows:
        if place < len(cells) and cells[place].strip():
            found.setdefault(cells[place].strip())
        if len(found) == SAMPLES:
            break
    return tuple(found)


def wanting(found: Sequence[Column], *, is_anonymous: bool) -> str:
    """Say what must be chosen before a row can be read; "" where nothing is missing."""
    if any(column.clash for column in found):
        return "Two columns are taken for the same."
    if not any(column.target not in {*ABOUT_THE_ROW, IGNORED} for column in found):
        return "No column is taken for a question of this form yet. Choose at least one."
    if not is_anonymous and not any(column.target in (EMAIL, NAME) for column in found):
        return "No column says whose a row is. Choose the one with the e-mail addresses, or the one with the names."
    return ""


_Called = tuple[str, str]  # words as they stand, and plain; of a head without the 2 of Microsoft Forms for what is asked twice


def _same(head: _Called, words: _Called) -> float:
    """Say how much a head is called like a question, from 0.99 to 1, and 0 where they differ by more than small things."""
    if head[1] == words[1]:
        return 1.0 if head[0] == words[0] else 0.999
    row = re.search(r"\[([^\]]+)\]$", words[0])
    return 0.99 if row and head[1] == plain(row[1]) else 0.0


def _likeness(head: _Called, words: _Called) -> float:
    """Say how alike a head and a question are, letter by letter, from 0 to 1; 0 where that is less than ALIKE."""
    letters = SequenceMatcher(None, head[1], words[1], autojunk=False)
    if letters.real_quick_ratio() < ALIKE or letters.quick_ratio() < ALIKE:  # neither is ever less than the ratio
        return 0.0
    return letters.ratio()
