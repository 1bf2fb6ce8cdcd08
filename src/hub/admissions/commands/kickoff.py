"""Write the kick-off: who is in which breakout room, and the agenda into its session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from hub.admissions.models import BreakoutPlace, OnboardingPlan
from hub.admissions.permissions import require_team
from hub.admissions.queries.kickoff import members_of
from hub.core import kickoff as core
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.words import listed
from hub.kit import journal
from hub.people.models import Person
from hub.people.queries import experts_of
from hub.schedule.commands.sessions import edit_session
from hub.schedule.models import Session
from hub.schedule.queries.kickoffs import kick_offs
from hub.schedule.queries.working import facts_of

MOST_ROOMS = 30


class NoKickOff(Refusal):
    """The cohort's schedule has no kick-off session."""

    code: ClassVar[str] = "no-kick-off"


class NoSuchRoom(Refusal):
    """A number that can be no breakout room."""

    code: ClassVar[str] = "no-such-room"


@transaction.atomic
def propose_rooms(plan: OnboardingPlan, *, rooms: int | None = None, by: Person | None, at: datetime) -> dict[int, int]:
    """Put every Expert into a breakout room as the rule proposes, in place of how it was; gives the room of each by key.

    Raises NotAllowed, NoSuchRoom.
    """
    row = _locked(plan, by, at)
    members = members_of(row, at=at)
    number = core.rooms_for(len(members)) if rooms is None else rooms
    _check(number)
    proposed = core.propose_rooms(members, number)
    places = {person: place for place, room in enumerate(proposed, 1) for person in room}
    _write(row, places)
    journal.record("rooms-proposed", row, by=by, at=at, rooms=len(proposed))
    return places


@transaction.atomic
def put_into_rooms(
    plan: OnboardingPlan,
    places: Mapping[int, int],
    *,
    seen: Mapping[int, int] | None = None,
    by: Person | None,
    at: datetime,
) -> None:
    """Put Experts into rooms by hand: the number of the room by the key of the person; who is not named stays where they are.

    `seen` are the rooms as whoever moves people saw them: who is not moved from there stays where a colleague put them since.
    Raises NotAllowed, NoSuchRoom, ChangedMeanwhile. Keys of others than the cohort's Experts are passed over.
    """
    row = _locked(plan, by, at)
    experts = {each.person.pk: each.person for each in experts_of([row.cohort_id], at=at)[row.cohort_id]}
    before = dict(row.places.values_list("person", "room"))
    after = {person: room for person, room in before.items() if person in experts}
    moved = places if seen is None else {person: room for person, room in places.items() if room != seen.get(person)}
    otherwise = []
    for person, room in moved.items():
        _check(room)
        if seen is not None and before.get(person) not in (seen.get(person), room) and person in experts:
            otherwise.append(experts[person].name)
        if person in experts:
            after[person] = room
    if otherwise:
        raise ChangedMeanwhile(
            f"Somebody else changed the room of {listed(otherwise)} meanwhile, so nobody is moved yet. Your choices stand "
            "below; save again to put them in place."
        )
    if after != before:
        _write(row, after)
        journal.record("rooms-changed", row, by=by, at=at)


@transaction.atomic
def put_agenda(plan: OnboardingPlan, *, seen_at: datetime, by: Person | None, at: datetime) -> Session:
    """Put the agenda for as many Experts as there are into the kick-off session, from where it goes into plan and release.

    `seen_at` is the session's `edited_at` somebody looked at. Raises NotAllowed, NoKickOff, SessionChangedMeanwhile.
    """
    row = _locked(plan, by, at)
    session = kick_offs([row.cohort]).get(row.cohort_id)
    if session is None:
        raise NoKickOff("The schedule has no kick-off yet. Add a session of that kind, or write it into the plan.")
    items = core.agenda(len(experts_of([row.cohort_id], at=at)[row.cohort_id]))
    facts = replace(facts_of(session), agenda=core.as_parts(items))
    session = edit_session(session, facts, seen_at=seen_at, by=by, at=at)
    row.agenda_put_at = at
    row.save(update_fields=["agenda_put_at"])
    journal.record("agenda-put", row, by=by, at=at)
    return session


def _locked(plan: OnboardingPlan, by: Person | None, at: datetime) -> OnboardingPlan:
    require_team(by, plan.cohort.programme, at=at, doing="prepare its kick-off")
    rows = OnboardingPlan.objects.select_for_update(of=("self",)).select_related("cohort__programme", "survey")
    return rows.get(pk=plan.pk)


def _check(room: int) -> None:
    if not 1 <= room <= MOST_ROOMS:
        raise NoSuchRoom(f"From 1 to {MOST_ROOMS} rooms.", field="rooms")


def _write(plan: OnboardingPlan, places: Mapping[int, int]) -> None:
    plan.places.all().delete()
    BreakoutPlace.objects.bulk_create(BreakoutPlace(plan=plan, person_id=person, room=room) for person, room in places.items())
