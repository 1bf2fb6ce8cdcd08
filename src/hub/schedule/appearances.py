"""Where people appear on the schedule's public pages: what a withdrawal of consent shows.

Source: issue 3, "the withdrawal shows every place it touched".
"""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from hub.core.consent import Use
from hub.people.appearances import Appearance
from hub.people.models import Organisation, Person, RoleKind
from hub.people.queries import roles_of
from hub.programmes.models import Programme
from hub.schedule.queries.veils import sessions_naming


def appearances(
    use: Use, programme: Programme, person: Person | None, organisation: Organisation | None
) -> Iterator[Appearance]:
    """Give the homes of the cohorts whose Experts a person is or was among, and the released sessions that name them.

    The Hub takes the name out of all of them itself.
    """
    if use is not Use.NAME or person is None:
        return
    seen: set[int] = set()
    for role in roles_of(person):
        if role.kind == RoleKind.EXPERT and role.cohort is not None and role.programme_id == programme.pk:
            if role.cohort.pk not in seen:
                url = reverse("cohort", args=[programme.slug, role.cohort.slug])
                yield Appearance(f"The Experts of {role.cohort.name}", url)
            seen.add(role.cohort.pk)
    for cohort, slug, title in sessions_naming(person.name, programme):
        yield Appearance(f"{title}, {cohort.name}", reverse("session", args=[programme.slug, cohort.slug, slug]))
