"""A team's rules: what it leaves out stays as it is, what it writes wrong is refused by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.calendar import MonthlyRule
from hub.core.plan.model import Kind, Severity
from hub.core.plan.rules import CODES, DEFAULT, BadRules, OrderRule, Rules, SeriesRule, Training, read_rules


def test_an_empty_file_gives_the_hubs_own_rules():
    assert read_rules("") == DEFAULT


def test_the_hubs_own_rules_are_those_of_the_first_programme():
    (cafes,) = DEFAULT.series
    assert (cafes.on.say(), cafes.start, cafes.end, cafes.minutes, cafes.count) == (
        "1st and 3rd Wednesday",
        time(15),
        time(17),
        120,
        12,
    )
    assert (DEFAULT.zone, DEFAULT.country, DEFAULT.region) == ("Europe/London", "GB", "ENG")
    assert (DEFAULT.in_person_days, DEFAULT.hours_in_month) == ((2, 3), 32)


def test_what_is_written_is_read():
    rules = read_rules(
        """
        zone = "Europe/Berlin"
        months = 5
        hours_in_month = 20
        in_person_days = [0, 1]
        unstructured = ["coffee"]
        [holidays]
        country = "DE"
        [[series]]
        kind = "cafe"
        on = "last Thursday"
        start = 10:00:00
        end = "11:30"
        [[training]]
        title = "Open data"
        also = ["data sharing"]
        [[order]]
        first = "open data"
        then = ["open models", "models"]
        [severity]
        holiday = "off"
        off-series = "error"
        """
    )
    assert rules == Rules(
        zone="Europe/Berlin",
        country="DE",
        region=None,
        months=5,
        hours_in_month=20,
        in_person_days=(0, 1),
        unstructured=("coffee",),
        series=(SeriesRule(kind=Kind.CAFE, on=MonthlyRule(3, (-1,)), start=time(10), end=time(11, 30)),),
        trainings=(Training(title="Open data", also=("data sharing",)),),
        order=(OrderRule(first=("open data",), then=("open models", "models")),),
        severities=(("holiday", None), ("off-series", Severity.ERROR)),
    )


@pytest.mark.parametrize(
    ("toml", "field", "sentence"),
    [
        ("months = 0", "months", "“months” takes a whole number from 1 to 60, not 0."),
        ("months = true", "months", "“months” takes a whole number from 1 to 60, not true."),
        ("month = 6", "month", "“month” is no key of the rules. Did you mean “months”?"),
        ('zone = "BST"', "zone", "“zone” takes a zone's name such as “Europe/London”, not “BST”."),
        (
            "in_person_days = [3, 2]",
            "in_person_days",
            "“in_person_days” takes two whole numbers, at least and at most, such as [2, 3], not [3, 2].",
        ),
        ("unstructured = [1]", "unstructured", "“unstructured” takes a list of texts, not [1]."),
        ("holidays = 1", "holidays", "“holidays” takes a table, written under [holidays], not 1."),
        (
            '[holidays]\ncountry = "XX"',
            "holidays.country",
            "No holidays are known for “XX”. Use codes such as country = “GB” and region = “ENG”.",
        ),
        ("series = 3", "series", "“series” takes a list of tables, each written under [[series]], not 3."),
        ('[[series]]\nkind = "cafe"', "series[1].on", "“series[1]” needs “on”."),
        (
            '[[series]]\nkind = "cafe"\non = "every Friday"',
            "series[1].on",
            "“series[1].on” takes days such as “1st and 3rd Wednesday”."
            " A rule names which ones and one weekday, such as “1st and 3rd Wednesday”.",
        ),
        (
            '[[series]]\nkind = "cafe"\non = "1st Friday"\nstart = "15:00"\nend = "14:00"',
            "series[1].end",
            "“series[1].end” takes a time after its start, not “14:00”.",
        ),
        (
            '[[series]]\nkind = "cafe"\non = "1st Friday"\nstart = "3 pm"',
            "series[1].start",
            "“series[1].start” takes a time such as “15:00”, not “3 pm”.",
        ),
        ("[[training]]\nalso = []", "training[1].title", "“training[1]” needs “title”."),
        ('[[training]]\ntitle = "x"\ntrainer = "y"', "training[1].trainer", None),
        ('[[order]]\nfirst = []\nthen = "x"', "order[1].first", "“order[1].first” takes at least one text, not []."),
        ('[severity]\nofseries = "off"', "severity.ofseries", "“ofseries” is no code of a finding. Did you mean “off-series”?"),
        (
            '[severity]\noff-series = "loud"',
            "severity.off-series",
            "“severity.off-series” takes “error”, “warning”, “note” or “off”, not “loud”.",
        ),
        (
            '[severity]\nwrong-weekday = "off"',
            "severity.wrong-weekday",
            "“wrong-weekday” is always checked; it takes “error”, “warning” or “note”.",
        ),
        ("months = ", None, "The rules are not TOML that can be read: Invalid value, at end of document."),
    ],
)
def test_what_is_written_wrong_is_refused_by_name(toml: str, field: str | None, sentence: str | None):
    with pytest.raises(BadRules) as refusal:
        read_rules(toml)
    assert refusal.value.field == field
    assert sentence is None or refusal.value.sentence == sentence


def test_two_series_of_one_kind_are_refused():
    series = '[[series]]\nkind = "cafe"\non = "1st Friday"\nstart = "15:00"\nend = "16:00"\n'
    with pytest.raises(BadRules, match="two rules for one kind"):
        read_rules(series * 2)


def test_the_hubs_own_rules_written_and_read_back_are_equal():
    assert read_rules(DEFAULT.to_toml()) == DEFAULT


words = st.text(min_size=1, max_size=12).filter(lambda text: bool(text.strip())).map(str.strip)
series = st.builds(
    lambda kind, weekday, nths, start, length, count: SeriesRule(
        kind=kind,
        on=MonthlyRule(weekday, tuple(sorted(nths))),
        start=time(start),
        end=time(start + length, 30),
        count=count,
    ),
    st.sampled_from([kind for kind in Kind if kind.is_gathering]),
    st.integers(0, 6),
    st.sets(st.integers(1, 5), min_size=1, max_size=3),
    st.integers(6, 18),
    st.integers(0, 3),
    st.none() | st.integers(1, 30),
)
optional = sorted(code for code, each in CODES.items() if not each.is_always_checked)
any_rules = st.builds(
    Rules,
    zone=st.sampled_from(["Europe/London", "Asia/Kolkata", "UTC"]),
    months=st.integers(1, 60),
    hours_in_month=st.integers(1, 100),
    in_person_days=st.tuples(st.integers(0, 3), st.integers(3, 9)),
    unstructured=st.lists(words, max_size=3).map(tuple),
    series=st.lists(series, max_size=3, unique_by=lambda each: each.kind).map(tuple),
    trainings=st.lists(st.builds(Training, title=words, also=st.lists(words, max_size=2).map(tuple)), max_size=3).map(tuple),
    order=st.lists(
        st.builds(
            OrderRule,
            first=st.lists(words, min_size=1, max_size=2).map(tuple),
            then=st.lists(words, min_size=1, max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    severities=st.dictionaries(st.sampled_from(optional), st.none() | st.sampled_from(list(Severity)), max_size=4).map(
        lambda said: tuple(said.items())
    ),
)


@given(any_rules)
def test_any_rules_written_and_read_back_are_equal(rules: Rules):
    assert read_rules(rules.to_toml()) == rules


@given(st.text(max_size=200))
def test_any_text_gives_rules_or_a_refusal(text: str):
    try:
        rules = read_rules(text)
    except BadRules as refusal:
        assert refusal.sentence.endswith((".", "?"))
    else:
        assert read_rules(rules.to_toml()) == rules


def test_the_severity_of_a_code_is_what_the_rules_say_else_its_own():
    rules = replace(DEFAULT, severities=(("holiday", None), ("order", Severity.ERROR)))
    assert [rules.severity(code) for code in ("holiday", "order", "missing-date")] == [None, Severity.ERROR, Severity.WARNING]
