"""What a program does for the team: the same steps as at the desk, the same words for a no."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.schedule.models import Release, Session
from hub.schedule.queries.working import latest_plan, plan_text
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db
COHORT = "/api/v1/programmes/practitioners-hub/cohorts/2024"
CAFE = f"{COHORT}/working-sessions/cafe-september"


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


def send(client: Client, verb: str, path: str, **body: Any) -> Any:
    return getattr(client, verb)(path, body, content_type="application/json")


def facts(client: Client, path: str = CAFE) -> dict[str, Any]:
    """What a session is, ready to be sent back changed."""
    read = client.get(path).json()
    names = ("title", "topic", "kind", "date", "start", "end", "zone", "place", "led_by", "summary", "status_note")
    return {name: read[name] for name in names} | {"mode": read["mode"] or None, "seen_at": read["edited_at"]}


def test_a_session_is_moved_and_the_plan_says_so_in_its_own_line(mara: Client, scene: Scene) -> None:
    before = plan_text(scene.cohort).splitlines()

    answer = send(mara, "put", CAFE, **(facts(mara) | {"date": "2024-09-05", "start": "14:30"}))

    assert answer.status_code == 200
    assert answer.json()["when"] == "Thu 5 September 2024, 14:30–17:00 (London)"
    after = plan_text(scene.cohort).splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 1
    assert "Thursday 5 September 2024 (14:30–17:00)" in changed[0][1]


def test_who_changes_what_somebody_changed_meanwhile_is_told(mara: Client, clock: time_machine.Coordinates) -> None:
    mine = facts(mara)
    clock.shift(timedelta(minutes=1))
    assert send(mara, "put", CAFE, **(facts(mara) | {"place": "Room 2"})).status_code == 200

    answer = send(mara, "put", CAFE, **(mine | {"place": "Room 3"}))

    assert (answer.status_code, answer.json()["code"]) == (409, "session-changed-meanwhile")
    assert mara.get(CAFE).json()["place"] == "Room 2"


def test_what_a_session_can_not_be_is_said_at_its_field(mara: Client) -> None:
    answer = send(mara, "put", CAFE, **(facts(mara) | {"end": "14:00"}))
    assert answer.status_code == 422
    assert answer.json() == {
        "code": "bad-session",
        "message": "It starts at 15:00, so it can’t end at 14:00. Write a later time.",
        "field": "end",
    }


@pytest.mark.parametrize("time", ["15:00:00", "3pm", "25:00", "15:00Z", 54000, None])
def test_a_time_is_hours_and_minutes_and_nothing_else(mara: Client, time: object) -> None:
    answer = send(mara, "put", CAFE, **(facts(mara) | {"start": time, "end": "17:00"}))
    assert answer.status_code == 422


def test_a_session_added_is_in_the_plan_and_not_yet_public(mara: Client, scene: Scene) -> None:
    chat = {"title": "Fireside chat", "kind": "webinar", "date": "2024-10-10", "start": "12:00", "end": "13:00"}
    made = send(mara, "post", f"{COHORT}/working-sessions", **chat)

    assert (made.status_code, made.json()["slug"], made.json()["zone"]) == (201, "webinar-2024-10-10", "Europe/London")
    assert "Fireside chat" in plan_text(scene.cohort)
    assert mara.get(f"{COHORT}/sessions/webinar-2024-10-10").status_code == 404


def test_a_session_is_cancelled_and_put_back_on(mara: Client) -> None:
    cancelled = send(mara, "post", f"{CAFE}/cancel", note="The room is closed")
    assert (cancelled.json()["state"], cancelled.json()["status_note"]) == ("cancelled", "The room is closed")
    assert send(mara, "post", f"{CAFE}/restore").json()["state"] == "scheduled"


def test_materials_come_change_and_go(mara: Client) -> None:
    made = send(mara, "post", f"{CAFE}/materials", title="Worksheet", url="https://example.org/sheet").json()
    changed = send(mara, "put", f"{CAFE}/materials/{made['id']}", title="The worksheet", url=made["url"], is_public=False)
    assert changed.json() == made | {"title": "The worksheet", "is_public": False, "access": "team"}
    assert mara.delete(f"{CAFE}/materials/{made['id']}").status_code == 204
    assert mara.delete(f"{CAFE}/materials/{made['id']}").status_code == 404


def test_a_material_that_is_no_address_is_refused(mara: Client) -> None:
    answer = send(mara, "post", f"{CAFE}/materials", title="Worksheet", url="javascript:alert(1)")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad-material")


def test_an_import_says_first_what_it_would_do_and_then_does_that(mara: Client, scene: Scene) -> None:
    text = plan_text(scene.cohort).replace("Wednesday 18 September 2024", "Thursday 19 September 2024")
    told = send(mara, "post", f"{COHORT}/plan/propose", text=text).json()
    assert [(line["verb"], line["sentence"]) for line in told["lines"]] == [
        (
            "moved",
            "Moved from Wed 18 September 2024, 15:00–17:00 (London) to Thu 19 September 2024, 15:00–17:00 (London)",
        )
    ]
    assert (told["conflicts"], told["kept"]) == ([], [])

    done = send(mara, "post", f"{COHORT}/plan/import", text=text, seen=1, note="The room was taken")

    assert (done.status_code, done.json()["number"], done.json()["is_applied"]) == (200, 2, True)
    assert mara.get(f"{COHORT}/working-sessions/cafe-september-2").json()["date"] == "2024-09-19"


def test_an_import_over_a_plan_somebody_saved_meanwhile_changes_nothing(mara: Client, scene: Scene) -> None:
    send(mara, "put", f"{COHORT}/plan", text=plan_text(scene.cohort) + "\n<!-- mine -->\n", seen=1)
    yours = plan_text(scene.cohort).replace("Welcome", "Hello")
    answer = send(mara, "post", f"{COHORT}/plan/import", text=yours, seen=1)
    assert (answer.status_code, answer.json()["code"]) == (409, "plan-changed-meanwhile")
    assert plan_text(scene.cohort).endswith("<!-- mine -->\n")


def test_a_series_shows_its_dates_first_and_leaves_one_out_with_a_reason(mara: Client) -> None:
    rule = {
        "title": "Office hour",
        "kind": "one-to-one",
        "weekday": 2,
        "nths": [1],
        "start": "09:00",
        "end": "10:00",
        "first_on": "2024-11-01",
        "last_on": "2025-01-31",
    }
    dates = send(mara, "post", f"{COHORT}/series/preview", **rule).json()
    assert [(each["held_on"], each["holiday"]) for each in dates] == [
        ("2024-11-06", None),
        ("2024-12-04", None),
        ("2025-01-01", "New Year's Day"),
    ]
    assert mara.get(f"{COHORT}/series").json() == []

    made = send(mara, "post", f"{COHORT}/series", **rule).json()
    left = send(mara, "post", f"{COHORT}/series/{made['id']}/leave-out", on="2025-01-01", reason="New Year").json()
    moved = send(mara, "post", f"{COHORT}/series/{made['id']}/hold-on", on="2024-12-04", moved_to="2024-12-05").json()

    assert [each["held_on"] for each in left["dates"]] == ["2024-11-06", "2024-12-04", None]
    assert [each["held_on"] for each in moved["dates"]] == ["2024-11-06", "2024-12-05", None]
    assert send(mara, "post", f"{COHORT}/series/{made['id']}/leave-out", on="2025-01-02").status_code == 422
    assert mara.delete(f"{COHORT}/series/{made['id']}").status_code == 204
    assert mara.get(f"{COHORT}/series").json() == []


def test_a_release_tells_first_what_it_would_say_and_goes_out_once(mara: Client, scene: Scene) -> None:
    send(mara, "post", f"{CAFE}/cancel", note="The room is closed")
    told = mara.get(f"{COHORT}/difference").json()
    assert (told["release"], [change["change"] for change in told["changes"]]) == (1, ["cancelled"])

    out = send(mara, "post", f"{COHORT}/releases", seen=1, note="One café less")
    late = send(mara, "post", f"{COHORT}/releases", seen=1, note="One café less")

    assert (out.status_code, out.json()["number"], out.json()["changes"]) == (201, 2, told["changes"])
    assert (late.status_code, Release.objects.filter(cohort=scene.cohort).count()) == (409, 2)
    assert mara.get(f"{COHORT}/sessions/cafe-september").json()["state"] == "cancelled"


def test_a_cohort_is_made_from_an_earlier_one_once_everything_is_decided(mara: Client) -> None:
    box = send(mara, "post", f"{COHORT}/box/propose", first_month="2025-09-01").json()
    needed = [each["key"] for each in box["decisions"] if each["is_open"]]
    new = {"first_month": "2025-09-01", "slug": "2025", "name": "Cohort 2025"}
    refused = send(mara, "post", f"{COHORT}/box", **new)
    assert refused.status_code == (422 if needed else 201)
    if needed:
        answers = {each["key"]: each["proposed"] for each in box["decisions"]}
        assert send(mara, "post", f"{COHORT}/box", **new, answers=answers).status_code == 201
    assert Session.objects.filter(cohort__slug="2025").count() > 0


def test_a_programme_changes_what_is_said_and_leaves_the_rest(mara: Client) -> None:
    before = mara.get("/api/v1/programmes/practitioners-hub").json()
    answer = send(mara, "patch", "/api/v1/programmes/practitioners-hub", tagline="In one breath")
    assert answer.json() == {name: before[name] for name in answer.json()} | {"tagline": "In one breath"}


def test_rules_that_can_not_be_read_name_their_key(mara: Client) -> None:
    answer = send(mara, "put", "/api/v1/programmes/practitioners-hub/rules", toml="months = 'six'")
    assert (answer.status_code, answer.json()["field"]) == (422, "months")


@pytest.mark.parametrize("path", ["working-sessions", "difference", "plan", "series"])
def test_what_is_read_takes_as_many_queries_for_thirty_sessions_as_for_three(mara: Client, scene: Scene, path: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert mara.get(f"{COHORT}/{path}").status_code == 200
        return len(asked)

    before = queries()
    for number in range(27):
        day = scene.cohort.starts_on + timedelta(days=number)
        chat = {"title": f"Chat {number}", "kind": "webinar", "date": day.isoformat(), "start": "12:00", "end": "13:00"}
        assert send(mara, "post", f"{COHORT}/working-sessions", **chat).status_code == 201
    assert queries() == before
    assert latest_plan(scene.cohort) is not None
