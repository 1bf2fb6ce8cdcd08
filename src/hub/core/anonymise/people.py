"""Names in notes: whose they are, what stands for them, and which are only a guess.

Time grows with the text, not with the number of people: each token is looked up, never compared.
Sources: docs/decisions/0012 (a first name alone is not found there: here a person decides); issue 5, item 6.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from hub.core.anonymise.blocks import PRONOUNS
from hub.core.anonymise.folding import SKIPPED, Token, joined, tokens
from hub.core.anonymise.model import Found, Someone, Why
from hub.core.anonymise.secrets import chunks, replaced_link
from hub.core.names import folded

STAND_IN = "a participant"
WIDEST_GAP = 400  # characters between two words of a name: a link's target may stand there
LONG_ENOUGH = 8  # letters: written as one word, a shorter name is often another ("Li Na", "Lina")
_PARTICLES = frozenset(
    [
        "al", "and", "bin", "da", "das", "de", "del", "della", "den", "der", "des", "di", "dos", "du", "e", "el", "ibn",
        "la", "le", "of", "ten", "ter", "the", "und", "van", "von", "y",
    ]
)  # fmt: skip
_BREAK = re.compile(r"(?<!\b\w)[.!?;:…][\"”’)*_]*\s|\n[ \t>]*\n|\n[ \t>]*(?:[-*+]|\d+[.)])\s")
_AFTER = re.compile(r"[ \u00a0]*[(\[]([^()\[\]\n]{1,40})[)\]](?!\()")
_PRONOUNS = re.compile(rf"^\s*{PRONOUNS}\b", re.IGNORECASE)
_JOINT = re.compile(r"[ \u00a0*_~`]{0,6}\n?[ \u00a0*_~`]{0,6}")  # between the words of one name, and of no list of names
_GOES_ON, _BEGAN_BEFORE = re.compile(r"[-‐‑]\w"), re.compile(r"\w[-‐‑]\Z")
_HANDLE = re.compile(r"@?[^\W_][\w.-]*")
_UNKNOWN_HANDLE = re.compile(r"(?<![\w.@/-])@[A-Za-z][\w-]{1,38}(?![\w@])")
_WORD = r"[^\W\d_a-z]['’]?[^\W\d_]{1,40}(?:[-'’][^\W\d_]{1,40}){0,3}"
_NAME = rf"(?<![\w'’-]){_WORD}(?:[ \u00a0](?:(?:de|van|von|der|la|bin|al)[ \u00a0])?{_WORD}){{1,2}}"
_SAID = (
    r"(?:said|says|asked|asks|told|mentioned|suggested|shared|presented|presents|explained|noted|added|proposed|offered|thinks"
    r"|thought|spoke|talked|agreed|volunteered|joined|left|will|has|is|was)"
)
_PERHAPS = re.compile(
    rf"(?P<one>{_NAME})(?=[*_]{{0,2}}(?:['’]s)?\s{{1,3}}{_SAID}\b)"
    rf"|(?:\b(?:said|asked|by|with|from|to|thanks to|thank|and|cc|met|invited|welcomed?)\s{{1,3}}[*_]{{0,2}})(?P<two>{_NAME})"
    rf"|^[ \t>]*+(?:[-*+]|\d+[.)])?[ \t]*+[*_]{{0,2}}(?P<three>{_NAME})[*_]{{0,2}}[ \t]*+(?=[:(/–—]|$)",
    re.MULTILINE,
)
_NO_NAMES = frozenset(
    [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march",
        "april", "may", "june", "july", "august", "september", "october", "november", "december", "the", "turing",
        "way", "institute", "hub", "practitioners", "collaboration", "cafe", "expert", "experts", "open", "source",
        "data", "science", "github", "google", "zoom", "slack", "code", "conduct", "book", "dash", "case", "study",
        "we", "they", "this", "that", "these", "those", "it", "i", "you", "our", "next", "action", "actions", "notes",
        "agenda", "week", "month", "meeting", "university", "of",
    ]
)  # fmt: skip


@dataclass(slots=True)
class _Entry:
    """Whose a run of letters is: by full name or by a word of one, and where the words of the name end in it."""

    hidden: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    breaks: set[frozenset[int]] = field(default_factory=set)
    needs_edges: bool = True


class People:
    """The people notes may speak of, ready to be found in them."""

    def __init__(self, people: Iterable[Someone]) -> None:
        """Take everybody known: those who may be named as well, so that their names stay."""
        self.names: dict[str, _Entry] = {}
        self.parts: dict[str, _Entry] = {}
        self._handles: dict[str, tuple[str, bool]] = {}
        self._prefixes: set[str] = set()
        self._pronouns: set[str] = set()
        self.addresses: list[str] = []
        for someone in people:
            for name in (someone.name, *someone.other_names):
                self._take(name, someone)
            for handle in someone.handles:
                bare = handle.strip().lstrip("@").rstrip("/").rpartition("/")[2].casefold()
                if bare and not (bare in self._handles and someone.may_be_named):
                    self._handles[bare] = (someone.name, someone.may_be_named)
            self.addresses += someone.addresses
            self._pronouns.add(_bare(someone.pronouns))
        for letters in (*self.names, *self.parts):
            self._prefixes.update(letters[:length] for length in range(1, len(letters) + 1))

    def _take(self, name: str, someone: Someone) -> None:
        words = [each for each in map(joined, folded(name).split()) if each]
        if not words:
            return
        forms = {tuple(words), (words[-1], *words[:-1])}
        if len(words) > 2:
            forms.add((words[0], words[-1]))
            forms.add((words[-1], words[0]))
        read = tokens(folded(name))
        is_alone = all(each.is_alone for each in read) and len(read) > 1
        if len(words) > 1 or is_alone:
            for form in forms:
                entry = self.names.setdefault("".join(form), _Entry())
                _add(entry, someone)
                lengths = [len("".join(form[:number])) for number in range(1, len(form))]
                entry.breaks.add(frozenset(lengths))
                entry.needs_edges = entry.needs_edges and not is_alone
        if is_alone:
            return
        for word in words:
            if len(word) > 1 and word not in _PARTICLES:
                _add(self.parts.setdefault(word, _Entry()), someone)

    def begins_line(self, line: str) -> bool:
        """Say whether a line begins with a name we know."""
        return any(place == 0 for place, _, _ in self._matches(line, tokens(line[:120]), self.names))

    def _matches(self, text: str, read: list[Token], among: dict[str, _Entry]) -> Iterator[tuple[int, int, _Entry]]:
        """Yield the longest name at each place: from token, upto token, and whose it is; none overlapping."""
        at = 0
        while at < len(read):
            upto = self._longest(text, read, at, among)
            if upto:
                yield at, upto, among["".join(each.letters for each in read[at:upto])]
            at = upto or at + 1

    def _longest(self, text: str, read: list[Token], at: int, among: dict[str, _Entry]) -> int:
        """Give the token upto which the longest name that begins at a token goes; 0 where none begins there."""
        letters, upto = "", 0
        for place in range(at, len(read)):
            if place > at and _are_apart(text, read[place - 1].end, read[place].start):
                break
            letters += read[place].letters
            if letters not in self._prefixes:
                break
            if letters in among and self._has_edges(read, at, place, among[letters]):
                upto = place + 1
        return upto

    @staticmethod
    def _has_edges(read: list[Token], first: int, last: int, entry: _Entry) -> bool:
        """Say whether what stands there is no piece of a larger word of the same size of letters."""
        if not entry.needs_edges:
            return True
        before = (
            read[first].is_glued and not read[first].is_capital and not read[first - 1].is_alone and _letters(read[first - 1])
        )
        after = last + 1 < len(read) and read[last + 1].is_glued and not read[last + 1].is_capital and _letters(read[last + 1])
        return not (before and _letters(read[first])) and not after

    # -- what is proposed

    def found_in(self, text: str, *, without: Sequence[tuple[int, int]] = ()) -> Iterator[Found]:
        """Yield names, handles, links with either, and guesses, the surer before the less sure."""
        links = [(start, end) for start, end in chunks(text) if _is_link(text, start, end)]
        raw = tokens(text, without=without)
        seen: set[tuple[int, int]] = set()
        for read in (raw, tokens(text, rendered=True, without=without)):
            for first, upto, entry in self._matches(text, read, self.names):
                place = (read[first].start, read[upto - 1].end)
                if entry.hidden and place not in seen:
                    seen.add(place)
                    yield from self._named(text, read[first:upto], entry, links)
        yield from self._handles_in(text, links)
        shields = [*self._shields_in(text, raw)]
        for found in (*self._parts_in(text, raw, links), *self._guesses(text)):
            if not _cuts(found, shields):
                yield found

    def _handles_in(self, text: str, links: list[tuple[int, int]]) -> Iterator[Found]:
        at = 0
        for found in _HANDLE.finditer(text) if self._handles else ():
            bare = found[0].lstrip("@").rstrip(".-")
            known = self._handles.get(bare.casefold())
            if known is None or known[1]:
                continue
            while at < len(links) and links[at][1] < found.end():
                at += 1
            start, end = found.start(), found.start() + len(found[0].rstrip(".-"))
            if at < len(links) and links[at][0] <= start < links[at][1]:
                yield replaced_link(text, *links[at], Why.LINK, f"The link has the handle of {known[0]}.", "(link removed)")
                continue
            is_certain = found[0].startswith("@") or len(bare) >= 5
            yield Found(start, end, Why.HANDLE, f"The handle of {known[0]}.", _at_start(text, start), is_certain)
        for found in _UNKNOWN_HANDLE.finditer(text):
            known = self._handles.get(found[0][1:].casefold())
            if known is None:
                yield Found(*found.span(), Why.HANDLE, "A handle of somebody we don’t know.", STAND_IN, is_certain=False)

    def _parts_in(self, text: str, read: list[Token], links: list[tuple[int, int]]) -> Iterator[Found]:
        at = 0
        for first, upto, entry in self._matches(text, read, self.parts):
            start, end = read[first].start, read[upto - 1].end
            while at < len(links) and links[at][1] <= start:
                at += 1
            is_in_link = at < len(links) and links[at][0] <= start
            if not entry.hidden or is_in_link or not read[first].is_capital or (upto < len(read) and _is_stuck(read[upto])):
                continue
            if read[first].is_glued and _letters(read[first - 1]):
                continue
            before = read[first - 1] if first else None
            if before is not None and _is_initial(before, text[before.end : start], entry.hidden):
                start = before.start
            said = f"Perhaps {_listed(entry.hidden)}, who may not be named"
            said += f"; also {_listed(entry.shown)}, who may." if entry.shown else "."
            yield Found(start, self._with_pronouns(text, end), Why.PART_OF_NAME, said, _at_start(text, start), is_certain=False)

    def _shields_in(self, text: str, read: list[Token]) -> Iterator[tuple[int, int]]:
        """Yield from where to where the full name of somebody who may be named stands: its words are nobody else's.

        A list ("Lovelace, Ada"), a name that goes on ("Ada Lovelace-King") and one that runs into a hidden name shield nothing.
        """
        for first, upto, entry in self._matches(text, read, self.names):
            if entry.hidden:
                continue
            is_plain = all(_JOINT.fullmatch(text, one.end, two.start) for one, two in pairwise(read[first:upto]))
            start, end = read[first].start, read[upto - 1].end
            goes_on = _GOES_ON.match(text, end) or _BEGAN_BEFORE.search(text, max(0, start - 2), start)
            is_whole = any(each <= _ends(read[first:upto]) for each in entry.breaks)
            if is_plain and is_whole and not goes_on and not self._runs_on(text, read, first, upto):
                yield start, end

    def _runs_on(self, text: str, read: list[Token], first: int, upto: int) -> bool:
        """Say whether a hidden full name begins within these tokens and ends after them."""
        for place in range(first + 1, upto):
            after = self._longest(text, read, place, self.names)
            if after > upto and self.names["".join(each.letters for each in read[place:after])].hidden:
                return True
        return False

    def _guesses(self, text: str) -> Iterator[Found]:
        for found in _PERHAPS.finditer(text):
            name = found.lastgroup
            if name is None:
                continue
            words = [joined(word) for word in found[name].split()]
            is_known = "".join(words) in self.names
            if is_known or any(word in _NO_NAMES for word in words):
                continue
            yield Found(
                *found.span(name),
                Why.PERHAPS,
                "Perhaps the name of somebody we don’t know.",
                _at_start(text, found.start(name)),
                False,
            )

    def _named(self, text: str, read: list[Token], entry: _Entry, links: list[tuple[int, int]]) -> Iterator[Found]:
        """Yield the removal of a name, in as many pieces as the page needs to stay in one piece."""
        ends, length = _ends(read), sum(len(token.letters) for token in read)
        gaps = [text[one.end : two.start] for one, two in pairwise(read)]
        is_certain = length >= LONG_ENOUGH or any(each <= ends for each in entry.breaks)
        words = f"{_listed(entry.hidden)} may not be named."
        if entry.shown:
            words = f"{words[:-1]}; {_listed(entry.shown)}, of the same name, may."
        link = _link_around(read[0].start, read[-1].end, links)
        if link is not None:
            yield replaced_link(
                text, *link, Why.LINK, f"The link names {_listed(entry.hidden)}.", "(link removed)", is_certain=is_certain
            )
            return
        pieces: list[list[int]] = [[read[0].start, read[0].end]]
        for token, gap in zip(read[1:], gaps, strict=True):
            if re.search(r"[\[\]()<>|]", gap) or SKIPPED.search(text, pieces[-1][1], token.start):
                pieces.append([token.start - (len(gap) - len(gap.rstrip(" "))), token.end])
            else:
                pieces[-1][1] = token.end
        for number, (start, end) in enumerate(pieces):
            if number == 0 and start and text[start - 1] == "@":
                start -= 1
            if number == len(pieces) - 1:
                end = self._with_pronouns(text, end)
            kept = "".join(re.findall(r"\*+|~~|`+", text[start:end]))
            instead = _at_start(text, start) + kept if number == 0 else kept
            yield Found(start, end, Why.NAME, words if number == 0 else "The rest of the name.", instead, is_certain)

    def _with_pronouns(self, text: str, end: int) -> int:
        """Give where a name ends with the pronouns in brackets after it."""
        found = _AFTER.match(text, end)
        return found.end() if found and (_PRONOUNS.search(found[1]) or _bare(found[1]) in self._pronouns) else end


def _add(entry: _Entry, someone: Someone) -> None:
    names = entry.shown if someone.may_be_named else entry.hidden
    if someone.name not in names:
        names.append(someone.name)


def _cuts(found: Found, shields: list[tuple[int, int]]) -> bool:
    """Say whether a guess would take some of a name that may be named, and leave the rest."""
    number = bisect_right(shields, (found.start, found.end)) - 1
    near = shields[max(0, number) : number + 2]
    return any(
        start < found.end and found.start < end and not (found.start < start and end <= found.end) for start, end in near
    )


def _bare(pronouns: str) -> str:
    return re.sub(r"[\s/|,]+", "/", pronouns.strip().casefold())


def _are_apart(text: str, end: int, start: int) -> bool:
    """Say whether two words can't be those of one name: a sentence or a paragraph ends between them."""
    return start > end and (start - end > WIDEST_GAP or _BREAK.search(text, end, start) is not None)


def _ends(read: list[Token]) -> set[int]:
    """Give after how many letters each of some tokens ends."""
    return set(accumulate(len(token.letters) for token in read))


def _letters(token: Token) -> bool:
    return token.letters[0].isalpha()


def _is_initial(token: Token, gap: str, names: list[str]) -> bool:
    is_one = len(token.letters) == 1 and token.is_capital and gap in (". ", " ", ".", ".\u00a0")
    return is_one and any(joined(name)[:1] == token.letters for name in names)


def _is_stuck(token: Token) -> bool:
    return token.is_glued and _letters(token)


def _is_link(text: str, start: int, end: int) -> bool:
    said = text[start:end]
    return "/" in said and ("://" in said or re.match(r"(?:[\w-]+\.)+[a-z]{2,}/|/|\.{1,2}/", said, re.IGNORECASE) is not None)


def _link_around(start: int, end: int, links: list[tuple[int, int]]) -> tuple[int, int] | None:
    number = bisect_right(links, (start, end)) - 1
    near = links[max(0, number) : number + 2]
    return next((each for each in near if each[0] <= start and end <= each[1]), None)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:3])}" + (" or others" if len(names) > 3 else "")


def _at_start(text: str, start: int) -> str:
    """Give the stand-in as it is written there: with a large letter at the beginning of a sentence."""
    before = text[max(0, start - 12) : start].replace("<!--", "").rpartition("\n")
    said = before[2].strip(' *_~`>#|[(“"-+•')
    is_first = (not said and (bool(before[1]) or start < 12)) or said.endswith((".", "!", "?"))
    return STAND_IN[0].upper() + STAND_IN[1:] if is_first else STAND_IN
