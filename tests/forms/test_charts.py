"""What is drawn of answers: nothing is cut off, and where there are too many days they are added up, and that is said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from hub.core.forms import Kind, Question, Tally
from hub.forms.charts import picture
from tests.forms.filling import an_open_form, sent
from tests.scene import Scene, as_
from tests.site.reading import words

FIRST = date(2024, 9, 2)  # a Monday


def days(count: int, every: int = 1) -> list[date]:
    return [FIRST + timedelta(days=every * each) for each in range(count)]


def test_dates_below_the_parts_of_the_week_are_drawn_to_the_last_of_them() -> None:
    asked = Question(key="q1", kind=Kind.AVAILABILITY, label="When?", has_grid=True, days=tuple(days(12)))
    drawn = picture(Tally(asked, 1, {"2024-09-13": 1}))
    last = drawn.dates[-1]
    assert (len(drawn.dates), last.full) == (12, "Fri 13 September 2024")
    assert last.y + 34 <= drawn.dates_height
    assert drawn.rows[-1].cells[-1].y + drawn.rows[-1].cells[-1].height <= drawn.height
    assert drawn.dates_say == "1 answered. Most often: Fri 13 September 2024, 1."


@pytest.mark.django_db
def test_the_week_and_its_dates_are_two_drawings_each_of_its_own_height(scene: Scene) -> None:
    asked = Question(key="q1", kind=Kind.AVAILABILITY, label="When?", has_grid=True, days=tuple(days(12)))
    form = an_open_form(scene.programme, asked, people=[scene.ada])
    sent(form, scene.ada, q1=["mon-morning", "2024-09-13"])
    html = as_(scene.mara).get(reverse("desk-form-summary", args=[scene.programme.slug, form.slug])).content.decode()
    assert [f'viewBox="0 0 420 {high}"' in html for high in (210, 12 * 46)] == [True, True]
    assert html.count('id="q1-t"') == 1


def of_days(answered: list[date]) -> Tally:
    asked = Question(key="q1", kind=Kind.DATE, label="Which day?")
    return Tally(asked, len(answered), {each.isoformat(): 1 for each in answered})


def test_every_day_somebody_gave_is_drawn_while_they_are_few() -> None:
    drawn = picture(of_days(days(30)))
    assert (len(drawn.bars), drawn.listed, drawn.note) == (30, drawn.bars, "")


@pytest.mark.parametrize(
    ("answered", "bars", "first", "by"),
    [
        (days(31), 5, ("Week of Mon 2 September 2024", 7), "week"),
        (days(45, every=7), 11, ("September 2024", 5), "month"),
        (days(40, every=200), 23, ("2024", 1), "year"),
    ],
)
def test_more_days_are_counted_by_week_month_or_year_and_the_table_has_every_day(
    answered: list[date], bars: int, first: tuple[str, int], by: str
) -> None:
    drawn = picture(of_days(answered))
    assert (len(drawn.bars), (drawn.bars[0].full, drawn.bars[0].count)) == (bars, first)
    assert [each.full for each in drawn.listed][-1] == picture(of_days(answered[-1:])).bars[0].full
    assert len(drawn.listed) == len(answered)
    assert drawn.note == (f"{len(answered)} days are too many to draw, so the picture counts by {by}. The table has every day.")


@pytest.mark.django_db
def test_the_summary_says_that_days_are_counted_by_week(scene: Scene) -> None:
    form = an_open_form(scene.programme, Question(key="q1", kind=Kind.DATE, label="Which day?"), people=[scene.ada])
    *earlier, last = days(31)
    form.frozen = {"q1": {"answered": 30, "counts": {each.isoformat(): 1 for each in earlier}}}  # of thirty people
    form.save()
    sent(form, scene.ada, q1=last.isoformat())
    html = as_(scene.mara).get(reverse("desk-form-summary", args=[scene.programme.slug, form.slug])).content.decode()
    assert "the picture counts by week. The table has every day." in words(html)
    assert "Wed 2 October 2024" in words(html)
