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


def mark_of_all(stands: Mapping[str, object] | None) -> str:
    """Give one mark of all there is, "" where there is nothing yet: for what is kept or replaced as a whole."""
    if stands is None:
        return ""
    return blake2b(repr(sorted(stands.items())).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def must_be_as_seen(seen: str | None, stands: Mapping[str, object] | None, *, of: str) -> None:
    """Raise ChangedMeanwhile where something as a whole is not what its page showed any more; `of` is what it is called.

    `seen` is the mark (`mark_of_all`) the page gives back; None is of who saw no page, such as a program.
    """
    if seen is None or seen == mark_of_all(stands):
        return
    if stands is None:
        raise ChangedMeanwhile(
            f"Somebody else took {of} away meanwhile, so yours is not saved yet. Save again to put it there."
        )
    raise ChangedMeanwhile(
        f"Somebody else changed {of} meanwhile, so yours is not saved yet. Compare the two, then save again."
    )


def _mark(value: object) -> str:
    """Give the mark of a value, whatever its line ends and the space around it: a browser changes those."""
    text = "\n".join(str(value or "").split("\r\n")).strip()
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
