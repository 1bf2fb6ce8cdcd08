"""A letter that several people read greets none of them by name."""

from __future__ import annotations

import pytest

from hub.core.letters import without_greeting


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("Hello {{ you.first_name }},\n\nin two days we meet.", "In two days we meet."),
        ("Dear {{you.name}}\n\n**{{ session.title }}** begins.", "**{{ session.title }}** begins."),
        ("Hello {{ you.first_name }}, we meet in two days.\n\nSee you.", None),
        ("Hi {{ you.name }},\n\nAda comes.\n\nHello {{ you.name }},\n\nbye", "Ada comes.\n\nHello {{ you.name }},\n\nbye"),
        ("The schedule changed.\n\nHello.", None),
        ("Hello {{ you.first_name }},\n\n", None),
        ("", None),
    ],
)
def test_only_a_first_paragraph_that_greets_by_name_is_left_out(body: str, left: str | None) -> None:
    assert without_greeting(body) == (body if left is None else left)
