"""The scene every file of this folder begins with."""

from __future__ import annotations

import pytest

from tests.scene import Scene, a_scene


@pytest.fixture
def scene(db: None) -> Scene:
    """Two programmes with their people; no form yet."""
    return a_scene()
