"""A commitment that counts one series goes on counting what its Experts came to when the series changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from fractions import Fraction

import pytest
import time_machine

from hub.core.commitments.model import Promise, Share, Which
from hub.participation import commands, queries
from hub.participation.commands.counted import StillCounted
from hub.people.models import Person, RoleKind
from hub.programmes.models import Cohort
from hub.schedule.commands.series import create_series, edit_series, remove_series
from hub.schedule.models import Series, Session
from tests.factories import BEGUN
from tests.participation.places import an_expert, released, somebody, the_cohort, with_account
from tests.participation.promising import after, held
from tests.scene import as_
from tests.schedule.test_series import CAFES
from tests.site.reading import words

pytestmark = pytest.mark.django_db


def counted() -> tuple[Cohort, Series, list[Session], Person]:
    """A released series of cafés, half of which Ada promised; she came to the first two."""
    cohort, ada = the_cohort(), an_expert("Ada Lindqvist")
    series = create_series(cohort, CAFES, by=None, at=BEGUN)
    released(cohort)
    half = Promise(
        key="cafes", one="café", many="cafés", of=Which(series=frozenset({series.pk})), quantity=Share(Fraction(1, 2))
    )
    commands.add_promise(cohort, half, is_catch_up_trusted=False, by=None, at=BEGUN)
    sessions = list(Session.objects.filter(series=series).order_by("date"))
    for each in sessions[:2]:
        held(each, ada)
    return cohort, series, sessions, ada


def test_what_is_asked_stays_when_the_later_days_of_the_series_are_at_another_time() -> None:
    cohort, series, sessions, _ = counted()
    at = after(sessions[1])

    def stands() -> tuple[int, int, int]:
        (participant,) = queries.forecast_of(cohort, at=at).participants
        forecast = participant.forecasts[-1]
        return forecast.earned, forecast.needed, forecast.planned

    before = stands()
    later = edit_series(series, replace(CAFES, start=time(14), end=time(16)), from_on=sessions[2].date, by=None, at=at)
    assert later != series
    assert stands() == before == (2, before[1], len(sessions))
    released(cohort, at=at)
    assert stands() == before


def test_a_series_that_is_counted_is_not_taken_away_before_something_else_counts() -> None:
    cohort, series, sessions, _ = counted()
    at = after(sessions[1])
    with pytest.raises(StillCounted):
        remove_series(series, by=None, at=at)
    mara = as_(with_account(somebody("Mara Okafor", RoleKind.TEAM)))
    with time_machine.travel(at, tick=False):
        answer = mara.post(f"/team/practitioners-hub/2024/series/{series.pk}/", {"do": "remove"})
    assert (answer.status_code, "is counted by this series" in words(answer.content.decode())) == (422, True)
    assert Session.objects.filter(series=series).count() == len(sessions)
    row = cohort.commitments.get()
    row.series = []
    row.save()
    remove_series(series, by=None, at=at)
    assert not Series.objects.filter(pk=series.pk).exists()
