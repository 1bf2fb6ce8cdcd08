"""Let go of what has been kept for its time; the rules stand in core.retention, the days in the settings."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from hub.core.errors import NotAllowed
from hub.core.retention import Rule, Sort, needs_kept_until, over_from
from hub.kit import journal
from hub.people import queries
from hub.people.models import AccessNeeds, Invitation, LikelyPair, Merge, Person, RetentionRun, Token, day_of


@transaction.atomic
def let_go_expired(*, by: Person | None, at: datetime) -> RetentionRun | None:
    """Let go of all that is kept no longer at a moment, by the Hub itself; give what it was, None where it was nothing.

    Raises NotAllowed.
    """
    if by is not None:
        raise NotAllowed("The Hub does this itself, every night.")
    rules = {rule.sort: rule for rule in queries.retention_rules()}
    ended = {sort: rule.before(at) for sort, rule in rules.items()}
    gone = {
        Sort.ACCESS_NEEDS: _blank_needs(rules[Sort.ACCESS_NEEDS], at=at),
        Sort.INVITATIONS: Invitation.objects.filter(expires_at__lte=ended[Sort.INVITATIONS]).delete()[0],
        Sort.TOKENS: Token.objects.filter(
            Q(expires_at__lte=ended[Sort.TOKENS]) | Q(revoked_at__lte=ended[Sort.TOKENS])
        ).delete()[0],
        Sort.LIKELY_PAIRS: LikelyPair.objects.filter(apart_at__isnull=True, found_at__lte=ended[Sort.LIKELY_PAIRS]).delete()[0],
        Sort.MERGES: Merge.objects.filter(at__lte=ended[Sort.MERGES]).exclude(facts={}).update(facts={}),
        Sort.SESSIONS: Session.objects.filter(expire_date__lte=ended[Sort.SESSIONS]).delete()[0],
    }
    counts = {sort.value: number for sort, number in gone.items() if number}
    if not counts:
        return None
    run = RetentionRun.objects.create(at=at, counts=counts)
    journal.record("let-go", run, by=None, at=at, counts=counts)
    return run


def _blank_needs(rule: Rule, *, at: datetime) -> int:
    """Let go of what people need whose part is over for long enough, and say so in each one's history; give how many they were.

    A programme is told no longer once their part in it is over for that long; their own words go when all parts are.
    """
    saying = ~Q(access_needs="") | Exists(AccessNeeds.objects.filter(person=OuterRef("pk")))
    people = Person.objects.select_for_update().filter(saying).order_by("pk").prefetch_related("roles__cohort", "needs")
    lines: list[journal.Written] = []
    blank, rows = [], []
    for person in people:
        if person.access_needs and _is_over(person, rule, at=at):
            blank.append(person.pk)
            lines.append(journal.Written("needs-let-go", person, {}, about=person))
        over = [row for row in person.needs.all() if _is_over(person, rule, programme=row.programme_id, at=at)]
        rows += over
        lines += [journal.Written("needs-let-go", row, {}, about=person) for row in over]
    Person.objects.filter(pk__in=blank).update(access_needs="")
    AccessNeeds.objects.filter(pk__in=[row.pk for row in rows]).delete()
    journal.record_all(lines, by=None, at=at)
    return len({*blank, *(row.person_id for row in rows)})


def _is_over(person: Person, rule: Rule, *, programme: int | None = None, at: datetime) -> bool:
    """Say whether somebody's parts, in one programme where that is asked, are over for as long as needs are kept."""
    ends = [
        over_from(role.ends_on, cohort_last=role.cohort.ends_on if role.cohort else None)
        for role in person.roles.all()
        if programme in (None, role.programme_id)
    ]
    until = needs_kept_until(ends, added_on=person.added_at and day_of(person.added_at), rule=rule)
    return until is not None and until <= day_of(at)
