"""Pictures are read with care: whatever the octets are, there is a small WebP without metadata, or a sentence."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hub.services.pictures import MOST_OCTETS, BadPicture, Shape, read_picture


def a_picture(form: str = "PNG", size: tuple[int, int] = (900, 600), colour: str = "teal", **more: object) -> bytes:
    told = io.BytesIO()
    Image.new("RGB", size, colour).save(told, form, **more)
    return told.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_photo_becomes_a_square_webp(form: str) -> None:
    made = opened(read_picture(a_picture(form), Shape.PHOTO))
    assert (made.format, made.size) == ("WEBP", (480, 480))


def test_a_logo_keeps_its_shape_and_its_holes() -> None:
    told = io.BytesIO()
    Image.new("RGBA", (1200, 300), (0, 0, 0, 0)).save(told, "PNG")
    made = opened(read_picture(told.getvalue(), Shape.LOGO))
    assert (made.size, made.mode) == ((640, 160), "RGBA")


def test_where_and_when_a_photograph_was_taken_is_taken_out_and_it_stands_upright() -> None:
    photograph = Image.new("RGB", (600, 900), "red")
    photograph.paste("blue", (0, 0, 600, 450))
    facts = photograph.getexif()
    facts[0x0112] = 3  # held upside down
    facts[0x010E] = "At home in Cambridge"
    facts.get_ifd(0x8825)[1] = "N"
    told = io.BytesIO()
    photograph.save(told, "JPEG", exif=facts, comment=b"qzxv a secret")
    made = read_picture(told.getvalue(), Shape.PHOTO)
    shown = opened(made)
    assert dict(shown.getexif()) == {}
    assert b"Cambridge" not in made
    assert b"qzxv" not in made
    red, _, blue = shown.convert("RGB").getpixel((240, 20))  # type: ignore[misc]
    assert red > 200 > blue


def a_bomb() -> bytes:
    """A PNG of a few kilobytes that says it has a thousand million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 40_000, 25_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(2_000_000))) + chunk(b"IEND", b"")


def a_text_bomb() -> bytes:
    """A PNG with a comment of many megabytes, packed small."""
    plain = a_picture(size=(10, 10))
    body = b"Comment\x00\x00" + zlib.compress(bytes(200_000_000))
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    return plain[:33] + chunk + plain[33:]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"GIF89a" + bytes(40), "no JPEG, PNG or WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "no JPEG, PNG or WebP"),
        (b"<!doctype html><script>alert(1)</script>", "no JPEG, PNG or WebP"),
        (b"%PDF-1.7", "no JPEG, PNG or WebP"),
        (a_picture()[:200], "no JPEG, PNG or WebP"),
        (a_picture("GIF"), "no JPEG, PNG or WebP"),
        (b"\xff" * (MOST_OCTETS + 1), "larger than 8 MB"),
        (a_bomb(), "too many pixels"),
        (a_text_bomb(), "no JPEG, PNG or WebP"),
    ],
    ids=["empty", "gif", "svg", "html", "pdf", "cut off", "real gif", "large", "bomb", "text bomb"],
)
def test_what_is_no_picture_we_take_is_refused_with_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(BadPicture, match=said) as refused:
        read_picture(data, Shape.PHOTO)
    assert refused.value.field == "picture"


def test_a_page_in_a_pictures_clothes_does_not_survive() -> None:
    polyglot = a_picture("JPEG") + b"<script>alert(1)</script>"
    assert b"script" not in read_picture(polyglot, Shape.PHOTO)


@settings(max_examples=80)
@given(
    st.binary(max_size=400), st.sampled_from([a_picture("JPEG"), a_picture("PNG"), a_picture("WEBP"), b""]), st.integers(0, 400)
)
def test_damaged_pictures_give_a_picture_or_a_refusal_and_nothing_else(noise: bytes, picture: bytes, at: int) -> None:
    try:
        made = read_picture(picture[:at] + noise + picture[at + len(noise) :], Shape.PHOTO)
    except BadPicture:
        return
    assert opened(made).size == (480, 480)
