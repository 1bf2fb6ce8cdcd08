"""What this room itself can tell of people: that a part of theirs begins; and the groups every programme has."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, time
from functools import partial

from django.conf import settings

from hub.core.calendar import instant, say_date
from hub.core.choices import Topic
from hub.core.consent import Use
from hub.core.letters import Variable
from hub.core.outbox import Offset
from hub.messaging.happenings import Audience, Fact, Happening, Usual, audiences, register
from hub.people.models import FELLOWS, RoleKind, day_of
from hub.people.queries.reached import parts_and_days_in, roles_begun, who_has_not_agreed
from hub.programmes.models import Programme
from hub.programmes.queries import cohorts_of, has_ended

_MORNING = time(9)


def parts(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give the parts people take on: those that begin, or began since. One query."""
    keys = None if subjects is None else {int(each.removeprefix("part:")) for each in subjects}
    for role in roles_begun(programme, since=since, subjects=keys):
        zone = role.cohort.zone if role.cohort else programme.zone
        path = f"/{programme.slug}/{role.cohort.slug}/" if role.cohort else f"/{programme.slug}/"
        yield Fact(
            subject=f"part:{role.pk}",
            moment=instant(role.starts_on, _MORNING, zone),
            zone=zone,
            audiences={role.kind: (role.person_id,)},
            values={
                "part.kind": RoleKind(role.kind).label,
                "part.where": role.cohort.name if role.cohort else programme.name,
                "part.from": say_date(role.starts_on),
                "part.link": settings.BASE_URL + path,
            },
            cohort_id=role.cohort_id,
        )


register(
    Happening(
        name="people.part",
        label="somebody’s part begins",
        variables={
            "part.kind": Variable("what they are", "Expert"),
            "part.where": Variable("the cohort, or the programme", "Cohort 2024"),
            "part.from": Variable("the day it begins", "Sun 1 September 2024"),
            "part.link": Variable("the page of the cohort, or of the programme", "https://example.org/hub/2024/", kind="url"),
        },
        audiences={kind.value: f"Each {kind.label}" for kind in RoleKind},
        facts=parts,
        usual=(
            Usual(
                slug="welcome-expert",
                title="Welcome to a new Expert",
                topic=Topic.TASKS,
                audience=RoleKind.EXPERT.value,
                offset=Offset(),
                needs_ok=True,
                subject="Welcome to {{ part.where }}",
                body=(
                    "Hello {{ you.first_name }},\n\nwelcome to {{ part.where }}. "
                    "From {{ part.from }} you are one of its Experts.\n\n"
                    "Your own page tells what is next for you, and what we ask of you before we begin.\n\n"
                    "[See what is next]({{ hub.me }})\n\n"
                    "{{# if you.can_answer }}Answer this mail whenever something is unclear: a person reads it.{{/ if }}"
                ),
            ),
        ),
    )
)


@audiences("people")
def groups(programme: Programme, *, at: datetime) -> Iterator[Audience]:
    """Give the groups of a programme: by part and cohort, and who has not agreed yet to what nobody takes part without.

    A part that is to begin counts: teams write to a cohort before it begins. The team is whoever runs the programme now.
    """
    today = day_of(at)
    here = [
        (person, kind, where)
        for person, kind, where, days in parts_and_days_in(programme)
        if (days.holds_on(today) if kind == RoleKind.TEAM and where is None else not days.is_over(today))
    ]

    def among(kinds: Collection[str], cohort: int | None) -> frozenset[int]:
        return frozenset(person for person, kind, where in here if kind in kinds and (cohort is None or where == cohort))

    for cohort in cohorts_of(programme):
        is_over = has_ended(cohort, at=at)
        yield Audience(
            name=f"experts:{cohort.slug}",
            label=f"Experts of {cohort.name}",
            people=partial(among, (RoleKind.EXPERT.value,), cohort.pk),
            is_over=is_over,
        )
        yield Audience(
            name=f"taking-part:{cohort.slug}",
            label=f"Everybody who takes part in {cohort.name}",
            people=partial(among, FELLOWS, cohort.pk),
            is_over=is_over,
        )
    kinds = {kind for _, kind, _ in here}
    for kind in RoleKind:
        if kind is not RoleKind.EXPERT and kind.value in kinds:
            yield Audience(name=f"part:{kind.value}", label=kind.plural, people=partial(among, (kind.value,), None))
    for use in (Use.TAKING_PART, Use.CODE_OF_CONDUCT, Use.DATA_PROTECTION):
        yield Audience(
            name=f"not-agreed:{use.value}",
            label=f"Who has not agreed yet, of those asked: {use.label.lower()}",
            people=partial(who_has_not_agreed, programme, use, at=at),
        )
