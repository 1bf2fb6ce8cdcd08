"""Write down how the links of materials were found."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hub.core.materials import LinkState, after_look
from hub.kit import journal
from hub.people.models import Person
from hub.schedule.models import Material
from hub.services.links import Look


@transaction.atomic
def note_link(material: Material, look: Look, *, by: Person | None, at: datetime) -> Material | None:
    """Write down what a look at a material's link found; None where it is gone or another link since.

    In the journal stands what changes for people: that a link broke, and that it works again.
    """
    row = Material.objects.select_for_update(of=("self",)).filter(pk=material.pk, url=material.url).first()
    if row is None:
        return None
    before = LinkState(row.link) if row.link else None
    state = after_look(before, is_there=look.is_there)
    row.link, row.link_trouble, row.link_looked_at = state.value, look.trouble[:200], at
    row.save(update_fields=["link", "link_trouble", "link_looked_at"])
    if (state is LinkState.BROKEN) != (before is LinkState.BROKEN):
        verb = "link-broke" if state is LinkState.BROKEN else "link-mended"
        journal.record(verb, row, by=by, at=at, part_of=row.session, personal=["title"], title=row.title)
    return row
