"""A session as every surface tells it, and as a release keeps it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.occurrence import Occurrence, Paper, Part, SessionState, from_facts, to_facts
from hub.core.plan.model import Kind, Mode, Who

words = st.text(max_size=20)
names = st.text(min_size=1, max_size=20)
parts = st.recursive(
    st.builds(
        Part,
        text=words,
        who=st.none() | st.sampled_from(Who),
        minutes_low=st.none() | st.integers(0, 600),
        minutes_high=st.none() | st.integers(0, 600),
        led_by=words,
    ),
    lambda inner: st.builds(Part, text=words, parts=st.lists(inner, max_size=3).map(tuple)),
    max_leaves=6,
)
minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))
occurrences = st.builds(
    Occurrence,
    uid=names,
    slug=names,
    title=words,
    kind=st.sampled_from(Kind),
    state=st.sampled_from(SessionState),
    zone=st.sampled_from(["Europe/London", "Asia/Kolkata", "UTC"]),
    topic=words,
    date=st.none() | st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    start=st.none() | minutes,
    end=st.none() | minutes,
    proposed_date=st.none() | st.dates(),
    mode=st.none() | st.sampled_from(Mode),
    place=words,
    led_by=words,
    summary=words,
    status_note=words,
    agenda=st.lists(parts, max_size=3).map(tuple),
    papers=st.lists(st.builds(Paper, title=words, url=words, kind=names), max_size=2).map(tuple),
    chapter=words,
    week=st.none() | st.integers(0, 5),
    place_in_chapter=st.integers(0, 99),
    sequence=st.integers(0, 99),
)


@given(occurrences)
def test_what_a_release_keeps_as_json_is_read_back_equal(occurrence: Occurrence) -> None:
    assert from_facts(json.loads(json.dumps(to_facts(occurrence)))) == occurrence


def test_absent_facts_are_left_out_of_what_is_kept() -> None:
    cafe = Occurrence(
        uid="u", slug="cafe", title="Café", kind=Kind.CAFE, state=SessionState.SCHEDULED, zone="Europe/London", start=time(15)
    )

    assert to_facts(cafe) == {
        "uid": "u",
        "slug": "cafe",
        "title": "Café",
        "kind": "cafe",
        "state": "scheduled",
        "zone": "Europe/London",
        "start": "15:00",
        "place_in_chapter": 0,
        "sequence": 0,
    }


def test_the_moments_follow_from_wall_time_and_zone_on_both_sides_of_a_clock_change() -> None:
    def cafe(day: date | None, start: time | None = time(15)) -> Occurrence:
        return Occurrence(
            uid="u",
            slug="s",
            title="Café",
            topic="Licences",
            kind=Kind.CAFE,
            state=SessionState.SCHEDULED,
            zone="Europe/London",
            date=day,
            start=start,
            end=time(17) if start else None,
        )

    assert [cafe(day).starts_at for day in (date(2023, 10, 25), date(2023, 11, 1))] == [
        datetime(2023, 10, 25, 14, tzinfo=UTC),
        datetime(2023, 11, 1, 15, tzinfo=UTC),
    ]
    assert cafe(date(2023, 11, 1)).ends_at == datetime(2023, 11, 1, 17, tzinfo=UTC)
    assert [(each.starts_at, each.say_when) for each in (cafe(date(2023, 11, 1), None), cafe(None))] == [
        (None, "Wed 1 November 2023, time to be confirmed"),
        (None, "Date to be confirmed"),
    ]
    assert cafe(None).say_title == "Café: Licences"


def an_occurrence(kind: Kind, **facts: object) -> Occurrence:
    return Occurrence(  # type: ignore[arg-type]
        uid="1@hub", slug="one", title="One", kind=kind, state=SessionState.SCHEDULED, zone="Europe/London", **facts
    )


@pytest.mark.parametrize(
    ("occurrence", "said"),
    [
        (an_occurrence(Kind.CAFE), "Date to be confirmed"),
        (an_occurrence(Kind.CAFE, date=date(2023, 7, 5)), "Wed 5 July 2023, time to be confirmed"),
        (an_occurrence(Kind.REST), "Without a date"),
        (an_occurrence(Kind.REST, week=2, chapter="Month 1: July"), "Week 2, Month 1: July"),
        (an_occurrence(Kind.REST, date=date(2023, 7, 12)), "Wed 12 July 2023"),
        (an_occurrence(Kind.INDIVIDUAL), "In your own time"),
        (an_occurrence(Kind.INDIVIDUAL, week=4, chapter="Month 3: September"), "In your own time, week 4, Month 3: September"),
        (
            an_occurrence(Kind.INDIVIDUAL, date=date(2023, 7, 5), start=time(15), end=time(17)),
            "Wed 5 July 2023, 15:00–17:00 (London)",
        ),
    ],
)
def test_what_nobody_meets_for_is_placed_by_its_week_and_never_to_be_confirmed(occurrence: Occurrence, said: str) -> None:
    assert occurrence.say_when == said
