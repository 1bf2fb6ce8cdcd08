"""Who enters the room of a session, who gets its joining link, and who shows the code to check in by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from hub.core.booking import BookingState
from hub.core.taking_part import Days
from hub.participation.models import Booking, BookingTerms
from hub.people.models import FELLOWS, Person, RoleKind, day_of, not_over_at
from hub.people.queries import roles_ever
from hub.schedule.models import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What somebody is to a session. `kinds` are their roles in its cohort; a place is one they have, not one they wait for."""

    is_of_programme: bool
    is_team: bool
    kinds: frozenset[str]
    booking: str
    gives_places: bool

    @property
    def has_place(self) -> bool:
        """Whether they have a place by booking."""
        return self.booking == BookingState.BOOKED

    @property
    def is_known(self) -> bool:
        """Whether the room may be said to exist to them."""
        return self.is_of_programme or bool(self.booking)

    @property
    def enters(self) -> bool:
        """Whether they enter the room: who takes part in the cohort, who has a place, the team."""
        return self.is_team or self.has_place or bool(self.kinds & set(FELLOWS))

    @property
    def joins(self) -> bool:
        """Whether the joining link is for them: as for the room, but Experts need a place where places are given out."""
        if self.is_team or self.has_place:
            return True
        leads = self.kinds & (set(FELLOWS) - {RoleKind.EXPERT.value})
        return bool(leads) or (not self.gives_places and RoleKind.EXPERT.value in self.kinds)

    @property
    def shows_code(self) -> bool:
        """Whether they show the code to check in by: the team, and who facilitates in the cohort."""
        return self.is_team or RoleKind.FACILITATOR.value in self.kinds


NOBODY = Standing(is_of_programme=False, is_team=False, kinds=frozenset(), booking="", gives_places=False)


def standing_of(person: Person | None, session: Session, *, at: datetime) -> Standing:
    """Say what somebody is to a session, its cohort at hand. Three queries.

    What a cohort does before its first day, such as a kick-off, is entered by those who begin with it: they are invited to it.
    """
    if person is None:
        return NOBODY
    theirs = roles_ever(person).filter(not_over_at(at), programme=session.cohort.programme_id)
    rows = theirs.values_list("kind", "cohort", "starts_on", "ends_on")
    today = day_of(at)
    held = [(kind, cohort) for kind, cohort, first, ends in rows if _counts(session, cohort, Days(first, ends), on=today)]
    live = Booking.objects.live().filter(session=session, person=person).values_list("state", flat=True)
    return Standing(
        is_of_programme=bool(held),
        is_team=any(kind == RoleKind.TEAM and cohort is None for kind, cohort in held),
        kinds=frozenset(kind for kind, cohort in held if cohort == session.cohort_id),
        booking=live.first() or "",
        gives_places=BookingTerms.objects.filter(session=session).exists(),
    )


def _counts(session: Session, cohort: int | None, days: Days, *, on: date) -> bool:
    """Say whether a part that is not over makes somebody one of those of a session on a day."""
    if days.has_begun(on):
        return True
    if cohort != session.cohort_id or session.date is None or days.has_begun(session.date):
        return False  # what is on a day of their part is entered once that has begun
    return days.counts_for(session.date, cohort_first=session.cohort.starts_on)
