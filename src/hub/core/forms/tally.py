"""Answers added up: what a summary shows, what is told back to a cohort, and what stays when the answers are purged.

Tallies add: those frozen before a purge and those of the answers that are there make one. Words people wrote are not counted
into what stays. Fewer than SMALLEST_GROUP anonymous answers are shown to nobody.
Source: lessons, "Statistics are collected first, then sensitive answers are purged", "minimum group of five".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.core.forms.answers import Values, chosen_in
from hub.core.forms.model import OTHER, Content, Kind, Option, Question, every_question

Numbered = tuple[int, Values]  # the number of the version, and the values of an answer to it


@dataclass(frozen=True, slots=True)
class Tally:
    """One question's answers: how many there are, how often each thing was chosen, and what was written."""

    question: Question
    answered: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)
    texts: tuple[str, ...] = ()

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

    Texts come sorted, so that their order tells nothing of who wrote them.
    """
    questions = every_question([contents[number] for number in sorted(contents)])
    answered = dict.fromkeys(questions, 0)
    counts: dict[str, dict[str, int]] = {key: {} for key in questions}
    texts: dict[str, list[str]] = {key: [] for key in questions}
    for _, values in answers:
        for key, value in values.items():
            question = questions.get(key)
            if question is None:
                continue
            answered[key] += 1
            for chosen in chosen_in(question, value):
                counts[key][chosen] = counts[key].get(chosen, 0) + 1
            if question.kind.is_text:
                texts[key].append(str(value))
            elif question.kind.is_choice and value.get(OTHER):
                texts[key].append(str(value[OTHER]))
    for key, stood in (frozen or {}).items():
        if key in questions:
            answered[key] += int(stood["answered"])
            for chosen, count in stood["counts"].items():
                counts[key][chosen] = counts[key].get(chosen, 0) + int(count)
    return [
        Tally(question, answered[key], counts[key], tuple(sorted(texts[key], key=str.casefold)))
        for key, question in questions.items()
    ]


def freeze(found: Sequence[Tally]) -> dict[str, dict[str, Any]]:
    """Give what stays of tallies, ready for JSON: numbers, and not a word of what was written."""
    return {
        each.question.key: {"answered": each.answered, "counts": dict(sorted(each.counts.items()))}
        for each in found
        if each.answered
    }


def may_share(contents: Mapping[int, Content], answers: Iterable[Numbered]) -> list[Numbered]:
    """Keep of each answer what its own version said may be shared back. What is sensitive in any version never is."""
    sensitive = {question.key for content in contents.values() for question in content.asked if question.is_sensitive}
    kept: list[Numbered] = []
    for number, values in answers:
        shared = {each.key for each in contents[number].asked if each.is_shared} - sensitive
        kept.append((number, {key: value for key, value in values.items() if key in shared}))
    return kept
