"""Read materials across sessions: whose link is to be looked at, and whose is broken."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q

from hub.core.materials import LOOK_AGAIN, LOOK_SOON, LinkState
from hub.programmes.models import Programme
from hub.schedule.models import Material


def links_due(*, at: datetime, most: int) -> list[Material]:
    """Give the materials whose link is to be looked at (core.materials.is_due), longest unseen first. One query."""
    is_due = Q(link_looked_at__isnull=True) | Q(link="") | Q(link_looked_at__lte=at - LOOK_AGAIN)
    is_due |= Q(link=LinkState.DOUBTFUL.value, link_looked_at__lte=at - LOOK_SOON)
    return list(Material.objects.filter(is_due).order_by(F("link_looked_at").asc(nulls_first=True), "pk")[:most])


def broken_links(programme: Programme) -> list[Material]:
    """Give the materials of a programme whose link is broken, with session, cohort and owner. One query."""
    rows = Material.objects.filter(session__cohort__programme=programme, link=LinkState.BROKEN.value)
    return list(rows.select_related("session__cohort", "owner").order_by("link_looked_at", "pk"))
