"""Mail into a folder: what the demo would have sent, one file for each message.

A file is named for its Message-ID, so writing a message twice leaves one; it appears whole or not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from hub.services.mail.model import Envelope, Receipt, TryLater, both_ends, crlf, idle, nothing_more


def file_name(message_id: str) -> str:
    """Give the name of a message's file: safe whatever the Message-ID is."""
    return hashlib.sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()[:32] + ".eml"


class FolderTransport:
    """Keep mail in a folder, which is made when the first message comes."""

    def __init__(self, folder: Path) -> None:
        """Keep where."""
        self._folder = folder

    @contextmanager
    def session(self) -> Iterator[FolderSession]:
        """Open a session."""
        yield FolderSession(self._folder)


class FolderSession:
    """Writes one message after another."""

    def __init__(self, folder: Path) -> None:
        """Keep where."""
        self._folder = folder

    def send(
        self,
        envelope: Envelope,
        *,
        before_handing_over: Callable[[], None],
        following: Callable[[], Envelope | None] = nothing_more,
        meanwhile: Callable[[], None] = idle,
    ) -> Receipt:
        """Write one message; see `MailSession`."""
        both_ends(envelope)
        name = file_name(envelope.message_id)
        part = self._folder / f".{uuid4().hex}.part"
        with _as_later():
            self._folder.mkdir(parents=True, exist_ok=True)
        try:
            with _as_later():
                part.write_bytes(crlf(envelope.message))
            before_handing_over()
            with _as_later():
                part.replace(self._folder / name)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return Receipt(f"kept as {name}")


@contextmanager
def _as_later() -> Iterator[None]:
    try:
        yield
    except OSError as no:
        raise TryLater(f"The message could not be written: {no.strerror or 'no reason given'}") from no
