"""Zoom's report on a webinar: a head, and tables of hosts, panelists and attendees, each with heads of its own.

Sources: issue 5, item 2; Zoom support, "Generating webinar reports".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from hub.core.names import plain
from hub.services.reports.columns import table_of
from hub.services.reports.heads import Column, columns_of
from hub.services.reports.model import BadReport, Kind, Report
from hub.services.reports.moments import minutes_of
from hub.services.reports.octets import Record
from hub.services.reports.rows import Reading, Table, cut_off, pairs_of

_OURS = frozenset(["host details", "panelist details", "panelists details", "host and panelist details"])
LOOKED_AT = 200  # records in which title and head must stand
_THEIRS = frozenset(["attendee details", "attendees details", "other attended"])


@dataclass(slots=True)
class _Part:
    title: Record
    table: Table


def is_webinar(records: Sequence[Record]) -> bool:
    """Say whether some records are such a report: its title, or a section of attendees."""
    titles = {plain(record.cells[0]) for record in records[:LOOKED_AT] if record.width == 1}
    first = next((plain(record.cells[0]) for record in records if not record.is_blank), "")
    return first == "attendee report" or bool(titles & (_OURS | _THEIRS))


def read_webinar(records: Sequence[Record], reading: Reading) -> Report:
    """Read who came to a webinar, and who had registered and did not. Raises BadReport where a section is missing."""
    parts = list(_parts(records))
    facts = _head(records)
    if not any(plain(part.title.cells[0]) in _THEIRS for part in parts):
        last = records[-1].line
        raise BadReport(f"This file breaks off on line {last}, before the list of attendees: its end is missing.", line=last)
    start = facts.get("actual start time", "")
    reading.look([part.table for part in parts], [start])
    starts = reading.moment(start)
    lasted = minutes_of(facts.get("actual duration minutes", ""))
    whole = reading.is_whole
    for part in parts:
        reading.is_whole = whole or part is not parts[-1]
        reading.take(part.table)
    if not reading.rows and not reading.findings:
        reading.say(parts[-1].table.heads.line, "there are no rows under the heads.")
    return Report(
        kind=Kind.ZOOM_WEBINAR,
        title=facts.get("topic", ""),
        starts=starts,
        ends=starts + timedelta(minutes=lasted) if starts is not None and lasted is not None and lasted < 100_000 else None,
        rows=tuple(reading.rows),
        findings=tuple(reading.findings),
        is_day_first=reading.order.decided,
    )


def _head(records: Sequence[Record]) -> dict[str, str]:
    """Give what the head says: a row of heads with the topic, and the row under it."""
    for one, other in pairwise(records[:LOOKED_AT]):
        if "topic" in {plain(cell) for cell in one.cells}:
            return pairs_of(one.cells, other.cells)
    return {}


def _parts(records: Sequence[Record]) -> list[_Part]:
    """Give the tables under their titles. Raises BadReport where a title has no heads under it."""
    parts: list[_Part] = []
    title: Record | None = None
    for record in records:
        if record.is_blank:
            continue
        if record.width == 1 and plain(record.cells[0]) in _OURS | _THEIRS:
            if title is not None:
                raise cut_off(title.line, "section")
            title = record
        elif title is not None:
            columns = columns_of(record.cells)
            if Column.NAME not in columns:
                raise BadReport(f"Line {record.line} has no heads we know, such as name and e-mail.", line=record.line)
            parts.append(_Part(title, Table(record, columns, [])))
            title = None
        elif parts:
            parts[-1].table.records.append(record)
    if title is not None:
        raise cut_off(title.line, "section")
    for part in parts:
        part.table = table_of(part.table.heads, part.table.records, part.table.columns)
    return parts
