"""Template tags of the desk's pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Protocol

from django import template

from hub.core import calendar
from hub.core.plan.model import Finding, Severity

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
