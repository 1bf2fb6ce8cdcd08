"""Say when a 1:1 is, by any clock."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template

from hub.core import calendar

register = template.Library()


@register.simple_tag
def span(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """Say a span of aware moments in a zone: "Tue 1 October 2024, 14:00–15:00 (London)"."""
    starts, ends = (each.astimezone(ZoneInfo(zone)) for each in (starts_at, ends_at))
    return calendar.say(starts.date(), starts.time(), ends.time(), zone)
