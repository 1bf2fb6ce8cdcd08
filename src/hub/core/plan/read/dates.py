"""Dates, times and durations as people write them in a plan.

Everything works on text whose emphasis and addresses were blanked out character by character, so that columns stay true.
Source: seeds/001, and the forms listed in docs/plan-language.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

from hub.core.calendar import MONTHS, place_of, zone_names

_MONTH_NUMBERS = {name.lower(): number for number, name in enumerate(MONTHS, 1)}
_MONTH_NUMBERS |= {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)} | {"sept": 9}
_DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|"
    r"Dec(?:ember)?|JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?|"
    r"NOV(?:EMBER)?|DEC(?:EMBER)?|january|february|april|june|july|august|september|october|november|december)"
)
_WEEKDAY = r"(?i:(?P<weekday>mon|tues?|wed(?:nes|s)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?,?\s{1,9}(?:the\s{1,9})?)?"
_RANGE = (
    r"(?:(?P<first>\d{1,2})(?:st|nd|rd|th)?(?P<to>\s{0,9}(?:-|–|—|&|\+|/|\bto\b|\band\b)\s{0,9})"
    r"(?i:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s{1,9})?)?"
)
_DATE = re.compile(
    rf"\b{_WEEKDAY}{_RANGE}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s{{1,9}}(?:of\s{{1,9}})?(?P<month>{MONTH})\b\.?"
    r"(?:,?\s{1,9}(?:(?P<year>(?:19|20|21)\d\d)\b(?!\s{0,9}[-–]\s{0,9}\d{4}\b)|['’](?P<short>\d\d)\b))?"
    rf"|\b{_WEEKDAY.replace('weekday', 'weekday2')}(?P<month2>{MONTH})\b\.?\s{{1,9}}(?:the\s{{1,9}})?(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.])\b"
    r"(?!\s{0,9}(?:am|pm)\b)(?:,?\s{1,9}(?P<year2>(?:19|20|21)\d\d)\b)?"
    rf"|\b{_WEEKDAY.replace('weekday', 'weekday3')}(?P<year3>(?:19|20|21)\d\d)-(?P<month3>\d\d)-(?P<day3>\d\d)(?:T(?=\d\d:)|(?!\d))"
    rf"|\b{_WEEKDAY.replace('weekday', 'weekday4')}(?P<day4>\d{{1,2}})(?P<sep>[/.])(?P<month4>\d{{1,2}})(?P=sep)(?P<year4>(?:20)?\d\d)(?!\d)"
)
_HALF = r"(?P<{0}h>\d{{1,2}})(?:\s?[:.h]\s?(?P<{0}m>\d\d))?(?P<{0}x>h)?\s{{0,9}}(?P<{0}a>[ap]\.?m\b\.?)?"
_NOON = r"(?P<{0}n>noon|midday|midnight)"
_FROM = rf"(?:{_HALF.format('f')}|{_NOON.format('f')})"
_TO = rf"(?:{_HALF.format('t')}|{_NOON.format('t')})"
_SPAN = re.compile(
    rf"(?<![\d:./-]){_FROM}\s{{0,9}}(?:-|–|—|−|\bto\b|\buntil\b|\btill\b|(?P<and>\band\b))\s{{0,9}}{_TO}(?![\d:/])(?!\s{{0,9}}(?:min|hours?\b|hrs?\b|%|people))",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?<![\d:./-])(?:(?P<fh>\d{1,2})(?::(?P<fm>\d\d)|h(?P<fg>\d\d))(?:\s{0,9}(?P<fa>[ap]\.?m\b\.?))?"
    r"|(?P<fh2>\d{1,2})(?:\.(?P<fm2>\d\d))?\s{0,9}(?P<fa2>[ap]\.?m\b\.?)|\bat\s{1,9}(?P<fn>noon|midday|midnight)"
    r"|\bat\s{1,9}(?P<fh3>\d{1,2})\.(?P<fm3>\d\d)(?!\.?\d)(?:\s{0,9}(?P<fa3>[ap]\.?m\b\.?))?)(?![\d:])",
    re.IGNORECASE,
)
# What is a time only because it stands right behind a date: "5 July 9.30", "5 July (15 - 17)", "5 July 1500-1700".
_BEHIND_DATE = re.compile(
    r"[\s,;:–—-]{0,12}(?P<open>\()?\s{0,9}(?:(?P<fh>[01]\d|2[0-3])(?P<fm>[0-5]\d)\s{0,9}[-–—]\s{0,9}(?P<th>[01]\d|2[0-4])(?P<tm>[0-5]\d)\s?h?\b"
    r"|(?P<fh2>\d{1,2})\.(?P<fm2>[0-5]\d)(?!\.?\d|\s{0,9}-?\s{0,9}(?i:h(?:ou)?rs?\b|h\b|min|%|[ap]\.?m\b))"
    r"|(?P<fh3>\d{1,2})\s{0,9}[-–—]\s{0,9}(?P<th3>\d{1,2})(?P<h>\s?h\b)?(?(open)\s{0,9}\)|(?(h)|(?!))))"
)
ABBREVIATIONS = frozenset({
    "BST", "GMT", "UTC", "IST", "CET", "CEST", "EET", "EEST", "WET", "WEST", "MSK", "EST", "EDT", "CST", "CDT", "MST", "MDT",
    "PST", "PDT", "AEST", "AEDT", "ACST", "AWST", "NZST", "NZDT", "JST", "KST", "SGT", "SAST", "EAT", "WAT",
})  # fmt: skip
_ZONE = re.compile(
    r"\s{0,9}[(\[,]?\s{0,9}(?:(?P<offset>(?:UTC|GMT)\s?[+−-]\s?\d{1,2}(?::?\d\d)?)(?!\d)"
    r"|(?P<name>[A-Z][A-Za-z_-]+(?:/[A-Z][A-Za-z_-]+){1,2})|(?P<label>Z|[A-Z]{3,4})\b"
    r"|(?P<place>UK|[A-Z][a-z]+(?:[ -][A-Z][a-z]+)?)(?=\s{1,9}time\b|\s{0,9}[)\]]))(?:\s{1,9}time\b)?\s{0,9}[)\]]?"
)
_DURATION = re.compile(
    r"(?<![\d:.])(?:(?P<h>\d{1,2})[.:](?P<hm>\d\d)\s{0,9}-?\s{0,9}(?:hours?|hrs?)\b|(?P<h2>\d{1,2})\s?h\s?(?P<hm2>\d\d)\b(?!\s{0,9}[-–—])"
    r"|(?P<h3>\d{1,2}(?:[.,]5)?|one|two|three|four|half an|an?)\s{0,9}-?\s{0,9}(?:hours?|hrs?|h(?!\s{0,9}[-–—:]?\s{0,9}\d))\b(?:\s{0,9}(?:and\s{1,9})?(?P<hm3>\d{1,2})\s{0,9}min\w*)?"
    r"|(?P<low>\d{1,3})(?:\s{0,9}(?:-|–|—|to)\s{0,9}(?P<high>\d{1,3}))?\s{0,9}-?\s{0,9}min(?:ute)?s?\b)",
    re.IGNORECASE,
)
_WORDS = {"one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "half an": 0.5, "a": 1.0, "an": 1.0}


@dataclass(frozen=True, slots=True)
class DateWritten:
    """A date as written: day and month always, the year only if it stands there. Columns are 0-based, the end exclusive."""

    day: int
    month: int
    year: int | None
    weekday: int | None
    start: int
    end: int
    text: str
    is_ambiguous: bool = False  # 05/07/2023
    is_several: bool = False  # 5-7 July: this is the first of the days

    def on(self, year: int) -> date | None:
        """Give the date in a year, None where there is no such day."""
        try:
            return date(self.year or year, self.month, self.day)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class TimesWritten:
    """Times as written: None where a clock cannot show them. Columns are 0-based, the end exclusive."""

    begins: time | None
    ends: time | None
    start: int
    end: int
    text: str
    zone: str | None = None  # a name of the time-zone database, or what was written: "BST", "UTC+1", "Europe/Atlantis"
    impossible: str | None = None


def month_number(name: str) -> int:
    """Give 1 to 12 for a month's name or its first letters. Raises KeyError."""
    word = name.lower().rstrip(".")
    return _MONTH_NUMBERS[word if word in _MONTH_NUMBERS else word[:3]]


def find_dates(text: str) -> list[DateWritten]:
    """Find every date in a text, in order."""
    found = []
    for match in _DATE.finditer(text):
        parts = match.groupdict()
        index = next(mark for mark in ("", "2", "3", "4") if parts[f"day{mark}"])
        month = parts[f"month{index}"]
        number = int(month) if month.isdigit() else month_number(month)
        year = parts[f"year{index}"] or (parts["short"] if not index else None)
        if year and len(year) == 2:
            year = f"20{year}"
        day, start = int(parts[f"day{index}"]), match.start()
        is_several = not index and parts["first"] is not None
        if is_several and (int(parts["first"]) >= day or not _is_range(text, match)):
            is_several, start = False, match.start("day")
        elif is_several:
            day = int(parts["first"])
        weekday = parts[f"weekday{index}"]
        found.append(
            DateWritten(
                day,
                number,
                int(year) if year else None,
                _DAYS[weekday[:3].lower()] if weekday else None,
                start,
                match.end(),
                text[start : match.end()],
                is_ambiguous=index == "4",
                is_several=is_several,
            )
        )
    return found


def _is_range(text: str, match: re.Match[str]) -> bool:
    """Say whether "5 - 7 July" is a stretch of days, not the number of something and its date: "Café 5 - 7 July"."""
    before = text[: match.start("first")].rstrip()
    return match.group("weekday") is not None or not match.group("to")[0].isspace() or not before or before[-1] in "-–—:;,.(["


def _time(hour: str | None, minute: str | None, half: str | None, noon: str | None) -> tuple[time | None, str | None]:
    """Give a clock time and, where there is none such, what was written."""
    if noon:
        return (time(0, 0) if noon.lower() == "midnight" else time(12, 0)), None
    if hour is None:
        return None, None
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:
            return None, f"{hour}{half}"
        hours = hours % 12 + (12 if half[0].lower() == "p" else 0)
    if hours > 23 or minutes > 59:
        return None, f"{hours}:{minutes:02}"
    return time(hours, minutes), None


def find_times(text: str, after: int = 0) -> TimesWritten | None:
    """Find a span of times, else a single time, the first after a column."""
    for match in _SPAN.finditer(text, after):
        parts = match.groupdict()
        is_clock = (
            parts["fm"]
            or parts["tm"]
            or parts["fa"]
            or parts["ta"]
            or parts["fn"]
            or parts["tn"]
            or (parts["fx"] and parts["tx"])
        )
        if not is_clock or (parts["and"] and not text[: match.start()].rstrip().lower().endswith("between")):
            continue
        half = parts["fa"]
        ends, no_end = _time(parts["th"], parts["tm"], parts["ta"], parts["tn"])
        if half and parts["tx"] and not parts["tm"]:
            continue  # 3 pm - 2h: a duration
        if half is None and parts["ta"] and parts["fh"] and int(parts["fh"]) <= 12:
            half = parts["ta"]
            begins, no_begin = _time(parts["fh"], parts["fm"], half, parts["fn"])
            if begins and ends and begins >= ends and half[0].lower() == "p":  # 11-1pm
                begins, no_begin = _time(parts["fh"], parts["fm"], "am", parts["fn"])
            elif begins and ends is not None and begins > ends and parts["th"] == "12":  # 10-12am: nobody meets until midnight
                ends = ends.replace(hour=12)
        else:
            begins, no_begin = _time(parts["fh"], parts["fm"], half, parts["fn"])
        return _with_zone(text, match, begins, ends, no_begin or no_end)
    if after and (behind := _BEHIND_DATE.match(text, after)) is not None:
        parts = behind.groupdict()
        begins, no_begin = _time(parts["fh"] or parts["fh2"] or parts["fh3"], parts["fm"] or parts["fm2"], None, None)
        ends, no_end = _time(parts["th"] or parts["th3"], parts["tm"], None, None)
        return _with_zone(text, behind, begins, ends, no_begin or no_end)
    clock = _CLOCK.search(text, after)
    if clock is None:
        return None
    parts = clock.groupdict()
    begins, impossible = _time(
        parts["fh"] or parts["fh2"] or parts["fh3"],
        parts["fm"] or parts["fg"] or parts["fm2"] or parts["fm3"],
        parts["fa"] or parts["fa2"] or parts["fa3"],
        parts["fn"],
    )
    return _with_zone(text, clock, begins, None, impossible)


def _with_zone(text: str, match: re.Match[str], begins: time | None, ends: time | None, impossible: str | None) -> TimesWritten:
    end, zone = match.end(), None
    beside = _ZONE.match(text, end)
    if beside:
        label, place = beside.group("label"), beside.group("place")
        if label in ("Z", "UTC"):
            zone = "UTC"
        elif label is not None:
            zone = label if label in ABBREVIATIONS else None
        elif place is not None:
            zone = zone_of(place)
        else:
            name = beside.group("name")
            zone = beside.group("offset") if name is None else name if name.split("/")[0] in _areas() else None
        end = beside.end() if zone else end
    return TimesWritten(begins, ends, match.start(), end, text[match.start() : end], zone, impossible)


def zone_of(place: str) -> str | None:
    """Give the zone named after a place, as people say it: "Paris", "New York", "UK"; None where there is none."""
    return _places().get(place.lower())


@lru_cache(maxsize=1)
def _areas() -> frozenset[str]:
    return frozenset(name.split("/")[0] for name in zone_names() if "/" in name)


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    places = {
        place_of(name).lower(): name
        for name in sorted(zone_names(), reverse=True)
        if name.count("/") == 1 and not name.startswith("Etc/")
    }
    return places | {"uk": "Europe/London"}


def find_minutes(text: str) -> tuple[int, int, int, int] | None:
    """Find a duration: (low, high, start column, end column), in minutes. "1.30 Hours" is an hour and a half."""
    match = _DURATION.search(text)
    if match is None:
        return None
    parts = match.groupdict()
    if parts["low"]:
        low = int(parts["low"])
        return low, max(low, int(parts["high"] or low)), match.start(), match.end()
    if parts["h"] or parts["h2"]:
        minutes = int(parts["h"] or parts["h2"]) * 60 + int(parts["hm"] or parts["hm2"])
    else:
        word = parts["h3"].lower().replace(",", ".")
        hours = _WORDS[word] if word in _WORDS else float(word)
        minutes = round(hours * 60) + int(parts["hm3"] or 0)
    return minutes, minutes, match.start(), match.end()
