"""The three tables of a year's plan as data: what happens in which months, kinds of activity, the catalogue of trainings.

Cells stay Markdown as the team wrote them; only what the program must reckon with is read out of them.
Source: seeds/000 ("June - August", "Sept - Feb", "M: 50%", an empty month meaning the one above).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from hub.core.calendar import MONTHS
from hub.core.plan.model import Plan, TableKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the year plan. Months are 1 to 12; a span may run over New Year (9 to 2); None where they can't be read."""

    months: str
    first_month: int | None
    last_month: int | None
    activity: str
    objectives: str
    comments: str
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A kind of activity. `is_mandatory` is None where the plan does not say; `share_percent` of a series to be attended."""

    name: str
    description: str
    objectives: str
    is_mandatory: bool | None
    share_percent: int | None
    duty_note: str
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """A training of the catalogue. `title` is plain text, the rest as written; an empty month means the one above."""

    month: str
    title: str
    text: str
    materials: str
    changes: str
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class YearPlan:
    """What the tables of a plan say; None for a table the plan has not got."""

    lines: tuple[Line, ...] | None = None
    activities: tuple[Offer, ...] | None = None
    catalogue: tuple[Taught, ...] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the plan holds none of the three tables."""
        return self.lines is None and self.activities is None and self.catalogue is None


_MONTH = re.compile(
    r"\b(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b",
    re.IGNORECASE,
)


def read_year_plan(plan: Plan) -> YearPlan:
    """Read the three tables of a plan, every row of them; of two tables of one kind the first counts."""
    year = plan.table(TableKind.YEAR_PLAN)
    offers = plan.table(TableKind.ACTIVITIES)
    taught = plan.table(TableKind.TRAININGS)
    lines: list[Line] = []
    for row in year.rows if year else ():
        first, last = months_of(row.cell(0))
        if not row.cell(0).strip() and lines:
            first, last = lines[-1].first_month, lines[-1].last_month
        lines.append(
            Line(
                months=row.cell(0).strip(),
                first_month=first,
                last_month=last,
                activity=row.cell(1).strip(),
                objectives=row.cell(2).strip(),
                comments=row.cell(3).strip(),
                line=row.line,
            )
        )
    return YearPlan(
        lines=tuple(lines) if year else None,
        activities=tuple(
            Offer(
                name=plain(row.cell(0)),
                description=row.cell(1).strip(),
                objectives=row.cell(2).strip(),
                is_mandatory=duty_of(row.cell(3))[0],
                share_percent=duty_of(row.cell(3))[1],
                duty_note=row.cell(3).strip(),
                line=row.line,
            )
            for row in offers.rows
        )
        if offers
        else None,
        catalogue=tuple(
            Taught(
                month=row.cell(0).strip(),
                title=plain(row.cell(1)),
                text=row.cell(1).strip(),
                materials=row.cell(2).strip(),
                changes=row.cell(3).strip(),
                line=row.line,
            )
            for row in taught.rows
        )
        if taught
        else None,
    )


def months_of(text: str) -> tuple[int | None, int | None]:
    """Read the first and the last month a cell names: "June - August" is (6, 8), "Month 2 (August)" (8, 8), "" (None, None)."""
    found = [_number(match.group(1)) for match in _MONTH.finditer(text)]
    return (found[0], found[-1]) if found else (None, None)


def plan_years_of(first_month: int | None, last_month: int | None, day: date) -> tuple[int, ...]:
    """Give the years whose plan means a day by a line of these months: its own; of a span over New Year also the year before.

    "September - February" of 2024 means September 2024 to February 2025; nothing means a day outside its months.
    """
    if first_month is None or last_month is None:
        return ()
    if first_month <= last_month:
        return (day.year,) if first_month <= day.month <= last_month else ()
    if day.month >= first_month:
        return (day.year,)
    return (day.year - 1,) if day.month <= last_month else ()


def _number(word: str) -> int:
    return next(number for number, name in enumerate(MONTHS, 1) if name.lower().startswith(word.lower()[:3]))


def duty_of(text: str) -> tuple[bool | None, int | None]:
    """Read whether an activity is mandatory, and how much of it: "M" is (True, None), "M: 50%" (True, 50), "O" (False, None).

    Anything else, and a share that is no percentage, is (None, None) or leaves the share open: nothing is guessed.
    """
    match = re.match(r"\s*\**\s*(M|O|mandatory|optional)\b\**", text, re.IGNORECASE)
    if match is None:
        return None, None
    share = re.search(r"(\d{1,3})\s*%", text)
    percent = int(share.group(1)) if share else None
    return match.group(1).upper().startswith("M"), percent if percent is not None and percent <= 100 else None


def plain(text: str) -> str:
    """Give the words of a cell without Markdown's marks: links by their words, no stars, underscores or backticks."""
    text = re.sub(r"!?\[([^\[\]]*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)", r"\1", text)
    text = re.sub(r"[*`]+|(?<!\w)_+|_+(?!\w)", "", text)
    return re.sub(r"\s+", " ", text).strip()


_DAY_OF_MONTH = re.compile(r"(?<![\d:.])(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?" + _MONTH.pattern, re.IGNORECASE)


def days_named(text: str, year: int) -> tuple[date, ...]:
    """Give the days of a year a cell names ("Showcase event 6 March"), in the order of the text; what is no day is left out."""
    days: list[date] = []
    for match in _DAY_OF_MONTH.finditer(plain(text)):
        try:
            day = date(year, _number(match.group(2)), int(match.group(1)))
        except ValueError:  # 31 June
            continue
        if day not in days:
            days.append(day)
    return tuple(days)
