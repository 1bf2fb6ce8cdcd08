"""Boring things to begin a test from, each made by the commands of the program, so that no test starts where nobody can.

Working schedules of hundreds of rows, written straight, come from tests/schedule/drafts.py.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from hub.core.plan.model import Kind, Mode
from hub.core.sessions import SessionFacts
from hub.people.commands import add_person, give_role
from hub.people.models import Person, RoleKind
from hub.programmes import queries as programmes
from hub.programmes.commands import create_cohort, create_programme
from hub.programmes.models import Cohort, Programme
from hub.schedule.commands.plans import import_plan
from hub.schedule.commands.sessions import add_session
from hub.schedule.models import Session

BEGUN = datetime(2024, 6, 3, 9, 0, tzinfo=UTC)  # when everything here was made
FIRST_DAY = date(2024, 9, 1)
LAST_DAY = date(2025, 2, 28)


def a_programme(slug: str = "practitioners-hub", *, name: str = "The Practitioners Hub", is_public: bool = True) -> Programme:
    """The programme; the one that is there already where it is."""
    found = programmes.programme(slug)
    return found or create_programme(slug=slug, name=name, is_public=is_public, by=None, at=BEGUN)


def a_cohort(
    slug: str = "2024", *, programme: Programme | None = None, starts_on: date = FIRST_DAY, ends_on: date = LAST_DAY
) -> Cohort:
    """A cohort without any session, September 2024 to February 2025."""
    return create_cohort(
        programme or a_programme(),
        slug=slug,
        name=f"Cohort {slug}",
        starts_on=starts_on,
        ends_on=ends_on,
        by=None,
        at=BEGUN,
    )


def mara(programme: Programme) -> Person:
    """Mara, who runs the programme."""
    person = add_person("Mara Okafor", by=None, at=BEGUN)
    give_role(person, RoleKind.TEAM, programme, starts_on=date(2023, 1, 1), by=None, at=BEGUN)
    return person


def ada(cohort: Cohort) -> Person:
    """Ada, an Expert of the cohort."""
    person = add_person("Ada Lindqvist", by=None, at=BEGUN)
    give_role(person, RoleKind.EXPERT, cohort.programme, cohort=cohort, starts_on=cohort.starts_on, by=None, at=BEGUN)
    return person


def sam() -> Person:
    """Sam, a stranger to every programme."""
    return add_person("Sam Stranger", by=None, at=BEGUN)


def a_plan_text() -> str:
    """A small plan of our own: two months, three cafés, a workshop, a week without meeting, and coaching to be dated."""
    return """# Plan for Cohort 2024

### Month 1: September 2024

- Week 1: Collaboration Café: **Wednesday 4 September 2024 (15:00–17:00)** - Welcome - Online
    * Group: Say hello (30 mins)
- Week 2: No meeting
- Week 3: Collaboration Café: **Wednesday 18 September 2024 (15:00–17:00)** - Stakeholders - Online
    * Group: Map them (60 mins) - [Slides](https://example.org/slides)
- Week 4: Systems Thinking Workshop: **Thursday 26 September 2024 (10:00–16:00)** - In person - at Aster House

### Month 2: October 2024

- Week 1: Collaboration Café: **Wednesday 2 October 2024 (15:00–17:00)** - Case studies - Online
- Week 2: 1:1 coaching: **No date yet**
"""


def an_imported_cohort(text: str | None = None, *, cohort: Cohort | None = None) -> Cohort:
    """A cohort whose sessions follow a plan, by default the small one."""
    held = cohort or a_cohort()
    import_plan(held, a_plan_text() if text is None else text, seen=0, by=None, at=BEGUN)
    return held


def some_facts(**facts: Any) -> SessionFacts:
    """The facts of a session: a café online on Wednesday 4 September 2024, 15:00 to 17:00 in London, unless said otherwise."""
    given: dict[str, Any] = {
        "title": "Collaboration Café",
        "kind": Kind.CAFE,
        "date": date(2024, 9, 4),
        "start": time(15),
        "end": time(17),
        "mode": Mode.ONLINE,
    }
    return SessionFacts(**given | facts)


def a_session(cohort: Cohort, **facts: Any) -> Session:
    """A session added by hand."""
    return add_session(cohort, some_facts(**facts), by=None, at=BEGUN)
