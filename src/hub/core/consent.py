"""Consent: what a person has allowed, under which words, and what that lets the Hub show.

The ledger is only ever added to; where somebody stands follows from its entries. *Not asked* counts as no.
Whom a programme asks for which use is in `core.asking`.
Sources: issue 3, "Consent ledger"; seeds/001, pre-cohort steps (consent that can be withdrawn at any time); GDPR Art. 7.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from hub.core.errors import Refusal


class Use(StrEnum):
    """What a consent is for."""

    TAKING_PART = "taking-part"
    CODE_OF_CONDUCT = "code-of-conduct"
    DATA_PROTECTION = "data-protection"
    NAME = "name"
    PHOTO = "photo"
    QUOTE = "quote"
    LOGO = "logo"
    RECORDING = "recording"
    ANSWERS = "answers"
    CONTACT = "contact"

    @property
    def label(self) -> str:
        """What people read: "Appear by name"."""
        return _LABELS[self]

    @property
    def is_needed(self) -> bool:
        """Whether nobody it is asked of takes part without it; what else is asked is free to refuse, never bundled in."""
        return self in (Use.TAKING_PART, Use.CODE_OF_CONDUCT, Use.DATA_PROTECTION)

    @property
    def is_organisations(self) -> bool:
        """Whether an organisation gives it, through its contact person, and no Expert of it can."""
        return self is Use.LOGO


_LABELS = {
    Use.TAKING_PART: "Take part in the programme",
    Use.CODE_OF_CONDUCT: "Keep to the code of conduct",
    Use.DATA_PROTECTION: "Data-protection notice read",
    Use.NAME: "Appear by name",
    Use.PHOTO: "Show my photo",
    Use.QUOTE: "Quote me",
    Use.LOGO: "Show the organisation’s logo",
    Use.RECORDING: "Be in recordings",
    Use.ANSWERS: "Use my survey answers in reports",
    Use.CONTACT: "Contact me after the programme",
}


class Answer(StrEnum):
    """What was said, once."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Means(StrEnum):
    """How an answer reached the ledger."""

    SELF = "self"
    MAIL = "mail"
    PAPER = "paper"
    CALL = "call"
    IMPORT = "import"

    @property
    def label(self) -> str:
        """What people read."""
        return {"self": "On the Hub", "mail": "By mail", "paper": "On paper", "call": "In a call", "import": "From a file"}[
            self
        ]


class Standing(StrEnum):
    """Where somebody stands on a use now. Only *given* allows it."""

    NOT_ASKED = "not-asked"
    GIVEN = "given"
    ASK_AGAIN = "ask-again"  # given, to words that have changed since in a way that needs a new answer
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def allows(self) -> bool:
        """Whether the use is allowed."""
        return self is Standing.GIVEN

    @property
    def is_open(self) -> bool:
        """Whether the person is still to be asked."""
        return self in (Standing.NOT_ASKED, Standing.ASK_AGAIN)

    @property
    def label(self) -> str:
        """What people read."""
        return self.value.replace("-", " ").capitalize()


class NothingToWithdraw(Refusal):
    """Somebody withdraws what was never given."""

    code: ClassVar[str] = "nothing-to-withdraw"


class NotTheirsToGive(Refusal):
    """Somebody answers for what is not theirs: an Expert for the organisation's logo, anybody for another person."""

    code: ClassVar[str] = "not-theirs-to-give"


class OldWords(Refusal):
    """The words changed while somebody was reading them."""

    code: ClassVar[str] = "old-words"


class TheirOwnNo(Refusal):
    """A team records a yes of somebody who has said no themselves."""

    code: ClassVar[str] = "their-own-no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the ledger: the answer, the number of the words it was given to, and when."""

    answer: Answer
    term: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The words of one use as they stand: the number of the newest, and the oldest number a yes to which still counts.

    A change of spelling leaves `holds_from` where it was; a change of meaning raises it to `newest`.
    """

    newest: int
    holds_from: int

    def __post_init__(self) -> None:
        if not 1 <= self.holds_from <= self.newest:
            raise ValueError(f"impossible terms: {self.holds_from=} {self.newest=}")


def standing(entries: Sequence[Entry], terms: Terms | None) -> Standing:
    """Say where somebody stands on a use, from their entries for it in the order they were made.

    The last entry decides. A yes to words that no longer hold is asked again and does not count meanwhile; a no needs no
    new answer, for nothing is used. Without any words nobody can have been asked.
    """
    if not entries or terms is None:
        return Standing.NOT_ASKED
    last = entries[-1]
    if last.answer is Answer.GIVEN:
        return Standing.GIVEN if last.term >= terms.holds_from else Standing.ASK_AGAIN
    return Standing.REFUSED if last.answer is Answer.REFUSED else Standing.WITHDRAWN


def answer_to(now: Standing, *, wish: bool) -> Answer | None:
    """Give the entry a wish makes, None where it is what stands already.

    A no after a yes is a withdrawal, also of a yes that is to be asked again; a first no is a refusal.
    """
    if wish:
        return None if now is Standing.GIVEN else Answer.GIVEN
    if now in (Standing.GIVEN, Standing.ASK_AGAIN):
        return Answer.WITHDRAWN
    return Answer.REFUSED if now is Standing.NOT_ASKED else None


def check_told(*, wish: bool, means: Means, last_no: Means | None) -> None:
    """Refuse a yes that a team was told where the person's own last no reached the ledger by themselves (`last_no`).

    A sheet signed in spring, recorded in autumn, must not undo what somebody took back in summer. Raises TheirOwnNo.
    """
    if wish and means is not Means.SELF and last_no is Means.SELF:
        raise TheirOwnNo(
            "They said no to this themselves, on the Hub. If they changed their mind, they say so there: “What you agreed to”.",
            field="wish",
        )


_STRICTEST_FIRST = (Standing.WITHDRAWN, Standing.REFUSED, Standing.NOT_ASKED, Standing.ASK_AGAIN, Standing.GIVEN)


def strictest(one: Standing, other: Standing) -> Standing:
    """Give the stricter of two, for two records of the same person that become one.

    A no of either is a no; *not asked* wins over a yes, until the person confirms.
    Source: lessons, "strictest consent kept until confirmed".
    """
    return min(one, other, key=_STRICTEST_FIRST.index)


def needed_for_taking_part(standings: Mapping[Use, Standing], asked: Collection[Use]) -> tuple[Use, ...]:
    """Give the uses, of those asked of somebody, that they must still agree to before their part begins, in their order."""
    needed = (use for use in Use if use.is_needed and use in asked)
    return tuple(use for use in needed if not standings.get(use, Standing.NOT_ASKED).allows)
