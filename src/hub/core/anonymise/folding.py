r"""Notes as names are looked for in them: letters as they are compared, each with where it stands.

Case, accents, full-width letters, entities, percent signs of addresses, emphasis, soft hyphens, zero-width characters and the
words' own joints ("AdaLovelace", "ada-lovelace", "Ada\u00a0Lovelace") make no difference.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"})
_ENTITY = r"&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_PIECE = re.compile(
    rf"(?P<entity>{_ENTITY})|(?P<percent>(?:%[0-9A-Fa-f]{{2}})+)|(?P<plain>[A-Za-z]+)|(?P<gap>[ \n.,]+)|(?P<one>.)", re.DOTALL
)
SKIPPED = re.compile(
    r"(?<=\])\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|(?<=\])\[[^\]\n]*\]|\[\^[^\]\s]{1,40}\]|<!--.*?-->|</?[A-Za-z][^<>\n]*>",
    re.DOTALL,
)
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ALONE = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR")


@dataclass(slots=True)
class Token:
    """A run of letters without a joint in it. `is_glued`: it follows a letter at once ("Ada|Lovelace")."""

    letters: str
    start: int
    end: int
    is_glued: bool
    is_capital: bool
    is_alone: bool = False  # of a script that is written without spaces


def tokens(text: str, *, rendered: bool = False, without: Sequence[tuple[int, int]] = ()) -> list[Token]:
    """Read a text as tokens; `rendered` leaves out what a reader of the page does not see: link targets, tags, comments.

    No word and no name goes on across a range of `without`.
    """
    made: list[Token] = []
    skips = _skips(text) if rendered else []
    walls = {start for start, _ in without}
    skips = sorted([*skips, *without])
    at = 0
    for start, end in [*skips, (len(text), len(text))]:
        if at < start:
            _read(text, at, start, made)
        if start in walls:
            made.append(Token("\0", start, end, is_glued=False, is_capital=False))
        at = max(at, end)
    return made


def _skips(text: str) -> list[tuple[int, int]]:
    """Give what a reader does not see; past the last end of a comment there is none, and none is looked for again and again."""
    last = text.rfind("-->") + 3 if "-->" in text else 0
    spans = [each.span() for each in SKIPPED.finditer(text, 0, last)]
    at = max(last, spans[-1][1] if spans else 0)
    return spans + [each.span() for each in SKIPPED.finditer(text.replace("<!--", "<!  "), at)]


def joined(name: str) -> str:
    """Give a name's letters as they are compared, without any joint."""
    return "".join(each.letters for each in tokens(name))


def _read(text: str, at: int, end: int, made: list[Token]) -> None:
    is_open = False  # the last token may go on
    while at < end:
        found = _PIECE.match(text, at, end)
        if found is None:
            return
        at = found.end()
        start, kind = found.start(), found.lastgroup
        if kind == "gap":
            is_open = False
        elif kind == "plain":
            for number, hump in enumerate(_HUMPS.finditer(found[0])):
                word = hump[0]
                goes_on = is_open and number == 0 and (not word[0].isupper() or not text[start - 1].islower())
                _put(
                    made,
                    word.casefold(),
                    start + hump.start(),
                    start + hump.end(),
                    goes_on=goes_on,
                    is_capital=word[0].isupper(),
                )
            is_open = True
        else:
            chars = found[0]
            if kind == "entity":
                chars = html.unescape(chars)
            elif kind == "percent":
                chars = unquote(chars, errors="replace")
                if "\ufffd" in chars:
                    at, is_open = start + 1, False
                    continue
            for char in chars:
                letters, is_split, is_alone, is_capital = _folded(char)
                if letters:
                    _put(made, letters, start, at, goes_on=is_open and not is_alone, is_capital=is_capital, is_alone=is_alone)
                    is_open = not is_alone
                elif is_split:
                    is_open = False


def _put(
    made: list[Token], letters: str, start: int, end: int, *, goes_on: bool, is_capital: bool, is_alone: bool = False
) -> None:
    last = made[-1] if made else None
    if goes_on and last is not None and last.letters[-1].isdigit() == letters[0].isdigit() and not last.is_alone:
        last.letters += letters
        last.end = end
    else:
        made.append(Token(letters, start, end, last is not None and last.end == start, is_capital, is_alone))


@lru_cache(maxsize=8192)
def _folded(char: str) -> tuple[str, bool, bool, bool]:
    """Give a character's letters, whether it is a joint, whether it stands alone, and whether it is large or knows no size."""
    if unicodedata.combining(char):
        return "", False, False, False
    wide = unicodedata.normalize("NFKC", char)
    small = wide.casefold().translate(_LETTERS)
    bare = "".join(each for each in unicodedata.normalize("NFKD", small) if not unicodedata.combining(each)).translate(_LETTERS)
    letters = "".join(each for each in bare if each.isalnum())
    if not letters:
        return "", True, False, False
    is_alone = unicodedata.name(char, "").startswith(_ALONE)
    return letters, False, is_alone, wide[:1].isupper() or wide.lower() == wide.upper()


@dataclass(slots=True)
class Clean:
    """A text without what cannot be seen and without emphasis, and where each of its characters begins and ends in the text."""

    text: str
    starts: list[int]
    ends: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the place in the text of a place in the clean one."""
        return self.starts[start], self.ends[end - 1]


_PLAINLY = re.compile(r"[^&*~`\\\x80-\U0010ffff]+")


def clean(text: str) -> Clean:
    """Clean a text for patterns of numbers and addresses; ends of line stay."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    entity = re.compile(_ENTITY)
    at = 0
    while at < len(text):
        plain = _PLAINLY.match(text, at)
        if plain is not None:
            chars.append(plain[0])
            starts += range(at, plain.end())
            ends += range(at + 1, plain.end() + 1)
            at = plain.end()
            continue
        found = entity.match(text, at)
        end = found.end() if found else at + 1
        for char in html.unescape(found[0]) if found else text[at]:
            if char in "*~`\\" or unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f":
                continue
            for made in unicodedata.normalize("NFKC", char):
                chars.append(" " if made.isspace() and char != "\n" else made)
                starts.append(at)
                ends.append(end)
        at = end
    return Clean("".join(chars), starts, ends)
