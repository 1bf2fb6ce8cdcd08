"""Sessions with rooms, and who is in them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hub.core.consent import Use
from hub.core.plan.model import Kind, Mode
from hub.people.commands import add_person, give_role, prove_address
from hub.people.commands.consent import answer, publish_term
from hub.people.models import Person, RoleKind
from hub.schedule.models import Session
from tests.factories import BEGUN, a_programme, a_session
from tests.participation.places import released, the_cohort

LINK = "https://meet.example.org/rooms/quiet-owl-77?pwd=s3cretqzxv"
STARTS = datetime(2024, 10, 2, 14, 0, tzinfo=UTC)  # Wednesday 2 October 2024, 15:00 in London
ENDS = STARTS + timedelta(hours=2)
DURING = STARTS + timedelta(minutes=40)


def a_cafe(**facts: Any) -> Session:
    """A released café online on 2 October 2024 with a joining link."""
    given: dict[str, Any] = {
        "title": "Collaboration Café",
        "topic": "Stakeholders",
        "kind": Kind.CAFE,
        "date": date(2024, 10, 2),
        "start": time(15),
        "end": time(17),
        "mode": Mode.ONLINE,
        "joining_link": LINK,
    }
    cohort = the_cohort()
    session = a_session(cohort, **given | facts)
    released(cohort)
    return session


def somebody_here(name: str, kind: RoleKind = RoleKind.EXPERT) -> Person:
    """Somebody of the cohort who can sign in; the team is of the whole programme."""
    person = somebody_else(name)
    cohort = None if kind is RoleKind.TEAM else the_cohort()
    give_role(person, kind, a_programme(), cohort=cohort, starts_on=date(2024, 6, 3), by=None, at=BEGUN)
    return person


def somebody_else(name: str) -> Person:
    """Somebody without any part who can sign in."""
    person = add_person(name, email=f"{name.replace(' ', '.').lower()}@example.org", by=None, at=BEGUN)
    prove_address(person.account, by=None, at=BEGUN)
    return person


def may_be_named(person: Person, *, wish: bool = True, at: datetime = BEGUN) -> None:
    """Have somebody say whether they may be named in the programme."""
    programme = a_programme()
    term = programme.terms.filter(use=Use.NAME.value).order_by("-number").first() or publish_term(
        programme, Use.NAME, "We name you in public notes.", is_new_meaning=False, by=None, at=BEGUN
    )
    answer(person, Use.NAME, term, wish=wish, by=person, at=at)


def where(session: Session, rest: str = "room/") -> str:
    """Give an address below a session's."""
    return f"/practitioners-hub/2024/sessions/{session.slug}/{rest}"
