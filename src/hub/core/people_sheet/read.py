"""Reading a sheet of people: which column is which, and what each cell of a row says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from hub.core.calendar import say_date
from hub.core.errors import Refusal
from hub.core.names import BadOrcid, orcid, plain
from hub.core.people_sheet.model import Column, Ground, Typed

HEAD_WITHIN = 10  # rows: a title may stand above the heads


class NoHeads(Refusal):
    """No row says what its columns are, or two say the same."""

    code: ClassVar[str] = "no-heads"


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


class WrongCell(Exception):
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


def read_row(number: int, cells: Mapping[Column, str], columns: Mapping[Column, int], ground: Ground) -> Typed:
    """Understand one row. Raises WrongCell at the first cell that cannot be taken."""

    def words(column: Column, longest: int) -> str:
        text = " ".join(cells.get(column, "").split())
        if len(text) > longest:
            raise WrongCell(column, f"this has {len(text)} letters and there is room for {longest}.")
        return text

    def one_of(column: Column, values: Mapping[str, str], what: str) -> str:
        text = cells.get(column, "")
        if not text:
            return ""
        wanted = plain(text)
        for value, label in values.items():
            if wanted in (plain(value), plain(label), plain(label.partition("(")[0])):
                return value
        raise WrongCell(column, f"“{text[:40]}” is no {what} here; there are {_listed(values.values())}.")

    def day(column: Column) -> date | None:
        try:
            return read_day(cells.get(column, ""))
        except ValueError:
            raise WrongCell(column, f"“{cells[column][:40]}” is no day; write it like 2024-09-01.") from None

    name = words(Column.NAME, 120) or " ".join(f"{words(Column.FIRST, 120)} {words(Column.LAST, 120)}".split())
    if len(name) > 120:
        raise WrongCell(Column.LAST, "first and last name together have more than 120 letters.")
    email = words(Column.EMAIL, 254)
    if email and not ground.is_address(email):
        raise WrongCell(Column.EMAIL, f"“{email[:60]}” is no mail address.")
    try:
        identifier = orcid(cells.get(Column.ORCID, ""))
    except BadOrcid as no:
        raise WrongCell(Column.ORCID, no.sentence) from None
    website = words(Column.WEBSITE, 300)
    if website and "://" not in website:
        website = f"https://{website}"
    if website and not ground.is_website(website):
        raise WrongCell(Column.WEBSITE, f"“{website[:60]}” is no address on the web.")
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
        raise WrongCell(Column.COHORT, f"“{named[:40]}” is no cohort here; there are {there}.")
    if not named and Column.COHORT not in columns:
        cohort = next((each for each in ground.cohorts if each.key == ground.cohort), None)
    typed = day(Column.STARTS)
    starts_on = typed or (cohort.starts_on if cohort else ground.starts_on)
    ends_on = day(Column.ENDS)
    if ends_on is not None and ends_on <= starts_on:
        raise WrongCell(
            Column.ENDS, f"a role ends after it starts, and this one starts on {say_date(starts_on, weekday=False)}."
        )
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
        is_day_typed=typed is not None,
        ends_on=ends_on,
    )


def _listed(words: Iterable[str]) -> str:
    given = list(words)
    return ", ".join(given[:-1]) + (" and " if len(given) > 1 else "") + given[-1]
