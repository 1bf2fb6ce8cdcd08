"""What the worker does for this room: look whether the links of materials still lead somewhere."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from hub.core.jobs import Every
from hub.kit import jobs
from hub.schedule.commands.links import note_link
from hub.schedule.queries.materials import links_due
from hub.services.links import Links, RealLinks

AT_ONCE = 40  # links in one run; who waits comes with the next


@jobs.handler("look-at-links", every=Every(minutes=30), in_steps=True)
def look_at_links(_: jobs.Payload, *, at: datetime) -> None:
    """Look at the links that are due, those never looked at first; each look is written down before the next."""
    links: Links = settings.LINKS or RealLinks()
    for material in links_due(at=at, most=AT_ONCE):
        note_link(material, links.look(material.url), by=None, at=at)
