"""One process of a crowd that wants the same few places: `python -m tests.participation.crowd WORD …`.

prepare PEOPLE   make a training, its second run, one the team says yes to each for, and so many Experts
act FIRST UNTIL THREADS SEED   book for the Experts FIRST to UNTIL; whoever has a booking gives it back, says yes to an offer,
               changes how they come, swaps the run or brings a colleague; the team answers who asked and takes places back;
               print what succeeded
settle         see to offers and free places once more, then send every message
tell           print sessions, bookings, what the journal says in its order, and the messages, as JSON

The clock runs fast, ten minutes for a second, and offers are kept for two hours: some run out while everybody is at it.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from hub.core.booking import Way
    from hub.participation.models import Booking
    from hub.schedule.models import Session

FAST = 600
FIRST_RUN, SECOND_RUN, BY_YES = "Systems Thinking", "Systems Thinking, second run", "Deep Dive"
PLACES = {FIRST_RUN: (4, 6), SECOND_RUN: (25, 30), BY_YES: (2, 3)}  # in the room, online


def main(word: str, *rest: str) -> int:
    from hub.cli.manage import set_up_django

    set_up_django()
    doing: dict[str, Callable[..., None]] = {"prepare": prepare, "act": act, "settle": settle, "tell": tell}
    doing[word](*rest)
    return 0


def prepare(people: str) -> None:
    from django.utils import timezone

    from hub.core.booking import Terms, Tier
    from hub.core.plan.model import Kind, Mode
    from hub.messaging.commands import adopt_usual, switch_rule
    from hub.participation.commands import set_terms
    from hub.people.commands import add_person, give_role
    from hub.people.models import RoleKind
    from tests.factories import a_cohort, a_session
    from tests.participation.places import released

    at = timezone.now()
    day = at.date()
    cohort = a_cohort(starts_on=day, ends_on=day + timedelta(days=180))
    facts = {"kind": Kind.TRAINING, "mode": Mode.HYBRID}
    trainings = {
        title: a_session(cohort, title=title, date=day + timedelta(days=90 + number), **facts)
        for number, title in enumerate(PLACES)
    }
    released(cohort, at=at)
    for title, (room, online) in PLACES.items():
        terms = Terms(
            room=room,
            online=online,
            opens={Tier.EXPERTS: None},
            offer_hours=2,
            is_approved=title == BY_YES,
            colleagues=1,
        )
        set_terms(trainings[title], terms, by=None, at=at)
    for rule in adopt_usual(cohort.programme, by=None, at=at):
        if rule.template.happening.startswith("participation."):
            switch_rule(rule, is_on=True, by=None, at=at)
    for number in range(int(people)):
        person = add_person(f"Expert {number}", email=f"expert{number}@example.org", by=None, at=at)
        give_role(person, RoleKind.EXPERT, cohort.programme, cohort=cohort, starts_on=day, by=None, at=at)


class Crowd:
    """What people and the team may do, each at whatever moment it is; what can't be done just then is refused."""

    def __init__(self) -> None:
        from hub.people.models import Person

        self.sessions = {each.title: each for each in _sessions()}
        self.people = {person.name: person for person in Person.objects.all()}
        self.clock = _clock()

    def live(self) -> QuerySet[Booking]:
        from hub.participation.models import Booking

        return Booking.objects.live().select_related("session__cohort__programme", "person", "brought_by")

    def book(self, chance: random.Random, name: str) -> object:
        title = chance.choices(list(PLACES), (6, 2, 2))[0]
        return commands().book_place(
            self.sessions[title], self.people[name], way=_way(chance), by=self.people[name], at=self.clock()
        )

    def withdraw(self, chance: random.Random, name: str) -> object:
        found = self.live().filter(person__name=name).first()
        return found and commands().withdraw(found, by=found.person, at=self.clock())

    def accept(self, chance: random.Random, name: str) -> object:
        found = self.live().filter(person__name=name, state="offered").first() or self._one_of(chance, state="offered")
        return found and commands().accept_place(found, by=found.person, at=self.clock())

    def change_way(self, chance: random.Random, name: str) -> object:
        found = self.live().filter(person__name=name).first()
        return found and commands().change_way(found, _way(chance), by=found.person, at=self.clock())

    def swap(self, chance: random.Random, name: str) -> object:
        title = chance.choice((FIRST_RUN, FIRST_RUN, SECOND_RUN))
        found = self._one_of(chance, session__title=title, state="booked")
        other = self.sessions[SECOND_RUN if title == FIRST_RUN else FIRST_RUN]
        return found and commands().swap(found, other, way=_way(chance), by=found.person, at=self.clock())

    def bring(self, chance: random.Random, name: str) -> object:
        found = self._one_of(chance, state="booked")
        number = chance.randrange(10**9)
        guest = {"name": f"Guest {number}", "email": f"guest{number}@example.org"}
        return found and commands().bring_colleague(found, **guest, by=found.person, at=self.clock())

    def give(self, chance: random.Random, name: str) -> object:
        found = self._one_of(chance, state="offered") or self._one_of(chance, state="waiting")
        return found and commands().give_place(found, by=None, at=self.clock())

    def take_back(self, chance: random.Random, name: str) -> object:
        found = self._one_of(chance, brought_by__isnull=False) or self._one_of(chance)
        found = found and (found.brought_by or found)
        return found and commands().remove_booking(found, reason="The room is smaller", by=None, at=self.clock())

    def answer(self, chance: random.Random, name: str) -> object:
        found = self._one_of(chance, state="asked")
        say = chance.choice((commands().approve, commands().approve, commands().decline))
        return found and say(found, by=None, at=self.clock())

    def move_up(self, chance: random.Random, name: str) -> object:
        return commands().move_up(chance.choice(list(self.sessions.values())), at=self.clock())

    def _one_of(self, chance: random.Random, **about: object) -> Booking | None:
        found = list(self.live().filter(**about))
        return chance.choice(found) if found else None


SHARES = (
    ("withdraw", 0.25), ("book", 0.1), ("accept", 0.4), ("change_way", 0.2), ("swap", 0.15), ("bring", 0.15), ("accept", 0.3),
    ("answer", 0.15), ("give", 0.08), ("withdraw", 0.1), ("take_back", 0.06),
)  # fmt: skip


def act(first: str, until: str, threads: str, seed: str) -> None:
    from django.db import connection

    from hub.core.errors import Refusal

    crowd, chance = Crowd(), random.Random(seed)
    wishes: list[tuple[float, str, str, str]] = []
    for number in range(int(first), int(until)):
        begins = chance.random()
        wishes.append((begins, "book", f"Expert {number}", f"{seed} {number}"))
        for does, share in SHARES:
            begins += chance.random() / 2
            if chance.random() < share:
                wishes.append((begins, does, f"Expert {number}", f"{seed} {number} {begins}"))
    wishes += [(chance.random() * 4, "move_up", "", f"{seed} {number}") for number in range(int(threads) * 4)]

    def do(wish: tuple[float, str, str, str]) -> str:
        _, does, name, luck = wish
        with suppress(Refusal):
            return does if getattr(crowd, does)(random.Random(luck), name) is not None else ""
        return ""

    def end(_: int) -> None:
        connection.close()
        time.sleep(0.05)  # so that every thread of the pool gets one of these

    connection.close()
    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(int(threads)) as pool:
        done = Counter(each.result() for each in [pool.submit(do, wish) for wish in sorted(wishes)])
        list(pool.map(end, range(int(threads))))
    print(json.dumps(done), flush=True)


def settle() -> None:
    from hub.messaging.commands import reconcile_messages, send_due

    clock, sessions = _clock(), _sessions()
    for each in sessions:
        commands().move_up(each, at=clock())
    for _ in range(2):  # the second time nothing is new
        reconcile_messages(sessions[0].cohort.programme, at=clock())
        at = clock()
        send_due("mail-0", clock=lambda at=at: at)  # in one turn, however fast the clock runs


def tell() -> None:
    from hub.kit.models import JournalEntry
    from hub.messaging.models import Message
    from hub.participation.models import Booking

    bookings = Booking.objects.order_by("asked_at", "pk")  # the order in which they asked
    lines = JournalEntry.objects.filter(thing="participation.Booking").order_by("pk")
    told = {
        "bookings": [*bookings.values_list("pk", "session__title", "person__name", "state", "way", "brought_by")],
        "journal": [*lines.values_list("verb", "thing_id", "facts")],
        "messages": [*Message.objects.order_by("pk").values_list("happening", "subject_key", "state", "person__name")],
    }
    print(json.dumps(told), flush=True)


def commands() -> ModuleType:
    from hub.participation import commands

    return commands


def _sessions() -> list[Session]:
    from hub.schedule.models import Session

    return list(Session.objects.select_related("cohort__programme").order_by("pk"))


def _way(chance: random.Random) -> Way:
    from hub.core.booking import Way

    return chance.choice((Way.ROOM, Way.ONLINE))


def _clock() -> Callable[[], datetime]:
    """Give a clock that runs fast from the same moment in every process."""
    from hub.participation.models import BookingTerms

    begun = BookingTerms.objects.order_by("pk")[0].edited_at

    def clock() -> datetime:
        from django.utils import timezone

        return begun + (timezone.now() - begun) * FAST

    return clock


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
