"""The board of an onboarding on its way out: a row for each Expert, a column for each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hub.admissions.queries import Board


def header(board: Board) -> Sequence[str]:
    """Give the heads of the columns."""
    return ("Name", "Organisation", "Done", "Of", "Late", *(step.title for step in board.steps))


def rows(board: Board) -> Iterator[tuple[str | int, ...]]:
    """Yield a row for each Expert: each cell in words."""
    for line in board.lines:
        organisation = line.expert.organisation.name if line.expert.organisation else ""
        words = (": ".join(filter(None, (cell.word, cell.says))) for cell in line.cells)
        yield (line.person.name, organisation, line.done, line.total, line.late, *words)
