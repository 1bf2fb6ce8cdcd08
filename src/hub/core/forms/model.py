"""A form as data: sections of questions, each with its kind, what it asks for, who reads it and why, and when it is shown.

A question's key never changes and is never given twice in a form, so that answers to earlier versions still add up; the same
holds for the keys of its options and rows. `load` and `dump` are the only way to and from what is stored.
Sources: issue 4, "Forms as data"; lessons, "Consent and data protection".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from hub.core.consent import Use
from hub.core.errors import Refusal
from hub.core.veil import Veil

SMALLEST_GROUP = 5  # fewer answers than this say who gave them
OTHER = "other"  # the key of "other, namely"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PARTS = ("morning", "afternoon", "evening")


class BadForm(Refusal):
    """What is stored or given as a form is none, or holds what a form can't."""

    code: ClassVar[str] = "bad-form"


class Kind(StrEnum):
    """What a question asks for."""

    SHORT = "short"
    LONG = "long"
    MARKDOWN = "markdown"
    ONE = "one"
    SEVERAL = "several"
    SCALE = "scale"
    MATRIX = "matrix"
    DATE = "date"
    AVAILABILITY = "availability"
    FILE = "file"
    CONSENT = "consent"
    STATEMENT = "statement"

    @property
    def label(self) -> str:
        """What people read: "Several choices"."""
        return _LABELS[self][0]

    @property
    def icon(self) -> str:
        """The name of the icon that stands for it."""
        return _LABELS[self][1]

    @property
    def says(self) -> str:
        """A few words on when to use it."""
        return _LABELS[self][2]

    @property
    def is_text(self) -> bool:
        """Whether people write freely."""
        return self in (Kind.SHORT, Kind.LONG, Kind.MARKDOWN)

    @property
    def is_choice(self) -> bool:
        """Whether people choose among options."""
        return self in (Kind.ONE, Kind.SEVERAL)

    @property
    def is_asked(self) -> bool:
        """Whether there is anything to answer."""
        return self is not Kind.STATEMENT


_LABELS = {
    Kind.SHORT: ("Short text", "minus", "A name, a title, a line"),
    Kind.LONG: ("Long text", "menu", "A few sentences"),
    Kind.MARKDOWN: ("Text with Markdown", "file-text", "Headings, lists and links"),
    Kind.ONE: ("One choice", "circle-check", "Exactly one of a list"),
    Kind.SEVERAL: ("Several choices", "list-checks", "Any number of a list"),
    Kind.SCALE: ("Scale", "milestone", "From one end to the other"),
    Kind.MATRIX: ("Matrix", "table", "Several things on one scale"),
    Kind.DATE: ("Date", "calendar", "One day"),
    Kind.AVAILABILITY: ("Availability", "calendar-check", "Times that suit"),
    Kind.FILE: ("File", "upload", "A document or picture"),
    Kind.CONSENT: ("Consent", "flag", "Recorded in the ledger"),
    Kind.STATEMENT: ("Statement", "info", "Words only, no question"),
}


class Test(StrEnum):
    """What a condition asks of an earlier answer. None holds where that question is not shown or not answered."""

    __test__ = False  # pytest takes a class of this name for its own

    IS = "is"
    IS_NOT = "is-not"
    IS_ANSWERED = "is-answered"

    @property
    def label(self) -> str:
        """What people read."""
        return {"is": "is or has", "is-not": "is not, or has not", "is-answered": "is answered"}[self.value]


@dataclass(frozen=True, slots=True)
class Condition:
    """Show a question only where an earlier one has (not) an option or a number of the scale, or is answered at all."""

    question: str
    test: Test
    value: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose, or one row of a matrix."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question. `least` and `most` are words of a text, choices of several, ends of a scale or of a matrix's scale.

    A matrix has `rows`, and `options` as columns or, without any, the scale. `days` are the dates of an availability; with
    `has_grid` it asks for weekdays and parts of the day as well. `first_on` and `last_on` bound a date, both included.
    """

    key: str
    kind: Kind
    label: str
    help: str = ""
    why: str = ""  # why we ask, and who reads it
    is_required: bool = False
    is_sensitive: bool = False
    is_shared: bool = False  # may be told back to the cohort, added up
    options: tuple[Option, ...] = ()
    has_other: bool = False
    rows: tuple[Option, ...] = ()
    least: int | None = None
    most: int | None = None
    least_label: str = ""
    most_label: str = ""
    first_on: date | None = None
    last_on: date | None = None
    days: tuple[date, ...] = ()
    has_grid: bool = False
    use: Use | None = None
    only_if: Condition | None = None

    @property
    def scale(self) -> range:
        """The numbers of the scale, both ends included."""
        return range(self.least if self.least is not None else 1, (self.most if self.most is not None else 5) + 1)

    @property
    def columns(self) -> tuple[Option, ...]:
        """What each row of a matrix may be: its options, or the numbers of the scale."""
        return self.options or tuple(Option(str(number), self.end(number)) for number in self.scale)

    @property
    def slots(self) -> tuple[Option, ...]:
        """What an availability offers: parts of weekdays ("mon-morning"), then dates ("2024-09-04")."""
        grid = [Option(f"{day}-{part}", f"{DAY_NAMES[at]} {part}") for at, day in enumerate(DAYS[:5]) for part in PARTS]
        return tuple(grid if self.has_grid else ()) + tuple(Option(day.isoformat(), day.isoformat()) for day in self.days)

    @property
    def ends(self) -> tuple[int, int] | None:
        """The first and the last number of its scale; None where it has none."""
        is_on_scale = self.kind is Kind.SCALE or (self.kind is Kind.MATRIX and not self.options)
        return (self.scale[0], self.scale[-1]) if is_on_scale and self.scale else None

    def end(self, number: int) -> str:
        """Say a number of the scale, with the words at its ends: "1 (not at all)"."""
        words = self.least_label if number == self.scale[0] else self.most_label if number == self.scale[-1] else ""
        return f"{number} ({words})" if words else str(number)

    def option(self, key: str) -> Option | None:
        """Find an option by its key."""
        return next((each for each in self.options if each.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Questions that belong together."""

    key: str
    title: str = ""
    intro: str = ""  # Markdown
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that people who answer are shown: the words about the form, and its sections. `next_key` numbers what is added."""

    title: str
    intro: str = ""  # Markdown
    purpose: str = ""  # what the answers are for
    readers: str = ""  # who reads them
    sections: tuple[Section, ...] = ()
    next_key: int = 1

    @property
    def questions(self) -> tuple[Question, ...]:
        """Every question in its order, statements with them."""
        return tuple(question for section in self.sections for question in section.questions)

    @property
    def asked(self) -> tuple[Question, ...]:
        """Every question there is something to answer to."""
        return tuple(question for question in self.questions if question.kind.is_asked)

    def question(self, key: str) -> Question | None:
        """Find a question by its key."""
        return next((each for each in self.questions if each.key == key), None)

    def section_of(self, key: str) -> Section | None:
        """Find the section a question stands in."""
        return next((each for each in self.sections if any(question.key == key for question in each.questions)), None)

    def before(self, key: str) -> tuple[Question, ...]:
        """Give the questions that stand before one: those its condition may speak of."""
        found: list[Question] = []
        for question in self.questions:
            if question.key == key:
                break
            found.append(question)
        return tuple(found)


# -- to and from what is stored


def dump(content: Content) -> dict[str, Any]:
    """Give a form's content ready for JSON; what is empty is left out."""
    return {
        "title": content.title,
        "intro": content.intro,
        "purpose": content.purpose,
        "readers": content.readers,
        "next_key": content.next_key,
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "intro": section.intro,
                "questions": [dump_question(question) for question in section.questions],
            }
            for section in content.sections
        ],
    }


_PLAIN = (
    "help", "why", "is_required", "is_sensitive", "is_shared", "has_other", "least", "most", "least_label", "most_label",
    "has_grid",
)  # fmt: skip


def dump_question(question: Question) -> dict[str, Any]:
    """Give one question ready for JSON."""
    facts: dict[str, Any] = {"key": question.key, "kind": question.kind.value, "label": question.label}
    facts |= {name: value for name in _PLAIN if _is_said(value := getattr(question, name))}
    for name in ("options", "rows"):
        if options := getattr(question, name):
            facts[name] = [{"key": each.key, "label": each.label} for each in options]
    for name in ("first_on", "last_on"):
        if day := getattr(question, name):
            facts[name] = day.isoformat()
    if question.days:
        facts["days"] = [day.isoformat() for day in question.days]
    if question.use:
        facts["use"] = question.use.value
    if question.only_if:
        facts["only_if"] = dump_condition(question.only_if)
    return facts


def dump_condition(condition: Condition) -> dict[str, str]:
    """Give a condition ready for JSON."""
    return {"question": condition.question, "test": condition.test.value, "value": condition.value}


def _is_said(value: object) -> bool:
    return value is not None and value is not False and value != ""  # nought is a number of the scale


def load(data: Mapping[str, Any]) -> Content:
    """Read what `dump` gave. Raises BadForm."""
    try:
        sections = tuple(
            Section(
                key=str(each["key"]),
                title=str(each.get("title", "")),
                intro=str(each.get("intro", "")),
                questions=tuple(load_question(one) for one in each.get("questions", ())),
            )
            for each in data.get("sections", ())
        )
        return Content(
            title=str(data["title"]),
            intro=str(data.get("intro", "")),
            purpose=str(data.get("purpose", "")),
            readers=str(data.get("readers", "")),
            next_key=int(data.get("next_key", 1)),
            sections=sections,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as no:
        raise BadForm("This form can’t be read.") from no


def veiled(data: Mapping[str, Any], veil: Veil) -> Content:
    """Read what `dump` gave, with a veil over every text in it; keys are single words, and stay. Raises BadForm."""
    return load(veil.facts(dict(data)))


def load_question(data: Mapping[str, Any]) -> Question:
    """Read one question. Raises KeyError, TypeError, ValueError for what is none."""
    condition = data.get("only_if")
    facts: dict[str, Any] = {name: data[name] for name in _PLAIN if name in data}
    return Question(
        key=str(data["key"]),
        kind=Kind(data["kind"]),
        label=str(data["label"]),
        options=tuple(Option(str(each["key"]), str(each["label"])) for each in data.get("options", ())),
        rows=tuple(Option(str(each["key"]), str(each["label"])) for each in data.get("rows", ())),
        first_on=date.fromisoformat(data["first_on"]) if data.get("first_on") else None,
        last_on=date.fromisoformat(data["last_on"]) if data.get("last_on") else None,
        days=tuple(date.fromisoformat(day) for day in data.get("days", ())),
        use=Use(data["use"]) if data.get("use") else None,
        only_if=load_condition(condition) if condition else None,
        **facts,
    )


def load_condition(data: Mapping[str, Any]) -> Condition:
    """Read one condition. Raises KeyError, TypeError, ValueError for what is none."""
    return Condition(str(data["question"]), Test(data["test"]), str(data.get("value", "")))


def every_question(contents: Sequence[Content]) -> dict[str, Question]:
    """Give every question versions ever had, by key, as the last of them has it: those of the newest version first.

    The newest version comes last. Options, rows and days that were dropped stay, behind those that are there; a scale reaches
    as far as it ever did, with the words of an end from the newest version that had it. What was sensitive in any of them is
    sensitive, and not shared: people answered it as such.
    """
    found: dict[str, Question] = {}
    for content in contents:
        for question in content.asked:
            if (before := found.get(question.key)) is not None:
                is_sensitive = question.is_sensitive or before.is_sensitive
                question = replace(
                    _on_one_scale(question, before),
                    is_sensitive=is_sensitive,
                    is_shared=question.is_shared and not is_sensitive,
                    options=_joined(*_choices(question, before)),
                    rows=_joined(question.rows, before.rows),
                    days=tuple(sorted({*question.days, *before.days})),
                    has_grid=question.has_grid or before.has_grid,
                    has_other=question.has_other or before.has_other,
                )
            found[question.key] = question
    newest = [question.key for question in contents[-1].asked] if contents else []
    return {key: found[key] for key in (*newest, *(key for key in found if key not in newest))}


def sensitive_since(contents: Mapping[int, Content]) -> dict[str, int]:
    """Give the questions that were sensitive in any version, by key, with the number of the first that had them so."""
    found: dict[str, int] = {}
    for number in sorted(contents):
        for question in contents[number].asked:
            if question.is_sensitive:
                found.setdefault(question.key, number)
    return found


def _choices(now: Question, before: Question) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
    """Give the options of two versions; of a matrix that had a scale in one of them only, its numbers are options, too."""
    if now.kind is Kind.MATRIX and bool(now.options) is not bool(before.options):
        return now.columns, before.columns
    return now.options, before.options


def _on_one_scale(now: Question, before: Question) -> Question:
    """Give a scale, or a matrix with one, the numbers of both versions; what `least` and `most` say of others is left."""
    if now.kind not in (Kind.SCALE, Kind.MATRIX) or now.kind is not before.kind:
        return now
    (first, last), (was_first, was_last) = (now.scale[0], now.scale[-1]), (before.scale[0], before.scale[-1])
    return replace(
        now,
        least=min(first, was_first),
        most=max(last, was_last),
        least_label=now.least_label if first <= was_first else before.least_label,
        most_label=now.most_label if last >= was_last else before.most_label,
    )


def _joined(now: tuple[Option, ...], before: tuple[Option, ...]) -> tuple[Option, ...]:
    there = {each.key for each in now}
    return now + tuple(each for each in before if each.key not in there)
