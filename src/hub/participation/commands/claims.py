"""Ask to be excused from a session, or say that one caught up on it; and the team's yes or no."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction

from hub.core.booking import HOLDING
from hub.core.calendar import day_in
from hub.core.claims import MOVES, BadClaim, ClaimState, NoCatchUp, check_words
from hub.core.commitments import Gathering, Which
from hub.core.errors import NotAllowed
from hub.core.occurrence import SessionState
from hub.kit import journal
from hub.kit.states import move
from hub.messaging.commands import facts_changed
from hub.participation.commands.bookings import withdraw
from hub.participation.models import Attendance, Booking, CatchUp, Commitment, Excusal
from hub.participation.models.promises import promise_of
from hub.participation.permissions import can_run, require_team
from hub.participation.queries.gatherings import gathering_of
from hub.people.models import Person
from hub.people.queries import experts_of, lock_person
from hub.schedule.models import Session
from hub.schedule.queries.told import released_now

_DOING = "say what counts"
C = TypeVar("C", Excusal, CatchUp)


@transaction.atomic
def ask_excusal(
    session: Session, person: Person, *, reason: str, gives_place_back: bool = False, by: Person | None, at: datetime
) -> Excusal:
    """Ask that somebody be excused from a session; where the team asks for them, they are at once.

    A place they have there stays theirs, since the team may say no, unless they give it back with it: both or neither. Asked
    again after a no, the new reason stands. Raises NotAllowed, BadClaim, NotFromHere, and the refusals of `withdraw`.
    """
    is_team = _must_be_theirs(session, person, by, at)
    words = check_words(reason, field="reason", needed="Write why, in a sentence: the team decides by it.")
    _gathering_to_claim(session, person, at=at)
    if Attendance.objects.filter(session=session, person=person, came=True).exists():
        raise BadClaim("The register says you were there, so there is nothing to be excused from.", field="session")
    if gives_place_back:  # before the request is written, so that the session's lock comes first
        held = Booking.objects.filter(session=session, person=person, state__in=[state.value for state in HOLDING])
        for booking in held.select_related("session__cohort__programme", "person"):
            withdraw(booking, by=by, at=at)
    return _asked(Excusal, session, person, is_accepted=is_team, by=by, at=at, reason=words)


@transaction.atomic
def accept_excusal(excusal: Excusal, *, by: Person | None, at: datetime) -> Excusal:
    """Excuse somebody from a session. Raises NotAllowed, NotFromHere, ChangedMeanwhile."""
    return _decided(excusal, "accepted", "", by=by, at=at)


@transaction.atomic
def decline_excusal(excusal: Excusal, *, answer: str = "", by: Person | None, at: datetime) -> Excusal:
    """Do not excuse somebody, or no more. Raises NotAllowed, NotFromHere, ChangedMeanwhile."""
    return _decided(excusal, "declined", answer, by=by, at=at)


@transaction.atomic
def withdraw_excusal(excusal: Excusal, *, by: Person | None, at: datetime) -> Excusal:
    """Take one's request back while nobody has decided. Raises NotAllowed, NotFromHere, ChangedMeanwhile."""
    return _withdrawn(excusal, by=by, at=at)


@transaction.atomic
def claim_catch_up(
    session: Session, person: Person, *, watched_on: date, note: str, by: Person | None, at: datetime
) -> CatchUp:
    """Say that one watched a session one missed, with a note; it counts at once where the cohort trusts that, or the team asks.

    Raises NotAllowed, BadClaim, NoCatchUp, NotFromHere.
    """
    is_team = _must_be_theirs(session, person, by, at)
    words = check_words(note, field="note", needed="Write a few lines: what you take from it.")
    gathering = _gathering_to_claim(session, person, at=at)
    if not gathering.is_over(at):
        raise NoCatchUp("This session is not over yet. You can still come.", field="session")
    if gathering.day and watched_on < gathering.day:
        raise BadClaim("That day is before the session. Write when you watched it.", field="watched_on")
    if watched_on > day_in(at, gathering.zone):
        raise BadClaim("That day is still to come. Write when you watched it.", field="watched_on")
    allowing = _allowing(session, gathering)
    if not allowing:
        raise NoCatchUp("This session can’t be caught up on.", field="session")
    if Attendance.objects.filter(session=session, person=person, came=True).exists():
        raise NoCatchUp("The register says you were there, so there is nothing to catch up on.", field="session")
    is_accepted = is_team or any(row.is_catch_up_trusted for row in allowing)
    return _asked(CatchUp, session, person, is_accepted=is_accepted, by=by, at=at, note=words, watched_on=watched_on)


@transaction.atomic
def accept_catch_up(catch_up: CatchUp, *, by: Person | None, at: datetime) -> CatchUp:
    """Let a catch-up count. Raises NotAllowed, NotFromHere, ChangedMeanwhile."""
    return _decided(catch_up, "accepted", "", by=by, at=at)


@transaction.atomic
def decline_catch_up(catch_up: CatchUp, *, answer: str = "", by: Person | None, at: datetime) -> CatchUp:
    """Do not let a catch-up count, or no more. Raises NotAllowed, NotFromHere, ChangedMeanwhile."""
    return _decided(catch_up, "declined", answer, by=by, at=at)


@transaction.atomic
def withdraw_catch_up(catch_up: CatchUp, *, by: Person | None, at: datetime) -> CatchUp:
    """Take what one said back while nobody has decided. Raises NotAllowed, NotFromHere, ChangedMeanwhile."""
    return _withdrawn(catch_up, by=by, at=at)


def _must_be_theirs(session: Session, person: Person, by: Person | None, at: datetime) -> bool:
    """Let an Expert speak for themselves, and the team for any Expert; gives whether it is the team."""
    cohort = session.cohort
    is_team = can_run(by, cohort.programme, at=at) and (by is None or by.pk != person.pk)
    if not is_team and (by is None or by.pk != person.pk):
        raise NotAllowed("Experts ask for themselves, and the team for any of them.")
    if not experts_of([cohort], people=[person.pk], with_past=True, at=at)[cohort.pk]:
        raise NotAllowed("Only Experts of the cohort have commitments in it.")
    return is_team


def _gathering_to_claim(session: Session, person: Person, *, at: datetime) -> Gathering:
    occurrence = released_now(session)
    if occurrence is None:
        raise BadClaim("This session is not released.", field="session")
    if occurrence.state is SessionState.CANCELLED:
        raise BadClaim("This session is cancelled, so it is asked of nobody.", field="session")
    return gathering_of(session.pk, session.series_id, occurrence)


def _allowing(session: Session, gathering: Gathering) -> list[Commitment]:
    rows = Commitment.objects.filter(cohort=session.cohort_id, is_catch_up_allowed=True)
    found = []
    for row in rows:
        of = promise_of(row, session.cohort.zone).of
        if isinstance(of, Which) and of.holds(gathering):
            found.append(row)
    return found


def _asked(
    model: type[C], session: Session, person: Person, *, is_accepted: bool, by: Person | None, at: datetime, **words: Any
) -> C:
    lock_person(person.pk)  # two who send the first one at once
    row = model.objects.select_for_update(of=("self",)).filter(session=session, person=person).first()
    state = ClaimState.ACCEPTED if is_accepted else ClaimState.ASKED
    decided_by = by if is_accepted and by is not None and by.pk != person.pk else None
    if row is None:
        row = model.objects.create(
            session=session, person=person, state=state.value, state_at=at, asked_at=at, decided_by=decided_by, **words
        )
    else:
        verb = "accepted" if is_accepted else "asked_again"
        move(row, verb, along=MOVES, at=at, asked_at=at, answer="", decided_by=decided_by, **words)
    _record(row, "asked", by=by, at=at)
    return row


def _decided(row: C, verb: str, answer: str, *, by: Person | None, at: datetime) -> C:
    require_team(by, row.session.cohort.programme, at=at, doing=_DOING)
    words = " ".join(answer.split())[:1000]
    move(row, verb, along=MOVES, at=at, decided_by=by, answer=words)
    _record(row, verb, by=by, at=at)
    return row


def _withdrawn(row: C, *, by: Person | None, at: datetime) -> C:
    if by is None or by.pk != row.person_id:
        raise NotAllowed("Whoever asked takes it back themselves.")
    move(row, "withdrawn", along=MOVES, at=at)
    _record(row, "withdrawn", by=by, at=at)
    return row


def _record(row: C, verb: str, *, by: Person | None, at: datetime) -> None:
    journal.record(verb, row, by=by, at=at, part_of=row.session, about=row.person, state=row.state)
    facts_changed(row.session.cohort.programme_id, at=at)
