"""The difference between two versions of a form, in words a team reads before it publishes."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

from hub.core.forms.check import Finding, values_to_test
from hub.core.forms.model import Condition, Content, Question


class Verb(StrEnum):
    """What became of a question."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a question that was one thing and becomes another; "" is nothing."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one question, or (key "") of the words about the form."""

    key: str
    title: str
    verb: Verb
    facts: tuple[Fact, ...] = ()


_WORDS = {
    "kind": "Kind",
    "label": "Question",
    "help": "Help",
    "why": "Why we ask",
    "is_required": "Must be answered",
    "is_sensitive": "Sensitive",
    "is_shared": "May be shared back",
    "options": "Choices",
    "has_other": "“Other, namely”",
    "rows": "Rows",
    "least": "At least",
    "most": "At most",
    "least_label": "Lower end",
    "most_label": "Upper end",
    "first_on": "First day",
    "last_on": "Last day",
    "days": "Dates",
    "has_grid": "Parts of the week",
    "use": "Consent for",
    "only_if": "Shown only if",
}


def difference(before: Content | None, after: Content) -> tuple[Difference, ...]:
    """Say what changed between two versions, in the order of the newer one; what was removed comes last.

    Before the first version everything is new. A question has moved where another stands before it than did, among those
    that are in both.
    """
    old = {each.key: each for each in before.questions} if before else {}
    found: list[Difference] = []
    if before:
        named = (
            ("title", "Title"),
            ("intro", "Words before the questions"),
            ("purpose", "What for"),
            ("readers", "Who reads it"),
        )
        facts = [Fact(label, getattr(before, name), getattr(after, name)) for name, label in named]
        found += [Difference("", "About the form", Verb.CHANGED, changed)] if (changed := _changed(facts)) else []
        found += _of_sections(before, after)
    both = [each.key for each in after.questions if each.key in old]
    was = [key for key in old if key in set(both)]
    moved = _moved(was, both)
    for question in after.questions:
        if question.key not in old:
            found.append(Difference(question.key, question.label, Verb.ADDED))
        elif facts_of := _changed(_facts(old[question.key], question, before, after)):
            found.append(Difference(question.key, question.label, Verb.CHANGED, facts_of))
        elif question.key in moved:
            found.append(Difference(question.key, question.label, Verb.MOVED))
    there = {each.key for each in after.questions}
    found += [Difference(key, each.label, Verb.REMOVED) for key, each in old.items() if key not in there]
    return tuple(found)


def scales_changed(before: Content | None, after: Content) -> tuple[Finding, ...]:
    """Say which scales a new version makes longer, shorter or other ones: a number on them means something else then."""
    old = {each.key: each.ends for each in before.questions} if before else {}
    found = []
    for question in after.questions:
        was, now = old.get(question.key), question.ends
        if was is not None and now is not None and was != now:
            sentence = (
                f"Its scale was {was[0]} to {was[1]} and becomes {now[0]} to {now[1]}, so a number means something else."
                " Answers given so far stay on theirs: they are shown apart, and no mean is made of both."
            )
            found.append(Finding(question.key, sentence, is_wrong=False))
    return tuple(found)


def _of_sections(before: Content, after: Content) -> list[Difference]:
    old = {each.key: each for each in before.sections}
    found = []
    for section in after.sections:
        was = old.get(section.key)
        if was is not None:
            facts = [Fact("Heading", was.title, section.title), Fact("Words", was.intro, section.intro)]
            if changed := _changed(facts):
                found.append(Difference(section.key, section.title or "A section", Verb.CHANGED, changed))
    return found


def _changed(facts: list[Fact]) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts if fact.before != fact.after)


def _facts(was: Question, now: Question, before: Content | None, after: Content) -> list[Fact]:
    return [
        Fact(_WORDS[each.name], _said(was, each.name, before), _said(now, each.name, after))
        for each in fields(Question)
        if each.name in _WORDS and getattr(was, each.name) != getattr(now, each.name)
    ]


def _said(question: Question, name: str, content: Content | None) -> str:
    value = getattr(question, name)
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "only_if":
        return say_condition(value, content)
    if name in ("options", "rows"):
        return ", ".join(each.label for each in value)
    if name == "days":
        return ", ".join(day.isoformat() for day in value)
    return str(getattr(value, "label", value))


def say_condition(condition: Condition, content: Content | None) -> str:
    """Say a condition in words: “Do you travel?” is “Yes”."""
    about = content.question(condition.question) if content else None
    if about is None:
        return "a question that is gone"
    words = dict(values_to_test(about)).get(condition.value, condition.value)
    test = {"is": f"is “{words}”", "is-not": f"is not “{words}”", "is-answered": "is answered"}[condition.test.value]
    return f"“{about.label}” {test}"


def _moved(was: list[str], now: list[str]) -> set[str]:
    """Give the keys that had to move: those outside the longest run that kept its order."""
    places = {key: at for at, key in enumerate(was)}
    best: list[list[str]] = []  # best[n]: a run of n + 1 whose last place is the lowest
    for key in now:
        at = next((n for n, run in enumerate(best) if places[run[-1]] > places[key]), len(best))
        run = [*(best[at - 1] if at else []), key]
        best[at : at + 1] = [run]
    return set(now) - set(best[-1] if best else [])
