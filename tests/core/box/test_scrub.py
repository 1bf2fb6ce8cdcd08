"""Nothing that belongs to one cohort stays in a text that goes to the next."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.box import Scrubber
from hub.core.plan.model import AgendaItem, Link, LinkKind, Minutes, Who

SCRUB = Scrubber(["Mara", "Fruto", "Digital Catapult", "the Turing Skills Team", "the team", "British Antarctic Survey"])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Review of objectives", "Review of objectives"),
        ("Workshop facilitated by Fruto", "Workshop"),
        (
            "Introduction to systems thinking by [Digital Catapult](https://www.digicatapult.org.uk/)",
            "Introduction to systems thinking",
        ),
        ("**Skills and knowledge gap mapping** – delivered by the Turing Skills Team", "**Skills and knowledge gap mapping**"),
        ("Systems thinking workshop at Digital Catapult (in person)", "Systems thinking workshop (in person)"),
        ("Objectives and knowledge map put together by Quill, Research Officer.", "Objectives and knowledge map."),
        ("Discussion on pedagogy - Led by Mara", "Discussion on pedagogy"),
        ("Mara’s round: what is new", "Round: what is new"),
        ("Agree the date of the fireside chat on Monday 11 December 2023", "Agree the date of the fireside chat"),
        ("Date TBC in 2024", "Date TBC"),
        ("Workshop (recording) – attended by 22 people", "Workshop"),
        ("Read the primer (2023, December 11)", "Read the primer"),
        ("See https://example.org/a_(b)?c=2023 first", "See first"),
        ("Form: <https://forms.example.org/e/1>", "Form"),
        ("Write to Quill Feather (quill@example.org) and/or [team@example.org](mailto:team@example.org).", "Write."),
        ("Introducing the skills team (Quill Feather)", "Introducing the skills team"),
        ("Share what the team learned", "Share what the team learned"),
        ("Two or three of us; 45 minutes (30 mins for the map)", "Two or three of us; 45 minutes (30 mins for the map)"),
        ("*Feedback of summer 2023*", "*Feedback of summer*"),
        ("Cohort 2023", "Cohort"),
        ("Catch up on the map in October", "Catch up on the map"),
        ("Plans 2023/24 and 2023-2024", "Plans"),
        ("2023-07-05", ""),
        ("https://example.org/", ""),
    ],
)
def test_what_belongs_to_one_year_goes_and_the_rest_still_reads(text: str, left: str) -> None:
    assert SCRUB.text(text) == left
    assert SCRUB.is_clean(text) == (text == left)


def test_a_word_for_a_role_is_no_name() -> None:
    assert Scrubber(["the team", "facilitators", "Experts", ""]).names == ()
    assert set(Scrubber(["Mara and Theo"]).names) == {"Mara and Theo", "Mara", "Theo"}


def test_a_part_of_which_nothing_is_left_goes_and_minutes_stay() -> None:
    recording = Link(text="Panel", url="https://video.example/1", kind=LinkKind.RECORDING)
    slides = Link(text="Slides", url="https://slides.example/1", kind=LinkKind.MATERIAL)
    parts = (
        AgendaItem(text="Agenda: attended by 22 people"),
        AgendaItem(text="Panel recording: [Panel](https://video.example/1)", links=(recording,)),
        AgendaItem(text="[Slides](https://slides.example/1)", links=(slides,)),
        AgendaItem(text="Map the journey", who=Who.GROUP, minutes=Minutes(low=30, high=45), led_by="Fruto"),
        AgendaItem(text="Agenda:", items=(AgendaItem(text="Welcome by Mara"),)),
    )
    assert SCRUB.items(parts) == (
        AgendaItem(text="Map the journey", who=Who.GROUP, minutes=Minutes(low=30, high=45)),
        AgendaItem(text="Agenda:", items=(AgendaItem(text="Welcome"),)),
    )


def test_a_step_that_is_a_link_keeps_its_words_because_they_say_what_to_do() -> None:
    link = Link(text="Share the primer", url="https://example.org/primer")
    steps = (AgendaItem(text="[Share the primer](https://example.org/primer)", links=(link,)),)
    assert SCRUB.items(steps, is_action=True) == (AgendaItem(text="Share the primer"),)
    assert SCRUB.items(steps) == ()


STALE = re.compile(r"https?://|www\.|mailto:|@[\w-]+\.|(?<!\d)(?:19|20)\d\d(?!\d)|\bMara\b|\bFruto\b|\bDigital Catapult\b")
WORDS = """the map, Workshop by led facilitated (in person) (recording) - : ** _ [ ] ( ) and 30 mins Group: attended 22 people
Mara Fruto Mara's [Slides](https://a.example/2023) https://a.example/x 2023 2024-01-05 www.example.org mara@example.org
mailto:mara@example.org ![x](http://y) July"""
words = st.sampled_from([*WORDS.split(), "Digital Catapult", "5 July 2023", "in 1999"])


@given(st.lists(words, max_size=14).map(" ".join))
def test_whatever_is_written_no_address_year_or_name_is_left(text: str) -> None:
    assert STALE.findall(SCRUB.text(text)) == []


@given(st.text(max_size=80))
def test_any_text_can_be_scrubbed(text: str) -> None:
    left = SCRUB.text(text)
    assert STALE.findall(left) == []
    assert len(left) <= len(text)
