"""What somebody saw before they said "send": who gets a message and in which words; and what is different by now.

A page posts what it showed and the command compares that with what would go: a number alone is the same where one came and
another left. Sources: lessons, "Mail"; docs/decisions/0013.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar

from hub.core.errors import ChangedMeanwhile

_NAMED = 3  # people called by name in a sentence; the rest is a number


class OtherThanShown(ChangedMeanwhile):
    """What would go now is not what the person was shown."""

    code: ClassVar[str] = "other-than-shown"


def mark_of(*words: str) -> str:
    """Give a mark for words, which is another one where any of them is."""
    return sha256(json.dumps(words).encode()).hexdigest()[:16]


def write_shown(shown: Mapping[str, str]) -> str:
    """Write down what is shown, for a page to post: each message by its key, with the mark of its words or, where it would not
    go, without. Keys hold no space and no "=".
    """
    return " ".join(f"{key}={mark}" for key, mark in sorted(shown.items()))


def read_shown(text: str) -> dict[str, str]:
    """Read what a page says it showed; what is none is left out, so that a page that says nothing showed nothing."""
    return {key: mark for key, is_one, mark in (each.partition("=") for each in text.split()) if is_one and key}


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different from what was shown, by key: who came, who is out, and whose words are others."""

    came: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    reworded: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.came or self.gone or self.reworded)

    def say(self, name: Callable[[str], str]) -> str:
        """Say it as the end of a sentence: "also to Ines Costa and no longer to Ada Lindqvist"."""
        parts = []
        if self.came:
            parts.append(f"also to {_names(self.came, name)}")
        if self.gone:
            parts.append(f"no longer to {_names(self.gone, name)}")
        if self.reworded:
            parts.append(f"in other words to {_names(self.reworded, name)}")
        return _listed(parts)


def difference(seen: Mapping[str, str], now: Mapping[str, str]) -> Difference:
    """Compare what was shown to go with what would go now; what would not go, then and now, is no difference."""
    went, goes = {k: mark for k, mark in seen.items() if mark}, {k: mark for k, mark in now.items() if mark}
    return Difference(
        came=tuple(sorted(goes.keys() - went.keys())),
        gone=tuple(sorted(went.keys() - goes.keys())),
        reworded=tuple(sorted(key for key in goes.keys() & went.keys() if goes[key] != went[key])),
    )


def difference_of_all(seen: Collection[str], now: Collection[str]) -> Difference:
    """Compare all that was shown, whether it would go or not, with all there is now; words are of no account."""
    return Difference(came=tuple(sorted(set(now) - set(seen))), gone=tuple(sorted(set(seen) - set(now))))


def _names(keys: Collection[str], name: Callable[[str], str]) -> str:
    called = sorted(filter(None, map(name, keys)))[:_NAMED]
    rest = len(keys) - len(called)
    if rest:
        called.append(
            ("1 other" if rest == 1 else f"{rest} others") if called else "1 person" if rest == 1 else f"{rest} people"
        )
    return _listed(called)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
