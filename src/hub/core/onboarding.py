"""Onboarding: the steps an Expert takes before the kick-off, where each of them stands, and whom it waits for.

A step is done because somebody ticked it or because the facts say so; what the Hub sees by itself nobody ticks.
Sources: seeds/001, "Pre-cohort"; the programme's primer of 2023 (a call with each organisation); issue 4, item 8.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from hub.core.asking import Part, uses_asked_of
from hub.core.calendar import say_date
from hub.core.consent import Standing, Use
from hub.core.errors import Refusal
from hub.core.words import listed

LATE_JOINERS_HAVE = timedelta(days=7)  # for what was due before they came
LONGEST = {"title": 120, "says": 600, "link": 500, "reason": 300, "with_whom": 300, "notes": 10_000, "note": 2_000}
MOST_DAYS_BEFORE = 365
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029]")


class BadStep(Refusal):
    """A fact of a step, a mark or a call that can't be; `field` names it."""

    code: ClassVar[str] = "bad-step"


class NotTickable(Refusal):
    """Somebody ticks what is not theirs to tick, or what nobody ticks because the Hub sees it."""

    code: ClassVar[str] = "not-tickable"


class Ticker(StrEnum):
    """Who says that a step is done."""

    EXPERT = "expert"
    TEAM = "team"
    HUB = "hub"

    @property
    def label(self) -> str:
        """What people read."""
        return {"expert": "The Expert", "team": "The team", "hub": "The Hub, from what it knows"}[self.value]


class StepKind(StrEnum):
    """What a step is. The Hub knows the first six; the team makes its own."""

    PRIMER = "primer"
    CALL = "call"
    SURVEY = "survey"
    CODE_OF_CONDUCT = "code-of-conduct"
    CONSENTS = "consents"
    PROFILE = "profile"
    OWN = "own"

    @property
    def ticker(self) -> Ticker | None:
        """Who ticks it; None where the team says."""
        return _TICKED.get(self)

    @property
    def icon(self) -> str:
        """The name of the icon that stands for it."""
        return _ICONS[self]


_TICKED = {
    StepKind.PRIMER: Ticker.EXPERT,
    StepKind.CALL: Ticker.TEAM,
    StepKind.SURVEY: Ticker.HUB,
    StepKind.CODE_OF_CONDUCT: Ticker.HUB,
    StepKind.CONSENTS: Ticker.HUB,
    StepKind.PROFILE: Ticker.HUB,
}
_ICONS = {
    StepKind.PRIMER: "book-open",
    StepKind.CALL: "video",
    StepKind.SURVEY: "list-checks",
    StepKind.CODE_OF_CONDUCT: "users-round",
    StepKind.CONSENTS: "circle-check",
    StepKind.PROFILE: "user-round",
    StepKind.OWN: "flag",
}


@dataclass(frozen=True, slots=True)
class UsualStep:
    """A step every onboarding begins with: what it asks, why in a sentence, and how many days before the kick-off it is due."""

    kind: StepKind
    title: str
    says: str
    days_before: int


USUAL = (
    UsualStep(StepKind.PRIMER, "Read the primer", "What the programme is, what it asks of you and what you get from it.", 21),
    UsualStep(
        StepKind.CALL,
        "Have the onboarding call",
        "You, your organisation and we: what you hope for, and who is the contact.",
        14,
    ),
    UsualStep(
        StepKind.SURVEY, "Answer the survey", "Your goals, interests, logistics, and the support you want and can offer.", 10
    ),
    UsualStep(StepKind.CODE_OF_CONDUCT, "Agree to the code of conduct", "How we treat each other, in every session.", 10),
    UsualStep(
        StepKind.CONSENTS,
        "Answer what we may use",
        "Your name, photo, words and so on. Most are free to refuse, at any time.",
        10,
    ),
    UsualStep(StepKind.PROFILE, "Complete your profile", "So that the others know who they will meet.", 7),
)


class StepState(StrEnum):
    """Where a step stands: the Expert's turn, somebody else's turn, done, or not needed for them."""

    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"
    NOT_NEEDED = "not-needed"

    @property
    def label(self) -> str:
        """What people read."""
        return {"open": "To do", "waiting": "Waiting", "done": "Done", "not-needed": "Not needed"}[self.value]

    @property
    def is_left(self) -> bool:
        """Whether it is still to be done by somebody."""
        return self in (StepState.OPEN, StepState.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where a step stands for one Expert. `note` says more: whom it waits for, what is missing, why it is not needed."""

    state: StepState
    at: datetime | None = None  # when it was done
    on: date | None = None  # the day it was done, where only the day is known
    by: int | None = None  # the key of who ticked it; None where the facts say so
    note: str = ""


# -- what the facts say


def by_tick(ticker: Ticker, *, at: datetime | None, by: int | None, lacks_link: bool = False) -> Where:
    """Say where a step stands that somebody ticks. A primer that has no link yet waits for the team."""
    if at is not None:
        return Where(state=StepState.DONE, at=at, by=by)
    if ticker is Ticker.EXPERT and lacks_link:
        return Where(state=StepState.WAITING, note="Waits for the team, who will put the link here")
    if ticker is Ticker.EXPERT:
        return Where(state=StepState.OPEN)
    return Where(state=StepState.WAITING, note="Waits for the team")


def by_form(*, answered_at: datetime | None, is_open: bool) -> Where:
    """Say where a form stands: answered, to be answered, or waiting for the team to open it."""
    if answered_at is not None:
        return Where(state=StepState.DONE, at=answered_at)
    if is_open:
        return Where(state=StepState.OPEN)
    return Where(state=StepState.WAITING, note="Waits for the team: it takes no answers now")


def by_terms(standings: Mapping[Use, tuple[Standing, datetime | None]]) -> Where:
    """Say where the answers to some uses stand: needed ones must be agreed to, free ones answered either way.

    `standings` has the uses the programme has words for; without any there is nothing to answer.
    """
    if not standings:
        return Where(state=StepState.NOT_NEEDED, note="The programme has no words for it yet")
    left = terms_left({use: standing for use, (standing, _) in standings.items()})
    if not left:
        return Where(state=StepState.DONE, at=max((since for _, since in standings.values() if since), default=None))
    refused = [use for use in left if standings[use][0] in (Standing.REFUSED, Standing.WITHDRAWN)]
    if refused:
        return Where(state=StepState.OPEN, note="Answered with no, and nobody takes part without it")
    again = any(standings[use][0] is Standing.ASK_AGAIN for use in left)
    count = f"{len(left)} of {len(standings)} still to answer" if len(standings) > 1 else ""
    return Where(state=StepState.OPEN, note="The words changed; they ask again" if again else count)


def terms_left(standings: Mapping[Use, Standing]) -> tuple[Use, ...]:
    """Give the uses that are still to be answered: not agreed where agreeing is needed, not answered where it is free."""
    return tuple(
        use for use in Use if use in standings and (not standings[use].allows if use.is_needed else standings[use].is_open)
    )


def uses_of(kind: StepKind, uses: Iterable[Use]) -> tuple[Use, ...]:
    """Give which of the uses a programme has words for a step is about: of those asked of an Expert.

    The code of conduct is asked once, in its own step.
    """
    asked = uses_asked_of([Part("expert")])
    of_people = [use for use in uses if use in asked]
    if kind is StepKind.CODE_OF_CONDUCT:
        return tuple(use for use in of_people if use is Use.CODE_OF_CONDUCT)
    return tuple(use for use in of_people if use is not Use.CODE_OF_CONDUCT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is known of somebody, for whether others can know them."""

    name: str
    organisation: str
    zone: str
    about: str
    has_photo: bool
    wants_no_photo: bool  # said so here, or refused that theirs be shown


def missing_in(profile: Profile) -> tuple[str, ...]:
    """Say what a profile lacks, in words. No photo is fine where they say that they want none."""
    asked = (
        ("your name", profile.name),
        ("your organisation", profile.organisation),
        ("your time zone", profile.zone),
        ("a few words about you", profile.about.strip()),
        ("a photo, or that you want none", profile.has_photo or profile.wants_no_photo),
    )
    return tuple(words for words, there in asked if not there)


def by_profile(missing: Sequence[str]) -> Where:
    """Say where a profile stands. What only the team can say is theirs: whom an Expert stands for."""
    if not missing:
        return Where(state=StepState.DONE)
    if list(missing) == ["your organisation"]:
        return Where(state=StepState.WAITING, note="Waits for the team, who say which organisation it is")
    return Where(state=StepState.OPEN, note=f"Missing: {listed(missing)}")


def by_call(*, organisation: str, agreed_for: str, held_on: date | None, is_over: bool = False) -> Where:
    """Say where the call with an organisation stands; one call serves all its Experts.

    `agreed_for` is the moment in words, empty before one is agreed; `is_over` says that it has passed.
    """
    if held_on is not None:
        return Where(state=StepState.DONE, on=held_on)
    if not organisation:
        return Where(state=StepState.WAITING, note="Waits for the team, who say which organisation it is")
    if agreed_for and is_over:
        return Where(state=StepState.WAITING, note=f"Was agreed for {agreed_for}; the team notes how it went")
    if agreed_for:
        return Where(state=StepState.WAITING, note=f"Agreed for {agreed_for}")
    return Where(state=StepState.WAITING, note=f"Waits for the team, who agree a time with {organisation}")


def with_excuse(where: Where, reason: str) -> Where:
    """Take into account that the team said a step is not needed for somebody; what is done stays done."""
    return Where(state=StepState.NOT_NEEDED, note=reason) if reason and where.state is not StepState.DONE else where


# -- when it is due


def due_on(anchor: date, days_before: int | None) -> date | None:
    """Give the day a step is due: so many days before the kick-off, or before the launch while no kick-off has a date."""
    return None if days_before is None else anchor - timedelta(days=days_before)


def due_for(planned: date | None, *, launch_on: date, joined_on: date) -> date | None:
    """Give the day a step is due for one Expert: who joined after the launch has a week for what was due before."""
    if planned is None or joined_on <= launch_on:
        return planned
    return max(planned, joined_on + LATE_JOINERS_HAVE)


def is_late(where: Where, due: date | None, *, today: date) -> bool:
    """Say whether a step is still to be done after the day it was due."""
    return where.state.is_left and due is not None and due < today


def progress(states: Iterable[StepState]) -> tuple[int, int]:
    """Give how many steps are done and how many there are; those not needed are not counted."""
    needed = [state for state in states if state is not StepState.NOT_NEEDED]
    return sum(state is StepState.DONE for state in needed), len(needed)


# -- what may be written


def check_tick(ticker: Ticker, *, is_their_own: bool, is_team: bool) -> None:
    """Let pass who may tick a step. Raises NotTickable."""
    if ticker is Ticker.HUB:
        raise NotTickable("The Hub sees by itself when this is done; nobody ticks it.")
    if ticker is Ticker.EXPERT and not is_their_own:
        raise NotTickable("Only the Expert can say that this is done. Where it can’t be, mark it as not needed.")
    if ticker is Ticker.TEAM and not is_team:
        raise NotTickable("The team ticks this step.")


def sound_words(**words: str) -> dict[str, str]:
    """Give texts tidied: without control characters and outer space, one-line ones without line breaks. Raises BadStep."""
    tidy = {}
    for name, text in words.items():
        lines = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
        tidy[name] = lines if name in ("says", "notes", "note") else " ".join(lines.split())
        if len(tidy[name]) > LONGEST[name]:
            raise BadStep(f"This has {len(tidy[name])} characters and there is room for {LONGEST[name]}.", field=name)
    return tidy


def check_step(kind: StepKind, *, title: str, link: str, ticker: Ticker, days_before: int | None, has_form: bool) -> None:
    """Hold a step to what it can be. Raises BadStep naming the field."""
    if not title:
        raise BadStep("Say what is to be done, such as “Read the primer”.", field="title")
    if link and not re.fullmatch(r"https?://[^\s/]+(/\S*|[?#]\S*)?", link, re.IGNORECASE):
        raise BadStep("This is not a web address; it begins with https://.", field="link")
    if kind.ticker is not None and ticker is not kind.ticker:
        raise BadStep(f"This step is ticked by: {kind.ticker.label}.", field="ticker")
    if kind is StepKind.OWN and ticker is Ticker.HUB and not has_form:
        raise BadStep("Choose the form whose answer the Hub looks for, or say who ticks it.", field="form")
    if days_before is not None and not 0 <= days_before <= MOST_DAYS_BEFORE:
        raise BadStep(f"Between 0 and {MOST_DAYS_BEFORE} days before the kick-off.", field="days_before")


def say_done(where: Where, *, zone_day: date | None) -> str:
    """Say when something was done: "Wed 4 September 2024"; empty where nobody knows."""
    day = where.on or zone_day
    return say_date(day) if day else ""
