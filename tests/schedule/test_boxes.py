"""Cohort in a box, from the plan to the rows."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from hub.core.box import NothingToBox, Undecided
from hub.core.errors import NotAllowed
from hub.core.occurrence import SessionState
from hub.core.plan.check import check_plan
from hub.core.plan.model import Kind
from hub.core.plan.read import read_plan
from hub.kit.models import JournalEntry
from hub.people.commands import add_person, give_role
from hub.people.models import Person, RoleKind
from hub.programmes import commands as programmes
from hub.programmes.models import Cohort
from hub.programmes.queries import rules_of
from hub.schedule.commands.boxes import create_cohort_from
from hub.schedule.commands.plans import import_plan
from hub.schedule.models import PlanVersion, Series, Session
from hub.schedule.queries.boxes import given_away, propose_cohort

pytestmark = pytest.mark.django_db
THEN = datetime(2023, 6, 1, 9, 0, tzinfo=UTC)
NOW = datetime(2024, 7, 1, 9, 0, tzinfo=UTC)
SEPTEMBER = date(2024, 9, 1)
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "practitioners-hub-2023" / "plan.md"
TWELVE = [
    date(2024, 9, 4),
    date(2024, 9, 18),
    date(2024, 10, 2),
    date(2024, 10, 16),
    date(2024, 11, 6),
    date(2024, 11, 20),
    date(2024, 12, 4),
    date(2024, 12, 18),
    date(2025, 1, 1),
    date(2025, 1, 15),
    date(2025, 2, 5),
    date(2025, 2, 19),
]


def the_first_cohort(text: str | None = None) -> Cohort:
    programme = programmes.create_programme(slug="practitioners-hub", name="Practitioners Hub", by=None, at=THEN)
    cohort = programmes.create_cohort(
        programme, slug="2023", name="Cohort 2023", starts_on=date(2023, 6, 27), ends_on=date(2023, 12, 31), by=None, at=THEN
    )
    programmes.name_partners(cohort, [programmes.Partner("British Antarctic Survey")], by=None, at=THEN)
    import_plan(cohort, text or EXAMPLE.read_text(), seen=0, by=None, at=THEN)
    return cohort


def mara(cohort: Cohort) -> Person:
    person = add_person("Mara Okafor", by=None, at=THEN)
    give_role(person, RoleKind.TEAM, cohort.programme, starts_on=date(2023, 1, 1), by=None, at=THEN)
    return person


def the_second_cohort(source: Cohort, **answers: str) -> Cohort:
    proposed = propose_cohort(source, first_month=SEPTEMBER).proposed_answers
    given = proposed | {key.replace("_", "-"): answer for key, answer in answers.items()}
    return create_cohort_from(source, slug="2024", name="Cohort 2024", first_month=SEPTEMBER, answers=given, by=None, at=NOW)


def cafes(cohort: Cohort) -> list[date | None]:
    return list(Session.objects.filter(cohort=cohort, kind=Kind.CAFE).order_by("date").values_list("date", flat=True))


def text_of(cohort: Cohort) -> str:
    return PlanVersion.objects.filter(cohort=cohort).latest("number").text


def test_september_2024_to_february_2025_asks_about_new_years_day() -> None:
    box = propose_cohort(the_first_cohort(), first_month=SEPTEMBER)
    decision = next(each for each in box.decisions if each.key == "cafe-2025-01-01")
    assert decision.is_open
    assert decision.sentence.startswith("Wed 1 January 2025 is a public holiday (New Year's Day). The rule gives 12 cafés")
    assert [(option.key, option.date) for option in decision.options] == [
        ("leave-out", None),
        ("move", date(2025, 1, 8)),
        ("keep", date(2025, 1, 1)),
    ]


def test_the_real_plan_asks_about_new_years_day_and_carries_no_real_name_year_or_address(seeds: Path) -> None:
    real = next(seeds.glob("001-*.md")).read_text()
    source = the_first_cohort(real)
    assert "cafe-2025-01-01" in [each.key for each in propose_cohort(source, first_month=SEPTEMBER).open_decisions]
    cohort = the_second_cohort(source)
    assert cafes(cohort) == [day for day in TWELVE if day != date(2025, 1, 1)]
    text = text_of(cohort)
    names = [
        *re.findall(r"((?:[A-Z]\w+ ){1,3})\(\[?[\w.]+@", real),
        *re.findall(r"\(([A-Z]\w+ [A-Z]\w+)\)|by ([A-Z]\w+)[,.]", real),
    ]
    names += [each.led_by for each in read_plan(real).entries if each.led_by]
    words = {word for name in names for word in " ".join(name if isinstance(name, tuple) else (name,)).split()} - {
        "The",
        "Skills",
        "Turing",  # the name of the programme's house stands in the titles of its series
    }
    assert len(words) >= 10
    stale = r"https?://|www\.|@|2023|22 people|recording|British Antarctic|Skills Team|\b(?:" + "|".join(sorted(words)) + r")\b"
    assert re.findall(stale, text) == []
    for row in Session.objects.filter(cohort=cohort):
        said = f"{row.title} {row.topic} {row.agenda} {row.led_by} {row.place} {row.status_note} {row.summary} {row.chapter}"
        assert re.findall(stale, said) == []


def test_each_cafe_is_a_row_of_the_series_with_its_exceptions() -> None:
    cohort = the_second_cohort(the_first_cohort(), cafe_2025_01_01="move")
    series = Series.objects.get(cohort=cohort)
    assert cafes(cohort) == [date(2025, 1, 8) if day == date(2025, 1, 1) else day for day in TWELVE]
    assert set(Session.objects.filter(cohort=cohort, kind=Kind.CAFE).values_list("series", "start", "end")) == {
        (series.pk, time(15), time(17))
    }
    assert [(each.on, each.moved_to, each.reason) for each in series.exceptions.all()] == [
        (date(2025, 1, 1), date(2025, 1, 8), "New Year's Day")
    ]
    assert (series.weekday, series.nths, series.first_on, series.last_on) == (2, [1, 3], SEPTEMBER, date(2025, 2, 28))


def test_text_and_rows_of_the_new_cohort_say_the_same() -> None:
    source = the_first_cohort()
    cohort = the_second_cohort(source)
    version = PlanVersion.objects.get(cohort=cohort)
    assert (version.number, version.origin, version.is_applied) == (1, PlanVersion.Origin.DERIVED, True)
    plan = read_plan(version.text, default_zone=cohort.zone)
    read = sorted((each.title, each.topic, str(each.kind), str(each.date), str(each.start)) for each in plan.entries)
    rows = sorted(
        (row.title, row.topic, row.kind, str(row.date), str(row.start)) for row in Session.objects.filter(cohort=cohort)
    )
    assert rows == read
    assert plan.months[0].title == "Month 1: September 2024"
    assert plan.blemishes == ()


def test_the_new_plan_has_no_findings_but_dates_still_to_be_agreed() -> None:
    source = the_first_cohort()
    cohort = the_second_cohort(source)
    found = check_plan(read_plan(text_of(cohort), default_zone=cohort.zone), rules_of(cohort.programme))
    assert {finding.code for finding in found} <= {
        "missing-date",
        "missing-time",
        "to-be-confirmed",
        "agenda-overflow",
        "order",
        "uncovered-topic",
        "outside-stage",
        "no-unstructured-time",
        "month-hours",
        "in-person-days",
    }


def test_nothing_is_released_and_the_source_stays_as_it_was() -> None:
    source = the_first_cohort()
    before = list(Session.objects.filter(cohort=source).order_by("pk").values())
    cohort = the_second_cohort(source)
    assert list(Session.objects.filter(cohort=source).order_by("pk").values()) == before
    assert cohort.releases.count() == 0
    assert cohort.derived_from == source
    assert (cohort.starts_on, cohort.ends_on) == (date(2024, 8, 27), date(2025, 2, 28))
    assert set(Session.objects.filter(cohort=cohort).values_list("led_by", "place", "joining_link", "attended", "summary")) == {
        ("", "", "", None, "")
    }
    assert not Session.objects.filter(cohort=cohort, materials__isnull=False).exists()
    assert not Session.objects.filter(cohort=cohort, state=SessionState.CANCELLED).exists()


def test_what_nobody_has_decided_is_named_and_nothing_is_made() -> None:
    source = the_first_cohort()
    with pytest.raises(Undecided) as refused:
        create_cohort_from(source, slug="2024", name="Cohort 2024", first_month=SEPTEMBER, answers={}, by=None, at=NOW)
    assert refused.value.keys[0] == "cafe-2025-01-01"
    assert "The café of Wed 1 January 2025 (cafe-2025-01-01)" in refused.value.sentence
    assert list(Cohort.objects.values_list("slug", flat=True)) == ["2023"]


def test_an_address_that_is_taken_leaves_nothing_behind() -> None:
    source = the_first_cohort()
    the_second_cohort(source)
    counts = (Cohort.objects.count(), Session.objects.count(), Series.objects.count(), PlanVersion.objects.count())
    with pytest.raises(programmes.SlugTaken):
        the_second_cohort(source)
    assert (Cohort.objects.count(), Session.objects.count(), Series.objects.count(), PlanVersion.objects.count()) == counts


def test_only_the_team_derives_a_cohort_and_the_journal_says_who_did() -> None:
    source = the_first_cohort()
    person, sam = mara(source), add_person("Sam Whitlow", by=None, at=THEN)
    answers = propose_cohort(source, first_month=SEPTEMBER).proposed_answers
    with pytest.raises(NotAllowed):
        create_cohort_from(source, slug="2024", name="X", first_month=SEPTEMBER, answers=answers, by=sam, at=NOW)
    cohort = create_cohort_from(
        source, slug="2024", name="Cohort 2024", first_month=SEPTEMBER, answers=answers, by=person, at=NOW
    )
    entry = JournalEntry.objects.get(verb="derived")
    assert (entry.thing_id, entry.by, entry.facts["source"]) == (cohort.pk, person, "2023")


def test_a_cohort_without_an_imported_plan_has_nothing_to_derive_from() -> None:
    programme = programmes.create_programme(slug="river-watch", name="River Watch", by=None, at=THEN)
    empty = programmes.create_cohort(
        programme, slug="1", name="One", starts_on=date(2023, 1, 1), ends_on=date(2023, 2, 1), by=None, at=THEN
    )
    with pytest.raises(NothingToBox):
        propose_cohort(empty, first_month=SEPTEMBER)


def test_a_cohort_derived_from_a_derived_one_keeps_its_own_series() -> None:
    second = the_second_cohort(the_first_cohort())
    Series.objects.filter(cohort=second).update(weekday=1, nths=[2])
    third = propose_cohort(second, first_month=date(2025, 9, 1))
    assert [rule.rule.on.say() for rule in third.series] == ["2nd Tuesday"]
    assert all(day.weekday() == 1 for day in third.series[0].dates)


def test_days_the_year_plan_names_are_kept_in_mind() -> None:
    source = the_first_cohort()
    programmes.import_year_plan(
        source.programme,
        "| Month | Activity | Objectives | Comments |\n|--|--|--|--|\n| March | Showcase event 6 March | x | y |\n",
        year=2024,
        by=None,
        at=THEN,
    )
    assert [(known.on, known.title) for known in given_away(source.programme)] == [(date(2024, 3, 6), "Showcase event 6 March")]
    box = propose_cohort(source, first_month=date(2024, 1, 1))
    assert "cafe-2024-03-06" in [each.key for each in box.decisions]
