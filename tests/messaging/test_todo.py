"""What messages say on This week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.outbox import Outgoing
from hub.messaging import commands
from hub.messaging.todo import answers, failing_channels, letters, to_look_at, went_wrong
from hub.people.commands import end_role, give_role
from hub.people.models import Account, Role, RoleKind
from tests.messaging.desk import AUGUST, NOW, Desk, a_desk, a_letter, browser
from tests.messaging.telling import Scene, an_expert, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(scene: Scene) -> Desk:
    return a_desk(scene)


def test_batches_are_due_on_the_day_they_are_to_go(desk: Desk) -> None:
    first = next(to_look_at(desk.scene.programme, by=desk.scene.mara, at=NOW))
    assert (first.what, first.due_on) == ("Look at “Two weeks before a session” and send it to 2 people", date(2024, 8, 21))
    assert first.about == "Collaboration Café: Welcome on Wed 4 September 2024, 15:00–17:00 (London)"


def test_whoever_was_named_to_read_answers_and_left_is_to_be_replaced(desk: Desk) -> None:
    scene = desk.scene
    commands.answer_by(scene.programme, scene.mara, by=scene.mara, at=AUGUST)
    assert list(answers(scene.programme, by=scene.mara, at=NOW)) == []
    give_role(somebody("Theo Brandt"), RoleKind.TEAM, scene.programme, starts_on=AUGUST.date(), by=None, at=AUGUST)
    end_role(Role.objects.get(person=scene.mara), on=AUGUST.date(), by=None, at=AUGUST)
    [left] = answers(scene.programme, by=None, at=NOW)
    assert (left.what, left.about) == ("Say who reads answers to mails", "Mara Okafor left the team")


def test_where_nobody_at_all_reads_answers_the_team_hears_of_it(desk: Desk) -> None:
    assert list(answers(desk.scene.programme, by=desk.scene.mara, at=NOW)) == []
    Account.objects.filter(person=desk.scene.mara).update(email="")
    [nobody] = answers(desk.scene.programme, by=None, at=NOW)
    assert nobody.about == "Nobody of the team has an address, so nobody does"


def test_letters_half_written_are_their_writers_and_those_sent_are_nobodys(desk: Desk) -> None:
    [draft] = letters(desk.scene.programme, by=desk.scene.mara, at=NOW)
    assert (draft.what, draft.about, draft.owner) == ("Finish the letter", "About the autumn", "Mara Okafor")
    commands.prepare_mailing(desk.draft, by=None, at=NOW)
    [ready] = letters(desk.scene.programme, by=desk.scene.mara, at=NOW)
    assert ready.what == "Send the letter, or change it"


def test_what_is_in_doubt_and_what_failed_is_counted(desk: Desk, settings: object) -> None:
    said = [each.what for each in went_wrong(desk.scene.programme, by=desk.scene.mara, at=NOW)]
    assert said == ["Say whether 1 message arrived", "See to 1 message that did not arrive"]
    settings.MAIL_TRANSPORT = None  # type: ignore[attr-defined]
    assert [each.what for each in went_wrong(desk.scene.programme, by=desk.scene.mara, at=NOW)][
        -1
    ] == "Have a mail server named"


def test_what_was_too_late_is_not_said_to_have_failed(desk: Desk) -> None:
    before = [each.what for each in went_wrong(desk.scene.programme, by=desk.scene.mara, at=NOW)]
    late = NOW + timedelta(days=3)
    desk.scene.reconcile(at=late)
    assert desk.scene.states(rule=desk.rule)[Outgoing.MISSED] == 3
    assert [each.what for each in went_wrong(desk.scene.programme, by=desk.scene.mara, at=late)] == before


def test_a_channel_that_fails_is_to_be_mended_unless_it_is_off(desk: Desk) -> None:
    hook = commands.add_hook(desk.scene.programme, kind="slack", name="#team", url="https://chat.example/x", by=None, at=NOW)
    commands.channels.hook_failed(hook, "Nobody listens.", at=NOW)
    [failing] = failing_channels(desk.scene.programme, by=desk.scene.mara, at=NOW)
    assert failing.about == "#team: Nobody listens."
    commands.switch_hook(hook, is_on=False, by=None, at=NOW)
    assert list(failing_channels(desk.scene.programme, by=desk.scene.mara, at=NOW)) == []


def test_every_line_leads_to_a_page_the_team_may_open(desk: Desk) -> None:
    page: Client = browser(desk.scene.mara)
    sources = (to_look_at, letters, went_wrong, failing_channels)
    lines = [each for say in sources for each in say(desk.scene.programme, by=desk.scene.mara, at=NOW)]
    assert {page.get(each.url).status_code for each in lines} == {200}


def test_it_asks_as_often_for_many_as_for_few(desk: Desk) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            for say in (to_look_at, letters, went_wrong, failing_channels):
                list(say(desk.scene.programme, by=desk.scene.mara, at=NOW))
        return len(seen)

    few = asked()
    an_expert("Noor Haddad", desk.scene.cohort)
    after = desk.scene.programme.message_rules.get(usual="session-day-after")
    commands.switch_rule(after, is_on=True, by=None, at=NOW)
    desk.scene.reconcile(at=NOW)
    a_letter(desk.scene, desk.scene.ada)
    assert asked() == few
