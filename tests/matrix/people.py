"""Everybody the matrix asks as, besides the scene's own: each kind of role, and who has none, not now or not here."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from http.cookies import SimpleCookie

from django.test import Client
from django.test.client import ClientHandler

from hub.people.commands import add_person, end_role, give_role, prove_address
from hub.people.models import Account, Person, RoleKind
from hub.programmes.models import Cohort
from hub.schedule.commands.releases import release_schedule
from tests.factories import BEGUN, a_cohort, an_imported_cohort
from tests.scene import IN_SEPTEMBER, Scene, as_

TODAY = IN_SEPTEMBER.date()
LONG_AGO = date(2023, 1, 1)

# Whom everybody stands with: they are answered as that one of the five is, unless a row says otherwise.
AS: dict[str, str] = {
    # a part in the programme or its cohort, and no right of its own
    "rosa": "rosa",  # reviewer
    "nia": "rosa",  # facilitator of the cohort
    "theo": "rosa",  # coach of the cohort
    "wren": "rosa",  # technical writer of the cohort
    "pia": "rosa",  # partner contact
    "cora": "rosa",  # community member
    "finn": "rosa",  # funder
    "alma": "rosa",  # alumnus
    "abel": "rosa",  # advisor
    "tess": "rosa",  # on the team of the one cohort, not of the programme
    "grace": "rosa",  # an Expert of another cohort
    # no part in it now
    "olga": "sam",  # runs the other programme
    "yara": "sam",  # an Expert of the other programme
    "otto": "sam",  # was on the team until yesterday
    "elsa": "sam",  # was an Expert until yesterday
    "nora": "sam",  # is on the team from tomorrow on
    "noor": "sam",  # is an Expert from tomorrow on
    "una": "sam",  # never proved the address
    # an account that is switched off
    "ivo": "signed out",
}

KINDS: dict[str, RoleKind] = {
    "rosa": RoleKind.REVIEWER,
    "nia": RoleKind.FACILITATOR,
    "theo": RoleKind.COACH,
    "wren": RoleKind.WRITER,
    "pia": RoleKind.PARTNER_CONTACT,
    "cora": RoleKind.COMMUNITY,
    "finn": RoleKind.FUNDER,
    "alma": RoleKind.ALUMNUS,
    "abel": RoleKind.ADVISOR,
    "tess": RoleKind.TEAM,
}
_OF_THE_COHORT = {"nia", "theo", "wren", "pia", "tess"}
_NOT_NOW: dict[str, RoleKind] = {
    "otto": RoleKind.TEAM,
    "elsa": RoleKind.EXPERT,
    "nora": RoleKind.TEAM,
    "noor": RoleKind.EXPERT,
    "ivo": RoleKind.TEAM,
}


def everybody_else(scene: Scene) -> dict[str, Person]:
    """Make the people of `AS`, by first name."""
    people = {name: _somebody(name) for name in AS}
    here, cohort = scene.programme, scene.cohort
    for name, kind in KINDS.items():
        of = cohort if name in _OF_THE_COHORT else None
        give_role(people[name], kind, here, cohort=of, starts_on=LONG_AGO, by=None, at=BEGUN)
    other = a_cohort("2023", programme=here, starts_on=date(2024, 3, 1), ends_on=date(2024, 12, 31))
    give_role(people["grace"], RoleKind.EXPERT, here, cohort=other, starts_on=LONG_AGO, by=None, at=BEGUN)
    for name, kind in _NOT_NOW.items():
        of = cohort if kind == RoleKind.EXPERT else None
        begins = TODAY + timedelta(days=1) if name in ("nora", "noor") else LONG_AGO
        role = give_role(people[name], kind, here, cohort=of, starts_on=begins, by=None, at=BEGUN)
        if name in ("otto", "elsa"):
            end_role(role, on=TODAY, by=None, at=IN_SEPTEMBER)
    first = Cohort.objects.get(programme=scene.private)
    give_role(people["olga"], RoleKind.TEAM, scene.private, starts_on=LONG_AGO, by=None, at=BEGUN)
    give_role(people["yara"], RoleKind.EXPERT, scene.private, cohort=first, starts_on=LONG_AGO, by=None, at=BEGUN)
    Account.objects.filter(person=people["ivo"]).update(is_active=False)
    return people


@dataclass(frozen=True, slots=True)
class Company:
    """The scene, the private programme as a scene of its own (Olga runs it, Yara is its Expert), and everybody signed in."""

    scene: Scene
    of_others: Scene
    people: dict[str, Person]
    cookies: dict[str, SimpleCookie]
    handler: ClientHandler  # one for all browsers: each would put the layers together anew

    def browser(self, who: str) -> Client:
        """A browser in which somebody is signed in, by first name; a new one each time."""
        client = Client()
        client.handler, client.cookies = self.handler, deepcopy(self.cookies[who])
        return client


def a_company(scene: Scene) -> Company:
    """Let everybody come in, once for a file of tests, and give the private programme a schedule it has released."""
    people = everybody_else(scene)
    first = Cohort.objects.get(programme=scene.private)
    an_imported_cohort(cohort=first)
    release_schedule(first, note="Welcome", seen=0, by=None, at=BEGUN)
    theirs = replace(scene, programme=scene.private, cohort=first, mara=people["olga"], ada=people["yara"])
    everybody = people | {"sam": scene.sam, "ada": scene.ada, "mara": scene.mara}
    cookies = {name: as_(person).cookies for name, person in everybody.items()}
    return Company(scene, theirs, everybody, cookies | {"signed out": SimpleCookie()}, ClientHandler(enforce_csrf_checks=False))


def _somebody(name: str) -> Person:
    person = add_person(f"{name.capitalize()} Somebody", email=f"{name}.matrix@example.org", by=None, at=BEGUN)
    if name != "una":
        prove_address(person.account, by=None, at=BEGUN)
    return person
