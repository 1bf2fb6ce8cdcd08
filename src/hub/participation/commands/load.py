"""Say what Experts' organisations agreed to, and what travel and writing are reckoned with."""

from __future__ import annotations

import re
from datetime import date, datetime
from fractions import Fraction

from django.db import transaction

from hub.core.load import BadLoad, agreed_minutes
from hub.core.meanwhile import must_be_as_seen
from hub.kit import journal
from hub.participation.models import Agreed, LoadTerms
from hub.participation.models.load import seen_of_agreed, seen_of_load_terms
from hub.participation.permissions import require_team
from hub.people.models import Person
from hub.people.queries import experts_of
from hub.programmes.models import Cohort
from hub.programmes.queries import locked_cohort

_DOING = "say what was agreed"
MOST_TRAVEL = 24 * 60
MOST_MONTH = 300 * 60
MOST_WRITING = 2000 * 60
_SHARE = re.compile(r"(\d+)(?:[.,](\d{1,4}))?|(\d{1,4})/(\d{1,4})", re.ASCII)


@transaction.atomic
def set_agreed(
    cohort: Cohort,
    person: Person,
    *,
    post: str = "",
    minutes: int | None = None,
    travel: int | None = None,
    seen: str | None = None,
    by: Person | None,
    at: datetime,
) -> Agreed | None:
    """Say what an Expert's organisation agreed to: a share of a post ("0.2", "20 %", "1/5"), or minutes a month.

    Neither takes back what was said. `travel` are this Expert's minutes a travel day. `seen` marks what was
    agreed when they began to write. Raises NotAllowed, BadLoad, ChangedMeanwhile.
    """
    require_team(by, cohort.programme, at=at, doing=_DOING)
    if not experts_of([cohort], people=[person.pk], with_past=True, at=at)[cohort.pk]:
        raise BadLoad(f"{person.name} is no Expert of {cohort.name}.")
    share = read_share(post) if post.strip() else None
    if share is not None and minutes is not None:
        raise BadLoad("Write a share of a post or hours a month, not both.", field="post")
    agreed = agreed_minutes(share) if share is not None else minutes
    if agreed is not None and not 0 <= agreed <= MOST_MONTH:
        raise BadLoad("Write the hours of a month, from 0 to 300.", field="hours")
    if travel is not None and not 0 <= travel <= MOST_TRAVEL:
        raise BadLoad("Write the hours of a travel day, from 0 to 24.", field="travel")
    values = None if agreed is None else {"minutes": agreed, "post": " ".join(post.split())[:12], "travel": travel}
    locked_cohort(cohort)
    there = Agreed.objects.filter(cohort=cohort, person=person).first()
    if values == seen_of_agreed(there):
        return there
    must_be_as_seen(seen, seen_of_agreed(there), of=f"what was agreed for {person.name}")
    if values is None:
        assert there is not None  # else nothing differs
        journal.record("took-back-agreed", there, by=by, at=at, part_of=cohort, about=person)
        there.delete()
        return None
    row, _ = Agreed.objects.update_or_create(cohort=cohort, person=person, defaults=values | {"edited_at": at})
    journal.record("agreed", row, by=by, at=at, part_of=cohort, about=person, minutes=agreed, post=row.post)
    return row


@transaction.atomic
def set_load_terms(
    cohort: Cohort,
    *,
    travel: int,
    writing: int,
    writing_from: date | None,
    writing_to: date | None,
    seen: str | None = None,
    by: Person | None,
    at: datetime,
) -> LoadTerms:
    """Say how many minutes a travel day takes, and the case study in all, and from which month to which it is written.

    Days count as their months. `seen` marks what was said when they began to write. Raises NotAllowed, BadLoad,
    ChangedMeanwhile.
    """
    require_team(by, cohort.programme, at=at, doing=_DOING)
    if not 0 <= travel <= MOST_TRAVEL:
        raise BadLoad("Write the hours of a travel day, from 0 to 24.", field="travel")
    if not 0 <= writing <= MOST_WRITING:
        raise BadLoad("Write the hours a case study takes, from 0 to 2000.", field="writing")
    first = writing_from.replace(day=1) if writing_from else None
    last = writing_to.replace(day=1) if writing_to else None
    if writing and (first is None or last is None):
        raise BadLoad("Say from which month to which the case study is written.", field="writing_from")
    if first and last and last < first:
        raise BadLoad("The last month is before the first. Choose a later one.", field="writing_to")
    if first and last and (last.year - first.year) * 12 + last.month - first.month >= 36:
        raise BadLoad("That is more than three years of writing. Choose nearer months.", field="writing_to")
    values = {"travel": travel, "writing": writing, "writing_from": first, "writing_to": last}
    locked_cohort(cohort)
    there = LoadTerms.objects.filter(cohort=cohort).first()
    if there is not None and values == seen_of_load_terms(there):
        return there
    must_be_as_seen(seen, seen_of_load_terms(there), of="what travel and writing take")
    row, _ = LoadTerms.objects.update_or_create(cohort=cohort, defaults=values | {"edited_at": at})
    journal.record("set-load-terms", row, by=by, at=at, part_of=cohort, travel=travel, writing=writing)
    return row


def read_share(text: str) -> Fraction:
    """Read a share of a post: "0.2", "20 %", "1/5". Raises BadLoad for anything else, and outside 0 to 1."""
    words = text.strip()
    is_percent = words.endswith("%")
    found = _SHARE.fullmatch(words.removesuffix("%").strip())
    share: Fraction | None = None
    if found and found[1]:
        share = Fraction(f"{found[1]}.{found[2] or 0}") / (100 if is_percent else 1)
    elif found and int(found[4]) and not is_percent:
        share = Fraction(int(found[3]), int(found[4]))
    if share is None or not 0 <= share <= 1:
        raise BadLoad("Write a share of a post, such as 0.2, 20 % or 1/5.", field="post")
    return share
