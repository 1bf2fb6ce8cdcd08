"""A letter says what its variables say, and never more."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.letters import Letter, NoWord, Problem, Variable, check

KNOWN = {
    "you.name": Variable("the recipient's name", "Ada"),
    "session.title": Variable("the session", "Café"),
    "session.where": Variable("where", "Online"),
    "session.link": Variable("its page", "https://example.org/cafe/", kind="url"),
    "release.changes": Variable("what changed", "Café: moved", kind="lines"),
}
WORDS = {
    "you.name": "Ada",
    "session.title": "Café",
    "session.where": "Online",
    "session.link": "https://example.org/cafe/",
    "release.changes": "Café: moved\nWorkshop: cancelled",
}


def filled(subject: str, body: str, **words: str) -> tuple[str, str, str]:
    given = WORDS | {name.replace("__", "."): word for name, word in words.items()}
    letter = Letter(subject, body, KNOWN).fill(given)
    return letter.subject, letter.text, letter.html


def test_a_letter_says_the_words_of_its_variables_in_subject_text_and_html() -> None:
    assert filled("{{ session.title }} for {{ you.name }}", "Hello **{{ you.name }}**") == (
        "Café for Ada",
        "Hello Ada",
        "<p>Hello <strong>Ada</strong></p>",
    )


def test_a_part_is_said_only_where_its_variable_has_a_word() -> None:
    body = "A{{# if session.where }} in {{ session.where }}{{/ if }}."
    assert filled("x", body)[1] == "A in Online."
    assert filled("x", body, session__where="")[1] == "A."
    assert filled("x", body, session__where="  ")[1] == "A."


def test_parts_may_stand_within_parts() -> None:
    body = "{{# if you.name }}a{{# if session.where }}b{{/ if }}c{{/ if }}"
    assert [filled("x", body, you__name=a, session__where=b)[1] for a, b in (("1", "1"), ("1", ""), ("", "1"))] == [
        "abc",
        "ac",
        "",
    ]


def test_a_link_leads_where_its_variable_says_and_the_text_says_where() -> None:
    _, text, html = filled("x", "[See it]({{ session.link }})", session__link="https://example.org/a?b=1&c=2")
    assert text == "See it (https://example.org/a?b=1&c=2)"
    assert html == '<p><a href="https://example.org/a?b=1&amp;c=2">See it</a></p>'


def test_an_address_on_its_own_is_a_link() -> None:
    _, text, html = filled("x", "See {{ session.link }}")
    assert text == "See https://example.org/cafe/"
    assert html == '<p>See <a href="https://example.org/cafe/">https://example.org/cafe/</a></p>'


def test_a_word_within_an_address_is_written_as_addresses_are() -> None:
    _, text, html = filled("x", "[Look](https://example.org/{{ you.name }})", you__name="Ada & co/x")
    assert text == "Look (https://example.org/Ada%20%26%20co%2Fx)"
    assert html == '<p><a href="https://example.org/Ada%20%26%20co%2Fx">Look</a></p>'


def test_what_is_no_address_of_the_web_leads_nowhere() -> None:
    assert filled("x", "[See]({{ session.link }})", session__link="javascript:alert(1)")[2] == '<p><a href="#">See</a></p>'


def test_several_lines_are_a_list() -> None:
    _, text, html = filled("x", "Changes:\n\n{{ release.changes }}")
    assert text == "Changes:\n\n• Café: moved\n• Workshop: cancelled"
    assert html == "<p>Changes:</p>\n<ul><li>Café: moved</li><li>Workshop: cancelled</li></ul>"


def test_lists_and_headings_read_well_as_text() -> None:
    body = "# Head\n\n- one\n- two\n    - deeper\n\n1. first\n2. second\n\nEnd"
    assert filled("x", body)[1] == "Head\n\n• one\n• two\n  • deeper\n\n1. first\n2. second\n\nEnd"


def test_a_span_of_time_stays_on_one_line() -> None:
    _, text, html = filled("x", "{{ session.title }}", session__title="Wed, 15:00–17:00 (London)")
    assert html == '<p>Wed, <span style="white-space: nowrap">15:00–17:00</span> (London)</p>'
    assert text == "Wed, 15:00–17:00 (London)"


def test_a_row_of_a_table_is_a_line_of_text() -> None:
    body = "Who:\n\n| Day | What |\n|---|---|\n| Wed | **Café** |\n| Thu | |\n\nEnd"
    assert filled("x", body)[1] == "Who:\n\nDay | What\nWed | Café\nThu |\n\nEnd"


def test_a_list_stands_apart_from_a_paragraph_whatever_that_begins_with() -> None:
    assert filled("x", "2024 was good:\n\n- one\n- two")[1] == "2024 was good:\n\n• one\n• two"


def test_a_variable_without_a_word_is_a_fault_of_the_program() -> None:
    with pytest.raises(NoWord):
        Letter("x", "{{ you.name }}", KNOWN).fill({})


def test_raw_html_and_pictures_stay_text() -> None:
    html = filled("x", "<b>bold</b> ![p](https://example.org/p.png)")[2]
    assert "<b>" not in html
    assert "<img" not in html


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))


def tags(html: str) -> list[tuple[str, tuple[str, ...]]]:
    seen = _Seen()
    seen.feed(html)
    return seen.tags


BODY = (
    "Hello **{{ you.name }}**, [{{ session.title }}]({{ session.link }}) `{{ session.where }}`\n\n"
    "- {{ session.title }}\n\n[a](https://example.org/{{ you.name }}) {{ session.link }}"
)
TEXTS = st.text(max_size=60) | st.sampled_from(
    [
        "**x**",
        "[a](http://evil.example)",
        "<script>alert(1)</script>",
        '"><img src=x>',
        "{{ you.name }}",
        "a\r\nBcc: x@y.example",
        "`",
        "\x00",
    ]
)


@given(name=TEXTS, title=TEXTS, where=TEXTS.filter(lambda text: bool(text.strip())))
def test_whatever_the_words_are_they_add_no_tag_no_link_and_no_line_to_the_subject(name: str, title: str, where: str) -> None:
    plain = filled("{{ session.title }}", BODY)
    subject, _, html = filled("{{ session.title }}", BODY, you__name=name, session__title=title, session__where=where)
    assert tags(html) == tags(plain[2])
    assert not re.search(r"[\x00-\x1f\x7f\x85\u2028\u2029]", subject)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_can_be_read_and_checked_and_what_is_right_can_be_filled(subject: str, body: str) -> None:
    if not check(subject, body, KNOWN):
        Letter(subject, body, KNOWN).fill(WORDS)


@given(st.text(alphabet="{}#/if you.nam\n", max_size=60))
def test_a_letter_without_a_problem_has_no_brace_left_over(body: str) -> None:
    if not check("x", body, KNOWN):
        assert "{{" not in Letter("x", body, KNOWN).fill(WORDS).text


def test_a_letter_that_speaks_like_our_own_marks_stays_as_it_is() -> None:
    assert filled("x", "zqhub0x {{ you.name }}")[1] == "zqhub0x Ada"


# -- what is wrong is said when it is saved


def test_an_unknown_variable_is_named_with_the_nearest_there_is() -> None:
    assert check("Hi", "One\n{{ sesion.title }}", KNOWN) == [
        Problem(2, "There is no {{ sesion.title }}. Do you mean {{ session.title }}?")
    ]


def test_a_variable_that_never_ends_and_one_that_never_began_are_told_with_their_line() -> None:
    assert check("Hi", "a\nb {{ you.name\nc", KNOWN) == [
        Problem(2, "A variable begins with {{ and never ends. Write }} after its name.")
    ]
    assert check("Hi", "a\n\nyou.name }}", KNOWN) == [Problem(3, "There is a }} that ends nothing. Write {{ before the name.")]


def test_a_part_must_begin_and_end() -> None:
    assert [each.line for each in check("x", "{{# if you.name }}\na", KNOWN)] == [1]
    assert [each.line for each in check("x", "a\n{{/ if }}", KNOWN)] == [2]


def test_a_link_to_nowhere_and_a_picture_are_told() -> None:
    assert [
        each.line for each in check("x", "[a](/me/)\n\n[b](https://example.org)\n![c](https://example.org/c.png)", KNOWN)
    ] == [1, 4]
    assert check("x", "[b](https://example.org) [c]({{ session.link }}) [d](mailto:a@example.org)", KNOWN) == []


def test_several_lines_are_no_subject() -> None:
    assert [each.line for each in check("{{ release.changes }}", "x", KNOWN)] == [0]


def test_code_is_no_variable() -> None:
    assert [each.line for each in check("x", "{{ you.name|upper }} {{ 1 + 1 }} {{ __import__('os') }}", KNOWN)] == [1, 1, 1]
