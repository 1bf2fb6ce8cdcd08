"""Checks of the series (the Collaboration Cafés) and of what must keep off their days.

Sources: seeds/000 ("12 sessions", "first and third Wednesdays", "2 hours", "not be scheduled on Collab Cafes days").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hub.core.calendar import say_date, say_times
from hub.core.plan.check.dates import at_date
from hub.core.plan.check.facts import Draft, Facts, group_parts, name_of, say_days, say_minutes, span_minutes
from hub.core.plan.check.words import calls_itself_training, headline
from hub.core.plan.model import Kind, Session
from hub.core.plan.rules import SeriesRule


def check_series(facts: Facts) -> Iterator[Draft]:
    """Yield the sessions of a series on a wrong day or at a wrong time, how many are missing, and trainings on their days."""
    for rule in facts.rules.series:
        yield from _each(facts, rule)
        yield from _count(facts, rule)
    yield from _trainings(facts)


def word_for(kind: Kind) -> str:
    """Give the word for a kind inside a sentence: "café", "1:1", "full meeting"."""
    return kind.label.lower()


def _each(facts: Facts, rule: SeriesRule) -> Iterator[Draft]:
    word = word_for(rule.kind)
    for entry in facts.entries:
        if entry.kind is not rule.kind or entry.date is None:
            continue
        if not rule.on.gives(entry.date):
            instead = _nearest(facts, rule, entry.date)
            yield at_date(
                "off-series",
                entry,
                f"is a {word} on {say_date(entry.date)}, but {word}s are on the {rule.on.say()}.",
                f"Move it to {say_date(instead)}." if instead else f"Move it to a {rule.on.say()}.",
            )
        minutes = span_minutes(entry)
        times = say_times(rule.start, rule.end)
        if minutes is not None and minutes != rule.minutes:
            yield at_date(
                "series-duration",
                entry,
                f"lasts {say_minutes(minutes)}; a {word} lasts {say_minutes(rule.minutes)}.",
                f"Write {times}, or accept the rule for this one and say why.",
            )
        elif minutes is not None and entry.start != rule.start:
            yield at_date(
                "series-time",
                entry,
                f"is at {say_times(entry.start, entry.end)}; {word}s are at {times}.",
                f"Write {times}, or accept the rule for this one and say why.",
            )


def _nearest(facts: Facts, rule: SeriesRule, day: date) -> date | None:
    """Give the series' day in the same week, else the nearest one, that nothing else takes."""
    free = facts.free_days(rule.kind)
    return min(free, key=lambda each: (each.isocalendar()[:2] != day.isocalendar()[:2], abs(each - day)), default=None)


def _count(facts: Facts, rule: SeriesRule) -> Iterator[Draft]:
    """Compare how many there are with the rule's count.

    A plan can hold no more of them than its months have days for, and a day lost to a holiday is not held against it.
    """
    days = facts.series_days[rule.kind]
    if rule.count is None or not days:
        return
    those = [entry for entry in facts.entries if entry.kind is rule.kind]
    held_on = {entry.date for entry in those}
    lost = [day for day in days if day not in held_on and facts.holiday(day)]
    wanted = min(rule.count, len(days)) if not facts.is_whole else rule.count
    enough = min(wanted, max(len(days) - len(lost), 0)) if lost else wanted
    if enough <= len(those) <= wanted:
        return
    word = word_for(rule.kind)
    undated = sum(entry.date is None for entry in those)
    open_dates = f", {'one' if undated == 1 else undated} of them without a date" if undated else ""
    plural = word if len(those) == 1 else f"{word}s"
    free = facts.free_days(rule.kind)
    asked = wanted if len(those) > wanted else enough
    if len(those) > wanted:
        suggestion = "Take one out, or raise the series' count in your rules."
    elif free:
        suggestion = f"Days of the series that are still free: {say_days(free)}."
    else:
        suggestion = "No day of the series is free; free one, or lower the series' count in your rules."
    yield Draft(
        code="series-count",
        line=None,
        message=f"The plan has {len(those)} {plural}{open_dates}; the rules ask for {asked}.",
        suggestion=suggestion,
    )


_NEVER_TRAININGS = frozenset(
    {Kind.ONE_TO_ONE, Kind.INDIVIDUAL, Kind.REST, Kind.KICK_OFF, Kind.WRAP_UP, Kind.CELEBRATION, Kind.WEBINAR}
)


@dataclass(frozen=True, slots=True)
class Named:
    """A training: what it is called, and where the plan names it (the entry's own line, or one of its agenda)."""

    name: str
    line: int
    column: int | None
    is_in_agenda: bool


def training_of(facts: Facts, entry: Session) -> Named | None:
    """Say which training an entry is or holds, None where it is none.

    It is one when its title, its topic or the beginning of a group part is in the catalogue or calls itself training or
    workshop. What is only spoken about ("Feedback about the trainings") and what each does alone does not count.
    """
    if entry.kind in _NEVER_TRAININGS:
        return None
    for text in (entry.topic, entry.title):
        if name := facts.trainings.named(text, held=True):
            return Named(name, entry.line, None, False)
    if entry.kind in (Kind.TRAINING, Kind.WORKSHOP):
        return Named(entry.topic or entry.title, entry.line, None, False)
    for text in (entry.topic, entry.title):
        if calls_itself_training(text):
            return Named(text, entry.line, None, False)
    for part in group_parts(entry.agenda):
        text = headline(part.text)
        if name := facts.trainings.named(text, held=True):
            return Named(name, part.line, part.column, True)
        if calls_itself_training(text):
            return Named(text.strip("*_ "), part.line, part.column, True)
    return None


def _trainings(facts: Facts) -> Iterator[Draft]:
    for entry in facts.entries:
        rule = next((each for each in facts.rules.series if entry.date and each.on.gives(entry.date)), None)
        if rule is None or entry.date is None or rule.kind in (Kind.TRAINING, Kind.WORKSHOP):
            continue
        if (training := training_of(facts, entry)) is None:
            continue
        word = word_for(rule.kind)
        day = f"{say_date(entry.date)} is a {word} day ({rule.on.say()})"
        if entry.kind is rule.kind:
            message = f"“{training.name}” is a training inside a {word}: {day}, and the rules keep trainings off those."
            suggestion = (
                f"Give the training a day of its own and leave the {word} to its talk, or accept the rule here and say why."
            )
        else:
            message = f"{name_of(entry)} is a training on a {word} day: {day}, and the rules keep trainings off those."
            suggestion = f"Move it to another day, so that the {word} can be held, or accept the rule here and say why."
        yield Draft(
            code="training-on-series-day",
            line=training.line or entry.line,
            column=training.column,
            message=message,
            suggestion=suggestion,
            entry=entry,
        )
