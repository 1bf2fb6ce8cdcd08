"""Derive a new cohort's plan from an earlier one: series by their rule, the rest in the same week and on the same weekday.

Sources: issue 2, "Cohort in a box"; seeds/000 (twelve cafés, never a training on their days); docs/decisions/0003.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from hub.core.box.days import Slot, last_day
from hub.core.box.making import Making, some
from hub.core.box.model import BadAnswer, Box, BoxSeries, Known, Moved, NothingToBox
from hub.core.box.others import place_other
from hub.core.box.series import place_own_day, place_series
from hub.core.box.write import new_plan
from hub.core.calendar import say
from hub.core.plan.model import Plan
from hub.core.plan.rules import DEFAULT, Rules, SeriesRule


def make_box(
    source: Plan,
    *,
    new_first: date,
    rules: Rules = DEFAULT,
    zone: str | None = None,
    names: Iterable[str] = (),
    known: Sequence[Known] = (),
    answers: Mapping[str, str] | None = None,
) -> Box:
    """Derive the plan of a cohort whose first month is that of `new_first` from an earlier cohort's plan.

    The sessions of each series are derived from its rule; what the earlier ones were about goes to the one at the same
    place of the same month. Every other session keeps its month of the cohort, its plan week, its weekday and its times.
    Names, links, recordings, places, attendance, notes, years and dates stay behind; `names` adds to those the plan tells.
    `known` are days the programme has given away. Decisions stand as answered, else as proposed (`Box.open_decisions`).

    Raises NothingToBox, BadAnswer.
    """
    if not source.months or source.months[0].year is None:
        raise NothingToBox("The earlier plan has no months with a year, so there is nothing to derive a new cohort from.")
    if not 1900 <= new_first.year <= 2200:
        raise BadAnswer("The first month lies in a year from 1900 to 2200, such as September 2024.", field="first_month")
    return _made(Making(source, new_first, rules, zone or source.zone, names, known, answers or {}))


def _made(making: Making) -> Box:
    series = [rule for rule in making.rules.series if any(entry.kind is rule.kind for entry in making.alive)]
    kinds = {rule.kind for rule in series}
    trainings: list[Slot] = []
    for rule in series:
        trainings += place_series(making, rule)
    for entry in sorted(making.alive, key=lambda each: (each.date is None, each.date or date.min, each.line)):
        if entry.kind not in kinds:
            place_other(making, entry)
    for slot in trainings:
        place_own_day(making, slot)
    plan, prose_left = new_plan(making.source, making.new, making.scrub, zone=making.zone)
    _tell_left(making, prose_left)
    first, last = date(*making.new.first, 1), last_day(*making.new.month(making.new.count - 1))
    days = [slot.day for slot in making.new.slots if slot.day and not slot.is_dropped]
    return Box(
        plan=plan,
        first_on=min([first, *days]),
        last_on=max([last, *days]),
        series=tuple(_told(making, rule) for rule in series),
        decisions=tuple(making.decisions),
        moves=tuple(_moved(making, slot) for slot in sorted(making.new.slots, key=_in_order)),
        left_behind=tuple(making.left),
    )


def _told(making: Making, rule: SeriesRule) -> BoxSeries:
    slots = [slot for slot in making.new.slots if slot.session.kind is rule.kind]
    return BoxSeries(
        rule=rule,
        title=slots[0].session.title if slots else rule.kind.label,
        mode=slots[0].session.mode if slots else None,
        first_on=date(*making.new.first, 1),
        last_on=last_day(*making.new.month(making.new.count - 1)),
        dates=tuple(sorted(slot.day for slot in slots if slot.day and not slot.is_dropped)),
        exceptions=tuple(sorted(making.exceptions.get(rule.kind, []), key=lambda each: each[0])),
    )


def _moved(making: Making, slot: Slot) -> Moved:
    now = "Left out" if slot.is_dropped else say(slot.day, slot.start, slot.end, making.zone)
    if slot.day is None and not slot.session.kind.is_gathering:
        now = f"Week {slot.week}" if slot.week else ""
    day = None if slot.is_dropped else slot.day
    return Moved(title=slot.name, kind=slot.session.kind, was=slot.was, now=now, date=day, reason=slot.reason)


def _tell_left(making: Making, prose_left: int) -> None:
    entries = making.alive
    links = sum(len(entry.all_links) for entry in entries)
    led = sum(bool(entry.led_by) for entry in entries)
    places = [entry.say_title for entry in entries if entry.mode and entry.mode.value != "online"]
    if links:
        making.left.append(f"Links, recordings and materials: {links}.")
    if led:
        making.left.append(f"Who leads: {some(led, 'session')}. Ask again.")
    if places:
        names = ", ".join(f"“{making.scrub.text(name) or name}”" for name in places)
        making.left.append(f"Where the sessions in person are held. Ask again for {names}.")
    if any(entry.attended is not None for entry in entries):
        making.left.append("How many people came.")
    if prose_left:
        making.left.append(f"Text that speaks of the earlier cohort: {some(prose_left, 'paragraph')}.")


def _in_order(slot: Slot) -> tuple[int, int, date]:
    return slot.month, slot.week or 9, slot.day or date.max
