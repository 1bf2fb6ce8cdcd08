"""Read the kick-off sessions of cohorts."""

from __future__ import annotations

from collections.abc import Iterable

from hub.core.occurrence import SessionState
from hub.core.plan.model import Kind
from hub.programmes.models import Cohort
from hub.schedule.models import Session
from hub.schedule.queries.working import in_order


def kick_offs(cohorts: Iterable[Cohort | int]) -> dict[int, Session]:
    """Give the first kick-off of each cohort in the working schedule, by the cohort's key; none is cancelled. One query."""
    keys = [each if isinstance(each, int) else each.pk for each in cohorts]
    rows = Session.objects.filter(cohort__in=keys, kind=Kind.KICK_OFF.value).exclude(state=SessionState.CANCELLED.value)
    found: dict[int, Session] = {}
    for session in in_order(rows.select_related("cohort__programme")):
        found.setdefault(session.cohort_id, session)
    return found
