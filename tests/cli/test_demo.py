"""The demo, as somebody starts it for the first time, and as somebody who has an older one beside."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from hub.cli import demo
from hub.forms.queries import forms_of, summary
from tests.kit.test_workers import free_port

pytestmark = pytest.mark.xdist_group("demo")  # the tests share one
DEMO = [sys.executable, "-m", "hub.cli", "demo"]


def environment(folder: Path, **more: str) -> dict[str, str]:
    own = {"DJANGO_SETTINGS_MODULE": "hub.settings", "HUB_DATA": str(folder), "HUB_STATIC": str(folder / "static")}
    return {**os.environ, "HUB_DATABASE_URL": "", **own, **more}


def load(folder: Path) -> str:
    ran = subprocess.run([*DEMO, "--load-only"], env=environment(folder), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Run `hub demo`; give its address once it answers there, and what it said until then."""
    running = subprocess.Popen(
        DEMO, env=environment(folder, HUB_PORT=str(free_port())), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert running.stdout is not None
    said: list[str] = []
    try:
        for line in running.stdout:
            said.append(line)
            if found := re.match(r"The Hub is at (\S+) ", line):
                yield found[1], said
                return
        raise AssertionError("".join(said))
    finally:
        running.terminate()
        running.communicate(timeout=60)


def signed_in(address: str, who: str = "mara") -> OpenerDirector:
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    for _ in range(50):  # it says where it is just before it listens
        try:
            browser.open(f"{address}/dev/as/{who}/", timeout=60)
            return browser
        except ConnectionError:
            time.sleep(0.2)
        except URLError as no:
            if not isinstance(no.reason, ConnectionError):
                raise
            time.sleep(0.2)
    raise AssertionError("nobody listens there")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo of this file stands: loading one takes a while."""
    return tmp_path_factory.mktemp("demo")


def test_the_demo_loaded_a_moment_ago_sets_a_certificate_on_paper(folder: Path) -> None:
    with served(folder) as (address, said):
        assert any("Ready after" in line for line in said)
        browser = signed_in(address)
        desk = browser.open(f"{address}/team/practitioners-hub/2023/certificates/", timeout=60).read().decode()
        papers = re.findall(r'"(/me/certificates/[^"]+/)"', desk)
        assert papers
        with browser.open(address + papers[0], timeout=60) as paper:
            assert paper.read(5) == b"%PDF-"


def test_the_team_of_the_demo_has_somebody_to_decide_on_and_a_merge_to_undo(folder: Path) -> None:
    with served(folder) as (address, _):
        browser = signed_in(address)
        people = f"{address}/team/practitioners-hub/people"
        ahead = browser.open(f"{people}/ahead/", timeout=60).read().decode()
        assert "Hanne Voss" in ahead
        assert "Systems Thinking in practice" in ahead
        duplicates = browser.open(f"{people}/duplicates/", timeout=60).read().decode()
        assert re.search(r"Undo<[^>]+>: Amara Obi into Amara Obi<", duplicates)
        mine = signed_in(address, "nia").open(f"{address}/me/", timeout=60).read().decode()
        assert "going on now" not in mine or "Fill the register" in mine  # there is no café on around midnight


def test_each_of_the_cast_is_named_once_with_an_address_to_sign_in_by() -> None:
    addresses = [line.rsplit(maxsplit=1)[-1] for line in demo.invitation("http://localhost") if "/dev/as/" in line]
    assert addresses[:2] == ["http://localhost/dev/as/mara/", "http://localhost/dev/as/ada/"]
    assert len(addresses) == len(set(addresses))


def test_an_older_demo_is_made_anew_and_todays_is_left_as_it_is(folder: Path) -> None:
    load(folder)
    assert "is loaded already" in load(folder)
    (mark,) = [path for path in folder.iterdir() if path.is_file() and "hub demo" in path.read_text(errors="ignore")]
    mark.write_text(mark.read_text().replace("Tables: ", "Tables: not "))
    database = folder / "hub.sqlite3"
    database.write_bytes(b"")
    mark.write_text("Everything in this folder was made by “hub demo”.\n")

    assert "of an older Hub; starting over" in load(folder)
    assert "is loaded already" in load(folder)


@pytest.mark.django_db
def test_the_first_cohort_of_the_demo_is_asked_one_survey_and_answers_what_would_help_it() -> None:
    programme = demo.load(lambda _: None)
    (survey,) = forms_of(programme).filter(cohort__slug="2023")
    (helped,) = [each for each in summary(survey).tallies if each.question.label == "What would help you most?"]
    assert survey.title == "Onboarding survey"
    assert helped.answered == summary(survey).count > 0
