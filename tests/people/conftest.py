"""A programme, who runs it, and a programme of others."""

from __future__ import annotations

import pytest

from hub.people.models import Person
from hub.programmes.commands import create_programme
from hub.programmes.models import Programme
from tests.factories import BEGUN, a_programme, mara


@pytest.fixture
def programme(db: None) -> Programme:
    """The programme of a test."""
    return a_programme()


@pytest.fixture
def team(programme: Programme) -> Person:
    """Mara, who runs it."""
    return mara(programme)


@pytest.fixture
def elsewhere(db: None) -> Programme:
    """A programme Mara does not run."""
    return create_programme(slug="elsewhere", name="Elsewhere", by=None, at=BEGUN)
