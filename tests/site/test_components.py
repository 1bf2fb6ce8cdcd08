"""The components of the house, as the gallery shows them, and the tools they are drawn with."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils.html import escape
from django_cotton.compiler_regex import CottonCompiler
from pytest_django.fixtures import Settings

from hub.core.contrast import ratio
from hub.core.plan.model import Kind
from hub.site import icons, sheets
from hub.site.templatetags import hub
from tests.scene import Scene, as_
from tests.site.reading import page, words

HUB = Path(sheets.__file__).resolve().parents[1]
TEMPLATES = sorted(HUB.rglob("templates/**/*.html"))
CSS = HUB / "site" / "static" / "hub" / "css"
POINTERS = ("aria-describedby", "aria-controls", "aria-labelledby", "for", "popovertarget", "data-open-dialog", "list", "form")


def rendered(source: str, **context: object) -> str:
    return Template(CottonCompiler().process(source)).render(Context(context))


def astray(html: str) -> list[str]:
    """Names that stand twice, and pointers to names that stand nowhere."""
    names = Counter(re.findall(r'\sid="([^"]+)"', html))
    twice = [f"twice: {name}" for name, count in names.items() if count > 1]
    pointed = [(pointer, each) for pointer in POINTERS for each in re.findall(rf'\s{pointer}="([^"]+)"', html)]
    return twice + [f"{pointer}={name}" for pointer, value in pointed for name in value.split() if name not in names]


@pytest.mark.django_db
def test_in_the_gallery_every_name_stands_once_and_every_pointer_finds_its_own(settings: Settings) -> None:
    settings.DEMO = True
    assert astray(page(Client(), "/dev/gallery/")) == []


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/practitioners-hub/", "/practitioners-hub/year-plan/", "/me/", "/dev/"])
def test_so_it_is_on_every_page_of_the_shell(scene: Scene, settings: Settings, address: str) -> None:
    settings.DEMO = True
    assert astray(page(as_(scene.mara), address)) == []


@pytest.mark.django_db
def test_the_gallery_shows_every_component(settings: Settings) -> None:
    settings.DEMO = True
    source = (HUB / "site" / "templates" / "site" / "gallery.html").read_text()
    parts = {path.stem.replace("_", "-") for path in (HUB / "site" / "templates" / "components").glob("*.html")}
    assert {part for part in parts if f"<c-{part}" not in source} == set()


def test_one_turns_pages_by_one_part_everywhere() -> None:
    turning = [str(path.relative_to(HUB)) for path in HUB.rglob("*.html") if ".has_previous" in path.read_text()]
    assert turning == ["site/templates/components/pages.html"]


def test_turning_a_page_keeps_what_one_asked_for_and_not_what_was_said_once(rf: RequestFactory) -> None:
    of_three = Paginator(range(9), 3).get_page(2)
    asked = rf.get("/people/", {"q": "ada", "page": "2", "merged": "7"})
    once = '<c-pages :page="page" label="Pages of people" once="merged" />'
    html = rendered(once, page=of_three, request=asked)
    assert re.findall(r'href="([^"]+)"', html) == ["?q=ada&amp;page=1", "?q=ada&amp;page=3"]
    assert words(html) == "Before 2 of 3 After"
    other = '<c-pages :page="page" label="Pages of pairs" key="apart" to="#apart" />'
    html = rendered(other, page=of_three, request=asked)
    assert re.findall(r'href="([^"]+)"', html)[0] == "?q=ada&amp;page=2&amp;merged=7&amp;apart=1#apart"
    assert rendered(once, page=Paginator(range(3), 3).get_page(1), request=asked).strip() == ""


def test_every_icon_a_template_names_is_there() -> None:
    named = re.compile(r"""(?:\{% icon "|\sicon="|<c-icon name=")([a-z0-9-]+)\"""")
    used = {(name, path.name) for path in TEMPLATES for name in named.findall(path.read_text())}
    assert sorted((name, where) for name, where in used if name not in icons.names()) == []


def test_an_icon_is_decoration_unless_it_has_a_word_of_its_own() -> None:
    assert 'aria-hidden="true"' in hub.icon("plus")
    assert 'role="img" aria-label="Add &amp; go"' in hub.icon("plus", "Add & go")
    with pytest.raises(FileNotFoundError):
        hub.icon("no-such-icon")


def pair(name: str, css: str) -> tuple[str, str]:
    """A token's colours by day and by night."""
    found = re.search(rf"{name}:\s*light-dark\((#\w{{6}}), (#\w{{6}})\)", css)
    assert found, name
    return found[1], found[2]


def test_every_kind_of_session_has_its_colour_by_day_and_by_night_and_its_shape() -> None:
    sheet = (CSS / "kinds.css").read_text()
    for kind in Kind:
        found = re.search(rf'\[data-kind="{kind.value}"\][^{{]*\{{(.*?)\}}', sheet, re.DOTALL)
        assert found, kind
        assert "--kind-shape" in found[1]
        ink, wash, shape = (pair(name, found[1]) for name in ("--kind-ink", "--kind-wash", "--kind"))
        for mode, paper in enumerate(pair("--paper", (CSS / "tokens.css").read_text())):
            assert ratio(ink[mode], wash[mode]) >= 4.5, kind
            assert ratio(shape[mode], paper) >= 3, kind


def test_words_of_people_are_escaped_wherever_a_component_puts_them() -> None:
    hostile = '"><script>alert(1)</script>'
    for source in (
        '<c-notice tone="wrong" title="{{ words }}">{{ words }}</c-notice>',
        '<c-badge tone="good">{{ words }}</c-badge>',
        '<c-avatar name="{{ words }}" />',
        '<c-link-button href="{{ words }}">{{ words }}</c-link-button>',
        '<c-empty title="{{ words }}" icon="box">{{ words }}</c-empty>',
        '<c-stepper label="{{ words }}" back="{{ words }}" back_label="{{ words }}" here="{{ words }}" />',
        '<c-progress label="{{ words }}" :earned="1" :possible="1" :total="3" />',
    ):
        html = rendered(source, words=hostile)
        assert "<script" not in html, source
        assert "&lt;script&gt;" in html or 'class="avatar"' in html, source


@pytest.mark.parametrize("name", ["Ada Lindqvist", "Aoife O'Brien", 'Anna "B" Q & A', "<b>", ""])
def test_a_placeholder_is_the_same_by_the_component_and_by_the_tag(name: str) -> None:
    part = rendered('<c-avatar name="{{ name }}" size="small" shape="square" />', name=name)
    assert part.strip() == rendered('{% avatar name size="small" shape="square" %}', name=name).strip()
    assert 'data-size="small" data-shape="square"' in part
    assert f'data-kind="{hub.hue(name)}"' in part
    assert f">{escape(hub.initials(name))}</span>" in part


def test_a_photo_has_its_words_and_what_else_is_said_of_it() -> None:
    source = '<c-avatar name="{{ words }}" photo="photos/a.webp" alt="{{ words }}" id="face" />'
    drawn = rendered(source, words='Ada "by" the sea')
    assert 'src="/pictures/photos/a.webp" alt="Ada &quot;by&quot; the sea"' in drawn
    assert 'id="face"' in drawn
    assert 'alt="&quot;&gt;"' in rendered('{% avatar name "photos/a.webp" alt %}', name="Ada", alt='">')


def test_a_button_says_what_goes_on_while_it_works() -> None:
    button = rendered('<c-button tone="primary" busy="Saving …">Save</c-button>')
    assert 'data-busy="Saving …"' in button
    assert 'data-tone="primary"' in button
    assert 'type="submit"' in button


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Polar Survey", "PS"),
        ("The Office for Statistics", "OS"),
        ("PULSE", "PU"),
        ("Ada", "Ad"),
        ("", "?"),
        ("李 明", "李明"),
        ("—", "—"),
    ],
)
def test_a_name_has_its_letters(name: str, letters: str) -> None:
    assert hub.initials(name).upper() == letters.upper()


def test_one_calls_people_by_the_first_of_their_names() -> None:
    assert [hub.first_name(name) for name in ("Ada Lindqvist", " Ada ", "", "  ")] == ["Ada", "Ada", "", ""]


def test_the_condition_beside_a_duty_is_what_stands_in_its_brackets() -> None:
    assert [hub.bracketed(text) for text in ("M (at least half)", "O", "O (a) (b)", "()")] == ["at least half", "", "a", ""]


def test_a_sheet_takes_in_its_parts_each_in_its_layer_with_their_addresses_set_right() -> None:
    parts = {"css/deep/part.css": 'a { src: url("../../fonts/x.woff2") }', "css/plain.css": "b {}"}
    sheet = '@layer one;\n@import "deep/part.css" layer(one);\n@import "plain.css" layer(two);\n'
    assert sheets.folded(sheet, "css/hub.css", parts.__getitem__) == (
        '@layer one;\n@layer one {\na { src: url("../fonts/x.woff2") }}\n@layer two {\nb {}}\n'
    )


def test_every_part_of_the_sheet_is_there_and_every_part_there_is_is_in_it() -> None:
    named = set(re.findall(r'@import "([^"]+)"', (CSS / "hub.css").read_text()))
    there = {path.relative_to(CSS).as_posix() for path in CSS.rglob("*.css")} - {"hub.css"}
    assert named == there


def test_every_address_in_a_sheet_leads_to_a_file() -> None:
    for path in CSS.rglob("*.css"):
        for address in re.findall(r'url\("(\.[^"]+)"\)', path.read_text()):
            assert (path.parent / address).resolve().is_file(), f"{path.name}: {address}"


def test_every_token_a_sheet_uses_is_set_somewhere() -> None:
    every = [*HUB.rglob("*.css")]
    text = "\n".join(path.read_text() for path in every)
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    assert sorted(used - set(re.findall(r"(--[\w-]+)\s*:", text))) == []
