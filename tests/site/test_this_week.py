"""The team's morning page: what is late, due and waiting, whose it is, what changed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.consent import Use
from hub.kit import journal, todo
from hub.messaging.commands import adopt_usual
from hub.people.commands import (
    add_person,
    answer,
    ask_erasure,
    end_role,
    find_duplicates,
    give_role,
    publish_term,
    publish_usual_terms,
    take_back_erasure,
)
from hub.people.models import Person, RoleKind
from hub.programmes.commands import create_cohort, create_programme
from hub.schedule.commands.plans import save_plan
from hub.schedule.commands.releases import release_schedule
from hub.schedule.commands.runsheets import add_task, hand_over_task, tick_task
from hub.schedule.commands.sessions import cancel_session, edit_session
from hub.schedule.models import RunSheetTask, Session
from hub.schedule.queries.working import facts_of, plan_text
from tests.factories import BEGUN, a_cohort, a_plan_text, a_session, an_imported_cohort
from tests.participation.coaching import a_coach, there
from tests.participation.places import a_training, books, somebody
from tests.scene import IN_SEPTEMBER, Scene, as_
from tests.site.reading import each, links, page, words

pytestmark = pytest.mark.django_db
HOME = "/team/practitioners-hub/"


def section(html: str, heading: str) -> str:
    """The part of the page under a heading, empty where there is none."""
    for found in re.findall(r'<(?:section|details) class="week-part.*?</(?:section|details)>', html, re.DOTALL):
        if each(found, "h2")[0].startswith(heading):
            return str(found)
    return ""


def told(html: str, heading: str) -> list[str]:
    return each(section(html, heading), "li")


def the_task(session: Session, line: str) -> RunSheetTask:
    return RunSheetTask.objects.select_related("session__cohort__programme").get(session=session, line=line)


def said(programme: object, part: str, *, by: Person | None = None, at: datetime = IN_SEPTEMBER) -> list[tuple[str, str]]:
    found = todo.todos(programme, by=by, at=at)  # type: ignore[arg-type]
    return [(one.what, one.about) for one in found if one.part == part]


@pytest.fixture
def team(scene: Scene) -> Client:
    return as_(scene.mara)


def test_each_thing_stands_where_its_day_puts_it_and_ends_in_its_action(scene: Scene, team: Client) -> None:
    html = page(team, HOME)
    assert each(html, "h1") == ["This week"]
    assert "Tue 10 September 2024. 10 late, 4 this week." in words(html)
    assert [line.split(" Open : ")[0] for line in told(html, "This week")] == [
        "Confirm who hosts it Collaboration Café: Case studies, Wed 2 October 2024 Wed 11 Sep , tomorrow",
        "Remind the speakers Collaboration Café: Stakeholders, Wed 18 September 2024 Wed 11 Sep , tomorrow",
        "Put up the recording Collaboration Café: Welcome, Wed 4 September 2024 Wed 11 Sep , tomorrow",
        "Order food and drink Systems Thinking Workshop, Thu 26 September 2024 Thu 12 Sep , in 2 days",
    ]
    assert told(html, "Waiting for others")[0].startswith("Get the materials Systems Thinking Workshop")
    assert told(html, "Late")[0].startswith("Confirm who hosts it Collaboration Café: Welcome, Wed 4 September 2024")
    cafe = "/team/practitioners-hub/2024/sessions/cafe-september/"
    assert cafe in links(section(html, "Late"))


def test_a_thing_due_today_stands_under_today(scene: Scene, team: Client) -> None:
    add_task(scene.session, "Ring the hotel", due_on=IN_SEPTEMBER.date(), by=None, at=BEGUN)
    assert [line.startswith("Ring the hotel") for line in told(page(team, HOME), "Today")] == [True]


def test_mine_shows_what_is_given_to_me_and_nobodys_what_somebody_may_take(scene: Scene, team: Client) -> None:
    hand_over_task(the_task(scene.session, "recording"), scene.mara, by=None, at=BEGUN)
    mine = page(team, f"{HOME}?whose=mine")
    assert [line.split(" Collab")[0] for line in told(mine, "This week")] == ["Put up the recording"]
    assert told(mine, "Late") == []
    nobodys = page(team, f"{HOME}?whose=nobody")
    assert "Put up the recording" not in section(nobodys, "This week")
    assert section(nobodys, "Waiting") == ""
    assert len(told(page(team, f"{HOME}?whose=whatever"), "Late")) == 10


def test_a_long_list_shows_its_first_things_and_leads_to_the_rest(scene: Scene, team: Client) -> None:
    for number in range(45):
        add_task(scene.session, f"Ring number {number:02}", due_on=IN_SEPTEMBER.date(), by=None, at=BEGUN)
    html = page(team, HOME)
    assert len(told(html, "Today")) == 40
    assert each(section(html, "Today"), "p")[-1] == "Show all 45"
    assert len(told(page(team, f"{HOME}?whose=&all"), "Today")) == 45


def test_the_filter_that_holds_is_marked_as_current(scene: Scene, team: Client) -> None:
    for query, marked in (("", ""), ("?whose=mine", "?whose=mine"), ("?whose=nobody", "?whose=nobody")):
        said = page(team, f"{HOME}{query}")
        current = [each for each in ("", "?whose=mine", "?whose=nobody") if f'href="{HOME}{each}" aria-current="true"' in said]
        assert current == [marked]


def test_when_nothing_is_mine_the_page_says_where_to_look(scene: Scene, team: Client) -> None:
    assert "Nothing is yours" in words(page(team, f"{HOME}?whose=mine"))


def test_a_programme_with_nothing_to_do_rests(scene: Scene) -> None:
    quiet = create_programme(slug="quiet", name="Quiet", is_public=True, by=None, at=BEGUN)
    give_role(scene.mara, RoleKind.TEAM, quiet, starts_on=date(2023, 1, 1), by=None, at=BEGUN)
    publish_term(quiet, Use.RECORDING, "We record.", is_new_meaning=False, by=scene.mara, at=BEGUN)
    answer(scene.mara, Use.RECORDING, quiet.terms.get(), wish=True, by=scene.mara, at=BEGUN)
    adopt_usual(quiet, by=scene.mara, at=BEGUN)
    html = words(page(as_(scene.mara), "/team/quiet/"))
    assert "Nothing is late, and nothing is due this week." in html
    assert "All done" in html
    assert "No cohort yet" in html


def test_a_new_programme_is_told_what_it_begins_with(scene: Scene) -> None:
    young = create_programme(slug="young", name="Young", is_public=True, by=None, at=BEGUN)
    give_role(scene.mara, RoleKind.TEAM, young, starts_on=date(2023, 1, 1), by=None, at=BEGUN)
    cohort = create_cohort(
        young, slug="2025", name="Cohort 2025", starts_on=date(2024, 11, 1), ends_on=date(2025, 4, 30), by=scene.mara, at=BEGUN
    )
    mara = as_(scene.mara)
    begins = ["Say what people agree to", "Bring the Experts in", "Write the plan", "Choose what people are told"]
    html = page(mara, "/team/young/")
    for what in begins:
        assert any(each.startswith(what) for each in told(html, "No day set")), what
    (bring,) = [address for address in links(html) if "import/?cohort=" in address]
    assert 'value="expert" selected' in page(mara, bring)
    publish_usual_terms(young, [Use.LOGO], privacy="/young/privacy/", by=scene.mara, at=BEGUN)
    adopt_usual(young, by=scene.mara, at=BEGUN)
    give_role(scene.ada, RoleKind.EXPERT, young, cohort=cohort, starts_on=date(2024, 11, 1), by=scene.mara, at=BEGUN)
    assert [each.partition(" Cohort")[0] for each in told(page(mara, "/team/young/"), "No day set")] == ["Write the plan"]


def test_a_thing_is_ticked_off_where_it_stands_and_back(scene: Scene, team: Client) -> None:
    task = the_task(scene.session, "notes")
    address = f"{HOME}tasks/{task.pk}/tick/"
    in_place = team.post(address, {"do": "tick", "as": "todo", "next": HOME}, headers={"HX-Request": "true"})
    html = in_place.content.decode()
    assert html.startswith('<li class="todo" data-state="done">')
    assert 'aria-checked="true"' in html
    assert RunSheetTask.objects.get(pk=task.pk).state_by == scene.mara
    assert "Share the notes Collaboration Café: Welcome" not in section(page(team, HOME), "Late")

    back = team.post(address, {"do": "reopen", "next": HOME})
    assert (back.status_code, back["Location"]) == (302, HOME)
    assert RunSheetTask.objects.get(pk=task.pk).state == "open"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)", "team"])
def test_who_ticks_is_led_on_within_the_hub_only(scene: Scene, team: Client, elsewhere: str) -> None:
    task = the_task(scene.session, "notes")
    answer_ = team.post(f"{HOME}tasks/{task.pk}/tick/", {"do": "tick", "next": elsewhere})
    assert answer_["Location"] == "/team/practitioners-hub/2024/sessions/cafe-september/#run-sheet"


# -- what rooms say


def test_the_schedule_says_what_stands_open_in_each_cohort(scene: Scene) -> None:
    late = Session.objects.get(kind="one-to-one")
    facts = facts_of(scene.session)
    edit_session(
        scene.session,
        type(facts)(title="Café", kind=facts.kind, date=facts.date),
        seen_at=scene.session.edited_at,
        by=None,
        at=BEGUN,
    )
    at = datetime(2024, 9, 20, 9, 0, tzinfo=UTC)
    found = dict(said(scene.programme, "Schedule", at=at))
    assert found["Release 1 change of the schedule"] == "Cohort 2024"
    assert found["Add the joining link"] == "Collaboration Café: Case studies, Wed 2 October 2024"
    assert found["Set a day"].startswith(f"{late.title}, Cohort 2024, expected around")


def test_a_plan_that_is_saved_and_not_imported_is_something_to_do(scene: Scene) -> None:
    save_plan(scene.cohort, plan_text(scene.cohort) + "\n", seen=1, by=None, at=BEGUN)
    assert ("Import version 2 of the plan into the schedule", "Cohort 2024") in said(scene.programme, "Plan")


def test_a_cohort_without_a_plan_and_one_never_released_say_so(scene: Scene) -> None:
    a_cohort("2025", programme=scene.programme, starts_on=date(2025, 9, 1), ends_on=date(2026, 2, 1))
    fresh = a_cohort("2026", programme=scene.programme, starts_on=date(2026, 9, 1), ends_on=date(2027, 2, 1))
    a_session(fresh, date=date(2026, 9, 2))
    assert ("Write the plan", "Cohort 2025") in said(scene.programme, "Plan")
    assert said(scene.programme, "Schedule")[-1] == ("Release the schedule", "Cohort 2026")


def test_what_is_cancelled_or_over_asks_for_nothing(scene: Scene) -> None:
    for session in Session.objects.filter(cohort=scene.cohort):
        cancel_session(session, by=None, at=BEGUN)
    release_schedule(scene.cohort, seen=1, by=None, at=BEGUN)
    assert (said(scene.programme, "Run-sheet"), said(scene.programme, "Schedule")) == ([], [])
    assert said(scene.programme, "Plan", at=datetime(2026, 1, 1, tzinfo=UTC)) == []


def test_people_say_who_has_still_to_answer_and_whom_the_team_waits_for(scene: Scene) -> None:
    term = publish_term(scene.programme, Use.NAME, "Your name.", is_new_meaning=True, by=None, at=BEGUN)
    answer(scene.mara, Use.NAME, term, wish=True, by=scene.mara, at=BEGUN)
    asked = [one for one in todo.todos(scene.programme, by=None, at=IN_SEPTEMBER) if one.part == "Agreements"]
    assert [(one.what, one.waits_for) for one in asked] == [("Get answers to what people are asked", "Ada Lindqvist")]

    publish_term(scene.programme, Use.NAME, "Your name, and face.", is_new_meaning=True, by=None, at=BEGUN)
    asked = [one for one in todo.todos(scene.programme, by=None, at=IN_SEPTEMBER) if one.part == "Agreements"]
    assert [(one.what, one.waits_for) for one in asked] == [
        ("Get answers to what people are asked", "Ada Lindqvist"),
        ("Get new answers: the words changed", "Mara Okafor"),
    ]


def test_who_asked_to_be_forgotten_is_asked_for_no_answer(scene: Scene) -> None:
    publish_term(scene.programme, Use.NAME, "Your name.", is_new_meaning=True, by=None, at=BEGUN)
    erasure = ask_erasure(scene.ada, by=scene.ada, at=IN_SEPTEMBER)

    def waits_for() -> list[str]:
        found = todo.todos(scene.programme, by=None, at=IN_SEPTEMBER)
        return [one.waits_for for one in found if one.part == "Agreements"]

    assert waits_for() == ["Mara Okafor"]
    take_back_erasure(erasure, by=scene.ada, at=IN_SEPTEMBER)
    assert waits_for() == ["Ada Lindqvist and Mara Okafor"]


def test_people_say_what_waits_to_be_compared_and_who_is_to_be_forgotten(scene: Scene) -> None:
    twin = add_person("Ada Lindqvist", by=None, at=BEGUN)
    give_role(twin, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    find_duplicates(at=BEGUN)
    erasure = ask_erasure(scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    found = [one for one in todo.todos(scene.programme, by=scene.mara, at=IN_SEPTEMBER) if one.part == "People"]
    assert [(one.what, one.due_on) for one in found] == [
        ("See that nothing of Ada Lindqvist is needed any more", erasure.due_at.date()),
        ("Compare 1 pair of records that may be one person", None),
    ]


@pytest.mark.parametrize(
    ("at", "lines"),
    [
        (datetime(2024, 3, 5, tzinfo=UTC), [("See to “Open the call for the next cohort”", date(2024, 3, 31))]),
        (datetime(2024, 5, 5, tzinfo=UTC), []),
        (datetime(2024, 10, 5, tzinfo=UTC), [("See to “Launch of the cohort”", None)]),
        (datetime(2025, 2, 5, tzinfo=UTC), [("See to “Launch of the cohort”", date(2025, 2, 28))]),
        (datetime(2024, 2, 5, tzinfo=UTC), []),
    ],
)
def test_the_year_plan_says_what_this_month_is_for(scene: Scene, at: datetime, lines: list[tuple[str, date | None]]) -> None:
    found = [one for one in todo.todos(scene.programme, by=None, at=at) if one.part == "Year plan"]
    assert [(one.what, one.due_on) for one in found] == lines


# -- what changed


def test_what_somebody_did_to_a_thing_again_and_again_on_a_day_is_told_once_when_it_was_last_done(scene: Scene) -> None:
    day = IN_SEPTEMBER - timedelta(days=2)
    moments = [day, day + timedelta(minutes=1), day + timedelta(minutes=9), day + timedelta(days=1)]
    for minute, at in enumerate(moments):
        scene.session.refresh_from_db()
        facts = replace(facts_of(scene.session), start=time(9, minute))
        edit_session(scene.session, facts, seen_at=scene.session.edited_at, by=scene.mara, at=at)
    told = todo.changes(scene.programme, since=day - timedelta(hours=1), at=IN_SEPTEMBER, zone="Europe/London")
    assert [change.at for change in told if change.did == "changed the session"] == [moments[3], moments[2]]


def test_which_day_that_was_is_said_by_the_clock_of_the_programme(scene: Scene) -> None:
    evening = datetime(2024, 9, 8, 22, 40, tzinfo=UTC)  # 23:40 in London
    moments = [evening, evening + timedelta(minutes=40), evening + timedelta(hours=2)]  # 00:20 and 01:40 of the next day
    for minute, at in enumerate(moments):
        scene.session.refresh_from_db()
        facts = replace(facts_of(scene.session), start=time(9, minute))
        edit_session(scene.session, facts, seen_at=scene.session.edited_at, by=scene.mara, at=at)
    told = todo.changes(scene.programme, since=evening - timedelta(hours=1), at=IN_SEPTEMBER, zone="Europe/London")
    assert [change.at for change in told if change.did == "changed the session"] == [moments[2], moments[0]]


def test_what_changed_tells_who_did_what_where_and_marks_what_is_new_since_the_last_visit(
    scene: Scene, team: Client, in_september: time_machine.Coordinates
) -> None:
    page(team, HOME)
    tick_task(the_task(scene.session, "notes"), by=scene.mara, at=IN_SEPTEMBER - timedelta(days=1))
    in_september.move_to(IN_SEPTEMBER + timedelta(hours=3))
    cancel_session(scene.session, by=scene.mara, at=IN_SEPTEMBER + timedelta(hours=2))
    html = page(team, HOME)
    found = re.search(r'<ol class="week-changes.*?</ol>', html, re.DOTALL)
    assert found
    assert [line.split(" Tue ")[0].split(" Mon ")[0] for line in each(found[0], "li")] == [
        "New: Mara Okafor cancelled the session: Collaboration Café: Welcome, Wed 4 September 2024",
        "Mara Okafor did “Share the notes”: Collaboration Café: Welcome, Wed 4 September 2024",
    ]


def test_coming_again_within_half_an_hour_is_the_same_visit(
    scene: Scene, team: Client, in_september: time_machine.Coordinates
) -> None:
    page(team, HOME)
    in_september.move_to(IN_SEPTEMBER + timedelta(hours=2))
    cancel_session(scene.session, by=scene.mara, at=IN_SEPTEMBER + timedelta(hours=1))
    assert "New: " in words(page(team, HOME))
    in_september.move_to(IN_SEPTEMBER + timedelta(hours=2, minutes=20))
    assert "New: " in words(page(team, HOME))
    in_september.move_to(IN_SEPTEMBER + timedelta(hours=6))
    page(team, HOME)
    assert "New: " not in words(page(team, HOME))


@pytest.mark.parametrize(
    "odd", ["", "|", "yesterday|today", "2024-09-01T00:00:00|2024-09-10T00:00:00", "2031-01-01T00:00:00Z|", "||||"]
)
def test_what_a_browser_remembers_oddly_is_as_if_it_remembered_nothing(scene: Scene, team: Client, odd: str) -> None:
    cancel_session(scene.session, by=scene.mara, at=IN_SEPTEMBER - timedelta(hours=1))
    team.cookies["visits"] = odd
    html = words(page(team, HOME))
    assert "Mara Okafor cancelled the session" in html
    assert "New: " not in html


def test_many_of_a_kind_at_once_are_told_as_one(scene: Scene) -> None:
    at = IN_SEPTEMBER - timedelta(days=1)
    for line in ("notes", "attendance", "recording"):
        tick_task(the_task(scene.session, line), by=scene.mara, at=at)
    (change,) = todo.changes(scene.programme, since=at - timedelta(hours=1), at=IN_SEPTEMBER, zone="Europe/London")
    assert (change.who, change.more, change.at) == ("Mara Okafor", 2, at)


def test_what_several_did_to_one_thing_on_a_day_is_told_once(scene: Scene) -> None:
    morning = IN_SEPTEMBER.replace(hour=9)
    for hours, person in ((0, scene.ada), (1, scene.sam), (2, scene.mara), (3, scene.ada), (25, scene.sam)):
        journal.record("cancelled", scene.session, by=person, at=morning - timedelta(days=3) + timedelta(hours=hours))
    told = todo.changes(scene.programme, since=morning - timedelta(days=4), at=IN_SEPTEMBER, zone="Europe/London")
    names = scene.ada.name, scene.mara.name, scene.sam.name
    assert [(change.who, change.also) for change in told] == [(names[2], ()), (names[0], (names[1], names[2]))]
    assert told[1].who_did == f"{names[0]} and 2 others"
    assert told[1].at == morning - timedelta(days=3) + timedelta(hours=3)


def test_what_happens_in_another_programme_is_not_told_here(scene: Scene) -> None:
    other = a_cohort("other", programme=create_programme(slug="far", name="Far", is_public=True, by=None, at=BEGUN))
    cancel_session(a_session(other), by=None, at=IN_SEPTEMBER)
    since = IN_SEPTEMBER - timedelta(days=1)
    assert todo.changes(scene.programme, since=since, at=IN_SEPTEMBER, zone="Europe/London") == []
    assert [change.did for change in todo.changes(other.programme, since=since, at=IN_SEPTEMBER, zone="Europe/London")] == [
        "cancelled the session"
    ]


# -- the rest of the page


def test_the_page_still_shows_how_each_cohort_stands_and_leads_everywhere(scene: Scene, team: Client) -> None:
    a_cohort("2022", programme=scene.programme, starts_on=date(2022, 1, 1), ends_on=date(2022, 6, 1))
    html = page(team, HOME)
    assert {
        f"{HOME}run-sheets/",
        f"{HOME}year-plan/",
        f"{HOME}rules/",
        f"{HOME}history/",
        f"{HOME}statements/",
        f"{HOME}2024/schedule/",
        f"{HOME}2024/plan/",
        f"{HOME}2024/series/",
        f"{HOME}2024/release/",
        f"{HOME}2024/run-sheet/",
        f"{HOME}2024/new-cohort/",
        f"{HOME}2022/schedule/",
        f"{HOME}2022/new-cohort/",
        "/practitioners-hub/2024/schedule/",
    } <= set(links(html))
    assert "Cohort 2024 Sun 1 September 2024 to Fri 28 February 2025 Running" in words(html)


def test_the_page_asks_as_much_of_the_database_for_fifty_cohorts_as_for_two(scene: Scene) -> None:
    def queries() -> int:
        client = as_(scene.mara)
        page(client, HOME)
        with CaptureQueriesContext(connection) as made:
            page(client, HOME)
        return len(made)

    def another(number: int) -> None:
        cohort = an_imported_cohort(a_plan_text(), cohort=a_cohort(f"more-{number}", programme=scene.programme))
        release_schedule(cohort, seen=0, by=None, at=BEGUN)
        tick_task(the_task(Session.objects.filter(cohort=cohort, kind="cafe")[0], "notes"), by=scene.mara, at=IN_SEPTEMBER)
        somebody(f"Expert {number}", RoleKind.EXPERT, cohort)
        there(a_coach(f"Coach {number}", cohort), cohort=cohort)
        books(somebody(f"Guest {number}", RoleKind.EXPERT, cohort), a_training(cohort, is_approved=True))

    another(0)
    before = queries()
    for number in range(1, 49):
        another(number)
    assert queries() == before
    assert before < 80


def test_my_own_page_shows_what_is_mine_to_do_and_nothing_of_a_team_i_left(scene: Scene, team: Client) -> None:
    hand_over_task(the_task(scene.session, "recording"), scene.mara, by=None, at=BEGUN)
    workshop = Session.objects.get(kind="workshop")
    hand_over_task(the_task(workshop, "notes"), scene.mara, by=None, at=BEGUN)
    said_ = words(page(team, "/me/"))
    assert "Yours to do Put up the recording Collaboration Café: Welcome, Wed 4 September 2024 Wed 11 Sep" in said_
    assert "1 more in the weeks after." in said_
    assert "Yours to do" not in words(page(as_(scene.ada), "/me/"))
    other = add_person("Noor Haddad", by=None, at=BEGUN)
    give_role(other, RoleKind.TEAM, scene.programme, starts_on=date(2023, 1, 1), by=None, at=BEGUN)
    end_role(scene.mara.roles.get(kind="team"), on=date(2024, 9, 1), by=None, at=BEGUN)
    assert todo.own_todos(scene.mara, at=IN_SEPTEMBER) == []
    left = [one for one in todo.todos(scene.programme, by=other, at=IN_SEPTEMBER) if "left the team" in one.owner]
    assert [(one.what, one.owner, one.owner_id) for one in left] == [
        ("Put up the recording", "Mara Okafor, who left the team", None),
        ("Share the notes", "Mara Okafor, who left the team", None),
    ]
