"""How the check recognises what an entry is about: phrases of the rules looked for in what the team wrote.

Both sides are brought to the same plain words first, so that "User-Journey Mapping", "**user journey** mapping" and
"Mapping of user journeys" can meet. Source: seeds/001, where one training is written in four ways.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_ADDRESS = re.compile(r"https?://\S+")
_PARENTHESES = re.compile(r"\([^()]*\)")
_WORD = re.compile(r"[a-z0-9]+")
_SMALL = frozenset({"a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "our", "the", "their", "to", "with", "your"})

# Words before a phrase that say it is spoken about, not held: "Feedback about the training", "Catch up on …".
_ABOUT = re.compile(
    r" (?:about|after|before|catch|debrief|experience|feedback|follow|from|homework|learning|lesson|prepare|preparation"
    r"|question|recap|reflect|reflecting|reflection|review|reviewing|since|summary|update) "
)
# Words after "training" or "workshop" that make it something else: "Workshop planning", "training needs".
_ASIDE = re.compile(
    r"(?:debrief|experience|feedback|follow|material|need|note|plan|planning|prep|preparation|recap|reflection|review|summary)$"
)
_CALLS_ITSELF = re.compile(r" (?:training|workshop|masterclass) (\w+)?")
_HEADLINE = 90  # characters: what an agenda line says first


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Give the text as plain words between single spaces, with one at each end: no marks, accents, plurals or small words."""
    text = _ADDRESS.sub(" ", _LINK.sub(r"\1", text))
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode() if not text.isascii() else text
    words = (word for word in _WORD.findall(text.lower()) if word not in _SMALL)
    return "".join((" ", " ".join(_singular(word) for word in words), " "))


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "is", "us")):
        return word
    return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]


class Phrases:
    """A set of phrases, each standing for a name, that can be looked for in a text."""

    def __init__(self, named: Iterable[tuple[str, Iterable[str]]]) -> None:
        """Keep the phrases of (name, phrases); of two that fit at one place the longer wins."""
        pairs = {plain(phrase).strip(): name for name, phrases in named for phrase in phrases}
        pairs.pop("", None)
        self._names = pairs
        ordered = sorted(pairs, key=len, reverse=True)
        self._pattern = re.compile(" (" + "|".join(map(re.escape, ordered)) + ")(?= )") if ordered else None

    def named(self, text: str, *, held: bool = False) -> str | None:
        """Give the name of the first phrase in the text, or None; `held` leaves out what is only spoken about."""
        if self._pattern is None:
            return None
        for version in _versions(text):
            for match in self._pattern.finditer(version):
                if not (held and _ABOUT.search(version[: match.start() + 1])):
                    return self._names[match.group(1)]
        return None


def _versions(text: str) -> tuple[str, ...]:
    """Give the plain text, and once more without what stands in parentheses: it may split a phrase."""
    return (plain(text), plain(_PARENTHESES.sub(" ", text))) if "(" in text else (plain(text),)


def headline(text: str) -> str:
    """Give the beginning of an agenda line, where it says what it is, without its links' addresses."""
    words = _ADDRESS.sub(" ", _LINK.sub(r"\1", text))
    return words if len(words) <= _HEADLINE else words[:_HEADLINE].rsplit(" ", 1)[0]


def calls_itself_training(text: str) -> bool:
    """Say whether the text names itself a training, workshop or masterclass, rather than speaking about one."""
    words = plain(text)
    return any(
        not _ABOUT.search(words[: match.start() + 1]) and not _ASIDE.match(match.group(1) or "")
        for match in _CALLS_ITSELF.finditer(words)
    )


_GENERIC = re.compile(  # words that say nothing about what a topic is
    r"(?:activity|analysis|apply|applying|consideration|considering|discuss|discussing|discussion|exploring|from|how|insight"
    r"|into|introduction|learning|mapping|plan|planning|practice|project|session|skill|supporting|through|training"
    r"|understanding|using|within|work|working|workshop)$"
)


def stems(text: str) -> frozenset[str]:
    """Give the first five letters of each word that says something, so that "ethical" and "ethics" count as one."""
    return frozenset(word[:5] for word in plain(_PARENTHESES.sub(" ", text)).split() if not _GENERIC.match(word))
