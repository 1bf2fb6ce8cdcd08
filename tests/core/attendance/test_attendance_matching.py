from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.attendance import Likeness, Line, Match, Presence, Sureness, gather, propose, reconsider

ADA, BEN, GRACE, JO = 1, 2, 3, 4
NAMES = [(ADA, "Ada Example"), (BEN, "Benjamin Sample"), (GRACE, "Grace Hopper"), (JO, "Jo van der Berg")]
KNOWN = {"ada@polar.example": ADA, "Grace@x.example": GRACE}


def presence(name: str, address: str = "", **facts: object) -> Presence:
    (one,) = gather([Line(number=1, name=name, address=address, **facts)])  # type: ignore[arg-type]
    return one


def at(hour: int) -> datetime:
    return datetime(2024, 10, 1, hour)


def ask(
    *presences: Presence,
    known: Mapping[str, int] = KNOWN,
    remembered: Mapping[str, int | None] | None = None,
    names: Sequence[tuple[int, str]] = NAMES,
) -> list[Match]:
    return list(propose(presences, known=known, remembered=remembered or {}, names=names))


def told(match: Match) -> tuple[Sureness, int | None, list[tuple[int, Likeness]]]:
    return match.sureness, match.person, [(each.person, each.likeness) for each in match.candidates]


def test_an_exact_address_is_sure_whatever_the_name() -> None:
    (match,) = ask(presence("Somebody Else", "ADA@polar.example"))
    assert told(match) == (Sureness.SURE, ADA, [])


def test_nothing_before_the_at_is_guessed_at() -> None:
    (match,) = ask(presence("Ada Example", "ada+zoom@polar.example"))
    assert told(match) == (Sureness.PROPOSED, None, [(ADA, Likeness.NAME)])


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("Ada Example", [(ADA, Likeness.NAME)]),
        ("example, ADA", [(ADA, Likeness.NAME)]),
        ("Ádá Exämple (she/her)", [(ADA, Likeness.NAME)]),
        ("AdaExample", [(ADA, Likeness.TOGETHER)]),
        ("ben (Benjamin Sample)", [(BEN, Likeness.ALSO)]),
        ("iPhone (Grace Hopper)", [(GRACE, Likeness.NAME)]),
        ("Grace Brewster Hopper", [(GRACE, Likeness.PART)]),
        ("Grace H", [(GRACE, Likeness.INITIAL)]),
        ("G. Hopper", [(GRACE, Likeness.INITIAL)]),
        ("Grase Hopper", [(GRACE, Likeness.SLIP)]),
        ("Ben Sample", [(BEN, Likeness.SHORT)]),
        ("Grace", [(GRACE, Likeness.ONE)]),
        ("Jo Berg", [(JO, Likeness.PART)]),
        ("Ada Lovelace", []),
        ("Murray Hopper", []),
        ("Moonwalker", []),
        ("🙂", []),
    ],
)
def test_a_name_alone_only_proposes_and_says_why(name: str, candidates: list[tuple[int, Likeness]]) -> None:
    (match,) = ask(presence(name))
    assert told(match) == (Sureness.PROPOSED if candidates else Sureness.UNKNOWN, None, candidates)


def test_candidates_come_in_order_of_likeness() -> None:
    names = [
        (1, "Grace"),
        (2, "Grase Hopper"),
        (3, "Grace Hopper"),
        (4, "Grace B. Hopper"),
        (5, "G Hopper"),
        (6, "Gracie Hopper"),
    ]
    (match,) = ask(presence("Grace Hopper"), names=names)
    assert [(each.person, each.reason) for each in match.candidates] == [
        (3, "The same name"),
        (4, "The same name, but for a part of it"),
        (5, "The same but for an initial"),
        (6, "The names differ in a letter"),
        (2, "The names differ in a letter"),
    ]


def test_namesakes_are_all_put_before_a_person() -> None:
    (match,) = ask(presence("Ada Example"), names=[*NAMES, (9, "Ada Example")])
    assert told(match) == (Sureness.PROPOSED, None, [(ADA, Likeness.NAME), (9, Likeness.NAME)])


def test_what_a_person_decided_before_is_remembered_and_may_be_nobody() -> None:
    one, other = ask(presence("Moonwalker"), presence("Visitor"), remembered={"name:moonwalker": ADA, "name:visitor": None})
    assert [told(one), told(other)] == [(Sureness.REMEMBERED, ADA, []), (Sureness.REMEMBERED, None, [])]


def test_a_decision_outweighs_an_address() -> None:
    (match,) = ask(presence("Pia", "ada@polar.example"), remembered={"ada@polar.example": None})
    assert told(match) == (Sureness.REMEMBERED, None, [])


def test_a_room_and_a_telephone_are_a_persons_to_decide_even_where_they_are_known() -> None:
    room, phone, device = ask(
        presence("Boardroom", "ada@polar.example"),
        presence("+44 20 7946 0***"),
        presence("iPhone"),
        remembered={
            "phone:+4420794660***": ADA,
            "phone:+44207946 0***": ADA,
            "phone:+442079460***": GRACE,
            "phone:iphone": None,
        },
    )
    assert told(room) == (Sureness.PROPOSED, None, [(ADA, Likeness.ADDRESS)])
    assert told(phone) == (Sureness.PROPOSED, None, [(GRACE, Likeness.REMEMBERED)])
    assert told(device) == (Sureness.UNKNOWN, None, [])
    assert [room.why, phone.why, device.why] == [
        "This is a room: say who sat in it, or that it is nobody we count.",
        "A phone or a device without a name: say whose it was, or that it is nobody we count.",
        "A phone or a device without a name: say whose it was, or that it is nobody we count. Before, it was nobody we count.",
    ]


def test_of_several_tickets_on_one_address_only_the_one_with_its_owners_name_is_sure() -> None:
    tickets = gather(
        [
            Line(number=2, name="Ada Example", address="ada@polar.example", key="101"),
            Line(number=3, name="Grace Hopper", address="ada@polar.example", key="102"),
        ]
    )
    ada, grace = ask(*tickets)
    assert told(ada) == (Sureness.SURE, ADA, [])
    assert told(grace) == (Sureness.PROPOSED, None, [(ADA, Likeness.ADDRESS), (GRACE, Likeness.NAME)])
    assert grace.why == "This address came with several names, so it does not say who."


def test_a_name_without_an_address_and_the_same_name_with_one_stay_apart_and_are_proposed() -> None:
    lines = [
        Line(number=2, name="Dr Ada Lindqvist", address="ada@polar.example"),
        Line(number=3, name="Lindqvist, Dr Ada"),
        Line(number=4, name="Dr Ada Lindqvist", address="ada@elsewhere.example"),
    ]
    matches = {match.presence.key: match for match in ask(*gather(lines))}
    assert told(matches["ada@polar.example"]) == (Sureness.SURE, ADA, [])
    assert told(matches["name:dr ada lindqvist"]) == (Sureness.PROPOSED, None, [(ADA, Likeness.NAME)])
    assert matches["name:dr ada lindqvist"].twins == ("ada@elsewhere.example", "ada@polar.example")
    assert told(matches["ada@elsewhere.example"]) == (Sureness.PROPOSED, None, [(ADA, Likeness.NAME)])


names = st.lists(st.sampled_from(["Ada", "Adda", "Example", "E", "Ben", "Benjamin", "Smith", "🙂", "李雷"]), max_size=4).map(
    " ".join
)


@given(st.lists(names.filter(bool), max_size=8), st.lists(names, max_size=8))
def test_a_name_is_never_settled_and_each_candidate_stands_once(here: list[str], expected: list[str]) -> None:
    presences = gather([Line(number=number, name=name) for number, name in enumerate(here, 1)])
    matches = propose(presences, known={}, remembered={}, names=list(enumerate(expected)))
    assert [match.presence for match in matches] == list(presences)
    for match in matches:
        people = [each.person for each in match.candidates]
        assert (match.person, match.sureness.is_settled, len(people)) == (None, False, len(set(people)))
        assert bool(people) == (match.sureness is Sureness.PROPOSED)


SYLLABLES = [f"{one}{two}{three}" for one in "bdfglmnprst" for two in "aeiou" for three in ("", "n", "r", "l")]


def spelt(number: int) -> str:
    """A word for each number, as names are spelt."""
    return SYLLABLES[number % 220] + SYLLABLES[number // 220 % 220] + ("son" if number % 3 else "berg")


@pytest.mark.parametrize(("shape", "count"), [("all different", 50_000), ("all one name", 10_000), ("one first name", 10_000)])
def test_fifty_thousand_lines_are_matched_with_five_thousand_names(shape: str, count: int) -> None:
    def name(number: int) -> str:
        return {
            "all different": f"{spelt(number % 700).title()} {spelt(number * 7).title()}",
            "all one name": "John Smith",
            "one first name": f"John {spelt(number).title()}",
        }[shape]

    lines = [
        Line(number=number, name=name(number % 20_000), address=f"p{number}@x.example" if number % 2 else "")
        for number in range(count)
    ]
    expected = [(number, name(number)) for number in range(5_000)]
    presences = gather(lines)
    matches = propose(presences, known={}, remembered={}, names=expected)
    assert len(matches) == len(presences)  # comparing each with each does not come to an end here


SAM, OTHER_SAM = 11, 12
TWO_SAMS = [(SAM, "Sam Lee"), (OTHER_SAM, "Lee, Sam")]


@pytest.mark.parametrize(
    ("shown", "names"),
    [
        ("Sam Lee", TWO_SAMS),
        ("Sam Lee", [(OTHER_SAM, "Sam Lee")]),  # the one it was decided to be is not expected, or is called otherwise
        ("SamLee", TWO_SAMS),
        ("Sam", [(SAM, "Sam Lee"), (OTHER_SAM, "Sam Okafor")]),
        ("S. Lee", [(SAM, "Sam Lee"), (OTHER_SAM, "Susan Lee")]),
        ("sammy (Sam Lee)", TWO_SAMS),
    ],
)
def test_what_was_decided_of_a_name_only_comes_first_where_somebody_else_may_be_called_so(
    shown: str, names: list[tuple[int, str]]
) -> None:
    guest = presence(shown)
    (match,) = ask(guest, remembered={guest.key: SAM}, names=names)
    assert (match.sureness, match.person) == (Sureness.PROPOSED, None)
    assert [each.person for each in match.candidates] == [SAM, OTHER_SAM]
    assert match.candidates[0].likeness is Likeness.REMEMBERED
    assert match.why == "Somebody else who is expected may be called so, so what was decided before does not settle it."


def test_a_name_that_very_many_share_a_part_of_is_not_settled_by_memory() -> None:
    guest = presence("Sam")
    (match,) = ask(
        guest, remembered={guest.key: 0}, names=[(number, f"Sam {chr(97 + number % 26)}{number}") for number in range(90)]
    )
    assert match.sureness is not Sureness.REMEMBERED


def test_nobody_we_count_is_remembered_only_for_a_name_that_nobody_expected_bears() -> None:
    stranger, ada = presence("Passer By"), presence("Ada Example")
    first, second = ask(stranger, ada, remembered={stranger.key: None, ada.key: None})
    assert told(first) == (Sureness.REMEMBERED, None, [])
    assert told(second) == (Sureness.PROPOSED, None, [(ADA, Likeness.NAME)])
    assert second.why == "Before, it was nobody we count."


def test_a_guest_called_as_somebody_whose_address_is_in_the_file_is_not_settled_by_memory() -> None:
    guest = presence("Sammy L")
    _, match = ask(presence("Sammy L", "ada@polar.example"), guest, remembered={guest.key: BEN})
    assert told(match) == (Sureness.PROPOSED, None, [(BEN, Likeness.REMEMBERED), (ADA, Likeness.NAME)])


def test_who_was_there_twice_at_once_is_never_settled_by_memory() -> None:
    twice = [Line(number=number, name="Ada Example", joined=at(14), left=at(14 + number)) for number in (1, 2)]
    (guest,) = gather(twice)
    (match,) = ask(guest, remembered={guest.key: ADA})
    assert told(match) == (Sureness.PROPOSED, None, [(ADA, Likeness.REMEMBERED)])


def test_what_is_settled_may_be_decided_again() -> None:
    sure, remembered = presence("Ben Sample", "ada@polar.example"), presence("Ada Example")
    again = reconsider(sure, known=KNOWN, remembered={}, names=NAMES)
    assert told(again) == (Sureness.PROPOSED, None, [(ADA, Likeness.ADDRESS), (BEN, Likeness.SHORT)])
    again = reconsider(remembered, known=KNOWN, remembered={remembered.key: GRACE}, names=NAMES)
    assert told(again) == (Sureness.PROPOSED, None, [(GRACE, Likeness.REMEMBERED), (ADA, Likeness.NAME)])
    again = reconsider(remembered, known=KNOWN, remembered={remembered.key: None}, names=NAMES)
    assert (again.why, again.candidates[0].person) == ("Before, it was nobody we count.", ADA)
