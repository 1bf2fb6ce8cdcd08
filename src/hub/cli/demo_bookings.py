"""Places in the demo: a training given twice, first full with a waiting list, then open to partners too; and a webinar."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from hub.people.models import Person
    from hub.programmes.models import Cohort
    from hub.schedule.models import Session

_LONDON = ZoneInfo("Europe/London")
_PLACES = 6
_COMMUNITY = (
    "Noor Haddad",
    "Iris Berg",
    "Tomas Ferreira",
    "Wei Zhang",
    "Lucia Moretti",
    "Jonas Eklund",
    "Amara Obi",
    "Petra Novak",
)


def give_out_places(cohort: Cohort, mara: Person, *, at: datetime) -> Session:
    """Add a training with two runs and a webinar to a cohort that runs, release them, let its people book; give the second."""
    from hub.core.booking import Terms, Tier, Way, usual_terms
    from hub.core.plan.model import Kind, Mode
    from hub.participation import commands
    from hub.people.commands import bring_person
    from hub.people.models import RoleKind
    from hub.people.queries import experts_of

    training = _session(cohort, mara, "Systems Thinking in practice", Kind.TRAINING, days=24, at=at)
    again = _session(cohort, mara, training.title, Kind.TRAINING, days=45, at=at)
    webinar = _session(cohort, mara, "What we learnt: an open hour", Kind.WEBINAR, days=17, at=at)
    _release(cohort, mara, at=at)
    opens = {Tier.EXPERTS: None, Tier.ALUMNI: 14, Tier.NETWORK: 14, Tier.COMMUNITY: 14}
    commands.set_terms(training, Terms(online=_PLACES, opens=opens, colleagues=1), by=mara, at=at - timedelta(days=10))
    with_partners = opens | {Tier.NETWORK: 120}
    commands.set_terms(again, Terms(online=_PLACES, opens=with_partners), by=mara, at=at - timedelta(days=10))
    commands.set_terms(webinar, usual_terms(Kind.WEBINAR, Mode.ONLINE), by=mara, at=at - timedelta(days=10))
    people = [each.person for each in experts_of([cohort], at=at)[cohort.pk]]
    for name in _COMMUNITY:
        email = f"{name.split()[0].lower()}@network.example"
        person, _ = bring_person(
            cohort.programme,
            name=name,
            email=email,
            kind=RoleKind.COMMUNITY,
            cohort=None,
            starts_on=cohort.starts_on,
            by=mara,
            at=at - timedelta(days=30),
        )
        people.append(person)
    booked = []
    for number, person in enumerate(people[: _PLACES + 3]):
        when = at - timedelta(days=9) + timedelta(hours=3 * number)
        booked.append(commands.book_place(training, person, way=Way.ONLINE, by=mara, at=when))
    if len(booked) > _PLACES:
        commands.withdraw(booked[_PLACES - 1], by=booked[_PLACES - 1].person, at=at - timedelta(hours=20))
    for number, person in enumerate(people[2:9]):
        when = at - timedelta(days=6) + timedelta(hours=5 * number)
        commands.book_place(webinar, person, way=Way.ONLINE, by=person, at=when)
    return again


def _session(cohort: Cohort, mara: Person, title: str, kind: object, *, days: int, at: datetime) -> Session:
    from hub.core.plan.model import Kind, Mode
    from hub.core.sessions import SessionFacts
    from hub.schedule.commands.sessions import add_session

    assert isinstance(kind, Kind)
    day = at.astimezone(_LONDON).date() + timedelta(days=days)
    while day.weekday() in (2, 5, 6) or (day.month, day.day) > (12, 18) or (day.month, day.day) < (1, 6):
        # never on the day of a café, never at a weekend, nor between the years
        day += timedelta(days=1)
    facts = SessionFacts(
        title=title, kind=kind, date=day, start=time(14), end=time(16), mode=Mode.ONLINE, zone="Europe/London",
        joining_link="https://meet.example.org/systems", led_by="Nia Calloway",
    )  # fmt: skip
    return add_session(cohort, facts, by=mara, at=at - timedelta(days=12))


def _release(cohort: Cohort, mara: Person, *, at: datetime) -> None:
    from hub.schedule.commands.releases import release_schedule
    from hub.schedule.queries.public import releases_shown

    newest = max((release.number for release in releases_shown(cohort)), default=0)
    release_schedule(cohort, note="A training and a webinar.", seen=newest, by=mara, at=at - timedelta(days=11))
