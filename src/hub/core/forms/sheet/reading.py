"""What the rows of a sheet say: cell by cell, over what stands already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from hub.core.forms.answers import Typed, Value, Values, is_shown, said, value_of
from hub.core.forms.cells import Meant
from hub.core.forms.cells import meant as means
from hub.core.forms.compare import say_condition
from hub.core.forms.model import Content, Kind, Question
from hub.core.forms.sheet.columns import EMAIL, ID, NAME, SENT, Column
from hub.core.forms.sheet.model import Outcome, Row
from hub.core.names import address

_NOBODY = ("", "anonymous")


class Reader:
    """Reads the rows of one sheet. What a cell means is looked up once for all rows that say the same."""

    def __init__(self, content: Content, found: Sequence[Column]) -> None:
        self._content = content
        self._columns = found
        self._asked = {question.key: question for question in content.asked}
        self._means: dict[tuple[str, str], Meant] = {}

    def read(self, number: int, cells: Sequence[str]) -> tuple[Row, Typed]:
        """Read whose a row is, when it came, and what would be typed; refused with the first cell that can't be."""
        given = {
            column.target: cells[column.place].strip()
            for column in self._columns
            if column.target and column.place < len(cells)
        }
        email = "" if given.get(EMAIL, "").lower() in _NOBODY else address(given[EMAIL])
        row = Row(number=number, outcome=Outcome.NEW, name=given.get(NAME, "")[:120], email=email[:254])
        typed: dict[str, Sequence[str]] = {}
        for target, text in given.items():
            key, _, part = target.partition(".")
            question = self._asked.get(key)
            if question is None or not text:
                continue
            meant = self._means.get((target, text))
            if meant is None:
                meant = self._means[target, text] = means(question, part, text)
            if isinstance(meant, str):
                return replace(row, outcome=Outcome.REFUSED, sentence=f"Row {number}, {question.label}: {meant}"), typed
            typed |= meant
        if not typed:
            return replace(row, outcome=Outcome.REFUSED, sentence=f"Row {number}: it answers nothing."), typed
        try:
            sent = _moment(given.get(SENT, ""))
        except ValueError:
            sentence = f"Row {number}: “{given[SENT][:40]}” is no moment we can read. Write it like 2024-10-16 15:00."
            return replace(row, outcome=Outcome.REFUSED, sentence=sentence), typed
        known_by = given.get(ID, ""), given.get(SENT, "")
        return replace(row, sent=sent, known_by=known_by), typed

    def answered(self, row: Row, typed: Typed, there: Values) -> Row:
        """Read what a row says into an answer: over what stands `there`, which every empty cell and missing column leaves.

        Questions come in order, so that each condition finds what it speaks of. What is hidden by its condition is not taken,
        nor left standing, and the row says so.
        """
        if row.outcome is Outcome.REFUSED:
            return row
        keys = {name.partition(".")[0] for name in typed}
        values: dict[str, Value] = {}
        untaken: list[str] = []
        changes: list[str] = []
        for key, question in self._asked.items():
            before = there.get(key)
            if key not in keys and before is None:
                continue
            value, faults = value_of(question, typed) if key in keys else (None, [])
            if not is_shown(question, self._content, values):
                why = self._why_hidden(question, values)
                if key in keys:
                    what = _quoted(question, value) or "What it says"
                    untaken.append(f"Row {row.number}, {question.label}: {what} is not taken, because {why}.")
                if before is not None:
                    changes.append(f"{question.label}: {_quoted(question, before) or 'what stands'} goes, because {why}.")
                continue
            if faults:
                sentence = f"Row {row.number}, {question.label}: {faults[0][1]}"
                return replace(row, outcome=Outcome.REFUSED, sentence=sentence)
            value = _over(question, before, value)
            if value is None:
                continue
            values[key] = value
            if value != before and there:
                changes.append(f"{question.label}: {_becomes(question, before, value)}.")
        values |= {key: value for key, value in there.items() if key not in self._asked}  # of questions that are asked no more
        if not values:
            sentence = (
                f"Row {row.number}: it answers nothing that is asked." if untaken else f"Row {row.number}: it answers nothing."
            )
            return replace(row, outcome=Outcome.REFUSED, sentence=sentence, untaken=tuple(untaken))
        return replace(row, values=values, untaken=tuple(untaken), changes=tuple(changes))

    def _why_hidden(self, question: Question, values: Values) -> str:
        """Say why a question is not asked of who answers like this."""
        condition = question.only_if
        about = self._asked.get(condition.question) if condition else None
        if condition is None or about is None:
            return "its condition speaks of a question that is gone"
        why = f"it is asked only if {say_condition(condition, self._content)}"
        if about.key in values:
            return f"{why}, and the answer there is {_quoted(about, values[about.key]) or 'another'}"
        if any(column.target.partition(".")[0] == about.key for column in self._columns):
            return f"{why}, and nothing is answered there"
        return f"{why}, and no column is taken for that"


def _quoted(question: Question, value: Value) -> str:
    """Give the words of a value in quotation marks, cut where they are long; "" where there are none, or they are sensitive."""
    words = "" if question.is_sensitive else " ".join(said(question, value).split())
    return f"“{_cut(words)}”" if words else ""


def _becomes(question: Question, before: Value, value: Value) -> str:
    """Say what a value becomes; of two long texts that begin alike, from a little before they part."""
    if before is None:
        return f"{_quoted(question, value) or 'something'} is added"
    if question.is_sensitive:
        return "it changes"
    was, now = (" ".join(said(question, each).split()) for each in (before, value))
    alike = next((at for at, (one, other) in enumerate(zip(was, now, strict=False)) if one != other), min(len(was), len(now)))
    start = was.rfind(" ", 0, alike - 15) + 1 if alike > 40 else 0
    dots = "…" if start else ""
    return f"“{dots}{_cut(was[start:])}” becomes “{dots}{_cut(now[start:])}”"


def _cut(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:59].rstrip()}…"


def _over(question: Question, before: Value, value: Value) -> Value:
    """Lay what a row says over what stands: a matrix row by row, everything else as a whole."""
    if value is None or before is None or question.kind is not Kind.MATRIX:
        return before if value is None else value
    joined = {**before, **value}
    order = [row.key for row in question.rows if row.key in joined]
    return {key: joined[key] for key in (*order, *joined)}


def _moment(text: str) -> datetime | None:
    """Read a moment as sheets give it, without a zone. Raises ValueError."""
    if not text:
        return None
    found = datetime.fromisoformat(text) if ":" in text else datetime.combine(date.fromisoformat(text), datetime.min.time())
    return found.replace(tzinfo=None)
