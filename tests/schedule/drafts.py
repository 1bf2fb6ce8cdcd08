"""Working schedules to release. Rows are written straight, since a release reads rows and hundreds are wanted at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hub.people.commands import add_person, give_role
from hub.people.models import Person, RoleKind
from hub.programmes.commands import create_cohort, create_programme
from hub.programmes.models import Cohort
from hub.schedule.commands.releases import release_schedule
from hub.schedule.models import Release, Session

DRAFTED = datetime(2023, 6, 1, 9, 0, tzinfo=UTC)
RELEASED = datetime(2023, 7, 1, 9, 0, tzinfo=UTC)


def a_draft_cohort(*sessions: dict[str, Any], is_public: bool = True) -> Cohort:
    """A cohort of the Practitioners Hub with these sessions in its working schedule."""
    programme = create_programme(
        slug="practitioners-hub", name="The Practitioners Hub", is_public=is_public, by=None, at=DRAFTED
    )
    cohort = create_cohort(
        programme,
        slug="2023",
        name="Cohort 2023",
        starts_on=date(2023, 7, 1),
        ends_on=date(2023, 12, 31),
        by=None,
        at=DRAFTED,
    )
    add_sessions(cohort, sessions)
    return cohort


def add_sessions(cohort: Cohort, sessions: Iterable[dict[str, Any]]) -> list[Session]:
    """Add sessions to a working schedule; one that names nothing is a dated café."""
    count = Session.objects.filter(cohort=cohort).count()
    rows = []
    for number, facts in enumerate(sessions, start=count + 1):
        given: dict[str, Any] = {
            "slug": f"cafe-{number}",
            "title": "Collaboration Café",
            "kind": "cafe",
            "zone": "Europe/London",
            "date": date(2023, 7, 5),
            "start": time(15),
            "end": time(17),
            "mode": "online",
            "edited_at": DRAFTED,
        }
        rows.append(Session(cohort=cohort, **{**given, **facts}))
    return Session.objects.bulk_create(rows)


def many(count: int) -> list[dict[str, Any]]:
    """So many dated cafés, one a day."""
    return [{"date": date(2023, 7, 1) + timedelta(days=number)} for number in range(count)]


def undated(**facts: Any) -> dict[str, Any]:
    """A session whose date is open."""
    return {"date": None, "start": None, "end": None, **facts}


def released(cohort: Cohort, *, at: datetime = RELEASED, seen: int = 0, note: str = "") -> Release:
    """Release a cohort's working schedule by the program itself."""
    return release_schedule(cohort, note=note, seen=seen, by=None, at=at)


def the_team(cohort: Cohort) -> Person:
    """Mara, who runs the programme of a cohort."""
    mara = add_person("Mara Okafor", by=None, at=DRAFTED)
    give_role(mara, RoleKind.TEAM, cohort.programme, starts_on=date(2023, 1, 1), by=None, at=DRAFTED)
    return mara
