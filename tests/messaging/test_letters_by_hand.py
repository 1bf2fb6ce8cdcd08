"""A letter by hand goes to exactly those it was looked at for, and an empty choice reaches nobody."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.choices import Cadence, Topic
from hub.core.consent import Use
from hub.core.errors import NotAllowed
from hub.core.outbox import NobodyChosen, OtherNumber, Outgoing
from hub.messaging import commands
from hub.messaging.commands.mailings import NotKnown
from hub.messaging.deciding import NOT_AFTER, who_gets, would_not_go
from hub.messaging.models import Mailing, Message
from hub.messaging.previews import preview_of
from hub.people.commands import (
    answer,
    ask_erasure,
    carry_out_erasure,
    end_role,
    give_role,
    publish_term,
    withdraw,
)
from hub.people.models import Person, Role, RoleKind, Term
from tests.messaging.telling import BEGUN, Scene, an_expert, somebody

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 9, 2, 8, 0, tzinfo=UTC)


def a_letter(scene: Scene, **facts: object) -> Mailing:
    given: dict[str, object] = {
        "subject": "For {{ you.first_name }}",
        "body": "Hello {{ you.name }}",
        "topic": Topic.NEWS,
        "audiences": ["experts:2024"],
    }
    return commands.write_mailing(scene.programme, **given | facts, by=scene.mara, at=NOW)  # type: ignore[arg-type]


def sent(scene: Scene, letter: Mailing, *, count: int, at: datetime = NOW) -> list[tuple[str, str]]:
    commands.prepare_mailing(letter, by=scene.mara, at=at)
    commands.send_mailing(letter, count=count, by=scene.mara, at=at)
    scene.send(at=at)
    return sorted(scene.received())


def test_a_letter_is_looked_at_first_and_goes_when_somebody_says_so(scene: Scene) -> None:
    letter = a_letter(scene)
    commands.prepare_mailing(letter, by=scene.mara, at=NOW)
    scene.send(at=NOW + timedelta(days=2))
    assert scene.received() == []
    assert sent(scene, letter, count=2) == [("ada@example.org", "For Ada"), ("grace@example.org", "For Grace")]


def test_an_empty_choice_reaches_nobody(scene: Scene) -> None:
    letter = a_letter(scene, audiences=[])
    with pytest.raises(NobodyChosen):
        commands.prepare_mailing(letter, by=scene.mara, at=NOW)
    assert Message.objects.count() == 0


def test_a_group_that_is_empty_reaches_nobody(scene: Scene) -> None:
    with pytest.raises(NobodyChosen):
        commands.prepare_mailing(a_letter(scene, audiences=["no-such-group"]), by=scene.mara, at=NOW)


def test_a_letter_to_14_never_goes_to_15(scene: Scene) -> None:
    letter = a_letter(scene)
    commands.prepare_mailing(letter, by=scene.mara, at=NOW)
    an_expert("Ines Costa", scene.cohort)
    commands.prepare_mailing(letter, by=scene.mara, at=NOW)
    with pytest.raises(OtherNumber) as no:
        commands.send_mailing(letter, count=2, by=scene.mara, at=NOW)
    assert no.value.sentence == "It would go to 3 people now, not to 2 people. Look again, then send."
    scene.send(at=NOW)
    assert scene.received() == []


def test_who_left_the_group_before_it_was_sent_gets_nothing(scene: Scene) -> None:
    letter = a_letter(scene)
    commands.prepare_mailing(letter, by=scene.mara, at=NOW)
    commands.send_mailing(letter, count=2, send_at=NOW + timedelta(days=2), by=scene.mara, at=NOW)
    end_role(Role.objects.get(person=scene.grace), on=date(2024, 9, 3), by=None, at=NOW)
    scene.send(at=NOW + timedelta(days=2))
    assert scene.received() == [("ada@example.org", "For Ada")]


def test_one_who_is_left_out_or_thrown_away_gets_nothing(scene: Scene) -> None:
    assert sent(scene, a_letter(scene, without=[scene.grace.pk]), count=1) == [("ada@example.org", "For Ada")]
    letter = a_letter(scene)
    first, _ = commands.prepare_mailing(letter, by=scene.mara, at=NOW)
    commands.discard_message(first, by=scene.mara, at=NOW)
    commands.send_mailing(letter, count=1, by=scene.mara, at=NOW)
    scene.send(at=NOW)
    assert Counter(address for address, _ in scene.received()) == Counter({"ada@example.org": 1, "grace@example.org": 1})


def test_people_may_be_chosen_by_name_whom_the_team_knows(scene: Scene) -> None:
    assert sent(scene, a_letter(scene, audiences=[], besides=[scene.ada.pk]), count=1) == [("ada@example.org", "For Ada")]
    stranger = somebody("Sam Stranger")
    with pytest.raises(NotKnown):
        a_letter(scene, audiences=[], besides=[stranger.pk])


def test_a_letter_is_written_by_the_team_only(scene: Scene) -> None:
    with pytest.raises(NotAllowed):
        commands.write_mailing(scene.programme, subject="x", body="y", topic=Topic.NEWS, by=scene.ada, at=NOW)


def test_a_letter_with_an_unknown_variable_is_not_prepared(scene: Scene) -> None:
    letter = a_letter(scene, body="Hello {{ you.nam }}")
    with pytest.raises(commands.BadLetter) as no:
        commands.prepare_mailing(letter, by=scene.mara, at=NOW)
    assert no.value.problems == ((1, "There is no {{ you.nam }}. Do you mean {{ you.name }}?"),)


def test_a_letter_that_is_changed_is_looked_at_anew(scene: Scene) -> None:
    letter = a_letter(scene)
    commands.prepare_mailing(letter, by=scene.mara, at=NOW)
    changed = commands.edit_mailing(
        letter, subject="Other", body="Words", topic=Topic.NEWS, audiences=["experts:2024"],
        seen_at=letter.edited_at, by=scene.mara, at=NOW + timedelta(minutes=1),
    )  # fmt: skip
    with pytest.raises(NobodyChosen):
        commands.send_mailing(changed, count=2, by=scene.mara, at=NOW)
    with pytest.raises(commands.MailingChangedMeanwhile):
        commands.edit_mailing(letter, subject="", body="", topic=Topic.NEWS, seen_at=BEGUN, by=scene.mara, at=NOW)


def test_what_has_not_left_can_be_stopped_and_what_was_sent_is_not_sent_again(scene: Scene) -> None:
    letter = a_letter(scene)
    commands.prepare_mailing(letter, by=scene.mara, at=NOW)
    commands.send_mailing(letter, count=2, send_at=NOW + timedelta(hours=1), by=scene.mara, at=NOW)
    assert commands.stop_mailing(letter, by=scene.mara, at=NOW) == 2
    scene.send(at=NOW + timedelta(hours=2))
    assert scene.received() == []
    with pytest.raises(commands.SentAlready):
        commands.send_mailing(letter, count=2, by=scene.mara, at=NOW)


def test_a_letter_thrown_away_takes_its_messages_along(scene: Scene) -> None:
    letter = a_letter(scene)
    commands.prepare_mailing(letter, by=scene.mara, at=NOW)
    commands.remove_mailing(letter, by=scene.mara, at=NOW)
    assert (Mailing.objects.count(), Message.objects.count()) == (0, 0)


def test_answers_to_a_letter_go_to_who_wrote_it(scene: Scene) -> None:
    sent(scene, a_letter(scene), count=2)
    assert {str(letter["Reply-To"]) for letter in scene.letters()} == {"Mara Okafor <mara@example.org>"}


def test_states_of_a_letter_are_seen_person_by_person(scene: Scene) -> None:
    letter = a_letter(scene)
    sent(scene, letter, count=2)
    assert scene.states(mailing=letter) == Counter({Outgoing.SENT: 2})


def edited(letter: Mailing, scene: Scene, *, without: list[int], at: datetime = NOW) -> Mailing:
    seen = Mailing.objects.get(pk=letter.pk)
    return commands.edit_mailing(
        seen, subject="Other", body="Words", topic=Topic.NEWS, audiences=["experts:2024"], without=without,
        seen_at=seen.edited_at, by=scene.mara, at=at,
    )  # fmt: skip


def left_out(letter: Mailing) -> list[int]:
    return list(letter.without.values_list("pk", flat=True))


def test_who_was_thrown_away_stays_out_of_a_letter_that_is_changed(scene: Scene) -> None:
    letter = a_letter(scene)
    commands.prepare_mailing(letter, by=scene.mara, at=NOW)
    commands.discard_message(Message.objects.get(person=scene.ada), by=scene.mara, at=NOW)
    assert left_out(letter) == [scene.ada.pk]
    changed = edited(letter, scene, without=left_out(letter))
    assert sent(scene, changed, count=1) == [("grace@example.org", "Other")]


def test_who_was_thrown_away_gets_a_letter_after_all_where_somebody_says_so(scene: Scene) -> None:
    letter = a_letter(scene)
    commands.prepare_mailing(letter, by=scene.mara, at=NOW)
    commands.discard_message(Message.objects.get(person=scene.ada), by=scene.mara, at=NOW)
    assert [address for address, _ in sent(scene, edited(letter, scene, without=[]), count=2)] == [
        "ada@example.org",
        "grace@example.org",
    ]


def test_one_thrown_away_and_sent_again_goes(scene: Scene) -> None:
    letter = a_letter(scene)
    commands.prepare_mailing(letter, by=scene.mara, at=NOW)
    one = commands.discard_message(Message.objects.get(person=scene.ada), by=scene.mara, at=NOW)
    commands.send_mailing(letter, count=1, by=scene.mara, at=NOW)
    commands.send_again(one, by=scene.mara, at=NOW)
    scene.send(at=NOW)
    assert sorted(address for address, _ in scene.received()) == ["ada@example.org", "grace@example.org"]


def test_who_changes_a_letter_while_one_is_thrown_away_is_told(scene: Scene) -> None:
    letter = a_letter(scene)
    commands.prepare_mailing(letter, by=scene.mara, at=NOW)
    commands.discard_message(Message.objects.get(person=scene.ada), by=scene.mara, at=NOW + timedelta(minutes=1))
    with pytest.raises(commands.MailingChangedMeanwhile):
        commands.edit_mailing(letter, subject="Other", body="", topic=Topic.NEWS, seen_at=NOW, by=scene.mara, at=NOW)


AFTER_THE_COHORT = datetime(2025, 4, 1, 8, 0, tzinfo=UTC)


def asks_for_contact(scene: Scene, *people: Person) -> Term:
    """The programme asks whether it may write after it; some say yes."""
    term = publish_term(scene.programme, Use.CONTACT, "We may write to you.", is_new_meaning=True, by=None, at=BEGUN)
    for person in people:
        answer(person, Use.CONTACT, term, wish=True, by=person, at=BEGUN)
    return term


def test_after_a_cohort_a_letter_goes_to_who_agreed_to_be_written_to_and_the_outbox_says_why_not_to_others(
    scene: Scene,
) -> None:
    asks_for_contact(scene, scene.ada)
    letter = a_letter(scene)
    _, of_grace = commands.prepare_mailing(letter, by=scene.mara, at=AFTER_THE_COHORT)
    assert preview_of(of_grace, at=AFTER_THE_COHORT).note == (
        "It would not go as things are: their part in the programme is over, "
        "and they have not agreed to be written to after it."
    )
    with pytest.raises(OtherNumber):
        commands.send_mailing(letter, count=2, by=scene.mara, at=AFTER_THE_COHORT)
    assert sent(scene, letter, count=1, at=AFTER_THE_COHORT) == [("ada@example.org", "For Ada")]
    of_grace.refresh_from_db()
    assert (of_grace.state, of_grace.reply) == (Outgoing.UNWANTED, NOT_AFTER)


def test_who_takes_it_back_before_a_letter_leaves_gets_nothing(scene: Scene) -> None:
    asks_for_contact(scene, scene.ada, scene.grace)
    letter, later = a_letter(scene), AFTER_THE_COHORT + timedelta(days=2)
    commands.prepare_mailing(letter, by=scene.mara, at=AFTER_THE_COHORT)
    commands.send_mailing(letter, count=2, send_at=later, by=scene.mara, at=AFTER_THE_COHORT)
    withdraw(scene.grace, Use.CONTACT, scene.programme, by=scene.grace, at=AFTER_THE_COHORT)
    scene.send(at=later)
    assert scene.received() == [("ada@example.org", "For Ada")]


def test_an_alumnus_and_who_left_early_are_asked_too_though_they_are_chosen_by_name(scene: Scene) -> None:
    asks_for_contact(scene)
    for person in (scene.ada, scene.grace):
        end_role(Role.objects.get(person=person), on=date(2024, 8, 1), by=None, at=BEGUN)
    give_role(scene.ada, RoleKind.ALUMNUS, scene.programme, starts_on=date(2024, 8, 1), by=None, at=BEGUN)
    letter = a_letter(scene, audiences=["part:alumnus"], besides=[scene.grace.pk, scene.mara.pk])
    assert sent(scene, letter, count=1) == [("mara@example.org", "For Mara")]


def test_duty_mail_goes_after_a_cohort_and_so_does_every_letter_where_nobody_is_asked_or_the_part_goes_on(scene: Scene) -> None:
    assert len(sent(scene, a_letter(scene), count=2, at=AFTER_THE_COHORT)) == 2  # the programme has no words for it
    asks_for_contact(scene)
    assert len(sent(scene, a_letter(scene, topic=Topic.DUTY), count=2, at=AFTER_THE_COHORT)) == 4
    assert len(sent(scene, a_letter(scene), count=2, at=NOW)) == 6  # while the cohort goes on


def test_whether_people_may_be_written_to_costs_as_many_queries_for_two_as_for_many(scene: Scene) -> None:
    asks_for_contact(scene, scene.ada)

    def queries() -> int:
        made = commands.prepare_mailing(a_letter(scene), by=scene.mara, at=AFTER_THE_COHORT)
        with CaptureQueriesContext(connection) as seen:
            who_gets(Message.objects.filter(pk__in=[each.pk for each in made]), at=AFTER_THE_COHORT)
        return len(seen)

    few = queries()
    for number in range(5):
        an_expert(f"N{number} Costa", scene.cohort)
    assert queries() == few


def test_how_many_a_waiting_letter_would_not_reach_is_what_deciding_for_each_of_them_gives(scene: Scene) -> None:
    names = ("Ana", "Bea", "Cleo", "Dora", "Edda", "Fay", "Gwen", "Hila", "Iris")
    later, people = NOW + timedelta(days=30), [somebody(f"{name} Okoro") for name in names]
    plain, off, daily, leaving, erased, came_back, elsewhere, over, left_out = people
    asks_for_contact(scene)
    letter = commands.write_mailing(
        scene.programme,
        subject="Soon",
        body="Hello",
        topic=Topic.NEWS,
        besides=[each.pk for each in people],
        by=None,
        at=NOW,
    )
    commands.prepare_mailing(letter, by=scene.mara, at=NOW)
    commands.send_mailing(letter, count=9, send_at=later, by=scene.mara, at=NOW)

    def told() -> int:
        waiting = Message.objects.filter(mailing=letter, state=Outgoing.WAITING)
        count = would_not_go(letter, at=NOW)
        assert count == waiting.count() - len(who_gets(waiting, at=NOW))
        return count

    assert told() == 0
    commands.choose(daily, scene.programme, Topic.NEWS, Cadence.DAILY, by=daily, at=NOW)
    commands.choose(plain, scene.programme, Topic.REMINDERS, Cadence.OFF, by=plain, at=NOW)
    assert told() == 0
    commands.choose(off, scene.programme, Topic.NEWS, Cadence.OFF, by=off, at=NOW)
    assert told() == 1
    ask_erasure(leaving, by=leaving, at=NOW)
    assert told() == 2
    carry_out_erasure(ask_erasure(erased, by=erased, at=NOW), by=None, at=NOW + timedelta(days=20))
    assert told() == 2 + Message.objects.filter(mailing=letter, person=erased, state=Outgoing.WAITING).count()
    Message.objects.filter(person=came_back).update(not_at=came_back.account.email)  # as a bounce leaves it
    Message.objects.filter(person=elsewhere).update(not_at="old@example.org")
    assert told() == 3
    give_role(over, RoleKind.ALUMNUS, scene.programme, starts_on=BEGUN.date(), by=None, at=BEGUN)
    assert told() == 4
    letter.without.add(left_out)
    assert told() == 5
