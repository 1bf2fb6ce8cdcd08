"""Privacy and accessibility: the Hub's own words hold until a team has written its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from hub.core.errors import ChangedMeanwhile, NotAllowed
from hub.core.statements import LONGEST, StatementKind
from hub.kit import personal
from hub.kit.models import JournalEntry
from hub.kit.personal import Kind
from hub.programmes.commands import BadFact, edit_programme, publish_statement
from hub.programmes.models import Statement
from hub.site.statements import HELD
from tests.scene import IN_SEPTEMBER, Scene, as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
PRIVACY, ACCESSIBILITY = "/practitioners-hub/privacy/", "/practitioners-hub/accessibility/"
DESK = "/team/practitioners-hub/statements/"


def read(path: str, client: Client | None = None) -> str:
    return words((client or Client()).get(path).content.decode())


def published(scene: Scene, text: str, *, seen: int = 0) -> Statement:
    return publish_statement(scene.programme, StatementKind.PRIVACY, text, seen=seen, by=scene.mara, at=IN_SEPTEMBER)


def test_whatever_a_room_keeps_of_people_the_notice_tells_of() -> None:
    of_people = {Kind.REFERENCE, Kind.IDENTITY, Kind.CONTACT, Kind.SENSITIVE, Kind.SECRET, Kind.ANSWER}
    kept = {label for label, each in personal.classed().items() if of_people & {it.kind for it in each.fields.values()}}
    told = [label for _, labels in HELD for label in labels]
    assert sorted(told) == sorted(kept)


def test_until_a_team_writes_the_hub_says_what_it_does_as_it_is_set(scene: Scene, settings: Settings) -> None:
    before = read(PRIVACY)
    assert "These are the Hub’s own words" in before
    assert "hub@example.org" in before
    assert "the rest goes 14 days later" in before
    assert "180 days after your last role has ended" in before

    settings.ERASURE_DAYS, settings.RETENTION_ACCESS_NEEDS_DAYS = 3, 31
    after = read(PRIVACY)
    assert "the rest goes 3 days later" in after
    assert "31 days after your last role has ended" in after


def test_no_cookie_is_set_that_the_notice_does_not_name(scene: Scene) -> None:
    client = as_(scene.ada)
    for path in ("/", PRIVACY, "/me/", "/me/profile/", "/sign-in/"):
        client.get(path)
    client.post("/me/profile/", {"name": "Ada Lindqvist"})
    client.post("/me/calendar/", {"do": "make"})
    notice = Client().get(PRIVACY).content.decode()
    named = {name for name in client.cookies if f"<code>{name}</code>" in notice}
    ours = {"messages", "last", django_settings.SESSION_COOKIE_NAME, django_settings.CSRF_COOKIE_NAME}
    assert named == set(client.cookies) == ours
    team = as_(scene.mara)
    team.get("/team/practitioners-hub/")
    assert set(team.cookies) - named == {"visits"}
    assert "<code>visits</code>" in notice


def test_who_only_reads_gets_no_cookie(scene: Scene) -> None:
    client = Client()
    for path in ("/", "/practitioners-hub/", "/practitioners-hub/2024/schedule/", PRIVACY, ACCESSIBILITY):
        client.get(path)
    assert dict(client.cookies) == {}


def test_what_a_team_publishes_holds_at_once_with_its_day(scene: Scene) -> None:
    assert "These are the Hub’s own words" in read(PRIVACY)
    sent = {"kind": "privacy", "seen": "0", "text": "We keep **little**.", "do": "publish"}
    answer = as_(scene.mara).post(DESK, sent, follow=True)
    assert "Privacy notice: version 1 holds from now on." in words(answer.content.decode())
    html = Client().get(PRIVACY).content.decode()
    assert "We keep <strong>little</strong>." in html
    assert "Since Tue 10 September 2024, 12:00 (London)" in words(html)
    assert "These are the Hub’s own words" in read(ACCESSIBILITY)
    line = JournalEntry.objects.get(thing="programmes.Statement")
    assert (line.verb, line.by_id, line.facts) == ("published", scene.mara.pk, {"kind": "privacy", "number": 1})


def test_earlier_versions_stay_and_the_team_finds_them(scene: Scene) -> None:
    published(scene, "First words.")
    published(scene, "Second words.", seen=1)
    assert list(Statement.objects.order_by("number").values_list("number", "text")) == [
        (1, "First words."),
        (2, "Second words."),
    ]
    desk = read(DESK, as_(scene.mara))
    assert "Earlier versions (1)" in desk
    assert "First words." in desk
    assert "First words." not in read(PRIVACY)


def test_the_words_that_hold_already_make_no_version(scene: Scene) -> None:
    first = published(scene, "Little.")
    assert published(scene, "  Little.\r\n", seen=1) == first
    assert Statement.objects.count() == 1


def test_a_preview_shows_the_words_and_keeps_nothing(scene: Scene) -> None:
    sent = {"kind": "accessibility", "seen": "0", "text": "Ask **us**.", "do": "preview"}
    answer = as_(scene.mara).post(DESK, sent)
    assert answer.status_code == 200
    assert "Ask <strong>us</strong>." in answer.content.decode()
    assert Statement.objects.count() == 0


def test_who_was_overtaken_is_told_sees_both_and_may_publish_then(scene: Scene) -> None:
    published(scene, "The other words.")
    mara = as_(scene.mara)
    sent = {"kind": "privacy", "seen": "0", "text": "My words.", "do": "publish"}
    answer = mara.post(DESK, sent)
    said = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody published version 1 while you were writing." in said
    assert "My words." in said
    assert "<p>The other words.</p>" in said
    edited = next(each for each in answer.context["edited"] if each.kind is StatementKind.PRIVACY)
    assert edited.form["seen"].value() == "1"
    assert mara.post(DESK, sent | {"seen": "1"}).status_code == 302
    assert "My words." in read(PRIVACY)


@pytest.mark.parametrize(("text", "said"), [("", "Write what you state."), ("x" * (LONGEST + 1), "more than 30,000 letters")])
def test_what_is_missing_or_too_long_is_said_at_the_field_and_nothing_typed_is_lost(scene: Scene, text: str, said: str) -> None:
    answer = as_(scene.mara).post(DESK, {"kind": "privacy", "seen": "0", "text": text, "do": "publish"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert answer.context["edited"][0].form["text"].value() == text


@pytest.mark.parametrize("sent", [{}, {"kind": "tea", "seen": "0", "text": "x"}, {"kind": "privacy", "seen": "x", "text": "x"}])
def test_what_no_form_of_ours_sends_is_not_taken(scene: Scene, sent: dict[str, str]) -> None:
    assert as_(scene.mara).post(DESK, sent | {"do": "publish"}).status_code == 400
    assert Statement.objects.count() == 0


def test_a_script_in_the_words_is_only_words(scene: Scene) -> None:
    published(scene, "<script>alert(1)</script> [x](javascript:alert(2))")
    html = Client().get(PRIVACY).content.decode()
    assert "<script>alert" not in html
    assert 'href="javascript' not in html


def test_only_the_team_publishes_and_nothing_is_half_written(scene: Scene) -> None:
    for by in (scene.ada, scene.sam):
        with pytest.raises(NotAllowed):
            publish_statement(scene.programme, StatementKind.PRIVACY, "Mine.", seen=0, by=by, at=IN_SEPTEMBER)
    with pytest.raises(BadFact):
        published(scene, "a\x00b")
    with pytest.raises(ChangedMeanwhile):
        published(scene, "Words.", seen=4)
    assert Statement.objects.count() == 0


def test_every_page_of_a_programme_leads_to_both(scene: Scene) -> None:
    base = "/practitioners-hub/"
    session = f"2024/sessions/{scene.session.slug}/"
    for path in ("", "year-plan/", "2024/", "2024/schedule/", "2024/changes/", session, "privacy/", "accessibility/"):
        footer = Client().get(base + path).content.decode().partition("<footer")[2]
        assert f'href="{PRIVACY}"' in footer
        assert f'href="{ACCESSIBILITY}"' in footer


def test_the_sign_in_and_ones_data_lead_to_the_notice_and_never_to_a_hidden_programme(scene: Scene) -> None:
    for client, path in ((Client(), "/sign-in/"), (as_(scene.ada), "/me/data/")):
        assert f'href="{PRIVACY}"' in client.get(path).content.decode()
        assert "masterclass" not in client.get(path).content.decode()
    edit_programme(scene.programme, is_public=False, by=None, at=IN_SEPTEMBER)
    assert PRIVACY not in Client().get("/sign-in/").content.decode()
    assert f'href="{PRIVACY}"' in as_(scene.ada).get("/me/data/").content.decode()


def test_a_statement_is_not_sent_again_to_who_has_it_until_it_changes(scene: Scene) -> None:
    tag = Client().get(PRIVACY)["ETag"]
    assert Client().get(PRIVACY, headers={"If-None-Match": tag}).status_code == 304
    published(scene, "Words.")
    assert Client().get(PRIVACY, headers={"If-None-Match": tag}).status_code == 200


def test_many_versions_cost_no_more_queries_than_one(scene: Scene) -> None:
    def queries(path: str, client: Client) -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(path).status_code == 200
        return len(caught)

    mara = as_(scene.mara)
    published(scene, "Words 0.")
    before = (queries(PRIVACY, Client()), queries(DESK, mara))
    for number in range(1, 5):
        published(scene, f"Words {number}.", seen=number)
    assert (queries(PRIVACY, Client()), queries(DESK, mara)) == before
    assert before[0] <= 2


def test_the_moment_is_that_of_the_version_that_holds(scene: Scene) -> None:
    published(scene, "Words.")
    later = IN_SEPTEMBER + timedelta(days=4)
    publish_statement(scene.programme, StatementKind.PRIVACY, "Other words.", seen=1, by=scene.mara, at=later)
    assert "Since Sat 14 September 2024, 12:00 (London)" in read(PRIVACY)
