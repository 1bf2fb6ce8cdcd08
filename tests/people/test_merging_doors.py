"""Two records that are one person: who may merge them, and which ways in are closed."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hub.core.errors import ChangedMeanwhile, NotAllowed
from hub.kit import worker
from hub.people import queries
from hub.people.commands import (
    NotTwoRecords,
    SignedInAsThisOne,
    ToBeForgotten,
    digest_of,
    give_role,
    invite,
    make_token,
    merge_people,
    prove_address,
    put_address_right,
    say_apart,
    undo_merge,
)
from hub.people.models import (
    Account,
    Erasure,
    Person,
    Role,
    RoleKind,
    Token,
    TokenScope,
)
from hub.programmes.models import Programme
from tests.factories import BEGUN, a_cohort, a_programme, mara
from tests.people.merging import (
    LATER,
    NOW,
    a_pair,
    a_record,
    besides_what_is_told,
    everything,
    two_records,
)
from tests.people.test_sign_in import ask, code_sent, come_in, is_in, signed_in_as

pytestmark = pytest.mark.django_db


# -- who may


def test_only_a_team_that_knows_both_merges_says_apart_and_undoes(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    elsewhere = a_programme("river-watch", name="River Watch")
    stranger = mara(elsewhere)
    half = mara(elsewhere)
    give_role(gone, RoleKind.COMMUNITY, elsewhere, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    give_role(team, RoleKind.TEAM, elsewhere, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    cohort = a_cohort(programme=programme)
    fellow = a_record(programme, "Grace Achterberg")
    for person in (fellow, kept, gone):
        give_role(person, RoleKind.EXPERT, programme, cohort=cohort, starts_on=cohort.starts_on, by=None, at=BEGUN)
    pair = a_pair(kept, gone)
    for by in (stranger, half, fellow, kept):
        with pytest.raises(NotAllowed):
            merge_people(kept, gone, choices={}, by=by, at=NOW)
        with pytest.raises(NotAllowed):
            say_apart(pair, by=by, at=NOW)
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    for by in (fellow, kept):
        with pytest.raises(NotAllowed):
            undo_merge(merge, by=by, at=NOW)
    undo_merge(merge, by=team, at=NOW)


def test_a_merge_puts_nobody_on_a_team_they_could_not_be_put_on_by_hand(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    elsewhere = a_programme("river-watch", name="River Watch")
    give_role(gone, RoleKind.TEAM, elsewhere, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    for one, other in ((kept, gone), (gone, kept)):
        with pytest.raises(NotAllowed, match="River Watch"):
            merge_people(one, other, choices={}, by=team, at=NOW)
    give_role(team, RoleKind.TEAM, elsewhere, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    merge_people(kept, gone, choices={}, by=team, at=NOW)


def test_nobody_merges_away_the_record_they_are_signed_in_with(programme: Programme, team: Person) -> None:
    other = a_record(programme, "Mara Okafor")
    with pytest.raises(SignedInAsThisOne):
        merge_people(other, team, choices={}, by=team, at=NOW)
    merge_people(team, other, choices={}, by=team, at=NOW)
    assert Role.objects.filter(person=team).count() == 2


def test_who_asked_to_be_forgotten_is_not_merged_before_that_is_settled(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    asked = Erasure.objects.create(person=gone, asked_at=BEGUN, due_at=LATER, asked_by_self=True)
    for one, other in ((kept, gone), (gone, kept)):
        with pytest.raises(ToBeForgotten):
            merge_people(one, other, choices={}, by=team, at=NOW)
    asked.taken_back_at = NOW
    asked.save()
    merge_people(kept, gone, choices={}, by=team, at=NOW)


def test_one_record_is_not_merged_with_itself_nor_one_that_is_gone_with_another(programme: Programme, team: Person) -> None:
    kept, gone = two_records(programme)
    with pytest.raises(NotTwoRecords):
        merge_people(kept, kept, choices={}, by=team, at=NOW)
    merge_people(kept, gone, choices={}, by=team, at=NOW)
    with pytest.raises(ChangedMeanwhile):
        merge_people(kept, gone, choices={}, by=team, at=NOW)


# -- ways in


def test_no_way_into_the_record_that_goes_leads_into_the_one_that_stays(programme: Programme, team: Person) -> None:
    kept, gone = a_record(programme, email="ada@example.org"), a_record(programme, email="a.lindqvist@example.org")
    for person in (kept, gone):
        prove_address(person.account, by=None, at=BEGUN)
    key = Authenticator.objects.create(user=gone.account, type="totp", data={"secret": "x"})
    SocialAccount.objects.create(user=gone.account, provider="oidc", uid="somebody")
    token, secret = make_token(gone, name="a script", scope=TokenScope.READ, programme=None, days=90, by=gone, at=NOW)
    before = everything()
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    account = Account.objects.get(person=kept)
    shown = [(each.email, each.verified, each.primary) for each in EmailAddress.objects.filter(user=account).order_by("pk")]
    assert shown == [("ada@example.org", True, True), ("a.lindqvist@example.org", False, False)]
    left = [model.objects.count() for model in (Authenticator, SocialAccount, Token, Account)]
    assert left == [0, 0, 0, 1]
    assert queries.token_of_key(digest_of(secret), at=NOW) is None
    Client().post("/sign-in/", {"email": "a.lindqvist@example.org"})
    assert mail.outbox[-1].subject == "Nobody here has this address"
    undo_merge(merge, by=team, at=LATER)
    after = besides_what_is_told(everything(), before)
    browsing = {"kit.Cached", "sessions.Session"}  # of the attempt to sign in
    assert {label: rows for label, rows in after.items() if label not in browsing} == {
        label: rows for label, rows in before.items() if label not in browsing
    }
    assert (Authenticator.objects.get().pk, Token.objects.get().pk) == (key.pk, token.pk)


@pytest.mark.parametrize("stays_as", ["never came in", "came in by a link"])
def test_an_address_that_came_with_a_merged_record_opens_nothing_before_it_is_proved_and_shuts_nobody_out(
    programme: Programme, team: Person, stays_as: str
) -> None:
    zadie, larry = a_record(programme, "Zadie Zuma", email="zadie@example.org"), a_record(programme, email="larry@example.org")
    own = Client()
    if stays_as == "came in by a link":
        own.post(reverse("come-in", args=[invite(zadie, by=team, at=timezone.now())[1]]))
        assert signed_in_as(own) == "Zadie"
    merge = merge_people(zadie, larry, choices={}, by=team, at=NOW)
    ask(Client(), "larry@example.org")
    assert (mail.outbox[-1].subject, mail.outbox[-1].to) == ("Nobody here has this address", ["larry@example.org"])
    come_in(own := Client(), "zadie@example.org")
    assert signed_in_as(own) == "Zadie"
    assert undo_merge(merge, by=team, at=LATER).name == "Ada Lindqvist"


def test_an_address_that_came_with_a_merged_record_lets_in_once_it_is_proved(programme: Programme, team: Person) -> None:
    zadie, larry = a_record(programme, "Zadie Zuma", email="zadie@example.org"), a_record(programme, email="larry@example.org")
    merge_people(zadie, larry, choices={}, by=team, at=NOW)
    come_in(own := Client(), "zadie@example.org")
    own.post("/me/sign-in/addresses/", {"email": "larry@example.org", "action_send": "1"})
    own.post("/me/sign-in/addresses/code/", {"code": code_sent()})
    for address in ("larry@example.org", "zadie@example.org"):
        come_in(client := Client(), address)
        assert signed_in_as(client) == "Zadie"


def test_a_code_that_went_to_an_address_which_lets_in_no_more_is_over(programme: Programme, team: Person) -> None:
    zadie = a_record(programme, "Zadie Zuma", email="zadie@example.org")
    ask(client := Client(), "zadie@example.org")
    code = code_sent()
    put_address_right(zadie.account, "new@example.org", by=team, at=timezone.now())
    for sent in ({"action": "resend"}, {"code": code}):
        assert client.post("/sign-in/code/", sent)["Location"] == "/sign-in/"
    assert (is_in(client), len(mail.outbox)) == (False, 1)


@pytest.mark.parametrize("who_signs_in", ["kept", "gone"])
def test_nobody_is_merged_into_a_programme_of_others(
    programme: Programme, team: Person, elsewhere: Programme, who_signs_in: str
) -> None:
    kept = a_record(programme, email="ada@example.org" if who_signs_in == "kept" else "")
    gone = a_record(programme, email="ada@example.net" if who_signs_in == "gone" else "")
    other = gone if who_signs_in == "kept" else kept
    give_role(other, RoleKind.EXPERT, elsewhere, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    with pytest.raises(NotAllowed, match=elsewhere.name):
        merge_people(kept, gone, choices={}, by=team, at=NOW)
    give_role(team, RoleKind.TEAM, elsewhere, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    merge_people(kept, gone, choices={}, by=team, at=NOW)


def test_both_addresses_are_told_by_mail_of_a_merge_and_of_taking_it_back(programme: Programme, team: Person) -> None:
    kept, gone = a_record(programme, email="ada@example.org"), a_record(programme, email="a.lindqvist@example.org")
    merge = merge_people(kept, gone, choices={}, by=team, at=NOW)
    assert mail.outbox == []
    worker.drain(clock=lambda: NOW, most=20)
    undo_merge(merge, by=team, at=LATER)
    worker.drain(clock=lambda: LATER, most=20)
    both = ["a.lindqvist@example.org", "ada@example.org"]
    assert sorted(message.to[0] for message in mail.outbox) == sorted(both * 2)
    for said in ("made one of them", "The address mail goes to lets you in. One that", "it can be taken back"):
        assert [said in str(message.body) for message in mail.outbox] == [True, True, False, False]
    for said in ("apart again", "Each record has its own addresses"):
        assert [said in str(message.body) for message in mail.outbox] == [False, False, True, True]
