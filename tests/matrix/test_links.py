"""No dead links: every address of the Hub that a page leads to answers, for whoever is led there.

A walk from a few starting pages over all links, pictures, styles and forms that are read with GET, as everybody the Hub knows.
"""

from __future__ import annotations

import re
from collections import deque
from html import unescape
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from hub.people.models import Person
from tests.scene import Scene, as_

pytestmark = pytest.mark.django_db
OURS = ("testserver", "localhost:8000")
STARTS = ("/", "/sign-in/", "/robots.txt", "/sitemap.xml", "/dev/gallery/", "/nowhere/")
MOST = 900  # addresses; a walk that finds more than this has found a page that makes up new ones


def links(html: str, at: str) -> set[tuple[str, str]]:
    """Every address of the Hub that a document fetches or leads to, with its fragment."""
    found = re.findall(r"""\s(?:href|src|hx-get|action)=["']([^"']+)["']""", html)
    found += re.findall(r"<loc>([^<]+)</loc>", html) + re.findall(r"^Sitemap: (\S+)$", html, re.MULTILINE)
    inside = set()
    for each in found:
        url, fragment = urldefrag(urljoin(f"http://testserver{at}", unescape(each)))
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.netloc in OURS:
            inside.add((parts.path + (f"?{parts.query}" if parts.query else ""), unquote(fragment)))
    return inside


def posted_to(html: str) -> set[str]:
    """Where the forms lead that are sent with POST: a walk with GET has nothing to ask there."""
    forms = re.findall(r"<form\s[^>]*>", html)
    sent = [form for form in forms if re.search(r'method="post"', form, re.IGNORECASE)]
    return {unescape(action) for form in sent for action in re.findall(r'action="([^"]*)"', form)}


def answers(client: Client, address: str) -> tuple[int, str]:
    if address.startswith("/static/"):
        return (200 if finders.find(address.removeprefix("/static/").partition("?")[0]) else 404), ""
    answer = client.get(address)
    is_text = (
        answer["Content-Type"].startswith(("text/html", "application/xml", "text/plain"))
        if answer.has_header("Content-Type")
        else False
    )
    return answer.status_code, answer.content.decode() if is_text else answer.get("Location", "")


def dead_links(person: Person | None, starts: tuple[str, ...]) -> tuple[list[str], int]:
    """Walk from these pages as a person; give what did not answer or has no such part, and how many addresses were asked."""
    client = as_(person)
    waiting, known, dead = deque(starts), dict.fromkeys(starts, "the start"), []
    parts: dict[str, set[str]] = {}
    wanted: dict[tuple[str, str], str] = {}
    while waiting:
        at = waiting.popleft()
        status, text = answers(client, at)
        if status not in (200, 302) and at != "/nowhere/":
            dead.append(f"{status} {at} from {known[at]}")
            continue
        parts[at] = set(re.findall(r'\sid="([^"]+)"', text))
        found = {(text, "")} if status == 302 else links(text, at)
        wanted |= {link: at for link in found if link[1]}
        further = {address for address, _ in found if not is_a_way_out(address)} - posted_to(text)
        for address in sorted(further - set(known)):
            known[address] = at
            waiting.append(address)
        assert len(known) <= MOST
    lost = [f"{to}#{part} from {at}" for (to, part), at in wanted.items() if to in parts and part not in parts[to]]
    return dead + lost, len(known)


def is_a_way_out(address: str) -> bool:
    """Whether asking there makes one somebody else."""
    return address.startswith(("/dev/as/", "/sign-out/"))


@pytest.mark.parametrize("name", [None, "sam", "ada", "mara"])
def test_every_link_of_every_page_answers(scene: Scene, name: str | None) -> None:
    person = getattr(scene, name) if name else None
    starts = (*STARTS, "/me/") if person else STARTS
    dead, asked = dead_links(person, starts)
    assert dead == []
    assert asked > 60
