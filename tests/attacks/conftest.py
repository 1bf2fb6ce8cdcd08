"""The scene of the matrix, for those who mean harm: the same people, programmes and moment; and a house of one's own to crowd.

There are a thousand attacks, so a file of them shares one scene: it stands in a transaction that is rolled back at the end of
the file, and what each attack does is rolled back after it. Of a long list of cases, `make test` tries some spread over it and
`make soak` every one.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection, transaction
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from hub.kit.fresh import shelf
from tests.kit.test_workers import empty_house, house
from tests.matrix.conftest import in_september
from tests.scene import IN_SEPTEMBER, Scene, a_scene

__all__ = ["empty_house", "house", "in_september", "scene"]


MOST = 6  # cases of one attack that run at every turn


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


@pytest.fixture(scope="module")
def standing_scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with django_db_blocker.unblock(), time_machine.travel(IN_SEPTEMBER, tick=False):
        outer = transaction.atomic()
        outer.__enter__()
    try:
        with django_db_blocker.unblock(), time_machine.travel(IN_SEPTEMBER, tick=False):
            made = a_scene()
        yield made
    finally:
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
            connection.close_if_unusable_or_obsolete()


@pytest.fixture
def scene(standing_scene: Scene, db: None, settings: Settings) -> Iterator[Scene]:
    """The scene as it stood: the rows are asked for anew, for the last attack may have changed what was at hand."""
    settings.DEMO = True
    shelf.clear()
    for each in (standing_scene.programme, standing_scene.cohort, standing_scene.private):
        each.refresh_from_db()
    for person in (standing_scene.mara, standing_scene.ada, standing_scene.sam):
        person.refresh_from_db()
    yield standing_scene
    shelf.clear()
