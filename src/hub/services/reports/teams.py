"""Microsoft Teams: the form with numbered sections, in whatever language, and the list of who joined and left.

The first section says what the meeting was, the second has a row for each person, the third one for each time somebody came.
True times are the third's; the second stands in for people the third leaves out.
Sources: issue 5, item 2; the reports that public parsers and their tests quote.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from hub.core.attendance import Line
from hub.core.names import address as folded_address
from hub.core.names import plain
from hub.services.reports.columns import table_of
from hub.services.reports.heads import Column, columns_of
from hub.services.reports.model import MOST_ROWS, BadReport, Kind, Report
from hub.services.reports.moments import Written, read_written, seconds_of
from hub.services.reports.octets import Record
from hub.services.reports.rows import BadRow, Reading, Table, cut_off, is_cut

_TITLE = re.compile(r"^([1-9])\s*[.)]\s*\S")
TITLES = frozenset(["meeting title", "title", "titel", "titre", "titulo", "titolo", "otsikko"])
_LEFT = frozenset(
    ["left", "left before", "saiu", "poistui", "verlassen", "hat verlassen", "a quitte", "parti", "salio", "abandono"]
)


def is_teams(columns: Mapping[Column, int]) -> bool:
    """Say whether some columns are those of a table Teams writes."""
    has_times = Column.JOINED in columns or Column.FIRST_JOIN in columns
    if is_action_list(columns):
        return True
    return has_times and Column.DURATION in columns and (Column.UPN in columns or Column.ROLE in columns)


def is_action_list(columns: Mapping[Column, int]) -> bool:
    """Say whether some columns are those of the list of who joined and left."""
    return Column.ACTION in columns and Column.STAMP in columns and Column.NAME in columns


@dataclass(slots=True)
class _Section:
    title: Record
    records: list[Record] = field(default_factory=list)

    @property
    def said(self) -> list[Record]:
        """Its records without blank ones."""
        return [record for record in self.records if not record.is_blank]


def sections_of(records: Sequence[Record]) -> dict[int, _Section]:
    """Give a file's numbered sections; none where it is not such a file."""
    found: dict[int, _Section] = {}
    current: _Section | None = None
    for record in records:
        title = _TITLE.match(record.cells[0]) if record.width == 1 else None
        number = int(title[1]) if title else 0
        if number and number == len(found) + 1:
            current = found[number] = _Section(record)
        elif current is not None:
            current.records.append(record)
        elif not record.is_blank:
            return {}
    is_one = 2 in found and all(record.width <= 2 for record in found[1].said)
    return found if is_one else {}


def read_sections(sections: Mapping[int, _Section], reading: Reading) -> Report:
    """Read a file of numbered sections. Raises BadReport where one is cut off."""
    title, summary = parted([record.cells for record in sections[1].said if record.width == 2])
    tables = {number: _table_of(sections[number], reading, is_summary=number == 2) for number in (2, 3) if number in sections}
    if sum(len(table.records) for table in tables.values()) > 2 * MOST_ROWS:
        raise BadReport(f"This file has more than {MOST_ROWS:,} rows. Bring it in parts.", line=sections[2].title.line)
    reading.order.has_unicode_forms = True
    reading.look(tables.values(), [cells[1] for cells in summary])
    moments = [moment for moment in (reading.moment(cells[1]) for cells in summary) if moment is not None]
    starts, ends = (moments[0], moments[1]) if len(moments) > 1 else (None, None)
    reading.day = starts.date() if starts else reading.day
    whole = reading.is_whole
    reading.is_whole = whole or 3 in tables
    reading.take(tables[2], says_unknown=3 not in tables)
    people, reading.rows = reading.rows, []
    reading.is_whole = whole
    check_count(summary, tables[2])
    if 3 in tables:
        if people and not [record for record in tables[3].records if not record.is_blank]:
            raise cut_off(tables[3].heads.line, "section")
        reading.take(tables[3])
    visits, reading.rows = reading.rows, []
    rows = _together(people, visits, reading) if 3 in tables else people
    if not rows and not reading.findings:
        reading.say(tables[2].heads.line, "there are no rows under the heads.")
    return Report(
        kind=Kind.TEAMS,
        title=title,
        starts=starts,
        ends=ends,
        rows=tuple(rows),
        findings=tuple(sorted(reading.findings, key=lambda each: each.line)),
        is_day_first=reading.order.decided,
    )


def parted(pairs: Sequence[Sequence[str]]) -> tuple[str, Sequence[Sequence[str]]]:
    """Give the title, "" for none, and the other pairs of a head: in every language it stands first, and a number after it.

    A title may itself be a number or a time ("2024", "10:30"); without one, the head begins with the number or a time.
    """
    if not pairs:
        return "", pairs
    (head, said), others = pairs[0], pairs[1:]
    is_figure = said.isdecimal() or read_written(said) is not None
    counts_next = bool(others) and others[0][1].isdecimal()
    return (said, others) if not is_figure or counts_next or plain(head) in TITLES else ("", pairs)


def check_count(summary: Sequence[Sequence[str]], table: Table) -> None:
    """Refuse a file that has fewer rows than it says people attended. Raises BadReport."""
    stated = next((int(cells[1]) for cells in summary if cells[1].isdecimal() and len(cells[1]) < 7), 0)
    rows = [record for record in table.records if not record.is_blank]
    if len(rows) < stated:
        line = rows[-1].line if rows else table.heads.line
        raise BadReport(
            f"The summary says that {stated} people attended, and the list of participants ends after {len(rows)}, on line "
            f"{line}: rows are missing.",
            line=line,
        )


def _together(people: Sequence[Line], visits: Sequence[Line], reading: Reading) -> list[Line]:
    """Give the rows of the third section, and those of the second for whom it has none."""
    seen = {_who(line) for line in visits}
    missing = [line for line in people if _who(line) not in seen]
    if missing and visits:
        for line in missing:
            reading.say(line.number, "the last section has no times of this person; first, last and minutes were taken.")
    return [*missing, *visits]


def _who(line: Line) -> str:
    return folded_address(line.address) or plain(line.name) or line.name


def _table_of(section: _Section, reading: Reading, *, is_summary: bool) -> Table:
    """Give the table of a section: its heads are the first row. Raises BadReport where there is none."""
    said = section.said
    if not said:
        raise cut_off(section.title.line, "section")
    heads = said[0]
    records = section.records[section.records.index(heads) + 1 :]
    table = table_of(heads, records, columns_of(heads.cells), is_summary=is_summary)
    needed = Column.NAME in table.columns and (Column.JOINED in table.columns or Column.FIRST_JOIN in table.columns)
    if not needed or not (Column.LEFT in table.columns or Column.LAST_LEAVE in table.columns):
        columns = _by_what_stands(heads, [record for record in records if not record.is_blank][:50], table.columns)
        if Column.NAME not in columns or heads.width < 3:
            raise BadReport(f"Line {heads.line} has no heads we know, and what stands below does not tell.", line=heads.line)
        reading.say(heads.line, "the heads are in words we do not know; what stands below them says which is which.")
        table = table_of(heads, records, columns, is_summary=is_summary)
    return table


def _by_what_stands(heads: Record, records: Sequence[Record], known: Mapping[Column, int]) -> dict[Column, int]:
    """Tell columns by what stands in them: the name is first, then two times, a duration, an address."""
    columns: dict[Column, int] = {each: known[each] for each in (Column.UPN, Column.ROLE) if each in known}
    columns[Column.NAME] = 0
    for place in range(1, heads.width):
        cells = [record.cells[place] for record in records if place < len(record.cells) and record.cells[place]]
        if not cells:
            continue
        if all(isinstance(read_written(cell), Written) for cell in cells):
            column = Column.LEFT if Column.JOINED in columns else Column.JOINED
        elif all(seconds_of(cell) is not None for cell in cells):
            column = Column.DURATION
        elif all("@" in cell for cell in cells):
            column = Column.UPN if Column.EMAIL in columns else Column.EMAIL
        else:
            continue
        columns.setdefault(column, place)
    return columns


def read_actions(table: Table, reading: Reading) -> None:
    """Read who joined and left as times there: who joined and is not said to have left stayed to the end.

    Which words say that somebody left, the list itself tells: the first thing each does is to join.
    """
    by_name: dict[str, list[tuple[datetime, int, str, str]]] = defaultdict(list)
    for number, record in enumerate(table.records, 1):
        if record.is_blank:
            continue
        is_last = number == len(table.records) and not reading.is_whole
        try:
            if is_last and is_cut(table):
                raise BadRow("")
            name, _ = reading.who(table, record)
            moment = reading.when(table.cell(record, Column.STAMP), Column.STAMP.value)
            action = plain(table.cell(record, Column.ACTION))
            if not isinstance(moment, datetime):
                raise BadRow("nothing tells when this was.")
            if not action:
                raise BadRow("nothing tells whether somebody joined or left.")
        except BadRow as no:
            if is_last:
                raise cut_off(record.line) from no
            reading.say(record.line, str(no))
            continue
        by_name[name].append((moment, record.line, action, table.cell(record, Column.EMAIL)))
    joins = {min(done)[2] for done in by_name.values()} - _LEFT
    rows = [line for name, done in by_name.items() for line in _visits(name, sorted(done), joins, reading)]
    plain_line = Table(table.heads, {Column.NAME: table.columns[Column.NAME]}, [])
    known = {record.line: record for record in table.records}
    guests = {line.number: reading.line_of(plain_line, known[line.number]).is_guest for line in rows}
    reading.rows += [replace(line, is_guest=guests[line.number]) for line in sorted(rows, key=lambda each: each.number)]


def _visits(name: str, done: Sequence[tuple[datetime, int, str, str]], joins: set[str], reading: Reading) -> list[Line]:
    """Pair joining and leaving: of two devices the first that came goes first; who came twice and left once came back."""
    rows: list[Line] = []
    waiting: list[Line] = []
    is_back = sum(action in joins for _, _, action, _ in done) > sum(action not in joins for _, _, action, _ in done)
    for moment, number, action, address in done:
        if action in joins:
            if is_back and waiting:
                rows.append(replace(waiting.pop(0), left=moment))
            waiting.append(Line(number=number, name=name, address=address if "@" in address else "", joined=moment))
        elif waiting:
            rows.append(replace(waiting.pop(0), left=moment))
        else:
            reading.say(number, "somebody left who had not joined.")
    return rows + waiting
