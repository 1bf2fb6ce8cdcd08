"""How commitments and the attendance grid are drawn."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from hub.core.commitments import Forecast, Standing, say

register = template.Library()

_MARKS = {
    Standing.CAME: "✓",
    Standing.MISSED: "✕",
    Standing.EXCUSED: "–",
    Standing.CAUGHT_UP: "↻",
    Standing.UNKNOWN: "?",
    Standing.TO_COME: "·",
}


@register.filter
def mark(standing: Standing) -> str:
    """Give the sign of a standing, as the grid and its legend draw it."""
    return _MARKS[standing]


@register.filter
def standing_cells(cells: Iterable[Standing | None]) -> SafeString:
    """Draw the cells of an Expert's row: a sign with its word for those who do not see it."""
    return format_html_join(
        "",
        '<td class="attendance-cell"><span class="mark" data-standing="{}" aria-hidden="true" title="{}">{}</span>'
        '<span class="visually-hidden">{}</span></td>',
        ((cell.value, cell.label, _MARKS[cell], cell.label) if cell else ("", "", "", "Nothing asked") for cell in cells),
    )


@register.filter
def at_most(number: int, most: int) -> int:
    """Give a number, or the most where it is above."""
    return min(number, most)


@register.filter
def still_possible(forecast: Forecast) -> int:
    """Give how much of what is needed can still be earned, for the picture of progress."""
    return max(0, min(forecast.needed, forecast.possible) - forecast.earned)


@register.filter
def in_numbers(forecast: Forecast) -> str:
    """Say how much is earned of what is needed: "4 of 6 cafés · 5 more to come"; what is beyond is said as such."""
    promise, earned, needed = forecast.promise, forecast.earned, forecast.needed
    said = f"{earned} of {needed} {promise.one if needed == 1 else promise.many}"
    if earned > needed:
        said = f"{earned} {promise.many}, {needed} asked"
    return f"{said} · {forecast.to_come} more to come" if forecast.to_come else said


@register.filter
def in_words(forecast: Forecast) -> str:
    """Say to an Expert how a commitment stands."""
    return say(forecast)


@register.filter
def plus(count: int, more: Collection[object]) -> int:
    """Add how many there are of something else."""
    return count + len(more)
