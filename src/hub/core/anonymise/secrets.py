"""What opens a meeting or reaches a person: joining links, passcodes, dial-in numbers, e-mail addresses, telephone numbers.

The first three never leave. A link is known by its session, by its provider, or by the passcode in it, also inside another link
that leads on to it; how a passcode is known, `codes` says.
Sources: domain research, section 5 ("Zoom link with password left in notes"); the invitations of the providers themselves.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qs, unquote, urlsplit

from hub.core.anonymise.codes import codes_in
from hub.core.anonymise.folding import Clean
from hub.core.anonymise.model import Found, Why

LINK_REMOVED = "#link-removed"  # where a link leads
_CHUNK = re.compile(r"[^\s<>\"`|\[\]{}]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{1,15}:/{0,2}(?=\S)", re.IGNORECASE)
_JOINING = re.compile(
    r"""(?<![\w-])(?:[\w-]{1,63}\.){0,6}(?:
        zoom(?:gov)?\.(?:us|com(?:\.cn)?)/(?!$)(?<!support\.zoom\.us/)(?<!blog\.zoom\.us/)(?<!explore\.zoom\.us/)\S
      | teams\.(?:microsoft\.(?:com|us)|live\.com|cloud\.microsoft)/\S
      | (?:meet|hangouts)\.google\.com/\S | g\.co/meet
      | webex\.com(?:\.cn)?/\S
      | meet\.jit\.si/\S | 8x8\.vc/\S | whereby\.com/\S | appear\.in/\S
      | gotomeeting\.com/\S | gotomeet\.me/\S | meet\.goto\.com/\S | bluejeans\.com/\S | join\.skype\.com/\S
      | discord\.(?:gg|com/invite)/\S | chime\.aws/\S | gather\.town/\S | spatial\.chat/\S | livestorm\.co/\S
      | app\.slack\.com/huddle | zoho\.\w+/meeting\S | ringcentral\.com/\S | kmeet\.infomaniak\.com/\S
    )
    | (?<![\w.-])(?:meet|jitsi|bbb|bigbluebutton|webconf|videoconf)[\w-]{0,40}(?:\.[\w-]{1,63}){1,6}/[^\s/]
    | /bigbluebutton/\S | /b/[a-z0-9]{3}-[a-z0-9]{3}-[a-z0-9]{3} | /rooms/[a-z0-9-]+/join
    | (?<!\w)(?:zoommtg|zoomus|msteams|jitsi-meet|sips?|h323|facetime|callto):\S
    | [?&;](?:pwd|passcode|password|passwd|pw|tk)=[^&]
    """,
    re.VERBOSE,
)
_DIAL_IN_HERE = re.compile(
    r",{1,4}\s{0,4}\*?\d{3,20}[#*]|\b\d[\d ]{7,20}#|@(?:t\.plcm\.vc|zoomcrc\.com)"
    r"|\bone[ -]?tap\b.{0,200}\d{5}|\bdial[ -]?(?:in\b|by\b).{0,200}\d{4}"
    r"|\bfind (?:your|a) local number"
    r"|\b(?:join|joining|call|calling)(?: in)? by (?:tele)?phone\b.{0,200}\d{4}|\bor call in\b.{0,200}\d{4}",
    re.IGNORECASE,
)
_DIAL_IN_BELOW = re.compile(
    r"\bone[ -]?tap\b|\bdial[ -]?(?:in\b|by your location)|\bor call in\b"
    r"|\b(?:join|joining|call|calling)(?: in)? by (?:tele)?phone\b",
    re.IGNORECASE,
)
_NUMBER_LINE = re.compile(r"[^\w+(]{0,80}(?:[A-Za-z() ]{0,40}[:–-]?\s*)?(?:\+|00|\(?0)[\d ().-]{7,}")
_MARKER = re.compile(r"[ \t>]*(?:(?:[-*+•]|\d{1,9}[.)])[ \t]+)?")
_MAIL = re.compile(r"(?:mailto:)?(?<![\w.+'-])[\w.+'-]*[\w+-](?:@|%40)(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}", re.IGNORECASE)
_SPELT_MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64} ?(?:[\[({] ?(?:at|@) ?[\])}]| at (?=[\w-]+ dot )) ?[\w-]{1,63}"
    r"(?: ?(?:\.| dot |[\[({] ?(?:dot|\.) ?[\])}]) ?[\w-]{2,63}){1,6}",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?P<tel>tel:|(?:tele)?phone:? |mobile:? |tel\.? ?:? ?|call )?(?<![\w/.@=-])(?P<far>\+|00)?"
    r"(?(far)\d|\(?0\d{2,4}\)?)(?:[ ().-]{0,3}\d){6,13}(?![\w-]{0,20}\w)",
    re.IGNORECASE,
)
_MEETING = re.compile(r"(?<!\d)\d(?:[ -]?\d){8,11}(?!\d)")
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")


class Joins:
    """The sessions' own links and passcodes, to be found wherever they stand."""

    def __init__(self, links: Iterable[str] = (), passcodes: Iterable[str] = ()) -> None:
        """Take the links as they were stored; passcodes and meeting numbers in them are known by that."""
        keys, codes, numbers = set(), {each.strip() for each in passcodes}, set()
        self._whole = set()
        for link in links:
            seen = _seen(link.strip())
            bare = re.sub(r"^[a-z][a-z0-9+.-]*:/{0,2}", "", seen).partition("#")[0].partition("?")[0].rstrip("/")
            if "/" in bare and len(bare) >= 6:
                keys.add(bare)
            elif bare:
                self._whole.add(bare)
            numbers |= _numbers_of(link.strip())
            codes |= _passcodes_of(link.strip())
        known = [
            re.escape(each) if len(each) >= 6 else rf"(?<!\w){re.escape(each)}(?!\w)"
            for each in sorted(codes)
            if len(each) >= 4
        ]
        self._links = re.compile("|".join(map(re.escape, sorted(keys, key=len, reverse=True)))) if keys else None
        self._numbers = numbers
        self._codes = re.compile("|".join(known)) if known else None

    def is_joining(self, seen: str) -> bool:
        """Say whether a piece of text, as `_seen` gives it, leads into a meeting."""
        if self._links is not None and "/" in seen and self._links.search(seen):
            return True
        if self._whole and re.sub(r"^[a-z][a-z0-9+.-]*:/{0,2}", "", seen.strip("(),.;")).rstrip("/") in self._whole:
            return True
        return _JOINING.search(seen) is not None

    def links_in(self, text: str) -> Iterator[Found]:
        """Yield the joining links of a text."""
        for start, end in chunks(text):
            if self.is_joining(_seen(text[start:end])):
                yield replaced_link(text, start, end, Why.JOINING, "A joining link never leaves.", "(joining link removed)")

    def _own_in(self, read: Clean) -> Iterator[Found]:
        for found in self._codes.finditer(read.text) if self._codes else ():
            yield Found(*read.span(*found.span()), Why.PASSCODE, "A session’s own passcode or number.", "(passcode removed)")
        for found in _MEETING.finditer(read.text) if self._numbers else ():
            if re.sub(r"[ -]", "", found[0]) in self._numbers:
                yield Found(*read.span(*found.span()), Why.PASSCODE, "A session’s own number.", "(passcode removed)")

    def codes_in(self, text: str, read: Clean, *, known: Iterable[str] = ()) -> Iterator[Found]:
        """Yield passcodes, meeting numbers and dial-in lines; the passcodes that are only guessed as well.

        `known` are codes that were named elsewhere.
        """
        links = sorted(each for each in chunks(text) if self.is_joining(_seen(text[slice(*each)])))
        said = set(known)
        for start, end in links:
            said |= _numbers_of(text[start:end]) | _passcodes_of(text[start:end])
        for found in (*codes_in(text, read, known=said), *self._own_in(read)):
            at = bisect_right(links, (found.start, len(text))) - 1
            if at < 0 or links[at][1] < found.end:  # a joining link goes whole
                yield found
        yield from _dial_ins(read)


def _numbers_of(link: str) -> set[str]:
    return set(re.findall(r"(?<!\d)\d{9,12}(?!\d)", _seen(link)))


def _passcodes_of(link: str) -> set[str]:
    try:
        asked = parse_qs(urlsplit(link).query)
    except ValueError:
        return set()
    return {code for name in ("pwd", "passcode", "password", "pw", "tk") for code in asked.get(name, ())}


def _dial_ins(read: Clean) -> Iterator[Found]:
    first = last = -1
    is_below = False
    at = 0
    for line in [*read.text.split("\n"), ""]:
        begins = at + (len(_MARKER.match(line)[0]) if line.strip() else 0)  # type: ignore[index]
        ends = at + len(line.rstrip())
        if _DIAL_IN_HERE.search(line) or (is_below and _NUMBER_LINE.match(line)):
            first = begins if first < 0 else first
            last = ends
            is_below = True
        else:
            if first >= 0:
                yield Found(*read.span(first, last), Why.DIAL_IN, "A number to dial in by never leaves.", "(dial-in removed)")
            first = -1
            is_below = bool(_DIAL_IN_BELOW.search(line)) or (is_below and not line.strip())
        at += len(line) + 1


def chunks(text: str) -> Iterator[tuple[int, int]]:
    """Yield where web addresses may stand: whatever has a dot, a colon or a letter beyond ASCII, without brackets around."""
    for found in _CHUNK.finditer(text):
        said = found[0]
        if said.isalnum() and said.isascii():
            continue
        start, end = found.span()
        scheme = _SCHEME.search(said)
        if scheme is not None:
            if "." in said[: scheme.start()]:
                yield start, start + scheme.start()
            start += scheme.start()
        else:
            start += len(said) - len(said.lstrip("(*_'“‘,;:"))
        depth = 0
        for at in range(start, end):
            if text[at] == "(":
                depth += 1
            elif text[at] == ")":
                depth -= 1
                if depth < 0:
                    if at + 1 < end and text[at + 1 : end].strip("),.;:!?*_'”’~"):
                        yield from _rest(text, at + 1, end)
                    end = at
                    break
        while end > start and text[end - 1] in ",.;:!?*_'”’~\\":
            end -= 1
        if end > start:
            yield start, end


def _rest(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield what follows a closing bracket at once: "(one.org)(two.org)"."""
    while start < end and text[start] in "(),.;:*_'":
        start += 1
    stop = min((at for at in (text.find(")", start, end), text.find("(", start, end)) if at >= 0), default=end)
    if stop > start:
        yield start, stop
    if stop < end:
        yield from _rest(text, stop + 1, end) if end - start < 200 else [(stop, end)]


def _seen(link: str) -> str:
    """Give an address as a browser would follow it, small, with every wrapping undone."""
    seen = link
    if "&" in seen:
        seen = html.unescape(seen)
    for _ in range(3):
        if "%" not in seen:
            break
        seen = unquote(seen)
    if not seen.isascii():
        seen = "".join(char for char in unicodedata.normalize("NFKD", seen) if unicodedata.category(char) not in ("Cf", "Mn"))
    return seen.translate({ord("*"): None, ord("\\"): None, ord("~"): None}).lower()


def replaced_link(text: str, start: int, end: int, why: Why, words: str, instead: str, *, is_certain: bool = True) -> Found:
    """Give the removal of an address: words where it stands in a sentence, a dead end where a link leads to it."""
    if start and text[start - 1] == "<" and end < len(text) and text[end] == ">":
        start, end = start - 1, end + 1
    before = text[max(0, start - 60) : start]
    is_target = before.endswith("](") or re.search(r"^ {0,3}\[[^\]\n]+\]:\s*$", before.rpartition("\n")[2]) is not None
    is_target |= before.endswith(('href="', "href='", 'src="', "src='"))
    return Found(start, end, why, words, LINK_REMOVED if is_target else instead, is_certain)


def _known(text: str, addresses: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield where known addresses stand, whatever touches them."""
    small = text.lower()
    known = {each.strip().lower() for each in addresses if "@" in each}
    shapes = {(each.rindex("@"), len(each) - each.rindex("@")) for each in known}
    at = small.find("@") if known and len(small) == len(text) else -1
    while at >= 0:
        for before, after in shapes:
            if at >= before and small[at - before : at + after] in known:
                yield at - before, at + after
        at = small.find("@", at + 1)


def reachable(text: str, read: Clean, *, addresses: Iterable[str] = ()) -> Iterator[Found]:
    """Yield e-mail addresses and telephone numbers. `addresses` are those to be found whatever their form."""
    for start, end in _known(read.text, addresses):
        yield replaced_link(text, *read.span(start, end), Why.ADDRESS, "An e-mail address we know.", "(address removed)")
    for pattern in (_MAIL, _SPELT_MAIL):
        for found in pattern.finditer(read.text):
            start, end = read.span(*found.span())
            yield replaced_link(text, start, end, Why.ADDRESS, "An e-mail address.", "(address removed)")
    for found in _PHONE.finditer(read.text):
        said = found[0]
        if _ORCID.search(read.text, max(0, found.start() - 4), found.end() + 4) or not 8 <= sum(map(str.isdigit, said)) <= 15:
            continue
        start, end = read.span(*found.span())
        is_certain = bool(found["tel"] or found["far"])
        words = "A telephone number." if is_certain else "It looks like a telephone number."
        yield replaced_link(text, start, end, Why.PHONE, words, "(number removed)", is_certain=is_certain)
