"""Place what belongs to no series: in the same week, on the same weekday, at the same times; ask where that is no good day.

Sources: docs/decisions/0003 (the week of the Nth Wednesday), seeds/000 (trainings keep off café days).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hub.core.box.days import Slot, say_free, week_span
from hub.core.box.making import DECIDED, Making, accepting, said
from hub.core.box.model import OPEN, Option
from hub.core.calendar import MONTHS, say_date, week_label, week_of_month
from hub.core.plan.model import Kind, Session, Status

_NEEDS_NO_DATE = (Kind.REST, Kind.INDIVIDUAL, Kind.ONE_TO_ONE)


def place_other(making: Making, entry: Session) -> None:
    """Place an entry that belongs to no series, dated or not; rest weeks and own-time work keep their week."""
    slot = Slot(
        source=entry,
        session=Session(
            title=making.scrub.text(entry.title) or entry.kind.label,
            kind=entry.kind,
            topic=making.scrub.text(entry.topic),
            zone=making.zone,
            mode=entry.mode,
            stated_minutes=entry.stated_minutes,
            agenda=making.scrub.items(entry.agenda),
            status=entry.status,
            status_note="Date TBC" if entry.status is Status.TO_BE_CONFIRMED else "",
        ),
        month=making.chapter.get(id(entry), -1 if id(entry) in making.step else making.new.count - 1),
        week=entry.week,
        start=entry.start,
        end=entry.end,
        step=making.step.get(id(entry)),
        was=said(entry),
    )
    if entry.date is None:
        _undated(making, slot)
    else:
        _dated(making, slot, entry.date)
    making.new.slots.append(slot)


def _undated(making: Making, slot: Slot) -> None:
    """Keep an undated entry in its week; ask for the date of a gathering, which may as well stay open."""
    year, month = making.new.month(slot.month)
    span = week_span(year, month, slot.week) if slot.week else None
    if slot.week and span is None:
        slot.week, span = 4, week_of_month(year, month, 4)
    if slot.session.kind in _NEEDS_NO_DATE:
        return
    options = [Option(key=OPEN, label="Leave the date open")]
    if span:
        wednesday = span[0] + timedelta(days=2)
        is_bad = any(making.new.doubts(slot, wednesday)) or making.new.is_series_day(wednesday)
        if day := making.new.free_day(slot, wednesday) if is_bad else wednesday:
            options.append(Option(key="on", label=f"Hold it on {say_date(day)}; the time is still to be said", date=day))
    chosen = making.decide(
        _key(slot),
        slot.name,
        "The earlier plan gave no date" + (f"; it stood in week {slot.week}." if slot.week else "."),
        options,
        OPEN,
        is_needed=False,
        takes_date=True,
    )
    if chosen.date:
        slot.session = replace(slot.session, status=Status.PLANNED, status_note="")
        making.put(slot, chosen.date, "")


def _dated(making: Making, slot: Slot, was: date) -> None:
    """Shift a dated session to the same week and weekday; ask where that day is none, or not a good one."""
    week = week_label(was)[2]
    slot.month = making.old.index(was)
    new_year, new_month = making.new.month(slot.month)
    span = week_of_month(new_year, new_month, week)
    doubts: list[str] = []
    if span is None:
        doubts.append(f"stands in week 4, because {MONTHS[new_month - 1]} {new_year} has no week 5")
        span = week_of_month(new_year, new_month, 4)
    assert span is not None  # every month has four Wednesdays
    day = span[0] + timedelta(days=was.weekday())
    found = list(making.new.doubts(slot, day))
    doubts += found
    is_kick_off = slot.session.kind is Kind.KICK_OFF
    if not doubts and not is_kick_off:
        making.put(slot, day, "")
        return
    options: list[Option] = []
    other = making.new.free_day(slot, day) if found else None
    if other:
        options.append(Option(key="move", label=f"Hold it on {say_free(other, slot.start, slot.end)}", date=other))
    clash = making.new.meeting(day, slot.start, slot.end)
    series = clash if clash and any(rule.kind is clash.session.kind for rule in making.rules.series) else None
    if series:
        options.append(
            Option(key="instead", label=f"Hold it on {say_date(day)} in place of “{series.name}”, which is left out", date=day)
        )
    if clash is None:
        options.append(Option(key="keep", label=f"Hold it on {say_free(day, slot.start, slot.end)}", date=day))
    options.append(Option(key=OPEN, label="Leave the date open"))
    sentence = f"{say_date(day)} " + ", and ".join(doubts) + "." if doubts else "The first day of all decides many diaries."
    chosen = making.decide(_key(slot), slot.name, sentence, options, options[0].key, takes_date=True)
    if chosen.date is None:
        slot.session = replace(slot.session, status=Status.TO_BE_CONFIRMED, status_note="Date TBC")
        slot.start = slot.end = None
        slot.week = week if week_span(new_year, new_month, week) else 4
        return
    if chosen.key == "instead" and series:
        series.is_dropped = True
        series.reason = f"{slot.name} takes its place"
        making.exceptions.setdefault(series.session.kind, []).append((day, None, slot.name))
    if making.new.holiday(chosen.date):
        slot.session = accepting(slot.session, "holiday", DECIDED)
    if slot.session.kind in (Kind.TRAINING, Kind.WORKSHOP) and making.new.is_series_day(chosen.date):
        slot.session = accepting(slot.session, "training-on-series-day", DECIDED)
    making.put(slot, chosen.date, ", and ".join(doubts))


def _key(slot: Slot) -> str:
    kind = slot.session.kind
    if kind is Kind.KICK_OFF or slot.week is None:
        return str(kind)
    return f"{kind}-month-{slot.month + 1}-week-{slot.week}"
