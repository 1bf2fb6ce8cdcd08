"""One process of a crowd that wants the same few places: `python -m tests.participation.crowd WORD …`.

prepare PEOPLE PLACES   make a training and so many Experts; print the training's key
act FIRST UNTIL THREADS SEED   book for the Experts FIRST to UNTIL; let some give back, accept, be promoted
settle         see to offers and free places once more, then send every message
tell           print bookings, what the journal says in its order, and the messages, as JSON

The clock runs fast, a minute for a second, and offers are kept for two hours: some run out while everybody is at it.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta

FAST = 60


def main(word: str, *rest: str) -> int:
    from hub.cli.manage import set_up_django

    set_up_django()
    {"prepare": prepare, "act": act, "settle": settle, "tell": tell}[word](*rest)
    return 0


def prepare(people: str, places: str) -> None:
    from django.utils import timezone

    from hub.core.booking import Terms, Tier
    from hub.core.plan.model import Kind
    from hub.messaging.commands import adopt_usual, switch_rule
    from hub.participation.commands import set_terms
    from hub.people.commands import add_person, give_role
    from hub.people.models import RoleKind
    from tests.factories import a_cohort, a_session
    from tests.participation.places import released

    at = timezone.now()
    day = at.date()
    cohort = a_cohort(starts_on=day, ends_on=day + timedelta(days=180))
    training = a_session(cohort, title="Systems Thinking", kind=Kind.TRAINING, date=day + timedelta(days=90))
    released(cohort, at=at)
    terms = Terms(online=int(places), opens={Tier.EXPERTS: None}, offer_hours=2)
    set_terms(training, terms, by=None, at=at)
    for rule in adopt_usual(cohort.programme, by=None, at=at):
        if rule.template.happening.startswith("participation."):
            switch_rule(rule, is_on=True, by=None, at=at)
    for number in range(int(people)):
        person = add_person(f"Expert {number}", email=f"expert{number}@example.org", by=None, at=at)
        give_role(person, RoleKind.EXPERT, cohort.programme, cohort=cohort, starts_on=day, by=None, at=at)
    print(training.pk, flush=True)


def act(first: str, until: str, threads: str, seed: str) -> None:
    from django.db import connection

    from hub.core.booking import Way
    from hub.core.errors import Refusal
    from hub.participation import commands
    from hub.participation.models import Booking
    from hub.people.models import Person
    from hub.schedule.models import Session

    training = Session.objects.select_related("cohort__programme").get(title="Systems Thinking")
    everybody = {person.name: person for person in Person.objects.all()}
    clock = _clock()
    wishes: list[tuple[float, Callable[[], object]]] = []
    chance = random.Random(seed)

    def of(person: Person) -> Booking | None:
        rows = Booking.objects.live().select_related("session__cohort__programme", "person", "brought_by")
        return rows.filter(session=training, person=person).first()

    def book(person: Person) -> object:
        return commands.book_place(training, person, way=Way.ONLINE, by=person, at=clock())

    def withdraw(person: Person) -> object:
        found = of(person)
        return found and commands.withdraw(found, by=person, at=clock())

    def accept(person: Person) -> object:
        found = of(person)
        return found and commands.accept_place(found, by=person, at=clock())

    def give(person: Person) -> object:
        found = of(person)
        return found and commands.give_place(found, by=None, at=clock())

    def move_up() -> object:
        return commands.move_up(training, at=clock())

    for number in range(int(first), int(until)):
        person = everybody[f"Expert {number}"]
        begins = chance.random()
        wishes.append((begins, lambda person=person: book(person)))
        for does, share in ((withdraw, 0.4), (book, 0.2), (accept, 0.5), (accept, 0.5), (give, 0.1), (withdraw, 0.1)):
            begins += chance.random()
            if chance.random() < share:
                wishes.append((begins, lambda person=person, does=does: does(person)))
    wishes += [(chance.random() * 4, move_up) for _ in range(int(threads) * 4)]

    def do(wish: Callable[[], object]) -> None:
        with suppress(Refusal):
            wish()

    def end(_: int) -> None:
        connection.close()
        time.sleep(0.05)  # so that every thread of the pool gets one of these

    connection.close()
    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(int(threads)) as pool:
        for done in [pool.submit(do, wish) for _, wish in sorted(wishes, key=lambda each: each[0])]:
            done.result()
        list(pool.map(end, range(int(threads))))


def settle() -> None:
    from hub.messaging.commands import reconcile_messages, send_due
    from hub.participation import commands
    from hub.schedule.models import Session

    training = Session.objects.select_related("cohort__programme").get(title="Systems Thinking")
    clock = _clock()
    commands.move_up(training, at=clock())
    for _ in range(2):  # the second time nothing is new
        reconcile_messages(training.cohort.programme, at=clock())
        send_due("mail-0", clock=clock, most=10_000)


def tell() -> None:
    from hub.kit.models import JournalEntry
    from hub.messaging.models import Message
    from hub.participation.models import Booking

    bookings = Booking.objects.order_by("pk").values_list("pk", "person__name", "state")
    lines = JournalEntry.objects.filter(thing="participation.Booking").order_by("pk").values_list("verb", "thing_id", "facts")
    messages = Message.objects.order_by("pk").values_list("happening", "subject_key", "state", "person__name")
    order = Booking.objects.order_by("asked_at", "pk").values_list("pk", flat=True)
    print(json.dumps({name: [*rows] for name, rows in zip(
        ("bookings", "journal", "messages", "order"), (bookings, lines, messages, order), strict=True
    )}), flush=True)  # fmt: skip


def _clock() -> Callable[[], datetime]:
    """Give a clock that runs fast from the same moment in every process."""
    from hub.participation.models import BookingTerms

    begun = BookingTerms.objects.get().edited_at

    def clock() -> datetime:
        from django.utils import timezone

        return begun + (timezone.now() - begun) * FAST

    return clock


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
