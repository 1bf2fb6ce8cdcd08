"""Fill a letter: rendered once with marks in place of its variables, then filled for each recipient by putting words there.

What stands for a variable is put into the finished HTML and text, escaped for the place it is in, so that no word can ever
become a mark, a tag or a link of its own, and ten thousand letters cost one rendering.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from hub.core.letters.model import Part, Use, Variable, Words, conditions, read, uses
from hub.core.words import words

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]+")
_WEB = re.compile(r"https?://[^\s\x00-\x20\"<>\\^`{|}]+", re.IGNORECASE)
_GAPS = re.compile(r"\n{3,}")  # where a word was empty
_SPAN = re.compile(r"\b\d\d:\d\d–\d\d:\d\d\b")
_HREF = re.compile(r'(href="[^"]*")')
_MOST_APART = 64  # texts with marks that a letter keeps taken apart: its shapes, in each frame they go out in
_Put = Callable[[int, list[str]], str]
_Piece = str | tuple[_Put, int]  # words as they are, or what puts the word of a number there


class NoWord(LookupError):
    """A variable of the letter has no word: whoever fills it forgot one. A fault of the program, not of a person."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A letter to one person: the subject on one line, plain text, and a fragment of safe HTML."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Rendered:
    """One shape of a letter (which conditions hold): subject, text and HTML with marks in place of variables."""

    subject: str
    text: str
    html: str


class Letter:
    """A letter ready to be filled. `known` says of what kind each variable is; what is unknown is taken for text."""

    def __init__(self, subject: str, body: str, known: Mapping[str, Variable]) -> None:
        """Read the letter. It should have been checked: what can't be understood is left out."""
        self._subject, self._body = read(subject, first_line=0).root, read(body).root
        names = [name for root in (self._subject, self._body) for name, _ in uses(root)]
        self.names = tuple(dict.fromkeys(names))
        self._deciding = tuple(dict.fromkeys([*conditions(self._subject), *conditions(self._body)]))
        self._kinds = {name: known[name].kind if name in known else "text" for name in self.names}
        self._mark = _unused_mark(subject + body)
        self._found = re.compile(rf"https://{self._mark}(\d+)x\.invalid|{self._mark}(\d+)([xu])")
        self._alone = re.compile(rf"<p>{self._mark}(\d+)x</p>")
        self._shapes: dict[tuple[bool, ...], _Rendered] = {}
        self._apart: dict[tuple[str, str], list[_Piece]] = {}

    def fill(self, words: Mapping[str, str]) -> Filled:
        """Fill the letter with words, which are untrusted text. Raises NoWord where a variable has none."""
        subject, text = self.fill_text(words)
        return Filled(subject, text, self.put_html(self._shape(words).html, words))

    def fill_text(self, words: Mapping[str, str]) -> tuple[str, str]:
        """Give subject and plain text only. Raises NoWord where a variable has none."""
        shape, texts = self._shape(words), self._words(words)
        subject = self._put(shape.subject, texts, self._split_subject)
        return one_line(subject), _GAPS.sub("\n\n", self._put(shape.text, texts, self._split_text))

    def html_with_marks(self, words: Mapping[str, str]) -> str:
        """Give the HTML of the shape these words have, marks still in it: to be dressed once, then filled by `put_html`."""
        return self._shape(words).html

    def put_html(self, html: str, words: Mapping[str, str]) -> str:
        """Put words into HTML with marks, each escaped for where it stands: in a link's address, or between tags."""
        return self._put(html, self._words(words), self._split_html)

    def _put(self, text: str, words: list[str], split: Callable[[str], list[_Piece]]) -> str:
        """Put words between the pieces of a text with marks. It is taken apart once, for all who get it."""
        pieces = self._apart.get((split.__name__, text))
        if pieces is None:
            if len(self._apart) >= _MOST_APART:
                self._apart.clear()
            pieces = self._apart[split.__name__, text] = split(text)
        return "".join([each if isinstance(each, str) else each[0](each[1], words) for each in pieces])

    def _split(self, text: str, put: _Put) -> list[_Piece]:
        pieces: list[_Piece] = []
        at = 0
        for found in self._found.finditer(text):
            pieces += [text[at : found.start()], (self._in_address if found.group(3) == "u" else put, _number(found))]
            at = found.end()
        return [*pieces, text[at:]]

    def _split_subject(self, text: str) -> list[_Piece]:
        return self._split(text, self._as_it_is)

    def _split_text(self, text: str) -> list[_Piece]:
        return self._split(text, self._in_text)

    def _split_html(self, html: str) -> list[_Piece]:
        pieces: list[_Piece] = []
        for at, piece in enumerate(_HREF.split(html)):
            if at % 2:
                pieces += self._split(piece, self._in_href)
                continue
            for number, between in enumerate(self._alone.split(piece)):
                pieces += [(self._listed, int(between))] if number % 2 else self._split(between, self._inline)
        return pieces

    def _shape(self, words: Mapping[str, str]) -> _Rendered:
        key = tuple(bool(self._word(name, words).strip()) for name in self._deciding)
        if key not in self._shapes:
            holds = dict(zip(self._deciding, key, strict=True))
            self._shapes[key] = self._render(holds)
        return self._shapes[key]

    def _render(self, holds: Mapping[str, bool]) -> _Rendered:
        subject = "".join(self._marked(self._subject, holds, is_subject=True))
        body = "".join(self._marked(self._body, holds, is_subject=False))
        tokens = _parser().parse(body)
        in_address = re.compile(rf"({self._mark}\d+)x")
        text = as_text(tokens, address=lambda href: in_address.sub(r"\1u", href) if ".invalid" not in href else href)
        return _Rendered(subject, text, _as_html(tokens))

    def _marked(self, part: Part, holds: Mapping[str, bool], *, is_subject: bool) -> Iterable[str]:
        before = ""
        for piece in part.pieces:
            if isinstance(piece, Words):
                before = piece.text
                yield piece.text
            elif isinstance(piece, Use):
                mark = f"{self._mark}{self.names.index(piece.name)}x"
                if self._kinds[piece.name] != "url" or is_subject:
                    yield mark
                else:
                    is_led_to = before.rstrip("< ").endswith("(")
                    yield f"https://{mark}.invalid" if is_led_to else f"<https://{mark}.invalid>"
            elif holds.get(piece.name):
                yield from self._marked(piece, holds, is_subject=is_subject)

    def _words(self, words: Mapping[str, str]) -> list[str]:
        return [_of_kind(self._word(name, words), self._kinds[name]) for name in self.names]

    def _word(self, name: str, words: Mapping[str, str]) -> str:
        try:
            return words[name]
        except KeyError as missing:
            raise NoWord(name) from missing

    def _as_it_is(self, number: int, words: list[str]) -> str:
        return words[number]

    def _in_text(self, number: int, words: list[str]) -> str:
        if self._kinds[self.names[number]] != "lines":
            return words[number]
        return "\n".join(f"• {line}" for line in words[number].split("\n") if line)

    def _in_address(self, number: int, words: list[str]) -> str:
        return quote(words[number], safe="")

    def _in_href(self, number: int, words: list[str]) -> str:
        if self._kinds[self.names[number]] == "url":
            return escape(words[number]) or "#"
        return escape(quote(words[number], safe=""))

    def _listed(self, number: int, words: list[str]) -> str:
        if self._kinds[self.names[number]] != "lines":
            return f"<p>{_said(words[number])}</p>"
        lines = [line for line in words[number].split("\n") if line]
        return f"<ul>{''.join(f'<li>{_said(line)}</li>' for line in lines)}</ul>" if lines else ""

    def _inline(self, number: int, words: list[str]) -> str:
        return _said(words[number]).replace("\n", "<br>")


def _said(word: str) -> str:
    """Give a word as HTML; a span of time, "15:00–17:00", stays on one line, where its dash would let it break."""
    return _SPAN.sub(r'<span style="white-space: nowrap">\g<0></span>', escape(word))


def one_line(text: str) -> str:
    """Give text on one line, without control characters: nothing in it can end a header and begin another."""
    return _BREAKS.sub(" ", text).strip()


def as_text(tokens: Iterable[Token], *, address: Callable[[str], str] = str) -> str:
    """Give Markdown that was parsed as plain text: paragraphs apart, list items with bullets, a link as "words (address)".

    A row of a table is a line, its cells with " | " between them. `address` may change how a link's address is written.
    """
    blocks: list[str] = []
    lists: list[int | None] = []
    bullet = ""
    follows_item = False
    table: list[list[str]] | None = None
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
            follows_item = follows_item and bool(lists)
        elif token.type == "list_item_open":
            number = lists[-1]
            bullet = "  " * (len(lists) - 1) + ("• " if number is None else f"{number}. ")
            lists[-1] = None if number is None else number + 1
        elif token.type == "table_open":
            table = []
        elif token.type == "tr_open" and table is not None:
            table.append([])
        elif token.type == "table_close" and table is not None:
            blocks.append("\n".join(" | ".join(cells).rstrip() for cells in table))
            table, follows_item = None, False
        elif token.type == "inline":
            said = words(token.children or (), address=address)
            if table is not None:
                table[-1].append(said)
                continue
            if not lists:
                blocks.append(said)
                continue
            item, bullet = (bullet or "  " * len(lists)) + said, ""
            if follows_item:
                blocks[-1] += f"\n{item}"
            else:
                blocks.append(item)
            follows_item = True
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content.rstrip("\n"))
        elif token.type == "hr":
            blocks.append("—" * 3)
    return "\n\n".join(blocks)


def _as_html(tokens: list[Token]) -> str:
    parser = _parser()
    return str(parser.renderer.render(tokens, parser.options, {})).strip()


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Raw HTML is shown as text, javascript: is no address, and there are no pictures: the parser sees to all three.
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")


def _number(found: re.Match[str]) -> int:
    return int(found.group(1) or found.group(2))


def _of_kind(word: str, kind: str) -> str:
    if kind == "url":
        return word if _WEB.fullmatch(word) else ""
    if kind == "lines":
        return "\n".join(filter(None, (one_line(line) for line in word.split("\n"))))
    return one_line(word)


def _unused_mark(text: str) -> str:
    """Give letters that stand nowhere in a text, so that no word of it is taken for a variable."""
    lower = text.lower()
    return next(mark for n in range(len(text) + 2) if (mark := f"zq{'v' * n}hub") not in lower)
