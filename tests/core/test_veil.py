"""Names are taken out of texts for whoever does not allow theirs, and nothing else is."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.ical import folded
from hub.core.veil import Veil, mention

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


NAMES = [
    "Kit (Kate) Marlow",
    "Robert Downing, Jr.",
    "Jo van ’t Hof",
    "Liz “Lizzie” Bennet",
    "Sam Lee/Ray",
    "Bjørn-Åge Å.",
    "Imani Väisänen",
    "Dewi O'Prosser",
    "आदित्य शर्मा",
    "สมชาย ใจดี",
    "Nguyễn Thị Hồng",
    "محمد عليّ",
]


def respelt(name: str) -> dict[str, str]:
    """The same name as other keyboards, editors and mail programs write it."""
    return {
        "as it is": name,
        "other apostrophes": name.replace("’", "'") if "’" in name else name.replace("'", "’"),
        "hyphens that do not break": name.replace("-", "‑"),
        "decomposed": unicodedata.normalize("NFD", name),
        "two spaces": name.replace(" ", "  "),
        "over two lines": name.replace(" ", "\r\n"),
        "spaces that do not break": name.replace(" ", "\u202f"),
        "emphasis": name.replace(" ", "** **"),
        "capitals": name.upper(),
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_name_spelt_as_in_its_row_or_nearly_is_found_in_texts_calendars_and_whole_fields(name: str) -> None:
    veil, forgets = Veil({name: "an Expert"}), mention([name])
    for how, written in respelt(name).items():
        assert veil.text(f"Soil, by {written} today.") == "Soil, by an Expert today.", how
        assert veil.is_all(written), how
        assert forgets is not None
        assert forgets.sub("…", f"Soil, by {written} today.") == "Soil, by … today.", how
        escaped = written.replace("\r\n", r"\n").replace(",", r"\,")
        line = folded(f"DESCRIPTION:Soil\\, by {escaped} today")
        assert veil.calendar(line).replace("\r\n ", "") == "DESCRIPTION:Soil\\, by an Expert today\r\n", how


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Kit (Kate) Marlow", "Kit Marlow"),
        ("Kit (Kate) Marlow", "Kit, Kate Marlow"),
        ("Sam Lee/Ray", "Sam, Lee Ray"),
        ("Ada Lindqvist", "Ada (Lindqvist)"),
        ("आदित्य शर्मा", "आदित्य"),
    ],
)
def test_other_signs_between_the_words_make_it_another_name(name: str, said: str) -> None:
    assert Veil({name: "an Expert"}).text(f"With {said}.") == f"With {said}."


def test_the_full_stop_of_a_sentence_stays_and_that_of_a_name_goes() -> None:
    veil = Veil({"Bjørn Å.": "an Expert", "Ada King": "an Expert"})
    assert veil.text("By Bjørn Å. and Ada King.") == "By an Expert and an Expert."


def test_a_name_without_latin_letters_takes_nothing_out_of_addresses() -> None:
    veil = Veil({"आदित्य शर्मा": "An Expert"}, in_slugs="somebody-1a2b3c")
    assert veil.text("talk-of-soil - and more") == "talk-of-soil - and more"


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(NAMES), st.data())
def test_whatever_a_veil_finds_is_found_by_who_forgets(before: str, after: str, name: str, data: st.DataObject) -> None:
    written = data.draw(st.sampled_from(sorted(set(respelt(name).values()))))
    text = f"{before} {written} {after}"
    pattern = mention([name])
    assert pattern is not None
    for start, stop, _ in Veil({name: "…"})._hits(text):
        assert pattern.search(text, max(0, start - 1), stop + 1), text[start:stop]
