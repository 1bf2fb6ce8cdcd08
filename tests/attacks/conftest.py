"""The scene of the matrix, for those who mean harm: the same people, programmes and moment; and a house of one's own to crowd.

There are a thousand attacks, so a file of them shares one scene: it stands in a transaction that is rolled back at the end of
the file, and what each attack does is rolled back after it. Of a long list of cases, `make test` tries some spread over it and
`make soak` every one.
"""

from __future__ import annotations

import os
from collections import defaultdict

import pytest

from tests.matrix.conftest import in_september, scene, standing_scene

__all__ = ["in_september", "scene", "standing_scene"]


MOST = 3  # cases of one attack that run at every turn


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave most cases of the long lists to the soak; a case that is named is always run."""
    if os.environ.get("HUB_SOAK") or any("[" in word for word in config.args):
        return
    of: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if "tests/attacks" in item.path.as_posix():
            of[item.nodeid.partition("[")[0]].append(item)
    later = {id(item) for cases in of.values() for at, item in enumerate(cases) if at % -(-len(cases) // MOST)}
    config.hook.pytest_deselected(items=[item for item in items if id(item) in later])
    items[:] = [item for item in items if id(item) not in later]
