"""Answers added up, as a page shows them: bars, a table for a matrix, words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hub.core.forms import Kind, Tally


@dataclass(frozen=True, slots=True)
class Figure:
    """One question as a page shows it. Bars are (words, how often); a matrix has heads, and rows of words and numbers."""

    label: str
    answered: int
    most: int  # the longest a bar can be
    bars: tuple[tuple[str, int], ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, tuple[int, ...]], ...] = ()
    texts: tuple[str, ...] = ()
    mean: float | None = None


def figures(tallies: Iterable[Tally]) -> list[Figure]:
    """Give what is worth showing of some tallies: questions that somebody answered."""
    return [_figure(each) for each in tallies if each.answered]


def _figure(tally: Tally) -> Figure:
    question = tally.question
    if question.kind is Kind.MATRIX:
        rows = tuple(
            (row.label, tuple(tally.cell(row.key, column.key) for column in question.columns)) for row in question.rows
        )
        return Figure(
            tally.title, tally.answered, tally.answered, heads=tuple(each.label for each in question.columns), rows=rows
        )
    bars = tuple((words, count) for _, words, count in tally.bars)
    if question.kind is Kind.AVAILABILITY:
        bars = tuple((words, count) for words, count in bars if count)
    mean = tally.mean if question.kind is Kind.SCALE else None
    return Figure(tally.title, tally.answered, tally.answered, bars=bars, texts=tally.texts, mean=mean)
