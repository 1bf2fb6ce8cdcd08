"""What looks like a passcode or a meeting number, and where one that is known is said again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

LONGEST_CODE = 64
_FAR = 400  # characters of a line or sentence that are looked at
CHUNK = re.compile(r"[^\s|]+")
_GROUPS = re.compile(r"\d+(?:[ -]\d{2,6}){1,4}(?![\w])")
OPENS, CLOSES = "\"'“”‘’«»„([{<_#*", ".,;:?)]}\"'“”‘’«»>_"
_SENTENCE_ENDS = re.compile(r"[.!?][\"”’')\]_]*(?=\s|\Z)|[\n|]")
_SOFT = re.compile(
    r"(?:19|20)\d\d|\d{1,3}|\d{1,2}[:.]\d\d(?:[ap]m)?|\d{1,4}[-./–]\d{1,2}(?:[-./]\d{1,4})?|v?\d+(?:\.\d+)+|[£$€]?\d{1,3}(?:,\d{3})+"
    r"|\d+(?:st|nd|rd|th|k|m|kb|mb|gb|mins?|h|hrs?|am|pm|px|%|x|s)|(?:\d{4}-){3}\d{3}[\dx]|[£$€]\d+|(?:19|20)\d\d[-–/]\d\d(?:\d\d)?",
    re.IGNORECASE,
)
_RUN = re.compile(r"[0-9A-Za-z\u00c0-\u024f]+|[^\W_0-9A-Za-z\u00c0-\u024f]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A place in the text that goes, and from where in it the code stands."""

    start: int
    end: int
    said: int
    is_certain: bool = True


@dataclass(slots=True)
class Known:
    """Codes by their first letters, to be looked up at each word. Small letters; numbers without blanks."""

    codes: dict[str, bool] = field(default_factory=dict)
    lengths: dict[str, set[int]] = field(default_factory=dict)
    numbers: dict[str, bool] = field(default_factory=dict)

    def add(self, said: str, *, is_certain: bool) -> None:
        """Take a code; what is certain stays so."""
        code = said.strip(OPENS + CLOSES + "!").casefold()
        digits = re.sub(r"[ -]", "", code)
        if digits.isdecimal():
            is_certain = is_certain and _SOFT.fullmatch(digits) is None
            self.numbers[digits] = self.numbers.get(digits, False) or is_certain
        elif first := _RUN.match(code):
            self.codes[code] = self.codes.get(code, False) or is_certain
            self.lengths.setdefault(first[0], set()).add(len(code))

    def found_in(self, text: str) -> Iterator[Piece]:
        """Yield where a code stands again. Each word is looked up, so time grows with the text, not with the codes."""
        if not self.codes and not self.numbers:
            return
        small = text.lower()
        if len(small) != len(text):
            small = text
        runs = [each.span() for each in _RUN.finditer(small)]
        for at, (start, end) in enumerate(runs):
            for length in sorted(self.lengths.get(small[start:end], ()), reverse=True):
                upto = start + length
                if upto > len(small):
                    continue
                is_whole = upto == len(small) or not (small[upto - 1].isalnum() and small[upto].isalnum())
                if is_whole and small[start:upto] in self.codes:
                    yield Piece(start, upto, start, self.codes[small[start:upto]])
                    break
            if not small[start].isdecimal():
                continue
            number, last = small[start:end], at
            for upto in range(at, min(at + 6, len(runs))):
                if upto > at:
                    if small[runs[upto - 1][1] : runs[upto][0]] not in (" ", "-"):
                        break
                    number += small[slice(*runs[upto])]
                if number in self.numbers:
                    last = upto
                    yield Piece(start, runs[last][1], start, self.numbers[number])
                if len(number) > LONGEST_CODE:
                    break


def weight_of(said: str) -> int:
    """Give 2 for what looks like a code, 1 for what may be one as well as a year or a time, 0 for a word."""
    bare = said.strip(OPENS + CLOSES + "!")
    if sum(map(str.isalnum, bare)) < 3 or not any(map(str.isdigit, bare)) or is_link(bare):
        return 0
    return 1 if _SOFT.fullmatch(bare) else 2


def is_random(said: str) -> bool:
    """Say whether hardly any word looks like it: a number, or digits between letters or signs."""
    bare = said.strip(OPENS + CLOSES)
    if re.sub(r"[ -]", "", bare).isdecimal():
        return True
    return (len(bare) >= 6 and re.search(r"\d[^\W\d_]", bare) is not None) or re.search(r"[!$%&+@]", bare) is not None


def is_link(said: str) -> bool:
    """Say whether it is, or holds, an address."""
    return (
        "//" in said
        or said.lower().startswith("www.")
        or re.search(r"@[\w-]+\.\w|\w\.[a-z]{2,}/|^10\.\d{4,}/", said) is not None
    )


def line_end(text: str, at: int) -> int:
    """Give where a line ends, or how far of a long one is looked at."""
    end = text.find("\n", at, at + _FAR)
    return min(at + _FAR, len(text)) if end < 0 else end


def sentence_end(text: str, at: int) -> int:
    """Give where a sentence ends, or how far of a long one is looked at."""
    found = _SENTENCE_ENDS.search(text, at, at + _FAR)
    return min(at + _FAR, len(text)) if found is None else found.start()


def next_token(text: str, at: int, end: int) -> tuple[int, int] | None:
    """Give the next word or number before a place, blanks within a number taken along."""
    for _ in range(4):  # signs alone are no word
        found = CHUNK.search(text, at, end)
        if found is None:
            return None
        token = trimmed(text, *found.span())
        if token is not None:
            number = _GROUPS.match(text, token[0], end)
            return number.span() if number and number.end() > token[1] else token
        at = found.end()
    return None


def next_tokens(text: str, at: int, end: int, most: int) -> list[tuple[int, int]]:
    """Give the next words or numbers, so many at most."""
    made: list[tuple[int, int]] = []
    while len(made) < most and (token := next_token(text, at, end)) is not None:
        made.append(token)
        at = token[1]
        while at < end and text[at] in CLOSES:
            at += 1
    return made


def trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Give a piece of text without the signs around it; None where it has nothing else."""
    while start < end and text[start] in OPENS:
        start += 1
    while end > start and text[end - 1] in CLOSES:
        end -= 1
    return (start, end) if end > start else None
