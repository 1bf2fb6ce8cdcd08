"""Pictures people upload: read with care, made small, and stripped of everything but what is seen.

A file is what its octets say. It is measured before it is unfolded, cut or fitted, and written anew as WebP: no place and time
of a photograph, no thumbnail of what was cut away, no octet of the original survives.
Sources: lessons, "People"; OWASP, uploads.
"""

from __future__ import annotations

import io
from enum import Enum

from hub.core.errors import Refusal

MOST_OCTETS = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000  # about 160 MB unfolded: more than any camera people carry needs halved
TOO_MANY = "The picture has too many pixels. Save it smaller, and try again."
KNOWN = ("JPEG", "PNG", "WEBP")


class BadPicture(Refusal):
    """The file is no picture we take; the sentence says why."""

    code = "bad-picture"


class Shape(Enum):
    """What a picture becomes: width and height in pixels, and whether it is cut to fill them or fitted into them."""

    PHOTO = (480, 480, True)
    LOGO = (640, 320, False)


def read_picture(data: bytes, shape: Shape) -> bytes:
    """Give a picture as WebP in its shape: turned the way it was held, first frame only, without any of its metadata.

    Raises BadPicture for what is empty, too large, no JPEG, PNG or WebP, or broken.
    """
    from PIL import Image, ImageOps

    if not data:
        raise BadPicture("The file is empty.", field="picture")
    if len(data) > MOST_OCTETS:
        raise BadPicture("The file is larger than 8 MB. Save the picture smaller, and try again.", field="picture")
    width, height, is_cut = shape.value
    try:
        with Image.open(io.BytesIO(data), formats=KNOWN) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise BadPicture(TOO_MANY, field="picture")
            opened.draft("RGB", (width * 2, height * 2))  # a JPEG needs not be unfolded in full
            upright = ImageOps.exif_transpose(opened)
            has_holes = "A" in upright.getbands() or "transparency" in upright.info
            plain = upright.convert("RGBA" if has_holes else "RGB")
    except BadPicture:
        raise
    except Image.DecompressionBombError as no:
        raise BadPicture(TOO_MANY, field="picture") from no
    except Exception as no:  # whatever a decoder trips over, the file is at fault
        raise BadPicture("This is no JPEG, PNG or WebP picture that can be read.", field="picture") from no
    if is_cut:
        made = ImageOps.fit(plain, (width, height))
    else:
        plain.thumbnail((width, height))
        made = plain
    told = io.BytesIO()
    made.save(told, "WEBP", quality=84, method=4)
    return told.getvalue()
