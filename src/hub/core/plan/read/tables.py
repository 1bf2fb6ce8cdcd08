"""Tables as they are written: short rows stay short, empty cells stay empty. Source: seeds/000; GFM tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hub.core.plan.model import Row, Table, TableKind

_BAR = re.compile(r"(?<!\\)\|")


def read_table(lines: Sequence[str], first: int, last: int) -> Table:
    """Read the table on lines `first` to `last` (1-based, inclusive): header, delimiter row, rows."""
    header = _cells(lines[first - 1])
    rows = [
        Row(cells=_cells(lines[number - 1]), line=number) for number in range(first + 2, last + 1) if lines[number - 1].strip()
    ]
    return Table(kind=_kind(header), header=header, rows=tuple(rows), line=first)


def _cells(line: str) -> tuple[str, ...]:
    """Give a row's cells. A bar at either end opens and closes the row; one at the end after a bar is an empty cell."""
    line = line.strip()
    parts = [part.strip() for part in _BAR.split(line)]
    if line.startswith("|"):
        parts = parts[1:]
    if parts and not parts[-1] and line.endswith("|"):
        parts = parts[:-1]
    return tuple(parts)


def _kind(header: Sequence[str]) -> TableKind:
    """Tell what a table holds by the words of its header."""
    words = [cell.lower() for cell in header]
    first = words[0] if words else ""
    everything = " ".join(words)
    if first.startswith("month"):
        return TableKind.TRAININGS if "material" in everything or "training" in everything else TableKind.YEAR_PLAN
    if "mandatory" in everything or ("activit" in first and "objective" in everything):
        return TableKind.ACTIVITIES
    return TableKind.OTHER
