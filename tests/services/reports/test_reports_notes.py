from __future__ import annotations

import pytest

from hub.core.attendance import gather, propose
from hub.services.reports import Kind, read_report
from tests.services.reports.telling import found

HEAD = (
    "# _Turing Way_ Collaboration Café\n\n* Zoom link: https://zoom.example/j/1?pwd=x\n\n"
    "### Sign up below\n\n*Name + answer + emoji*\n\n"
)
TAIL = "\n### Conversation starters\n\n* Not a person\n"


def signed(*lines: str) -> list[tuple[str, str]]:
    report = read_report((HEAD + "".join(f"{line}\n" for line in lines) + TAIL).encode())
    assert report.kind is Kind.NOTES
    return [(row.name, row.note) for row in report.rows]


@pytest.mark.parametrize(
    ("line", "name", "answer"),
    [
        ("* Ada Example + she/her + coffee + ☕", "Ada Example", "she/her + coffee + ☕"),
        ("- **Ben** (he/him), tea 🍵", "Ben", "(he/him), tea 🍵"),
        ("+ Dee / they/them / juice", "Dee", "they/them / juice"),
        ("1. [Eve](https://eve.example) - water", "Eve", "water"),
        ("• Kim she/her: tea", "Kim", "she/her: tea"),
        ("* Moonwalker 🌙", "Moonwalker", "🌙"),
        ("* 🌙 Moonwalker", "Moonwalker", ""),
        ("* Jean-Luc O'Neil – biscuits", "Jean-Luc O'Neil", "biscuits"),
        ("- [x] Cy, cake", "Cy", "cake"),
        ("* 李雷 + tea", "李雷", "tea"),
        ("* Élodie D’Été | elle | thé", "Élodie D’Été", "elle | thé"),
    ],
)
def test_a_sign_in_line_is_a_name_and_what_comes_after_it(line: str, name: str, answer: str) -> None:
    assert signed(line) == [(name, answer)]


def test_what_is_to_be_filled_in_signs_nobody_in() -> None:
    assert signed("* *name* + *answer* + *emoji*", "* name / pronouns", "*", "* ", "- [ ] ", "<!-- * Ghost -->", "* Ada") == [
        ("Ada", "")
    ]


def test_a_line_marked_with_a_finger_on_the_lips_counts_and_its_words_are_kept_nowhere() -> None:
    text = HEAD + (
        "* 🤫 Ada Example + SECRET + ☕\n"
        "* Ben SECRET 🤫\n"
        "* Cy + SECRET\n"
        "  * 🤫 and this\n"
        "* 🤫 SECRET this is nobody you can name from what I say\n"
    )
    report = read_report((text + TAIL).encode())
    assert [(row.number, row.name, row.note, row.was_there) for row in report.rows] == [
        (9, "Ada Example", "", True),
        (10, "Ben SECRET", "", True),
        (11, "Cy", "", True),
        (13, "Somebody on line 13", "", True),
    ]
    assert report.findings == ()


def test_where_the_name_ends_is_not_clear_is_a_finding_that_repeats_nothing() -> None:
    report = read_report((HEAD + "* I am so glad to be here with all of you\n* Ada\n" + TAIL).encode())
    assert [row.name for row in report.rows] == ["Ada"]
    assert found(report) == ["Line 9: where the name ends is not clear. Put a comma or a + behind it."]


def test_only_bullets_of_the_part_to_sign_in_are_people() -> None:
    text = "# Café\n## Agenda\n* Welcome\n## Sign-in\n### Facilitators\n* Mara\n### Guests\n* Ada\n## Notes\n* Ben said hello\n"
    report = read_report(text.encode())
    assert [row.name for row in report.rows] == ["Mara", "Ada"]


@pytest.mark.parametrize(
    "heading",
    ["## Sign in", "**Sign-in**", "Check-in:", "Roll call\n---------", "### Who is here?", "## 👋 Attendees", "# Signing in"],
)
def test_a_part_to_sign_in_is_known_by_its_heading(heading: str) -> None:
    report = read_report(f"Café notes\n\n{heading}\n\n- Ada\n- Ben\n".encode())
    assert (report.kind, [row.name for row in report.rows]) == (Kind.NOTES, ["Ada", "Ben"])


def test_a_box_without_a_tick_says_that_somebody_was_not_there() -> None:
    report = read_report(b"Sign in:\n- [x] Ada\n- [ ] Ben\n")
    assert [(row.name, row.was_there) for row in report.rows] == [("Ada", True), ("Ben", False)]


def test_a_mail_address_in_a_line_is_the_persons() -> None:
    report = read_report((HEAD + "* Ada Example, ada@x.example, tea\n* ben@x.example\n" + TAIL).encode())
    assert [(row.name, row.address, row.note) for row in report.rows] == [
        ("Ada Example", "ada@x.example", "tea"),
        ("", "ben@x.example", ""),
    ]


def test_a_pseudonym_is_nobody_we_expect_until_a_person_says_who() -> None:
    report = read_report((HEAD + "* Moonwalker + tea\n" + TAIL).encode())
    (presence,) = gather(report.rows)
    unknown, *_ = propose([presence], known={}, remembered={}, names=[(1, "Ada Example")])
    settled, *_ = propose([presence], known={}, remembered={presence.key: 1}, names=[(1, "Ada Example")])
    assert (presence.minutes, unknown.sureness.value, unknown.candidates, settled.person) == (None, "unknown", (), 1)
