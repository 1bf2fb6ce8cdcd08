"""What has been kept for its time is let go in the night, by the Hub, and the journal says how much."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session as SignIn

from hub.core.errors import NotAllowed, NotFromHere
from hub.kit import worker
from hub.kit.models import JournalEntry
from hub.people.commands import (
    add_person,
    edit_person,
    end_role,
    let_go_expired,
    make_token,
    merge_people,
    revoke_token,
    undo_merge,
)
from hub.people.models import Invitation, LikelyPair, Merge, Person, RetentionRun, Role, Token, TokenScope
from hub.people.queries import known_as, merges_of
from hub.people.queries.noted import people_in_notes
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db
NOW = IN_SEPTEMBER
SECOND = timedelta(seconds=1)


def days(number: int) -> timedelta:
    return timedelta(days=number)


def gone(at: datetime) -> dict[str, int]:
    run = let_go_expired(by=None, at=at)
    return run.counts if run else {}


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def test_a_night_on_which_nothing_is_old_leaves_no_trace(scene: Scene) -> None:
    before = JournalEntry.objects.count()
    assert let_go_expired(by=None, at=NOW) is None
    assert (RetentionRun.objects.count(), JournalEntry.objects.count()) == (0, before)
    with pytest.raises(NotAllowed):
        let_go_expired(by=scene.mara, at=NOW)


def test_access_needs_go_half_a_year_after_the_last_role_has_ended_and_not_before(scene: Scene) -> None:
    for person in (scene.ada, scene.mara):
        edit_person(person, access_needs="Captions, please", by=person, at=NOW)
    end_role(Role.objects.get(person=scene.ada), on=date(2024, 10, 1), by=scene.mara, at=NOW)
    due = datetime(2025, 3, 30, 3, 40, tzinfo=NOW.tzinfo)
    assert gone(due - days(1)) == {}
    assert gone(due) == {"access-needs": 1}
    assert gone(due + days(400)) == {}
    assert dict(Person.objects.values_list("name", "access_needs")) == {
        "Ada Lindqvist": "",
        "Mara Okafor": "Captions, please",
        "Sam Whitlow": "",
    }
    told = JournalEntry.objects.filter(verb__in=("let-go", "needs-let-go")).order_by("pk").values_list("thing", "by", "facts")
    assert list(told) == [
        ("people.Person", None, {}),
        ("people.RetentionRun", None, {"counts": {"access-needs": 1}}),
    ]


def test_access_needs_go_half_a_year_after_the_cohort_of_a_role_without_an_end(scene: Scene) -> None:
    for person in (scene.ada, scene.mara):
        edit_person(person, access_needs="Captions, please", by=person, at=NOW)
    due = datetime(2025, 3, 1, 3, 40, tzinfo=NOW.tzinfo) + days(180)  # the cohort's last day is 28 February
    assert gone(due - days(1)) == {}
    assert gone(due) == {"access-needs": 1}
    assert Person.objects.get(pk=scene.mara.pk).access_needs == "Captions, please"  # on the team, which has no end


def test_a_role_that_goes_on_longer_than_its_cohort_keeps_access_needs_until_its_own_end(scene: Scene) -> None:
    edit_person(scene.ada, access_needs="Captions, please", by=scene.ada, at=NOW)
    end_role(Role.objects.get(person=scene.ada), on=date(2025, 6, 1), by=scene.mara, at=NOW)
    due = datetime(2025, 6, 1, 3, 40, tzinfo=NOW.tzinfo) + days(180)
    assert gone(due - days(1)) == {}
    assert gone(due) == {"access-needs": 1}


def test_an_invitation_goes_a_while_after_it_has_run_out(scene: Scene) -> None:
    until = NOW + days(7)
    for number, expires_at in enumerate((until, until + days(30))):
        Invitation.objects.create(
            person=scene.ada, email="ada@example.org", digest=str(number), invited_at=NOW, expires_at=expires_at
        )
    assert gone(until + days(90) - SECOND) == {}
    assert gone(until + days(90)) == {"invitations": 1}
    assert Invitation.objects.get().expires_at == until + days(30)


def test_a_token_goes_a_while_after_it_ran_out_or_was_ended(scene: Scene) -> None:
    def token(length: int) -> Token:
        return make_token(scene.ada, name="a script", scope=TokenScope.READ, programme=None, days=length, by=scene.ada, at=NOW)[
            0
        ]

    ended, short, long = token(300), token(5), token(300)
    revoke_token(ended, by=scene.ada, at=NOW + days(2))
    assert gone(NOW + days(402) - SECOND) == {}
    assert gone(NOW + days(402)) == {"tokens": 1}
    assert set(Token.objects.values_list("pk", flat=True)) == {short.pk, long.pk}
    assert gone(NOW + days(405)) == {"tokens": 1}
    assert Token.objects.get() == long


def test_a_guess_nobody_looked_at_goes_and_that_two_are_not_one_person_is_remembered(scene: Scene) -> None:
    third = add_person("Ada Lindquist", by=None, at=NOW)
    LikelyPair.objects.create(first=scene.ada, second=scene.sam, rank=1, found_at=NOW)
    kept = LikelyPair.objects.create(first=scene.ada, second=third, rank=1, found_at=NOW, apart_at=NOW)
    assert gone(NOW + days(180) - SECOND) == {}
    assert gone(NOW + days(180)) == {"likely-pairs": 1}
    assert LikelyPair.objects.get() == kept


def test_what_a_joined_record_held_goes_when_joining_can_not_be_undone_any_more(scene: Scene) -> None:
    merge = Merge.objects.create(kept=scene.ada, gone_key=999, facts={"name": "A. Lindqvist"}, at=NOW)
    assert gone(NOW + days(180) - SECOND) == {}
    assert gone(NOW + days(180)) == {"merges": 1}
    merge.refresh_from_db()
    assert merge.facts == {}
    assert gone(NOW + days(181)) == {}


def test_the_name_and_address_of_a_joined_record_are_known_when_what_it_held_has_gone(scene: Scene) -> None:
    other = add_person("Ada King", email="king@example.org", by=None, at=NOW)
    merge = merge_people(scene.ada, other, choices={}, by=None, at=NOW)
    assert merges_of(scene.programme, scene.mara, at=NOW).get() == merge
    gone(NOW + days(180))
    assert {"Ada King", "ada-king", "king@example.org"} <= set(known_as(scene.ada))
    them = next(each for each in people_in_notes(scene.programme) if each.name == "Ada Lindqvist")
    assert (them.other_names, them.addresses) == (("Ada King",), ("ada@example.org", "king@example.org"))
    assert not merges_of(scene.programme, scene.mara, at=NOW).exists()
    with pytest.raises(NotFromHere, match="kept for 180 days"):
        undo_merge(merge, by=None, at=NOW + days(181))


def test_sign_ins_that_ran_out_go_and_those_that_hold_stay(scene: Scene) -> None:
    as_(scene.ada)
    as_(scene.mara)
    first = SignIn.objects.order_by("pk")[0]
    SignIn.objects.all().update(expire_date=NOW + days(1))
    SignIn.objects.filter(pk=first.pk).update(expire_date=NOW - SECOND)
    assert gone(NOW) == {"sessions": 1}
    assert SignIn.objects.get().expire_date == NOW + days(1)


def test_the_days_are_a_setting(scene: Scene, settings: object) -> None:
    settings.RETENTION_MERGES_DAYS = 0  # type: ignore[attr-defined]
    Merge.objects.create(kept=scene.ada, gone_key=999, facts={"name": "A. Lindqvist"}, at=NOW)
    assert gone(NOW) == {"merges": 1}


def test_the_worker_does_it_once_a_night(scene: Scene) -> None:
    Merge.objects.create(kept=scene.ada, gone_key=999, facts={"name": "A. Lindqvist"}, at=NOW - days(365))
    for hour in range(48):
        worker.drain(clock=lambda hour=hour: NOW + timedelta(hours=hour), most=50)  # type: ignore[misc]
    assert RetentionRun.objects.get().counts == {"merges": 1}
