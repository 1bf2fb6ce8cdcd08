"""A cohort that promised, whose sessions are held: for tests of attendance, commitments, load and certificates."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hub.core.plan.model import Kind, Mode
from hub.participation import commands
from hub.people.models import Person, RoleKind
from hub.programmes.models import Cohort
from hub.schedule.models import Session
from tests.factories import BEGUN, a_session
from tests.participation.places import released, somebody, the_cohort

FIRST_CAFE = date(2024, 9, 4)
FORTNIGHT = timedelta(days=14)


def cafes(count: int = 4, *, cohort: Cohort | None = None, led_by: str = "Theo Brandt") -> list[Session]:
    """So many released cafés, every other Wednesday from 4 September 2024 on, 15:00 to 17:00 in London."""
    held = cohort or the_cohort()
    made = [
        a_session(held, title=f"Café {number + 1}", date=FIRST_CAFE + number * FORTNIGHT, led_by=led_by)
        for number in range(count)
    ]
    released(held)
    return made


def a_day_together(cohort: Cohort | None = None, *, on: date = date(2024, 11, 7)) -> Session:
    """A released workshop in person, 10:00 to 16:00."""
    held = cohort or the_cohort()
    facts = {"kind": Kind.WORKSHOP, "mode": Mode.IN_PERSON, "start": time(10), "end": time(16)}
    made = a_session(held, title="Workshop", date=on, **facts)
    released(held)
    return made


def after(session: Session) -> datetime:
    """An hour after a session is over."""
    assert session.ends_at is not None
    return session.ends_at + timedelta(hours=1)


def held(session: Session, *came: Person) -> None:
    """Have the register of a session filled with who came, and closed."""
    at = after(session)
    commands.mark_attendance(session, dict.fromkeys(came, True), by=None, at=at)
    commands.close_register(session, by=None, at=at)


def own_promises(cohort: Cohort | None = None) -> Cohort:
    """The cohort asks what the Hub's own commitments ask."""
    found = cohort or the_cohort()
    commands.use_own_promises(found, by=None, at=BEGUN)
    return found


def theo(cohort: Cohort | None = None) -> Person:
    """Theo, who leads sessions of the cohort."""
    return somebody("Theo Brandt", RoleKind.FACILITATOR, cohort or the_cohort())


LATE = datetime(2025, 1, 6, 9, 0, tzinfo=UTC)
