"""From records to rows: each is understood whole, or refused with its line and a sentence.

The dates of a file are looked at together before any is read, because only together they say which of 4/5/2024 is the day.
Sources: issue 5, "each is taken right or refused with the line"; style, "Import".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from hub.core.attendance import Line, read_name
from hub.core.names import plain
from hub.services.reports.heads import Column, has_day_first, is_utc
from hub.services.reports.model import HUSH, LONGEST_NAME, BadReport, Finding
from hub.services.reports.moments import Order, Written, is_absent, minutes_of
from hub.services.reports.octets import Record

_ADDRESS = re.compile(r"^[^\s<>,;:\"@()]+@[^\s<>,;:\"@()]+$")
_YES = frozenset(
    [
        *("yes", "y", "true", "1", "x", "✓", "✔", "☑", "attended", "present", "there", "checked in"),
        *("ja", "anwesend", "si", "sim", "presente", "oui", "kylla", "on", "lasna"),
    ]
)
_NO = frozenset(
    [
        *("no", "n", "false", "0", "☐", "✗", "✘", "absent", "no show", "not attended"),
        *("nein", "abwesend", "non", "nao", "ausente", "ei", "poissa"),
    ]
)
_NO_SPAN = timedelta(0)
FIRST_YEAR, LAST_YEAR = 1990, 2100
_LONGEST_STAY = timedelta(days=7)
_TIMES = (Column.JOINED, Column.LEFT, Column.FIRST_JOIN, Column.LAST_LEAVE, Column.STAMP)
_EARLIER = timedelta(hours=1)  # so much earlier than it began something may end where the clocks go back


class BadRow(Exception):
    """A row that cannot be taken, and why."""


@dataclass(slots=True)
class Table:
    """Records under one row of heads.

    `unread_times` and `unread_lengths` are heads of columns that may hold a time, or how long, and were not understood.
    `is_summary`: times are the first and the last, and how long somebody was there in between was not read. `is_open`: nothing
    that was read says of anybody when they left.
    """

    heads: Record
    columns: Mapping[Column, int]
    records: list[Record]
    unread_times: tuple[str, ...] = ()
    unread_lengths: tuple[str, ...] = ()
    is_summary: bool = False
    is_open: bool = False

    @property
    def width(self) -> int:
        """How many heads there are."""
        return self.heads.width

    def cell(self, record: Record, column: Column) -> str:
        """Give what a record says in a column, "" where it has none."""
        place = self.columns.get(column)
        return record.cells[place] if place is not None and place < len(record.cells) else ""

    def is_utc(self, column: Column) -> bool:
        """Say whether the head of a column says that its times are UTC."""
        place = self.columns.get(column)
        return place is not None and is_utc(self.heads.cells[place])


@dataclass(slots=True)
class Reading:
    """One pass over a file: what is known of its dates, the rows so far and what was found."""

    order: Order
    day: date | None = None  # for times of day without a date
    is_whole: bool = True  # the last line is ended
    rows: list[Line] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def say(self, line: int, words: str) -> None:
        """Note a finding on a line."""
        self.findings.append(Finding(line, f"Line {line}: {words}"))

    def look(self, tables: Iterable[Table], others: Iterable[str] = ()) -> None:
        """Look at all dates of some tables, and of a file's head."""
        first: Record | None = None
        for table in tables:
            first = first or table.heads
            if has_day_first(table.heads.cells):
                self.order.is_day_first_by_language = True
            for column in _TIMES:
                if column in table.columns:
                    self.order.take(table.cell(record, column) for record in table.records)
        self.order.take(others)
        if first is None:
            return
        if self.order.is_undecided and self.order.is_mixed:
            self.say(
                first.line,
                "some dates have the day first and others the month, so those that may be either were left out.",
            )
        elif self.order.is_undecided:
            one, two, year = min(self.order.openly)
            self.say(
                first.line,
                f"nothing tells which of {one}/{two}/{year} is the day. Say whether the day or the month comes first; until "
                "then times are left out.",
            )

    def when(self, text: str, what: str) -> datetime | time | None:
        """Give the time a cell says; None where it says none, or nothing tells the day. Raises BadRow."""
        if is_absent(text):
            return None
        written = self.order.read(text)
        if written is None:
            raise BadRow(f"“{text[:60]}” is no {what} we can read.")
        if isinstance(written, time):
            return datetime.combine(self.day, written) if self.day is not None else written
        if written.clock is None:
            return None
        try:
            moment = written.when(is_day_first=self.order.decided)
            if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
                raise ValueError("no year of a meeting")
            return moment
        except (ValueError, OverflowError):
            raise BadRow(f"“{text[:60]}” is no {what}: there is no such day.") from None

    def moment(self, text: str) -> datetime | None:
        """Give the time a file's head says, None where it says none."""
        try:
            found = self.when(text, "time")
        except BadRow:
            return None
        return found if isinstance(found, datetime) else None

    def take(self, table: Table, *, says_unknown: bool = True) -> None:
        """Take the rows of a table, and say what of it was not read. Raises BadReport where the last one is cut off.

        `says_unknown` False: another table may tell the minutes that this one does not.
        """
        first = len(self.rows)
        for number, record in enumerate(table.records, 1):
            if record.is_blank:
                continue
            is_last = number == len(table.records) and not self.is_whole
            if is_last and is_cut(table):
                raise cut_off(record.line)
            try:
                self.rows.append(self.line_of(table, record))
            except BadRow as no:
                if is_last:
                    raise cut_off(record.line) from no
                self.say(record.line, str(no))
        self.say_unread(table, self.rows[first:] if says_unknown else ())

    def say_unread(self, table: Table, rows: Sequence[Line]) -> None:
        """Note the columns of a table that may hold times or durations and were not read, and what that leaves unknown."""
        for heads, what in ((table.unread_times, "times"), (table.unread_lengths, "durations or minutes")):
            for head in heads:
                self.say(
                    table.heads.line, f"“{head[:60]}” seems to hold {what}; we do not know what it means, so it was left out."
                )
        if any(line.is_open and line.minutes is None for line in rows):
            self.say(
                table.heads.line,
                "nothing we can read tells when people left or how long they stayed, so whoever has only a time of joining is "
                "taken as there, without minutes.",
            )
        if any(line.is_summary and line.minutes is None for line in rows):
            self.say(
                table.heads.line,
                "times are the first and the last, and we cannot read how long people stayed in between; they are taken as "
                "there, without minutes.",
            )

    def line_of(self, table: Table, record: Record) -> Line:
        """Understand one record. Raises BadRow."""
        if record.width > max(table.width, 1) and any(record.cells[len(table.heads.cells) :]):
            raise BadRow("it has more cells than there are heads, so what each means is not sure.")
        name, address = self.who(table, record)
        joined, left, minutes, is_summary = self.times(table, record)
        return Line(
            number=record.line,
            name=name,
            address=address,
            joined=joined,
            left=left,
            minutes=minutes,
            is_guest=_is_yes(table.cell(record, Column.GUEST)) or (")" in name and read_name(name).is_guest),
            is_waiting_room=_is_yes(table.cell(record, Column.WAITING)),
            is_summary=is_summary or (table.is_summary and minutes is None and joined is not None and left is not None),
            is_open=table.is_open and joined is not None and minutes is None,
            was_there=self.was_there(table, record),
            note="" if HUSH in "".join(record.cells) else table.cell(record, Column.NOTE)[:300],
        )

    def who(self, table: Table, record: Record) -> tuple[str, str]:
        """Give name and address of a record. Raises BadRow where it names nobody."""
        name = table.cell(record, Column.NAME)
        if not name or is_absent(name):
            name = f"{table.cell(record, Column.FIRST)} {table.cell(record, Column.LAST)}"
        name = " ".join(name.split())
        address = table.cell(record, Column.EMAIL)
        if not _ADDRESS.match(address):
            if address and not is_absent(address) and address.casefold() != "anonymous":
                self.say(record.line, f"“{address[:60]}” is no mail address and was left out.")
            upn = table.cell(record, Column.UPN)
            address = upn if _ADDRESS.match(upn) else name if _ADDRESS.match(name) else ""
        if len(name) > LONGEST_NAME or len(address) > LONGEST_NAME:
            raise BadRow(f"the name has {max(len(name), len(address))} letters; perhaps a quotation mark is missing.")
        if not name and not address:
            raise BadRow("it has neither name nor address.")
        return name, address

    def times(self, table: Table, record: Record) -> tuple[datetime | None, datetime | None, int | None, bool]:
        """Give when somebody came and went, the minutes, and whether these lie somewhere between. Raises BadRow."""
        start = self._time(table, record, Column.JOINED, Column.FIRST_JOIN)
        end = self._time(table, record, Column.LEFT, Column.LAST_LEAVE)
        minutes = self.minutes(table, record)
        if isinstance(start, time) or isinstance(end, time):  # times of day, and nothing says the day
            if minutes is None and isinstance(start, time) and isinstance(end, time):
                apart = datetime.combine(date.min, end) - datetime.combine(date.min, start)
                minutes = int(apart.total_seconds()) // 60 % (24 * 60)
            return None, None, minutes, False
        if start is None and end is None:
            return None, None, self._minutes_apart(table, record) if minutes is None else minutes, False
        if start is None or end is None or (start.tzinfo is None) != (end.tzinfo is None):
            return start, None if start is not None else end, minutes, False
        apart = end - start
        if apart < -_EARLIER:
            raise BadRow("the time of leaving lies before that of joining.")
        if apart > _LONGEST_STAY:
            raise BadRow("between joining and leaving lies more than a week.")
        if minutes is not None and apart > timedelta(minutes=minutes + 1):
            is_first_and_last = Column.FIRST_JOIN in table.columns or Column.DURATION in table.columns
            if not is_first_and_last:
                self.say(record.line, f"{minutes} minutes are stated, and the times lie further apart; the minutes were taken.")
            return start, end, minutes, True
        if minutes is not None and apart + timedelta(minutes=2) < timedelta(minutes=minutes) and apart >= _NO_SPAN:
            self.say(record.line, f"{minutes} minutes are stated, and the times lie closer; the times were taken.")
        return start, end, minutes, False

    def _time(self, table: Table, record: Record, column: Column, other: Column) -> datetime | time | None:
        """Give the time in a column, or in another where it says none: an instant where the head says UTC. Raises BadRow."""
        said = column if table.cell(record, column) else other
        found = self.when(table.cell(record, said), column.value)
        if isinstance(found, datetime) and found.tzinfo is None and table.is_utc(said):
            return found.replace(tzinfo=UTC)
        return found

    def _minutes_apart(self, table: Table, record: Record) -> int | None:
        """Give the minutes between two times of one day, though nothing tells which day."""
        start, end = (
            self.order.read(table.cell(record, column) or table.cell(record, other))
            for column, other in ((Column.JOINED, Column.FIRST_JOIN), (Column.LEFT, Column.LAST_LEAVE))
        )
        if not isinstance(start, Written) or not isinstance(end, Written) or start.clock is None or end.clock is None:
            return None
        if (start.one, start.two, start.year) != (end.one, end.two, end.year):
            return None
        apart = datetime.combine(date.min, end.clock) - datetime.combine(date.min, start.clock)
        return max(0, int(apart.total_seconds()) // 60)

    def minutes(self, table: Table, record: Record) -> int | None:
        """Give the whole minutes a record states. Raises BadRow."""
        for column in (Column.MINUTES, Column.TOTAL, Column.DURATION):
            text = table.cell(record, column)
            if column not in table.columns or is_absent(text):
                continue
            found = minutes_of(text)
            if found is None:
                raise BadRow(f"“{text[:60]}” is no number of minutes we can read.")
            if timedelta(minutes=found) > _LONGEST_STAY:
                raise BadRow(f"{found} minutes are more than a week.")
            return found
        return None

    def was_there(self, table: Table, record: Record) -> bool | None:
        """Say whether a record says that somebody was there. Raises BadRow."""
        if Column.ATTENDED not in table.columns:
            return True
        text = table.cell(record, Column.ATTENDED)
        word = plain(text) or text.casefold()
        if word in _YES:
            return True
        if word in _NO:
            return False
        if is_absent(text):
            return None
        raise BadRow(f"“{text[:60]}” says neither yes nor no.")


def _is_yes(text: str) -> bool:
    word = text.casefold()
    return word in _YES or (word not in _NO and plain(text) in _YES)


def is_cut(table: Table) -> bool:
    """Say whether the last row of a table ends before it should: fewer cells than others have, or half a word in one."""
    *others, last = table.records
    usual = min((record.width for record in others if not record.is_blank), default=table.width)
    if len(last.cells) < min(usual, table.width):
        return True
    column = next((column for column, place in table.columns.items() if place == len(last.cells) - 1), None)
    text = last.cells[-1]
    said = [table.cell(each, column) for each in others if not each.is_blank] if column is not None else []
    if column in (Column.GUEST, Column.WAITING):
        return text not in said and not (text and (_is_yes(text) or (plain(text) or text) in _NO or is_absent(text)))
    if column in _TIMES:
        return _numbers_in(text) < min(map(_numbers_in, said), default=0)
    return False


def _numbers_in(text: str) -> int:
    return len(re.findall(r"\d+", text))


def cut_off(line: int, what: str = "row") -> BadReport:
    """Say that a file's end is missing."""
    return BadReport(f"This file breaks off in the middle of a {what}, on line {line}: its end is missing.", line=line)


def pairs_of(heads: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    """Give what a head of two rows says, by heads as they are compared."""
    return {plain(head): value for head, value in zip(heads, values, strict=False) if head}
