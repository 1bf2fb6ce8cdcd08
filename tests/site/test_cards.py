"""The pictures pages are shared with."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import hub.site
from hub.core.plan.model import Kind
from hub.site.cards import _HUES, Beats, _fitted, _title, draw_card
from tests.scene import Scene

KINDS_CSS = Path(hub.site.__file__).parent / "static/hub/css/kinds.css"


def opened(octets: bytes) -> Image.Image:
    return Image.open(io.BytesIO(octets))


def test_a_card_is_a_picture_of_the_size_services_cut() -> None:
    card = opened(
        draw_card(over="Hub", title="Cohort 2023", under="June to December 2023", months=[Beats("Jul", (Kind.CAFE,))])
    )
    assert (card.format, card.size) == ("PNG", (1200, 630))


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_is_drawn_in_its_own_colours_as_the_pages_have_them(kind: Kind) -> None:
    rules = re.findall(r'data-kind="([\w-]+)"\][^{]*\{([^}]*)\}', KINDS_CSS.read_text())
    by_kind = {
        name: tuple(re.search(rf"--{part}: light-dark\((#\w+)", body)[1] for part in ("kind", "kind-wash"))  # type: ignore[index]
        for name, body in rules
        if "--kind:" in body
    }
    assert _HUES[kind] == by_kind[kind.value]


@pytest.mark.parametrize("kind", Kind)
def test_a_session_of_each_kind_has_a_card_with_its_shape(kind: Kind) -> None:
    card = opened(draw_card(over="Hub", title="A session", kind=kind)).convert("RGB")
    hue, ground = (tuple(bytes.fromhex(colour[1:])) for colour in _HUES[kind])
    panel = [card.getpixel((x, y)) for x in range(920, 1140, 3) for y in range(205, 425, 3)]

    def near(one: object, other: tuple[int, ...]) -> bool:
        return max(abs(a - b) for a, b in zip(one, other, strict=True)) < 12  # type: ignore[call-overload]

    assert sum(near(each, hue) for each in panel) > len(panel) // 20
    assert sum(near(each, ground) for each in panel) > len(panel) // 20


@given(st.text(max_size=300), st.text(max_size=120), st.text(max_size=80), st.sampled_from([None, *Kind]))
@settings(max_examples=25, deadline=None)
def test_whatever_a_session_is_called_there_is_a_card(title: str, under: str, over: str, kind: Kind | None) -> None:
    assert opened(draw_card(over=over, title=title, under=under, kind=kind)).size == (1200, 630)


def test_a_short_title_is_large_and_a_long_one_is_smaller_and_at_last_cut() -> None:
    assert _title("Cohort 2023", 1032) == (84, ["Cohort 2023"])
    size, lines = _title("Introduction to user journey mapping with everybody who has one to show", 1032)
    assert (size, len(lines)) == (70, 3)
    size, lines = _title("word " * 100, 700)
    assert (size, len(lines), lines[-1][-1]) == (48, 3, "…")


def test_a_line_is_cut_at_a_word() -> None:
    assert _fitted("Six months in which people meet", 34, 400, 330) == "Six months in which…"


@pytest.mark.django_db
def test_the_picture_a_page_names_is_there_and_knows_its_release(client: Client, scene: Scene) -> None:
    programme, cohort = scene.programme.slug, scene.cohort.slug
    session = f"/{programme}/{cohort}/sessions/{scene.session.slug}/"
    for page, card in {
        "/": "/card.png",
        f"/{programme}/": f"/{programme}/card.png",
        f"/{programme}/{cohort}/": f"/{programme}/{cohort}/card.png",
        f"/{programme}/{cohort}/schedule/": f"/{programme}/{cohort}/card.png",
        session: f"{session}card.png",
    }.items():
        named = re.search(r'<meta property="og:image" content="https?://[^/]+([^"]+)"', client.get(page).content.decode())
        assert named is not None, page
        assert named[1] == card
        answer = client.get(card)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
        assert client.get(card, headers={"If-None-Match": answer["ETag"]}).status_code == 304


@pytest.mark.django_db
def test_a_session_nobody_released_has_no_card(client: Client, scene: Scene) -> None:
    assert client.get(f"/{scene.programme.slug}/{scene.cohort.slug}/sessions/never/card.png").status_code == 404
