"""Which of two rows of this room counts where two records of a person become one: never the older record, always the facts."""

from __future__ import annotations

from datetime import time
from typing import Any

from hub.core.attendance import How, Known, weight
from hub.core.booking import BookingState, Way, say_of_two, strength
from hub.core.calendar import say_instant
from hub.core.claims import ClaimState
from hub.core.claims import strength as strength_of_claim
from hub.kit.joining import counts, fills

_SESSION = "session__cohort__programme"
_COHORT = "cohort__programme"


# -- bookings


def _booking(row: Any) -> tuple[int, bool, float]:
    return strength(BookingState(row.state), asked_at=row.asked_at, is_brought=row.brought_by_id is not None)


def _both_booked(stays: Any, goes: Any) -> str:
    one, other = ((BookingState(row.state), Way(row.way)) for row in (stays, goes))
    return say_of_two(f"“{stays.session.title}”", one, other)


counts(
    "participation.Booking",
    because="nobody loses a place by having two records (core.booking.strength)",
    rank=_booking,
    takes=fills("note"),
    say=_both_booked,
    programme=_SESSION,
)


# -- attendance and commitments


def _known(row: Any) -> Known:
    # Nothing but the words would be lost of a correction whose reason is gone: what it says stands.
    return Known(how=How(row.how), was_there=row.came, at=row.at, minutes=row.minutes, reason=row.reason or "–")


def _minutes(stays: Any, goes: Any) -> dict[str, Any]:
    says_how_long = stays.came and stays.minutes is None and goes.came and goes.how == How.FILE
    return {"minutes": goes.minutes} if says_how_long else {}


def _say_mark(row: Any) -> str:
    words = "there" if row.came else "not there"
    length = f", {row.minutes} minutes" if row.came and row.minutes is not None else ""
    return f"{words}{length} ({How(row.how).label.lower()})"


def _both_marked(stays: Any, goes: Any) -> str:
    return f"Both are in the register of “{stays.session.title}”: {_say_mark(stays)} counts, {_say_mark(goes)} goes."


counts(
    "participation.Attendance",
    because="of two ways of knowing the one that counts for one record counts for two (core.attendance.standing)",
    rank=lambda row: weight(_known(row)),
    takes=_minutes,
    say=_both_marked,
    programme=_SESSION,
)


def _both_asked(what: str) -> Any:
    def say(stays: Any, goes: Any) -> str:
        one, other = (ClaimState(row.state).label.lower() for row in (stays, goes))
        if one == other:
            return f"Both have {what} “{stays.session.title}”, {one}: the later stays, the other goes."
        return f"Both have {what} “{stays.session.title}”: {one} counts, {other} goes."

    return say


for _label, _what in (
    ("participation.Excusal", "asked to be excused from"),
    ("participation.CatchUp", "said that they caught up on"),
):
    counts(
        _label,
        because="accepted outweighs open, that a no, that what was taken back (core.claims.strength); of two alike the later",
        rank=lambda row: (strength_of_claim(ClaimState(row.state)), row.state_at),
        say=_both_asked(_what),
        programme=_SESSION,
    )


def _both_made(stays: Any, goes: Any) -> str:
    return f"Both have made things ({stays.key}) in {stays.cohort.name}: {stays.number} counts, {goes.number} goes."


counts(
    "participation.Made",
    because="what one record says was made was made",
    rank=lambda row: row.number,
    say=_both_made,
    programme=_COHORT,
)
counts("participation.Agreed", because="what was agreed last holds", rank=lambda row: row.edited_at)
counts("participation.CommitmentOverride", because="what the team said last holds", rank=lambda row: row.edited_at)
counts(
    "participation.Certificate",
    because="the newer says all that was known when it was issued; who closed one of them is asked before it is shown",
    rank=lambda row: row.issued_at,
    takes=fills("closed_at"),
    say=lambda stays, goes: f"Both have a certificate of {stays.cohort.name}: {stays.code} stands, {goes.code} goes.",
    programme=_COHORT,
)
counts(
    "participation.CheckIn",
    because="who was there from a moment on was there then",
    rank=lambda row: -row.at.timestamp(),
)


# -- one-to-ones

counts("participation.Diary", because="it is a lock, and says nothing")


def _both_there(stays: Any, goes: Any) -> str:
    where = (stays.cohort or stays.programme).name
    return (
        f"Both say when they are there for 1:1s in {where}: how long they last and how early they are booked is as the record "
        "that stays says, with the place and joining link of the other where it has none; the weekly times of both hold."
    )


counts(
    "participation.Availability",
    because="how somebody works is theirs to say, and a 1:1 that is booked keeps its place and its joining link",
    takes=fills("joining_link", "place"),
    say=_both_there,
    programme="programme",
)
counts(
    "participation.AvailabilityException",
    because="a day off is the same twice; of two times that begin together the longer takes the other in",
    rank=lambda row: row.end or time.min,
)


def _more(number: int | None) -> tuple[bool, int]:
    return number is None, number or 0  # empty: no limit


counts(
    "participation.Quota",
    because="nobody loses a 1:1 they were granted",
    rank=lambda row: (_more(row.count), _more(row.minutes)),
)
counts("participation.Apart", because="kept apart twice is kept apart", takes=fills("reason"))


def _both_at_once(stays: Any, goes: Any) -> str:
    when = say_instant(stays.starts_at, stays.zone)
    return f"Both have a 1:1 on {when}: that with {stays.expert}, booked first, stays; that with {goes.expert} goes."


counts(
    "participation.OneToOne",
    because="nobody is in two 1:1s at once: who was booked first keeps theirs",
    rank=lambda row: -row.state_at.timestamp(),
    say=_both_at_once,
    programme=_COHORT,
)


def _both_texts(stays: Any, goes: Any) -> dict[str, Any]:
    return {} if goes.text.strip() in stays.text else {"text": f"{stays.text.rstrip()}\n\n{goes.text}"}


counts("participation.OneToOneNote", because="both are their own words: the texts are put together", takes=_both_texts)
counts("participation.Preference", because="the warmer wish holds", rank=lambda row: -row.rank)
counts("participation.SuitingTime", because="a moment that suits is the same twice")
counts(
    "participation.ProposedOneToOne",
    because="what the team has pinned outweighs what was only found",
    rank=lambda row: row.is_pinned,
)
