"""What This week and messages tell of registers and commitments."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from hub.core.booking import Terms, Tier
from hub.core.commitments import Override
from hub.kit import todo
from hub.messaging.commands import reconcile_messages, send_due
from hub.messaging.happenings import happenings
from hub.messaging.models import Message
from hub.participation import commands
from hub.participation.models import Excusal
from hub.participation.models.promises import promise_of
from hub.participation.queries import commitment_of
from hub.programmes.models import Programme
from hub.services.mail import MemoryTransport
from tests.factories import BEGUN, a_programme, mara
from tests.participation.places import an_expert, books
from tests.participation.promising import FIRST_CAFE, after, cafes, held, own_promises, theo

pytestmark = pytest.mark.django_db

MINE = ("Attendance", "Commitments")


def asked(programme: Programme, *, at: datetime) -> list[tuple[str, str]]:
    team = mara(programme)
    return [(each.what, each.url) for each in todo.todos(programme, by=team, at=at) if each.part in MINE]


def test_a_register_is_asked_for_from_the_end_of_its_session_until_it_is_closed() -> None:
    (first, _), programme = cafes(2), a_programme()
    assert first.ends_at is not None
    assert asked(programme, at=first.ends_at - timedelta(minutes=1)) == []
    url = f"/team/practitioners-hub/2024/sessions/{first.slug}/attendance/"
    assert asked(programme, at=first.ends_at) == [("Fill the register", url)]
    held(first)
    assert asked(programme, at=after(first)) == []


def test_who_leads_a_session_is_asked_for_its_register_themselves() -> None:
    (first, _), leader = cafes(2), theo()
    assert first.starts_at is not None
    assert todo.own_todos(leader, at=first.starts_at - timedelta(hours=2)) == []
    (mine,) = todo.own_todos(leader, at=first.starts_at)
    assert (mine.what, mine.url) == ("Fill the register", f"/me/sessions/practitioners-hub/2024/{first.slug}/attendance/")
    held(first)
    assert todo.own_todos(leader, at=after(first)) == []


def test_requests_and_experts_at_risk_stand_in_this_week() -> None:
    sessions = cafes(4)
    cohort, ada = own_promises(), an_expert("Ada")
    for session in sessions[:3]:
        held(session)
    now = after(sessions[2])
    commands.claim_catch_up(sessions[0], ada, watched_on=FIRST_CAFE, note="Watched", by=ada, at=now)
    here = "/team/practitioners-hub/2024/attendance/"
    assert asked(cohort.programme, at=now) == [
        ("Answer 1 request about sessions missed", f"{here}#asked"),
        ("Talk with Ada, at risk of missing what was promised", f"{here}?show=at-risk"),
    ]


def test_an_expert_at_risk_is_a_fact_from_the_register_that_says_so_until_it_is_made_good() -> None:
    sessions, programme = cafes(4), a_programme()
    own_promises()
    ada, grace = an_expert("Ada"), an_expert("Grace")
    at_risk = happenings()["participation.at-risk"]
    held(sessions[0], grace)
    assert list(at_risk.facts(programme, subjects=None, at=after(sessions[0]))) == []
    held(sessions[1], grace)
    now = after(sessions[1])
    (fact,) = at_risk.facts(programme, subjects=None, at=now)
    assert (fact.moment, dict(fact.audiences)["expert"]) == (now, [ada.pk])
    assert fact.values["commitment.says"] == (
        "You have been at 0 of 2 cafés. You need each of the next 2. You can catch up on 2 you missed."
    )
    assert list(at_risk.facts(programme, subjects=["commitment:0:0"], at=now)) == []
    commands.correct_attendance(sessions[1], ada, came=True, reason="She was there", by=None, at=now)
    assert list(at_risk.facts(programme, subjects=None, at=now)) == []


def test_a_register_to_be_filled_is_a_fact_of_its_sessions_end_and_gone_once_it_is_closed() -> None:
    (first, second), programme = cafes(2), a_programme()
    to_fill = happenings()["participation.register"]
    now = after(first)
    facts = list(to_fill.facts(programme, subjects=None, at=now))
    assert [(each.subject, each.moment) for each in facts] == [
        (f"register:{session.pk}", session.ends_at) for session in (first, second)
    ]
    held(first)
    assert [each.subject for each in to_fill.facts(programme, subjects=None, at=now)] == [f"register:{second.pk}"]


def test_facts_and_todos_ask_as_much_of_the_database_for_thirty_experts_as_for_three() -> None:
    sessions = cafes(4)
    own_promises()
    counts = []
    for name, more in (("First", 3), ("Later", 27)):
        for number in range(more):
            an_expert(f"{name} {number}")
        if not counts:
            for session in sessions[:3]:
                held(session)
        now = after(sessions[2])
        with CaptureQueriesContext(connection) as queries:
            facts = list(happenings()["participation.at-risk"].facts(a_programme(), subjects=None, at=now))
        counts.append((len(facts), len(queries)))
    assert counts == [(3, 14), (30, 14)]


def test_a_case_study_not_made_is_told_four_weeks_before_the_cohort_ends_and_no_more_after_it() -> None:
    cohort, ada = own_promises(), an_expert("Ada")
    at_risk = happenings()["participation.at-risk"]
    eve, day, over = (datetime(2025, *on, 12, tzinfo=UTC) for on in ((1, 31), (2, 1), (3, 1)))
    assert list(at_risk.facts(cohort.programme, subjects=None, at=eve)) == []
    (fact,) = at_risk.facts(cohort.programme, subjects=None, at=day)
    assert (fact.moment, dict(fact.audiences)["expert"]) == (datetime(2025, 2, 1, 9, tzinfo=UTC), [ada.pk])
    assert fact.values["commitment.asked"] == "1 case study"
    assert fact.values["commitment.says"] == "Your case study is not made yet; Fri 28 February 2025 is the last day for it."
    (talk,) = asked(cohort.programme, at=day)
    assert talk[0] == "Talk with Ada, at risk of missing what was promised"
    assert list(at_risk.facts(cohort.programme, subjects=None, at=over)) == []
    assert asked(cohort.programme, at=over) == []


def test_who_has_more_time_than_the_cohort_is_told_four_weeks_before_theirs_ends() -> None:
    cohort, ada = own_promises(), an_expert("Ada")
    row = commitment_of(cohort, "case-study")
    assert row is not None
    commands.set_override(row, ada, Override(extended_until=date(2025, 3, 21)), reason="Ill", by=None, at=BEGUN)
    at_risk = happenings()["participation.at-risk"]
    assert list(at_risk.facts(cohort.programme, subjects=None, at=datetime(2025, 2, 20, 12, tzinfo=UTC))) == []
    (fact,) = at_risk.facts(cohort.programme, subjects=None, at=datetime(2025, 3, 1, 12, tzinfo=UTC))
    assert (fact.moment, fact.over_at) == (datetime(2025, 2, 21, 9, tzinfo=UTC), datetime(2025, 3, 21, tzinfo=UTC))


def test_who_misses_a_cafe_without_having_taken_a_place_is_told_that_they_are_at_risk() -> None:
    sessions, cohort = cafes(4), own_promises()
    ada, grace = an_expert("Ada"), an_expert("Grace")
    for session in sessions:
        commands.set_terms(session, Terms(online=10, opens={Tier.EXPERTS: None}), by=None, at=BEGUN)
    for session in sessions[:2]:
        books(grace, session, at=BEGUN)
        held(session, grace)
    now = after(sessions[1])
    (fact,) = happenings()["participation.at-risk"].facts(cohort.programme, subjects=None, at=now)
    assert (fact.moment, dict(fact.audiences)["expert"]) == (now, [ada.pk])


# -- the team's answers


def letters_of(programme: Programme) -> list[tuple[str, str, str]]:
    """What went out: to whom, the subject, and the words."""
    return [(str(each.person), each.sent_subject, each.sent_body) for each in Message.objects.order_by("pk") if each.sent_body]


def sent(programme: Programme, *, at: datetime) -> list[tuple[str, str, str]]:
    reconcile_messages(programme, at=at)
    send_due("mail-0", clock=lambda: at)
    return letters_of(programme)


def test_whoever_asked_hears_what_the_team_answered_once_for_each_answer(settings: Settings) -> None:
    settings.MAIL_TRANSPORT = MemoryTransport()
    first, second = cafes(2)
    cohort, ada, grace = own_promises(), an_expert("Ada Lindqvist"), an_expert("Grace Oyelaran")
    team, programme = mara(cohort.programme), cohort.programme
    held(first, grace)
    now = after(first)
    excusal = commands.ask_excusal(second, ada, reason="I am ill.", by=ada, at=now)
    catch_up = commands.claim_catch_up(first, ada, watched_on=FIRST_CAFE, note="Watched", by=ada, at=now)
    commands.ask_excusal(second, grace, reason="A talk.", by=grace, at=now)
    assert sent(programme, at=now) == []
    commands.decline_excusal(excusal, answer="Could you come for an hour?", by=team, at=now)
    commands.accept_catch_up(catch_up, by=team, at=now)
    told = sent(programme, at=now)
    assert sorted((who, subject) for who, subject, _ in told) == [
        ("Ada Lindqvist", "Not this time: Café 2"),
        ("Ada Lindqvist", "Yes: Café 1"),
    ]
    said = {subject: words for _, subject, words in told}
    assert "You are not excused from Café 2, Wed 18 September 2024, 15:00–17:00 (London)." in said["Not this time: Café 2"]
    assert "Could you come for an hour?" in said["Not this time: Café 2"]
    assert "It counts that you caught up on Café 1" in said["Yes: Café 1"]
    later = now + timedelta(hours=2)
    commands.accept_excusal(Excusal.objects.get(pk=excusal.pk), by=team, at=later)
    assert [subject for _, subject, _ in sent(programme, at=later)][len(told) :] == ["Yes: Café 2"]
    assert len(sent(programme, at=later + timedelta(hours=1))) == len(told) + 1


def test_who_is_excused_without_asking_hears_it_and_who_is_trusted_is_told_nothing_they_know(settings: Settings) -> None:
    settings.MAIL_TRANSPORT = MemoryTransport()
    first, second = cafes(2)
    cohort, ada = own_promises(), an_expert("Ada Lindqvist")
    programme, now = cohort.programme, after(first)
    held(first)
    row = commitment_of(cohort, "cafes")
    assert row is not None
    commands.edit_promise(row, promise_of(row, cohort.zone), is_catch_up_trusted=True, by=None, at=now)
    commands.claim_catch_up(first, ada, watched_on=FIRST_CAFE, note="Watched", by=ada, at=now)
    commands.ask_excusal(second, ada, reason="Ill, she rang.", by=mara(programme), at=now)
    assert [(who, subject) for who, subject, _ in sent(programme, at=now)] == [("Ada Lindqvist", "Yes: Café 2")]


def test_a_certificate_is_sent_word_of_once_and_not_where_it_is_revoked_before(settings: Settings) -> None:
    settings.MAIL_TRANSPORT = MemoryTransport()
    sessions, cohort = cafes(2), own_promises()
    ada, grace, programme = an_expert("Ada Lindqvist"), an_expert("Grace Oyelaran"), cohort.programme
    for session in sessions:
        held(session, ada, grace)
    over = datetime(2025, 3, 10, 9, 0, tzinfo=UTC)
    rows = commands.issue_certificates(cohort, [ada, grace], by=None, at=over)
    graces = next(row for row in rows if row.person == grace)
    commands.revoke_certificate(graces, reason="A slip.", by=None, at=over)
    ((who, subject, words),) = sent(programme, at=over)
    assert (who, subject) == ("Ada Lindqvist", "Your certificate of Cohort 2024")
    code = next(row.code for row in rows if row.person == ada)
    assert f"/certificates/{code}/" in words
    assert len(sent(programme, at=over + timedelta(days=2))) == 1
