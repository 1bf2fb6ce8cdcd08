"""One session changed by hand: nobody's words are lost, the times stay true, and the plan's text follows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection

from hub.core.errors import NotAllowed, NotFromHere
from hub.core.occurrence import Part, SessionState
from hub.core.plan.model import Kind, Mode, Who
from hub.core.sessions import BadSession
from hub.kit.models import JournalEntry
from hub.schedule.commands import sessions
from hub.schedule.commands.sessions import (
    BadMaterial,
    MaterialOfPlan,
    SessionChangedMeanwhile,
    add_material,
    add_session,
    cancel_session,
    edit_material,
    edit_session,
    remove_material,
    restore_session,
)
from hub.schedule.models import Material, PlanVersion, Session
from hub.schedule.queries.working import facts_of, plan_text
from tests.factories import BEGUN, a_cohort, a_plan_text, a_session, ada, an_imported_cohort, mara, sam, some_facts
from tests.schedule.drafts import released

pytestmark = pytest.mark.django_db

AT = BEGUN + timedelta(days=1)
LATER = BEGUN + timedelta(days=2)


def journalled() -> list[tuple[str, dict[str, object]]]:
    return [(entry.verb, entry.facts) for entry in JournalEntry.objects.filter(at__gte=AT).order_by("pk")]


def test_an_added_session_keeps_its_facts_its_moments_and_an_address_people_can_read() -> None:
    cohort = a_cohort()
    team = mara(cohort.programme)
    facts = some_facts(topic=" Stakeholders ", agenda=(Part(text="Say hello", who=Who.GROUP, minutes_low=30),))

    session = add_session(cohort, facts, by=team, at=AT)

    assert facts_of(Session.objects.get()) == replace(facts, topic="Stakeholders")
    assert (session.slug, session.state, session.edited_at) == ("cafe-2024-09-04", "scheduled", AT)
    assert (session.starts_at, session.ends_at) == (
        datetime(2024, 9, 4, 14, 0, tzinfo=UTC),
        datetime(2024, 9, 4, 16, 0, tzinfo=UTC),
    )
    entry = JournalEntry.objects.get(verb="added", at=AT)
    assert (entry.thing_id, entry.by_id, entry.facts) == (session.pk, team.pk, {"slug": "cafe-2024-09-04"})


def test_a_gathering_without_a_date_is_to_be_confirmed_and_work_of_ones_own_is_not() -> None:
    cohort = a_cohort()

    meeting = a_session(cohort, title="Showcase", kind=Kind.MEETING, date=None, start=None, end=None)
    own = a_session(cohort, title="Read the guide", kind=Kind.INDIVIDUAL, date=None, start=None, end=None, mode=None)

    assert [(each.slug, each.state, each.starts_at) for each in (meeting, own)] == [
        ("showcase", "to-be-confirmed", None),
        ("read-the-guide", "scheduled", None),
    ]


def test_an_address_the_public_once_had_is_never_given_to_another_session() -> None:
    cohort = a_cohort()
    a_session(cohort)
    released(cohort, at=AT)
    Session.objects.all().delete()

    assert a_session(cohort).slug == "cafe-2024-09-04-2"
    assert a_session(cohort).slug == "cafe-2024-09-04-3"


def test_an_edit_changes_the_facts_and_leaves_address_and_uid() -> None:
    before = a_session(a_cohort(), agenda=(Part(text="Say hello"),))

    after = edit_session(
        before,
        some_facts(date=date(2024, 11, 6), start=time(9), end=None, zone="Europe/Paris", joining_link="https://example.org/j"),
        seen_at=before.edited_at,
        by=None,
        at=AT,
    )

    assert (after.slug, after.uid, after.edited_at) == (before.slug, before.uid, AT)
    assert (after.starts_at, after.ends_at) == (datetime(2024, 11, 6, 8, 0, tzinfo=UTC), None)
    assert facts_of(Session.objects.get()).agenda == (Part(text="Say hello"),)
    assert journalled() == [
        (
            "edited",
            {
                "slug": "cafe-2024-09-04",
                "fields": ["date", "start", "end", "zone", "joining_link"],
                "before": {"date": "2024-09-04", "start": "15:00", "end": "17:00", "zone": "Europe/London"},
                "after": {"date": "2024-11-06", "start": "09:00", "end": None, "zone": "Europe/Paris"},
            },
        )
    ]


def test_an_edit_that_changes_nothing_writes_nothing_even_when_it_comes_late() -> None:
    session = a_session(a_cohort())

    edit_session(session, replace(some_facts(), title=" Collaboration  Café "), seen_at=AT, by=None, at=LATER)

    assert Session.objects.get().edited_at == BEGUN
    assert journalled() == []


def test_of_two_who_edit_the_same_session_the_second_is_told_and_nothing_is_lost() -> None:
    session = a_session(a_cohort())
    seen = session.edited_at
    edit_session(session, some_facts(topic="Metrics"), seen_at=seen, by=None, at=AT)

    with pytest.raises(SessionChangedMeanwhile) as no:
        edit_session(session, some_facts(topic="Licences"), seen_at=seen, by=None, at=LATER)

    assert no.value.sentence == (
        "Somebody else changed this session meanwhile, so yours is not saved yet. Compare the two, then save again."
    )
    now = Session.objects.get()
    assert (now.topic, now.edited_at) == ("Metrics", AT)
    edit_session(now, some_facts(topic="Metrics and licences"), seen_at=now.edited_at, by=None, at=LATER)
    assert Session.objects.get().topic == "Metrics and licences"


def test_two_edits_at_the_same_moment_still_differ_so_that_the_second_never_overwrites_unseen() -> None:
    session = a_session(a_cohort())
    edit_session(session, some_facts(topic="Metrics"), seen_at=BEGUN, by=None, at=BEGUN)

    with pytest.raises(SessionChangedMeanwhile):
        edit_session(session, some_facts(topic="Licences"), seen_at=BEGUN, by=None, at=BEGUN)


def test_who_edits_a_session_that_is_gone_is_told_so() -> None:
    session = a_session(a_cohort())
    Session.objects.all().delete()

    with pytest.raises(SessionChangedMeanwhile) as no:
        edit_session(session, some_facts(topic="Licences"), seen_at=BEGUN, by=None, at=AT)

    assert no.value.sentence == "Somebody took this session away meanwhile."


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time, and in memory refuses the second")
def test_of_two_edits_at_once_one_is_saved_and_the_other_is_told() -> None:
    session = a_session(a_cohort())
    together = threading.Barrier(2, timeout=10)

    def edit(topic: str) -> str:
        together.wait()
        try:
            return edit_session(session, some_facts(topic=topic), seen_at=BEGUN, by=None, at=AT).topic
        except SessionChangedMeanwhile as no:
            return no.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(edit, ("Metrics", "Licences")))

    assert "session-changed-meanwhile" in told
    assert Session.objects.get().topic in told
    assert JournalEntry.objects.filter(verb="edited").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time, and in memory refuses the second")
def test_two_sessions_added_at_once_for_one_day_both_stay_with_addresses_of_their_own() -> None:
    cohort = a_cohort()
    together = threading.Barrier(2, timeout=10)

    def add(_: int) -> str:
        together.wait()
        try:
            return a_session(cohort).slug
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        slugs = sorted(pool.map(add, range(2)))

    assert slugs == ["cafe-2024-09-04", "cafe-2024-09-04-2"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"end": time(15)}, "end"),
        ({"start": None}, "start"),
        ({"zone": "BST"}, "zone"),
        ({"joining_link": "javascript:alert(1)"}, "joining_link"),
        ({"topic": "x" * 301}, "topic"),
    ],
)
def test_facts_that_cannot_be_are_refused_at_their_field_and_nothing_changes(facts: dict[str, object], field: str) -> None:
    session = a_session(a_cohort())

    with pytest.raises(BadSession) as added:
        a_session(session.cohort, **facts)
    with pytest.raises(BadSession) as edited:
        edit_session(session, some_facts(**facts), seen_at=BEGUN, by=None, at=AT)

    assert (added.value.field, edited.value.field) == (field, field)
    assert [facts_of(each) for each in Session.objects.all()] == [some_facts(agenda=())]


def test_only_the_team_changes_sessions() -> None:
    cohort = a_cohort()
    session = a_session(cohort)
    material = add_material(session, title="Slides", url="https://example.org/slides", by=None, at=BEGUN)
    tries: list[Callable[[object], object]] = [
        lambda by: add_session(cohort, some_facts(), by=by, at=AT),  # type: ignore[arg-type]
        lambda by: edit_session(session, some_facts(topic="x"), seen_at=BEGUN, by=by, at=AT),  # type: ignore[arg-type]
        lambda by: cancel_session(session, by=by, at=AT),  # type: ignore[arg-type]
        lambda by: restore_session(session, by=by, at=AT),  # type: ignore[arg-type]
        lambda by: add_material(session, title="x", url="https://example.org/x", by=by, at=AT),  # type: ignore[arg-type]
        lambda by: edit_material(
            material,
            title="x",
            url="https://example.org/x",
            kind="other",
            is_public=True,
            by=by,
            at=AT,  # type: ignore[arg-type]
        ),
        lambda by: remove_material(material, by=by, at=AT),  # type: ignore[arg-type]
    ]

    for person in (ada(cohort), sam()):
        for attempt in tries:
            with pytest.raises(NotAllowed) as no:
                attempt(person)
            assert no.value.sentence == "Only the team of the programme can change its sessions."
    assert (Session.objects.count(), Material.objects.count()) == (1, 1)


def test_a_cancelled_session_says_why_stays_cancelled_through_edits_and_can_be_put_back_on() -> None:
    session = a_session(a_cohort(), status_note="Room to be agreed")

    cancelled = cancel_session(session, note=" The speaker\nis ill ", by=None, at=AT)
    assert (cancelled.state, cancelled.status_note, cancelled.edited_at) == (SessionState.CANCELLED, "The speaker is ill", AT)
    with pytest.raises(NotFromHere) as twice:
        cancel_session(session, by=None, at=LATER)
    assert twice.value.sentence == "This session is cancelled already."

    edited = edit_session(
        cancelled, replace(facts_of(cancelled), date=date(2024, 9, 11)), seen_at=cancelled.edited_at, by=None, at=LATER
    )
    assert (edited.state, edited.status_note) == (SessionState.CANCELLED, "The speaker is ill")

    restored = restore_session(edited, by=None, at=LATER + timedelta(hours=1))
    assert (restored.state, restored.status_note, restored.date) == (SessionState.SCHEDULED, "", date(2024, 9, 11))
    with pytest.raises(NotFromHere) as again:
        restore_session(edited, by=None, at=LATER)
    assert again.value.sentence == "This session is not cancelled."
    assert [verb for verb, _ in journalled()] == ["cancelled", "edited", "restored"]


def test_an_undated_session_put_back_on_is_to_be_confirmed_again() -> None:
    session = a_session(a_cohort(), date=None, start=None, end=None)
    cancel_session(session, by=None, at=AT)

    assert restore_session(session, by=None, at=LATER).state == SessionState.TO_BE_CONFIRMED


def test_a_note_of_a_cancellation_longer_than_its_place_is_refused() -> None:
    session = a_session(a_cohort())

    with pytest.raises(BadSession) as no:
        cancel_session(session, note="x" * 201, by=None, at=AT)

    assert (no.value.field, no.value.sentence) == ("note", "The note has 201 characters and there is room for 200.")
    assert Session.objects.get().state == SessionState.SCHEDULED


def test_a_dated_session_the_plan_calls_open_stays_open_until_its_day_or_its_note_changes() -> None:
    session = a_session(a_cohort(), status_note="Speaker to be agreed")

    def edited(**facts: object) -> str:
        Session.objects.update(state="to-be-confirmed", date=date(2024, 9, 4), status_note="Speaker to be agreed", title="Café")
        now = Session.objects.get()
        return edit_session(now, replace(facts_of(now), **facts), seen_at=now.edited_at, by=None, at=AT).state  # type: ignore[arg-type]

    assert session.state == SessionState.SCHEDULED
    assert edited(title="Collaboration Café") == SessionState.TO_BE_CONFIRMED
    assert edited(date=date(2024, 9, 5)) == SessionState.SCHEDULED
    assert edited(status_note="") == SessionState.SCHEDULED


def test_when_the_last_write_fails_nothing_of_the_edit_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    session = a_session(a_cohort())

    def full(*_: object, **__: object) -> None:
        raise IntegrityError("the disk is full")

    monkeypatch.setattr(sessions.journal, "record", full)
    with pytest.raises(IntegrityError):
        edit_session(session, some_facts(topic="Metrics"), seen_at=BEGUN, by=None, at=AT)

    assert facts_of(Session.objects.get()) == some_facts(agenda=())


def test_materials_stand_in_the_order_they_were_added_and_leave_the_session_as_it_was_seen() -> None:
    session = a_session(a_cohort())

    slides = add_material(session, title=" Our\nslides ", url=" https://example.org/slides ", by=None, at=AT)
    film = add_material(
        session, title="Recording", url="https://example.org/film?a=1", kind="recording", is_public=False, by=None, at=AT
    )
    assert [(each.position, each.title, each.url, each.kind, each.is_public) for each in (slides, film)] == [
        (0, "Our slides", "https://example.org/slides", "material", True),
        (1, "Recording", "https://example.org/film?a=1", "recording", False),
    ]
    changed = edit_material(
        film, title="Film", url="https://example.org/film", kind="recording", is_public=True, by=None, at=LATER
    )
    assert (changed.title, changed.url, changed.is_public) == ("Film", "https://example.org/film", True)
    edit_material(film, title="Film", url="https://example.org/film", kind="recording", is_public=True, by=None, at=LATER)
    remove_material(slides, by=None, at=LATER)
    remove_material(slides, by=None, at=LATER)
    assert [each.title for each in session.materials.all()] == ["Film"]
    assert [verb for verb, _ in journalled()] == [
        "material-added",
        "material-added",
        "material-edited",
        "ticked",
        "material-removed",
    ]
    assert Session.objects.get().edited_at == BEGUN


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        ({"title": " "}, "title", "Write what people will find there, such as “Slides”."),
        ({"title": "x" * 301}, "title", "The title has 301 characters and there is room for 300."),
        ({"url": "javascript:alert(1)"}, "url", "This is not a web address; it begins with https://."),
        ({"url": "https://"}, "url", "This is not a web address; it begins with https://."),
        ({"url": "https://example.org/a b"}, "url", "This is not a web address; it begins with https://."),
        ({"url": "https://example.org/" + "x" * 981}, "url", "The address has 1001 characters and there is room for 1000."),
        ({"url": "https://example.org/slides"}, "url", "The session has this address already, as “Slides”."),
        ({"kind": "film"}, "kind", "“film” is no kind of material; say slides, worksheet, material, recording or other."),
    ],
)
def test_a_material_that_cannot_be_is_refused_at_its_field(facts: dict[str, str], field: str, sentence: str) -> None:
    session = a_session(a_cohort())
    add_material(session, title="Slides", url="https://example.org/slides", by=None, at=AT)

    with pytest.raises(BadMaterial) as no:
        add_material(session, **{"title": "More", "url": "https://example.org/more", **facts}, by=None, at=AT)  # type: ignore[arg-type]

    assert (no.value.field, no.value.sentence) == (field, sentence)
    assert Material.objects.count() == 1


def test_a_material_of_the_plan_is_changed_in_the_plan_and_only_who_sees_it_here() -> None:
    an_imported_cohort()
    slides = Material.objects.get()

    with pytest.raises(MaterialOfPlan) as removed:
        remove_material(slides, by=None, at=AT)
    with pytest.raises(MaterialOfPlan):
        edit_material(slides, title="Other", url=slides.url, kind=slides.kind, is_public=True, by=None, at=AT)
    edit_material(slides, title=slides.title, url=slides.url, kind=slides.kind, is_public=False, by=None, at=AT)

    assert removed.value.sentence == "This link stands in the plan’s text; take it out there and import the plan."
    assert Material.objects.values_list("title", "access").get() == ("Slides", "team")


def seen(slug: str) -> Session:
    return Session.objects.get(slug=slug)


def test_an_edit_of_a_session_of_the_plan_changes_its_line_and_no_other() -> None:
    cohort = an_imported_cohort()
    cafe = seen("cafe-september-2")
    facts = replace(facts_of(cafe), date=date(2024, 9, 25), topic="Metrics", place="Leeds", mode=Mode.HYBRID)

    edited = edit_session(cafe, facts, seen_at=cafe.edited_at, by=None, at=AT)

    before, after = a_plan_text().splitlines(), plan_text(cohort).splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert [old for old, _ in changed] == [
        "- Week 3: Collaboration Café: **Wednesday 18 September 2024 (15:00–17:00)** - Stakeholders - Online"
    ]
    assert "25 September 2024" in changed[0][1]
    assert facts_of(edited) == facts
    assert edited.plan_facts
    assert edited.plan_facts["date"] == "2024-09-25"
    version = PlanVersion.objects.get(number=2)
    assert (version.origin, version.is_applied, version.saved_at) == ("written-back", True, AT)


def test_a_session_added_by_hand_is_written_into_the_plan_where_its_month_is() -> None:
    cohort = an_imported_cohort()

    added = a_session(cohort, title="Full meeting", kind=Kind.MEETING, date=date(2024, 10, 16), start=time(14), end=time(16))

    text = plan_text(cohort)
    month = text[text.index("### Month 2") :]
    assert "Full meeting" in month
    assert "16 October 2024" in month
    assert [line for line in a_plan_text().splitlines() if line not in text.splitlines()] == []
    assert added.chapter == "Month 2: October 2024"
    assert added.plan_facts is not None


def test_a_cancellation_is_written_into_the_plan_and_taken_back_with_it() -> None:
    cohort = an_imported_cohort()
    cafe = seen("cafe-october")

    cancel_session(cafe, note="Strike", by=None, at=AT)
    cancelled = plan_text(cohort)
    restore_session(cafe, by=None, at=LATER)

    assert "cancelled" in cancelled.lower()
    assert "cancelled" not in plan_text(cohort).lower()
    assert seen("cafe-october").state == SessionState.SCHEDULED


def test_a_cohort_without_a_plan_gets_none_by_an_edit() -> None:
    session = a_session(a_cohort())
    edit_session(session, some_facts(topic="Metrics"), seen_at=BEGUN, by=None, at=AT)

    assert PlanVersion.objects.count() == 0
