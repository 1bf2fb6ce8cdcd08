"""How a post is written for each chat. Pure: text in, what is sent out. Everything people wrote stays plain text.

An address of ours that stands in a line is written as the link of that chat: in Slack's `verbatim` blocks only `<address>` is
one, in the Markdown of Mattermost and of cards an escaped address is none.
Sources: docs.slack.dev (Block Kit, text object, formatting); docs.mattermost.com (formatting text: links) and
developers.mattermost.com (incoming webhooks); learn.microsoft.com (Adaptive Cards in workflows, text formatting in cards,
MessageCard); spec.matrix.org v1.11, §11.2 (m.room.message).
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

from hub.services.chat.model import Post

_MOST_LINES = 40
_LONGEST_LINE = 800
_LONGEST_TITLE = 150
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_MARKS = re.compile(r"[\\`*_{}\[\]()#+\-.!|~<>&]")
_CARD_MARKS = re.compile(r"[\\`*_\[\]~<>]")
_SLACK_SECTION = 2900
READ_ON = "Read on"
Json = dict[str, Any]


def slack(post: Post) -> Json:
    """Give a message of blocks: title, lines, link. `& < >` are escaped, so that no text makes a link or calls a @channel."""
    title, lines, url = _parts(post)
    sections, room = [f"*{_slack(title)}*"], _SLACK_SECTION
    for line in (_linked(each[:500], post, _slack, _slack_link) for each in lines):
        if len(line) < room and len(sections) > 1:
            sections[-1] += f"\n{line}"
        else:
            sections.append(line)
            room = _SLACK_SECTION
        room -= len(line) + 1
    if url:
        sections.append(f"<{_slack(_square(url))}|{READ_ON}>")
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": each, "verbatim": True}} for each in sections]
    return {"text": _slack(title), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}


def _slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _slack_link(url: str) -> str:
    return f"<{_slack(_square(url))}>"


def mattermost(post: Post) -> Json:
    """Give a message of Markdown in which every mark of the text is escaped; @all and @channel reach nobody."""
    title, lines, url = _parts(post)
    written = [f"**{_marked(title)}**", *(_linked(line, post, _marked, _marked_link) for line in lines)]
    if url:
        written.append(f"[{READ_ON}]({_square(url)})")
    return {"text": "\n".join(each + "  " for each in written).rstrip()}


def _marked(text: str) -> str:
    """Escape for Markdown; after an @ stands a zero-width space, since mentions are looked for before Markdown is."""
    return _MARKS.sub(lambda mark: "\\" + mark.group(), text).replace("@", "@\u200b")


def _marked_link(url: str) -> str:
    return f"[{_marked(url)}]({_square(url)})"


def _on_card(text: str) -> str:
    """Escape for the little Markdown of cards, which knows bold, italic, links and lists."""
    told = _CARD_MARKS.sub(lambda mark: "\\" + mark.group(), text)
    return re.sub(r"^([#+-]|\d{1,9}(?=[.)]))", lambda begin: _begun(begin.group()), told)


def _begun(begin: str) -> str:
    return f"{begin}\\" if begin.isdecimal() else f"\\{begin}"


def _card_link(url: str) -> str:
    return f"[{_on_card(url)}]({_square(url)})"


def _square(url: str) -> str:
    """Encode what could end a link in any of the chats."""
    for letter in "()<>[]|\\`*{}^":
        url = url.replace(letter, f"%{ord(letter):02X}")
    return url


def teams(post: Post) -> Json:
    """Give an Adaptive Card for a workflow of Microsoft Teams ("Post to a channel when a webhook request is received")."""
    title, lines, url = _parts(post)
    body: list[Json] = [{"type": "TextBlock", "text": _on_card(title), "weight": "Bolder", "size": "Medium", "wrap": True}]
    body += [
        {"type": "TextBlock", "text": _linked(line, post, _on_card, _card_link), "wrap": True, "spacing": "Small"}
        for line in lines
    ]
    card: Json = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
        "msteams": {"width": "Full"},
    }
    if url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": READ_ON, "url": url}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def teams_legacy(post: Post) -> Json:
    """Give a MessageCard for an old connector of Microsoft Teams."""
    title, lines, url = _parts(post)
    card: Json = {
        "@type": "MessageCard",
        "@context": "https://schema.org/extensions",
        "summary": title,
        "title": _on_card(title),
        "text": "\n\n".join(_linked(line, post, _marked, _marked_link) for line in lines) or " ",
    }
    if url:
        target = {"@type": "OpenUri", "name": READ_ON, "targets": [{"os": "default", "uri": url}]}
        card["potentialAction"] = [target]
    return card


def matrix(post: Post) -> Json:
    """Give an m.notice, which bots send and bots do not answer, as plain text and as HTML. It mentions nobody."""
    title, lines, url = _parts(post)
    plain = "\n".join([title, *lines, *([url] if url else [])])
    said = [f"<strong>{html.escape(title)}</strong>", *(_linked(line, post, html.escape, _html_link) for line in lines)]
    if url:
        said.append(f'<a href="{html.escape(url)}">{READ_ON}</a>')
    return {
        "msgtype": "m.notice",
        "body": plain,
        "format": "org.matrix.custom.html",
        "formatted_body": "<br>".join(said),
        "m.mentions": {},
    }


def _html_link(url: str) -> str:
    return f'<a href="{html.escape(url)}">{html.escape(url)}</a>'


def _linked(line: str, post: Post, text: Callable[[str], str], link: Callable[[str], str]) -> str:
    """Write a line: what is text with `text`, and each address of the post's own with `link`."""
    own = sorted(filter(_is_address, post.links), key=len, reverse=True)
    if not own:
        return text(line)
    pieces = re.split(rf"({'|'.join(map(re.escape, own))})(?![\w/?&=%#+~-])", line)
    # Before the bracket of a Markdown link, an exclamation mark would make a picture of it.
    pieces[:-1:2] = [f"{piece}\u200b" if piece.endswith("!") else piece for piece in pieces[:-1:2]]
    return "".join(link(piece) if at % 2 else text(piece) for at, piece in enumerate(pieces) if piece)


def _is_address(url: str) -> bool:
    return bool(re.fullmatch(r"https?://[!-~]{1,1900}", url)) and '"' not in url


def _parts(post: Post) -> tuple[str, list[str], str]:
    """Give title, lines and address as they may be sent: each on one line, none too long, the address a web address or none."""
    lines = [told for line in post.lines[:_MOST_LINES] if (told := _one_line(line)[:_LONGEST_LINE])]
    url = post.url.strip()
    return _one_line(post.title)[:_LONGEST_TITLE] or READ_ON, lines, url if _is_address(url) else ""


def _one_line(text: str) -> str:
    return _UNSEEN.sub("", _SPACE.sub(" ", text)).strip()
