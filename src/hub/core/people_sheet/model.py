"""A sheet of people as it is understood, what it is read against, and what each of its rows would do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import blake2b

from hub.core.affiliation import OF_ALWAYS, Days


class Column(StrEnum):
    """What a column tells. The value is the head an export writes."""

    NAME = "Name"
    FIRST = "First name"
    LAST = "Last name"
    EMAIL = "E-mail"
    PRONOUNS = "Pronouns"
    ORCID = "ORCID"
    ORGANISATION = "Organisation"
    JOB = "Job"
    SECTOR = "Sector"
    SIZE = "Size"
    REGION = "Region"
    WEBSITE = "Website"
    ROLE = "Role"
    COHORT = "Cohort"
    STARTS = "Starts"
    ENDS = "Ends"


EXPORTED = tuple(column for column in Column if column not in (Column.FIRST, Column.LAST))


# -- what stands, as far as a sheet can touch it


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRole:
    """A role somebody has or had in the programme; `cohort` None is the whole programme, `ends_on` is exclusive.

    `is_over` where it has ended by now; one they have while they stand in for somebody is not their own.
    """

    kind: str
    cohort: int | None
    starts_on: date
    ends_on: date | None
    is_over: bool = False
    is_stand_in: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldWork:
    """That somebody is or was with an organisation, as compared and as written; `is_over` where it has ended by now."""

    organisation: str
    name: str
    job: str
    days: Days = OF_ALWAYS
    is_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A person who stands in the Hub. Of whom the team does not know (`is_ours` False) nothing is shown and nothing changed."""

    key: int
    name: str
    email: str = ""
    pronouns: str = ""
    orcid: str = ""
    is_ours: bool = True
    addresses: tuple[str, ...] = ()  # proved to be theirs, those a sheet names
    unproved: tuple[str, ...] = ()  # they wrote these down too, and nobody proved them: they may be anybody's
    roles: tuple[HeldRole, ...] = ()
    works: tuple[HeldWork, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOrganisation:
    """An organisation that stands in the Hub."""

    key: int
    name: str
    sector: str = ""
    size: str = ""
    region: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneCohort:
    """A cohort of the programme, as a cell may name it."""

    key: int
    slug: str
    name: str
    starts_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """All that a sheet is read against: who stands, the programme's words, what a row without role or cohort means.

    `roles`, `sectors` and `sizes` give the label of each value. `is_address` and `is_website` are the commands' own checks.
    """

    people: tuple[Held, ...]
    organisations: tuple[HeldOrganisation, ...]
    cohorts: tuple[OneCohort, ...]
    roles: Mapping[str, str]
    sectors: Mapping[str, str]
    sizes: Mapping[str, str]
    is_address: Callable[[str], bool]
    is_website: Callable[[str], bool]
    role: str
    cohort: int | None
    starts_on: date
    never_given: frozenset[str] = frozenset()  # roles a sheet never gives: those that let somebody run the programme
    stand_for: frozenset[str] = frozenset()  # roles in which each stands for the organisation they are with


# -- what a sheet would do


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    SAME = "same"
    PERHAPS = "perhaps"
    REFUSED = "refused"
    LEFT = "left"


NEW, LEAVE = "new", "leave"  # what one may decide of a row, besides the choice of a candidate


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that was one thing and becomes another, in words; `before` is empty where nothing was."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A row as it is understood, every value checked; `starts_on` and `cohort` are filled in from what the form says.

    `is_day_typed` says that the first day stands in the row itself.
    """

    number: int
    name: str
    email: str
    pronouns: str
    orcid: str
    organisation: str
    job: str
    facts: tuple[tuple[str, str], ...]  # of the organisation
    role: str
    cohort: int | None
    starts_on: date
    is_day_typed: bool
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What a row does to one person: `facts` are set, `email` becomes the address, a role is given or ended, a job is noted.

    `for_whom` is the organisation they stand for in a role that is given, as it is compared. `wrong` says why a row can't be.
    """

    facts: tuple[tuple[str, str], ...] = ()
    email: str = ""
    gives_role: bool = False
    for_whom: str = ""
    ends_role_from: date | None = None  # the role that gets the row's end, by its first day
    wrong: str = ""
    is_with: bool = False  # an affiliation is added
    is_job: bool = False  # the affiliation that stands gets another job
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not self.changes


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who a row may be: how the choice is named, whom it means, why, and what would change for them."""

    choice: str
    name: str
    reason: str
    steps: Steps

    @property
    def is_row(self) -> bool:
        """Whether it is another row of the sheet, not somebody who stands."""
        return self.choice.startswith("row-")

    @property
    def row(self) -> str:
        """The number of that row."""
        return self.choice.removeprefix("row-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What becomes of one row: `target` is a person's key, or the number of the row that adds them (as "row-4")."""

    number: int
    outcome: Outcome
    name: str
    email: str = ""
    organisation: str = ""
    target: str = ""
    typed: Typed | None = None
    steps: Steps = Steps()
    candidates: tuple[Candidate, ...] = ()
    sentence: str = ""
    is_unproved: bool = False  # its address stands in a record unproved: it settles nothing, and nobody gets it

    @property
    def is_change(self) -> bool:
        """Whether somebody who stands is changed by it."""
        return self.outcome is Outcome.SAME and not self.steps.is_empty


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrganisation:
    """An organisation that would be added, or (`key`) one whose empty facts would be filled."""

    name: str
    facts: tuple[tuple[str, str], ...]
    key: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a whole sheet would do, row by row in its order, and the heads that were not understood."""

    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    organisations: tuple[NewOrganisation, ...]

    def of(self, outcome: Outcome) -> tuple[Row, ...]:
        """Give the rows of one outcome."""
        return tuple(row for row in self.rows if row.outcome is outcome)

    @property
    def added(self) -> int:
        """How many people would be added."""
        return len(self.of(Outcome.NEW))

    @property
    def changed(self) -> int:
        """How many people who stand would be changed; somebody in two rows counts once, somebody added by the sheet not."""
        return len({row.target for row in self.rows if row.is_change and not row.target.startswith("row-")})

    @property
    def unchanged(self) -> tuple[Row, ...]:
        """The rows that say what we know already."""
        return tuple(row for row in self.rows if row.outcome is Outcome.SAME and row.steps.is_empty)

    @property
    def fingerprint(self) -> str:
        """A mark of all that would be done, to know that what is confirmed is what was shown."""
        return blake2b(repr((self.rows, self.organisations)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def same_organisation(name: str) -> str:
    """Give the name of an organisation as it is compared: whatever its case and spaces."""
    return " ".join(name.split()).casefold()
