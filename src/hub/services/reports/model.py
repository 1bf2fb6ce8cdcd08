"""What reading a file gives: rows in the words of `hub.core.attendance`, and sentences on what was not taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from hub.core.attendance import Line
from hub.core.errors import Refusal

MOST_ROWS = 200_000
MOST_OCTETS = 64 * 1024 * 1024
HUSH = "🤫"  # who puts it beside their words wants them kept out of every archive
LONGEST_NAME = 300  # letters; what is longer swallowed other rows by a quotation mark


class BadReport(Refusal):
    """The file is none we can read, or its end is missing. `line` is where, as people count lines."""

    code: ClassVar[str] = "bad-report"

    def __init__(self, sentence: str, *, line: int = 1, field: str | None = "file") -> None:
        """Keep the line besides the sentence."""
        super().__init__(sentence, field=field)
        self.line = line


class Kind(StrEnum):
    """Where a file comes from."""

    ZOOM = "zoom"
    ZOOM_WEBINAR = "zoom-webinar"
    TEAMS = "teams"
    EVENTBRITE = "eventbrite"
    FORM = "form"
    NOTES = "notes"
    TABLE = "table"

    @property
    def label(self) -> str:
        """The words people read."""
        return {
            "zoom": "Zoom, participants of a meeting",
            "zoom-webinar": "Zoom, attendees of a webinar",
            "teams": "Microsoft Teams, attendance of a meeting",
            "eventbrite": "Eventbrite, attendees",
            "form": "Microsoft Forms, answers",
            "notes": "Shared notes, sign-in lines",
            "table": "A table",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong or doubtful in a file, with its line."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a file says. `starts` and `ends` are those of its head, wall times until `in_zone`; None where it has none.

    `is_day_first` says how 4/5/2024 was read; None where no such date stood in it, or, with a finding, where nothing tells.
    """

    kind: Kind
    title: str = ""
    rows: tuple[Line, ...] = ()
    findings: tuple[Finding, ...] = ()
    starts: datetime | None = None
    ends: datetime | None = None
    is_day_first: bool | None = None
