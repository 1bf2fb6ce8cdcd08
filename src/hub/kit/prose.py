"""Markdown into HTML that is safe to show: the one place that does it."""

from __future__ import annotations

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "dl", "dt", "em", "h2", "h3", "h4", "h5", "h6", "hr", "i", "kbd",
    "li", "ol", "p", "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_INLINE = {"a", "b", "code", "em", "i", "strong", "s", "del", "sub", "sup", "abbr"}


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])


def to_html(text: str) -> SafeString:
    """Render Markdown as blocks. Raw HTML is shown as text; links get rel="noopener nofollow"; headings start at h2."""
    return cleaned(_parser().render(text))


def cleaned(html: str) -> SafeString:
    """Clean HTML that was made of Markdown elsewhere, as `to_html` does its own; its headings come under those of a page."""
    lowered = html.replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    clean = nh3.clean(lowered, tags=_TAGS, link_rel="noopener nofollow", url_schemes={"http", "https", "mailto"})
    return mark_safe(clean)  # noqa: S308  cleaned on the line above


def to_inline_html(text: str) -> SafeString:
    """Render one line of Markdown without a paragraph around it."""
    html = nh3.clean(
        _parser().renderInline(text), tags=_INLINE, link_rel="noopener nofollow", url_schemes={"http", "https", "mailto"}
    )
    return mark_safe(html)  # noqa: S308  cleaned on the line above


def to_plain(text: str) -> str:
    """Give the words of a line of Markdown without its marks."""
    import html

    return html.unescape(nh3.clean(_parser().renderInline(text), tags=set())).strip()
