"""Files that are one table: Zoom's participants in all their forms, Teams of 2021, Eventbrite, answers to a form, any table.

Sources: issue 5, item 2; the files that public parsers and their tests quote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from hub.core.attendance import Line
from hub.core.names import plain
from hub.services.reports.columns import table_of
from hub.services.reports.heads import Column, columns_of
from hub.services.reports.model import MOST_ROWS, BadReport, Kind, Report
from hub.services.reports.octets import Record
from hub.services.reports.rows import BadRow, Reading, Table, pairs_of
from hub.services.reports.teams import TITLES, check_count, is_action_list, is_teams, read_actions

LOOKED_AT = 60  # records in which the heads must stand
_IDENTITY = (Column.NAME, Column.FIRST, Column.LAST, Column.EMAIL)
_BLOCK = frozenset(["topic", "meeting id", "webinar id", "meetingid"])
_ADMIN = {
    "nameoriginalname": Column.NAME,
    "user email 2": Column.EMAIL,
    "join time": Column.JOINED,
    "leave time": Column.LEFT,
    "duration minutes 2": Column.MINUTES,
    "guest": Column.GUEST,
    "inwaitingroom": Column.WAITING,
}
_CAME = {"checked in": True}
_CAME_NOT = frozenset(["not attending", "refunded", "deleted", "cancelled", "canceled", "transferred", "refunded deleted"])
_MAY_COME = frozenset(["attending", ""])


def find_heads(records: Sequence[Record]) -> int | None:
    """Give the place of the row of heads: the first that names somebody and tells more, else the first row of all."""
    best: tuple[int, int] | None = None
    for place, record in enumerate(records[:LOOKED_AT]):
        if record.is_blank:
            continue
        score = score_of(record, is_first=best is None and not any(not each.is_blank for each in records[:place]))
        if score and (best is None or score > best[0]) and (best is None or best[0] < 2):
            best = (score, place)
    return None if best is None else best[1]


def score_of(record: Record, *, is_first: bool) -> int:
    """Say how much a record looks like a row of heads, 0 for not at all."""
    columns = columns_of(record.cells)
    heads = {plain(cell) for cell in record.cells if cell}
    if not any(column in columns for column in _IDENTITY):
        return 0
    if heads & _BLOCK and Column.NAME not in columns:
        return 0  # the head of a Zoom report
    if len(columns) == 1:
        return 1 if is_first and record.width == 1 else 0
    return len(columns)


def read_tables(records: Sequence[Record], reading: Reading) -> Report:
    """Read a file of one table. Raises BadReport where it has no heads we know."""
    place = find_heads(records)
    if place is None:
        raise BadReport(
            "This is no report we know: there are no heads such as name, e-mail, time of joining. Export the list of "
            "participants of the meeting as .csv and bring that.",
            line=next((record.line for record in records if not record.is_blank), 1),
        )
    heads = records[place]
    columns = columns_of(heads.cells)
    names = [plain(cell) for cell in heads.cells]
    table = Table(heads, columns, list(records[place + 1 :]))
    if "nameoriginalname" in names and "join time" in names:
        table = replace(table, columns={column: names.index(head) for head, column in _ADMIN.items() if head in names})
    elif _kind_of(columns, names) not in (Kind.EVENTBRITE, Kind.FORM):  # theirs tell of tickets and answers
        table = table_of(heads, table.records, columns)
    if len(table.records) > MOST_ROWS:
        raise BadReport(f"This file has more than {MOST_ROWS:,} rows. Bring it in parts.", line=table.records[MOST_ROWS].line)
    kind = _kind_of(table.columns, names)
    if kind is Kind.EVENTBRITE:
        return _eventbrite(table, reading, names)
    if kind is Kind.FORM:
        return _form(table, reading, names)
    if kind is Kind.TEAMS:
        return _teams(records[:place], table, reading)
    report = _with_block(records[:place], table, reading, kind, names)
    if not reading.rows and not reading.findings:
        reading.say(heads.line, "there are no rows under the heads.")
    return replace(report, rows=tuple(reading.rows), findings=tuple(reading.findings), is_day_first=reading.order.decided)


def _kind_of(columns: Mapping[Column, int], names: Sequence[str]) -> Kind:
    if Column.ORDER in columns and (Column.TICKET in columns or Column.STATUS in columns):
        return Kind.EVENTBRITE
    if Column.RESPONSE in columns and Column.COMPLETED in columns:
        return Kind.FORM
    if is_teams(columns):
        return Kind.TEAMS
    zoom = {"name original name", "nameoriginalname", "recording consent", "recording disclaimer response", "in waiting room"}
    if zoom & set(names) or {"user email", "join time"} <= set(names):
        return Kind.ZOOM
    return Kind.TABLE


def _with_block(before: Sequence[Record], table: Table, reading: Reading, kind: Kind, names: Sequence[str]) -> Report:
    """Read a table of participants, with Zoom's head of two rows above it where there is one."""
    facts: dict[str, str] = {}
    for one, other in pairwise(before):
        if {plain(cell) for cell in one.cells} & _BLOCK:
            facts = pairs_of(one.cells, other.cells)
            break
    title = facts.get("topic", "")
    start, end = facts.get("start time", ""), facts.get("end time", "")
    if "nameoriginalname" in names:
        title, start, end = _admin_head(table, names, reading)
    if kind is Kind.ZOOM and reading.order.is_day_first_by_language is None:
        times = [table.cell(record, Column.JOINED) for record in table.records[:20]]
        if any(text.rstrip().upper().endswith(("AM", "PM")) for text in times):
            reading.order.is_day_first_by_language = False  # Zoom's own form: the month first, a clock of twelve hours
    reading.look([table], [start, end])
    starts, ends = reading.moment(start), reading.moment(end)
    reading.day = starts.date() if starts else reading.day
    reading.take(table)
    return Report(kind=kind, title=title, starts=starts, ends=ends)


def _admin_head(table: Table, names: Sequence[str], reading: Reading) -> tuple[str, str, str]:
    """Give topic, start and end of the meeting an administrator's export tells of; a finding where it tells of several."""

    def cell(record: Record, head: str) -> str:
        place = names.index(head) if head in names else len(record.cells)
        return record.cells[place] if place < len(record.cells) else ""

    rows = [record for record in table.records if not record.is_blank]
    if not rows:
        return "", "", ""
    meetings = {(cell(record, "meetingid"), cell(record, "start time")) for record in rows}
    if len(meetings) > 1:
        reading.say(table.heads.line, f"the file tells of {len(meetings)} meetings; the rows of all of them were taken.")
    return cell(rows[0], "topic"), cell(rows[0], "start time"), cell(rows[0], "end time")


def _teams(before: Sequence[Record], table: Table, reading: Reading) -> Report:
    """Read the forms of Teams that are one table, with a head of pairs above it, or none."""
    facts = [record.cells for record in before if record.width == 2]
    summary = [cells for cells in facts if plain(cells[0]) not in TITLES]  # a title may look like a time or a number
    times = [cells[1] for cells in summary]
    reading.order.has_unicode_forms = True
    reading.look([table], times)
    moments = [moment for moment in map(reading.moment, times) if moment is not None]
    title = next((cells[1] for cells in facts if plain(cells[0]) in TITLES), "")
    starts, ends = (moments[0], moments[-1]) if len(moments) > 1 else (None, None)
    reading.day = starts.date() if starts else reading.day
    if is_action_list(table.columns):
        read_actions(table, reading)
    else:
        reading.take(table)
    check_count(summary, table)
    if not reading.rows and not reading.findings:
        reading.say(table.heads.line, "there are no rows under the heads.")
    return Report(
        kind=Kind.TEAMS,
        title=title,
        starts=starts,
        ends=ends,
        rows=tuple(reading.rows),
        findings=tuple(reading.findings),
        is_day_first=reading.order.decided,
    )


def _eventbrite(table: Table, reading: Reading, names: Sequence[str]) -> Report:
    """Read Eventbrite's attendees: a ticket says that somebody may have come, "Checked In" that they did."""
    columns = dict(table.columns)
    if Column.FIRST in columns or Column.LAST in columns:
        columns.pop(Column.NAME, None)  # else a question of the organiser's own could pass for the name
    columns = {
        column: place for column, place in columns.items() if column not in (Column.JOINED, Column.LEFT, Column.ATTENDED)
    }
    table = Table(table.heads, columns, table.records)
    before = len(reading.rows)
    reading.take(table)
    records = {record.line: record for record in table.records}
    rows = []
    for line in reading.rows[before:]:
        record = records[line.number]
        status = plain(table.cell(record, Column.STATUS))
        was_there = _CAME.get(status, False if status in _CAME_NOT else None)
        if status not in _CAME and status not in _CAME_NOT and status not in _MAY_COME:
            reading.say(
                line.number, f"“{table.cell(record, Column.STATUS)[:60]}” is no status we know; it says nothing of coming."
            )
        quantity = table.cell(record, Column.QUANTITY)
        if quantity.isdecimal() and len(quantity) < 6 and int(quantity) > 1:
            reading.say(
                line.number, f"the row stands for {int(quantity)} people and names one; the others are not in the file."
            )
        key = table.cell(record, Column.TICKET) or table.cell(record, Column.ORDER)
        rows.append(replace(line, was_there=was_there, key=key[:60]))
    if not rows and not reading.findings:
        reading.say(table.heads.line, "there are no rows under the heads.")
    titles = {
        record.cells[place] for place in _places(names, "event name") for record in table.records if place < len(record.cells)
    }
    titles.discard("")
    return Report(
        kind=Kind.EVENTBRITE,
        title=titles.pop() if len(titles) == 1 else "",
        rows=tuple(rows),
        findings=tuple(sorted(reading.findings, key=lambda each: each.line)),
    )


def _form(table: Table, reading: Reading, names: Sequence[str]) -> Report:
    """Read answers to a form: who answered was there. Where it was anonymous, a question may ask for name and address."""
    own: dict[Column, int] = {each: table.columns[each] for each in (Column.NAME, Column.EMAIL) if each in table.columns}
    asked = {
        column: place
        for column, words in ((Column.EMAIL, ("email", "e mail")), (Column.NAME, ("name",)))
        for place, head in enumerate(names)
        if place not in own.values() and any(_asks(head, word) for word in words)
    }
    for record in table.records:
        if record.is_blank:
            continue
        use = dict(own)
        for column, place in asked.items():
            if table.cell(record, column).casefold() in ("", "anonymous"):
                use[column] = place
        try:
            name, address = reading.who(Table(table.heads, use, []), record)
        except BadRow:
            reading.say(record.line, "the answer was given without a name and without an address.")
            continue
        reading.rows.append(Line(number=record.line, name=name, address=address, key=table.cell(record, Column.RESPONSE)[:60]))
    if not reading.rows and not reading.findings:
        reading.say(table.heads.line, "there are no rows under the heads.")
    return Report(kind=Kind.FORM, rows=tuple(reading.rows), findings=tuple(reading.findings))


def _asks(head: str, word: str) -> bool:
    """Say whether a question asks for a name or an address: "Your full name", "What is your e-mail address?"."""
    about_others = ("organisation", "organization", "company", "project", "team", "event", "file", "user")
    return f" {word} " in f" {head} " and len(head.split()) <= 8 and not any(each in head for each in about_others)


def _places(names: Sequence[str], head: str) -> list[int]:
    return [place for place, each in enumerate(names) if each == head]
