from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.attendance import Sort, folded_key, read_name


@pytest.mark.parametrize(
    ("shown", "key", "also"),
    [
        ("Ada Example", "name:ada example", ()),
        ("Example, Ada", "name:ada example", ()),
        ("Example, Ada, PhD", "name:ada example", ()),
        ("Ada Example, PhD", "name:ada example", ()),
        ("ADA  EXAMPLE (she/her)", "name:ada example", ()),
        ("Ada Example (Host, me)", "name:ada example", ()),
        ("Ben (Benjamin Sample)", "name:ben", ("Benjamin Sample",)),
        ("iPhone (Brian Smith)", "name:brian smith", ()),
        ("Galaxy S21 (Brian Smith)", "name:brian smith", ()),
        ("Ada's iPhone", "name:ada", ()),
        ("S Ada Example", "name:ada example", ()),
        ("W Ada Example", "name:ada example", ()),
        ("[S] Ada Example", "name:ada example", ()),
        ("3. Ada Example", "name:ada example", ()),
        ("S Kumar", "name:s kumar", ()),
        ("S. Kumar", "name:s kumar", ()),
        ("Ada (+44 20 7946 0958)", "name:ada", ()),
        ("+44 20 7946 0958 (Ada Example)", "name:ada example", ()),
        ("李雷", "name:李雷", ()),
        ("🙂", "name:🙂", ()),
        ("(Ada", "name:ada", ()),
    ],
)
def test_a_name_is_the_same_however_a_tool_shows_it(shown: str, key: str, also: tuple[str, ...]) -> None:
    named = read_name(shown)
    assert (folded_key(named), named.also, named.sort) == (key, also, Sort.PERSON)


@pytest.mark.parametrize(
    ("shown", "sort"),
    [
        ("+44 20 7946 0***", Sort.PHONE),
        ("+1 (202) ***-**12", Sort.PHONE),
        ("442079460958", Sort.PHONE),
        ("Call-in User_1", Sort.PHONE),
        ("iPhone", Sort.PHONE),
        ("Galaxy S21", Sort.PHONE),
        ("Zoom user", Sort.PHONE),
        ("Zoom Room 3", Sort.ROOM),
        ("Boardroom", Sort.ROOM),
        ("Polar Org - Boardroom", Sort.ROOM),
        ("MTR-London-3", Sort.ROOM),
        ("Room 4.12", Sort.ROOM),
        ("Besprechungsraum Nord", Sort.ROOM),
        ("Guest Example", Sort.PERSON),
        ("iPhone de Ana", Sort.PERSON),
        ("Rooma Patel", Sort.PERSON),
        ("Annaroom Broom", Sort.PERSON),
    ],
)
def test_telephones_and_rooms_are_known_for_what_they_are(shown: str, sort: Sort) -> None:
    assert read_name(shown).sort is sort


@pytest.mark.parametrize(
    "suffix", ["Guest", "Unverified", "External", "Gast", "Extern", "Invité", "Invitado", "Convidado", "Vieras"]
)
def test_a_guest_is_marked_and_called_by_the_name(suffix: str) -> None:
    named = read_name(f"Sample, Ben ({suffix})")
    assert (named.name, named.is_guest) == ("Ben Sample", True)


@given(st.text(max_size=300))
def test_any_name_is_read_and_has_a_key(shown: str) -> None:
    named = read_name(shown)
    assert folded_key(named).split(":")[0] == {"person": "name"}.get(named.sort.value, named.sort.value)
    assert bool(named.name) == bool(shown.split())
