"""A form as a page shows it: each question with what was typed, what is wrong with it, and what stands to be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.core.calendar import say_date
from hub.core.consent import Use
from hub.core.forms import OTHER, Content, Kind, Question, Reading, Section, Typed, Values, said, say_condition, words_in
from hub.core.forms.answers import points, value_of
from hub.core.forms.model import DAY_NAMES, DAYS, PARTS
from hub.forms.models import Upload
from hub.people.models import Term


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: what is sent, what people read, whether it is chosen, and the id of its input."""

    value: str
    label: str
    is_on: bool
    id: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a matrix or of the week: its words, the name of its inputs, what can be chosen in it."""

    label: str
    name: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A question on the page. `id` is the id of its first input, to which an error leads."""

    question: Question
    id: str
    text: str = ""
    choices: tuple[Choice, ...] = ()
    other: str = ""
    lines: tuple[Line, ...] = ()
    heads: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    is_hidden: bool = False
    condition: str = ""
    words: int = 0
    upload: Upload | None = None
    term: Term | None = None

    @property
    def kind(self) -> str:
        """The kind, as templates ask for it."""
        return self.question.kind.value

    @property
    def described_by(self) -> str:
        """The ids of what describes the input."""
        parts = (("help", self.question.help), ("error", self.wrong), ("limit", self.limit))
        return " ".join(f"{self.question.key}-{part}" for part, there in parts if there)

    @property
    def limit(self) -> str:
        """The limits in words: "Up to 120 words"."""
        least, most, kind = self.question.least, self.question.most, self.question.kind
        what = "words" if kind.is_text else "choices" if kind is Kind.SEVERAL else ""
        if not what or (least is None and most is None):
            return ""
        if least is not None and most is not None:
            return f"{least} to {most} {what}"
        return f"Up to {most} {what}" if most is not None else f"At least {least} {what}"


@dataclass(frozen=True, slots=True)
class ShownSection:
    """A section on the page."""

    section: Section
    questions: tuple[Shown, ...]


def shown(
    content: Content,
    typed: Typed,
    reading: Reading,
    *,
    uploads: Mapping[str, Upload] | None = None,
    terms: Mapping[Use, Term] | None = None,
    is_checked: bool = False,
) -> tuple[ShownSection, ...]:
    """Give a form's sections ready to be shown; what is wrong only where that is asked for (`is_checked`)."""
    return tuple(
        ShownSection(
            section,
            tuple(
                _question(each, content, typed, reading, uploads or {}, terms or {}, is_checked=is_checked)
                for each in section.questions
            ),
        )
        for section in content.sections
    )


def _question(
    question: Question,
    content: Content,
    typed: Typed,
    reading: Reading,
    uploads: Mapping[str, Upload],
    terms: Mapping[Use, Term],
    *,
    is_checked: bool,
) -> Shown:
    key = question.key
    given = list(typed.get(key, ()))
    wrong = reading.wrong_with(key) if is_checked else ()
    text = given[0] if given and question.kind not in (Kind.ONE, Kind.SEVERAL) else ""
    term = terms.get(question.use) if question.use else None
    choices = _choices(question, given, term)
    lines, heads = _lines(question, typed)
    first = choices[0].id if choices else lines[0].choices[0].id if lines and lines[0].choices else f"{key}-input"
    return Shown(
        question=question,
        id=first,
        text=text,
        choices=choices,
        other=next(iter(typed.get(f"{key}.{OTHER}", ())), ""),
        lines=lines,
        heads=heads,
        wrong=tuple(each.sentence for each in wrong),
        is_hidden=key not in reading.shown,
        condition=say_condition(question.only_if, content) if question.only_if else "",
        words=words_in(text),
        upload=uploads.get(text),
        term=term,
    )


def _choices(question: Question, given: list[str], term: Term | None) -> tuple[Choice, ...]:
    key = question.key
    match question.kind:
        case Kind.ONE | Kind.SEVERAL:
            offered = [(each.key, each.label) for each in question.options]
            offered += [(OTHER, "Other, namely")] if question.has_other else []
        case Kind.SCALE:
            offered = [(str(number), str(number)) for number in question.scale]
        case Kind.AVAILABILITY:
            offered = [(day.isoformat(), say_date(day)) for day in question.days]
        case Kind.CONSENT:
            number = term.number if term else 0
            offered = [(f"yes:{number}", "Yes"), (f"no:{number}", "No")]
        case _:
            offered = []
    return tuple(Choice(value, label, value in given, f"{key}-{at}") for at, (value, label) in enumerate(offered))


def _lines(question: Question, typed: Typed) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """Give the rows of a matrix, or of the week with its parts as rows, and the heads of the columns."""
    key = question.key
    if question.kind is Kind.MATRIX:
        lines = []
        for row in question.rows:
            name = f"{key}.{row.key}"
            given = typed.get(name, ())
            choices = tuple(
                Choice(column.key, column.label, column.key in given, f"{name.replace('.', '-')}-{at}")
                for at, column in enumerate(question.columns)
            )
            lines.append(Line(row.label, name, choices))
        return tuple(lines), tuple(column.label for column in question.columns)
    if question.kind is Kind.AVAILABILITY and question.has_grid:
        given = typed.get(key, ())
        names = DAY_NAMES[:5]
        lines = [
            Line(
                part.capitalize(),
                key,
                tuple(
                    Choice(f"{day}-{part}", f"{name} {part}", f"{day}-{part}" in given, f"{key}-{day}-{part}")
                    for day, name in zip(DAYS, names, strict=False)
                ),
            )
            for part in PARTS
        ]
        return tuple(lines), names
    return (), ()


@dataclass(frozen=True, slots=True)
class Said:
    """A question with its answer in words; `text` keeps the lines of what was written, `parts` are what was chosen."""

    question: Question
    text: str
    parts: tuple[str, ...] = ()
    file: str = ""  # the key of an upload

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return not (self.text or self.parts or self.file)


@dataclass(frozen=True, slots=True)
class SaidSection:
    """A section with its answers in words."""

    section: Section
    answers: tuple[Said, ...]


def in_words(content: Content, values: Values, *, visible: frozenset[str] | None = None) -> tuple[SaidSection, ...]:
    """Give an answer in words, section by section; with `visible` only of those questions."""
    sections = []
    for section in content.sections:
        asked = [each for each in section.questions if each.kind.is_asked and (visible is None or each.key in visible)]
        if asked:
            sections.append(SaidSection(section, tuple(_said(each, values.get(each.key)) for each in asked)))
    return tuple(sections)


def _said(question: Question, value: object) -> Said:
    if value is None:
        return Said(question, "")
    words = said(question, value)
    if question.kind is Kind.FILE and isinstance(value, dict):
        return Said(question, words, file=str(value.get("file", "")))
    if question.kind is Kind.SCALE and isinstance(value, int):
        return Said(question, question.end(value))
    if question.kind in (Kind.SEVERAL, Kind.MATRIX, Kind.AVAILABILITY):
        return Said(question, "", points(question, value))
    return Said(question, words)


def as_typed(
    content: Content, typed: Typed, *, uploads: Mapping[str, str] | None = None, too_late: Mapping[str, str] | None = None
) -> tuple[SaidSection, ...]:
    """Give all that was typed in words, section by section, whether it could be sent or not: to be read and copied.

    `uploads` are the names of files by key; `too_late` those of files that were chosen and can't be kept, by question.
    """
    sections = []
    for section in content.sections:
        found = [_as_typed(each, typed, uploads or {}, too_late or {}) for each in section.questions]
        if answers := tuple(each for each in found if not each.is_empty):
            sections.append(SaidSection(section, answers))
    return tuple(sections)


def _as_typed(question: Question, typed: Typed, uploads: Mapping[str, str], too_late: Mapping[str, str]) -> Said:
    key = question.key
    given = [text for text in typed.get(key, ()) if text.strip()]
    match question.kind:
        case Kind.SHORT | Kind.LONG | Kind.MARKDOWN:
            return Said(question, given[0] if given else "")
        case Kind.ONE | Kind.SEVERAL:
            other = [f"Other: {text}" for text in typed.get(f"{key}.{OTHER}", ()) if text.strip()]
            words = (*(each.label for each in question.options if each.key in given), *other)
            return Said(question, "", words) if len(words) > 1 else Said(question, "".join(words))
        case Kind.MATRIX:
            chosen = {row: set(typed.get(f"{key}.{row.key}", ())) for row in question.rows}
            cells = [
                f"{row.label}: {each.label}" for row in question.rows for each in question.columns if each.key in chosen[row]
            ]
            return Said(question, "", tuple(cells))
        case Kind.FILE if key in too_late:
            return Said(question, f"{too_late[key]} (the file is not kept)")
        case Kind.FILE:
            return (
                Said(question, uploads.get(given[0], ""), file=given[0])
                if given and given[0] in uploads
                else Said(question, "")
            )
        case _:
            value, _ = value_of(question, typed)
            return _said(question, value) if value is not None else Said(question, "\n".join(given))


def as_text(sections: Sequence[SaidSection]) -> str:
    """Give what was said as plain text: each question, and below it the answer."""
    return "\n\n".join(
        f"{each.question.label}\n{each.text or chr(10).join(each.parts)}" for section in sections for each in section.answers
    )
