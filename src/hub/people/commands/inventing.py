"""Invent people and organisations, to see a Hub at size. Nobody of them exists; the same seed invents the same ones."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction

from hub.core.names import plain
from hub.kit import journal
from hub.people.commands.organisations import plain_name_of as plain_name_of_organisation
from hub.people.commands.persons import plain_name_of
from hub.people.models import Account, Affiliation, Organisation, Person, Role, RoleKind, Sector, Size
from hub.programmes.models import Cohort, Programme
from hub.programmes.queries import cohorts_of

_WORDS = {
    "first": """Ada Ailsa Amara Anouk Arun Åsa Bela Bram Carys Chidi Dag Dalia Eilidh Elif Emeka Fen Finn Freya Goran Greta Hana
        Hugo Idris Imani Ines Ivo Jonas Juno Kaia Kofi Lena Lior Luca Mads Mara Maya Milo Nadia Niall Noor Odile Olu Orla Oskar
        Pia Priya Quinn Rafa Rosa Rune Sami Saoirse Sven Tariq Tess Theo Uma Vera Wren Yara Yusuf Zadie Zoë""",
    "start": """Ash Birk Blom Calder Dahl Ems Fair Gar Hall Ising Jarr Kell Lind Moor Nor Oak Pen Quill Rook Stern Thorn Ulv
        Vale West""",
    "end": """berg by croft dale den field ford gate ham holt ing ley low mann ner qvist ridge sen son stead ström ton well wick
        wood""",
    "what": """Survey Freight Works Trust Institute Growers Labs Council Builders Studio Energy Clinic Archive Partners Rail
        Harbour""",
    "region": "Cornwall Cumbria Devon Fife Gwynedd Kent Orkney Powys Suffolk Tyne Ulster Yorkshire",
}
_FIRST, _START, _END, _WHAT, _REGIONS = (words.split() for words in _WORDS.values())
_JOBS = ("Data scientist", "Engineer", "Researcher", "Analyst", "Head of data", "Planner", "")
_KINDS = (
    RoleKind.EXPERT,
    RoleKind.COMMUNITY,
    RoleKind.COMMUNITY,
    RoleKind.REVIEWER,
    RoleKind.ALUMNUS,
    RoleKind.PARTNER_CONTACT,
)
_TWICE = 100  # one in so many is somebody in a second record, with a slip in the name
AT_ONCE = 500  # rows in a statement


@transaction.atomic
def invent_people(programme: Programme, *, people: int, organisations: int, seed: int, at: datetime) -> None:
    """Put invented people with addresses, roles and organisations into a programme, written in bulk."""
    chance = Random(seed)  # noqa: S311  the same people each time, nothing secret
    places = _organisations(chance, organisations)
    cohorts: list[Cohort | None] = [*cohorts_of(programme)] or [None]
    names = _names(chance, people)
    made = Person.objects.bulk_create(
        (Person(name=name, plain_name=plain_name_of(name), added_at=at) for name in names), AT_ONCE
    )
    nobody_enters = make_password(None)
    Account.objects.bulk_create(
        (
            Account(person=person, email=f"{plain(person.name).replace(' ', '.')}.{number}@example.org", password=nobody_enters)
            for number, person in enumerate(made, Account.objects.count())
        ),
        AT_ONCE,
    )
    roles, works = [], []
    first = at.date() - timedelta(days=900)
    for person in made:
        place = chance.choice(places) if places else None
        kind, cohort = chance.choice(_KINDS), chance.choice(cohorts)
        starts_on = cohort.starts_on if cohort else first + timedelta(days=chance.randrange(800))
        ends_on = _some_day_after(chance, starts_on)
        roles.append(
            Role(
                person=person, programme=programme, cohort=cohort, kind=kind, starts_on=starts_on, ends_on=ends_on,
                organisation=place if kind == RoleKind.EXPERT else None,
            )
        )  # fmt: skip
        if place is not None:
            works.append(Affiliation(person=person, organisation=place, job=chance.choice(_JOBS)))
    Role.objects.bulk_create(roles, AT_ONCE)
    Affiliation.objects.bulk_create(works, AT_ONCE)
    journal.record("people-invented", programme, by=None, at=at, people=people, organisations=organisations, seed=seed)


def _some_day_after(chance: Random, day: date) -> date | None:
    return day + timedelta(days=chance.randrange(30, 400)) if chance.random() < 0.4 else None


def _organisations(chance: Random, count: int) -> list[Organisation]:
    """Invent organisations; one that an earlier run invented is taken again."""
    there = {each.name: each for each in Organisation.objects.all()}
    made = []
    for number in range(count):
        name = f"{chance.choice(_START)}{chance.choice(_END)} {chance.choice(_WHAT)} {number + 1}"
        made.append(
            Organisation(
                name=name,
                plain_name=plain_name_of_organisation(name),
                sector=chance.choice(Sector.values),
                size=chance.choice(Size.values),
                region=chance.choice(_REGIONS),
            )
        )
    new = Organisation.objects.bulk_create([each for each in made if each.name not in there], AT_ONCE)
    there |= {each.name: each for each in new}
    return [there[each.name] for each in made]


def _names(chance: Random, count: int) -> list[str]:
    names: list[str] = []
    for number in range(count):
        if names and number % _TWICE == _TWICE - 1:
            names.append(_slipped(chance, chance.choice(names)))
        else:
            family = f"{chance.choice(_START)}{chance.choice(_END)}{chance.choice(_END)}"
            names.append(f"{chance.choice(_FIRST)} {family}")
    return names


def _slipped(chance: Random, name: str) -> str:
    place = chance.randrange(1, len(name))
    return name[:place] + name[place + 1 :]
