"""Findings about the document itself: what the reader saw while reading, and gaps in the tables.

Sources: seeds/001 (unclosed emphasis, indents of one space), seeds/000 (short rows, empty cells).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from hub.core.plan.check.facts import Draft, Facts, say_list
from hub.core.plan.model import Blemish, Table, TableKind
from hub.core.plan.rules import CODES


def check_document(facts: Facts) -> Iterator[Draft]:
    """Yield what is wrong with the Markdown and the tables of the plan."""
    seen: set[tuple[str, int]] = set()
    for blemish in facts.plan.blemishes:
        seen.add((blemish.code, blemish.line))
        yield _said(blemish)
    for table in facts.plan.tables:
        yield from (draft for draft in _table(table) if (draft.code, draft.line) not in seen)
    plan = facts.plan
    if not (plan.entries or plan.tables or plan.before or plan.after):
        yield Draft(
            code="nothing-read",
            line=None,
            message="There is no session in this document, and no table of a year plan.",
            suggestion="Head each month “## Month 1: July 2023”; below it, “- Week 1: Title: **5 July (15:00 - 17:00)**”.",
        )


_SENTENCES = {
    "unbalanced-emphasis": (
        "“{mark}” is {state}, so the page shows the mark itself.",
        "Write the mark on both sides of the words, or on neither.",
    ),
    "indentation": (
        "This line is indented too little to belong to the entry above it.",
        "Indent the lines of an entry by four spaces.",
    ),
    "several-days": (
        "“{dates}” names several days; only the first is read.",
        "Write one entry for each day.",
    ),
    "ambiguous-date": (
        "“{date}” is read with the day first; some readers put the month first.",
        "Write the month in letters: “{better}”.",
    ),
    "unknown-directive": (
        "The Hub does not understand “{directive}”, so it does nothing.",
        "Write “hub: accept <code>: <reason>”, “hub: kind <kind>” or “hub: cancelled: <why>”.",
    ),
    "unread-table": (
        "The {rows} dated rows of this table are not read as sessions.",
        "Write each as an item of its month: “- Week 1: Title: **5 July (15:00 - 17:00)**”.",
    ),
    "short-row": ("This row has fewer cells than the header.", "Add the missing cells, empty ones too: “| |”."),
    "empty-cell": ("A cell of this row is empty.", "Fill it in, or write “–” where nothing belongs."),
    "no-year": (
        "The year is not written, and the weekdays do not tell it.",
        "Write the year once, in the heading (“Month 1: July 2024”) or beside a date.",
    ),
}


def _said(blemish: Blemish) -> Draft:
    facts: dict[str, str] = defaultdict(str, blemish.facts)
    facts.setdefault("mark", "**")
    facts.setdefault("state", "not balanced here")
    description = (
        CODES[blemish.code].description if blemish.code in CODES else "Something here cannot be read as it is written."
    )
    message, suggestion = _SENTENCES.get(blemish.code, (description, ""))
    return Draft(
        code=blemish.code,
        line=blemish.line,
        column=blemish.column,
        end_column=blemish.end_column,
        message=facts.get("message") or message.format_map(facts),
        suggestion=facts.get("suggestion") or suggestion.format_map(facts),
    )


def _table(table: Table) -> Iterator[Draft]:
    """Yield the rows with fewer cells than the header has, and those with an empty cell.

    An empty first cell under a filled one says "as above" and is no gap, nor is an empty last column: comments are optional.
    """
    width = len(table.header)
    for row in table.rows:
        if len(row.cells) < width:
            yield Draft(
                code="short-row",
                line=row.line,
                message=f"This row has {len(row.cells)} of {width} cells; {_missing(table, len(row.cells))}.",
                suggestion="Add the missing cells, empty ones too: a cell left out moves the others to its left.",
            )
        empty = [table.header[index].strip() or f"cell {index + 1}" for index in _gaps(table, row.cells)]
        if empty:
            yield Draft(
                code="empty-cell",
                line=row.line,
                message=f"Nothing is written under {say_list([f'“{name}”' for name in empty])}.",
                suggestion="Fill it in, or write “–” where nothing belongs.",
            )


def _missing(table: Table, found: int) -> str:
    names = [f"“{name.strip()}”" for name in table.header[found:]]
    return "nothing is left for " + say_list(names)


def _gaps(table: Table, cells: tuple[str, ...]) -> Iterator[int]:
    last = len(table.header) - 1
    for index, cell in enumerate(cells[:last]):
        if not cell.strip() and not (index == 0 and table.kind is not TableKind.OTHER):
            yield index
