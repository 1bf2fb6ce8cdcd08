"""Bookings that come back with the record of a person, where a merge is undone: whether their places are there still."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hub.core.booking import BookingState, NotBookable, Taken, Way, say_returned, state_of_returned
from hub.kit.joining import name_of_gone
from hub.participation.models import Booking, BookingTerms
from hub.participation.models.bookings import terms_of
from hub.participation.queries.bookings import frame, taken_of_many
from hub.people.models import Merge, Person
from hub.people.queries import programmes_run_by
from hub.schedule.models import Session
from hub.schedule.queries.told import released_now_of

_BOOKING = Booking._meta.label


@dataclass(frozen=True, slots=True)
class Stand:
    """How the places of a session stand: for each way, and whether it has begun."""

    session: Session
    taken: Mapping[Way, Taken]
    has_begun: bool


def stands_of(sessions: Collection[int], *, at: datetime) -> dict[int, Stand]:
    """Give how the places of some sessions stand, by key; those that take no bookings any more are left out. Four queries."""
    rows = list(
        BookingTerms.objects.filter(session__in=sessions)
        .select_related("session__cohort__programme")
        .prefetch_related("audiences")
        .order_by("session")
    )
    if not rows:
        return {}
    released = released_now_of([row.session_id for row in rows], {row.session.cohort_id for row in rows})
    terms = {row.session_id: terms_of(row, list(row.audiences.all())) for row in rows}
    begun = set()
    for row in rows:
        with suppress(NotBookable):  # cancelled, or without a date: it may be on again
            if frame(row.session, terms[row.session_id], released.get(row.session_id)).window.begins_at <= at:
                begun.add(row.session_id)
    taken = taken_of_many(terms)
    return {row.session_id: Stand(row.session, taken[row.session_id], row.session_id in begun) for row in rows}


def places_returned(written: Iterable[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    """Give the values of the bookings with a place among rows as a merge wrote them down, by their keys."""
    return {
        int(each["key"]): each["values"]
        for each in written
        if each["model"] == _BOOKING and BookingState(each["values"]["state"]).holds_a_place
    }


def foretold(merges: Collection[Merge], by: Person | None, *, at: datetime) -> dict[int, list[str]]:
    """Say by key of a merge what would not come back as it was if it was undone now. Six queries, whatever the number.

    A session of a programme somebody does not run is not named to them.
    """
    back = {merge.pk: places_returned(merge.facts.get("removed", ())) for merge in merges if merge.facts}
    stands = stands_of({values["session_id"] for rows in back.values() for values in rows.values()}, at=at)
    mine = set(programmes_run_by(by, at=at).values_list("pk", flat=True)) if stands else set()
    found: dict[int, list[str]] = {}
    for merge in merges:
        for values in back.get(merge.pk, {}).values():
            stand, way = stands.get(values["session_id"]), Way(values["way"])
            if stand is None:
                continue
            state, taken = BookingState(values["state"]), stand.taken[way]
            if state_of_returned(state, replace(taken, held=taken.held + 1), has_begun=stand.has_begun) is not state:
                title = f"“{stand.session.title}”" if stand.session.cohort.programme_id in mine else ""
                is_theirs = values["person_id"] == merge.gone_key
                name = name_of_gone(merge.facts, "name") if is_theirs else merge.kept.name
                found.setdefault(merge.pk, []).append(say_returned(name, title))
    return found
