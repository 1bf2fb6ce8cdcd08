"""What was shown is what goes, or somebody is told what is different."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hub.core.shown import Difference, difference, difference_of_all, mark_of, read_shown, write_shown

ADA, GRACE, INES = "person:1/a", "person:2/a", "person:3/a"
NAMES = {ADA: "Ada", GRACE: "Grace", INES: "Ines"}
shown = st.dictionaries(st.sampled_from([ADA, GRACE, INES]), st.sampled_from(["", mark_of("a"), mark_of("b")]))


def test_as_many_others_are_not_the_same() -> None:
    now = difference({ADA: "x", GRACE: "x"}, {GRACE: "x", INES: "x"})
    assert now == Difference(came=(INES,), gone=(ADA,))
    assert now.say(NAMES.__getitem__) == "also to Ines and no longer to Ada"


def test_other_words_are_not_the_same() -> None:
    now = difference({ADA: mark_of("Hello", "you")}, {ADA: mark_of("Hello you")})
    assert (now, now.say(NAMES.__getitem__)) == (Difference(reworded=(ADA,)), "in other words to Ada")


def test_what_would_not_go_then_and_now_is_no_difference_and_is_one_where_all_are_meant() -> None:
    assert not difference({ADA: "x"}, {ADA: "x", GRACE: ""})
    assert difference_of_all([ADA], [ADA, GRACE]) == Difference(came=(GRACE,))


def test_many_are_a_few_names_and_a_number_and_who_has_no_name_is_counted() -> None:
    many = Difference(came=tuple(f"person:{number}/a" for number in range(10, 16)))
    assert many.say(lambda key: f"P{key[7:9]}") == "also to P10, P11, P12 and 3 others"
    assert many.say(lambda key: "") == "also to 6 people"
    assert Difference(gone=(ADA,)).say(lambda key: "") == "no longer to 1 person"
    assert Difference(gone=(ADA, GRACE)).say(lambda key: "Ada" if key == ADA else "") == "no longer to Ada and 1 other"


@given(shown)
def test_a_page_says_what_it_showed(what: dict[str, str]) -> None:
    assert read_shown(write_shown(what)) == what
    assert not difference(what, read_shown(write_shown(what)))


@given(st.text())
def test_whatever_a_page_says_is_read(text: str) -> None:
    read_shown(text)


@given(shown, shown)
def test_nothing_is_different_only_where_the_same_goes_to_the_same(before: dict[str, str], now: dict[str, str]) -> None:
    goes = [{key: mark for key, mark in each.items() if mark} for each in (before, now)]
    assert bool(difference(before, now)) == (goes[0] != goes[1])
