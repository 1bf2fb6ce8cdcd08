"""Read a page as a browser does that wants to run things: what in it could be a program, or lead to one."""

from __future__ import annotations

from html.parser import HTMLParser

DATA = {"application/json", "application/ld+json"}
ADDRESSES = {
    "href", "src", "action", "formaction", "data", "poster", "srcset", "cite", "background", "ping", "manifest", "xlink:href",
    "hx-get", "hx-post", "hx-put", "hx-delete", "hx-patch", "hx-push-url", "hx-replace-url",
}  # fmt: skip
SCHEMES = ("javascript:", "vbscript:", "data:", "file:", "blob:", "filesystem:")
FORBIDDEN = {"iframe", "object", "embed", "applet", "base", "frame", "frameset", "style", "math", "foreignobject", "animate", "set", "marquee", "portal"}  # fmt: skip
OURS = ("http://localhost:8000", "http://testserver", "webcal://localhost:8000")


class Page(HTMLParser):
    """Every element with its attributes, and the words between them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name.lower(): value or "" for name, value in attrs}))

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def scheme_of(address: str) -> str:
    """The address without what a browser throws away before it looks at the scheme."""
    return "".join(character for character in address if character > " " and character != "\x7f").lower()


def programs(html: str) -> list[str]:
    """Everything in a page that is, or leads to, a program or a style of somebody else's; empty for a page that is clean."""
    found = []
    for tag, attributes in Page(html).elements:
        shown = f"<{tag} {attributes}>"[:200]
        is_data = attributes.get("type", "") in DATA
        is_ours = attributes.get("src", "").startswith("/static/")
        if tag == "script" and not is_data and not is_ours:
            found.append(shown)
        if tag in FORBIDDEN or (tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh"):
            found.append(shown)
        if tag == "link" and attributes.get("rel") in ("stylesheet", "import", "preload", "modulepreload"):
            found += (
                []
                if attributes.get("href", "").startswith(("/static/", "/")) and not attributes["href"].startswith("//")
                else [shown]
            )
        if any(name.startswith(("on", "hx-on")) or (name in ("style", "srcdoc", "data-hx-on", "hx-vals", "hx-headers") and not is_plain(name, value))
               for name, value in attributes.items()):  # fmt: skip
            found.append(shown)
        for name in ADDRESSES & attributes.keys():
            address = scheme_of(attributes[name])
            is_picture = tag == "img" and address.startswith("data:image/")  # a picture runs nothing, an SVG neither
            if address.startswith(SCHEMES) and not is_picture:
                found.append(shown)
    return found


def is_plain(name: str, value: str) -> bool:
    """Whether an attribute of htmx that could hold a program holds data."""
    return name in ("hx-vals", "hx-headers") and not value.startswith(("js:", "javascript:"))


def third_parties(html: str) -> list[dict[str, str]]:
    """The links of a page that leave the Hub."""
    links = [attributes for tag, attributes in Page(html).elements if tag in ("a", "area", "form")]
    return [each for each in links if each.get("href", each.get("action", "")).startswith(("http", "//")) and not each["href"].startswith(OURS)]  # fmt: skip
