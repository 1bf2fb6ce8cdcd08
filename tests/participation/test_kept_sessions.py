"""What the team made for a session that nobody saw yet stays when its series ends earlier or the plan drops it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.booking import Terms, Tier
from hub.participation import commands, touched
from hub.people.models import RoleKind
from hub.schedule.commands.plans import import_plan
from hub.schedule.commands.series import create_series, end_series, leave_out, remove_series
from hub.schedule.models import Session
from hub.schedule.touched import touched_sessions
from tests.factories import BEGUN, a_cohort, a_plan_text, a_session, an_imported_cohort
from tests.participation.places import somebody, the_cohort
from tests.schedule.test_series import CAFES

pytestmark = pytest.mark.django_db

LINE = "- Week 1: Collaboration Café: **Wednesday 2 October 2024 (15:00–17:00)** - Case studies - Online\n"

MAKES: list[Callable[[Session], object]] = [
    lambda session: commands.set_terms(session, Terms(online=10, opens={Tier.EXPERTS: None}), by=None, at=BEGUN),
    lambda session: commands.save_notes(
        session, "# An agenda\n", seen=0, by=somebody("Theo", RoleKind.FACILITATOR, session.cohort), at=BEGUN
    ),
    lambda session: commands.prepare_room(session, questions="1. Why?", links=[], by=None, at=BEGUN),
    lambda session: commands.note_run(session, text="Begin earlier", form=None, by=None, at=BEGUN),
]
ENDS = [
    lambda series: end_series(series, last_on=date(2024, 11, 10), by=None, at=BEGUN),
    lambda series: leave_out(series, date(2024, 11, 20), by=None, at=BEGUN),
    lambda series: remove_series(series, by=None, at=BEGUN),
]


@pytest.mark.parametrize("ends", ENDS, ids=["ends earlier", "leaves it out", "is taken away"])
@pytest.mark.parametrize("makes", MAKES, ids=["terms", "notes", "room", "run"])
def test_a_session_somebody_prepared_is_cancelled_and_keeps_it_when_its_series(
    makes: Callable[[Session], object], ends: Callable[..., object]
) -> None:
    series = create_series(the_cohort(), CAFES, by=None, at=BEGUN)
    prepared = Session.objects.get(date=date(2024, 11, 20))
    makes(prepared)
    ends(series)
    prepared.refresh_from_db()
    assert prepared.state == "cancelled"
    assert touched_sessions(prepared.cohort) == {prepared.pk}


@pytest.mark.parametrize("makes", MAKES, ids=["terms", "notes", "room", "run"])
def test_a_session_somebody_prepared_is_cancelled_and_keeps_it_when_the_plan_drops_it(
    makes: Callable[[Session], object],
) -> None:
    cohort = an_imported_cohort()
    prepared = Session.objects.get(date=date(2024, 10, 2))
    makes(prepared)
    assert LINE in a_plan_text()
    import_plan(cohort, a_plan_text().replace(LINE, ""), seen=1, by=None, at=BEGUN)
    prepared.refresh_from_db()
    assert prepared.state == "cancelled"
    import_plan(cohort, a_plan_text(), seen=2, by=None, at=BEGUN)
    prepared.refresh_from_db()
    assert prepared.state == "scheduled"


def test_whatever_this_room_keeps_to_a_session_keeps_the_session() -> None:
    points_there = {
        model
        for model in apps.get_app_config("participation").get_models()
        if any(field.related_model is Session for field in model._meta.concrete_fields)
    }
    assert points_there == set(touched.KEPT)


def test_what_was_made_of_sessions_is_found_in_as_many_queries_for_one_as_for_all() -> None:
    cohort = a_cohort()
    counts = []
    for more in (1, 8):
        for number in range(more):
            commands.prepare_room(
                a_session(cohort, title=f"Café {more} {number}"), questions="Why?", links=[], by=None, at=BEGUN
            )
        with CaptureQueriesContext(connection) as asked:
            found = touched_sessions(cohort)
        counts.append((len(found), len(asked)))
    assert counts == [(1, counts[0][1]), (9, counts[0][1])]
