"""What somebody needs to take part, and which programmes were told: what holds once two records are one.

Part of: people. Their own words are read by the team of a programme only where they said so; what a team was told otherwise it
keeps for itself. Source: issue 3, "who reads them is stated"; docs/decisions/0022.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Told:
    """What one programme was told: whether its team reads the person's own words (None: not asked yet), and what it noted."""

    is_shared: bool | None = None
    noted: str = ""


def told_after(kept: Told, gone: Told, *, kept_words: str, gone_words: str) -> Told:
    """Say what one programme is told when two records are one: nothing that neither of them told it.

    An answer goes with the words it was given for. Words that no longer hold stay as a note with the programmes that read them.
    """
    lost = ""
    if kept_words == gone_words:
        answers = {kept.is_shared, gone.is_shared}
        shared = False if False in answers else True if True in answers else None
    elif kept_words:
        shared = kept.is_shared
        lost = gone_words if gone.is_shared else ""
    else:
        shared = gone.is_shared
    parts = dict.fromkeys(part for part in (kept.noted, gone.noted, lost) if part)
    return Told(shared, "\n\n".join(parts))
