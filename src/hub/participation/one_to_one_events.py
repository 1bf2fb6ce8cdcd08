"""A 1:1 as calendars have it: one UID for ever, a sequence that rises, and an address that leads the two to where they meet."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from hub.core.occurrence import Occurrence, SessionState
from hub.core.onetoones import OneToOneState
from hub.core.plan.model import Kind, Mode
from hub.participation.models import OneToOne
from hub.participation.queries.onetoones import link_of, place_of
from hub.people.models import Person

LOOKED_BACK = timedelta(days=60)


def occurrence_of(one: OneToOne, *, for_: Person | None = None) -> Occurrence:
    """Give a 1:1 as an occurrence: "1:1 with Bo" for one of the two, "1:1: Bo and Ada" for both. No joining link is in it."""
    zone = ZoneInfo(one.zone)
    starts, ends = one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)
    where = place_of(one)
    return Occurrence(
        uid=str(one.uid),
        slug=f"one-to-one-{one.pk}",
        title=f"1:1 with {one.other(for_)}" if for_ is not None else f"1:1: {one.coach} and {one.expert}",
        kind=Kind.ONE_TO_ONE,
        state=SessionState.CANCELLED if one.state == OneToOneState.CANCELLED else SessionState.SCHEDULED,
        zone=one.zone,
        date=starts.date(),
        start=starts.time(),
        end=ends.time() if ends.date() == starts.date() else None,
        place=where,
        mode=None if where else Mode.ONLINE if link_of(one) else None,
        sequence=one.sequence,
    )


def join_url(one: OneToOne) -> str:
    """Give the address that leads the two to where they meet, once they are signed in. It holds no link."""
    return settings.BASE_URL + reverse("one-to-one-join", args=[one.pk])
