"""The icons, as marks to stand in a page. Drawn by Lucide (icons/LICENSE-lucide.txt); only those in use are kept here."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "icons"
_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@cache
def drawing(name: str) -> str:
    """Give what is inside an icon's <svg>. Raises FileNotFoundError for an icon that is not kept."""
    found = _DRAWING.search((_FOLDER / f"{name}.svg").read_text(encoding="utf-8"))
    assert found, f"{name}.svg holds no drawing"
    return re.sub(r"\s+", " ", found[1]).replace("> <", "><").strip()


def names() -> list[str]:
    """Give the name of each icon there is, in order."""
    return sorted(path.stem for path in _FOLDER.glob("*.svg"))
