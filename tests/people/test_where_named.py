"""Wherever words of a programme may name somebody, a withdrawal finds it, or it is said here who reads them instead."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models

from hub.core.choices import Topic
from hub.core.consent import Use
from hub.core.forms import Audience
from hub.core.statements import StatementKind
from hub.kit import personal
from hub.kit.personal import Kind
from hub.messaging.commands import write_mailing, write_template
from hub.people import appearances
from hub.programmes.commands import publish_statement
from hub.programmes.models import CatalogueTraining
from tests.factories import BEGUN
from tests.forms.filling import an_open_form
from tests.scene import IN_SEPTEMBER, Scene, a_scene

pytestmark = pytest.mark.django_db
NAME = "Ada Lindqvist"

# Words everybody reads, and letters that may still go: what a withdrawal lists, or leaves to the team as a task.
FOUND = """
forms.FormVersion.content
messaging.Mailing.body messaging.Mailing.subject messaging.Template.body messaging.Template.subject
programmes.Activity.description programmes.Activity.duty_note programmes.Activity.objectives
programmes.CatalogueTraining.materials programmes.CatalogueTraining.text
programmes.Cohort.about programmes.Programme.about programmes.Statement.text
programmes.YearPlanLine.activity programmes.YearPlanLine.objectives
schedule.Release.difference schedule.Release.note schedule.ReleasedSession.facts
"""
# Words of a programme that are no field of free text, and that everybody reads all the same.
FOUND_TOO = """
programmes.Activity.name programmes.CatalogueTraining.title programmes.Cohort.name programmes.Programme.tagline
"""
# The rest: who reads it, and why a withdrawal has nothing to list there.
ELSEWHERE = {
    "by its release, which is found": """
        schedule.Session.agenda schedule.Session.led_by schedule.Session.place schedule.Session.plan_facts
        schedule.Session.slug schedule.Session.status_note schedule.Session.summary schedule.Session.title
        schedule.Session.topic schedule.Material.title schedule.Release.vevents schedule.ReleasedSession.slug
        schedule.ReleasedSession.vevent schedule.PlanVersion.text""",
    "by what is approved of it, which is found: tests/participation/test_sharing_notes.py": """
        participation.NotesVersion.text""",
    "who enters a session's room; whoever takes no part in the cohort through the veil": """
        participation.RoomPlan.links participation.RoomPlan.questions participation.SessionNotes.text""",
    "those who take part in the cohort": """
        admissions.OnboardingStep.says admissions.OnboardingStep.title admissions.SharedSummary.note""",
    "the team": """
        admissions.OnboardingCall.notes admissions.OnboardingCall.with_whom forms.AnonymousAnswer.values forms.Form.draft
        participation.AttendanceReport.elsewhere participation.AttendanceReport.findings participation.NotesExport.reason
        participation.Proposal.trouble participation.RunNote.text people.WithdrawalTask.what people.WithdrawalTask.where
        programmes.CatalogueTraining.changes programmes.YearPlanLine.comments schedule.PlanVersion.note
        schedule.RunSheetLine.note schedule.RunSheetLine.what schedule.RunSheetTask.hand_over_note
        schedule.RunSheetTask.note schedule.RunSheetTask.reason schedule.RunSheetTask.what schedule.SeriesException.reason""",
    "who may read the thing it is of": "kit.JournalEntry.facts",
}


@pytest.fixture
def scene(db: None) -> Scene:
    """A row of each sort of what everybody reads."""
    found = a_scene()
    programme = found.programme
    CatalogueTraining.objects.get_or_create(programme=programme, position=1, defaults={"title": "T", "text": "T", "month": ""})
    publish_statement(programme, StatementKind.PRIVACY, "We keep little.", seen=0, by=None, at=BEGUN)
    an_open_form(programme, audience=Audience.ANYBODY, is_anonymous=True)
    letter: dict[str, Any] = {"subject": "News", "body": "All is well.", "topic": Topic.NEWS, "by": None, "at": BEGUN}
    write_template(programme, title="A letter", **letter)
    write_mailing(programme, **letter)
    return found


_TEXTS = ("title", "summary")  # of what is kept as JSON


def fields(words: str) -> list[str]:
    return words.split()


def places(scene: Scene) -> int:
    return len(appearances.of(Use.NAME, scene.programme, person=scene.ada, at=IN_SEPTEMBER))


def says(value: Any) -> Any:
    """The same, with the name at the end of each text of it that people read."""
    if isinstance(value, dict):
        return {
            name: says(each) if name in ("title", "summary", "field", "before", "after") else each
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [says(each) for each in value] or [{"title": NAME}]
    return f"{value} {NAME}"


def test_every_field_in_which_a_team_may_name_somebody_is_found_or_read_by_others() -> None:
    written = {
        f"{label}.{name}"
        for label, each in personal.classed().items()
        for name, treated in each.fields.items()
        if treated.kind is Kind.FREE_TEXT and not each.whose
    }
    said = fields(FOUND) + [each for words in ELSEWHERE.values() for each in fields(words)]
    assert sorted(said) == sorted(written)


@pytest.mark.parametrize("where", fields(FOUND) + fields(FOUND_TOO))
def test_a_name_in_words_everybody_reads_is_listed_for_who_takes_it_back(scene: Scene, where: str) -> None:
    label, _, name = where.rpartition(".")
    row: models.Model | None = personal.classed()[label].model._base_manager.order_by("pk").first()
    assert row is not None, f"the scene has no {label}"
    before = places(scene)
    setattr(row, name, says(getattr(row, name)))
    row.save(update_fields=[name])
    scene.programme.refresh_from_db()
    assert places(scene) == before + 1
