"""What a team has to do, and what changed: each room says it of its own things in its `todo.py`, and one page shows it all.

The kit knows nothing of what the things are. A source is asked with the programme, who asks, and the moment; it answers with
constant queries, however much there is. Changes are read from the journal: a room says which of its rows are a programme's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q, QuerySet

from hub.kit import journal
from hub.kit.rooms import load_modules

MOST_CHANGES = 200  # lines of the journal that are read for one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One thing to do, as a page shows it: what, about what, where it is done.

    A page of `mark` takes a POST, with the programme's slug and the key in its address: it answers htmx with what stands in
    the line's place, an `<li>`, and anybody else with the way back to `next`.
    """

    what: str  # "Remind the speakers": begins with a verb, no full stop
    about: str  # "Collaboration Café, Wed 4 September 2024"
    url: str  # where it is done
    action: str  # words of the button/link: "Open", "Write to them"
    part: str  # which room says so, as people read it: "Run-sheet", "Messages", "Onboarding", "Agreements"
    due_on: date | None = None
    owner_id: int | None = None
    owner: str = ""  # name as people read it
    waits_for: str = ""  # non-empty: the team waits for somebody else ("Ada Lindqvist"), shown in “waiting for others”
    mark: tuple[str, int] | None = None  # (name of a POST url, pk) that ticks it off right here, optional
    also: tuple[str, str] | None = None  # another way to do it: words and url of its page
    key: str = ""  # what makes it this thing, so that another source may stand for it
    stands_for: str = ""  # key of a thing that is done with this one: the two are shown as one


Source = Callable[..., Iterable[Todo]]  # f(programme, *, by, at) -> Iterable[Todo]
_sources: dict[str, list[Source]] = {}


def source(part: str) -> Callable[[Source], Source]:
    """Register what a part of the Hub has to say: `f(programme, *, by, at) -> Iterable[Todo]`."""

    def register(say: Source) -> Source:
        _sources.setdefault(part, []).append(say)
        return say

    return register


def todos(programme: models.Model, *, by: models.Model | None, at: datetime) -> list[Todo]:
    """Give what there is to do in a programme, soonest first, what has no day last; `by` may read all of it.

    The caller has asked whether they may: it is for the programme's team.
    """
    load_modules("todo")
    found = _once(todo for sources in _sources.values() for say in sources for todo in say(programme, by=by, at=at))
    return sorted(found, key=lambda each: (each.due_on or date.max, each.part, each.about, each.what))


Own = Callable[..., Iterable[Todo]]  # f(person, *, at) -> Iterable[Todo]
_own_sources: list[Own] = []


def own_source(part: str) -> Callable[[Own], Own]:
    """Register what a part of the Hub asks of one person, in all their programmes at once: `f(person, *, at)`."""

    def register(say: Own) -> Own:
        _own_sources.append(say)
        return say

    return register


def own_todos(person: models.Model, *, at: datetime) -> list[Todo]:
    """Give what is a person's own to do in every programme, soonest first; as many queries for many programmes as for one."""
    load_modules("todo")
    found = _once(todo for say in _own_sources for todo in say(person, at=at))
    return sorted(found, key=lambda each: (each.due_on or date.max, each.part, each.about, each.what))


def _once(todos: Iterable[Todo]) -> list[Todo]:
    """Show what stands for another thing in its place, with whose that was and the earlier of the two days."""
    found = list(todos)
    covered = {each.key: each for each in found if each.key} if any(each.stands_for for each in found) else {}
    stood_for = {each.stands_for for each in found if each.stands_for in covered}
    return [_in_place(each, covered.get(each.stands_for)) for each in found if not each.key or each.key not in stood_for]


def _in_place(todo: Todo, other: Todo | None) -> Todo:
    if other is None:
        return todo
    due = min((each.due_on for each in (todo, other) if each.due_on is not None), default=None)
    return replace(todo, due_on=due, owner_id=other.owner_id, owner=other.owner, waits_for=other.waits_for)


# -- what changed


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a thing is: its words and its address, empty where it has no page."""

    about: str
    url: str = ""


Within = Callable[..., QuerySet[Any, Any]]  # f(programme) -> keys of the things that are its own, as a query
Spots = Callable[..., Mapping[int, Spot]]  # f(programme, keys) -> where each of these things is
_things: dict[str, tuple[Within, Spots]] = {}


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody did, where; `more` counts the like things of the same moment that stand behind it.

    `also` are others who did the same to the same thing that day, the last of them first.
    """

    who: str
    at: datetime
    did: str
    about: str
    url: str
    more: int = 0
    also: tuple[str, ...] = ()

    @property
    def who_did(self) -> str:
        """Say who did it: "Ada Lindqvist", "Ada Lindqvist and Theo Brandvold", "Ada Lindqvist and 5 others"."""
        if not self.also:
            return self.who
        return f"{self.who} and {self.also[0] if len(self.also) == 1 else f'{len(self.also)} others'}"


def things(label: str, *, within: Within) -> Callable[[Spots], Spots]:
    """Register whose changes are a programme's: rows of a model ("schedule.Session"), and where each of them is.

    Lines of other things that are part of such a row are told with it.
    """

    def register(spots: Spots) -> Spots:
        _things[label] = (within, spots)
        return spots

    return register


def of_programme(programme: models.Model) -> Q:
    """Give the condition that a line of the journal is of a programme, of one of its things, or of a part of either."""
    load_modules("todo")
    whole = programme._meta.label
    theirs = Q(thing=whole, thing_id=programme.pk) | Q(part_of=whole, part_of_id=programme.pk)
    for label, (within, _) in _things.items():
        theirs |= Q(thing=label, thing_id__in=within(programme)) | Q(part_of=label, part_of_id__in=within(programme))
    return theirs


def changes(
    programme: models.Model, *, since: datetime, at: datetime, zone: str, most: int = 20, but: Collection[str] = ()
) -> list[Change]:
    """Give what was done in a programme after `since` and up to `at`, newest first, from the journal; like things as one,
    and what was done to the same thing again and again on a day of `zone`, by one or by several, as one, when it was last done.

    Lines whose verb is among `but` are left out. One query for the lines, and as many more as rooms have sorts of things.
    """
    lines = journal.lines_where(
        of_programme(programme) & Q(at__gt=since, at__lte=at) & ~Q(verb__in=list(but)), most=MOST_CHANGES
    )
    keys: dict[str, set[int]] = {label: set() for label in _things}
    for line in lines:
        for label, key in ((line.thing, line.thing_id), (line.part_of, line.part_of_id)):
            if label in keys and key is not None:
                keys[label].add(key)
    spots = {(label, key): spot for label, (_, say) in _things.items() for key, spot in say(programme, keys[label]).items()}
    told: dict[tuple[Any, ...], Change] = {}
    done: dict[tuple[Any, ...], datetime] = {}
    clock = ZoneInfo(zone)
    for line in lines:
        again = (line.entry.who, line.entry.did, line.thing, line.thing_id, line.entry.at.astimezone(clock).date())
        if done.setdefault(again, line.entry.at) != line.entry.at:
            continue
        alike = (line.entry.at, line.entry.who, line.verb, line.thing)
        if (first := told.get(alike)) is not None:
            told[alike] = Change(first.who, first.at, first.did, first.about, first.url, first.more + 1)
            continue
        spot = spots.get((line.thing, line.thing_id)) or spots.get((line.part_of, line.part_of_id or 0)) or Spot("")
        told[alike] = Change(line.entry.who, line.entry.at, line.entry.did, spot.about, spot.url)
    return _by_several(told.values(), clock)[:most]


def _by_several(told: Iterable[Change], clock: ZoneInfo) -> list[Change]:
    """Tell what several people did to one thing on a day once, where the last of them stands."""
    found: dict[tuple[Any, ...], Change] = {}
    for change in told:
        day = change.at.astimezone(clock).date()
        key = (change.did, change.about, change.url, day) if change.about and not change.more else (change,)
        first = found.setdefault(key, change)
        if first.who != change.who and change.who not in first.also:
            found[key] = replace(first, also=(*first.also, change.who))
    return list(found.values())


def where_in(programme: models.Model, things: Collection[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, str]]:
    """Say what things of a programme are called and where they are, for a history that tells of many; of others nothing.

    Things are named by label and key, as the journal does. Two queries for each sort among them.
    """
    load_modules("todo")
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for label, (within, say) in _things.items():
        keys = {key for of, key in things if of == label}
        own = set(within(programme).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
        found |= {(label, key): (spot.about, spot.url) for key, spot in (say(programme, own) if own else {}).items()}
    return found
