"""What happened in a programme and in its cohorts, in words, for its team."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import hub.schedule.commands as commands
from hub.kit import journal
from hub.kit.journal import Line
from hub.programmes.commands import create_cohort, edit_programme
from hub.schedule.commands.releases import release_schedule
from hub.schedule.commands.sessions import cancel_session
from tests.factories import BEGUN
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
HISTORY = "/team/practitioners-hub/history/"


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def test_the_team_reads_what_happened_in_its_programme_and_in_each_cohort(scene: Scene) -> None:
    edit_programme(scene.programme, tagline="In one breath", by=scene.mara, at=IN_SEPTEMBER)
    cancel_session(scene.session, by=scene.mara, at=IN_SEPTEMBER)
    release_schedule(scene.cohort, note="", seen=1, by=scene.mara, at=IN_SEPTEMBER)
    client = as_(scene.mara)
    programme = words(client.get(HISTORY).content.decode())
    assert "Mara Okafor changed the programme: tagline" in programme
    assert "imported the year plan of 2024" in programme
    cohort = words(client.get(f"{HISTORY}?cohort=2024").content.decode())
    assert "Mara Okafor made release 2: 1 change" in cohort
    assert "imported version 1 of the plan into the schedule" in cohort
    assert "named the partner organisations" in cohort
    assert client.get(f"{HISTORY}?cohort=nowhere").status_code == 404


def test_the_page_asks_as_much_of_the_database_for_many_cohorts_and_lines_as_for_few(scene: Scene) -> None:
    client = as_(scene.mara)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(HISTORY)
        return len(asked)

    queries()
    few = queries()
    for number in range(4):
        create_cohort(
            scene.programme,
            slug=f"round-{number}",
            name=f"Round {number}",
            starts_on=date(2026, 9, 1),
            ends_on=date(2027, 2, 28),
            by=None,
            at=BEGUN,
        )
        edit_programme(scene.programme, tagline=f"Line {number}", by=scene.mara, at=IN_SEPTEMBER)
    assert queries() == few


def test_every_line_of_the_schedules_journal_has_words_of_its_own() -> None:
    recorded = set()
    for path in Path(commands.__path__[0]).glob("*.py"):
        recorded |= set(re.findall(r'(?:record|Written)\(\s*"([a-z-]+)"', path.read_text()))
    things = ("Session", "Material", "Series", "Release", "PlanVersion", "RunSheet", "RunSheetTask")
    journal.load_modules("presenters")
    told = {
        verb for verb, thing in journal._presenters if thing in {f"schedule.{each}" for each in things} | {"programmes.Cohort"}
    }
    assert recorded - told == set()
    line = Line("held-on", "schedule.Series", {"on": "2024-09-04", "moved_to": "2024-09-05"})
    said = journal._presenters["held-on", "schedule.Series"](line).did
    assert said == "moved Wed 4 September 2024 of a series to Thu 5 September 2024"
