"""A session's places: what one may book and from when, one's own booking, and what one can do with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.booking import (
    BookingState,
    Doing,
    NoDateYet,
    NotBookable,
    Tier,
    Way,
    can_still,
    ends_at,
    is_left_out,
    say_brought,
    say_left,
    say_opens,
    tell,
)
from hub.core.errors import NotAllowed, Refusal
from hub.kit.fields import refuse
from hub.participation import commands, queries
from hub.participation.by_mail import Asked, ask, asked_by
from hub.participation.forms import AddressForm, BookForm, ColleagueForm
from hub.participation.models import Booking
from hub.participation.pages.place import seen_session_or_404
from hub.participation.queries import Frame
from hub.people.access import person_of, public_page, to_sign_in
from hub.people.models import Person
from hub.people.queries.veils import veil_for
from hub.schedule.coming import is_joined, join_url
from hub.schedule.models import Session
from hub.schedule.queries.told import released_now

_DOES = ("accept", "withdraw", "way", "swap", "colleague")
_SAID = {
    BookingState.BOOKED: "You have a place.",
    BookingState.WAITING: "You are on the waiting list.",
    BookingState.ASKED: "You asked for a place. The team says yes or no.",
}


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def session_places(request: HttpRequest, programme: str, cohort: str, slug: str) -> HttpResponse:
    """Show how a session is booked and what one has; POST `do=` book, accept, withdraw, way, colleague, swap or by-mail."""
    session = seen_session_or_404(request, programme, cohort, slug)
    person, at = person_of(request), timezone.now()
    frame, closed = _frame(session)
    if frame is None and closed is None:
        raise Http404
    forms: dict[str, Any] = {}
    refusal: Refusal | None = None
    if request.method == "POST":
        do = request.POST.get("do", "")
        if person is None and do != "by-mail":
            return to_sign_in(request)
        try:
            done = _do(request, do, session, frame, person, forms, at)
        except NotAllowed as no:
            raise PermissionDenied from no
        except Refusal as no:
            refusal, done = no, None
        if done is not None:
            return done
        frame, closed = _frame(session)
    context = _context(session, frame, closed, person, forms, at)
    context |= {"refusal": refusal, "is_sent": person is None and "sent" in request.GET}
    status = 422 if refusal or any(form.errors for form in forms.values()) else 200
    return render(request, "participation/places.html", context, status=status)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def book_by_mail(request: HttpRequest, signed: str) -> HttpResponse:
    """Show what the link from the mail books, and a button; POST books. A scanner that follows the link changes nothing.

    Who has booked with the address already reads how that stands, however often they come back.
    """
    asked, at = asked_by(signed, at=timezone.now()), timezone.now()
    session = queries.session_of(asked.session) if asked else None
    if asked is None or session is None:
        return render(request, "participation/by_mail_over.html", {}, status=404)
    refusal, booking = None, queries.booking_at_address(session, asked.email)
    if request.method == "POST" and booking is None:
        try:
            booking = commands.book_by_address(session, email=asked.email, name=asked.name, way=Way(asked.way), at=at)
        except Refusal as no:
            booking = queries.booking_at_address(session, asked.email)  # they may have pressed twice
            refusal = None if booking else no
    frame, closed = _frame(session)
    until = booking.offered_until if booking is not None else None
    # To whoever has the link it proves an address, and no part in the cohort.
    context = _place(session) | _named(session, frame, None, at) | {"asked": asked, "refusal": refusal, "booking": booking}
    context["closed"] = closed.sentence if closed else ""
    is_from_afar = frame is not None and booking is not None and booking.way == Way.ONLINE and is_joined(frame.occurrence)
    context["join"] = join_url(frame.occurrence) if frame is not None and is_from_afar else ""
    context["kept_until"] = ends_at(until, frame.window) if until and frame else None
    return render(request, "participation/by_mail.html", context, status=422 if refusal else 200)


def _do(
    request: HttpRequest,
    do: str,
    session: Session,
    frame: Frame | None,
    person: Person | None,
    forms: dict[str, Any],
    at: datetime,
) -> HttpResponse | None:
    """Do what was asked: a redirect where it was done, None where a form is to be mended. Raises Refusal, BadRequest."""
    if frame is None and do == "withdraw" and person is not None:
        return _withdraw(request, _own(person, session, request.POST.get("booking", ""), at), person, at)
    if frame is None:
        raise NotBookable("This session can’t be booked now.")
    if do == "by-mail":
        return _by_mail(request, session, frame, forms, at)
    assert person is not None  # whoever is not signed in was led to the sign-in
    if do == "book":
        return _book(request, session, frame, person, forms, at)
    if do not in _DOES:
        raise BadRequest("This page does nothing of that name.")
    booking = _own(person, session, request.POST.get("booking", ""), at)
    if do == "accept":
        commands.accept_place(booking, by=person, at=at)
        said = "The place is yours."
    elif do == "withdraw":
        return _withdraw(request, booking, person, at)
    elif do == "way":
        commands.change_way(booking, _way(request), by=person, at=at)
        said = "Changed."
    elif do == "swap":
        to = next((each for each in _others(frame, person, at) if str(each.session.pk) == request.POST.get("to")), None)
        if to is None:
            raise NotBookable("You can’t swap into that session.")
        way = Way(booking.way) if Way(booking.way) in to.terms.ways else to.terms.ways[0]
        commands.swap(booking, to.session, way=way, by=person, at=at)
        (shown,) = queries.frames_shown(person, [to], at=at)
        messages.success(request, f"Your place is in {shown.occurrence.say_title} now, {shown.occurrence.say_when}.")
        return _to(to.session)
    else:
        return _colleague(request, booking, person, forms, at)
    messages.success(request, said)
    return _to(session)


def _withdraw(request: HttpRequest, booking: Booking, person: Person, at: datetime) -> HttpResponse:
    was = BookingState(booking.state)
    commands.withdraw(booking, by=person, at=at)
    messages.success(request, say_left(was, name="" if booking.person_id == person.pk else booking.called))
    return _to(booking.session)


def _book(
    request: HttpRequest, session: Session, frame: Frame, person: Person, forms: dict[str, Any], at: datetime
) -> HttpResponse | None:
    form = forms["book"] = BookForm(request.POST, ways=frame.terms.ways)
    if not form.is_valid():
        return None
    way, note = Way(form.cleaned_data["way"]), form.cleaned_data["note"]
    try:
        booking = commands.book_place(session, person, way=way, note=note, by=person, at=at)
    except Refusal as no:
        refuse(form, no)
        return None
    messages.success(request, _SAID[BookingState(booking.state)])
    return _to(session)


def _colleague(
    request: HttpRequest, booking: Booking, person: Person, forms: dict[str, Any], at: datetime
) -> HttpResponse | None:
    form = forms["colleague"] = ColleagueForm(request.POST)
    if not form.is_valid():
        return None
    try:
        guest = commands.bring_colleague(booking, **form.cleaned_data, by=person, at=at)
    except Refusal as no:
        refuse(form, no)
        return None
    messages.success(request, say_brought(guest.called, BookingState(guest.state)))
    return _to(booking.session)


def _by_mail(request: HttpRequest, session: Session, frame: Frame, forms: dict[str, Any], at: datetime) -> HttpResponse | None:
    form = forms["address"] = AddressForm(request.POST)
    if not form.is_valid():
        return None
    way = request.POST.get("way", "")
    offered = frame.terms.ways
    asked = Asked(session.pk, form.cleaned_data["email"], form.cleaned_data["name"], way if way in offered else offered[0])
    try:
        ask(request, session, frame, asked, at=at)
    except Refusal as no:
        refuse(form, no)
        return None
    place = reverse("session-places", args=[session.cohort.programme.slug, session.cohort.slug, session.slug])
    return redirect(f"{place}?sent=yes#place")  # no message: public pages read none where nobody is signed in


def _context(
    session: Session,
    frame: Frame | None,
    closed: NotBookable | None,
    person: Person | None,
    forms: dict[str, Any],
    at: datetime,
) -> dict[str, Any]:
    mine = queries.my_booking(person, session)
    context = _place(session) | _named(session, frame, person, at)
    context |= {"closed": closed.sentence if closed else "", "mine": mine, "at": at}
    state = BookingState(mine.state) if mine is not None else None
    is_mine = state is not None and state.is_live
    brings = list(mine.brings.live()) if mine is not None and is_mine else []
    if frame is None:
        is_undated = isinstance(closed, NoDateYet)
        return context | {"is_mine": is_mine and is_undated, "can_leave": is_mine and is_undated, "brings": brings}
    tiers = queries.groups_of(person, session.cohort, at=at)
    taken = queries.taken_of(session, frame.terms)
    can_leave = is_mine and can_still(frame.window, Doing.LEAVE, at=at)
    has_ended = not can_still(frame.window, Doing.TAKE, at=at)
    told = tell(frame.terms, frame.window, tiers, taken, at=at)
    context |= {
        "told": told,
        "opens": say_opens(frame.window),
        "taken": [(way, taken[way]) for way in frame.terms.ways],
        "is_mine": is_mine,
        "is_left_out": mine is not None and is_left_out(BookingState(mine.state), frame.window, since=mine.state_at, at=at),
        "kept_until": ends_at(mine.offered_until, frame.window) if mine is not None and mine.offered_until else None,
        "has_ended": has_ended,
        "can_leave": can_leave,
        "is_public": Tier.PUBLIC in frame.terms.opens,
        "book": forms.get("book") or BookForm(ways=frame.terms.ways),
        "colleague": forms.get("colleague") or ColleagueForm(),
        "address": forms.get("address") or AddressForm(),
        "brings": brings,
        "others": _others(frame, person, at) if person is not None and mine is not None and (can_leave or has_ended) else [],
        "other_ways": [way for way in frame.terms.ways if mine is not None and not has_ended and way.value != mine.way],
    }
    return context


def _others(frame: Frame, person: Person, at: datetime) -> list[Frame]:
    """Give the other runs one can swap into: same kind and title, another day."""
    here = frame.occurrence
    return [
        each
        for each in queries.sessions_to_book(frame.session.cohort.programme, person, at=at)
        if each.session.pk != frame.session.pk
        and each.occurrence.kind == here.kind
        and each.occurrence.title == here.title
        and not each.terms.is_approved
    ]


def _place(session: Session) -> dict[str, Any]:
    return {"programme": session.cohort.programme, "cohort": session.cohort, "session": session}


def _named(session: Session, frame: Frame | None, person: Person | None, at: datetime) -> dict[str, Any]:
    """Give what a page calls a session to who reads it, and how it is booked; before the first release it has no name yet."""
    if frame is not None:
        (shown,) = queries.frames_shown(person, [frame], at=at)
        return {"frame": shown, "title": shown.occurrence.say_title}
    occurrence = released_now(session)
    veil = veil_for(person, session.cohort, at=at)
    return {"frame": None, "title": veil.occurrence(occurrence).say_title if occurrence else "A session to come"}


def _frame(session: Session) -> tuple[Frame | None, NotBookable | None]:
    """Give how a session is booked, and why it is not where it could be at another time."""
    try:
        return queries.frame_of(session), None
    except NotBookable as no:
        return None, no


def _own(person: Person, session: Session, key: str, at: datetime) -> Booking:
    found = queries.booking_seen_by(person, int(key), at=at) if key.isdecimal() and len(key) < 18 else None
    if found is None or found.session_id != session.pk:
        raise Http404
    return found


def _way(request: HttpRequest) -> Way:
    try:
        return Way(request.POST.get("way", ""))
    except ValueError as no:
        raise BadRequest("There is no such way to be there.") from no


def _to(session: Session) -> HttpResponse:
    return redirect("session-places", session.cohort.programme.slug, session.cohort.slug, session.slug)
