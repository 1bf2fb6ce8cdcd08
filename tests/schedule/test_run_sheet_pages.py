"""Run-sheets at the desk: ticked, handed over, added to and laid aside, with script and without."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.plan.model import Kind
from hub.core.runsheet import own_countdown
from hub.people.commands import give_role
from hub.people.models import RoleKind
from hub.programmes.models import Cohort
from hub.schedule.commands import runsheets
from hub.schedule.commands.runsheets import add_task, hand_over_task, lay_aside, tick_task
from hub.schedule.commands.sessions import cancel_session
from hub.schedule.models import RunSheetTask, Session
from hub.schedule.queries.runsheets import countdowns_of, mark_of, sheet_of
from tests.factories import BEGUN, a_cohort
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_
from tests.schedule.drafts import add_sessions, many
from tests.schedule.test_desk import Fields
from tests.site.reading import each, links, page, words

pytestmark = pytest.mark.django_db
TEAM = "/team/practitioners-hub/"
CAFE = f"{TEAM}2024/sessions/cafe-september/"
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


@pytest.fixture
def team(scene: Scene) -> Client:
    return as_(scene.mara)


def the_task(session: Session, line: str = "notes") -> RunSheetTask:
    return RunSheetTask.objects.select_related("session__cohort__programme").get(session=session, line=line)


def checklist(html: str) -> list[str]:
    found = html[html.index('id="run-sheet"') :]
    return each(found[: found.index("</section>")], "li")


def test_a_sessions_page_has_its_run_sheet_as_a_checklist(scene: Scene, team: Client) -> None:
    tick_task(the_task(scene.session, "confirm-host"), by=scene.mara, at=BEGUN)
    assert checklist(page(team, CAFE)) == [
        "Confirm who hosts it Done by Mara Okafor, Mon 3 June 2024, 10:00 (London)",
        "Remind the speakers Topic, length, and how they will share their slides Late Wed 28 Aug a week before The team"
        " Hand over or change: Remind the speakers",
        "Send the joining link and the agenda Late Mon 2 Sep 2 days before The team"
        " Hand over or change: Send the joining link and the agenda",
        "Write down who was there Late Thu 5 Sep the day after The team Hand over or change: Write down who was there",
        "Share the notes Late Sat 7 Sep 3 days after The team Hand over or change: Share the notes",
        "Put up the recording Only with the consent of who is in it Wed 11 Sep a week after The team"
        " Hand over or change: Put up the recording",
    ]


def test_a_task_is_ticked_in_place_with_script_and_by_a_page_without(scene: Scene, team: Client) -> None:
    task = the_task(scene.session)
    part = team.post(f"{TEAM}tasks/{task.pk}/tick/", {"do": "tick"}, headers=HTMX).content.decode()
    assert part.startswith('<li class="task" data-state="done">')
    assert words(part) == "Share the notes Done by Mara Okafor, Tue 10 September 2024, 12:00 (London)"
    plainly = team.post(f"{TEAM}tasks/{task.pk}/tick/", {"do": "reopen", "next": CAFE})
    assert (plainly.status_code, plainly["Location"], the_task(scene.session).state) == (302, CAFE, "open")


def test_a_tick_that_is_refused_says_why_at_its_place(scene: Scene, team: Client) -> None:
    task = the_task(scene.session)
    tick_task(task, by=scene.mara, at=BEGUN)
    cancel_session(scene.session, by=None, at=BEGUN)
    answer = team.post(f"{TEAM}tasks/{task.pk}/tick/", {"do": "reopen"}, headers=HTMX)
    assert answer.status_code == 422
    assert 'role="alert">The session is cancelled' in answer.content.decode()
    plainly = team.post(f"{TEAM}tasks/{task.pk}/tick/", {"do": "reopen", "next": CAFE}, follow=True)
    assert "The session is cancelled or of another kind now" in plainly.content.decode()


def test_a_task_of_its_own_is_added_before_after_or_on_a_day(scene: Scene, team: Client) -> None:
    sheet = f"{CAFE}run-sheet/"
    given = {"what": "Bring the banner", "count": "1", "side": "before", "note": "The long one", "owner": str(scene.mara.pk)}
    part = team.post(sheet, given, headers=HTMX)
    assert "Bring the banner The long one Late Tue 3 Sep the day before Mara Okafor" in words(part.content.decode())
    plainly = team.post(sheet, {"what": "Send a card", "side": "after", "due_on": "2024-09-20"})
    assert (plainly.status_code, plainly["Location"]) == (302, f"{CAFE}#run-sheet")
    added = RunSheetTask.objects.filter(line="").order_by("pk").values_list("what", "days", "due_on", "is_fixed", "owner")
    assert list(added) == [
        ("Bring the banner", -1, date(2024, 9, 3), False, scene.mara.pk),
        ("Send a card", None, date(2024, 9, 20), True, None),
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"what": "", "count": "1"}, "Say what is to be done"),
        ({"what": "Bring it"}, "Say when it is due"),
        ({"what": "Bring it", "count": "-1"}, "Write the number without a minus"),
        ({"what": "Bring it", "count": "1", "owner": "999999"}, "is not one of the choices"),
        ({"what": "Bring it", "due_on": "31 June"}, "The calendar has no such day"),
    ],
)
def test_a_task_that_cannot_be_is_said_at_its_place_and_what_was_typed_is_kept(
    scene: Scene, team: Client, given: dict[str, str], said: str
) -> None:
    answer = team.post(f"{CAFE}run-sheet/", {"side": "before", "note": "Kept words", **given}, headers=HTMX)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in words(html)
    assert Fields(html).values["note"] == "Kept words"
    assert not RunSheetTask.objects.filter(line="").exists()


def test_a_task_is_handed_over_dated_let_go_and_laid_aside_on_its_page(scene: Scene, team: Client) -> None:
    task = the_task(scene.session, "recording")
    address = f"{TEAM}tasks/{task.pk}/"
    assert each(page(team, address), "h1") == ["Put up the recording"]
    steps: list[tuple[dict[str, str], dict[str, object]]] = [
        ({"do": "hand-over", "owner": str(scene.mara.pk), "note": "You edit best"}, {"owner_id": scene.mara.pk}),
        ({"do": "due", "due_on": "2024-09-30"}, {"due_on": date(2024, 9, 30), "is_fixed": True}),
        ({"do": "follow"}, {"due_on": date(2024, 9, 11), "is_fixed": False}),
        ({"do": "hand-over", "owner": "", "note": ""}, {"owner_id": None, "hand_over_note": ""}),
        ({"do": "skip", "reason": "It was not recorded"}, {"state": "skipped", "reason": "It was not recorded"}),
    ]
    for given, wanted in steps:
        answer = team.post(address, given)
        assert (answer.status_code, answer.headers.get("Location")) == (302, f"{CAFE}#run-sheet")
        row = the_task(scene.session, "recording")
        assert {name: getattr(row, name) for name in wanted} == wanted
    assert "Hand it over" not in words(page(team, address))


def test_what_a_task_cannot_be_is_said_on_its_page(scene: Scene, team: Client) -> None:
    address = f"{TEAM}tasks/{the_task(scene.session).pk}/"
    for given, said in (
        ({"do": "skip", "reason": ""}, "Say in a word why it is not needed"),
        ({"do": "due", "due_on": ""}, "Write the day"),
        ({"do": "due", "due_on": "1066-10-14"}, "The year 1066 is hardly meant"),
        ({"do": "remove"}, "skip it here, or take its line out of the run-sheet"),
        ({"do": "hand-over", "owner": str(scene.ada.pk)}, "is not one of the choices"),
    ):
        answer = team.post(address, given)
        assert (answer.status_code, said in words(answer.content.decode())) == (422, True)


def test_only_a_task_made_by_hand_is_taken_away(scene: Scene, team: Client) -> None:
    task = add_task(scene.session, "Bring the banner", days=-1, by=None, at=BEGUN)
    team.post(f"{TEAM}tasks/{task.pk}/", {"do": "remove"})
    assert not RunSheetTask.objects.filter(pk=task.pk).exists()
    assert team.get(f"{TEAM}tasks/{task.pk}/").status_code == 404


def test_the_cohorts_run_sheet_shows_what_is_late_first_then_its_weeks(scene: Scene, team: Client) -> None:
    html = page(team, f"{TEAM}2024/run-sheet/")
    main = html[html.index("<main") : html.index("</main>")]
    assert each(main, "h2") == [
        "Late 10",
        "Mon 2 Sep to Sun 8 Sep 2024",
        "Mon 16 Sep to Sun 22 Sep 2024",
        "Mon 23 Sep to Sun 29 Sep 2024",
        "Mon 30 Sep to Sun 6 Oct 2024",
        "Without a day",
    ]


def test_the_cohorts_run_sheet_is_filtered_by_whose(scene: Scene, team: Client) -> None:
    hand_over_task(the_task(scene.session, "recording"), scene.mara, by=None, at=BEGUN)
    mine = page(team, f"{TEAM}2024/run-sheet/?whose=mine")
    assert [line.split(" Only ")[0] for line in each(mine[mine.index("sheet-week") :], "li")] == ["Put up the recording"]
    by_person = page(team, f"{TEAM}2024/run-sheet/?whose={scene.mara.pk}")
    assert "Put up the recording" in words(by_person)
    assert "Show everybody’s" in words(page(team, f"{TEAM}2024/run-sheet/?whose=writer"))


def test_weeks_that_are_over_and_settled_are_folded_away(scene: Scene, team: Client) -> None:
    lay_aside(scene.cohort, reason="Done elsewhere", by=None, at=IN_SEPTEMBER)
    tick_task(the_task(scene.session, "recording"), by=None, at=IN_SEPTEMBER)
    html = words(page(team, f"{TEAM}2024/run-sheet/"))
    assert "1 week before, all settled Mon 2 Sep to Sun 8 Sep 2024" in html


def test_what_is_left_of_sessions_that_are_over_is_laid_aside_with_a_reason(scene: Scene, team: Client) -> None:
    address = f"{TEAM}2024/run-sheet/"
    assert team.post(address, {"reason": ""}).status_code == 422
    answer = team.post(address, {"reason": "Before we kept run-sheets"}, follow=True)
    assert "5 tasks laid aside." in words(answer.content.decode())
    assert RunSheetTask.objects.filter(state="skipped", reason="Before we kept run-sheets").count() == 5


def test_a_cohort_without_sessions_says_what_will_stand_here(scene: Scene, team: Client) -> None:
    a_cohort("2025", programme=scene.programme)
    assert "No tasks yet" in words(page(team, f"{TEAM}2025/run-sheet/"))


def rows(html: str) -> dict[str, str]:
    return {name: value for name, value in Fields(html).values.items() if name not in ("csrfmiddlewaretoken", "do")}


def test_a_countdown_is_changed_on_its_page_and_the_sessions_to_come_follow(scene: Scene, team: Client) -> None:
    address = f"{TEAM}run-sheets/cafe/"
    given = rows(page(team, address))
    lines = own_countdown(Kind.CAFE)
    place = next(number for number, line in enumerate(lines) if line.key == "notes")
    given |= {
        f"line-{place}-what": "Share the notes and thanks",
        f"line-{place}-count": "5",
        f"line-{place}-owner": f"team:{scene.mara.pk}",
        "line-0-remove": "on",
        f"line-{len(lines)}-what": "Choose the music",
        f"line-{len(lines)}-count": "1",
        f"line-{len(lines)}-side": "before",
    }
    answer = team.post(address, given)
    assert (answer.status_code, answer["Location"]) == (302, f"{TEAM}run-sheets/")
    now = countdowns_of(scene.programme)[Kind.CAFE]
    assert [line.what for line in now if line not in lines] == ["Choose the music", "Share the notes and thanks"]
    assert lines[0].key not in {line.key for line in now}
    cafe = Session.objects.get(date=date(2024, 9, 18))
    moved = the_task(cafe)
    assert (moved.what, moved.due_on, moved.owner) == ("Share the notes and thanks", date(2024, 9, 23), scene.mara)
    html = words(page(team, f"{TEAM}run-sheets/"))
    assert "5 days after Share the notes and thanks Mara Okafor" in html

    back = team.post(address, {"do": "own", "seen": mark_of(sheet_of(scene.programme, Kind.CAFE))})
    assert back.status_code == 302
    assert countdowns_of(scene.programme)[Kind.CAFE] == lines


def test_a_line_without_words_or_days_is_said_at_its_row_and_nothing_is_saved(scene: Scene, team: Client) -> None:
    address = f"{TEAM}run-sheets/cafe/"
    given = rows(page(team, address)) | {"line-0-what": "", "line-1-count": ""}
    answer = team.post(address, given)
    said = words(answer.content.decode())
    assert answer.status_code == 422
    assert "Say what is to be done, or tick “Take out”." in said
    assert "Say how many days; 0 is the day itself." in said
    assert sheet_of(scene.programme, Kind.CAFE) is None


def test_who_writes_a_countdown_second_sees_the_first_and_loses_nothing(scene: Scene, team: Client) -> None:
    address = f"{TEAM}run-sheets/cafe/"
    given = rows(page(team, address)) | {"line-0-what": "Book the large room"}
    runsheets.save_run_sheet(scene.programme, Kind.CAFE, own_countdown(Kind.CAFE)[:1], by=None, at=IN_SEPTEMBER)
    answer = team.post(address, given)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "It stands now as: Book the room (6 weeks before)." in words(html)
    assert Fields(html).values["line-0-what"] == "Book the large room"
    assert team.post(address, rows(html)).status_code == 302
    assert countdowns_of(scene.programme)[Kind.CAFE][0].what == "Book the large room"


def test_a_kind_nobody_knows_has_no_page(scene: Scene, team: Client) -> None:
    assert team.get(f"{TEAM}run-sheets/party/").status_code == 404
    assert team.get(f"{TEAM}tasks/{2**70}/").status_code == 404


def test_a_task_of_another_programme_is_not_found_here(scene: Scene, team: Client) -> None:
    theirs = Session.objects.create(
        cohort=Cohort.objects.get(slug="first"), slug="x", title="X", kind="cafe", zone="Europe/London", edited_at=BEGUN
    )
    task = add_task(theirs, "Secret", days=0, by=None, at=BEGUN)
    assert team.get(f"{TEAM}tasks/{task.pk}/").status_code == 404
    assert team.post(f"{TEAM}tasks/{task.pk}/tick/", {"do": "tick"}).status_code == 404
    assert team.get(f"/team/masterclass/tasks/{task.pk}/").status_code == 404


def test_run_sheets_ask_as_much_of_the_database_for_many_sessions_as_for_few(scene: Scene) -> None:
    give_role(scene.mara, RoleKind.TEAM, scene.programme, starts_on=date(2023, 1, 1), by=None, at=BEGUN)

    def queries(cohort: Cohort) -> int:
        client = as_(scene.mara)
        with CaptureQueriesContext(connection) as made:
            page(client, f"{TEAM}{cohort.slug}/run-sheet/")
        return len(made)

    counts = []
    for slug, number in (("few", 2), ("many", 30)):
        cohort = a_cohort(slug, programme=scene.programme)
        add_sessions(cohort, many(number))
        runsheets.follow(scene.programme, [cohort], at=BEGUN - timedelta(days=400))
        counts.append((slug, cohort))
    few, lots = (queries(cohort) for _, cohort in counts)
    assert few == lots


def test_the_sheet_of_a_session_leads_back_and_to_the_whole(scene: Scene, team: Client) -> None:
    assert {CAFE, f"{TEAM}2024/schedule/"} <= set(links(page(team, f"{CAFE}run-sheet/")))
    assert {f"{CAFE}run-sheet/", f"{TEAM}2024/run-sheet/"} <= set(links(page(team, CAFE)))
