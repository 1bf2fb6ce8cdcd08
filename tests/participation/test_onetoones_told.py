"""What a 1:1 puts into calendars: at the address its people have now, once, and out again only where it may stand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from pytest_django import Settings

from hub.core.availability import Quota
from hub.core.outbox import Offset, Outgoing
from hub.messaging import commands as messaging
from hub.messaging.commands import adopt_usual, reconcile_messages, send_due, switch_rule
from hub.messaging.models import Message, Rule
from hub.participation import commands
from hub.participation.models import OneToOne
from hub.people.commands import end_role
from hub.people.models import Account, Person, Role, RoleKind
from hub.services.chat import FakeChat
from hub.services.mail import MemoryTransport, Uncertain
from tests.messaging.calendars import Held
from tests.participation.coaching import NOW, SECOND, a_coach, talks, there
from tests.participation.places import an_expert, somebody, the_cohort

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)  # the 1:1 is a week after NOW
ADA, INES = "ada.lindqvist@example.org", "ines.moreau@example.org"
BOOKED, CANCELLED = "participation.one-to-one-booked", "participation.one-to-one-cancelled"


@pytest.fixture
def post(settings: Settings) -> MemoryTransport:
    settings.MAIL_TRANSPORT = MemoryTransport()
    transport: MemoryTransport = settings.MAIL_TRANSPORT
    return transport


@pytest.fixture
def ada(post: MemoryTransport) -> Person:
    """Ada, in a programme that tells of 1:1s."""
    for rule in adopt_usual(the_cohort().programme, by=None, at=NOW):
        if rule.template.happening in (BOOKED, CANCELLED):
            switch_rule(rule, is_on=True, by=None, at=NOW)
    return an_expert("Ada Lindqvist")


@pytest.fixture
def one(ada: Person) -> OneToOne:
    return talks(ada, there(a_coach()))


def send(*, at: datetime, lane: str = "mail-0") -> None:
    reconcile_messages(the_cohort().programme, at=at)
    send_due(lane, clock=lambda: at)


def letters(post: MemoryTransport) -> Iterable[Any]:
    return [message_from_bytes(each.message, policy=policy.default) for each in post.sent]


def sent_to(post: MemoryTransport, address: str) -> list[tuple[str, int | None]]:
    """What calendar entries went to an address: method and sequence, in order; ("", None) for a letter without one."""
    tokens = [each.message_id.strip("<").partition("@")[0] for each in post.sent if each.recipient == address]
    rows = {row.token: (row.calendar_method, row.calendar_sequence) for row in Message.objects.all()}
    return [rows[token] for token in tokens]


def calendar_at(post: MemoryTransport, address: str) -> dict[str, datetime]:
    held = Held()
    for letter in letters(post):
        if letter["To"].addresses[0].addr_spec == address:
            held.take(letter)
    return held.there()


def moves_to(person: Person, address: str) -> None:
    Account.objects.filter(person=person).update(email=address)


def test_a_new_address_gets_the_invitation_to_a_one_to_one_once(one: OneToOne, ada: Person, post: MemoryTransport) -> None:
    send(at=NOW + HOUR)
    moves_to(ada, "ada@new.example")
    for hours in range(2, 5):
        send(at=NOW + hours * HOUR)
    assert sent_to(post, "ada@new.example") == [("REQUEST", 0)]
    assert calendar_at(post, "ada@new.example") == {str(one.uid): one.starts_at}
    assert sent_to(post, INES) == [("REQUEST", 0)]


def test_it_comes_however_late_the_address_changes_but_not_once_the_one_to_one_has_begun(
    ada: Person, post: MemoryTransport
) -> None:
    row = there(a_coach())
    talks(ada, row)
    later = talks(an_expert("Grace Amara"), row, SECOND + timedelta(days=14))
    send(at=NOW + HOUR)
    moves_to(ada, "ada@new.example")
    moves_to(later.expert, "grace@new.example")
    send(at=NOW + timedelta(days=10))
    assert [each.recipient for each in post.sent[4:]] == ["grace@new.example"]


def bodies(to: str) -> list[str]:
    rows = Message.objects.filter(person__account__email=to).exclude(sent_body="").order_by("pk")
    return [row.sent_body for row in rows]


def test_a_letter_leads_to_a_call_only_where_there_is_one(ada: Person, post: MemoryTransport) -> None:
    commands.set_quota(the_cohort(), Quota(count=2), by=None, at=NOW)
    talks(ada, there(a_coach()))
    talks(ada, there(a_coach("Jon Aster"), joining_link="", place="Aster House"), SECOND)
    send(at=NOW)
    online, here = bodies(ADA)
    assert ["/join/" in each for each in (online, here)] == [True, False]
    assert ["Where: Aster House" in each for each in (online, here)] == [False, True]


def test_an_expert_whose_one_to_one_is_cancelled_is_led_to_another_time_and_the_coach_is_not(
    one: OneToOne, ada: Person, post: MemoryTransport
) -> None:
    send(at=NOW)
    commands.cancel_one_to_one(one, by=one.coach, at=NOW)
    send(at=NOW + HOUR)
    assert ["/me/one-to-ones/" in bodies(to)[-1] for to in (ADA, INES)] == [True, False]


def test_who_is_an_expert_no_more_is_led_to_no_other_time(one: OneToOne, ada: Person, post: MemoryTransport) -> None:
    send(at=NOW)
    end_role(Role.objects.get(person=ada, kind=RoleKind.EXPERT), on=NOW.date(), by=None, at=NOW)
    commands.cancel_one_to_one(one, by=one.coach, at=NOW + 26 * HOUR)
    send(at=NOW + 27 * HOUR)
    assert "is cancelled" in bodies(ADA)[-1]
    assert "/me/one-to-ones/" not in bodies(ADA)[-1]


def test_a_letter_to_a_new_address_says_the_time_and_not_that_it_moved(
    one: OneToOne, ada: Person, post: MemoryTransport
) -> None:
    commands.move_one_to_one(one, starts_at=SECOND, by=ada, at=NOW)
    send(at=NOW + HOUR)
    moves_to(ada, "ada@new.example")
    send(at=NOW + 2 * HOUR)
    assert [str(each["Subject"]) for each in letters(post)][2:] == [
        "1:1 with Ines Moreau, Tue 17 September 2024, 15:00 (London)"
    ]
    assert sent_to(post, "ada@new.example") == [("REQUEST", 1)]


def test_who_moves_the_one_to_one_and_their_address_hears_of_both_with_one_letter(
    one: OneToOne, ada: Person, post: MemoryTransport
) -> None:
    send(at=NOW + HOUR)
    moves_to(ada, "ada@new.example")
    commands.move_one_to_one(one, starts_at=SECOND, by=ada, at=NOW + HOUR)
    for hours in range(2, 5):
        send(at=NOW + hours * HOUR)
    assert sent_to(post, "ada@new.example") == [("REQUEST", 1)]


def test_back_at_the_first_address_and_on_to_a_third_each_gets_it(one: OneToOne, ada: Person, post: MemoryTransport) -> None:
    send(at=NOW + HOUR)
    for number, address in enumerate(["ada@new.example", ADA, "ada@third.example"], start=2):
        moves_to(ada, address)
        send(at=NOW + number * HOUR)
        send(at=NOW + number * HOUR + timedelta(minutes=5))
    assert [each.recipient for each in post.sent if each.recipient != INES] == [
        ADA, "ada@new.example", ADA, "ada@third.example",
    ]  # fmt: skip
    commands.cancel_one_to_one(one, by=ada, at=NOW + 6 * HOUR)
    send(at=NOW + 7 * HOUR)
    assert calendar_at(post, "ada@third.example") == {}


def test_a_channel_hears_of_a_one_to_one_once_whatever_addresses_change(one: OneToOne, ada: Person, settings: Settings) -> None:
    settings.CHAT = FakeChat()
    mara = somebody("Mara Okafor", RoleKind.TEAM)
    programme = the_cohort().programme
    url = "https://chat.example.org/hooks/x"
    hook = messaging.add_hook(programme, kind="mattermost", name="Team", url=url, by=mara, at=NOW)
    template = Rule.objects.get(usual="one-to-one-booked").template
    rule = messaging.add_rule(template, hook=hook, offset=Offset(), needs_ok=False, by=mara, at=NOW)
    switch_rule(rule, is_on=True, by=mara, at=NOW)
    send(at=NOW + HOUR)
    moves_to(ada, "ada@new.example")
    send(at=NOW + 2 * HOUR)
    assert Message.objects.filter(rule=rule, hook=hook).count() == 1
    assert Message.objects.filter(person=ada, happening=BOOKED).count() == 2


# -- a cancellation takes out what may be there, and nothing else


def test_whoever_never_got_the_invitation_hears_of_the_cancellation_without_a_calendar_entry(
    one: OneToOne, ada: Person, post: MemoryTransport
) -> None:
    reconcile_messages(the_cohort().programme, at=NOW)
    messaging.discard_message(Message.objects.get(person=ada), by=somebody("Mara Okafor", RoleKind.TEAM), at=NOW)
    send(at=NOW + HOUR)
    commands.cancel_one_to_one(one, by=ada, at=NOW + 2 * HOUR)
    send(at=NOW + 3 * HOUR)
    assert sent_to(post, INES) == [("REQUEST", 0), ("CANCEL", 1)]
    assert sent_to(post, ADA) == [("", None)]
    said = {row.sent_to: "Your calendar takes it out." in row.sent_body for row in Message.objects.filter(happening=CANCELLED)}
    assert said == {ADA: False, INES: True}


def test_an_invitation_that_was_perhaps_sent_is_taken_out_again(one: OneToOne, ada: Person, post: MemoryTransport) -> None:
    post.verdict = lambda envelope: Uncertain("the line broke") if envelope.recipient == ADA else None
    send(at=NOW + HOUR)
    post.verdict = lambda envelope: None
    assert [row.state for row in Message.objects.filter(person=ada)] == [Outgoing.UNCERTAIN.value]
    commands.cancel_one_to_one(one, by=ada, at=NOW + 2 * HOUR)
    send(at=NOW + 3 * HOUR)
    assert sent_to(post, ADA)[-1] == ("CANCEL", 1)


def test_an_invitation_somebody_has_in_hand_counts_as_sent(one: OneToOne, ada: Person, post: MemoryTransport) -> None:
    reconcile_messages(the_cohort().programme, at=NOW)
    Message.objects.filter(person=ada).update(state=Outgoing.SENDING.value, lease="other", leased_until=NOW + 9 * HOUR)
    commands.cancel_one_to_one(one, by=ada, at=NOW)
    send(at=NOW + HOUR)
    assert sent_to(post, ADA) == [("CANCEL", 1)]
    assert sent_to(post, INES) == [("", None)]  # withdrawn before it went


def test_one_that_came_back_leaves_nothing_to_take_out_but_what_went_before_it_does(
    one: OneToOne, ada: Person, post: MemoryTransport
) -> None:
    send(at=NOW + HOUR)
    commands.move_one_to_one(one, starts_at=SECOND, by=ada, at=NOW + HOUR)
    send(at=NOW + 2 * HOUR)
    both = Message.objects.filter(calendar_method="REQUEST")
    for row in [*both.filter(person=ada, calendar_sequence=1), *both.filter(person=one.coach)]:
        messaging.note_bounce(row.token, to=row.sent_to, words="550 no such mailbox", at=NOW + 3 * HOUR)
    moves_to(one.coach, "ines@new.example")
    one.refresh_from_db()
    commands.cancel_one_to_one(one, by=ada, at=NOW + 3 * HOUR)
    send(at=NOW + 4 * HOUR)
    assert sent_to(post, ADA)[-1] == ("CANCEL", 2)
    assert sent_to(post, "ines@new.example") == [("", None)]
