"""Take names out of what the public reads, for people who don't allow theirs: in titles, agendas, notes and calendars.

Part of the consent ledger: a schedule is written before anybody is asked, and stays as it is when somebody takes a yes back.
Source: issue 3, "a withdrawn name is gone from page, feed, API, search, export at once"; docs/decisions/0012.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from hub.core.ical import folded
from hub.core.names import plain
from hub.core.occurrence import Occurrence, Part

_APOSTROPHES, _HYPHENS, _QUOTES = "'’‘ʼ`´", "-‐‑", '"“”„«»'
_ALIKE = {ord(each): group[0] for group in (_APOSTROPHES, _HYPHENS, _QUOTES) for each in group}
_JOINERS = dict.fromkeys((0x200C, 0x200D, 0x00AD))  # seen by nobody: between letters, and where a word may break
_NOTHING = "*_\\"  # emphasis, and what escapes: they may stand between the words of a name
_BREAK = "\u2028"  # stands for the line break of a calendar while a line is read


@lru_cache(maxsize=1)
def _word() -> re.Pattern[str]:
    """Give the pattern of a word in any script: letters with the marks that belong to them, which are no word by themselves."""
    found: list[list[int]] = []
    for code in range(0x300, 0x20000):
        if unicodedata.category(chr(code))[0] == "M":
            if found and found[-1][1] == code - 1:
                found[-1][1] = code
            else:
                found.append([code, code])
    marks = "".join(f"{chr(first)}-{chr(last)}" for first, last in found)
    run = rf"[^\W_]+(?:[{marks}\u200c\u200d\u00ad]+[^\W_]*)*"
    return re.compile(rf"{run}(?:[{re.escape(_APOSTROPHES + _HYPHENS)}]{run})*\.?")


@dataclass(frozen=True, slots=True)
class _Name:
    """A name as it is looked for: its words, the signs of its own between them, what ends it, and what stands for it."""

    words: tuple[str, ...]
    between: tuple[str, ...]
    after: str
    instead: str


class Veil:
    """Names that may not be shown, each with the words that stand where it stood ("an Expert").

    A name is found as its words in a row, whatever their case, the space and emphasis between them, and the way their accents,
    apostrophes and hyphens are written; signs of its own between them ("Kit (Kate) Marlow") may be there or not. One of a
    single word is found only where it is all a field says: "May" and "Will" are words of every text. Time grows with the
    text, not with the names. `mention` finds the same, and more.
    """

    def __init__(
        self,
        names: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        *,
        addresses: Iterable[str] = (),
        in_slugs: str = "",
    ) -> None:
        """Take names and their stand-ins, and mail addresses, of which nothing is left. Empty ones are left out.

        `in_slugs` is for words that are written anew, for good: it stands where a name is part of an address of ours
        ("talk-of-ada-lindqvist"), and a field that says only a name says the stand-in then, as its plan does.
        """
        self._in_slugs = in_slugs
        written = [re.escape(each) for each in addresses if "@" in each]
        self._addresses = re.compile("|".join(written), re.IGNORECASE) if written else None
        slugs = []
        pairs = names.items() if isinstance(names, Mapping) else names
        self._alone: dict[str, str] = {}
        self._by_first: dict[str, list[_Name]] = {}
        for written_so, instead in pairs:
            name = _name(written_so, instead)
            words = name.words
            if not words:
                continue
            self._alone[" ".join(words)] = instead
            if len(words) > 1:
                self._by_first.setdefault(words[0], []).append(name)
                if all(parts := [plain(word) for word in words]):
                    slugs.append("-".join(map(re.escape, parts)))
        self._slugs = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(slugs)})(?![a-z0-9])") if slugs and in_slugs else None
        for those in self._by_first.values():
            those.sort(key=lambda each: -len(each.words))  # the longest name first: "Ann Lee Steele" before "Ann Lee"

    def __bool__(self) -> bool:
        """Say whether it covers anybody."""
        return bool(self._alone)

    def is_all(self, text: str) -> bool:
        """Say whether a text says nothing but one of the names."""
        return " ".join(_words(text)) in self._alone

    def named(self, text: str) -> list[str]:
        """Give the stand-ins of the names a text says, in its order and each once."""
        said: list[str] = []
        if self.is_all(text):
            return [self._alone[" ".join(_words(text))]]
        for _, _, instead in self._hits(text):
            if instead not in said:
                said.append(instead)
        return said

    def text(self, text: str) -> str:
        """Give a text without the names; a text that names nobody comes back as it is."""
        if not text:
            return text
        if self._addresses is not None:
            text = self._addresses.sub("…", text)
        if self._slugs is not None:
            text = self._slugs.sub(self._in_slugs, text)
        kept, end = [], 0
        for start, stop, instead in self._hits(text):
            kept.append(text[end:start] + instead)
            end = stop
        return "".join(kept) + text[end:] if kept else text

    def _hits(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield where each name begins and ends in a text, and what stands for it."""
        if not self._by_first:
            return
        found = list(_word().finditer(text))
        spelt = [_spelt(each[0]) for each in found]
        at = 0
        while at < len(found):
            hit = next((it for it in self._by_first.get(spelt[at], ()) if self._is_there(it, spelt, found, text, at)), None)
            if hit is None:
                at += 1
                continue
            last = found[at + len(hit.words) - 1]
            yield found[at].start(), _end(hit, last, text), hit.instead
            at += len(hit.words)

    @staticmethod
    def _is_there(name: _Name, spelt: list[str], found: list[re.Match[str]], text: str, at: int) -> bool:
        if tuple(spelt[at : at + len(name.words)]) != name.words:
            return False
        gaps = zip(found[at:], found[at + 1 : at + len(name.words)], name.between, strict=False)
        return all(_signs(text[one.end() : two.start()]) in ("", own) for one, two, own in gaps)

    def occurrence(self, occurrence: Occurrence) -> Occurrence:
        """Give a session without the names."""
        if not self:
            return occurrence
        return replace(
            occurrence,
            title=self.text(occurrence.title),
            topic=self.text(occurrence.topic),
            place=self.text(occurrence.place),
            led_by=self._field(occurrence.led_by),
            summary=self.text(occurrence.summary),
            status_note=self.text(occurrence.status_note),
            agenda=tuple(map(self._part, occurrence.agenda)),
            papers=tuple(replace(each, title=self.text(each.title)) for each in occurrence.papers),
        )

    def facts(self, facts: Any) -> Any:
        """Give JSON-ready facts (a change of a release, say) without the names in any of their texts."""
        if not self:
            return facts
        if isinstance(facts, str):
            return self.text(facts)
        if isinstance(facts, dict):
            return {name: self.facts(value) for name, value in facts.items()}
        return [self.facts(each) for each in facts] if isinstance(facts, list) else facts

    def calendar(self, text: str) -> str:
        """Give iCalendar lines without the names; they are folded anew where one was in them (RFC 5545 §3.1)."""
        if not self._by_first and self._addresses is None:
            return text
        whole = re.sub(r"\r\n[ \t]", "", text)
        lines = []
        is_changed = False
        for line in whole.split("\r\n"):
            cleared = self._calendar_line(line)
            is_changed |= cleared != line
            lines.append(cleared)
        return "".join(folded(line) for line in lines if line) if is_changed else text

    def _calendar_line(self, line: str) -> str:
        r"""Clear one unfolded line; the ``\n`` of the format is a break between words, and no letter of one."""
        whole = re.sub(r"\\\\|\\[nN]", lambda found: found[0] if found[0] == r"\\" else _BREAK, line)
        cleared = self.text(whole)
        return line if cleared == whole else cleared.replace(_BREAK, r"\n")

    def _field(self, text: str) -> str:
        return "" if self.is_all(text) and not self._in_slugs else self.text(text)

    def _part(self, part: Part) -> Part:
        return replace(
            part, text=self.text(part.text), led_by=self._field(part.led_by), parts=tuple(map(self._part, part.parts))
        )


def mention(words: Iterable[str]) -> re.Pattern[str] | None:
    """Give the pattern that finds one of some words (names, addresses), as whole words; None for none.

    A name is found in every way a veil finds it, and one of a single word, too.
    """
    spelt = [_pattern(word.strip()) for word in sorted(words, key=len, reverse=True) if word.strip()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelt)})(?!\w)", re.IGNORECASE) if spelt else None


def _pattern(word: str) -> str:
    found = list(_word().finditer(word))
    if "@" in word or not found or not any(each.isalpha() for each in word):
        return re.escape(word)
    free = r"[\s*_\\]"
    pattern = re.escape(word[: found[0].start()]) and f"(?:{re.escape(word[: found[0].start()])})?"
    for number, each in enumerate(found):
        pattern += _letters(each[0].removesuffix("."))
        if number + 1 == len(found):
            break
        own = _signs(word[each.end() : found[number + 1].start()])
        dot = r"\.?" if each[0].endswith(".") else ""
        pattern += dot + (f"(?:{free}+|{free}*{f'{free}*'.join(map(_sign, own))}{free}*)" if own else f"{free}+")
    end = word[found[-1].end() - found[-1][0].endswith(".") :]
    return pattern + (f"(?:{re.escape(end)})?" if end else "")


def _letters(word: str) -> str:
    forms = dict.fromkeys((word, unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)))
    return "(?:" + "|".join("".join(map(_sign, each)) for each in forms) + ")"


def _sign(sign: str) -> str:
    group = next((each for each in (_APOSTROPHES, _HYPHENS, _QUOTES) if sign in each), "")
    return f"[{re.escape(group)}]" if group else re.escape(sign)


def _name(name: str, instead: str) -> _Name:
    found = list(_word().finditer(name))
    between = tuple(_signs(name[one.end() : two.start()]) for one, two in pairwise(found))
    after = name[found[-1].end() - found[-1][0].endswith(".") :].rstrip() if found else ""
    return _Name(tuple(_spelt(each[0]) for each in found), between, after, instead)


def _end(name: _Name, last: re.Match[str], text: str) -> int:
    """Give where a name ends in a text: the full stop of a sentence is none of it, its own is, and so is what closes it."""
    end = last.end() - last[0].endswith(".")
    return end + len(name.after) if name.after and text.startswith(name.after, end) else end


def _signs(between: str) -> str:
    """Give the signs between two words that are more than space and emphasis, as they are alike."""
    if not between.strip(" "):
        return ""
    return "".join(each for each in between.translate(_ALIKE) if not each.isspace() and each not in _NOTHING)


def _words(text: str) -> list[str]:
    return [_spelt(each[0]) for each in _word().finditer(text)]


def _spelt(word: str) -> str:
    if word.isascii():
        return word.rstrip(".").casefold()
    return unicodedata.normalize("NFC", word.rstrip(".").translate(_ALIKE).translate(_JOINERS)).casefold()
