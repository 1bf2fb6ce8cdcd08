"""Where this Hub is at home: whose clock holds for who chose none, and whose days roles begin and end on."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from hub.core.calendar import instant


def home_zone() -> str:
    """Give the time zone this Hub is at home in, by its place (`HUB_ZONE`)."""
    zone: str = settings.HOME_ZONE
    return zone


def beginning_of(day: date) -> datetime:
    """Give the moment a day begins at home."""
    return instant(day, time(0), home_zone())


def day_of(at: datetime) -> date:
    """Give the day it is at home at an aware moment."""
    return at.astimezone(ZoneInfo(home_zone())).date()
