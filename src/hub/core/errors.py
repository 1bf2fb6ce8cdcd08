"""What every room says no with.

A rule that says no raises a subclass of `Refusal`, defined beside the rule. Only the few that every room shares live here.
Source: docs/architecture.md, "One way for each recurring thing".
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """A rule said no. Carries a code for programs and a sentence for people.

    Pages answer 422 with the sentence at its place (403 for `NotAllowed`, 409 for `ChangedMeanwhile`),
    the API `{code, message}`, the command line exit status 1, all with the same words.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        """Keep the sentence, and the name of the input it speaks of where there is one."""
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotAllowed(Refusal):
    """The person may see the thing but not do this to it."""

    code: ClassVar[str] = "not-allowed"


class ChangedMeanwhile(Refusal):
    """Somebody else changed the thing between reading and writing."""

    code: ClassVar[str] = "changed-meanwhile"


class NotFromHere(Refusal):
    """The verb is not possible in the state the thing is in."""

    code: ClassVar[str] = "not-from-here"
