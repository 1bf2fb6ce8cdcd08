"""One process of a crowd that wants the same few slots: `python -m tests.participation.one_to_one_crowd WORD …`.

prepare PEOPLE     make two coaches with four slots each, and so many Experts
act FIRST UNTIL THREADS   book for the Experts FIRST to UNTIL, each with both coaches at every time; some cancel and move
tell               print the booked 1:1s as JSON: coach, Expert, when
"""

from __future__ import annotations

import json
import sys
import time as clock
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

COACHES = ("Ines Moreau", "Jon Aster")
SLOTS = 4


def main(word: str, *rest: str) -> int:
    from hub.cli.manage import set_up_django

    set_up_django()
    {"prepare": prepare, "act": act, "tell": tell}[word](*rest)
    return 0


def prepare(people: str) -> None:
    from django.utils import timezone

    from hub.core.availability import Quota
    from hub.participation.commands import Manner, Weekly, set_availability, set_quota
    from hub.people.commands import add_person, give_role
    from hub.people.models import RoleKind
    from tests.factories import a_cohort

    at = timezone.now()
    cohort = a_cohort(starts_on=at.date(), ends_on=at.date() + timedelta(days=180))
    set_quota(cohort, Quota(count=2), by=None, at=at)
    day = _day(at)
    for name in COACHES:
        coach = add_person(name, by=None, at=at)
        give_role(coach, RoleKind.COACH, cohort.programme, cohort=cohort, starts_on=at.date(), by=None, at=at)
        weekly = Weekly(weekday=day.weekday(), start=time(9), end=time(9 + SLOTS), first_on=day.date(), last_on=day.date())
        set_availability(coach, cohort.programme, cohort, Manner(zone="UTC"), [weekly], by=coach, at=at)
    for number in range(int(people)):
        person = add_person(f"Expert {number}", by=None, at=at)
        give_role(person, RoleKind.EXPERT, cohort.programme, cohort=cohort, starts_on=at.date(), by=None, at=at)


def act(first: str, until: str, threads: str) -> None:
    from django.db import connection
    from django.utils import timezone

    from hub.core.errors import Refusal
    from hub.participation import commands
    from hub.participation.models import Availability
    from hub.people.models import Person
    from hub.programmes.models import Cohort

    cohort = Cohort.objects.select_related("programme").get()
    rows = list(Availability.objects.order_by("pk"))
    begins = [_day(timezone.now()) + timedelta(hours=hour) for hour in range(SLOTS)]
    experts = [Person.objects.get(name=f"Expert {number}") for number in range(int(first), int(until))]

    def wish(expert: Person, number: int) -> Callable[[], None]:
        row, starts_at = rows[number % len(rows)], begins[number // len(rows)]

        def do() -> None:
            with suppress(Refusal):
                one = commands.book_one_to_one(row, expert, cohort, starts_at=starts_at, by=expert, at=timezone.now())
                if expert.pk % 3 == 0:
                    commands.cancel_one_to_one(one, by=expert, at=timezone.now())
                elif expert.pk % 3 == 1:
                    commands.move_one_to_one(one, starts_at=begins[-1], by=expert, at=timezone.now())

        return do

    def end(_: int) -> None:
        connection.close()
        clock.sleep(0.05)  # so that every thread of the pool gets one of these

    connection.close()
    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(int(threads)) as pool:
        wishes = [wish(expert, number) for number in range(len(rows) * SLOTS) for expert in experts]
        for done in [pool.submit(each) for each in wishes]:
            done.result()
        list(pool.map(end, range(int(threads))))


def tell() -> None:
    from hub.participation.models import OneToOne

    rows = OneToOne.objects.filter(state="booked").order_by("starts_at", "pk")
    told = [[one.coach_id, one.expert_id, one.starts_at.isoformat()] for one in rows]
    print(json.dumps({"booked": told, "all": OneToOne.objects.count()}), flush=True)


def _day(at: datetime) -> datetime:
    """The morning of a day ten days from now."""
    return datetime.combine(at.date() + timedelta(days=10), time(9), UTC)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
