"""Names and numbers of people: what is one ORCID, and which records are proposed as one person."""

from __future__ import annotations

import random
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.names import LARGEST_BLOCK, BadOrcid, Known, Pair, Reason, folded, is_a_slip, likely_pairs, orcid

CARBERRY = "0000-0002-1825-0097"


@pytest.mark.parametrize(
    "written",
    [
        CARBERRY,
        "https://orcid.org/0000-0002-1825-0097",
        "http://www.orcid.org/0000-0002-1825-0097/",
        "orcid.org/0000-0002-1825-0097",
        "0000000218250097",
        " 0000 0002 1825 0097 ",
    ],
)
def test_an_orcid_has_one_form_however_it_was_written(written: str) -> None:
    assert orcid(written) == CARBERRY


def test_the_check_character_may_be_an_x() -> None:
    assert orcid("0000-0002-1694-233x") == "0000-0002-1694-233X"


@pytest.mark.parametrize("written", ["0000-0000-0000-0000", "0000-0002-1825-0098", "0000-0002-1852-0097"])
def test_a_typing_mistake_in_an_orcid_is_seen(written: str) -> None:
    with pytest.raises(BadOrcid, match="typing mistake"):
        orcid(written)


@pytest.mark.parametrize(
    "written", ["Ada", "0000-0002-1825", "https://example.org/0000-0002-1825-0097", "０000-0002-1825-0097x"]
)
def test_what_is_no_orcid_is_refused_with_the_form_of_one(written: str) -> None:
    with pytest.raises(BadOrcid, match="16 figures"):
        orcid(written)


def test_no_orcid_is_none() -> None:
    assert orcid("  ") == ""


@given(st.text(max_size=40))
def test_whatever_is_written_is_an_orcid_or_refused(written: str) -> None:
    try:
        found = orcid(written)
    except BadOrcid:
        return
    assert found in ("", orcid(found))


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Dr. Ada  Lindqvist", "ada lindqvist"),
        ("Åsa Björk-Ødegård", "asa bjork odegard"),
        ("O’Brien, Siobhán", "obrien siobhan"),
        ("Ada Lindqvist (she/her)", "ada lindqvist"),
        ("Łukasz Straße", "lukasz strasse"),
        ("李 小龙", "李 小龙"),
        ("Dr", "dr"),
        ("…", ""),
    ],
)
def test_names_are_compared_without_marks_titles_and_brackets(written: str, compared: str) -> None:
    assert folded(written) == compared


@given(st.text(max_size=60))
def test_a_folded_name_stays_as_it_is(name: str) -> None:
    assert folded(folded(name)) == folded(name)


@pytest.mark.parametrize(
    ("one", "other", "slip"),
    [
        ("ada lindqvist", "ada lindqvist", True),
        ("ada lindqvist", "ada lindquist", True),
        ("ada lindqvist", "ada lindqist", True),
        ("ada lindqvist", "ada lindqvisst", True),
        ("ada lindqvist", "ada lindqvits", True),
        ("ada lindqvist", "adda lindquist", False),
        ("ada", "eva", False),
        ("", "a", True),
    ],
)
def test_one_slip_of_the_pen_is_seen(one: str, other: str, slip: bool) -> None:
    assert is_a_slip(one, other) is slip
    assert is_a_slip(other, one) is slip


def known(key: int, name: str, *addresses: str, orcid: str = "", at: int | None = None) -> Known:
    return Known(key=key, name=name, addresses=frozenset(addresses), orcid=orcid, organisations=frozenset([at] if at else []))


def test_the_same_person_is_proposed_with_the_surest_reason_first() -> None:
    people = [
        known(1, "Ada Lindqvist", "ada@example.org", at=7),
        known(2, "Lindqvist, Ada", "ADA@example.org ", at=7),
        known(3, "Grace Achterberg", orcid=CARBERRY),
        known(4, "G. Achterberg", orcid=CARBERRY),
        known(5, "Åda Lindqvist", "other@example.org"),
        known(6, "Ada Lindquist", "third@example.org", at=7),
        known(7, "Somebody Else", "else@example.org", at=7),
    ]
    assert likely_pairs(people) == [
        Pair(first=3, second=4, reasons=(Reason.ORCID,)),
        Pair(first=1, second=2, reasons=(Reason.ADDRESS, Reason.NAME_AND_ORGANISATION)),
        Pair(first=1, second=5, reasons=(Reason.NAME,)),
        Pair(first=2, second=5, reasons=(Reason.NAME,)),
        Pair(first=1, second=6, reasons=(Reason.ALIKE,)),
    ]


def test_two_with_different_orcids_are_never_proposed() -> None:
    people = [known(1, "Ada Lindqvist", orcid=CARBERRY), known(2, "Ada Lindqvist", orcid="0000-0002-1694-233X")]
    assert likely_pairs(people) == []


def test_two_known_to_be_two_people_are_not_proposed_again() -> None:
    people = [known(1, "Ada Lindqvist"), known(2, "Ada Lindqvist")]
    assert likely_pairs(people, apart=frozenset([(1, 2)])) == []


def test_names_alike_in_different_organisations_are_two_people() -> None:
    assert likely_pairs([known(1, "Ada Lindqvist", at=1), known(2, "Ada Lindquist", at=2)]) == []


def test_a_name_everybody_has_proposes_nothing() -> None:
    assert likely_pairs(known(key, "Guest") for key in range(LARGEST_BLOCK + 1)) == []


def test_an_address_everybody_has_proposes_a_chain() -> None:
    pairs = likely_pairs(known(key, f"Name {'abcdefgh'[key % 8] * (key + 1)}", "office@example.org") for key in range(60))
    assert [(pair.first, pair.second) for pair in pairs if Reason.ADDRESS in pair.reasons] == [(0, key) for key in range(1, 60)]


def calls(people: list[Known]) -> int:
    """Count the calls of functions while pairs are proposed."""
    count = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        likely_pairs(people)
    finally:
        sys.setprofile(None)
    return count


def test_the_work_grows_with_the_number_of_people_and_not_with_its_square() -> None:
    chance = random.Random(2023)
    syllables = ["an", "ber", "co", "da", "el", "fin", "go", "ha", "is", "jo", "ka", "li", "mo", "ne", "or", "pa"]

    def a_name() -> str:
        return " ".join("".join(chance.choices(syllables, k=3)).capitalize() for _ in range(2))

    people = [known(key, a_name(), f"{key}@example.org", at=key % 50 + 1) for key in range(4000)]
    assert calls(people) < 2.5 * calls(people[:2000])
