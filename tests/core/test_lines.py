"""Texts line by line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hub.core.lines import Mark, Piece, Row, compare_lines, merge, split_lines, with_endings_of

texts = st.lists(
    st.tuples(st.sampled_from(["", "a", "b", "c d", "é"]), st.sampled_from(["\n", "\r\n", "\r"])), max_size=12
).map(lambda lines: "".join(word + end for word, end in lines))
open_texts = st.tuples(texts, st.sampled_from(["", "z"])).map("".join)


def as_a_browser_sends(text: str) -> str:
    return "\r\n".join(line.rstrip("\r\n") for line in split_lines(text)) + ("\r\n" if text.endswith(("\r", "\n")) else "")


@given(open_texts)
def test_a_text_nobody_touched_comes_back_from_the_browser_byte_for_byte(text: str) -> None:
    assert with_endings_of(text, as_a_browser_sends(text)) == text


def test_a_new_line_ends_as_most_lines_do() -> None:
    assert with_endings_of("a\r\nb\r\nc\n", "a\r\nnew\r\nb\r\nc\r\n") == "a\r\nnew\r\nb\r\nc\n"


def test_a_text_that_begins_from_nothing_gets_plain_line_ends() -> None:
    assert with_endings_of("", "a\r\nb") == "a\nb"


def test_two_changes_at_different_places_are_put_together() -> None:
    base = "one\ntwo\nthree\nfour\nfive\n"
    assert (
        merge(base, base.replace("two", "TWO"), base.replace("four", "FOUR") + "six\n") == "one\nTWO\nthree\nFOUR\nfive\nsix\n"
    )


def test_two_changes_of_the_same_line_are_for_a_person() -> None:
    assert merge("one\ntwo\n", "one\n2\n", "one\nzwei\n") is None


def test_the_same_change_made_twice_is_made_once() -> None:
    assert merge("one\ntwo\n", "one\n2\n", "one\n2\n") == "one\n2\n"


@given(open_texts, open_texts)
def test_who_changed_nothing_gets_what_the_other_wrote(base: str, theirs: str) -> None:
    assert merge(base, base, theirs) == theirs
    assert merge(base, theirs, base) == theirs


@given(open_texts, open_texts, open_texts)
def test_merging_does_not_depend_on_who_came_first(base: str, one: str, other: str) -> None:
    assert merge(base, one, other) == merge(base, other, one)


def test_a_difference_shows_numbers_words_and_what_is_left_out() -> None:
    before = "a\nb\nc\nd\nthe old word\nf\n"
    after = "a\nb\nc\nd\nthe new word\nf\ng\n"
    assert compare_lines(before, after, context=1) == (
        Row(mark=Mark.GAP, skipped=3),
        Row(mark=Mark.SAME, before_number=4, before=(Piece("d"),), after_number=4, after=(Piece("d"),)),
        Row(
            mark=Mark.CHANGED,
            before_number=5,
            before=(Piece("the "), Piece("old", is_changed=True), Piece(" word")),
            after_number=5,
            after=(Piece("the "), Piece("new", is_changed=True), Piece(" word")),
        ),
        Row(mark=Mark.SAME, before_number=6, before=(Piece("f"),), after_number=6, after=(Piece("f"),)),
        Row(mark=Mark.ADDED, after_number=7, after=(Piece("g"),)),
    )


@given(open_texts, open_texts)
def test_each_line_of_both_texts_is_shown_once(before: str, after: str) -> None:
    rows = compare_lines(before, after, context=100)
    if before != after:
        assert [row.before_number for row in rows if row.before_number] == list(range(1, len(split_lines(before)) + 1))
        assert [row.after_number for row in rows if row.after_number] == list(range(1, len(split_lines(after)) + 1))


def test_very_long_texts_are_compared_without_waiting() -> None:
    before = "".join(f"line {number}\n" for number in range(30_000))
    after = "".join(f"line {number} again\n" for number in range(30_000))
    assert len(compare_lines(before, after)) == 30_000
