"""Put the placed sessions of a new cohort into a plan: chapters, weeks, stages, steps, and the prose that is still true.

Source: issue 2, "Cohort in a box".
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from hub.core.box.days import Almanac, Slot
from hub.core.box.scrub import Scrubber
from hub.core.calendar import MONTHS
from hub.core.plan.model import Month, Plan, Prose, Session, Stage, Step, Week


def new_plan(source: Plan, almanac: Almanac, scrub: Scrubber, *, zone: str) -> tuple[Plan, int]:
    """Give the new cohort's plan, and how many paragraphs of prose were left behind because they speak of the earlier one."""
    kept = [slot for slot in almanac.slots if not slot.is_dropped]
    in_steps = {slot.step: slot for slot in kept if slot.step is not None and slot.day}
    placed = [slot for slot in kept if slot not in in_steps.values()]
    prose, left = _prose(source.prose, scrub)
    plan = Plan(
        title=scrub.text(source.title) or "Plan",
        subtitle=scrub.text(source.subtitle),
        zone=zone,
        year=almanac.first[0],
        stages=tuple(_stage(stage, scrub) for stage in source.stages),
        before=_steps(source.before, scrub, in_steps, almanac),
        before_title=scrub.text(source.before_title),
        months=tuple(_month(index, source.months[index], almanac, placed, scrub) for index in range(almanac.count)),
        after=_steps(source.after, scrub, {}, almanac),
        after_title=scrub.text(source.after_title),
        prose=prose,
        settings=(("zone", zone),),
    )
    return plan, left


def _month(index: int, old: Month, almanac: Almanac, slots: list[Slot], scrub: Scrubber) -> Month:
    year, month = almanac.month(index)
    last = almanac.count - 1
    here = [slot for slot in slots if min(max(slot.month, 0), last) == index]
    in_weeks = [slot for slot in here if slot.week and slot.month == index]
    loose = [slot for slot in here if not (slot.week and slot.month == index)]
    number = f"Month {old.number}: " if old.number is not None else ""
    tail = re.search(r"\s[-–—]\s+(.+)$", old.title)
    ending = f" – {words}" if tail and (words := scrub.text(tail.group(1))) else ""
    return Month(
        number=old.number,
        month=month,
        year=year,
        title=f"{number}{MONTHS[month - 1]} {year}{ending}",
        weeks=tuple(
            Week(
                number=week,
                label=f"Week {week}",
                sessions=tuple(_session(slot, year, month) for slot in sorted(in_weeks, key=_by_day) if slot.week == week),
            )
            for week in sorted({slot.week for slot in in_weeks if slot.week})
        ),
        sessions=tuple(replace(_session(slot, year, month), week=None) for slot in sorted(loose, key=_by_day)),
    )


def _session(slot: Slot, year: int | None, month: int | None) -> Session:
    return replace(slot.session, date=slot.day, start=slot.start, end=slot.end, year=year, month=month, week=slot.week)


def _by_day(slot: Slot) -> tuple[bool, date]:
    return slot.day is None, slot.day or date.max


def _steps(steps: tuple[Step, ...], scrub: Scrubber, slots: dict[int, Slot], almanac: Almanac) -> tuple[Step, ...]:
    """Give the steps without what is stale; a dated one holds its session again, one of which nothing is left goes."""
    kept: list[Step] = []
    for index, step in enumerate(steps):
        slot = slots.get(index)
        text = scrub.text(step.text, has_times=step.session is not None)
        items = scrub.items(step.items, is_action=True)
        if not re.search(r"\w", text) and not items and slot is None:
            continue
        session = replace(_session(slot, None, None), week=None) if slot else None
        kept.append(Step(number=len(kept) + 1, text=text, items=items, session=session))
    return tuple(kept)


def _stage(stage: Stage, scrub: Scrubber) -> Stage:
    return Stage(
        title=scrub.text(stage.title),
        first_month=stage.first_month,
        last_month=stage.last_month,
        question=scrub.text(stage.question),
        topics=scrub.items(stage.topics, is_action=True),
    )


def _prose(prose: tuple[Prose, ...], scrub: Scrubber) -> tuple[tuple[Prose, ...], int]:
    """Keep the paragraphs in which nothing is stale, and the headings that still have something below them."""
    kept: list[Prose] = []
    left = 0
    for each in prose:
        blocks = [block for block in re.split(r"\n\s*\n", each.text) if block.strip()]
        clean = [block for block in blocks if scrub.is_clean(block)]
        left += len(blocks) - len(clean)
        if clean or (not blocks and scrub.is_clean(each.heading)):
            heading = scrub.text(each.heading) if each.heading else ""
            kept.append(Prose(heading=heading, level=each.level, text="\n\n".join(clean)))
    return tuple(kept), left
