"""Who sees whom, and who allowed what: applied in the query, never in a template."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from hub.core.consent import Standing, Use
from hub.kit.home import day_of
from hub.programmes.models import Programme

if TYPE_CHECKING:
    from hub.people.models.person import Person

# Whose names those of the same cohort see without being asked: the people one works with.
FELLOWS = ("team", "expert", "facilitator", "coach", "writer")


def held_at(at: datetime, prefix: str = "") -> Q:
    """Give the condition that a dated row holds at a moment: begun, and not ended."""
    day = day_of(at)
    begun, ends = {f"{prefix}starts_on__lte": day}, f"{prefix}ends_on"
    return Q(**begun) & (Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gt": day}))


def not_over_at(at: datetime) -> Q:
    """Give the condition that a dated row has not ended at a moment: it holds, or is to begin."""
    return Q(ends_on__isnull=True) | Q(ends_on__gt=day_of(at))


def on_team_at(at: datetime) -> Q:
    """Give the condition that a role puts somebody on the team of a whole programme at a moment."""
    return held_at(at) & Q(kind="team", cohort__isnull=True)


def among_fellows_at(at: datetime) -> Q:
    """Give the condition that a role lets somebody take part in a cohort at a moment, and be known to who does."""
    return held_at(at) & Q(kind__in=FELLOWS, cohort__isnull=False)


def _had_a_part_in_teams_of(person: Person, at: datetime) -> Exists:
    """Give the condition that somebody has or had a role in a programme whose team a person is on at a moment."""
    from hub.people.models.person import Role

    team_of = Role.objects.filter(on_team_at(at), person=person).values("programme")
    return Exists(Role.objects.filter(person=OuterRef("pk"), programme__in=team_of))


class PersonQuerySet(models.QuerySet["Person"]):
    """People, cut by who asks and by what they allowed."""

    def visible_to(self, person: Person | None, *, at: datetime) -> PersonQuerySet:
        """Keep whom a person may know of.

        Everybody knows of themselves. A team knows of everybody who has or had a role in its programme. Who takes part in
        a cohort knows of those who take part in it too (FELLOWS). Nobody else knows of anybody, and the erased of nobody.
        """
        if person is None or person.erased_at is not None:
            return self.none()
        from hub.people.models.person import Role

        with_me = Role.objects.filter(among_fellows_at(at), person=person).values("cohort")
        theirs = Role.objects.filter(person=OuterRef("pk"))
        is_fellow = Exists(theirs.filter(among_fellows_at(at), cohort__in=with_me))
        return self.filter(Q(pk=person.pk) | _had_a_part_in_teams_of(person, at) | is_fellow, erased_at__isnull=True)

    def known_to_team(self, person: Person | None, *, at: datetime) -> PersonQuerySet:
        """Keep whom a person knows of as one of a team: of those `visible_to` keeps, who has or had a role in its programme."""
        if person is None or person.erased_at is not None:
            return self.none()
        return self.filter(_had_a_part_in_teams_of(person, at), erased_at__isnull=True)

    def allowing(self, use: Use, programme: Programme | int | OuterRef) -> PersonQuerySet:
        """Keep those who allow a use in a programme now; who was not asked has not allowed it, nor who is to be forgotten."""
        from hub.people.models.consent import Consent
        from hub.people.models.records import Erasure

        given = Consent.objects.filter(person=OuterRef("pk"), programme=programme, use=use.value, standing=Standing.GIVEN.value)
        leaving = Erasure.objects.filter(person=OuterRef("pk"), taken_back_at__isnull=True, done_at__isnull=True)
        return self.filter(Exists(given), ~Exists(leaving), erased_at__isnull=True)
