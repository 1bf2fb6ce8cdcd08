"""What a plan says, as data. Every node keeps the line it stands on (1-based), which never counts for equality.

Text fields hold Markdown as written unless they say otherwise; titles are plain text.
Sources: seeds/001 (cohort plan), seeds/000 (year plan, kinds of activity, training catalogue).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import TypeAlias

Day: TypeAlias = date  # inside a class with a field named date, `date` is the field


class Kind(StrEnum):
    """What a session is. The value is the word in files, addresses and the API; `label` the word for people."""

    KICK_OFF = "kick-off"
    CAFE = "cafe"
    MEETING = "meeting"
    WORKSHOP = "workshop"
    TRAINING = "training"
    WEBINAR = "webinar"
    ONE_TO_ONE = "one-to-one"
    INDIVIDUAL = "individual"
    REST = "rest"
    WRAP_UP = "wrap-up"
    CELEBRATION = "celebration"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The word people read."""
        return _KIND_LABELS[self]

    @property
    def is_gathering(self) -> bool:
        """Whether people meet: individual work and rest weeks are entries of a plan, but nobody meets."""
        return self not in (Kind.INDIVIDUAL, Kind.REST)


_KIND_LABELS = {
    Kind.KICK_OFF: "Kick-off",
    Kind.CAFE: "Café",
    Kind.MEETING: "Full meeting",
    Kind.WORKSHOP: "Workshop",
    Kind.TRAINING: "Training",
    Kind.WEBINAR: "Webinar",
    Kind.ONE_TO_ONE: "1:1",
    Kind.INDIVIDUAL: "Own time",
    Kind.REST: "No meeting",
    Kind.WRAP_UP: "Wrap-up",
    Kind.CELEBRATION: "Celebration",
    Kind.OTHER: "Session",
}


class Mode(StrEnum):
    """How people attend."""

    ONLINE = "online"
    HYBRID = "hybrid"
    IN_PERSON = "in-person"

    @property
    def label(self) -> str:
        """The word people read."""
        return {"online": "Online", "hybrid": "Hybrid", "in-person": "In person"}[self.value]


class Who(StrEnum):
    """Who does a part of an agenda."""

    GROUP = "group"
    INDIVIDUAL = "individual"


class LinkKind(StrEnum):
    """What a link leads to."""

    MATERIAL = "material"
    RECORDING = "recording"
    OTHER = "other"


class Status(StrEnum):
    """How firm an entry is. `to be confirmed` is what the plan itself says; a missing date alone is not it."""

    PLANNED = "planned"
    TO_BE_CONFIRMED = "to be confirmed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link in the plan: its words, address and what it leads to."""

    text: str
    url: str
    kind: LinkKind = LinkKind.OTHER
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """A duration as written: "30 mins" is (30, 30), "30-45 mins" is (30, 45)."""

    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """One part of a session: its text without the leading "Group:" and the trailing minutes, which have fields of their own."""

    text: str
    who: Who | None = None
    minutes: Minutes | None = None
    led_by: str | None = None
    links: tuple[Link, ...] = ()
    items: tuple[AgendaItem, ...] = ()
    line: int = field(default=0, compare=False)
    column: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A rule the team accepts to break for one entry, and why."""

    code: str
    reason: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The date and time as the author wrote them, for findings that speak of the writing. Never part of equality."""

    text: str = ""
    line: int = 0
    column: int | None = None
    end_column: int | None = None
    weekday: int | None = None  # Monday is 0
    year: int | None = None
    zone: str | None = None  # "BST", "Europe/London"…
    impossible: str | None = None  # "31 June", "25:00": written, and cannot be


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One entry of the plan: a gathering, a rest week or own-time work, dated or not.

    `date` holds only what is written (the year may be inferred); a place proposed for an undated entry is
    `proposed_date`. `start` and `end` are wall times in `zone`. `topic` is what this one is about where the title
    is the series' ("Collaboration Café"). `stated_minutes` is a duration the author wrote beside the times.
    `month` is the calendar month of the chapter it stands in, `week` the number in its "Week N" label.
    """

    title: str
    kind: Kind
    topic: str = ""
    date: Day | None = None
    start: time | None = None
    end: time | None = None
    zone: str = "Europe/London"
    proposed_date: Day | None = None
    mode: Mode | None = None
    place: str | None = None
    led_by: str | None = None
    status: Status = Status.PLANNED
    status_note: str = ""  # "Date TBC in 2024"
    stated_minutes: int | None = None
    attended: int | None = None
    agenda: tuple[AgendaItem, ...] = ()
    links: tuple[Link, ...] = ()  # those of the entry's own line; agenda items carry theirs
    accepted: tuple[Accepted, ...] = ()
    year: int | None = None
    month: int | None = None
    week: int | None = None
    line: int = field(default=0, compare=False)
    end_line: int = field(default=0, compare=False)  # last line of the entry, agenda included
    written: Written = field(default_factory=Written, compare=False)

    @property
    def all_links(self) -> tuple[Link, ...]:
        """Every link of the entry, those of its agenda included, in the order of the document."""

        def walk(items: tuple[AgendaItem, ...]) -> Iterator[Link]:
            for item in items:
                yield from item.links
                yield from walk(item.items)

        return (*self.links, *walk(self.agenda))

    @property
    def say_title(self) -> str:
        """The title people read: the topic after the title where there is one."""
        return f"{self.title}: {self.topic}" if self.topic else self.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A week of a month's chapter: its number as labelled, and the entries under it."""

    number: int
    label: str  # as written: "Week 3"
    sessions: tuple[Session, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A chapter of the plan: "Month 1: July". `year` is inferred when not written, None where it cannot be."""

    number: int | None
    month: int
    year: int | None
    title: str  # as written, plain: "Month 6: December - Concluding Weeks"
    weeks: tuple[Week, ...] = ()
    sessions: tuple[Session, ...] = ()  # entries of the chapter that stand under no week
    line: int = field(default=0, compare=False)

    @property
    def all_sessions(self) -> tuple[Session, ...]:
        """The chapter's entries, those of its weeks first, in the order of the document."""
        return (*(session for week in self.weeks for session in week.sessions), *self.sessions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stretch of the programme and what it covers: "Knowledge Mapping Stage (Month 1-3)" and its topics."""

    title: str
    first_month: int | None = None
    last_month: int | None = None
    question: str = ""
    topics: tuple[AgendaItem, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A numbered step before or after the cohort; a step with a date holds the session it is."""

    number: int
    text: str
    items: tuple[AgendaItem, ...] = ()
    links: tuple[Link, ...] = ()
    session: Session | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of one of the tables: its cells as they are written (a short row has fewer), Markdown kept."""

    cells: tuple[str, ...]
    line: int = field(default=0, compare=False)

    def cell(self, index: int) -> str:
        """The cell at an index, empty where the row is short."""
        return self.cells[index] if index < len(self.cells) else ""


class TableKind(StrEnum):
    """What a table of the plan holds."""

    YEAR_PLAN = "year-plan"  # month, activity, objectives, comments
    ACTIVITIES = "activities"  # activity, description, objectives, mandatory or optional
    TRAININGS = "trainings"  # month, training, materials, changes wanted
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of the plan: what it holds, its header as written, its rows."""

    kind: TableKind
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Text of the document that is not plan: kept as written, so that writing the plan loses nothing."""

    heading: str  # Markdown of the heading line without its marks, empty for text under the section before
    level: int  # 1 to 6; 0 where there is no heading
    text: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blemish:
    """Something wrong with the Markdown itself, seen while reading, which the check turns into a finding.

    `code` is the finding's code ("unbalanced-emphasis", "indentation", "short-row", "empty-cell", "no-year"…);
    `facts` are what the sentence needs. Never part of equality.
    """

    code: str
    line: int
    column: int | None = None
    end_column: int | None = None
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A whole plan document."""

    title: str
    subtitle: str = ""
    zone: str = "Europe/London"
    year: int | None = None  # of the first month
    stages: tuple[Stage, ...] = ()
    before: tuple[Step, ...] = ()
    before_title: str = ""
    months: tuple[Month, ...] = ()
    after: tuple[Step, ...] = ()
    after_title: str = ""
    tables: tuple[Table, ...] = ()
    prose: tuple[Prose, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()  # front matter, as written
    blemishes: tuple[Blemish, ...] = field(default=(), compare=False)
    accepted: tuple[Accepted, ...] = field(default=(), compare=False)  # outside every entry, in comments the prose keeps
    before_line: int = field(default=0, compare=False)
    after_line: int = field(default=0, compare=False)

    @property
    def entries(self) -> tuple[Session, ...]:
        """Every entry, dated or not, in the order of the document: steps before, months, steps after."""
        return (
            *(step.session for step in self.before if step.session),
            *(session for month in self.months for session in month.all_sessions),
            *(step.session for step in self.after if step.session),
        )

    @property
    def dated(self) -> tuple[Session, ...]:
        """The entries that carry a date."""
        return tuple(session for session in self.entries if session.date)

    @property
    def undated(self) -> tuple[Session, ...]:
        """The entries that carry none."""
        return tuple(session for session in self.entries if not session.date)

    def table(self, kind: TableKind) -> Table | None:
        """The first table of a kind, or None."""
        return next((table for table in self.tables if table.kind is kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong or doubtful in a plan: where, what, and what to do."""

    code: str
    severity: Severity
    line: int | None
    message: str
    suggestion: str = ""
    column: int | None = None  # 1-based
    end_column: int | None = None  # exclusive


class Severity(StrEnum):
    """How bad a finding is: an error makes the check fail, a warning asks for a look, a note tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
