"""What this room asks of a team on *This week*: notes that wait for a second person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from hub.core.calendar import say_date
from hub.kit import todo
from hub.kit.todo import Todo
from hub.participation.queries.notes import notes_that_wait
from hub.people.models import Person
from hub.programmes.models import Programme


@todo.source("Notes")
def notes(programme: Programme, *, by: Person | None, at: datetime) -> Iterator[Todo]:
    """Give the notes that wait for a second person, of which the proposer waits for somebody else. One query."""
    for row in notes_that_wait(programme):
        session = row.session
        title = f"{session.title}: {session.topic}" if session.topic else session.title
        is_again = row.state == "asks-again"
        is_own = by is not None and row.proposed_by_id == by.pk
        yield Todo(
            what="Approve the notes again: a name may no longer stand in them"
            if is_again
            else "Approve the notes that are to leave",
            about=f"{title}, {say_date(session.date)}" if session.date else title,
            url=reverse("desk-notes", args=[programme.slug, session.cohort.slug, session.slug]),
            action="Look at them",
            part="Notes",
            waits_for="somebody else of the team" if is_own else "",
        )
