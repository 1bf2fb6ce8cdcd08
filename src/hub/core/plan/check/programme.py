"""Checks of the programme as a whole: order, agendas, in-person days, load, stages, unstructured time.

Sources: seeds/000 (order, in-person days), seeds/001 (stages, agendas), seeds/002 (unstructured time, load).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from hub.core.calendar import say_date
from hub.core.plan.check.facts import (
    Draft,
    Facts,
    group_parts,
    name_of,
    say_list,
    say_minutes,
    say_month,
    span_minutes,
)
from hub.core.plan.check.series import training_of
from hub.core.plan.check.words import Phrases, headline, stems
from hub.core.plan.model import AgendaItem, Kind, Minutes, Mode, Month, Session


def check_programme(facts: Facts) -> Iterator[Draft]:
    """Yield what the rules ask of the programme as a whole and the plan does not give."""
    yield from _order(facts)
    yield from _agendas(facts)
    yield from _in_person_days(facts)
    yield from _month_hours(facts)
    yield from _stages(facts)
    yield from _unstructured(facts)
    yield from _years(facts)


def _texts(entry: Session) -> Iterator[str]:
    yield entry.title
    yield entry.topic
    yield from _all_texts(entry.agenda)


def _all_texts(items: tuple[AgendaItem, ...]) -> Iterator[str]:
    for item in items:
        yield item.text
        yield from _all_texts(item.items)


def _when(facts: Facts, entry: Session) -> tuple[date, int] | None:
    """Give where an entry stands in time: its date, else where the document puts it. None where that is unknown."""
    if entry.date:
        return entry.date, entry.line
    if entry.proposed_date:
        return entry.proposed_date, entry.line
    if entry.year and entry.month:
        return date(entry.year, entry.month, min(1 + 7 * ((entry.week or 1) - 1), 28)), entry.line
    return None


def _order(facts: Facts) -> Iterator[Draft]:
    placed = sorted(((when, entry) for entry in facts.entries if (when := _when(facts, entry))), key=lambda pair: pair[0])
    for rule in facts.rules.order:
        first, then = Phrases([("", rule.first)]), Phrases([("", rule.then)])
        start = next(((when, entry) for when, entry in placed if _speaks_of(then, entry)), None)
        needed = next(((when, entry) for when, entry in placed if _holds(first, entry)), None)
        if start is None or needed is None or start[0] >= needed[0] or start[1] is needed[1]:
            continue
        entry, before = start[1], needed[1]
        month = say_month(None, start[0][0].month)
        yield Draft(
            code="order",
            line=entry.line,
            entry=entry,
            message=f"{_capital(rule.then[0])} starts here, in {month}; {rule.first[0]}, which must come first,"
            f" starts on line {before.line}" + (f", on {say_date(before.date)}." if before.date else "."),
            suggestion=f"Bring {name_of(before)} forward, or start {rule.then[0]} after it.",
        )


def _speaks_of(phrases: Phrases, entry: Session) -> bool:
    """Say whether an entry, own time included, is about the thing. A kick-off speaks of everything and starts nothing."""
    return entry.kind is not Kind.KICK_OFF and any(phrases.named(text, held=True) is not None for text in _texts(entry))


def _holds(phrases: Phrases, entry: Session) -> bool:
    """Say whether a gathering is about the thing, in its title, its topic or a part of its agenda for the group."""
    if not entry.kind.is_gathering:
        return False
    texts = (entry.title, entry.topic, *(headline(part.text) for part in group_parts(entry.agenda)))
    return any(phrases.named(text, held=True) is not None for text in texts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _agendas(facts: Facts) -> Iterator[Draft]:
    for entry in facts.entries:
        minutes = span_minutes(entry)
        needed = _needed(entry.agenda)
        if minutes is None or needed is None or needed.high <= minutes:
            continue
        span = (
            say_minutes(needed.low) if needed.low == needed.high else f"{say_minutes(needed.low)} to {say_minutes(needed.high)}"
        )
        over = say_minutes(needed.high - minutes)
        yield Draft(
            code="agenda-overflow",
            line=entry.line,
            entry=entry,
            column=entry.written.column if entry.written.line == entry.line else None,
            end_column=entry.written.end_column if entry.written.line == entry.line else None,
            message=f"The parts of the agenda take {span}; the session has {say_minutes(minutes)}.",
            suggestion=f"Shorten the parts by {over}, or end the session {over} later.",
        )


def _needed(items: tuple[AgendaItem, ...]) -> Minutes | None:
    """Add up the minutes of an agenda; a part without its own minutes counts as its parts do. None where none has any."""
    low = high = 0
    known = False
    for item in items:
        minutes = item.minutes or _needed(item.items)
        if minutes:
            known, low, high = True, low + minutes.low, high + minutes.high
    return Minutes(low=low, high=high) if known else None


def _in_person_days(facts: Facts) -> Iterator[Draft]:
    least, most = facts.rules.in_person_days
    days: dict[date | int, Session] = {}
    for number, entry in enumerate(facts.gatherings):
        if entry.mode in (Mode.IN_PERSON, Mode.HYBRID):
            days.setdefault(entry.date or number, entry)
    if len(days) > most:
        extra = list(days.values())[most]
        yield Draft(
            code="in-person-days",
            line=extra.line,
            entry=extra,
            message=f"{name_of(extra)} is in-person day number {most + 1}; the rules allow {most}.",
            suggestion="Hold one of them online, put two on one day, or raise in_person_days in your rules.",
        )
    elif len(days) < least and facts.plan.months and facts.is_whole:
        found = "no in-person day" if not days else f"{len(days)} in-person day" + ("s" if len(days) > 1 else "")
        yield Draft(
            code="in-person-days",
            line=None,
            message=f"The plan has {found}; the rules ask for at least {least}.",
            suggestion="Write “In-person” or “Hybrid” beside the sessions that people come to.",
        )


def _month_hours(facts: Facts) -> Iterator[Draft]:
    limit = facts.rules.hours_in_month * 60
    loads: dict[int, list[tuple[int, Session]]] = defaultdict(list)
    for entry in facts.entries:
        chapter = facts.chapter_of.get(id(entry))
        if chapter and (minutes := span_minutes(entry) or entry.stated_minutes or 0):
            loads[id(chapter)].append((minutes, entry))
    for month in facts.plan.months:
        load = loads[id(month)]
        total = sum(minutes for minutes, _ in load)
        if total <= limit:
            continue
        _, longest = max(load, key=lambda pair: pair[0])
        yield Draft(
            code="month-hours",
            line=month.line,
            message=f"{say_month(month.year, month.month)} asks {say_minutes(total)} of each Expert;"
            f" the rules allow {say_minutes(limit)} in a month.",
            suggestion=f"Move or shorten something: {name_of(longest)} on line {longest.line} takes most.",
        )


def _stages(facts: Facts) -> Iterator[Draft]:
    """Yield the topics of a stage that no session covers, and those covered only outside its months.

    Two things meet when both belong to one training of the catalogue, or when half of a topic's telling words are found in
    the sessions. The stage's months must be there already: a topic of months to be written is not missing yet.
    """
    last = max((month.number or 0 for month in facts.plan.months), default=0)
    stages = [stage for stage in facts.plan.stages if stage.first_month and stage.last_month and stage.last_month <= last]
    if not stages:
        return
    held: dict[str, list[Session]] = defaultdict(list)
    spoken: set[str] = set()
    for entry in facts.gatherings:
        for text in _texts(entry):
            spoken |= stems(text)
            if name := facts.trainings.named(text):
                held[name].append(entry)
    for stage in stages:
        for topic in stage.topics:
            name = facts.trainings.named(topic.text)
            wanted = stems(_before_dash(topic.text))
            found = bool(name and held[name]) or 2 * len(wanted & spoken) >= len(wanted)
            title = _short(topic.text)
            if not found:
                yield Draft(
                    code="uncovered-topic",
                    line=topic.line,
                    column=topic.column,
                    message=f"No session covers “{title}”, a topic of “{_short(stage.title)}”.",
                    suggestion="Give it a session, name it in the agenda of one, or take it out of the stage.",
                )
            elif name:
                yield from _outside_stage(
                    facts, stage.title, (stage.first_month or 0, stage.last_month or 0), title, held[name], name
                )


def _outside_stage(
    facts: Facts, stage: str, span: tuple[int, int], title: str, sessions: list[Session], name: str
) -> Iterator[Draft]:
    first, last = span
    main = [entry for entry in sessions if (named := training_of(facts, entry)) and named.name == name]
    numbers = [chapter.number for entry in main if (chapter := facts.chapter_of.get(id(entry)))]
    known = [number for number in numbers if number is not None]
    if not known or len(known) < len(main) or any(first <= number <= last for number in known):
        return
    named = training_of(facts, main[0])
    yield Draft(
        code="outside-stage",
        line=named.line if named else main[0].line,
        column=named.column if named else None,
        entry=main[0],
        message=f"“{title}” belongs to “{_short(stage)}”, months {first}–{last}, but is held in month {known[0]}.",
        suggestion="Move the session, or move the topic to the stage it is held in.",
    )


def _before_dash(text: str) -> str:
    """Give a topic without what explains it: "Stakeholder mapping - drawing from …"."""
    return text.replace(" – ", " - ").split(" - ", 1)[0]


def _short(text: str) -> str:
    words = " ".join(_before_dash(text).replace("*", "").split())
    return words if len(words) <= 70 else words[:69].rstrip() + "…"


def _unstructured(facts: Facts) -> Iterator[Draft]:
    words = Phrases([("", facts.rules.unstructured)])
    if not facts.rules.unstructured:
        return
    without: list[Month] = []
    met: set[int] = set()
    free: set[int] = set()
    for entry in facts.gatherings:
        chapter = facts.chapter_of.get(id(entry))
        if chapter is None or entry.kind is Kind.ONE_TO_ONE:
            continue
        met.add(id(chapter))
        if id(chapter) not in free and any(words.named(text) is not None for text in _texts(entry)):
            free.add(id(chapter))
    without = [month for month in facts.plan.months if id(month) in met and id(month) not in free]
    if without:
        names = say_list([say_month(None, month.month) for month in without])
        yield Draft(
            code="no-unstructured-time",
            line=without[0].line,
            message=f"No unstructured time in {names}. It is where the best conversations happen.",
            suggestion="Add a part such as “Unstructured discussion” to one session of each month.",
        )


def _years(facts: Facts) -> Iterator[Draft]:
    if any(blemish.code == "no-year" for blemish in facts.plan.blemishes):
        return
    without = [month for month in facts.plan.months if month.year is None]
    if without:
        yield Draft(
            code="no-year",
            line=without[0].line,
            message=f"Which year is {say_month(None, without[0].month)} in? Neither the text nor the weekdays tell.",
            suggestion="Write the year once, in the heading (“Month 1: July 2024”) or beside a date.",
        )
