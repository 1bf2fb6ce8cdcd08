"""Where people and organisations appear on the schedule's public pages: what a withdrawal of consent shows.

Source: issue 3, "the withdrawal shows every place it touched".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from hub.core.consent import Use
from hub.core.names import plain
from hub.people.appearances import Appearance
from hub.people.models import Organisation, Person, RoleKind, day_of
from hub.people.queries import allows, names_in, roles_of
from hub.programmes.models import Cohort, Programme
from hub.programmes.queries import cohorts_of, partner_names
from hub.schedule.queries.veils import cohorts_with_changes_naming, recordings_of, sessions_naming


def appearances(
    use: Use, programme: Programme, person: Person | None, organisation: Organisation | None, at: datetime
) -> Iterator[Appearance]:
    """Give the homes of cohorts and the released sessions where a name, a photo or a logo stands, and recordings.

    The Hub takes name, photo and logo out of all of them itself. Who is in a recording it does not know: a person has to look.
    """
    if organisation is not None and use is Use.LOGO and organisation.logo:
        for cohort in cohorts_of(programme):
            if plain(organisation.name) in {plain(each.name) for each in partner_names(cohort)}:
                yield Appearance(f"The partner organisations of {cohort.name}", _home(cohort, programme))
    if person is None:
        return
    if use is Use.NAME or (use is Use.PHOTO and _has_a_face(person, programme, at=at)):
        for cohort in _cohorts_of(person, programme, kinds=(RoleKind.EXPERT,), at=at):
            yield Appearance(f"The Experts of {cohort.name}", _home(cohort, programme))
        for cohort, slug, title in sessions_naming(names_in(programme, person), programme, as_lead_only=use is Use.PHOTO):
            yield Appearance(f"{title}, {cohort.name}", reverse("session", args=[programme.slug, cohort.slug, slug]))
    if use is Use.NAME:
        for cohort in cohorts_with_changes_naming(names_in(programme, person), programme):
            yield Appearance(f"The changes of {cohort.name}", reverse("changes", args=[programme.slug, cohort.slug]))
    if use is Use.RECORDING:
        for cohort, slug, title in recordings_of(_cohorts_of(person, programme, kinds=tuple(RoleKind), at=at)):
            url = reverse("session", args=[programme.slug, cohort.slug, slug])
            to_do = f"See whether they are in the recording of {title}, {cohort.name}, and take them out of it"
            yield Appearance(f"The recording of {title}, {cohort.name}", url, to_do=to_do)


def _has_a_face(person: Person, programme: Programme, *, at: datetime) -> bool:
    """Say whether a photo can stand beside a name: there is one, the name is allowed, and a part in the programme has begun."""
    begun = roles_of(person).filter(programme=programme, starts_on__lte=day_of(at))
    return bool(person.photo) and allows(person, Use.NAME, programme) and begun.exists()


def _home(cohort: Cohort, programme: Programme) -> str:
    return reverse("cohort", args=[programme.slug, cohort.slug])


def _cohorts_of(person: Person, programme: Programme, *, kinds: tuple[RoleKind, ...], at: datetime) -> list[Cohort]:
    """Give the cohorts of a programme in which somebody has or had one of some roles, each once, newest role first.

    A role that is still to begin shows nobody: they stand nowhere yet.
    """
    begun = [role for role in roles_of(person) if role.starts_on <= day_of(at)]
    roles = [role for role in begun if role.programme_id == programme.pk and role.kind in kinds]
    return list({role.cohort.pk: role.cohort for role in roles if role.cohort is not None}.values())
