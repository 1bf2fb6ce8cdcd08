"""docs/api.md is true: every example in it is run, in its order, and every operation is named."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from hub.api import api
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db
TEXT = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()
EXAMPLES = re.findall(r"^\$ curl (.+)$", TEXT, re.MULTILINE)
SITE = "http://localhost:8000"


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def asked(client: Client, example: str) -> tuple[str, str, int]:
    words = [word for word in shlex.split(example) if word != "$HUB"]
    body = words[words.index("-d") + 1] if "-d" in words else None
    verb = words[words.index("-X") + 1].lower() if "-X" in words else "post" if body else "get"
    path = next(word for word in words if word.startswith(SITE)).removeprefix(SITE)
    if body is None:
        answer = getattr(client, verb)(path)
    else:
        answer = getattr(client, verb)(path, json.loads(body), content_type="application/json")
    return verb, path, int(answer.status_code)


def test_every_example_is_answered(scene: Scene) -> None:
    with time_machine.travel(IN_SEPTEMBER, tick=True):
        client = as_(scene.mara)
        answers = [asked(client, example) for example in EXAMPLES]
    assert [each for each in answers if each[2] not in (200, 201)] == []
    assert len(answers) > 25


def test_what_needs_no_sign_in_in_the_examples_needs_none(scene: Scene) -> None:
    public = [example for example in EXAMPLES if "$HUB" not in example]
    assert [each[2] for each in (asked(Client(), example) for example in public)] == [200] * len(public)


def test_every_path_is_spoken_of() -> None:
    paths = api.get_openapi_schema(path_prefix="/")["paths"]
    last = {re.sub(r"/\{\w+\}$", "", path).rsplit("/", 1)[-1] for path in paths}
    assert sorted(word for word in last if word not in TEXT) == []
