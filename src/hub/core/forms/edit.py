"""Editing a form: each function gives a new content, and the keys of what stays stay.

Source: issue 4, "a builder the team likes to use, by keyboard too".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Literal

from hub.core.errors import Refusal
from hub.core.forms.model import Condition, Content, Kind, Option, Question, Section

MOST_QUESTIONS = 120
MOST_OPTIONS = 60
Way = Literal["up", "down"]


class TooManyQuestions(Refusal):
    """Nobody answers a form of that length."""

    code: ClassVar[str] = "too-many-questions"


class NoSuchQuestion(Refusal):
    """The question or section is not in the form any more."""

    code: ClassVar[str] = "no-such-question"


_FIRST: dict[Kind, dict[str, Any]] = {  # what a new question begins with
    Kind.SCALE: {"least": 1, "most": 5, "least_label": "Not at all", "most_label": "Very much"},
    Kind.MATRIX: {"least": 1, "most": 5},
    Kind.AVAILABILITY: {"has_grid": True},
}


def add_section(content: Content, title: str = "", *, after: str = "") -> Content:
    """Add a section without questions, after another or at the end."""
    number = _next(content)
    new = Section(key=f"s{number}", title=title)
    place = next((at + 1 for at, each in enumerate(content.sections) if each.key == after), len(content.sections))
    sections = (*content.sections[:place], new, *content.sections[place:])
    return replace(content, sections=sections, next_key=number + 1)


def add_question(content: Content, kind: Kind, *, section: str = "", after: str = "") -> tuple[Content, Question]:
    """Add a question without words: after another, or at the end of a section (the last where none is named).

    Raises TooManyQuestions.
    """
    content = content if content.sections else add_section(content)
    new = Question(key=f"q{_next(content)}", kind=kind, label="", **_FIRST.get(kind, {}))
    return _put(content, new, section=section, after=after), new


def copy_question(content: Content, key: str) -> tuple[Content, Question]:
    """Add a question like another right after it, under a key of its own. Raises NoSuchQuestion, TooManyQuestions."""
    found = _found(content, key)
    new = replace(found, key=f"q{_next(content)}")
    return _put(content, new, after=key), new


def change_question(content: Content, changed: Question) -> Content:
    """Put a question in the place of the one with its key. Raises NoSuchQuestion."""
    _found(content, changed.key)
    return _each_question(content, lambda each: changed if each.key == changed.key else each)


def change_section(content: Content, key: str, *, title: str, intro: str) -> Content:
    """Change the words of a section. Raises NoSuchQuestion."""
    _section(content, key)
    sections = tuple(replace(each, title=title, intro=intro) if each.key == key else each for each in content.sections)
    return replace(content, sections=sections)


def remove_question(content: Content, key: str) -> Content:
    """Take a question away, and the conditions that speak of it. Raises NoSuchQuestion."""
    _found(content, key)
    kept = [replace(each, questions=tuple(one for one in each.questions if one.key != key)) for each in content.sections]
    return _without_lost_conditions(replace(content, sections=tuple(kept)))


def put_back(
    content: Content, question: Question, *, section: str, at: int, conditions: Mapping[str, Condition] | None = None
) -> Content:
    """Put a question back that was taken away, under its key; nothing changes where it is there. Raises TooManyQuestions.

    `conditions` are those that went along with it, by the question they were of: each holds again where that question is
    still there, after this one, and was given no other meanwhile.
    """
    if content.question(question.key) is not None:
        return content
    if len(content.questions) >= MOST_QUESTIONS:
        raise TooManyQuestions(f"A form has up to {MOST_QUESTIONS} questions. Nobody answers more than that.")
    content = content if content.sections else add_section(content)
    wanted = section if any(each.key == section for each in content.sections) else content.sections[-1].key
    lists = [list(each.questions) for each in content.sections]
    for held, one in zip(lists, content.sections, strict=True):
        if one.key == wanted:
            held.insert(max(0, min(at, len(held))), question)
    lost = conditions or {}
    back = _each_question(
        _with(content, lists), lambda each: replace(each, only_if=lost[each.key]) if _may_have(each, lost) else each
    )
    return _without_lost_conditions(replace(back, next_key=_next(back)))


def remove_section(content: Content, key: str) -> Content:
    """Take a section away with its questions. Raises NoSuchQuestion."""
    _section(content, key)
    kept = tuple(each for each in content.sections if each.key != key)
    return _without_lost_conditions(replace(content, sections=kept))


def move_question(content: Content, key: str, way: Way) -> Content:
    """Move a question one place; at the edge of its section it goes into the next one. Raises NoSuchQuestion.

    A condition that would speak of a question further down is taken away: see `lost_conditions`.
    """
    moving = _found(content, key)
    sections = [list(each.questions) for each in content.sections]
    at = next(place for place, each in enumerate(sections) if moving in each)
    place = sections[at].index(moving)
    step = -1 if way == "up" else 1
    if 0 <= place + step < len(sections[at]):
        sections[at][place], sections[at][place + step] = sections[at][place + step], moving
    elif 0 <= at + step < len(sections):
        sections[at].remove(moving)
        sections[at + step].insert(0 if step > 0 else len(sections[at + step]), moving)
    return _without_lost_conditions(_with(content, sections))


def place_question(content: Content, key: str, *, section: str, at: int) -> Content:
    """Put a question at a place of a section, counted without it from nought. Raises NoSuchQuestion."""
    moving = _found(content, key)
    _section(content, section)
    lists = [[each for each in one.questions if each.key != key] for one in content.sections]
    for held, one in zip(lists, content.sections, strict=True):
        if one.key == section:
            held.insert(max(0, min(at, len(held))), moving)
    return _without_lost_conditions(_with(content, lists))


def move_section(content: Content, key: str, way: Way) -> Content:
    """Move a section one place with its questions. Raises NoSuchQuestion."""
    moving = _section(content, key)
    sections = list(content.sections)
    place = sections.index(moving)
    target = place + (-1 if way == "up" else 1)
    if 0 <= target < len(sections):
        sections[place], sections[target] = sections[target], moving
    return _without_lost_conditions(replace(content, sections=tuple(sections)))


def options_from(
    lines: Sequence[str],
    before: Sequence[Option],
    *,
    past: Sequence[Option] = (),
    spoken: Collection[str] = (),
    prefix: str = "o",
) -> tuple[Option, ...]:
    """Read options from lines as people write them; what is there already keeps its key, and no key is given to another.

    A line with the words of an option is that option, wherever it stands now, or of one that `past` versions had and this one
    has not. Where as many options have lost their words as there are new lines, each new line renames one of them, in their
    order; otherwise new lines are new options. Their keys are neither of the past nor `spoken` of by a condition.
    """
    words = list(dict.fromkeys(" ".join(line.split()) for line in lines if line.strip()))[:MOST_OPTIONS]
    there = {each.key for each in before}
    known = {each.label: each.key for each in reversed(past) if each.key not in there}
    known |= {each.label: each.key for each in before}
    lost = [each for each in before if each.label not in words]
    new = [label for label in words if label not in known]
    renamed = dict(zip(new, (each.key for each in lost), strict=True)) if len(lost) == len(new) else {}
    taken = {*there, *(each.key for each in past), *spoken}
    number = 0
    options: list[Option] = []
    for label in words:
        key = known.get(label) or renamed.get(label, "")
        while not key:
            number += 1
            if f"{prefix}{number}" not in taken:
                key = f"{prefix}{number}"
                taken.add(key)
        options.append(Option(key, label))
    return tuple(options)


def lost_conditions(before: Content, after: Content) -> tuple[Question, ...]:
    """Give the questions whose condition went along with an edit, as they are now."""
    had = {each.key for each in before.questions if each.only_if}
    return tuple(each for each in after.questions if each.key in had and each.only_if is None)


def _may_have(question: Question, conditions: Mapping[str, Condition]) -> bool:
    return question.key in conditions and question.only_if is None


def _next(content: Content) -> int:
    """Give the number of the next key: past every one given so far, also where nobody kept count."""
    keys = [section.key[1:] for section in content.sections] + [question.key[1:] for question in content.questions]
    return max([content.next_key, *(int(each) + 1 for each in keys if each.isdecimal())])


def _put(content: Content, new: Question, *, section: str = "", after: str = "") -> Content:
    if len(content.questions) >= MOST_QUESTIONS:
        raise TooManyQuestions(f"A form has up to {MOST_QUESTIONS} questions. Nobody answers more than that.")
    content = replace(content, next_key=_next(content) + 1)
    lists = [list(each.questions) for each in content.sections]
    for held in lists:
        place = next((at + 1 for at, each in enumerate(held) if each.key == after), None)
        if place is not None:
            held.insert(place, new)
            return _with(content, lists)
    at = next((place for place, each in enumerate(content.sections) if each.key == section), len(lists) - 1)
    lists[at].append(new)
    return _with(content, lists)


def _with(content: Content, lists: Sequence[Sequence[Question]]) -> Content:
    sections = (replace(one, questions=tuple(held)) for one, held in zip(content.sections, lists, strict=True))
    return replace(content, sections=tuple(sections))


def _each_question(content: Content, change: Callable[[Question], Question]) -> Content:
    return _with(content, [[change(each) for each in one.questions] for one in content.sections])


def _without_lost_conditions(content: Content) -> Content:
    """Take away conditions that speak of what does not stand before them."""
    before: set[str] = set()
    lists: list[list[Question]] = []
    for section in content.sections:
        held = []
        for each in section.questions:
            is_lost = each.only_if is not None and each.only_if.question not in before
            held.append(replace(each, only_if=None) if is_lost else each)
            before.add(each.key)
        lists.append(held)
    return _with(content, lists)


def _found(content: Content, key: str) -> Question:
    found = content.question(key)
    if found is None:
        raise NoSuchQuestion("This question is not in the form any more. Look at it again as it stands now.")
    return found


def _section(content: Content, key: str) -> Section:
    for each in content.sections:
        if each.key == key:
            return each
    raise NoSuchQuestion("This section is not in the form any more. Look at it again as it stands now.")
