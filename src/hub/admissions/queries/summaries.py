"""Read what may be told back of a survey, and what is told now. Names are in none of it.

What was shared is frozen, and yet a withdrawal is gone at once: an answer counts in what is told only while it stands exactly
as it was sent, while its person takes part under consent and lets their answers be used where the programme asks that, and
while nobody is to forget them. That is asked in the query.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from hub.admissions.models import OnboardingPlan, SharedAnswer, SharedSummary
from hub.core import shown as core
from hub.core.consent import Standing, Use
from hub.core.forms import AnswerState, Tally, may_share, tallies
from hub.forms.models import Answer
from hub.forms.queries import Summary, contents, sent_answers, shared_summary
from hub.people.models import Person
from hub.people.queries import experts_of, leaving, not_allowing, standings_of

_TAKES_PART = (Use.TAKING_PART, Use.DATA_PROTECTION)


@dataclass(frozen=True, slots=True)
class Told:
    """What is told back now: figures and words, of how many answers, and how many went since it was shared."""

    summary: SharedSummary
    tallies: tuple[Tally, ...]
    count: int
    is_withheld: bool  # too few are left for nobody to be recognised


def would_share(plan: OnboardingPlan, *, at: datetime) -> Summary | None:
    """Give what would be told if it were shared now; None without a survey."""
    return None if plan.survey is None else shared_summary(plan.survey, _who_may(plan, at=at))


def mark_of(found: Summary | None) -> str:
    """Give a mark for all a summary shows, figures and words, which is another one where any of it is; empty for none."""
    return "" if found is None else core.mark_of(*(_shown(each) for each in found.tallies))


def _shown(tally: Tally) -> str:
    return repr((tally.question.key, tally.question.label, tally.answered, sorted(tally.counts.items()), tally.texts))


def answers_to_share(plan: OnboardingPlan, *, at: datetime) -> list[tuple[Answer, dict[str, Any]]]:
    """Give the answers that would be shared now, each with what of it may be."""
    if plan.survey is None:
        return []
    people = [person.pk for person in _who_may(plan, at=at)]
    gone = leaving(people)
    rows = sent_answers(plan.survey).filter(person__in=people, purged_at__isnull=True)
    found = [row for row in rows if row.person_id not in gone]
    kept = may_share(contents(plan.survey), [(row.version.number, row.values) for row in found])
    return [(row, dict(values)) for row, (_, values) in zip(found, kept, strict=True)]


def told_of(plan: OnboardingPlan) -> Told | None:
    """Give what the cohort is told now; None where nothing is shared. Seven queries at most."""
    rows = SharedSummary.objects.filter(plan=plan, taken_back_at__isnull=True)
    summary = rows.select_related("plan__cohort__programme", "plan__survey", "shared_by").first()
    if summary is None or plan.survey is None:
        return None
    standing = SharedAnswer.objects.filter(
        summary=summary,
        answer__state=AnswerState.SENT.value,
        answer__sent_at=F("sent_at"),
        answer__purged_at__isnull=True,
        person__erased_at__isnull=True,
    )
    found = list(standing.order_by("pk").values_list("person", "version", "values"))
    people = [person for person, _, _ in found]
    gone = leaving(people) | _withdrew(people, plan.cohort.programme_id)
    numbered = [(version, values) for person, version, values in found if person not in gone]
    if len(numbered) < summary.needed:
        return Told(summary, (), len(numbered), is_withheld=True)
    told = [each for each in tallies(contents(plan.survey), numbered) if each.answered >= summary.needed]
    return Told(summary, tuple(told), len(numbered), is_withheld=False)


def shared_with(plans: list[OnboardingPlan]) -> set[int]:
    """Give the keys of those onboardings whose summary is shared now. One query."""
    return set(SharedSummary.objects.filter(plan__in=plans, taken_back_at__isnull=True).values_list("plan", flat=True))


def _who_may(plan: OnboardingPlan, *, at: datetime) -> list[Person]:
    """Give the Experts whose answers may be told: who takes part, has not taken back that they do, and lets them be used."""
    people = [each.person for each in experts_of([plan.cohort_id], at=at)[plan.cohort_id]]
    gone = _withdrew([person.pk for person in people], plan.cohort.programme_id)
    return [person for person in people if person.pk not in gone]


def _withdrew(people: list[int], programme: int) -> frozenset[int]:
    """Give those of some people who said no to taking part, or have not said yes to their answers in reports where asked."""
    no = (Standing.REFUSED, Standing.WITHDRAWN)
    found = standings_of(people, [programme])
    stopped = frozenset(person for (person, _, use), (standing, _) in found.items() if use in _TAKES_PART and standing in no)
    return stopped | not_allowing(people, Use.ANSWERS, programme)
