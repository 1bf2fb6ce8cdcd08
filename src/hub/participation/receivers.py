"""What this room writes when something happens in an earlier one, in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from hub.core.consent import Use
from hub.kit import jobs
from hub.participation.commands import cancel_with_the_gone, close_with_the_name
from hub.participation.commands.deciding import places_may_be_free
from hub.participation.commands.sharing import ASK_AGAIN
from hub.participation.queries.notes import approved_in
from hub.people.events import consents_changed, parts_changed, withdrawn
from hub.schedule.events import released


@receiver(consents_changed, dispatch_uid="participation.consents-changed")
def look_at_notes_again(sender: Any, *, programme: int, at: datetime, **_: Any) -> None:
    """Who may be named is not as it was: have the approved notes of the programme looked at again."""
    if approved_in(programme):
        jobs.enqueue(ASK_AGAIN, key=str(programme), payload={"programme": programme}, due_at=at)


@receiver(withdrawn, dispatch_uid="participation.name-withdrawn")
def close_their_certificates(sender: Any, *, person: int, programme: int, use: Use, at: datetime, **_: Any) -> None:
    """Somebody took their name back: have nobody verify their certificates until they open the pages again."""
    if use is Use.NAME:
        close_with_the_name(person, programme, at=at)


@receiver(parts_changed, dispatch_uid="participation.cancel-with-the-gone")
def cancel_their_one_to_ones(sender: Any, *, programme: int, at: datetime, **_: Any) -> None:
    """Cancel the 1:1s to come of somebody who was erased, so that the other one hears of it."""
    cancel_with_the_gone(programme, by=None, at=at)


@receiver(parts_changed, dispatch_uid="participation.places-of-the-gone")
@receiver(released, dispatch_uid="participation.places-by-release")
def see_to_places(sender: Any, *, programme: int, at: datetime, **_: Any) -> None:
    """Somebody was erased or merged, or a release moved, cancelled or brought back sessions: see to who waits for a place."""
    places_may_be_free(programme, at=at)
