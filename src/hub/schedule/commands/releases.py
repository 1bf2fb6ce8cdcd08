"""Release the schedule: freeze the working sessions, say what changed, and let the public see them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from hub.core import ical
from hub.core.errors import NotAllowed, Refusal
from hub.core.occurrence import Occurrence, from_facts, to_facts
from hub.core.release import NothingToRelease, ReleasedMeanwhile, difference, is_in_calendars, next_release
from hub.kit import journal
from hub.messaging.commands import facts_changed
from hub.people import permissions
from hub.people.models import Person
from hub.programmes import commands as programmes
from hub.programmes import queries as cohorts
from hub.programmes.models import Cohort
from hub.schedule import events
from hub.schedule.exports import session_url
from hub.schedule.models import PlanVersion, Release, ReleasedSession, Session
from hub.schedule.queries import public

LONGEST_NOTE = 2000
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class NoteTooLong(Refusal):
    """The note of a release is longer than a page shows."""

    code: ClassVar[str] = "note-too-long"


@transaction.atomic
def release_schedule(cohort: Cohort, *, note: str = "", seen: int, by: Person | None, at: datetime) -> Release:
    """Make the working schedule public as the cohort's next numbered release, with its difference from the last one.

    `seen` is the number of the release the person compared with, 0 for none. Sessions are frozen as facts and as calendar
    text, joining links left out of both; a session that calendars hold and the schedule no longer has stays as cancelled.
    Who is told is for the programme's rules (`schedule/messages.py`).
    Raises NotAllowed, ReleasedMeanwhile, NothingToRelease, NoteTooLong.
    """
    if by is not None and not permissions.runs(by, cohort.programme, at=at):
        raise NotAllowed("Only the team of the programme can release its schedule.")
    note = _UNPRINTABLE.sub("", note.replace("\r\n", "\n")).strip()
    if len(note) > LONGEST_NOTE:
        raise NoteTooLong(f"The note has {len(note)} characters and there is room for {LONGEST_NOTE}.", field="note")
    held = cohorts.locked_cohort(cohort)
    last = public.latest_release(held)
    number = last.number if last else 0
    if number != seen:
        raise ReleasedMeanwhile(
            f"Release {number} came out meanwhile, so what you compared is out of date. Look at what would change now."
        )
    earlier = {str(row.uid): row for row in ReleasedSession.objects.filter(release=last)} if last else {}
    before = tuple(from_facts(row.facts) for row in sorted(earlier.values(), key=lambda row: row.position))
    working = public.releasable_occurrences(held)
    told = difference(before, working)
    if last is None and not working:
        raise NothingToRelease("There is nothing to release yet: the schedule has no sessions.")
    if told.is_empty:
        raise NothingToRelease(f"Nothing changed since release {number}.")
    coming = next_release(before, working)
    programmes.cohort_public_changed(held)
    release = Release(
        cohort=held,
        number=number + 1,
        note=note,
        released_at=at,
        released_by=by,
        difference=[change.to_facts() for change in told.changes],
        plan_version=PlanVersion.objects.filter(cohort=held, is_applied=True).order_by("-number").first(),
        cohort_version=held.public_version + 1,
        programme_version=held.programme.public_version,
    )
    ids = {str(uid): pk for uid, pk in Session.objects.filter(cohort=held).values_list("uid", "pk")}
    rows = [
        _frozen(each, release, position=position, session_id=ids.get(each.uid), earlier=earlier.get(each.uid), cohort=held)
        for position, each in enumerate(coming)
    ]
    release.vtimezones = ical.vtimezones(each for each in coming if is_in_calendars(each))
    release.vevents = "".join(row.vevent for row in rows)
    release.save()
    ReleasedSession.objects.bulk_create(rows, batch_size=200)
    journal.record(
        "released", release, by=by, part_of=held, at=at, number=release.number, changes=len(told.changes), sessions=len(coming)
    )
    facts_changed(held.programme, at=at)
    events.released.send(sender=Release, programme=held.programme_id, at=at)
    return release


def _frozen(
    occurrence: Occurrence,
    release: Release,
    *,
    position: int,
    session_id: int | None,
    earlier: ReleasedSession | None,
    cohort: Cohort,
) -> ReleasedSession:
    """Freeze one session. One that is as it was keeps the moment of its last change, so that its calendar text stays too."""
    facts = to_facts(occurrence)
    changed_at = earlier.changed_at if earlier is not None and earlier.facts == facts else release.released_at
    return ReleasedSession(
        release=release,
        session_id=session_id,
        uid=occurrence.uid,
        slug=occurrence.slug,
        position=position,
        kind=occurrence.kind.value,
        starts_at=occurrence.starts_at,
        sequence=occurrence.sequence,
        changed_at=changed_at,
        facts=facts,
        vevent=vevent_of(occurrence, cohort, stamp=changed_at),
    )


def vevent_of(occurrence: Occurrence, cohort: Cohort, *, stamp: datetime) -> str:
    """Give a session as calendar text, "" where calendars do not get it; `stamp` is when it was said."""
    if not is_in_calendars(occurrence):
        return ""
    programme = cohort.programme
    return ical.vevent(
        occurrence,
        url=session_url(programme.slug, cohort.slug, occurrence.slug),
        stamp=stamp,
        organiser=(programme.name, programme.contact_email) if programme.contact_email else None,
    )
