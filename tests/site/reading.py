"""Read a page as somebody meets it who does not see its markup."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client


def page(client: Client, address: str, *, status: int = 200) -> str:
    """The HTML at an address, which must answer with this status."""
    answer = client.get(address)
    assert (answer.status_code, address) == (status, address)
    return answer.content.decode()


def words(html: str) -> str:
    """The words of a piece of HTML; of a whole page, those of its main part."""
    main = html[html.index("<main") : html.index("</main>")] if "<main" in html else html
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def each(html: str, tag: str) -> list[str]:
    """The words of each element of this tag."""
    return [words(found) for found in re.findall(rf"<{tag}[\s>].*?</{tag}>", html, re.DOTALL)]


def links(html: str) -> list[str]:
    """Every address a page leads to, fragments left out, in order and once."""
    found = re.findall(r'<a\s[^>]*?href="([^"#][^"#]*)', html)
    return list(dict.fromkeys(unescape(address) for address in found))
