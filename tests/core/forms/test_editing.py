"""Building a form: keys that stay, conditions that never speak of what comes after, what keeps a form from being published."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.forms import Condition, Content, Kind, Option, Question, Section, Test, check, difference, every_question
from hub.core.forms.compare import Verb, scales_changed
from hub.core.forms.edit import (
    MOST_QUESTIONS,
    NoSuchQuestion,
    TooManyQuestions,
    add_question,
    add_section,
    change_question,
    copy_question,
    lost_conditions,
    move_question,
    move_section,
    options_from,
    place_question,
    put_back,
    remove_question,
    remove_section,
)
from tests.core.forms.asking import YES_NO, a_form, a_question, forms


def keys(content: Content) -> list[list[str]]:
    return [[question.key for question in section.questions] for section in content.sections]


def two_sections() -> Content:
    first = Section(key="s1", questions=(a_question("q1", Kind.ONE, options=YES_NO), a_question("q2")))
    return a_form(sections=(first, Section(key="s2", questions=(a_question("q3"),))))


def test_a_key_is_never_given_twice_not_even_after_what_had_it_is_gone() -> None:
    content, first = add_question(Content(title="New"), Kind.SHORT)
    content, second = copy_question(remove_question(add_question(content, Kind.LONG)[0], "q3"), first.key)
    assert (first.key, second.key) == ("q2", "q4")
    assert keys(content) == [["q2", "q4"]]


def test_a_question_goes_where_it_is_wanted() -> None:
    assert keys(add_question(two_sections(), Kind.SHORT, section="s1")[0]) == [["q1", "q2", "q50"], ["q3"]]
    assert keys(add_question(two_sections(), Kind.SHORT, after="q1")[0]) == [["q1", "q50", "q2"], ["q3"]]
    assert keys(move_question(two_sections(), "q2", "up")) == [["q2", "q1"], ["q3"]]
    assert keys(move_question(two_sections(), "q2", "down")) == [["q1"], ["q2", "q3"]]
    assert keys(move_question(two_sections(), "q3", "up")) == [["q1", "q2", "q3"], []]
    assert keys(move_question(two_sections(), "q1", "up")) == keys(two_sections())
    assert keys(move_section(two_sections(), "s2", "up")) == [["q3"], ["q1", "q2"]]
    assert keys(place_question(two_sections(), "q1", section="s2", at=1)) == [["q2"], ["q3", "q1"]]
    assert keys(remove_section(two_sections(), "s1")) == [["q3"]]


def test_a_condition_goes_with_what_it_speaks_of_and_where_it_would_speak_of_what_comes_after() -> None:
    content = two_sections()
    content = change_question(content, replace(content.questions[2], only_if=Condition("q1", Test.IS, "o1")))
    for edited in (
        remove_question(content, "q1"),
        move_section(content, "s2", "up"),
        place_question(content, "q1", section="s2", at=1),
    ):
        assert [each.key for each in lost_conditions(content, edited)] == ["q3"]
    assert lost_conditions(content, move_question(content, "q2", "up")) == ()


def test_what_is_not_there_can_not_be_edited_and_a_form_has_an_end() -> None:
    for edit in (lambda: remove_question(two_sections(), "q9"), lambda: move_section(two_sections(), "s9", "up")):
        with pytest.raises(NoSuchQuestion):
            edit()
    long = a_form(*(a_question(f"q{number}") for number in range(MOST_QUESTIONS)))
    with pytest.raises(TooManyQuestions):
        add_question(long, Kind.SHORT)


@given(forms(), st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["up", "down"])), max_size=12))
def test_moving_loses_no_question_and_leaves_no_condition_that_speaks_of_what_comes_after(
    content: Content, moves: list
) -> None:
    moved = content
    for place, way in moves:
        moved = move_question(moved, moved.questions[place % len(moved.questions)].key, way)
    assert sorted(each.key for each in moved.questions) == sorted(each.key for each in content.questions)
    for question in moved.questions:
        if question.only_if:
            assert question.only_if.question in {each.key for each in moved.before(question.key)}


@pytest.mark.parametrize(
    ("lines", "result"),
    [
        (["Yes", "No"], [("o1", "Yes"), ("o2", "No")]),
        (["No", "Yes"], [("o2", "No"), ("o1", "Yes")]),
        (["Yes, gladly", "No"], [("o1", "Yes, gladly"), ("o2", "No")]),
        (["Yes", "No", "Perhaps"], [("o1", "Yes"), ("o2", "No"), ("o3", "Perhaps")]),
        (["No"], [("o2", "No")]),
        (["Yes", " ", "Yes", "Never", "Ever"], [("o1", "Yes"), ("o3", "Never"), ("o4", "Ever")]),
    ],
)
def test_choices_are_written_as_lines_and_keep_their_keys(lines: list[str], result: list[tuple[str, str]]) -> None:
    assert [(each.key, each.label) for each in options_from(lines, YES_NO)] == result


choices = st.lists(st.text("abc", min_size=1, max_size=3), unique=True, max_size=6)


def test_the_key_of_a_choice_that_was_dropped_goes_to_no_other_and_comes_back_with_its_words() -> None:
    first = options_from(["Maps", "Teaching", "Roadmaps"], ())
    second = options_from(["Maps", "Teaching"], first, past=first)
    assert options_from(["Maps", "Teaching", "Sewing"], second, past=first)[-1] == Option("o4", "Sewing")
    assert options_from(["Roadmaps", "Maps", "Teaching"], second, past=first)[0] == Option("o3", "Roadmaps")
    assert options_from(["Maps"], (), spoken={"o1"}) == (Option("o2", "Maps"),)


@given(st.lists(choices, min_size=1, max_size=6))
def test_over_all_versions_a_key_stays_with_one_choice_whatever_it_is_called(versions: list[list[str]]) -> None:
    contents: list[Content] = []
    last: dict[str, str] = {}  # what each key was called last, in any version
    for lines in versions:
        past = every_question(contents).get("q1", a_question(kind=Kind.SEVERAL))
        before = contents[-1].questions[0].options if contents else ()
        options = options_from(lines, before, past=past.options)
        assert [each.label for each in options] == lines
        assert len({each.key for each in options}) == len(options)
        there = {each.key for each in before}
        for each in options:
            assert each.key in there or each.key not in last or last[each.key] == each.label
        last |= {each.key: each.label for each in options}
        contents.append(a_form(a_question(kind=Kind.SEVERAL, options=options)))


def test_a_form_whose_keys_nobody_counted_gives_none_twice() -> None:
    content = replace(two_sections(), next_key=1)
    content, question = add_question(content, Kind.SHORT)
    assert (question.key, content.next_key) == ("q4", 5)
    assert add_section(replace(two_sections(), next_key=1)).sections[-1].key == "s4"


def test_a_question_put_back_brings_the_conditions_that_spoke_of_it() -> None:
    content = two_sections()
    asked = Condition("q1", Test.IS, "o1")
    content = change_question(content, replace(content.questions[1], only_if=asked))
    content = change_question(content, replace(content.questions[2], only_if=asked))
    first, gone = content.questions[0], remove_question(content, "q1")
    lost = {each.key: asked for each in lost_conditions(content, gone)}
    assert put_back(gone, first, section="s1", at=0, conditions=lost) == content
    other = change_question(gone, replace(gone.questions[1], only_if=Condition("q2", Test.IS_ANSWERED)))
    back = put_back(other, first, section="s1", at=0, conditions=lost)
    assert [each.only_if for each in back.questions] == [None, asked, Condition("q2", Test.IS_ANSWERED)]
    last = put_back(move_section(gone, "s2", "up"), first, section="s1", at=1, conditions=lost)
    assert [(each.key, each.only_if) for each in last.questions] == [("q3", None), ("q2", None), ("q1", None)]


@given(choices, choices)
def test_a_choice_that_is_still_written_is_still_the_same(before: list[str], after: list[str]) -> None:
    first = options_from(before, ())
    second = options_from(after, first)
    assert [each.label for each in second] == after
    assert len({each.key for each in second}) == len(second)
    same = {each.label: each.key for each in first}
    assert all(each.key == same[each.label] for each in second if each.label in same)


def sentences(question: Question, *, is_anonymous: bool = False) -> list[str]:
    return [each.sentence for each in check(a_form(question), is_anonymous=is_anonymous) if each.is_wrong]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (a_question(label=" "), "Write the question."),
        (a_question(kind=Kind.ONE, options=YES_NO[:1]), "Give at least two to choose from."),
        (a_question(kind=Kind.MATRIX), "Give at least one row."),
        (a_question(kind=Kind.SCALE, least=0, most=11), "A scale has two to eleven numbers."),
        (a_question(kind=Kind.AVAILABILITY), "Offer parts of the week, or some dates."),
        (a_question(kind=Kind.CONSENT), "Say what the consent is for."),
        (a_question(kind=Kind.LONG, least=9, most=3), "The least is more than the most."),
        (a_question(kind=Kind.SEVERAL, options=YES_NO, least=3), "More have to be chosen than there are."),
        (a_question(is_sensitive=True), "Say why you ask something sensitive, and who reads it."),
        (
            a_question(is_sensitive=True, is_shared=True, why="Food"),
            "What is sensitive is not shared back. Choose one of the two.",
        ),
        (a_question(kind=Kind.FILE, is_shared=True), "A file is not shared back."),
        (
            a_question(only_if=Condition("q9", Test.IS, "o1")),
            "Its condition speaks of a question that does not stand before it.",
        ),
    ],
)
def test_a_form_is_not_published_with_a_question_nobody_can_answer(question: Question, sentence: str) -> None:
    assert sentences(question) == [sentence]


def test_an_anonymous_form_asks_for_nothing_that_tells_who_somebody_is() -> None:
    assert sentences(a_question(kind=Kind.FILE), is_anonymous=True) == [
        "A file tells who made it, so an anonymous form takes none."
    ]
    consent = a_question(kind=Kind.CONSENT, use="photo")
    assert sentences(consent, is_anonymous=True) == ["A consent is somebody’s, so an anonymous form can’t ask for one."]


def test_a_form_says_what_for_and_who_reads_it_before_it_is_published() -> None:
    assert [each.sentence for each in check(Content(title=""), is_anonymous=False)] == [
        "Give the form a title.",
        "Add a question first: there is nothing to answer yet.",
        "Say who reads the answers.",
        "Say what the answers are for.",
    ]


def test_the_difference_of_two_versions_is_told_question_by_question() -> None:
    before = a_form(*(a_question(f"q{number}") for number in range(1, 6)))
    after = move_question(remove_question(before, "q2"), "q5", "up")
    after = change_question(after, a_question("q1", is_required=True, only_if=None, label="Question q1?"))
    after = replace(add_question(after, Kind.LONG)[0], readers="The team, and the coaches.")
    after = change_question(after, replace(after.questions[-1], label="Anything else?"))
    told = difference(before, after)
    assert [(each.key, each.verb) for each in told] == [
        ("", Verb.CHANGED),
        ("q1", Verb.CHANGED),
        ("q5", Verb.MOVED),
        ("q50", Verb.ADDED),
        ("q2", Verb.REMOVED),
    ]
    assert [(fact.label, fact.before, fact.after) for fact in told[1].facts] == [("Must be answered", "no", "yes")]


def test_a_scale_that_would_be_another_one_is_said_before_it_is_published() -> None:
    scale = a_question("q1", Kind.SCALE, least=1, most=5)
    matrix = a_question("q2", Kind.MATRIX, rows=YES_NO)
    before = a_form(scale, matrix, a_question("q3"))
    longer = a_form(replace(scale, most=10), replace(matrix, least_label="Never"), a_question("q3", most=9))
    assert [(each.question, each.is_wrong, each.sentence) for each in scales_changed(before, longer)] == [
        (
            "q1",
            False,
            "Its scale was 1 to 5 and becomes 1 to 10, so a number means something else."
            " Answers given so far stay on theirs: they are shown apart, and no mean is made of both.",
        )
    ]
    assert scales_changed(None, longer) == ()


@given(forms())
def test_a_form_does_not_differ_from_itself_and_is_all_new_at_first(content: Content) -> None:
    assert difference(content, content) == ()
    assert [each.verb for each in difference(None, content)] == [Verb.ADDED] * len(content.questions)


def test_a_section_without_questions_can_stand_anywhere() -> None:
    content = add_section(two_sections(), "Logistics", after="s1")
    assert [(each.key, each.title) for each in content.sections] == [("s1", ""), ("s50", "Logistics"), ("s2", "")]
