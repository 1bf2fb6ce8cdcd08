"""Answers on their way out: a row for each, or for an anonymous form each question by itself.

What is sensitive is in no file unless that was asked for; files are named and not packed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from hub.core.forms import Content, Kind, Question, Tally, every_question, said
from hub.core.forms.answers import say_slot
from hub.forms.models import Answer
from hub.kit.tables import Cell

WITH_NAMES = ("Name", "E-mail", "Sent", "Version")


def columns(contents: Mapping[int, Content], *, with_sensitive: bool) -> list[tuple[Question, str]]:
    """Give the columns: every question versions ever had, a matrix row by row (question, key of the row)."""
    found: list[tuple[Question, str]] = []
    for question in every_question([contents[number] for number in sorted(contents)]).values():
        if question.is_sensitive and not with_sensitive:
            continue
        found += [(question, row.key) for row in question.rows] if question.kind is Kind.MATRIX else [(question, "")]
    return found


def header(asked: Sequence[tuple[Question, str]]) -> tuple[str, ...]:
    """Give the heads: what was asked; of a matrix with the row behind it. A head that is there already gets a number."""
    heads = list(WITH_NAMES)
    for question, row in asked:
        label = next((f"{question.label} [{each.label}]" for each in question.rows if each.key == row), question.label)
        number = 1
        while (head := label if number == 1 else f"{label} ({number})") in heads:
            number += 1
        heads.append(head)
    return tuple(heads)


def rows(
    answers: Iterable[Answer], asked: Sequence[tuple[Question, str]], zone: str, *, is_workbook: bool
) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each answer, its moment in the programme's zone; in a workbook days and numbers are such."""
    give = value_cell if is_workbook else cell
    local = ZoneInfo(zone)
    for answer in answers:
        account = getattr(answer.person, "account", None)
        sent = answer.sent_at.astimezone(local).strftime("%Y-%m-%d %H:%M") if answer.sent_at else ""
        cells: list[Cell] = [answer.person.name, account.email if account else "", sent, answer.version.number]
        cells += [give(question, row, answer.values.get(question.key)) for question, row in asked]
        yield tuple(cells)


def cell(question: Question, row: str, value: object) -> Cell:
    """Give what stands in one cell: numbers as such, everything else in words."""
    if value is None:
        return None
    if row and isinstance(value, dict):
        columns = {column.key: column.label for column in question.columns}
        return columns.get(value.get(row, ""), value.get(row))
    return value if question.kind is Kind.SCALE and isinstance(value, int) else said(question, value)


def value_cell(question: Question, row: str, value: object) -> Cell:
    """Give what stands in one cell of a workbook: a day as a day and a number of a matrix as a number, else as `cell` does."""
    if question.kind is Kind.DATE and isinstance(value, str):
        return date.fromisoformat(value)
    if row and isinstance(value, dict) and not question.options:
        chosen = str(value.get(row, ""))
        if chosen.lstrip("-").isdecimal():
            return int(chosen)
    return cell(question, row, value)


COUNTED = ("Question", "Answer", "How many")


def counted(found: Iterable[Tally], *, with_sensitive: bool) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each thing that can be chosen with how many chose it, and one for each text, sorted.

    What was written to a sensitive question is left out unless it is asked for.
    """
    for tally in found:
        question = tally.question
        if question.kind is Kind.MATRIX:
            for row in question.rows:
                for column in question.columns:
                    yield f"{tally.title} [{row.label}]", column.label, tally.cell(row.key, column.key)
        elif question.kind in (Kind.DATE, Kind.AVAILABILITY):
            for key, count in sorted(tally.counts.items()):
                yield question.label, say_slot(question, key), count
        else:
            for _, label, count in tally.bars:
                yield tally.title, label, count
        for text in tally.texts if with_sensitive or not question.is_sensitive else ():
            yield question.label, text, 1
