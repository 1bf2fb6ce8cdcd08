"""The attendance grid on its way out: a row for each Expert, a column for each commitment and each session."""

from __future__ import annotations

from collections.abc import Iterator

from hub.core.commitments import Forecast, say_promise
from hub.participation.queries.forecasts import CohortForecast, Participant


def header(told: CohortForecast) -> list[str]:
    """Give the heads: Expert, organisation, then of each commitment its verdict and numbers, then the sessions."""
    heads = ["Expert", "Organisation"]
    for promise in told.promises:
        said = say_promise(promise)
        heads += [f"{said[:1].upper()}{said[1:]}: verdict", f"{promise.many}: earned", f"{promise.many}: needed"]
    for _, each in told.columns:
        occurrence = told.occurrences[each.id]
        heads.append(f"{occurrence.say_title}, {occurrence.say_when}")
    return heads


def rows(told: CohortForecast, people: tuple[Participant, ...]) -> Iterator[list[str | int]]:
    """Yield a row for each of some Experts of a cohort."""
    for one in people:
        row: list[str | int] = [one.person.name, one.expert.organisation.name if one.expert.organisation else ""]
        for forecast in one.forecasts:
            row += [verdict_label(forecast), forecast.earned, forecast.needed]
        row += ["" if cell is None else cell.label for cell in told.cells(one)]
        yield row


def verdict_label(forecast: Forecast) -> str:
    """Give the word for how a commitment stands: the verdict's, or that it was waived or asks for nothing."""
    if forecast.is_waived:
        return "Waived"
    return forecast.verdict.label if forecast.needed else "Not asked"
