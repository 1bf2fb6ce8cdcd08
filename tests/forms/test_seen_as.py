"""Seeing the Hub as somebody does shows a team none of what they answered that it could not read by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse

from hub.core.forms import Audience
from hub.forms.commands import save_answer, start_answer
from hub.people import permissions
from hub.people.reach import may_see_as
from tests.forms.filling import GOAL, a_content, an_open_form, sent
from tests.scene import IN_SEPTEMBER, Scene, as_

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_september() -> Iterator[None]:
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield


def test_who_answered_a_form_for_anybody_elsewhere_is_seen_as_by_no_team_that_does_not_run_both(scene: Scene) -> None:
    client, person_page = as_(scene.mara), f"/team/practitioners-hub/people/{scene.ada.pk}/"
    assert "See as they do" in client.get(person_page).content.decode()
    client.post(f"{person_page}see-as/")
    assert client.get("/me/forms/").status_code == 200
    form = an_open_form(scene.private, content=a_content(GOAL, title="For the Masterclass"), audience=Audience.ANYBODY)
    sent(form, scene.ada, q1="To leave the Hub")
    assert not permissions.can_see_as(scene.mara, scene.ada, at=IN_SEPTEMBER)
    assert list(may_see_as(scene.ada, at=IN_SEPTEMBER)) == []
    assert "For the Masterclass" not in client.get("/me/forms/").content.decode()  # it ended in that moment
    assert "See as they do" not in client.get(person_page).content.decode()


def test_what_is_not_sent_yet_is_read_by_nobody_with_the_eyes_of_another(scene: Scene) -> None:
    form = an_open_form(scene.programme, GOAL, people=[scene.ada])
    draft = start_answer(form, scene.ada, by=scene.ada, at=IN_SEPTEMBER)
    save_answer(draft, {"q1": ["To leave the Hub"]}, by=scene.ada, at=IN_SEPTEMBER)
    address = reverse("form", args=[scene.programme.slug, form.slug])
    assert "To leave the Hub" in as_(scene.ada).get(address).content.decode()
    client = as_(scene.mara)
    client.post(f"/team/practitioners-hub/people/{scene.ada.pk}/see-as/")
    shown = client.get(address)
    assert (shown.status_code, "To leave the Hub" in shown.content.decode()) == (403, False)
