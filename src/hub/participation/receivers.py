"""What this room writes when something happens in an earlier one, in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from hub.core.consent import Use
from hub.kit import jobs
from hub.participation.commands import cancel_with_the_gone, close_with_the_name
from hub.participation.commands.counted import follow_series, require_uncounted
from hub.participation.commands.deciding import places_may_be_free
from hub.participation.commands.returning import give_way, hold_places
from hub.participation.commands.sharing import ASK_AGAIN
from hub.participation.queries.notes import approved_in
from hub.participation.queries.returning import foretold
from hub.people.events import consents_changed, parted, parting, parting_foretold, parts_changed, withdrawn
from hub.people.models import Merge, Person
from hub.schedule.events import released, series_goes, series_parted


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


@receiver(series_parted, dispatch_uid="participation.count-the-follower")
def count_the_follower(sender: Any, *, cohort: int, series: int, follower: int, **_: Any) -> None:
    """The later days of a series are one of their own: what counted the one counts both."""
    follow_series(cohort, series, follower)


@receiver(series_goes, dispatch_uid="participation.keep-what-is-counted")
def keep_what_is_counted(sender: Any, *, cohort: int, series: int, **_: Any) -> None:
    """A series is to go: not while what Experts promised is counted by it alone. Raises StillCounted."""
    require_uncounted(cohort, series)


@receiver(parting, dispatch_uid="participation.hold-places")
def hold_their_places(sender: Any, *, returned: Sequence[Mapping[str, Any]], at: datetime, **_: Any) -> None:
    """Two records are to be two again: take the locks of the sessions bookings come back to before those of the people."""
    hold_places(returned)


@receiver(parted, dispatch_uid="participation.give-way")
def give_way_to_who_was_given_it(
    sender: Any, *, returned: Sequence[Mapping[str, Any]], by: Person | None, at: datetime, **_: Any
) -> None:
    """Two records are two again: no place is taken twice."""
    give_way(returned, by=by, at=at)


@receiver(parting_foretold, dispatch_uid="participation.foretell-parting")
def foretell_places(
    sender: Any, *, merges: Collection[Merge], by: Person | None, at: datetime, **_: Any
) -> dict[int, list[str]]:
    """Say before a merge is undone whose place has been given on."""
    return foretold(merges, by, at=at)
