"""What was learnt from a run of a training stands beside the catalogue, and where the next cohort is made."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from hub.core.errors import NotAllowed
from hub.core.forms import Audience
from hub.core.plan.model import Kind
from hub.core.room import BadPlan
from hub.participation import commands, queries
from hub.people.models import RoleKind
from hub.programmes.models import CatalogueTraining
from hub.schedule.coming import lessons_of
from tests.factories import BEGUN, a_cohort, a_programme, a_session
from tests.forms.filling import an_open_form, sent
from tests.participation.places import the_cohort
from tests.participation.rooms import DURING, somebody_here, where
from tests.scene import as_

pytestmark = pytest.mark.django_db


def catalogue() -> None:
    for position, title in enumerate(("Systems Thinking with Digital Catapult", "Stakeholder mapping and engagement")):
        CatalogueTraining.objects.create(programme=a_programme(), position=position, title=title)


def test_runs_stand_with_their_training_newest_first_and_those_of_none_at_the_end() -> None:
    cohort = a_cohort()
    catalogue()
    for title, day in (("Systems thinking", 1), ("Stakeholder mapping", 2), ("Systems Thinking", 3), ("Knitting", 4)):
        a_session(cohort, title=title, kind=Kind.TRAINING, date=date(2024, 10, day))
    a_session(cohort, title="Systems thinking café", kind=Kind.CAFE, date=date(2024, 10, 5))
    said = [
        (each.line.title if each.line else "", [run.session.date.day for run in each.runs if run.session.date])
        for each in queries.runs_of(a_programme())
    ]
    assert said == [
        ("Systems Thinking with Digital Catapult", [3, 1]),
        ("Stakeholder mapping and engagement", [2]),
        ("", [4]),
    ]


def test_a_run_belongs_to_the_training_the_team_says_whatever_its_title() -> None:
    mara, cohort = somebody_here("Mara Okafor", RoleKind.TEAM), the_cohort()
    catalogue()
    run = a_session(cohort, title="Drawing loops", kind=Kind.TRAINING, date=date(2024, 10, 1))

    def placed() -> list[tuple[str, bool]]:
        return [
            (each.line.title if each.line else "", run.is_guess) for each in queries.runs_of(a_programme()) for run in each.runs
        ]

    assert placed() == [("", True)]
    with time_machine.travel(DURING, tick=False):
        client, desk = as_(mara), "/team" + where(run, "run/")
        client.post(desk, {"text": "", "form": "", "training": "0"})
        assert placed() == [("Systems Thinking with Digital Catapult", False)]
        assert client.get(desk).context["form"].initial["training"] == "0"
        client.post(desk, {"text": "", "form": "", "training": "none"})
        assert placed() == [("", False)]
    CatalogueTraining.objects.all().delete()
    catalogue()  # as another year plan writes it anew
    commands.note_run(run, text="", form=None, training="Stakeholder mapping and engagement", by=mara, at=BEGUN)
    assert placed() == [("Stakeholder mapping and engagement", False)]
    CatalogueTraining.objects.filter(position=1).delete()
    assert placed() == [("", True)]
    with pytest.raises(BadPlan):
        commands.note_run(run, text="", form=None, training="Stakeholder mapping and engagement", by=mara, at=DURING)


def test_a_workshop_is_a_run_once_the_team_says_so_on_the_page_of_trainings() -> None:
    mara, cohort = somebody_here("Mara Okafor", RoleKind.TEAM), the_cohort()
    catalogue()
    workshop = a_session(cohort, title="Who decides?", kind=Kind.WORKSHOP, date=date(2024, 10, 1))
    a_session(cohort, title="Stakeholder mapping", kind=Kind.TRAINING, date=date(2024, 10, 2))
    mapping = CatalogueTraining.objects.get(position=1)
    with time_machine.travel(DURING, tick=False):
        client, desk = as_(mara), "/team/practitioners-hub/trainings/"
        assert [each.title for each in client.get(desk).context["others"]] == ["Who decides?"]
        assert client.post(desk, {"session": workshop.pk, "training": mapping.pk}).status_code == 302
        shown = client.get(desk).context
        assert client.post(desk, {"session": workshop.pk, "training": mapping.pk}).status_code == 422  # it stands there already
    assert [(run.session.title, run.is_guess) for run in shown["taught"][1].runs] == [
        ("Stakeholder mapping", True),
        ("Who decides?", False),
    ]
    assert shown["others"] == []


def test_what_to_change_next_time_is_told_where_the_next_cohort_is_made() -> None:
    mara = somebody_here("Mara Okafor", RoleKind.TEAM)
    cohort = the_cohort()
    run = a_session(cohort, title="Systems Thinking", kind=Kind.TRAINING, date=date(2024, 10, 1))
    grace = somebody_here("Grace Oyelaran")
    form = sent(an_open_form(a_programme(), people=[grace]), grace).form
    with time_machine.travel(DURING, tick=False):
        client = as_(mara)
        client.post("/team" + where(run, "run/"), {"text": "Begin with the **exercise**", "form": form.slug})
        box = client.get("/team/practitioners-hub/2024/new-cohort/").content.decode()
        page = client.get("/team/practitioners-hub/trainings/").content.decode()
    assert "Begin with the <strong>exercise</strong>" in box
    assert "1 answer<" in page
    assert lessons_of(cohort.pk) == [("Systems Thinking", "Begin with the **exercise**")]


def test_forms_of_one_name_are_told_apart_by_their_cohort() -> None:
    mara, cohort = somebody_here("Mara Okafor", RoleKind.TEAM), the_cohort()
    run = a_session(cohort, title="Systems Thinking", kind=Kind.TRAINING, date=date(2024, 10, 1))
    form = an_open_form(a_programme(), cohort=cohort, audience=Audience.ROLES, roles=[RoleKind.EXPERT])
    with time_machine.travel(DURING, tick=False):
        page = as_(mara).get("/team" + where(run, "run/")).content.decode()
    assert f">{form.title}, Cohort 2024</option>" in page


def test_only_the_team_writes_it_and_only_with_a_form_of_its_own() -> None:
    ada = somebody_here("Ada Lindqvist")
    run = a_session(the_cohort(), title="Systems Thinking", kind=Kind.TRAINING)
    with pytest.raises(NotAllowed):
        commands.note_run(run, text="x", form=None, by=ada, at=BEGUN)
    others = an_open_form(a_programme("other", name="Other"), people=[ada])
    with pytest.raises(BadPlan):
        commands.note_run(run, text="x", form=others, by=None, at=BEGUN)
