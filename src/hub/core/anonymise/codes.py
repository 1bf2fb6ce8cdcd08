"""Passcodes and meeting numbers in notes: the words that speak of them, the code itself, and wherever it is said again.

Certain is what follows such a word and a colon or "is", what comes right before "as the passcode", a table's column with such
a head, and each code so found wherever else it stands in the text. What has digits and only stands near such a word is a guess.
A sentence that only says what a passcode is like ("is important") holds none.
A word that means more than a passcode ("code", "pass") makes certain only what looks like one beside it.
Sources: issue 5, item 6 ("joining links and passcodes are always removed"); domain research, section 5; the invitations of the
providers in the languages of those who come.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from hub.core.anonymise.blocks import RULE_OF_TABLE
from hub.core.anonymise.code_talk import is_talk
from hub.core.anonymise.code_tokens import (
    CHUNK,
    CLOSES,
    LONGEST_CODE,
    OPENS,
    Known,
    Piece,
    is_link,
    is_random,
    line_end,
    next_token,
    next_tokens,
    sentence_end,
    trimmed,
    weight_of,
)
from hub.core.anonymise.code_words import (
    ALSO,
    BEING,
    COMPOUND,
    DEFINITE,
    DIRECTLY,
    FOLLOWS_A_CODE,
    IS,
    KEYWORD,
    MAKES_USE,
    MAKES_USE_OF,
    MEETING,
    NO_CODE_AFTER,
    NO_CODE_BEFORE,
    NO_CODE_NEXT,
    NOT_A_CODE,
    PREPOSITION,
)
from hub.core.anonymise.folding import Clean
from hub.core.anonymise.model import Found, Why

FURTHEST_AFTER, FURTHEST_LOOSELY, FURTHEST_BEFORE = 14, 8, 6  # words between a word that speaks of codes and what may be one
MOST_BETWEEN = 6  # words between such a word and its colon
_ALWAYS = "A passcode or meeting number never leaves."
_AGAIN = "A passcode or number that stands elsewhere in these notes."
_NEAR = "It stands near a word for a passcode or code, and may be one."
_SPACE = re.compile(r"[ \t_]*(?:\n[ \t_>]*)?")
_BETWEEN = re.compile(r"(?:[^\s:=|→➡⇒]|:(?=//)|(?<=\d):(?=\d\d(?!\d))){1,60}")
_SEPARATOR = re.compile(r"[:=|→➡⇒]++(?!//)|[-=]+>")
_DASH = re.compile(r"[-–—](?=\s)")
_MARKER = re.compile(r"[\s>#|+•*-]*(?:\d{1,9}[.)]\s)?[\s_]*(?:\[[ xX]\]\s)?(?:the |our )?", re.IGNORECASE)
_STANDS_IN = re.compile(r"\((?:joining link|passcode|dial-in|address|number|link) removed\)")
_WAS_LINK = re.compile(r"\S{0,60}?\((?:joining link|link|passcode|dial-in) removed\)")
_TAG = re.compile(
    r"</?(?:b|i|u|s|em|strong|code|kbd|mark|span|pre|p|br|td|th|tr|li|dt|dd|dl|div|small|big|su[bp]|tt|ins|del|font)\s?/?>",
    re.IGNORECASE,
)
_DIALLED = re.compile(r"(?:,\s{0,4}\*?|\*)(\d{4,12})#")


def codes_in(text: str, read: Clean, *, known: Iterable[str] = ()) -> Iterator[Found]:
    """Yield passcodes and meeting numbers, those only guessed among them, and each of them wherever it is said again.

    `known` are codes that stand elsewhere in the text, such as those in its joining links.
    """
    read = _evenly(read)
    seen = read.text
    keywords = [each for each in KEYWORD.finditer(seen) if _is_ours(seen, each)]
    again = Known()
    for code in known:
        if 4 <= len(code) <= LONGEST_CODE:
            again.add(code, is_certain=True)
    for dialled in _DIALLED.finditer(seen):
        again.add(dialled[1], is_certain=True)
    for piece in (*_said(seen, keywords), *_in_columns(seen)):
        if piece.is_certain:
            _learn(seen, piece, again)
        yield _found(text, read, piece, _ALWAYS if piece.is_certain else _NEAR)
    for piece in again.found_in(seen):
        yield _found(text, read, piece, _AGAIN if piece.is_certain else _NEAR)
    for piece in _near(seen, keywords):
        yield _found(text, read, piece, _NEAR)


def _found(text: str, read: Clean, piece: Piece, words: str) -> Found:
    start, end = read.span(piece.start, piece.end)
    while start and text[start - 1] in "*_`~":
        start -= 1
    while end < len(text) and text[end] in "*_`~":
        end += 1
    why = Why.PASSCODE if piece.is_certain else Why.PERHAPS_CODE
    return Found(start, end, why, words, "(passcode removed)", piece.is_certain)


def _evenly(read: Clean) -> Clean:
    """Give a text with each accent in its letter, and plain tags as blanks."""
    chars, starts, ends = list(read.text), read.starts, read.ends
    if not read.text.isascii() and any(map(unicodedata.combining, read.text)):
        chars, starts, ends = [], [], []
        for char, start, end in zip(read.text, read.starts, read.ends, strict=True):
            if chars and unicodedata.combining(char):
                whole = unicodedata.normalize("NFC", chars[-1] + char)
                chars[-1], ends[-1] = whole if len(whole) == 1 else chars[-1], end
            else:
                chars.append(char)
                starts.append(start)
                ends.append(end)
    said = "".join(chars)
    said = _TAG.sub(lambda tag: " " * len(tag[0]), said) if "<" in said else said
    return Clean(said, starts, ends)


# -- what is said of a code


def _is_ours(text: str, word: re.Match[str]) -> bool:
    """Say whether a word may speak of a passcode: not "code of conduct", nor a part of an address."""
    return word.lastgroup != "loose" or (
        NO_CODE_AFTER.match(text, word.end()) is None and (not word.start() or text[word.start() - 1] not in "/.")
    )


def _is_other(text: str, word: re.Match[str]) -> bool:
    """Say whether it most likely speaks of something else: source code, an area's code."""
    return word.lastgroup == "loose" and NO_CODE_BEFORE.search(text, max(0, word.start() - 16), word.start()) is not None


def _said(text: str, keywords: list[re.Match[str]]) -> Iterator[Piece]:
    taken = 0
    for word in keywords:
        if word.start() < taken or _is_other(text, word):
            continue
        before = _before(text, word)
        if before is not None and before.start >= taken:
            yield before
        after = _after(text, word)
        if after is not None:
            yield after
            taken = after.end if after.is_certain else taken


def _after(text: str, word: re.Match[str]) -> Piece | None:
    """Give what a word for a code announces after it."""
    kind = word.lastgroup or ""
    language = {"koodi": "finnish", "kod": "polish"}.get(word[0].casefold(), kind if kind in IS else "word")
    is_strict = kind in ("code", "loose")
    directly = DIRECTLY[language].match(text, word.end())
    if directly is not None and is_talk(text, directly.end()):
        return None
    if directly is not None and not is_strict:
        return _rest_of_line(text, word.start(), directly.end(), is_column=text[directly.end() - 1] == "|")
    if directly is not None:
        if directly[0].strip():
            return _strictly(text, word, directly.end(), is_loose=kind == "loose")
        return _token_after(text, word, word.end(), is_loose=kind == "loose")
    return _across(text, word, kind, language)


def _rest_of_line(text: str, start: int, said: int, *, is_column: bool = False) -> Piece | None:
    """Give all that follows on the line, or the next line where nothing does."""
    end = text.find("\n", said)
    end = len(text) if end < 0 else end
    if not text[said:end].strip(" *_|>"):  # the code stands on the next line
        below = re.compile(r"\s*([^\n]+)").match(text, end)
        if below is not None and is_column and RULE_OF_TABLE.match(below[1].strip()):
            return None
        end = below.end() if below else end
    rest = text[start:end]
    end -= len(rest) - len(rest.rstrip(" |"))
    if not _STANDS_IN.sub("", text[said:end]).strip(" \n*_|.,;:()>-"):
        return None if _STANDS_IN.search(text, said, end) else Piece(start, end, end)
    return Piece(start, end, said)


def _strictly(text: str, word: re.Match[str], at: int, *, is_loose: bool) -> Piece | None:
    """Give a code after "code:" or "code is", where what stands there looks like one."""
    token = next_token(text, at, line_end(text, at))
    if token is None:
        return None
    start, end = token
    said = text[start:end]
    is_label = text[at - 1] in ":=#|→➡⇒>-–—"
    if is_label and not is_loose and not is_link(said):
        tokens = next_tokens(text, at, line_end(text, at), 3)
        if any(weight_of(text[one:two]) == 2 for one, two in tokens):
            return _rest_of_line(text, word.start(), at)
        return _only_word(text, word.start(), at, token)
    weight = weight_of(said)
    if weight == 0:
        if is_loose:
            return None
        return _only_word(text, word.start(), at, token)
    is_certain = weight == 2 and FOLLOWS_A_CODE.match(text, end, end + 40) is not None
    if is_loose and not is_label:
        is_certain = is_certain and is_random(said)
    return Piece(word.start() if is_certain else start, end, start, is_certain)


def _only_word(text: str, start: int, at: int, token: tuple[int, int]) -> Piece | None:
    """Give a word that is all that is said, as "swordfish" in "The password for today is swordfish."."""
    ends = sentence_end(text, token[1])
    said = text[slice(*token)].strip("!")
    if text[token[1] : ends].strip(CLOSES + " !") or said.casefold() in NOT_A_CODE or len(said) < 2 or is_link(said):
        return None
    return None if "removed" in said else Piece(start, max(token[1], ends), at)


def _token_after(text: str, word: re.Match[str], at: int, *, is_loose: bool) -> Piece | None:
    """Give a code right after such a word: "with passcode 471199"."""
    token = next_token(text, at, line_end(text, at))
    if token is None or text[at : token[0]].strip(OPENS + " :,"):
        return None
    start, end = token
    said = text[start:end]
    is_follower = FOLLOWS_A_CODE.match(text, end, end + 40) is not None
    if weight_of(said) == 2:
        is_certain = is_follower or is_random(said)
        if is_loose:
            is_used = MAKES_USE_OF.search(text, max(0, word.start() - 20), word.start()) is not None and is_follower
            is_certain = is_random(said) and (is_used or _is_line(text, word.start(), end))
        return Piece(word.start() if is_certain else start, end, start, is_certain)
    is_shown = text[start - 1] in "\"“„«‘'"
    if is_shown and not is_loose and weight_of(said) == 0 and len(said) > 3:
        return Piece(start, end, start, is_certain=False)
    return None


def _is_line(text: str, start: int, end: int) -> bool:
    """Say whether a line has no more than a place."""
    before = text[max(0, start - 40) : start].rpartition("\n")
    is_first = bool(before[1]) or start <= 40
    return is_first and _MARKER.fullmatch(before[2]) is not None and not text[end : line_end(text, end)].strip(CLOSES + " !")


def _across(text: str, word: re.Match[str], kind: str, language: str) -> Piece | None:
    """Give what a word announces with up to six words between: "Passcode for the call: 471199"."""
    at, between, crossed = word.end(), 0, False
    is_linked = False
    while between <= MOST_BETWEEN:
        space = _SPACE.match(text, at)
        crossed = crossed or (space is not None and "\n" in space[0])
        at = space.end() if space else at
        sign = _SEPARATOR.match(text, at)
        if sign is not None and not crossed and between:
            return _announced(text, word, kind, sign.end(), is_linked=is_linked, is_label=True)
        dash = _DASH.match(text, at)
        if dash is not None and not crossed and between:
            token = next_token(text, dash.end(), line_end(text, at))
            if token is not None and kind != "loose" and weight_of(text[slice(*token)]) == 2:
                return _rest_of_line(text, word.start(), dash.end())
        said = _BETWEEN.match(text, at)
        if said is None or "://" in said[0] or _WAS_LINK.match(text, at):
            break
        if between == 0:
            if COMPOUND.match(said[0]):
                return None
            is_linked = PREPOSITION.match(said[0]) is not None
        copula = IS[language].match(text, at)
        if copula is not None and (between or crossed):
            return _announced(text, word, kind, copula.end(), is_linked=is_linked, is_label=False)
        token = next_token(text, at, line_end(text, at))
        if token is not None and weight_of(text[slice(*token)]) == 2 and not crossed:
            if between == 0:
                return _token_after(text, word, at, is_loose=kind == "loose")
            if is_linked and _is_meant(text, word, kind, at):
                before = text[max(0, at - 12) : at].strip(" (_,")
                if FOLLOWS_A_CODE.match(text, token[1], token[1] + 40) and not NO_CODE_NEXT.search(before):
                    return Piece(word.start(), token[1], token[0])
        elif between == 0 and token is not None and text[token[0] - 1] in "\"“„«‘'":
            return _token_after(text, word, at, is_loose=kind == "loose")
        if said[0][-1] in ".!?;":
            break
        at, between = said.end(), between + 1
    return _alone(text, word, kind)


def _is_meant(text: str, word: re.Match[str], kind: str, at: int) -> bool:
    """Say whether the words up to a place speak of a meeting, where the word alone may mean anything."""
    return kind not in ("loose", "pin") or re.search(rf"\b{MEETING}\b", text[word.end() : at], re.IGNORECASE) is not None


def _announced(text: str, word: re.Match[str], kind: str, at: int, *, is_linked: bool, is_label: bool) -> Piece | None:
    if not _is_meant(text, word, kind, at) or is_talk(text, at):
        return None
    start = word.start()
    if is_label and kind not in ("loose", "pin", "code"):
        return _rest_of_line(text, start, at, is_column=text[at - 1] == "|")
    tokens = next_tokens(text, at, line_end(text, at), 4)
    coded = [each for each in tokens if weight_of(text[slice(*each)]) == 2]
    if coded:
        return _rest_of_line(text, start, at) if is_label else Piece(start, sentence_end(text, coded[-1][1]), at)
    if not tokens:
        return _rest_of_line(text, start, at) if kind not in ("loose", "pin", "code") and is_linked else None
    if kind == "pin" or not (is_linked or is_label):
        return None
    only = _only_word(text, start, at, tokens[0])
    if only is not None:
        return only
    ends = sentence_end(text, tokens[0][1])
    words = text[tokens[0][0] : ends].split()
    if 1 < len(words) <= 4 and words[0].casefold().strip(CLOSES) not in NOT_A_CODE and kind not in ("loose", "code"):
        return Piece(tokens[0][0], ends, tokens[0][0], is_certain=False)
    return None


def _alone(text: str, word: re.Match[str], kind: str) -> Piece | None:
    """Give a code that stands alone below a word for it: a heading, an item and its own item."""
    end = line_end(text, word.end())
    begins = text.rfind("\n", max(0, word.start() - 40), word.start()) + 1
    if kind == "loose" or end - begins > 80 or not _MARKER.fullmatch(text, begins, word.start()):
        return None
    rest = text[word.end() : end].strip(" _|.#")
    if rest and not PREPOSITION.match(rest):
        return None
    below = re.compile(r"\s*([^\n]+)").match(text, end)
    if below is None or RULE_OF_TABLE.match(below[1].strip()):
        return None
    marker = _MARKER.match(text, below.start(1), below.end(1))
    token = next_token(text, marker.end() if marker else below.start(1), below.end(1))
    if token is None or text[token[1] : below.end(1)].strip(CLOSES + " !|"):
        return None
    weight = weight_of(text[slice(*token)])
    return Piece(*token, token[0], is_certain=weight == 2) if weight else None


def _before(text: str, word: re.Match[str]) -> Piece | None:
    """Give what is said to be one before such a word: "471199 is the passcode"."""
    begins = max(0, word.start() - 120)
    chunks = [(begins + each.start(), begins + each.end()) for each in CHUNK.finditer(text[begins : word.start()])]
    for back in range(1, min(5, len(chunks)) + 1):
        start, end = chunks[-back]
        said = text[start:end]
        if not BEING.fullmatch(said) or (said.casefold() in ("on", "to") and word.lastgroup not in ALSO):
            if said[-1] in ".!?;":
                return None
            continue
        if back == len(chunks) or COMPOUND.match(text[word.end() : word.end() + 40].strip()):
            return None
        place = len(chunks) - back - 1
        token = trimmed(text, *chunks[place])
        if token is None:
            return None
        first = place
        while first and place - first < 4 and text[chunks[first - 1][0] : token[1]].replace(" ", "").isdecimal():
            first -= 1
        token = (chunks[first][0] if first < place else token[0], token[1])
        shown = text[slice(*token)]
        kind = word.lastgroup
        weight = weight_of(shown)
        is_year = weight == 1 and shown.isdecimal() and len(shown) == 4
        if is_year and (kind in ("loose", "pin") or (place and NO_CODE_NEXT.search(text[slice(*chunks[place - 1])]))):
            return None
        if weight == 2 or is_year:
            is_certain = (kind not in ("loose", "pin") or is_random(shown)) and "\n\n" not in text[token[1] : word.start()]
            return Piece(*token, token[0], is_certain)
        is_used = place > 0 and MAKES_USE.fullmatch(text[slice(*chunks[place - 1])]) is not None
        if is_used and said.casefold() not in ("-", "–", "—", ":", "(") and DEFINITE.search(text[end : word.start()]):
            is_word = kind not in ("loose", "pin") and len(shown) > 3 and shown.casefold() not in NOT_A_CODE
            return Piece(*token, token[0], is_certain=False) if is_word else None
        return None
    return None


def _in_columns(text: str) -> Iterator[Piece]:
    """Yield the codes of a table's column whose head speaks of them."""
    if "|" not in text:
        return
    head: set[int] = set()
    at, line_before = 0, ""
    for line in text.split("\n"):
        if "|" not in line:
            head = set()
        elif head:
            for number, (start, end) in enumerate(_cells(line)):
                token = next_token(text, at + start, at + end) if number in head else None
                if token is not None and weight_of(text[slice(*token)]):
                    yield Piece(*token, token[0], weight_of(text[slice(*token)]) == 2)
        elif line_before and "-" in line and RULE_OF_TABLE.match(line.strip(" >")):
            for number, (start, end) in enumerate(_cells(line_before)):
                found = KEYWORD.search(line_before, start, end)
                if found and found.lastgroup != "loose" and not COMPOUND.match(line_before[found.end() : end].strip()):
                    head.add(number)
        line_before = line if "|" in line else ""
        at += len(line) + 1


def _cells(line: str) -> list[tuple[int, int]]:
    cells, start = [], 0
    for at, char in enumerate(line):
        if char == "|":
            cells.append((start, at))
            start = at + 1
    cells.append((start, len(line)))
    return cells if line.lstrip().startswith("|") else [(0, 0), *cells]


def _near(text: str, keywords: list[re.Match[str]]) -> Iterator[Piece]:
    """Yield what has digits and stands near a word for a code."""
    if not keywords:
        return
    starts: list[int] = []
    likely: list[tuple[int, int, tuple[int, int], int]] = []  # which word it is, of which paragraph, where, and how likely
    paragraphs: list[int] = []
    ends = paragraph = 0
    for each in CHUNK.finditer(text):
        paragraph += text.count("\n", ends, each.start()) > 1
        token = trimmed(text, *each.span())
        if token is not None and (weight := weight_of(text[slice(*token)])):
            likely.append((len(starts), paragraph, token, weight))
        starts.append(each.start())
        paragraphs.append(paragraph)
        ends = each.end()
    yielded = -1
    for word in keywords:
        place = bisect_left(starts, word.end()) - 1
        first = bisect_left(likely, max(yielded + 1, place - FURTHEST_BEFORE), key=lambda each: each[0])
        is_loose = word.lastgroup == "loose"
        upto = place + (FURTHEST_LOOSELY if is_loose else FURTHEST_AFTER)
        for number, paragraph, token, weight in likely[first : first + FURTHEST_BEFORE + FURTHEST_AFTER + 1]:
            if number > upto:
                break
            if paragraph == paragraphs[place] and weight >= (2 if is_loose else 1):
                yielded = number
                yield Piece(*token, token[0], is_certain=False)


# -- what is learnt of a code


def _learn(text: str, piece: Piece, known: Known) -> None:
    """Take the codes of a piece: its first one for certain, what else looks like one as a guess."""
    tokens = next_tokens(text, piece.said, piece.end, 12)
    is_first = True
    for start, end in tokens:
        said = text[start:end]
        if end - start <= LONGEST_CODE and weight_of(said):
            bare = said.strip("!")
            known.add(said, is_certain=is_first and weight_of(said) == 2 and len(bare) >= 4)
            is_first = False
    if len(tokens) == 1 and is_first:
        said = text[slice(*tokens[0])]
        if 4 <= len(said) <= LONGEST_CODE and said.casefold() not in NOT_A_CODE and not is_link(said):
            known.add(said, is_certain=re.search(r"[a-z][A-Z].*[A-Z]|\w[!$%&+@]\w", said) is not None)
