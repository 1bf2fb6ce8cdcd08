"""Take names out of what the public reads, for people who don't allow theirs: in titles, agendas, notes and calendars.

Part of the consent ledger: a schedule is written before anybody is asked, and stays as it is when somebody takes a yes back.
Source: issue 3, "a withdrawn name is gone from page, feed, API, search, export at once"; docs/decisions/0012.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from hub.core.ical import folded
from hub.core.names import plain
from hub.core.occurrence import Occurrence, Part

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*\.?")


class Veil:
    """Names that may not be shown, each with the words that stand where it stood ("an Expert").

    A name is found as its words in a row, whatever their case and the space between them. One of a single word is found
    only where it is all a field says: "May" and "Will" are words of every text. Time grows with the text, not with the names.
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
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name, instead in pairs:
            words = tuple(_words(name))
            if not words:
                continue
            self._alone[" ".join(words)] = instead
            if len(words) > 1:
                slugs.append("-".join(re.escape(plain(word)) for word in words))
                self._by_first.setdefault(words[0], []).append((words, instead))
        self._slugs = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(slugs)})(?![a-z0-9])") if slugs and in_slugs else None
        for those in self._by_first.values():
            those.sort(key=lambda each: -len(each[0]))  # the longest name first: "Ann Lee Steele" before "Ann Lee"

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
        found = list(_WORD.finditer(text))
        spelt = [_spelt(each[0]) for each in found]
        at = 0
        while at < len(found):
            hit = next((it for it in self._by_first.get(spelt[at], ()) if self._is_there(it[0], spelt, found, text, at)), None)
            if hit is None:
                at += 1
                continue
            words, instead = hit
            last = found[at + len(words) - 1]
            yield found[at].start(), last.end() - (last[0].endswith(".") and not words[-1].endswith(".")), instead
            at += len(words)

    @staticmethod
    def _is_there(words: tuple[str, ...], spelt: list[str], found: list[re.Match[str]], text: str, at: int) -> bool:
        if tuple(spelt[at : at + len(words)]) != words:
            return False
        between = zip(found[at:], found[at + 1 : at + len(words)], strict=False)
        return all(not text[one.end() : two.start()].strip(" \t\n\u00a0*_") for one, two in between)

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
        r"""Clear one unfolded line; the ``\n`` of the format is no letter of a word."""
        return r"\n".join(map(self.text, line.split(r"\n")))

    def _field(self, text: str) -> str:
        return "" if self.is_all(text) and not self._in_slugs else self.text(text)

    def _part(self, part: Part) -> Part:
        return replace(
            part, text=self.text(part.text), led_by=self._field(part.led_by), parts=tuple(map(self._part, part.parts))
        )


def _words(text: str) -> list[str]:
    return [_spelt(each[0]) for each in _WORD.finditer(text)]


def _spelt(word: str) -> str:
    return word.rstrip(".").replace("’", "'").casefold()
