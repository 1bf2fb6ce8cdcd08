"""Times and durations as call tools write them, and which of 4/5/2024 is the day: decided from all of a file's dates at once.

Nothing is guessed: where neither a date nor the language tells, it is a finding, and the caller says.
Sources: Unicode CLDR's short dates of the languages in `heads`; RFC 3339.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from hub.core.names import plain

_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009\u2007\u3000", " ") | dict.fromkeys("\u200e\u200f\u2068\u2069", ""))
_CLOCK = (
    r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:\s*(?P<half>[AaPp]\.?\s?[Mm]\b\.?))?(?:\s*Uhr)?(?P<offset>\s*(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?"
)
_THEN = rf"(?:(?:,|T|\s)\s*(?:klo|um|às|à|at|a las|kl\.?)?\s*{_CLOCK})?"
_NUMBERS = re.compile(rf"^(?P<one>\d{{1,4}})(?P<sep>[/.-])\s?(?P<two>\d{{1,2}})(?P=sep)\s?(?P<three>\d{{1,4}})\.?{_THEN}$")
_MONTH_NAME = r"[^\W\d]{3,12}"
_WORDS = re.compile(
    rf"^(?:[^\W\d]{{2,12}}\.?,?\s+)?"
    rf"(?:(?P<month>{_MONTH_NAME})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?"
    rf"|(?P<day2>\d{{1,2}})(?:\.|st|nd|rd|th|er)?\s+(?:de\s+)?(?P<month2>{_MONTH_NAME})\.?,?(?:\s+de)?)"
    rf"\s+(?P<year>\d{{4}}){_THEN}$"
)
_ONLY_CLOCK = re.compile(rf"^{_CLOCK}$")
_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "jan january janeiro januar janvier janv enero ene tammi tammikuuta",
            "feb february fev fevereiro februar fevrier fevr febrero helmi helmikuuta",
            "mar march marco marz mrz mars marzo maalis maaliskuuta",
            "apr april abr abril avril avr huhti huhtikuuta",
            "may mai maio mayo touko toukokuuta",
            "jun june junho juni juin junio kesa kesakuuta",
            "jul july julho juli juillet juil julio heina heinakuuta",
            "aug august ago agosto aout elo elokuuta",
            "sep sept september set setembro septembre septiembre syys syyskuuta",
            "oct october out outubro okt oktober octobre octubre loka lokakuuta",
            "nov november novembro novembre noviembre marras marraskuuta",
            "dec december dez dezembro dezember decembre diciembre dic joulu joulukuuta",
        ],
        1,
    )
    for name in names.split()
}
_ABSENT = frozenset(["", "-", "--", "—", "n/a", "na", "none", "null"])
_HOURS, _MINUTES, _SECONDS = (
    re.compile(rf"^(\d{{1,6}})\s*(?:{names})(?![a-z])\.?\s*")
    for names in (
        "h|hr|hrs|hour|hours|std|stunde|stunden|heure|heures|hora|horas|t|tunti|tuntia|ora|ore|u|uur|uren|tim|timme|timmar|time|timer"
        "|g|godz|godzina|godziny|godzin",
        "m|min|mins|minute|minutes|minuten|minuto|minutos|minuutti|minuuttia|minuti|minuut|minut|minuter|minutter|minuta|minuty",
        "s|sec|secs|sek|seg|second|seconds|sekunde|sekunden|seconde|secondes|segundo|segundos|sekunti|sekuntia|secondo|secondi"
        "|seconden|sekund|sekunder|sekunda|sekundy",
    )
)
_AND = re.compile(r"^(?:and|und|et|y|e|en|och|og|i|ja)\s+")
_COLONS = re.compile(r"^(\d{1,3}):(\d{2})(?::(\d{2}))?$")
_NUMBER = re.compile(r"^(\d{1,6})(?:[.,](\d{1,6}))?$")


@dataclass(frozen=True, slots=True)
class Written:
    """A time as it is written. `one` and `two` are day and month in an order that is open where `is_open`."""

    one: int
    two: int
    year: int
    clock: time | None
    is_open: bool
    offset: str = ""
    is_american: bool = False  # in English, as Unicode's forms have it, only America writes so: 9/4/2023, 2:58:05 PM

    def when(self, *, is_day_first: bool | None) -> datetime | None:
        """Give the time, None where the order is open. Raises ValueError where there is no such day."""
        day, month = self.one, self.two
        if self.is_open:
            if self.one <= 12 and self.two <= 12:
                if is_day_first is None and self.one != self.two:
                    return None
                if not is_day_first:
                    day, month = month, day
            elif self.one <= 12:
                day, month = month, day
        moment = datetime.combine(date(self.year, month, day), self.clock or time())
        if not self.offset:
            return moment
        zone = "+00:00" if self.offset in ("Z", "UTC", "GMT") else self.offset
        return datetime.fromisoformat(f"{moment.isoformat()}{zone}").astimezone(UTC)


def is_absent(text: str) -> bool:
    """Say whether a cell says that there is nothing, as "--" does."""
    return text.casefold() in _ABSENT


def read_written(text: str) -> Written | time | None:
    """Read a time of day with its date, or a time of day alone; None where the words are neither."""
    words = " ".join(text.translate(_SPACES).split())
    if len(words) > 60:
        return None
    try:
        if found := _NUMBERS.match(words):
            return _of_numbers(found)
        if found := _WORDS.match(words):
            month = _MONTHS.get(plain(found["month"] or found["month2"]))
            day = int(found["day"] or found["day2"])
            clock = _clock(found)
            return None if month is None else Written(day, month, int(found["year"]), clock, False, _offset(found))
        if found := _ONLY_CLOCK.match(words):
            return _clock(found)
    except ValueError:
        return None
    return None


def _of_numbers(found: re.Match[str]) -> Written | None:
    one, two, three = found["one"], found["two"], found["three"]
    clock, offset = _clock(found), _offset(found)
    if len(one) == 4:
        return Written(int(three), int(two), int(one), clock, False, offset) if len(three) <= 2 else None
    if len(one) > 2 or len(three) not in (2, 4):
        return None
    year = int(three) + (2000 if len(three) == 2 else 0)
    is_open = found["sep"] != "."  # who writes dots writes the day first
    american = found["sep"] == "/" and found["half"] in ("AM", "PM")
    return Written(int(one), int(two), year, clock, is_open, offset, american)


def _clock(found: re.Match[str]) -> time | None:
    """Give the time of day, None where there is none. Raises ValueError where it cannot be."""
    if found["hour"] is None:
        return None
    hour, half = int(found["hour"]), (found["half"] or "")[:1].lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError("no such hour on a clock of twelve")
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, int(found["minute"]), int(found["second"] or 0))


def _offset(found: re.Match[str]) -> str:
    return (found["offset"] or "").strip()


def seconds_of(text: str) -> int | None:
    """Read a duration ("1h 2m 10s", "55 min", "1 h 1 min 55 s", "01:02:10") as seconds; None where it is none."""
    words = " ".join(text.translate(_SPACES).casefold().split())
    if not words or len(words) > 60:
        return None
    if found := _COLONS.match(words):
        first, second, third = (int(each) if each else None for each in found.groups())
        assert first is not None and second is not None
        if third is None:  # hours and minutes: no tool writes minutes and seconds alone
            return first * 3600 + second * 60 if second < 60 else None
        return first * 3600 + second * 60 + third if second < 60 and third < 60 else None
    rest, total, is_any = words, 0, False
    for pattern, unit in ((_HOURS, 3600), (_MINUTES, 60), (_SECONDS, 1)):
        if found := pattern.match(rest):
            total += int(found[1]) * unit
            rest, is_any = rest[found.end() :], True
            rest = _AND.sub("", rest.removeprefix(",").strip(), count=1)
    return total if is_any and not rest else None


def minutes_of(text: str) -> int | None:
    """Read a number of minutes, or a duration, as whole minutes, a part of one left out; None where it is neither."""
    if found := _NUMBER.match(text.strip()):
        return int(found[1])
    seconds = seconds_of(text)
    return None if seconds is None else seconds // 60


@dataclass(slots=True)
class Order:
    """Which comes first in 4/5/2024, from all dates of a file."""

    given: bool | None = None  # what the caller said
    is_day_first_by_language: bool | None = None
    near: date | None = None  # the day of the session, where the caller knows it
    firsts: int = 0  # dates whose day can only stand first
    seconds: int = 0
    openly: set[tuple[int, int, int]] = field(default_factory=set)
    is_american: bool = False
    has_unicode_forms: bool = False  # the program writes dates as its user's language has them, as Teams does
    cache: dict[str, Written | time | None] = field(default_factory=dict)

    def take(self, texts: Iterable[str]) -> None:
        """Look at some cells."""
        for text in texts:
            if not text or text in self.cache:
                continue
            written = self.cache[text] = read_written(text)
            if isinstance(written, Written) and written.is_open:
                if written.one > 12 >= written.two:
                    self.firsts += 1
                elif written.two > 12 >= written.one:
                    self.seconds += 1
                elif written.one != written.two and written.one <= 12:
                    self.openly.add((written.one, written.two, written.year))
                    self.is_american = self.is_american or written.is_american

    def read(self, text: str) -> Written | time | None:
        """Read a cell, each text once."""
        if text not in self.cache:
            self.cache[text] = read_written(text)
        return self.cache[text]

    @property
    def is_mixed(self) -> bool:
        """Whether some dates can only be day first and others only month first."""
        return bool(self.firsts and self.seconds)

    @property
    def is_undecided(self) -> bool:
        """Whether there are dates that may be read in two ways and nothing says which."""
        return bool(self.openly) and self.decided is None

    @property
    def decided(self) -> bool | None:
        """Whether the day comes first: as the caller says, a date can only mean, or the session's day or the language says."""
        if self.given is not None:
            return self.given
        if self.is_mixed:
            return None
        if self.firsts or self.seconds:
            return bool(self.firsts)
        if not self.openly:
            return None
        if self.near is not None:
            fits = [_is_near(self.openly, self.near, is_day_first=each) for each in (True, False)]
            if fits[0] != fits[1]:
                return fits[0]
        if self.is_day_first_by_language is not None:
            return self.is_day_first_by_language
        return False if self.is_american and self.has_unicode_forms else None


def _is_near(dates: Iterable[tuple[int, int, int]], day: date, *, is_day_first: bool) -> bool:
    """Say whether all of some dates, so read, lie at most a day from another."""
    for one, two, year in dates:
        month, number = (two, one) if is_day_first else (one, two)
        try:
            if abs((date(year, month, number) - day).days) > 1:
                return False
        except ValueError:
            return False
    return True
