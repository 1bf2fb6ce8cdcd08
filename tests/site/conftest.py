"""A scene in September 2024, and no answer kept from the test before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from hub.kit.fresh import shelf
from tests.scene import IN_SEPTEMBER, Scene, a_scene


@pytest.fixture(autouse=True)
def in_september() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(IN_SEPTEMBER, tick=False) as clock:
        yield clock


@pytest.fixture(autouse=True)
def empty_shelf() -> Iterator[None]:
    shelf.clear()
    yield
    shelf.clear()


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()
