"""Being forgotten: asked for, taken back, carried out once and whole; counts stay, names do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session as SignIn
from django.core import mail
from django.db.models.signals import post_save
from django.test import Client

from hub.core.consent import Means, Use
from hub.core.erasure import AlreadyForgotten, NotDueYet, NothingToTakeBack
from hub.core.errors import NotAllowed
from hub.kit import journal, worker
from hub.kit.models import Job, JournalEntry
from hub.people import queries
from hub.people.commands import (
    LastOfTheTeam,
    LinkFacts,
    add_organisation,
    add_person,
    affiliate,
    answer,
    ask_erasure,
    carry_out_erasure,
    edit_person,
    end_role,
    give_account,
    give_role,
    give_roles,
    invite,
    make_token,
    publish_term,
    set_links,
    set_photo,
    stand_in,
    take_back_erasure,
)
from hub.people.models import (
    Account,
    Affiliation,
    Consent,
    ConsentEntry,
    Erasure,
    Merge,
    Person,
    Role,
    RoleKind,
    Token,
    TokenScope,
)
from hub.programmes.commands import edit_programme
from hub.programmes.models import Programme
from hub.schedule.commands.releases import release_schedule
from hub.schedule.models import Release
from tests.factories import a_session
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db
NOW = IN_SEPTEMBER
DUE = NOW + timedelta(days=14)
HOUR = timedelta(hours=1)


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def agreed(scene: Scene, person: Person) -> None:
    term = publish_term(scene.programme, Use.NAME, "We show your name.", is_new_meaning=True, by=None, at=NOW)
    answer(person, Use.NAME, term, wish=True, by=person, at=NOW)


def shown(scene: Scene) -> list[str]:
    return [each.name for each in queries.experts_shown(scene.cohort, at=IN_SEPTEMBER)]


def work(at: Any) -> None:
    worker.drain(clock=lambda: at, most=50)


def another_team_member(scene: Scene, name: str = "Grace Achterberg") -> Person:
    person = add_person(name, by=None, at=NOW)
    give_role(person, RoleKind.TEAM, scene.programme, starts_on=date(2024, 1, 1), by=None, at=NOW)
    return person


# -- asking


def test_who_asks_is_not_shown_from_that_moment_and_is_again_when_they_take_it_back(scene: Scene) -> None:
    agreed(scene, scene.ada)
    assert shown(scene) == ["Ada Lindqvist"]
    versions = [Programme.objects.get(pk=scene.programme.pk).public_version]

    erasure = ask_erasure(scene.ada, by=scene.ada, at=NOW)
    assert shown(scene) == []
    versions.append(Programme.objects.get(pk=scene.programme.pk).public_version)
    take_back_erasure(erasure, by=scene.ada, at=NOW + HOUR)
    assert shown(scene) == ["Ada Lindqvist"]
    versions.append(Programme.objects.get(pk=scene.programme.pk).public_version)

    assert versions == sorted(set(versions))
    work(DUE)
    assert Person.objects.get(pk=scene.ada.pk).name == "Ada Lindqvist"
    assert not Job.objects.filter(name="erase-person").exists()


def test_asked_for_twice_it_is_one_and_taken_back_it_can_be_asked_for_again(scene: Scene) -> None:
    first = ask_erasure(scene.ada, by=scene.ada, at=NOW)
    assert ask_erasure(scene.ada, by=scene.mara, at=NOW + HOUR) == first
    take_back_erasure(first, by=scene.ada, at=NOW + HOUR)
    with pytest.raises(NothingToTakeBack):
        take_back_erasure(first, by=scene.ada, at=NOW + HOUR)
    again = ask_erasure(scene.ada, by=scene.ada, at=NOW + 2 * HOUR)
    assert (again.pk != first.pk, again.due_at) == (True, DUE + 2 * HOUR)


def test_the_team_asks_for_who_asked_it_and_nobody_else_does(scene: Scene) -> None:
    for stranger in (scene.sam, add_person("Grace Achterberg", by=None, at=NOW)):
        with pytest.raises(NotAllowed):
            ask_erasure(scene.ada, by=stranger, at=NOW)
    with pytest.raises(NotAllowed):
        ask_erasure(scene.sam, by=scene.mara, at=NOW)
    assert ask_erasure(scene.ada, by=scene.mara, at=NOW).asked_by_self is False


def test_a_team_can_not_ask_for_somebody_who_takes_part_elsewhere_too(scene: Scene) -> None:
    give_role(scene.ada, RoleKind.REVIEWER, scene.private, starts_on=date(2024, 1, 1), by=None, at=NOW)
    with pytest.raises(NotAllowed):
        ask_erasure(scene.ada, by=scene.mara, at=NOW)
    assert ask_erasure(scene.ada, by=scene.ada, at=NOW).asked_by_self is True


def test_a_team_can_not_ask_for_somebody_who_is_to_take_part_elsewhere(scene: Scene) -> None:
    give_role(scene.ada, RoleKind.REVIEWER, scene.private, starts_on=date(2024, 10, 1), by=None, at=NOW)
    with pytest.raises(NotAllowed):
        ask_erasure(scene.ada, by=scene.mara, at=NOW)


def test_who_was_given_a_role_elsewhere_after_a_team_asked_is_kept_by_either_team(scene: Scene) -> None:
    other = add_person("Grace Achterberg", by=None, at=NOW)
    give_role(other, RoleKind.TEAM, scene.private, starts_on=date(2024, 1, 1), by=None, at=NOW)
    for team in (scene.mara, other):
        asked = ask_erasure(scene.ada, by=None, at=NOW)
        give_role(scene.ada, RoleKind.REVIEWER, scene.private, starts_on=date(2024, 9, 10), by=None, at=NOW)
        assert take_back_erasure(asked, by=team, at=NOW + HOUR).taken_back_at == NOW + HOUR


def test_whoever_asked_the_person_hears_of_it_by_mail_once_and_of_what_was_taken_back_not_at_all(scene: Scene) -> None:
    for asks, said in ((scene.mara, "your team asked the Practitioners Hub to forget you"), (scene.ada, "you asked the")):
        asked = ask_erasure(scene.ada, by=asks, at=NOW)
        ask_erasure(scene.ada, by=asks, at=NOW)
        work(NOW)
        work(NOW + HOUR)
        (told,) = mail.outbox
        assert told.to == ["ada@example.org"]
        assert said in told.body
        assert "On Tue 24 September 2024, 12:00 (London) everything about you goes" in told.body
        assert "/me/data/erase/" in told.body
        take_back_erasure(asked, by=scene.ada, at=NOW + HOUR)
        mail.outbox.clear()
    take_back_erasure(ask_erasure(scene.ada, by=scene.ada, at=NOW + HOUR), by=scene.ada, at=NOW + HOUR)
    work(NOW + 2 * HOUR)
    assert mail.outbox == []


def test_who_asks_after_their_team_did_takes_it_back_alone_from_then_on(scene: Scene) -> None:
    asked = ask_erasure(scene.ada, by=scene.mara, at=NOW)
    again = ask_erasure(scene.ada, by=scene.ada, at=NOW + HOUR)
    assert (again.pk, again.due_at, again.asked_by_self) == (asked.pk, asked.due_at, True)
    with pytest.raises(NotAllowed):
        take_back_erasure(asked, by=scene.mara, at=NOW + HOUR)
    assert ask_erasure(scene.ada, by=scene.mara, at=NOW + HOUR).asked_by_self is True


def test_a_team_can_not_keep_who_asked_themselves_and_they_can_keep_what_the_team_asked(scene: Scene) -> None:
    own = ask_erasure(scene.ada, by=scene.ada, at=NOW)
    for other in (scene.mara, scene.sam):
        with pytest.raises(NotAllowed):
            take_back_erasure(own, by=other, at=NOW)
    take_back_erasure(own, by=scene.ada, at=NOW)
    teams = ask_erasure(scene.ada, by=scene.mara, at=NOW)
    take_back_erasure(teams, by=scene.ada, at=NOW)
    take_back_erasure(ask_erasure(scene.ada, by=scene.mara, at=NOW), by=scene.mara, at=NOW)
    assert queries.open_erasure(scene.ada) is None


# -- who runs the programme


def test_the_last_of_a_team_is_not_erased_before_somebody_else_runs_the_programme(scene: Scene) -> None:
    with pytest.raises(LastOfTheTeam, match="The Practitioners Hub"):
        ask_erasure(scene.mara, by=scene.mara, at=NOW)
    assert Erasure.objects.count() == 0
    another_team_member(scene)
    ask_erasure(scene.mara, by=scene.mara, at=NOW)


def test_who_is_to_be_forgotten_does_not_count_as_staying(scene: Scene) -> None:
    grace = another_team_member(scene)
    ask_erasure(scene.mara, by=scene.mara, at=NOW)
    with pytest.raises(LastOfTheTeam):
        ask_erasure(grace, by=grace, at=NOW)
    with pytest.raises(LastOfTheTeam):
        end_role(Role.objects.get(person=grace), on=date(2024, 9, 20), by=grace, at=NOW)


def test_who_joins_a_team_later_does_not_count_as_running_the_programme_until_then(scene: Scene) -> None:
    grace = add_person("Grace Achterberg", by=None, at=NOW)
    give_role(grace, RoleKind.TEAM, scene.programme, starts_on=date(2024, 10, 1), by=scene.mara, at=NOW)
    with pytest.raises(LastOfTheTeam):
        ask_erasure(scene.mara, by=scene.mara, at=NOW)
    role = Role.objects.get(person=scene.mara)
    with pytest.raises(LastOfTheTeam):
        end_role(role, on=date(2024, 9, 30), by=scene.mara, at=NOW)
    assert end_role(role, on=date(2024, 10, 1), by=scene.mara, at=NOW).ends_on == date(2024, 10, 1)


def test_a_programme_no_longer_gives_the_address_of_somebody_erased_to_the_public(scene: Scene) -> None:
    for slug, address in ((scene.programme.slug, "Ada@Example.org"), (scene.private.slug, "no.ada@example.org")):
        edit_programme(Programme.objects.get(slug=slug), contact_email=address, by=None, at=NOW)
    assert "mailto:Ada@Example.org" in Client().get("/practitioners-hub/").content.decode()
    assert queries.still_named(scene.ada, [scene.programme]) == [("programme", 1)]  # who can, chooses another one before
    erasure = ask_erasure(scene.ada, by=scene.ada, at=NOW)
    assert carry_out_erasure(erasure, by=None, at=DUE).counts["programmes.Programme"] == 1
    assert "mailto:" not in Client().get("/practitioners-hub/").content.decode()
    assert list(Programme.objects.order_by("pk").values_list("contact_email", flat=True)) == ["", "no.ada@example.org"]


def test_who_leaves_within_the_window_does_not_count_as_staying(scene: Scene) -> None:
    grace = add_person("Grace Achterberg", by=None, at=NOW)
    first, last = date(2024, 1, 1), DUE.date()
    give_role(grace, RoleKind.TEAM, scene.programme, starts_on=first, ends_on=last, by=None, at=NOW)
    with pytest.raises(LastOfTheTeam):
        ask_erasure(scene.mara, by=scene.mara, at=NOW)


def test_where_nobody_is_left_after_all_it_is_tried_again_each_day(scene: Scene) -> None:
    grace = another_team_member(scene)
    erasure = ask_erasure(scene.mara, by=scene.mara, at=NOW)
    Role.objects.filter(person=grace).delete()

    work(DUE)
    erasure.refresh_from_db()
    assert (erasure.done_at, erasure.due_at, Job.objects.get(name="erase-person").state) == (
        None,
        DUE + timedelta(days=1),
        "waiting",
    )
    another_team_member(scene, "Rosa Marchetti")
    work(DUE + timedelta(days=1))
    erasure.refresh_from_db()
    assert (erasure.done_at, erasure.person) == (DUE + timedelta(days=1), None)


# -- carrying it out


def test_the_worker_carries_it_out_when_the_window_has_passed_and_not_before(scene: Scene) -> None:
    erasure = ask_erasure(scene.ada, by=scene.ada, at=NOW)
    work(DUE - timedelta(seconds=1))
    scene.ada.refresh_from_db()
    assert (scene.ada.name, scene.ada.erased_at) == ("Ada Lindqvist", None)
    work(DUE)
    scene.ada.refresh_from_db()
    assert (scene.ada.name, scene.ada.erased_at, str(scene.ada)) == ("", DUE, journal.NOBODY)
    erasure.refresh_from_db()
    assert (erasure.person, erasure.done_at) == (None, DUE)
    assert erasure.counts["people.Account"] == erasure.counts["people.Role"] == 1


def test_it_is_not_carried_out_early_nor_by_anybody_nor_once_taken_back(scene: Scene) -> None:
    erasure = ask_erasure(scene.ada, by=scene.ada, at=NOW)
    with pytest.raises(NotDueYet):
        carry_out_erasure(erasure, by=None, at=DUE - HOUR)
    with pytest.raises(NotAllowed):
        carry_out_erasure(erasure, by=scene.mara, at=DUE)
    take_back_erasure(erasure, by=scene.ada, at=NOW)
    assert carry_out_erasure(erasure, by=None, at=DUE).done_at is None
    assert Account.objects.filter(person=scene.ada).exists()


def test_carried_out_twice_it_is_done_once(scene: Scene) -> None:
    erasure = ask_erasure(scene.ada, by=scene.ada, at=NOW)
    first = carry_out_erasure(erasure, by=None, at=DUE)
    again = carry_out_erasure(erasure, by=None, at=DUE + HOUR)
    assert (first.done_at, again.done_at, again.counts) == (DUE, DUE, first.counts)
    assert JournalEntry.objects.filter(verb="erased").count() == 1
    with pytest.raises(NothingToTakeBack):
        take_back_erasure(erasure, by=None, at=DUE + HOUR)
    with pytest.raises(AlreadyForgotten):
        ask_erasure(scene.ada, by=None, at=DUE + HOUR)


def test_what_breaks_at_the_last_write_leaves_everything_as_it_was(scene: Scene) -> None:
    agreed(scene, scene.ada)
    erasure = ask_erasure(scene.ada, by=scene.ada, at=NOW)
    browser = as_(scene.ada)

    def breaks(**_: Any) -> None:
        raise OSError("the disk is full")

    post_save.connect(breaks, sender=Erasure)
    try:
        with pytest.raises(OSError, match="full"):
            carry_out_erasure(erasure, by=None, at=DUE)
    finally:
        post_save.disconnect(breaks, sender=Erasure)

    scene.ada.refresh_from_db()
    assert (scene.ada.name, scene.ada.erased_at, scene.ada.account.email) == ("Ada Lindqvist", None, "ada@example.org")
    assert (Consent.objects.count(), Role.objects.get(person=scene.ada).ends_on) == (1, None)
    assert browser.get("/me/").status_code == 200
    work(DUE)
    assert browser.get("/me/").status_code == 302


def test_they_can_not_get_in_any_more_and_others_still_can(scene: Scene) -> None:
    ada, mara, second = as_(scene.ada), as_(scene.mara), as_(scene.ada)
    _, key = make_token(scene.ada, name="a script", scope=TokenScope.READ, programme=None, days=90, by=scene.ada, at=NOW)
    assert SignIn.objects.count() == 3
    work_done = carry_out_erasure(ask_erasure(scene.ada, by=scene.ada, at=NOW), by=None, at=DUE)
    assert (SignIn.objects.count(), work_done.counts["sessions.Session"]) == (1, 2)
    assert [client.get("/me/").status_code for client in (ada, second, mara)] == [302, 302, 200]
    Client().post("/sign-in/", {"email": "ada@example.org"})
    assert mail.outbox[-1].subject == "Nobody here has this address"
    assert Token.objects.count() == 0
    assert queries.token_of_key(key, at=DUE) is None


def counted(scene: Scene) -> Counter[tuple[Any, ...]]:
    """What a report of the funder counts: how many are what, in which cohort, for whom, of which sector."""
    return Counter(Role.objects.values_list("kind", "programme", "cohort", "organisation", "organisation__sector"))


def test_counts_by_role_cohort_and_organisation_are_what_they_were(scene: Scene) -> None:
    polar = add_organisation("Polar Survey", sector="environment", by=None, at=NOW)
    grace = add_person("Grace Achterberg", by=None, at=NOW)
    for person in (scene.ada, grace):
        affiliate(person, polar, by=None, at=NOW)
    Role.objects.filter(person=scene.ada).update(organisation=polar)
    own = Role.objects.get(person=scene.ada)
    stand_in(own, grace, starts_on=date(2024, 9, 20), ends_on=date(2024, 10, 8), by=scene.mara, at=NOW)
    give_role(scene.ada, RoleKind.ALUMNUS, scene.programme, starts_on=date(2025, 3, 1), by=None, at=NOW)
    before = counted(scene)

    carry_out_erasure(ask_erasure(scene.ada, by=scene.ada, at=NOW), by=None, at=DUE)

    assert counted(scene) == before
    assert (sum(before.values()), Affiliation.objects.count()) == (4, 1)
    assert list(Role.objects.filter(person=scene.ada).order_by("starts_on").values_list("ends_on", flat=True)) == [
        DUE.date(),
        date(2025, 3, 2),  # it never began
    ]


def test_who_stands_in_for_somebody_erased_does_so_no_longer_and_they_stand_in_for_nobody(scene: Scene) -> None:
    grace, imani = (add_person(name, by=None, at=NOW) for name in ("Grace Achterberg", "Imani Okoro"))
    own = Role.objects.get(person=scene.ada)
    stand_in(own, grace, starts_on=date(2024, 9, 20), ends_on=date(2024, 10, 8), by=scene.mara, at=NOW)
    stand_in(own, imani, starts_on=date(2024, 10, 8), ends_on=date(2024, 10, 20), by=scene.mara, at=NOW)
    writes = give_role(imani, RoleKind.WRITER, scene.programme, starts_on=date(2024, 1, 1), by=None, at=NOW)
    stand_in(writes, scene.ada, starts_on=date(2024, 9, 20), ends_on=date(2024, 10, 8), by=scene.mara, at=NOW)
    stand_in(writes, scene.ada, starts_on=date(2024, 11, 1), ends_on=date(2024, 11, 8), by=scene.mara, at=NOW)

    carry_out_erasure(ask_erasure(scene.ada, by=scene.ada, at=NOW), by=None, at=DUE)

    day = DUE.date()
    stands_in = Role.objects.filter(stands_in_for__isnull=False).order_by("pk").values_list("person", "ends_on")
    assert list(stands_in) == [(grace.pk, day), (scene.ada.pk, day)]
    told = [journal.history_of(each, person=each, at=DUE).entries[0].did for each in (grace, imani)]
    assert told == [
        "ended the role Expert, Cohort 2024 on Tue 24 September 2024",
        "took back the role Expert, Cohort 2024 from Tue 8 October 2024",
    ]


def test_somebody_erased_runs_nothing_and_is_given_nothing_any_more(scene: Scene) -> None:
    grace = another_team_member(scene)
    carry_out_erasure(ask_erasure(scene.mara, by=scene.mara, at=NOW), by=None, at=DUE)
    scene.mara.refresh_from_db()
    with pytest.raises(LastOfTheTeam):
        end_role(Role.objects.get(person=grace), on=date(2024, 10, 20), by=grace, at=DUE)
    with pytest.raises(AlreadyForgotten):
        give_role(scene.mara, RoleKind.TEAM, scene.programme, starts_on=DUE.date(), by=grace, at=DUE)
    with pytest.raises(AlreadyForgotten):
        edit_person(scene.mara, name="Mara Okafor", by=None, at=DUE)
    with pytest.raises(AlreadyForgotten):
        set_links(scene.mara, [LinkFacts("Home", "https://example.org/mara")], by=None, at=DUE)


def test_a_page_that_was_open_while_the_worker_forgot_somebody_writes_nothing_into_the_empty_record(scene: Scene) -> None:
    term = publish_term(scene.programme, Use.NAME, "We show your name.", is_new_meaning=True, by=None, at=NOW)
    polar = add_organisation("Polar Survey", by=None, at=NOW)
    coach = give_role(another_team_member(scene), RoleKind.COACH, scene.programme, starts_on=NOW.date(), by=None, at=NOW)
    ada, mara = Person.objects.get(pk=scene.ada.pk), scene.mara  # as the page read her
    carry_out_erasure(ask_erasure(scene.ada, by=scene.ada, at=NOW), by=None, at=DUE)
    tomorrow = DUE.date() + timedelta(days=1)
    doing: list[Callable[[], object]] = [
        lambda: affiliate(ada, polar, job="Engineer", by=None, at=DUE),
        lambda: give_account(ada, "ada@example.org", by=None, at=DUE),
        lambda: invite(ada, email="ada@example.org", by=None, at=DUE),
        lambda: answer(ada, Use.NAME, term, wish=True, means=Means.CALL, note="By phone", by=mara, at=DUE),
        lambda: answer(ada, Use.NAME, term, wish=True, by=ada, at=DUE),
        lambda: set_photo(ada, b"", alt="", by=mara, at=DUE),
        lambda: make_token(ada, name="Sheet", scope=TokenScope.READ, programme=None, days=3, by=ada, at=DUE),
        lambda: give_role(ada, RoleKind.COACH, scene.programme, starts_on=tomorrow, by=mara, at=DUE),
        lambda: give_roles([ada], RoleKind.COACH, scene.programme, cohort=None, starts_on=tomorrow, by=None, at=DUE),
        lambda: stand_in(coach, ada, starts_on=tomorrow, ends_on=tomorrow + timedelta(days=3), by=mara, at=DUE),
    ]
    for do in doing:
        with pytest.raises(AlreadyForgotten):
            do()
    assert not Account.objects.filter(person=ada).exists()
    assert not Affiliation.objects.filter(person=ada).exists()


def test_the_ledger_keeps_that_somebody_agreed_and_not_who(scene: Scene) -> None:
    agreed(scene, scene.ada)
    term = publish_term(scene.programme, Use.PHOTO, "We show your photo.", is_new_meaning=True, by=None, at=NOW)
    answer(scene.ada, Use.PHOTO, term, wish=False, means=Means.CALL, note="Ada told me by phone", by=scene.mara, at=NOW)
    carry_out_erasure(ask_erasure(scene.ada, by=scene.ada, at=NOW), by=None, at=DUE)
    assert list(ConsentEntry.objects.order_by("pk").values_list("use", "answer", "person", "recorded_by", "note")) == [
        ("name", "given", None, None, ""),
        ("photo", "refused", None, scene.mara.pk, ""),
    ]
    assert Consent.objects.count() == 0


def test_what_a_record_that_was_taken_into_theirs_held_goes_too(scene: Scene) -> None:
    gone = add_person("Ada K. Lindqvist", by=None, at=NOW)
    facts = {"person": {"name": "Ada K. Lindqvist"}, "accounts": [{"email": "ada.k@example.org"}]}
    merge = Merge.objects.create(kept=scene.ada, gone_key=gone.pk, facts=facts, at=NOW)
    journal.record("edited", gone, by=None, at=NOW, personal=["was"], was="A. Kay")
    journal.record("sent", scene.cohort, by=None, at=NOW, personal=["to"], to="mail to ada.k@example.org")
    carry_out_erasure(ask_erasure(scene.ada, by=scene.ada, at=NOW), by=None, at=DUE)
    merge.refresh_from_db()
    assert (merge.facts, merge.kept, merge.gone_key) == ({}, scene.ada, gone.pk)
    assert [line.facts for line in JournalEntry.objects.filter(verb__in=("edited", "sent")).order_by("pk")] == [
        {"was": "erased"},
        {"to": "erased"},
    ]
    told = str(list(JournalEntry.objects.values_list("facts", flat=True)))
    assert ("A. Kay" in told, "ada.k@example.org" in told) == (False, False)


def test_a_record_that_was_parted_from_theirs_again_is_left_alone(scene: Scene) -> None:
    facts = {"gone": {"values": {"name": "Sam Whitlow", "email": "sam@example.org"}}}
    Merge.objects.create(kept=scene.ada, gone_key=scene.sam.pk, facts=facts, at=NOW, undone_at=NOW)
    journal.record("edited", scene.sam, by=None, at=NOW, personal=["was"], was="Sam Whitlow")
    journal.record("sent", scene.cohort, by=None, at=NOW, personal=["to"], to="sam@example.org")
    carry_out_erasure(ask_erasure(scene.ada, by=scene.ada, at=NOW), by=None, at=DUE)
    told = str(list(JournalEntry.objects.values_list("facts", flat=True)))
    assert ("Sam Whitlow" in told, "sam@example.org" in told) == (True, True)


def test_pages_of_the_team_say_that_somebody_was_erased_where_the_name_stood(scene: Scene) -> None:
    grace = another_team_member(scene)
    a_session(scene.cohort, title="Fireside chat", date=date(2024, 10, 10))
    release_schedule(scene.cohort, note="One more", seen=1, by=scene.mara, at=NOW)
    assert Release.objects.filter(released_by=scene.mara).count() == 1
    carry_out_erasure(ask_erasure(scene.mara, by=scene.mara, at=NOW), by=None, at=DUE)
    Account.objects.create(person=grace, email="grace@example.org")
    client = as_(grace)
    page = client.get("/team/practitioners-hub/2024/release/").content.decode()
    assert "by Somebody since erased" in page
    everywhere = page + client.get("/team/practitioners-hub/people/").content.decode()
    assert "Mara" not in everywhere
    assert client.get(f"/team/practitioners-hub/people/{scene.mara.pk}/").status_code == 404


def test_the_history_says_who_asked_and_when_and_keeps_no_name(scene: Scene) -> None:
    carry_out_erasure(ask_erasure(scene.ada, by=scene.mara, at=NOW), by=None, at=DUE)
    lines = JournalEntry.objects.filter(thing="people.Person", thing_id=scene.ada.pk, verb__startswith="eras").order_by("pk")
    assert list(lines.values_list("verb", "by", "at")) == [("erasure-asked", scene.mara.pk, NOW), ("erased", None, DUE)]
    assert "Ada" not in str(list(lines.values()))
