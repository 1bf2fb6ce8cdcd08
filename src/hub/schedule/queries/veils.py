"""Whose names may not stand in what the public reads of a schedule."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from django.db.models import Exists, OuterRef

from hub.core.occurrence import from_facts
from hub.core.veil import Veil
from hub.kit.compiled import HERE, Compiled, compiled
from hub.people.queries import names_withheld, stand_ins
from hub.programmes.models import Cohort, Programme
from hub.programmes.queries import cohorts_of
from hub.schedule.models import Material, Release, ReleasedSession


def veil_over(release_id: int | None) -> Veil:
    """Give the veil of the programme a release is of. One query."""
    if release_id is None:
        return Veil()
    rows = _withheld_over_a_release().rows(release_id)
    return Veil(stand_ins((name, kind, former) for _, name, kind, former, _ in rows))


@lru_cache(maxsize=1)
def _withheld_over_a_release() -> Compiled:
    return compiled(names_withheld(Release.objects.filter(pk=HERE).values("cohort__programme")))


def newest_releases(cohorts: Iterable[Cohort]) -> dict[int, int]:
    """Give the id of each cohort's newest release by the cohort's id; cohorts without one are left out. One query."""
    later = Release.objects.filter(cohort=OuterRef("cohort"), number__gt=OuterRef("number"))
    newest = Release.objects.filter(~Exists(later), cohort__in=[cohort.pk for cohort in cohorts])
    return dict(newest.values_list("cohort_id", "pk"))


def sessions_naming(names: Iterable[str], programme: Programme, *, as_lead_only: bool = False) -> list[tuple[Cohort, str, str]]:
    """Give the sessions of a programme's newest releases that name somebody: cohort, slug and what it is called. Three queries.

    What it is called is without the name: it is said when the name is gone. `as_lead_only` keeps those the person leads.
    """
    veil = Veil(dict.fromkeys(names, "somebody"))
    cohorts = {cohort.pk: cohort for cohort in cohorts_of(programme)}
    newest = {release: cohorts[key] for key, release in newest_releases(cohorts.values()).items()}
    rows = ReleasedSession.objects.filter(release__in=newest).order_by("release", "position")
    found = []
    for release, facts in rows.values_list("release_id", "facts"):
        said = from_facts(facts)
        shown = veil.occurrence(said)
        if shown.led_by != said.led_by if as_lead_only else shown != said:
            found.append((newest[release], said.slug, shown.say_title))
    return found


def cohorts_with_changes_naming(names: Iterable[str], programme: Programme) -> list[Cohort]:
    """Give the cohorts of a programme with a release whose note, or whose changes, name somebody. One query."""
    veil = Veil(dict.fromkeys(names, "somebody"))
    rows = Release.objects.filter(cohort__programme=programme).select_related("cohort").defer("vtimezones", "vevents")
    found: dict[int, Cohort] = {}
    for row in rows.order_by("cohort", "number"):
        if row.cohort_id not in found and (veil.text(row.note), veil.facts(row.difference)) != (row.note, row.difference):
            found[row.cohort_id] = row.cohort
    return list(found.values())


def recordings_of(cohorts: Iterable[Cohort]) -> list[tuple[Cohort, str, str]]:
    """Give the sessions of some cohorts that have a recording, by cohort: cohort, slug and what it is called. One query."""
    of = {cohort.pk: cohort for cohort in cohorts}
    rows = Material.objects.filter(kind="recording", session__cohort__in=of).order_by("session__date", "session", "pk")
    sessions = {each.session: None for each in rows.select_related("session")}
    return [(of[each.cohort_id], each.slug, each.title) for each in sessions]
