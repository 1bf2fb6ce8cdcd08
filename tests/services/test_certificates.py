"""A certificate is a tagged PDF that says its facts as they were given, whatever was written in them."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from hub.core.certificates import CertificateFacts, Promise, Signer
from hub.services.certificates import NoLetters, certificate_pdf, certificate_png

FACTS = CertificateFacts(
    programme="The Practitioners Hub",
    cohort="Cohort 2024",
    name="Ada Lindqvist",
    organisation="British Antarctic Survey",
    began_on=date(2024, 9, 4),
    ended_on=date(2025, 2, 26),
    issued_on=date(2025, 3, 5),
    promises=(
        Promise(promised="Cafés: half of 11, which is 6", done="8 attended"),
        Promise(promised="Case study", done="1 published"),
    ),
    signed_by=(Signer(name="Mara Okafor", role="Programme lead"), Signer(name="Theo Brandt")),
    address="https://hub.example.org/certificates/7KQ2-M4XR-9TDW",
    code="7KQ2-M4XR-9TDW",
)


def read(facts: CertificateFacts) -> PdfReader:
    return PdfReader(io.BytesIO(certificate_pdf(facts)))


def words(facts: CertificateFacts) -> str:
    text = "\n".join(page.extract_text() for page in read(facts).pages)
    return " ".join(text.replace("\u200b", "").split())


def test_it_says_who_did_what_when_and_who_signs() -> None:
    assert words(FACTS) == (
        "The Practitioners Hub Cohort 2024 Certificate of participation Ada Lindqvist British Antarctic Survey took part in "
        "the programme as an Expert in Residence, from 4 September 2024 to 26 February 2025. Given on 5 March 2025. "
        "What was promised, and what was done Promised Done Cafés: half of 11, which is 6 8 attended Case study 1 published "
        "Mara Okafor Programme lead Theo Brandt See that this is true: "
        "hub.example.org/certificates/7KQ2-M4XR-9TDW 7KQ2-M4XR-9TDW"
    )


def test_what_is_not_known_is_not_there() -> None:
    assert words(replace(FACTS, organisation="", role="", promises=(), signed_by=())) == (
        "The Practitioners Hub Cohort 2024 Certificate of participation Ada Lindqvist took part in the programme, "
        "from 4 September 2024 to 26 February 2025. Given on 5 March 2025. "
        "See that this is true: hub.example.org/certificates/7KQ2-M4XR-9TDW 7KQ2-M4XR-9TDW"
    )


def tags(node: object) -> list[str]:
    """Give the names of the structure tree from the top down."""
    node = node.get_object()  # type: ignore[attr-defined]
    if not isinstance(node, DictionaryObject):
        return [each for kid in node for each in tags(kid)] if isinstance(node, list) else []
    here = [str(node["/S"])] if "/S" in node else []
    return here + (tags(node["/K"]) if "/K" in node else [])


def test_it_is_pdf_ua_1_with_title_language_tags_and_words_for_the_picture() -> None:
    pdf = read(FACTS)
    root = pdf.trailer["/Root"].get_object()
    assert isinstance(root, DictionaryObject)
    xmp = root["/Metadata"].get_object().get_data().decode()  # type: ignore[attr-defined]
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en-GB", True)  # type: ignore[index]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] is not False  # type: ignore[index]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Certificate of participation: Ada Lindqvist, The Practitioners Hub"
    names = tags(root["/StructTreeRoot"])
    assert [names.count(tag) for tag in ("/H1", "/H2", "/Table", "/TH", "/TR", "/Figure", "/Link")] == [1, 1, 1, 2, 3, 1, 1]
    assert b"QR code that leads to https://hub.example.org/certificates/7KQ2-M4XR-9TDW" in alt_texts(root["/StructTreeRoot"])


def alt_texts(node: object) -> set[bytes]:
    node = node.get_object()  # type: ignore[attr-defined]
    if isinstance(node, list):
        return {each for kid in node for each in alt_texts(kid)}
    if not isinstance(node, DictionaryObject):
        return set()
    here = {str(node["/Alt"]).encode()} if "/Alt" in node else set()
    return here | (alt_texts(node["/K"]) if "/K" in node else set())


def test_equal_facts_make_equal_octets_and_the_date_is_that_of_issue() -> None:
    assert certificate_pdf(FACTS) == certificate_pdf(replace(FACTS))
    assert read(FACTS).metadata["/CreationDate"] == "D:20250305000000Z"  # type: ignore[index]


@pytest.mark.parametrize(
    "name",
    [
        '#{}[]$ *Ada* _x_ `y` // <a> @b \\ "q" = - + ~ ^ /* c */',
        '#panic("no") #sys.inputs #read("/etc/passwd")',
        "Ελένη Иван Çelik Łukasz Nguyễn Thị Ðorđe",
        "李小龙 山田あおい 김민준",
        "José\u0301",
        "María de los Ángeles Fernández-Villaverde y Sánchez-Carrión de la Torre von Hohenlohe-Langenburg " * 3,
        "W" * 300,
    ],
)
def test_a_name_is_text_whatever_stands_in_it(name: str) -> None:
    said = words(replace(FACTS, name=name)).replace(" ", "")
    assert unicodedata.normalize("NFC", name).replace(" ", "") in said


@pytest.mark.parametrize("name", ["محمد", "דוד", "आरती", "สมชาย", "অমর্ত্য", "ਗੁਰਪ੍ਰੀਤ", "தமிழ்", "Արամ", "გიორგი"])
def test_names_in_other_scripts_have_letters_on_paper(name: str) -> None:
    letters = words(replace(FACTS, name=name, signed_by=())).split("participation ")[1].split(" British")[0]
    assert set(letters.replace(" ", "")) == set(name)  # an extractor may give them in the order they are drawn in


def test_emoji_and_what_cannot_be_seen_are_left_out() -> None:
    plain = certificate_pdf(FACTS)
    assert certificate_pdf(replace(FACTS, name="\u202eAda\x00 \t\n Lindqvist 🎉👩🏽‍🔬\ufe0f".replace("\u200d", ""))) == plain


def test_a_script_without_letters_is_refused_by_its_letter() -> None:
    with pytest.raises(NoLetters) as no:
        certificate_pdf(replace(FACTS, name="𓀀"))
    assert no.value.sentence == "We have no letters to print “𓀀”. Write this in another script for the certificate."


def test_a_long_list_goes_on_to_a_second_page() -> None:
    many = tuple(Promise(promised=f"Promise {number}", done="done") for number in range(40))
    assert len(read(replace(FACTS, promises=many)).pages) > 1
    assert "Promise 39" in words(replace(FACTS, promises=many))


def test_a_strange_colour_and_language_do_not_stop_it() -> None:
    assert words(replace(FACTS, colour='red") #panic(', language="en")) == words(FACTS)


def test_it_can_be_looked_at_as_a_picture() -> None:
    assert certificate_png(FACTS, dots_per_inch=40).startswith(b"\x89PNG")


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_printed_or_refused(name: str, promised: str) -> None:
    try:
        assert certificate_pdf(replace(FACTS, name=name, promises=(Promise(promised=promised, done=""),))).startswith(b"%PDF-")
    except NoLetters as no:
        assert no.field == "name"
