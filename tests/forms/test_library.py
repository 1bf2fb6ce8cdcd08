"""The forms to begin from: each can be published as it is."""

from __future__ import annotations

import pytest

from hub.core.forms import check, dump, load
from hub.forms.commands import create_form, publish_form
from hub.forms.library import ready_made
from tests.factories import BEGUN, a_programme


def test_there_is_a_form_to_begin_from_for_each_of_the_programmes_rounds() -> None:
    assert list(ready_made()) == ["onboarding-survey", "session-feedback", "expression-of-interest"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", list(ready_made()))
def test_a_ready_made_form_can_be_published_as_it_is(name: str) -> None:
    made = ready_made()[name]
    assert check(made.content, is_anonymous=made.is_anonymous) == ()
    assert load(dump(made.content)) == made.content
    form = create_form(a_programme(), made.content, is_anonymous=made.is_anonymous, kept_days=made.kept_days, by=None, at=BEGUN)
    assert publish_form(form, seen=form.draft_at, by=None, at=BEGUN).number == 1


@pytest.mark.parametrize("name", list(ready_made()))
def test_every_question_that_is_sensitive_or_free_to_share_says_why_it_is_asked(name: str) -> None:
    asked = ready_made()[name].content.asked
    assert [each.label for each in asked if (each.is_shared or each.is_sensitive) and not each.why] == []
