"""Plans of any size, in the manner teams write them."""

from __future__ import annotations

from datetime import date, timedelta

from hub.core.calendar import MONTHS, WEEKDAYS, nth_weekday, week_of_month

TOPICS = ("open leadership", "metrics", "licences", "documentation", "teaching", "roadmaps", "interviews", "data ethics")


def plan_text(sessions: int, *, first: date = date(2023, 7, 1)) -> str:
    """Write a six-month plan with this many dated sessions, no two at once, cafés on the 1st and 3rd Wednesday."""
    months = [(first.year + (first.month - 1 + index) // 12, (first.month - 1 + index) % 12 + 1) for index in range(6)]
    weeks = [(year, month, n) for year, month in months for n in range(1, 6) if nth_weekday(year, month, 2, n)]
    lines = ["# A programme of a certain size", "", "## Detailed schedule", ""]
    written, current = 0, None
    for position, (year, month, n) in enumerate(weeks):
        if (year, month) != current:
            current = (year, month)
            lines += ["", f"### **Month {months.index(current) + 1}: {MONTHS[month - 1]} {year}**"]
        span = week_of_month(year, month, n)
        if span is None:
            continue
        share = sessions * (position + 1) // len(weeks) - written
        for index in range(share):
            day, hour = span[0] + timedelta(days=index % 5), 8 + index // 5 % 10
            minute = index // 50 * 10 % 60
            said = f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"
            topic = TOPICS[(written + index) % len(TOPICS)]
            lines += [
                f"- Week {n}: Full meeting {written + index + 1} about {topic} - **{said} ({hour:02}:{minute:02} - {hour:02}:{minute + 9:02})** - Online",
                f"    * Group: What we learned about {topic} since the last time (5 mins)",
                "    * Individual: Write down the next step (4 mins) and read [the notes](https://example.org/notes)",
            ]
        written += share
    return "\n".join(lines) + "\n"
