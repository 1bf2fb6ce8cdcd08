"""What is told of a form, to whom and when; the groups for letters; and the button that reminds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.fixtures import Settings

from hub.core import letters
from hub.core.calendar import instant
from hub.core.choices import Topic
from hub.core.forms import Audience
from hub.core.outbox import Offset
from hub.forms.commands import ask_no_more, ask_people, close_form, edit_settings, publish_form, withdraw_answer
from hub.forms.messages import begins_to_ask, closes, groups
from hub.forms.models import Form
from hub.kit.models import Job
from hub.messaging.commands import add_rule, adopt_usual, send_due, switch_rule, wanted_messages, write_template
from hub.messaging.commands.reconcile import reconcile_messages
from hub.messaging.happenings import Fact, variables_for
from hub.messaging.models import Mailing, Message, Rule
from hub.messaging.previews import groups_of, would_make
from hub.people.commands import give_role
from hub.people.models import Person, Role, RoleKind
from hub.services.mail import MemoryTransport
from tests.factories import BEGUN
from tests.forms.filling import (
    BY_ROLE,
    GOAL,
    TRAVEL,
    a_content,
    a_draft,
    an_anonymous_form,
    an_open_form,
    experts,
    said_by_nobody,
    sent,
)
from tests.scene import IN_SEPTEMBER, Scene, as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
CLOSES = datetime(2024, 9, 20, 17, 0, tzinfo=UTC)


def asks(scene: Scene, subjects: Collection[str] | None = None, at: datetime = IN_SEPTEMBER) -> list[Fact]:
    return list(begins_to_ask(scene.programme, subjects=subjects, at=at))


def closing(scene: Scene, subjects: Collection[str] | None = None, at: datetime = IN_SEPTEMBER) -> list[Fact]:
    return list(closes(scene.programme, subjects=subjects, at=at))


def people_of(fact: Fact) -> set[int]:
    return set(fact.audiences["not-answered"])


def test_a_form_that_closes_is_told_to_who_has_not_answered_and_to_the_team_while_anybody_has_not(scene: Scene) -> None:
    first, second = experts(scene.cohort, 2)
    form = an_open_form(scene.programme, people=[first, second], cohort=scene.cohort, closes_at=CLOSES)
    answer = sent(form, first)
    (fact,) = closing(scene)
    assert (fact.subject, fact.moment, fact.over_at, fact.cohort_id) == (f"form:{form.pk}", CLOSES, CLOSES, scene.cohort.pk)
    assert (people_of(fact), list(fact.audiences["team"])) == ({second.pk}, [scene.mara.pk])
    assert (fact.values["form.title"], fact.values["form.closes"], fact.values["form.left"], fact.values["form.to_all"]) == (
        "Onboarding survey",
        "Fri 20 September 2024, 18:00 (London)",
        "1",
        "",
    )
    sent(form, second)
    (fact,) = closing(scene)
    assert (people_of(fact), list(fact.audiences["team"])) == (set(), [])
    withdraw_answer(answer, by=first, at=IN_SEPTEMBER)
    assert people_of(closing(scene)[0]) == {first.pk}


def test_of_an_anonymous_form_everybody_is_told_and_the_letter_says_why(scene: Scene) -> None:
    form = an_anonymous_form(scene.programme, people=[scene.ada, scene.sam], closes_at=CLOSES)
    said_by_nobody(form, scene.ada)
    (fact,) = closing(scene)
    assert (people_of(fact), fact.values["form.left"]) == ({scene.ada.pk, scene.sam.pk}, "1")
    assert fact.values["form.to_all"].startswith("It is anonymous. Nobody can see who has answered")


def test_a_form_asks_from_when_it_opens_and_who_is_asked_later_has_a_subject_of_their_own(scene: Scene) -> None:
    opens_at = IN_SEPTEMBER + timedelta(days=2)
    form = an_open_form(scene.programme, people=[scene.ada], opens_at=opens_at)
    later = opens_at + timedelta(days=3)
    ask_people(form, [scene.sam], by=None, at=later)
    told = {each.subject: (each.moment, people_of(each)) for each in asks(scene, at=later)}
    own = f"form:{form.pk}:{int(later.timestamp())}"
    assert told == {f"form:{form.pk}": (opens_at, {scene.ada.pk}), own: (later, {scene.sam.pk})}
    assert [each.subject for each in asks(scene, subjects=[own], at=later)] == [own]


def follow(scene: Scene, happening: str, offset: Offset, audience: str) -> Rule:
    """A rule that goes without anybody's look, on since the beginning."""
    words = {"title": f"{happening} {offset.say()}", "subject": "{{ form.title }}", "body": "{{ form.title }}"}
    template = write_template(scene.programme, happening=happening, topic=Topic.TASKS, by=None, at=BEGUN, **words)
    rule = add_rule(template, audience=audience, offset=offset, needs_ok=False, by=None, at=BEGUN)
    return switch_rule(rule, is_on=True, by=None, at=BEGUN)


def work(scene: Scene, at: datetime) -> list[tuple[str, str, str]]:
    """Let the worker do what is due; gives what there is of messages: to whom, about what, where it stands."""
    reconcile_messages(scene.programme, at=at)
    send_due("mail-0", clock=lambda: at)
    rows = Message.objects.order_by("pk").values_list("person__name", "subject_key", "state")
    return [(name.split()[0], subject, state) for name, subject, state in rows]


@pytest.fixture
def mail(settings: Settings) -> MemoryTransport:
    transport = MemoryTransport()
    settings.MAIL_TRANSPORT = transport
    return transport


@pytest.mark.parametrize("offset", [Offset(), Offset(days=1), Offset(days=3), Offset(days=90), Offset(days=400)])
def test_what_follows_the_close_of_a_form_is_sent_when_its_time_comes(
    scene: Scene, mail: MemoryTransport, offset: Offset
) -> None:
    form = an_open_form(scene.programme, people=[scene.ada], closes_at=CLOSES)
    follow(scene, "forms.closes", offset, "team")
    assert work(scene, IN_SEPTEMBER) == [("Mara", f"form:{form.pk}", "waiting")]
    for moment in (CLOSES, offset.moment(CLOSES, "Europe/London")):
        work(scene, moment)
    assert work(scene, CLOSES + timedelta(days=402)) == [("Mara", f"form:{form.pk}", "sent")]
    assert len(mail.sent) == 1


def test_three_days_after_a_form_closed_it_goes_to_who_has_not_answered_and_reminders_before_end_with_it(
    scene: Scene, mail: MemoryTransport
) -> None:
    form = an_open_form(scene.programme, cohort=scene.cohort, closes_at=CLOSES, **BY_ROLE)
    first, second = experts(scene.cohort, 2)
    sent(form, first)
    follow(scene, "forms.closes", Offset(days=3), "not-answered")
    follow(scene, "forms.closes", Offset(hours=-2), "not-answered")
    start = CLOSES.date() + timedelta(days=1)
    give_role(scene.sam, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=start, by=None, at=BEGUN)
    work(scene, CLOSES - timedelta(hours=3))
    assert len(mail.sent) == 0
    about = f"form:{form.pk}"
    late = [("Ada", about, "missed"), ("Expert", about, "missed")]
    assert sorted(each for each in work(scene, CLOSES + timedelta(hours=1)) if each[2] != "waiting") == late
    close_form(form, by=None, at=CLOSES + timedelta(days=1))  # its team closes what was over already
    after = work(scene, CLOSES + timedelta(days=3))
    assert sorted(each for each in after if each[2] == "sent") == [("Ada", about, "sent"), ("Expert", about, "sent")]
    assert second.name == "Expert B"
    assert (asks(scene, at=CLOSES), list(groups(scene.programme, at=CLOSES))) == ([], [])


def test_nobody_is_told_twice_that_a_form_asks_them_when_its_times_change(scene: Scene, mail: MemoryTransport) -> None:
    opens_at = IN_SEPTEMBER + timedelta(days=2)
    form = an_open_form(scene.programme, opens_at=opens_at)
    ask_people(form, [scene.ada], by=None, at=IN_SEPTEMBER)
    follow(scene, "forms.asks", Offset(), "not-answered")
    follow(scene, "forms.asks", Offset(), "team")
    first = [("Ada", f"form:{form.pk}", "sent"), ("Mara", f"form:{form.pk}", "sent")]
    assert work(scene, opens_at) == first
    late = opens_at + timedelta(hours=5)
    ask_people(form, [scene.sam], by=None, at=late)
    own = f"form:{form.pk}:{int(late.timestamp())}"
    both = [*first, ("Sam", own, "sent"), ("Mara", own, "sent")]
    assert sorted(work(scene, late)) == sorted(both)
    for number, changed in enumerate((None, opens_at + timedelta(days=9), None, opens_at), 1):
        now = late + timedelta(days=number)
        edit_settings(form, opens_at=changed, by=None, at=now)
        assert sorted(work(scene, now + timedelta(hours=1))) == sorted(both)
    ask_no_more(form, scene.ada, by=None, at=late + timedelta(days=5))
    anew = late + timedelta(days=6)
    ask_people(form, [scene.ada], by=None, at=anew)
    assert ("Ada", f"form:{form.pk}:{int(anew.timestamp())}", "sent") in work(scene, anew)


def told_ada(scene: Scene, *, at: datetime) -> list[str]:
    """The subjects under which Ada was told."""
    return [subject for who, subject, state in work(scene, at) if who == "Ada" and state == "sent"]


def test_nobody_is_told_twice_when_a_form_asks_by_role_and_then_one_by_one_or_back(scene: Scene, mail: MemoryTransport) -> None:
    form = an_open_form(scene.programme, cohort=scene.cohort, opens_at=IN_SEPTEMBER, **BY_ROLE)
    follow(scene, "forms.asks", Offset(), "not-answered")
    assert told_ada(scene, at=IN_SEPTEMBER) == [f"form:{form.pk}"]
    changed = IN_SEPTEMBER + timedelta(days=1)
    edit_settings(form, audience=Audience.ASKED, by=None, at=changed)
    ask_people(form, [scene.ada, scene.sam], by=None, at=changed + timedelta(hours=1))
    assert told_ada(scene, at=changed + timedelta(hours=2)) == [f"form:{form.pk}"]
    assert [to.recipient for to in mail.sent] == ["ada@example.org", "sam@example.org"]
    edit_settings(form, by=None, at=changed + timedelta(days=1), **BY_ROLE)
    assert told_ada(scene, at=changed + timedelta(days=2)) == [f"form:{form.pk}"]
    edit_settings(form, audience=Audience.ASKED, by=None, at=changed + timedelta(days=3))
    assert told_ada(scene, at=changed + timedelta(days=4)) == [f"form:{form.pk}"]
    ask_no_more(form, scene.ada, by=None, at=changed + timedelta(days=5))
    anew = changed + timedelta(days=5, hours=1)
    ask_people(form, [scene.ada], by=None, at=anew)
    assert len(told_ada(scene, at=anew)) == 1  # told before the form was said to ask one by one
    ask_no_more(form, scene.sam, by=None, at=anew)
    ask_people(form, [scene.sam], by=None, at=anew + timedelta(hours=1))
    work(scene, anew + timedelta(hours=1))
    assert [to.recipient for to in mail.sent].count("sam@example.org") == 1


def test_who_is_asked_no_more_and_anew_after_that_is_told_anew(scene: Scene, mail: MemoryTransport) -> None:
    form = an_open_form(scene.programme, cohort=scene.cohort, opens_at=IN_SEPTEMBER, **BY_ROLE)
    follow(scene, "forms.asks", Offset(), "not-answered")
    edit_settings(form, audience=Audience.ASKED, by=None, at=IN_SEPTEMBER)
    ask_people(form, [scene.ada], by=None, at=IN_SEPTEMBER + timedelta(hours=1))
    assert len(told_ada(scene, at=IN_SEPTEMBER + timedelta(hours=2))) == 1
    ask_no_more(form, scene.ada, by=None, at=IN_SEPTEMBER + timedelta(days=1))
    ask_people(form, [scene.ada], by=None, at=IN_SEPTEMBER + timedelta(days=2))
    assert len(told_ada(scene, at=IN_SEPTEMBER + timedelta(days=2))) == 2


@pytest.mark.parametrize(("first", "then"), [(-20, 2), (2, -20)], ids=["later", "earlier"])
def test_nobody_is_told_twice_when_a_role_turns_out_to_begin_on_another_side_of_the_forms_beginning(
    scene: Scene, mail: MemoryTransport, first: int, then: int
) -> None:
    form = an_open_form(scene.programme, cohort=scene.cohort, opens_at=IN_SEPTEMBER, **BY_ROLE)
    follow(scene, "forms.asks", Offset(), "not-answered")
    role = Role.objects.get(person=scene.ada, kind=RoleKind.EXPERT.value)
    Role.objects.filter(pk=role.pk).update(starts_on=(IN_SEPTEMBER + timedelta(days=first)).date())
    for days in range(4):
        told = told_ada(scene, at=IN_SEPTEMBER + timedelta(days=days))
    assert len(told) == 1
    Role.objects.filter(pk=role.pk).update(starts_on=(IN_SEPTEMBER + timedelta(days=then)).date())
    for days in range(4, 8):
        assert told_ada(scene, at=IN_SEPTEMBER + timedelta(days=days)) == told
    assert form.state == "open"


def test_each_rule_tells_of_a_form_by_itself_and_a_preview_counts_nobody_who_was_told(
    scene: Scene, mail: MemoryTransport
) -> None:
    form = an_open_form(scene.programme, cohort=scene.cohort, opens_at=IN_SEPTEMBER, **BY_ROLE)
    at_once = follow(scene, "forms.asks", Offset(), "not-answered")
    follow(scene, "forms.asks", Offset(days=3), "not-answered")
    assert len(told_ada(scene, at=IN_SEPTEMBER)) == 1
    edit_settings(form, audience=Audience.ASKED, by=None, at=IN_SEPTEMBER + timedelta(hours=1))
    named = IN_SEPTEMBER + timedelta(hours=2)
    ask_people(form, [scene.ada, scene.sam], by=None, at=named)
    switch_rule(at_once, is_on=False, by=None, at=named)
    assert would_make(at_once, at=named).count == 1  # Sam
    assert len(told_ada(scene, at=IN_SEPTEMBER + timedelta(days=4))) == 2


def test_a_form_that_is_opened_earlier_before_it_began_asks_at_once(scene: Scene, mail: MemoryTransport) -> None:
    form = an_open_form(scene.programme, opens_at=IN_SEPTEMBER + timedelta(days=9))
    ask_people(form, [scene.ada], by=None, at=IN_SEPTEMBER)
    follow(scene, "forms.asks", Offset(), "not-answered")
    assert work(scene, IN_SEPTEMBER) == [("Ada", f"form:{form.pk}", "waiting")]
    edit_settings(form, opens_at=None, by=None, at=IN_SEPTEMBER + timedelta(hours=1))
    told = work(scene, IN_SEPTEMBER + timedelta(hours=1))
    assert [state for _, _, state in told] == ["withdrawn", "sent"]


def test_until_when_a_form_takes_answers_is_said_by_the_readers_clock_too(scene: Scene, mail: MemoryTransport) -> None:
    an_open_form(scene.programme, people=[scene.ada, scene.sam], closes_at=CLOSES)
    adopt_usual(scene.programme, by=None, at=BEGUN)
    usual = Rule.objects.get(programme=scene.programme, usual="form-closes-three-days")
    switch_rule(usual, is_on=True, by=None, at=BEGUN)
    Person.objects.filter(pk=scene.ada.pk).update(zone="Asia/Tokyo")
    work(scene, instant(datetime(2024, 9, 17).date(), time(9), "Europe/London"))
    says = "takes answers until Fri 20 September 2024, 18:00 (London)."
    told = {each.person.name.split()[0]: each.sent_body for each in Message.objects.filter(state="sent")}
    assert f"{says} By your clock that is Sat 21 September 2024, 02:00 (Tokyo)." in " ".join(told["Ada"].split())
    assert "By your clock" not in told["Sam"]


def test_who_gets_a_role_later_is_asked_from_that_day_on(scene: Scene) -> None:
    form = an_open_form(scene.programme, cohort=scene.cohort, **BY_ROLE)
    day = IN_SEPTEMBER.date()
    give_role(scene.sam, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=day, by=None, at=BEGUN)
    moments = {fact.moment: people_of(fact) for fact in asks(scene)}
    assert moments == {BEGUN: {scene.ada.pk}, instant(day, time(0), "Europe/London"): {scene.sam.pk}}
    assert form.state == "open"


def test_a_draft_a_closed_form_and_one_that_asks_anybody_tell_nothing(scene: Scene) -> None:
    a_draft(scene.programme, closes_at=CLOSES, **BY_ROLE)
    an_open_form(scene.programme, audience=Audience.ANYBODY, closes_at=CLOSES)
    close_form(an_open_form(scene.programme, people=[scene.ada], closes_at=CLOSES), by=None, at=BEGUN)
    over = an_open_form(scene.programme, people=[scene.ada], closes_at=IN_SEPTEMBER)
    assert (asks(scene), list(groups(scene.programme, at=IN_SEPTEMBER))) == ([], [])
    assert [each.subject for each in closing(scene)] == [f"form:{over.pk}"]  # for what is to follow its close


def test_the_usual_rule_wants_a_reminder_three_days_before_and_drops_it_once_it_is_answered(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada, scene.sam], closes_at=CLOSES)
    adopt_usual(scene.programme, by=None, at=BEGUN)
    rules = Rule.objects.filter(programme=scene.programme, happening__startswith="forms.")
    assert sorted(rules.values_list("usual", "is_on")) == [("form-asks", False), ("form-closes-three-days", False)]
    switch_rule(rules.get(usual="form-closes-three-days"), is_on=True, by=None, at=BEGUN)

    def wanted() -> list[tuple[str, datetime]]:
        return [(each.key.recipient, each.send_at) for each in wanted_messages(scene.programme, at=IN_SEPTEMBER)]

    morning = instant(datetime(2024, 9, 17).date(), time(9), "Europe/London")
    assert sorted(wanted()) == sorted([(f"person:{scene.ada.pk}", morning), (f"person:{scene.sam.pk}", morning)])
    sent(form, scene.ada)
    assert wanted() == [(f"person:{scene.sam.pk}", morning)]


def test_what_changes_who_is_missing_rings_the_bell_and_an_anonymous_answer_does_not(scene: Scene) -> None:
    adopt_usual(scene.programme, by=None, at=BEGUN)
    switch_rule(Rule.objects.get(programme=scene.programme, usual="form-asks"), is_on=True, by=None, at=BEGUN)

    def rings() -> bool:
        jobs = Job.objects.filter(key=str(scene.programme.pk))
        rang = jobs.exists()
        jobs.delete()
        return rang

    form = a_draft(scene.programme, GOAL)
    rings()
    publish_form(form, seen=form.draft_at, by=None, at=BEGUN)
    assert rings()
    ask_people(form, [scene.ada, scene.sam], by=None, at=BEGUN)
    assert rings()
    answer = sent(form, scene.ada)
    assert rings()
    withdraw_answer(answer, by=scene.ada, at=IN_SEPTEMBER)
    assert rings()
    ask_no_more(form, scene.sam, by=None, at=IN_SEPTEMBER)
    assert rings()
    edit_settings(form, closes_at=CLOSES, by=None, at=IN_SEPTEMBER)
    assert rings()
    close_form(form, by=None, at=IN_SEPTEMBER)
    assert rings()
    anonymous = an_anonymous_form(scene.programme, people=[scene.ada])
    rings()
    said_by_nobody(anonymous, scene.ada)
    assert not rings()


def test_there_is_a_group_for_each_form_that_asks(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada, scene.sam], cohort=scene.cohort)
    sent(form, scene.ada)
    nobodys = an_anonymous_form(scene.programme, content=a_content(GOAL, title="Feedback"), people=[scene.ada, scene.sam])
    said_by_nobody(nobodys, scene.ada)
    assert {each.label: set(each.people()) for each in groups(scene.programme, at=IN_SEPTEMBER)} == {
        "Who has not answered: Onboarding survey, Cohort 2024": {scene.sam.pk},
        "Everybody asked (nobody can see who has answered): Feedback": {scene.ada.pk, scene.sam.pk},
    }


def remind(scene: Scene, form: Form, by: Person) -> tuple[int, str]:
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        answer = as_(by).post(reverse("desk-form-summary", args=[scene.programme.slug, form.slug]), {"do": "remind"})
    return answer.status_code, answer.headers.get("Location", "")


def summary(scene: Scene, form: Form) -> str:
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        page = as_(scene.mara).get(reverse("desk-form-summary", args=[scene.programme.slug, form.slug]))
    return words(page.content.decode())


def test_remind_who_has_not_answered_leads_to_a_letter_to_exactly_them(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada, scene.sam], closes_at=CLOSES)
    sent(form, scene.sam)
    assert "Remind who has not answered…" in summary(scene, form)
    status, address = remind(scene, form, scene.mara)
    mailing = Mailing.objects.get()
    assert (status, address) == (302, reverse("desk-letter", args=[scene.programme.slug, mailing.pk]))
    chosen = {each.name: each.people for each in groups_of(scene.programme, at=IN_SEPTEMBER)}
    assert [chosen[name] for name in mailing.audiences] == [{scene.ada.pk}]
    assert letters.check(mailing.subject, mailing.body, variables_for("")) == []
    assert "takes answers until Fri 20 September 2024, 18:00 (London)" in mailing.body
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        page = words(as_(scene.mara).get(address).content.decode())
    assert "Who has not answered: Onboarding survey (1)" in page
    assert "Ada Lindqvist" in page


def test_of_an_anonymous_form_the_page_and_the_letter_each_say_once_that_it_goes_to_everybody(scene: Scene) -> None:
    form = an_anonymous_form(scene.programme, people=[scene.ada, scene.sam])
    said_by_nobody(form, scene.sam)
    page = summary(scene, form)
    assert page.count("Reminders go to everybody asked.") == 1
    assert "Remind everybody asked…" in page
    assert ("Ada Lindqvist" in page, "Sam Whitlow" in page) == (False, False)
    remind(scene, form, scene.mara)
    assert Mailing.objects.get().body.count("so this goes to everybody it asks") == 1


def test_nobody_is_reminded_where_nobody_is_missing_or_the_form_is_closed(scene: Scene) -> None:
    form = an_open_form(scene.programme, people=[scene.ada])
    sent(form, scene.ada)
    closed = close_form(an_open_form(scene.programme, people=[scene.ada]), by=None, at=BEGUN)
    for each in (form, closed):
        assert "Remind who" not in summary(scene, each)
        assert remind(scene, each, scene.mara) == (302, f"/team/practitioners-hub/forms/{each.slug}/summary/")
    assert not Mailing.objects.exists()


def test_only_the_team_reminds_and_a_title_with_marks_makes_no_letter_that_can_not_be_sent(scene: Scene) -> None:
    form = an_open_form(scene.programme, content=a_content(GOAL, title="What {{ you }} *want* [now]"), people=[scene.ada])
    assert remind(scene, form, scene.ada)[0] == 403
    remind(scene, form, scene.mara)
    mailing = Mailing.objects.get()
    assert mailing.subject == "Still open for you: What you want now"
    assert letters.check(mailing.subject, mailing.body, variables_for("")) == []


def test_facts_and_groups_ask_as_often_for_many_forms_and_people_as_for_few(scene: Scene) -> None:
    def asked() -> list[int]:
        counts = []
        for ask in (lambda: asks(scene), lambda: closing(scene), lambda: list(groups(scene.programme, at=IN_SEPTEMBER))):
            with CaptureQueriesContext(connection) as seen:
                ask()
            counts.append(len(seen))
        return counts

    def more(people: list[Person]) -> None:
        form = an_open_form(scene.programme, GOAL, TRAVEL, people=[scene.ada, *people], closes_at=CLOSES)
        sent(form, people[0])
        an_anonymous_form(scene.programme, closes_at=CLOSES, cohort=scene.cohort, **BY_ROLE)

    people = experts(scene.cohort, 12)
    more(people[:1])
    few = asked()
    for number in range(4):
        more(people[number:])
    assert asked() == few == [9, 9, 6]
