"""Template tags of the shell, loaded everywhere."""

from __future__ import annotations

from datetime import date, datetime, time

from django import template
from django.utils.safestring import SafeString

from hub.core import calendar
from hub.kit import prose

register = template.Library()


@register.simple_tag
def when(day: date | None, start: time | None = None, end: time | None = None, zone: str | None = None) -> str:
    """Say when something is, in the Hub's one way of writing a time."""
    return calendar.say(day, start, end, zone)


@register.filter
def moment(value: datetime, zone: str) -> str:
    """Say an aware moment in a zone."""
    return calendar.say_instant(value, zone)


@register.filter
def markdown(text: str) -> SafeString:
    """Render Markdown as clean HTML blocks."""
    return prose.to_html(text)


@register.filter
def markdown_line(text: str) -> SafeString:
    """Render one line of Markdown as clean inline HTML."""
    return prose.to_inline_html(text)
