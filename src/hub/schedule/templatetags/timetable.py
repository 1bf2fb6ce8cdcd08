"""The schedule's rows, drawn in one go: hundreds of them cost as much as one plain template.

A template calls each of these once for a page, never once for a row. Everything that comes from people is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from django import template
from django.utils.safestring import SafeString, mark_safe

from hub.core.calendar import MONTHS, WEEKDAYS, place_of, say_date, say_times, week_label
from hub.core.occurrence import Occurrence, SessionState
from hub.core.plan.model import Kind
from hub.core.release import Change
from hub.core.timetable import Month, Share, Week, chapter_months, is_over, month_days, placed_day

register = template.Library()

_DAYS = tuple(name[:3] for name in WEEKDAYS)
_CANCELLED = SessionState.CANCELLED


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when rows are drawn: the cohort's address (ends in a slash), its zone, the moment, and whether all is over."""

    address: str
    zone: str
    at: datetime
    is_archive: bool = False

    @property
    def today(self) -> date:
        """The day it is in the cohort's zone."""
        return self.at.astimezone(ZoneInfo(self.zone)).date()


def _machine(moment: datetime) -> str:
    """Write a moment in UTC for machines, to the minute."""
    return f"{moment.isoformat()[:16]}Z"


def _time(session: Occurrence, setting: Setting) -> str:
    """Write when a session is on its day, for people and for the script that tells it in the reader's zone."""
    if session.date is None:
        said = "Date to be confirmed" if session.kind.is_gathering else "In your own time"
        return f'<span class="entry-time" data-open>{"" if session.kind is Kind.REST else said}</span>'
    start = session.starts_at
    if start is None:
        said = "Time to be confirmed" if session.kind.is_gathering else ""
        return f'<time class="entry-time" data-open datetime="{session.date}">{said}</time>'
    end = session.ends_at
    until = f' data-until="{_machine(end)}"' if end else ""
    zone, place = "", ""
    if session.zone != setting.zone:
        zone, place = f' data-zone="{escape(session.zone)}"', f" ({escape(place_of(session.zone))})"
    times = say_times(session.start, session.end)
    return f'<time class="entry-time" datetime="{_machine(start)}"{until}{zone}>{times}{place}</time>'


def _facts(session: Occurrence) -> str:
    """Say of what kind it is (where its title doesn't), how, where, with whom, and the day proposed."""
    label = session.kind.label
    parts = [] if label.lower() in session.title.lower() else [label]
    if session.mode:
        parts.append(session.mode.label)
    if session.place:
        parts.append(escape(session.place))
    if session.led_by:
        parts.append(f"with {escape(session.led_by)}")
    if session.proposed_date and not session.date:
        parts.append(f"proposed for {say_date(session.proposed_date, year=False)}")
    if not parts:
        return ""
    parts[0] = parts[0][0].upper() + parts[0][1:]
    return f'<p class="entry-facts">{" · ".join(parts)}</p>'


def _title(session: Occurrence, setting: Setting) -> str:
    title = escape(session.title) or "Untitled"
    topic = f" <span>{escape(session.topic)}</span>" if session.topic else ""
    name = f'<a href="{setting.address}sessions/{session.slug}/">{title}{topic}</a>'
    return f"<s>{name}</s>" if session.state is _CANCELLED else name


def _note(session: Occurrence) -> str:
    note = escape(session.status_note)
    if session.state is _CANCELLED:
        return f'<p class="entry-note" data-cancelled><b>Cancelled</b>{": " + note if note else ""}</p>'
    return f'<p class="entry-note">{note}</p>' if note else ""


def _marks(session: Occurrence, setting: Setting) -> str:
    """Say on a row what has become of it; an archive, where all is over, reads better unmarked."""
    if session.state is _CANCELLED:
        return ' data-state="cancelled"'
    return "" if setting.is_archive or not is_over(session, setting.at) else " data-over"


def _entry(session: Occurrence, setting: Setting) -> str:
    """Draw one session as a row of the agenda."""
    day = session.date
    is_cancelled = session.state is _CANCELLED
    marks = _marks(session, setting)
    leaf = f"<i>{_DAYS[day.weekday()]}</i> {day.day}" if day else ""
    add = ""
    if day and session.kind.is_gathering and not is_cancelled:
        said = f"Add to my calendar: {escape(session.title)}, {say_date(day)}"
        add = f'<a class="entry-add" href="{setting.address}sessions/{session.slug}.ics" aria-label="{said}"></a>'
    return (
        f'<li class="entry" data-kind="{session.kind.value}"{marks}><span class="entry-day">{leaf}</span>'
        f'{_time(session, setting)}<div class="entry-what">{_title(session, setting)}'
        f"{_facts(session)}{_note(session)}</div>{add}</li>"
    )


def _span(monday: date) -> str:
    sunday = monday + timedelta(days=6)
    start = f"{monday.day}" if monday.month == sunday.month else f"{monday.day} {MONTHS[monday.month - 1][:3]}"
    return f"{start}–{sunday.day} {MONTHS[sunday.month - 1][:3]}"


def _week_head(week: Week, month: Month) -> str:
    if week.monday is None:
        return '<h3 class="week-name"></h3>' if not month.month else '<h3 class="week-name">Week still open</h3>'
    year, number, which = week_label(week.monday)
    named = f"<b>Week {which}</b> " if (year, number) == (month.year, month.month) else ""
    return f'<h3 class="week-name">{named}<span>{_span(week.monday)}</span></h3>'


def _stands_at(session: Occurrence, week: Week) -> date | None:
    """Give the day a row stands at, for the line of today: an undated one at the end of its week."""
    if session.date:
        return session.date
    return week.monday + timedelta(days=6) if week.monday else None


def _today_line(today: date) -> str:
    return f'<li class="today" id="today"><span>Today, {say_date(today, year=False)}</span></li>'


def _place_of_today(months: Sequence[Month], today: date) -> tuple[int, bool] | None:
    """Give the row the line of today stands before (True) or after (False), counted from 0; None outside the schedule.

    Between two rows it stands with the one of its own week, else of its own month.
    """
    rows = [(week, (month.year, month.month), each) for month in months for week in month.weeks for each in week.sessions]
    earlier: int | None = None
    for index, (week, month, session) in enumerate(rows):
        day = _stands_at(session, week)
        if day is None or day < today:
            earlier = index if day else earlier
            continue
        if earlier is None:
            return None
        monday = today - timedelta(days=today.weekday())
        is_with_later = week.monday == monday or (rows[earlier][0].monday != monday and month == (today.year, today.month))
        return (index, True) if is_with_later else (earlier, False)
    return None


@register.simple_tag
def agenda(months: Sequence[Month], setting: Setting) -> SafeString:
    """Draw the schedule as months and weeks, with a line where today is."""
    place = _place_of_today(months, setting.today)
    line = _today_line(setting.today) if place else ""
    row = 0
    out: list[str] = []
    for month in months:
        note = f"<span>{month.note}</span>" if month.note else ""
        out.append(f'<section class="month"><h2 id="{month.key}">{month.name}{note}</h2>')
        for week in month.weeks:
            out.append(f'<div class="week">{_week_head(week, month)}<ol role="list">')
            for session in week.sessions:
                here = place[0] == row if place else False
                if here and place and place[1]:
                    out.append(line)
                out.append(_entry(session, setting))
                if here and place and not place[1]:
                    out.append(line)
                row += 1
            out.append("</ol></div>")
        out.append("</section>")
    return mark_safe("".join(out))  # noqa: S308  every text of people is escaped above


@register.simple_tag
def month_grid(months: Sequence[Month], setting: Setting) -> SafeString:
    """Draw the schedule as a table for each month, Monday first; what has no day stands below its month."""
    heads = "".join(f'<th scope="col"><abbr title="{name}">{name[:3]}</abbr></th>' for name in WEEKDAYS)
    today = setting.today
    out: list[str] = []
    for month in months:
        by_day: dict[date, list[Occurrence]] = {}
        undated: list[Occurrence] = []
        for session in month.sessions:
            by_day.setdefault(session.date, []).append(session) if session.date else undated.append(session)
        out.append(f'<section class="month"><h2 id="{month.key}">{month.name}</h2>')
        if month.year and month.month:
            out.append(
                f'<table class="grid"><caption class="visually-hidden">{month.name}</caption><thead><tr>{heads}</tr></thead>'
            )
            for days in month_days(month.year, month.month):
                cells = []
                for day in days:
                    if day.month != month.month:
                        cells.append("<td data-other></td>")
                        continue
                    marks = "".join(_mark(session, setting) for session in by_day.get(day, ()))
                    is_today = ' aria-current="date"' if day == today else ""
                    cells.append(f'<td{is_today}><span class="grid-day">{day.day}</span>{marks}</td>')
                out.append(f"<tr>{''.join(cells)}</tr>")
            out.append("</table>")
        if undated:
            rows = "".join(_entry(session, setting) for session in undated)
            out.append(f'<ol class="grid-open" role="list">{rows}</ol>')
        out.append("</section>")
    return mark_safe("".join(out))  # noqa: S308  every text of people is escaped above


def _mark(session: Occurrence, setting: Setting) -> str:
    times = f"{session.start:%H:%M} " if session.start else ""
    title = escape(session.say_title) or "Untitled"
    words = f"<b>{times}</b>{title}"
    if session.state is _CANCELLED:
        words = f'<s>{words}</s><span class="visually-hidden">, cancelled</span>'
    return (
        f'<a class="grid-mark" data-kind="{session.kind.value}" href="{setting.address}sessions/{session.slug}/"'
        f' title="{title}"><span>{words}</span></a>'
    )


@register.simple_tag
def session_list(sessions: Iterable[Occurrence], setting: Setting) -> SafeString:
    """Draw the schedule as rows of a table: when, what, kind, how, who."""
    out: list[str] = []
    begun: set[tuple[int, int]] = set()
    for session in sessions:
        day = session.date
        marks = _marks(session, setting)
        if day and (day.year, day.month) not in begun:  # where the strip's links lead
            begun.add((day.year, day.month))
            marks += f' id="{day:%Y-%m}"'
        how = escape(" · ".join(filter(None, (session.mode.label if session.mode else "", session.place))))
        out.append(
            f'<tr{marks}><th scope="row">{say_date(day) if day else ""}</th><td>{_time(session, setting)}</td>'
            f"<td>{_title(session, setting)}{_note(session)}</td>"
            f'<td><span class="kind" data-plain data-kind="{session.kind.value}">{session.kind.label}</span></td>'
            f'<td data-label="How">{how}</td><td data-label="With">{escape(session.led_by)}</td></tr>'
        )
    return mark_safe("".join(out))  # noqa: S308  every text of people is escaped above


@register.simple_tag
def absent_months(every: Sequence[Occurrence], sessions: Iterable[Occurrence], months: Sequence[Month]) -> SafeString:
    """Give the strip's links to months that a filter or the list leaves empty a place: the beginning of what is shown."""
    chapters = chapter_months(every)
    days = (placed_day(each, chapters.get(each.chapter)) for each in every if each.state is not _CANCELLED)
    linked = {f"{day.year:04}-{day.month:02}" for day in days if day}
    shown = {month.key for month in months} or {f"{each.date.year:04}-{each.date.month:02}" for each in sessions if each.date}
    anchors = "".join(f'<span class="visually-hidden" id="{key}"></span>' for key in sorted(linked - shown))
    return mark_safe(anchors)  # noqa: S308  made of numbers


# A month's drawing: a day is 3 units wide, a mark 11; marks that would touch stand on one another, three high at most.
_DAY_WIDE, _MARK, _STEP, _ROWS = 3, 11, 13, 3
_WIDE = 31 * _DAY_WIDE + _MARK

# The shapes of the kinds as drawings, the same as the masks of kinds.css.
_SHAPES = {
    "kick-off": '<path d="M3 1.6 14.4 8 3 14.4z"/>',
    "cafe": '<circle cx="6.6" cy="8" r="5.6"/><path class="line" d="M11.6 5.2a2.9 2.9 0 0 1 0 5.6" stroke-width="1.8"/>',
    "meeting": '<circle cx="5.4" cy="8" r="4.4"/><circle class="line" cx="10.6" cy="8" r="4.4" stroke-width="1.7"/>',
    "workshop": '<rect x="2" y="2" width="12" height="12" rx="1.5"/>',
    "training": '<path d="M8 .8 15.2 8 8 15.2.8 8z"/>',
    "webinar": '<path d="M1 12.5a7 7 0 0 1 14 0z"/>',
    "one-to-one": '<circle cx="4" cy="8" r="3.3"/><circle cx="12" cy="8" r="3.3"/>',
    "individual": '<circle class="line" cx="8" cy="8" r="5.6" stroke-width="2.2"/>',
    "rest": '<path class="line" d="M1.2 8h13.6" stroke-width="2.6"/>',
    "wrap-up": '<path d="M2 2h12v12z"/>',
    "celebration": '<path d="M8 .6l1.7 4.1 4.1-1.6-1.6 4.1L16.2 9l-4 1.7 1.6 4.1-4.1-1.6L8 16l-1.7-2.8-4.1 1.6 1.6-4.1L-.2 9'
    'l4-1.8-1.6-4.1 4.1 1.6z"/>',
    "other": '<path d="M4.3 1.6h7.4L15.4 8l-3.7 6.4H4.3L.6 8z"/>',
}


@register.simple_tag
def strip(sessions: Sequence[Occurrence], setting: Setting, page: str = "") -> SafeString:
    """Draw the whole cohort: each month a link to its chapter on `page`, each session its shape at its day, a line at today.

    What has no date yet stands, faint, at the day proposed or in its week.
    """
    chapters = chapter_months(sessions)
    months: dict[tuple[int, int], list[tuple[date, Occurrence]]] = {}
    for session in sessions:
        day = placed_day(session, chapters.get(session.chapter))
        if day and session.state is not _CANCELLED:
            months.setdefault((day.year, day.month), []).append((day, session))
    if not months:
        return SafeString("")
    kinds = dict.fromkeys(session.kind.value for those in months.values() for _, session in those)
    shapes = "".join(f'<symbol id="shape-{kind}" viewBox="0 0 16 16">{_SHAPES[kind]}</symbol>' for kind in kinds)
    out = [f'<svg class="visually-hidden" aria-hidden="true"><defs>{shapes}</defs></svg><ol class="strip" role="list">']
    placed = {key: _in_rows(those) for key, those in months.items()}
    high = _STEP * (1 + max(row for those in placed.values() for row, _, _ in those))
    year, month = min(months)
    while (year, month) <= max(months):
        out.append(_strip_month(year, month, placed.get((year, month), []), high, setting, page))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    out.append("</ol>")
    return mark_safe("".join(out))  # noqa: S308  drawn from numbers and the kinds' own names


def _in_rows(those: list[tuple[date, Occurrence]]) -> list[tuple[int, int, Occurrence]]:
    """Give each mark of a month its row, counted from below, and its left edge."""
    ends = [-_MARK] * _ROWS
    placed: list[tuple[int, int, Occurrence]] = []
    for day, session in those:
        left = (day.day - 1) * _DAY_WIDE
        row = next((number for number, end in enumerate(ends) if end <= left), _ROWS - 1)
        ends[row] = left + _MARK
        placed.append((row, left, session))
    return placed


def _strip_month(
    year: int, month: int, those: list[tuple[int, int, Occurrence]], high: int, setting: Setting, page: str
) -> str:
    marks = [
        f'<use href="#shape-{session.kind.value}" data-kind="{session.kind.value}" x="{left}" y="{high - (row + 1) * _STEP}"'
        f' width="{_MARK}" height="{_MARK}"{"" if session.date else " data-open"}/>'
        for row, left, session in those
    ]
    today = setting.today
    is_now = (today.year, today.month) == (year, month)
    if is_now:
        at = (today.day - 1) * _DAY_WIDE + _DAY_WIDE // 2
        marks.append(f'<path class="strip-today" d="M{at} -4V{high + 4}"/>')
    count = len(those)
    told = f"{MONTHS[month - 1]} {year}: {count} {'entry' if count == 1 else 'entries'}{', this month' if is_now else ''}"
    drawing = f'<svg viewBox="0 0 {_WIDE} {high}" aria-hidden="true">{"".join(marks)}</svg>'
    words = f'<span aria-hidden="true">{MONTHS[month - 1][:3]}</span><span class="visually-hidden">{told}</span>{drawing}'
    inner = f'<a href="{page}#{year:04}-{month:02}">{words}</a>' if those else f"<span>{words}</span>"
    return f"<li{' data-now' if is_now else ''}>{inner}</li>"


@register.simple_tag
def agenda_bar(parts: Sequence[Share]) -> SafeString:
    """Draw how the minutes of an agenda are shared, a bar whose lengths are minutes; the list below it says the same."""
    whole = sum(each.minutes for each in parts)
    out: list[str] = []
    left = 0
    for each in parts:
        who = each.part.who.value if each.part.who else "all"
        out.append(f'<rect data-who="{who}" x="{left}" y="0" width="{each.minutes}" height="6"/>')
        left += each.minutes
    cuts = "".join(f'<path d="M{at} 0v6"/>' for at in _cuts(parts))
    told = f"{whole} minutes in {len(parts)} {'part' if len(parts) == 1 else 'parts'}"
    drawing = f'<svg class="agenda-bar" viewBox="0 0 {whole} 6" preserveAspectRatio="none" role="img" aria-label="{told}">'
    return mark_safe(f"{drawing}{''.join(out)}{cuts}</svg>")  # noqa: S308  drawn from numbers


def _cuts(parts: Sequence[Share]) -> list[int]:
    """Give where one part ends and the next begins."""
    cuts: list[int] = []
    left = 0
    for each in parts[:-1]:
        left += each.minutes
        cuts.append(left)
    return cuts


@register.simple_tag
def release_changes(changes: Iterable[Change], address: str, slugs: Mapping[str, str]) -> SafeString:
    """Draw what a release changed, a sentence for each session; those that have a page now (`slugs`, by uid) lead to it."""
    rows: list[str] = []
    for each in changes:
        slug, title = slugs.get(each.uid), escape(each.title)
        name = f'<a href="{address}sessions/{slug}/">{title}</a>' if slug else f"<b>{title}</b>"
        kind, sentence = escape(each.session_kind), escape(each.sentence)
        rows.append(f'<li data-kind="{kind}"><span class="kind-shape"></span><p>{name} <span>{sentence}</span></p></li>')
    return mark_safe(f'<ul class="changed" role="list">{"".join(rows)}</ul>' if rows else "")  # noqa: S308  escaped above


@register.filter
def times(session: Occurrence) -> str:
    """Say from when to when a session is, and where that is the time: "15:00–17:00 (London)"."""
    said = say_times(session.start, session.end)
    return f"{said} ({place_of(session.zone)})" if said else "time to be confirmed"
