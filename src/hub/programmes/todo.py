"""What the year plan says a team is to see to this month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.urls import reverse

from hub.core.calendar import MONTHS, day_in
from hub.core.yearplan import plain, plan_years_of
from hub.kit import todo
from hub.kit.todo import Todo
from hub.programmes.models import Programme, YearPlanLine


@todo.source("Year plan")
def lines_of_this_month(programme: Programme, *, by: object, at: datetime) -> Iterator[Todo]:
    """Give the lines whose months hold today; one in its last month is due at that month's end. One query."""
    today = day_in(at, programme.zone)
    rows = YearPlanLine.objects.filter(programme=programme, year__in=(today.year - 1, today.year)).order_by("year", "position")
    for row in rows:
        if row.year not in plan_years_of(row.first_month, row.last_month, today) or not row.activity.strip():
            continue
        url = f"{reverse('year-plan', args=[programme.slug])}?year={row.year}"
        months = " to ".join(dict.fromkeys(MONTHS[month - 1] for month in (row.first_month, row.last_month) if month))
        yield Todo(
            what=f"See to “{plain(row.activity)}”",
            about=f"Year plan {row.year}, {months}",
            url=url,
            action="Read",
            part="Year plan",
            due_on=_end_of_month(today) if row.last_month == today.month else None,
        )


def _end_of_month(day: date) -> date:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
