"""Write what is told back to a cohort of its survey: share it, take it back, and let go of what was withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.db.models import F, Q

from hub.admissions.models import OnboardingPlan, SharedAnswer, SharedSummary
from hub.admissions.permissions import require_team
from hub.admissions.queries.summaries import answers_to_share, mark_of, would_share
from hub.core.errors import ChangedMeanwhile, NotFromHere, Refusal
from hub.core.forms import AnswerState
from hub.core.onboarding import sound_words
from hub.forms.models import Answer
from hub.kit import journal
from hub.people.models import Person


class NothingToShare(Refusal):
    """Too few answered, or nothing asked may be told."""

    code: ClassVar[str] = "nothing-to-share"


class SummaryChanged(ChangedMeanwhile):
    """Somebody answered or withdrew since the team looked."""

    code: ClassVar[str] = "summary-changed"


@transaction.atomic
def share_summary(
    plan: OnboardingPlan, *, note: str = "", count: int, seen: str | None = None, by: Person | None, at: datetime
) -> SharedSummary:
    """Tell the cohort what may be shared of the survey, as it stands now; one told before gives way to it.

    `count` is how many answers the team saw added up, `seen` the mark of the figures and words a page showed
    (`queries.mark_of`; None: somebody who saw no page), so that nothing is told that nobody has read.
    Raises NotAllowed, NothingToShare, SummaryChanged, BadStep.
    """
    require_team(by, plan.cohort.programme, at=at, doing="share its summaries")
    row = _locked(plan)
    words = sound_words(note=note)["note"]
    found = would_share(row, at=at)
    if found is None or found.is_withheld or not any(each.answered for each in found.tallies):
        raise NothingToShare("There is nothing to share yet: too few have answered for nobody to be recognised.")
    if found.count != count:
        raise SummaryChanged(f"It is made of {found.count} answers now, not of {count}. Look again, then share it.")
    if seen is not None and seen != mark_of(found):
        raise SummaryChanged(
            f"It is made of {found.count} answers as before, but some say something else now. Read them again, then share it."
        )
    _take_back(row, at=at)
    summary = SharedSummary.objects.create(plan=row, note=words, needed=found.needed, shared_at=at, shared_by=by)
    SharedAnswer.objects.bulk_create(
        SharedAnswer(
            summary=summary,
            answer=answer,
            person_id=answer.person_id,
            version=answer.version.number,
            values=values,
            sent_at=answer.sent_at or at,
        )
        for answer, values in answers_to_share(row, at=at)
    )
    journal.record("shared", summary, by=by, at=at, part_of=row, count=count)
    return summary


@transaction.atomic
def take_back_summary(plan: OnboardingPlan, *, by: Person | None, at: datetime) -> None:
    """Stop telling the cohort; what was frozen for it is deleted. Raises NotAllowed, NotFromHere."""
    require_team(by, plan.cohort.programme, at=at, doing="take its summaries back")
    row = _locked(plan)
    summary = _take_back(row, at=at)
    if summary is None:
        raise NotFromHere("No summary is shared now.")
    journal.record("taken-back", summary, by=by, at=at, part_of=row)


def forget_shared(answer: Answer) -> None:
    """Delete what of an answer stands in summaries; in the transaction that withdrew it."""
    SharedAnswer.objects.filter(answer=answer).delete()


@transaction.atomic
def let_go_shared(*, at: datetime) -> int:
    """Delete the copies in summaries of answers that were purged, withdrawn or changed, which nobody sees any more.

    Gives how many. Nothing is written of it: the answers' own purge is in the journal.
    """
    stale = ~Q(answer__state=AnswerState.SENT.value) | Q(answer__purged_at__isnull=False) | ~Q(answer__sent_at=F("sent_at"))
    return SharedAnswer.objects.filter(pk__in=list(SharedAnswer.objects.filter(stale).values_list("pk", flat=True))).delete()[0]


def _take_back(plan: OnboardingPlan, *, at: datetime) -> SharedSummary | None:
    summary = plan.summaries.filter(taken_back_at__isnull=True).first()
    if summary is not None:
        summary.taken_back_at = at
        summary.save(update_fields=["taken_back_at"])
        summary.answers.all().delete()
    return summary


def _locked(plan: OnboardingPlan) -> OnboardingPlan:
    return OnboardingPlan.objects.select_for_update(of=("self",)).select_related("cohort__programme", "survey").get(pk=plan.pk)
