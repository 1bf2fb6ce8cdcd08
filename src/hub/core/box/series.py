"""Place the sessions of a series by its rule, and find the trainings they held days of their own.

Sources: seeds/000 (first and third Wednesdays, twelve of them, never a training on their days).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hub.core.box.days import Slot, last_day, say_free
from hub.core.box.making import DECIDED, Making, accepting, said, some
from hub.core.box.model import Option
from hub.core.calendar import say_date, week_label
from hub.core.plan.check.series import Named, training_of, word_for
from hub.core.plan.model import AgendaItem, Kind, Session
from hub.core.plan.rules import SeriesRule


def place_series(making: Making, rule: SeriesRule) -> list[Slot]:
    """Place the sessions of a series by its rule; give the trainings they held that get days of their own."""
    theirs = [entry for entry in making.alive if entry.kind is rule.kind]
    content = _content(making, rule, theirs)
    titles = Counter(title for entry in theirs if (title := making.scrub.text(entry.title)))
    modes = Counter(entry.mode for entry in theirs)
    title = titles.most_common(1)[0][0] if titles else rule.kind.label
    slots: list[Slot] = []
    for index in range(making.new.count):
        year, month = making.new.month(index)
        for place, day in enumerate(rule.on.dates(date(year, month, 1), last_day(year, month))):
            entry = content.pop((index, place), None)
            slots.append(
                Slot(
                    source=entry,
                    session=Session(
                        title=title,
                        kind=rule.kind,
                        topic=making.scrub.text(entry.topic) if entry else "",
                        zone=making.zone,
                        mode=entry.mode if entry else modes.most_common(1)[0][0],
                        agenda=making.scrub.items(entry.agenda) if entry else (),
                    ),
                    month=making.new.index(day),
                    week=week_label(day)[2],
                    day=day,
                    start=rule.start,
                    end=rule.end,
                    was=said(entry),
                )
            )
    making.left += [f"“{entry.say_title}” finds no day of its series any more." for entry in content.values()]
    making.new.slots += slots
    for slot in slots:
        _series_day(making, rule, slot, len(slots))
    return _trainings(making, rule, slots)


def _content(making: Making, rule: SeriesRule, theirs: list[Session]) -> dict[tuple[int, int], Session]:
    """Say which session stood where: (month of the cohort, which of the month's days). Those off the rule's days take
    the day of their week, else the nearest of their month that is free.
    """
    days: dict[date, tuple[int, int]] = {}
    for index in range(making.old.count):
        year, month = making.old.month(index)
        for place, day in enumerate(rule.on.dates(date(year, month, 1), last_day(year, month))):
            days[day] = (index, place)
    content: dict[tuple[int, int], Session] = {}
    later: list[Session] = []
    for entry in theirs:
        if entry.date in days and days[entry.date] not in content:
            content[days[entry.date]] = entry
        else:
            later.append(entry)
    for entry in later:
        label = week_label(entry.date) if entry.date else (entry.year, entry.month, entry.week)
        free = [day for day, place in days.items() if place not in content]
        same = [day for day in free if week_label(day) == label]
        near = [day for day in free if (day.year, day.month) == label[:2]]
        if found := (same or sorted(near, key=lambda day: abs(day - (entry.date or day)))):
            content[days[found[0]]] = entry
        else:
            making.left.append(f"“{entry.say_title}” ({said(entry)}) was one more than the rule gives days.")
    return content


def _series_day(making: Making, rule: SeriesRule, slot: Slot, count: int) -> None:
    """Ask what becomes of a day of the series that is a holiday, near Christmas, or given away."""
    day = slot.day
    assert day is not None  # each slot of a series starts with its day
    holiday, known = making.new.holiday(day), making.new.planned(day)
    if not holiday and not known and not making.new.is_quiet(day):
        return
    word = word_for(rule.kind)
    if holiday:
        why = f"{say_date(day)} is a public holiday ({holiday})."
    elif known:
        why = f"{say_date(day)} has “{known.title}” in the year plan."
    else:
        why = f"{say_date(day)} is close to Christmas and New Year."
    options = [Option(key="leave-out", label=f"Leave it out: {count - 1} {word}s instead of {count}")]
    weeks = (day + timedelta(days=7 * n) for n in (1, -1, 2, -2))
    other = next((each for each in weeks if _is_free_for(making, slot, each)), None) or making.new.free_day(slot, day)
    if other:
        options.append(Option(key="move", label=f"Hold it on {say_free(other, rule.start, rule.end)}", date=other))
    options.append(Option(key="keep", label=f"Keep it on {say_free(day, rule.start, rule.end)}", date=day))
    chosen = making.decide(
        f"{rule.kind}-{day.isoformat()}",
        f"The {word} of {say_date(day)}",
        f"{why} The rule gives {count} {word}s" + (f"; the programme asks for {rule.count}." if rule.count else "."),
        options,
        "leave-out" if holiday else "keep",
        is_needed=bool(holiday),
        takes_date=True,
    )
    exceptions = making.exceptions.setdefault(rule.kind, [])
    reason = holiday or (known.title if known else "Near Christmas and New Year")
    if chosen.date is None:
        slot.is_dropped = True
        slot.reason = reason
        exceptions.append((day, None, reason))
    elif chosen.date != day:
        exceptions.append((day, chosen.date, reason))
        slot.session = accepting(slot.session, "off-series", f"{say_date(day)}: {reason}.")
        making.put(slot, chosen.date, reason)
    elif holiday:
        slot.session = accepting(slot.session, "holiday", DECIDED)


def _is_free_for(making: Making, slot: Slot, day: date) -> bool:
    is_bad = making.new.holiday(day) or making.new.planned(day) or making.new.is_series_day(day)
    return not is_bad and not making.new.is_quiet(day) and making.new.meeting(day, slot.start, slot.end) is None


def _trainings(making: Making, rule: SeriesRule, slots: list[Slot]) -> list[Slot]:
    """Ask once for all trainings that stood inside sessions of the series, and do as answered."""
    held = [(slot, named) for slot in slots if slot.source and (named := training_of(making.facts, slot.source))]
    if not held or rule.kind in (Kind.TRAINING, Kind.WORKSHOP):
        return []
    if making.rules.severity("training-on-series-day") is None:
        return []
    word = word_for(rule.kind)
    titles = list(dict.fromkeys(_title(making, named) for _, named in held))
    chosen = making.decide(
        f"trainings-on-{rule.kind}-days",
        f"Trainings inside {word}s",
        f"{some(len(held), word)} of the earlier cohort held a training ({', '.join(titles)}), "
        f"and the rules keep trainings off {word} days.",
        [
            Option(key="own-day", label="Give each training a day of its own in the same week"),
            Option(key="keep", label=f"Keep them inside the {word}s, and accept the rule there"),
            Option(key="leave-out", label=f"Leave the trainings out; the {word}s stay"),
        ],
        "own-day",
    )
    own: list[Slot] = []
    for slot, named in held:
        if chosen.key == "keep":
            slot.session = accepting(slot.session, "training-on-series-day", DECIDED)
            continue
        part = _part_at(slot.source.agenda, named.line) if slot.source and named.is_in_agenda else None
        kept = _without(slot.source.agenda, named.line) if slot.source and part else None
        slot.session = replace(
            slot.session,
            topic=slot.session.topic if named.is_in_agenda else "",
            agenda=slot.session.agenda if kept is None else making.scrub.items(kept),
        )
        if chosen.key == "leave-out":
            making.left.append(f"The training “{_title(making, named)}” is left out.")
        elif _title(making, named) not in {each.session.title for each in own}:
            inside = part.items if part else ()
            training = Session(
                title=_title(making, named), kind=Kind.TRAINING, zone=making.zone, agenda=making.scrub.items(inside)
            )
            own.append(replace(slot, session=training, is_dropped=False, reason=""))
        else:
            making.left.append(f"The training “{_title(making, named)}” stood in more than one {word}; it is planned once.")
    return own


def _title(making: Making, named: Named) -> str:
    return making.scrub.text(named.name) or "Training"


def place_own_day(making: Making, slot: Slot) -> None:
    """Give a training that stood inside a session of a series a good day near it, or leave its date open."""
    near = slot.day
    slot.day = None
    making.new.slots.append(slot)
    if near and (day := making.new.free_day(slot, near)):
        making.put(slot, day, "A day of its own: trainings keep off the series' days")
    else:
        slot.reason = "No free day near it"


def _part_at(items: tuple[AgendaItem, ...], line: int) -> AgendaItem | None:
    for item in items:
        if found := item if item.line == line else _part_at(item.items, line):
            return found
    return None


def _without(items: tuple[AgendaItem, ...], line: int) -> tuple[AgendaItem, ...]:
    return tuple(replace(item, items=_without(item.items, line)) for item in items if item.line != line)
