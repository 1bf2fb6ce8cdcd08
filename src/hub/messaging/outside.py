"""What messages leave by: the mail transport the settings name, and the chats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from hub.messaging.models import Hook, HookKind
from hub.services import chat as chats
from hub.services.chat import Chat, Form, Reach
from hub.services.mail import (
    Envelope,
    FolderTransport,
    Misconfigured,
    Receipt,
    SmtpTransport,
    Transport,
    idle,
    nothing_more,
    read_url,
)


def mail_transport() -> Transport:
    """Give the way mail goes out: HUB_MAIL_URL's; the demo's mailbox; else one that says that there is none."""
    given: Transport | None = settings.MAIL_TRANSPORT
    return given or _transport(settings.MAIL_URL, Path(settings.EMAIL_FILE_PATH) if settings.DEMO else None)


def is_mail_set_up() -> bool:
    """Say whether there is a way mail can go out at all."""
    return bool(settings.MAIL_TRANSPORT or settings.MAIL_URL or settings.DEMO)


@lru_cache(maxsize=4)
def _transport(url: str, folder: Path | None) -> Transport:
    if url:
        return SmtpTransport(read_url(url))
    return FolderTransport(folder) if folder else _Nowhere()


class _Nowhere:
    """No mail server is named: messages wait, and the outbox says so."""

    @contextmanager
    def session(self) -> Iterator[_Nowhere]:
        yield self

    def send(
        self,
        envelope: Envelope,
        *,
        before_handing_over: Callable[[], None],
        following: Callable[[], Envelope | None] = nothing_more,
        meanwhile: Callable[[], None] = idle,
    ) -> Receipt:
        raise Misconfigured("No mail server is named yet. Whoever runs this Hub sets HUB_MAIL_URL.")


def chat_for(hook: Hook) -> Chat:
    """Give the way to a chat channel. Raises ChatError for an address requests may not go to."""
    given: Chat | None = settings.CHAT
    if given is not None:
        return given
    reach = Reach(is_loopback_allowed=settings.DEMO, private=frozenset(settings.CHAT_PRIVATE_HOSTS))
    return chats.chat_for(Form(hook.kind), hook.url, room=hook.room, access_token=hook.key, reach=reach)


def knows_tokens(hook: Hook) -> bool:
    """Say whether a chat knows a post again by its token, so that asking twice says it once."""
    return hook.kind == HookKind.MATRIX
