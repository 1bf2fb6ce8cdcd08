"""The tests make their tables from the models; what a Hub is set up with gives the very same, and can be taken back."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.kit.houses import HUB, ROOT, House

TABLES = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name != 'django_migrations'"
WRITTEN = sorted((ROOT / "src" / "hub").glob("*/migrations/0*.py"))


def test_the_models_ask_for_no_step_that_is_not_written(house: House) -> None:
    process = house.start("makemigrations", "--check", "--dry-run", command=(*HUB, "manage"))
    said, _ = process.communicate(timeout=120)
    assert (process.returncode, said) == (0, "No changes detected\n")


BEHIND = """
from hub.cli.manage import set_up_django
set_up_django()
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from hub.cli.serve import waiting_migrations
MigrationRecorder(connection).record_unapplied("schedule", "0001_initial")
answer = Client().get("/readyz", headers={"host": "localhost"})
print(waiting_migrations(), answer.status_code, answer.content)
"""


def test_a_database_behind_the_program_is_waited_for(house: House) -> None:
    process = house.start(command=(sys.executable, "-c", BEHIND))
    said, _ = process.communicate(timeout=120)
    assert said == "['schedule.0001_initial'] 503 b'1 migrations are not applied\\n'\n"


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_step_can_be_taken_back(path: Path) -> None:
    written = import_module(f"hub.{path.parts[-3]}.migrations.{path.stem}").Migration
    assert [step for step in written.operations if not step.reversible] == []


@pytest.mark.skipif(settings.IS_SCALED, reason="SQLite alone keeps the words its tables were made with")
@pytest.mark.django_db
def test_a_hub_that_is_set_up_has_the_tables_the_tests_have(empty_house: str) -> None:
    with closing(sqlite3.connect(empty_house)) as set_up:
        there = {(kind, name): sql for kind, name, sql in set_up.execute(TABLES)}
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        ours = {(kind, name): sql for kind, name, sql in cursor.fetchall()}
    assert set(there) == set(ours)
    assert {name for name in there if len(there[name] or "") != len(ours[name] or "")} == set()
