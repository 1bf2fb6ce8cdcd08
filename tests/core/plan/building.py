"""Plans for the tests of the check, built without a reader: one clean cohort, and small ways to spoil it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

from hub.core.calendar import MONTHS, MonthlyRule
from hub.core.plan.model import AgendaItem, Kind, Minutes, Mode, Month, Plan, Session, Stage, Week, Who

CAFES = MonthlyRule(2, (1, 3))


def a_part(text: str, *, line: int = 0, **more: Any) -> AgendaItem:
    """A part of an agenda."""
    return AgendaItem(text=text, line=line, **more)


def an_entry(kind: Kind, title: str, day: date | None, start: int | None, end: int | None, **more: Any) -> Session:
    """An entry that starts and ends on full hours."""
    clocks = {"start": time(start) if start is not None else None, "end": time(end) if end is not None else None}
    return Session(kind=kind, title=title, date=day, **clocks, **more)


def a_cafe(day: date, *agenda: AgendaItem) -> Session:
    """A café of the series."""
    return an_entry(Kind.CAFE, "Collaboration Café", day, 15, 17, agenda=agenda)


def a_month(number: int, year: int, month: int, *entries: Session) -> Month:
    """A chapter, its entries in the weeks they belong to."""
    weeks = []
    for entry in entries:
        day = entry.date or entry.proposed_date
        nth = entry.week or (day.day - 1) // 7 + 1 if day else entry.week or 1
        filed = replace(entry, year=year, month=month, week=nth)
        weeks.append(Week(number=nth, label=f"Week {nth}", sessions=(filed,)))
    return Month(number=number, month=month, year=year, title=f"Month {number}: {MONTHS[month - 1]}", weeks=tuple(weeks))


def a_clean_plan() -> Plan:
    """A whole cohort of six months, July to December 2023, that keeps every rule of the Hub."""
    talk = a_part("Unstructured discussion", who=Who.GROUP, minutes=Minutes(low=30, high=60))
    extras = {
        7: [an_entry(Kind.WORKSHOP, "Stakeholder mapping day", date(2023, 7, 27), 10, 16, mode=Mode.HYBRID)],
        8: [an_entry(Kind.WORKSHOP, "User journey mapping", date(2023, 8, 22), 12, 16, mode=Mode.ONLINE)],
        9: [Session(kind=Kind.INDIVIDUAL, title="Own time", topic="Start the case study writing", week=4)],
        10: [an_entry(Kind.WORKSHOP, "Regulation and ethics", date(2023, 10, 23), 10, 16, mode=Mode.IN_PERSON)],
        12: [an_entry(Kind.WRAP_UP, "Wrap-up", date(2023, 12, 12), 15, 16)],
    }
    months = []
    for number, month in enumerate(range(7, 13), start=1):
        days = CAFES.dates(date(2023, month, 1), date(2023, month, 28))
        entries = [*(a_cafe(day, talk) for day in days), *extras.get(month, [])]
        months.append(a_month(number, 2023, month, *entries))
    stages = (
        Stage(title="Mapping", first_month=1, last_month=3, topics=(a_part("Stakeholder mapping", line=4),), line=3),
        Stage(title="Road map", first_month=4, last_month=6, topics=(a_part("Regulation and ethics", line=6),), line=5),
    )
    plan = Plan(title="The Polar Cohort", year=2023, months=tuple(months), stages=stages)
    return numbered(plan)


def numbered(plan: Plan) -> Plan:
    """Give each chapter, entry and part the line it would stand on, from line 10 on."""
    line = 10
    months = []
    for month in plan.months:
        heading, weeks = line, []
        line += 1
        for week in month.weeks:
            sessions = []
            for entry in week.sessions:
                line += 1
                first = line
                parts = []
                for part in entry.agenda:
                    line += 1
                    parts.append(replace(part, line=line))
                written = replace(entry.written, line=first)
                sessions.append(replace(entry, line=first, end_line=line, agenda=tuple(parts), written=written))
            weeks.append(replace(week, sessions=tuple(sessions), line=sessions[0].line))
        months.append(replace(month, weeks=tuple(weeks), line=heading))
        line += 1
    return replace(plan, months=tuple(months))


def changed(plan: Plan, line: int, **changes: Any) -> Plan:
    """The plan with the entry on a line changed; changes named `written_…` go to what was written."""
    written = {name.removeprefix("written_"): changes.pop(name) for name in list(changes) if name.startswith("written_")}

    def change(entry: Session) -> Session:
        return replace(entry, written=replace(entry.written, **written), **changes) if entry.line == line else entry

    return _each_entry(plan, change)


def without(plan: Plan, line: int) -> Plan:
    """The plan without the entry on a line."""
    months = tuple(
        replace(month, weeks=tuple(week for week in month.weeks if week.sessions[0].line != line)) for month in plan.months
    )
    return replace(plan, months=months)


def entry_on(plan: Plan, line: int) -> Session:
    """The entry on a line."""
    return next(entry for entry in plan.entries if entry.line == line)


def _each_entry(plan: Plan, change: Any) -> Plan:
    months = tuple(
        replace(
            month,
            weeks=tuple(replace(week, sessions=tuple(change(entry) for entry in week.sessions)) for week in month.weeks),
        )
        for month in plan.months
    )
    return replace(plan, months=months)
