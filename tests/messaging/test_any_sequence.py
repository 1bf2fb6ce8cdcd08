"""Whatever happens in whatever order, the messages are those the facts ask for, and nobody is told anything twice."""

from __future__ import annotations

import os
import re
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hub.core.booking import BookingState, Terms, Way
from hub.core.calendar import instant
from hub.core.choices import Cadence, Topic
from hub.core.errors import Refusal
from hub.core.occurrence import SessionState, from_facts
from hub.core.outbox import CHANGEABLE
from hub.core.plan.model import Kind
from hub.messaging.commands import choose, edit_rule, hold_message
from hub.messaging.models import Message, Rule
from hub.messaging.wanted import offset_of
from hub.participation.commands import book_place, set_terms, withdraw
from hub.participation.models import Booking
from hub.people.commands import ask_erasure, carry_out_erasure, end_role, give_role
from hub.people.commands.merging import merge_people
from hub.people.models import Account, Merge, Person, Role, RoleKind
from hub.schedule.commands.plans import import_plan
from hub.schedule.commands.sessions import add_session, cancel_session, edit_session, restore_session
from hub.schedule.models import PlanVersion, Release, ReleasedSession, Session
from hub.schedule.queries.working import facts_of
from hub.services.mail import MemoryTransport
from tests.factories import BEGUN, a_plan_text, a_session, some_facts
from tests.messaging.calendars import Held
from tests.messaging.telling import AUGUST, Scene, a_telling_scene, an_expert, somebody
from tests.participation.places import EXPERTS_FIRST

NAMES = ("Ada Lindqvist", "Grace Amara", "Ines Costa", "Guy Duarte")  # the last of the community, the third not there yet
RULE = "session-two-days"
REMINDERS = {RULE: "taking-part", "guests-two-days": "guests"}
people = st.sampled_from(NAMES)
numbers = st.integers(0, 5)
STEPS = st.one_of(
    st.tuples(st.just("move"), numbers, st.integers(-20, 30)),
    st.tuples(st.just("lose_its_time"), numbers, st.sampled_from(["day", "time"])),
    st.tuples(st.just("get_it_back"), numbers, st.integers(0, 60)),
    st.tuples(st.just("cancel"), numbers),
    st.tuples(st.just("restore"), numbers),
    st.tuples(st.just("add"), st.integers(0, 60)),
    st.tuples(st.just("drop"), numbers),
    st.tuples(st.just("release")),
    st.tuples(st.just("leave"), people),
    st.tuples(st.just("join"), people),
    st.tuples(st.just("join"), people, st.integers(1, 50)),
    st.tuples(st.just("leave_later"), people, st.integers(1, 50)),
    st.tuples(st.just("book"), people),
    st.tuples(st.just("give_back"), people),
    st.tuples(st.just("address"), people),
    st.tuples(st.just("merge"), people, people),
    st.tuples(st.just("erase"), people),
    st.tuples(st.just("hear"), people, st.sampled_from(list(Cadence))),
    st.tuples(st.just("hold"), numbers),
    st.tuples(st.just("review"), st.booleans()),
    st.tuples(st.just("pass"), st.integers(1, 12)),
    st.tuples(st.just("work")),
)


@dataclass(slots=True)
class World:
    """A scene in which time passes."""

    scene: Scene
    now: datetime = AUGUST
    people: dict[str, int] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)

    def person(self, name: str) -> Person | None:
        return Person.objects.filter(pk=self.people.get(name, 0), erased_at__isnull=True).first()

    def session(self, number: int) -> Session | None:
        found = list(Session.objects.filter(cohort=self.scene.cohort).exclude(kind="rest").order_by("pk"))
        return found[number % len(found)] if found else None

    def tick(self, **span: int) -> None:
        self.now += timedelta(**span)

    def move(self, number: int, days: int) -> None:
        session = self.session(number)
        if session and session.date:
            facts = replace(facts_of(session), date=session.date + timedelta(days=days))
            edit_session(session, facts, seen_at=session.edited_at, by=None, at=self.now)

    def lose_its_time(self, number: int, what: str) -> None:
        if session := self.session(number):
            facts = replace(facts_of(session), start=None, end=None)
            facts = replace(facts, date=None) if what == "day" else facts
            edit_session(session, facts, seen_at=session.edited_at, by=None, at=self.now)

    def get_it_back(self, number: int, days: int) -> None:
        session = self.session(number)
        if session and session.start is None:
            day = date(2024, 9, 1) + timedelta(days=days)
            facts = replace(facts_of(session), date=session.date or day, start=time(15), end=time(17))
            edit_session(session, facts, seen_at=session.edited_at, by=None, at=self.now)

    def cancel(self, number: int) -> None:
        if session := self.session(number):
            cancel_session(session, by=None, at=self.now)

    def restore(self, number: int) -> None:
        if session := self.session(number):
            restore_session(session, by=None, at=self.now)

    def add(self, days: int) -> None:
        add_session(
            self.scene.cohort, some_facts(title="Extra", date=date(2024, 9, 1) + timedelta(days=days)), by=None, at=self.now
        )

    def drop(self, number: int) -> None:
        lines = a_plan_text().split("\n")
        dated = [index for index, line in enumerate(lines) if line.startswith("- Week") and "**" in line]
        del lines[dated[number % len(dated)]]
        seen = PlanVersion.objects.filter(cohort=self.scene.cohort).order_by("-number")[0].number
        import_plan(self.scene.cohort, "\n".join(lines), seen=seen, by=None, at=self.now)

    def release(self) -> None:
        self.scene.release(at=self.now)

    def leave(self, name: str) -> None:
        person = self.person(name)
        for role in Role.objects.filter(person=person, ends_on__isnull=True) if person else ():
            end_role(role, on=self.now.date(), by=None, at=self.now)

    def leave_later(self, name: str, days: int) -> None:
        """Their last day is known before it comes."""
        for role in Role.objects.filter(person=self.person(name), kind="expert", ends_on__isnull=True):
            end_role(role, on=self.now.date() + timedelta(days=days), by=None, at=self.now)

    def join(self, name: str, days: int = 0) -> None:
        """They become an Expert, today or on a day to come."""
        person, begins = self.person(name), self.now.date() + timedelta(days=days)
        if person is None:
            self.people[name] = an_expert(name, self.scene.cohort, starts_on=begins, at=self.now).pk
        elif not Role.objects.filter(person=person, kind="expert", ends_on__isnull=True).exists():
            give_role(
                person,
                RoleKind.EXPERT,
                self.scene.programme,
                cohort=self.scene.cohort,
                starts_on=begins,
                by=None,
                at=self.now,
            )

    def book(self, name: str) -> None:
        """They take a place in the training."""
        if person := self.person(name):
            book_place(self.training(), person, way=Way.ONLINE, by=person, at=self.now)

    def give_back(self, name: str) -> None:
        for place in Booking.objects.filter(person=self.person(name), state=BookingState.BOOKED.value):
            withdraw(place, by=None, at=self.now)

    def training(self) -> Session:
        return Session.objects.get(cohort=self.scene.cohort, booking_terms__isnull=False)

    def address(self, name: str) -> None:
        if person := self.person(name):
            Account.objects.filter(person=person).update(
                email=f"{name.split(maxsplit=1)[0].lower()}{self.now:%d%H}@new.example"
            )

    def merge(self, kept: str, gone: str) -> None:
        one, other = self.person(kept), self.person(gone)
        if one and other and one != other:
            merge_people(one, other, choices={}, by=None, at=self.now)
            self.people.pop(gone)

    def erase(self, name: str) -> None:
        if person := self.person(name):
            asked = ask_erasure(person, by=None, at=self.now)
            carry_out_erasure(asked, by=None, at=asked.due_at)
            self.now = max(self.now, asked.due_at)

    def hear(self, name: str, cadence: Cadence) -> None:
        if person := self.person(name):
            choose(person, self.scene.programme, Topic.REMINDERS, cadence, by=person, at=self.now)

    def hold(self, number: int) -> None:
        """Somebody stops a reminder that waits."""
        waiting = list(Message.objects.filter(rule__usual__in=REMINDERS, state="waiting").order_by("pk"))
        if waiting:
            self.held.add(hold_message(waiting[number % len(waiting)], by=None, at=self.now).pk)

    def review(self, needs_ok: bool) -> None:
        """The team looks at reminders first from now on, or no longer."""
        rule = Rule.objects.get(programme=self.scene.programme, usual=RULE)
        edit_rule(rule, audience=rule.audience, offset=offset_of(rule), needs_ok=needs_ok, by=None, at=self.now)

    def work(self) -> None:
        before = len(self.scene.mail.sent)
        self.scene.send(at=self.now)
        self.check_that_what_went_is_true(self.scene.letters()[before:])
        begin = self.to_come()
        for uid, person in Message.objects.filter(sent_at=self.now, calendar_method="CANCEL").values_list(
            "calendar_uid", "person"
        ):
            assert uid not in begin or person not in self.meant_by(uid, begin[uid]), "told that it is cancelled, and it is on"

    def check_that_what_went_is_true(self, letters: list) -> None:  # type: ignore[type-arg]
        """What was just told is what is released now."""
        said = {each.say_when for each in self.released()}
        for letter in letters:
            text = letter.get_body(("plain",)).get_content().replace("\n", " ")
            if "In two days" in letter["Subject"] + text:  # by itself, or in a digest
                assert any(when in text for when in said)

    def released(self):  # type: ignore[no-untyped-def]
        release = Release.objects.filter(cohort=self.scene.cohort).order_by("-number")[0]
        return [from_facts(facts) for facts in ReleasedSession.objects.filter(release=release).values_list("facts", flat=True)]

    def to_come(self) -> dict[str, datetime]:
        """What is released, is to be held, and has not begun: uid and beginning."""
        return {
            each.uid: each.starts_at
            for each in self.released()
            if each.starts_at
            and each.starts_at > self.now
            and each.state is not SessionState.CANCELLED
            and each.kind.is_gathering
        }

    def groups_of(self, uid: str, begins: datetime) -> dict[str, set[int]]:
        """Who takes part in a session on its day, and who is a guest: where places are given out, those who have one."""
        day, cohort = begins.date(), self.scene.cohort
        roles = Role.objects.filter(kind="expert", cohort=cohort, starts_on__lte=max(day, cohort.starts_on))
        experts = {role.person_id for role in roles if role.ends_on is None or day < role.ends_on}
        here = experts & set(Person.objects.filter(erased_at__isnull=True).values_list("pk", flat=True))
        if uid != str(self.training().uid):
            return {"taking-part": here, "guests": set()}
        come = set(Booking.objects.filter(session__uid=uid, state=BookingState.BOOKED.value).values_list("person", flat=True))
        return {"taking-part": here & come, "guests": come - here}

    def meant_by(self, uid: str, begins: datetime) -> set[int]:
        return set().union(*self.groups_of(uid, begins).values())


def check(world: World) -> None:
    """Compare with what anybody would work out on paper."""
    scene, now = world.scene, world.now
    ids = [each.message_id for each in scene.mail.sent]
    assert len(ids) == len(set(ids)), "a message left twice"
    told = Counter(
        (row.rule_key, row.subject_key, row.person_id) for row in Message.objects.filter(state="sent", person__isnull=False)
    )
    assert set(told.values()) <= {1}
    held = set(Message.objects.filter(pk__in=world.held).values_list("state", flat=True))
    assert held <= {"held", "withdrawn", "missed"}  # nobody let them go
    needs_ok = Rule.objects.get(programme=scene.programme, usual=RULE).needs_ok
    assert not Message.objects.filter(rule__usual=RULE, state="waiting" if needs_ok else "prepared").exists()
    begin = world.to_come()
    told_by_either = Counter(
        Message.objects.filter(rule__usual__in=REMINDERS, state__in=["sent", "unwanted"]).values_list("subject_key", "person")
    )
    if not Merge.objects.exists():
        assert set(told_by_either.values()) <= {1}, "the same reminder by the rule for another group"
    for usual, group in REMINDERS.items():
        rows = list(Message.objects.filter(rule__usual=usual).select_related("carried_by"))
        open_ = {(row.subject_key.removeprefix("session:"), row.person_id): row for row in rows if row.state in CHANGEABLE}
        waiting = {key: row.send_at for key, row in open_.items() if row.state != "gathered"}
        for (uid, person), row in open_.items():
            if row.state == "gathered":  # it still comes, and in time
                assert person in world.groups_of(uid, begin[uid])[group]
                assert row.send_at <= now < row.carried_by.send_at <= begin[uid]  # type: ignore[union-attr]
                assert row.carried_by.state == "waiting"  # type: ignore[union-attr]
        out = {
            (row.subject_key.removeprefix("session:"), row.person_id)
            for row in rows
            if row.state == "gathered" or row.state not in {*(state.value for state in CHANGEABLE), "withdrawn", "missed"}
        } | {(subject.removeprefix("session:"), person) for subject, person in told_by_either}
        expected = {}
        for uid, begins in begin.items():
            send_at = instant(begins.date() - timedelta(days=2), time(9), "Europe/London")
            for person in world.groups_of(uid, begins)[group]:
                if (uid, person) not in out and send_at >= AUGUST and now <= min(send_at + timedelta(hours=24), begins):
                    expected[uid, person] = send_at
        assert waiting == expected
    calendars: dict[int, Held] = {}
    owner = dict(Message.objects.filter(person__isnull=False).values_list("token", "person"))
    for envelope, letter in zip(scene.mail.sent, scene.letters(), strict=True):
        token = re.sub(r"[<>]|@.*", "", envelope.message_id)
        if token in owner:
            calendars.setdefault(owner[token], Held()).take(letter)  # type: ignore[arg-type]
    for person in set(world.people.values()) & set(Person.objects.filter(erased_at__isnull=True).values_list("pk", flat=True)):
        should = {uid: begins for uid, begins in begin.items() if person in world.meant_by(uid, begins)}
        there = calendars[person].there() if person in calendars else {}
        assert {uid: begins for uid, begins in there.items() if begins > now} == should


@pytest.mark.soak
@pytest.mark.django_db
@settings(
    max_examples=150 if os.environ.get("HUB_SOAK") else 12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(steps=st.lists(STEPS, min_size=3, max_size=14))
@example(steps=[("join", "Ines Costa", 31), ("work",)])
@example(steps=[("work",), ("leave_later", "Ada Lindqvist", 40), ("work",), ("pass", 12)])
@example(steps=[("book", "Ada Lindqvist"), ("work",), ("leave", "Ada Lindqvist"), ("work",)])
@example(steps=[("book", "Guy Duarte"), *[("pass", 12)] * 4, ("pass", 11), ("work",), ("join", "Guy Duarte"), ("work",)])
def test_any_sequence_of_changes_leaves_exactly_the_messages_the_facts_ask_for(steps: list[tuple], settings) -> None:  # type: ignore[no-untyped-def,type-arg]
    settings.MAIL_TRANSPORT = MemoryTransport()
    with transaction.atomic():
        scene = a_telling_scene(settings.MAIL_TRANSPORT)
        guy = somebody("Guy Duarte")
        give_role(guy, RoleKind.COMMUNITY, scene.programme, starts_on=date(2024, 6, 1), by=None, at=BEGUN)
        world = World(scene, people=dict(zip(NAMES, (scene.ada.pk, scene.grace.pk, 0, guy.pk), strict=True)))
        training = a_session(
            scene.cohort, title="Open Talk", kind=Kind.TRAINING, date=date(2024, 10, 1), start=time(14), end=time(16)
        )
        scene.release(at=BEGUN + timedelta(hours=2))
        set_terms(training, Terms(online=10, opens=dict.fromkeys(EXPERTS_FIRST)), by=None, at=BEGUN + timedelta(hours=3))
        Rule.objects.update(is_on=False)  # what the first session that is booked switches on
        for usual in (*REMINDERS, "calendar-invitations", "guests-invitations"):
            scene.rule(usual)
        for name, *given_ in steps:
            with suppress(Refusal), transaction.atomic():
                if name == "pass":
                    world.tick(days=given_[0])
                else:
                    getattr(world, name)(*given_)
            world.tick(minutes=7)
        with suppress(Refusal), transaction.atomic():
            world.release()
        world.work()
        check(world)
        transaction.set_rollback(True)
