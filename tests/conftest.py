"""What every test may ask for."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db.models.signals import post_migrate
from hypothesis import settings

from tests.kit.houses import empty_house, house

__all__ = ["empty_house", "house"]  # fixtures of every folder

settings.register_profile("quick", max_examples=60, deadline=None, derandomize=True)
settings.register_profile("soak", max_examples=2000, deadline=None)
settings.load_profile("soak" if os.environ.get("HUB_SOAK") else "quick")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Once the database stands, write down no more what kinds of rows and permissions there are.

    Nobody here reads them, and it is half a second after each test that empties the database.
    """
    post_migrate.receivers = []


@pytest.fixture
def seeds() -> Path:
    """The real papers, where they are at hand."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("the seeds are not beside this checkout")
    return folder


@pytest.fixture
def acceptance() -> Path:
    """What the real papers must give, where it is at hand."""
    folder = SHARED / "acceptance"
    if not folder.is_dir():
        pytest.skip("the acceptance files are not beside this checkout")
    return folder


@pytest.fixture
def now() -> datetime:
    """A moment in the summer of the first cohort."""
    return datetime(2023, 7, 1, 9, 0, tzinfo=UTC)
