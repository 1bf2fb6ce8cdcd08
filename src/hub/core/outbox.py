"""What is told to whom and when: which messages the facts ask for, and the life of each until it is out, once.

A message is known by its key (rule, subject, recipient). The facts say which keys are wanted and when; `reconcile` compares
them with the messages there are. A message that left, or that a person threw away, is never made again; one that went nowhere
comes back when the facts make that good.
Sources: issue 4; lessons, "Mail"; docs/decisions/0013.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from hub.core.calendar import instant, say_times
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.states import Moves

LEASE = timedelta(minutes=10)  # who hands a message over must be done before this is over; then it is uncertain
WAITS = (  # a server that says "later" is asked again after these: greylisting wants minutes, an outage hours
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
_LONGEST_AWAY = 400  # days a rule may lie before or after what it speaks of


class NobodyChosen(Refusal):
    """A message is to go to nobody: an empty choice is never everybody."""

    code: ClassVar[str] = "nobody-chosen"


class OtherNumber(ChangedMeanwhile):
    """The number of people changed between looking and sending."""

    code: ClassVar[str] = "other-number"


class BadOffset(Refusal):
    """A distance in time that cannot be."""

    code: ClassVar[str] = "bad-offset"


class Outgoing(StrEnum):
    """Where a message stands."""

    PREPARED = "prepared"  # for a person to look at and to send
    HELD = "held"  # a person stopped it
    WAITING = "waiting"  # for its time
    SENDING = "sending"  # somebody has it in hand; certainly not out until it is marked as handed over
    SENT = "sent"
    UNCERTAIN = "uncertain"  # it may be out: a person decides
    UNREACHED = "unreached"  # there is no address to send it to; comes back when there is one
    REFUSED = "refused"  # the other side does not take it
    BOUNCED = "bounced"  # taken, and sent back
    GATHERED = "gathered"  # waits for the daily or weekly mail it goes with
    UNWANTED = "unwanted"  # the recipient chose not to hear of this
    DISCARDED = "discarded"  # a person threw it away
    WITHDRAWN = "withdrawn"  # the facts no longer ask for it; comes back when they do
    MISSED = "missed"  # its time was over before it could go; comes back when the facts give it another

    @property
    def label(self) -> str:
        """What people read."""
        return _LABELS[self]

    @property
    def is_open(self) -> bool:
        """Whether it may still leave by itself or by a person's word."""
        return self in OPEN

    @property
    def is_settled(self) -> bool:
        """Whether its key is never made again from facts, whatever becomes of them."""
        return self not in OPEN and self not in COMING_BACK


OPEN = frozenset({Outgoing.PREPARED, Outgoing.HELD, Outgoing.WAITING, Outgoing.SENDING, Outgoing.GATHERED})
# What the facts may still change: whoever has one in hand looks at the facts itself.
CHANGEABLE = frozenset({Outgoing.PREPARED, Outgoing.HELD, Outgoing.WAITING, Outgoing.GATHERED})
# What did not reach anybody: it may come back, see `comes_back`.
UNDELIVERED = frozenset({Outgoing.UNREACHED, Outgoing.REFUSED, Outgoing.BOUNCED})
COMING_BACK = UNDELIVERED | {Outgoing.WITHDRAWN, Outgoing.MISSED}
_LABELS = {
    Outgoing.PREPARED: "To be looked at",
    Outgoing.HELD: "Held",
    Outgoing.WAITING: "Waiting",
    Outgoing.SENDING: "Being sent",
    Outgoing.SENT: "Sent",
    Outgoing.UNCERTAIN: "Perhaps sent",
    Outgoing.UNREACHED: "No address",
    Outgoing.REFUSED: "Not taken",
    Outgoing.BOUNCED: "Came back",
    Outgoing.GATHERED: "Goes with the next digest",
    Outgoing.UNWANTED: "Not wanted by them",
    Outgoing.DISCARDED: "Thrown away",
    Outgoing.WITHDRAWN: "No longer needed",
    Outgoing.MISSED: "Too late",
}

_O = Outgoing
MOVES: Moves[Outgoing] = Moves(
    {
        "released": (frozenset({_O.PREPARED, _O.HELD}), _O.WAITING),  # a person says: send
        "held": (frozenset({_O.PREPARED, _O.WAITING, _O.GATHERED}), _O.HELD),
        "discarded": (
            frozenset({_O.PREPARED, _O.HELD, _O.WAITING, _O.GATHERED, _O.MISSED}) | UNDELIVERED,
            _O.DISCARDED,
        ),
        "withdrawn": (
            frozenset({_O.PREPARED, _O.HELD, _O.WAITING, _O.GATHERED, _O.SENDING, _O.UNREACHED}),
            _O.WITHDRAWN,
        ),
        "prepared": (frozenset({_O.WAITING, _O.GATHERED, _O.SENDING}), _O.PREPARED),  # the rule has it looked at first now
        "claimed": (frozenset({_O.WAITING}), _O.SENDING),
        "put_back": (frozenset({_O.SENDING, _O.GATHERED}), _O.WAITING),
        "gathered": (frozenset({_O.SENDING}), _O.GATHERED),
        "unwanted": (frozenset({_O.WAITING, _O.SENDING, _O.GATHERED}), _O.UNWANTED),
        "missed": (frozenset({_O.SENDING, _O.WAITING, _O.PREPARED, _O.HELD}), _O.MISSED),
        "sent": (frozenset({_O.SENDING, _O.UNCERTAIN, _O.GATHERED}), _O.SENT),
        "unreached": (frozenset({_O.SENDING}), _O.UNREACHED),
        "refused": (frozenset({_O.SENDING}), _O.REFUSED),
        "lost_sight_of": (frozenset({_O.SENDING}), _O.UNCERTAIN),
        "put_off": (frozenset({_O.SENDING}), _O.WAITING),  # the other side said: later
        "bounced": (frozenset({_O.SENT, _O.UNCERTAIN}), _O.BOUNCED),
        "sent_again": (
            frozenset({_O.UNCERTAIN, _O.UNREACHED, _O.REFUSED, _O.BOUNCED, _O.MISSED, _O.DISCARDED}),
            _O.WAITING,
        ),
    }
)


class Word(StrEnum):
    """What a person said of a message last, in a rule's stead."""

    NONE = ""
    HELD = "held"  # it goes when somebody lets it, whatever the facts do meanwhile
    RELEASED = "released"  # it was looked at, so its rule need not ask again


class Key(NamedTuple):
    """What a message is known by: the rule it follows, what it speaks of, and who gets it ("person:7", "hook:2")."""

    rule: str
    subject: str
    recipient: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message the facts ask for: when it goes, and until when it makes sense (aware; `until` None: always).

    `over_at` is when what it speaks of is over: one that waits for a digest makes sense until then. `needs_ok`: a person looks
    at it before it goes.
    """

    key: Key
    send_at: datetime
    until: datetime | None = None
    over_at: datetime | None = None
    needs_ok: bool = False

    @property
    def begins(self) -> Outgoing:
        """Where such a message stands at first."""
        return Outgoing.PREPARED if self.needs_ok else Outgoing.WAITING


@dataclass(frozen=True, slots=True)
class Planned:
    """A message there is: when it is to go, where it stands, and what a person said of it last.

    `digest_at` is when the digest goes it waits for; `has_new_address`, that it can go now where it was not sent before.
    """

    send_at: datetime
    until: datetime | None
    state: Outgoing
    digest_at: datetime | None = None
    word: Word = Word.NONE
    has_new_address: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What must be done so that the messages are those the facts ask for."""

    create: tuple[Wanted, ...] = ()
    update: tuple[Wanted, ...] = ()  # moved in time
    back: tuple[Wanted, ...] = ()  # taken back, too late or without an address, and wanted and possible now
    withdraw: tuple[Key, ...] = ()
    alone: tuple[Key, ...] = ()  # the digest they wait for comes too late now, so they go by themselves
    prepare: tuple[Key, ...] = ()  # their rule has them looked at first now
    let_go: tuple[Key, ...] = ()  # their rule no longer has them looked at

    @property
    def is_empty(self) -> bool:
        """Whether the messages are what the facts ask for."""
        return self == Changes()


def reconcile(wanted: Iterable[Wanted], there: Mapping[Key, Planned], *, at: datetime) -> Changes:
    """Compare the messages the facts ask for with those there are.

    A key that is settled (out, perhaps out, thrown away, not wanted…) is never created again, whatever the facts say. One
    whose time is over is not created, and one that waits stays for whoever sends to say that it is too late. Whoever has a
    message in hand looks at the facts itself, so `sending` is left alone.
    """
    asked: dict[Key, Wanted] = {}
    for each in wanted:
        asked.setdefault(each.key, each)
    create, update, back, alone, prepare, let_go = [], [], [], [], [], []
    for key, each in asked.items():
        known = there.get(key)
        if known is None:
            if each.until is None or each.until >= at:
                create.append(each)
        elif comes_back(known, each, at=at):
            back.append(each)
        elif known.state in CHANGEABLE:
            if (known.send_at, known.until) != (each.send_at, each.until):
                update.append(each)
            if each.needs_ok and known.state in _BY_ITSELF and known.word is not Word.RELEASED:
                prepare.append(key)
            elif not each.needs_ok and known.state is Outgoing.PREPARED:
                let_go.append(key)
            elif known.state is Outgoing.GATHERED and not is_in_time(known.digest_at, each.over_at):
                alone.append(key)
    gone = tuple(key for key, known in there.items() if key not in asked and known.state in _FALLING)
    return Changes(
        create=tuple(create), update=tuple(update), back=tuple(back), withdraw=gone, alone=tuple(alone),
        prepare=tuple(prepare), let_go=tuple(let_go),
    )  # fmt: skip


_BY_ITSELF = frozenset({Outgoing.WAITING, Outgoing.GATHERED})
_FALLING = CHANGEABLE | {Outgoing.UNREACHED}  # withdrawn when nothing asks for it any more


def comes_back(known: Planned, asked: Wanted, *, at: datetime) -> bool:
    """Say whether a message that went nowhere is to go after all, as the facts are now.

    One that was withdrawn, because it is asked for again; one that was too late, because it has another time; one that did not
    reach anybody, because there is an address it was not sent to. None of them where that would be too late.
    """
    if asked.until is not None and asked.until < at:
        return False
    if known.state is Outgoing.MISSED:  # at the same time it is as late as it was, for who waits for a digest
        return (known.send_at, known.until) != (asked.send_at, asked.until)
    return known.state is Outgoing.WITHDRAWN or (known.state in UNDELIVERED and known.has_new_address)


def stands_after(known: Planned, asked: Wanted) -> tuple[Outgoing, Word]:
    """Say where a message stands that comes back, and which word of a person still counts; without one, where its rule begins.

    What was held is held. What was let go goes by itself, as it would have without the detour; but not where nothing asked for
    it meanwhile, and not where there was no address, for then nobody saw it among those who would get it.
    """
    if known.word is Word.HELD:
        return Outgoing.HELD, Word.HELD
    if known.word is Word.RELEASED and known.state not in (Outgoing.WITHDRAWN, Outgoing.UNREACHED):
        return Outgoing.WAITING, Word.RELEASED
    return asked.begins, Word.NONE


def begins_instead(before: Planned, asked: Wanted, *, has_own_words: bool) -> tuple[Outgoing, Word]:
    """Say where a message begins that takes the place of one nothing asks for any more, and which word of a person counts.

    What was held is held, and so is what somebody had given words of its own: they speak of what is overtaken, and a person
    says whether they still hold.
    """
    if before.word is Word.HELD or has_own_words:
        return Outgoing.HELD, Word.HELD
    return asked.begins, Word.NONE


def is_in_time(goes_at: datetime | None, over_at: datetime | None) -> bool:
    """Say whether a message that goes at a moment comes before what it speaks of is over; without one of the two, always."""
    return goes_at is None or over_at is None or goes_at <= over_at


@dataclass(frozen=True, slots=True)
class Offset:
    """When a message goes, seen from the moment it speaks of: so many days and hours after it, negative for before.

    With a `clock` the day is counted in the zone of the thing and the message goes at that wall time; without, at the same
    wall time as the moment, so that "two weeks before" keeps its hour when the clocks change. Hours are real hours.
    """

    days: int = 0
    hours: int = 0
    clock: time | None = None

    def __post_init__(self) -> None:
        """Raises BadOffset for a distance of more than a year or so, or hours beside a wall time."""
        if abs(self.days) > _LONGEST_AWAY or abs(self.hours) > 24 * _LONGEST_AWAY:
            raise BadOffset(f"A message goes within {_LONGEST_AWAY} days of what it speaks of.", field="days")
        if self.clock is not None and self.hours:
            raise BadOffset("Say hours, or a time of the day, not both.", field="hours")

    def moment(self, anchor: datetime, zone: str) -> datetime:
        """Give the aware moment (UTC) a message goes, for an aware anchor."""
        local = anchor.astimezone(ZoneInfo(zone))
        clock = self.clock or local.time().replace(tzinfo=None)
        if not self.days and self.clock is None:
            return anchor + timedelta(hours=self.hours)
        return instant(local.date() + timedelta(days=self.days), clock, zone) + timedelta(hours=self.hours)

    @property
    def is_before(self) -> bool:
        """Whether it lies before its moment by its own words; "on the day, at 09:00" may, as the moment's hour has it."""
        return (self.days, self.hours) < (0, 0)

    def say(self) -> str:
        """Say it as people do: "2 weeks before, at 09:00", "3 days after", "at once"."""
        if not self.days and not self.hours:
            return "on the day" + f", at {say_times(self.clock, None)}" if self.clock else "at once"
        parts = []
        days = abs(self.days)
        if days and days % 7 == 0:
            parts.append(f"{days // 7} week{'s' * (days != 7)}")
        elif days:
            parts.append(f"{days} day{'s' * (days != 1)}")
        if self.hours:
            parts.append(f"{abs(self.hours)} hour{'s' * (abs(self.hours) != 1)}")
        side = "before" if self.is_before else "after"
        return f"{' and '.join(parts)} {side}" + (f", at {say_times(self.clock, None)}" if self.clock else "")


GRACE_BEFORE = timedelta(hours=24)
GRACE_AFTER = timedelta(days=7)


def too_late_after(send_at: datetime, offset: Offset, *, moment: datetime, over_at: datetime | None = None) -> datetime:
    """Say until when a message that could not go at its time still makes sense.

    A reminder goes up to a day late and never once what it reminds of is over (`over_at`; the moment itself where there is
    none): who adds a session for tomorrow sends no "in two weeks". What follows something goes up to a week late. "On the day,
    at 09:00" reminds of what begins at 15:00 and follows what began at 08:00; of what is never over, such as a release or that
    somebody's part begins, it tells the day itself, and follows it.
    """
    if offset.is_before or (over_at is not None and send_at < moment):
        return min(send_at + GRACE_BEFORE, over_at or moment)
    return send_at + GRACE_AFTER


LOOKED_BACK = timedelta(days=60)
_ELSEWHERE = timedelta(days=2)  # a day begins and ends at other moments elsewhere, and rooms count some facts by days


def looks_back(offsets: Iterable[Offset]) -> timedelta:
    """Say how far back one looks for what messages with some offsets may still speak of: sixty days at least.

    Further where one lies further after its moment: as far as that, and the week it may be late.
    """
    furthest = max((timedelta(days=each.days, hours=each.hours) for each in offsets), default=timedelta())
    return max(LOOKED_BACK, furthest + GRACE_AFTER + _ELSEWHERE)


def over_after(send_at: datetime, offset: Offset, *, moment: datetime, over_at: datetime | None = None) -> datetime | None:
    """Say when a message of somebody who hears once a day or a week is of no use any more; None: never.

    They chose to hear late, so it is not the day after `send_at` that counts, but when the thing itself is over. What follows
    something that is over already is as good in the next digest.
    """
    if offset.is_before:
        return over_at or moment
    return over_at if over_at is not None and over_at > send_at else None


def next_try(attempts: int, *, at: datetime, until: datetime | None) -> datetime | None:
    """Say when a message that the other side put off for the `attempts`th time is tried again; None gives it up.

    Two minutes at first, a day at last, and never after the message has become too late.
    """
    if attempts > len(WAITS):
        return None
    again = at + WAITS[max(attempts, 1) - 1]
    return None if until is not None and again > until else again
