"""Emphasis that opens and never closes, or closes what never opened, in one block of text. Source: CommonMark 6.2."""

from __future__ import annotations

import re
import unicodedata

from hub.core.plan.model import Blemish
from hub.core.plan.read.words import AUTOLINK, CODE, LINK, without_comments

_MARKS = re.compile(r"\*+|_+")


def unbalanced_emphasis(text: str, line: int) -> list[Blemish]:
    """Find the strong marks of a block that have no partner, one a line at most; columns are 1-based within the text's line."""
    if "**" not in text and "__" not in text:
        return []
    text = _without_literals(text)
    open_runs: list[tuple[str, int, int]] = []  # character, length, position
    lonely: list[tuple[int, int]] = []
    for match in _MARKS.finditer(text):
        run, before, after = match.group(), text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if before == "\\":
            continue
        opens, closes = _flanks(run[0], before, after)
        length = len(run)
        if closes:
            while length and open_runs:
                partner = next((i for i in range(len(open_runs) - 1, -1, -1) if open_runs[i][0] == run[0]), None)
                if partner is None:
                    break
                lonely += [(position, size) for _, size, position in open_runs[partner + 1 :]]
                del open_runs[partner + 1 :]
                character, size, position = open_runs.pop()
                shared = min(size, length)
                length -= shared
                if size > shared:
                    open_runs.append((character, size - shared, position))
        if length and opens:
            open_runs.append((run[0], length, match.start()))
        elif length and closes:
            lonely.append((match.start(), length))
    lonely += [(position, size) for _, size, position in open_runs]
    found: dict[int, Blemish] = {}
    for position, size in sorted(lonely):
        if size < 2:
            continue  # a single star or underscore is as often meant as not
        at = line + text.count("\n", 0, position)
        column = position - (text.rfind("\n", 0, position) + 1) + 1
        found.setdefault(at, Blemish(code="unbalanced-emphasis", line=at, column=column, end_column=column + size))
    return list(found.values())


def _without_literals(text: str) -> str:
    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", "x", match.group())

    def blank_address(match: re.Match[str]) -> str:
        words = match.group("text")
        return (
            match.group().replace(match.group()[match.end("text") - match.start() :], "x" * (match.end() - match.end("text")))
            if words
            else "x" * len(match.group())
        )

    text = without_comments(CODE.sub(blank, text), blank)
    return AUTOLINK.sub(blank, LINK.sub(blank_address, text))


def _flanks(mark: str, before: str, after: str) -> tuple[bool, bool]:
    """Say whether a run of marks can open and can close emphasis."""
    white_before, white_after = not before or before.isspace(), not after or after.isspace()
    dots_before, dots_after = _is_punctuation(before), _is_punctuation(after)
    left = not white_after and (not dots_after or white_before or dots_before)
    right = not white_before and (not dots_before or white_after or dots_after)
    if mark == "*":
        return left, right
    return left and (not right or dots_before), right and (not left or dots_after)


def _is_punctuation(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] in "PS"
