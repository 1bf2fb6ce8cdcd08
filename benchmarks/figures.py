"""A figure, how it is timed, and how it is printed."""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value, the bound measured in the same run, and their ratio as costs: 2 is twice as dear as the bound."""

    name: str
    value: float
    unit: str
    at: dict[str, int | str]
    bound: float | None = None
    ratio: float | None = None
    more: dict[str, float | int | str] = field(default_factory=dict)


def emit(figure: Figure) -> Figure:
    """Print a figure as JSON and for people."""
    data = {key: value for key, value in asdict(figure).items() if key != "more"} | figure.more
    print(json.dumps(data, ensure_ascii=False), flush=True)
    at = ", ".join(f"{count} {what}" for what, count in figure.at.items())
    bound = (
        f"bound {figure.bound:>10.3f}  ratio {figure.ratio:5.2f}"
        if figure.bound is not None and figure.ratio is not None
        else ""
    )
    extra = "  ".join(f"{key} {value}" for key, value in figure.more.items())
    print(f"{figure.name:<18}{at:<24}{figure.value:>12.3f} {figure.unit:<8}{bound:<34}{extra}", file=sys.stderr, flush=True)
    return figure


def milliseconds(work: Callable[[], object], *, rounds: int = 7, least: float = 0.02) -> float:
    """Give the median milliseconds of one call, each round long enough (`least` seconds) to trust the clock."""
    work()
    started = time.perf_counter()
    work()
    once = max(time.perf_counter() - started, 1e-7)
    times = max(1, int(least / once))
    samples = []
    gc.collect()
    for _ in range(rounds):
        started = time.perf_counter()
        for _ in range(times):
            work()
        samples.append((time.perf_counter() - started) / times)
    return statistics.median(samples) * 1000


def paired(work: Callable[[], object], bound: Callable[[], object], *, rounds: int = 9) -> tuple[float, float, float]:
    """Time work and bound in turn, so that a drifting machine touches both; give (work ms, bound ms, median ratio)."""
    pairs = [(milliseconds(work, rounds=1), milliseconds(bound, rounds=1)) for _ in range(rounds)]
    return (
        statistics.median(one for one, _ in pairs),
        statistics.median(other for _, other in pairs),
        statistics.median(one / other for one, other in pairs),
    )
