"""Findings as a good compiler tells them: what, where, the line itself with the place underlined, and what to do.

A line that a terminal would misread is shown safely: tabs as spaces, control characters as marks, wide characters counted as
two columns. Source: the habits of rustc and ruff.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from hub.core.plan.model import Finding, Severity
from hub.core.plan.report.facts import Checked, say_count

_TAB = 4
_LINE_END = re.compile(r"\r\n|\n|\r")
_COLOURS = {
    Severity.ERROR: "1;31",
    Severity.WARNING: "1;33",
    Severity.NOTE: "1;36",
    "gutter": "34",
    "help": "1;32",
    "strong": "1",
}


def to_text(files: Sequence[Checked], *, colour: bool = False, width: int = 100) -> str:
    """Give all findings as text for people, the summary last; `width` is the terminal's, in columns.

    A file that could not be read is left out: that is said where errors are said.
    """
    blocks: list[str] = []
    for each in files:
        lines = _LINE_END.split(each.text)  # splitlines() would also split at characters that end no line of Markdown
        blocks += [_block(each.file, finding, lines, colour=colour, width=max(width, 40)) for finding in each.findings]
    blocks.append(_paint(say_count(files), "strong", colour=colour) + "\n")
    return "\n".join(blocks)


def _paint(text: str, what: Severity | str, *, colour: bool) -> str:
    return f"\x1b[{_COLOURS[what]}m{text}\x1b[0m" if colour and text else text


def _block(file: str, finding: Finding, lines: list[str], *, colour: bool, width: int) -> str:
    severity = finding.severity
    head = _paint(f"{severity.value}[{finding.code}]", severity, colour=colour) + _paint(
        f": {safe(finding.message)}", "strong", colour=colour
    )
    number = "" if finding.line is None else str(finding.line)
    pad = " " * max(len(number), 2)
    place = safe(file) + (f":{number}" if number else "") + (f":{finding.column}" if number and finding.column else "")
    rows = [head, f"{pad}{_paint('-->', 'gutter', colour=colour)} {place}"]
    bar = _paint("|", "gutter", colour=colour)
    if finding.line is not None and 0 < finding.line <= len(lines):
        source, marks = _underlined(lines[finding.line - 1], finding, width - len(pad) - 4)
        rows += [
            f"{pad} {bar}",
            f"{_paint(number.rjust(len(pad)), 'gutter', colour=colour)} {bar} {source}".rstrip(),
            f"{pad} {bar} {_lead(marks)}{_paint(marks.strip(), severity, colour=colour)}",
        ]
    if finding.suggestion:
        equals = _paint("=", "gutter", colour=colour)
        rows.append(f"{pad} {equals} {_paint('help', 'help', colour=colour)}: {safe(finding.suggestion)}")
    return "\n".join(rows) + "\n"


def _lead(marks: str) -> str:
    return " " * (len(marks) - len(marks.lstrip()))


def _underlined(line: str, finding: Finding, room: int) -> tuple[str, str]:
    """Give the line and the marks below it, both cut to the columns there is room for, the marked part kept in view.

    Without a column the whole of the line's text is marked.
    """
    text = len(line) - len(line.lstrip()), len(line.rstrip())
    start = min(finding.column - 1, len(line)) if finding.column else text[0]
    end = finding.end_column - 1 if finding.end_column else (start + 1 if finding.column else text[1])
    end = max(min(end, len(line)), start)
    shown: list[str] = []
    marks: list[str] = []
    column = 0
    for index, char in enumerate(line):
        piece = " " * (_TAB - column % _TAB) if char == "\t" else safe(char)
        size = display_width(piece)
        shown.append(piece)
        marks.append(("^" if start <= index < end else " ") * size)
        column += size
    if start == end:  # a place between two characters, or an empty line
        marks[start:start] = ["^"]
        shown[start:start] = [" "] if start >= len(line) else []
    return _window(shown, marks, room)


def _window(shown: list[str], marks: list[str], room: int) -> tuple[str, str]:
    """Cut both rows to the room there is, with "…" where something is left out."""
    if sum(map(display_width, shown)) <= room:
        return "".join(shown), "".join(marks)
    first = next((index for index, mark in enumerate(marks) if "^" in mark), 0)
    before = display_width("".join(shown[:first]))
    start = 0 if before < room // 2 else first - min(first, room // 4)
    used, stop = (0 if start == 0 else 1), start
    while stop < len(shown) and used + display_width(shown[stop]) <= room - 1:
        used += display_width(shown[stop])
        stop += 1
    head, tail = ("…" if start else ""), ("…" if stop < len(shown) else "")
    return head + "".join(shown[start:stop]) + tail, " " * len(head) + "".join(marks[start:stop]).rstrip()


def safe(text: str) -> str:
    """Give text that a terminal shows and does not obey: control and direction characters become "�"."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char for char in text)


def display_width(text: str) -> int:
    """Give the columns a text takes in a terminal: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1 for char in text
    )
