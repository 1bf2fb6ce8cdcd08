"""Prepare the room of a session, and check in to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from hub.core.calendar import say_instant
from hub.core.errors import NotAllowed
from hub.core.meanwhile import must_be_as_seen
from hub.core.occurrence import Occurrence
from hub.core.release import lets_in
from hub.core.room import BadPlan, How, NotNow, Stage
from hub.kit import journal
from hub.participation.commands.attendance import mark_checked_in
from hub.participation.entering import standing_of
from hub.participation.models import CheckIn, RoomPlan
from hub.participation.models.room import seen_of_plan
from hub.participation.permissions import require_team
from hub.participation.queries.room import check_in_span, is_of_now
from hub.people.models import Person
from hub.schedule.models import Session
from hub.schedule.queries.told import released_now

LONGEST_QUESTIONS = 20_000
MOST_LINKS = 20


@transaction.atomic
def prepare_room(
    session: Session,
    *,
    questions: str,
    links: Sequence[tuple[str, str]],
    seen: str | None = None,
    by: Person | None,
    at: datetime,
) -> RoomPlan:
    """Say what stands in a session's room: questions for breakout rooms (Markdown), and links as words and address.

    `seen` marks what stood there when they began to write. Raises NotAllowed, BadPlan, ChangedMeanwhile.
    """
    require_team(by, session.cohort.programme, at=at, doing="prepare a session’s room")
    words = questions.replace("\r\n", "\n").strip()
    if len(words) > LONGEST_QUESTIONS:
        raise BadPlan(f"There is room for {LONGEST_QUESTIONS} characters.", field="questions")
    if session.joining_link and session.joining_link.rstrip("/") in words:
        raise BadPlan(
            "The joining link stands in the questions. It is handed out by its own button; take it out.", field="questions"
        )
    sound = [_sound(*each, session) for each in links]
    if len(sound) > MOST_LINKS:
        raise BadPlan(f"There is room for {MOST_LINKS} links.", field="links")
    row, is_new = RoomPlan.objects.select_for_update(of=("self",)).get_or_create(session=session, defaults={"edited_at": at})
    if (row.questions, [tuple(each) for each in row.links]) == (words, sound) and not is_new:
        return row
    must_be_as_seen(seen, seen_of_plan(row), of="what is prepared")
    row.questions, row.links, row.edited_at = words, [list(each) for each in sound], at
    row.save()
    journal.record("prepared-room", row, by=by, at=at, part_of=session)
    return row


def _sound(title: str, url: str, session: Session) -> tuple[str, str]:
    title, url = " ".join(title.split()), url.strip()
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > 1000 or any(map(str.isspace, url)):
        raise BadPlan(f"“{url[:60]}” is no web address; it begins with https://.", field="links")
    if lets_in(url) or (session.joining_link and url.rstrip("/") == session.joining_link.rstrip("/")):
        raise BadPlan(
            "One of these lets people into a call. Put it into the session’s joining link: it is handed out from there.",
            field="links",
        )
    return title[:200] or url[:200], url


@transaction.atomic
def check_in(session: Session, person: Person, *, how: How, by: Person | None, at: datetime) -> CheckIn:
    """Say that one is there: each for themselves, once, from a quarter of an hour before until half an hour after.

    The times are those released; who checked in before the session was moved checks in anew. Raises NotAllowed, NotNow.
    """
    if by is None or by.pk != person.pk:
        raise NotAllowed("Each checks in for themselves; the team keeps the register.")
    if not standing_of(person, session, at=at).enters:
        raise NotAllowed("You have no part in this session.")
    occurrence = released_now(session)
    held = CheckIn.objects.filter(session=session, person=person).first()
    if held is not None and is_of_now(held.at, occurrence):
        return held
    occurrence = check_now(occurrence, at=at)
    row, is_new = CheckIn.objects.get_or_create(session=session, person=person, defaults={"at": at, "how": how.value})
    if not is_new:
        if is_of_now(row.at, occurrence):
            return row  # by another press at the same moment
        row.at, row.how = at, how.value
        row.save(update_fields=["at", "how"])
    journal.record("checked-in", row, by=by, at=at, part_of=session, about=person, how=how.value)
    mark_checked_in(session, person, occurrence, at=at)
    return row


def check_now(occurrence: Occurrence | None, *, at: datetime) -> Occurrence:
    """Give a released session while one checks in. Raises NotNow with a sentence that says when it is."""
    span = check_in_span(occurrence) if occurrence else None
    if occurrence is None or span is None:
        raise NotNow("Nobody checks in to this session: it has no time yet, or is cancelled.")
    stage = span.stage(at=at)
    if stage is Stage.TO_COME:
        raise NotNow(f"You check in from {say_instant(span.opens_at, occurrence.zone)} on.")
    if stage is Stage.OVER:
        raise NotNow(f"Checking in ended {say_instant(span.closes_at, occurrence.zone)}. Tell the team that you were there.")
    return occurrence
