"""Compare a changed plan with the sessions it once gave: which entry is which session, and whose word stands.

The plan as last imported is the base; the changed plan and the edits in the web are both compared with it, so that neither
overwrites the other. Source: issue 2, "keeps what people added in the web".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from hub.core.plan.given import Facts

# What is decided together: the times of a session from two hands make no sense.
TOPICS: Mapping[str, tuple[str, ...]] = {
    "title": ("title",),
    "topic": ("topic",),
    "kind": ("kind",),
    "state": ("state", "status_note"),
    "when": ("date", "start", "end", "zone", "proposed_date"),
    "mode": ("mode",),
    "place": ("place",),
    "led_by": ("led_by",),
    "agenda": ("agenda",),
}
LABELS = {
    "title": "the title",
    "topic": "the topic",
    "kind": "what kind of session it is",
    "state": "whether it is on",
    "when": "when it is",
    "mode": "how to attend",
    "place": "the place",
    "led_by": "who leads it",
    "agenda": "the agenda",
}
# Where an entry stands is the plan's word alone.
STANDING = ("chapter", "chapter_number", "week", "place_in_chapter", "attended", "anchor")

_NEAR = 35  # days: a session of a series that moved farther than this is another one
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Merged:
    """A session's facts after both hands, the subjects on which they contradict each other, and those the web's word kept."""

    facts: Facts
    conflicts: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


def merge_facts(base: Facts, plan: Facts, web: Facts, choices: Mapping[str, str] | None = None) -> Merged:
    """Put the plan's changes and the web's together, subject by subject; the web's word stands where both changed one.

    `choices` maps a subject to "plan" or "web" and settles it; a settled subject is no conflict any more.
    """
    merged = {name: plan.get(name) for name in STANDING}
    conflicts, kept = [], []
    for subject, names in TOPICS.items():
        was, planned, edited = (tuple(side.get(name) for name in names) for side in (base, plan, web))
        choice = (choices or {}).get(subject)
        takes_plan = edited in (was, planned)
        if not takes_plan and planned != was:
            takes_plan = choice == "plan"
            if choice not in ("plan", "web"):
                conflicts.append(subject)
        if not takes_plan:
            kept.append(subject)
        merged |= dict(zip(names, planned if takes_plan else edited, strict=True))
    return Merged(merged, tuple(conflicts), tuple(kept))


def match(known: Sequence[Facts], entries: Sequence[Facts]) -> dict[int, int]:
    """Say which entry each known session is now: index of the session to index of the entry, each at most once.

    `known` are the facts the plan last gave. What is most surely the same is paired first: same name on the same day, then
    same name in the same week or month, then the same kind on the day or in the week, then one of a like name nearby.
    """
    pairs: dict[int, int] = {}
    for key in _KEYS:
        _pair_by(key, known, entries, pairs)
    _pair_alike(known, entries, pairs)
    return pairs


def _month(facts: Facts) -> str:
    return str(facts.get("date") or facts.get("anchor") or facts.get("proposed_date") or "")[:7]


_Key = Callable[[Facts], Hashable | None]


def _all(*names: str) -> _Key:
    def key(facts: Facts) -> Hashable | None:
        values = tuple(facts.get(name) for name in names)
        return values if all(value not in (None, "") for value in values) else None

    return key


_KEYS: tuple[_Key, ...] = (
    lambda facts: tuple(facts.get(name) for name in ("title", "topic", "kind", "date", "start", "chapter", "week")),
    _all("title", "topic", "date"),
    _all("title", "date", "start"),
    _all("title", "date"),
    _all("title", "topic", "chapter", "week"),
    _all("title", "chapter", "week"),
    _all("kind", "date", "start"),
    _all("kind", "date"),
    _all("title", "topic"),
    lambda facts: (facts["title"], _month(facts)) if _month(facts) else None,
    lambda facts: (facts["title"], facts.get("chapter")),
    lambda facts: (facts["kind"], facts.get("chapter"), facts["week"]) if facts.get("week") else None,
)


def _pair_by(key: _Key, known: Sequence[Facts], entries: Sequence[Facts], pairs: dict[int, int]) -> None:
    """Pair those of one key in their order, where there are as many on one side as on the other."""
    taken = set(pairs.values())
    before = _grouped(key, ((index, facts) for index, facts in enumerate(known) if index not in pairs))
    after = _grouped(key, ((index, facts) for index, facts in enumerate(entries) if index not in taken))
    for value, old in before.items():
        new = after.get(value, [])
        if len(old) == len(new):
            pairs.update(zip(old, new, strict=True))


def _grouped(key: _Key, facts: Iterable[tuple[int, Facts]]) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index, each in facts:
        value = key(each)
        if value is not None:
            groups[value].append(index)
    return groups


def _pair_alike(known: Sequence[Facts], entries: Sequence[Facts], pairs: dict[int, int]) -> None:
    """Pair what is left by name and nearness, best first. A title used once on each side may have moved any distance."""
    taken = set(pairs.values())
    left = [index for index in range(len(known)) if index not in pairs]
    new = [index for index in range(len(entries)) if index not in taken]
    if not left or not new:
        return
    titles_before, titles_after = _counts(known), _counts(entries)
    by_title: dict[str, list[int]] = defaultdict(list)
    by_month: dict[str, list[int]] = defaultdict(list)
    for there in new:
        by_title[entries[there]["title"]].append(there)
        by_month[_month(entries[there])].append(there)
    scored: list[tuple[float, int, int]] = []
    for here in left:
        one = known[here]
        is_only = titles_before[one["title"]] == titles_after.get(one["title"], 0) == 1
        for there in {*by_title.get(one["title"], [])[:50], *by_month.get(_month(one), [])[:50]}:
            score = _likeness(one, entries[there], is_only=is_only)
            if score >= _ALIKE:
                scored.append((-score, here, there))
    for _, here, there in sorted(scored):
        if here not in pairs and there not in taken:
            pairs[here] = there
            taken.add(there)


def _counts(facts: Sequence[Facts]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for each in facts:
        counts[each["title"]] += 1
    return counts


def _likeness(one: Facts, other: Facts, *, is_only: bool) -> float:
    """Say how surely two are the same session, from 0 to 1."""
    same_title = one["title"] == other["title"]
    if same_title and is_only:
        return 1.0
    days = _days_between(one, other)
    if days is not None and days > _NEAR:
        return 0.0
    nearness = 0.5 if days is None else 1 - days / _NEAR / 2
    if same_title:
        return 0.6 + 0.4 * nearness
    if one["kind"] != other["kind"]:
        return 0.0
    words = SequenceMatcher(None, one["title"].lower(), other["title"].lower(), autojunk=False).ratio()
    return words * (0.8 + 0.2 * nearness)


def _days_between(one: Facts, other: Facts) -> int | None:
    days = [_day(one), _day(other)]
    return abs((days[0] - days[1]).days) if days[0] and days[1] else None


def _day(facts: Facts) -> date | None:
    text: Any = facts.get("date") or facts.get("proposed_date") or facts.get("anchor")
    return date.fromisoformat(text) if text else None
