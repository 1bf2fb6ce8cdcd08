"""Calendar text of sessions: assembled strings, made once when a release is made and joined when a calendar asks.

Sources: RFC 5545 (content lines, VEVENT, VTIMEZONE), RFC 7986 (NAME, REFRESH-INTERVAL), RFC 5546 §3.2.1 (PUBLISH).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hub.core.occurrence import Occurrence, Part, SessionState
from hub.core.words import words

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

PRODUCT = "-//Practitioners Hub//Schedule//EN"
_STATUS = {
    SessionState.SCHEDULED: "CONFIRMED",
    SessionState.TO_BE_CONFIRMED: "TENTATIVE",
    SessionState.CANCELLED: "CANCELLED",
}
_BREAKS = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")  # whatever any reader takes for the end of a line
_UNPRINTABLE = re.compile("[\x00-\x09\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def escaped(text: str) -> str:
    r"""Give text as RFC 5545 TEXT: backslash, semicolon and comma escaped, breaks as ``\n``, control characters left out."""
    kept = _UNPRINTABLE.sub("", _BREAKS.sub("\n", text.replace("\t", " ")))
    return kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """Give a content line with its CRLF, broken so that no piece is longer than 75 octets and no character is split."""
    if len(line) <= 75 and line.isascii():
        return line + "\r\n"
    octets = line.encode()
    if len(octets) <= 75:
        return line + "\r\n"
    pieces: list[str] = []
    start, room = 0, 75
    while len(octets) - start > room:
        stop = start + room
        while octets[stop] & 0xC0 == 0x80:  # a continuation octet: the character began before it
            stop -= 1
        pieces.append(octets[start:stop].decode())
        start, room = stop, 74  # the space that marks a continuation counts
    pieces.append(octets[start:].decode())
    return "\r\n ".join(pieces) + "\r\n"


def vevent(occurrence: Occurrence, *, url: str, stamp: datetime, organiser: tuple[str, str] | None = None) -> str:
    """Serialise a session as one VEVENT. `stamp` (aware) is the release that last changed it; `organiser` name and address.

    Wall times go with their zone's name (UTC as such); a date without time takes the whole day and says so. No joining link
    is an occurrence's fact, so none is here. Raises ValueError for a session without a date.
    """
    if occurrence.date is None:
        raise ValueError("a session without a date has no place in a calendar")
    is_cancelled = occurrence.state is SessionState.CANCELLED
    lines = ["BEGIN:VEVENT", f"UID:{_one_line(occurrence.uid)}", f"DTSTAMP:{_utc(stamp)}", f"LAST-MODIFIED:{_utc(stamp)}"]
    lines += [f"SEQUENCE:{occurrence.sequence}", f"STATUS:{_STATUS[occurrence.state]}"]
    if occurrence.start is None:
        lines += [f"DTSTART;VALUE=DATE:{_digits(occurrence.date)}", f"DTEND;VALUE=DATE:{_digits(_day_after(occurrence.date))}"]
    else:
        lines.append(_moment("DTSTART", occurrence.date, occurrence.start, occurrence.zone))
        if occurrence.end is not None:
            lines.append(_moment("DTEND", occurrence.date, occurrence.end, occurrence.zone))
    lines.append(f"SUMMARY:{_one_line(_title(occurrence))}")
    lines.append(f"DESCRIPTION:{escaped(description(occurrence, url=url))}")
    if where := location(occurrence):
        lines.append(f"LOCATION:{_one_line(where)}")
    lines.append(f"URL:{_address(url)}")
    lines.append(f"CATEGORIES:{_one_line(occurrence.kind.label)}")
    if occurrence.start is None or is_cancelled:
        lines.append("TRANSP:TRANSPARENT")  # nobody is busy then
    if organiser is not None:
        name, address = organiser
        lines.append(f'ORGANIZER;CN="{_parameter(name)}":mailto:{_address(address)}')
    lines.append("END:VEVENT")
    return "".join(map(folded, lines))


def location(occurrence: Occurrence) -> str:
    """Say where: the place, or how to attend where no place is named; "" where the plan says neither."""
    if occurrence.place:
        return occurrence.place
    return occurrence.mode.label if occurrence.mode else ""


def description(occurrence: Occurrence, *, url: str) -> str:
    """Tell a session in plain text, for calendars and for whoever reads without a page: agenda, who leads, materials, page."""
    head: list[str] = []
    if occurrence.state is SessionState.CANCELLED:
        head.append("This session is cancelled.")
    elif occurrence.start is None:
        head.append("The time is to be confirmed.")
    elif occurrence.state is SessionState.TO_BE_CONFIRMED:
        head.append("To be confirmed.")
    if occurrence.status_note:
        head.append(plain(occurrence.status_note))
    if occurrence.mode:
        head.append(f"{occurrence.kind.label}, {occurrence.mode.label.lower()}")
    if occurrence.led_by:
        head.append(f"Led by {plain(occurrence.led_by)}")
    blocks = ["\n".join(head), plain(occurrence.summary)]
    if occurrence.agenda:
        blocks.append("\n".join(["Agenda", *_agenda(occurrence.agenda)]))
    if occurrence.papers:
        blocks.append("\n".join(["Materials", *(f"• {plain(paper.title)}: {paper.url}" for paper in occurrence.papers)]))
    blocks.append(url)
    return "\n\n".join(filter(None, blocks))


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False})


_MARKS = re.compile(r"[\\`*_\[\]<>&#\n+-]|\d[.)]")


def plain(markdown: str) -> str:
    """Give Markdown as plain text: a link as "words (address)", list items with bullets, marks left out."""
    if not _MARKS.search(markdown):
        return markdown.strip()
    lines: list[str] = []
    depth = 0
    for token in _markdown().parse(markdown):
        if token.type == "list_item_open":
            depth += 1
            lines.append("  " * (depth - 1) + "• ")
        elif token.type == "list_item_close":
            depth -= 1
        elif token.type == "inline" and lines and lines[-1].endswith("• "):
            lines[-1] += words(token.children or ())
        elif token.type == "inline":
            lines.append(words(token.children or ()))
        elif token.type in ("fence", "code_block"):
            lines.append(token.content.rstrip("\n"))
    return "\n".join(lines).strip()


def calendar(
    name: str,
    events: Iterable[str],
    zones: Iterable[str],
    *,
    description: str = "",
    url: str = "",
    zone: str = "",
    refresh: timedelta = timedelta(hours=1),
) -> str:
    """Join VTIMEZONE and VEVENT texts into one published calendar that clients show under `name`.

    `zone` is the calendar's own zone, `refresh` how often clients should ask (whole minutes).
    """
    minutes = max(1, int(refresh.total_seconds() // 60))
    every = f"PT{minutes // 60}H" if minutes % 60 == 0 else f"PT{minutes}M"
    title, about = _one_line(name), escaped(description)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"NAME:{title}", f"X-WR-CALNAME:{title}"]
    if about:
        lines += [f"DESCRIPTION:{about}", f"X-WR-CALDESC:{about}"]
    if url:
        lines.append(f"URL:{_address(url)}")
    if zone:
        lines.append(f"X-WR-TIMEZONE:{_one_line(zone)}")
    lines += [f"REFRESH-INTERVAL;VALUE=DURATION:{every}", f"X-PUBLISHED-TTL:{every}"]
    return "".join([*map(folded, lines), *zones, *events, "END:VCALENDAR\r\n"])


def vtimezones(occurrences: Iterable[Occurrence]) -> str:
    """Give the VTIMEZONEs that the dated, timed ones of these sessions need, each for the years it is used in."""
    years: dict[str, set[int]] = {}
    for each in occurrences:
        if each.date is not None and each.start is not None and each.zone != "UTC":
            years.setdefault(each.zone, set()).add(each.date.year)
    return "".join(vtimezone(zone, min(used), max(used)) for zone, used in sorted(years.items()))


@dataclass(frozen=True, slots=True)
class _Turn:
    """A moment a zone's clocks change: the wall time before, offsets before and after, its name and whether it is summer's."""

    at: datetime
    offset_from: timedelta
    offset_to: timedelta
    name: str
    is_daylight: bool


@lru_cache(maxsize=256)
def vtimezone(zone: str, first_year: int, last_year: int) -> str:
    """Write the zone's rules for the years from `first_year` to `last_year`, both included, as a VTIMEZONE.

    A turn that follows one rule every year ("last Sunday of March") is written as that rule, others date by date, since
    some clients know only rules. Raises zoneinfo.ZoneInfoNotFoundError for a name that is no zone.
    """
    tz = ZoneInfo(zone)
    first, last = max(first_year - 1, 1902), min(max(last_year, first_year), 2199)
    around = list(_turns(tz, first - 2, last + 3))
    turns = [turn for turn in around if first <= turn.at.year <= last]
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone}"]
    if not turns or turns[0].at.year > first:
        offset, name, daylight = _clock(tz, datetime(first, 1, 1, tzinfo=UTC))
        start = datetime(first if turns else 1970, 1, 1)  # noqa: DTZ001  wall time, as the format wants it
        lines += _observance(_Turn(start, offset, offset, name, daylight), [])
    groups: dict[tuple[timedelta, timedelta, str, bool], list[_Turn]] = {}
    for turn in turns:
        groups.setdefault((turn.offset_from, turn.offset_to, turn.name, turn.is_daylight), []).append(turn)
    for key, group in groups.items():
        same = [turn for turn in around if (turn.offset_from, turn.offset_to, turn.name, turn.is_daylight) == key]
        rule = _yearly_rule([turn.at for turn in same], range(first - 2, last + 4))
        lines += _observance(group[0], [f"RRULE:{rule}"] if rule else [f"RDATE:{turn.at:%Y%m%dT%H%M%S}" for turn in group[1:]])
    return "".join(map(folded, [*lines, "END:VTIMEZONE"]))


def _clock(tz: ZoneInfo, moment: datetime) -> tuple[timedelta, str, bool]:
    local = moment.astimezone(tz)
    return local.utcoffset() or timedelta(), local.tzname() or "", bool(local.dst())


def _turns(tz: ZoneInfo, first_year: int, last_year: int) -> Iterator[_Turn]:
    """Yield the zone's turns, found by looking at each day and halving the one in which the clock changed."""
    moment, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    before = _clock(tz, moment)
    while moment < end:
        following = moment + timedelta(days=1)
        after = _clock(tz, following)
        if after != before:
            low, high = moment, following
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
                low, high = (middle, high) if _clock(tz, middle) == before else (low, middle)
            # Where winter is the exception (Dublin), the zone's data calls summer the standard: go by the clock.
            is_daylight = after[2] if not before[2] or after[2] else after[0] > before[0]
            if after[2] and after[0] < before[0]:
                is_daylight = False
            yield _Turn((high + before[0]).replace(tzinfo=None), before[0], after[0], after[1], is_daylight)
        moment, before = following, after


def _yearly_rule(at: Sequence[datetime], years: range) -> str:
    """Give the RRULE all these wall times follow, one in each of `years`, or "" where there is none."""
    if [moment.year for moment in at] != list(years):
        return ""
    months, days, clocks = {turn.month for turn in at}, {turn.weekday() for turn in at}, {turn.time() for turn in at}
    if len(months) != 1 or len(days) != 1 or len(clocks) != 1:
        return ""
    if all(moment.day + 7 > monthrange(moment.year, moment.month)[1] for moment in at):
        nth = -1
    elif len(nths := {(moment.day - 1) // 7 + 1 for moment in at}) == 1:
        nth = nths.pop()
    else:
        return ""
    return f"FREQ=YEARLY;BYMONTH={months.pop()};BYDAY={nth}{_WEEKDAYS[days.pop()]}"


def _observance(turn: _Turn, rules: list[str]) -> list[str]:
    part = "DAYLIGHT" if turn.is_daylight else "STANDARD"
    return [
        f"BEGIN:{part}",
        f"DTSTART:{turn.at:%Y%m%dT%H%M%S}",
        *rules,
        f"TZOFFSETFROM:{_offset(turn.offset_from)}",
        f"TZOFFSETTO:{_offset(turn.offset_to)}",
        f"TZNAME:{turn.name}",
        f"END:{part}",
    ]


def _offset(offset: timedelta) -> str:
    seconds = int(offset.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("+", seconds)
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{sign}{hours:02}{minutes:02}" + (f"{left:02}" if left else "")


def _title(occurrence: Occurrence) -> str:
    if occurrence.state is SessionState.CANCELLED:
        return f"Cancelled: {occurrence.say_title}"  # several clients show the status nowhere else
    return occurrence.say_title if occurrence.start else f"{occurrence.say_title} (time to be confirmed)"


def _agenda(parts: Sequence[Part], depth: int = 0) -> Iterator[str]:
    for part in parts:
        notes = [part.who.value.capitalize()] if part.who else []
        if part.minutes_low is not None:
            is_span = part.minutes_high not in (None, part.minutes_low)
            notes.append(f"{part.minutes_low}–{part.minutes_high} min" if is_span else f"{part.minutes_low} min")
        if part.led_by:
            notes.append(plain(part.led_by))
        yield "  " * depth + f"• {plain(part.text)}" + (f" ({', '.join(notes)})" if notes else "")
        yield from _agenda(part.parts, depth + 1)


def _moment(name: str, day: date, clock: time, zone: str) -> str:
    wall = f"{_digits(day)}T{clock:%H%M%S}"
    return f"{name}:{wall}Z" if zone == "UTC" else f"{name};TZID={zone}:{wall}"


def _digits(day: date) -> str:
    return day.isoformat().replace("-", "")  # strftime pads no year before 1000


def _day_after(day: date) -> date:
    return day + timedelta(days=1) if day < date.max else day


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _one_line(text: str) -> str:
    return escaped(" ".join(_BREAKS.sub(" ", text).split()))


def _address(url: str) -> str:
    return re.sub(r"[\s\x00-\x20\x7f-\x9f]", "", url)


def _parameter(text: str) -> str:
    return " ".join(_UNPRINTABLE.sub("", _BREAKS.sub(" ", text)).replace('"', "'").split())


def invitation(
    event: str,
    zones: str,
    *,
    method: str,
    sequence: int,
    attendee: tuple[str, str],
    organiser: tuple[str, str],
    stamp: datetime,
) -> str:
    """Make of a VEVENT that calendars may subscribe to an invitation for one person (REQUEST), or its cancellation (CANCEL).

    `event` and `zones` are texts of `vevent` and `vtimezones`; `attendee` and `organiser` name and address. The UID stays, the
    sequence is the one given, `stamp` (aware) is when it is sent. Only the zones the event names come along. What is to be
    confirmed is TENTATIVE here, too.
    Source: RFC 5546 §3.2.2, §3.2.5; RFC 5545 §3.6.1. Raises ValueError for another method.
    """
    if method not in ("REQUEST", "CANCEL"):
        raise ValueError(f"an invitation is no {method}")
    lines = event.replace("\r\n ", "").rstrip("\r\n").split("\r\n")
    own = ("SEQUENCE:", "DTSTAMP:", "STATUS:", "ORGANIZER", "ATTENDEE", "LAST-MODIFIED:")
    kept = [line for line in lines if not line.startswith(own)]
    end = kept.index("END:VEVENT")
    kept[end:end] = [
        f"DTSTAMP:{_utc(stamp)}",
        f"SEQUENCE:{sequence}",
        f"STATUS:{'CANCELLED' if method == 'CANCEL' else 'TENTATIVE' if 'STATUS:TENTATIVE' in lines else 'CONFIRMED'}",
        f'ORGANIZER;CN="{_parameter(organiser[0])}":mailto:{_address(organiser[1])}',
        f'ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="{_parameter(attendee[0])}":'
        f"mailto:{_address(attendee[1])}",
    ]
    needed = _zones_named(kept)
    blocks = [
        block for block in zones.split("BEGIN:VTIMEZONE\r\n") if block.partition("\r\n")[0].removeprefix("TZID:") in needed
    ]
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", f"METHOD:{method}"]
    parts = [*map(folded, head), *(f"BEGIN:VTIMEZONE\r\n{block}" for block in blocks), *map(folded, kept), "END:VCALENDAR\r\n"]
    return "".join(parts)


def _zones_named(lines: Iterable[str]) -> set[str]:
    return {line.partition("TZID=")[2].partition(":")[0] for line in lines if line.startswith(("DTSTART;TZID=", "DTEND;TZID="))}


_DESCRIPTION = re.compile(r"^(DESCRIPTION(?:;[^:\r\n]*)?:)", re.MULTILINE)


def joined_at(event: str, address: str) -> str:
    """Give a VEVENT whose description begins with the address one joins from; for a person's own calendar only."""
    whole = re.sub(r"\r?\n[ \t]", "", event)
    told, count = _DESCRIPTION.subn(lambda found: f"{found[1]}{escaped(f'Join: {address}')}\\n\\n", whole, count=1)
    return "".join(map(folded, told.split("\r\n")[:-1])) if count else event
