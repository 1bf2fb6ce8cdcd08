"""Answers added up: what a summary shows, what is told back to a cohort, and what stays when the answers are purged.

A number of a scale says nothing without its scale: what was answered on another one than is asked now is added up apart.

Tallies add: those frozen before a purge and those of the answers that are there make one. Words people wrote are not counted
into what stays. Fewer than SMALLEST_GROUP anonymous answers are shown to nobody.
Source: lessons, "Statistics are collected first, then sensitive answers are purged", "minimum group of five".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from hub.core.forms.answers import Values, chosen_in
from hub.core.forms.model import OTHER, SMALLEST_GROUP, Content, Kind, Option, Question, every_question, sensitive_since

Numbered = tuple[int, Values]  # the number of the version, and the values of an answer to it


@dataclass(frozen=True, slots=True)
class Tally:
    """One question's answers: how many there are, how often each thing was chosen, and what was written.

    Where its scale has changed, and both were answered on, there is one for each (`is_apart`), and `question` has that scale.
    """

    question: Question
    answered: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    is_apart: bool = False
    is_former: bool = False  # on a scale that is asked no more

    @property
    def title(self) -> str:
        """What was asked, and on which scale where there were several: "How was it? (1 to 5, as asked before)"."""
        if not self.is_apart or self.question.ends is None:
            return self.question.label
        first, last = self.question.ends
        return f"{self.question.label} ({first} to {last}{', as asked before' if self.is_former else ''})"

    @property
    def id(self) -> str:
        """A name of its own among the tallies of a form."""
        first, last = self.question.ends or (0, 0)
        return f"{self.question.key}-{first}-{last}" if self.is_former else self.question.key

    @property
    def bars(self) -> tuple[tuple[str, str, int], ...]:
        """What can be chosen in its order, as (key, words, how often); of a matrix and an availability see `cells`."""
        return tuple((option.key, option.label, self.counts.get(option.key, 0)) for option in _offered(self.question))

    @property
    def mean(self) -> float | None:
        """The mean of a scale, None where nobody answered."""
        numbers = [(int(key), count) for key, count in self.counts.items() if key.lstrip("-").isdigit()]
        total = sum(count for _, count in numbers)
        return sum(number * count for number, count in numbers) / total if total else None

    def cell(self, row: str, column: str) -> int:
        """How often a matrix has a column chosen in a row."""
        return self.counts.get(f"{row}:{column}", 0)


def _offered(question: Question) -> tuple[Option, ...]:
    match question.kind:
        case Kind.ONE | Kind.SEVERAL:
            return question.options + ((Option(OTHER, "Other"),) if question.has_other else ())
        case Kind.SCALE:
            return tuple(Option(str(number), question.end(number)) for number in question.scale)
        case Kind.CONSENT:
            return (Option("yes", "Yes"), Option("no", "No"))
        case Kind.AVAILABILITY:
            return question.slots
        case _:
            return ()


def tallies(
    contents: Mapping[int, Content], answers: Iterable[Numbered], frozen: Mapping[str, Any] | None = None
) -> list[Tally]:
    """Add up answers to any version, with what was frozen before, question by question in the order of the newest version.

    Texts come sorted, so that their order tells nothing of who wrote them. Answers on a former scale follow those on the scale
    that is asked now, the newest first.
    """
    questions = every_question([contents[number] for number in sorted(contents)])
    scales = _Scales(contents)
    piles: dict[str, dict[_Ends, _Pile]] = {key: {None: _Pile()} for key in questions}
    for number, values in answers:
        for key, value in values.items():
            question = questions.get(key)
            if question is None:
                continue
            pile = piles[key].setdefault(scales.former(key, scales.of(key, number)), _Pile())
            pile.answered += 1
            pile.counts.update(chosen_in(question, value))
            if question.kind.is_text:
                pile.texts.append(str(value))
            elif question.kind.is_choice and value.get(OTHER):
                pile.texts.append(str(value[OTHER]))
    for key, stood in (frozen or {}).items():
        for ends, numbers in _thawed(stood):
            if key in questions:
                pile = piles[key].setdefault(scales.former(key, ends), _Pile())
                pile.answered += int(numbers["answered"])
                pile.counts.update({chosen: int(count) for chosen, count in numbers["counts"].items()})
    return [
        Tally(
            scales.on(question, ends),
            pile.answered,
            dict(pile.counts),
            tuple(sorted(pile.texts, key=str.casefold)),
            is_apart=len(piles[key]) > 1,
            is_former=ends is not None,
        )
        for key, question in questions.items()
        for ends, pile in sorted(piles[key].items(), key=lambda each: -scales.last.get((key, each[0]), 0) if each[0] else -inf)
    ]


_Ends = tuple[int, int] | None


@dataclass(slots=True)
class _Pile:
    """Answers to a question on one scale, while they are added up."""

    answered: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)


class _Scales:
    """The scales questions had: which one is asked now, in the newest version that asks, and where each was last."""

    def __init__(self, contents: Mapping[int, Content]) -> None:
        self._now: dict[str, _Ends] = {}
        self.last: dict[tuple[str, _Ends], int] = {}
        self._asked = {number: {each.key: each for each in content.asked} for number, content in contents.items()}
        for number in sorted(self._asked):
            for key, question in self._asked[number].items():
                self._now[key] = question.ends
                self.last[key, question.ends] = number

    def of(self, key: str, number: int) -> _Ends:
        """Give the scale a version asked a question on."""
        question = self._asked[number].get(key)
        return question.ends if question is not None else None

    def former(self, key: str, ends: _Ends) -> _Ends:
        """Give a scale a question had; None where it is the one that is asked now, or there is none now."""
        now = self._now.get(key)
        return None if now is None or ends == now else ends

    def on(self, question: Question, ends: _Ends) -> Question:
        """Give a question with one of its scales, None for the one that is asked now, and the words at the ends of that one."""
        number = self.last.get((question.key, ends or self._now.get(question.key)))
        if question.ends is None or number is None:
            return question
        then = self._asked[number][question.key]
        return replace(question, least=then.least, most=then.most, least_label=then.least_label, most_label=then.most_label)


Scales = Mapping[str, Mapping[int, tuple[int, int]]]


def several_scales(contents: Mapping[int, Content]) -> Scales:
    """Give the questions whose scale has changed, by key, with the first and last number of it in each version."""
    found: dict[str, dict[int, tuple[int, int]]] = {}
    for number, content in contents.items():
        for question in content.asked:
            if (ends := question.ends) is not None:
                found.setdefault(question.key, {})[number] = ends
    return {key: by_version for key, by_version in found.items() if len(set(by_version.values())) > 1}


def freeze(found: Sequence[Tally]) -> dict[str, dict[str, Any]]:
    """Give what stays of tallies, ready for JSON: numbers, each on its scale, and not a word of what was written."""
    stays: dict[str, dict[str, Any]] = {}
    for each in found:
        if each.answered:
            numbers = {"answered": each.answered, "counts": dict(sorted(each.counts.items()))}
            if (ends := each.question.ends) is None:
                stays[each.question.key] = numbers
            else:
                stays.setdefault(each.question.key, {"scales": {}})["scales"][f"{ends[0]}..{ends[1]}"] = numbers
    return stays


def _thawed(stood: Mapping[str, Any]) -> Iterator[tuple[_Ends, Mapping[str, Any]]]:
    """Yield what was frozen of a question, on each of its scales; None where it had none, or none was written down."""
    for ends, numbers in stood.get("scales", {}).items():
        first, _, last = ends.partition("..")
        yield (int(first), int(last)), numbers
    if "answered" in stood:
        yield None, stood


def joins_when_over(waiting: int, *, seen: int, group: int, is_first: bool) -> bool:
    """Say whether anonymous answers that wait join those shown when their form takes no more: as a group, or the first time.

    Closed and opened again, a form would else show answers one by one. `seen` counts what was shown and what is frozen of it:
    of fewer than SMALLEST_GROUP nobody has seen a word, so whatever joins them appears with them. Source: decision 14.
    """
    return is_first or waiting >= group or seen < SMALLEST_GROUP


def may_share(contents: Mapping[int, Content], answers: Iterable[Numbered]) -> list[Numbered]:
    """Keep of each answer what its own version said may be shared back. What is sensitive in any version never is."""
    sensitive = sensitive_since(contents)
    kept: list[Numbered] = []
    for number, values in answers:
        shared = {each.key for each in contents[number].asked if each.is_shared and each.key not in sensitive}
        kept.append((number, {key: value for key, value in values.items() if key in shared}))
    return kept
