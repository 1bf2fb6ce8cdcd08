"""A channel in memory: for tests and the demo."""

from __future__ import annotations

from collections.abc import Callable

from hub.services.chat.model import ChatError, Post


class FakeChat:
    """Keeps what was posted, each token once. `trouble` may say what goes wrong; with None the post arrives."""

    def __init__(self, *, trouble: Callable[[Post], ChatError | None] = lambda post: None) -> None:
        """Keep the part to play; it may be changed later."""
        self.posts: dict[str, Post] = {}
        self.trouble = trouble

    def post(self, post: Post, *, token: str) -> None:
        """Keep a post; see `Chat`."""
        if (error := self.trouble(post)) is not None:
            raise error
        self.posts.setdefault(token, post)
