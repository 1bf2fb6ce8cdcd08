"""Names are taken out of texts for whoever does not allow theirs, and nothing else is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.ical import folded
from hub.core.veil import Veil

VEIL = Veil({"Ada Lindqvist": "an Expert", "Ann Lee": "a guest", "Ann Lee Steele": "one of the team", "May": "a guest"})


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Presentation by Ada Lindqvist", "Presentation by an Expert"),
        ("Ada Lindqvist: open data.", "an Expert: open data."),
        ("ADA  LINDQVIST and Grace Hopper", "an Expert and Grace Hopper"),
        ("Ada\nLindqvist", "an Expert"),
        ("With **Ada Lindqvist**, live", "With **an Expert**, live"),
        ("Ada Lindqvist’s talk", "Ada Lindqvist’s talk"),  # another word; see the next test
        ("Talk of Ada Lindqvist.", "Talk of an Expert."),
        ("Ann Lee Steele, Ann Lee", "one of the team, a guest"),
        ("Ada, Lindqvist", "Ada, Lindqvist"),
        ("Ada Lindqvistson", "Ada Lindqvistson"),
        ("The café in May", "The café in May"),
        ("", ""),
    ],
)
def test_a_name_is_taken_out_where_it_stands_as_its_words(said: str, shown: str) -> None:
    assert VEIL.text(said) == shown


def test_a_field_that_says_only_a_name_is_empty_of_a_single_word_too() -> None:
    assert [VEIL.is_all(text) for text in ("May", "ada lindqvist", "In May", "")] == [True, True, False, False]


@given(st.text(max_size=300))
def test_a_text_that_names_nobody_comes_back_as_it_is(text: str) -> None:
    if not re.search("ada|ann", text, re.IGNORECASE):
        assert VEIL.text(text) == text


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from(["Ada Lindqvist", "Ann Lee", "Ann Lee Steele"]))
def test_no_name_between_other_words_is_left(before: str, after: str, name: str) -> None:
    assert name not in VEIL.text(f"{before} {name} {after}")


@given(st.text(alphabet="abcäé ,;\\", max_size=200))
def test_a_calendar_line_is_cleared_across_its_folds_and_folded_again(words: str) -> None:
    text = folded(f"SUMMARY:{words} Ada Lindqvist {words}") + folded("DESCRIPTION:Led by Ada Lindqvist\\nMore")
    cleared = VEIL.calendar(text)
    whole = cleared.replace("\r\n ", "")
    assert "Lindqvist" not in whole
    assert r"DESCRIPTION:Led by an Expert\nMore" in whole
    assert all(len(line.encode()) <= 75 for line in cleared.split("\r\n"))
    assert cleared.endswith("\r\n")


@given(st.text(alphabet="abcäé ,;\\", max_size=200))
def test_a_calendar_without_a_name_comes_back_octet_for_octet(words: str) -> None:
    text = folded(f"SUMMARY:{words}")
    assert VEIL.calendar(text) == text


def test_facts_are_cleared_in_any_depth() -> None:
    facts = {"before": "Ada Lindqvist", "fields": ["led_by"], "deep": [{"text": "By Ann Lee"}], "number": 3, "none": None}
    assert VEIL.facts(facts) == {
        "before": "an Expert",
        "fields": ["led_by"],
        "deep": [{"text": "By a guest"}],
        "number": 3,
        "none": None,
    }


def test_a_veil_over_nobody_changes_nothing() -> None:
    assert not Veil()
    assert Veil().text("Ada Lindqvist") == "Ada Lindqvist"


def test_time_grows_with_the_text_and_not_with_the_names() -> None:
    many = Veil((f"Ada{number} Lindqvist{number}", "an Expert") for number in range(20_000))
    assert many.text("word " * 20_000 + "Ada7 Lindqvist7") == "word " * 20_000 + "an Expert"
