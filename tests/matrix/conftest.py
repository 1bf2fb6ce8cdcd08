"""One scene for a file of tests, in September 2024, on a Hub that is the demo as well, so that every address exists.

It stands in a transaction that is rolled back at the end of the file; what each test does is rolled back after it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import time_machine
from django.db import connection, transaction
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from hub.kit.fresh import shelf
from tests.matrix.people import Company, a_company
from tests.scene import IN_SEPTEMBER, Scene, a_scene


@pytest.fixture(autouse=True)
def in_september() -> Iterator[None]:
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield


@pytest.fixture(autouse=True, scope="module")
def quiet() -> Iterator[None]:
    """Write no line for each of the thousands who are not let in."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


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


@pytest.fixture(scope="module")
def standing_company(standing_scene: Scene, django_db_blocker: DjangoDbBlocker) -> Company:
    with django_db_blocker.unblock(), time_machine.travel(IN_SEPTEMBER, tick=False):
        return a_company(standing_scene)


@pytest.fixture
def company(standing_company: Company, scene: Scene) -> Company:
    """Everybody there is, each in a browser of their own."""
    return standing_company


@pytest.fixture
def scene(standing_scene: Scene, db: None, settings: Settings) -> Iterator[Scene]:
    """The scene as it stood: the rows are asked for anew, for the last test may have changed what was at hand."""
    settings.DEMO = True
    shelf.clear()
    for each in (standing_scene.programme, standing_scene.cohort, standing_scene.private):
        each.refresh_from_db()
    for person in (standing_scene.mara, standing_scene.ada, standing_scene.sam):
        person.refresh_from_db()
    yield standing_scene
    shelf.clear()
