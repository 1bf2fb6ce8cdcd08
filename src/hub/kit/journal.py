"""The journal: commands append to it inside their transaction; people read a thing's history; an erasure reaches into it.

Persons stand in a line by reference. What is personal in its facts is named when it is written (`personal`), so that it can be
blanked without losing who did what, and when. Rooms say in their `presenters.py` how their lines read, and who may read them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from hub.core.veil import mention as mention_of
from hub.kit.compiled import insert_values
from hub.kit.rooms import load_modules

MOST = 50  # lines a history shows
ERASED = "erased"  # stands where a fact was
THE_HUB = "The Hub"
NOBODY = "Somebody since erased"


@dataclass(frozen=True, slots=True)
class Line:
    """What a presenter gets to read: no query is needed for any of it. `history` is the kind of thing it is read of."""

    verb: str
    thing: str
    facts: Mapping[str, Any]
    history: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that was one thing and became another, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody did, to follow their name ("moved the session"), and what was before and after."""

    did: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a history, ready to be shown. `at` is aware; `who` is a name, or the Hub itself.

    `about` and `url` say what else it was of, and where that is, where a history is of things in many places.
    """

    who: str
    at: datetime
    did: str
    changes: tuple[Change, ...]
    is_blanked: bool
    about: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """The newest lines of a thing's history, newest first; `is_cut` where older ones are not shown."""

    entries: tuple[Entry, ...] = ()
    is_cut: bool = False


Presenter = Callable[[Line], Told]
Reader = Callable[..., bool]
Thing = tuple[str, int]  # the label of a model, and the key of a row
Where = Callable[[Collection[Thing]], Mapping[Thing, tuple[str, str]]]  # what things are called, and where they are
_presenters: dict[tuple[str, str], Presenter] = {}
_readers: dict[str, Reader] = {}


def record(
    verb: str,
    row: models.Model,
    *,
    by: models.Model | None,
    at: datetime,
    part_of: models.Model | None = None,
    about: models.Model | None = None,
    personal: Iterable[str] = (),
    **facts: Any,
) -> None:
    """Append who did what to which row, when, with JSON-ready facts (before and after). `by` None is the program itself.

    `part_of` is the thing whose history shows the line too. `personal` names the facts, at the top or within `before` and
    `after`, that an erasure blanks: all of them in a line `about` the person, elsewhere those that mention the person.
    """
    record_all([Written(verb, row, facts, tuple(personal), part_of, about)], by=by, at=at)


@dataclass(frozen=True, slots=True)
class Written:
    """One line to append; see `record`."""

    verb: str
    row: models.Model
    facts: Mapping[str, Any]
    personal: tuple[str, ...] = ()
    part_of: models.Model | None = None
    about: models.Model | None = None


def record_all(lines: Sequence[Written], *, by: models.Model | None, at: datetime) -> None:
    """Append many lines in one statement."""
    from hub.kit.models import JournalEntry

    rows = [
        {
            "verb": line.verb,
            "thing": line.row._meta.label,
            "thing_id": line.row.pk,
            "part_of": line.part_of._meta.label if line.part_of else "",
            "part_of_id": line.part_of.pk if line.part_of else None,
            "by_id": by.pk if by else None,
            "about_id": line.about.pk if line.about else None,
            "at": at,
            "facts": dict(line.facts),
            "personal": list(line.personal),
            "blanked_at": None,
        }
        for line in lines
    ]
    if len(rows) == 1:
        insert_values(JournalEntry, rows[0])
    else:
        JournalEntry.objects.bulk_create(JournalEntry(**row) for row in rows)


def presenter(verb: str, thing: str) -> Callable[[Presenter], Presenter]:
    """Register how the lines of a verb and a thing ("schedule.Release") read. Without one they read as the verb."""

    def register(present: Presenter) -> Presenter:
        _presenters[verb, thing] = present
        return present

    return register


def readers(thing: str) -> Callable[[Reader], Reader]:
    """Register who may read the history of a thing: `f(row, person, *, at) -> bool`. Without one nobody may."""

    def register(may_read: Reader) -> Reader:
        _readers[thing] = may_read
        return may_read

    return register


def history_of(
    row: models.Model,
    *,
    person: models.Model | None,
    at: datetime,
    most: int = MOST,
    where: Where | None = None,
    within: Q | None = None,
    besides: Q | None = None,
) -> History:
    """Give the history of a thing and its parts to who may read it, nothing to anybody else. One query at any size.

    A person's has the lines about them, too, from wherever they were: `where` says of what, and costs its own queries.
    `within` keeps of lines about them those of its things (`todo.of_programme`), and those of the person's own room: what
    another team wrote of somebody is not for this one to read. `besides` leaves lines out that not all readers may know of.
    """
    from hub.kit.models import JournalEntry

    load_modules("presenters")
    thing = row._meta.label
    may_read = _readers.get(thing)
    if may_read is None or not may_read(row, person, at=at):
        return History()
    its = Q(thing=thing, thing_id=row.pk) | Q(part_of=thing, part_of_id=row.pk)
    if thing == settings.PERSON_MODEL:
        told = Q(about=row.pk)
        its |= told if within is None else told & (within | Q(thing__startswith=f"{row._meta.app_label}."))
    kept = JournalEntry.objects.filter(its) if besides is None else JournalEntry.objects.filter(its).exclude(besides)
    lines = list(kept.select_related("by").order_by("-at", "-pk")[: most + 1])
    entries = [_entry(line, thing) for line in lines[:most]]
    if where is not None:
        others = [_besides(line, row) for line in lines[:most]]
        spots = where({spot for those in others for spot in those})
        found = [next((spots[each] for each in those if each in spots), ("", "")) for those in others]
        entries = [replace(entry, about=about, url=url) for entry, (about, url) in zip(entries, found, strict=True)]
    return History(tuple(entries), len(lines) > most)


def _besides(line: Any, row: models.Model) -> list[tuple[str, int]]:
    """Give the things a line is of, but for the one whose history is read."""
    things = [(line.thing, line.thing_id), (line.part_of, line.part_of_id)]
    return [(label, key) for label, key in things if key is not None and (label, key) != (row._meta.label, row.pk)]


@dataclass(frozen=True, slots=True)
class LineOf:
    """A line of the journal with the things it is of, for those who gather lines of many things."""

    verb: str
    thing: str
    thing_id: int
    part_of: str
    part_of_id: int | None
    entry: Entry


def lines_where(condition: Q, *, most: int) -> list[LineOf]:
    """Give the newest lines a condition holds for. The caller answers for who reads them. One query."""
    from hub.kit.models import JournalEntry

    load_modules("presenters")
    found = JournalEntry.objects.filter(condition).select_related("by").order_by("-at", "-pk")[:most]
    return [LineOf(line.verb, line.thing, line.thing_id, line.part_of, line.part_of_id, _entry(line, "")) for line in found]


def wholes_where(condition: Q) -> set[int]:
    """Give the keys of the things of which lines a condition holds for are a part. One query."""
    from hub.kit.models import JournalEntry

    return {key for key in JournalEntry.objects.filter(condition).values_list("part_of_id", flat=True) if key is not None}


def who_did(verb: str, thing: str, keys: Collection[int]) -> dict[int, int | None]:
    """Give, by their keys, who did something last with some things of a label; None for the Hub, and for who was erased since.

    One query.
    """
    from hub.kit.models import JournalEntry

    rows = JournalEntry.objects.filter(verb=verb, thing=thing, thing_id__in=keys).order_by("at", "pk")
    return dict(rows.values_list("thing_id", "by"))


def changes_between(facts: Mapping[str, Any], labels: Mapping[str, str], say: Callable[[str, Any], str]) -> tuple[Change, ...]:
    """Give the changes a line's `before` and `after` tell, in the order of `labels`; `say(name, value)` puts one in words."""
    before, after = facts.get("before"), facts.get("after")
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return ()
    return tuple(
        Change(label, *(ERASED if each.get(name) == ERASED else say(name, each.get(name)) for each in (before, after)))
        for name, label in labels.items()
        if name in before or name in after
    )


def forget(person: models.Model, *, mentions: Iterable[str] = (), also: Iterable[int] = (), at: datetime) -> int:
    """Blank what is personal in the journal of a person to be erased; give how many lines it was in.

    Lines about them lose every fact named personal; all others those that mention them by one of the words (`mentions`:
    names, addresses). `also` are keys of records that were taken into theirs. Who did what, and when, stays by reference.
    """
    from hub.kit.models import JournalEntry

    mention = mention_of(mentions)
    keys = {person.pk, *also}
    theirs = Q(about=person) | Q(thing=settings.PERSON_MODEL, thing_id__in=keys)
    blanked = []
    with transaction.atomic():
        personal = JournalEntry.objects.exclude(personal=[])
        lines = personal.filter(theirs) if mention is None else personal
        for line in lines.select_for_update(of=("self",)).order_by("pk").iterator():
            is_theirs = line.about_id == person.pk or (line.thing == settings.PERSON_MODEL and line.thing_id in keys)
            if _blank(line.facts, set(line.personal), None if is_theirs else mention):
                line.blanked_at = at
                blanked.append(line)
        JournalEntry.objects.bulk_update(blanked, ["facts", "blanked_at"], batch_size=200)
    return len(blanked)


def _blank(facts: dict[str, Any], personal: set[str], mention: re.Pattern[str] | None) -> bool:
    """Put ERASED where a personal fact is, and mentions the person where that is asked; says whether there was one."""
    is_blanked = False
    for group in (facts, facts.get("before"), facts.get("after")):
        if not isinstance(group, dict):
            continue
        for name in personal & group.keys():
            value = group[name]
            if value in (None, "", ERASED) or isinstance(value, bool):
                continue
            if mention is None or mention.search(str(value)):
                group[name], is_blanked = ERASED, True
    return is_blanked


def _entry(line: Any, history: str) -> Entry:
    present = _presenters.get((line.verb, line.thing), _plainly)
    told = present(Line(line.verb, line.thing, line.facts, history))
    who = THE_HUB if line.by is None else str(line.by) or NOBODY
    return Entry(who, line.at, told.did, told.changes, line.blanked_at is not None)


def _plainly(line: Line) -> Told:
    name = line.thing.rpartition(".")[2].lower()
    return Told(f"{re.sub('[_-]', ' ', line.verb)} ({name})")
