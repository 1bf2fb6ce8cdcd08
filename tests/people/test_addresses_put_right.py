"""An address that was mistyped is put right by the team, until whoever it is of came in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from hub.core.errors import NotAllowed
from hub.kit.models import JournalEntry
from hub.people.commands import (
    ask_erasure,
    carry_out_erasure,
    give_role,
    invite,
    merge_people,
    prove_address,
    put_address_right,
)
from hub.people.models import Account, Person, RoleKind
from tests.factories import BEGUN
from tests.people.merging import a_record
from tests.people.test_doors import link_of
from tests.people.test_sign_in import ask, come_in, signed_in_as
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
WRONG, RIGHT = "wanda@worng.example", "wanda@wrong.example"


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


@pytest.fixture
def wanda(scene: Scene) -> Person:
    """A community member with a slip in her address, who never came in."""
    return a_record(scene.programme, "Wanda Wirth", email=WRONG)


def invite_page(person: Person) -> str:
    return f"/team/practitioners-hub/people/{person.pk}/invite/"


def addresses(person: Person) -> list[tuple[str, str, bool, bool]]:
    rows = EmailAddress.objects.filter(user__person=person).order_by("pk")
    return [(Account.objects.get(person=person).email, each.email, each.primary, each.verified) for each in rows]


def test_the_team_puts_an_address_right_where_it_invites_and_nothing_that_went_to_the_wrong_one_opens(
    scene: Scene, wanda: Person
) -> None:
    mara, stranger = as_(scene.mara), Client()
    old = link_of(mara.post(invite_page(wanda), {"email": WRONG}).content.decode())
    ask(stranger, WRONG)
    new = link_of(mara.post(invite_page(wanda), {"email": "Wanda@Wrong.example"}).content.decode())
    assert addresses(wanda) == [(RIGHT, RIGHT, True, False)]
    assert mail.outbox[-1].to == [RIGHT]
    assert (stranger.get(old).status_code, stranger.get(new).status_code) == (410, 200)
    ask(stranger, WRONG)
    assert mail.outbox[-1].subject == "Nobody here has this address"
    come_in(own := Client(), RIGHT)
    assert signed_in_as(own) == "Wanda"


def test_it_may_be_put_right_without_a_link_and_the_way_there_stands_on_the_persons_page_and_where_they_are_edited(
    scene: Scene, wanda: Person
) -> None:
    mara, page = as_(scene.mara), f"/team/practitioners-hub/people/{wanda.pk}/"
    _, key = invite(wanda, by=scene.mara, at=timezone.now())
    for where in (page, f"{page}edit/"):
        assert f'<a href="{invite_page(wanda)}">' in mara.get(where).content.decode()
    answered = mara.post(invite_page(wanda), {"email": RIGHT, "do": "address"}, follow=True)
    said = words(answered.content.decode())
    assert answered.redirect_chain == [(page, 302)]
    assert "Mail to Wanda Wirth goes to wanda@wrong.example." in said
    assert "put right where their mail goes" in said
    assert mail.outbox == []
    assert Client().get(f"/come-in/{key}/").status_code == 410


def test_an_address_somebody_else_has_or_that_is_none_is_refused_beside_the_field(scene: Scene, wanda: Person) -> None:
    _, key = invite(wanda, by=scene.mara, at=timezone.now())
    for typed, no in (("Ada@example.org", "Somebody already signs in with ada@example.org."), ("wanda", "in full")):
        for do in ("", "address"):
            answered = as_(scene.mara).post(invite_page(wanda), {"email": typed, "do": do})
            assert answered.status_code == 422
            assert no in str(answered.context["form"].errors["email"])
            assert f'value="{typed}"' in answered.content.decode()
    assert addresses(wanda) == [(WRONG, WRONG, True, False)]
    assert Client().get(f"/come-in/{key}/").status_code == 200


@pytest.mark.parametrize("by", ["signing in", "proving it"])
def test_once_they_came_in_it_is_theirs_alone_and_the_pages_say_so(scene: Scene, wanda: Person, by: str) -> None:
    if by == "signing in":
        as_(wanda)
    else:
        prove_address(wanda.account, by=None, at=BEGUN)
    mara, page = as_(scene.mara), f"/team/practitioners-hub/people/{wanda.pk}/"
    assert "put it right" not in words(mara.get(page).content.decode())
    assert "Where their mail goes only they themselves change." in words(mara.get(f"{page}edit/").content.decode())
    assert "only they themselves change" in words(mara.get(invite_page(wanda)).content.decode()).lower()
    mara.post(invite_page(wanda), {"email": RIGHT})
    mara.post(invite_page(wanda), {"email": RIGHT, "do": "address"})
    with pytest.raises(NotAllowed):
        put_address_right(wanda.account, RIGHT, by=scene.mara, at=IN_SEPTEMBER)
    assert [each[:2] for each in addresses(wanda)] == [(WRONG, WRONG)]


def test_only_the_team_of_all_their_programmes_puts_it_right(scene: Scene, wanda: Person) -> None:
    with pytest.raises(NotAllowed):
        put_address_right(wanda.account, RIGHT, by=scene.ada, at=IN_SEPTEMBER)
    give_role(wanda, RoleKind.COACH, scene.private, starts_on=BEGUN.date(), by=None, at=BEGUN)
    with pytest.raises(NotAllowed):
        put_address_right(wanda.account, RIGHT, by=scene.mara, at=IN_SEPTEMBER)
    assert addresses(wanda) == [(WRONG, WRONG, True, False)]


def test_the_right_one_may_have_come_with_another_record_of_theirs(scene: Scene, wanda: Person) -> None:
    second = a_record(scene.programme, "Wanda W.", email=RIGHT)
    merge_people(wanda, second, choices={}, by=scene.mara, at=IN_SEPTEMBER)
    put_address_right(wanda.account, RIGHT, by=scene.mara, at=IN_SEPTEMBER)
    assert addresses(wanda) == [(RIGHT, RIGHT, True, False)]


def test_said_again_it_writes_nothing(scene: Scene, wanda: Person) -> None:
    _, key = invite(wanda, by=scene.mara, at=timezone.now())
    put_address_right(wanda.account, WRONG.upper(), by=scene.mara, at=IN_SEPTEMBER)
    assert not JournalEntry.objects.filter(verb="address-put-right").exists()
    assert Client().get(f"/come-in/{key}/").status_code == 200


def test_the_journal_tells_both_addresses_until_they_are_forgotten(scene: Scene, wanda: Person) -> None:
    put_address_right(wanda.account, RIGHT, by=scene.mara, at=IN_SEPTEMBER)
    line = JournalEntry.objects.get(verb="address-put-right")
    assert (line.by, line.facts) == (scene.mara, {"before": {"mail": WRONG}, "after": {"mail": RIGHT}})
    asked = ask_erasure(wanda, by=scene.mara, at=IN_SEPTEMBER)
    carry_out_erasure(asked, by=None, at=asked.due_at + timedelta(hours=1))
    assert not any(WRONG in str(each) or RIGHT in str(each) for each in JournalEntry.objects.values_list("facts", flat=True))
