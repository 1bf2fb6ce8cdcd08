"""What the anonymiser is told and what it proposes, as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why something is to be taken out of notes, the most pressing first."""

    QUIET = "quiet"
    DIAL_IN = "dial-in"
    PASSCODE = "passcode"
    JOINING = "joining-link"
    SIGN_IN = "sign-in"
    ADDRESS = "address"
    PHONE = "telephone"
    LINK = "link-with-name"
    HANDLE = "handle"
    NAME = "name"
    PART_OF_NAME = "part-of-name"
    PERHAPS = "perhaps-a-name"
    PERHAPS_CODE = "perhaps-a-passcode"

    @property
    def is_always(self) -> bool:
        """Whether it never leaves, whatever a person decides."""
        return self in (Why.QUIET, Why.JOINING, Why.PASSCODE, Why.DIAL_IN)

    @property
    def label(self) -> str:
        """What people read."""
        return _LABELS[self]


_LABELS = {
    Why.QUIET: "Marked 🤫",
    Why.JOINING: "Joining link",
    Why.PASSCODE: "Passcode or meeting number",
    Why.DIAL_IN: "Dial-in number",
    Why.SIGN_IN: "Who signed in",
    Why.ADDRESS: "E-mail address",
    Why.PHONE: "Telephone number",
    Why.LINK: "Link that names somebody",
    Why.HANDLE: "Handle",
    Why.NAME: "Name",
    Why.PART_OF_NAME: "Part of a name",
    Why.PERHAPS: "Perhaps a name",
    Why.PERHAPS_CODE: "Perhaps a passcode",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Someone:
    """A person notes may speak of. `may_be_named` is their consent to appear by name; not asked counts as no.

    `other_names` are other spellings and former names, `handles` such as "@ada" or "ada-l", with or without the sign.
    """

    name: str
    may_be_named: bool = False
    other_names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    pronouns: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """One piece to take out: where it begins and ends in the text (end exclusive), its line (1-based), and what stands instead.

    `is_certain` is proposed ticked; what is not is a guess a person looks at. `said` is the piece itself.
    """

    start: int
    end: int
    line: int
    why: Why
    words_of_why: str
    replacement: str
    is_certain: bool
    said: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to take out of a text: pieces from top to bottom, none of which overlaps another."""

    removals: tuple[Removal, ...] = ()

    @property
    def certain(self) -> tuple[Removal, ...]:
        """Those a person need only look over; what never leaves is among them."""
        return tuple(each for each in self.removals if each.is_certain)

    @property
    def doubtful(self) -> tuple[Removal, ...]:
        """Those a person decides on."""
        return tuple(each for each in self.removals if not each.is_certain)


@dataclass(frozen=True, slots=True)
class Found:
    """A piece found, before pieces are fitted together; offsets are those of the text it was found in."""

    start: int
    end: int
    why: Why
    words: str
    replacement: str
    is_certain: bool = True
