"""The journal keeps who did what; people who may read it as sentences; and an erasure takes out what is personal in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from hub.core.consent import Use
from hub.kit import journal
from hub.kit.journal import Change, Entry
from hub.kit.models import JournalEntry
from hub.people.commands import publish_term
from hub.people.models import Person
from hub.schedule.commands.plans import import_plan
from hub.schedule.commands.sessions import add_material, cancel_session, edit_session, remove_material, restore_session
from hub.schedule.models import Session
from tests.factories import BEGUN, a_cohort, a_plan_text, a_programme, a_session, ada, mara, sam, some_facts

pytestmark = pytest.mark.django_db
NEXT_DAY = datetime(2024, 6, 4, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def read_by(person: Person | None, session: Session, **more: int) -> tuple[Entry, ...]:
    return journal.history_of(session, person=person, at=NEXT_DAY, **more).entries


def sentences(person: Person, session: Session) -> list[str]:
    return [f"{entry.who} {entry.did}" for entry in read_by(person, session)]


def moved(session: Session, by: Person | None, **facts: object) -> Session:
    return edit_session(session, some_facts(**facts), seen_at=session.edited_at, by=by, at=NEXT_DAY)


def test_the_history_of_a_session_reads_newest_first_with_what_was_and_what_became() -> None:
    cohort = a_cohort()
    team = mara(cohort.programme)
    session = a_session(cohort)
    moved(session, team, title="Café on case studies", date=datetime(2024, 9, 11).date())
    session.refresh_from_db()
    cancel_session(session, by=team, at=NEXT_DAY + HOUR)
    restore_session(session, by=team, at=NEXT_DAY + 2 * HOUR)

    entries = read_by(team, session)

    assert [(entry.who, entry.did, entry.at) for entry in entries] == [
        ("Mara Okafor", "put the session back on", NEXT_DAY + 2 * HOUR),
        ("Mara Okafor", "cancelled the session", NEXT_DAY + HOUR),
        ("Mara Okafor", "changed the session", NEXT_DAY),
        ("The Hub", "added the session", BEGUN),
    ]
    assert entries[2].changes == (
        Change("Title", "Collaboration Café", "Café on case studies"),
        Change("Date", "Wed 4 September 2024", "Wed 11 September 2024"),
    )


def test_a_material_that_is_gone_is_still_in_the_history_of_its_session() -> None:
    cohort = a_cohort()
    team = mara(cohort.programme)
    session = a_session(cohort)
    slides = add_material(session, title="Slides", url="https://example.org/s", by=team, at=NEXT_DAY)
    remove_material(slides, by=team, at=NEXT_DAY + HOUR)
    assert sentences(team, session)[:2] == ["Mara Okafor took “Slides” off", "Mara Okafor added “Slides”"]


def test_a_joining_link_is_said_to_have_changed_and_is_never_shown() -> None:
    cohort = a_cohort()
    team = mara(cohort.programme)
    session = a_session(cohort)
    moved(session, team, joining_link="https://example.org/secret-room", summary="Bring a map.")
    assert sentences(team, session)[0] == "Mara Okafor changed the description and the joining link"
    assert "secret-room" not in str(list(JournalEntry.objects.values()))


def test_what_a_plan_changes_is_in_the_history_of_the_session() -> None:
    cohort = a_cohort()
    team = mara(cohort.programme)
    first = import_plan(cohort, a_plan_text(), seen=0, by=team, at=BEGUN)
    import_plan(
        cohort, a_plan_text().replace("18 September", "19 September").replace("Wednesday 19", "Thursday 19"),
        seen=first.number, by=team, at=NEXT_DAY,
    )  # fmt: skip
    session = Session.objects.get(topic="Stakeholders")
    replanned, planned = read_by(team, session)
    assert (replanned.did, planned.did) == ("changed the session through the plan", "added the session through the plan")
    assert replanned.changes == (Change("Date", "Wed 18 September 2024", "Thu 19 September 2024"),)


def test_only_the_team_reads_a_history() -> None:
    cohort = a_cohort()
    session = a_session(cohort)
    moved(session, None, title="Moved")
    assert [len(read_by(person, session)) for person in (mara(cohort.programme), ada(cohort), sam(), None)] == [2, 0, 0, 0]


def test_a_thing_for_which_nobody_says_who_may_read_is_read_by_nobody() -> None:
    programme = a_programme()
    team = mara(programme)
    term = publish_term(programme, Use.NAME, "We may name you.", is_new_meaning=True, by=team, at=NEXT_DAY)
    assert JournalEntry.objects.filter(thing="people.Term", thing_id=term.pk).exists()
    assert journal.history_of(term, person=team, at=NEXT_DAY) == journal.History()


def test_a_long_history_is_cut_and_says_so() -> None:
    cohort = a_cohort()
    session = a_session(cohort)
    for number in range(3):
        journal.record("edited", session, by=None, at=NEXT_DAY + number * HOUR)
    history = journal.history_of(session, person=mara(cohort.programme), at=NEXT_DAY, most=2)
    assert (len(history.entries), history.is_cut) == (2, True)
    assert journal.history_of(session, person=mara(cohort.programme), at=NEXT_DAY, most=4).is_cut is False


def test_a_history_costs_the_same_queries_however_long(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    cohort = a_cohort()
    team = mara(cohort.programme)
    session = a_session(cohort)
    for number in range(40):
        by = Person.objects.create(name=f"Person {number}") if number % 2 else team
        journal.record("edited", session, by=by, at=NEXT_DAY + number * HOUR)
    with django_assert_num_queries(2):  # who runs the programme, and the lines
        assert len(read_by(team, session)) == 41


def test_a_line_is_gone_with_the_transaction_of_its_command() -> None:
    session = a_session(a_cohort())
    before = JournalEntry.objects.count()

    def breaks() -> None:
        with transaction.atomic():
            journal.record("edited", session, by=None, at=NEXT_DAY)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks()
    assert JournalEntry.objects.count() == before


def everything() -> str:
    return str(list(JournalEntry.objects.values("facts", "verb", "thing")))


def test_an_erasure_blanks_what_is_personal_and_keeps_who_did_what() -> None:
    cohort = a_cohort()
    expert, team = ada(cohort), mara(cohort.programme)
    journal.record("address-added", expert, by=expert, at=NEXT_DAY, personal=["address"], address="ada@example.org", way="code")
    journal.record("invited", cohort, by=team, at=NEXT_DAY, about=expert, personal=["to"], to="ada.lindqvist@example.org")
    by_her = JournalEntry.objects.filter(by=expert).count()
    assert "ada@example.org" in everything()

    assert journal.forget(expert, at=NEXT_DAY + HOUR) == 2

    assert "example.org" not in everything()
    line = JournalEntry.objects.get(verb="address-added")
    assert (line.facts, line.by_id, line.at, line.blanked_at) == (
        {"address": "erased", "way": "code"},
        expert.pk,
        NEXT_DAY,
        NEXT_DAY + HOUR,
    )
    assert JournalEntry.objects.filter(by=expert).count() == by_her
    assert journal.forget(expert, at=NEXT_DAY + 2 * HOUR) == 0


def test_an_erasure_reaches_what_was_written_freely_and_mentions_the_person() -> None:
    cohort = a_cohort()
    expert, team = ada(cohort), mara(cohort.programme)
    session = a_session(cohort, led_by="Grace Hopper")
    moved(session, team, led_by="ADA Lindqvist, and Grace Hopper")
    session.refresh_from_db()
    moved(session, team, led_by="Adam Lindqvistson", title="A talk by Ada Lindqvist")

    journal.forget(expert, mentions=["Ada Lindqvist"], at=NEXT_DAY + HOUR)

    second, first, _ = read_by(team, session)
    assert first.changes == (Change("Led by", "Grace Hopper", "erased"),)
    assert second.changes == (
        Change("Title", "Collaboration Café", "erased"),
        Change("Led by", "erased", "Adam Lindqvistson"),
    )
    assert (first.is_blanked, second.is_blanked) == (True, True)
    assert "ada lindqvist" not in everything().lower().replace("adam lindqvistson", "")


def test_an_erasure_leaves_what_is_about_others() -> None:
    cohort = a_cohort()
    expert, stranger = ada(cohort), sam()
    journal.record("address-added", stranger, by=expert, at=NEXT_DAY, personal=["address"], address="sam@example.org")
    journal.record("invited", cohort, by=None, at=NEXT_DAY, about=stranger, personal=["to"], to="sam@example.org")
    assert journal.forget(expert, mentions=["Ada Lindqvist", "", "  "], at=NEXT_DAY) == 0


def test_an_erasure_reaches_a_mention_in_a_line_about_somebody_else() -> None:
    cohort = a_cohort()
    expert, stranger = ada(cohort), sam()
    journal.record("invited", cohort, by=None, at=NEXT_DAY, about=stranger, personal=["note"], note="a friend of Ada Lindqvist")
    assert journal.forget(expert, mentions=["Ada Lindqvist"], at=NEXT_DAY) == 1
    assert JournalEntry.objects.get(verb="invited").facts == {"note": "erased"}


def test_who_did_it_is_said_to_be_erased_where_no_name_is_left() -> None:
    cohort = a_cohort()
    team, session = mara(cohort.programme), a_session(cohort)
    gone = Person.objects.create(name="")
    cancel_session(session, by=None, at=NEXT_DAY)
    JournalEntry.objects.filter(verb="cancelled").update(by=gone)
    assert sentences(team, session)[0] == "Somebody since erased cancelled the session"


def test_a_name_that_is_a_pattern_is_taken_as_it_is_written() -> None:
    cohort = a_cohort()
    journal.record("edited", cohort, by=None, at=NEXT_DAY, personal=["title"], title="anything at all")
    assert journal.forget(sam(), mentions=[".*", "(", "a|b"], at=NEXT_DAY) == 0
