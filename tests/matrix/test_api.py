"""Who may do what through the API: every operation it has, for everybody, in a public programme and in a private one.

The table names every operation there is; a new one without a row fails the suite, so does a row without an operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from hub.api import api
from hub.people.commands import digest_of, give_role, make_token, revoke_token
from hub.people.models import Person, RoleKind, Token, TokenScope
from hub.programmes.commands import create_programme, edit_programme
from hub.programmes.models import Programme
from hub.schedule.commands.sessions import add_material, cancel_session
from hub.schedule.models import Material, RunSheetTask, Series
from hub.schedule.queries.boxes import propose_cohort
from hub.schedule.queries.public import difference_since_release
from hub.schedule.queries.working import latest_plan
from tests.factories import BEGUN
from tests.matrix.people import AS, Company
from tests.scene import IN_SEPTEMBER, YEAR_PLAN, Scene, as_

pytestmark = pytest.mark.django_db

# signed out, Sam (no role), Rosa (a reviewer: somebody with a part, but no right of its own), Ada (Expert), Mara (team)
Five = tuple[int, int, int, int, int]
FIVE = ("signed out", "sam", "rosa", "ada", "mara")
EVERYONE = ("signed out", *AS, "sam", "ada", "mara")
EVERYBODY: Five = (200, 200, 200, 200, 200)
TEAM: Five = (401, 404, 403, 403, 200)
TEAM_MAKES: Five = (401, 404, 403, 403, 201)
TEAM_REMOVES: Five = (401, 404, 403, 403, 204)
NOWHERE: Five = (404, 404, 404, 404, 404)
OTHERS_TEAM: Five = (401, 404, 404, 404, 404)  # Mara runs another programme

DEAR = "GET /openapi.json"  # written anew for whoever asks, and asks nobody who they are

AS_MARA = 0  # a token that may what Mara may
# What the operations of the team answer to a token: those that read, those that write. The public's ask for none.
WITH_TOKEN: dict[str, tuple[int, int]] = {
    "none there is": (401, 401),
    "mara's to write": (AS_MARA, AS_MARA),
    "mara's to write, for this programme": (AS_MARA, AS_MARA),
    "mara's to read": (AS_MARA, 403),
    "mara's to read, for this programme": (AS_MARA, 403),
    "mara's, for another programme she runs": (403, 403),
    "mara's, expired": (401, 401),
    "mara's, revoked": (401, 401),
    "ada's, an Expert": (403, 403),
    "rosa's, a reviewer": (403, 403),
    "otto's, whose role has ended": (404, 404),
    "nora's, whose role begins tomorrow": (404, 404),
    "olga's, of the other team": (404, 404),
    "ivo's, whose account is switched off": (401, 401),
}
ALWAYS_401 = {who for who, told in WITH_TOKEN.items() if told == (401, 401)}


@dataclass(frozen=True)
class Row:
    """What an operation answers in the public programme, and in a private one of others; with a body where it takes one."""

    public: Five
    others: Five | None = NOWHERE
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


@dataclass(frozen=True)
class Call:
    """An operation as it is sent."""

    verb: str
    address: str
    body: Mapping[str, Any] | None


def a_call(scene: Scene, operation: str) -> Call:
    """Make what an operation is about ready, and say how it is sent."""
    verb, path = operation.split(" ", 1)
    of = {
        "programme": scene.programme.slug,
        "cohort": scene.cohort.slug,
        "slug": scene.session.slug,
        "number": 1,
        "pk": a_thing(scene, path).pk if "{pk}" in path else 0,
    }
    address = f"/api/v1{path.format(**of)}"
    if TABLE[operation].body is None:
        return Call(verb, address, None)
    body = dict(TABLE[operation].body or {})
    if body.get("seen") == "the newest":
        plan = latest_plan(scene.cohort)
        body["seen"] = plan.number if plan else 0
    if "seen_at" in body:
        body["seen_at"] = scene.session.edited_at.isoformat()
    if "answers" in body:
        body["answers"] = propose_cohort(scene.cohort, first_month=date(2025, 9, 1)).proposed_answers
    if operation.endswith("/restore") and scene.session.state != "cancelled":
        cancel_session(scene.session, by=None, at=IN_SEPTEMBER)
    if operation == f"POST {COHORT}/releases" and difference_since_release(scene.cohort).is_empty:
        cancel_session(scene.session, by=None, at=IN_SEPTEMBER)
    return Call(verb, address, body)


def asked(client: Client, call: Call) -> int:
    """Do an operation and undo it; gives what it answered."""
    send = getattr(client, call.verb.lower())
    with transaction.atomic():
        answer = send(call.address) if call.body is None else send(call.address, call.body, content_type="application/json")
        transaction.set_rollback(True)
    if answer.status_code >= 400 and answer.status_code != 405:
        assert set(answer.json()) >= {"code", "message"}
    return int(answer.status_code)


def a_key(person: Person, scope: TokenScope, programme: Programme | None, *, at: datetime = BEGUN) -> str:
    return make_token(person, name="A program", scope=scope, programme=programme, days=366, by=person, at=at)[1]


@pytest.fixture(scope="module")
def keys(standing_company: Company, django_db_blocker: DjangoDbBlocker) -> dict[str, str]:
    """The key of each token of `WITH_TOKEN`."""
    people, here = standing_company.people, standing_company.scene.programme
    mara, read, write = people["mara"], TokenScope.READ, TokenScope.WRITE
    with django_db_blocker.unblock(), time_machine.travel(IN_SEPTEMBER, tick=False):
        there = create_programme(slug="elsewhere", name="Elsewhere", is_public=True, by=None, at=BEGUN)
        give_role(mara, RoleKind.TEAM, there, starts_on=date(2023, 1, 1), by=None, at=BEGUN)
        found = {
            "none there is": "hub_nobody-has-this-key",
            "mara's to write": a_key(mara, write, None),
            "mara's to write, for this programme": a_key(mara, write, here),
            "mara's to read": a_key(mara, read, None),
            "mara's to read, for this programme": a_key(mara, read, here),
            "mara's, for another programme she runs": a_key(mara, write, there),
            "mara's, expired": a_key(mara, write, None, at=IN_SEPTEMBER - timedelta(days=366)),
            "mara's, revoked": a_key(mara, write, None),
            "ada's, an Expert": a_key(people["ada"], write, here),
            "rosa's, a reviewer": a_key(people["rosa"], write, here),
            "otto's, whose role has ended": a_key(people["otto"], write, here),  # made while he had it
            "nora's, whose role begins tomorrow": a_key(people["nora"], write, None),
            "olga's, of the other team": a_key(people["olga"], write, None),
            "ivo's, whose account is switched off": a_key(people["ivo"], write, None),
        }
        digest = digest_of(found["mara's, revoked"])
        revoke_token(Token.objects.get(digest=digest), by=mara, at=IN_SEPTEMBER)
    return found


def with_keys(company: Company, keys: dict[str, str], call: Call) -> dict[str, int]:
    browser = company.browser("signed out")
    told = {}
    for who, key in keys.items():
        browser.defaults["HTTP_AUTHORIZATION"] = f"Bearer {key}"
        told[who] = asked(browser, call)
    return told


def by_session(company: Company, call: Call, whom: tuple[str, ...] = EVERYONE) -> dict[str, int]:
    return {who: asked(company.browser(who), call) for who in whom}


def answered(five: Five, who: str) -> int:
    return five[FIVE.index(AS.get(who, who))]


def test_every_operation_has_its_row_and_every_row_its_operation() -> None:
    assert sorted([*operations(), "GET /openapi.json"]) == sorted(TABLE)


def test_every_token_has_its_key(keys: dict[str, str]) -> None:
    assert sorted(keys) == sorted(WITH_TOKEN)


@pytest.mark.parametrize("operation", TABLE)
def test_an_operation_lets_in_whom_it_should(company: Company, operation: str) -> None:
    whom = FIVE if operation == DEAR else EVERYONE
    told = by_session(company, a_call(company.scene, operation), whom)
    assert told == {who: answered(TABLE[operation].public, who) for who in whom}


@pytest.mark.parametrize("operation", [operation for operation in TABLE if operation != DEAR])
def test_a_token_may_what_its_person_may_within_its_scope_its_programme_and_its_days(
    company: Company, keys: dict[str, str], operation: str
) -> None:
    row, writes = TABLE[operation], not operation.startswith("GET ")
    wanted = {who: told[writes] or row.public[-1] for who, told in WITH_TOKEN.items()}
    if not row.is_teams:
        wanted = dict.fromkeys(WITH_TOKEN, 200)
    assert with_keys(company, keys, a_call(company.scene, operation)) == wanted


@pytest.mark.parametrize("operation", [operation for operation, row in TABLE.items() if row.others])
def test_a_private_programme_of_others_is_for_its_own_and_not_even_said_to_exist(
    company: Company, keys: dict[str, str], operation: str
) -> None:
    row, writes = TABLE[operation], not operation.startswith("GET ")
    assert row.others
    wanted = {who: answered(row.others, who) for who in EVERYONE}
    if row.is_teams:  # what is public is the same to everybody: its own people read it on its pages
        wanted |= {"olga": row.public[-1], "yara": row.public[FIVE.index("ada")]}
    call = a_call(company.of_others, operation)
    assert by_session(company, call) == wanted
    by_key = dict.fromkeys(WITH_TOKEN, 404)
    if row.is_teams:
        by_key |= dict.fromkeys(ALWAYS_401, 401) | {"olga's, of the other team": row.public[-1]}
        by_key |= {who: 403 for who, told in WITH_TOKEN.items() if writes and told == (AS_MARA, 403)}  # whatever it names
    assert with_keys(company, keys, call) == by_key


def test_a_private_programme_is_on_nobodys_list(company: Company) -> None:
    edit_programme(company.scene.programme, is_public=False, by=None, at=IN_SEPTEMBER)
    lists = [company.browser(who).get("/api/v1/programmes").json() for who in EVERYONE]
    assert {programme["slug"] for each in lists for programme in each} <= {"elsewhere"}


@pytest.mark.parametrize("operation", [each for each, row in TABLE.items() if row.body is not None])
def test_a_write_is_refused_without_the_token_against_forged_requests(scene: Scene, operation: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = as_(scene.mara).cookies
    assert asked(client, a_call(scene, operation)) in (401, 403)
    if not operation.endswith(("/restore", "/releases")):  # there something is cancelled first
        assert latest_plan(scene.cohort).number == 1  # type: ignore[union-attr]


@pytest.mark.parametrize("operation", [each for each, row in TABLE.items() if row.body])
def test_what_cannot_be_read_is_said_in_words_to_who_is_signed_in(scene: Scene, operation: str) -> None:
    verb, path = operation.split(" ", 1)
    pk = a_thing(scene, path).pk if "{pk}" in path else 0
    of = {"programme": scene.programme.slug, "cohort": scene.cohort.slug, "slug": scene.session.slug, "pk": pk}
    address = f"/api/v1{path.format(**of)}"
    for body in ("{", '{"nothing": "we know"}', "[]"):
        answers = [
            getattr(client, verb.lower())(address, body, content_type="application/json")
            for client in (Client(), as_(scene.mara))
        ]
        assert answers[0].status_code == 401
        assert answers[1].status_code in (400, 422)
        assert answers[1].json()["message"]
