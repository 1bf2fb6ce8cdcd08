"""The rules a programme holds its plans to, and the Hub's own, which are those of the first programme.

A rule is data: what a team may change, it changes in a small TOML file (`read_rules`).
Sources: seeds/000 (cafés, trainings, in-person days, order), seeds/002 (unstructured time, load), docs/plan-language.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from hub.core.calendar import MonthlyRule
from hub.core.plan.model import Kind, Severity
from hub.core.plan.rules.codes import CODES


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRule:
    """When the sessions of a kind are held: on which days, from when to when (wall time), and how many in a whole cohort."""

    kind: Kind
    on: MonthlyRule
    start: time
    end: time
    count: int | None = None

    @property
    def minutes(self) -> int:
        """How long one lasts, in minutes."""
        return (self.end.hour - self.start.hour) * 60 + self.end.minute - self.start.minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """A training of the catalogue: its title, and other words a plan may call it by."""

    title: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRule:
    """What must come before what. Each side is a thing and other words for it, the one people say first."""

    first: tuple[str, ...]
    then: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a plan is checked against.

    `months` is how long a whole cohort runs: a plan with fewer chapters is a draft, and what only a whole plan can
    show (too few in-person days, for example) is not held against it.
    `hours_in_month` is an Expert's: 0.2 of a post of 37.5 hours a week, in whole hours, as their load counts it.
    `severities` holds only what differs from `CODES`; None switches a code off.
    """

    zone: str = "Europe/London"
    country: str = "GB"
    region: str | None = "ENG"
    months: int = 6
    hours_in_month: int = 32
    in_person_days: tuple[int, int] = (2, 3)
    unstructured: tuple[str, ...] = (
        "unstructured",
        "unstructure",
        "non-structured",
        "informal",
        "open discussion",
        "free discussion",
        "free time",
        "networking",
    )
    series: tuple[SeriesRule, ...] = (
        SeriesRule(kind=Kind.CAFE, on=MonthlyRule(2, (1, 3)), start=time(15), end=time(17), count=12),
    )
    trainings: tuple[Training, ...] = (
        Training(title="Stakeholder mapping", also=("stakeholder engagement", "mapping stakeholders")),
        Training(title="User journey mapping", also=("user journey", "mapping user journeys")),
        Training(title="Open leadership"),
        Training(title="Pedagogy of technical teaching", also=("pedagogy", "technical teaching")),
        Training(title="Skills and knowledge gap mapping", also=("skills gap", "knowledge gap", "skills mapping")),
        Training(title="Systems thinking"),
        Training(title="Product strategy and road mapping", also=("product strategy", "road mapping", "roadmapping")),
        Training(title="Licences", also=("licenses", "licensing", "choosing a licence")),
        Training(title="Metrics", also=("measuring impact",)),
    )
    order: tuple[OrderRule, ...] = (
        OrderRule(
            first=("user-journey mapping", "user journey"),
            then=("case-study writing", "case studies writing", "case writing", "writing case studies", "write case studies"),
        ),
    )
    severities: tuple[tuple[str, Severity | None], ...] = ()

    def severity(self, code: str) -> Severity | None:
        """Say how bad a code is under these rules, None where it is switched off. Raises KeyError for no such code."""
        return dict(self.severities).get(code, CODES[code].severity)

    def has_said(self, code: str) -> bool:
        """Say whether these rules themselves set a code's severity."""
        return code in dict(self.severities)

    def to_toml(self) -> str:
        """Write the rules as the whole TOML file that `read_rules` reads back as equal rules."""
        lines = [
            f"zone = {_quoted(self.zone)}",
            f"months = {self.months}  # how long a whole cohort runs",
            f"hours_in_month = {self.hours_in_month}  # what may be asked of an Expert: 0.2 of a post of 37.5 hours a week",
            f"in_person_days = [{self.in_person_days[0]}, {self.in_person_days[1]}]  # at least, at most",
            f"unstructured = {_listed(self.unstructured)}  # words that name unstructured time",
            "",
            "[holidays]",
            f"country = {_quoted(self.country)}",
            f"region = {_quoted(self.region or '')}  # empty: the whole country",
        ]
        for series in self.series:
            lines += ["", "[[series]]", f"kind = {_quoted(series.kind)}", f"on = {_quoted(series.on.say())}"]
            lines += [f'start = "{series.start:%H:%M}"', f'end = "{series.end:%H:%M}"']
            lines += [f"count = {series.count}  # in a whole cohort"] if series.count is not None else []
        for training in self.trainings:
            lines += ["", "[[training]]", f"title = {_quoted(training.title)}"]
            lines += [f"also = {_listed(training.also)}"] if training.also else []
        for rule in self.order:
            lines += ["", "[[order]]", f"first = {_listed(rule.first)}", f"then = {_listed(rule.then)}"]
        empty = [
            name for name, rows in (("series", self.series), ("training", self.trainings), ("order", self.order)) if not rows
        ]
        lines[5:5] = [f"{name} = []" for name in empty]  # before the first table, or it would belong to that
        if self.severities:
            lines += ["", "[severity]", *(f'{code} = "{severity or "off"}"' for code, severity in self.severities)]
        return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in plain) + '"'


def _listed(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(_quoted, texts)) + "]"


DEFAULT = Rules()
