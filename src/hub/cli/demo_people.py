"""The people of the demo: the cast, and the second cohort; with what they agreed to, faces that are drawn, and logos.

Everybody is invented and stands in examples/. Whatever is written is written by commands.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hub.core.consent import Use
    from hub.people.models import Organisation, Person, Term
    from hub.programmes.models import Cohort, Programme

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
FIRST, SECOND = "practitioners-hub-2023", "practitioners-hub-2024"


def cast(folder: str = FIRST, table: str = "people", file: str = "people.toml") -> list[dict[str, Any]]:
    """Give the people, or another table, of an example as it is written."""
    rows: list[dict[str, Any]] = tomllib.loads((EXAMPLES / folder / file).read_text(encoding="utf-8"))[table]
    return rows


def welcome(programme: Programme, cohorts: dict[str, Cohort], *, at: datetime) -> tuple[Person, Person]:
    """Publish what the programme asks, add the cast with their roles and answers, and give the two of the team."""
    from hub.core.consent import Use
    from hub.people.commands import find_duplicates, publish_term

    written = tomllib.loads((EXAMPLES / FIRST / "terms.toml").read_text(encoding="utf-8"))["terms"]
    terms = {
        Use(each["use"]): publish_term(programme, Use(each["use"]), each["text"], is_new_meaning=True, by=None, at=at)
        for each in written
    }
    people = _bring_in(FIRST, programme, cohorts, terms, at)
    find_duplicates(at=at)
    mara, yusuf = (
        person for person, each in zip(people, cast(), strict=True) if any(role["kind"] == "team" for role in each["roles"])
    )
    return mara, yusuf


def welcome_second(programme: Programme, cohort: Cohort, *, at: datetime) -> None:
    """Add the people of the second cohort with their organisations, and name those as its partners."""
    from hub.core.consent import Use
    from hub.people.queries import newest_terms
    from hub.programmes.commands import Partner, name_partners

    terms = {Use(each.use): each for each in newest_terms([programme.pk])}
    partners = [Partner(name=each["name"], website=each["website"]) for each in cast(SECOND, "organisations")]
    name_partners(cohort, partners, by=None, at=at)
    _bring_in(SECOND, programme, {cohort.slug: cohort}, terms, at)


def _bring_in(
    folder: str, programme: Programme, cohorts: dict[str, Cohort], terms: dict[Use, Term], at: datetime
) -> list[Person]:
    from hub.core.consent import Use
    from hub.people.commands import add_organisation, answer_for_organisation, set_logo

    organisations: dict[str, Organisation] = {}
    for each in cast(folder, "organisations"):
        logo = each.pop("logo", "")
        made = organisations[each["name"]] = add_organisation(by=None, at=at, **each)
        if logo:
            set_logo(made, _drawn_logo(logo), alt=f"Logo of {made.name}, which is invented", by=None, at=at)
    people = []
    for each in cast(folder):
        person = _one(each, programme, cohorts, organisations, at)
        people.append(person)
        if each["roles"] and each.get("has_been_here", True):
            _answers(person, each, terms, at)
        if "allows_logo" in each:
            place = organisations[each["organisation"]]
            answer_for_organisation(place, terms[Use.LOGO], wish=each["allows_logo"], by=person, at=at)
    return people


def _one(
    each: dict[str, Any], programme: Programme, cohorts: dict[str, Cohort], organisations: dict[str, Organisation], at: datetime
) -> Person:
    """Add one person: who they are, where they work, what they are to the programme."""
    from hub.people.commands import (
        LinkFacts,
        add_person,
        affiliate,
        edit_profile,
        end_affiliation,
        give_role,
        prove_address,
        set_photo,
    )
    from hub.people.models import RoleKind

    email = each.get("email") or f"{each['name'].lower().replace(' ', '.')}@example.org"
    person = add_person(each["name"], email=email, pronouns=each.get("pronouns", ""), by=None, at=at)
    if each.get("has_been_here", True):
        prove_address(person.account, by=None, at=at)
    organisation = organisations.get(each.get("organisation", ""))
    if organisation:
        is_contact = each.get("is_contact", False)
        work = affiliate(person, organisation, job=each.get("job", ""), is_contact=is_contact, by=None, at=at)
        if "moves_to" in each:
            end_affiliation(work, on=each["moves_on"], by=None, at=at)
            affiliate(person, organisations[each["moves_to"]], starts_on=each["moves_on"], by=None, at=at)
    for role in each["roles"]:
        cohort = cohorts[role["cohort"]] if "cohort" in role else None
        starts_on: date = cohort.starts_on if cohort else at.date()
        kind = RoleKind(role["kind"])
        give_role(person, kind, programme, cohort=cohort, organisation=organisation, starts_on=starts_on, by=None, at=at)
    if "portrait" in each:
        alt = f"A drawn portrait of {person.name}, who is invented"
        set_photo(person, _portrait(each["portrait"]), alt=alt, by=None, at=at)
    facts = {name: each[name] for name in ("orcid", "zone", "about", "access_needs") if name in each}
    teams = {programme.pk: True}
    if facts or "links" in each:
        edit_profile(person, [LinkFacts(**link) for link in each.get("links", ())], teams=teams, by=None, at=at, **facts)
    return person


def _answers(person: Person, each: dict[str, Any], terms: dict[Use, Term], at: datetime) -> None:
    from hub.core.asking import Part, uses_asked_of
    from hub.core.consent import Use
    from hub.people.commands import answer

    asked = [use for use in uses_asked_of(Part(role["kind"]) for role in each["roles"]) if not use.is_organisations]
    agreed = [use for use in asked if use.is_needed or use.value in each.get("agrees", ())]
    for use in (*agreed, *map(Use, each.get("refuses", ()))):
        answer(person, use, terms[use], wish=use in agreed, by=person, at=at)


_PAINTS = {  # wall, jumper, hair, skin
    "ice": ("#cfe3ea", "#2d5f73", "#e8d9b5", "#f1cfb8"),
    "ochre": ("#f0dfb8", "#8a4b1f", "#1d1713", "#8d5b3c"),
    "teal": ("#cfe8df", "#0f5e57", "#5b3a23", "#d9a877"),
    "plum": ("#ead6e6", "#5d2a55", "#2b1a14", "#b98055"),
    "slate": ("#d9dde3", "#3d4a5c", "#7a3f1c", "#e6b89a"),
}


def _portrait(paint: str) -> bytes:
    """Draw somebody who does not exist: a wall, shoulders, a face, hair."""
    from PIL import Image, ImageDraw

    wall, jumper, hair, skin = _PAINTS[paint]
    picture = Image.new("RGB", (960, 960), wall)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((130, 690, 830, 1400), fill=jumper)
    pen.rounded_rectangle((405, 560, 555, 780), 70, fill=skin)
    pen.ellipse((270, 170, 690, 640), fill=hair)
    pen.ellipse((305, 235, 655, 670), fill=skin)
    pen.chord((295, 190, 665, 520), 180, 360, fill=hair)
    return _written(picture)


def _drawn_logo(sign: str) -> bytes:
    """Draw the sign of an organisation that does not exist: ears of wheat, courses of brick, waves at a quay."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (720, 360), "#ffffff")
    pen = ImageDraw.Draw(picture)
    if sign == "wheat":
        for left in (210, 330, 450):
            pen.line((left + 30, 60, left + 30, 320), fill="#8a6a1f", width=10)
            for top in range(70, 230, 40):
                pen.ellipse((left - 10, top, left + 28, top + 46), fill="#d9a521")
                pen.ellipse((left + 32, top, left + 70, top + 46), fill="#d9a521")
    elif sign == "brick":
        for row, top in enumerate(range(60, 300, 62)):
            for left in range(140 - 60 * (row % 2), 560, 122):
                pen.rounded_rectangle((left, top, left + 110, top + 52), 8, fill="#a8452c")
    else:
        pen.rectangle((200, 60, 520, 190), fill="#1f4e79")
        for row, top in enumerate((210, 265)):
            for left in range(120 + 40 * row, 560, 80):
                pen.arc((left, top, left + 80, top + 60), 180, 360, fill="#2f8fb3", width=12)
    return _written(picture)


def _written(picture: Any) -> bytes:
    told = BytesIO()
    picture.save(told, "PNG")
    return told.getvalue()
