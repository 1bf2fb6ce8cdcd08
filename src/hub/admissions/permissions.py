"""Who may run an onboarding, and who sees what of it."""

from __future__ import annotations

from datetime import datetime

from hub.admissions.models import OnboardingPlan, SharedSummary
from hub.core.errors import NotAllowed
from hub.people import permissions
from hub.people.models import FELLOWS, Person
from hub.people.queries import cohorts_as_expert, roles_at
from hub.programmes.models import Cohort, Programme


def can_run(by: Person | None, programme: Programme, *, at: datetime) -> bool:
    """Say whether somebody may see and change the onboarding of a programme's cohorts: its team, and the program (None)."""
    return by is None or permissions.runs(by, programme, at=at)


def require_team(by: Person | None, programme: Programme, *, at: datetime, doing: str) -> None:
    """Let the team of the programme pass. `doing` ends the sentence: "change its onboarding". Raises NotAllowed."""
    if not can_run(by, programme, at=at):
        raise NotAllowed(f"Only the team of the programme can {doing}.")


def is_onboarding(person: Person | None, cohort: Cohort, *, at: datetime) -> bool:
    """Say whether somebody is an Expert of a cohort, now or soon: whom its onboarding asks."""
    return person is not None and cohort.pk in cohorts_as_expert(person, at=at)


def can_read_summary(by: Person | None, summary: SharedSummary, *, at: datetime) -> bool:
    """Say whether somebody may read what was told back: whoever takes part in the cohort, or is to, and the team."""
    cohort = summary.plan.cohort
    if by is None or summary.taken_back_at is not None:
        return False
    if can_run(by, cohort.programme, at=at) or is_onboarding(by, cohort, at=at):
        return True
    return roles_at(by, at=at).filter(cohort=cohort, kind__in=FELLOWS).exists()


def can_read_plan(by: Person | None, plan: OnboardingPlan, *, at: datetime) -> bool:
    """Say whether somebody may read the history of an onboarding: the team."""
    return by is not None and can_run(by, plan.cohort.programme, at=at)
