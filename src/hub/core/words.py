"""The words of Markdown that was parsed, without its marks: for calendars, and for mail as plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
