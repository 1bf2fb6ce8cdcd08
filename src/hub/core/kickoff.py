"""The kick-off: an agenda of an hour and a half, and breakout rooms in which people can help each other.

Minutes always add up to LENGTH. Groups mix organisations and bring together who wants something and who offers it.
Sources: seeds/001, "Full cohort Kick-off meeting (1.30 Hours)"; issue 4, item 8.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from itertools import combinations

from hub.core.occurrence import Part
from hub.core.plan.model import Who

LENGTH = 90  # minutes
WELCOME, FUNDER, NEXT_STEPS = 15, 10, 10
LEAST_BREAKOUT = 20
LEAST_INTRODUCTIONS = 5
FOR_EACH = 3  # minutes somebody introduces themselves, where there is time
IDEAL_ROOM = 4  # people
QUESTIONS = (
    "What support can the Experts give each other as a cohort?",
    "What support from outside do you need?",
)


@dataclass(frozen=True, slots=True)
class Item:
    """A part of the agenda: what, for how many minutes, and in smaller print how."""

    title: str
    minutes: int
    says: str = ""
    questions: tuple[str, ...] = ()


def introductions_take(experts: int) -> int:
    """Give the minutes introductions take: three for each Expert, at least five, and never so many that breakouts are cut."""
    most = LENGTH - WELCOME - FUNDER - NEXT_STEPS - LEAST_BREAKOUT
    return min(max(FOR_EACH * experts, LEAST_INTRODUCTIONS), most)


def agenda(experts: int) -> tuple[Item, ...]:
    """Give the agenda for so many Experts; its minutes add up to LENGTH, whatever the number. Source: seeds/001."""
    if experts < 0:
        raise ValueError(f"impossible number of Experts: {experts}")
    introductions = introductions_take(experts)
    return (
        Item("Welcome, code of conduct and an ice-breaker", WELCOME, "Everybody says one sentence."),
        Item("Introductions of the Experts", introductions, _for_each(introductions, experts)),
        Item("The funder and the skills team introduce themselves", FUNDER, "Who they are, and what you can ask them for."),
        Item(
            "Breakout rooms",
            LENGTH - WELCOME - introductions - FUNDER - NEXT_STEPS,
            "Two questions; each room says its answers in a minute at the end.",
            QUESTIONS,
        ),
        Item("Next steps", NEXT_STEPS, "The first weeks, where things are, whom to ask."),
    )


def _for_each(minutes: int, experts: int) -> str:
    if not experts:
        return "Nobody is an Expert of this cohort yet."
    seconds = minutes * 60 // experts
    if seconds >= 60:
        whole, half = divmod(seconds, 60)
        words = f"{whole}½ minutes" if half >= 30 else f"{whole} minute{'s' if whole > 1 else ''}"
        return f"About {words} each: who, from where, and one goal."
    return f"Only {seconds} seconds each: name and organisation now, more in the breakout rooms."


def as_parts(items: Sequence[Item]) -> tuple[Part, ...]:
    """Give an agenda as the parts of a session, questions as parts of their own within theirs."""
    return tuple(
        Part(
            text=item.title,
            who=Who.GROUP,
            minutes_low=item.minutes,
            minutes_high=item.minutes,
            parts=tuple(Part(text=question) for question in item.questions),
        )
        for item in items
    )


def timed(items: Sequence[Item], begins: time | None) -> tuple[tuple[Item, str], ...]:
    """Give each part with the wall time it begins, "10:45"; "+15" minutes where the session has no time yet."""
    passed, found = 0, []
    for item in items:
        if begins is None:
            found.append((item, f"+{passed}"))
        else:
            minute = (begins.hour * 60 + begins.minute + passed) % (24 * 60)
            found.append((item, f"{minute // 60:02}:{minute % 60:02}"))
        passed += item.minutes
    return tuple(found)


# -- breakout rooms


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who goes into a room: whom they stand for, and what they want and offer, in the same words."""

    key: int
    name: str
    organisation: str = ""
    wants: frozenset[str] = field(default_factory=frozenset)
    offers: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Help:
    """That one of a room offers what another wants."""

    giver: int
    taker: int
    what: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why people are in a room together: who can help whom with what, and who is of the same organisation."""

    helps: tuple[Help, ...]
    unmet: tuple[tuple[int, str], ...]  # what somebody wants and nobody in the room offers
    together: tuple[tuple[int, int], ...]


def rooms_for(people: int) -> int:
    """Give into how many rooms people go: of four where it comes out, never more than that in one."""
    return max(1, -(-people // IDEAL_ROOM))


def propose_rooms(members: Collection[Member], rooms: int) -> tuple[tuple[int, ...], ...]:
    """Propose who goes into which room; everybody is in one, and sizes differ by one at most.

    Rooms mix organisations first, then as many wishes as can be are met within a room by what others there offer. The same
    people give the same rooms, in whatever order they come. Raises ValueError for fewer than one room.
    """
    if rooms < 1:
        raise ValueError(f"impossible number of rooms: {rooms}")
    people = sorted(members, key=lambda each: each.key)
    sizes: dict[str, int] = {}
    for each in people:
        sizes[each.organisation] = sizes.get(each.organisation, 0) + bool(each.organisation)
    dealt = sorted(people, key=lambda each: (-sizes[each.organisation], each.organisation, each.key))
    found = [[each for place, each in enumerate(dealt) if place % rooms == number] for number in range(rooms)]
    while (better := _better_swap(found)) is not None:
        (one, place), (other, at) = better
        found[one][place], found[other][at] = found[other][at], found[one][place]
    filled = [tuple(sorted(each.key for each in room)) for room in found if room]
    return tuple(sorted(filled, key=lambda room: (-len(room), room)))


Score = tuple[int, int]


def _score(room: Sequence[Member]) -> Score:
    """Give how good a room is: pairs of one organisation (less is better) before wishes that are met."""
    same = sum(one.organisation != "" and one.organisation == other.organisation for one, other in combinations(room, 2))
    met = sum(any(want in other.offers for other in room if other.key != each.key) for each in room for want in each.wants)
    return (-same, met)


def _better_swap(rooms: Sequence[Sequence[Member]]) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Find the first exchange of two people that makes two rooms better together; None where there is none."""
    scores = [_score(room) for room in rooms]
    for one, other in combinations(range(len(rooms)), 2):
        before = (scores[one][0] + scores[other][0], scores[one][1] + scores[other][1])
        for place, here in enumerate(rooms[one]):
            for at, there in enumerate(rooms[other]):
                left = [*rooms[one][:place], there, *rooms[one][place + 1 :]]
                right = [*rooms[other][:at], here, *rooms[other][at + 1 :]]
                new = [_score(left), _score(right)]
                if (new[0][0] + new[1][0], new[0][1] + new[1][1]) > before:
                    return (one, place), (other, at)
    return None


def explain(room: Sequence[Member]) -> Why:
    """Say why people are in a room together, whoever put them there."""
    people = sorted(room, key=lambda each: each.key)
    helps: list[Help] = []
    unmet: list[tuple[int, str]] = []
    for taker in people:
        for what in sorted(taker.wants):
            givers = [each.key for each in people if each.key != taker.key and what in each.offers]
            helps += [Help(giver, taker.key, what) for giver in givers]
            if not givers:
                unmet.append((taker.key, what))
    together = [
        (one.key, other.key)
        for one, other in combinations(people, 2)
        if one.organisation and one.organisation == other.organisation
    ]
    return Why(tuple(helps), tuple(unmet), tuple(together))


def by_room(places: Mapping[int, int]) -> dict[int, tuple[int, ...]]:
    """Give the people of each room by its number, from the room of each person."""
    return {
        number: tuple(sorted(person for person, room in places.items() if room == number))
        for number in sorted(set(places.values()))
    }
