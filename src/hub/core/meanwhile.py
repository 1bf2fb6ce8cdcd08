"""Two people change one thing at a time: what each of them changed is kept, and where both changed the same, neither is lost.

A form says by a mark of each field what it showed. What differs from that was typed by whoever sends it; the rest is left as it
stands, whoever changed it since. Source: lessons, "Nothing typed is lost".
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import TypeVar

from hub.core.errors import ChangedMeanwhile

V = TypeVar("V")


class BothChanged(ChangedMeanwhile):
    """Somebody else changed the same: `stands` is what stands now, `clashes` what both changed, `typed` what the sender did."""

    def __init__(self, stands: Mapping[str, object], *, clashes: tuple[str, ...], typed: frozenset[str]) -> None:
        """Keep what a page needs to show both and to let the person choose."""
        super().__init__(
            "Somebody changed the same since you opened this page, so nothing was saved. What stands now is shown beside what "
            "you wrote. Save again to put yours in its place."
        )
        self.stands, self.clashes, self.typed = dict(stands), clashes, typed


def marks_of(shown: Mapping[str, object]) -> str:
    """Give the marks of what a form shows, for the form to send along: "about:0f3c… name:9b2e…"."""
    return " ".join(f"{name}:{_mark(value)}" for name, value in sorted(shown.items()))


def what_changed(typed: Mapping[str, V], stands: Mapping[str, object], *, shown: str) -> dict[str, V]:
    """Keep of what was sent what its sender changed. A field without a mark was not shown, and counts as changed.

    Raises BothChanged where somebody else changed one of those, and to something else.
    """
    marks = dict(each.split(":", 1) for each in shown.split() if ":" in each)
    changed = {name: value for name, value in typed.items() if marks.get(name) != _mark(value)}
    clashes = tuple(
        name
        for name, value in changed.items()
        if name in marks and name in stands and _mark(stands[name]) not in (marks[name], _mark(value))
    )
    if clashes:
        raise BothChanged(stands, clashes=clashes, typed=frozenset(changed))
    return changed


def must_stand_as(shown: str, **stands: object) -> None:
    """Raise BothChanged where one of these is not what was shown any more: for texts that are replaced as a whole."""
    marks = dict(each.split(":", 1) for each in shown.split() if ":" in each)
    clashes = tuple(name for name, value in stands.items() if name in marks and marks[name] != _mark(value))
    if clashes:
        raise BothChanged(stands, clashes=clashes, typed=frozenset(clashes))


def _mark(value: object) -> str:
    """Give the mark of a value, whatever its line ends and the space around it: a browser changes those."""
    text = "\n".join(str(value or "").split("\r\n")).strip()
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
