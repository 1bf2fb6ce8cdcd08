"""Write all that people say of themselves on one page: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Unpack, cast

from django.db import transaction

from hub.core.errors import NotAllowed
from hub.core.meanwhile import what_changed
from hub.people import permissions, queries
from hub.people.commands.needs import note_needs, share_needs
from hub.people.commands.persons import LinkFacts, PersonFacts, edit_person, set_links, there
from hub.people.models import Person
from hub.programmes.models import Programme


@transaction.atomic
def edit_profile(
    person: Person,
    links: Sequence[LinkFacts],
    *,
    teams: Mapping[int, bool] | None = None,
    out: Collection[Programme] = (),
    shown: str = "",
    by: Person | None,
    at: datetime,
    **facts: Unpack[PersonFacts],
) -> Person:
    """Change what is said of a person, what they link to, and who reads what they need: all of it, or nothing.

    `teams` says yes or no by the key of a programme (`share_needs`); what the teams of `out` noted is taken out. `shown` marks
    what the page showed of `queries.profile_of`: what is as it was shown is left as it stands. Without it all is written.
    Raises BothChanged, and what those commands raise.
    """
    _may_edit(by, person, at=at)
    read = {f"reads_{key}": "yes" if wish else "no" for key, wish in (teams or {}).items()}
    sent: dict[str, object] = {**facts, "links": queries.links_in_words((link.label, link.url) for link in links), **read}
    changed = what_changed(sent, queries.profile_of(there(person), at=at), shown=shown)
    edited = edit_person(person, by=by, at=at, **_of(facts, changed))
    if "links" in changed:
        set_links(edited, links, by=by, at=at)
    share_needs(edited, {key: wish for key, wish in (teams or {}).items() if f"reads_{key}" in changed}, by=by, at=at)
    for programme in out:
        note_needs(edited, programme, "", by=by, at=at)
    return edited


@transaction.atomic
def edit_person_of(
    person: Person,
    programme: Programme,
    *,
    noted: str,
    shown: str = "",
    by: Person | None,
    at: datetime,
    **facts: Unpack[PersonFacts],
) -> Person:
    """Change what the team of a programme says of a person, and what it was told they need: both, or neither.

    `shown` marks what the page showed of `queries.said_of`, as with `edit_profile`.
    Raises BothChanged, and what `edit_person` and `note_needs` raise.
    """
    _may_edit(by, person, at=at)
    changed = what_changed({**facts, "noted": noted}, queries.said_of(there(person), programme), shown=shown)
    edited = edit_person(person, by=by, at=at, **_of(facts, changed))
    if "noted" in changed:
        note_needs(edited, programme, noted, by=by, at=at)
    return edited


def _may_edit(by: Person | None, person: Person, *, at: datetime) -> None:
    """Raises NotAllowed."""
    if not permissions.can_edit(by, person, at=at):
        raise NotAllowed("Only they themselves and their programme’s team change what is said of a person.")


def _of(facts: PersonFacts, changed: Mapping[str, object]) -> PersonFacts:
    """Keep the facts that were changed."""
    return cast(PersonFacts, {name: value for name, value in facts.items() if name in changed})
