"""A release another one overtook is told nobody any more; who has not heard hears what changed since what they know."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.outbox import Offset, Outgoing
from hub.core.release import known_release
from hub.messaging import commands, queries
from hub.messaging.models import Message, Rule
from hub.people.models import Person
from hub.schedule.commands.sessions import edit_session
from hub.schedule.models import Session
from hub.schedule.queries.working import facts_of
from hub.services.chat import FakeChat
from tests.factories import a_session
from tests.messaging.telling import AUGUST, Scene, an_expert

pytestmark = pytest.mark.django_db
FIRST, SECOND, LATER = date(2024, 9, 4), date(2024, 9, 18), date(2024, 9, 19)
QUERIES = 10


@pytest.mark.parametrize(
    ("earlier", "known"),
    [
        ({}, None),
        ({2: True}, None),
        ({2: False}, 1),
        ({1: False, 2: False}, 0),
        ({2: False, 3: True}, None),
        ({2: True, 3: False, 4: False}, 2),
        ({2: False, 3: True, 4: False}, 3),
        ({5: False}, 4),
    ],
)
def test_who_has_not_heard_of_the_last_releases_knows_the_one_before_them(earlier: dict[int, bool], known: int | None) -> None:
    assert known_release(earlier) == known


@pytest.fixture
def rule(scene: Scene) -> Rule:
    """The letter about changes, switched on and looked at first."""
    found = scene.rule("schedule-released")
    Rule.objects.filter(pk=found.pk).update(needs_ok=True)
    return found


def released_with(scene: Scene, was: date, day: date, *, days: int) -> str:
    """Move the café of a day, release that after some days, look, and give what the release's message is about."""
    at = AUGUST + timedelta(days=days)
    session = Session.objects.get(cohort=scene.cohort, kind="cafe", date=was)
    edit_session(session, replace(facts_of(session), date=day), seen_at=session.edited_at, by=None, at=at)
    subject = f"release:{scene.release(at=at).pk}"
    scene.reconcile(at=at)
    return subject


def let_go(scene: Scene, rule: Rule, about: str, *, count: int, days: int) -> None:
    at = AUGUST + timedelta(days=days)
    commands.release_batch(scene.programme, rule=rule.pk, subject=about, count=count, by=None, at=at)
    scene.send(at=at)


def letters(scene: Scene) -> dict[str, str]:
    return {
        letter["To"].addresses[0].addr_spec: letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        for letter in scene.letters()
    }


def states(about: str) -> Counter[str]:
    return Counter(Message.objects.filter(subject_key=about).values_list("state", flat=True))


def test_a_letter_with_an_old_date_goes_to_nobody_and_the_next_says_what_changed_since(scene: Scene, rule: Rule) -> None:
    first = released_with(scene, FIRST, date(2024, 9, 5), days=1)
    assert states(first) == {"prepared": 2}
    second = released_with(scene, date(2024, 9, 5), date(2024, 9, 6), days=2)
    assert (states(first), states(second)) == ({"withdrawn": 2}, {"prepared": 2})
    assert [each.subject for each in queries.batches(scene.programme)] == [second]
    let_go(scene, rule, second, count=2, days=3)
    for text in letters(scene).values():
        assert "Moved from Wed 4 September" in text
        assert "to Fri 6 September" in text
        assert "5 September" not in text


def test_what_was_moved_and_moved_back_before_anybody_heard_is_told_nobody(scene: Scene, rule: Rule) -> None:
    first = released_with(scene, FIRST, date(2024, 9, 5), days=1)
    second = released_with(scene, date(2024, 9, 5), FIRST, days=2)
    assert (states(first), states(second)) == ({"withdrawn": 2}, {})
    third = released_with(scene, SECOND, LATER, days=3)
    let_go(scene, rule, third, count=2, days=4)
    assert all("4 September" not in text and "Moved from Wed 18 September" in text for text in letters(scene).values())


def test_each_hears_what_changed_since_what_they_heard(scene: Scene, rule: Rule) -> None:
    first = released_with(scene, FIRST, date(2024, 9, 5), days=1)
    commands.hold_message(Message.objects.get(subject_key=first, person=scene.grace), by=None, at=AUGUST + timedelta(days=1))
    let_go(scene, rule, first, count=1, days=1)
    assert list(letters(scene)) == ["ada@example.org"]
    second = released_with(scene, date(2024, 9, 5), date(2024, 9, 6), days=2)
    assert states(first) == {"sent": 1, "withdrawn": 1}
    an_expert("Ines Costa", scene.cohort)
    scene.reconcile(at=AUGUST + timedelta(days=2))
    commands.release_message(
        Message.objects.get(subject_key=second, person=scene.grace), by=None, at=AUGUST + timedelta(days=2)
    )
    let_go(scene, rule, second, count=2, days=3)
    said = letters(scene)
    assert "Moved from Wed 4 September" in said["grace@example.org"]
    for who in ("ada", "ines"):
        assert "Moved from Thu 5 September" in said[f"{who}@example.org"]


def test_what_was_held_stays_held_when_another_release_overtakes_it(scene: Scene, rule: Rule) -> None:
    first = released_with(scene, FIRST, date(2024, 9, 5), days=1)
    commands.hold_message(Message.objects.get(subject_key=first, person=scene.grace), by=None, at=AUGUST + timedelta(days=1))
    second = released_with(scene, date(2024, 9, 5), date(2024, 9, 6), days=2)
    third = released_with(scene, SECOND, LATER, days=3)
    assert (states(first), states(second)) == ({"withdrawn": 2}, {"withdrawn": 2})
    assert Message.objects.get(subject_key=third, person=scene.grace).state == Outgoing.HELD
    let_go(scene, rule, third, count=1, days=3)
    assert list(letters(scene)) == ["ada@example.org"]


def test_own_words_go_over_to_the_message_of_the_next_release_and_wait_for_somebody_to_read_them(
    scene: Scene, rule: Rule
) -> None:
    Rule.objects.filter(pk=rule.pk).update(needs_ok=False)
    at = AUGUST + timedelta(days=1)
    first = released_with(scene, FIRST, date(2024, 9, 5), days=1)
    hers = Message.objects.get(subject_key=first, person=scene.grace)
    commands.edit_message(hers, subject="Dear Grace", body="It is on the 5th. {{ release.changes }}", by=None, at=at)
    second = released_with(scene, date(2024, 9, 5), date(2024, 9, 6), days=2)
    scene.send(at=AUGUST + timedelta(days=2))
    assert states(second) == {"sent": 1, "held": 1}
    hers = Message.objects.get(subject_key=second, person=scene.grace)
    assert "It is on the 5th." in hers.own_body
    assert "read them again" in hers.reply
    commands.release_message(hers, by=None, at=AUGUST + timedelta(days=3))
    scene.send(at=AUGUST + timedelta(days=3))
    hers.refresh_from_db()
    assert hers.state == Outgoing.SENT
    assert "read them again" not in hers.reply


def test_what_a_team_threw_away_is_not_told_with_the_next_release(scene: Scene, rule: Rule) -> None:
    first = released_with(scene, FIRST, date(2024, 9, 5), days=1)
    commands.discard_batch(scene.programme, rule=rule.pk, subject=first, count=2, by=None, at=AUGUST + timedelta(days=1))
    second = released_with(scene, SECOND, LATER, days=2)
    let_go(scene, rule, second, count=2, days=2)
    assert all("4 September" not in text and "18 September" in text for text in letters(scene).values())


def test_a_release_of_words_alone_still_tells_what_nobody_has_heard(scene: Scene, rule: Rule) -> None:
    first = released_with(scene, FIRST, date(2024, 9, 5), days=1)
    second = released_with(scene, SECOND, LATER, days=2)
    assert states(first) == {"withdrawn": 2}
    let_go(scene, rule, second, count=2, days=2)
    for text in letters(scene).values():
        assert ("Moved from Wed 4 September" in text, "Moved from Wed 18 September" in text) == (True, True)


def test_a_channel_hears_what_changed_since_what_it_heard(scene: Scene, chat: FakeChat) -> None:
    mail = scene.rule("schedule-released")
    commands.switch_rule(mail, is_on=False, by=None, at=AUGUST)
    given = {"kind": "slack", "name": "#all", "url": "https://chat.example/hooks/secret"}
    hook = commands.add_hook(scene.programme, **given, by=scene.mara, at=AUGUST)
    told = commands.add_rule(mail.template, hook=hook, offset=Offset(), needs_ok=True, by=scene.mara, at=AUGUST)
    commands.switch_rule(told, is_on=True, by=scene.mara, at=AUGUST)
    first = released_with(scene, FIRST, date(2024, 9, 5), days=1)
    second = released_with(scene, date(2024, 9, 5), date(2024, 9, 6), days=2)
    assert (states(first), states(second)) == ({"withdrawn": 1}, {"prepared": 1})
    at = AUGUST + timedelta(days=2)
    commands.release_batch(scene.programme, rule=told.pk, subject=second, count=1, by=None, at=at)
    scene.send(at=at, lane="chat")
    (post,) = chat.posts.values()
    text = " ".join(post.lines)
    assert ("Moved from Wed 4 September" in text, "5 September" in text) == (True, False)


@pytest.fixture
def channel(scene: Scene, chat: FakeChat) -> FakeChat:
    """A channel that hears of releases by itself, where nobody gets a mail about them."""
    mail = scene.rule("schedule-released")
    commands.switch_rule(mail, is_on=False, by=None, at=AUGUST)
    given = {"kind": "slack", "name": "#all", "url": "https://chat.example/hooks/secret"}
    hook = commands.add_hook(scene.programme, **given, by=scene.mara, at=AUGUST)
    told = commands.add_rule(mail.template, hook=hook, offset=Offset(), needs_ok=False, by=scene.mara, at=AUGUST)
    commands.switch_rule(told, is_on=True, by=scene.mara, at=AUGUST)
    return chat


def test_a_channel_is_not_told_either_of_what_was_moved_and_moved_back(scene: Scene, channel: FakeChat) -> None:
    first = released_with(scene, FIRST, date(2024, 9, 5), days=1)
    second = released_with(scene, date(2024, 9, 5), FIRST, days=2)
    assert (states(first), states(second)) == ({"withdrawn": 1}, {})
    scene.send(at=AUGUST + timedelta(days=2), lane="chat")
    assert not channel.posts


def test_a_channel_hears_of_a_move_though_a_release_that_tells_nothing_came_after(scene: Scene, channel: FakeChat) -> None:
    open_yet = a_session(scene.cohort, title="Visit", date=None, start=None, end=None)
    first = released_with(scene, FIRST, date(2024, 9, 5), days=1)
    Session.objects.filter(pk=open_yet.pk).update(place_in_chapter=3)
    assert scene.release(at=AUGUST + timedelta(days=2)).difference == []
    scene.reconcile(at=AUGUST + timedelta(days=2))
    assert states(first) == {"withdrawn": 1}
    scene.send(at=AUGUST + timedelta(days=2), lane="chat")
    assert ["Moved from Wed 4 September" in " ".join(each.lines) for each in channel.posts.values()] == [True]


@pytest.mark.parametrize("count", [2, 40])
def test_looking_asks_as_often_for_many_who_have_not_heard_as_for_few(scene: Scene, rule: Rule, count: int) -> None:
    for number in range(count - 2):
        an_expert(f"Expert{number} Number", scene.cohort)
    released_with(scene, FIRST, date(2024, 9, 5), days=1)
    at = AUGUST + timedelta(days=2)
    released_with(scene, date(2024, 9, 5), date(2024, 9, 6), days=2)
    with CaptureQueriesContext(connection) as seen:
        commands.wanted_messages(scene.programme, at=at)
    assert Person.objects.count() > count
    assert (len(seen), Outgoing.PREPARED in scene.states()) == (QUERIES, True)
