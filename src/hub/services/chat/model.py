"""What every chat promises: a post is in the channel, or an error says whether trying again can help.

The address of a webhook is a secret and so is a token: neither stands in an error, a log or a repr.
Sources: issue 4, "Transport"; domain research, 4.6 (4xx for good, 429 and 5xx another time).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Post:
    """What is said: a title, lines of plain text, and a page to read on (https). All of it is untrusted text.

    `links` are the addresses that may be followed where they stand in a line; any other address stays text.
    """

    title: str
    lines: tuple[str, ...] = ()
    url: str = ""
    links: tuple[str, ...] = ()


class ChatError(Exception):
    """A post did not arrive. `permanent`: not by itself; a person must mend something. `retry_after` is what was asked for.

    `code` is the HTTP status, 0 where there was none. `is_uncertain`: the answer was lost, and the post may stand there all the
    same; only a chat that knows the token (Matrix) can be asked again without saying it twice.
    """

    def __init__(
        self,
        sentence: str,
        *,
        permanent: bool,
        code: int = 0,
        retry_after: timedelta | None = None,
        is_uncertain: bool = False,
    ) -> None:
        """Keep what a worker and a person need to know."""
        super().__init__(sentence)
        self.sentence = sentence
        self.is_uncertain = is_uncertain
        self.permanent = permanent
        self.code = code
        self.retry_after = retry_after


class Chat(Protocol):
    """A channel somewhere else."""

    def post(self, post: Post, *, token: str) -> None:
        """Say something in the channel. The same token is the same post, where the other side can know it.

        Raises ChatError.
        """
        ...
