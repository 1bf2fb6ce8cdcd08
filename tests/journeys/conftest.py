"""A real browser for the journeys: Debian's Chromium, one for each worker, a fresh context for each test.

A journey fails at its end when the page complained: an exception, or anything the content security policy blocked.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from hub.people.models import Account

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop in this thread; the ORM minds

CHROMIUM = os.environ.get("HUB_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")

expect.set_options(timeout=30_000)  # milliseconds; a machine that does much else is slow, and no less right

Axe = Callable[[Page], None]
SignIn = Callable[[Page, str], None]
Stop = Callable[[Page, str], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every journey, and keep them on one worker: browsers are heavy and the machine may be small."""
    for item in items:
        if "tests/journeys" in item.path.as_posix():
            item.add_marker(pytest.mark.journey)
            item.add_marker(pytest.mark.xdist_group("journeys"))


def fits(page: Page) -> bool:
    """Whether nothing stands out to the side, so that nobody has to scroll that way."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def follow(link: Locator) -> None:
    """Click what leads to another page, and wait until that one stands: a click alone may return before it does."""
    with link.page.expect_navigation():
        link.click()


def look(page: Page, name: str) -> None:
    """Keep a picture of the page where somebody asked for them, by naming a folder in HUB_PICTURES."""
    if folder := os.environ.get("HUB_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: install the package chromium, or name one in HUB_CHROMIUM")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def browser_page(browser: Browser, live_server: object, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a fresh context whose addresses begin at the server under test; London's clock, a desk's width.

    `@pytest.mark.parametrize("browser_page", [{"color_scheme": "dark"}], indirect=True)` changes what the context is.
    """
    with _a_page(browser, str(live_server), getattr(request, "param", {})) as page:
        yield page


@pytest.fixture
def other_page(browser: Browser, live_server: object) -> Iterator[Page]:
    """A page of somebody else's browser, at the same time."""
    with _a_page(browser, str(live_server), {}) as page:
        yield page


@contextmanager
def _a_page(browser: Browser, base_url: str, wished: Mapping[str, object]) -> Iterator[Page]:
    wishes = {"viewport": {"width": 1280, "height": 900}, "timezone_id": "Europe/London", "locale": "en-GB"}
    wishes |= {"reduced_motion": "reduce", **wished}  # type: ignore[dict-item]
    context = browser.new_context(base_url=base_url, **wishes)  # type: ignore[arg-type]
    context.set_default_timeout(30_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security Policy" in said.text else None)
    page.complaints = complaints  # type: ignore[attr-defined]
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def axe() -> Axe:
    """Hold a page, as it stands now, to WCAG 2.2 AA; the fault names the rule and where it is broken."""

    def check(page: Page) -> None:
        page.wait_for_load_state()
        before = list(page.complaints)  # type: ignore[attr-defined]
        if not page.evaluate("typeof axe === 'object'"):  # reading it takes longer than running it on a small page
            page.evaluate(AXE)
        found = page.evaluate(
            "rules => axe.run({runOnly: rules, preload: false}).then(result => result.violations)", list(RULES)
        )
        page.complaints[:] = before  # type: ignore[attr-defined]  # axe itself tries inline styles
        broken = [f"{each['id']}: {', '.join(' '.join(node['target']) for node in each['nodes'][:5])}" for each in found]
        assert broken == []

    return check


@pytest.fixture
def stop(axe: Axe) -> Stop:
    """Stop at a page: hold it to the rules, see that it fits, and keep a picture by this name where somebody asked."""

    def here(page: Page, name: str) -> None:
        axe(page)
        assert fits(page)
        look(page, name)

    return here


@pytest.fixture
def sign_in(live_server: object) -> SignIn:
    """Sign a page's context in as the one person with this first name."""

    def enter(page: Page, name: str) -> None:
        client = Client()
        client.force_login(Account.objects.get(person__name__startswith=name))
        cookie = django_settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": cookie, "value": client.cookies[cookie].value, "url": str(live_server)}])

    return enter
