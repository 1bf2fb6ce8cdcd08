"""Every operation is what its description says, whatever it is sent: no crash, no status, type or shape it does not name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
import schemathesis
import time_machine
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase
from hypothesis import settings as examples
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/openapi.json"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


schema = schemathesis.openapi.from_wsgi(ADDRESS, WSGIHandler())


@pytest.fixture(autouse=True)
def in_september() -> Iterator[None]:
    """The scene stands in September."""
    with time_machine.travel(IN_SEPTEMBER, tick=True):
        yield


def keep_the_connection() -> None:
    """Let no request end the test's own connection, in whose transaction all this happens; Django's client lets it again."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    keep_the_connection()
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


few = examples(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


turn = count()


def placed(case: Any, scene: Scene) -> Any:
    """Put four of five cases where something is: a name nobody has is found to be missing and nothing more."""
    there = {"programme": scene.programme.slug, "cohort": scene.cohort.slug, "slug": scene.session.slug}
    if next(turn) % 5:
        case.path_parameters |= {name: value for name, value in there.items() if name in case.path_parameters}
    return case


def signed_in(client: Client) -> dict[str, Any]:
    token = client.get("/sign-in/").cookies.get(settings.CSRF_COOKIE_NAME)
    keep_the_connection()
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    secret = cookies.setdefault(settings.CSRF_COOKIE_NAME, token.value if token else "a" * 32)
    return {"cookies": cookies, "headers": {"X-CSRFToken": secret}}


@schema.parametrize()
@few
def test_whatever_a_reader_sends_the_answer_is_as_described(case: Any, scene: Scene) -> None:
    placed(case, scene).call_and_validate(checks=CHECKS)


@schema.parametrize()
@few
def test_whatever_the_team_sends_the_answer_is_as_described(case: Any, scene: Scene) -> None:
    placed(case, scene).call_and_validate(checks=CHECKS, **signed_in(as_(scene.mara)))
