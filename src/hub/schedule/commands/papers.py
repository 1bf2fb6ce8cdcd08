"""Take out of what is released the materials that are no longer for everybody.

Source: docs/decisions/0005, "what is not for everybody any more".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from hub.core.occurrence import from_facts, to_facts
from hub.core.release import without_addresses
from hub.messaging.commands import facts_changed
from hub.programmes.commands import cohort_public_changed
from hub.programmes.models import Cohort
from hub.schedule.commands.releases import vevent_of
from hub.schedule.models import Material, Release, ReleasedSession

_AT_ONCE = 200


def close_papers(cohort: Cohort, sessions: Collection[int], *, at: datetime) -> bool:
    """Leave in the releases only such materials of some sessions, by key, as everybody may still see; say whether any went.

    To be called under the cohort's lock, in the transaction that narrows who sees a material, gives it another address or
    takes it off. What is new or wider waits for the next release. The number of statements does not grow with sessions.
    """
    public: dict[int, set[str]] = defaultdict(set)
    closed: dict[int, set[str]] = defaultdict(set)
    for each in Material.objects.filter(session__in=sessions):
        (public if each.is_public else closed)[each.session_id].add(each.url)
    rows = list(ReleasedSession.objects.filter(session__in=sessions).order_by("release", "position"))
    changed: list[ReleasedSession] = []
    texts: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        assert row.session_id is not None  # filtered for it
        said = from_facts(row.facts)
        gone = {each.url for each in said.papers} - public[row.session_id]
        left = without_addresses(said, closed[row.session_id] | gone)
        if left != said:
            row.facts, row.changed_at, before = to_facts(left), at, row.vevent
            row.vevent = vevent_of(left, cohort, stamp=at)
            texts[row.release_id].append((before, row.vevent))
            changed.append(row)
    if not changed:
        return False
    ReleasedSession.objects.bulk_update(changed, ["facts", "vevent", "changed_at"], batch_size=_AT_ONCE)
    releases = list(Release.objects.filter(pk__in=texts).only("vevents"))
    for release in releases:
        for before, after in texts[release.pk]:
            release.vevents = release.vevents.replace(before, after) if before else release.vevents
    Release.objects.bulk_update(releases, ["vevents"], batch_size=_AT_ONCE)
    cohort_public_changed(cohort)
    facts_changed(cohort.programme, at=at)
    return True
