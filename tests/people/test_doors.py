"""Keys, addresses, invitations, looking with somebody's eyes, and what was typed when the session was over."""

from __future__ import annotations

import io
import random
import re
import smtplib
import time
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from hub.core.errors import NotAllowed
from hub.kit.models import JournalEntry
from hub.people.commands import InvitationOver, accept_invitation, add_person, give_role, invite
from hub.people.kept import NOT_KEPT
from hub.people.models import Account, Invitation, Person, RoleKind
from tests.attacks.passkeys import Passkey
from tests.factories import BEGUN
from tests.people.test_sign_in import another, ask, code_sent, come_in, is_in, signed_in_as
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


@pytest.fixture
def grace(scene: Scene) -> Person:
    """An Expert who has never been here."""
    person = add_person("Grace Hopper", by=None, at=BEGUN)
    give_role(person, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=BEGUN.date(), by=None, at=BEGUN)
    return person


def app_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def with_an_app(client: Client) -> str:
    """Add an authenticator app; gives its secret."""
    page = client.get("/me/sign-in/app/").content.decode()
    secret = re.search(r'<code class="key">(\w+)</code>', page)
    assert secret
    answer = client.post("/me/sign-in/app/", {"code": app_code(secret[1])})
    assert answer["Location"] == "/me/sign-in/recovery-codes/"
    return secret[1]


# -- keys


def test_who_has_an_app_is_asked_for_it_after_the_code(scene: Scene) -> None:
    client = Client()
    come_in(client)
    secret = with_an_app(client)
    other = Client()
    assert come_in(other) == "/sign-in/second-step/"
    assert not is_in(other)
    wrong = other.post("/sign-in/second-step/", {"code": another(app_code(secret))})
    assert wrong.status_code == 422
    assert "That did not fit." in words(wrong.content.decode())
    other.post("/sign-in/second-step/", {"code": app_code(secret)})
    assert is_in(other)


def test_a_recovery_code_lets_one_in_once(scene: Scene) -> None:
    client = Client()
    come_in(client)
    with_an_app(client)
    page = client.get("/me/sign-in/recovery-codes/").content.decode()
    codes = re.findall(r"<li><code>(\d+)</code></li>", page)
    assert len(codes) == 10
    for expected in (True, False):
        other = Client()
        come_in(other)
        other.post("/sign-in/second-step/", {"code": codes[0]})
        assert is_in(other) is expected


def test_the_secret_of_an_app_is_not_in_the_database_as_it_is(scene: Scene) -> None:
    client = Client()
    come_in(client)
    secret = with_an_app(client)
    stored = Authenticator.objects.get(type="totp")
    assert secret not in str(stored.data)
    assert stored.wrap().validate_code(app_code(secret)) or isinstance(stored.wrap(), TOTP)


def test_a_key_is_changed_only_by_who_shows_theirs_once_more(scene: Scene) -> None:
    secret = with_an_app(as_(scene.mara))
    client = as_(scene.mara)
    answer = client.post("/me/sign-in/app/remove/")
    assert answer["Location"].startswith("/me/sign-in/again/")
    assert Authenticator.objects.filter(type="totp").exists()
    with time_machine.travel(timezone.now() + timedelta(seconds=60)):
        client.post(answer["Location"], {"code": app_code(secret), "next": "/me/sign-in/app/remove/"})
        client.post("/me/sign-in/app/remove/")
    assert not Authenticator.objects.filter(type="totp").exists()


@pytest.mark.django_db(transaction=True)
def test_somebody_is_told_by_mail_when_their_keys_change(scene: Scene) -> None:
    client = Client()
    come_in(client)
    with_an_app(client)
    assert [message.subject for message in mail.outbox[1:]] == ["Authenticator App Activated"]
    assert "look at “How you sign in”" in str(mail.outbox[-1].body)


def test_an_address_is_added_with_a_code_that_goes_there(scene: Scene) -> None:
    client = as_(scene.ada)
    answer = client.post("/me/sign-in/addresses/", {"email": "ada@example.net", "action_add": "1"})
    assert answer["Location"] == "/me/sign-in/addresses/code/"
    assert mail.outbox[-1].to == ["ada@example.net"]
    assert not EmailAddress.objects.filter(email="ada@example.net", verified=True).exists()
    assert client.post("/me/sign-in/addresses/code/", {"code": another(code_sent())}).status_code == 422
    assert client.post("/me/sign-in/addresses/code/", {"code": code_sent()})["Location"] == "/me/sign-in/addresses/"
    assert EmailAddress.objects.get(email="ada@example.net").verified
    client.post("/me/sign-in/addresses/", {"email": "ada@example.net", "action_primary": "1"})
    assert Account.objects.get(person=scene.ada).email == "ada@example.net"
    client.post("/me/sign-in/addresses/", {"email": "ada@example.org", "action_remove": "1"})
    assert [each.email for each in EmailAddress.objects.filter(user__person=scene.ada)] == ["ada@example.net"]


def test_the_address_of_somebody_else_is_not_given_away_nor_taken(scene: Scene) -> None:
    client = as_(scene.ada)
    answer = client.post("/me/sign-in/addresses/", {"email": "mara@example.org", "action_add": "1"})
    assert answer.status_code in (302, 422)
    client.post("/me/sign-in/addresses/code/", {"code": "000000"})
    assert [each.user.person for each in EmailAddress.objects.filter(email="mara@example.org")] == [scene.mara]
    assert "Mara" not in words(client.get("/me/sign-in/addresses/").content.decode())


def test_signing_out_everywhere_else_ends_every_other_session(scene: Scene) -> None:
    here, there, elsewhere = as_(scene.ada), as_(scene.ada), as_(scene.ada)
    mara = as_(scene.mara)
    page = words(here.get("/me/sign-in/").content.decode())
    assert page.count("Sign out there") == 2
    here.post("/me/sign-in/end/")
    assert [is_in(client) for client in (here, there, elsewhere, mara)] == [True, False, False, True]


def test_nobody_ends_the_session_of_somebody_else(scene: Scene) -> None:
    ada, mara = as_(scene.ada), as_(scene.mara)
    theirs = re.findall(r'name="session" value="(\d+)"', as_(scene.mara).get("/me/sign-in/").content.decode())
    assert theirs
    ada.post("/me/sign-in/end/", {"session": theirs[0]})
    assert is_in(mara)


# -- invitations


def link_of(page: str) -> str:
    found = re.search(r"http://localhost:8000(/come-in/[\w-]+/)", page)
    assert found
    return found[1]


def test_an_invitation_lets_in_once_after_a_press(scene: Scene, grace: Person) -> None:
    page = as_(scene.mara).post(f"/team/practitioners-hub/people/{grace.pk}/invite/", {"email": "Grace@example.org"})
    link = link_of(page.content.decode())
    assert [(message.to, link in str(message.body)) for message in mail.outbox] == [(["grace@example.org"], True)]
    assert mail.outbox[0].reply_to == ["mara@example.org"]  # to whoever invites, not to nobody
    scanner = Client()
    shown = scanner.get(link)
    assert "Welcome, Grace Hopper" in words(shown.content.decode())
    assert (shown["Referrer-Policy"], is_in(scanner)) == ("strict-origin", False)
    client = Client()
    client.post(link)
    assert signed_in_as(client) == "Grace"
    other = Client()
    assert other.get(link).status_code == 410
    assert other.post(link)["Location"] == "/sign-in/"
    assert not is_in(other)


def test_an_invitation_runs_out_and_a_newer_one_ends_it(scene: Scene, grace: Person) -> None:
    _, first = invite(grace, email="grace@example.org", by=scene.mara, at=IN_SEPTEMBER)
    _, second = invite(grace, by=scene.mara, at=IN_SEPTEMBER)
    for key, at in ((first, IN_SEPTEMBER), (second, IN_SEPTEMBER + timedelta(days=15)), ("nothing", IN_SEPTEMBER)):
        with pytest.raises(InvitationOver):
            accept_invitation(key, at=at)
    assert accept_invitation(second, at=IN_SEPTEMBER).person == grace


def test_the_key_of_an_invitation_is_not_in_the_database(scene: Scene, grace: Person) -> None:
    _, key = invite(grace, email="grace@example.org", by=scene.mara, at=IN_SEPTEMBER)
    assert key not in str(list(Invitation.objects.values()))
    assert key not in str(list(JournalEntry.objects.values()))


def test_no_link_is_made_into_an_account_that_somebody_uses_or_that_others_answer_for(scene: Scene, grace: Person) -> None:
    as_(scene.ada)  # she has signed in
    give_role(grace, RoleKind.EXPERT, scene.private, starts_on=BEGUN.date(), by=None, at=BEGUN)
    for person in (scene.ada, grace, scene.mara, scene.sam):
        with pytest.raises(NotAllowed):
            invite(person, email="somebody@example.org", by=scene.mara, at=IN_SEPTEMBER)
    with pytest.raises(NotAllowed):
        invite(grace, email="somebody@example.org", by=scene.ada, at=IN_SEPTEMBER)


def test_a_link_nobody_used_is_over_once_its_person_came_in_another_way(scene: Scene, grace: Person) -> None:
    _, key = invite(grace, email="grace@example.org", by=scene.mara, at=timezone.now())
    link = reverse("come-in", args=[key])
    mara = Client()
    page = mara.get(link)  # she made it, so she can open it
    assert page.status_code == 200
    come_in(Client(), "grace@example.org")
    shown = mara.get(link)
    assert shown.status_code == 410
    assert "came in another way since" in words(shown.content.decode())
    after = mara.post(link, follow=True)
    assert "came in another way since, so it opens nothing any more. Sign in with a code" in words(after.content.decode())
    assert not is_in(mara)
    with pytest.raises(InvitationOver):
        accept_invitation(key, at=timezone.now())
    assert Invitation.objects.get().used_at is None


def test_an_invited_person_with_an_app_is_asked_for_it_all_the_same(scene: Scene, grace: Person) -> None:
    _, key = invite(grace, email="grace@example.org", by=scene.mara, at=IN_SEPTEMBER)
    EmailAddress.objects.update(verified=True)
    with_an_app(as_(grace))
    _, key = invite(grace, by=None, at=timezone.now())
    client = Client()
    assert client.post(reverse("come-in", args=[key]))["Location"] == "/sign-in/second-step/"
    assert not is_in(client)


# -- keys of who came in by a link, which proves no address


def test_the_first_of_a_team_makes_a_passkey_by_the_printed_link_and_signs_in_with_it_without_mail(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
    call_command("add_team_member", "practitioners-hub", "Imani Okoye", "imani@example.org", stdout=(said := io.StringIO()))
    first, key = Client(), Passkey()
    assert first.post(link_of(said.getvalue()))["Location"] == "/team/practitioners-hub/"
    page = first.get("/me/sign-in/passkey/").content.decode()
    sent = {"name": "The laptop", "passwordless": "on", "credential": key.made_for(page)}
    assert first.post("/me/sign-in/passkey/", sent)["Location"] == "/me/sign-in/recovery-codes/"
    assert len(re.findall(r"<li><code>\d+</code></li>", first.get("/me/sign-in/recovery-codes/").content.decode())) == 10
    again = Client()
    challenge = again.get("/sign-in/passkey/", headers={"X-Requested-With": "XMLHttpRequest"}).json()
    assert again.post("/sign-in/passkey/", {"credential": key.answers(challenge)})["Location"] == "/team/practitioners-hub/"
    assert signed_in_as(again) == "Imani"
    assert not EmailAddress.objects.get(email="imani@example.org").verified


def test_who_came_in_by_a_link_adds_an_app_which_keeps_out_who_else_reads_their_mail(scene: Scene, grace: Person) -> None:
    _, key = invite(grace, email="grace@example.org", by=scene.mara, at=timezone.now())
    own = Client()
    own.post(reverse("come-in", args=[key]))
    secret = with_an_app(own)
    other = Client()
    assert come_in(other, "grace@example.org") == "/sign-in/second-step/"
    assert not is_in(other)
    other.post("/sign-in/second-step/", {"code": app_code(secret)})
    assert is_in(other)


# -- seeing as somebody


def test_the_team_sees_the_hub_as_an_expert_does_and_writes_nothing(scene: Scene) -> None:
    client = as_(scene.mara)
    assert client.post(f"/team/practitioners-hub/people/{scene.ada.pk}/see-as/")["Location"] == "/me/"
    assert "You see the Hub as <strong>Ada Lindqvist</strong> does." in client.get("/me/").content.decode()
    assert client.get("/team/practitioners-hub/").status_code == 403
    answer = client.post("/me/profile/", {"name": "Somebody Else"})
    assert answer.status_code == 403
    assert Person.objects.get(pk=scene.ada.pk).name == "Ada Lindqvist"
    api = client.put("/api/v1/programmes/practitioners-hub/rules", {"toml": ""}, content_type="application/json")
    assert api.status_code == 403
    line = JournalEntry.objects.get(verb="saw-as")
    assert (line.by, line.about) == (scene.mara, scene.ada)
    client.post("/see-as/end/")
    assert client.get("/team/practitioners-hub/").status_code == 200


@pytest.mark.parametrize("address", ["/me/sign-in/", "/me/tokens/", "/me/data/", "/me/data.json", "/me/sign-in/addresses/"])
def test_what_is_for_somebodys_own_eyes_stays_so(scene: Scene, address: str) -> None:
    client = as_(scene.mara)
    client.post(f"/team/practitioners-hub/people/{scene.ada.pk}/see-as/")
    assert client.get(address).status_code == 403


def test_seeing_as_somebody_ends_after_an_hour_or_with_the_right_to(scene: Scene) -> None:
    client = as_(scene.mara)
    client.post(f"/team/practitioners-hub/people/{scene.ada.pk}/see-as/")
    assert signed_in_as(client) != "Mara"
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert client.get("/team/practitioners-hub/").status_code == 200
    give_role(scene.ada, RoleKind.EXPERT, scene.private, starts_on=BEGUN.date(), by=None, at=BEGUN)
    assert client.get("/team/practitioners-hub/").status_code == 200


def facts_of(person: Person) -> tuple[str, str]:
    person.refresh_from_db()
    return person.name, person.access_needs


@pytest.mark.parametrize("ended_by", ["the hour", "the right"])
@pytest.mark.parametrize("sent_to", ["a page", "a part of a page", "the API"])
def test_a_form_opened_as_somebody_is_not_written_into_ones_own_record_when_that_is_over(
    scene: Scene, ended_by: str, sent_to: str
) -> None:
    client = as_(scene.mara)
    client.post(f"/team/practitioners-hub/people/{scene.ada.pk}/see-as/")
    before = facts_of(scene.mara)
    if ended_by == "the right":
        give_role(scene.ada, RoleKind.EXPERT, scene.private, starts_on=BEGUN.date(), by=None, at=BEGUN)
    with time_machine.travel(timezone.now() + timedelta(minutes=61 if ended_by == "the hour" else 1)):
        hers = {"name": "Ada Lindqvist", "access_needs": "A seat by the door"}
        if sent_to == "the API":
            path = "/api/v1/programmes/practitioners-hub/rules"
            answer = client.put(path, {"toml": ""}, content_type="application/json")
            assert (answer.status_code, answer.json()["code"]) == (409, "oneself-again")
            assert "Nothing was saved." in answer.json()["message"]
        elif sent_to == "a part of a page":
            answer = client.post("/me/profile/", hers, headers={"HX-Request": "true"})
            assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
            assert "Nothing was saved." in words(client.get("/me/profile/").content.decode())
        else:
            answer = client.post("/me/profile/", hers)
            assert answer.status_code == 409
            assert "Nothing was saved You are yourself again" in words(answer.content.decode())
        assert facts_of(scene.mara) == before
        assert "seen_as" not in client.session
        assert client.post("/me/profile/", {"name": "Mara O."}).status_code == 302  # her own form, opened since
    assert facts_of(scene.mara)[0] == "Mara O."


def token_on(client: Client, path: str) -> str:
    """The token against forged forms as a page of a browser has it."""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(path).content.decode())
    assert found
    return found[1]


@pytest.mark.parametrize("ended_by", ["the hour", "a press"])
def test_a_form_left_open_in_another_tab_as_somebody_is_not_taken_once_one_is_oneself_again(
    scene: Scene, ended_by: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.mara.account)
    own = token_on(client, "/me/profile/")
    client.post(f"/team/practitioners-hub/people/{scene.ada.pk}/see-as/", {"csrfmiddlewaretoken": own})
    hers = token_on(client, "/me/profile/")
    if ended_by == "a press":
        client.post("/see-as/end/", {"csrfmiddlewaretoken": hers})
    with time_machine.travel(timezone.now() + timedelta(minutes=61 if ended_by == "the hour" else 1)):
        shown = words(client.get("/me/").content.decode())
        assert ("You are yourself again" in shown) is (ended_by == "the hour")
        assert "You are yourself again" not in words(client.get("/me/").content.decode())
        typed = {"name": "Ada Lindqvist", "csrfmiddlewaretoken": hers}
        assert client.post("/me/profile/", typed).status_code == 403
        assert facts_of(scene.mara)[0] == "Mara Okafor"
        typed = {"name": "Mara O.", "csrfmiddlewaretoken": own}  # what she had typed before she looked is not lost
        assert client.post("/me/profile/", typed).status_code == 302
    assert facts_of(scene.mara)[0] == "Mara O."


def test_nobody_sees_as_somebody_with_a_part_in_the_programme_of_others(scene: Scene) -> None:
    give_role(scene.ada, RoleKind.TEAM, scene.private, starts_on=BEGUN.date(), by=None, at=BEGUN)
    client = as_(scene.mara)
    client.post(f"/team/practitioners-hub/people/{scene.ada.pk}/see-as/")
    assert client.get("/team/masterclass/").status_code == 404
    assert "You can only look" not in client.get("/me/").content.decode()


# -- what was typed when the session was over


def test_what_was_typed_after_the_session_ended_is_shown_and_sent_after_the_sign_in(scene: Scene) -> None:
    client = Client()
    typed = {"name": "Ada <b>Lindqvist</b>", "about": "Line one\nline two", "pronouns": ""}
    answer = client.post("/me/profile/", typed)
    assert answer["Location"] == "/sign-in/?next=/sign-in/go-on/"
    assert come_in(client, "ada@example.org", next="/sign-in/go-on/") == "/sign-in/go-on/"
    page = client.get("/sign-in/go-on/").content.decode()
    assert "What you had typed is still here" in words(page)
    assert 'action="/me/profile/"' in page
    assert "Ada &lt;b&gt;Lindqvist&lt;/b&gt;</textarea>" in page
    assert "<b>Lindqvist" not in page
    assert client.post("/sign-in/go-on/")["Location"] == "/me/"
    assert client.get("/sign-in/go-on/").status_code == 302


def test_a_sheet_as_large_as_the_page_takes_is_kept_and_of_a_larger_one_it_is_said_that_it_is_not(scene: Scene) -> None:
    path = "/team/practitioners-hub/people/import/"
    rows = "".join(f"Person Number {row} Lindqvist;person.number.{row}@organisation.example.org\n" for row in range(5_000))
    client = Client()
    assert client.post(path, {"text": f"Name;E-mail\n{rows}"})["Location"] == "/sign-in/?next=/sign-in/go-on/"
    assert come_in(client, "mara@example.org", next="/sign-in/go-on/") == "/sign-in/go-on/"
    kept_text = client.get("/sign-in/go-on/").context["kept"].fields[0][1]
    assert (kept_text.count("\n"), kept_text.endswith("person.number.4999@organisation.example.org\n")) == (5_001, True)
    noise = random.Random(7).randbytes(700_000).hex()
    answered = Client().post(path, {"text": noise}, follow=True)
    assert answered.redirect_chain == [(f"/sign-in/?next={path}", 302)]
    assert NOT_KEPT in unescape(answered.content.decode())


def test_a_button_that_only_sends_leads_back_to_the_page_it_stood_on(scene: Scene) -> None:
    page = f"/team/practitioners-hub/people/{scene.ada.pk}/"
    see_as, everywhere_else = f"{page}see-as/", "/me/sign-in/end/"
    for path, came_from, leads_to in (
        (see_as, f"http://testserver{page}?a=b", f"{page}%3Fa%3Db"),
        (everywhere_else, "http://testserver/me/sign-in/", "/me/sign-in/"),
        (everywhere_else, f"http://testserver{everywhere_else}", "/me/"),  # shown there after a refusal
        (everywhere_else, "https://elsewhere.example/me/sign-in/", "/me/"),
        (everywhere_else, "http://testserver/no/such/page/at/all/here/", "/me/"),
        (everywhere_else, "http://testserver/nowhere/", "/me/"),  # such a word would be a programme
        (everywhere_else, "http://testserver/practitioners-hub/2019/schedule/", "/me/"),
        (everywhere_else, "http://testserver/team/nowhere/people/", "/me/"),
        (everywhere_else, "http://testserver/practitioners-hub/2024/schedule/", "/practitioners-hub/2024/schedule/"),
        (see_as, "http://[", "/me/"),
        (see_as, "", "/me/"),
    ):
        answered = Client().post(path, headers={"Referer": came_from} if came_from else {})
        assert answered["Location"] == f"/sign-in/?next={leads_to}"


def test_what_was_typed_is_kept_for_an_hour_in_that_browser_only(scene: Scene) -> None:
    client = Client()
    client.post("/me/profile/", {"name": "Ada"})
    other = as_(scene.ada)
    assert other.get("/sign-in/go-on/").status_code == 302
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        ask(client, "ada@example.org")
        client.post("/sign-in/code/", {"code": code_sent()})
        assert client.get("/sign-in/go-on/").status_code == 302


@pytest.mark.parametrize("ended", ["by a press", "elsewhere", "by time"])
def test_what_one_person_typed_is_not_offered_to_the_next_who_signs_in_in_that_browser(scene: Scene, ended: str) -> None:
    typed = {"name": "Ada L.", "access_needs": "A seat by the door"}
    for email, is_offered in (("mara@example.org", False), ("ada@example.org", True)):
        client = Client()
        come_in(client, "ada@example.org")
        assert is_in(client)
        if ended == "by a press":
            client.post("/sign-out/")
        elif ended == "elsewhere":
            as_(scene.ada).post("/me/sign-in/end/")
        else:
            del client.cookies["sessionid"]  # a browser drops it when the session ends
        assert not is_in(client)
        answer = client.post("/me/profile/", typed)
        assert answer["Location"] == "/sign-in/?next=/sign-in/go-on/"
        come_in(client, email, next="/sign-in/go-on/")
        page = client.get("/sign-in/go-on/")
        assert (page.status_code == 200) is is_offered
        assert ("A seat by the door" in page.content.decode()) is is_offered
        assert "We can’t tell who typed it" not in page.content.decode()
        assert client.get("/sign-in/go-on/").status_code == page.status_code


def a_session_that_ends_while_seeing_as_ada(scene: Scene, ended: str) -> Client:
    """Mara's browser: she saw the Hub as Ada, and is signed in no more, without having ended it there."""
    client = Client()
    come_in(client, "mara@example.org")
    client.get("/me/")
    client.post(f"/team/practitioners-hub/people/{scene.ada.pk}/see-as/")
    if ended == "elsewhere":
        as_(scene.mara).post("/me/sign-in/end/")
    else:
        del client.cookies["sessionid"]
    assert not is_in(client)
    return client


@pytest.mark.parametrize("ended", ["elsewhere", "by time"])
@pytest.mark.parametrize("sent_to", ["a page", "a part of a page", "the API"])
@pytest.mark.parametrize("next_in", ["mara@example.org", "ada@example.org"])
def test_what_was_typed_while_seeing_as_somebody_is_kept_for_nobody_when_the_session_ends(
    scene: Scene, ended: str, sent_to: str, next_in: str
) -> None:
    client = a_session_that_ends_while_seeing_as_ada(scene, ended)
    typed = {"name": "Ada L.", "access_needs": "A seat by the door"}
    if sent_to == "the API":
        path = "/api/v1/programmes/practitioners-hub/rules"
        answer = client.put(path, {"toml": "A seat by the door"}, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (409, "oneself-again")
    elif sent_to == "a part of a page":
        answer = client.post("/me/profile/", typed, headers={"HX-Request": "true"})
        assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")
        assert "Nothing was saved." in words(client.get("/sign-in/").content.decode())
    else:
        answer = client.post("/me/profile/", typed)
        assert answer.status_code == 409
        assert "Nothing was saved" in words(answer.content.decode())
    assert "kept" not in client.session
    come_in(client, next_in, next="/sign-in/go-on/")
    assert client.get("/sign-in/go-on/")["Location"] == "/me/"
    assert "A seat by the door" not in client.get("/me/profile/").content.decode()


def test_a_second_form_typed_while_seeing_as_somebody_is_not_taken_either_when_the_session_ended(scene: Scene) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.mara.account)
    own = token_on(client, "/me/profile/")
    client.post(f"/team/practitioners-hub/people/{scene.ada.pk}/see-as/", {"csrfmiddlewaretoken": own})
    typed = {"name": "Ada L.", "csrfmiddlewaretoken": token_on(client, "/me/profile/")}
    as_(scene.mara).post("/me/sign-in/end/")
    assert [client.post("/me/profile/", typed).status_code for _ in range(2)] == [409, 403]
    assert "kept" not in client.session


def test_who_comes_back_after_a_session_that_ended_while_seeing_as_somebody_is_kept_for_again(scene: Scene) -> None:
    client = a_session_that_ends_while_seeing_as_ada(scene, "elsewhere")
    come_in(client, "mara@example.org")
    client.get("/me/")
    as_(scene.mara).post("/me/sign-in/end/")
    client.post("/me/profile/", {"name": "Mara O."})
    come_in(client, "mara@example.org", next="/sign-in/go-on/")
    assert "Mara O." in client.get("/sign-in/go-on/").content.decode()


def test_who_signs_out_while_seeing_as_somebody_leaves_nothing_of_that_behind_in_the_browser(scene: Scene) -> None:
    client = as_(scene.mara)
    client.get("/me/")
    own = client.cookies["last"].value
    client.post(f"/team/practitioners-hub/people/{scene.ada.pk}/see-as/")
    assert client.cookies["last"].value == "looking"
    client.post("/sign-out/")
    assert client.cookies["last"].value == own


def test_where_nobody_knows_who_typed_it_the_page_says_so(scene: Scene) -> None:
    client = Client()
    client.post("/me/profile/", {"name": "Ada"})
    come_in(client, "ada@example.org")
    assert "We can’t tell who typed it in this browser." in words(client.get("/sign-in/go-on/").content.decode())


def test_what_a_browser_remembers_of_who_was_signed_in_says_nothing_by_itself(scene: Scene) -> None:
    client = as_(scene.ada)
    client.get("/me/")
    kept = client.cookies["last"]
    assert re.fullmatch("[0-9a-f]{32}", kept.value)
    assert (kept["httponly"], kept["samesite"]) == (True, "Lax")
    assert "last" not in client.get("/me/").cookies  # said once


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(scene: Scene) -> None:
    answer = Client().post("/me/profile/", {"name": "Ada"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/sign-in/?next=/sign-in/go-on/")


def test_a_huge_text_is_not_kept_for_somebody_nobody_knows(scene: Scene) -> None:
    client = Client()
    no_words = random.Random(5).randbytes(500_000).hex()  # what says nothing twice can't be packed
    answer = client.post("/me/profile/", {"name": no_words})
    assert answer["Location"] == "/sign-in/?next=/me/profile/"
    assert not client.session.keys()


def test_the_page_of_keys_asks_as_often_with_many_sessions_as_with_few(
    scene: Scene, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_(scene.ada)
    with django_assert_max_num_queries(24):
        client.get("/me/sign-in/")


def test_who_lost_every_key_is_let_in_with_a_code_again(scene: Scene) -> None:
    with_an_app(as_(scene.mara))
    call_command("forget_keys", "Mara@example.org", stdout=io.StringIO())
    client = Client()
    assert come_in(client) == "/team/practitioners-hub/"
    assert JournalEntry.objects.get(verb="forgot-keys").about == scene.mara
