"""Who may do what through the API: every operation it has, for everybody, in a public programme and in a private one.

The table names every operation there is; a new one without a row fails the suite, so does a row without an operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import pytest
from django.test import Client

from hub.api import api
from hub.programmes.commands import edit_programme
from hub.schedule.commands.sessions import add_material, cancel_session
from hub.schedule.models import Material, RunSheetTask, Series, Session
from hub.schedule.queries.boxes import propose_cohort
from hub.schedule.queries.public import difference_since_release
from hub.schedule.queries.working import latest_plan
from tests.scene import IN_SEPTEMBER, YEAR_PLAN, Scene, as_

pytestmark = pytest.mark.django_db

Four = tuple[int, int, int, int]  # signed out, Sam (no role), Ada (Expert), Mara (team)
EVERYBODY: Four = (200, 200, 200, 200)
TEAM: Four = (401, 404, 403, 200)
TEAM_MAKES: Four = (401, 404, 403, 201)
TEAM_REMOVES: Four = (401, 404, 403, 204)
NOWHERE: Four = (404, 404, 404, 404)
OTHERS_TEAM: Four = (401, 404, 404, 404)  # Mara runs another programme


@dataclass(frozen=True)
class Row:
    """What an operation answers in the public programme, and in a private one of others; with a body where it takes one."""

    public: Four
    others: Four | None = NOWHERE
    body: Mapping[str, Any] | None = None

    @property
    def is_teams(self) -> bool:
        """Whether it needs a sign-in."""
        return self.public[0] == 401


COHORT = "/programmes/{programme}/cohorts/{cohort}"
TASK = "/programmes/{programme}/tasks/{pk}"
A_COHORT = {"slug": "2025", "name": "Cohort 2025", "starts_on": "2025-09-01", "ends_on": "2026-02-28"}
A_SESSION = {"title": "Fireside chat", "kind": "webinar", "date": "2024-10-10", "start": "12:00", "end": "13:00"}
A_MATERIAL = {"title": "Slides", "url": "https://example.org/other-slides"}
A_RULE = {
    "title": "Office hour",
    "kind": "one-to-one",
    "weekday": 4,
    "nths": [1],
    "start": "09:00",
    "end": "10:00",
    "first_on": "2024-09-01",
    "last_on": "2024-11-30",
}
A_TEXT = "# Plan\n\n### Month 1: September 2024\n\n- Week 1: Collaboration Café: **Wednesday 4 September 2024 (15:00–17:00)**\n"

TABLE: dict[str, Row] = {
    "GET /openapi.json": Row(EVERYBODY, others=None),
    "GET /programmes": Row(EVERYBODY, others=None),
    "GET /programmes/{programme}": Row(EVERYBODY),
    "GET /programmes/{programme}/year-plan": Row(EVERYBODY),
    "POST /programmes/{programme}/cohorts": Row(TEAM_MAKES, OTHERS_TEAM, A_COHORT),
    f"GET {COHORT}": Row(EVERYBODY),
    f"GET {COHORT}/sessions/{{slug}}": Row(EVERYBODY),
    f"GET {COHORT}/releases": Row(EVERYBODY),
    f"GET {COHORT}/releases/{{number}}": Row(EVERYBODY),
    f"GET {COHORT}/plan": Row(TEAM, OTHERS_TEAM),
    f"PUT {COHORT}/plan": Row(TEAM, OTHERS_TEAM, {"text": A_TEXT, "seen": "the newest"}),
    f"POST {COHORT}/plan/check": Row(TEAM, OTHERS_TEAM, {"text": A_TEXT}),
    f"POST {COHORT}/plan/propose": Row(TEAM, OTHERS_TEAM, {"text": A_TEXT}),
    f"POST {COHORT}/plan/import": Row(TEAM, OTHERS_TEAM, {"text": A_TEXT, "seen": "the newest"}),
    f"GET {COHORT}/difference": Row(TEAM, OTHERS_TEAM),
    f"POST {COHORT}/releases": Row(TEAM_MAKES, OTHERS_TEAM, {"seen": 1, "note": "Here it is"}),
    f"GET {COHORT}/working-sessions": Row(TEAM, OTHERS_TEAM),
    f"POST {COHORT}/working-sessions": Row(TEAM_MAKES, OTHERS_TEAM, A_SESSION),
    f"GET {COHORT}/working-sessions/{{slug}}": Row(TEAM, OTHERS_TEAM),
    f"PUT {COHORT}/working-sessions/{{slug}}": Row(TEAM, OTHERS_TEAM, A_SESSION | {"seen_at": "the newest"}),
    f"POST {COHORT}/working-sessions/{{slug}}/cancel": Row(TEAM, OTHERS_TEAM, {"note": "The room is closed"}),
    f"POST {COHORT}/working-sessions/{{slug}}/restore": Row(TEAM, OTHERS_TEAM, {}),
    f"POST {COHORT}/working-sessions/{{slug}}/materials": Row(TEAM_MAKES, OTHERS_TEAM, A_MATERIAL),
    f"PUT {COHORT}/working-sessions/{{slug}}/materials/{{pk}}": Row(TEAM, OTHERS_TEAM, A_MATERIAL),
    f"DELETE {COHORT}/working-sessions/{{slug}}/materials/{{pk}}": Row(TEAM_REMOVES, OTHERS_TEAM, {}),
    f"GET {COHORT}/run-sheet": Row(TEAM, OTHERS_TEAM),
    f"POST {TASK}/tick": Row(TEAM, OTHERS_TEAM, {}),
    f"POST {TASK}/skip": Row(TEAM, OTHERS_TEAM, {"reason": "Nobody spoke"}),
    f"POST {TASK}/reopen": Row(TEAM, OTHERS_TEAM, {}),
    f"GET {COHORT}/series": Row(TEAM, OTHERS_TEAM),
    f"POST {COHORT}/series/preview": Row(TEAM, OTHERS_TEAM, A_RULE),
    f"POST {COHORT}/series": Row(TEAM_MAKES, OTHERS_TEAM, A_RULE),
    f"PUT {COHORT}/series/{{pk}}": Row(TEAM, OTHERS_TEAM, A_RULE),
    f"DELETE {COHORT}/series/{{pk}}": Row(TEAM_REMOVES, OTHERS_TEAM, {}),
    f"POST {COHORT}/series/{{pk}}/leave-out": Row(TEAM, OTHERS_TEAM, {"on": "2024-09-06", "reason": "A fair"}),
    f"POST {COHORT}/series/{{pk}}/hold-on": Row(TEAM, OTHERS_TEAM, {"on": "2024-09-06", "moved_to": "2024-09-07"}),
    f"POST {COHORT}/box/propose": Row(TEAM, OTHERS_TEAM, {"first_month": "2025-09-01"}),
    f"POST {COHORT}/box": Row(
        TEAM_MAKES, OTHERS_TEAM, {"first_month": "2025-09-01", "slug": "2025", "name": "Cohort 2025", "answers": "all"}
    ),
    f"PUT {COHORT}/partners": Row(TEAM, OTHERS_TEAM, {"partners": [{"name": "Polar Survey"}]}),
    "PATCH /programmes/{programme}": Row(TEAM, OTHERS_TEAM, {"tagline": "In one breath"}),
    "GET /programmes/{programme}/rules": Row(TEAM, OTHERS_TEAM),
    "PUT /programmes/{programme}/rules": Row(TEAM, OTHERS_TEAM, {"toml": "months = 6"}),
    "POST /programmes/{programme}/year-plan/propose": Row(TEAM, OTHERS_TEAM, {"text": YEAR_PLAN, "year": 2024}),
    "PUT /programmes/{programme}/year-plan": Row(TEAM, OTHERS_TEAM, {"text": YEAR_PLAN, "year": 2024}),
}


def a_thing(scene: Scene, path: str) -> Material | Series | RunSheetTask:
    """The material, task or series an operation is about, made when it is not there."""
    if "/tasks/" in path:
        return RunSheetTask.objects.filter(session=scene.session).order_by("pk")[0]
    if "/materials/" in path:
        at = scene.cohort.starts_on
        found = Material.objects.filter(session=scene.session, is_from_plan=False).first()
        return found or add_material(
            scene.session, title="Worksheet", url=f"https://example.org/{at}", by=None, at=IN_SEPTEMBER
        )
    rule = {"weekday": 4, "nths": [1, 3], "start": time(9), "end": time(10), "zone": scene.cohort.zone}
    days = {"first_on": scene.cohort.starts_on, "last_on": scene.cohort.ends_on}
    made = Series.objects.get_or_create(cohort=scene.cohort, title="Office hour", kind="one-to-one", defaults=rule | days)
    return made[0]


def operations() -> list[str]:
    paths = api.get_openapi_schema(path_prefix="/")["paths"]
    return [f"{verb.upper()} /{path.lstrip('/')}" for path, verbs in paths.items() for verb in verbs]


def asked(scene: Scene, client: Client, operation: str, *, of_others: bool = False) -> int:
    verb, path = operation.split(" ", 1)
    ours = {
        "programme": scene.programme.slug,
        "cohort": scene.cohort.slug,
        "slug": scene.session.slug,
        "number": 1,
        "pk": a_thing(scene, path).pk if "{pk}" in path else 0,
    }
    theirs = {"programme": scene.private.slug, "cohort": "first", "slug": "cafe", "number": 1, "pk": 1}
    address = f"/api/v1{path.format(**(theirs if of_others else ours))}"
    body = dict(TABLE[operation].body or {})
    if body.get("seen") == "the newest":
        plan = latest_plan(scene.cohort)
        body["seen"] = plan.number if plan and not of_others else 0
    if "seen_at" in body:
        body["seen_at"] = scene.session.edited_at.isoformat()
    if "answers" in body:
        body["answers"] = propose_cohort(scene.cohort, first_month=date(2025, 9, 1)).proposed_answers
    if operation.endswith("/restore"):
        first = Session.objects.get(pk=scene.session.pk)
        if first.state != "cancelled":
            cancel_session(first, by=None, at=IN_SEPTEMBER)
    if operation == f"POST {COHORT}/releases" and not of_others and difference_since_release(scene.cohort).is_empty:
        cancel_session(scene.session, by=None, at=IN_SEPTEMBER)
    call = getattr(client, verb.lower())
    answer = call(address, body, content_type="application/json") if TABLE[operation].body is not None else call(address)
    if answer.status_code >= 400 and answer.status_code != 405:
        assert set(answer.json()) >= {"code", "message"}
    return int(answer.status_code)


def everybody(scene: Scene) -> tuple[Client, ...]:
    return tuple(as_(person) for person in (None, scene.sam, scene.ada, scene.mara))


def test_every_operation_has_its_row_and_every_row_its_operation() -> None:
    assert sorted([*operations(), "GET /openapi.json"]) == sorted(TABLE)


@pytest.mark.parametrize("operation", TABLE)
def test_an_operation_lets_in_whom_it_should(scene: Scene, operation: str) -> None:
    assert tuple(asked(scene, client, operation) for client in everybody(scene)) == TABLE[operation].public


@pytest.mark.parametrize("operation", [operation for operation, row in TABLE.items() if row.others])
def test_a_private_programme_of_others_is_not_even_said_to_exist(scene: Scene, operation: str) -> None:
    told = tuple(asked(scene, client, operation, of_others=True) for client in everybody(scene))
    assert told == TABLE[operation].others


def test_a_private_programme_is_on_nobodys_list(scene: Scene) -> None:
    edit_programme(scene.programme, is_public=False, by=None, at=IN_SEPTEMBER)
    assert [client.get("/api/v1/programmes").json() for client in everybody(scene)] == [[], [], [], []]


@pytest.mark.parametrize("operation", [each for each, row in TABLE.items() if row.body is not None])
def test_a_write_is_refused_without_the_token_against_forged_requests(scene: Scene, operation: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = as_(scene.mara).cookies
    assert asked(scene, client, operation) in (401, 403)
    if not operation.endswith(("/restore", "/releases")):  # there something is cancelled first
        assert latest_plan(scene.cohort).number == 1  # type: ignore[union-attr]


@pytest.mark.parametrize("operation", [each for each, row in TABLE.items() if row.body])
def test_what_cannot_be_read_is_said_in_words_to_who_is_signed_in(scene: Scene, operation: str) -> None:
    verb, path = operation.split(" ", 1)
    pk = a_thing(scene, path).pk if "{pk}" in path else 0
    of = {"programme": scene.programme.slug, "cohort": scene.cohort.slug, "slug": scene.session.slug, "pk": pk}
    address = f"/api/v1{path.format(**of)}"
    for body in ("{", '{"nothing": "we know"}', "[]"):
        answers = [getattr(client, verb.lower())(address, body, content_type="application/json") for client in everybody(scene)]
        assert answers[0].status_code == 401
        assert answers[3].status_code in (400, 422)
        assert answers[3].json()["message"]
