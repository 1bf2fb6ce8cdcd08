"""Words as people read them: of Markdown that was parsed, without its marks, and of things said one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token


def words(tokens: Iterable[Token], *, address: Callable[[str], str] = str) -> str:
    """Give the words of what stands in one line or paragraph: a link as "words (address)", breaks as such.

    `address` may change how a link's address is written.
    """
    said: list[str] = []
    link: tuple[str, list[str]] | None = None  # the address, and the words before it
    for token in tokens:
        if token.type == "link_open":
            link, said = (str(token.attrGet("href") or ""), said), []
        elif token.type == "link_close" and link is not None:
            (href, before), inner = link, "".join(said)
            said, link = [*before, inner if inner == href else f"{inner} ({address(href)})"], None
        else:
            said.append("\n" if token.type in ("softbreak", "hardbreak") else token.content)
    return "".join(said)


def listed(words: Sequence[str], *, most: int | None = None) -> str:
    """Say things one after the other: "a, b and c"; of more than `most` these and how many more: "a, b and 2 more"."""
    if most is not None and len(words) > most:
        words = [*words[:most], f"{len(words) - most} more"]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))
