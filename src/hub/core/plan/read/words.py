"""The words of an entry: emphasis and links taken off, who and how long, who leads, what kind, how to attend.

Source: seeds/001, whose every wording is an example in tests/core/plan.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from hub.core.plan.model import Kind, Link, LinkKind, Minutes, Mode, Who
from hub.core.plan.read.dates import find_minutes

COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
LINK = re.compile(
    r"!?\[(?P<text>(?:[^\[\]\\]|\\.){0,500})\]\((?P<url><[^<>\n]{0,2000}>|[^\s()]{0,2000}(?:\([^\s()]{0,500}\)[^\s()]{0,500})?)(?:\s+\"[^\"\n]{0,300}\")?\)"
)
AUTOLINK = re.compile(
    r"<(?P<angle>https?://[^\s<>]{1,2000})>|(?<![\w(\[/\"=])(?P<bare>https?://[^\s<>\])\"]{1,2000}[^\s<>\])\".,;:!?'*_])"
)
CODE = re.compile(r"(?<!`)(`+)(?!`)(.{0,1000}?)(?<!`)\1(?!`)", re.DOTALL)
RUN = re.compile(r"\*+|_+")
_MARKS = re.compile(r"\*+|(?<![^\W_])_+|_+(?![^\W_])")  # an underscore inside a word (New_York) marks nothing
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_RECORDING = re.compile(r"\brecord(?:ing|ed)\b|youtu\.?be|vimeo\.com|\bvideo\b", re.IGNORECASE)
_WHO = re.compile(
    r"^[*_\s]*(?P<who>group|individual(?:ly)?)(?:\s+(?:work|part|session|time))?[*_]*\s*(?::|–|—)[*_]*\s*", re.IGNORECASE
)
_TAIL_MINUTES = re.compile(
    r"\s{0,9}[(\[]\s{0,9}(?P<said>[^()\[\]]{0,30}?(?:min|hour|hr)[a-z]*)\.?\s*[)\]]\s*[*_]*\s*$", re.IGNORECASE
)
_NAME = r"(?:the\s+)?(?P<name>[A-Z][\w&'’.\-]*(?:\s+(?:(?:and|of|&|for)\s+)?[A-Z][\w&'’.\-]*){0,6})"
_LED = re.compile(rf"\b(?i:(?:co-)?led|facilitated|delivered|run|taught|hosted|given)\s+(?i:by)\s+{_NAME}")
_BY_AT_END = re.compile(rf"\b(?i:by)\s+{_NAME}\s*$")
_BRAND = re.compile(r"^\s*!?\[(?P<name>[A-Z][^\[\]]{0,80})\]\([^()\s]*\)\s*[*_]*(?i:workshop|training|session)\b")
_MODES = (
    (Mode.HYBRID, re.compile(r"\bhybrid\b", re.IGNORECASE)),
    (Mode.IN_PERSON, re.compile(r"\bin[- ]person\b|\bface[- ]to[- ]face\b", re.IGNORECASE)),
    (Mode.ONLINE, re.compile(r"\bonline\b|\bvirtual(?:ly)?\b|\bremote(?:ly)?\b|\bon zoom\b|\bvia zoom\b", re.IGNORECASE)),
)
_KINDS = (
    (Kind.REST, re.compile(r"^\s*no\b.{0,60}\b(?:meeting|session|gathering|call|caf[eé])|\brest week\b|\bweek off\b|^\s*(?:holiday|break)\b", re.IGNORECASE)),
    (Kind.KICK_OFF, re.compile(r"\bkick[- ]?off\b|\binauguration\b|\blaunch (?:meeting|day|event)\b", re.IGNORECASE)),
    (Kind.CAFE, re.compile(r"\bcaf[eé]s?\b", re.IGNORECASE)),
    (Kind.WEBINAR, re.compile(r"\bwebinar\b", re.IGNORECASE)),
    (Kind.CELEBRATION, re.compile(r"\bcelebrat\w+|\bfireside chat\b|\bshowcase\b|\bparty\b|\bgraduation\b", re.IGNORECASE)),
    (Kind.WRAP_UP, re.compile(r"\bwrap(?:ping)?[- ]?up\b|\bdebrief\b|\bclosing (?:meeting|session)\b", re.IGNORECASE)),
    (Kind.ONE_TO_ONE, re.compile(r"(?<![\d:])1\s?[:-]\s?1s?\b(?!\d)|\bone[- ]to[- ]ones?\b|\bcoaching\b|\bconsultations?\b", re.IGNORECASE)),
    (Kind.TRAINING, re.compile(r"\btrainings?\b|\bmasterclass\b", re.IGNORECASE)),
    (Kind.WORKSHOP, re.compile(r"\bworkshops?\b|\bhackathon\b|\bsprint\b", re.IGNORECASE)),
    (Kind.INDIVIDUAL, re.compile(r"^\s*individual(?:ly)?\b|\bown[- ]time\b|\bin your own time\b|\bself[- ]study\b", re.IGNORECASE)),
    (Kind.MEETING, re.compile(r"\bmeetings?\b|\bmeet-?up\b|\bcatch[- ]?up\b|\bassembly\b|\bplenary\b", re.IGNORECASE)),
)  # fmt: skip


def without_comments(text: str, instead: str | Callable[[re.Match[str]], str] = "") -> str:
    """Put something else in the place of comments. Behind the last end there is none: looking there would cost a square."""
    end = text.rfind("-->") + 3
    return COMMENT.sub(instead, text[:end]) + text[end:]


def mask(text: str) -> str:
    """Blank out emphasis marks, comments and the addresses of links, character by character: columns stay true."""
    if "<!--" in text:
        text = without_comments(text, lambda match: " " * len(match.group()))
    if "](" in text:
        text = LINK.sub(_blank_link, text)
    if "://" in text:
        text = AUTOLINK.sub(lambda match: " " * len(match.group()), text)
    if "`" in text:
        text = text.replace("`", " ")
    return _MARKS.sub(lambda match: " " * len(match.group()), text) if "*" in text or "_" in text else text


def _blank_link(match: re.Match[str]) -> str:
    start, (first, last) = match.start(), match.span("text")
    return " " * (first - start) + match.group("text") + " " * (match.end() - last)


def plain(text: str) -> str:
    """Give the words of a line without emphasis, link addresses and comments; inner white space folded to one space."""
    if "<!--" in text:
        text = without_comments(text, " ")
    if "](" in text:
        text = LINK.sub(lambda match: match.group("text"), text)
    if "`" in text:
        text = CODE.sub(lambda match: match.group(2), text)
    if "*" in text or "_" in text:
        text = strip_emphasis(text)
    if "\\" in text:
        text = ESCAPE.sub(r"\1", text)
    return " ".join(text.split())


def strip_emphasis(text: str) -> str:
    """Take off runs of * and _ that mark emphasis, closed or not; keep those inside words and between spaces."""

    def take(match: re.Match[str]) -> str:
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if before == "\\" or ((not before or before.isspace()) and (not after or after.isspace()) and len(match.group()) == 1):
            return match.group()
        if match.group()[0] == "_" and before.isalnum() and after.isalnum():
            return match.group()
        return ""

    return RUN.sub(take, text)


def links_of(text: str, line: int) -> tuple[Link, ...]:
    """Give the links of a text, in order, each once, told apart into recordings and materials."""
    if "](" not in text and "://" not in text:
        return ()
    if "<!--" in text:
        text = without_comments(text, " ")
    found: list[Link] = []
    for match in LINK.finditer(text):
        url, words = match.group("url").strip("<>"), plain(match.group("text"))
        if url and not url.startswith("#"):
            found.append(_link(words or url, url, text[: match.start()], line))
    rest = LINK.sub(" ", text)
    for match in AUTOLINK.finditer(rest):
        url = match.group("angle") or match.group("bare")
        found.append(_link(url, url, rest[: match.start()], line))
    return tuple({link.url: link for link in reversed(found)}.values())[::-1]


def _link(words: str, url: str, before: str, line: int) -> Link:
    if url.startswith(("mailto:", "tel:")):
        return Link(text=words, url=url, kind=LinkKind.OTHER, line=line)
    is_recording = _RECORDING.search(words) or _RECORDING.search(url) or _RECORDING.search(before[-40:])
    return Link(text=words, url=url, kind=LinkKind.RECORDING if is_recording else LinkKind.MATERIAL, line=line)


def take_who(text: str) -> tuple[Who | None, str]:
    """Take "Group:" or "Individual:" off the front of an agenda item."""
    match = _WHO.match(text)
    if match is None:
        return None, text
    rest = text[match.end() :]
    if text[: match.start("who")].count("*") % 4 and match.group().count("*") % 4 and rest.endswith("**"):
        rest = rest[:-2]  # **Group: all of it bold** loses its opening with the word
    return (Who.GROUP if match.group("who").lower() == "group" else Who.INDIVIDUAL), rest


def take_minutes(text: str) -> tuple[Minutes | None, str]:
    """Take "(30-45 mins)" off the end of an agenda item; minutes elsewhere in it are read and stay."""
    match = _TAIL_MINUTES.search(text)
    if match:
        found = find_minutes(match.group("said"))
        if found and not match.group("said")[: found[2]].strip() and not match.group("said")[found[3] :].strip():
            return Minutes(low=found[0], high=found[1]), text[: match.start()].rstrip()
    if "min" in text or "hour" in text:
        found = find_minutes(mask(text))
        if found:
            return Minutes(low=found[0], high=found[1]), text
    return None, text


def led_by(text: str) -> str | None:
    """Say who leads, where the words say it: "Led by …", "facilitated by …", "… by Digital Catapult", "[Superbloom](…) Workshop"."""
    if "by" in text:
        words = plain(text)
        for pattern in (_LED, _BY_AT_END):
            if match := pattern.search(words):
                return match.group("name").strip(" .-–") or None
    if text.lstrip().startswith("[") and (match := _BRAND.match(text)):
        return plain(match.group("name"))
    return None


def mode_of(text: str) -> Mode | None:
    """Say how people attend, where the words say it."""
    return next((mode for mode, pattern in _MODES if pattern.search(text)), None)


def kind_of(text: str) -> Kind | None:
    """Say what kind of entry plain words describe, None where they don't."""
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), None)
