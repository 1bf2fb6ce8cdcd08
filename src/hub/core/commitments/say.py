"""A forecast in words, for the Expert and for the team, and a promise in words.

Source: issue 5 ("this Expert can still reach half: two of the next five are needed"); lessons ("needs 2 of the next 5").
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.core.calendar import say_date
from hub.core.commitments.model import All, Count, Promise, Quantity, Share, Things
from hub.core.commitments.reckon import Forecast, Verdict


@dataclass(frozen=True, slots=True)
class _Voice:
    """Whom the sentences speak of."""

    who: str
    have: str
    need: str
    can: str
    missed: str
    whose: str
    them: str


_TO_THEM = _Voice("You", "have", "You need", "You can", "you missed", "Your", "you")


def say(forecast: Forecast) -> str:
    """Say to an Expert how a promise of theirs stands and what is needed next, in a few sentences."""
    return _said(forecast, _TO_THEM)


def say_for_team(forecast: Forecast, name: str) -> str:
    """Say to the team how a promise of somebody stands and what is needed next: the verdict, then sentences."""
    voice = _Voice(name, "has", "They need", "They can", "they missed", f"{name}’s", "them")
    verdict = "Waived" if forecast.is_waived else forecast.verdict.label if forecast.needed else "Not asked"
    return f"{verdict}. {_said(forecast, voice)}"


def say_promise(promise: Promise) -> str:
    """Say what is asked of each Expert: "half of the cafés, rounded up", "all in-person days", "1 case study"."""
    words = say_quantity(promise.quantity, promise)
    if promise.window is None:
        return words
    window, days = promise.window, []
    if window.first_on:
        days.append(f"from {say_date(window.first_on, weekday=False)}")
    if window.until_on:
        days.append(f"before {say_date(window.until_on, weekday=False)}")
    return " ".join([words, *days])


def say_quantity(quantity: Quantity, promise: Promise) -> str:
    """Say a quantity with the words of a promise, and how it is rounded."""
    if isinstance(quantity, All):
        return f"all {promise.many}"
    if isinstance(quantity, Count):
        return _counted(quantity.number, promise)
    return f"{_share(quantity)} of the {promise.many}, rounded up"


def _share(share: Share) -> str:
    percent = share.of * 100
    if share.of * 2 == 1:
        return "half"
    return f"{percent.numerator} %" if percent.denominator == 1 else f"{share.of.numerator}/{share.of.denominator}"


def _counted(number: int, promise: Promise) -> str:
    return f"{number} {promise.one if number == 1 else promise.many}"


def _said(forecast: Forecast, voice: _Voice) -> str:
    promise = forecast.promise
    if forecast.is_waived:
        return f"The team has let {voice.them} off: no {promise.one} is asked."
    if isinstance(promise.of, Things):
        return _of_things(forecast, voice)
    if forecast.needed == 0:
        if forecast.excused:
            return f"{voice.who} {voice.have} been excused from every {promise.one}, so none is asked."
        return f"No {promise.one} is planned, so none is asked yet."
    return " ".join([*_so_far(forecast, voice), *_next(forecast, voice)])


def _of_things(forecast: Forecast, voice: _Voice) -> str:
    promise, due = forecast.promise, forecast.last_on
    if forecast.verdict is Verdict.EARNED:
        if forecast.needed == 1:
            return f"{voice.whose} {promise.one} is made."
        return f"{voice.who} {voice.have} made {forecast.earned} of {forecast.needed} {promise.many}."
    done = f"{voice.whose} {promise.one} is not made yet"
    if forecast.needed > 1:
        done = f"{voice.who} {voice.have} made {forecast.earned} of {forecast.needed} {promise.many}"
    if due is None:
        return f"{done}."
    if forecast.verdict is Verdict.LOST:
        return f"{done}, and {say_date(due)} was the last day for it."
    return f"{done}; {say_date(due)} is the last day for it."


def _so_far(forecast: Forecast, voice: _Voice) -> list[str]:
    promise, said = forecast.promise, []
    if forecast.held:
        caught = f" and caught up on {forecast.caught_up}" if forecast.caught_up else ""
        said.append(f"{voice.who} {voice.have} been at {forecast.came} of {_counted(forecast.held, promise)}{caught}.")
    elif not forecast.excused:
        said.append(f"No {promise.one} has been held yet.")
    if forecast.unknown:
        of_these = "this one" if forecast.held == 1 else f"{forecast.unknown} of these"
        said.append(f"Who was at {of_these} is not written down yet.")
    if forecast.excused:
        excused = f"{forecast.excused} more" if forecast.held else _counted(forecast.excused, promise)
        said.append(f"{voice.who} {voice.have} been excused from {excused}, which {_does(forecast.excused)} not count.")
    return said


def _does(number: int) -> str:
    return "does" if number == 1 else "do"


def _next(forecast: Forecast, voice: _Voice) -> list[str]:
    promise, short = forecast.promise, forecast.still_needed
    asked = f"{forecast.needed} of {_counted(forecast.planned, promise)}"
    if isinstance(forecast.quantity, Count) or forecast.needed > forecast.planned:
        asked = _counted(forecast.needed, promise)
    if forecast.verdict is Verdict.EARNED:
        return [f"That meets what was asked: {asked}."]
    if forecast.verdict is Verdict.LOST:
        most = "none" if not forecast.possible else f"at most {forecast.possible}"
        verb = "was" if forecast.needed == 1 else "were"
        said = [f"{asked} {verb} asked, and {most} can be reached."]
        return [*said, "Talk with the team."] if voice is _TO_THEM else said
    said = [f"{voice.need} {_and(_needs(forecast, voice))}."]
    if forecast.verdict is Verdict.AT_RISK and (slack := forecast.to_come - short) > 0:
        said.append(f"{voice.can} miss {slack} more.")
    if forecast.catchable and short <= forecast.to_come + forecast.unknown + forecast.unplanned:
        said.append(f"{voice.can} catch up on {forecast.catchable} {voice.missed}.")
    return said


def _needs(forecast: Forecast, voice: _Voice) -> list[str]:
    """Say what is needed: of what is to come first, then what others owe, a catch-up last."""
    short, to_come = forecast.still_needed, forecast.to_come
    needs = []
    if forecast.next_needed:
        each = "the next one" if to_come == 1 else f"each of the next {to_come}"
        needs.append(each if short >= to_come else f"{short} of the next {to_come}")
    rest = max(0, short - to_come)
    if from_registers := min(rest, forecast.unknown):
        needs.append(f"to have been at {from_registers} of those not written down yet")
    rest -= from_registers
    if from_plans := min(rest, forecast.unplanned):
        needs.append(f"{from_plans} that {'is' if from_plans == 1 else 'are'} not planned yet")
    if rest := rest - from_plans:
        needs.append(f"to catch up on {rest} {voice.missed}")
    return needs


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]
