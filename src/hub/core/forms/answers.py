"""What people type into a form: kept as it was typed, read into values, and refused beside the field where it can't be.

*Typed* is what a browser sends, every name with its texts: a draft keeps it whole, whether it can be read or not, so that
nothing typed is lost. *Values* are what an answer says once it is sent: only of questions that are shown, each in one form.
Sources: issue 4, "Forms as data"; lessons, "Applicants can save, return, withdraw".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hub.core.calendar import say_date
from hub.core.forms.model import OTHER, Content, Kind, Question, Test

Typed = Mapping[str, Sequence[str]]
Value = Any  # what `value_of` gives: JSON-ready
Values = Mapping[str, Value]

LONGEST = {Kind.SHORT: 300, Kind.LONG: 20_000, Kind.MARKDOWN: 20_000}
LONGEST_OTHER = 300
MOST_TYPED = 400_000  # letters a whole answer may have


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with an answer: beside which question, in which of its inputs, and what to do."""

    question: str
    sentence: str
    name: str  # of the input, for the link to it


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole answer as it was understood: values of the questions that are shown, what is wrong, which are shown."""

    values: dict[str, Value] = field(default_factory=dict)
    wrong: tuple[Wrong, ...] = ()
    shown: frozenset[str] = frozenset()

    def wrong_with(self, key: str) -> tuple[Wrong, ...]:
        """Give what is wrong with one question."""
        return tuple(each for each in self.wrong if each.question == key)


def names_of(question: Question) -> tuple[str, ...]:
    """Give the names of a question's inputs, the first the one an error leads to."""
    if not question.kind.is_asked:
        return ()
    if question.kind is Kind.MATRIX:
        return tuple(f"{question.key}.{row.key}" for row in question.rows)
    return (question.key, f"{question.key}.{OTHER}") if question.kind.is_choice and question.has_other else (question.key,)


def typed_in(content: Content, sent: Typed) -> dict[str, list[str]]:
    """Keep of what was sent what belongs to the form, letter for letter, up to MOST_TYPED letters in all."""
    kept: dict[str, list[str]] = {}
    left = MOST_TYPED
    for question in content.asked:
        for name in names_of(question):
            texts = [text.replace("\x00", "").replace("\r\n", "\n") for text in sent.get(name, ()) if text != ""]
            for text in texts:
                if len(text) <= left:
                    left -= len(text)
                    kept.setdefault(name, []).append(text)
    return kept


def words_in(text: str) -> int:
    """Count the words of a text: whatever stands between spaces and has a letter or figure."""
    return sum(1 for word in text.split() if re.search(r"\w", word))


def read(content: Content, typed: Typed, *, is_complete: bool = True) -> Reading:
    """Read what was typed. Questions come in order, so that each condition finds what it speaks of already read.

    `is_complete` False asks for nothing that is missing: for a draft.
    """
    values: dict[str, Value] = {}
    wrong: list[Wrong] = []
    shown: set[str] = set()
    for question in content.questions:
        if not is_shown(question, content, values):
            continue
        shown.add(question.key)
        if not question.kind.is_asked:
            continue
        value, faults = value_of(question, typed)
        if value is None and not faults and question.is_required and is_complete:
            faults = [(names_of(question)[0], _missing(question))]
        elif question.kind is Kind.MATRIX and question.is_required and is_complete and not faults:
            open_rows = [row for row in question.rows if row.key not in (value or {})]
            faults = [(f"{question.key}.{row.key}", f"Choose one for “{row.label}”.") for row in open_rows]
        wrong += [Wrong(question.key, sentence, name) for name, sentence in faults]
        if value is not None:
            values[question.key] = value
    return Reading(values, tuple(wrong), frozenset(shown))


def is_shown(question: Question, content: Content, values: Values) -> bool:
    """Say whether a question is shown, given what the questions before it say."""
    condition = question.only_if
    if condition is None:
        return True
    about = content.question(condition.question)
    value = values.get(condition.question)
    if about is None or value is None:
        return False
    if condition.test is Test.IS_ANSWERED:
        return True
    return (condition.value in chosen_in(about, value)) == (condition.test is Test.IS)


def chosen_in(question: Question, value: Value) -> tuple[str, ...]:
    """Give what a value chooses, as conditions and counts name it: options, "other", numbers, slots, "row:column"."""
    match question.kind:
        case Kind.ONE | Kind.SEVERAL:
            return (*value.get("chosen", ()), *((OTHER,) if value.get(OTHER) else ()))
        case Kind.SCALE:
            return (str(value),)
        case Kind.MATRIX:
            return tuple(f"{row}:{column}" for row, column in value.items())
        case Kind.AVAILABILITY:
            return tuple(value)
        case Kind.CONSENT:
            return ("yes" if value.get("wish") else "no",)
        case Kind.DATE:
            return (str(value),)
        case _:
            return ()


Faults = list[tuple[str, str]]


def value_of(question: Question, typed: Typed) -> tuple[Value, Faults]:
    """Read one question: its value, None where nothing was said, and what is wrong as (name of the input, sentence)."""
    given = [text for text in typed.get(question.key, ()) if text.strip()]
    match question.kind:
        case Kind.SHORT | Kind.LONG | Kind.MARKDOWN:
            return _text(question, given)
        case Kind.ONE | Kind.SEVERAL:
            return _chosen(question, given, typed)
        case Kind.SCALE:
            return _on_scale(question, given)
        case Kind.MATRIX:
            return _matrix(question, typed)
        case Kind.DATE:
            return _day(question, given)
        case Kind.AVAILABILITY:
            return _slots(question, given)
        case Kind.CONSENT:
            return _wish(question, given)
        case Kind.FILE:
            return ({"file": given[0]} if given else None), []
        case _:
            return None, []


def typed_of(question: Question, value: Value) -> dict[str, list[str]]:
    """Give what would have to be typed for a value: what `value_of` reads back."""
    key = question.key
    match question.kind:
        case Kind.ONE | Kind.SEVERAL:
            typed = {key: [*value.get("chosen", ()), *((OTHER,) if value.get(OTHER) else ())]}
            return typed | ({f"{key}.{OTHER}": [value[OTHER]]} if value.get(OTHER) else {})
        case Kind.MATRIX:
            return {f"{key}.{row}": [column] for row, column in value.items()}
        case Kind.AVAILABILITY:
            return {key: list(value)}
        case Kind.CONSENT:
            return {key: [f"{'yes' if value['wish'] else 'no'}:{value['term']}"]}
        case Kind.FILE:
            return {key: [value["file"]]}
        case _:
            return {key: [str(value)]}


def typed_again(content: Content, values: Values) -> dict[str, list[str]]:
    """Give what was typed for a whole answer that was sent, for it to be changed; what the form no longer asks is left out."""
    typed: dict[str, list[str]] = {}
    for question in content.asked:
        if question.key in values:
            typed |= typed_of(question, values[question.key])
    return typed


def points(question: Question, value: Value) -> tuple[str, ...]:
    """Say one by one what a value chooses, each in words that may have semicolons of their own; nothing for other kinds."""
    match question.kind:
        case _ if value is None:
            return ()
        case Kind.ONE | Kind.SEVERAL:
            labels = [(found.label if (found := question.option(key)) else key) for key in value.get("chosen", ())]
            return (*labels, *((f"Other: {value[OTHER]}",) if value.get(OTHER) else ()))
        case Kind.MATRIX:
            rows = {row.key: row.label for row in question.rows}
            columns = {column.key: column.label for column in question.columns}
            return tuple(f"{rows.get(row, row)}: {columns.get(column, column)}" for row, column in value.items())
        case Kind.AVAILABILITY:
            return tuple(say_slot(question, slot) for slot in value)
        case _:
            return ()


def said(question: Question, value: Value) -> str:
    """Say a value in words, as a table or a mail shows it; several things are parted by semicolons."""
    match question.kind:
        case _ if value is None:
            return ""
        case Kind.ONE | Kind.SEVERAL | Kind.MATRIX | Kind.AVAILABILITY:
            return "; ".join(points(question, value))
        case Kind.DATE:
            return say_date(date.fromisoformat(value))
        case Kind.CONSENT:
            return "Yes" if value.get("wish") else "No"
        case Kind.FILE:
            return str(value.get("name", "A file"))
        case Kind.SCALE:
            return str(value)
        case _:
            return str(value)


def rank(question: Question, row: str, value: Value) -> tuple[int, str]:
    """Give what a value is sorted by in its column, of a matrix that of a row: a number or a place in the list, then words."""
    if question.kind is Kind.MATRIX and isinstance(value, dict):
        columns = [column.key for column in question.columns]
        chosen = str(value.get(row, ""))
        return (columns.index(chosen) if chosen in columns else len(columns)), chosen
    if question.kind is Kind.SCALE and isinstance(value, int):
        return value, ""
    return 0, str(value) if question.kind is Kind.DATE else said(question, value)


def say_slot(question: Question, slot: str) -> str:
    """Say a slot of an availability: "Monday morning", "Wed 4 September 2024"."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", slot):
        return say_date(date.fromisoformat(slot))
    return next((each.label for each in question.slots if each.key == slot), slot)


# -- kind by kind


def _missing(question: Question) -> str:
    return {
        Kind.ONE: "Choose one.",
        Kind.SEVERAL: "Choose at least one.",
        Kind.SCALE: "Choose a number.",
        Kind.MATRIX: "Choose one in each row.",
        Kind.DATE: "Give a day.",
        Kind.AVAILABILITY: "Choose at least one time.",
        Kind.FILE: "Choose a file.",
        Kind.CONSENT: "Say yes or no; both are fine.",
    }.get(question.kind, "Write something here.")


def _text(question: Question, given: list[str]) -> tuple[Value, Faults]:
    text = given[0].strip() if given else ""
    if not text:
        return None, []
    if question.kind is Kind.SHORT:
        text = " ".join(text.split())
    if len(text) > LONGEST[question.kind]:
        return text, [(question.key, f"This has {len(text):,} letters; {LONGEST[question.kind]:,} fit here.")]
    count = words_in(text)
    if question.most is not None and count > question.most:
        return text, [(question.key, f"This has {count} words; write up to {question.most}.")]
    if question.least is not None and count < question.least:
        return text, [(question.key, f"This has {count} {'word' if count == 1 else 'words'}; write at least {question.least}.")]
    return text, []


def _chosen(question: Question, given: list[str], typed: Typed) -> tuple[Value, Faults]:
    other = next((text.strip() for text in typed.get(f"{question.key}.{OTHER}", ()) if text.strip()), "")
    keys = [each.key for each in question.options if each.key in given]
    is_other = question.has_other and (OTHER in given or (bool(other) and (question.kind is Kind.SEVERAL or not keys)))
    if unknown := [key for key in given if key != OTHER and key not in keys]:
        return None, [(question.key, f"“{unknown[0][:60]}” is not in the list any more. Choose again.")]
    if not keys and not is_other:
        return None, []
    value: dict[str, Any] = {"chosen": keys} | ({OTHER: other[:LONGEST_OTHER]} if is_other and other else {})
    faults: Faults = []
    count = len(keys) + is_other
    if is_other and not other:
        faults = [(f"{question.key}.{OTHER}", "Say what the other one is.")]
    elif len(other) > LONGEST_OTHER:
        faults = [(f"{question.key}.{OTHER}", f"This has {len(other)} letters; {LONGEST_OTHER} fit here.")]
    elif question.kind is Kind.ONE and count > 1:
        faults = [(question.key, "Choose only one.")]
    elif question.kind is Kind.SEVERAL and question.most is not None and count > question.most:
        faults = [(question.key, f"These are {count}; choose up to {question.most}.")]
    elif question.kind is Kind.SEVERAL and question.least is not None and count < question.least:
        faults = [(question.key, f"Choose at least {question.least}.")]
    return value, faults


def _on_scale(question: Question, given: list[str]) -> tuple[Value, Faults]:
    if not given:
        return None, []
    number = int(given[0]) if re.fullmatch(r"-?\d{1,3}", given[0].strip()) else None
    if number is None or number not in question.scale:
        return None, [(question.key, f"Choose a number from {question.scale[0]} to {question.scale[-1]}.")]
    return number, []


def _matrix(question: Question, typed: Typed) -> tuple[Value, Faults]:
    columns = {column.key for column in question.columns}
    value: dict[str, str] = {}
    faults: Faults = []
    for row in question.rows:
        name = f"{question.key}.{row.key}"
        given = [text for text in typed.get(name, ()) if text.strip()]
        if not given:
            continue
        if given[0] in columns:
            value[row.key] = given[0]
        else:
            faults.append((name, f"Choose one for “{row.label}” again; the list has changed."))
    return (value or None), faults


def _day(question: Question, given: list[str]) -> tuple[Value, Faults]:
    if not given:
        return None, []
    text = given[0].strip()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None, [(question.key, "The calendar has no such day. Write it like 2024-10-16.")]
    if question.first_on and day < question.first_on:
        return day.isoformat(), [(question.key, f"Give a day from {say_date(question.first_on)} on.")]
    if question.last_on and day > question.last_on:
        return day.isoformat(), [(question.key, f"Give a day up to {say_date(question.last_on)}.")]
    return day.isoformat(), []


def _slots(question: Question, given: list[str]) -> tuple[Value, Faults]:
    value = [slot.key for slot in question.slots if slot.key in given]
    return (value or None), []


def _wish(question: Question, given: list[str]) -> tuple[Value, Faults]:
    """Read "yes:3": the wish, and the number of the words it was given to."""
    if not given:
        return None, []
    found = re.fullmatch(r"(yes|no):(\d{1,9})", given[0].strip())
    if not found:
        return None, [(question.key, "Say yes or no; both are fine.")]
    return {"wish": found[1] == "yes", "term": int(found[2])}, []
