"""1:1s for the two: what an Expert may book, one 1:1 with its notes, and the way to where they meet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.availability import NotOffered
from hub.core.calendar import day_in, say_date
from hub.core.errors import NotAllowed, Refusal
from hub.core.onetoones import OneToOneState
from hub.kit.fields import refuse
from hub.participation import commands, queries
from hub.participation.forms_onetoones import BookForm, CancelForm, LinkForm, NoteForm, OutcomeForm, WishesForm
from hub.participation.models import OneToOne
from hub.participation.pages.slots import day_named, days_of, times_of
from hub.participation.queries import Offer
from hub.people.access import member_page, own_page
from hub.people.models import Person
from hub.people.places import whoever
from hub.people.queries import experts_of
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def my_one_to_ones(request: HttpRequest) -> HttpResponse:
    """Show an Expert their 1:1s, what is left of their quota and the free slots; POST books one in a `cohort`."""
    person, at = whoever(request), timezone.now()
    zone = person.clock
    cohorts = queries.cohorts_to_book(person, at=at)
    asked = next((each for each in cohorts if str(each.pk) == request.POST.get("cohort")), None)
    form = BookForm(request.POST if asked is not None else None)
    if request.method == "POST" and asked is None:
        raise Http404
    if asked is not None and form.is_valid():
        try:
            one = _book(person, asked, form, at=at)
        except NotAllowed as no:
            raise PermissionDenied from no
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, f"Your 1:1 with {one.coach} is booked.")
            return redirect("my-one-to-ones")
    rows = queries.one_to_ones_had(person)
    after = day_named(request.GET.get("from", ""))
    coach = request.GET.get("coach", "")
    context = {
        "person": person,
        "coming": [row for row in rows if row.state == OneToOneState.BOOKED and row.ends_at > at],
        "over": [row for row in reversed(rows) if row.state != OneToOneState.BOOKED or row.ends_at <= at][:30],
        "cohorts": [_to_book(person, cohort, coach, zone, after, form if cohort == asked else None, at) for cohort in cohorts],
        "form": form,
        "zone": zone,
    }
    return render(request, "participation/one_to_ones/mine.html", context, status=422 if form.errors else 200)


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def my_wishes(request: HttpRequest, programme: str, cohort: str) -> HttpResponse:
    """Say which coaches one would like and which times suit; POST saves it while the team asks."""
    person, at = whoever(request), timezone.now()
    of = programmes.cohort(programme, cohort)
    if of is None or not experts_of([of], people=[person.pk], at=at)[of.pk]:
        raise Http404
    zone = person.zone or of.zone
    rows = [row for row in queries.availabilities_for(of) if row.coach_id != person.pk]
    coaches = list({row.coach_id: row.coach for row in rows}.values())
    moments = _moments(queries.offers_for(person, of, at=at), zone)
    said = queries.wishes_of(of).get(person.pk)
    begun: dict[str, Any] = {"times": [each.isoformat() for each in said.times] if said else []}
    begun |= {f"coach_{key}": str(rank) for rank, key in enumerate(said.coaches, 1)} if said else {}
    form = WishesForm(
        request.POST if request.method == "POST" else None,
        initial=begun,
        coaches=coaches,
        times=[(value, words) for _, those in moments for value, words in those],
    )
    if form.is_bound and form.is_valid():
        try:
            commands.say_wishes(of, coaches=form.ranked(), times=form.moments(), by=person, at=at)
        except Refusal as no:
            refuse(form, no)
        else:
            messages.success(request, "Saved. You may change it until the time is over.")
            return redirect("my-wishes", programme, cohort)
    until = queries.coaching_terms(of).wishes_until
    ticked = set(form["times"].value() or ())
    context = {
        "programme": of.programme,
        "cohort": of,
        "form": form,
        "days": [(day, [(value, words, value in ticked) for value, words in those]) for day, those in moments],
        "until": until,
        "is_open": until is not None and at < until,
        "zone": zone,
        "said": said,
    }
    return render(request, "participation/one_to_ones/wishes.html", context, status=422 if form.errors else 200)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def one_to_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a 1:1 to its two; POST `do=` move, cancel, held, missed, link, note or outcome."""
    person, at = whoever(request), timezone.now()
    one = queries.one_to_one_of(person, pk)
    if one is None:
        raise Http404
    do = request.POST.get("do", "") if request.method == "POST" else ""
    note, terms = queries.note_of(one, person), queries.coaching_terms(one.cohort)
    seen = one.outcome_at.isoformat() if one.outcome_at else ""
    forms: dict[str, Any] = {
        "move": BookForm(request.POST if do == "move" else None, prefix="move"),
        "cancel": CancelForm(request.POST if do == "cancel" else None, prefix="cancel"),
        "link": LinkForm(request.POST if do == "link" else None, prefix="link", initial={"joining_link": one.joining_link}),
        "note": NoteForm(request.POST if do == "note" else None, prefix="note", initial={"text": note.text if note else ""}),
        "outcome": OutcomeForm(
            request.POST if do == "outcome" else None, prefix="outcome", initial={"text": one.outcome, "seen": seen}
        ),
    }
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            done = _do(request, do, one, forms, person, at)
        except NotAllowed as no:
            raise PermissionDenied from no
        except Refusal as no:
            done, refusal = "", no
        if done:
            messages.success(request, done)
            return redirect("one-to-one", pk)
        if do == "outcome" and refusal is not None:
            now = queries.one_to_one_of(person, pk)
            forms["outcome"] = OutcomeForm(
                prefix="outcome",
                initial={
                    "text": request.POST.get("outcome-text", ""),
                    "seen": now.outcome_at.isoformat() if now and now.outcome_at else "",
                },
            )
            one = now or one
    is_coach = person.pk == one.coach_id
    zone = person.zone or one.zone
    is_booked = one.state == OneToOneState.BOOKED
    offers = queries.offers_to_move(one, at=at) if is_booked and one.starts_at > at else []
    context = {
        "one": one,
        "other": one.other(person),
        "first": str(one.other(person)).split(maxsplit=1)[0],
        "is_coach": is_coach,
        "has_begun": at >= one.starts_at,
        "is_booked": is_booked,
        "has_link": bool(queries.link_of(one)),
        "place": queries.place_of(one),
        "zone": zone,
        "others_zone": one.other(person).zone or one.zone,
        "days": days_of(offers, zone, after=day_named(request.GET.get("from", ""))),
        "forms": forms,
        "terms": terms,
        "note": note,
        "refusal": refusal,
    }
    is_wrong = refusal is not None or any(form.errors for form in forms.values())
    answer = render(request, "participation/one_to_ones/one.html", context, status=422 if is_wrong else 200)
    answer["Cache-Control"] = "private, no-store"
    return answer


@own_page
@require_safe
def one_to_one_join(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead one of the two to where they meet; to the page of the 1:1 where it has no link or is not to be held."""
    one = queries.one_to_one_of(whoever(request), pk)
    if one is None:
        raise Http404
    link = queries.link_of(one)
    if not link or one.state == OneToOneState.CANCELLED:
        messages.info(request, _why_not(one))
        return redirect("one-to-one", pk)
    answer = HttpResponseRedirect(link)
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _why_not(one: OneToOne) -> str:
    """Say why nobody is led to a call."""
    if one.state == OneToOneState.CANCELLED:
        return "This 1:1 is cancelled."
    place = queries.place_of(one)
    return f"There is no call for this 1:1: you meet here: {place}." if place else "There is no joining link for this 1:1 yet."


def _book(person: Person, cohort: Cohort, form: BookForm, *, at: datetime) -> OneToOne:
    slot = form.chosen()
    row = queries.availability_by(slot[0]) if slot else None
    if slot is None or row is None:
        raise NotOffered("There is no 1:1 at this time. Choose one of those that are offered.")
    topic = form.cleaned_data["topic"]
    return commands.book_one_to_one(row, person, cohort, starts_at=slot[1], topic=topic, by=person, at=at)


def _to_book(
    person: Person, cohort: Cohort, coach: str, zone: str, after: Any, form: BookForm | None, at: datetime
) -> dict[str, Any]:
    """Give what an Expert may book in a cohort, and how much of it."""
    offers = queries.offers_for(person, cohort, at=at)
    coaches = {each.slot.coach: each.availability.coach for each in offers}
    chosen = int(coach) if coach.isdecimal() and len(coach) < 18 and int(coach) in coaches else None
    terms = queries.coaching_terms(cohort)
    left = queries.lefts_of(cohort, [person.pk])[person.pk]
    kept = [each for each in offers if chosen in (None, each.slot.coach)]
    return {
        "cohort": cohort,
        "left": left,
        "is_used_up": bool(kept) and not any(_fits(left, each.slot.minutes) for each in kept),
        "coaches": [(each, key == chosen) for key, each in coaches.items()] if len(coaches) > 1 else [],
        "coach": chosen,
        "is_any": chosen is None,
        "days": days_of(kept, zone, after=after),
        "form": form or BookForm(),
        "asks": terms.wishes_until if terms.wishes_until is not None and terms.wishes_until > at else None,
    }


def _fits(left: Any, minutes: int) -> bool:
    has_count = left.quota.count is None or left.count < left.quota.count
    return has_count and (left.quota.minutes is None or left.minutes + minutes <= left.quota.minutes)


def _moments(offers: list[Offer], zone: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give the moments at which any coach is free, by day of the reader's clock, each once, with who is there."""
    there: dict[datetime, list[Offer]] = {}
    for each in offers:
        there.setdefault(each.slot.starts_at, []).append(each)
    days: dict[str, list[tuple[str, str]]] = {}
    for moment, those in there.items():
        names = ", ".join(str(each.availability.coach) for each in those)
        words = f"{times_of(those[0], zone)} with {names}"
        days.setdefault(say_date(day_in(moment, zone)), []).append((moment.isoformat(), words))
    return list(days.items())


def _do(request: HttpRequest, do: str, one: OneToOne, forms: dict[str, Any], by: Person, at: datetime) -> str:
    """Do what was asked, and say it; empty where a form is to be mended. Raises Refusal, BadRequest."""
    form = forms.get(do)
    if form is not None and not form.is_valid():
        return ""
    return "".join(_done(do, one, form, by, at))


def _done(do: str, one: OneToOne, form: Any, by: Person, at: datetime) -> Iterator[str]:
    if do == "move":
        slot = form.chosen()
        if slot is None:
            raise NotOffered("There is no 1:1 at this time. Choose one of those that are offered.")
        commands.move_one_to_one(one, starts_at=slot[1], by=by, at=at)
        yield "Moved. Both of you get a new invitation."
    elif do == "cancel":
        commands.cancel_one_to_one(one, reason=form.cleaned_data["reason"], by=by, at=at)
        yield "Cancelled. Both of you hear of it."
    elif do == "held":
        commands.mark_held(one, by=by, at=at)
        yield "Noted: it was held."
    elif do == "missed":
        commands.mark_missed(one, by=by, at=at)
        yield "Noted: it was missed."
    elif do == "link":
        commands.set_link(one, joining_link=form.cleaned_data["joining_link"], by=by, at=at)
        yield "Saved."
    elif do == "note":
        commands.write_note(one, text=form.cleaned_data["text"], by=by, at=at)
        yield "Saved. Only you read it."
    elif do == "outcome":
        commands.write_outcome(one, text=form.cleaned_data["text"], seen=form.seen_at(), by=by, at=at)
        yield "Saved. Both of you read it."
    else:
        raise BadRequest("This page does nothing of that name.")
