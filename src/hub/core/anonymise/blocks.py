"""The blocks of Markdown notes: which lines a 🤫 takes with it, and where people signed in.

Lines are read as they stand, not parsed into a tree: notes typed by many hands are seldom sound Markdown; in doubt more goes.
Sources: domain research, café notes ("🤫 = do not include in the public archive"; sign-in line "name + pronouns + icebreaker").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from hub.core.anonymise.model import Found, Why

MARK = re.compile(r"🤫|:shushing(?:_face)?:|&#0*129323;|&#x0*1f92b;|%F0%9F%A4%AB", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_QUOTE = re.compile(r"(?:[ \t]{0,3}>)+[ \t]?")
_ITEM = re.compile(r"(?:[-*+•]|\d{1,9}[.)]|\[\^[^\]\s]+\]:)(?=\s|$)\s*(?:\[[ xX]\]\s)?")
_HEADING = re.compile(r"(#{1,6})(?=\s|$)")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_SAYS = re.compile(r"[^\s`~=|:>#*+_.-]")  # a fence, an underline or a rule of a table is none with words after it
_UNDERLINE = re.compile(r"(?:=+|-{2,})\s*$")
RULE_OF_TABLE = re.compile(r"\|?\s*+:?-++:?\s*+(?:\|\s*+:?-++:?\s*+)*+\|?\s*+$")

PRONOUNS = r"(?:she|he|they|ze|xe|any|all|ella|elle|él|il|sie|er|hun|hon|han)\s{0,3}[/|]\s{0,3}\w{2,6}"
_PRONOUNS = re.compile(rf"\b{PRONOUNS}\b", re.IGNORECASE)
_SIGN_IN = re.compile(
    r"\W*(?:(?P<sure>sign(?:ed)?[ -]?ins?|roll[ -]?call|attendees|attendance(?: list)?|in attendance|people present|present"
    r"|who(?:['’]s| is| was| were)? (?:here|there|in the room|joining)(?: today)?)"
    r"|participants|introductions?|check[ -]?ins?|ice[ -]?breakers?|names?\s*[/+|,&].*pronouns.*)"
    r"(?:\W.{0,60})?",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(r"\bnames?\b.{0,80}\bpronouns?\b|\bpronouns?\b.{0,80}\b(?:emoji|icebreaker)\b", re.IGNORECASE)
_REMOVED = re.compile(r"\((?:joining link|passcode|dial-in|address|number|link) removed\)")
_COUNT = re.compile(r"(\d+) (?:person|people) signed in\.?$", re.IGNORECASE)
_LIKE_A_NAME = re.compile(r"[^\W\d_a-z][\w'’.-]*(?:[ \u00a0]+[^\W\d_][\w'’.-]*){0,4}\s*(?:$|[/|,(\[–—:;+]|- )")
_LEAST_LIKE_PEOPLE = 0.5
FURTHEST_OWNER = 500  # lines a paragraph of an item may stand below it


class Kind(Enum):
    """What a line is."""

    BLANK = auto()
    HEADING = auto()
    ITEM = auto()
    CODE = auto()
    TABLE = auto()
    TEXT = auto()


@dataclass(slots=True)
class Line:
    """A line: where it begins and ends (without its end of line), how far it is indented, its words, and what it is."""

    start: int
    end: int
    indent: int
    body: str
    kind: Kind
    level: int = 0  # of a heading
    block: int = 0  # of code: which fence


def lines_of(text: str) -> list[Line]:
    """Read a text as lines."""
    lines: list[Line] = []
    at, fence, blocks = 0, "", 0
    for raw in text.split("\n"):
        quote = _QUOTE.match(raw)
        inner = raw[quote.end() :] if quote else raw
        body = inner.strip()
        indent = len(inner.expandtabs(4)) - len(inner.expandtabs(4).lstrip()) if body else 0
        line = Line(at, at + len(raw), indent, body, Kind.TEXT)
        opened = _FENCE.match(body)
        if fence:
            line.kind, line.block = Kind.CODE, blocks
            if body.startswith(fence) and not body.strip(fence[0]):
                fence = ""
        elif opened:
            fence, blocks = opened[1], blocks + 1
            line.kind, line.block = Kind.CODE, blocks
        elif not body:
            line.kind = Kind.BLANK
        elif found := _HEADING.match(body):
            line.kind, line.level = Kind.HEADING, len(found[1])
        elif lines and lines[-1].kind is Kind.TEXT and _UNDERLINE.match(body):
            lines[-1].kind, lines[-1].level = Kind.HEADING, 1 if body[0] == "=" else 2
        elif _ITEM.match(body):
            line.kind = Kind.ITEM
        elif body.startswith("|"):
            line.kind = Kind.TABLE
        lines.append(line)
        at += len(raw) + 1
    return lines


def words_of(line: Line) -> str:
    """Give what an item, heading or line says, without its marker."""
    return _ITEM.sub("", line.body, count=1).lstrip("#").strip(" *_~`")


# -- 🤫


def quiet_ranges(text: str) -> list[tuple[int, int]]:
    """Give the pieces a 🤫 takes out, whole lines from top to bottom, none touching another.

    An item goes with its sub-items and the lines that belong to it, a heading with its section, otherwise the paragraph; of a
    table its row, or all of it with a marked head; code and comments whole.
    """
    if not MARK.search(text):
        return []
    lines = lines_of(text)
    taken = _taken(text, lines)
    ranges: list[tuple[int, int]] = []
    for at, line in enumerate(lines):
        if taken[at]:
            end = min(line.end + 1, len(text))
            if ranges and ranges[-1][1] >= line.start:
                ranges[-1] = (ranges[-1][0], end)
            else:
                ranges.append((line.start, end))
    return ranges


def marked(text: str, which: Collection[int]) -> str:
    """Give a text with a 🤫 more in each block where one of these lines (from 0) would leave; what says nothing needs none."""
    lines = lines_of(text)
    taken = _taken(text, lines)
    written = text.split("\n")
    for at in sorted(which):
        if not taken[at] and _SAYS.search(lines[at].body):
            written[at] += " 🤫"
            first, last = _taken_with(lines, at)
            taken[first:last] = [True] * (last - first)
    return "\n".join(written)


def _taken(text: str, lines: list[Line]) -> list[bool]:
    """Say of each line whether a 🤫 takes it out."""
    taken = [False] * len(lines)
    for first, last in _comments(text, lines):
        taken[first:last] = [True] * (last - first)
    for at, line in enumerate(lines):
        if not taken[at] and MARK.search(text, line.start, line.end):
            first, last = _taken_with(lines, at)
            taken[first:last] = [True] * (last - first)
    return taken


def _comments(text: str, lines: list[Line]) -> Iterator[tuple[int, int]]:
    found = [each.span() for each in _COMMENT.finditer(text, 0, text.rfind("-->") + 3) if MARK.search(each[0])]
    at = 0
    for start, end in found:
        while lines[at].end < start:
            at += 1
        last = at
        while lines[last].end < end:
            last += 1
        yield at, last + 1


def _taken_with(lines: list[Line], at: int) -> tuple[int, int]:
    line = lines[at]
    if line.kind is Kind.HEADING:
        return at, _first(lines, at + 1, lambda each: each.kind is Kind.HEADING and each.level <= line.level)
    if line.kind is Kind.CODE:
        first = at
        while first and lines[first - 1].kind is Kind.CODE and lines[first - 1].block == line.block:
            first -= 1
        return first, _first(lines, at + 1, lambda each: each.kind is not Kind.CODE or each.block != line.block)
    if line.kind is Kind.TABLE:
        is_head = at + 1 < len(lines) and RULE_OF_TABLE.match(lines[at + 1].body) and lines[at + 1].body.count("-")
        return at, _first(lines, at + 1, lambda each: each.kind is not Kind.TABLE) if is_head else at + 1
    owner = _owner(lines, at) if line.kind is Kind.TEXT else at
    if owner is not None and end_of_item(lines, owner) > at:
        return owner, end_of_item(lines, owner)
    first = at
    while first and lines[first - 1].kind is Kind.TEXT:
        first -= 1
    return first, _first(lines, at + 1, lambda each: each.kind is not Kind.TEXT)


def _first(lines: list[Line], at: int, is_it: Callable[[Line], bool]) -> int:
    while at < len(lines) and not is_it(lines[at]):
        at += 1
    return at


def _owner(lines: list[Line], at: int) -> int | None:
    """Give the item a line of text belongs to: right below it, or indented under it."""
    indent, after_blank = lines[at].indent, False
    for above in range(at - 1, max(-1, at - 1 - FURTHEST_OWNER), -1):
        line = lines[above]
        if line.kind is Kind.ITEM:
            if not after_blank or line.indent < indent:
                return above
        elif line.kind is Kind.BLANK:
            after_blank = True
        elif line.kind is Kind.HEADING or (after_blank and line.indent == 0):
            return None
        if after_blank and indent == 0:
            return None
    return None


def end_of_item(lines: list[Line], at: int) -> int:
    """Give where an item ends: after its sub-items and the lines that belong to it, before blank lines."""
    indent, end, after_blank = lines[at].indent, at + 1, False
    for below in range(at + 1, len(lines)):
        line = lines[below]
        if line.kind is Kind.BLANK:
            after_blank = True
            continue
        is_lazy = line.kind is Kind.TEXT and not after_blank
        if line.indent <= indent and not is_lazy:
            break
        end, after_blank = below + 1, False
    return end


# -- signing in


def sign_ins(text: str, *, names_known: Callable[[str], bool]) -> Iterator[Found]:
    """Yield the lists in which people signed in, each to become its count: "9 people signed in".

    A list below a heading or line that calls it so, or one of three and more lines most of which give pronouns.
    `names_known` says whether a line begins with somebody's name.
    """
    lines = lines_of(text)
    label: re.Match[str] | None = None
    is_heading = False
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.kind in (Kind.HEADING, Kind.TEXT) and len(line.body) <= 120:
            found = _SIGN_IN.fullmatch(words_of(line))
            if line.kind is Kind.HEADING or found:
                label, is_heading = found, line.kind is Kind.HEADING
                at += 1
                continue
        group = _group(lines, at)
        if group == at:
            if line.kind is Kind.TEXT and not is_heading:
                label = None
            at += 1
            continue
        piece = _signed(text, lines, at, group, label, names_known)
        if piece is not None:
            yield piece
        if not is_heading:
            label = None
        at = group


def _group(lines: list[Line], at: int) -> int:
    """Give where a list, a table or a run of sign-in lines that begins here ends; `at` where none begins."""
    kind = lines[at].kind
    if kind is Kind.TABLE:
        return _first(lines, at, lambda each: each.kind is not Kind.TABLE)
    if kind is Kind.TEXT and _PRONOUNS.search(lines[at].body):
        return _first(lines, at, lambda each: each.kind is not Kind.TEXT or not _PRONOUNS.search(each.body))
    if kind is not Kind.ITEM:
        return at
    end = end_of_item(lines, at)
    while True:
        following = _first(lines, end, lambda each: each.kind is not Kind.BLANK)
        if following == len(lines) or lines[following].kind is not Kind.ITEM or lines[following].indent > lines[at].indent + 1:
            return end
        end = end_of_item(lines, following)


def _signed(
    text: str, lines: list[Line], at: int, end: int, label: re.Match[str] | None, names_known: Callable[[str], bool]
) -> Found | None:
    first = lines[at]
    rows = lines[at:end]
    if first.kind is Kind.ITEM:
        rows = [each for each in rows if each.kind is Kind.ITEM and each.indent <= first.indent + 1]
    elif first.kind is Kind.TABLE:
        rows = [each for each in rows if not RULE_OF_TABLE.match(each.body)]
        rows = rows[1:] if len(rows) < end - at else rows
    said = [_REMOVED.sub("", words_of(each)).strip("| ") for each in rows]
    counted = [int(found[1]) for each in said if (found := _COUNT.fullmatch(each))]
    signed = [
        each for each in said if any(map(str.isalnum, each)) and not _COUNT.fullmatch(each) and not _TEMPLATE.search(each)
    ]
    if not signed:
        return None
    pronouns = sum(bool(_PRONOUNS.search(each)) for each in signed) / len(signed)
    likely = sum(bool(_PRONOUNS.search(each) or names_known(each) or _LIKE_A_NAME.match(each)) for each in signed) / len(signed)
    if label is None and (pronouns < _LEAST_LIKE_PEOPLE or len(signed) < 3):
        return None
    number = len(signed) + sum(counted)
    marker = _ITEM.match(first.body)
    start = text.index(first.body, first.start) + len(marker[0]) if marker and first.kind is Kind.ITEM else first.start
    return Found(
        min(start, first.end),
        lines[end - 1].end,
        Why.SIGN_IN,
        "A list of who signed in; only its count is told.",
        f"{number} {'person' if number == 1 else 'people'} signed in",
        is_certain=label is None or bool(label["sure"]) or likely >= _LEAST_LIKE_PEOPLE,
    )
