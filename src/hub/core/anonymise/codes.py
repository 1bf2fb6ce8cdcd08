"""Passcodes and meeting numbers in notes: the words that speak of them, the code itself, and wherever it is said again.

Certain is what follows such a word and a colon or "is", what comes right before "as the passcode", a table's column with such
a head, and each code so found wherever else it stands in the text. What has digits and only stands near such a word is a guess.
A word that means more than a passcode ("code", "pass") makes certain only what looks like one beside it.
Sources: issue 5, item 6 ("joining links and passcodes are always removed"); domain research, section 5; the invitations of the
providers in the languages of those who come.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from hub.core.anonymise.blocks import RULE_OF_TABLE
from hub.core.anonymise.folding import Clean
from hub.core.anonymise.model import Found, Why

FURTHEST_AFTER, FURTHEST_LOOSELY, FURTHEST_BEFORE = 14, 8, 6  # words between a word that speaks of codes and what may be one
MOST_BETWEEN = 6  # words between such a word and its colon
LONGEST_CODE = 64
_FAR = 400  # characters of a line or sentence that are looked at
_ALWAYS = "A passcode or meeting number never leaves."
_AGAIN = "A passcode or number that stands elsewhere in these notes."
_NEAR = "It stands near a word for a passcode or code, and may be one."

_MEETING = (
    r"(?:zoom|teams|webex|bbb|jitsi|skype|meet|meeting|call|recording|session|webinar|video|phone|conference|room|breakout|event"
    r"|caf[eé]|login|log-?in|sign-?in|wi-?fi|wlan|guest|door|entry|entrance|today|tonight|tomorrow|join|joining|dial-in|host"
    r"|r[eé]union|visio|reuni[oó]n|riunione|reuni[aã]o|sitzung|besprechung|aufzeichnung|aufnahme|treffen|vergadering|opname|m[oöø][td]et?"
    r"|kokous|kokouksen|spotkani[ae])"
)
_KEYWORD = re.compile(
    rf"""(?:(?<![^\W_])|(?<=[^\W_])(?-i:(?=[A-Z])))(?!(?<=[?&;/])\w{{2,12}}=)(?:
      (?P<word>
        pass[ \-]?codes? | pass[ \-]?words? | pass[ \-]?phrases? | passwd | pwd | pw | access\ (?:code|number) | host\ ?key
      | (?:zoom|teams|webex|bbb)[ ]?(?:meeting)?[ ]?(?:id|number)
      | (?:personal\ )?(?:meeting|webinar|video|(?:phone\ |audio\ )?conference|(?<!a\ )participant|attendee|room|event)
        [ \-]?(?:id|key|pin|code)
      | (?:meeting|webinar|conference)\ (?:number|no\.?)
      | passw[oö]rt(?:er)? | passwoerter | kenn?w[oö]rt(?:er)? | kenncode | zugangsdaten | anmeldedaten | inloggegevens
      | (?:zugangs|zugriffs|einwahl|konferenz|sitzungs)[ -]?code
      | geheimzahl | (?:besprechungs|konferenz|sitzungs|webinar)[ -]?(?:id|nummer|kennung|pin)
      | mots?\ de\ passe | mdp | code\ (?:d['’]acc[eè]s|d['’]entr[eé]e|secret)
      | (?:id|identifiant|num[eé]ro)\ de\ (?:la\ )?r[eé]union
      | contrase[nñ]as? | (?:clave|c[oó]digo|chave)\ de\ acceso | id\ de\ (?:la\ )?reuni[oó]n
      | (?:codice|chiave)\ (?:di\ |d['’])accesso | codice\ d['’]ingresso | parola\ d['’]ordine | id\ (?:della\ )?riunione
      | senhas? | palavra[ -]passe | (?:c[oó]digo|chave)\ de\ acesso | id\ da\ reuni[aã]o
      | wachtwoord(?:en)? | toegangscode | pincode | vergader(?:ing)?[ -]?(?:id|nummer|code)
      | l[oö]senord(?:et|en)? | l[oö]senkod(?:en)? | (?:[aå]tkomst|m[oö]tes|s[aä]kerhets|pin)[ -]?kod(?:en)?
      | m[oöø]tes?[ -]?(?:id|nummer|nummeret)
      | (?:adgangs|tilgangs|m[oø]te|m[oø]de|pin)[ -]?kode[nr]? | kodeord(?:et)? | passord(?:et)?
      | identyfikator\ spotkania | id\ spotkania | kod\ (?:dost[eę]pu|spotkania)
      | hesl[oa] | jelsz[oó] | [sş]ifre(?:si)? | пароль
      )
    | (?P<finnish> salasana\w{{0,5}} | p[aä][aä]sykoodi\w{{0,3}} | tunnussana\w{{0,3}} | kokous(?:koodi|tunnus|-?id)\w{{0,3}}
      | kokouksen\ tunnus | pin-?koodi)
    | (?P<polish> has[lł](?:o|a|em))
    | (?P<pin> pin(?:\ (?:code|number))?)
    | (?P<code> {_MEETING}(?:['’]s)?[ -](?:code|kod|kode|koodi|pin|password)(?:n|en)?
      | (?:login|invite|invitation|verification|one-time|secret|backstage)[ -]code | beitrittscode | teilnahmecode)
    | (?P<loose> codes? | kod(?:en)? | kode[nr]? | koodi | c[oó]digo | codice | clave | chave | pass)
    )(?![^\W_])(?!\ removed\))
    | (?P<alone> 密码 | 密碼 | パスワード | パスコード | 비밀번호 | 暗証番号)""",
    re.VERBOSE | re.IGNORECASE,
)
_NO_CODE_BEFORE = re.compile(
    r"\b(?:source|open|error|status|exit|https?|post|postal|zip|area|country|dial(?:l?ing)?|sort|colou?r|hex|qr|bar|course|module"
    r"|product|licen[cs]e|legacy|python|clean|machine|research|sample|example|dress|the team['’]s|we|to|lines of) ?-?\Z",
    re.IGNORECASE,
)
_NO_CODE_AFTER = re.compile(
    r"[ -](?:of (?:conduct|practice|ethics)|reviews?|bases?|blocks?|cells?|samples?|snippets?|sprints?|clubs?|quality|style"
    r"|sharing|along|for (?:science|all|good|thought))\b|-\w|[./]\w",
    re.IGNORECASE,
)
_COMPOUND = re.compile(
    r"(?:polic(?:y|ies)|manag\w+|reset\w*|rules?|length|strength|requirements?|protect\w*|hygiene|fields?|box|prompt|pages?|changes?"
    r"|security|forms?|format|generat\w+|vaults?|stores?|storage|shar(?:ing|es?)|problems?|issues?|habits|reuse|hash\w*"
    r"|less|files?|advice|workshop|talk|discussion|guidance|guidelines?|fatigue|for (?:thought|life))\b",
    re.IGNORECASE,
)
_LINKING = (
    r"(?:for|to|of|in|on|at|is|here|now|today(?:['’]s)?|tonight|tomorrow|this|that|these|we|you|i|they|with|from|as|which|will|again|remains"
    r"|für|fuer|zur?|zum|von|vom|der|des|heute|im|am|pour|de|du|d['’]\w+|pro|para|por|del|della|di|do|da|per|il|voor|van|het|för|till"
    r"|av|for|til|af|na|do|dla|aujourd['’]hui|hoy|oggi|hoje|vandaag|idag|i)"
)
_PREPOSITION = re.compile(rf"[(_]*{_LINKING}(?![^\W_])", re.IGNORECASE)
_COPULA = r"is|was|are|were|will[ ]be|remains|lautet|ist|est|était|es|é|è|er|är|jest"
_DIRECT = r"""[ \t_]*+(?:\((?!(?:joining\ link|passcode)\ removed\))[^()\n]{{0,60}}\)[ \t_]*+)?
    (?: [:=\#|→➡⇒>]++(?!//) | -+> | [-–—](?=\s) | (?:{copula})\b(?=\s*\S) | [\s_]*+(?:[:=]++(?!//)|(?=\d[\d\ \-]{{4,}}\d)) )"""
_ALSO = {"word": "", "finnish": "|on", "polish": "|to"}  # how "is" is said beside words of that language
_DIRECTLY = {
    kind: re.compile(_DIRECT.format(copula=_COPULA + more), re.VERBOSE | re.IGNORECASE) for kind, more in _ALSO.items()
}
_IS = {kind: re.compile(rf"(?:{_COPULA}{more})(?![^\W_])", re.IGNORECASE) for kind, more in _ALSO.items()}
_SPACE = re.compile(r"[ \t_]*(?:\n[ \t_>]*)?")
_BETWEEN = re.compile(r"(?:[^\s:=|→➡⇒]|:(?=//)|(?<=\d):(?=\d\d(?!\d))){1,60}")
_SEPARATOR = re.compile(r"[:=|→➡⇒]++(?!//)|[-=]+>")
_DASH = re.compile(r"[-–—](?=\s)")
_CHUNK = re.compile(r"[^\s|]+")
_GROUPS = re.compile(r"\d+(?:[ -]\d{2,6}){1,4}(?![\w])")
_OPENS, _CLOSES = "\"'“”‘’«»„([{<_#*", ".,;:?)]}\"'“”‘’«»>_"
_SENTENCE_ENDS = re.compile(r"[.!?][\"”’')\]_]*(?=\s|\Z)|[\n|]")
_SOFT = re.compile(
    r"(?:19|20)\d\d|\d{1,3}|\d{1,2}[:.]\d\d(?:[ap]m)?|\d{1,4}[-./–]\d{1,2}(?:[-./]\d{1,4})?|v?\d+(?:\.\d+)+|[£$€]?\d{1,3}(?:,\d{3})+"
    r"|\d+(?:st|nd|rd|th|k|m|kb|mb|gb|mins?|h|hrs?|am|pm|px|%|x|s)|(?:\d{4}-){3}\d{3}[\dx]|[£$€]\d+|(?:19|20)\d\d[-–/]\d\d(?:\d\d)?",
    re.IGNORECASE,
)
_NOT_A_CODE = frozenset(
    [
        "important", "needed", "required", "none", "below", "above", "here", "there", "wrong", "right", "shared",
        "same", "unchanged", "changed", "gone", "secret", "lost", "known", "sent", "kept", "stored", "not", "in", "on",
        "at", "by", "with", "from", "to", "the", "a", "an", "being", "still", "also", "now", "only", "always", "never",
        "that", "what", "where", "too", "very", "so", "tbc", "tba", "yes", "no", "optional", "missing", "set", "it",
        "see", "ask", "old", "new", "weak", "strong", "enough", "hidden", "removed", "n/a", "unknown", "private",
        "later", "soon", "open", "closed", "over", "fine", "good", "bad", "as", "already", "case", "both", "and", "or",
    ]
)  # fmt: skip
_FOLLOWS_A_CODE = re.compile(
    r"(?:[^\w\s]|_)*[ \t]*(?:$|\n|[^\w\s]|_|(?:for|and|to|on|in|if|as|but|today|tonight|tomorrow|or|again|so|please|when|until"
    r"|at|with|this|by|is|was|für|heute|pour|para|per|voor|för|til|na|dla|e|et|y|und|en|och|og)\b)",
    re.IGNORECASE,
)
_NO_CODE_NEXT = re.compile(
    r"(?:at|in|on|since|until|by|from|after|before|pages?|room|version|chapter|step|week|day|year|over|about|around|than|of|some)\Z",
    re.IGNORECASE,
)
_BEING = re.compile(
    r"(?:as|is|was|being|als|comme|como|come|som|jako|ist|est|es|è|é|er|är|on|to|=|–|—|-|:|\()\Z", re.IGNORECASE
)
_USE = r"(?:with|use|using|enter|type|mit|avec|con|com|met|med|z|ze)"
_MAKES_USE = re.compile(rf"{_USE}\Z", re.IGNORECASE)
_MAKES_USE_OF = re.compile(rf"\b{_USE}(?: (?:the|this|our|dem|le|el|il|o|de))? \Z", re.IGNORECASE)
_DEFINITE = re.compile(r"\b(?:the|our|your|today['’]s|this)\b", re.IGNORECASE)
_MARKER = re.compile(r"[\s>#|+•*-]*(?:\d{1,9}[.)]\s)?[\s_]*(?:\[[ xX]\]\s)?(?:the |our )?", re.IGNORECASE)
_STANDS_IN = re.compile(r"\((?:joining link|passcode|dial-in|address|number|link) removed\)")
_WAS_LINK = re.compile(r"\S{0,60}?\((?:joining link|link|passcode|dial-in) removed\)")
_TAG = re.compile(
    r"</?(?:b|i|u|s|em|strong|code|kbd|mark|span|pre|p|br|td|th|tr|li|dt|dd|dl|div|small|big|su[bp]|tt|ins|del|font)\s?/?>",
    re.IGNORECASE,
)
_RUN = re.compile(r"[0-9A-Za-z\u00c0-\u024f]+|[^\W_0-9A-Za-z\u00c0-\u024f]+")
_DIALLED = re.compile(r"(?:,\s{0,4}\*?|\*)(\d{4,12})#")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A place in the text that goes, and from where in it the code stands."""

    start: int
    end: int
    said: int
    is_certain: bool = True


@dataclass(slots=True)
class _Known:
    """Codes by their first letters, to be looked up at each word. Small letters; numbers without blanks."""

    codes: dict[str, bool] = field(default_factory=dict)
    lengths: dict[str, set[int]] = field(default_factory=dict)
    numbers: dict[str, bool] = field(default_factory=dict)

    def add(self, said: str, *, is_certain: bool) -> None:
        """Take a code; what is certain stays so."""
        code = said.strip(_OPENS + _CLOSES + "!").casefold()
        digits = re.sub(r"[ -]", "", code)
        if digits.isdecimal():
            is_certain = is_certain and _SOFT.fullmatch(digits) is None
            self.numbers[digits] = self.numbers.get(digits, False) or is_certain
        elif first := _RUN.match(code):
            self.codes[code] = self.codes.get(code, False) or is_certain
            self.lengths.setdefault(first[0], set()).add(len(code))

    def found_in(self, text: str) -> Iterator[_Piece]:
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
                    yield _Piece(start, upto, start, self.codes[small[start:upto]])
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
                    yield _Piece(start, runs[last][1], start, self.numbers[number])
                if len(number) > LONGEST_CODE:
                    break


def codes_in(text: str, read: Clean, *, known: Iterable[str] = ()) -> Iterator[Found]:
    """Yield passcodes and meeting numbers, those only guessed among them, and each of them wherever it is said again.

    `known` are codes that stand elsewhere in the text, such as those in its joining links.
    """
    read = _evenly(read)
    seen = read.text
    keywords = [each for each in _KEYWORD.finditer(seen) if _is_ours(seen, each)]
    again = _Known()
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


def _found(text: str, read: Clean, piece: _Piece, words: str) -> Found:
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
        _NO_CODE_AFTER.match(text, word.end()) is None and (not word.start() or text[word.start() - 1] not in "/.")
    )


def _is_other(text: str, word: re.Match[str]) -> bool:
    """Say whether it most likely speaks of something else: source code, an area's code."""
    return word.lastgroup == "loose" and _NO_CODE_BEFORE.search(text, max(0, word.start() - 16), word.start()) is not None


def _said(text: str, keywords: list[re.Match[str]]) -> Iterator[_Piece]:
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


def _after(text: str, word: re.Match[str]) -> _Piece | None:
    """Give what a word for a code announces after it."""
    kind = word.lastgroup or ""
    language = {"koodi": "finnish", "kod": "polish"}.get(word[0].casefold(), kind if kind in _IS else "word")
    is_strict = kind in ("code", "loose")
    directly = _DIRECTLY[language].match(text, word.end())
    if directly is not None and not is_strict:
        return _rest_of_line(text, word.start(), directly.end(), is_column=text[directly.end() - 1] == "|")
    if directly is not None:
        if directly[0].strip():
            return _strictly(text, word, directly.end(), is_loose=kind == "loose")
        return _token_after(text, word, word.end(), is_loose=kind == "loose")
    return _across(text, word, kind, language)


def _rest_of_line(text: str, start: int, said: int, *, is_column: bool = False) -> _Piece | None:
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
        return None if _STANDS_IN.search(text, said, end) else _Piece(start, end, end)
    return _Piece(start, end, said)


def _strictly(text: str, word: re.Match[str], at: int, *, is_loose: bool) -> _Piece | None:
    """Give a code after "code:" or "code is", where what stands there looks like one."""
    token = _token(text, at, _line_end(text, at))
    if token is None:
        return None
    start, end = token
    said = text[start:end]
    is_label = text[at - 1] in ":=#|→➡⇒>-–—"
    if is_label and not is_loose and not _is_link(said):
        tokens = _tokens(text, at, _line_end(text, at), 3)
        if any(_weight(text[one:two]) == 2 for one, two in tokens):
            return _rest_of_line(text, word.start(), at)
        return _only_word(text, word.start(), at, token)
    weight = _weight(said)
    if weight == 0:
        if is_loose:
            return None
        return _only_word(text, word.start(), at, token)
    is_certain = weight == 2 and _FOLLOWS_A_CODE.match(text, end, end + 40) is not None
    if is_loose and not is_label:
        is_certain = is_certain and _is_random(said)
    return _Piece(word.start() if is_certain else start, end, start, is_certain)


def _only_word(text: str, start: int, at: int, token: tuple[int, int]) -> _Piece | None:
    """Give a word that is all that is said, as "swordfish" in "The password for today is swordfish."."""
    ends = _sentence_end(text, token[1])
    said = text[slice(*token)].strip("!")
    if text[token[1] : ends].strip(_CLOSES + " !") or said.casefold() in _NOT_A_CODE or len(said) < 2 or _is_link(said):
        return None
    return None if "removed" in said else _Piece(start, max(token[1], ends), at)


def _token_after(text: str, word: re.Match[str], at: int, *, is_loose: bool) -> _Piece | None:
    """Give a code right after such a word: "with passcode 471199"."""
    token = _token(text, at, _line_end(text, at))
    if token is None or text[at : token[0]].strip(_OPENS + " :,"):
        return None
    start, end = token
    said = text[start:end]
    is_follower = _FOLLOWS_A_CODE.match(text, end, end + 40) is not None
    if _weight(said) == 2:
        is_certain = is_follower or _is_random(said)
        if is_loose:
            is_used = _MAKES_USE_OF.search(text, max(0, word.start() - 20), word.start()) is not None and is_follower
            is_certain = _is_random(said) and (is_used or _is_line(text, word.start(), end))
        return _Piece(word.start() if is_certain else start, end, start, is_certain)
    is_shown = text[start - 1] in "\"“„«‘'"
    if is_shown and not is_loose and _weight(said) == 0 and len(said) > 3:
        return _Piece(start, end, start, is_certain=False)
    return None


def _is_line(text: str, start: int, end: int) -> bool:
    """Say whether a line has no more than a place."""
    before = text[max(0, start - 40) : start].rpartition("\n")
    is_first = bool(before[1]) or start <= 40
    return is_first and _MARKER.fullmatch(before[2]) is not None and not text[end : _line_end(text, end)].strip(_CLOSES + " !")


def _across(text: str, word: re.Match[str], kind: str, language: str) -> _Piece | None:
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
            token = _token(text, dash.end(), _line_end(text, at))
            if token is not None and kind != "loose" and _weight(text[slice(*token)]) == 2:
                return _rest_of_line(text, word.start(), dash.end())
        said = _BETWEEN.match(text, at)
        if said is None or "://" in said[0] or _WAS_LINK.match(text, at):
            break
        if between == 0:
            if _COMPOUND.match(said[0]):
                return None
            is_linked = _PREPOSITION.match(said[0]) is not None
        copula = _IS[language].match(text, at)
        if copula is not None and (between or crossed):
            return _announced(text, word, kind, copula.end(), is_linked=is_linked, is_label=False)
        token = _token(text, at, _line_end(text, at))
        if token is not None and _weight(text[slice(*token)]) == 2 and not crossed:
            if between == 0:
                return _token_after(text, word, at, is_loose=kind == "loose")
            if is_linked and _is_meant(text, word, kind, at):
                before = text[max(0, at - 12) : at].strip(" (_,")
                if _FOLLOWS_A_CODE.match(text, token[1], token[1] + 40) and not _NO_CODE_NEXT.search(before):
                    return _Piece(word.start(), token[1], token[0])
        elif between == 0 and token is not None and text[token[0] - 1] in "\"“„«‘'":
            return _token_after(text, word, at, is_loose=kind == "loose")
        if said[0][-1] in ".!?;":
            break
        at, between = said.end(), between + 1
    return _alone(text, word, kind)


def _is_meant(text: str, word: re.Match[str], kind: str, at: int) -> bool:
    """Say whether the words up to a place speak of a meeting, where the word alone may mean anything."""
    return kind not in ("loose", "pin") or re.search(rf"\b{_MEETING}\b", text[word.end() : at], re.IGNORECASE) is not None


def _announced(text: str, word: re.Match[str], kind: str, at: int, *, is_linked: bool, is_label: bool) -> _Piece | None:
    if not _is_meant(text, word, kind, at):
        return None
    start = word.start()
    if is_label and kind not in ("loose", "pin", "code"):
        return _rest_of_line(text, start, at, is_column=text[at - 1] == "|")
    tokens = _tokens(text, at, _line_end(text, at), 4)
    coded = [each for each in tokens if _weight(text[slice(*each)]) == 2]
    if coded:
        return _rest_of_line(text, start, at) if is_label else _Piece(start, _sentence_end(text, coded[-1][1]), at)
    if not tokens:
        return _rest_of_line(text, start, at) if kind not in ("loose", "pin", "code") and is_linked else None
    if kind == "pin" or not (is_linked or is_label):
        return None
    only = _only_word(text, start, at, tokens[0])
    if only is not None:
        return only
    ends = _sentence_end(text, tokens[0][1])
    words = text[tokens[0][0] : ends].split()
    if 1 < len(words) <= 4 and words[0].casefold().strip(_CLOSES) not in _NOT_A_CODE and kind not in ("loose", "code"):
        return _Piece(tokens[0][0], ends, tokens[0][0], is_certain=False)
    return None


def _alone(text: str, word: re.Match[str], kind: str) -> _Piece | None:
    """Give a code that stands alone below a word for it: a heading, an item and its own item."""
    end = _line_end(text, word.end())
    begins = text.rfind("\n", max(0, word.start() - 40), word.start()) + 1
    if kind == "loose" or end - begins > 80 or not _MARKER.fullmatch(text, begins, word.start()):
        return None
    rest = text[word.end() : end].strip(" _|.#")
    if rest and not _PREPOSITION.match(rest):
        return None
    below = re.compile(r"\s*([^\n]+)").match(text, end)
    if below is None or RULE_OF_TABLE.match(below[1].strip()):
        return None
    marker = _MARKER.match(text, below.start(1), below.end(1))
    token = _token(text, marker.end() if marker else below.start(1), below.end(1))
    if token is None or text[token[1] : below.end(1)].strip(_CLOSES + " !|"):
        return None
    weight = _weight(text[slice(*token)])
    return _Piece(*token, token[0], is_certain=weight == 2) if weight else None


def _before(text: str, word: re.Match[str]) -> _Piece | None:
    """Give what is said to be one before such a word: "471199 is the passcode"."""
    begins = max(0, word.start() - 120)
    chunks = [(begins + each.start(), begins + each.end()) for each in _CHUNK.finditer(text[begins : word.start()])]
    for back in range(1, min(5, len(chunks)) + 1):
        start, end = chunks[-back]
        said = text[start:end]
        if not _BEING.fullmatch(said) or (said.casefold() in ("on", "to") and word.lastgroup not in _ALSO):
            if said[-1] in ".!?;":
                return None
            continue
        if back == len(chunks) or _COMPOUND.match(text[word.end() : word.end() + 40].strip()):
            return None
        place = len(chunks) - back - 1
        token = _trimmed(text, *chunks[place])
        if token is None:
            return None
        first = place
        while first and place - first < 4 and text[chunks[first - 1][0] : token[1]].replace(" ", "").isdecimal():
            first -= 1
        token = (chunks[first][0] if first < place else token[0], token[1])
        shown = text[slice(*token)]
        kind = word.lastgroup
        weight = _weight(shown)
        is_year = weight == 1 and shown.isdecimal() and len(shown) == 4
        if is_year and (kind in ("loose", "pin") or (place and _NO_CODE_NEXT.search(text[slice(*chunks[place - 1])]))):
            return None
        if weight == 2 or is_year:
            is_certain = (kind not in ("loose", "pin") or _is_random(shown)) and "\n\n" not in text[token[1] : word.start()]
            return _Piece(*token, token[0], is_certain)
        is_used = place > 0 and _MAKES_USE.fullmatch(text[slice(*chunks[place - 1])]) is not None
        if is_used and said.casefold() not in ("-", "–", "—", ":", "(") and _DEFINITE.search(text[end : word.start()]):
            is_word = kind not in ("loose", "pin") and len(shown) > 3 and shown.casefold() not in _NOT_A_CODE
            return _Piece(*token, token[0], is_certain=False) if is_word else None
        return None
    return None


def _in_columns(text: str) -> Iterator[_Piece]:
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
                token = _token(text, at + start, at + end) if number in head else None
                if token is not None and _weight(text[slice(*token)]):
                    yield _Piece(*token, token[0], _weight(text[slice(*token)]) == 2)
        elif line_before and "-" in line and RULE_OF_TABLE.match(line.strip(" >")):
            for number, (start, end) in enumerate(_cells(line_before)):
                found = _KEYWORD.search(line_before, start, end)
                if found and found.lastgroup != "loose" and not _COMPOUND.match(line_before[found.end() : end].strip()):
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


def _near(text: str, keywords: list[re.Match[str]]) -> Iterator[_Piece]:
    """Yield what has digits and stands near a word for a code."""
    if not keywords:
        return
    starts: list[int] = []
    likely: list[tuple[int, int, tuple[int, int], int]] = []  # which word it is, of which paragraph, where, and how likely
    paragraphs: list[int] = []
    ends = paragraph = 0
    for each in _CHUNK.finditer(text):
        paragraph += text.count("\n", ends, each.start()) > 1
        token = _trimmed(text, *each.span())
        if token is not None and (weight := _weight(text[slice(*token)])):
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
                yield _Piece(*token, token[0], is_certain=False)


# -- what looks like a code


def _learn(text: str, piece: _Piece, known: _Known) -> None:
    """Take the codes of a piece: its first one for certain, what else looks like one as a guess."""
    tokens = _tokens(text, piece.said, piece.end, 12)
    is_first = True
    for start, end in tokens:
        said = text[start:end]
        if end - start <= LONGEST_CODE and _weight(said):
            bare = said.strip("!")
            known.add(said, is_certain=is_first and _weight(said) == 2 and len(bare) >= 4)
            is_first = False
    if len(tokens) == 1 and is_first:
        said = text[slice(*tokens[0])]
        if 4 <= len(said) <= LONGEST_CODE and said.casefold() not in _NOT_A_CODE and not _is_link(said):
            known.add(said, is_certain=re.search(r"[a-z][A-Z].*[A-Z]|\w[!$%&+@]\w", said) is not None)


def _weight(said: str) -> int:
    """Give 2 for what looks like a code, 1 for what may be one as well as a year or a time, 0 for a word."""
    bare = said.strip(_OPENS + _CLOSES + "!")
    if sum(map(str.isalnum, bare)) < 3 or not any(map(str.isdigit, bare)) or _is_link(bare):
        return 0
    return 1 if _SOFT.fullmatch(bare) else 2


def _is_random(said: str) -> bool:
    """Say whether hardly any word looks like it: a number, or digits between letters or signs."""
    bare = said.strip(_OPENS + _CLOSES)
    if re.sub(r"[ -]", "", bare).isdecimal():
        return True
    return (len(bare) >= 6 and re.search(r"\d[^\W\d_]", bare) is not None) or re.search(r"[!$%&+@]", bare) is not None


def _is_link(said: str) -> bool:
    return (
        "//" in said
        or said.lower().startswith("www.")
        or re.search(r"@[\w-]+\.\w|\w\.[a-z]{2,}/|^10\.\d{4,}/", said) is not None
    )


def _line_end(text: str, at: int) -> int:
    """Give where a line ends, or how far of a long one is looked at."""
    end = text.find("\n", at, at + _FAR)
    return min(at + _FAR, len(text)) if end < 0 else end


def _sentence_end(text: str, at: int) -> int:
    found = _SENTENCE_ENDS.search(text, at, at + _FAR)
    return min(at + _FAR, len(text)) if found is None else found.start()


def _token(text: str, at: int, end: int) -> tuple[int, int] | None:
    """Give the next word or number before a place, blanks within a number taken along."""
    for _ in range(4):  # signs alone are no word
        found = _CHUNK.search(text, at, end)
        if found is None:
            return None
        token = _trimmed(text, *found.span())
        if token is not None:
            number = _GROUPS.match(text, token[0], end)
            return number.span() if number and number.end() > token[1] else token
        at = found.end()
    return None


def _tokens(text: str, at: int, end: int, most: int) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    while len(made) < most and (token := _token(text, at, end)) is not None:
        made.append(token)
        at = token[1]
        while at < end and text[at] in _CLOSES:
            at += 1
    return made


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start] in _OPENS:
        start += 1
    while end > start and text[end - 1] in _CLOSES:
        end -= 1
    return (start, end) if end > start else None
