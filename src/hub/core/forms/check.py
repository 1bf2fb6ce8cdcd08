"""What keeps a form from being published, and what the team should look at before: each finding beside its question.

Sources: issue 4, "who reads it and why"; lessons, "Anonymous feedback is really anonymous"; GDPR Art. 5(1)(b), Art. 7(2).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hub.core.forms.model import Content, Kind, Question, Test, sensitive_since

LONGEST_LABEL = 300
LONGEST_WORDS = 4_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a form (it can't be published) or doubtful; `question` is "" for the form as a whole."""

    question: str
    sentence: str
    is_wrong: bool = True


def check(content: Content, *, is_anonymous: bool, published: Mapping[int, Content] | None = None) -> tuple[Finding, ...]:
    """Say what is wrong and what is doubtful with a form, in the order of its questions, the form as a whole first.

    `published` are its versions by number: what was sensitive in one of them stays so.
    """
    since = sensitive_since(published or {})
    found = list(_of_form(content))
    for question in content.questions:
        found += _of_question(question, content, is_anonymous=is_anonymous)
        if question.key in since and not question.is_sensitive:
            found.append(Finding(question.key, stays_sensitive(since[question.key])))
    return tuple(found)


def stays_sensitive(number: int) -> str:
    """Say why a question that was sensitive in a version of this number stays so."""
    return f"It was sensitive in version {number}, and people answered it as such: it stays so. Ask a new question instead."


def _of_form(content: Content) -> Iterator[Finding]:
    if not content.title.strip():
        yield Finding("", "Give the form a title.")
    if not content.asked:
        yield Finding("", "Add a question first: there is nothing to answer yet.")
    if not content.readers.strip():
        yield Finding("", "Say who reads the answers.")
    if not content.purpose.strip():
        yield Finding("", "Say what the answers are for.")
    if len(content.asked) > 40:
        yield Finding("", f"{len(content.asked)} questions are many. Which would you do without?", is_wrong=False)


def _of_question(question: Question, content: Content, *, is_anonymous: bool) -> Iterator[Finding]:
    def wrong(sentence: str) -> Finding:
        return Finding(question.key, sentence)

    if not question.label.strip():
        yield wrong("Write the words of the statement." if question.kind is Kind.STATEMENT else "Write the question.")
    if len(question.label) > LONGEST_LABEL and question.kind is not Kind.STATEMENT:
        yield wrong(f"A question has up to {LONGEST_LABEL} letters; the rest can go into its help.")
    if question.kind.is_choice and len(question.options) + question.has_other < 2:
        yield wrong("Give at least two to choose from.")
    if question.kind is Kind.MATRIX and not question.rows:
        yield wrong("Give at least one row.")
    if question.kind is Kind.MATRIX and len(question.options) == 1:
        yield wrong("Give at least two columns, or none for a scale.")
    if question.kind in (Kind.SCALE, Kind.MATRIX) and not question.options and not 2 <= len(question.scale) <= 11:
        yield wrong("A scale has two to eleven numbers.")
    if question.kind is Kind.AVAILABILITY and not question.slots:
        yield wrong("Offer parts of the week, or some dates.")
    if question.kind is Kind.CONSENT and question.use is None:
        yield wrong("Say what the consent is for.")
    if question.kind not in (Kind.SCALE, Kind.MATRIX) and _is_upside_down(question):
        yield wrong("The least is more than the most.")
    if (
        question.kind is Kind.SEVERAL
        and question.least is not None
        and question.least > len(question.options) + question.has_other
    ):
        yield wrong("More have to be chosen than there are.")
    if question.first_on and question.last_on and question.first_on > question.last_on:
        yield wrong("The last day is before the first.")
    if question.is_sensitive and question.is_shared:
        yield wrong("What is sensitive is not shared back. Choose one of the two.")
    if question.is_sensitive and not question.why.strip():
        yield wrong("Say why you ask something sensitive, and who reads it.")
    if question.is_shared and question.kind in (Kind.FILE, Kind.CONSENT):
        yield wrong(f"A {question.kind.label.lower()} is not shared back.")
    if is_anonymous and question.kind is Kind.FILE:
        yield wrong("A file tells who made it, so an anonymous form takes none.")
    if is_anonymous and question.kind is Kind.CONSENT:
        yield wrong("A consent is somebody’s, so an anonymous form can’t ask for one.")
    yield from _of_condition(question, content)


def _is_upside_down(question: Question) -> bool:
    return question.least is not None and question.most is not None and question.least > question.most


def _of_condition(question: Question, content: Content) -> Iterator[Finding]:
    condition = question.only_if
    if condition is None:
        return
    about = next((each for each in content.before(question.key) if each.key == condition.question), None)
    if about is None or not about.kind.is_asked:
        yield Finding(question.key, "Its condition speaks of a question that does not stand before it.")
    elif condition.test is not Test.IS_ANSWERED and condition.value not in {value for value, _ in values_to_test(about)}:
        yield Finding(question.key, f"Its condition speaks of something “{about.label}” does not offer.")


def values_to_test(question: Question) -> tuple[tuple[str, str], ...]:
    """Give what a condition may ask of a question, as (value, words); nothing where it can only be answered or not."""
    match question.kind:
        case Kind.ONE | Kind.SEVERAL:
            other = (("other", "Other"),) if question.has_other else ()
            return tuple((each.key, each.label) for each in question.options) + other
        case Kind.SCALE:
            return tuple((str(number), question.end(number)) for number in question.scale)
        case Kind.CONSENT:
            return (("yes", "Yes"), ("no", "No"))
        case _:
            return ()
