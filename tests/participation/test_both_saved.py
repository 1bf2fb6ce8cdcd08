"""Two of the team change the same at once: the second reads what the first saved, and nothing is replaced unseen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from hub.participation import commands
from hub.participation.models import Agreed, CoachingTerms, Commitment, CommitmentOverride, LoadTerms, Made, RoomPlan, RunNote
from hub.people.models import RoleKind
from tests.factories import BEGUN
from tests.participation.places import a_training, an_expert, somebody, the_cohort, with_account
from tests.participation.promising import own_promises
from tests.scene import as_

pytestmark = pytest.mark.django_db

TEAM = "/team/practitioners-hub/2024"
NOW = datetime(2024, 9, 10, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_september() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def two() -> tuple[Client, Client]:
    """Mara and Yusuf of the team."""
    mara, yusuf = (with_account(somebody(name, RoleKind.TEAM)) for name in ("Mara Okafor", "Yusuf Deniz"))
    return as_(mara), as_(yusuf)


def mark_in(context: Any, form: str) -> str:
    """The mark that a form of a page gives back, as the page shows it."""
    if form in context:
        found = context[form]
    elif form == "forms.quota":
        found = context["forms"]["quota"]
    elif form == "agreed":
        found = context["rows"][0][1]
    else:
        key, name = ("case-study", "made") if form == "made" else ("cafes", "form")
        found = getattr(next(each for each in context["asked"] if each.promise.key == key), name)
    return str(found["seen"].value() or "")


def a_row(model: Any) -> Any:
    return model.objects.get()


CAFES = {
    "do": "save", "one": "café", "many": "cafés", "quantity": "half", "what": "sessions", "kinds": ["cafe"],
    "is_catch_up_allowed": "on", "most_catch_ups": "2", "at_risk": "75",
}  # fmt: skip
DIFFERS = {"do": "differ", "commitment": "cafes", "starts_on": "2024-10-01", "reason": "Ill in September"}
TERMS = {"do": "terms", "travel": "3", "writing": "20", "writing_from": "2024-10", "writing_to": "2024-11"}

SAVED = [
    ("room", "form", {"questions": "Mara’s questions", "links": "Pad https://pad.example.org/m"}, {"questions": "Yusuf’s"},
     lambda: a_row(RoomPlan).questions, "Mara’s questions", "Yusuf’s"),
    ("run", "form", {"text": "Begin earlier", "form": "", "training": ""}, {"text": "Make it shorter"},
     lambda: a_row(RunNote).text, "Begin earlier", "Make it shorter"),
    ("commitments", "form", CAFES | {"quantity": "all"}, {"quantity": "1"},
     lambda: Commitment.objects.values_list("measure", "number").get(key="cafes"), ("all", 1), ("count", 1)),
    ("differs", "differ", DIFFERS, {"starts_on": "2024-11-01"},
     lambda: a_row(CommitmentOverride).starts_on.month, 10, 11),
    ("made", "made", {"do": "made", "commitment": "case-study", "number": "2"}, {"number": "1"},
     lambda: a_row(Made).number, 2, 1),
    ("agreed", "agreed", {"do": "agreed", "post": "0.2", "hours": "", "travel": ""}, {"post": "0.4"},
     lambda: a_row(Agreed).post, "0.2", "0.4"),
    ("quota", "forms.quota", {"do": "quota", "quota-minutes": "90", "quota-count": ""}, {"quota-minutes": "120"},
     lambda: a_row(CoachingTerms).minutes, 90, 120),
    ("terms", "form", TERMS, {"travel": "5"}, lambda: a_row(LoadTerms).travel, 180, 300),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "form", "first", "other", "now", "is_first", "is_second"), SAVED, ids=[row[0] for row in SAVED]
)
def test_the_second_to_save_reads_what_the_first_saved_and_then_puts_theirs_in_its_place(
    two: tuple[Client, Client], what: str, form: str, first: dict, other: dict, now: Any, is_first: Any, is_second: Any
) -> None:
    mara, yusuf = two
    own_promises()
    training, ada = a_training(), an_expert("Ada Lindqvist")
    pages = {
        "room": f"{TEAM}/sessions/{training.slug}/room/",
        "run": f"{TEAM}/sessions/{training.slug}/run/",
        "commitments": f"{TEAM}/commitments/cafes/",
        "differs": f"{TEAM}/attendance/{ada.pk}/",
        "made": f"{TEAM}/attendance/{ada.pk}/",
        "quota": f"{TEAM}/one-to-ones/",
    }
    page = pages.get(what, f"{TEAM}/load/")
    marks = [mark_in(client.get(page).context, form) for client in two]
    seen = "quota-seen" if what == "quota" else "seen"
    about = {"person": ada.pk} if what == "agreed" else {}
    assert mara.post(page, first | about | {seen: marks[0]}).status_code == 302
    refused = yusuf.post(page, first | other | about | {seen: marks[1]})
    assert refused.status_code == 409
    assert "meanwhile, so yours is not saved yet" in refused.content.decode()
    assert "Theirs, saved" in refused.content.decode()
    assert '<th scope="row">None' not in refused.content.decode()  # the mark is nobody's to compare
    assert now() == is_first
    same = mara.post(page, first | about | {seen: marks[0]})  # pressed twice: it stands already
    assert same.status_code == 302
    again = mark_in(refused.context, form)
    assert yusuf.post(page, first | other | about | {seen: again}).status_code == 302
    assert now() == is_second


def test_a_commitment_taken_away_meanwhile_is_not_changed(two: tuple[Client, Client]) -> None:
    mara, yusuf = two
    own_promises()
    page = f"{TEAM}/commitments/cafes/"
    mark = mark_in(yusuf.get(page).context, "form")
    mara.post(page, {"do": "remove"})
    assert yusuf.post(page, CAFES | {"quantity": "1", "seen": mark}).status_code == 404


def test_what_a_program_saves_needs_no_page_it_saw() -> None:
    training = a_training()
    for words in ("One", "Two"):
        commands.prepare_room(training, questions=words, links=[], by=None, at=BEGUN)
    assert a_row(RoomPlan).questions == "Two"
    assert the_cohort().pk == training.cohort_id
