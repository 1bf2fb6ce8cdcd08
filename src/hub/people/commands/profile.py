"""Write all that people say of themselves on one page: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Unpack

from django.db import transaction

from hub.people.commands.needs import note_needs, share_needs
from hub.people.commands.persons import LinkFacts, PersonFacts, edit_person, set_links
from hub.people.models import Person
from hub.programmes.models import Programme


@transaction.atomic
def edit_profile(
    person: Person,
    links: Sequence[LinkFacts],
    *,
    teams: Mapping[int, bool] | None = None,
    out: Collection[Programme] = (),
    by: Person | None,
    at: datetime,
    **facts: Unpack[PersonFacts],
) -> Person:
    """Change what is said of a person, what they link to, and who reads what they need: all of it, or nothing.

    `teams` says yes or no by the key of a programme (`share_needs`); what the teams of `out` noted is taken out.
    Raises what those commands raise.
    """
    edited = edit_person(person, by=by, at=at, **facts)
    set_links(edited, links, by=by, at=at)
    share_needs(edited, teams or {}, by=by, at=at)
    for programme in out:
        note_needs(edited, programme, "", by=by, at=at)
    return edited


@transaction.atomic
def edit_person_of(
    person: Person, programme: Programme, *, noted: str, by: Person | None, at: datetime, **facts: Unpack[PersonFacts]
) -> Person:
    """Change what the team of a programme says of a person, and what it was told they need: both, or neither.

    Raises what `edit_person` and `note_needs` raise.
    """
    edited = edit_person(person, by=by, at=at, **facts)
    note_needs(edited, programme, noted, by=by, at=at)
    return edited
