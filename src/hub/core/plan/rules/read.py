"""Read a team's rules from TOML. What the file does not name stays as the Hub's own rules have it.

Every refusal names the key it speaks of and says what the key takes.
Source: docs/plan-language.md, "What is checked".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, time
from difflib import get_close_matches
from typing import ClassVar, NoReturn, TypeVar

from hub.core.calendar import MonthlyRule, holiday, is_zone
from hub.core.errors import Refusal
from hub.core.plan.model import Kind, Severity
from hub.core.plan.rules.codes import CODES
from hub.core.plan.rules.model import DEFAULT, OrderRule, Rules, SeriesRule, Training

T = TypeVar("T")


class BadRules(Refusal):
    """The rules cannot be used as they are written; `field` is the key the sentence speaks of."""

    code: ClassVar[str] = "bad-rules"


def read_rules(toml_text: str) -> Rules:
    """Read rules from TOML; keys left out keep the value of `DEFAULT`, lists given replace the Hub's own.

    Raises BadRules with a sentence that names the key and what it takes.
    """
    try:
        data = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as error:
        raise BadRules(f"The rules are not TOML that can be read: {_plain(str(error))}.") from None
    except RecursionError:
        raise BadRules("The rules are nested too deeply to be read.") from None
    file = _Keys(data, "")
    holidays = _Keys(file.table("holidays"), "holidays")
    rules = Rules(
        zone=file.read("zone", _zone, DEFAULT.zone),
        country=holidays.read("country", _text, DEFAULT.country),
        region=holidays.read("region", _region, DEFAULT.region),
        months=file.read("months", _whole(1, 60), DEFAULT.months),
        hours_in_month=file.read("hours_in_month", _whole(1, 744), DEFAULT.hours_in_month),
        in_person_days=file.read("in_person_days", _least_most, DEFAULT.in_person_days),
        unstructured=file.read("unstructured", _texts, DEFAULT.unstructured),
        series=file.rows("series", _series, DEFAULT.series),
        trainings=file.rows("training", _training, DEFAULT.trainings),
        order=file.rows("order", _order, DEFAULT.order),
        severities=_severities(file.table("severity")),
    )
    holidays.finish()
    file.finish()
    if "country" in holidays.data and "region" not in holidays.data and rules.country != DEFAULT.country:
        rules = replace(rules, region=None)  # England is no region of another country
    if len({series.kind for series in rules.series}) != len(rules.series):
        raise BadRules("“series” has two rules for one kind; give each kind one series.", field="series")
    try:
        holiday(date(2024, 1, 1), country=rules.country, region=rules.region)
    except (NotImplementedError, KeyError, AttributeError):
        where = f"“{rules.country}”" + (f" with the region “{rules.region}”" if rules.region else "")
        sentence = f"No holidays are known for {where}. Use codes such as country = “GB” and region = “ENG”."
        raise BadRules(sentence, field="holidays.country") from None
    return rules


def _plain(error: str) -> str:
    """Give the parser's message without its full stop, its parentheses opened: "… at line 3, column 5"."""
    return re.sub(r" \((at [^)]*)\)$", r", \1", error.rstrip("."))


class _Keys:
    """One table of the file: reads its keys, remembers which, and refuses the ones nobody asked for."""

    def __init__(self, data: Mapping[str, object], name: str) -> None:
        self.data = data
        self.name = name
        self.known: list[str] = []

    def path(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def read(self, key: str, take: Callable[[str, object], T], default: T) -> T:
        self.known.append(key)
        return take(self.path(key), self.data[key]) if key in self.data else default

    def need(self, key: str, take: Callable[[str, object], T]) -> T:
        self.known.append(key)
        if key not in self.data:
            raise BadRules(f"“{self.name}” needs “{key}”.", field=self.path(key))
        return take(self.path(key), self.data[key])

    def table(self, key: str) -> Mapping[str, object]:
        return self.read(key, _table, {})

    def rows(self, key: str, take: Callable[[_Keys], T], default: tuple[T, ...]) -> tuple[T, ...]:
        def rows(path: str, value: object) -> tuple[T, ...]:
            if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
                _refuse(path, "a list of tables, each written under [[" + key + "]]", value)
            read = []
            for number, row in enumerate(value, start=1):
                keys = _Keys(row, f"{path}[{number}]")
                read.append(take(keys))
                keys.finish()
            return tuple(read)

        return self.read(key, rows, default)

    def finish(self) -> None:
        for key in self.data:
            if key not in self.known:
                raise BadRules(f"“{self.path(key)}” is no key of the rules.{_guess(key, self.known)}", field=self.path(key))


def _guess(word: str, known: Iterable[str]) -> str:
    listed = list(known)
    near = get_close_matches(word, listed, n=1)
    return f" Did you mean “{near[0]}”?" if near else " There are: " + ", ".join(listed) + "."


def _refuse(path: str, wanted: str, value: object) -> NoReturn:
    shown = f"“{value}”" if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    shown = shown if len(shown) <= 60 else shown[:59] + "…"
    raise BadRules(f"“{path}” takes {wanted}, not {shown}.", field=path)


def _table(path: str, value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else _refuse(path, f"a table, written under [{path}]", value)


def _text(path: str, value: object) -> str:
    return value.strip() if isinstance(value, str) and value.strip() else _refuse(path, "a text", value)


def _region(path: str, value: object) -> str | None:
    return (value.strip() or None) if isinstance(value, str) else _refuse(path, "a text, empty for the whole country", value)


def _zone(path: str, value: object) -> str:
    return value if isinstance(value, str) and is_zone(value) else _refuse(path, "a zone's name such as “Europe/London”", value)


def _whole(least: int, most: int) -> Callable[[str, object], int]:
    def take(path: str, value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        _refuse(path, f"a whole number from {least} to {most}", value)

    return take


def _least_most(path: str, value: object) -> tuple[int, int]:
    wanted = "two whole numbers, at least and at most, such as [2, 3]"
    if not isinstance(value, list) or len(value) != 2:
        _refuse(path, wanted, value)
    least, most = value
    if not all(isinstance(each, int) and not isinstance(each, bool) and each >= 0 for each in value) or least > most:
        _refuse(path, wanted, value)
    return least, most


def _texts(path: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value):
        return tuple(value)
    _refuse(path, "a list of texts", value)


def _words(path: str, value: object) -> tuple[str, ...]:
    """Take one text or several: other words for one thing."""
    texts = _texts(path, [value] if isinstance(value, str) else value)
    return texts or _refuse(path, "at least one text", value)


def _clock(path: str, value: object) -> time:
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0)
    if isinstance(value, str) and re.fullmatch(r"([01]?[0-9]|2[0-3]):[0-5][0-9]", value):
        hour, minute = value.split(":")
        return time(int(hour), int(minute))
    _refuse(path, "a time such as “15:00”", value)


def _kind(path: str, value: object) -> Kind:
    kinds = [kind.value for kind in Kind if kind.is_gathering]
    return Kind(value) if isinstance(value, str) and value in kinds else _refuse(path, "one of " + ", ".join(kinds), value)


def _monthly(path: str, value: object) -> MonthlyRule:
    try:
        return MonthlyRule.parse(_text(path, value))
    except ValueError as error:
        raise BadRules(f"“{path}” takes days such as “1st and 3rd Wednesday”. {error}", field=path) from None


def _series(keys: _Keys) -> SeriesRule:
    count = keys.read("count", _whole(1, 500), None)
    rule = SeriesRule(
        kind=keys.need("kind", _kind),
        on=keys.need("on", _monthly),
        start=keys.need("start", _clock),
        end=keys.need("end", _clock),
        count=count,
    )
    return rule if rule.minutes > 0 else _refuse(keys.path("end"), "a time after its start", f"{rule.end:%H:%M}")


def _training(keys: _Keys) -> Training:
    return Training(title=keys.need("title", _text), also=keys.read("also", _texts, ()))


def _order(keys: _Keys) -> OrderRule:
    return OrderRule(first=keys.need("first", _words), then=keys.need("then", _words))


def _severities(table: Mapping[str, object]) -> tuple[tuple[str, Severity | None], ...]:
    said: list[tuple[str, Severity | None]] = []
    for code, value in table.items():
        path = f"severity.{code}"
        if code not in CODES:
            raise BadRules(f"“{code}” is no code of a finding.{_guess(code, CODES)}", field=path)
        if value == "off":
            if CODES[code].is_always_checked:
                raise BadRules(f"“{code}” is always checked; it takes “error”, “warning” or “note”.", field=path)
            said.append((code, None))
        elif isinstance(value, str) and value in set(Severity):
            said.append((code, Severity(value)))
        else:
            _refuse(path, "“error”, “warning”, “note” or “off”", value)
    return tuple(said)
