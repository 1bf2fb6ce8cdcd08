"""Say how a session may be booked, and stop it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from hub.core.booking import NotBookable, Terms, Tier, sound_terms
from hub.core.errors import ChangedMeanwhile
from hub.kit import journal
from hub.messaging.commands import facts_changed
from hub.participation.commands.deciding import locked_frame, move_up_waiting
from hub.participation.letters import tell_of_bookings, tell_of_public_bookings
from hub.participation.models import Audience, Booking, BookingTerms
from hub.participation.models.bookings import mark_of_terms, terms_of
from hub.participation.permissions import require_team
from hub.people.models import Person
from hub.programmes.commands import cohort_public_changed
from hub.schedule.models import Session

_DOING = "say how a session is booked"


class HasBookings(NotBookable):
    """Somebody has a place or waits for one, so booking can't be stopped without saying what becomes of them."""

    code = "has-bookings"


class TermsChangedMeanwhile(ChangedMeanwhile):
    """Somebody else said how the session is booked since the person began to."""

    code: ClassVar[str] = "terms-changed-meanwhile"


@transaction.atomic
def set_terms(session: Session, terms: Terms, *, seen: str | None = None, by: Person | None, at: datetime) -> BookingTerms:
    """Say how a session may be booked. More places go to who waits; fewer take none away from who has one.

    `seen` is the mark (`mark_of_terms`) of the terms as they were read; without it the last one to save wins.
    Raises NotAllowed, BadTerms, TermsChangedMeanwhile.
    """
    require_team(by, session.cohort.programme, at=at, doing=_DOING)
    sound = sound_terms(terms)
    row, is_new = BookingTerms.objects.select_for_update(of=("self",)).get_or_create(
        session=session, defaults={**_columns(sound), "edited_at": at}
    )
    there = list(row.audiences.all())
    before = None if is_new else terms_of(row, there)
    if before == sound:
        return row
    if seen is not None and seen != mark_of_terms(before):
        raise TermsChangedMeanwhile(
            "Somebody else stopped the booking of this session meanwhile, so yours is not saved yet. Save again to let people "
            "book all the same."
            if before is None
            else "Somebody else changed how this session is booked meanwhile, so yours is not saved yet. Compare the two, then "
            "save again."
        )
    for name, value in _columns(sound).items():
        setattr(row, name, value)
    row.edited_at = at
    row.save()
    row.audiences.all().delete()
    said = {(each.tier, each.days_before): each.said_at for each in there}
    Audience.objects.bulk_create(
        Audience(terms=row, tier=tier.value, days_before=days, said_at=said.get((tier.value, days), at))
        for tier, days in sound.opens.items()
    )
    changed = _columns(sound) | {"opens": _told(sound)}
    was = {} if before is None else _columns(before) | {"opens": _told(before)}
    names = [name for name, value in changed.items() if was.get(name) != value]
    verb = "opened-booking" if is_new else "changed-booking"
    journal.record(verb, row, by=by, at=at, part_of=session, fields=names)
    if is_new:
        tell_of_bookings(row, by=by, at=at)
    if Tier.PUBLIC in sound.opens and (before is None or Tier.PUBLIC not in before.opens):
        tell_of_public_bookings(row, by=by, at=at)
    _see_to_who_waits(session, at=at)
    _changed(session, at=at)
    return row


@transaction.atomic
def stop_booking(session: Session, *, by: Person | None, at: datetime) -> None:
    """Let a session take no bookings any more. Raises NotAllowed, HasBookings."""
    require_team(by, session.cohort.programme, at=at, doing=_DOING)
    row = BookingTerms.objects.select_for_update(of=("self",)).filter(session=session).first()
    if row is None:
        return
    if count := Booking.objects.live().filter(session=session).count():
        people = "1 person has" if count == 1 else f"{count} people have"
        raise HasBookings(f"{people} a booking. Take the places back first, or cancel the session.")
    journal.record("stopped-booking", row, by=by, at=at, part_of=session)
    row.delete()
    _changed(session, at=at)


def _changed(session: Session, *, at: datetime) -> None:
    """Show the session's page anew, which leads to its places, and let messages follow."""
    cohort_public_changed(session.cohort)
    facts_changed(session.cohort.programme, at=at)


def _see_to_who_waits(session: Session, *, at: datetime) -> None:
    try:
        frame = locked_frame(session, at=at)
    except NotBookable:
        return  # not released, or cancelled: nobody waits who could move up now
    move_up_waiting(frame, at=at)


def _columns(terms: Terms) -> dict[str, int | bool | None]:
    names = ("room", "online", "is_approved", "colleagues", "offer_hours", "closes_hours")
    return {name: getattr(terms, name) for name in names}


def _told(terms: Terms) -> dict[str, int | None]:
    return {tier.value: days for tier, days in terms.opens.items()}
