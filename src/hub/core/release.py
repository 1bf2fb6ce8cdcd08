"""Releases of a schedule: what the public learns from one to the next, and how calendars are told.

Sources: issue 2, "Releases"; RFC 5545 §3.8.7.4 (SEQUENCE), §3.8.1.11 (STATUS); docs/decisions/0005.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, ClassVar

from hub.core.calendar import WEEKDAYS
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.occurrence import Occurrence, Part, SessionState


class NothingToRelease(Refusal):
    """The schedule is what the public already sees, or there is none yet."""

    code: ClassVar[str] = "nothing-to-release"


class ReleasedMeanwhile(ChangedMeanwhile):
    """Somebody else released between reading and releasing."""

    code: ClassVar[str] = "released-meanwhile"


class ChangeKind(StrEnum):
    """What happened to a session. Moved wins over changed; cancelled and back on win over both."""

    ADDED = "added"
    MOVED = "moved"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    REMOVED = "removed"  # an entry no calendar ever held: undated, a rest week, own-time work

    @property
    def label(self) -> str:
        """The word people read."""
        return {"restored": "Back on"}.get(self.value, self.value.capitalize())


# What people read for a field, in the order it is told. `place_in_chapter` is order, not content; `sequence` is ours.
_SAID = {
    "title": "title",
    "topic": "title",
    "kind": "kind",
    "state": "status",
    "status_note": "status",
    "proposed_date": "proposed date",
    "mode": "how to attend",
    "place": "place",
    "led_by": "who leads",
    "summary": "description",
    "agenda": "agenda",
    "papers": "materials",
    "chapter": "place in the plan",
    "week": "place in the plan",
    "slug": "address",
}
_WHEN = ("date", "start", "end", "zone")
_DAYS = frozenset(day[:3] for day in WEEKDAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One session's change, told in words that stay true when the session changes again.

    `before` and `after` say when it was and is ("" where that does not apply); `fields` are what else changed, in words.
    """

    kind: ChangeKind
    uid: str
    slug: str
    title: str
    session_kind: str
    before: str = ""
    after: str = ""
    fields: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """Say the change without naming the session: "Moved from Tue 14 November 2023, … to Wed 15 November 2023, …"."""
        also = f"; also changed: {_listed(self.fields)}" if self.fields else ""
        match self.kind:
            case ChangeKind.ADDED:
                return f"Added: {_lower(self.after)}"
            case ChangeKind.MOVED:
                return f"Moved from {_lower(self.before)} to {_lower(self.after)}{also}"
            case ChangeKind.CHANGED:
                return f"Changed: {_listed(self.fields)}"
            case ChangeKind.CANCELLED:
                return f"Cancelled: was {_lower(self.before)}"
            case ChangeKind.RESTORED:
                return f"Back on: {_lower(self.after)}{also}"
            case ChangeKind.REMOVED:
                return "Taken out of the schedule"

    @property
    def concerns_comers(self) -> bool:
        """Whether who has a place must know of it: another day or time, another place or way to attend, or back on."""
        is_elsewhere = any(_SAID[name] in self.fields for name in ("place", "mode"))
        return self.kind in (ChangeKind.MOVED, ChangeKind.RESTORED) or (self.kind is ChangeKind.CHANGED and is_elsewhere)

    def to_facts(self) -> dict[str, Any]:
        """Give the change as JSON-ready data, its sentence included for readers that only show it."""
        return {
            "change": self.kind.value,
            "uid": self.uid,
            "slug": self.slug,
            "title": self.title,
            "kind": self.session_kind,
            "before": self.before or None,
            "after": self.after or None,
            "fields": list(self.fields),
            "sentence": self.sentence,
        }

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Change:
        """Read what `to_facts` wrote. Raises KeyError, ValueError."""
        return cls(
            kind=ChangeKind(facts["change"]),
            uid=facts["uid"],
            slug=facts["slug"],
            title=facts["title"],
            session_kind=facts["kind"],
            before=facts["before"] or "",
            after=facts["after"] or "",
            fields=tuple(facts["fields"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a release tells: the changes in the order of the schedule, and how many sessions stay as they were."""

    changes: tuple[Change, ...] = ()
    unchanged: int = 0
    is_reordered: bool = False  # only the order of undated entries differs

    @property
    def is_empty(self) -> bool:
        """Whether a release of it would tell nothing new."""
        return not self.changes and not self.is_reordered

    def of(self, *kinds: ChangeKind) -> tuple[Change, ...]:
        """Give the changes of some kinds, in order."""
        return tuple(change for change in self.changes if change.kind in kinds)

    @property
    def added(self) -> tuple[Change, ...]:
        """The sessions that are new."""
        return self.of(ChangeKind.ADDED)

    @property
    def moved(self) -> tuple[Change, ...]:
        """The sessions that are at another time, or have one now, or no longer."""
        return self.of(ChangeKind.MOVED)

    @property
    def changed(self) -> tuple[Change, ...]:
        """The sessions that stay where they are and differ in something else, those back on included."""
        return self.of(ChangeKind.CHANGED, ChangeKind.RESTORED)

    @property
    def cancelled(self) -> tuple[Change, ...]:
        """The sessions that will not be held, and entries taken out."""
        return self.of(ChangeKind.CANCELLED, ChangeKind.REMOVED)

    @property
    def summary(self) -> str:
        """Say it in one line: "2 added, 1 moved, 14 unchanged"."""
        counts = [
            (len(self.added), "added"),
            (len(self.moved), "moved"),
            (len(self.changed), "changed"),
            (len(self.cancelled), "cancelled"),
            (self.unchanged, "unchanged"),
        ]
        return ", ".join(f"{count} {word}" for count, word in counts if count) or "nothing"


def known_release(earlier: Mapping[int, bool]) -> int | None:
    """Give the number of the release somebody knows, 0 for none, from the earlier ones they were to hear of: by number, whether
    they did. None where they heard of the last of them, or were to hear of none: then they know the one before the newest.

    Nobody is told of a release another one overtook; who has not heard of it hears with the newest what changed since the last
    they know (issue 4, "from a draft, with the old date").
    """
    heard = max((number for number, is_heard in earlier.items() if is_heard), default=0)
    waits = [number for number in earlier if number > heard]
    return min(waits) - 1 if waits else None


def difference(before: Sequence[Occurrence], after: Sequence[Occurrence]) -> Difference:
    """Say what changes for the public between a released schedule and another; sessions are matched by `uid`.

    A session missing from `after` counts as cancelled when calendars may hold it (dated, a gathering), else as taken out.
    Sequences never count. `after` may be the working schedule or what `next_release` made of it: the answer is the same.
    """
    old = {each.uid: each for each in before}
    to_come = next_release(before, after)
    changes = [change for each in to_come if (change := change_between(old.get(each.uid), each))]
    held = {each.uid for each in to_come}
    changes += [_told(ChangeKind.REMOVED, each, before=each.say_when) for each in before if each.uid not in held]
    stay = [each for each in to_come if each.uid in old]
    touched = {change.uid for change in changes}
    return Difference(
        changes=tuple(changes),
        unchanged=sum(each.uid not in touched for each in stay),
        is_reordered=any(each.place_in_chapter != old[each.uid].place_in_chapter for each in stay),
    )


def next_release(before: Sequence[Occurrence], working: Sequence[Occurrence]) -> tuple[Occurrence, ...]:
    """Give the sessions the next release holds, in order, with their sequences.

    A sequence rises by one when a fact a calendar tells (time, place, title, status) differs from the release before, and
    begins at 0. A session calendars hold that is no longer in the working schedule stays, cancelled, for good: a calendar
    that was offline for a year still learns of it. It gives its slug up to a working session that wants it.
    Source: RFC 5545 §3.8.7.4.
    """
    old = {each.uid: each for each in before}
    slugs = {each.slug for each in working}
    kept: list[Occurrence] = []
    for each in working:
        earlier = old.get(each.uid)
        sequence = 0 if earlier is None else earlier.sequence + (_told_by_calendars(earlier) != _told_by_calendars(each))
        kept.append(replace(each, sequence=sequence))
    present = {each.uid for each in working}
    for gone in before:
        if gone.uid in present or not is_in_calendars(gone):
            continue
        slug = _free(gone.slug, slugs)
        slugs.add(slug)
        sequence = gone.sequence if _is_cancelled(gone) else gone.sequence + 1
        cancelled = replace(gone, state=SessionState.CANCELLED, slug=slug, sequence=sequence)
        kept.insert(_place_for(cancelled, kept), cancelled)
    return tuple(kept)


# Where people are let into a call. Recordings of the same services are materials and stay.
_CALLS = re.compile(
    r"""https?://(?:
        (?:[\w-]+\.)*zoom\.(?:us|com|gov)/(?:j|my|s|w|wc|meeting)/
      | teams\.(?:microsoft|live)\.com/(?:l/meetup-join|meet)/
      | meet\.google\.com/[a-z]
      | (?:[\w-]+\.)*webex\.com/(?:meet|join|[\w-]+/j\.php)
      | meet\.jit\.si/ | whereby\.com/ | app\.gather\.town/
    )(?:[^\s<>()"'\]]*[^\s<>()"'\].,;:!?])?""",
    re.VERBOSE | re.IGNORECASE,
)


def lets_in(url: str) -> bool:
    """Say whether an address lets people into a call of one of the usual services."""
    return _CALLS.match(url) is not None


_WITHHELD = "(joining link for those who take part)"


@lru_cache(maxsize=64)
def _any_of(links: tuple[str, ...]) -> re.Pattern[str] | None:
    secrets = {link.strip().rstrip("/") for link in links} - {""}
    longest_first = sorted(secrets, key=lambda secret: (-len(secret), secret))
    return re.compile("(?:" + "|".join(map(re.escape, longest_first)) + ")/?", re.IGNORECASE) if secrets else None


def without_joining_links(occurrence: Occurrence, *links: str) -> Occurrence:
    """Give the occurrence as the public may have it: no joining link in any of its words, its materials or its agenda.

    `links` are the session's own; addresses that let people into a call of the usual services go too, whoever wrote them
    where. A paper whose address is one is left out; in text, words stand in its place.
    Source: lessons, "joining links never appear in public pages or feeds".
    """
    secret = _any_of(links)

    def leaks(text: str) -> bool:
        return (secret is not None and secret.search(text) is not None) or _CALLS.search(text) is not None

    def clean(text: str) -> str:
        return _CALLS.sub(_WITHHELD, secret.sub(_WITHHELD, text) if secret else text)

    left = tuple(each for each in occurrence.papers if not leaks(each.url))
    return _in_every_word(replace(occurrence, papers=left), clean)


_CLOSED = "(link not for everybody)"


def without_addresses(occurrence: Occurrence, addresses: Collection[str]) -> Occurrence:
    """Give the occurrence with none of some addresses: a paper there is left out, a link in a text keeps its words.

    An address that only begins like one of them stays. Source: docs/decisions/0005, "what is not for everybody any more".
    """
    found = {each for each in addresses if each}
    if not found:
        return occurrence
    any_of = "|".join(map(re.escape, sorted(found, key=lambda each: (-len(each), each))))
    link = re.compile(rf"""\[([^\[\]]*)\]\(\s*<?(?:{any_of})>?(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)""")
    bare = re.compile(rf"<?(?:{any_of})(?![\w/?&=%#~+-]|[.,:;@!][\w/])>?")

    def clean(text: str) -> str:
        return bare.sub(_CLOSED, link.sub(r"\1", text)) if "://" in text else text

    left = tuple(each for each in occurrence.papers if each.url not in found)
    return _in_every_word(replace(occurrence, papers=left), clean)


def _in_every_word(occurrence: Occurrence, clean: Callable[[str], str]) -> Occurrence:
    def clean_part(part: Part) -> Part:
        return replace(part, text=clean(part.text), led_by=clean(part.led_by), parts=tuple(map(clean_part, part.parts)))

    return replace(
        occurrence,
        title=clean(occurrence.title),
        topic=clean(occurrence.topic),
        place=clean(occurrence.place),
        led_by=clean(occurrence.led_by),
        summary=clean(occurrence.summary),
        status_note=clean(occurrence.status_note),
        agenda=tuple(map(clean_part, occurrence.agenda)),
        papers=tuple(replace(each, title=clean(each.title)) for each in occurrence.papers),
    )


def is_in_calendars(occurrence: Occurrence) -> bool:
    """Say whether calendars get it: it has a date, and people meet. Rest weeks and own-time work never do."""
    return occurrence.date is not None and occurrence.kind.is_gathering


def _is_cancelled(occurrence: Occurrence) -> bool:
    return occurrence.state is SessionState.CANCELLED


def _told_by_calendars(occurrence: Occurrence) -> tuple[object, ...]:
    return (
        *(getattr(occurrence, name) for name in _WHEN),
        occurrence.say_title,
        occurrence.place,
        occurrence.mode,
        occurrence.state,
        is_in_calendars(occurrence),
    )


def change_between(before: Occurrence | None, after: Occurrence) -> Change | None:
    """Say what became of a session from one release to a later one, None for nothing; `before` is None where it is new."""
    if before is None and _is_cancelled(after):
        return _told(ChangeKind.CANCELLED, after, before=after.say_when)
    if before is None:
        return _told(ChangeKind.ADDED, after, after=after.say_when)
    differs = [each.name for each in fields(Occurrence) if getattr(before, each.name) != getattr(after, each.name)]
    has_moved = any(name in _WHEN for name in differs)
    words = tuple(dict.fromkeys(word for name, word in _SAID.items() if name in differs))
    was, now = before.say_when, after.say_when
    if _is_cancelled(after) and not _is_cancelled(before):
        return _told(ChangeKind.CANCELLED, after, before=was)
    without_status = tuple(word for word in words if word != "status")
    if _is_cancelled(before) and not _is_cancelled(after):
        return _told(ChangeKind.RESTORED, after, before=was, after=now, fields=without_status)
    if has_moved and _is_cancelled(after):
        return _told(ChangeKind.CHANGED, after, before=was, after=now, fields=("time", *words))
    if has_moved:
        return _told(ChangeKind.MOVED, after, before=was, after=now, fields=words)
    return _told(ChangeKind.CHANGED, after, before=was, after=now, fields=words) if words else None


def _told(kind: ChangeKind, about: Occurrence, *, before: str = "", after: str = "", fields: tuple[str, ...] = ()) -> Change:
    return Change(
        kind=kind,
        uid=about.uid,
        slug=about.slug,
        title=about.say_title,
        session_kind=about.kind.value,
        before=before,
        after=after,
        fields=fields,
    )


def _free(slug: str, taken: set[str]) -> str:
    if slug not in taken:
        return slug
    for number in range(1, len(taken) + 2):
        suffix = "-cancelled" if number == 1 else f"-cancelled-{number}"
        if (candidate := slug[: 80 - len(suffix)] + suffix) not in taken:
            return candidate
    raise AssertionError("as many candidates as slugs, and one more")


def _place_for(one: Occurrence, among: Sequence[Occurrence]) -> int:
    when = _order(one)
    later = (index for index, each in enumerate(among) if each.date is not None and _order(each) > when)
    return next(later, len(among))


def _order(occurrence: Occurrence) -> tuple[str, str]:
    return (
        occurrence.date.isoformat() if occurrence.date else "",
        occurrence.start.isoformat() if occurrence.start else "",
    )


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def _lower(when: str) -> str:
    if when == "Date to be confirmed":
        return "a date to be confirmed"
    return when if when[:3] in _DAYS else when[:1].lower() + when[1:]
