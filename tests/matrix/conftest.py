"""One scene for each test, in September 2024, on a Hub that is the demo as well, so that every address exists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from pytest_django.fixtures import Settings

from hub.kit.fresh import shelf
from tests.scene import IN_SEPTEMBER, Scene, a_scene


@pytest.fixture(autouse=True)
def in_september() -> Iterator[None]:
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield


@pytest.fixture
def scene(db: None, settings: Settings) -> Iterator[Scene]:
    settings.DEMO = True
    shelf.clear()
    yield a_scene()
    shelf.clear()
