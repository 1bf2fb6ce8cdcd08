"""Mail into memory: a transport for tests that does what it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hub.services.mail.model import Envelope, MailError, Receipt, Uncertain, both_ends, crlf, idle, nothing_more

Say = Callable[[Envelope], MailError | None]


def _nothing(envelope: Envelope) -> MailError | None:
    return None


class MemoryTransport:
    """Keep mail in `sent`, in order.

    `before` may say what goes wrong before a message is handed over, `verdict` what the other side answers after: with an
    Uncertain the message is kept all the same if `keeps_uncertain`, as it is by a server whose answer is lost.
    """

    def __init__(self, *, before: Say = _nothing, verdict: Say = _nothing, keeps_uncertain: bool = False) -> None:
        """Keep the parts to play; they may be changed later."""
        self.sent: list[Envelope] = []
        self.before = before
        self.verdict = verdict
        self.keeps_uncertain = keeps_uncertain

    @contextmanager
    def session(self) -> Iterator[MemorySession]:
        """Open a session."""
        yield MemorySession(self)


class MemorySession:
    """Takes one message after another."""

    def __init__(self, transport: MemoryTransport) -> None:
        """Keep whose session it is."""
        self._transport = transport

    def send(
        self,
        envelope: Envelope,
        *,
        before_handing_over: Callable[[], None],
        following: Callable[[], Envelope | None] = nothing_more,
        meanwhile: Callable[[], None] = idle,
    ) -> Receipt:
        """Keep one message; see `MailSession`."""
        both_ends(envelope)
        if (error := self._transport.before(envelope)) is not None:
            raise error
        following()
        before_handing_over()
        meanwhile()
        error = self._transport.verdict(envelope)
        if error is None or (self._transport.keeps_uncertain and isinstance(error, Uncertain)):
            self._transport.sent.append(
                Envelope(envelope.sender, envelope.recipient, crlf(envelope.message), envelope.message_id)
            )
        if error is not None:
            raise error
        return Receipt("250 kept")
