"""Write organisations, and who is with them from when until when."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from hub.core.affiliation import Days, begins
from hub.core.calendar import say_date
from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.core.meanwhile import what_changed
from hub.core.names import plain
from hub.kit import journal
from hub.people import permissions, queries
from hub.people.commands.persons import LONGEST_ALT, said_with, there
from hub.people.models import Affiliation, Organisation, Person, Role, Sector, Size
from hub.programmes.commands import public_changed
from hub.programmes.queries import programmes_among


class BadOrganisation(Refusal):
    """A fact about an organisation is missing or not what it should be; `field` says which."""

    code = "bad-organisation"


class OrganisationThere(Refusal):
    """An organisation of this name is there already."""

    code = "organisation-there"


class BadAffiliation(Refusal):
    """The affiliation cannot be as it is said."""

    code = "bad-affiliation"


class OrganisationFacts(TypedDict, total=False):
    """What is known of an organisation. What is left out stays as it is."""

    name: str
    sector: str
    size: str
    region: str
    website: str


@transaction.atomic
def add_organisation(name: str, *, by: Person | None, at: datetime, **facts: Unpack[_MoreFacts]) -> Organisation:
    """Add an organisation. Raises NotAllowed, BadOrganisation, OrganisationThere."""
    _must_keep(by, at)
    row = Organisation(**_checked({"name": name, **facts}))
    _save(row, None)
    journal.record("added", row, by=by, at=at)
    return row


class _MoreFacts(TypedDict, total=False):
    sector: str
    size: str
    region: str
    website: str


@transaction.atomic
def edit_organisation(
    organisation: Organisation, *, shown: str = "", by: Person | None, at: datetime, **facts: Unpack[OrganisationFacts]
) -> Organisation:
    """Change what is known of an organisation; `shown` marks what the page showed of it, and what is as shown is left.

    Raises NotAllowed, BothChanged, BadOrganisation, OrganisationThere.
    """
    _must_keep(by, at)
    row = Organisation.objects.select_for_update().get(pk=organisation.pk)
    checked = what_changed(_checked(facts), queries.facts_of(row), shown=shown)
    changed = {name: value for name, value in checked.items() if getattr(row, name) != value}
    if changed:
        before = {name: getattr(row, name) for name in changed}
        if "name" in changed:
            row.logo_alt = said_with(row.logo_alt, {row.name: changed["name"]}, longest=LONGEST_ALT)
        for name, value in changed.items():
            setattr(row, name, value)
        _save(row, sorted(changed))
        journal.record("edited", row, by=by, at=at, before=before, after=changed)
        if "name" in changed:
            shown_anew(row)
    return row


def shown_anew(organisation: Organisation) -> None:
    """Let every public answer be made anew that may say the organisation's name, or find its logo by it."""
    sent = Role.objects.filter(organisation=organisation).values_list("programme", flat=True)
    asked = organisation.consents.values_list("programme", flat=True)
    for programme in programmes_among({*sent, *asked}):
        public_changed(programme)


@transaction.atomic
def affiliate(
    person: Person,
    organisation: Organisation,
    *,
    job: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    is_contact: bool = False,
    by: Person | None,
    at: datetime,
) -> Affiliation:
    """Say that a person is with an organisation; days are open where nobody knows, `ends_on` is exclusive.

    Raises NotAllowed, AlreadyForgotten, BadAffiliation.
    """
    if not permissions.can_edit(by, person, at=at):
        raise NotAllowed("Only they themselves and their programme’s team say where a person works.")
    if is_contact and not permissions.keeps_people(by, at=at):
        raise NotAllowed("Only a team says who speaks for an organisation.")
    there(person)
    work = _job(job)
    if starts_on and ends_on and ends_on <= starts_on:
        raise BadAffiliation("An affiliation ends after it starts.", field="ends_on")
    _check_apart(Affiliation.objects.filter(person=person, organisation=organisation), Days(starts_on, ends_on))
    try:
        with transaction.atomic():
            row = Affiliation.objects.create(
                person=person,
                organisation=organisation,
                job=work,
                starts_on=starts_on,
                ends_on=ends_on,
                is_contact=is_contact,
            )
    except IntegrityError as no:
        raise BadAffiliation("Somebody added this affiliation a moment ago. Look again, please.", field="organisation") from no
    _record("affiliated", row, by=by, at=at)
    return row


def _check_apart(others: QuerySet[Affiliation], days: Days) -> None:
    """Raise BadAffiliation where somebody is with an organisation on some days that they are said to be with it once more."""
    for held in others.select_related("organisation").order_by("-starts_on", "pk"):
        if days.meets(Days(held.starts_on, held.ends_on)):
            raise _there_already(held)


def _there_already(held: Affiliation) -> BadAffiliation:
    """Say which days stand in the way of an affiliation, and what would help."""
    name = held.organisation.name
    since = f" from {say_date(held.starts_on, weekday=False)}" if held.starts_on else ""
    if held.ends_on is None:
        return BadAffiliation(f"They are with {name}{since} already. To change that, edit what stands.", field="organisation")
    days = f"{since} until {say_date(held.ends_on, weekday=False)}"
    return BadAffiliation(f"That they are with {name}{days} stands already. Say from which later day on.", field="starts_on")


@transaction.atomic
def affiliate_by(
    person: Person,
    organisation: Organisation,
    *,
    on: date,
    job: str = "",
    is_contact: bool = False,
    by: Person | None,
    at: datetime,
) -> Affiliation | None:
    """Say that a person is with an organisation by a day, where nobody said since when; None where they are then, or later.

    Who never was there is with it of always, who left begins anew on that day (`core.affiliation`).
    Raises NotAllowed, AlreadyForgotten, BadAffiliation.
    """
    there(person)  # so that of two who say so at once the second finds the first's
    held = Affiliation.objects.filter(person=person, organisation=organisation).values_list("starts_on", "ends_on")
    new = begins([Days(*days) for days in held], on=on)
    if new is None:
        return None
    return affiliate(person, organisation, job=job, starts_on=new.starts_on, is_contact=is_contact, by=by, at=at)


@transaction.atomic
def end_affiliation(affiliation: Affiliation, *, on: date, by: Person | None, at: datetime) -> Affiliation:
    """Let an affiliation end on a day, which is the first it no longer holds. Raises NotAllowed, BadAffiliation."""
    if not permissions.can_edit(by, affiliation.person, at=at):
        raise NotAllowed("Only they themselves and their programme’s team say where a person works.")
    if affiliation.starts_on and on <= affiliation.starts_on:
        raise BadAffiliation("An affiliation ends after it starts.", field="ends_on")
    affiliation.ends_on = on
    affiliation.save(update_fields=["ends_on"])
    _record("affiliation-ended", affiliation, by=by, at=at, on=on.isoformat())
    return affiliation


class AffiliationFacts(TypedDict, total=False):
    """What is known of an affiliation. What is left out stays as it is."""

    job: str
    starts_on: date | None
    ends_on: date | None
    is_contact: bool


@transaction.atomic
def edit_affiliation(
    affiliation: Affiliation, *, shown: str = "", by: Person | None, at: datetime, **facts: Unpack[AffiliationFacts]
) -> Affiliation:
    """Change the job, the days, or whether they speak for the organisation.

    `shown` marks what the page showed of it, and what is as shown is left.
    Raises NotAllowed, ChangedMeanwhile, BothChanged, BadAffiliation.
    """
    _must_say(by, affiliation.person, at)
    if "is_contact" in facts and not permissions.keeps_people(by, at=at):
        raise NotAllowed("Only a team says who speaks for an organisation.")
    row = _there(affiliation)
    told: dict[str, object] = {**facts, **({"job": _job(facts["job"])} if "job" in facts else {})}
    wanted = what_changed(told, queries.facts_of_work(row), shown=shown)
    changed = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if not changed:
        return row
    for name, value in changed.items():
        setattr(row, name, value)
    if row.starts_on and row.ends_on and row.ends_on <= row.starts_on:
        raise BadAffiliation("An affiliation ends after it starts.", field="ends_on")
    others = Affiliation.objects.filter(person=row.person, organisation=row.organisation).exclude(pk=row.pk)
    if {"starts_on", "ends_on"} & changed.keys():
        _check_apart(others, Days(row.starts_on, row.ends_on))
    row.save(update_fields=sorted(changed))
    _record("affiliation-edited", row, by=by, at=at, fields=sorted(changed))
    return row


@transaction.atomic
def take_back_affiliation(affiliation: Affiliation, *, by: Person | None, at: datetime) -> None:
    """Take back that somebody is with an organisation, where it was entered by mistake: it goes as if it had never been said.

    Roles in which they stand for it stay. Raises NotAllowed, ChangedMeanwhile.
    """
    _must_say(by, affiliation.person, at)
    row = _there(affiliation)
    _record("affiliation-taken-back", row, by=by, at=at)
    row.delete()


def _must_say(by: Person | None, person: Person, at: datetime) -> None:
    if not permissions.can_edit(by, person, at=at):
        raise NotAllowed("Only they themselves and their programme’s team say where a person works.")


def _there(affiliation: Affiliation) -> Affiliation:
    """Lock an affiliation. Raises ChangedMeanwhile where somebody took it back."""
    rows = Affiliation.objects.select_for_update(of=("self",)).select_related("person", "organisation")
    row = rows.filter(pk=affiliation.pk).first()
    if row is None:
        raise ChangedMeanwhile("Somebody took this back a moment ago. Look again, please.")
    return row


def _record(verb: str, row: Affiliation, *, by: Person | None, at: datetime, **facts: object) -> None:
    """Append what happened to an affiliation to the histories of both; where somebody works is personal."""
    facts |= {"where": row.organisation.name}
    journal.record(verb, row, by=by, about=row.person, part_of=row.organisation, at=at, personal=["where"], **facts)


def _job(job: str) -> str:
    words = job.strip()
    if len(words) > 120 or "\x00" in words:
        raise BadAffiliation("A job has at most 120 letters.", field="job")
    return words


def plain_name_of(name: str) -> str:
    """Give an organisation's name as it is kept to be looked for and sorted by."""
    return plain(name)[:320]


def _must_keep(by: Person | None, at: datetime) -> None:
    if not permissions.keeps_people(by, at=at):
        raise NotAllowed("Only a team keeps the organisations.")


def _save(row: Organisation, fields: list[str] | None) -> None:
    row.plain_name = plain_name_of(row.name)
    try:
        with transaction.atomic():
            row.save(update_fields=fields and [*fields, "plain_name", "logo_alt"])
    except IntegrityError as no:
        raise OrganisationThere(f"There is an organisation called “{row.name}” already.", field="name") from no


def _checked(facts: OrganisationFacts | dict[str, str]) -> dict[str, str]:
    kept = {name: " ".join(str(value).split()) for name, value in facts.items()}
    if "name" in kept and not 0 < len(kept["name"]) <= 160:
        raise BadOrganisation("An organisation has a name of up to 160 letters.", field="name")
    if kept.get("sector") and kept["sector"] not in Sector.values:
        raise BadOrganisation(f"There is no sector “{kept['sector'][:40]}”.", field="sector")
    if kept.get("size") and kept["size"] not in Size.values:
        raise BadOrganisation("A size is “sme” or “larger”.", field="size")
    if len(kept.get("region", "")) > 80:
        raise BadOrganisation("A region has at most 80 letters.", field="region")
    if kept.get("website"):
        try:
            URLValidator(schemes=["http", "https"])(kept["website"])
        except ValidationError as no:
            raise BadOrganisation("A website begins with https://.", field="website") from no
    return kept
