"""Whom a programme asks for which consent: by what people are to it, and nobody for more than that."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.asking import (
    KINDS,
    NotAskedOfThem,
    Part,
    asks,
    by_kinds,
    check_asked,
    kinds_asked,
    outlasts,
    part_on,
    uses_asked_of,
)
from hub.core.consent import Use

EVERYBODY_IS = (Use.CODE_OF_CONDUCT, Use.DATA_PROTECTION)
WHO_APPEARS_IS = (Use.NAME, Use.PHOTO, Use.QUOTE, Use.RECORDING)

parts = st.builds(Part, st.sampled_from(sorted(KINDS)), st.booleans())


def in_order(*uses: Use) -> tuple[Use, ...]:
    return tuple(use for use in Use if use in uses)


@pytest.mark.parametrize(
    ("kind", "further"),
    [
        ("expert", (Use.TAKING_PART, *WHO_APPEARS_IS, Use.ANSWERS, Use.CONTACT)),
        ("facilitator", (*WHO_APPEARS_IS, Use.ANSWERS, Use.CONTACT)),
        ("coach", (*WHO_APPEARS_IS, Use.ANSWERS, Use.CONTACT)),
        ("writer", (*WHO_APPEARS_IS, Use.ANSWERS, Use.CONTACT)),
        ("advisor", (*WHO_APPEARS_IS, Use.ANSWERS, Use.CONTACT)),
        ("alumnus", (*WHO_APPEARS_IS, Use.ANSWERS, Use.CONTACT)),
        ("team", WHO_APPEARS_IS),
        ("partner-contact", (Use.LOGO, Use.ANSWERS, Use.CONTACT)),
        ("community", (Use.ANSWERS,)),
        ("reviewer", (Use.CONTACT,)),
        ("funder", ()),
    ],
)
def test_each_part_asks_for_what_it_needs_beside_code_of_conduct_and_notice(kind: str, further: tuple[Use, ...]) -> None:
    assert uses_asked_of([Part(kind)]) == in_order(*EVERYBODY_IS, *further)


def test_who_has_no_part_is_asked_for_nothing() -> None:
    assert uses_asked_of([]) == ()


def test_who_has_two_parts_is_asked_what_either_asks() -> None:
    assert uses_asked_of([Part("funder"), Part("partner-contact")]) == uses_asked_of([Part("partner-contact")])
    assert uses_asked_of([Part("team"), Part("expert")]) == uses_asked_of([Part("expert")])
    assert uses_asked_of([Part("reviewer"), Part("community")]) == in_order(*EVERYBODY_IS, Use.ANSWERS, Use.CONTACT)


def test_an_expert_whose_part_is_over_need_promise_nothing_and_may_still_appear_and_be_written_to() -> None:
    assert uses_asked_of([Part("expert", is_over=True)]) == in_order(*WHO_APPEARS_IS, Use.ANSWERS, Use.CONTACT)


@pytest.mark.parametrize(
    ("ends_on", "cohort_last", "is_over"),
    [
        (None, None, False),
        (None, date(2025, 2, 28), False),  # its last day is a day of it
        (None, date(2025, 2, 27), True),
        (date(2025, 2, 28), None, True),
        (date(2025, 3, 1), date(2025, 2, 1), False),  # its own end, where it has one
        (date(2025, 2, 1), date(2025, 3, 31), True),
    ],
)
def test_a_part_is_over_from_its_own_end_or_with_its_cohort(
    ends_on: date | None, cohort_last: date | None, is_over: bool
) -> None:
    assert part_on(date(2025, 2, 28), "expert", ends_on=ends_on, cohort_last=cohort_last) == Part("expert", is_over=is_over)


def test_who_was_an_expert_and_is_the_funder_now_keeps_to_the_code_and_is_not_asked_to_take_part() -> None:
    parts = [Part("expert", is_over=True), Part("funder")]
    assert uses_asked_of(parts) == in_order(*EVERYBODY_IS, *WHO_APPEARS_IS, Use.ANSWERS, Use.CONTACT)


def test_a_logo_is_asked_of_the_partner_contact_alone_and_while_they_are_it() -> None:
    assert kinds_asked(Use.LOGO) == {"partner-contact"}
    assert not asks(Part("partner-contact", is_over=True), Use.LOGO)


def test_a_team_records_what_is_asked_or_was_answered_and_nothing_else() -> None:
    check_asked(Use.NAME, [Part("expert")], has_answered=False)
    check_asked(Use.NAME, [Part("funder")], has_answered=True)
    with pytest.raises(NotAskedOfThem, match="not asked of them"):
        check_asked(Use.NAME, [Part("funder")], has_answered=False)


@given(st.lists(parts), st.lists(parts))
def test_parts_together_ask_for_the_union_of_what_each_asks(one: list[Part], other: list[Part]) -> None:
    assert uses_asked_of(one + other) == in_order(*uses_asked_of(one), *uses_asked_of(other))


@given(parts)
def test_a_part_that_ends_never_asks_for_more(part: Part) -> None:
    over = Part(part.kind, is_over=True)
    assert set(uses_asked_of([over])) <= set(uses_asked_of([part]))
    assert not any(use.is_needed for use in uses_asked_of([over]))


@given(st.sets(st.sampled_from(Use)))
def test_put_together_by_kinds_each_use_is_there_once_with_those_it_is_asked_of(uses: set[Use]) -> None:
    together = [(kinds, also_over, use) for kinds, also_over, these in by_kinds(uses) for use in these]
    assert sorted(use for _, _, use in together) == sorted(uses)
    for kinds, also_over, use in together:
        assert (kinds, also_over) == (kinds_asked(use), outlasts(use))
