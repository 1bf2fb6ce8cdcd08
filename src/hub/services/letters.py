"""Letters as mail programs want them: dressed in the programme's frame, and composed into the octets that travel.

`dress` is called once for a template, `compose` once for each recipient. A mail program reads only the styles that stand on
the elements, so they are put there; what it can't know before it opens the mail (its width, day or night) stays in the head.
Sources: RFC 5322 and 2047 (headers), RFC 2045 and 2046 (parts), RFC 8058 (one-click unsubscribing), RFC 3834 (automatic
mail), RFC 6047 (invitations by mail); look.md by way of the tokens in hub/site/static/hub/css/tokens.css.
"""

from __future__ import annotations

import re
from binascii import b2a_base64, b2a_qp
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from html import escape, unescape
from pathlib import Path
from string import Template

from hub.core import contrast

_FRAME = Path(__file__).with_name("letters_frame")
_FONTS = '"Inter Variable", Inter, system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif'
_MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace'
_LONGEST_PREHEADER = 140

# Only the paragraphs of the letter itself: a list of links, or a quotation of one, stays what it is.
_NESTS = re.compile(r"(</?(?:ul|ol|blockquote|table)\b[^>]*>)")
_ONLY_A_LINK = re.compile(r'<p>\s*<a\s[^>]*?href="([^"]*)"[^>]*>((?:(?!</?a\b|</?p\b).)*)</a>\s*</p>', re.DOTALL)
_ADDRESS = re.compile(r"\s*(?:https?://|mailto:)?[^\s<>]+(?:://|@|\.)[^\s<>]*\s*", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/\n", re.DOTALL)
_PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_MARK_ALONE = re.compile(r'<p style="[^"]*">(zqv*hub\d+x)</p>')  # hub.core.letters puts a list in the place of this paragraph

# Word, which draws the mails of Outlook on desks, knows no padding on links: wide spaces of its own stand in for it.
_BUTTON = Template(
    '<p class="action"><a class="button" href="$href">'
    '<!--[if mso]><i style="mso-font-width:200%;mso-text-raise:22px" hidden>&emsp;</i>'
    '<span style="mso-text-raise:11px"><![endif]-->$words'
    '<!--[if mso]></span><i style="mso-font-width:200%" hidden>&emsp;&#8203;</i><![endif]--></a></p>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around a letter; the same for all recipients of a template."""

    programme: str
    colour: str  # the programme's, as #RRGGBB
    why: str  # a sentence: why one gets this
    home_url: str
    choices_url: str
    stop_url: str  # empty for a duty: then nothing offers to stop it
    answers_to: str  # a person's name; empty for none


def dress(fragment: str, *, subject: str, frame: Frame) -> str:
    """Give a fragment of safe HTML as a whole mail. What stands in it for words to come is left as it is.

    A paragraph of the letter that holds nothing but a link becomes a button, unless the link's words are its address.
    Raises BadColour.
    """
    shades = contrast.shades(frame.colour)
    looks = {"light": shades.light, "dark": shades.dark, "fonts": _FONTS, "mono": _MONO}
    kept = (f'<style data-css-inline="keep">\n{_filled(name, looks)}</style>' for name in ("head.css", "night.css"))
    words = {
        "subject": escape(subject or frame.programme),
        "preheader": _beginning(fragment),
        "home_url": escape(frame.home_url),
        "programme": escape(frame.programme),
        "letter": _with_tables(_with_buttons(fragment)),
        "foot": _foot(frame),
        "styles": "\n".join(kept),
    }
    from css_inline import CSSInliner

    inliner = CSSInliner(load_remote_stylesheets=False, extra_css=_filled("elements.css", looks))
    inlined = inliner.inline(_filled("frame.html", words)).replace(' data-css-inline="keep"', "")
    return _MARK_ALONE.sub(r"<p>\1</p>", inlined)


def _filled(name: str, words: Mapping[str, str]) -> str:
    text = _COMMENT.sub("", (_FRAME / name).read_text(encoding="utf-8"))
    return Template(text).substitute(words)


def dress_text(text: str, *, frame: Frame) -> str:
    """Give plain text with the same foot, below the line by which mail programs know where a letter ends."""
    foot = [frame.programme, frame.home_url, "", *_sentences(frame), "", f"Choose what you hear: {frame.choices_url}"]
    if frame.stop_url:
        foot.append(f"Stop these: {frame.stop_url}")
    return "\n".join([text.rstrip(), "", "-- ", *foot, ""])


def _sentences(frame: Frame) -> list[str]:
    answers = f"Answers go to {frame.answers_to}, a person." if frame.answers_to else ""
    return [sentence for sentence in (frame.why, answers) if sentence]


def _foot(frame: Frame) -> str:
    links = [(frame.choices_url, "Choose what you hear"), (frame.stop_url, "Stop these")]
    said = " ".join(f'<a href="{escape(url)}">{words}</a>' for url, words in links if url)
    return "\n".join([*(f"<p>{escape(each)}</p>" for each in _sentences(frame)), f'<p class="choices">{said}</p>'])


def _with_tables(fragment: str) -> str:
    """Let tables that are wider than a narrow screen be moved by keys, too."""
    return fragment.replace("<table>", '<table tabindex="0">')


def _with_buttons(fragment: str) -> str:
    pieces, depth = _NESTS.split(fragment), 0
    for at, piece in enumerate(pieces):
        if at % 2:
            depth += -1 if piece.startswith("</") else 1
        elif depth == 0:
            pieces[at] = _ONLY_A_LINK.sub(_button, piece)
    return "".join(pieces)


def _button(found: re.Match[str]) -> str:
    href, words = found.groups()
    if _ADDRESS.fullmatch(_TAG.sub("", words)):
        return found[0]
    return _BUTTON.substitute(href=href, words=words)


def _beginning(fragment: str) -> str:
    """Give the letter's first words, which a list of mails shows beside the subject, with no word or mark cut in two."""
    words = unescape(_TAG.sub(" ", " ".join(_PARAGRAPH.findall(fragment)[:3]))).split()
    said, length = [], 0
    for word in words:
        length += len(word) + 1
        if length > _LONGEST_PREHEADER:
            break
        said.append(word)
    return escape(" ".join(said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A mail to one person. A pair is a name and an address; the name may be empty."""

    message_id: str
    date: datetime  # aware
    sender: tuple[str, str]
    recipient: tuple[str, str]
    reply_to: tuple[str, str] | None
    subject: str
    text: str
    html: str
    stop_url: str = ""  # stops such mails with one click and no signing in
    calendar: str = ""  # a whole VCALENDAR
    method: str = ""  # REQUEST or CANCEL, where there is a calendar
    is_automatic: bool = True


_METHODS = ("REQUEST", "CANCEL")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PLAIN = re.compile(r"[ -~]*")  # what a header says as it is; anything else is encoded
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_NO_HOST = re.compile(r"[^A-Za-z0-9.-]")
_NO_MARK = re.compile(r"[^!-;=?-~]")  # what can't stand in an identifier between angle brackets
_NO_URL = re.compile(r"[^!#-;=?-~]")
_NO_TOKEN = re.compile(r"[^A-Za-z0-9]")
_BREAKS = re.compile("\r\n?")
_AS_IT_IS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
_QUOTED = ["_" if octet == 32 else chr(octet) if octet in _AS_IT_IS else f"={octet:02X}" for octet in range(256)]
_LINE = 78  # what a line of a header may hold
_LONGEST_HEAD = len("Reply-To: ")
_ROOM = _LINE - _LONGEST_HEAD - len("=?utf-8?q??=")  # for what is encoded, on a header's first line too
_LONGEST_LOCAL, _LONGEST_HOST, _LONGEST_MARK, _LONGEST_URL = 64, 255, 250, 900
_READABLE = 3_000  # octets that are worth being readable in the mail's source: longer ones travel in base64, ten times faster


def compose(post: Post) -> bytes:
    """Give a mail as octets: ASCII, lines ended by CRLF. Nothing in a name, subject or address can become a header.

    Control characters there become spaces, and several spaces one. An address that can't be one is written so that it stays
    one address: whether a mail arrives there is for the envelope to find out. Raises ValueError where the date is naive or
    the method unknown.
    """
    if post.date.tzinfo is None:
        raise ValueError("a mail's date is aware")
    mark = _NO_MARK.sub("", post.message_id)[:_LONGEST_MARK]
    headers = [
        "MIME-Version: 1.0",
        f"Date: {_date(post.date, post.date.utcoffset())}",
        f"Message-ID: <{mark}>",
        f"From: {_mailbox(*post.sender)}",
        f"To: {_mailbox(*post.recipient)}",
    ]
    if post.reply_to:
        headers.append(f"Reply-To: {_mailbox(*post.reply_to)}")
    headers.append(f"Subject: {_words(post.subject)}")
    if post.stop_url:
        url = _NO_URL.sub(
            lambda found: "".join(f"%{octet:02X}" for octet in found[0].encode("utf-8", "replace")), post.stop_url
        )
        headers += [f"List-Unsubscribe: <{url[:_LONGEST_URL]}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"]
    if post.is_automatic:
        headers.append("Auto-Submitted: auto-generated")
    token = _NO_TOKEN.sub("", mark)[:40]
    head = "\r\n".join([*headers, ""]).encode("ascii")
    parts = [_text("plain", post.text), _text("html", post.html)]
    if not post.calendar:
        return head + _several("alternative", token, parts)
    if post.method not in _METHODS:
        raise ValueError(f"a calendar by mail says one of {_METHODS}")
    octets = _base64(post.calendar.encode("utf-8", "replace"))
    parts.append(_part(f"text/calendar; method={post.method}; charset=utf-8", "base64", octets))
    # Outlook and Google read the part among the alternatives; Apple's Mail, and people, open the file.
    file = _part(
        'application/ics; name="invite.ics"', "base64", octets, 'Content-Disposition: attachment; filename="invite.ics"'
    )
    return head + _several("mixed", token, [_several("alternative", token, parts), file])


def _several(kind: str, token: str, parts: list[bytes]) -> bytes:
    """Give several parts as one. The boundary holds `=_`, which neither encoding of a part can write."""
    boundary = f"=_{kind}_{token}"
    between = f"--{boundary}\r\n".encode("ascii")
    head = f'Content-Type: multipart/{kind};\r\n boundary="{boundary}"\r\n\r\n'.encode("ascii")
    return b"".join([head, *(between + part + b"\r\n" for part in parts), f"--{boundary}--\r\n".encode("ascii")])


def _text(kind: str, text: str) -> bytes:
    if "\r" in text:
        text = _BREAKS.sub("\n", text)
    octets = text.encode("utf-8", "replace")
    content_type = f"text/{kind}; charset=utf-8"
    if len(octets) <= _READABLE:
        return _part(content_type, "quoted-printable", b2a_qp(octets, istext=True).replace(b"\n", b"\r\n"))
    return _part(content_type, "base64", _base64(octets.replace(b"\n", b"\r\n")))


def _part(content_type: str, encoding: str, octets: bytes, *more: str) -> bytes:
    headers = (f"Content-Type: {content_type}", f"Content-Transfer-Encoding: {encoding}", *more, "", "")
    return "\r\n".join(headers).encode("ascii") + octets


def _base64(octets: bytes) -> bytes:
    encoded = b2a_base64(octets, newline=False)
    return b"\r\n".join([encoded[start : start + 76] for start in range(0, len(encoded), 76)])


@lru_cache(maxsize=64)
def _date(date: datetime, offset: timedelta | None) -> str:
    """Give a date as headers do. `offset` only tells apart moments that are equal and written differently."""
    return format_datetime(date)


@lru_cache(maxsize=1024)
def _mailbox(name: str, address: str) -> str:
    name, written = _one_line(name), f"<{_address(address)}>"
    if not name:
        return written
    quoted = _escaped(name)
    phrase = _folded(quoted) if _can_stand(quoted) else _encoded(name)
    room = _LINE - _LONGEST_HEAD - len(phrase.rpartition("\r\n")[2]) - 1
    return phrase + (" " if len(written) <= room else "\r\n ") + written


def _address(address: str) -> str:
    local, _, host = _CONTROLS.sub(" ", address).strip().rpartition("@")
    if not host.isascii():
        with suppress(UnicodeError):
            host = host.encode("idna").decode("ascii")
    host = _NO_HOST.sub("-", host)[:_LONGEST_HOST]
    local = local.encode("ascii", "replace").decode("ascii")[:_LONGEST_LOCAL]
    if not _ATOM.fullmatch(local):
        local = _escaped(local)
    return f"{local}@{host}"


@lru_cache(maxsize=1024)
def _words(text: str) -> str:
    """Give words as a header says them: as they are where that is safe, folded at spaces; else encoded."""
    text = _one_line(text)
    return _folded(text) if _can_stand(text) else _encoded(text)


def _one_line(text: str) -> str:
    return " ".join(filter(None, _CONTROLS.sub(" ", text).split(" ")))


def _can_stand(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and "=?" not in text and max(map(len, text.split(" "))) <= _LINE - _LONGEST_HEAD


def _folded(text: str) -> str:
    lines = [""]
    for piece in text.split(" "):
        if lines[-1] and len(lines[-1]) + len(piece) + 1 > _LINE - _LONGEST_HEAD:
            lines.append(piece)
        else:
            lines[-1] += f" {piece}" if lines[-1] else piece
    return "\r\n ".join(lines)


def _escaped(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _encoded(text: str) -> str:
    """Give words encoded (RFC 2047), each piece short enough for a line, no character cut in two, in the shorter encoding."""
    octets = text.encode("utf-8")
    quoted = "".join([_QUOTED[octet] for octet in octets])
    is_quoted = len(quoted) <= len(octets) * 4 / 3 + 2
    if is_quoted and len(quoted) <= _ROOM:
        return f"=?utf-8?q?{quoted}?="
    room = _ROOM if is_quoted else _ROOM // 4 * 3
    pieces, left = [b""], room
    for character in text:
        written = character.encode("utf-8")
        size = sum(len(_QUOTED[octet]) for octet in written) if is_quoted else len(written)
        if size > left:
            pieces.append(b"")
            left = room
        pieces[-1] += written
        left -= size
    if is_quoted:
        return "\r\n ".join(f"=?utf-8?q?{''.join([_QUOTED[octet] for octet in piece])}?=" for piece in pieces)
    return "\r\n ".join(f"=?utf-8?b?{b2a_base64(piece, newline=False).decode('ascii')}?=" for piece in pieces)
