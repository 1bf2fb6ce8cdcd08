"""Take out of what is released the materials that are no longer for everybody.

Source: docs/decisions/0005, "what is not for everybody any more".
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from hub.core.occurrence import from_facts, to_facts
from hub.core.release import without_addresses
from hub.messaging.commands import facts_changed
from hub.programmes.commands import cohort_public_changed
from hub.schedule.commands.releases import vevent_of
from hub.schedule.models import Material, Release, ReleasedSession, Session

_AT_ONCE = 200


def close_address(session: Session, url: str, *, at: datetime) -> None:
    """Take an address a material of a session had out of the releases, unless it is for everybody still.

    To be called under the cohort's lock, in the transaction that narrows who sees the material, gives it another address or
    takes it off. What is new or wider waits for the next release. The number of statements does not grow with releases.
    """
    if any(each.is_public for each in Material.objects.filter(session=session, url=url)):
        return
    cohort = session.cohort
    changed: list[ReleasedSession] = []
    texts: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in ReleasedSession.objects.filter(session=session).order_by("release", "position"):
        said = from_facts(row.facts)
        left = without_addresses(said, [url])
        if left != said:
            row.facts, row.changed_at, before = to_facts(left), at, row.vevent
            row.vevent = vevent_of(left, cohort, stamp=at)
            texts[row.release_id].append((before, row.vevent))
            changed.append(row)
    if not changed:
        return
    ReleasedSession.objects.bulk_update(changed, ["facts", "vevent", "changed_at"], batch_size=_AT_ONCE)
    releases = list(Release.objects.filter(pk__in=texts).only("vevents"))
    for release in releases:
        for before, after in texts[release.pk]:
            release.vevents = release.vevents.replace(before, after) if before else release.vevents
    Release.objects.bulk_update(releases, ["vevents"], batch_size=_AT_ONCE)
    cohort_public_changed(cohort)
    facts_changed(cohort.programme, at=at)
