"""Read what a cohort asks of its Experts."""

from __future__ import annotations

from hub.core.commitments import Promise
from hub.participation.models import Commitment, CommitmentOverride, Made
from hub.participation.models.promises import promise_of
from hub.programmes.models import Cohort
from hub.schedule.models import Session


def commitments_of(cohort: Cohort) -> list[tuple[Commitment, Promise]]:
    """Give the commitments of a cohort in their order, each as row and as promise. One query."""
    rows = Commitment.objects.filter(cohort=cohort).order_by("position", "pk")
    return [(row, promise_of(row, cohort.zone)) for row in rows]


def commitment_of(cohort: Cohort, key: str) -> Commitment | None:
    """Find a commitment of a cohort by its key, cohort and programme at hand."""
    return Commitment.objects.filter(cohort=cohort, key=key).select_related("cohort__programme").first()


def override_row(commitment: Commitment, person: int) -> CommitmentOverride | None:
    """Find what differs for one Expert in a commitment."""
    rows = CommitmentOverride.objects.filter(commitment=commitment, person=person)
    return rows.select_related("commitment__cohort__programme", "person").first()


def made_by(cohort: Cohort, person: int, key: str) -> int:
    """Give how many things of a sort the team says an Expert has made."""
    row = Made.objects.filter(cohort=cohort, person=person, key=key).first()
    return row.number if row is not None else 0


def session_by_key(cohort: Cohort, key: int) -> Session | None:
    """Find a session of a cohort by its key, cohort and programme at hand."""
    return cohort.sessions.filter(pk=key).select_related("cohort__programme").first()
