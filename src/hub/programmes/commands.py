"""Write programmes, cohorts, partners' names, the year plan and the rules of a programme.

`by` is a person, typed as any row because people come after this room; None is the program itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.db import IntegrityError, models, transaction
from django.db.models import F

from hub.core import contrast
from hub.core.calendar import is_zone
from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.core.meanwhile import must_stand_as
from hub.core.plan.rules import read_rules
from hub.core.statements import LONGEST, StatementKind
from hub.core.yearplan import YearPlan
from hub.kit import journal
from hub.kit.home import home_zone
from hub.programmes import permissions, queries
from hub.programmes.models import (
    RESERVED_COHORT_SLUGS,
    RESERVED_SLUGS,
    Activity,
    CatalogueTraining,
    Cohort,
    PartnerName,
    Programme,
    Statement,
    YearPlanLine,
)


class BadFact(Refusal):
    """Something given for a programme or cohort can't be used; `field` says what."""

    code: ClassVar[str] = "bad-fact"


class SlugTaken(Refusal):
    """Another programme, or another cohort of this one, has the address."""

    code: ClassVar[str] = "slug-taken"


class NoTables(Refusal):
    """The text holds none of the tables a year plan is made of."""

    code: ClassVar[str] = "no-tables"


class YearPlanChangedMeanwhile(ChangedMeanwhile):
    """What an import would replace is not what was looked at any more."""

    code: ClassVar[str] = "year-plan-changed-meanwhile"


class ProgrammeFacts(TypedDict, total=False):
    """What can be changed of a programme. The slug stays: addresses and calendars hang on it."""

    name: str
    tagline: str
    about: str
    website: str
    contact_email: str
    colour: str
    zone: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner organisation as a cohort names it."""

    name: str
    website: str = ""


@transaction.atomic
def create_programme(
    *,
    slug: str,
    name: str,
    tagline: str = "",
    about: str = "",
    website: str = "",
    contact_email: str = "",
    colour: str = "#0f766e",
    zone: str | None = None,
    is_public: bool = True,
    by: models.Model | None,
    at: datetime,
) -> Programme:
    """Add a programme. The colour must be readable on paper; the zone is a name of the time-zone database (this Hub's).

    Raises NotAllowed, BadFact, SlugTaken, contrast.BadColour, contrast.PaleColour.
    """
    if not permissions.can_create(by):
        raise NotAllowed("A programme is added by whoever runs this Hub: `hub manage add_programme`.")
    _check_slug(slug, RESERVED_SLUGS, f"“{slug}” is an address of the Hub itself; choose another, such as “{slug}-programme”.")
    if Programme.objects.filter(slug=slug).exists():
        raise SlugTaken(f"There is a programme at /{slug}/ already.", field="slug")
    facts = ProgrammeFacts(
        name=name,
        tagline=tagline,
        about=about,
        website=website,
        contact_email=contact_email,
        colour=colour,
        zone=zone or home_zone(),
        is_public=is_public,
    )
    checked = _checked(facts)
    try:
        with transaction.atomic():
            programme = Programme.objects.create(slug=slug, **checked)
    except IntegrityError as no:  # somebody took the address between our look and our write
        raise SlugTaken(f"There is a programme at /{slug}/ already.", field="slug") from no
    journal.record("added", programme, by=by, at=at, slug=slug)
    return programme


@transaction.atomic
def edit_programme(
    programme: Programme, *, by: models.Model | None, at: datetime, **fields: Unpack[ProgrammeFacts]
) -> Programme:
    """Change what the public reads about a programme; a field not given stays. Nothing is written where nothing changes.

    Raises NotAllowed, BadFact, contrast.BadColour, contrast.PaleColour.
    """
    _must_run(by, programme, at)
    row = Programme.objects.select_for_update().get(pk=programme.pk)
    facts = _checked(fields)
    changed = sorted(name for name, value in facts.items() if getattr(row, name) != value)
    if changed:
        for name in changed:
            setattr(row, name, facts[name])  # type: ignore[literal-required]
        row.save(update_fields=changed)
        journal.record("edited", row, by=by, at=at, fields=changed)
        public_changed(row)
    row.refresh_from_db()
    return row


@transaction.atomic
def create_cohort(
    programme: Programme,
    *,
    slug: str,
    name: str,
    starts_on: date,
    ends_on: date,
    zone: str | None = None,
    about: str = "",
    derived_from: Cohort | None = None,
    by: models.Model | None,
    at: datetime,
) -> Cohort:
    """Add a cohort to a programme; without a zone it takes the programme's. Both days are part of it.

    Raises NotAllowed, BadFact, SlugTaken.
    """
    _must_run(by, programme, at)
    taken = f"“{slug}” is an address of the programme itself; choose another, such as “cohort-{slug}”."
    _check_slug(slug, RESERVED_COHORT_SLUGS, taken)
    slug_taken = SlugTaken(f"This programme has a cohort at /{programme.slug}/{slug}/ already.", field="slug")
    if Cohort.objects.filter(programme=programme, slug=slug).exists():
        raise slug_taken
    _check_text(name, "name", 120, needed=True)
    if ends_on < starts_on:
        raise BadFact("The cohort ends before it starts; its last day comes after its first.", field="ends_on")
    zone = zone or programme.zone
    _check_zone(zone)
    try:
        with transaction.atomic():
            cohort = Cohort.objects.create(
                programme=programme,
                slug=slug,
                name=" ".join(name.split()),
                about=about.strip(),
                zone=zone,
                starts_on=starts_on,
                ends_on=ends_on,
                derived_from=derived_from,
            )
    except IntegrityError as no:  # somebody took the address between our look and our write
        raise slug_taken from no
    source = derived_from.slug if derived_from else None
    journal.record("added", cohort, by=by, part_of=programme, at=at, slug=slug, derived_from=source)
    public_changed(programme)
    return cohort


@transaction.atomic
def name_partners(cohort: Cohort, partners: Iterable[Partner], *, by: models.Model | None, at: datetime) -> list[PartnerName]:
    """Say which organisations a cohort's partners are, in this order; those named before and not now are taken off.

    Raises NotAllowed, BadFact.
    """
    _must_run(by, cohort.programme, at)
    wanted = list(partners)
    for partner in wanted:
        _check_text(partner.name, "name", 120, needed=True)
        _check_website(partner.website)
    names = [" ".join(partner.name.split()) for partner in wanted]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise BadFact(f"{twice} is named twice; each partner organisation is named once.", field="name")
    PartnerName.objects.filter(cohort=cohort).delete()
    rows = PartnerName.objects.bulk_create(
        PartnerName(cohort=cohort, name=" ".join(partner.name.split()), website=partner.website.strip(), position=position)
        for position, partner in enumerate(wanted)
    )
    journal.record("partners-named", cohort, by=by, at=at, count=len(rows))
    cohort_public_changed(cohort)
    return rows


@transaction.atomic
def import_year_plan(
    programme: Programme, text: str, *, year: int, seen: str | None = None, by: models.Model | None, at: datetime
) -> YearPlan:
    """Take the tables of a plan's text as the programme's year plan, kinds of activity and catalogue of trainings.

    Each table that is there replaces, whole, what stood there before (the year plan: that year's); one that is not there
    leaves it. `queries.year_plan_difference` says beforehand what would change, `seen` is the `queries.year_plan_mark` of what
    stood then; without it the last one to import wins.

    Raises NotAllowed, NoTables, BadFact, YearPlanChangedMeanwhile, and the refusals of the reader.
    """
    _must_run(by, programme, at)
    if not 1900 <= year <= 2200:
        raise BadFact("A year is a number such as 2024.", field="year")
    found = queries.read_year_plan_text(programme, text)
    if found.is_empty:
        raise NoTables(
            "There is no table of months, of kinds of activity or of trainings in this text. A year plan is a Markdown table "
            "with the columns Month, Activity, Objectives and Comments.",
            field="text",
        )
    _check_rows(found)
    row = Programme.objects.select_for_update().get(pk=programme.pk)
    if seen is not None and seen != queries.year_plan_mark(row, found, year=year):
        raise YearPlanChangedMeanwhile(
            "What stands here is not what you looked at any more, so nothing was imported. Below is what would change now; "
            "import again if that is what you want."
        )
    if found.lines is not None:
        YearPlanLine.objects.filter(programme=row, year=year).delete()
        YearPlanLine.objects.bulk_create(
            YearPlanLine(
                programme=row,
                year=year,
                position=position,
                months=line.months,
                first_month=line.first_month,
                last_month=line.last_month,
                activity=line.activity,
                objectives=line.objectives,
                comments=line.comments,
            )
            for position, line in enumerate(found.lines)
        )
    if found.activities is not None:
        Activity.objects.filter(programme=row).delete()
        Activity.objects.bulk_create(
            Activity(
                programme=row,
                position=position,
                name=offer.name,
                description=offer.description,
                objectives=offer.objectives,
                is_mandatory=offer.is_mandatory,
                share_percent=offer.share_percent,
                duty_note=offer.duty_note,
            )
            for position, offer in enumerate(found.activities)
        )
    if found.catalogue is not None:
        CatalogueTraining.objects.filter(programme=row).delete()
        CatalogueTraining.objects.bulk_create(
            CatalogueTraining(
                programme=row,
                position=position,
                month=taught.month,
                title=taught.title,
                text=taught.text,
                materials=taught.materials,
                changes=taught.changes,
            )
            for position, taught in enumerate(found.catalogue)
        )
    counts: dict[str, Any] = {
        "lines": None if found.lines is None else len(found.lines),
        "activities": None if found.activities is None else len(found.activities),
        "trainings": None if found.catalogue is None else len(found.catalogue),
    }
    journal.record("year-plan-imported", row, by=by, at=at, year=year, **counts)
    public_changed(row)
    return found


@transaction.atomic
def save_rules(programme: Programme, toml: str, *, shown: str = "", by: models.Model | None, at: datetime) -> Programme:
    """Keep the rules plans of the programme are checked by; an empty text means the Hub's own.

    `shown` marks the rules (`toml`) they were written from.
    Raises NotAllowed, BothChanged, BadRules (its `field` is the key it speaks of).
    """
    _must_run(by, programme, at)
    if toml.strip():
        read_rules(toml)
    row = Programme.objects.select_for_update().get(pk=programme.pk)
    must_stand_as(shown, toml=row.rules)
    if row.rules != toml:
        row.rules = toml
        row.save(update_fields=["rules"])
        journal.record("rules-saved", row, by=by, at=at)
    return row


@transaction.atomic
def publish_statement(
    programme: Programme, kind: StatementKind, text: str, *, seen: int, by: models.Model | None, at: datetime
) -> Statement:
    """Publish a programme's own words of a statement as its next version; words that hold already make none.

    `seen` is the number of the version they were written from, 0 for none.
    Raises NotAllowed, BadFact, ChangedMeanwhile.
    """
    _must_run(by, programme, at)
    words = text.replace("\r\n", "\n").strip()
    _check_text(words, "text", LONGEST, needed=True)
    row = Programme.objects.select_for_update().get(pk=programme.pk)
    last = queries.statement(row, kind)
    if last is not None and last.text == words:
        return last
    number = last.number if last else 0
    if number != seen:
        raise ChangedMeanwhile(
            f"Somebody published version {number} while you were writing. Read it below, then publish yours."
        )
    made = Statement.objects.create(programme=row, kind=kind.value, number=number + 1, text=words, published_at=at)
    journal.record("published", made, by=by, at=at, part_of=row, kind=kind.value, number=made.number)
    public_changed(row)
    return made


def public_changed(programme: Programme) -> None:
    """Say that something the public sees of a programme has changed: whatever was rendered before is out of date."""
    Programme.objects.filter(pk=programme.pk).update(public_version=F("public_version") + 1)


def cohort_public_changed(cohort: Cohort) -> None:
    """Say that something the public sees of a cohort has changed: whatever was rendered before is out of date."""
    Cohort.objects.filter(pk=cohort.pk).update(public_version=F("public_version") + 1)


def _must_run(by: models.Model | None, programme: Programme, at: datetime) -> None:
    if not permissions.can_run(by, programme, at=at):
        raise NotAllowed("Only the team of the programme can do this.")


def _check_slug(slug: str, reserved: frozenset[str], sentence: str) -> None:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) or len(slug) > 60:
        raise BadFact(
            "An address is up to 60 small letters, figures and single hyphens between them, such as “river-watch”.",
            field="slug",
        )
    if slug in reserved:
        raise BadFact(sentence, field="slug")


def _check_text(text: str, field: str, longest: int, *, needed: bool = False) -> None:
    said = field.replace("_", " ").capitalize()
    if needed and not text.strip():
        raise BadFact(f"{said} is empty; write at least a word.", field=field)
    if len(text.strip()) > longest:
        raise BadFact(f"{said} has {len(text.strip())} characters and there is room for {longest}.", field=field)
    if "\x00" in text:
        raise BadFact(f"{said} holds a character that can't be kept (NUL); take it out.", field=field)


def _check_zone(zone: str) -> None:
    if not is_zone(zone):
        raise BadFact(f"“{zone[:40]}” is not a time zone; write its place, such as Europe/London.", field="zone")


def _check_website(address: str) -> None:
    _check_text(address, "website", 200)
    if address.strip():
        try:
            URLValidator(schemes=["http", "https"])(address.strip())
        except ValidationError:
            raise BadFact(
                f"“{address[:60]}” is not a web address; it begins with https://, such as https://example.org/.",
                field="website",
            ) from None


def _checked(facts: ProgrammeFacts) -> ProgrammeFacts:
    """Give the facts as they may be kept: stripped, each in its room, the colour readable."""
    given = ProgrammeFacts(**facts)
    for field, longest in (("name", 120), ("tagline", 200), ("about", 20_000), ("contact_email", 254)):
        if field in given:
            text: str = given[field]  # type: ignore[literal-required]
            _check_text(text, field, longest, needed=field == "name")
            given[field] = text.strip() if field == "about" else " ".join(text.split())  # type: ignore[literal-required]
    if "website" in given:
        _check_website(given["website"])
        given["website"] = given["website"].strip()
    if address := given.get("contact_email"):
        try:
            EmailValidator()(address)
        except ValidationError:
            raise BadFact(
                f"“{address[:60]}” is not a mail address; it looks like team@example.org.", field="contact_email"
            ) from None
    if "zone" in given:
        _check_zone(given["zone"])
    if "colour" in given:
        given["colour"] = contrast.checked(given["colour"])
    return given


def _check_rows(found: YearPlan) -> None:
    """Refuse a cell there is no room for, at its line, before anything is written."""
    for line in found.lines or ():
        _check_cell(line.line, "months", line.months, 60)
    for offer in found.activities or ():
        _check_cell(offer.line, "activity", offer.name, 200)
    for taught in found.catalogue or ():
        _check_cell(taught.line, "month", taught.month, 60)
        _check_cell(taught.line, "training", taught.title, 300)


def _check_cell(line: int, cell: str, text: str, longest: int) -> None:
    if len(text) > longest:
        raise BadFact(
            f"Line {line}: the cell for the {cell} has {len(text)} characters and there is room for {longest}.", field="text"
        )
