"""The load of a cohort's Experts: by the release or the draft, against what was agreed, and the warning before a release."""

from __future__ import annotations

from datetime import date, time
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.booking import Terms, Tier, Way
from hub.core.errors import NotAllowed
from hub.core.load import BadLoad
from hub.core.plan.model import Kind, Mode
from hub.participation import commands, queries
from hub.participation.commands.load import read_share
from hub.participation.models import Agreed
from hub.people.commands import end_role
from hub.people.models import Person, RoleKind
from hub.people.queries import roles_of
from hub.programmes.models import Cohort
from hub.schedule.cautions import cautions
from tests.factories import BEGUN, a_session, mara, sam
from tests.participation.places import a_training, an_expert, books, released, the_cohort
from tests.participation.promising import LATE, a_day_together, cafes

pytestmark = pytest.mark.django_db

SEPTEMBER, OCTOBER, NOVEMBER = date(2024, 9, 1), date(2024, 10, 1), date(2024, 11, 1)


def minutes(cohort: Cohort, person: Person, *, is_working: bool = False) -> dict[date, tuple[int, int, int]]:
    """Minutes of sessions, travel and writing by month, where there are any."""
    told = queries.load_of(cohort, is_working=is_working, at=LATE)
    load = next(one.load for one in told.people if one.person == person)
    return {each.month: (each.sessions, each.travel, each.writing) for each in load.months if each.total}


def test_sessions_count_their_length_a_day_together_its_travel_and_writing_its_months() -> None:
    cafes(4), a_day_together()
    cohort, ada = the_cohort(), an_expert("Ada")
    assert minutes(cohort, ada) == {SEPTEMBER: (240, 0, 0), OCTOBER: (240, 0, 0), NOVEMBER: (360, 0, 0)}
    commands.set_load_terms(
        cohort, travel=180, writing=301, writing_from=date(2024, 10, 15), writing_to=date(2024, 11, 1), by=None, at=BEGUN
    )
    assert minutes(cohort, ada) == {SEPTEMBER: (240, 0, 0), OCTOBER: (240, 0, 151), NOVEMBER: (360, 180, 150)}
    commands.set_agreed(cohort, ada, minutes=600, travel=60, by=None, at=BEGUN)
    assert minutes(cohort, ada)[NOVEMBER] == (360, 60, 150)


def test_where_places_are_given_only_who_has_one_is_asked_and_only_who_is_in_the_room_travels() -> None:
    cohort = the_cohort()
    ada, grace, noor = an_expert("Ada"), an_expert("Grace"), an_expert("Noor")
    hybrid = a_session(
        cohort, title="Workshop", kind=Kind.WORKSHOP, mode=Mode.HYBRID, date=date(2024, 10, 3), start=time(10), end=time(12)
    )
    released(cohort)
    commands.set_terms(hybrid, Terms(room=1, online=5, opens={Tier.EXPERTS: None}), by=None, at=BEGUN)
    commands.set_load_terms(cohort, travel=100, writing=0, writing_from=None, writing_to=None, by=None, at=BEGUN)
    books(ada, hybrid, way=Way.ROOM)
    books(grace, hybrid, way=Way.ONLINE)
    assert [minutes(cohort, who) for who in (ada, grace, noor)] == [{OCTOBER: (120, 100, 0)}, {OCTOBER: (120, 0, 0)}, {}]


def test_who_leaves_is_asked_for_nothing_after() -> None:
    cafes(4)
    cohort, ada = the_cohort(), an_expert("Ada")
    end_role(roles_of(ada).get(kind=RoleKind.EXPERT), on=date(2024, 10, 2), by=None, at=LATE)
    assert minutes(cohort, ada) == {SEPTEMBER: (240, 0, 0)}


def test_who_leaves_or_comes_later_has_nothing_to_write_before_and_after() -> None:
    cohort, ada, noor = the_cohort(), an_expert("Ada"), an_expert("Noor")
    commands.set_load_terms(cohort, travel=0, writing=180, writing_from=SEPTEMBER, writing_to=NOVEMBER, by=None, at=BEGUN)
    assert minutes(cohort, ada) == dict.fromkeys((SEPTEMBER, OCTOBER, NOVEMBER), (0, 0, 60))
    end_role(roles_of(ada).get(kind=RoleKind.EXPERT), on=OCTOBER, by=None, at=LATE)
    roles_of(noor).filter(kind=RoleKind.EXPERT).update(starts_on=NOVEMBER)
    assert [minutes(cohort, who) for who in (ada, noor)] == [{SEPTEMBER: (0, 0, 60)}, {NOVEMBER: (0, 0, 60)}]


def test_a_share_of_a_post_becomes_hours_and_nothing_takes_them_back() -> None:
    cohort, ada, team = the_cohort(), an_expert("Ada"), mara(the_cohort().programme)
    row = commands.set_agreed(cohort, ada, post=" 0.2 ", by=team, at=BEGUN)
    assert row is not None and (row.minutes, row.post) == (32 * 60 + 30, "0.2")
    assert commands.set_agreed(cohort, ada, by=team, at=BEGUN) is None
    assert Agreed.objects.count() == 0
    with pytest.raises(NotAllowed):
        commands.set_agreed(cohort, ada, post="1", by=ada, at=BEGUN)
    for given in ({"post": "0.2", "minutes": 60}, {"minutes": -1}, {"minutes": 18_001}, {"post": "2"}):
        with pytest.raises(BadLoad):
            commands.set_agreed(cohort, ada, by=team, at=BEGUN, **given)  # type: ignore[arg-type]
    with pytest.raises(BadLoad):
        commands.set_agreed(cohort, sam(), post="0.1", by=team, at=BEGUN)


@pytest.mark.parametrize(
    ("typed", "share"), [("0.2", Fraction(1, 5)), ("0,25", Fraction(1, 4)), ("20 %", Fraction(1, 5)), ("1/3", Fraction(1, 3))]
)
def test_a_share_is_read_as_it_is_typed(typed: str, share: Fraction) -> None:
    assert read_share(typed) == share


@pytest.mark.parametrize("typed", ["", "a fifth", "1/0", "120 %", "3/2", "-0.2", "1/2 %", "٠.٢"])
def test_what_is_no_share_is_refused(typed: str) -> None:
    with pytest.raises(BadLoad):
        read_share(typed)


def test_terms_that_cannot_be_are_refused_at_their_field() -> None:
    given = {"travel": 0, "writing": 0, "writing_from": SEPTEMBER, "writing_to": OCTOBER}
    for change, field in (
        ({"travel": -1}, "travel"),
        ({"writing": -1}, "writing"),
        ({"writing": 60, "writing_from": None}, "writing_from"),
        ({"writing_from": NOVEMBER}, "writing_to"),
        ({"writing_to": date(2030, 1, 1)}, "writing_to"),
    ):
        with pytest.raises(BadLoad) as no:
            commands.set_load_terms(the_cohort(), **given | change, by=None, at=BEGUN)  # type: ignore[arg-type]
        assert no.value.field == field


def test_before_a_release_the_team_hears_what_the_draft_would_ask() -> None:
    cafes(2)
    cohort, ada = the_cohort(), an_expert("Ada")
    commands.set_agreed(cohort, ada, minutes=300, by=None, at=BEGUN)
    over = "In September Ada has 7 h 30 of sessions for 5 h agreed."

    def warned() -> bool:
        return any(over in each.sentences for each in cautions(cohort, at=BEGUN))

    assert warned() is False
    a_session(cohort, title="Long", date=date(2024, 9, 10), start=time(9), end=time(12, 30))
    assert warned() is True
    assert over not in queries.load_of(cohort, at=BEGUN).warnings  # what is released asks no more than before


def test_what_is_so_for_everybody_is_said_once() -> None:
    a_session(the_cohort(), title="Some day", date=None, start=None, end=None)
    released(the_cohort())
    for name in ("Ada", "Grace", "Noor"):
        an_expert(name)
    assert queries.load_of(the_cohort(), at=BEGUN).warnings == [
        "1 session counts nothing for anybody yet: without a date, or without a start and an end."
    ]


def test_the_load_asks_as_much_of_the_database_for_thirty_as_for_three() -> None:
    a_training(), cafes(2)
    counts = []
    for name, more in (("First", 3), ("Later", 27)):
        for number in range(more):
            an_expert(f"{name} {number}")
        with CaptureQueriesContext(connection) as asked:
            told = queries.load_of(the_cohort(), at=LATE)
        counts.append((len(told.people), len(asked)))
    assert counts == [(3, 10), (30, 10)]
