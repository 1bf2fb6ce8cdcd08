"""Read materials across sessions: all of a programme, whose link is to be looked at or broken, who may look after one."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q

from hub.core.materials import LOOK_AGAIN, LOOK_SOON, LinkState
from hub.people.models import Person, RoleKind, held_at
from hub.programmes.models import Programme
from hub.schedule.models import Material


def links_due(*, at: datetime, most: int) -> list[Material]:
    """Give the materials whose link is to be looked at (core.materials.is_due), longest unseen first. One query."""
    is_due = Q(link_looked_at__isnull=True) | Q(link="") | Q(link_looked_at__lte=at - LOOK_AGAIN)
    is_due |= Q(link=LinkState.DOUBTFUL.value, link_looked_at__lte=at - LOOK_SOON)
    return list(Material.objects.filter(is_due).order_by(F("link_looked_at").asc(nulls_first=True), "pk")[:most])


def materials_of(programme: Programme) -> list[Material]:
    """Give every material of a programme with session, cohort and owner: of the newest sessions first. One query."""
    rows = Material.objects.filter(session__cohort__programme=programme).select_related("session__cohort", "owner")
    return list(rows.order_by(F("session__date").desc(nulls_last=True), "session", "position", "pk"))


def possible_keepers(programme: Programme, *, at: datetime) -> list[Person]:
    """Give who may look after a material: whoever has a part in the programme now but its wider community. One query."""
    held = programme.roles.filter(held_at(at)).exclude(kind=RoleKind.COMMUNITY).select_related("person")
    people = {role.person for role in held if role.person.erased_at is None}
    return sorted(people, key=lambda person: (person.plain_name, person.pk))


def broken_links(programme: Programme) -> list[Material]:
    """Give the materials of a programme whose link is broken, with session, cohort and owner. One query."""
    rows = Material.objects.filter(session__cohort__programme=programme, link=LinkState.BROKEN.value)
    return list(rows.select_related("session__cohort", "owner").order_by("link_looked_at", "pk"))
