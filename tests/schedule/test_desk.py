"""The team's desk: each form does what it says, says what is wrong where it is, and loses nothing that was typed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.kit import journal
from hub.kit.models import JournalEntry
from hub.programmes.commands import import_year_plan
from hub.programmes.models import Cohort, YearPlanLine
from hub.schedule.models import PlanVersion, Release, Series, Session
from hub.schedule.queries.working import latest_plan, plan_text
from tests.scene import IN_SEPTEMBER, YEAR_PLAN, Scene, a_scene, as_
from tests.schedule.drafts import add_sessions, many

pytestmark = pytest.mark.django_db
TEAM = "/team/practitioners-hub/"
DESK = f"{TEAM}2024/"
CAFE = f"{DESK}sessions/cafe-september/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(IN_SEPTEMBER, tick=False) as clock:
        yield clock


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


@pytest.fixture
def mara(scene: Scene) -> Client:
    return as_(scene.mara)


class Fields(HTMLParser):
    """What the forms of a page would send: the value of every field by its name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._area = self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "input" and name and given.get("type") not in ("checkbox", "radio"):
            self.values[name] = given.get("value", "")
        elif tag == "input" and "checked" in given:
            self.values[name] = given.get("value", "on")
        elif tag == "textarea":
            self._area = name
            self.values[name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in self.values):
            self.values[self._select] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        self._area = "" if tag == "textarea" else self._area
        self._select = "" if tag == "select" else self._select


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def form(client: Client, path: str) -> dict[str, str]:
    """The fields of a page as they stand, ready to be sent back."""
    values = Fields(text(client.get(path))).values
    values.pop("csrfmiddlewaretoken", None)
    return values


def said(client: Client, answer: HttpResponse) -> str:
    """The page a form leads to."""
    assert answer.status_code == 302, text(answer)[:2000]
    return text(client.get(answer.headers["Location"]))


# -- the plan


def test_a_plan_is_saved_as_the_next_version(mara: Client, scene: Scene) -> None:
    typed = plan_text(scene.cohort).replace("Welcome", "Hello")
    page = said(mara, mara.post(f"{DESK}plan/", {"text": typed, "seen": "1", "note": "A better word"}))
    assert "Saved as version 2." in page
    newest = latest_plan(scene.cohort)
    assert newest is not None
    assert (newest.text, newest.note, newest.is_applied, newest.saved_by) == (typed, "A better word", False, scene.mara)


def test_what_is_typed_is_read_without_being_saved(mara: Client, scene: Scene) -> None:
    typed = plan_text(scene.cohort).replace("Wednesday 4 September", "Thursday 4 September")
    part = text(mara.post(f"{DESK}plan/", {"text": typed, "seen": "1", "do": "check"}, headers=HTMX))
    assert "<html" not in part
    assert "4 September 2024 is a Wednesday" in part
    assert PlanVersion.objects.filter(cohort=scene.cohort).count() == 1


@pytest.mark.parametrize(
    ("typed", "why"),
    [("# Plan\x00", "NUL"), ("x" * 2_000_001, "2,000,001 characters"), ("", "")],
    ids=["a character nobody keeps", "too long", "empty"],
)
def test_a_plan_that_can_not_be_kept_stays_in_the_editor(mara: Client, scene: Scene, typed: str, why: str) -> None:
    answer = mara.post(f"{DESK}plan/", {"text": typed, "seen": "1"})
    if not why:
        assert said(mara, answer)
        return
    assert answer.status_code == 422
    assert why in text(answer)
    assert Fields(text(answer)).values["text"].strip() == typed.replace("\x00", "\ufffd").strip() or typed in text(answer)
    assert PlanVersion.objects.filter(cohort=scene.cohort).count() == 1


def test_the_second_to_save_sees_both_texts_and_can_put_them_together(mara: Client, scene: Scene) -> None:
    base = plan_text(scene.cohort)
    theirs, mine = base.replace("Welcome", "Hello"), base.replace("Aster House", "Cedar House")
    mara.post(f"{DESK}plan/", {"text": theirs, "seen": "1"})

    answer = mara.post(f"{DESK}plan/", {"text": mine, "seen": "1"})

    assert answer.status_code == 409
    assert "Hello" in text(answer)
    assert "Cedar House" in text(answer)
    merged = base.replace("Welcome", "Hello").replace("Aster House", "Cedar House")
    assert answer.context["merged"] == merged
    assert plan_text(scene.cohort) == theirs
    said(mara, mara.post(f"{DESK}plan/", {"text": merged, "seen": "2"}))
    assert plan_text(scene.cohort) == merged


def test_a_browsers_line_ends_do_not_become_the_plans(mara: Client, scene: Scene) -> None:
    typed = plan_text(scene.cohort).replace("Welcome", "Hello")
    mara.post(f"{DESK}plan/", {"text": typed.replace("\n", "\r\n"), "seen": "1"})
    assert plan_text(scene.cohort) == typed


def test_an_import_shows_what_it_does_first_and_then_does_it(mara: Client, scene: Scene) -> None:
    typed = plan_text(scene.cohort).replace("Wednesday 18 September", "Thursday 19 September")
    shown = mara.post(f"{DESK}plan/import/", {"text": typed, "seen": "1", "do": "propose"})
    assert "Moved from Wed 18 September 2024" in text(shown)
    assert Session.objects.get(slug="cafe-september-2").date == date(2024, 9, 18)

    page = said(mara, mara.post(f"{DESK}plan/import/", {"text": typed, "seen": "1", "do": "import"}))

    assert "Version 2 of the plan is in the schedule." in page
    assert Session.objects.get(slug="cafe-september-2").date == date(2024, 9, 19)


def test_where_plan_and_web_differ_a_person_chooses(mara: Client, scene: Scene) -> None:
    Session.objects.filter(slug="cafe-september").update(start=time(14))  # an edit whose line could not be written back
    typed = plan_text(scene.cohort).replace("4 September 2024 (15:00–17:00)", "4 September 2024 (16:00–18:00)")

    shown = mara.post(f"{DESK}plan/import/", {"text": typed, "seen": "1", "do": "propose"})
    (conflict, chosen), *others = shown.context["conflicts"]
    assert (others, chosen) == ([], "web")
    said(
        mara,
        mara.post(f"{DESK}plan/import/", {"text": typed, "seen": "1", "do": "import", f"choice:{conflict.key}": "plan"}),
    )

    assert str(Session.objects.get(slug="cafe-september").start) == "16:00:00"


def test_an_import_over_what_somebody_saved_meanwhile_shows_both(mara: Client, scene: Scene) -> None:
    base = plan_text(scene.cohort)
    mara.post(f"{DESK}plan/", {"text": base.replace("Welcome", "Hello"), "seen": "1"})
    mine = base.replace("Aster House", "Cedar House")
    answer = mara.post(f"{DESK}plan/import/", {"text": mine, "seen": "1", "do": "import"})
    assert answer.status_code == 409
    assert "Cedar House" in text(answer)
    assert Session.objects.filter(place__contains="Cedar").count() == 0


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (SimpleUploadedFile("plan.md", "# Plän".encode("latin-1")), "not text in UTF-8"),
        (SimpleUploadedFile("plan.md", b""), "empty"),
        (SimpleUploadedFile("plan.md", b"# Plan\x00"), "NUL"),
        (None, "Choose a file first."),
    ],
    ids=["another encoding", "empty", "a picture", "none"],
)
def test_a_file_that_is_no_plan_is_refused_at_its_field(mara: Client, scene: Scene, file: Any, why: str) -> None:
    answer = mara.post(f"{DESK}plan/upload/", {"seen": "1"} | ({"file": file} if file else {}))
    assert (answer.status_code, why in text(answer)) == (422, True)
    assert PlanVersion.objects.filter(cohort=scene.cohort).count() == 1


def test_a_file_is_kept_octet_for_octet(mara: Client, scene: Scene) -> None:
    octets = plan_text(scene.cohort).replace("\n", "\r\n").encode() + b"  \r\n"
    said(mara, mara.post(f"{DESK}plan/upload/", {"seen": "1", "file": SimpleUploadedFile("plan.md", octets)}))
    assert mara.get(f"{DESK}plan.md").content == octets


# -- sessions


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"title": ""}, "Write a title"),
        ({"title": "x" * 201}, "201 characters"),
        ({"date": "31 June 2024"}, "The calendar has no such day."),
        ({"start": "25:00"}, "The clock has no such time."),
        ({"start": "17:00", "end": "15:00"}, "so it can’t end at 15:00"),
        ({"start": "", "end": "17:00"}, "There is an end but no start"),
        ({"zone": "BST"}, "is not a time zone we know"),
        ({"kind": "party"}, "is not one of the choices"),
        ({"joining_link": "zoom"}, "not a web address"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_fact_is_said_at_its_field_and_all_else_stays_typed(
    mara: Client, scene: Scene, wrong: dict[str, str], why: str
) -> None:
    typed = form(mara, CAFE) | {"place": "A room nobody knows", "summary": "Typed with care"} | wrong
    for path in (CAFE, f"{DESK}schedule/add/"):
        answer = mara.post(path, typed)
        assert answer.status_code == 422
        assert why in text(answer)
        back = Fields(text(answer)).values
        assert (back["place"], back["summary"].strip()) == ("A room nobody knows", "Typed with care")
    assert not Session.objects.filter(place="A room nobody knows").exists()


def test_a_session_added_by_hand_is_in_schedule_and_plan(mara: Client, scene: Scene) -> None:
    typed = form(mara, f"{DESK}schedule/add/") | {
        "title": "Fireside chat",
        "kind": "webinar",
        "date": "2024-10-10",
        "start": "12:00",
        "end": "13:00",
    }
    assert "Fireside chat is in the schedule." in said(mara, mara.post(f"{DESK}schedule/add/", typed))
    assert "Fireside chat" in plan_text(scene.cohort)


def test_of_two_who_edit_a_session_the_second_sees_what_the_first_did(mara: Client, clock: time_machine.Coordinates) -> None:
    mine = form(mara, CAFE) | {"place": "Room 3"}
    clock.shift(timedelta(minutes=1))
    said(mara, mara.post(CAFE, form(mara, CAFE) | {"place": "Room 2"}))

    answer = mara.post(CAFE, mine)

    assert answer.status_code == 409
    assert "Room 2" in text(answer)
    assert Fields(text(answer)).values["place"] == "Room 3"
    assert Session.objects.get(slug="cafe-september").place == "Room 2"
    said(mara, mara.post(CAFE, Fields(text(answer)).values))
    assert Session.objects.get(slug="cafe-september").place == "Room 3"


def test_an_edit_in_its_row_answers_with_the_schedule_anew(mara: Client) -> None:
    part = mara.get(CAFE, headers=HTMX)
    assert "<html" not in text(part)
    values = Fields(text(part)).values
    answer = mara.post(CAFE, values | {"place": "Room 2"}, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (200, "#schedule")
    assert "<html" not in text(answer)


def test_a_session_is_cancelled_and_put_back_on(mara: Client) -> None:
    assert "is cancelled. The public learns" in said(mara, mara.post(f"{CAFE}cancel/", {"note": "The room is closed"}))
    assert Session.objects.get(slug="cafe-september").state == "cancelled"
    assert "is back on." in said(mara, mara.post(f"{CAFE}cancel/", {"do": "restore", "note": ""}))


def test_a_material_needs_words_and_an_address(mara: Client) -> None:
    answer = mara.post(f"{CAFE}materials/", {"title": "Slides", "url": "javascript:alert(1)", "kind": "material"})
    assert (answer.status_code, Fields(text(answer)).values["title"]) == (422, "Slides")
    page = said(
        mara,
        mara.post(
            f"{CAFE}materials/", {"title": "Slides", "url": "https://example.org/s", "kind": "material", "access": "public"}
        ),
    )
    assert "Slides is added: " in page


# -- series


def a_rule(mara: Client) -> dict[str, str]:
    return form(mara, f"{DESK}series/") | {
        "title": "Office hour",
        "kind": "one-to-one",
        "on": "1st Wednesday",
        "start": "09:00",
        "end": "10:00",
        "first_on": "2024-11-01",
        "last_on": "2025-01-31",
    }


def a_series(mara: Client) -> Series:
    said(mara, mara.post(f"{DESK}series/", a_rule(mara) | {"do": "save"}))
    return Series.objects.get(title="Office hour")


def test_a_series_shows_its_dates_before_it_is_saved(mara: Client) -> None:
    shown = text(mara.post(f"{DESK}series/", a_rule(mara) | {"do": "preview"}))
    assert "3 dates, not saved yet" in shown
    assert "New Year&#x27;s Day" in shown
    assert Series.objects.count() == 0
    assert Session.objects.filter(series=a_series(mara)).count() == 3


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"on": "every fortnight"}, "1st and 3rd Wednesday"),
        ({"end": "08:00"}, "so it can’t end at 08:00"),
        ({"last_on": "2024-10-01"}, "The last day comes before the first."),
        ({"first_on": ""}, "Choose the first day"),
        ({"zone": "Mars/Olympus"}, "is not a time zone we know"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_rule_that_can_not_be_is_said_at_its_field(mara: Client, wrong: dict[str, str], why: str) -> None:
    answer = mara.post(f"{DESK}series/", a_rule(mara) | wrong | {"do": "save"})
    assert (answer.status_code, why in text(answer)) == (422, True)
    assert Fields(text(answer)).values["title"] == "Office hour"
    assert Series.objects.count() == 0


def test_a_day_of_a_series_is_left_out_or_held_on_another(mara: Client) -> None:
    path = f"{DESK}series/{a_series(mara).pk}/"
    out = mara.post(path, {"do": "except", "on": "2025-01-01", "moved_to": "", "reason": "New Year"})
    assert "Wed 1 January 2025 is left out." in said(mara, out)
    moved = mara.post(path, {"do": "except", "on": "2024-12-04", "moved_to": "2024-12-05", "reason": ""})
    assert "is held on Thu 5 December 2024." in said(mara, moved)
    twice = mara.post(path, {"do": "except", "on": "2024-11-06", "moved_to": "2024-12-05", "reason": "a fair"})
    assert (twice.status_code, "is held on Thu 5 December 2024 already" in text(twice)) == (422, True)
    assert Fields(text(twice)).values["reason"] == "a fair"
    assert mara.post(path, {"do": "except", "on": "yesterday", "moved_to": ""}).status_code == 422


def test_a_series_changes_from_a_day_on_and_earlier_dates_stay(mara: Client) -> None:
    path = f"{DESK}series/{a_series(mara).pk}/"
    said(mara, mara.post(path, form(mara, path) | {"start": "11:00", "end": "12:00", "from_on": "2024-12-01", "do": "save"}))
    times = Session.objects.filter(title="Office hour").order_by("date").values_list("date", "start")
    assert [(day.isoformat(), f"{start:%H:%M}") for day, start in times if day and start] == [
        ("2024-11-06", "09:00"),
        ("2024-12-04", "11:00"),
        ("2025-01-01", "11:00"),
    ]


@pytest.mark.parametrize("wish", ["save", "remove"])
def test_of_two_who_change_a_series_the_second_is_told_and_nothing_is_overwritten(mara: Client, wish: str) -> None:
    path = f"{DESK}series/{a_series(mara).pk}/"
    mine = form(mara, path)
    mara.post(path, {"do": "except", "on": "2025-01-01", "moved_to": "", "reason": "New Year"})

    answer = mara.post(path, mine | {"title": "My hour", "do": wish})

    assert answer.status_code == 409
    assert "Somebody changed this series" in text(answer)
    assert Series.objects.get().title == "Office hour"
    if wish == "save":
        assert Fields(text(answer)).values["title"] == "My hour"


def test_a_series_is_taken_away(mara: Client) -> None:
    path = f"{DESK}series/{a_series(mara).pk}/"
    said(mara, mara.post(path, {"seen": form(mara, path)["seen"], "do": "remove"}))
    left = Session.objects.filter(title="Office hour")
    assert (Series.objects.count(), {(row.series_id, row.state) for row in left}) == (0, {(None, "cancelled")})


# -- releases, boxes, rules, the year plan


def test_a_release_that_would_say_nothing_is_refused(mara: Client) -> None:
    answer = mara.post(f"{DESK}release/", {"seen": "1", "note": "Nothing new"})
    assert (answer.status_code, Fields(text(answer)).values["note"].strip()) == (422, "Nothing new")


def test_of_two_who_release_the_second_is_told_and_keeps_the_note(mara: Client, scene: Scene) -> None:
    mara.post(f"{CAFE}cancel/", {"note": ""})
    mine = form(mara, f"{DESK}release/") | {"note": "Mine"}
    assert "Release 2 is out" in said(mara, mara.post(f"{DESK}release/", mine | {"note": "Theirs"}))

    answer = mara.post(f"{DESK}release/", mine)

    assert (answer.status_code, Fields(text(answer)).values["note"].strip()) == (409, "Mine")
    assert Release.objects.filter(cohort=scene.cohort).count() == 2


def test_a_new_cohort_is_shown_decided_and_made(mara: Client) -> None:
    typed = form(mara, f"{DESK}new-cohort/") | {"name": "Cohort 2025", "slug": "2025", "first_month": "2025-09"}
    shown = mara.post(f"{DESK}new-cohort/", typed)
    assert shown.status_code == 200
    answers = {f"answer:{asked.decision.key}": asked.decision.proposed for asked in shown.context["asked"]}
    assert "Cohort 2025 is there." in said(mara, mara.post(f"{DESK}new-cohort/", typed | answers | {"do": "create"}))
    assert Cohort.objects.get(slug="2025").sessions.count() > 0
    again = mara.post(f"{DESK}new-cohort/", typed | answers | {"do": "create"})
    assert (again.status_code, Cohort.objects.filter(slug="2025").count()) == (422, 1)


def test_the_month_proposed_is_that_of_the_first_chapter_and_not_of_a_kick_off_before_it(mara: Client, scene: Scene) -> None:
    Cohort.objects.filter(pk=scene.cohort.pk).update(starts_on=date(2024, 8, 27))
    proposed = form(mara, f"{DESK}new-cohort/")
    assert (proposed["first_month"], proposed["name"], proposed["slug"]) == ("2025-09", "Cohort 2025", "2025")


def test_rules_that_can_not_be_read_are_said_with_their_line_and_stay(mara: Client, scene: Scene) -> None:
    answer = mara.post(f"{TEAM}rules/", {"toml": "months = 6\nin_person_days = = 3"})
    assert answer.status_code == 422
    assert "line 2" in text(answer)
    assert Fields(text(answer)).values["toml"].strip() == "months = 6\nin_person_days = = 3"
    assert "The rules are saved" in said(mara, mara.post(f"{TEAM}rules/", {"toml": "months = 6"}))


def test_a_year_plan_is_shown_before_it_is_taken(mara: Client) -> None:
    assert mara.post(f"{TEAM}year-plan/", {"year": "2025", "text": "No table here"}).status_code == 422
    shown = mara.post(f"{TEAM}year-plan/", {"year": "2025", "text": YEAR_PLAN})
    assert (shown.status_code, YearPlanLine.objects.filter(year=2025).count()) == (200, 0)
    said(mara, mara.post(f"{TEAM}year-plan/", {"year": "2025", "text": YEAR_PLAN, "do": "import"}))
    assert YearPlanLine.objects.filter(year=2025).count() == 2


def test_a_year_plan_a_colleague_took_meanwhile_is_not_replaced_unseen(mara: Client, scene: Scene) -> None:
    where, mine = f"{TEAM}year-plan/", {"year": "2024", "text": YEAR_PLAN.replace("Launch", "Kick-off")}
    seen = mara.post(where, mine).context["seen"]
    import_year_plan(scene.programme, YEAR_PLAN.replace("Launch", "Launch day"), year=2024, by=None, at=IN_SEPTEMBER)
    stood = list(YearPlanLine.objects.order_by("pk").values_list("activity", flat=True))
    late = mara.post(where, mine | {"do": "import", "seen": seen})
    assert (late.status_code, "nothing was imported" in text(late)) == (409, True)
    assert "Launch day" in "".join(change.title for change in late.context["changes"] if change.verb == "removed")
    assert list(YearPlanLine.objects.order_by("pk").values_list("activity", flat=True)) == stood
    said(mara, mara.post(where, mine | {"do": "import", "seen": late.context["seen"]}))
    assert list(YearPlanLine.objects.order_by("pk").values_list("activity", flat=True)) != stood


# -- all of them

PAGES = [
    TEAM, f"{TEAM}rules/", f"{TEAM}year-plan/", f"{DESK}schedule/", f"{DESK}schedule/add/", CAFE, f"{CAFE}cancel/",
    f"{CAFE}materials/", f"{DESK}plan/", f"{DESK}plan/import/", f"{DESK}plan/upload/", f"{DESK}plan/versions/",
    f"{DESK}plan.md", f"{DESK}series/", f"{DESK}release/", f"{DESK}new-cohort/",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_the_database_as_much_for_forty_sessions_as_for_four(mara: Client, scene: Scene, path: str) -> None:
    def queries() -> int:
        mara.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert mara.get(path).status_code == 200
        return len(asked)

    add_sessions(scene.cohort, [facts | {"date": facts["date"] + timedelta(days=400)} for facts in many(4)])
    before = queries()
    add_sessions(scene.cohort, [facts | {"date": facts["date"] + timedelta(days=430)} for facts in many(40)])
    assert queries() == before


@pytest.mark.parametrize("path", PAGES)
def test_looking_at_a_page_writes_nothing(mara: Client, path: str) -> None:
    before = JournalEntry.objects.count()
    with CaptureQueriesContext(connection) as asked:
        mara.get(path)
    writes = [each["sql"] for each in asked if each["sql"].lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    assert (writes, JournalEntry.objects.count()) == ([], before)


@pytest.mark.parametrize("path", [path for path in PAGES if not path.endswith((".md", "versions/"))])
def test_a_form_that_is_too_large_is_answered_with_a_sentence(mara: Client, path: str) -> None:
    answer = mara.post(path, {"text": "x" * 5_000_000})
    assert answer.status_code in (405, 413, 422)


def test_the_page_of_a_session_tells_its_history_and_the_row_does_not(mara: Client, scene: Scene) -> None:
    session = scene.session
    mara.post(f"{DESK}sessions/{session.slug}/cancel/", {"note": "The room is flooded", "do": "cancel"})
    page = mara.get(f"{DESK}sessions/{session.slug}/").content.decode()
    assert '<h2 id="history-heading">History</h2>' in page
    assert "<strong>Mara Okafor</strong> cancelled the session" in page
    assert "<strong>The Hub</strong> added the session through the plan" in page
    assert "Tue 10 September 2024" in page
    assert "history-heading" not in mara.get(f"{DESK}sessions/{session.slug}/", headers=HTMX).content.decode()


def test_the_history_of_a_session_is_text_whatever_was_typed(mara: Client, scene: Scene) -> None:
    session = scene.session
    fields = Fields(mara.get(f"{DESK}sessions/{session.slug}/").content.decode()).values
    mara.post(f"{DESK}sessions/{session.slug}/", fields | {"title": "<script>alert(1)</script>", "kind": session.kind})
    page = mara.get(f"{DESK}sessions/{session.slug}/").content.decode()
    assert "<ins>&lt;script&gt;alert(1)&lt;/script&gt;</ins>" in page
    assert "<script>alert" not in page


def test_the_page_of_a_session_costs_the_same_queries_however_long_its_history(mara: Client, scene: Scene) -> None:
    session = scene.session
    counts = []
    for number in (1, 30):
        journal.record_all([journal.Written("cancelled", session, {})] * number, by=scene.mara, at=IN_SEPTEMBER)
        with CaptureQueriesContext(connection) as caught:
            mara.get(f"{DESK}sessions/{session.slug}/")
        counts.append(len(caught))
    assert counts[0] == counts[1]
