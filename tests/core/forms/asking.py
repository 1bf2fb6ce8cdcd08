"""Questions and whole forms to test with, and strategies that make any of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from hub.core.consent import Use
from hub.core.forms import Condition, Content, Kind, Option, Question, Section, Test

YES_NO = (Option("o1", "Yes"), Option("o2", "No"))


def a_question(key: str = "q1", kind: Kind = Kind.SHORT, **facts: Any) -> Question:
    return Question(key=key, kind=kind, label=facts.pop("label", f"Question {key}?"), **facts)


def a_form(*questions: Question, **facts: Any) -> Content:
    words = {"title": "Survey", "purpose": "To plan.", "readers": "The team."} | facts
    sections = words.pop("sections", (Section(key="s1", questions=questions),))
    return Content(sections=sections, next_key=50, **words)


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=40)
labels = st.text("abcdefgh ", min_size=1, max_size=12).map(lambda text: text.strip() or "x")


@st.composite
def questions(draw: st.DrawFn, key: str, earlier: tuple[Question, ...] = ()) -> Question:
    kind = draw(st.sampled_from(list(Kind)))
    facts: dict[str, Any] = {"is_required": draw(st.booleans()), "help": draw(words), "is_shared": draw(st.booleans())}
    if kind.is_choice or kind is Kind.MATRIX:
        facts["options"] = tuple(
            Option(f"o{n}", f"{label} {n}") for n, label in enumerate(draw(st.lists(labels, max_size=4)), 1)
        )
    if kind.is_choice:
        facts["has_other"] = draw(st.booleans())
    if kind is Kind.MATRIX:
        facts["rows"] = tuple(Option(f"r{n}", f"row {n}") for n in range(1, draw(st.integers(1, 3)) + 1))
    if kind is Kind.SCALE or (kind is Kind.MATRIX and not facts["options"]):
        facts |= {"least": draw(st.integers(0, 1)), "most": draw(st.integers(2, 10))}
    if kind is Kind.AVAILABILITY:
        facts |= {
            "has_grid": draw(st.booleans()),
            "days": tuple(draw(st.lists(st.dates(date(2024, 1, 1), date(2024, 3, 1)), max_size=3))),
        }
    if kind is Kind.CONSENT:
        facts["use"] = draw(st.sampled_from([Use.PHOTO, Use.NAME]))
    if kind in (Kind.LONG, Kind.SHORT, Kind.MARKDOWN) and draw(st.booleans()):
        facts["most"] = draw(st.integers(1, 30))
    asked = [each for each in earlier if each.kind.is_asked]
    if asked and draw(st.booleans()):
        about = draw(st.sampled_from(asked))
        value = about.options[0].key if about.options and about.kind.is_choice else "3"
        facts["only_if"] = Condition(about.key, draw(st.sampled_from(list(Test))), value)
    return Question(key=key, kind=kind, label=draw(labels), **facts)


@st.composite
def forms(draw: st.DrawFn) -> Content:
    made: list[Question] = []
    for number in range(1, draw(st.integers(1, 7)) + 1):
        made.append(draw(questions(f"q{number}", tuple(made))))
    cut = draw(st.integers(0, len(made)))
    sections = (
        Section(key="s1", title=draw(labels), questions=tuple(made[:cut])),
        Section(key="s2", questions=tuple(made[cut:])),
    )
    return replace(a_form(sections=sections), title=draw(labels), intro=draw(words))


@st.composite
def typed_for(draw: st.DrawFn, content: Content) -> dict[str, list[str]]:
    """What a browser may send for a form: what fits mostly, and anything else besides."""
    from hub.core.forms.answers import names_of

    typed: dict[str, list[str]] = {}
    for question in content.asked:
        offered = [
            *(each.key for each in (*question.options, *question.columns, *question.slots)),
            "other",
            "2024-02-03",
            "yes:1",
            "no:2",
        ]
        for name in names_of(question):
            fitting = st.lists(st.sampled_from(offered), max_size=3)
            typed[name] = draw(st.one_of(fitting, st.lists(words, max_size=2)))
    return {name: texts for name, texts in typed.items() if texts}
