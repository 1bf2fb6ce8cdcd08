"""What is told of an onboarding: to whom, when, about which step; the groups for letters; and what the team has to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from hub.admissions import commands, queries
from hub.admissions.messages import groups, steps
from hub.admissions.todo import onboarding
from hub.core.calendar import instant
from hub.core.onboarding import StepKind
from hub.core.outbox import Offset
from hub.kit.models import Job
from hub.messaging.commands import add_hook, add_rule, adopt_usual, reconcile_messages, send_due, switch_rule, wanted_messages
from hub.messaging.happenings import Fact, happenings
from hub.messaging.models import Message, Rule
from hub.messaging.queries import rules_of
from hub.people.commands import end_role, give_role, organisation_named
from hub.people.models import Role, RoleKind
from hub.programmes.commands import create_cohort
from hub.programmes.models import Cohort
from hub.schedule.models import Session
from hub.services.mail import MemoryTransport
from tests.admissions.onboarding import IN_AUGUST, Scene, an_expert, answers, more_experts
from tests.factories import BEGUN

pytestmark = pytest.mark.django_db


def fact(scene: Scene, kind: StepKind, *, at: datetime = IN_AUGUST) -> Fact:
    subject = f"step:{scene.step(kind).pk}"
    (found,) = steps(scene.programme, subjects=[subject], at=at)
    return found


def test_a_step_is_told_to_who_has_not_done_it_and_to_the_team_while_anybody_has_not(scene: Scene) -> None:
    answers(scene, scene.ada)
    told = fact(scene, StepKind.SURVEY)
    assert told.moment == instant(datetime(2024, 8, 24).date(), time(9), "Europe/London")
    assert (set(told.audiences["not-done"]), set(told.audiences["team"])) == ({scene.grace.pk}, {scene.mara.pk})
    assert (told.values["step.title"], told.values["step.due"], told.values["step.left"]) == (
        "Answer the survey",
        "Sat 24 August 2024",
        "1",
    )
    answers(scene, scene.grace)
    assert fact(scene, StepKind.SURVEY).audiences == {"not-done": [], "team": []}


def test_nobody_is_reminded_of_what_waits_for_somebody_else(scene: Scene) -> None:
    told = fact(scene, StepKind.CALL)
    assert (told.audiences["not-done"], told.audiences["team"], told.values["step.left"]) == ([], [scene.mara.pk], "2")


def test_who_joined_late_has_a_subject_of_their_own(scene: Scene) -> None:
    october = datetime(2024, 10, 1, 9, 0, tzinfo=UTC)
    late = an_expert("Late Comer", scene.cohort, "Mills", starts_on=october.date(), at=october)
    key = f"step:{scene.step(StepKind.SURVEY).pk}"
    found = {each.subject: each for each in steps(scene.programme, subjects=[key, f"{key}:{late.pk}"], at=october)}
    assert set(found) == {key, f"{key}:{late.pk}"}
    assert late.pk not in found[key].audiences["not-done"]
    assert found[f"{key}:{late.pk}"].audiences["not-done"] == [late.pk]
    assert found[f"{key}:{late.pk}"].moment == instant(datetime(2024, 10, 8).date(), time(9), "Europe/London")


def test_who_joined_later_is_not_told_again_under_another_subject_when_the_kick_off_moves(scene: Scene) -> None:
    joined = scene.kick_off.date + timedelta(days=2)
    at = instant(joined, time(9), "Europe/London")
    late = an_expert("Late Comer", scene.cohort, "Mills", starts_on=joined, at=at)
    usual, own = f"step:{scene.step(StepKind.SURVEY).pk}", f"step:{scene.step(StepKind.SURVEY).pk}:{late.pk}"

    def told() -> dict[str, Fact]:
        return {each.subject: each for each in steps(scene.programme, subjects=[usual, own], at=at)}

    assert (told()[own].audiences["not-done"], bool(told()[own].audiences["team"])) == ([late.pk], True)
    Session.objects.filter(pk=scene.kick_off.pk).update(date=joined + timedelta(days=30))  # after they came: one day for all
    after = told()
    assert after[own].values["step.due"] == after[usual].values["step.due"]
    assert after[own].audiences == {"not-done": [late.pk], "team": []}  # the team hears of a day once
    assert set(after[usual].audiences["not-done"]) == {scene.ada.pk, scene.grace.pk}
    assert (after[usual].values["step.left"], list(after[usual].audiences["team"])) == ("3", [scene.mara.pk])


def changes_employer(scene: Scene, *, left_on: datetime, back_on: datetime) -> None:
    """Ada's part ends, and another for the Mills begins."""
    end_role(Role.objects.get(person=scene.ada, kind=RoleKind.EXPERT), on=left_on.date(), by=None, at=left_on)
    mills = organisation_named("Mills", by=None, at=back_on)
    give_role(
        scene.ada,
        RoleKind.EXPERT,
        scene.programme,
        cohort=scene.cohort,
        organisation=mills,
        starts_on=back_on.date(),
        by=None,
        at=back_on,
    )


def reminded(scene: Scene, settings: Settings) -> tuple[Callable[[datetime, datetime], None], Callable[[], list[str]]]:
    """What works day by day from one moment to another, and what Ada was told of the survey."""
    settings.MAIL_TRANSPORT = MemoryTransport()
    early = datetime(2024, 7, 20, 9, 0, tzinfo=UTC)
    adopt_usual(scene.programme, by=None, at=early)
    for usual in ("onboarding-week-before", "onboarding-three-days-after"):
        rule = Rule.objects.get(programme=scene.programme, usual=usual)
        Rule.objects.filter(pk=rule.pk).update(needs_ok=False)
        switch_rule(rule, is_on=True, by=None, at=early)

    def work(first: datetime, last: datetime) -> None:
        at = first
        while at <= last:
            reconcile_messages(scene.programme, at=at)
            send_due("mail-0", clock=partial(datetime.fromtimestamp, at.timestamp(), UTC))
            at += timedelta(days=1)

    def told() -> list[str]:
        key = f"step:{scene.step(StepKind.SURVEY).pk}"
        sent = Message.objects.filter(person=scene.ada, state="sent", subject_key__startswith=key)
        return list(sent.order_by("sent_at").values_list("sent_subject", flat=True))

    return work, told


def test_a_change_of_employer_tells_nobody_again_and_leaves_late_what_was_late(scene: Scene, settings: Settings) -> None:
    work, told = reminded(scene, settings)
    work(datetime(2024, 8, 15, 9, tzinfo=UTC), datetime(2024, 8, 30, 9, tzinfo=UTC))
    before = told()
    assert before == ["Answer the survey, by Sat 24 August 2024", "Still to do: Answer the survey"]
    october = datetime(2024, 10, 10, 7, tzinfo=UTC)
    changes_employer(scene, left_on=october, back_on=october)
    work(october, october + timedelta(days=12))
    cell = scene.cell(scene.ada, StepKind.SURVEY, at=october + timedelta(days=1))
    assert (told(), cell.due_on, cell.is_late) == (before, date(2024, 8, 24), True)
    organisation = scene.line(scene.ada, at=october + timedelta(days=1)).expert.organisation
    assert organisation is not None and organisation.name == "Mills"


def test_another_first_day_tells_nobody_again(scene: Scene, settings: Settings) -> None:
    work, told = reminded(scene, settings)
    work(datetime(2024, 8, 15, 9, tzinfo=UTC), datetime(2024, 8, 30, 9, tzinfo=UTC))
    before = told()
    Role.objects.filter(person=scene.ada).update(starts_on=date(2024, 9, 20))  # as it was written wrongly at first
    work(datetime(2024, 9, 20, 9, tzinfo=UTC), datetime(2024, 10, 2, 9, tzinfo=UTC))
    assert told() == before


def test_who_left_and_comes_back_after_a_while_is_asked_anew(scene: Scene, settings: Settings) -> None:
    work, told = reminded(scene, settings)
    work(datetime(2024, 8, 15, 9, tzinfo=UTC), datetime(2024, 8, 30, 9, tzinfo=UTC))
    back_on = datetime(2024, 10, 10, 7, tzinfo=UTC)
    changes_employer(scene, left_on=datetime(2024, 9, 20, 7, tzinfo=UTC), back_on=back_on)
    work(back_on, back_on + timedelta(days=12))
    assert told()[2:] == ["Answer the survey, by Thu 17 October 2024", "Still to do: Answer the survey"]


def test_the_usual_rules_want_a_reminder_a_week_before_and_drop_it_when_the_step_is_done(scene: Scene) -> None:
    early = datetime(2024, 7, 20, 9, 0, tzinfo=UTC)
    adopt_usual(scene.programme, by=None, at=early)
    rules = Rule.objects.filter(programme=scene.programme, happening="admissions.step")
    assert sorted(rules.values_list("usual", "is_on")) == [
        ("onboarding-team-day-after", False),
        ("onboarding-three-days-after", False),
        ("onboarding-week-before", False),
    ]
    switch_rule(rules.get(usual="onboarding-week-before"), is_on=True, by=None, at=early)
    survey = f"step:{scene.step(StepKind.SURVEY).pk}"

    def wanted() -> list[tuple[str, datetime]]:
        return sorted(
            (each.key.recipient, each.send_at)
            for each in wanted_messages(scene.programme, at=early)
            if each.key.subject == survey
        )

    monday = instant(datetime(2024, 8, 17).date(), time(9), "Europe/London")
    assert wanted() == sorted([(f"person:{scene.ada.pk}", monday), (f"person:{scene.grace.pk}", monday)])
    answers(scene, scene.ada, at=early)
    assert wanted() == [(f"person:{scene.grace.pk}", monday)]


def test_a_channel_hears_of_a_step_while_anybody_has_it_before_them(scene: Scene) -> None:
    early = datetime(2024, 7, 20, 9, 0, tzinfo=UTC)
    adopt_usual(scene.programme, by=None, at=early)
    mail = Rule.objects.get(programme=scene.programme, usual="onboarding-team-day-after")
    url = "https://chat.example/hooks/secret"
    hook = add_hook(scene.programme, kind="slack", name="#team", url=url, by=scene.mara, at=early)
    rule = add_rule(mail.template, hook=hook, offset=Offset(days=1), by=scene.mara, at=early)
    switch_rule(rule, is_on=True, by=scene.mara, at=early)

    def told() -> bool:
        wanted = wanted_messages(scene.programme, at=early)
        return f"step:{scene.step(StepKind.SURVEY).pk}" in [each.key.subject for each in wanted]

    answers(scene, scene.ada, at=early)
    assert told()
    answers(scene, scene.grace, at=early)
    assert not told()


def test_every_usual_letter_uses_only_words_there_are(scene: Scene) -> None:
    adopt_usual(scene.programme, by=None, at=BEGUN)  # refuses a letter with an unknown variable
    assert len(happenings()["admissions.step"].usual) == 3


def test_what_changes_facts_rings_the_bell(scene: Scene) -> None:
    adopt_usual(scene.programme, by=None, at=IN_AUGUST)
    switch_rule(rules_of(scene.programme)[0], is_on=True, by=None, at=IN_AUGUST)
    Job.objects.all().delete()
    answers(scene, scene.ada)
    assert Job.objects.filter(key=str(scene.programme.pk)).exists()
    Job.objects.all().delete()
    an_expert("Bo Berg", scene.cohort)
    assert Job.objects.filter(key=str(scene.programme.pk)).exists()


def test_there_is_a_group_for_each_step_and_for_anything_left(scene: Scene) -> None:
    answers(scene, scene.ada)
    found = {each.label: set(each.people()) for each in groups(scene.programme, at=IN_AUGUST)}
    both = {scene.ada.pk, scene.grace.pk}
    assert found == {
        "Experts of Cohort 2024 who have not finished their onboarding": both,
        "Experts of Cohort 2024 who have not: Read the primer": both,
        "Experts of Cohort 2024 who have not: Have the onboarding call": both,
        "Experts of Cohort 2024 who have not: Answer the survey": {scene.grace.pk},
        "Experts of Cohort 2024 who have not: Agree to the code of conduct": both,
        "Experts of Cohort 2024 who have not: Answer what we may use": both,
        "Experts of Cohort 2024 who have not: Complete your profile": both,
    }
    end_role(scene.grace.roles.get(kind=RoleKind.EXPERT), on=datetime(2024, 9, 20).date(), by=None, at=IN_AUGUST)
    gone = {each.label: set(each.people()) for each in groups(scene.programme, at=IN_AUGUST + timedelta(days=60))}
    assert gone["Experts of Cohort 2024 who have not: Answer the survey"] == set()


def test_this_week_names_the_calls_what_is_late_and_the_agenda(scene: Scene) -> None:
    polar = organisation_named("Polar Survey", by=None, at=IN_AUGUST)
    noon = datetime(2024, 8, 26, 12, 0, tzinfo=UTC)
    commands.note_call(scene.plan, polar, agreed_for=noon, by=scene.mara, at=IN_AUGUST)
    found = [(each.what, each.due_on, each.waits_for) for each in onboarding(scene.programme, by=scene.mara, at=IN_AUGUST)]
    assert sorted(found) == [
        ("Agree a call with Road Freight", datetime(2024, 8, 20).date(), ""),
        ("Hold the onboarding call with Polar Survey", datetime(2024, 8, 26).date(), ""),
        ("Put the agenda into the kick-off", datetime(2024, 8, 27).date(), ""),
    ]
    later = datetime(2024, 8, 25, 9, 0, tzinfo=UTC)
    late = [each for each in onboarding(scene.programme, by=scene.mara, at=later) if each.waits_for]
    assert [(each.what, each.waits_for) for each in late] == [
        ("Remind those who have not: Answer the survey", "Ada Lindqvist and Grace Amara"),
        ("Remind those who have not: Agree to the code of conduct", "Ada Lindqvist and Grace Amara"),
        ("Remind those who have not: Answer what we may use", "Ada Lindqvist and Grace Amara"),
    ]


def test_this_week_asks_to_share_the_summary_and_rests_long_after_the_kick_off(scene: Scene) -> None:
    for person in (scene.ada, scene.grace, *more_experts(scene, 3)):
        answers(scene, person)
    ask = "Share what the survey says with the cohort"
    assert ask in [each.what for each in onboarding(scene.programme, by=scene.mara, at=IN_AUGUST)]
    commands.share_summary(scene.plan, count=5, by=scene.mara, at=IN_AUGUST)
    assert ask not in [each.what for each in onboarding(scene.programme, by=scene.mara, at=IN_AUGUST)]
    assert list(onboarding(scene.programme, by=scene.mara, at=datetime(2025, 1, 1, tzinfo=UTC))) == []


def test_an_onboarding_call_is_due_on_its_day_where_the_cohort_is(scene: Scene) -> None:
    Cohort.objects.filter(pk=scene.cohort.pk).update(zone="Asia/Tokyo")
    morning = instant(datetime(2024, 8, 26).date(), time(8, 30), "Asia/Tokyo")
    polar = organisation_named("Polar Survey", by=None, at=IN_AUGUST)
    commands.note_call(scene.plan, polar, agreed_for=morning, by=scene.mara, at=IN_AUGUST)
    found = {each.what: each.due_on for each in onboarding(scene.programme, by=scene.mara, at=IN_AUGUST)}
    assert found["Hold the onboarding call with Polar Survey"] == datetime(2024, 8, 26).date()


def test_somebody_who_joins_long_after_the_kick_off_is_asked_for_on_this_week_all_the_same(scene: Scene) -> None:
    january = datetime(2025, 1, 1, 9, 0, tzinfo=UTC)
    an_expert("Late Comer", scene.cohort, "Mills", starts_on=january.date(), at=january)
    found = {each.what: each.due_on for each in onboarding(scene.programme, by=scene.mara, at=january)}
    assert found["Agree a call with Mills"] == datetime(2025, 1, 8).date()


def queries_of(scene: Scene) -> dict[str, int]:
    counts = {}
    for name, ask in (
        ("facts", lambda: list(steps(scene.programme, subjects=None, at=IN_AUGUST))),
        ("todo", lambda: list(onboarding(scene.programme, by=scene.mara, at=IN_AUGUST))),
        ("board", lambda: queries.board_of(scene.plan, at=IN_AUGUST)),
        ("groups", lambda: [each.people() for each in groups(scene.programme, at=IN_AUGUST)]),
    ):
        with CaptureQueriesContext(connection) as caught:
            ask()
        counts[name] = len(caught)
    return counts


def test_as_many_queries_for_many_experts_and_cohorts_as_for_few(scene: Scene) -> None:
    answers(scene, scene.ada)
    few = queries_of(scene)
    for person in more_experts(scene, 12):
        answers(scene, person)
    for number in range(3):
        cohort = create_cohort(
            scene.programme,
            slug=f"c{number}",
            name=f"C{number}",
            starts_on=scene.cohort.starts_on,
            ends_on=scene.cohort.ends_on,
            by=None,
            at=BEGUN,
        )
        an_expert(f"Of{number} Another", cohort, "Mills")
        commands.make_onboarding(cohort, by=scene.mara, at=IN_AUGUST)
    assert queries_of(scene) == few
