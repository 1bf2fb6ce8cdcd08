"""Template tags of the desk's pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Protocol

from django import template

from hub.core import calendar
from hub.core.plan.model import Finding, Severity
from hub.core.runsheet import say_offset
from hub.kit.journal import NOBODY

register = template.Library()

_RANK = (Severity.ERROR, Severity.WARNING, Severity.NOTE)


class Spanned(Protocol):
    """What has a start and an end on the clock."""

    @property
    def start(self) -> time | None:
        """When it starts."""

    @property
    def end(self) -> time | None:
        """When it ends."""


@register.filter
def short_day(value: date) -> str:
    """Say a day where its year and month are plain from the place: "Wed 5 Jul"."""
    return f"{calendar.WEEKDAYS[value.weekday()][:3]} {value.day} {calendar.MONTHS[value.month - 1][:3]}"


@register.filter
def month_name(value: date) -> str:
    """Say a month: "July 2023"."""
    return f"{calendar.MONTHS[value.month - 1]} {value.year}"


@register.filter
def times(session: Spanned) -> str:
    """Say the times of a session: "15:00–17:00"."""
    return calendar.say_times(session.start, session.end)


@register.filter
def worst(findings: Iterable[Finding]) -> str:
    """Give the severity of the gravest finding, empty where there is none."""
    severities = {finding.severity for finding in findings}
    return next((severity.value for severity in _RANK if severity in severities), "")


@register.filter
def offset(days: int) -> str:
    """Say how a line of a run-sheet stands to its session: "3 weeks before"."""
    return say_offset(days)


@register.filter
def name_of(names: Mapping[int, str], key: int) -> str:
    """Name a person by their key, of those given."""
    return names.get(key, NOBODY)


@register.filter
def of(counts: Mapping[str, int], name: str) -> int:
    """Give one of several counts by its name."""
    return counts[name]
