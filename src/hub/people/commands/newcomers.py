"""Tell people who sign in already that the team of a programme they had no part in gave them one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef

from hub.kit import jobs
from hub.people.models import Person, Role

TELL_OF_PART = "tell-of-part"


def tell_newcomers(made: Sequence[Role], by: Person | None, *, at: datetime) -> None:
    """Ask for a mail to each person whose first part in a programme is among new roles of it, given by somebody else.

    Who has proved no address yet is told by the invitation; a programme somebody knows already tells them by its letters.
    Two queries, and those of the job for each who is told.
    """
    if by is None or not made:
        return
    mine = [role.pk for role in made]
    before = Role.objects.filter(programme=made[0].programme_id, person=OuterRef("pk")).exclude(pk__in=mine)
    proved = EmailAddress.objects.filter(user__person=OuterRef("pk"), verified=True)
    people = Person.objects.filter(Exists(proved), ~Exists(before), pk__in={role.person_id for role in made})
    told = set(people.exclude(pk=by.pk).values_list("pk", flat=True))
    for role in made:
        if role.person_id in told:
            told.remove(role.person_id)
            jobs.enqueue(TELL_OF_PART, key=str(role.pk), payload={"role": role.pk}, due_at=at)
