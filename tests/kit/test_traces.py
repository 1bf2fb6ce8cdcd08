"""Where anything of somebody stands is found by looking at the models, those of later rooms too."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.choices import Cadence, Topic
from hub.kit.personal import classed
from hub.kit.traces import traces_of, ways_to
from hub.messaging.commands import choose
from hub.programmes.models import Programme
from tests.scene import IN_SEPTEMBER, a_scene

# What is somebody's wherever they are: no programme has a part in it.
THEIRS_ALONE = {
    "account.EmailAddress",
    "mfa.Authenticator",
    "participation.Diary",
    "people.Account",
    "people.Affiliation",
    "people.Erasure",
    "people.FeedAddress",
    "people.FormerName",
    "people.Invitation",
    "people.LikelyPair",
    "people.Link",
    "people.Merge",
    "people.Person",
    "socialaccount.SocialAccount",
    "usersessions.UserSession",
}


def test_every_row_about_a_person_leads_to_a_programme_or_is_known_to_be_theirs_alone() -> None:
    about = {label for label, each in classed().items() if each.whose}
    assert about - ways_to(Programme).keys() == THEIRS_ALONE


def test_a_way_leads_along_what_no_row_leaves_open_and_never_by_way_of_a_person() -> None:
    ways = ways_to(Programme)
    assert (ways["people.Role"], ways["participation.Booking"]) == ("programme", "session__cohort__programme")
    assert ways["admissions.StepMark"] == "step__plan__cohort__programme"  # the form of a step may be none


@pytest.mark.django_db
def test_the_places_of_somebody_are_found_in_one_query() -> None:
    scene = a_scene()
    assert traces_of(scene.ada.pk, Programme) == {scene.programme.pk}
    assert traces_of(scene.sam.pk, Programme) == frozenset()
    choose(scene.ada, scene.private, Topic.NEWS, Cadence.OFF, by=scene.ada, at=IN_SEPTEMBER)
    with CaptureQueriesContext(connection) as asked:
        assert traces_of(scene.ada.pk, Programme) == {scene.programme.pk, scene.private.pk}
    assert len(asked) == 1
