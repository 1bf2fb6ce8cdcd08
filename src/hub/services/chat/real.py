"""The chats there are: webhooks of Slack, Mattermost and Microsoft Teams, and rooms of Matrix."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from urllib.parse import quote

from hub.services.chat import forms, outbound
from hub.services.chat.model import Chat, ChatError, Post
from hub.services.chat.outbound import Answer, Reach


class Form(StrEnum):
    """Whose webhook an address is."""

    SLACK = "slack"
    MATTERMOST = "mattermost"
    TEAMS = "teams"
    TEAMS_LEGACY = "teams-legacy"
    MATRIX = "matrix"

    @property
    def label(self) -> str:
        """What people read."""
        return {
            "slack": "Slack",
            "mattermost": "Mattermost",
            "teams": "Microsoft Teams (workflow)",
            "teams-legacy": "Microsoft Teams (old connector)",
            "matrix": "Matrix",
        }[self.value]


_WRITTEN: dict[Form, Callable[[Post], forms.Json]] = {
    Form.SLACK: forms.slack,
    Form.MATTERMOST: forms.mattermost,
    Form.TEAMS: forms.teams,
    Form.TEAMS_LEGACY: forms.teams_legacy,
}
_KNOWN_TROUBLE = {
    "invalid_payload": "did not understand the message",
    "no_text": "found the message empty",
    "channel_not_found": "does not find the channel",
    "channel_is_archived": "says that the channel is archived",
    "action_prohibited": "does not allow posts there",
    "posting_to_general_channel_denied": "does not allow posts there",
    "invalid_token": "does not know the webhook any more",
    "no_service": "does not know the webhook any more",
    "no_active_hooks": "does not know the webhook any more",
    "user_not_found": "does not know the webhook's owner",
    "M_FORBIDDEN": "does not let us write in the room",
    "M_UNKNOWN_TOKEN": "does not know the access token any more",
    "M_MISSING_TOKEN": "wants an access token",
    "M_NOT_FOUND": "does not know the room",
}


@dataclass(frozen=True, slots=True)
class Webhook:
    """An incoming webhook. It knows no tokens: a post whose answer was lost may come twice if it is tried again."""

    form: Form
    url: str = field(repr=False)
    reach: Reach = field(default_factory=Reach)

    def post(self, post: Post, *, token: str) -> None:
        """Say something in the channel; see `Chat`."""
        body = json.dumps(_WRITTEN[self.form](post), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "practitioners-hub"}
        _judge(self.form, outbound.send("POST", self.url, body, headers, reach=self.reach))


@dataclass(frozen=True, slots=True)
class MatrixRoom:
    """A room of Matrix, written to as the owner of an access token. The same token of ours is one message, however often said.

    `room` is its id, such as "!abc:example.org".
    """

    server: str
    room: str
    access_token: str = field(repr=False)
    reach: Reach = field(default_factory=Reach)

    def post(self, post: Post, *, token: str) -> None:
        """Say something in the room; see `Chat`."""
        if not self.access_token.isascii() or not self.access_token.isprintable() or " " in self.access_token:
            raise ChatError("The access token is not one.", permanent=True)
        transaction = sha256(token.encode()).hexdigest()[:40]
        path = f"/_matrix/client/v3/rooms/{quote(self.room, safe='')}/send/m.room.message/{transaction}"
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.access_token}",
            "User-Agent": "practitioners-hub",
        }
        body = json.dumps(forms.matrix(post), ensure_ascii=False).encode()
        _judge(Form.MATRIX, outbound.send("PUT", self.server.rstrip("/") + path, body, headers, reach=self.reach))


def chat_for(form: Form, url: str, *, room: str = "", access_token: str = "", reach: Reach | None = None) -> Chat:
    """Give the chat that an address belongs to; `room` and `access_token` are Matrix's.

    Raises ChatError, permanent, for an address that requests may not go to; names are not looked up for it.
    """
    reach = reach or Reach()
    outbound.checked(url, reach)
    if form is not Form.MATRIX:
        return Webhook(form, url, reach)
    if not room.startswith("!") or not room.isprintable() or not access_token:
        raise ChatError("A room of Matrix needs its id, which begins with !, and an access token.", permanent=True)
    return MatrixRoom(url, room, access_token, reach)


def _judge(form: Form, answer: Answer) -> None:
    """Let a yes pass. Raises ChatError: 4xx for good, 408, 425, 429 and 5xx another time."""
    if 200 <= answer.status <= 299:
        return
    who = form.label.partition(" (")[0]
    said = answer.body.decode("utf-8", "replace")
    known = next((words for mark, words in _KNOWN_TROUBLE.items() if mark in said), "")
    if 300 <= answer.status <= 399:
        raise ChatError(f"{who} sends us to another address, where we do not follow.", permanent=True, code=answer.status)
    if answer.status in (408, 425, 429) or answer.status >= 500:
        sentence = f"{who} asks us to come back later ({answer.status})."
        raise ChatError(sentence, permanent=False, code=answer.status, retry_after=answer.retry_after or _matrix_wait(said))
    raise ChatError(f"{who} {known or 'does not take the post'} ({answer.status}).", permanent=True, code=answer.status)


def _matrix_wait(said: str) -> timedelta | None:
    """Read Matrix's retry_after_ms, a day at most."""
    found = re.search(r'"retry_after_ms"\s*:\s*(\d{1,9})\b', said)
    return min(timedelta(milliseconds=int(found.group(1))), timedelta(days=1)) if found else None
