"""How the journal of people and organisations reads, and who may read it: their programme's team, and people their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from hub.core.calendar import say_date
from hub.kit import journal
from hub.kit.journal import Line, Told
from hub.people import permissions
from hub.people.models import Organisation, Person, RoleKind

FIELDS = {
    "name": "the name",
    "pronouns": "the pronouns",
    "orcid": "the ORCID",
    "zone": "the time zone",
    "about": "what is said about them",
    "photo": "the photo",
    "links": "the links",
    "logo": "the logo",
}
ORGANISATION = {"name": "Name", "sector": "Sector", "size": "Size", "region": "Region", "website": "Website"}
# What needs no fact to be told.
PLAINLY = {
    ("added", "people.Person"): "added the person",
    ("added", "people.Organisation"): "added the organisation",
    ("removed", "people.Organisation"): "removed the organisation",
    ("account-given", "people.Person"): "gave them an address to sign in with",
    ("proved-address", "people.Person"): "took their address as proved",
    ("forgot-keys", "people.Person"): "took all their keys away",
    ("saw-as", "people.Person"): "looked at the Hub as they see it",
    ("invited", "people.Invitation"): "made an invitation",
    ("accepted", "people.Invitation"): "came in by an invitation",
    ("stood-in", "people.Role"): "put them in for somebody",
    ("merged", "people.Merge"): "made one person of two records",
    ("merge-undone", "people.Merge"): "made two records of one again",
    ("to-be-told", "people.Merge"): "noted whom to tell about that",
    ("erasure-asked", "people.Person"): "asked to have everything erased",
    ("erasure-taken-back", "people.Person"): "kept the data after all",
    ("needs-said", "people.Person"): "said what they need to take part",
    ("needs-taken-back", "people.Person"): "took back what they need to take part",
    ("needs-let-go", "people.Person"): "let go of what they need, which was kept long enough",
    ("needs-let-go", "people.AccessNeeds"): "let go of what a team was told they need, which was kept long enough",
    ("needs-shared", "people.AccessNeeds"): "let the team read what they need",
    ("needs-kept", "people.AccessNeeds"): "kept what they need to themselves",
    ("needs-noted", "people.AccessNeeds"): "noted what they need",
    ("needs-taken-out", "people.AccessNeeds"): "took out what the team had noted of what they need",
    ("made", "people.FeedAddress"): "made a calendar address",
    ("renewed", "people.FeedAddress"): "renewed the calendar address",
}


@journal.readers("people.Person")
def reads_person(person: Person, reader: Person | None, *, at: datetime) -> bool:
    """Let the team of a programme of theirs read it, and they themselves."""
    return reader is not None and permissions.can_edit(reader, person, at=at)


@journal.readers("people.Organisation")
def reads_organisation(organisation: Organisation, reader: Person | None, *, at: datetime) -> bool:
    """Let teams read it, and who speaks for the organisation."""
    if reader is None:
        return False
    return permissions.keeps_people(reader, at=at) or permissions.speaks_for(reader, organisation, at=at)


def _saying(words: str) -> Callable[[Line], Told]:
    return lambda _: Told(words)


for (_verb, _thing), _words in PLAINLY.items():
    journal.presenter(_verb, _thing)(_saying(_words))


@journal.presenter("edited", "people.Person")
def _edited(line: Line) -> Told:
    return Told(f"changed {_listed([FIELDS.get(name, name) for name in line.facts.get('fields', ())])}")


@journal.presenter("address-put-right", "people.Person")
def _address_put_right(line: Line) -> Told:
    return Told(
        "put right where their mail goes", journal.changes_between(line.facts, {"mail": "Address"}, lambda _, mail: mail)
    )


@journal.presenter("edited", "people.Organisation")
def _organisation_edited(line: Line) -> Told:
    if fields := line.facts.get("fields"):
        return Told(f"changed {_listed([FIELDS.get(name, name) for name in fields])}")
    return Told("changed the organisation", journal.changes_between(line.facts, ORGANISATION, _say))


@journal.presenter("role-given", "people.Role")
def _role_given(line: Line) -> Told:
    return Told(f"gave the role {_kind(line)}")


@journal.presenter("role-ended", "people.Role")
def _role_ended(line: Line) -> Told:
    return Told(f"ended the role {_kind(line)} on {_day(line, 'after')}")


@journal.presenter("role-changed", "people.Role")
def _role_changed(line: Line) -> Told:
    if "after" not in line.facts:
        return Told(f"said whom they stand for in the role {_kind(line)}")
    until = f"until {_day(line, 'after')}" if line.facts["after"] else "without an end"
    return Told(f"let the role {_kind(line)} go on {until}")


@journal.presenter("role-taken-back", "people.Role")
def _role_taken_back(line: Line) -> Told:
    return Told(f"took back the role {_kind(line)} from {_day(line, 'from')}")


def _kind(line: Line) -> str:
    kind, cohort = line.facts.get("kind", ""), line.facts.get("cohort", "")
    label = RoleKind(kind).label if kind in RoleKind.values else "they had"
    return f"{label}, {cohort}" if cohort else label


@journal.presenter("affiliated", "people.Affiliation")
def _affiliated(line: Line) -> Told:
    return Told("said that somebody works with it" if _is_of_organisation(line) else f"said that they work with {_where(line)}")


@journal.presenter("affiliation-edited", "people.Affiliation")
def _affiliation_edited(line: Line) -> Told:
    of_days = {"starts_on", "ends_on"} & set(line.facts.get("fields", ()))
    if _is_of_organisation(line):
        what = "since when or until when somebody is with it" if of_days else "what somebody does there, or who speaks for it"
        return Told(f"changed {what}")
    if of_days:
        return Told(f"changed since when or until when they are with {_where(line)}")
    return Told(f"changed what they do at {_where(line)}, or whether they speak for it")


@journal.presenter("affiliation-taken-back", "people.Affiliation")
def _affiliation_taken_back(line: Line) -> Told:
    if _is_of_organisation(line):
        return Told("took back that somebody is with it")
    return Told(f"took back that they are with {_where(line)}")


@journal.presenter("joined", "people.Organisation")
def _joined(line: Line) -> Told:
    return Told(f"joined “{line.facts.get('name', '')}” into it")


@journal.presenter("affiliation-ended", "people.Affiliation")
def _affiliation_ended(line: Line) -> Told:
    if _is_of_organisation(line):
        return Told(f"said that somebody is no longer with it from {_day(line, 'on')}")
    return Told(f"said that they are no longer with {_where(line)} from {_day(line, 'on')}")


def _is_of_organisation(line: Line) -> bool:
    """Say whether the history is an organisation's: teams read it that may not know the person."""
    return line.history == "people.Organisation"


def _where(line: Line) -> str:
    where = line.facts.get("where", "")
    return "an organisation" if where in ("", journal.ERASED) else str(where)


def _day(line: Line, name: str) -> str:
    try:
        return say_date(date.fromisoformat(line.facts.get(name, "")))
    except (TypeError, ValueError):
        return "some day"


def _listed(words: list[str]) -> str:
    if not words:
        return "what is known"
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def _say(_: str, value: Any) -> str:
    return "–" if value in (None, "") else str(value)
