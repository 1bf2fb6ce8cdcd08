"""What this room says before a schedule is released: where it asks more of Experts than agreed, or leaves no free week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from hub.participation.queries.load import load_of
from hub.programmes.models import Cohort
from hub.schedule.cautions import Caution, before_release


@before_release
def load(cohort: Cohort, *, at: datetime) -> Iterator[Caution]:
    """Warn of the load the working schedule would put on the Experts. Ten queries."""
    found = load_of(cohort, is_working=True, at=at)
    place = [cohort.programme.slug, cohort.slug]
    yield Caution(
        "Load of the Experts", tuple(found.warnings), reverse("desk-load", args=place) + "?schedule=draft", "See the load"
    )
