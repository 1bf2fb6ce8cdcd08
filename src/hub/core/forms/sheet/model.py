"""What a sheet of answers would do: whose a row is, what becomes of it, and the whole of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

from hub.core.forms.answers import Values
from hub.core.forms.sheet.columns import Column


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    PERHAPS = "perhaps"
    LEFT = "left"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Whose:
    """Somebody a row may be of."""

    key: int
    name: str
    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stands:
    """What somebody has answered already: the values, and whether they came from a file; or that they took it back."""

    values: Values
    is_imported: bool
    is_taken_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What becomes of one row. `person` is whose it is, `candidates` who it may be, `mark` what knows it again.

    `values` are the whole answer as it would stand. `untaken` says what a cell says and no answer takes, and why; `changes`
    what becomes of an answer that stands; `if_theirs` what the row would do for each of the candidates. `known_by` is
    the number it has in its sheet, and its moment as it stands there.
    """

    number: int
    outcome: Outcome
    known_by: tuple[str, str] = ("", "")
    name: str = ""
    email: str = ""
    person: int | None = None
    values: Values = field(default_factory=dict)
    sent: datetime | None = None
    sentence: str = ""
    candidates: tuple[Whose, ...] = ()
    if_theirs: tuple[Row, ...] = ()
    untaken: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    mark: str = ""

    @property
    def is_alike(self) -> bool:
        """Whether neither a number nor a moment tells it from another row that says the same."""
        return not any(self.known_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a whole sheet would do, row by row; where `wanting` says what must be chosen first, no row is read yet.

    `marks` is what an anonymous form keeps of the sheet besides, to know its rows again: see `propose`.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    wanting: str = ""
    marks: tuple[str, ...] = ()

    def of(self, outcome: Outcome) -> tuple[Row, ...]:
        """Give the rows of one outcome."""
        return tuple(row for row in self.rows if row.outcome is outcome)

    @property
    def fingerprint(self) -> str:
        """A mark of all that would be done, to know that what is confirmed is what was shown."""
        return blake2b(repr((self.columns, self.rows)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
