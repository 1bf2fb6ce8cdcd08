"""The year of each month of a plan, where the document lets one know it: explicit years first, then weekdays.

Source: issue of the plan language; months that go down in number cross a New Year.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one date says about the year of the chapter it stands in; `offset` is years since the first chapter."""

    offset: int
    month: int
    day: int
    year: int | None
    weekday: int | None


def offsets(months: Sequence[int]) -> list[int]:
    """Give, for chapters in the order of the document, how many New Years lie between the first and each."""
    passed, result, earlier = 0, [], None
    for month in months:
        if earlier is not None and month < earlier:
            passed += 1
        result.append(passed)
        earlier = month
    return result


def base_year(evidence: Iterable[Evidence], *, stated: int | None, mentioned: Iterable[int], default: int | None) -> int | None:
    """Give the year of the first chapter, None where nothing settles it.

    In order: the year the front matter states; years written beside dates (the one most dates agree on); the years that
    the written weekdays allow, if the text mentions just one of them or `default` is one; `default`.
    """
    if stated is not None:
        return stated
    known = list(evidence)
    explicit = Counter(each.year - each.offset for each in known if each.year is not None)
    if explicit:
        most = max(explicit.values())
        return min(year for year, count in explicit.items() if count == most)
    weekdays = [each for each in known if each.weekday is not None]
    if weekdays:
        scores = {year: sum(_fits(each, year) for each in weekdays) for year in range(1970, 2100)}
        best = max(scores.values())
        allowed = {year for year, score in scores.items() if score == best}
        named = set(mentioned) & allowed
        if len(named) == 1:
            return named.pop()
        if default is not None:
            return default if default in allowed else min(allowed, key=lambda year: (abs(year - default), year))
        return None
    return default


def _fits(each: Evidence, year: int) -> bool:
    year += each.offset
    return (
        1 <= each.day <= calendar.monthrange(year, each.month)[1] and date(year, each.month, each.day).weekday() == each.weekday
    )


def nearest_year(month: int, chapter_year: int, chapter_month: int) -> int:
    """Give the year that puts a month nearest to its chapter: 2 January under "December 2023" is in 2024."""
    return min(
        (chapter_year - 1, chapter_year, chapter_year + 1),
        key=lambda year: abs((year - chapter_year) * 12 + month - chapter_month),
    )
