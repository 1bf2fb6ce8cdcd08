"""Two records become one and two again: what waits, what is told, and what somebody hears."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.core.choices import Cadence, Topic
from hub.core.errors import Refusal
from hub.core.outbox import Outgoing
from hub.messaging import commands
from hub.messaging.models import Choice, Message
from hub.people.commands import end_role, merge_people, preview_merge, undo_merge
from hub.people.events import Outcome
from hub.people.models import Person, Role
from hub.programmes.commands import create_programme
from hub.services.mail import MemoryTransport
from tests.factories import BEGUN
from tests.messaging.telling import AUGUST, IN_SEPTEMBER, Scene, a_telling_scene, an_expert

pytestmark = pytest.mark.django_db
LATER = IN_SEPTEMBER + timedelta(hours=1)


@pytest.fixture
def twin(scene: Scene) -> Person:
    """A second record of Ada, with an address and a part of its own."""
    return an_expert("Adah Lindqvist", scene.cohort)


def outbox() -> list[dict[str, Any]]:
    return list(Message.objects.order_by("pk").values())


def a_letter(scene: Scene, *people: Person, at: datetime = AUGUST) -> Any:
    """A letter by hand to some people, made to be looked at."""
    letter = commands.write_mailing(
        scene.programme, subject="Hello", body="See you soon.", topic=Topic.NEWS, besides=[p.pk for p in people], by=None, at=at
    )
    commands.prepare_mailing(letter, by=None, at=at)
    return letter


def of(person: Person, rule: str = "mailing:") -> Message:
    return Message.objects.get(person=person.pk, rule_key__startswith=rule)


def test_a_letter_that_made_room_waits_again_as_it_was_after_the_merge_is_undone(scene: Scene, twin: Person) -> None:
    a_letter(scene, scene.ada, twin)
    commands.edit_message(of(scene.ada), subject="Hello Ada", body="In other words.", by=None, at=AUGUST)
    commands.hold_message(of(scene.ada), by=None, at=AUGUST)
    commands.discard_message(of(twin), by=None, at=AUGUST)
    before = outbox()
    merge = merge_people(scene.ada, twin, choices={}, by=None, at=IN_SEPTEMBER)
    assert [(row.person_id, row.state) for row in Message.objects.all()] == [(scene.ada.pk, "discarded")]
    undo_merge(merge, by=None, at=LATER)
    assert outbox() == before
    assert (of(scene.ada).own_subject, of(scene.ada).state) == ("Hello Ada", Outgoing.HELD)


def test_a_message_that_was_sent_meanwhile_does_not_stand_in_the_way_of_undoing_a_merge(scene: Scene, twin: Person) -> None:
    letter = a_letter(scene, twin)
    merge = merge_people(scene.ada, twin, choices={}, by=None, at=IN_SEPTEMBER)
    commands.send_mailing(letter, count=1, by=None, at=IN_SEPTEMBER)
    scene.send(at=IN_SEPTEMBER)
    assert [address for address, _ in scene.received()] == ["ada@example.org"]
    undo_merge(merge, by=None, at=LATER)
    assert (of(twin).state, of(twin).sent_to) == (Outgoing.SENT, "ada@example.org")


def test_a_letter_that_was_written_anew_meanwhile_does_not_either_and_has_one_message_for_each(
    scene: Scene, twin: Person
) -> None:
    letter = a_letter(scene, scene.ada, twin)
    commands.discard_message(of(twin), by=None, at=AUGUST)
    merge = merge_people(scene.ada, twin, choices={}, by=None, at=IN_SEPTEMBER)
    letter.refresh_from_db()
    facts = {"subject": "Again", "body": "Anew.", "topic": Topic.NEWS, "besides": [scene.ada.pk]}
    commands.edit_mailing(letter, **facts, seen_at=letter.edited_at, by=None, at=IN_SEPTEMBER)
    commands.prepare_mailing(letter, by=None, at=IN_SEPTEMBER)
    there = outbox()
    undo_merge(merge, by=None, at=LATER)
    assert outbox() == there
    assert set(letter.besides.all()) == {scene.ada, twin}  # the one record that was chosen was both of them


def test_what_waits_after_an_undo_is_what_the_facts_ask_for(scene: Scene, twin: Person) -> None:
    scene.rule("session-two-days")
    scene.reconcile(at=AUGUST)
    before = outbox()
    merge = merge_people(scene.ada, twin, choices={}, by=None, at=AUGUST)
    for role in Role.objects.filter(person=scene.grace):
        end_role(role, on=AUGUST.date(), by=None, at=AUGUST)
    scene.reconcile(at=AUGUST)
    undo_merge(merge, by=None, at=AUGUST)
    scene.reconcile(at=AUGUST)
    left = [row | {"state": "withdrawn", "state_at": AUGUST} if row["person_id"] == scene.grace.pk else row for row in before]
    assert outbox() == left


def test_what_waits_in_a_digest_goes_by_itself_where_the_digest_makes_room(scene: Scene, twin: Person) -> None:
    for person in (scene.ada, twin):
        commands.choose(person, scene.programme, Topic.NEWS, Cadence.WEEKLY, by=person, at=AUGUST)
    commands.send_mailing(a_letter(scene, scene.ada), count=1, by=None, at=AUGUST)
    commands.send_mailing(a_letter(scene, twin), count=1, by=None, at=AUGUST)
    scene.send(at=AUGUST)
    commands.discard_message(of(twin, "digest:"), by=None, at=AUGUST)
    before = outbox()
    merge = merge_people(scene.ada, twin, choices={}, by=None, at=AUGUST)
    merged = {(row.person_id, row.state, row.carried_by_id) for row in Message.objects.filter(rule_key__startswith="mailing:")}
    assert merged >= {(scene.ada.pk, "waiting", None)}
    undo_merge(merge, by=None, at=AUGUST)
    assert outbox() == before


def test_nothing_goes_with_the_digest_of_somebody_else_after_an_undo(scene: Scene, twin: Person) -> None:
    commands.choose(scene.ada, scene.programme, Topic.NEWS, Cadence.WEEKLY, by=scene.ada, at=AUGUST)
    letter = a_letter(scene, twin)
    merge = merge_people(scene.ada, twin, choices={}, by=None, at=AUGUST)
    commands.send_mailing(letter, count=1, by=None, at=AUGUST)
    scene.send(at=AUGUST)
    assert of(scene.ada).state == Outgoing.GATHERED
    undo_merge(merge, by=None, at=AUGUST)
    assert (of(twin).state, of(twin).carried_by) == (Outgoing.WAITING, None)
    scene.send(at=AUGUST)
    assert [address for address, _ in scene.received()] == ["adah@example.org"]


def test_the_team_is_not_told_a_second_time_of_what_concerned_the_other_record(scene: Scene, twin: Person) -> None:
    """A subject that ends in somebody's key speaks of the record that stays; undoing it gives the first back."""
    facts = {"programme": scene.programme, "topic": "desk", "rule_key": "rule:7", "send_at": AUGUST, "due_at": AUGUST}
    facts |= {"state": "sent", "state_at": AUGUST, "made_at": AUGUST}
    at_risk, step = (facts | {"happening": name} for name in ("participation.at-risk", "admissions.step"))
    Message.objects.create(**at_risk, person=scene.mara, subject_key=f"commitment:1:{twin.pk}")
    Message.objects.create(**step, person=twin, subject_key=f"step:1:{twin.pk}")
    Message.objects.create(**step, person=scene.mara, subject_key=f"step:2:{twin.pk}")
    Message.objects.create(**step, person=scene.mara, subject_key=f"step:2:{scene.ada.pk}")
    Message.objects.create(**step, person=scene.mara, subject_key=f"step:{twin.pk}")  # the key of a step
    before = outbox()
    merge = merge_people(scene.ada, twin, choices={}, by=None, at=IN_SEPTEMBER)
    assert sorted(Message.objects.values_list("person", "subject_key")) == sorted(
        [
            (scene.mara.pk, f"commitment:1:{scene.ada.pk}"),
            (scene.ada.pk, f"step:1:{scene.ada.pk}"),
            (scene.mara.pk, f"step:2:{twin.pk}"),  # she heard of both
            (scene.mara.pk, f"step:2:{scene.ada.pk}"),
            (scene.mara.pk, f"step:{twin.pk}"),
        ]
    )
    undo_merge(merge, by=None, at=LATER)
    assert outbox() == before


def test_a_preview_counts_the_messages_that_move_and_writes_none(scene: Scene, twin: Person) -> None:
    a_letter(scene, scene.ada, twin)
    commands.discard_message(of(twin), by=None, at=AUGUST)
    a_letter(scene, twin)
    before = outbox()
    moved = {each.name: each.count for each in preview_merge(scene.ada, twin).relations}
    assert (moved["messaging.Message.person"], outbox()) == (2, before)


# -- what they hear


def chosen(scene: Scene, person: Person, cadence: Cadence, topic: Topic = Topic.NEWS) -> None:
    commands.choose(person, scene.programme, topic, cadence, by=person, at=AUGUST)


def test_a_preview_says_where_the_two_chose_to_hear_differently_and_which_choice_holds(scene: Scene, twin: Person) -> None:
    chosen(scene, scene.ada, Cadence.WEEKLY)
    chosen(scene, twin, Cadence.OFF)
    chosen(scene, scene.ada, Cadence.DAILY, Topic.TASKS)
    for person in (scene.ada, twin):
        chosen(scene, person, Cadence.OFF, Topic.REMINDERS)
    assert preview_merge(scene.ada, twin).outcomes == (
        Outcome(scene.programme, "News of the programme", "Once a week", "Never", "Never"),
        Outcome(scene.programme, "What you are asked to do", "Once a day", "At once", "Once a day"),
    )


def test_who_has_no_part_in_a_programme_chose_nothing_there_that_could_differ(scene: Scene, twin: Person) -> None:
    chosen(scene, scene.ada, Cadence.OFF)
    Role.objects.filter(person=twin).delete()
    elsewhere = create_programme(slug="elsewhere", name="Elsewhere", by=None, at=BEGUN)
    commands.choose(scene.ada, elsewhere, Topic.NEWS, Cadence.OFF, by=scene.ada, at=AUGUST)
    assert preview_merge(scene.ada, twin).outcomes == ()


def heard(person: Person) -> dict[str, str]:
    return dict(Choice.objects.filter(person=person).values_list("topic", "cadence"))


def test_what_was_chosen_after_a_merge_stands_in_the_way_of_nothing_and_stays_with_the_record_that_stayed(
    scene: Scene, twin: Person
) -> None:
    chosen(scene, scene.ada, Cadence.DAILY)
    chosen(scene, twin, Cadence.OFF)
    chosen(scene, twin, Cadence.WEEKLY, Topic.TASKS)  # which moves
    chosen(scene, twin, Cadence.OFF, Topic.REMINDERS)  # and this, which nobody touches
    before = heard(twin)
    merge = merge_people(scene.ada, twin, choices={}, by=None, at=IN_SEPTEMBER)
    for topic in (Topic.NEWS, Topic.TASKS):
        commands.choose(scene.ada, scene.programme, topic, Cadence.AT_ONCE, by=scene.ada, at=IN_SEPTEMBER)
    gone = undo_merge(merge, by=None, at=LATER)
    assert heard(scene.ada) == {"news": "at-once", "tasks": "at-once"}
    assert heard(gone) == before == {"news": "off", "tasks": "weekly", "reminders": "off"}


# -- whatever the messages were


class TakenBack(Exception):
    """The example is over."""


DONE = st.lists(
    st.tuples(
        st.sampled_from(["hold", "discard", "edit", "release", "weekly", "never", "send", "letter", "write", "lose", "arrive"]),
        st.booleans(),
        st.integers(0, 5),
    ),
    max_size=9,
)


def do(scene: Scene, twin: Person, what: str, *, is_twin: bool, number: int, at: datetime) -> None:
    """Something somebody, or the worker, does to the messages of one of the two."""
    person = twin if is_twin else scene.ada
    rows = list(Message.objects.filter(person=person).order_by("pk"))
    row = rows[number % len(rows)] if rows else None
    if what == "letter":
        commands.send_mailing(
            a_letter(scene, *(scene.ada, twin)[: 1 + number % 2], at=at), count=1 + number % 2, by=None, at=at
        )
    elif what == "write":
        a_letter(scene, scene.ada, twin, at=at)
    elif what in ("weekly", "never"):
        chosen(scene, person, Cadence.WEEKLY if what == "weekly" else Cadence.OFF)
    elif what == "send":
        scene.send(at=at)
    elif what == "lose":
        person.account.is_active = number % 2 == 0
        person.account.save(update_fields=["is_active"])
    elif row is not None and what == "edit":
        commands.edit_message(row, subject="Otherwise", body="In other words.", by=None, at=at)
    elif row is not None and what == "hold":
        commands.hold_message(row, by=None, at=at)
    elif row is not None and what == "discard":
        commands.discard_message(row, by=None, at=at)
    elif row is not None and what == "release":
        commands.release_message(row, by=None, at=at)
    elif row is not None and what == "arrive":
        commands.note_bounce(row.token, to=row.sent_to, words="550", at=at)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=DONE, since=DONE, is_twin_kept=st.booleans(), time_passes=st.booleans())
def test_a_merge_that_is_undone_leaves_the_outbox_as_it_was(
    steps: list[tuple[str, bool, int]], since: list[tuple[str, bool, int]], *, is_twin_kept: bool, time_passes: bool
) -> None:
    with suppress(TakenBack), transaction.atomic():
        scene = a_telling_scene(MemoryTransport())
        twin = an_expert("Adah Lindqvist", scene.cohort)
        scene.rule("session-two-days")
        scene.reconcile(at=AUGUST)
        at = IN_SEPTEMBER - timedelta(hours=8)
        for what, is_twin, number in steps:
            at += timedelta(minutes=10)
            with suppress(Refusal), transaction.atomic():
                do(scene, twin, what, is_twin=is_twin, number=number, at=at)
        scene.reconcile(at=at)
        before = outbox()
        kept, gone = (twin, scene.ada) if is_twin_kept else (scene.ada, twin)
        merge = merge_people(kept, Person.objects.get(pk=gone.pk), choices={}, by=None, at=at)
        if time_passes:
            for what, _, number in since:
                with suppress(Refusal), transaction.atomic():
                    do(scene, kept, what, is_twin=True, number=number, at=at + timedelta(minutes=30))
            scene.send(at=at + timedelta(hours=1))
        undo_merge(merge, by=None, at=at + timedelta(hours=2))
        if not time_passes:
            assert outbox() == before
        scene.reconcile(at=at)
        if not time_passes:
            assert outbox() == before
        scene.send(at=at + timedelta(hours=3))
        waiting = Message.objects.filter(state=Outgoing.GATHERED.value).select_related("carried_by")
        assert all(row.carried_by is not None and row.carried_by.person_id == row.person_id for row in waiting)
        ids = [each.message_id for each in scene.mail.sent]
        assert len(ids) == len(set(ids))
        raise TakenBack
