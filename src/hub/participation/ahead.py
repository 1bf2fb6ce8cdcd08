"""What people have ahead here by a part that is over by then: told to the room of people, whose page of a person shows it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.urls import reverse

from hub.participation.queries.ahead import held_ahead
from hub.people.ahead import Ahead
from hub.programmes.models import Programme

MOST_NAMED = 200  # people in one address; of more the page shows everybody


def ahead(programme: Programme, people: Collection[int], at: datetime) -> list[Ahead]:
    """Give the places and 1:1s some people have ahead though they take no part by then."""
    return [each.shown for each in held_ahead(programme, people=people, at=at)]


def page_of(programme: Programme, people: Collection[int]) -> str:
    """Give the page on which the team decides what becomes of what these people have ahead; for nobody, that of all."""
    whose = f"?who={','.join(str(key) for key in sorted(people))}" if 0 < len(people) <= MOST_NAMED else ""
    return reverse("desk-ahead", args=[programme.slug]) + whose
