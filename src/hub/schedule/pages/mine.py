"""The calendar of one's own: the feed behind a secret address, and the page that shows the address to whose it is."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core import ical
from hub.core.errors import Refusal
from hub.kit.fresh import fresh
from hub.people import commands as people
from hub.people.access import own_page, person_of, public_page
from hub.people.queries import feed_address_of, person_of_feed
from hub.schedule.coming import extras_of, places_of
from hub.schedule.pages.feeds import CALENDAR
from hub.schedule.queries import mine

# Whoever has the address reads it: nobody else is to learn of it, and nobody between is to keep the answer.
_SECRET = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer", "Cache-Control": "private, no-cache"}


@public_page
@require_safe
def my_sessions_ics(request: HttpRequest, secret: str) -> HttpResponse:
    """Give the sessions of everything a person takes part in, as one calendar, with what else is theirs alone.

    As many queries for many sessions as for one. The answer for an address that never was, or was renewed, says no more than
    that; it names no page and holds no joining link.
    """
    at = timezone.now()
    person = person_of_feed(secret)
    if person is None:
        words = (
            "There is no calendar at this address. Who had one here finds the new address on the Hub, under “Your calendar”.\n"
        )
        return HttpResponse(words, status=404, content_type="text/plain; charset=utf-8", headers=_SECRET)
    places = places_of(person)
    cohorts = mine.followed(person, places=places, at=at)
    extras = extras_of(person, at=at)
    zone = person.clock

    def render_calendar() -> str:
        told = mine.events_of(cohorts, places)
        own = [ical.vevent(each.occurrence, url=each.url, stamp=each.stamp) for each in extras]
        # A calendar has at least one part (RFC 5545 §3.6), so one without sessions has its zone.
        is_empty = not (told.events or own)
        zones = ical.vtimezone(zone, at.year, at.year) if is_empty else mine.zones_of(told, extras)
        names = list(dict.fromkeys(each.cohort.programme.name for each in cohorts))
        return ical.calendar(
            f"{names[0] if len(names) == 1 else 'The Practitioners Hub'}: my sessions",
            [*told.events, *own],
            [zones],
            description=", ".join(f"{each.cohort.programme.name}: {each.cohort.name}" for each in cohorts),
            zone=zone,
        )

    gone_to = " ".join(sorted(uid for uid, has in places.items() if has))
    key = ("my-sessions", person.pk, zone, at.year, len(places), gone_to, *(part for each in cohorts for part in each.key))
    key = (*key, *(part for each in extras for part in each.key))
    return fresh(request, key=key, render=render_calendar, content_type=CALENDAR, filename="my-sessions.ics", headers=_SECRET)


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def my_calendar(request: HttpRequest) -> HttpResponse:
    """Show the address of my calendar; POST makes the first one (`do=make`), or another in its place (`do=renew`)."""
    me = person_of(request)
    assert me is not None  # the decorator let them in
    at = timezone.now()
    refusal = ""
    if request.method == "POST":
        wish = request.POST.get("do", "")
        try:
            if wish == "make":
                people.make_feed_address(me, by=me, at=at)
                messages.success(request, "Your calendar has an address now.")
                return redirect("my-calendar")
            if wish == "renew":
                people.renew_feed_address(me, by=me, at=at)
                messages.success(request, "This is the new address. The one before ended just now.")
                return redirect("my-calendar")
            refusal = "Choose one of the two: make an address, or renew it."
        except Refusal as no:
            refusal = no.sentence
    address = feed_address_of(me)
    path = reverse("my-sessions-ics", args=[address.secret]) if address else ""
    context = {
        "address": address,
        "url": f"{settings.BASE_URL}{path}",
        "webcal": f"webcal://{settings.BASE_URL.partition('://')[2]}{path}",
        "cohorts": mine.followed(me, at=at),
        "zone": me.clock,
        "refusal": refusal,
    }
    answer = render(request, "schedule/mine/calendar.html", context, status=422 if refusal else 200)
    answer["Cache-Control"] = "private, no-store"
    return answer
