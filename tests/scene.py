"""Everything there is at once, for what looks at the whole house: two programmes, two cohorts, and people of each sort.

Made by the commands of the program, at moments of 2024: the cohort runs from September 2024 to February 2025.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.test import Client

from hub.people.commands import add_person, give_role, prove_address
from hub.people.models import Account, Person, RoleKind
from hub.programmes.commands import Partner, create_cohort, create_programme, import_year_plan, name_partners
from hub.programmes.models import Cohort, Programme
from hub.schedule.commands.releases import release_schedule
from hub.schedule.models import Session
from tests.factories import BEGUN, a_cohort, an_imported_cohort

IN_SEPTEMBER = datetime(2024, 9, 10, 11, 0, tzinfo=UTC)  # a Tuesday: the first café was last week, the next is in 8 days

YEAR_PLAN = """# Year plan

| Month | Activity | Objectives | Comments |
| --- | --- | --- | --- |
| March | **Open the call** for the next cohort | Meet people who may apply | Ask the designer for a poster |
| September-February | Launch of the cohort | Learn together | |

| Name of Activity | Description | Objectives | Mandatory (M) or Optional (O) |
| --- | --- | --- | --- |
| Collaboration Café (12 sessions) | Co-working online, twice a month | Share what you know | M (at least 50% attendance) |
| Trainings | For everybody in the network | Learn a tool | O (Experts first) |
"""


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands: the public programme with its cohort, the private one, and who is there."""

    programme: Programme
    cohort: Cohort
    private: Programme
    mara: Person
    ada: Person
    sam: Person

    @property
    def session(self) -> Session:
        """The first dated session of the cohort."""
        return Session.objects.filter(cohort=self.cohort, date__isnull=False).order_by("date", "pk")[0]


def _with_account(name: str) -> Person:
    first = name.split(maxsplit=1)[0].lower()
    person = add_person(name, email=f"{first}@example.org", by=None, at=BEGUN)
    prove_address(person.account, by=None, at=BEGUN)
    return person


def a_scene() -> Scene:
    """A public programme whose cohort is imported and released, a private one, and Mara (team), Ada (Expert), Sam (nobody)."""
    programme = create_programme(
        slug="practitioners-hub",
        name="The Practitioners Hub",
        tagline="Half a year in which organisations learn from each other",
        about="For people who care for **open** work.\n\n**How do I join in?** A call opens each spring.",
        contact_email="hub@example.org",
        website="https://example.org/hub",
        is_public=True,
        by=None,
        at=BEGUN,
    )
    cohort = an_imported_cohort(cohort=a_cohort(programme=programme))
    name_partners(
        cohort, [Partner("Polar Survey", "https://example.org/polar"), Partner("Road Freight", "")], by=None, at=BEGUN
    )
    release_schedule(cohort, note="Welcome", seen=0, by=None, at=BEGUN)
    import_year_plan(programme, YEAR_PLAN, year=2024, by=None, at=BEGUN)
    private = create_programme(slug="masterclass", name="The Masterclass", is_public=False, by=None, at=BEGUN)
    create_cohort(
        private,
        slug="first",
        name="First round",
        starts_on=date(2024, 9, 1),
        ends_on=date(2025, 2, 28),
        by=None,
        at=BEGUN,
    )
    mara, ada, sam = (_with_account(name) for name in ("Mara Okafor", "Ada Lindqvist", "Sam Whitlow"))
    give_role(mara, RoleKind.TEAM, programme, starts_on=date(2023, 1, 1), by=None, at=BEGUN)
    give_role(ada, RoleKind.EXPERT, programme, cohort=cohort, starts_on=date(2023, 1, 1), by=None, at=BEGUN)
    return Scene(programme, cohort, private, mara, ada, sam)


def as_(person: Person | None) -> Client:
    """A browser in which a person is signed in; None for nobody."""
    client = Client()
    if person is not None:
        client.force_login(Account.objects.get(person=person))
    return client
