"""Certificates of participation as PDF/UA-1: the facts of one in, its octets out, set with Typst.

What people wrote goes in as data and is only ever shown as text. Letters come from the files beside this one and from nowhere
else, so that the same facts make the same octets on every machine.
Sources: issue 5, item 3; ISO 14289-1 (PDF/UA-1).
"""

from __future__ import annotations

import io
import json
import re
import unicodedata
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from hub.core.calendar import say_date
from hub.core.certificates import CertificateFacts
from hub.core.errors import Refusal

if TYPE_CHECKING:
    import typst

_HERE = Path(__file__).parent
# In this order a letter is looked for; what none has is refused, for PDF/UA knows no empty boxes.
_FONTS = (
    "Inter",
    "Noto Sans Hebrew",
    "Noto Sans Arabic",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Gurmukhi",
    "Noto Sans Tamil",
    "Noto Sans Thai",
    "Noto Sans Armenian",
    "Noto Sans Georgian",
    "Droid Sans Fallback",
)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_MISSING = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_STANDARD: list[typst.PDFStandard] = ["ua-1"]


class NoLetters(Refusal):
    """A text of the certificate is in letters we cannot print."""

    code: ClassVar[str] = "no-letters"


def certificate_pdf(facts: CertificateFacts) -> bytes:
    """Give the certificate as a tagged PDF (PDF/UA-1), A4 landscape; equal facts give equal octets.

    Emoji and characters that cannot be seen are left out. Raises NoLetters for a script none of our fonts has.
    """
    import typst

    try:
        return typst.compile(
            _HERE / "certificate.typ",
            root=_HERE,
            font_paths=_fonts(),
            format="pdf",
            sys_inputs={"facts": json.dumps(_data(facts), ensure_ascii=False)},
            pdf_standards=_STANDARD,
            timestamp=datetime.combine(facts.issued_on, time(), UTC),
        )
    except typst.TypstError as no:
        missing = _MISSING.search(str(no))
        if missing is None:
            raise
        raise NoLetters(
            f"We have no letters to print “{missing[1]}”. Write this in another script for the certificate.", field="name"
        ) from no


def certificate_png(facts: CertificateFacts, *, dots_per_inch: int = 96) -> bytes:
    """Give the certificate's first page as a picture, to look at before it is given."""
    import typst

    made: Any = typst.compile(  # its types forget that several pages come as a list
        _HERE / "certificate.typ",
        root=_HERE,
        font_paths=_fonts(),
        format="png",
        ppi=dots_per_inch,
        sys_inputs={"facts": json.dumps(_data(facts), ensure_ascii=False)},
    )
    return bytes(made[0] if isinstance(made, list) else made)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_HERE / "fonts"])


def _data(facts: CertificateFacts) -> dict[str, Any]:
    programme, cohort, name = _shown(facts.programme), _shown(facts.cohort), _shown(facts.name) or "–"
    language, _, region = facts.language.partition("-")
    role = _shown(facts.role)
    span = f"from {_day(facts.began_on)} to {_day(facts.ended_on)}"
    signers = [{"name": _shown(each.name), "role": _shown(each.role)} for each in facts.signed_by]
    return {
        "title": f"Certificate of participation: {name}, {programme}",
        "summary": f"{name} took part in {programme}, {cohort}, {span}. Code {facts.code}.",
        "programme": programme,
        "cohort": cohort,
        "name": name,
        "organisation": _shown(facts.organisation),
        "sentence": f"took part in the programme{f' as {_a(role)} {role}' if role else ''}, {span}.",
        "promises": [{"promised": _shown(each.promised), "done": _shown(each.done)} for each in facts.promises],
        "signers": [each for each in signers if each["name"]],
        "given": f"Given on {_day(facts.issued_on)}.",
        "issued": {"year": facts.issued_on.year, "month": facts.issued_on.month, "day": facts.issued_on.day},
        "address": facts.address,
        "shown_address": facts.address.partition("://")[2] or facts.address,
        "code": _shown(facts.code),
        "qr": _qr(facts.address),
        "qr_alt": f"QR code that leads to {facts.address}",
        "colour": facts.colour if _COLOUR.fullmatch(facts.colour) else "#0f766e",
        "lang": language.lower() or "en",
        "region": region.upper() if re.fullmatch(r"[A-Za-z]{2}", region) else "GB",
        "fonts": list(_FONTS),
    }


def _day(day: date) -> str:
    return say_date(day, weekday=False).replace(" ", "\u00a0")


def _a(word: str) -> str:
    return "an" if word[:1].casefold() in "aeiou" else "a"


def _shown(text: str) -> str:
    """Give a text on one line, of what can be seen: no control characters, no private ones, no emoji."""
    kept = (char for char in unicodedata.normalize("NFC", text) if not _is_unseen(char))
    return " ".join("".join(kept).split())


def _is_unseen(char: str) -> bool:
    kind = unicodedata.category(char)
    if kind == "So":
        return char > "\u2190"
    is_joiner = char in "\u200c\u200d"  # they shape words of Persian and of Indian scripts
    return (
        (kind in ("Cc", "Cf", "Cn", "Co", "Cs") and not char.isspace() and not is_joiner)
        or "\ufe00" <= char <= "\ufe0f"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0100" <= char <= "\U000e01ef"
    )


def _qr(address: str) -> str:
    import segno

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, dark="#1c1a17", xmldecl=False, svgns=True)
    return out.getvalue().decode()
