"""What the Hub states of itself until a team has words of its own."""

from __future__ import annotations

import re

import pytest

from hub.core.statements import HubFacts, StatementKind, words_of
from hub.kit.prose import to_html


def some_facts(**given: object) -> HubFacts:
    facts: dict[str, object] = {
        "programme": "River Watch",
        "contact_email": "team@example.org",
        "base_url": "https://hub.example.org",
        "held": ["Your name."],
        "kept": [("A token", "400 days after it has ended")],
        "stays": ["That somebody was here."],
        "erasure_days": 14,
        "cookies": [("sessionid", "that you are signed in")],
    }
    return HubFacts(**facts | given)  # type: ignore[arg-type]


def test_the_notice_says_each_fact_it_is_given() -> None:
    words = words_of(StatementKind.PRIVACY, some_facts())
    for said in (
        "River Watch",
        "<team@example.org>",
        "- Your name.",
        "- A token: 400 days after it has ended",
        "- That somebody was here.",
        "the rest goes 14 days later",
        "- `sessionid`: that you are signed in",
    ):
        assert said in words


@pytest.mark.parametrize(("days", "said"), [(0, "at once."), (1, "1 day later."), (2, "2 days later.")])
def test_the_window_to_undo_is_said_in_words(days: int, said: str) -> None:
    assert f"the rest goes {said}" in words_of(StatementKind.PRIVACY, some_facts(erasure_days=days))


@pytest.mark.parametrize("kind", StatementKind)
def test_without_an_address_nobody_is_sent_to_an_empty_one(kind: StatementKind) -> None:
    words = words_of(kind, some_facts(contact_email=""))
    assert "<>" not in words
    assert "home page" in words


@pytest.mark.parametrize("kind", StatementKind)
def test_a_programmes_name_is_never_read_as_marks(kind: StatementKind) -> None:
    name = "1. *Stars* [x](http://evil.example) <b> `y` & more"
    html = to_html(words_of(kind, some_facts(programme=name)))
    assert "1. *Stars* [x](http://evil.example) &lt;b&gt; `y` &amp; more" in html
    assert "evil.example" not in "".join(re.findall(r'href="([^"]*)"', html))
