"""A rule may write to a chat; a channel that fails is tried again, shown, and stops nothing else."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from hub.core.errors import NotAllowed
from hub.core.outbox import Offset, Outgoing
from hub.messaging import commands
from hub.messaging.models import Hook, Message, Rule, Template
from hub.services.chat import ChatError, FakeChat
from tests.messaging.telling import AUGUST, Scene

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 9, 2, 8, 0, tzinfo=UTC)


def a_channel(scene: Scene, **facts: str) -> Hook:
    given = {"kind": "slack", "name": "#cohort", "url": "https://chat.example/hooks/secret"}
    return commands.add_hook(scene.programme, **given | facts, by=scene.mara, at=AUGUST)


def a_rule_for(scene: Scene, hook: Hook) -> Rule:
    mail = scene.rule("session-two-days")
    rule = commands.add_rule(
        mail.template, hook=hook, offset=Offset(days=-2, clock=mail.clock), needs_ok=False, by=scene.mara, at=AUGUST
    )
    return commands.switch_rule(rule, is_on=True, by=scene.mara, at=AUGUST)


def run(scene: Scene, *, at: datetime = NOW) -> None:
    scene.send(at=at, lane="chat")


def states(scene: Scene) -> Counter[Outgoing]:
    return scene.states(hook__isnull=False, subject_key=f"session:{scene.first_session.uid}")


def test_a_rule_writes_to_a_channel_once(scene: Scene, chat: FakeChat) -> None:
    a_rule_for(scene, a_channel(scene))
    for minutes in (0, 5, 10):
        run(scene, at=NOW + timedelta(minutes=minutes))
    assert [post.title for post in chat.posts.values()] == ["In two days: Collaboration Café: Welcome"]
    assert states(scene) == Counter({Outgoing.SENT: 1})


def test_a_post_greets_nobody_asks_for_no_answer_and_leads_to_the_letters_first_page(scene: Scene, chat: FakeChat) -> None:
    hook = a_channel(scene)
    letter = Rule.objects.get(pk=a_rule_for(scene, hook).pk).template
    Template.objects.filter(pk=letter.pk).update(
        body="Hello {{ you.first_name }},\n\nin two days we meet for **{{ session.title }}**.\n\n"
        "[What we will do]({{ session.link }})\n\n[Choose]({{ hub.choices }})\n\n"
        "{{# if you.can_answer }}If you can’t come, answer this mail.{{/ if }}"
    )
    run(scene)
    [post] = chat.posts.values()
    page = f"http://localhost:8000/practitioners-hub/2024/sessions/{scene.first_session.slug}/"
    choices = "http://localhost:8000/me/messages/"
    assert post.lines == (
        "In two days we meet for Collaboration Café: Welcome.",
        f"What we will do ({page})",
        f"Choose ({choices})",
    )
    assert (post.url, post.links) == (page, (page, choices))


def test_a_channel_that_asks_for_patience_gets_it(scene: Scene, chat: FakeChat) -> None:
    hook = a_channel(scene)
    a_rule_for(scene, hook)
    chat.trouble = lambda post: ChatError(
        "Slack asks us to come back later (429).", permanent=False, code=429, retry_after=timedelta(hours=1)
    )
    run(scene)
    hook.refresh_from_db()
    assert (hook.error, hook.failed_at) == ("Slack asks us to come back later (429).", NOW)
    chat.trouble = lambda post: None
    run(scene, at=NOW + timedelta(minutes=30))
    assert chat.posts == {}
    run(scene, at=NOW + timedelta(minutes=61))
    hook.refresh_from_db()
    assert (len(chat.posts), hook.error, hook.well_at) == (1, "", NOW + timedelta(minutes=61))


def test_a_channel_that_is_gone_is_shown_and_mail_goes_all_the_same(scene: Scene, chat: FakeChat) -> None:
    a_rule_for(scene, a_channel(scene))
    chat.trouble = lambda post: ChatError("Slack does not find the channel (404).", permanent=True, code=404)
    run(scene)
    scene.send(at=NOW)
    assert states(scene) == Counter({Outgoing.REFUSED: 1})
    assert len(scene.mail.sent) == 2


def test_a_post_whose_answer_was_lost_is_left_to_a_person_unless_the_chat_knows_it_again(scene: Scene, chat: FakeChat) -> None:
    lost = ChatError("did not answer in time", permanent=False, is_uncertain=True)
    a_rule_for(scene, a_channel(scene))
    a_rule_for(scene, a_channel(scene, kind="matrix", name="Matrix", room="!a:example.org", key="token"))
    chat.trouble = lambda post: lost
    run(scene)
    about = Message.objects.filter(hook__isnull=False, subject_key=f"session:{scene.first_session.uid}")
    rows = {row.hook.kind: row.state for row in about.select_related("hook") if row.hook}
    assert rows == {"slack": "uncertain", "matrix": "waiting"}


def test_a_channel_that_is_off_hears_nothing(scene: Scene, chat: FakeChat) -> None:
    hook = a_channel(scene)
    a_rule_for(scene, hook)
    commands.switch_hook(hook, is_on=False, by=scene.mara, at=AUGUST)
    run(scene)
    assert (chat.posts, states(scene)) == ({}, Counter({Outgoing.WITHDRAWN: 1}))


def test_only_the_team_adds_channels_and_what_is_no_address_is_refused(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        commands.add_hook(scene.programme, kind="slack", name="x", url="https://x.example", by=scene.ada, at=AUGUST)
    for wrong in ({"url": "ftp://x.example"}, {"kind": "irc"}, {"name": " "}, {"kind": "matrix"}):
        with pytest.raises(commands.BadChannel):
            a_channel(scene, **wrong)


def test_a_channel_taken_away_takes_its_rules_along(scene: Scene, chat: FakeChat) -> None:
    hook = a_channel(scene)
    a_rule_for(scene, hook)
    scene.reconcile(at=AUGUST)
    commands.remove_hook(hook, by=scene.mara, at=AUGUST)
    run(scene)
    assert chat.posts == {}
    assert set(scene.states(hook__isnull=True, person__isnull=True)) == {Outgoing.WITHDRAWN}
