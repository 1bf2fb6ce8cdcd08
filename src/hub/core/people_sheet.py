"""People by the sheet: what each row of a table would do, said before it is done, by the same code that then does it.

Columns are known by their heads, in any order. A row is the same person as one we know by exact address or ORCID, never by name
alone: where only the name is alike, a person decides. What a cell leaves empty takes nothing away.
Sources: lessons, "People" and "Consent and data protection"; style, "Import".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from hashlib import blake2b
from typing import ClassVar

from hub.core.errors import Refusal
from hub.core.names import BadOrcid, Known, Reason, address, folded, is_a_slip, likely_pairs, orcid, plain

MOST_CANDIDATES = 5
HEAD_WITHIN = 10  # rows: a title may stand above the heads


class NoHeads(Refusal):
    """No row says what its columns are, or two say the same."""

    code: ClassVar[str] = "no-heads"


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


_HEADS: dict[str, Column] = {plain(column.value): column for column in Column} | {
    plain(word): column
    for column, words in {
        Column.NAME: ("full name", "your name", "participant", "person", "expert"),
        Column.FIRST: ("first", "forename", "given name", "given names", "first names"),
        Column.LAST: ("last", "surname", "family name"),
        Column.EMAIL: ("email", "mail", "email address", "e-mail address", "mail address", "address"),
        Column.PRONOUNS: ("pronoun",),
        Column.ORCID: ("orcid id", "orcid identifier"),
        Column.ORGANISATION: (
            "organization",
            "affiliation",
            "company",
            "institution",
            "employer",
            "partner",
            "organisation name",
        ),
        Column.JOB: ("job title", "position", "occupation"),
        Column.SECTOR: ("industry",),
        Column.SIZE: ("organisation size", "organization size", "company size"),
        Column.REGION: ("location", "area"),
        Column.WEBSITE: ("web", "homepage", "web site", "organisation website"),
        Column.ROLE: ("here as",),
        Column.COHORT: ("round",),
        Column.STARTS: ("start", "from", "starts on", "start date", "since"),
        Column.ENDS: ("end", "until", "ends on", "end date"),
    }.items()
    for word in words
}
EXPORTED = tuple(column for column in Column if column not in (Column.FIRST, Column.LAST))


# -- what stands, as far as a sheet can touch it


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRole:
    """A role somebody has or had in the programme; `cohort` None is the whole programme, `ends_on` is exclusive."""

    kind: str
    cohort: int | None
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldWork:
    """That somebody is with an organisation, named as it is compared; only what has not ended."""

    organisation: str
    job: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A person who stands in the Hub. Of whom the team does not know (`is_ours` False) nothing is shown and nothing changed."""

    key: int
    name: str
    email: str = ""
    pronouns: str = ""
    orcid: str = ""
    is_ours: bool = True
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
    """A row as it is understood, every value checked; `starts_on` and `cohort` are filled in from what the form says."""

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
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What a row does to one person: `facts` are set, `email` becomes the address, a role is given or ended, a job is noted."""

    facts: tuple[tuple[str, str], ...] = ()
    email: str = ""
    gives_role: bool = False
    ends_role: bool = False
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


# -- reading


@dataclass(frozen=True, slots=True)
class Heads:
    """Where each column stands: the index of the row of heads, the index of each column, and the heads nobody understands."""

    row: int
    columns: Mapping[Column, int]
    unknown: tuple[str, ...]


def find_heads(rows: Sequence[Sequence[str]]) -> Heads:
    """Find the row that says what the columns are. Raises NoHeads."""
    for index, row in enumerate(rows[:HEAD_WITHIN]):
        found: dict[Column, int] = {}
        unknown = []
        for place, cell in enumerate(row):
            column = _HEADS.get(plain(cell))
            if column is None:
                if cell:
                    unknown.append(cell[:60])
            elif column in found:
                raise NoHeads(f"Columns {found[column] + 1} and {place + 1} both say “{column.value}”. Keep the one you mean.")
            else:
                found[column] = place
        if Column.NAME in found or Column.EMAIL in found or {Column.FIRST, Column.LAST} <= found.keys():
            if Column.FIRST in found and Column.NAME in found and Column.LAST not in found:
                found[Column.LAST] = found.pop(Column.NAME)  # “Name, First name” means the family’s
            return Heads(index, found, tuple(unknown))
    raise NoHeads(
        "No row says what the columns are. Put the heads above them: Name (or First name and Last name), E-mail, Organisation, "
        "Role, and so on."
    )


class _Wrong(Exception):
    """A cell that cannot be taken: the column and what is wrong with it."""

    def __init__(self, column: Column, words: str) -> None:
        super().__init__(words)
        self.column = column


_MONTHS = {
    name[:length]: number
    for number, name in enumerate(
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ],
        1,
    )
    for length in (3, 4, len(name))
}
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_FIGURES = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$")
_WORDS = re.compile(r"^(?:\w+,? )?(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]+)\.?,? (\d{4})$")


def read_day(written: str) -> date | None:
    """Read a day as people write it: 2024-09-01, 1 September 2024, 1/9/2024 (the day first). Raises ValueError."""
    text = " ".join(written.split())
    if not text:
        return None
    if found := _ISO.match(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _FIGURES.match(text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if (found := _WORDS.match(text)) and (month := _MONTHS.get(found[2].lower())):
        return date(int(found[3]), month, int(found[1]))
    raise ValueError(text)


def _read_row(number: int, cells: Mapping[Column, str], columns: Mapping[Column, int], ground: Ground) -> Typed:
    """Understand one row. Raises _Wrong at the first cell that cannot be taken."""

    def words(column: Column, longest: int) -> str:
        text = " ".join(cells.get(column, "").split())
        if len(text) > longest:
            raise _Wrong(column, f"this has {len(text)} letters and there is room for {longest}.")
        return text

    def one_of(column: Column, values: Mapping[str, str], what: str) -> str:
        text = cells.get(column, "")
        if not text:
            return ""
        wanted = plain(text)
        for value, label in values.items():
            if wanted in (plain(value), plain(label), plain(label.partition("(")[0])):
                return value
        raise _Wrong(column, f"“{text[:40]}” is no {what} here; there are {_listed(values.values())}.")

    def day(column: Column) -> date | None:
        try:
            return read_day(cells.get(column, ""))
        except ValueError:
            raise _Wrong(column, f"“{cells[column][:40]}” is no day; write it like 2024-09-01.") from None

    name = words(Column.NAME, 120) or " ".join(f"{words(Column.FIRST, 120)} {words(Column.LAST, 120)}".split())
    if len(name) > 120:
        raise _Wrong(Column.LAST, "first and last name together have more than 120 letters.")
    email = words(Column.EMAIL, 254)
    if email and not ground.is_address(email):
        raise _Wrong(Column.EMAIL, f"“{email[:60]}” is no mail address.")
    try:
        identifier = orcid(cells.get(Column.ORCID, ""))
    except BadOrcid as no:
        raise _Wrong(Column.ORCID, no.sentence) from None
    website = words(Column.WEBSITE, 300)
    if website and "://" not in website:
        website = f"https://{website}"
    if website and not ground.is_website(website):
        raise _Wrong(Column.WEBSITE, f"“{website[:60]}” is no address on the web.")
    facts = {
        "sector": one_of(Column.SECTOR, ground.sectors, "sector"),
        "size": one_of(Column.SIZE, ground.sizes, "size"),
        "region": words(Column.REGION, 80),
        "website": website,
    }
    role = one_of(Column.ROLE, ground.roles, "role") or ground.role
    named = cells.get(Column.COHORT, "")
    cohort = next((each for each in ground.cohorts if plain(named) in (plain(each.slug), plain(each.name))), None)
    if named and cohort is None:
        there = _listed(each.name for each in ground.cohorts) if ground.cohorts else "none"
        raise _Wrong(Column.COHORT, f"“{named[:40]}” is no cohort here; there are {there}.")
    if not named and Column.COHORT not in columns:
        cohort = next((each for each in ground.cohorts if each.key == ground.cohort), None)
    starts_on = day(Column.STARTS) or (cohort.starts_on if cohort else ground.starts_on)
    ends_on = day(Column.ENDS)
    if ends_on is not None and ends_on <= starts_on:
        raise _Wrong(Column.ENDS, f"a role ends after it starts, and this one starts on {starts_on.isoformat()}.")
    return Typed(
        number=number,
        name=name,
        email=email,
        pronouns=words(Column.PRONOUNS, 40),
        orcid=identifier,
        organisation=words(Column.ORGANISATION, 160),
        job=words(Column.JOB, 120),
        facts=tuple((key, value) for key, value in facts.items() if value),
        role=role,
        cohort=cohort.key if cohort else None,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def _listed(words: Iterable[str]) -> str:
    given = list(words)
    return ", ".join(given[:-1]) + (" and " if len(given) > 1 else "") + given[-1]


# -- proposing


def propose(
    rows: Sequence[Sequence[str]], ground: Ground, *, first: int = 1, decisions: Mapping[int, str] | None = None
) -> Proposal:
    """Say what a sheet would do. With `decisions` (row number to "new", "leave" or a candidate's choice), what it then does.

    `first` is the number people count the first row as. Raises NoHeads.
    """
    heads = find_heads(rows)
    reading = _Reading(ground, decisions or {})
    for index, row in enumerate(rows[heads.row + 1 :], heads.row + 1):
        cells = {column: row[place] for column, place in heads.columns.items() if place < len(row) and row[place]}
        if any(row):
            reading.take(first + index, cells, heads.columns)
    reading.look_for_names()
    settled = tuple(reading.settle())
    return Proposal(
        rows=settled,
        columns=tuple(column.value for column in sorted(heads.columns, key=lambda each: heads.columns[each])),
        unknown=heads.unknown,
        organisations=tuple(reading.organisations(settled)),
    )


@dataclass(slots=True)
class _Reading:
    """One pass over a sheet: who stands grows as rows add and change people."""

    ground: Ground
    decisions: Mapping[int, str]
    rows: list[Typed | Row] = field(default_factory=list)
    people: dict[str, Held] = field(default_factory=dict)
    by: dict[str, str] = field(default_factory=dict)  # "address …" and "orcid …" to whom it belongs: a key, "row-4", or LEAVE
    alike: dict[int, list[tuple[str, Reason]]] = field(default_factory=dict)
    goes: dict[str, str] = field(default_factory=dict)  # a row that turned out to be somebody who stands
    held_organisations: dict[str, HeldOrganisation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.held_organisations = {same_organisation(each.name): each for each in self.ground.organisations}
        for each in self.ground.people:
            self.people[str(each.key)] = each
            for mark in _marks(each.email, each.orcid):
                self.by[mark] = str(each.key)

    def take(self, number: int, cells: Mapping[Column, str], columns: Mapping[Column, int]) -> None:
        """Read one row, or say why it cannot be."""
        try:
            self.rows.append(_read_row(number, cells, columns, self.ground))
        except _Wrong as no:
            name = cells.get(Column.NAME) or f"{cells.get(Column.FIRST, '')} {cells.get(Column.LAST, '')}".strip()
            self.rows.append(
                Row(
                    number=number,
                    outcome=Outcome.REFUSED,
                    name=name[:120],
                    email=cells.get(Column.EMAIL, "")[:254],
                    organisation=cells.get(Column.ORGANISATION, "")[:160],
                    sentence=f"Row {number}, {no.column.value}: {no}",
                )
            )

    def look_for_names(self) -> None:
        """Find whose name is alike for each row that no address and no ORCID settles: people the team knows, earlier rows."""
        places: dict[str, int] = {}

        def place(organisation: str) -> int:
            return places.setdefault(same_organisation(organisation), len(places) + 1)

        asking = [
            row
            for row in self.rows
            if isinstance(row, Typed) and row.name and not any(mark in self.by for mark in _marks(row.email, row.orcid))
        ]
        if not asking:
            return
        records = [
            Known(key=-row.number - 1, name=row.name, orcid=row.orcid, organisations=_one(place, row.organisation))
            for row in asking
        ]
        emails = {row.number: row.email for row in asking}
        wanted = {" ".join(sorted(folded(row.name).split())) for row in asking}
        there = {same_organisation(row.organisation) for row in asking if row.organisation}
        for each in self.ground.people:
            works = frozenset(place(work.organisation) for work in each.works)
            is_near = any(work.organisation in there for work in each.works)
            if each.is_ours and (is_near or " ".join(sorted(folded(each.name).split())) in wanted):
                records.append(Known(key=each.key, name=each.name, orcid=each.orcid, organisations=works))
        for pair in likely_pairs(records):
            low, high = pair.first, pair.second  # rows have keys below nought, later rows the lower ones
            if low >= 0:
                continue
            if high < 0 and pair.reasons[0] is Reason.ALIKE and emails[-low - 1] and emails[-high - 1]:
                continue  # two names, two addresses, one sheet: two people
            other = str(high) if high >= 0 else f"row-{-high - 1}"
            self.alike.setdefault(-low - 1, []).append((other, pair.reasons[0]))

    def settle(self) -> Iterable[Row]:
        """Yield what becomes of each row, in order; people change as it goes on."""
        for row in self.rows:
            yield row if isinstance(row, Row) else self._settled(row)

    def _settled(self, row: Typed) -> Row:
        def told(outcome: Outcome, **more: object) -> Row:
            base = Row(number=row.number, outcome=outcome, name=row.name, email=row.email, organisation=row.organisation)
            return replace(base, **{"typed": row, **more})  # type: ignore[arg-type]

        def refused(column: Column, words: str) -> Row:
            return told(Outcome.REFUSED, sentence=f"Row {row.number}, {column.value}: {words}", typed=None)

        marks = _marks(row.email, row.orcid)
        owners = {self.by[mark] for mark in marks if mark in self.by}
        decided = self.decisions.get(row.number, "")
        if decided == LEAVE or LEAVE in owners:
            for mark in marks:
                self.by.setdefault(mark, LEAVE)
            return told(Outcome.LEFT)
        if len(owners) > 1:
            return refused(
                Column.ORCID, "the address is one person’s and the ORCID another’s. Perhaps they are one, in two records."
            )
        if owners:
            (target,) = owners
            return self._same(row, target, told, refused)
        if not row.name:
            known = "nobody we know has this address, and somebody new needs a name." if marks else "this row names nobody."
            return refused(Column.NAME, known)
        candidates = self._candidates(row)
        if candidates and decided != NEW:
            chosen = self.goes.get(decided, decided)
            if decided in {target for target, _ in self.alike[row.number]} and chosen in self.people:
                return self._same(row, chosen, told, refused)
            self._add(row)  # for the rows after it that have its address
            return told(Outcome.PERHAPS, target=f"row-{row.number}", candidates=candidates)
        if row.role in self.ground.never_given:
            return refused(
                Column.ROLE, f"a sheet gives nobody the role “{self.ground.roles[row.role]}”; give it on their page."
            )
        self._add(row)
        return told(Outcome.NEW, target=f"row-{row.number}", steps=_steps(row, None, self.ground))

    def _same(self, row: Typed, target: str, told: Callable[..., Row], refused: Callable[[Column, str], Row]) -> Row:
        held = self.people[target]
        if row.orcid and held.orcid and row.orcid != held.orcid:
            return refused(Column.ORCID, f"{held.name if held.is_ours else 'who has this address'} has another ORCID with us.")
        if target.startswith("row-") and row.name and not _is_alike(row.name, held.name):
            column = Column.EMAIL if row.email else Column.ORCID
            return refused(column, f"row {target[4:]} has the same one under another name, “{held.name}”.")
        steps = _steps(row, held, self.ground)
        if steps.gives_role and row.role in self.ground.never_given:
            return refused(
                Column.ROLE, f"a sheet gives nobody the role “{self.ground.roles[row.role]}”; give it on their page."
            )
        for mark in _marks(row.email, row.orcid):
            self.by.setdefault(mark, target)
        self.people[target] = _after(held, row, steps)
        self.goes[f"row-{row.number}"] = target
        return told(Outcome.SAME, target=target, steps=steps, name=row.name or (held.name if held.is_ours else ""))

    def _add(self, row: Typed) -> None:
        target = f"row-{row.number}"
        self.people[target] = _after(Held(key=0, name=row.name), row, _steps(row, None, self.ground))
        for mark in _marks(row.email, row.orcid):
            self.by.setdefault(mark, target)

    def _candidates(self, row: Typed) -> tuple[Candidate, ...]:
        found: dict[str, Candidate] = {}
        for alike, reason in self.alike.get(row.number, ()):
            target = self.goes.get(alike, alike)
            held = self.people.get(target)
            if held is None or (row.orcid and held.orcid and row.orcid != held.orcid):
                continue
            if target not in found and len(found) < MOST_CANDIDATES:
                found[target] = Candidate(target, held.name, reason.label, _steps(row, held, self.ground))
        return tuple(found.values())

    def organisations(self, settled: Iterable[Row]) -> Iterable[NewOrganisation]:
        """Yield the organisations the rows that count would add, or fill: the first row that says a fact has it."""
        facts: dict[str, dict[str, str]] = {}
        names: dict[str, str] = {}
        for row in settled:
            if row.outcome in (Outcome.NEW, Outcome.SAME) and row.typed and row.typed.organisation:
                key = same_organisation(row.typed.organisation)
                names.setdefault(key, row.typed.organisation)
                for name, value in row.typed.facts:
                    facts.setdefault(key, {}).setdefault(name, value)
        for key, name in names.items():
            held, said = self.held_organisations.get(key), facts.get(key, {})
            if held is None:
                yield NewOrganisation(name=name, facts=tuple(said.items()))
                continue
            missing = tuple((fact, value) for fact, value in said.items() if not getattr(held, fact))
            if missing:
                yield NewOrganisation(name=held.name, facts=missing, key=held.key)


def _one(place: Callable[[str], int], organisation: str) -> frozenset[int]:
    return frozenset([place(organisation)]) if organisation else frozenset()


def _marks(email: str, identifier: str) -> tuple[str, ...]:
    """Give what settles who somebody is."""
    return tuple(f"{kind} {value}" for kind, value in (("address", address(email)), ("orcid", identifier)) if value)


def _is_alike(one: str, other: str) -> bool:
    """Whether two names may well be one: the same words in any order, one within the other, or a slip of the pen."""
    a, b = folded(one), folded(other)
    first, second = set(a.split()), set(b.split())
    return first <= second or second <= first or is_a_slip(a, b)


def _steps(row: Typed, held: Held | None, ground: Ground) -> Steps:
    """Say what a row does to somebody who stands, or (None) to somebody it adds."""
    facts: list[tuple[str, str]] = []
    changes: list[Change] = []
    notes: list[str] = []
    email = ""
    if held is None:
        facts = [(name, value) for name, value in (("pronouns", row.pronouns), ("orcid", row.orcid)) if value]
        email = row.email
    elif held.is_ours:
        if row.name and row.name != held.name:
            if _is_alike(row.name, held.name):
                facts.append(("name", row.name))
                changes.append(Change("Name", held.name, row.name))
            else:
                notes.append(f"The sheet says “{row.name}”; the name “{held.name}” stays.")
        for name, label in (("pronouns", "Pronouns"), ("orcid", "ORCID")):
            value, before = getattr(row, name), getattr(held, name)
            if value and value != before:
                facts.append((name, value))
                changes.append(Change(label, before, value))
        if row.email and not held.email:
            email = row.email
            changes.append(Change("E-mail", "", row.email))
        elif row.email and address(row.email) != address(held.email):
            notes.append(f"The sheet says {row.email}; the address {held.email} stays.")
    else:
        notes.append("The Hub knows them from another programme: what they say of themselves stays.")
    covering = [each for each in held.roles if _covers(each, row)] if held else []
    cohort = next((each.name for each in ground.cohorts if each.key == row.cohort), "")
    label = ground.roles[row.role] + (f", {cohort}" if cohort else "")
    ends_role = False
    if not covering:
        until = f" to {row.ends_on.isoformat()}" if row.ends_on else ""
        changes.append(Change("Role", "", f"{label} from {row.starts_on.isoformat()}{until}"))
    elif row.ends_on and covering[0].ends_on is None and row.role not in ground.never_given:
        ends_role = True
        changes.append(Change("Role", label, f"{label} to {row.ends_on.isoformat()}"))
    is_with = is_job = False
    if row.organisation:
        works = [each for each in held.works if each.organisation == same_organisation(row.organisation)] if held else []
        if not works:
            is_with = True
            changes.append(Change("Works with", "", row.organisation + (f", {row.job}" if row.job else "")))
        elif row.job and row.job not in {each.job for each in works} and (held is None or held.is_ours):
            is_job = True
            changes.append(Change("Job", works[0].job, row.job))
    return Steps(
        facts=tuple(facts),
        email=email,
        gives_role=not covering,
        ends_role=ends_role,
        is_with=is_with,
        is_job=is_job,
        changes=tuple(changes),
        notes=tuple(notes),
    )


def _covers(held: HeldRole, row: Typed) -> bool:
    """Whether somebody has the role a row gives on the day it gives it from."""
    is_it = (held.kind, held.cohort) == (row.role, row.cohort) and held.starts_on <= row.starts_on
    return is_it and (held.ends_on is None or row.starts_on < held.ends_on)


def _after(held: Held, row: Typed, steps: Steps) -> Held:
    """Give somebody as they are once a row is done, for the rows after it."""
    facts = dict(steps.facts)
    roles, works = held.roles, held.works
    if steps.gives_role:
        given = HeldRole(kind=row.role, cohort=row.cohort, starts_on=row.starts_on, ends_on=row.ends_on)
        roles = (*roles, given)
    if steps.ends_role:
        ended = next(each for each in roles if _covers(each, row))
        roles = tuple(replace(each, ends_on=row.ends_on) if each is ended else each for each in roles)
    if steps.is_with:
        works = (*works, HeldWork(organisation=same_organisation(row.organisation), job=row.job))
    if steps.is_job:
        first = next(each for each in works if each.organisation == same_organisation(row.organisation))
        works = tuple(replace(each, job=row.job) if each is first else each for each in works)
    return replace(
        held,
        name=facts.get("name", held.name),
        pronouns=facts.get("pronouns", held.pronouns),
        orcid=facts.get("orcid", held.orcid),
        email=steps.email or held.email,
        roles=roles,
        works=works,
    )
