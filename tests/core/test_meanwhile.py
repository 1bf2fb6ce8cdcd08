"""Two people change one thing at a time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.meanwhile import BothChanged, marks_of, must_stand_as, what_changed

SHOWN = {"name": "Ada", "about": "Ice\nand rivers", "pronouns": ""}


def test_only_what_was_changed_is_written() -> None:
    typed = {"name": "Ada", "about": "Ice\r\nand rivers ", "pronouns": "she/her"}
    stands = SHOWN | {"about": "What she wrote herself meanwhile"}
    assert what_changed(typed, stands, shown=marks_of(SHOWN)) == {"pronouns": "she/her"}


def test_where_both_changed_the_same_field_both_texts_are_told() -> None:
    typed = SHOWN | {"about": "The team’s words", "pronouns": "they/them"}
    stands = SHOWN | {"about": "Her own words", "name": "Ada L."}
    with pytest.raises(BothChanged) as no:
        what_changed(typed, stands, shown=marks_of(SHOWN))
    assert (no.value.clashes, no.value.typed) == (("about",), {"about", "pronouns"})
    assert no.value.stands == stands
    assert what_changed(typed, stands, shown=marks_of(stands)) == {  # seen now, and sent again
        "about": "The team’s words",
        "pronouns": "they/them",
        "name": "Ada",
    }


def test_two_who_write_the_same_do_not_clash() -> None:
    typed = SHOWN | {"name": "Ada Lindqvist"}
    assert what_changed(typed, typed, shown=marks_of(SHOWN)) == {"name": "Ada Lindqvist"}


def test_what_was_not_shown_counts_as_changed() -> None:
    assert what_changed({"name": "Eva"}, SHOWN, shown="") == {"name": "Eva"}


def test_a_text_that_is_replaced_as_a_whole_must_stand_as_it_was_shown() -> None:
    shown = marks_of({"text": "One"})
    must_stand_as(shown, text=" One\r\n")
    with pytest.raises(BothChanged):
        must_stand_as(shown, text="One, corrected")


@given(st.dictionaries(st.sampled_from("abcd"), st.text()), st.dictionaries(st.sampled_from("abcd"), st.text()))
def test_nobody_who_changes_nothing_writes_anything(shown: dict[str, str], stands: dict[str, str]) -> None:
    assert what_changed(shown, stands, shown=marks_of(shown)) == {}


@given(st.text())
def test_whatever_marks_are_sent_nothing_breaks(marks: str) -> None:
    assert set(what_changed({"a": "1"}, {}, shown=marks)) <= {"a"}
