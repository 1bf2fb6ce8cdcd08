"""Releases: numbered, with a difference, all or nothing, and without any joining link."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from hub.core.errors import NotAllowed
from hub.core.occurrence import SessionState
from hub.core.release import NothingToRelease, ReleasedMeanwhile
from hub.kit import journal
from hub.kit.models import JournalEntry
from hub.people.commands import add_person
from hub.programmes.models import Cohort
from hub.schedule.commands import releases
from hub.schedule.commands.releases import NoteTooLong, release_schedule
from hub.schedule.models import Material, Release, ReleasedSession, Session
from hub.schedule.queries import public
from tests.schedule.drafts import DRAFTED, RELEASED, a_draft_cohort, add_sessions, many, released, the_team, undated

pytestmark = pytest.mark.django_db

LATER = RELEASED + timedelta(days=7)


def test_the_first_release_is_number_one_and_tells_every_session_as_added() -> None:
    cohort = a_draft_cohort({}, undated(kind="rest", title="No cohort meeting"))
    mara = the_team(cohort)

    release = release_schedule(cohort, note=" First dates.\r\n", seen=0, by=mara, at=RELEASED)

    assert (release.number, release.note, release.released_at, release.released_by) == (1, "First dates.", RELEASED, mara)
    assert {change["sentence"] for change in release.difference} == {
        "Added: Wed 5 July 2023, 15:00–17:00 (London)",
        "Added: without a date",
    }
    entry = JournalEntry.objects.get(verb="released")
    assert (entry.thing_id, entry.by_id, entry.at) == (release.pk, mara.pk, RELEASED)
    assert entry.facts == {"number": 1, "changes": 2, "sessions": 2}


def test_a_release_freezes_what_the_public_sees_until_the_next_one() -> None:
    cohort = a_draft_cohort({"topic": "Licences"})
    first = released(cohort)
    Session.objects.update(topic="Metrics", date=date(2023, 7, 6))

    assert [each.topic for each in public.released_occurrences(first.pk)] == ["Licences"]
    assert [change.sentence for change in public.difference_since_release(cohort).changes] == [
        "Moved from Wed 5 July 2023, 15:00–17:00 (London) to Thu 6 July 2023, 15:00–17:00 (London); also changed: title"
    ]
    second = released(cohort, seen=1, at=LATER)
    assert [each.topic for each in public.released_occurrences(second.pk)] == ["Metrics"]
    assert [each.topic for each in public.released_occurrences(first.pk)] == ["Licences"]
    assert [release.number for release in public.releases_of(cohort)] == [2, 1]
    assert public.difference_since_release(cohort).is_empty


def test_a_moved_session_keeps_its_uid_and_raises_its_sequence_and_the_others_keep_their_text() -> None:
    cohort = a_draft_cohort({}, {"date": date(2023, 7, 19)})
    first = released(cohort)
    Session.objects.filter(slug="cafe-1").update(start=time(14))
    second = released(cohort, seen=1, at=LATER)

    def rows(release: Release) -> dict[str, ReleasedSession]:
        return {row.slug: row for row in ReleasedSession.objects.filter(release=release)}

    before, after = rows(first), rows(second)
    assert after["cafe-1"].uid == before["cafe-1"].uid
    assert [(rows["cafe-1"].sequence, rows["cafe-1"].changed_at) for rows in (before, after)] == [(0, RELEASED), (1, LATER)]
    assert after["cafe-2"].vevent == before["cafe-2"].vevent
    assert after["cafe-2"].changed_at == RELEASED


def test_a_deleted_session_is_released_as_cancelled_now_and_later() -> None:
    cohort = a_draft_cohort({}, {"date": date(2023, 7, 19)})
    released(cohort)
    Session.objects.filter(slug="cafe-1").delete()
    released(cohort, seen=1, at=LATER)
    add_sessions(cohort, [{"slug": "cafe-1", "date": date(2023, 8, 2)}])
    third = released(cohort, seen=2, at=LATER + timedelta(days=1))

    assert [(each.slug, each.state, each.sequence) for each in public.released_occurrences(third.pk)] == [
        ("cafe-1-cancelled", SessionState.CANCELLED, 1),
        ("cafe-2", SessionState.SCHEDULED, 0),
        ("cafe-1", SessionState.SCHEDULED, 0),
    ]
    assert [change["sentence"] for change in Release.objects.get(number=2).difference] == [
        "Cancelled: was Wed 5 July 2023, 15:00–17:00 (London)"
    ]


def test_only_dated_gatherings_get_calendar_text() -> None:
    cohort = a_draft_cohort(
        {},
        undated(),
        {"kind": "rest", "start": None, "end": None},
        {"kind": "individual"},
        {"start": None, "end": None, "date": date(2023, 11, 1)},
    )

    release = released(cohort)

    rows = ReleasedSession.objects.filter(release=release)
    assert {row.slug: bool(row.vevent) for row in rows} == {
        "cafe-1": True,
        "cafe-2": False,
        "cafe-3": False,
        "cafe-4": False,
        "cafe-5": True,
    }
    assert release.vtimezones.count("BEGIN:VTIMEZONE") == 1


SECRET = "https://calls.example.org/room/only-for-those-who-take-part"


def test_a_joining_link_never_gets_into_a_release_wherever_it_was_written() -> None:
    cohort = a_draft_cohort(
        {"joining_link": SECRET, "summary": f"Join at {SECRET}", "agenda": [{"text": f"Group: {SECRET}"}]},
        {"place": SECRET, "date": date(2023, 7, 19)},  # another session's link
    )
    session = Session.objects.get(slug="cafe-1")
    Material.objects.create(session=session, title="Join", url=SECRET)
    Material.objects.create(session=session, title="For the team", url="https://example.org/team", access="team")

    release = released(cohort, note="Welcome")

    kept = repr(list(ReleasedSession.objects.values_list("facts", "vevent"))) + repr(release.difference)
    assert "only-for-those" not in kept.replace("\\r\\n ", "").replace("\r\n ", "")
    assert "example.org/team" not in kept


def test_who_compared_with_an_older_release_is_told_and_nothing_is_released() -> None:
    cohort = a_draft_cohort({})
    released(cohort)
    Session.objects.update(title="Café")

    with pytest.raises(ReleasedMeanwhile) as no:
        released(cohort, seen=0, at=LATER)

    assert no.value.sentence == (
        "Release 1 came out meanwhile, so what you compared is out of date. Look at what would change now."
    )
    assert Release.objects.count() == 1


def test_a_release_that_tells_nothing_new_is_refused() -> None:
    cohort = a_draft_cohort({})
    released(cohort)

    with pytest.raises(NothingToRelease) as no:
        released(cohort, seen=1, at=LATER)

    assert no.value.sentence == "Nothing changed since release 1."


def test_a_schedule_without_sessions_is_not_released() -> None:
    with pytest.raises(NothingToRelease) as no:
        released(a_draft_cohort())

    assert no.value.sentence == "There is nothing to release yet: the schedule has no sessions."


def test_only_the_team_releases() -> None:
    cohort = a_draft_cohort({})
    sam = add_person("Sam Stranger", by=None, at=DRAFTED)

    with pytest.raises(NotAllowed):
        release_schedule(cohort, seen=0, by=sam, at=RELEASED)

    assert Release.objects.count() == 0


def test_a_note_longer_than_a_page_shows_is_refused_at_its_field() -> None:
    with pytest.raises(NoteTooLong) as no:
        released(a_draft_cohort({}), note="x" * 2001)

    assert no.value.field == "note"


def test_when_the_last_write_fails_nothing_of_the_release_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    cohort = a_draft_cohort({})

    def full(*_: object, **__: object) -> None:
        raise IntegrityError("the disk is full")

    monkeypatch.setattr(releases.journal, "record", full)
    with pytest.raises(IntegrityError):
        released(cohort)

    assert journal.record is full
    assert (Release.objects.count(), ReleasedSession.objects.count()) == (0, 0)
    assert Cohort.objects.get().public_version == cohort.public_version


def test_a_release_makes_what_was_rendered_before_out_of_date() -> None:
    cohort = a_draft_cohort({})
    before = public.freshness("practitioners-hub", "2023")
    released(cohort)
    after = public.freshness("practitioners-hub", "2023")

    assert before is not None
    assert after is not None
    assert (before.release_number, after.release_number) == (None, 1)
    assert (before.last_modified, after.last_modified) == (None, RELEASED)
    assert before.key != after.key


def test_whether_answers_are_fresh_is_one_query_at_any_number_of_releases() -> None:
    cohort = a_draft_cohort({})
    for number in range(3):
        Session.objects.update(title=f"Café {number}")
        released(cohort, seen=number, at=RELEASED + timedelta(days=number))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        now = public.freshness("practitioners-hub", "2023")

    assert (len(queries), now and now.release_number) == (1, 3)
    assert public.freshness("practitioners-hub", "1999") is None


def test_reading_a_release_and_its_neighbours_costs_the_same_at_any_size() -> None:
    cohort = a_draft_cohort(*many(3), undated())
    release = released(cohort)

    around = {}
    for slug in ("cafe-1", "cafe-2", "cafe-3"):
        page = public.session_page(cohort.pk, release.pk, slug)
        assert page is not None
        around[slug] = (page.before and page.before.slug, page.after and page.after.slug)
    assert around == {"cafe-1": (None, "cafe-2"), "cafe-2": ("cafe-1", "cafe-3"), "cafe-3": ("cafe-2", None)}
    assert public.session_page(cohort.pk, release.pk, "cafe-9") is None
    found = public.released_occurrence(release.pk, "cafe-2")
    assert found and found.date == date(2023, 7, 2)
    assert public.released_occurrence(release.pk, "cafe-9") is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time, and in memory refuses the second")
def test_of_two_who_release_at_once_one_releases_and_the_other_is_told() -> None:
    cohort = a_draft_cohort(*many(40))
    together = threading.Barrier(2, timeout=10)

    def release(_: int) -> str:
        together.wait()
        try:
            return f"release {released(cohort).number}"
        except ReleasedMeanwhile as no:
            return no.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(release, range(2)))

    assert told == ["release 1", "released-meanwhile"]
    assert ReleasedSession.objects.count() == 40
