"""Sign-in lines of shared notes: bullets under a heading such as "Sign up below", each a name, pronouns, an answer, an emoji.

A line marked 🤫 still says that somebody was there, and nothing of its words but the name is kept, in no finding either.
Sources: the Turing Way's Collaboration Café notes (name + answer + emoji, pseudonyms welcome); issue 5, items 2 and 6.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub.core.attendance import Line
from hub.core.names import plain
from hub.services.reports.model import HUSH, MOST_ROWS, BadReport, Finding, Kind, Report

LONGEST_ANSWER = 300
LONGEST_LINE = 1_000  # letters of a line that are looked at
LONGEST_NOTES = 2_000_000  # letters; what is longer is no notes of a meeting
_HEADING = re.compile(
    r"^\s{0,3}(?P<marks>#{1,6})\s+(?P<hashed>.*?)\s*#*$"
    r"|^\s{0,3}\*\*(?P<bold>[^*]{3,80})\*\*:?\s*$"
    r"|^\s{0,3}(?P<said>[^\W\d][^:|,;\t]{2,60}):\s*$"
)
_UNDERLINE = re.compile(r"^\s{0,3}(=+|-{2,})\s*$")
_SIGN_IN = re.compile(
    r"\b(?:(?:sign|check|signing|checking)[\s-]?(?:in|up)s?|signin|roll[\s-]?call|attend(?:ees|ance|ing)|participants?|present"
    r"|introductions?|who(?:['’]s| is| was| are)? (?:here|there|joined|present))\b",
    re.I,
)
_BULLET = re.compile(r"^(?P<indent>[ \t]*)(?:[-*+•–◦‣]|\d{1,3}[.)])(?:[ \t]+(?P<text>.*))?$")
_BOX = re.compile(r"^\[(?P<tick>[ xX✓])\]\s+")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_MARKS = re.compile(r"(?<!\w)[*_~`]{1,3}(?=\S)|(?<=\S)[*_~`]{1,3}(?!\w)")
_ADDRESS = re.compile(r"[^\s<>,;:\"@()\[\]]+@[^\s<>,;:\"@()\[\]]+\.[^\s<>,;:\"@()\[\]]*[^\s<>,;:\"@()\[\].]")
_PRONOUN = (
    r"(?:she|hers|her|he|him|his|they|theirs|them|ze|zir|hir|xem|xe|ey|em|any|ella|elles|elle|él|il|lui|sie|er|hän|ela|ele)"
)
_END_OF_NAME = re.compile(
    r"\s+[-–—|/+~:•·]+(?:\s|$)|[,;:|(\[{<–—]|\s[-–—/+](?=\w)|\s*/\s+"
    rf"|\s+{_PRONOUN}(?:\s*/\s*{_PRONOUN})+\b|\t|\s{{3,}}",
    re.I,
)
_PLACEHOLDERS = frozenset(
    [
        "name",
        "your name",
        "full name",
        "first name",
        "name here",
        "your name here",
        "add your name",
        "add your name here",
        "names",
    ]
)
_SPARE = frozenset(
    ["pronouns", "answer", "emoji", "organisation", "organization", "affiliation", "name", "role", "icebreaker", "location"]
)
MOST_WORDS = 6  # of a name


@dataclass(slots=True)
class _Entry:
    line: int
    text: str
    indent: int
    is_hushed: bool
    more: list[str]


def is_notes(text: str) -> bool:
    """Say whether a text is notes with a part to sign in: a heading of that kind, and a bullet under it."""
    return len(text) <= LONGEST_NOTES and any(True for _ in _parts(_lines(text)))


def read_notes(text: str) -> Report:
    """Read who signed in. Raises BadReport where there are more lines than we take."""
    lines = _lines(text)
    title = next(
        (found["hashed"] for line in lines if len(line) <= 200 and (found := _HEADING.match(line)) and found["hashed"]), ""
    )
    rows: list[Line] = []
    findings: list[Finding] = []
    for entry in _entries(lines):
        row = _row_of(entry)
        if row is None:
            continue
        if isinstance(row, Finding):
            findings.append(row)
            continue
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise BadReport(f"There are more than {MOST_ROWS:,} lines to sign in.", line=entry.line)
    if not rows and not findings:
        findings.append(Finding(1, "Line 1: nobody signed in under the heading."))
    shown = "" if HUSH in title else " ".join(_bare(title).split())[:200]
    return Report(kind=Kind.NOTES, title=shown, rows=tuple(rows), findings=tuple(findings))


def _lines(text: str) -> list[str]:
    """Give the lines of a text, HTML comments taken out of them."""
    kept: list[str] = []
    place = 0
    while (start := text.find("<!--", place)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept += [text[place:start], "\n" * text.count("\n", start, end)]
        place = end + 3
    return "".join([*kept, text[place:]]).split("\n")


def _heading(lines: Sequence[str], place: int) -> tuple[int, str] | None:
    """Give level and words where a line is a heading; words in bold, or before a colon, are one of the lowest level."""
    found = _HEADING.match(lines[place]) if len(lines[place]) <= 200 else None
    if found:
        if found["marks"]:
            return len(found["marks"]), found["hashed"]
        return 7, found["bold"] or found["said"]
    after = lines[place + 1] if place + 1 < len(lines) else ""
    line = lines[place].strip()
    if line and _UNDERLINE.match(after) and not _BULLET.match(line) and len(line) <= 80:
        return (1 if "=" in after else 2), line
    return None


def _parts(lines: Sequence[str]) -> Iterator[tuple[int, int, bool]]:
    """Yield from and to of the parts in which people sign in, and whether the whole part is hushed."""
    place = 0
    while place < len(lines):
        heading = _heading(lines, place)
        place += 1
        if heading is None or not _SIGN_IN.search(heading[1]):
            continue
        start = place
        while place < len(lines):
            next_one = _heading(lines, place)
            if next_one is not None and next_one[0] <= heading[0]:
                break
            place += 1
        if any(_BULLET.match(line) for line in lines[start:place]):
            yield start, place, HUSH in heading[1]


def _entries(lines: Sequence[str]) -> Iterator[_Entry]:
    for start, end, is_hushed in _parts(lines):
        current: _Entry | None = None
        outer: int | None = None
        for number, line in enumerate(lines[start:end], start + 1):
            is_hushed_line = HUSH in line
            line = line[:LONGEST_LINE]
            bullet = _BULLET.match(line)
            if bullet:
                indent = len(bullet["indent"].expandtabs(4))
                outer = indent if outer is None else min(outer, indent)
                if indent <= outer + 1:
                    if current is not None:
                        yield current
                    text = bullet["text"] or ""
                    current = _Entry(number, text, indent, is_hushed or is_hushed_line, [])
                    continue
            if current is not None and line.strip() and (line[:1] in " \t" or not bullet):
                current.is_hushed = current.is_hushed or is_hushed_line
                current.more.append(line.strip())
        if current is not None:
            yield current


def _row_of(entry: _Entry) -> Line | Finding | None:
    """Give the row of one bullet; None where nothing stands there but what is to be filled in."""
    text = entry.text.strip()
    box = _BOX.match(text)
    text = text[box.end() :] if box else text
    found = _ADDRESS.search(text)
    address = found[0].removeprefix("mailto:") if found else ""
    spoken = _bare(text if not found else f"{text[: found.start()]} {text[found.end() :]}").replace(HUSH, " ").strip()
    name, rest = _split(spoken)
    words = plain(name)
    if not words and not address and not entry.is_hushed:
        return None
    if words in _PLACEHOLDERS or (words and set(words.split()) <= _SPARE):
        return None
    if len(name.split()) > MOST_WORDS or len(name) > 80 or not (words or address):
        if not entry.is_hushed:
            return Finding(entry.line, f"Line {entry.line}: where the name ends is not clear. Put a comma or a + behind it.")
        if not (words or address or _said(entry)):
            return None
        name, address = f"Somebody on line {entry.line}", ""
    answer = "" if entry.is_hushed else " ".join([rest, *map(_bare, entry.more)]).strip()
    return Line(
        number=entry.line,
        name=name,
        address=address,
        was_there=box is None or box["tick"] != " ",
        note=" ".join(answer.split())[:LONGEST_ANSWER],
    )


def _said(entry: _Entry) -> bool:
    """Say whether anything stands in a line besides the mark itself."""
    return HUSH in entry.text or bool(plain(entry.text))


def _bare(text: str) -> str:
    """Give words without the marks of Markdown."""
    return _MARKS.sub("", _LINK.sub(r"\1", text))


def _split(text: str) -> tuple[str, str]:
    """Split a sign-in line after the name: at a sign between words, at pronouns, or at an emoji."""
    start = 0
    while start < len(text) and not _is_of_name(text[start]):
        start += 1
    end = len(text)
    if found := _END_OF_NAME.search(text, start):
        end = found.start()
    for place in range(start, end):
        if unicodedata.category(text[place]) in ("So", "Sk", "Cs", "Co", "Cn"):
            end = place
            break
    name = " ".join(text[start:end].split()).strip(" -–—+/|:;,.&")
    rest = text[end:].strip(" -–—+/|:;,")
    return name, rest


def _is_of_name(char: str) -> bool:
    return unicodedata.category(char)[0] in "LN"
