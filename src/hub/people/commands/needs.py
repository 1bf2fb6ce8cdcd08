"""Write who was told what somebody needs to take part: they say which teams read it, a team keeps what it was told itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from hub.core.errors import NotAllowed
from hub.kit import journal
from hub.people import permissions, queries
from hub.people.commands.persons import checked_needs, there
from hub.people.models import AccessNeeds, Person
from hub.programmes.models import Programme


@transaction.atomic
def share_needs(person: Person, answers: Mapping[int, bool], *, by: Person | None, at: datetime) -> None:
    """Let the teams of some programmes read what somebody says they need, or keep it from them: yes or no by key of programme.

    Nothing is asked, so nothing is answered, where they say nothing. Who has no part in a programme tells it nothing.
    Raises NotAllowed, AlreadyForgotten.
    """
    if by is not None and by.pk != person.pk:
        raise NotAllowed("Only they themselves say which teams read what they need.")
    locked = there(person)
    if not locked.access_needs:
        return
    rows = {row.programme_id: row for row in AccessNeeds.objects.select_for_update().filter(person=locked)}
    for each in queries.teams_told(locked, at=at):
        wish = answers.get(each.programme.pk)
        if wish is None or wish is each.is_shared:
            continue
        row = rows.get(each.programme.pk) or AccessNeeds(person=locked, programme=each.programme)
        row.is_shared, row.said_at = wish, at
        row.save()
        journal.record("needs-shared" if wish else "needs-kept", row, by=by, about=locked, at=at)


@transaction.atomic
def note_needs(person: Person, programme: Programme, text: str, *, by: Person | None, at: datetime) -> None:
    """Keep what the team of a programme was told of what somebody needs; "" takes it out, as they themselves may.

    No other team reads it, and their own words stay as they are. Raises NotAllowed, AlreadyForgotten, BadPersonFact.
    """
    takes_out = by is not None and by.pk == person.pk and not text.strip()
    its_team = permissions.runs(by, programme, at=at) and person.roles.filter(programme=programme).exists()
    if by is not None and not (takes_out or its_team):
        raise NotAllowed("Only the team of a programme notes what its people need.")
    said = checked_needs(text)
    locked = there(person)
    row = AccessNeeds.objects.select_for_update().filter(person=locked, programme=programme).first()
    if said == (row.noted if row else ""):
        return
    row = row or AccessNeeds(person=locked, programme=programme)
    row.noted, row.said_at = said, at
    row.save()
    journal.record("needs-noted" if said else "needs-taken-out", row, by=by, about=locked, at=at)
    AccessNeeds.objects.filter(pk=row.pk, noted="", is_shared__isnull=True).delete()  # it says nothing any more
