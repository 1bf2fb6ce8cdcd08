"""What is at hand while a box is made: the earlier plan, the new almanac, the scrubber, and the decisions taken so far.

Source: issue 2, "Cohort in a box".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from hub.core.box.days import Almanac, Slot
from hub.core.box.model import BadAnswer, Decision, Known, Option
from hub.core.box.scrub import Scrubber
from hub.core.calendar import say, say_date, week_label
from hub.core.plan.check.facts import Facts
from hub.core.plan.model import Accepted, AgendaItem, Kind, Plan, Session, Status
from hub.core.plan.rules import Rules

DECIDED = "Decided when this cohort was planned."


class Making:
    """The making of one box."""

    def __init__(
        self,
        source: Plan,
        new_first: date,
        rules: Rules,
        zone: str,
        names: Iterable[str],
        known: Sequence[Known],
        answers: Mapping[str, str],
    ) -> None:
        first = source.months[0]
        self.source = source
        self.facts = Facts(source, rules)
        self.rules = rules
        self.zone = zone
        self.answers = answers
        self.old = Almanac(first=(first.year or 0, first.month), count=len(source.months), rules=rules)
        self.new = Almanac(first=(new_first.year, new_first.month), count=len(source.months), rules=rules, known=known)
        self.scrub = Scrubber([*names, *_leaders(source.entries)])
        self.chapter = {id(entry): n for n, month in enumerate(source.months) for entry in month.all_sessions}
        self.step = {id(step.session): n for n, step in enumerate(source.before) if step.session}
        self.alive = [entry for entry in source.entries if entry.status is not Status.CANCELLED]
        self.decisions: list[Decision] = []
        self.exceptions: dict[Kind, list[tuple[date, date | None, str]]] = {}
        self.left: list[str] = [
            f"“{entry.say_title}” was cancelled and is not taken along."
            for entry in source.entries
            if entry.status is Status.CANCELLED
        ]

    def decide(
        self,
        key: str,
        subject: str,
        sentence: str,
        options: list[Option],
        proposed: str,
        *,
        is_needed: bool = True,
        takes_date: bool = False,
    ) -> Option:
        """Put a decision on the list and give the option that stands: the answer, else what is proposed."""
        taken = {decision.key for decision in self.decisions}
        key = next(name for name in (key, *(f"{key}-{n}" for n in range(2, 10_000))) if name not in taken)
        answer = self.answers.get(key)
        chosen = next(option for option in options if option.key == proposed)
        if answer is not None:
            chosen = _answered(key, subject, answer, options, takes_date=takes_date)
        self.decisions.append(
            Decision(
                key=key,
                subject=subject,
                sentence=sentence,
                options=tuple(options),
                proposed=proposed,
                is_needed=is_needed,
                takes_date=takes_date,
                answer=answer,
            )
        )
        return chosen

    def put(self, slot: Slot, day: date, reason: str) -> None:
        """Place a session on a day, in the chapter and week the day belongs to."""
        slot.day = day
        slot.month = self.new.index(day)
        slot.week = week_label(day)[2]
        slot.reason = reason


def _answered(key: str, subject: str, answer: str, options: Collection[Option], *, takes_date: bool) -> Option:
    if found := next((option for option in options if option.key == answer), None):
        return found
    if takes_date:
        try:
            day = date.fromisoformat(answer)
        except ValueError:
            pass
        else:
            return Option(key=answer, label=say_date(day), date=day)
    listed = ", ".join(option.key for option in options) + (" or a day such as 2025-01-08" if takes_date else "")
    raise BadAnswer(f"{subject}: “{answer[:40]}” is no answer. There are: {listed}.", field=key)


def accepting(session: Session, code: str, reason: str) -> Session:
    """Give the session with a rule accepted for it, and why."""
    return replace(session, accepted=(*session.accepted, Accepted(code=code, reason=reason)))


def _leaders(entries: Iterable[Session]) -> list[str]:
    names: list[str] = []

    def walk(items: tuple[AgendaItem, ...]) -> None:
        for item in items:
            names.extend([item.led_by] if item.led_by else [])
            walk(item.items)

    for entry in entries:
        names += [name for name in (entry.led_by, entry.place) if name]
        walk(entry.agenda)
    return names


def said(entry: Session | None) -> str:
    """Say when an entry of the earlier plan was, empty for none."""
    if entry is None:
        return ""
    return say(entry.date, entry.start, entry.end, entry.zone) if entry.date or entry.kind.is_gathering else "No date"


def some(count: int, word: str) -> str:
    """Say how many: "One café", "3 cafés"."""
    return f"One {word}" if count == 1 else f"{count} {word}s"
