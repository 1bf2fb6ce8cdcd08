"""The team's side of a session's bookings: who has a place, who waits, who asks, and on which terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.booking import BookingState, Doing, NoDateYet, NotBookable, Way, can_still, say_opens, usual_terms
from hub.core.claims import ClaimState
from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.plan.model import Kind, Mode
from hub.core.words import listed
from hub.kit.fields import differing, refuse
from hub.participation import commands, exports_bookings, queries
from hub.participation.forms import ReasonForm, SomebodyForm, TermsForm
from hub.participation.letters import silent_about_bookings
from hub.participation.models import Booking
from hub.participation.models.bookings import mark_of_terms
from hub.participation.pages.files import TYPES, as_file
from hub.participation.pages.place import session_or_404
from hub.participation.permissions import can_run
from hub.participation.queries import Frame
from hub.people.access import team_page
from hub.people.ahead import Ahead
from hub.people.models import Person
from hub.people.places import whoever
from hub.people.queries import called, needs_read_by
from hub.schedule.models import Session

_HEAPS = (
    ("Pending approval", (BookingState.ASKED,)),
    ("Booked", (BookingState.BOOKED,)),
    ("Offered", (BookingState.OFFERED,)),
    ("Waiting list", (BookingState.WAITING,)),
    ("Over", (BookingState.WITHDRAWN, BookingState.LAPSED, BookingState.DECLINED, BookingState.REMOVED)),
)
Do = Callable[..., Booking]
_DOES: dict[str, Do] = {"approve": commands.approve, "give": commands.give_place}
_WITH_REASON: dict[str, Do] = {"decline": commands.decline, "remove": commands.remove_booking}


@dataclass(frozen=True, slots=True)
class Row:
    """A booking as the team sees it: whom its person brings, in words, and whether they ask to be excused or are.

    `ahead` where its person takes no part in it by then.
    """

    booking: Booking
    brings: str
    excusal: ClaimState | None
    ahead: Ahead | None


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def bookings(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Show the bookings of a session; POST `do=` approve, decline, give or remove for a `booking`, or add somebody."""
    session, by, at = session_or_404(programme, cohort, slug), whoever(request), timezone.now()
    frame = queries.terms_for_team(session)
    refusal: Refusal | None = None
    ways = frame.ways if frame else ()
    somebody = SomebodyForm(request.POST if request.POST.get("do") == "add" else None, ways=ways)
    reason = ReasonForm()
    if request.method == "POST":
        do = request.POST.get("do", "")
        try:
            done = _add(somebody, session, by, at) if do == "add" else _decide(request, do, session, by, at)
        except Refusal as no:
            refusal, done = no, ""
        if done:
            messages.success(request, done)
            return redirect("desk-bookings", programme, cohort, slug)
    rows = _rows(session, by, at)
    heaps = [(title, [row for row in rows if row.booking.state in states]) for title, states in _HEAPS]
    now, closed = _frame(session)
    can_decide = now is not None and can_still(now.window, Doing.DECIDE, at=at)
    context = _place(session) | {
        "terms": frame,
        "opens": say_opens(now.window) if now else [],
        "closed": closed.sentence if closed else "",
        "has_ended": now is not None and not can_still(now.window, Doing.TAKE, at=at),
        "can_decide": can_decide,
        "can_take_back": can_decide or isinstance(closed, NoDateYet),
        "taken": [(way, taken) for way, taken in queries.taken_of(session, frame).items() if way in frame.ways]
        if frame
        else [],
        "heaps": [(title, those) for title, those in heaps if those],
        "somebody": somebody,
        "reason": reason,
        "exports": tuple(TYPES),
        "refusal": refusal,
        "silent": silent_about_bookings(session.cohort.programme) if frame else [],
        "at": at,
    }
    return render(request, "participation/desk/bookings.html", context, status=422 if refusal or somebody.errors else 200)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def booking_terms(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Say how a session is booked; POST `do=stop` lets it take no bookings any more."""
    session, by, at = session_or_404(programme, cohort, slug), whoever(request), timezone.now()
    stands = queries.terms_for_team(session)
    begun = stands or usual_terms(Kind(session.kind), Mode(session.mode) if session.mode else None)
    is_stop = request.POST.get("do") == "stop"
    form = TermsForm(request.POST if request.method == "POST" and not is_stop else None, initial=TermsForm.filled(begun))
    refusal, status, theirs = None, 422, None
    seen = request.POST.get("seen") if form.is_bound else mark_of_terms(stands)
    if is_stop:
        try:
            commands.stop_booking(session, by=by, at=at)
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, "This session takes no bookings any more.")
            return redirect("desk-bookings", programme, cohort, slug)
    elif form.is_bound and form.is_valid():
        try:
            commands.set_terms(session, form.terms(), seen=seen, by=by, at=at)
        except ChangedMeanwhile as no:
            refuse(form, no)
            stands = queries.terms_for_team(session)
            theirs = differing(form, TermsForm.filled(stands)) if stands else None
            seen, status = mark_of_terms(stands), 409
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, "Saved." if stands else "The session can be booked.")
            return redirect("desk-bookings", programme, cohort, slug)
    context = _place(session) | {
        "form": form,
        "terms": stands,
        "seen": seen,
        "theirs": theirs,
        "refusal": refusal,
        "silent": silent_about_bookings(session.cohort.programme) if stands else [],
    }
    return render(request, "participation/desk/terms.html", context, status=status if refusal or form.errors else 200)


@team_page
@require_safe
def bookings_export(request: HttpRequest, programme: str, cohort: str, slug: str, form: str) -> HttpResponse:
    """Give who has a place and who waits as a file; access needs to who may read them."""
    session, by, at = session_or_404(programme, cohort, slug), whoever(request), timezone.now()
    rows = list(queries.bookings_of_session(session, by, at=at).live())
    people = {row.person_id for row in rows}
    needs = needs_read_by(by, session.cohort.programme, people, at=at) if can_run(by, session.cohort.programme, at=at) else None
    header = exports_bookings.header(with_needs=needs is not None)
    told = exports_bookings.rows(rows, queries.organisations_at(session, people, at=at), needs, zone=session.zone)
    return as_file(form, f"{session.slug}-bookings", header, told, at=at)


@team_page
@require_safe
def bookings_sheet(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Show who has a place as a list to print and to tick; it may lie on a table, so it holds names and organisations only."""
    session, by, at = session_or_404(programme, cohort, slug), whoever(request), timezone.now()
    rows = queries.bookings_of_session(session, by, at=at).filter(state=BookingState.BOOKED.value)
    found = sorted(rows, key=lambda row: (row.person.plain_name, row.person_id))
    works = queries.organisations_at(session, {row.person_id for row in found}, at=at)
    context = _place(session) | {"lines": [(row, works.get(row.person_id, "")) for row in found]}
    return render(request, "participation/desk/bookings_sheet.html", context)


def _add(form: SomebodyForm, session: Session, by: Person, at: datetime) -> str:
    if not form.is_valid():
        return ""
    found = called(session.cohort.programme, by, form.cleaned_data["who"], at=at)
    if len(found) != 1:
        words = (
            "Two people of the programme are called that. Write the address."
            if found
            else ("Nobody of the programme is called that or has that address. Bring them in under People first.")
        )
        form.add_error("who", words)
        return ""
    try:
        booking = commands.book_place(session, found[0], way=Way(form.cleaned_data["way"]), by=by, at=at)
    except Refusal as no:
        refuse(form, no)
        return ""
    has = BookingState(booking.state) is BookingState.BOOKED
    return f"{found[0]} {'has a place' if has else 'is on the waiting list'}."


def _decide(request: HttpRequest, do: str, session: Session, by: Person, at: datetime) -> str:
    if do not in _DOES and do not in _WITH_REASON:
        raise BadRequest("This page does nothing of that name.")
    key = request.POST.get("booking", "")
    booking = queries.booking_seen_by(by, int(key), at=at) if key.isdecimal() and len(key) < 18 else None
    if booking is None or booking.session_id != session.pk:
        raise Http404
    if do in _WITH_REASON:
        _WITH_REASON[do](booking, reason=request.POST.get("reason", ""), by=by, at=at)
        return f"{booking.person} has no place any more." if do == "remove" else f"You said no to {booking.person}."
    after = _DOES[do](booking, by=by, at=at)
    has = BookingState(after.state) is BookingState.BOOKED
    return f"{booking.person} {'has a place' if has else 'is on the waiting list'}."


def _frame(session: Session) -> tuple[Frame | None, NotBookable | None]:
    """Give how a session is booked, and why it is not where it could be at another time."""
    try:
        return queries.frame_of(session), None
    except NotBookable as no:
        return None, no


def _rows(session: Session, by: Person, at: datetime) -> list[Row]:
    bookings = list(queries.bookings_of_session(session, by, at=at))
    excused, brings = queries.excusals_in(session), _brings(bookings)
    live = {row.person_id for row in bookings if BookingState(row.state).is_live}
    held = queries.held_ahead(session.cohort.programme, people=live, cohort=session.cohort, at=at) if live else []
    ahead = {each.row.pk: each.shown for each in held if isinstance(each.row, Booking)}
    return [Row(row, brings.get(row.pk, ""), excused.get(row.person_id), ahead.get(row.pk)) for row in bookings]


def _brings(bookings: Iterable[Booking]) -> dict[int, str]:
    """Give whom somebody brings who has a place, in words, by the booking's key: they lose theirs with it."""
    found: dict[int, list[str]] = {}
    for row in bookings:
        if row.brought_by_id is not None and BookingState(row.state).is_live:
            found.setdefault(row.brought_by_id, []).append(row.person.name)
    return {key: listed(names) for key, names in found.items()}


def _place(session: Session) -> dict[str, Any]:
    return {"programme": session.cohort.programme, "cohort": session.cohort, "session": session}
