"""What a plan says to the Hub in comments: `<!-- hub: accept order: … -->`, `kind`, `cancelled`, and facts said outright.

Source: docs/plan-language.md, "What words can't say".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from hub.core.plan.model import Accepted, Blemish, Kind, Mode
from hub.core.plan.read.tree import Block
from hub.core.plan.read.words import CODE, COMMENT

_DIRECTIVE = re.compile(r"^\s*hub\s*:\s*(?P<verb>[\w-]*)\s*:?\s*(?P<rest>.*?)\s*$", re.DOTALL | re.IGNORECASE)
_ACCEPTED = re.compile(r"^(?P<code>[^\s:]*)(?:\s*:\s*|\s+[–—-]\s+|\s+|$)(?P<reason>.*)$", re.DOTALL)
_ESCAPED = re.compile(r"&amp;(?=(?:amp|gt|#96);)|&#96;|(?<=--)&gt;")
_MEANT = {"&amp;": "&", "&#96;": "`", "&gt;": ">"}
_OUTRIGHT = ("title", "topic", "mode", "place", "led-by")


@dataclass(slots=True)
class Directives:
    """What hub comments say of an entry; of two that say the same thing, the first counts."""

    kind: Kind | None = None
    cancelled: str | None = None
    accepted: list[Accepted] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)  # title, topic, mode, place, led-by: said outright


def directives(texts: Sequence[tuple[str, int]], blemishes: list[Blemish]) -> Directives:
    """Read the hub comments among texts that stand on given lines; what can't be read becomes a blemish."""
    said = Directives()
    for text, line in texts:
        if "<!--" not in text:
            continue
        if "`" in text:
            text = CODE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
        for match in COMMENT.finditer(text, 0, text.rfind("-->") + 3):
            spoken = _DIRECTIVE.match(match.group(1))
            if spoken is None:
                continue
            at = line + text.count("\n", 0, match.start())
            verb, rest = spoken.group("verb").lower(), out_of_comment(" ".join(spoken.group("rest").split()))
            if verb == "accept" and (accepted := _ACCEPTED.match(rest)) is not None:
                said.accepted.append(Accepted(code=accepted.group("code"), reason=accepted.group("reason"), line=at))
            elif verb == "kind" and (kind := _kinds().get(_bare(rest))) is not None:
                said.kind = said.kind or kind
            elif verb in ("cancelled", "canceled"):
                said.cancelled = said.cancelled or rest
            elif verb in _OUTRIGHT and (verb != "mode" or not rest or _bare(rest) in set(Mode)):
                said.words.setdefault(verb, _bare(rest) if verb == "mode" else rest)
            else:
                blemishes.append(Blemish(code="unknown-directive", line=at, facts=(("directive", f"{verb} {rest}".strip()),)))
    return said


def out_of_comment(words: str) -> str:
    """Read words as they are written in a comment: `&#96;` a backtick, `--&gt;` the end of a comment, `&amp;` before these."""
    return _ESCAPED.sub(lambda found: _MEANT[found.group()], words) if "&" in words else words


@lru_cache(maxsize=1)
def _kinds() -> dict[str, Kind]:
    """Give each kind by its word in files and by its word for people."""
    return {_bare(word): kind for kind in Kind for word in (kind.value, kind.label)}


def _bare(words: str) -> str:
    return re.sub(r"[\s-]+", "-", words.lower().replace("é", "e").strip(" .'\"“”"))


def own_texts(block: Block) -> list[tuple[str, int]]:
    """Give the texts that may hold comments about an entry: its head, and all that stands in it."""
    texts, waiting = [], [block]
    while waiting:
        each = waiting.pop()
        if each.text:
            texts.append((each.text, each.text_line))
        waiting += reversed(each.blocks)
    return texts
