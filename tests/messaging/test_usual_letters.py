"""The letters every programme may take over: they can be sent as they are, and lead where they say."""

from __future__ import annotations

import re
from datetime import datetime
from email.message import EmailMessage
from html import unescape
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import signing
from django.test import Client

from hub.core import letters
from hub.messaging import commands
from hub.messaging.happenings import Happening, Usual, happenings, variables_for
from hub.messaging.models import Rule
from hub.messaging.posting import STOP
from hub.people.models import Account, Person
from hub.services.chat import FakeChat, Post
from tests.messaging.autumn import CALL, Autumn
from tests.messaging.telling import AUGUST, Scene, read
from tests.participation.coaching import FIRST, LINK

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


@pytest.mark.parametrize(("happening", "usual"), USUAL, ids=NAMES)
def test_a_usual_letter_asks_for_an_answer_only_where_somebody_reads_it(happening: Happening, usual: Usual) -> None:
    known = variables_for(happening.name)
    nobody = {name: each.example for name, each in known.items()} | {"you.can_answer": ""}
    assert "answer this mail" not in letters.Letter(usual.subject, usual.body, known).fill(nobody).text.lower()


def test_no_two_usual_letters_share_a_name() -> None:
    assert sorted(NAMES) == sorted(set(NAMES))


@pytest.mark.django_db
def test_taking_over_the_usual_letters_switches_nothing_on_and_doubles_nothing(scene: Scene) -> None:
    first = commands.adopt_usual(scene.programme, by=scene.mara, at=AUGUST)
    assert commands.adopt_usual(scene.programme, by=scene.mara, at=AUGUST) == []
    assert sorted(rule.usual for rule in first) == sorted(NAMES)
    assert not Rule.objects.filter(is_on=True).exists()


HUB = "http://localhost:8000"
_LINK = re.compile(rf"{HUB}[^\s<>\"')]*")


def links_in(letter: EmailMessage) -> set[str]:
    """Every address of the Hub in a letter: in its HTML, its plain text, its calendar, and where a program stops it."""
    found = set(_LINK.findall(str(letter["List-Unsubscribe"] or "")))
    for part in letter.walk():
        if part.get_content_type() in ("text/html", "text/plain"):
            found |= {unescape(each) for each in _LINK.findall(part.get_content())}
        elif part.get_content_type() == "text/calendar":
            unfolded = part.get_content().replace("\r\n ", "").replace("\n ", "")
            found |= set(_LINK.findall(unfolded.replace("\\n", "\n")))  # so a calendar writes the end of a line
    return found


def links_said(post: Post) -> list[str]:
    """Every address of the Hub in what is said in a chat."""
    said = _LINK.findall(" ".join(post.lines))
    assert post.url == (said[0] if said else "")
    assert set(post.links) == set(said)
    return said


def where_it_leads(person: Person, link: str, *, at: datetime) -> str:
    """Follow a link as somebody signed in: "a page", the address outside that it leads to, or what is wrong with it."""
    with time_machine.travel(at, tick=False):
        browser = Client()
        browser.force_login(Account.objects.get(person=person))
        answer = browser.get(urlsplit(link).path)
        if answer.status_code == 302 and answer["Location"].startswith("/one-to-ones/"):
            answer = browser.get(answer["Location"])  # one that is cancelled leads to what became of it
    if answer.status_code == 302 and not answer["Location"].startswith("/"):
        return str(answer["Location"])
    place = urlsplit(link).fragment
    is_there = answer.status_code == 200 and (not place or f'id="{place}"' in answer.content.decode())
    return "a page" if is_there else f"{answer.status_code} {link}"


def same(link: str) -> str:
    """What two links have in common that do the same: those that stop a topic are signed anew for each letter."""
    path = urlsplit(link).path
    return f"/stop/{signing.loads(path.split('/')[2], salt=STOP)[2]}" if path.startswith("/stop/") else link


@pytest.mark.django_db
def test_every_link_in_every_letter_leads_to_a_page(scene: Scene, chat: FakeChat) -> None:
    autumn = Autumn(scene, chat)
    mailed: set[str] = set()
    posted: set[str] = set()
    followed: dict[tuple[Person, str], str] = {}
    joining: set[tuple[Person, str]] = set()
    for moment in autumn.moments():
        links = [(each.person, link) for each in moment.mail for link in links_in(read(each.envelope))]
        links += [(person, link) for said in moment.chat for person in said.readers for link in links_said(said.post)]
        for person, link in links:
            if "/join/" in link:
                joining.add((person, link))
            elif (person, same(link)) not in followed:
                followed[person, same(link)] = where_it_leads(person, link, at=moment.at)
        mailed |= {each.usual for each in moment.mail}
        posted |= {each.usual for each in moment.chat}
    assert (mailed, posted) == (set(NAMES), set(NAMES)), "a usual letter has no scene in tests/messaging/autumn.py"
    assert set(followed.values()) == {"a page"}

    def led_at(at: datetime, word: str) -> set[str]:
        return {where_it_leads(person, link, at=at) for person, link in joining if word in link}

    assert autumn.kick_off.starts_at is not None
    assert autumn.training.starts_at is not None
    assert led_at(autumn.kick_off.starts_at, str(autumn.kick_off.uid)) == {CALL}  # while it is held, one is led outside
    given_back = f"403 {HUB}/join/{autumn.training.uid}/"  # whoever had a place, and gave it back, joins no more
    assert led_at(autumn.training.starts_at, str(autumn.training.uid)) == {CALL, given_back}
    assert led_at(FIRST, "/one-to-ones/") == {LINK, "a page"}  # Ada’s; Grace’s is cancelled
    assert led_at(FIRST, str(autumn.training.uid)) == {"a page", given_back}  # at another time one is told when
    stopped = {link.removeprefix("/stop/") for _, link in followed if link.startswith("/stop/")}
    assert stopped == {usual.topic.value for _, usual in USUAL if not usual.topic.is_duty}
