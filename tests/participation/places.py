"""Sessions that can be booked, and people who book them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from hub.core.booking import Terms, Tier, Way
from hub.core.plan.model import Kind
from hub.participation import commands
from hub.participation.models import Booking
from hub.people.commands import add_person, give_role, prove_address
from hub.people.models import Person, RoleKind
from hub.programmes.models import Cohort
from hub.schedule.commands.releases import release_schedule
from hub.schedule.models import Release, Session
from tests.factories import BEGUN, a_cohort, a_programme, a_session

EARLY = datetime(2024, 9, 2, 9, 0, tzinfo=UTC)  # more than two weeks before the training
LATER = datetime(2024, 9, 20, 9, 0, tzinfo=UTC)  # less than two weeks before it
STARTS = datetime(2024, 10, 1, 13, 0, tzinfo=UTC)  # Tuesday 1 October 2024, 14:00 in London

EXPERTS_FIRST: dict[Tier, int | None] = {Tier.EXPERTS: None, Tier.ALUMNI: 14, Tier.NETWORK: 14, Tier.COMMUNITY: 14}


def the_cohort() -> Cohort:
    """The cohort of 2024; the one that is there already where it is."""
    found = a_programme().cohorts.filter(slug="2024").first()
    return found or a_cohort()


def released(cohort: Cohort, *, at: datetime = BEGUN) -> None:
    """Release the schedule of a cohort as it stands."""
    newest = Release.objects.filter(cohort=cohort).order_by("-number").first()
    release_schedule(cohort, seen=newest.number if newest else 0, by=None, at=at)


def a_training(
    cohort: Cohort | None = None, *, capacity: int | None = 10, on: date = date(2024, 10, 1), **terms: Any
) -> Session:
    """A released training online, Experts first and from two weeks before also others."""
    held = cohort or the_cohort()
    session = a_session(held, title="Systems Thinking", kind=Kind.TRAINING, date=on, start=time(14), end=time(16))
    released(held)
    given: dict[str, Any] = {"online": capacity, "opens": EXPERTS_FIRST}
    commands.set_terms(session, Terms(**given | terms), by=None, at=BEGUN)
    return session


def an_expert(name: str, cohort: Cohort | None = None) -> Person:
    """An Expert of the cohort, with an address."""
    return somebody(name, RoleKind.EXPERT, cohort or the_cohort())


def somebody(name: str, kind: RoleKind, cohort: Cohort | None = None) -> Person:
    """Somebody with a part in the programme, or in a cohort of it."""
    person = add_person(name, email=f"{name.replace(' ', '.').lower()}@example.org", by=None, at=BEGUN)
    give_role(person, kind, a_programme(), cohort=cohort, starts_on=date(2024, 6, 3), by=None, at=BEGUN)
    return person


def with_account(person: Person) -> Person:
    """Let somebody sign in: the address is proved."""
    prove_address(person.account, by=None, at=BEGUN)
    return person


def books(person: Person, session: Session, *, at: datetime = EARLY, way: Way = Way.ONLINE) -> Booking:
    """Have somebody book for themselves."""
    return commands.book_place(session, person, way=way, by=person, at=at)


def states(session: Session) -> dict[str, str]:
    """Give the newest state of everybody's booking, by name."""
    return {
        row.person.name: row.state for row in Booking.objects.filter(session=session).order_by("pk").select_related("person")
    }
