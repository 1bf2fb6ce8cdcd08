"""Rules, their letters and the channels in the browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.choices import Topic
from hub.core.outbox import Outgoing
from hub.messaging import commands, queries
from hub.messaging.models import Hook, Message, Rule, Template
from hub.people.commands import end_role
from hub.people.models import Role
from tests.messaging.desk import NOW, TEAM, browser, with_accounts
from tests.messaging.telling import Scene, an_expert

pytestmark = pytest.mark.django_db
SECRET = "https://hooks.chat.example/T0/very-secret"


@pytest.fixture
def scene(scene: Scene) -> Iterator[Scene]:
    with time_machine.travel(NOW, tick=False):
        with_accounts(scene)
        yield scene


def adopted(scene: Scene, usual: str = "session-two-weeks") -> Rule:
    commands.adopt_usual(scene.programme, by=scene.mara, at=NOW)
    return Rule.objects.get(programme=scene.programme, usual=usual)


def test_the_usual_letters_are_taken_over_switched_off_and_nobody_gets_anything(scene: Scene) -> None:
    page = browser(scene.mara)
    assert page.get(f"{TEAM}rules/").context["groups"] == []
    page.post(f"{TEAM}rules/")
    scene.reconcile(at=NOW)
    rules = [each.rule for group in page.get(f"{TEAM}rules/").context["groups"] for each in group.rules]
    assert (len(rules) > 3, {rule.is_on for rule in rules}, Message.objects.count()) == (True, {False}, 0)
    page.post(f"{TEAM}rules/")
    assert Rule.objects.count() == len(rules)


def test_rules_read_in_words(scene: Scene) -> None:
    adopted(scene)
    groups = browser(scene.mara).get(f"{TEAM}rules/").context["groups"]
    said = {(group.label, each.when, each.to) for group in groups for each in group.rules}
    assert ("A session begins", "2 weeks before, at 09:00", "the Experts of the cohort") in said


def test_a_rule_says_what_it_makes_before_it_is_switched_on_and_makes_that(scene: Scene) -> None:
    page, rule = browser(scene.mara), adopted(scene)
    would = page.get(f"{TEAM}rules/{rule.pk}/").context["would"]
    assert (would.count, would.people, len(would.first)) == (8, 2, 4)
    page.post(f"{TEAM}rules/{rule.pk}/", {"do": "on", "count": str(would.count), "would": would.mark})
    scene.reconcile(at=NOW)
    assert scene.states() == {Outgoing.PREPARED: 8}


def test_a_rule_that_would_make_more_than_was_shown_is_not_switched_on(scene: Scene) -> None:
    page, rule = browser(scene.mara), adopted(scene)
    an_expert("Noor Haddad", scene.cohort)
    answer = page.post(f"{TEAM}rules/{rule.pk}/", {"do": "on", "count": "8"})
    assert (answer.status_code, answer.context["would"].count) == (409, 12)
    assert (
        answer.context["refusal"].sentence == "It would make 12 messages now, which is not what this page showed. Look again."
    )
    rule.refresh_from_db()
    assert rule.is_on is False


def test_a_rule_that_would_make_as_many_others_as_were_shown_is_not_switched_on(scene: Scene) -> None:
    page, rule = browser(scene.mara), adopted(scene)
    would = page.get(f"{TEAM}rules/{rule.pk}/").context["would"]
    end_role(Role.objects.get(person=scene.grace), on=NOW.date(), by=None, at=NOW)
    an_expert("Noor Haddad", scene.cohort)
    answer = page.post(f"{TEAM}rules/{rule.pk}/", {"do": "on", "count": str(would.count), "would": would.mark})
    assert (answer.status_code, answer.context["would"].count) == (409, would.count)
    assert answer.context["refusal"].sentence == "It would make as many messages as this page showed, but others. Look again."


def switched_on(page: Client, shown: HttpResponse) -> HttpResponse:
    """Press the button of a page that shows what several rules would do."""
    given: dict[str, Any] = {"which": [], "do": "on"}
    for each in shown.context["tried"]:
        given["which"].append(str(each.words.rule.pk))
        given[f"would-{each.words.rule.pk}"] = each.would.mark
    return page.post(f"{TEAM}rules/several/", given, follow=True)


def test_several_rules_say_what_they_make_and_are_switched_on_at_once(scene: Scene) -> None:
    page, rule = browser(scene.mara), adopted(scene)
    other = Rule.objects.get(programme=scene.programme, usual="session-two-days")
    shown = page.get(f"{TEAM}rules/several/", {"which": [rule.pk, other.pk, 987654]})
    assert [each.words.rule.pk for each in shown.context["tried"]] == [rule.pk, other.pk]
    alone = page.get(f"{TEAM}rules/{rule.pk}/").context["would"]
    assert shown.context["tried"][0].would == alone
    made = sum(each.would.count for each in shown.context["tried"])
    assert [str(each) for each in switched_on(page, shown).context["messages"]] == [
        "2 rules are on. Their messages are made within a minute."
    ]
    scene.reconcile(at=NOW)
    assert Message.objects.count() == made
    assert set(Rule.objects.filter(is_on=True)) == {rule, other}
    every = page.get(f"{TEAM}rules/several/", {"which": "all"}).context["tried"]
    assert {each.words.rule.pk for each in every} == set(Rule.objects.filter(is_on=False).values_list("pk", flat=True))


def test_none_of_several_is_switched_on_where_one_would_make_others_than_were_shown_or_is_on_by_now(scene: Scene) -> None:
    page, rule = browser(scene.mara), adopted(scene)
    other = Rule.objects.get(programme=scene.programme, usual="session-two-days")
    shown = page.get(f"{TEAM}rules/several/", {"which": [rule.pk, other.pk]})
    an_expert("Zoe Late", scene.cohort)
    refused = switched_on(page, shown)
    assert (refused.status_code, "than this page showed" in refused.content.decode()) == (409, True)
    assert not Rule.objects.filter(is_on=True).exists()
    shown = page.get(f"{TEAM}rules/several/", {"which": [rule.pk, other.pk]})
    commands.switch_rule(other, is_on=True, by=scene.mara, at=NOW)
    assert switched_on(page, shown).status_code == 409
    rule.refresh_from_db()
    assert not rule.is_on


def test_no_rule_is_switched_on_that_was_not_ticked(scene: Scene) -> None:
    page = browser(scene.mara)
    adopted(scene)
    for given in ({}, {"which": "none"}, {"which": "987654"}):
        said = page.get(f"{TEAM}rules/several/", given, follow=True)
        assert [str(each) for each in said.context["messages"]] == ["Tick the rules that shall be switched on."]
    assert page.post(f"{TEAM}rules/several/", {"which": "all"}).status_code == 409
    assert not Rule.objects.filter(is_on=True).exists()


def test_switching_off_says_how_many_it_takes_back(scene: Scene) -> None:
    page, rule = browser(scene.mara), adopted(scene)
    commands.switch_rule(rule, is_on=True, by=None, at=NOW)
    scene.reconcile(at=NOW)
    assert "Switch off and take back 8 messages" in page.get(f"{TEAM}rules/{rule.pk}/").content.decode()
    page.post(f"{TEAM}rules/{rule.pk}/", {"do": "off"})
    scene.reconcile(at=NOW)
    assert scene.states() == {Outgoing.WITHDRAWN: 8}


def test_a_rule_that_is_on_is_not_taken_away(scene: Scene) -> None:
    page, rule = browser(scene.mara), adopted(scene)
    commands.switch_rule(rule, is_on=True, by=None, at=NOW)
    answer = page.post(f"{TEAM}rules/{rule.pk}/", {"do": "remove"})
    assert (answer.status_code, answer.context["refusal"].code) == (422, "not-from-here")
    page.post(f"{TEAM}rules/{rule.pk}/", {"do": "off"})
    page.post(f"{TEAM}rules/{rule.pk}/", {"do": "remove"})
    assert not Rule.objects.filter(pk=rule.pk).exists()


def test_to_whom_and_when_is_changed_in_the_form(scene: Scene) -> None:
    page, rule = browser(scene.mara), adopted(scene)
    given = {"do": "edit", "to": "to:taking-part", "days": "7", "side": "before", "clock": "08:30"}
    page.post(f"{TEAM}rules/{rule.pk}/", given)
    shown = page.get(f"{TEAM}rules/{rule.pk}/").context
    assert (shown["worded"].when, shown["worded"].to, shown["rule"].needs_ok) == (
        "1 week before, at 08:30", "everybody who takes part in the cohort", False,
    )  # fmt: skip


def test_what_a_colleague_changed_of_a_rule_meanwhile_is_not_written_over_unasked(scene: Scene) -> None:
    page, rule = browser(scene.mara), adopted(scene)
    where, older = f"{TEAM}rules/{rule.pk}/", page.get(f"{TEAM}rules/{rule.pk}/").context["seen"]
    theirs = {"do": "edit", "to": "to:experts", "days": "7", "side": "before", "clock": "09:00", "needs_ok": "on"}
    assert page.post(where, theirs | {"seen": older}).status_code == 302
    mine = theirs | {"days": "14", "clock": "08:30", "needs_ok": ""}
    answer = page.post(where, mine | {"seen": older})
    said = [(each.label, each.theirs, each.mine) for each in answer.context["theirs"]]
    assert (answer.status_code, said) == (
        409,
        [("Days", "7", "14"), ("At", "09:00", "08:30"), ("The team looks at them first", "Yes", "No")],
    )
    assert answer.context["form"]["clock"].value() == "08:30"  # what was typed is still there
    rule.refresh_from_db()
    assert (rule.days, rule.needs_ok) == (-7, True)
    assert page.post(where, mine | {"seen": answer.context["seen"]}).status_code == 302
    rule.refresh_from_db()
    assert (rule.days, rule.needs_ok) == (-14, False)
    assert page.post(where, mine | {"seen": older}).status_code == 302  # it says so already


def test_the_page_says_how_many_messages_wait_for_a_look_now_and_how_many_no_longer_do(scene: Scene) -> None:
    page, rule = browser(scene.mara), adopted(scene)
    commands.switch_rule(rule, is_on=True, by=None, at=NOW)
    scene.reconcile(at=NOW)
    where, given = (
        f"{TEAM}rules/{rule.pk}/",
        {"do": "edit", "to": "to:experts", "days": "14", "side": "before", "clock": "09:00"},
    )
    assert "8 messages wait for somebody’s look." in page.get(where).content.decode()
    said = page.post(where, given, follow=True).content.decode()
    assert "Kept. 8 messages that waited for a look go by themselves when it is time." in said
    assert scene.states() == {Outgoing.WAITING: 8}
    said = page.post(where, {**given, "needs_ok": "on"}, follow=True).content.decode()
    assert "Kept. 8 messages that would have gone by themselves wait for your look now." in said
    assert scene.states() == {Outgoing.PREPARED: 8}
    assert (
        "Kept. What waits follows within a minute."
        in page.post(where, {**given, "needs_ok": "on"}, follow=True).content.decode()
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"to": "to:funders"}, "to"),
        ({"hours": "3", "clock": "09:00"}, "hours"),
        ({"days": "900"}, "days"),
        ({"clock": "25:00"}, "clock"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused_at_its_field(scene: Scene, given: dict[str, str], field: str) -> None:
    rule = adopted(scene)
    whole = {"do": "edit", "to": "to:experts", "days": "1", "side": "after", **given}
    answer = browser(scene.mara).post(f"{TEAM}rules/{rule.pk}/", whole)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    rule.refresh_from_db()
    assert rule.days == -14


def test_a_new_rule_writes_to_a_channel_and_comes_switched_off(scene: Scene) -> None:
    adopted(scene)
    hook = commands.add_hook(scene.programme, kind="slack", name="#team", url=SECRET, by=None, at=NOW)
    given = {"template": "two-days-before-a-session", "to": f"hook:{hook.pk}", "days": "1", "side": "before"}
    answer = browser(scene.mara).post(f"{TEAM}rules/new/", given)
    made = Rule.objects.get(hook=hook)
    assert (answer["Location"], made.is_on, made.days) == (f"{TEAM}rules/{made.pk}/", False, -1)


def test_a_letter_is_checked_by_line_and_what_was_typed_is_kept(scene: Scene) -> None:
    rule = adopted(scene)
    template = rule.template
    given = {"title": template.title, "topic": "reminders", "subject": "On {{ session.whem }}", "body": "One\n{{ two }}\n"}
    where = f"{TEAM}templates/{template.slug}/"
    answer = browser(scene.mara).post(where, {**given, "seen_at": template.edited_at.isoformat()})
    errors = answer.context["form"].errors
    assert (answer.status_code, sorted(errors), errors["body"][0].partition(":")[0]) == (422, ["body", "subject"], "Line 2")
    assert answer.context["form"]["body"].value() == given["body"]


def test_a_letter_is_shown_with_a_real_persons_and_a_real_sessions_facts(scene: Scene) -> None:
    rule = adopted(scene)
    page, where = browser(scene.mara), f"{TEAM}templates/{rule.template.slug}/"
    real = page.get(where).context["real"]
    second = next(each for each in real if each.label.startswith("Collaboration Café: Stakeholders"))
    given = {
        "subject": "{{ you.first_name }}: {{ session.title }}",
        "body": "x",
        "topic": "news",
        "title": "T",
        "do": "preview",
    }
    part = page.post(where, {**given, "of": second.subject, "as": scene.grace.pk}, headers={"HX-Request": "true"})
    assert part.context["draft"].subject == "Grace: Collaboration Café: Stakeholders"
    assert next(each.name for each in part.templates) == "messaging/_template_preview.html"


def test_two_who_change_a_letter_at_once_lose_no_word(scene: Scene) -> None:
    template = adopted(scene).template
    page, where = browser(scene.mara), f"{TEAM}templates/{template.slug}/"
    mine = {"title": "Mine", "topic": "news", "subject": "Mine", "body": "Mine.", "seen_at": template.edited_at.isoformat()}
    commands.edit_template(
        template, title="Theirs", subject="Theirs", body="Theirs.", topic=Topic.NEWS, seen_at=template.edited_at, by=None,
        at=NOW + timedelta(minutes=1),
    )  # fmt: skip
    answer = page.post(where, mine)
    assert (answer.status_code, answer.context["form"]["body"].value(), answer.context["letter"].body) == (
        409,
        "Mine.",
        "Theirs.",
    )
    page.post(where, {**mine, "seen_at": answer.context["form"]["seen_at"].value()})
    assert Template.objects.get(pk=template.pk).body == "Mine."


def test_a_letter_a_rule_writes_with_is_not_taken_away(scene: Scene) -> None:
    template = adopted(scene).template
    answer = browser(scene.mara).post(f"{TEAM}templates/{template.slug}/", {"do": "remove"})
    assert (answer.status_code, "A rule writes with this letter" in answer.content.decode()) == (422, True)


def test_a_new_letter_speaks_of_something_that_happens(scene: Scene) -> None:
    given = {"title": "Hello", "happening": "people.part", "topic": "tasks", "subject": "S", "body": "{{ part.where }}"}
    answer = browser(scene.mara).post(f"{TEAM}templates/new/", given)
    assert (answer.status_code, Template.objects.get(slug="hello").happening) == (302, "people.part")


def test_the_address_of_a_channel_is_never_shown_again(scene: Scene) -> None:
    page = browser(scene.mara)
    page.post(
        f"{TEAM}channels/",
        {"do": "add", "kind": "matrix", "name": "#team", "url": SECRET, "room": "!a:b", "key": "very-secret-token"},
    )
    hook = Hook.objects.get()
    assert (hook.url, hook.key) == (SECRET, "very-secret-token")
    everywhere = [f"{TEAM}channels/", f"{TEAM}channels/{hook.pk}/", f"{TEAM}rules/new/", TEAM]
    assert [where for where in everywhere if "very-secret" in page.get(where).content.decode()] == []
    page.post(f"{TEAM}channels/{hook.pk}/", {"do": "edit", "name": "#all", "url": "", "room": "!a:b", "key": ""})
    hook.refresh_from_db()
    assert (hook.name, hook.url, hook.key) == ("#all", SECRET, "very-secret-token")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"url": "http://chat.example/x"}, "url"),
        ({"name": ""}, "name"),
        ({"kind": "pigeon"}, "kind"),
        ({"kind": "matrix"}, "room"),
    ],
)
def test_a_channel_that_cannot_be_written_to_is_refused_at_its_field(scene: Scene, given: dict[str, str], field: str) -> None:
    whole = {"do": "add", "kind": "slack", "name": "#team", "url": SECRET, **given}
    answer = browser(scene.mara).post(f"{TEAM}channels/", whole)
    assert (answer.status_code, list(answer.context["form"].errors), Hook.objects.count()) == (422, [field], 0)


def test_a_hello_is_a_message_like_all_others_and_its_state_is_shown(scene: Scene) -> None:
    page = browser(scene.mara)
    hook = commands.add_hook(scene.programme, kind="slack", name="#team", url=SECRET, by=None, at=NOW)
    page.post(f"{TEAM}channels/{hook.pk}/", {"do": "hello"})
    hello = Message.objects.get(hook=hook)
    assert (hello.state, hello.own_subject) == ("waiting", "Hello from {{ programme.name }}")
    [channel] = page.get(f"{TEAM}channels/").context["channels"]
    assert channel.hello == hello
    assert page.get(f"{TEAM}{hello.pk}/").context["preview"].subject == "Hello from The Practitioners Hub"
    page.post(f"{TEAM}channels/{hook.pk}/", {"do": "off"})
    refused = page.post(f"{TEAM}channels/{hook.pk}/", {"do": "hello"})
    assert (refused.status_code, refused.context["refusal"].code) == (422, "not-from-here")


def test_a_channel_that_fails_is_shown_where_the_team_looks(scene: Scene) -> None:
    hook = commands.add_hook(scene.programme, kind="slack", name="#team", url=SECRET, by=None, at=NOW)
    commands.channels.hook_failed(hook, "The chat does not know this address any more.", at=NOW)
    page = browser(scene.mara)
    for where in (TEAM, f"{TEAM}channels/", f"{TEAM}channels/{hook.pk}/"):
        assert "The chat does not know this address any more." in page.get(where).content.decode()


def test_answers_go_to_somebody_of_the_team_only(scene: Scene) -> None:
    page = browser(scene.mara)
    assert page.post(f"{TEAM}channels/", {"do": "answers", "person": scene.ada.pk}).status_code == 422
    page.post(f"{TEAM}channels/", {"do": "answers", "person": scene.mara.pk})
    assert queries.correspondent(scene.programme, at=NOW) == scene.mara


@pytest.mark.parametrize("where", ["rules/", "channels/", "template"])
def test_the_desk_asks_as_often_for_many_rules_as_for_few(scene: Scene, where: str) -> None:
    template = adopted(scene).template
    page = browser(scene.mara)
    hook = commands.add_hook(scene.programme, kind="slack", name="#one", url=SECRET, by=None, at=NOW)
    commands.say_hello(hook, by=None, at=NOW)

    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert page.get(f"{TEAM}templates/{template.slug}/" if where == "template" else f"{TEAM}{where}").status_code == 200
        return len(seen)

    asked()
    few = asked()
    for name in ("#two", "#three"):
        hook = commands.add_hook(scene.programme, kind="slack", name=name, url=SECRET, by=None, at=NOW)
        commands.say_hello(hook, by=None, at=NOW)
        commands.add_rule(template, hook=hook, offset=commands.rules.Offset(days=-1), by=None, at=NOW)
        an_expert(f"{name[1:].title()} Person", scene.cohort)
    assert asked() == few
