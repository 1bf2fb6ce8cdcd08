"""Every kind of mail as its reader sees it: narrow and wide, by day and by night, held to axe and never wider than the screen.

The mails are those of one autumn in which every usual letter is sent, and those a person or the way in writes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest
import time_machine
from django.core import mail as outbox
from django.test import Client
from playwright.sync_api import Page
from pytest_django import Settings

from hub.core.choices import Cadence, Topic
from hub.messaging import commands
from hub.messaging.models import Mailing
from hub.people.models import Person
from hub.services.chat import FakeChat
from hub.services.mail import Envelope, MemoryTransport
from tests.journeys.conftest import Axe
from tests.messaging.autumn import USUAL, Autumn
from tests.messaging.desk import browser
from tests.messaging.telling import AUGUST, Scene, a_telling_scene, read

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = (390, 700)
LATER = datetime(2024, 9, 23, 9, 0, tzinfo=UTC)
NEXT_DAY = datetime(2024, 9, 24, 12, 0, tzinfo=UTC)

BY_HAND = """# What we did this summer

Hello {{ you.first_name }},

the summer was **long**, and *warm*. Here is what [the programme]({{ programme.link }}) did, and what comes ~~in August~~ now.

## Who comes when

| Day | What | Where | Who leads it |
| --- | --- | --- | --- |
| Wed 4 September 2024 | Collaboration Café: Welcome | Online | Theo Brandt |
| Thu 26 September 2024 | Systems Thinking Workshop | Aster House, 12 Longmeadow Street | Ines Moreau and Jon Aster |

1. Read the primer
2. Answer the survey
   - in one go
   - or in several

- Bring a question
- and a friend

> We never knew how much of it was written down already.
>
> — somebody in July

### For those who run things

Use `hub plan check plan.md`, or:

```
hub plan import practitioners-hub 2024 plan.md --note "A line that is much longer than any screen of a phone could ever be wide"
```

The word of the month is Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft, and its page is
https://example.org/a/very/long/address/without/any/place/to/break/it/0123456789012345678901234567890123456789.

---

[See what is next]({{ hub.me }})
"""


@pytest.fixture
def scene(transactional_db: None, settings: Settings) -> Iterator[Scene]:
    settings.MAIL_TRANSPORT, settings.CHAT = MemoryTransport(), FakeChat()
    with time_machine.travel(AUGUST, tick=True):
        yield a_telling_scene(settings.MAIL_TRANSPORT)


def test_every_kind_of_mail_can_be_read_on_a_phone_and_a_desk_by_day_and_by_night(
    browser_page: Page, scene: Scene, settings: Settings, axe: Axe
) -> None:
    mails = usual(scene, settings.CHAT) | by_hand(scene) | ways_in(scene)
    assert set(USUAL) < set(mails)
    wide: list[str] = []
    for name, html in mails.items():
        browser_page.set_content(html)  # the window stays, and axe in it
        for width in WIDTHS:
            browser_page.set_viewport_size({"width": width, "height": 800})
            for scheme in ("light", "dark"):
                browser_page.emulate_media(color_scheme=scheme)
                look(browser_page, f"mail-{name}-{width}-{scheme}")
                if browser_page.evaluate("document.documentElement.scrollWidth") > width:
                    wide.append(f"{name} at {width}")
                axe(browser_page)
    assert wide == []


def usual(scene: Scene, chat: FakeChat) -> dict[str, str]:
    """The first of each usual letter, and the calendar's word that a session is cancelled."""
    found: dict[str, str] = {}
    for moment in Autumn(scene, chat).moments():
        for each in moment.mail:
            is_off = each.usual.endswith("-invitations") and str(read(each.envelope)["Subject"]).startswith("Cancelled: ")
            found.setdefault("calendar-cancelled" if is_off else each.usual, html_of(each.envelope))
    return found


def by_hand(scene: Scene) -> dict[str, str]:
    """A letter with everything that can stand in one, to Grace; and the same with another in Ada’s mail of the day."""
    commands.choose(scene.ada, scene.programme, Topic.NEWS, Cadence.DAILY, by=scene.ada, at=LATER)
    send(scene, "News of the summer", BY_HAND, scene.ada, scene.grace)
    send(scene, "And one thing more", "Hello {{ you.first_name }},\n\nthe café has a new room.", scene.ada)
    before = len(scene.mail.sent)
    scene.send(at=LATER)
    (letter,) = [each for each in scene.mail.sent[before:] if read(each)["Subject"] == "News of the summer"]
    before = len(scene.mail.sent)
    scene.send(at=NEXT_DAY)
    (digest,) = [each for each in scene.mail.sent[before:] if "your day" in str(read(each)["Subject"])]
    return {"by-hand": html_of(letter), "digest": html_of(digest)}


def send(scene: Scene, subject: str, body: str, *people: Person) -> None:
    keys = [person.pk for person in people]
    letter: Mailing = commands.write_mailing(
        scene.programme, subject=subject, body=body, topic=Topic.NEWS, besides=keys, by=scene.mara, at=LATER
    )
    commands.prepare_mailing(letter, by=scene.mara, at=LATER)
    commands.send_mailing(letter, count=len(people), by=scene.mara, at=LATER)


def ways_in(scene: Scene) -> dict[str, str]:
    """The code to sign in with and the invitation, which are plain text: as a mail program draws that."""
    outbox.outbox.clear()
    Client().post("/sign-in/", {"email": "ada@example.org"})
    desk = browser(scene.mara)
    desk.post(f"/team/practitioners-hub/people/{scene.grace.pk}/invite/", {"email": "grace@example.org"})
    code, invitation = outbox.outbox
    assert re.search(r"^ +\d{6}$", str(code.body), re.MULTILINE)
    assert "/come-in/" in str(invitation.body)
    return {"code": drawn(str(code.subject), str(code.body)), "way-in": drawn(str(invitation.subject), str(invitation.body))}


def html_of(envelope: Envelope) -> str:
    body = read(envelope).get_body(("html",))
    assert body is not None
    return str(body.get_content())


def drawn(subject: str, text: str) -> str:
    """Plain text as a mail program draws it."""
    return (
        '<!doctype html><html lang="en-GB"><meta name="viewport" content="width=device-width"><meta name="color-scheme" '
        f'content="light dark"><title>{escape(subject)}</title><main style="white-space: pre-wrap; overflow-wrap: anywhere; '
        f'font: 15px/1.5 sans-serif">{escape(text)}</main></html>'
    )


def look(page: Page, name: str) -> None:
    """Keep a picture where somebody asked for them."""
    if folder := os.environ.get("HUB_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
