"""Run-sheets: the countdown of tasks around a session, by its kind, and which tasks the facts ask for.

Pure: what is written, moved and taken away is decided here and carried out by `schedule.commands.runsheets`.
Source: issue 4, item 6; seeds/001 (what the programme does before and after its sessions); docs/decisions/0015.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import ClassVar

from hub.core.errors import Refusal
from hub.core.plan.model import Kind, Mode
from hub.core.states import Moves

FURTHEST = 365  # days before or after
MOST_LINES = 40
LONGEST = {"what": 120, "note": 300}
LONGEST_KEY = 40
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\u2028\u2029]")


class BadLine(Refusal):
    """A line of a run-sheet, or a task, that cannot be; `field` names what of it."""

    code: ClassVar[str] = "bad-line"


class Owner(StrEnum):
    """Whose a task is until somebody takes it or is given it."""

    TEAM = "team"
    LEADER = "leader"
    FACILITATOR = "facilitator"
    COACH = "coach"
    WRITER = "writer"

    @property
    def label(self) -> str:
        """The words people read."""
        return {
            "team": "The team",
            "leader": "Whoever leads it",
            "facilitator": "A facilitator",
            "coach": "The coach",
            "writer": "The technical writer",
        }[self.value]

    @property
    def within(self) -> str:
        """The words within a sentence: "whoever leads it"."""
        return self.label[0].lower() + self.label[1:]


class Applies(StrEnum):
    """For which sessions of its kind a line holds, by how people attend. One whose way is not said counts as online."""

    ALWAYS = "always"
    IN_PERSON = "in-person"
    ONLINE = "online"

    @property
    def label(self) -> str:
        """The words people read."""
        return {"always": "Always", "in-person": "Where people meet in person", "online": "Where people join online"}[
            self.value
        ]

    def holds(self, mode: Mode | None) -> bool:
        """Say whether it holds for a session people attend like that; a hybrid one is both."""
        if self is Applies.IN_PERSON:
            return mode in (Mode.IN_PERSON, Mode.HYBRID)
        return self is Applies.ALWAYS or mode is not Mode.IN_PERSON


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


TASK_MOVES: Moves[TaskState] = Moves(
    {
        "ticked": (frozenset({TaskState.OPEN}), TaskState.DONE),
        "skipped": (frozenset({TaskState.OPEN}), TaskState.SKIPPED),
        "reopened": (frozenset({TaskState.DONE, TaskState.SKIPPED}), TaskState.OPEN),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a countdown. `days` are those after the session, before it where negative; `owner_id` names a person.

    `key` stays while the words change, so that a task that was done stays the one that was done.
    """

    key: str
    what: str
    days: int
    owner: Owner = Owner.TEAM
    owner_id: int | None = None
    applies: Applies = Applies.ALWAYS
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """The facts of a session its tasks hang on. `is_on` is false once it is cancelled."""

    session: int
    kind: Kind
    mode: Mode | None
    day: date | None
    is_on: bool


Key = tuple[int, str]  # session, line


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A task the facts ask for. `due_on` is None while the session has no day."""

    session: int
    line: str
    what: str
    note: str
    days: int
    due_on: date | None
    owner: Owner
    owner_id: int | None

    @property
    def key(self) -> Key:
        """What makes it this task: of each session and line there is one."""
        return self.session, self.line


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A task of a line as it stands: what it says, and what of it a person settled so that it no longer follows."""

    says: Wanted
    is_open: bool = True
    is_fixed: bool = False  # somebody set its date
    is_handed_over: bool = False  # somebody chose whose it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What brings tasks in step with the facts."""

    create: tuple[Wanted, ...] = ()
    update: tuple[Wanted, ...] = ()
    remove: tuple[Key, ...] = ()


def due_of(day: date | None, days: int) -> date | None:
    """Give the day a task is due; None while the session has none, and beyond the calendar's ends."""
    try:
        return None if day is None else day + timedelta(days=days)
    except OverflowError:
        return None


def wanted(gatherings: Iterable[Gathering], countdowns: Mapping[Kind, Sequence[Line]]) -> list[Wanted]:
    """Give the tasks some sessions ask for by the countdowns of their kinds: none for a cancelled one."""
    return [
        Wanted(
            session=each.session,
            line=line.key,
            what=line.what,
            note=line.note,
            days=line.days,
            due_on=due_of(each.day, line.days),
            owner=line.owner,
            owner_id=line.owner_id,
        )
        for each in gatherings
        if each.is_on
        for line in countdowns.get(each.kind, ())
        if line.applies.holds(each.mode)
    ]


def reconcile(
    asked: Iterable[Wanted], there: Mapping[Key, Standing], *, today: date, over: Collection[int] = frozenset()
) -> Changes:
    """Compare the tasks that should exist with those that do.

    What is done or skipped stays as it is and is never made again. Open tasks take the words, owner and date of their line,
    but for what a person settled. Those nobody asks for any more go. For a session that is `over`, nothing is made that was
    due before `today`: who brings last year's plan in does not want its tasks.
    """
    due = {each.key: each for each in asked}
    create = [
        each
        for key, each in due.items()
        if key not in there and not (each.session in over and each.due_on is not None and each.due_on < today)
    ]
    update = [
        follows
        for key, each in due.items()
        if key in there and there[key].is_open and (follows := _following(each, there[key])) != there[key].says
    ]
    remove = [key for key, each in there.items() if each.is_open and key not in due]
    return Changes(create=tuple(create), update=tuple(update), remove=tuple(remove))


def _following(asked: Wanted, standing: Standing) -> Wanted:
    says = standing.says
    if standing.is_fixed:
        asked = replace(asked, due_on=says.due_on)
    if standing.is_handed_over:
        asked = replace(asked, owner=says.owner, owner_id=says.owner_id)
    return asked


def say_offset(days: int) -> str:
    """Say when a line is due: "3 weeks before", "the day after", "on the day"."""
    if days == 0:
        return "on the day"
    side = "before" if days < 0 else "after"
    count = abs(days)
    if count == 1:
        return f"the day {side}"
    if count % 7 == 0:
        return f"a week {side}" if count == 7 else f"{count // 7} weeks {side}"
    return f"{count} days {side}"


def in_order(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Put lines in the order of their days; those of one day stay as they are."""
    return tuple(sorted(lines, key=lambda line: line.days))


def sound_words(name: str, text: str) -> str:
    """Give one line of words tidied. Raises BadLine where they are too long, or say nothing and must."""
    words = " ".join(_UNPRINTABLE.sub(" ", text).split())
    if not words and name == "what":
        raise BadLine("Say what is to be done, such as “Remind the speakers”.", field="what")
    if len(words) > LONGEST[name]:
        label = {"what": "task", "note": "note"}[name]
        raise BadLine(f"The {label} has {len(words)} characters and there is room for {LONGEST[name]}.", field=name)
    return words


def sound_days(days: int) -> int:
    """Give an offset that can be. Raises BadLine."""
    if abs(days) > FURTHEST:
        raise BadLine(f"A task is due at most {FURTHEST} days before or after its session.", field="days")
    return days


def sound_lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Give the lines of a countdown tidied and in the order of their days; a new one (no key) gets a key by its words.

    Raises BadLine: no words, words too long, a day too far, two lines with one key, more lines than a sheet holds.
    """
    if len(lines) > MOST_LINES:
        raise BadLine(f"There are {len(lines)} lines and there is room for {MOST_LINES}.")
    keys = {line.key for line in lines if line.key}
    if len(keys) != sum(bool(line.key) for line in lines):
        raise BadLine("Two lines have the same key; take one of them out.")
    sound: list[Line] = []
    for line in lines:
        what = sound_words("what", line.what)
        key = line.key or _free_key(what, keys)
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key) or len(key) > LONGEST_KEY:
            raise BadLine(f"“{key}” is no key of a line: small letters, digits and hyphens.")
        keys.add(key)
        sound.append(replace(line, key=key, what=what, note=sound_words("note", line.note), days=sound_days(line.days)))
    return in_order(sound)


def _free_key(what: str, taken: Collection[str]) -> str:
    """Give a new line's key: the same words have the same one, whoever writes them when, and no word stands in it."""
    base = f"own-{blake2b(what.casefold().encode(), digest_size=6).hexdigest()}"
    key, number = base, 1
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key


class Known(StrEnum):
    """Lines the Hub knows to be done: it ticks them where that happens. The values are the keys of the lines."""

    ATTENDANCE = "attendance"  # the register is closed
    NOTES = "notes"  # everybody may read the approved notes
    RECORDING = "recording"  # a recording stands where who takes part finds it


# -- the Hub's own countdowns: what a team begins with, and changes as it likes. The six lines of a café are issue 4's.

_HOST = Line(key="confirm-host", what="Confirm who hosts it", days=-21)
_SPEAKERS = Line(
    key="remind-speakers", what="Remind the speakers", days=-7, note="Topic, length, and how they will share their slides"
)
_JOINING = Line(key="send-joining-link", what="Send the joining link and the agenda", days=-2, applies=Applies.ONLINE)
_ATTENDANCE = Line(key=Known.ATTENDANCE.value, what="Write down who was there", days=1)
_NOTES = Line(key=Known.NOTES.value, what="Share the notes", days=3)
_RECORDING = Line(
    key=Known.RECORDING.value,
    what="Put up the recording",
    days=7,
    applies=Applies.ONLINE,
    note="Only with the consent of who is in it",
)
_ROOM = Line(key="book-room", what="Book the room", days=-42, applies=Applies.IN_PERSON)
_ACCESS = Line(
    key="access-needs",
    what="Ask for access needs, and see that the room meets them",
    days=-28,
    applies=Applies.IN_PERSON,
    note="The person’s page says what somebody needs; only the team reads it",
)
_TRAVEL = Line(key="travel", what="Help people to book their travel", days=-21, applies=Applies.IN_PERSON)
_CATERING = Line(
    key="catering", what="Order food and drink", days=-14, applies=Applies.IN_PERSON, note="Ask for diets and allergies"
)
_DIRECTIONS = Line(key="send-directions", what="Send the way there and the agenda", days=-2, applies=Applies.IN_PERSON)
_IN_PERSON = (_ROOM, _ACCESS, _TRAVEL, _CATERING, _DIRECTIONS)
_MATERIALS = Line(key="materials", what="Get the materials", days=-7, owner=Owner.LEADER)
_FEEDBACK = Line(key="feedback", what="Ask for feedback", days=1)
_AFTER = (_ATTENDANCE, _NOTES, _RECORDING)

_COUNTDOWNS: Mapping[Kind, tuple[Line, ...]] = {
    kind: in_order(lines)
    for kind, lines in {
        Kind.KICK_OFF: (
            _HOST,
            Line(key="send-primer", what="Send the primer and the code of conduct", days=-14),
            Line(key="ice-breaker", what="Prepare the ice-breaker and the breakout rooms", days=-7),
            _JOINING,
            *_AFTER,
            *_IN_PERSON,
        ),
        Kind.CAFE: (_HOST, _SPEAKERS, _JOINING, *_AFTER, *_IN_PERSON),
        Kind.MEETING: (_HOST, _SPEAKERS, _JOINING, *_AFTER, *_IN_PERSON),
        Kind.WORKSHOP: (_HOST, _SPEAKERS, _MATERIALS, _JOINING, _FEEDBACK, *_AFTER, *_IN_PERSON),
        Kind.TRAINING: (
            Line(key="confirm-trainer", what="Confirm the trainer", days=-28),
            Line(
                key="check-places",
                what="See who has a place, and open those left to the network",
                days=-14,
                note="Experts come first until two weeks before",
            ),
            _MATERIALS,
            _JOINING,
            _FEEDBACK,
            _ATTENDANCE,
            Line(key="share-materials", what="Share the materials", days=3),
            _RECORDING,
            *_IN_PERSON,
        ),
        Kind.WEBINAR: (
            Line(key="confirm-speakers", what="Confirm the speakers", days=-28),
            Line(key="announce", what="Announce it", days=-21),
            _SPEAKERS,
            _JOINING,
            Line(key="try-out", what="Try sound and slides with the speakers", days=-1, applies=Applies.ONLINE),
            Line(key="thank-speakers", what="Thank the speakers", days=1),
            _ATTENDANCE,
            _RECORDING,
            *_IN_PERSON,
        ),
        Kind.ONE_TO_ONE: (
            Line(key="agree-time", what="Agree the time", days=-7, owner=Owner.COACH),
            Line(key="send-joining-link", what="Send the joining link", days=-2, owner=Owner.COACH, applies=Applies.ONLINE),
            Line(key="way-forward", what="Write down the way forward", days=1, owner=Owner.COACH),
        ),
        Kind.WRAP_UP: (
            _HOST,
            Line(key="gather-learnings", what="Gather what people learnt", days=-7),
            _JOINING,
            _FEEDBACK,
            _ATTENDANCE,
            _NOTES,
            Line(key="keep-and-change", what="Write down what to keep and what to change", days=7),
            *_IN_PERSON,
        ),
        Kind.CELEBRATION: (
            _HOST,
            Line(key="invite-guests", what="Invite partners and guests", days=-28),
            Line(key="gather-thanks", what="Gather thanks and stories", days=-7),
            _JOINING,
            _ATTENDANCE,
            Line(key="share-pictures", what="Share pictures", days=3, note="Only of those who agreed to it"),
            *_IN_PERSON,
        ),
        Kind.OTHER: (_HOST, _JOINING, _ATTENDANCE, _NOTES, *_IN_PERSON),
        Kind.INDIVIDUAL: (),
        Kind.REST: (),
    }.items()
}


def own_countdown(kind: Kind) -> tuple[Line, ...]:
    """Give the Hub's own countdown of a kind, in the order of its days: what holds until a team writes its own."""
    return _COUNTDOWNS[kind]
