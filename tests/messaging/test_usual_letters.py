"""The letters every programme may take over: they can be sent as they are, and lead where they say."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from django.test import Client

from hub.core import letters
from hub.messaging import commands
from hub.messaging.happenings import Happening, Usual, happenings, variables_for
from hub.messaging.models import Rule
from hub.people.models import Account
from hub.schedule.commands.sessions import cancel_session
from tests.messaging.telling import AUGUST, Scene

USUAL = [(happening, usual) for happening in happenings().values() for usual in happening.usual]
NAMES = [usual.slug for _, usual in USUAL]
EMPTY_OR_NOT = ("", "something")


@pytest.mark.parametrize(("happening", "usual"), USUAL, ids=NAMES)
def test_a_usual_letter_has_no_problem_and_a_group_there_is(happening: Happening, usual: Usual) -> None:
    assert letters.check(usual.subject, usual.body, variables_for(happening.name)) == []
    assert usual.audience in happening.audiences


@pytest.mark.parametrize(("happening", "usual"), USUAL, ids=NAMES)
def test_a_usual_letter_reads_well_whichever_facts_are_missing(happening: Happening, usual: Usual) -> None:
    known = variables_for(happening.name)
    letter = letters.Letter(usual.subject, usual.body, known)
    for kept in (True, False):
        words = {name: each.example if kept or each.kind == "url" else "" for name, each in known.items()}
        filled = letter.fill(words)
        assert "{{" not in filled.text + filled.subject
        assert "\n\n\n" not in filled.text


def test_no_two_usual_letters_share_a_name() -> None:
    assert sorted(NAMES) == sorted(set(NAMES))


@pytest.mark.django_db
def test_taking_over_the_usual_letters_switches_nothing_on_and_doubles_nothing(scene: Scene) -> None:
    first = commands.adopt_usual(scene.programme, by=scene.mara, at=AUGUST)
    assert commands.adopt_usual(scene.programme, by=scene.mara, at=AUGUST) == []
    assert sorted(rule.usual for rule in first) == sorted(NAMES)
    assert not Rule.objects.filter(is_on=True).exists()


@pytest.mark.django_db
def test_every_link_in_every_letter_leads_to_a_page(scene: Scene) -> None:
    for usual in NAMES:
        scene.rule(usual, at=datetime(2024, 6, 4, tzinfo=UTC))
    for day in range(1, 30):
        if day == 10:
            cancel_session(scene.first_session, by=None, at=datetime(2024, 8, day, 9, tzinfo=UTC))
            scene.release(at=datetime(2024, 8, day, 10, tzinfo=UTC))
        scene.send(at=datetime(2024, 8, day, 12, tzinfo=UTC))
    ada = Client()
    ada.force_login(Account.objects.get(person=scene.ada))
    links: set[str] = set()
    for envelope, letter in zip(scene.mail.sent, scene.letters(), strict=True):
        if envelope.recipient == "ada@example.org":
            body = letter.get_body(("html",))
            assert body is not None
            links |= set(re.findall(r'href="([^"]+)"', body.get_content()))
    here = sorted(link.replace("&amp;", "&") for link in links if link.startswith("http://localhost:8000"))
    assert here
    assert {link: ada.get(urlsplit(link).path).status_code for link in here if "mailto" not in link} == dict.fromkeys(here, 200)
