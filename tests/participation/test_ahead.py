"""Who leaves and still has places or 1:1s ahead: it is said, the team gives them up or lets them keep them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hub.core.availability import NotOffered
from hub.core.booking import Tier
from hub.core.errors import ChangedMeanwhile, NotAllowed
from hub.kit import journal, todo
from hub.messaging.commands import adopt_usual, reconcile_messages, switch_rule
from hub.messaging.models import Message
from hub.participation import commands, queries
from hub.participation.models import Booking, OneToOne
from hub.people.commands import end_role, give_role, stand_in, take_back_role
from hub.people.models import Person, Role, RoleKind
from hub.programmes.models import Programme
from hub.schedule.models import Session
from tests.factories import a_cohort, a_programme
from tests.participation.coaching import FIRST, NOW, SECOND, WEEK_AFTER, a_coach, talks, there
from tests.participation.places import a_training, an_expert, books, somebody, states, the_cohort, with_account
from tests.scene import as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db
LEAVES = date(2024, 9, 11)  # the day after NOW; the training is on 1 October, 1:1s are on Tuesdays
GONE = datetime(2024, 9, 12, 9, 0, tzinfo=UTC)
PAGE = "/team/practitioners-hub/people/ahead/"
FOR_EXPERTS: dict[Tier, int | None] = {Tier.EXPERTS: None}


@pytest.fixture(autouse=True)
def moment() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def team() -> Person:
    return with_account(somebody("Mara Okafor", RoleKind.TEAM))


def leaves(person: Person, kind: RoleKind = RoleKind.EXPERT, *, on: date = LEAVES) -> None:
    end_role(Role.objects.get(person=person, kind=kind), on=on, by=None, at=NOW)


def ahead(*, at: datetime = GONE, programme: Programme | None = None) -> list[tuple[str, str, bool, str]]:
    """Who has what ahead by a part that is over by then: name, what it is, whether the part is over now, why it may stay."""
    held = [each.shown for each in queries.held_ahead(programme or a_programme(), at=at)]
    return [(each.person.name, each.claim.value, each.is_over, each.allowed) for each in held]


def keys(*, at: datetime = GONE) -> set[str]:
    return {each.shown.key for each in queries.held_ahead(a_programme(), at=at) if not each.shown.allowed}


def person_page(person: Person) -> str:
    return reverse("desk-person", args=["practitioners-hub", person.pk])


def bookings_page(session: Session) -> str:
    return reverse("desk-bookings", args=["practitioners-hub", session.cohort.slug, session.slug])


def to_do(team: Person, *, at: datetime) -> list[tuple[str, str, str, date | None]]:
    found = [each for each in todo.todos(a_programme(), by=team, at=at) if each.what.startswith("Decide what")]
    return [(each.what, each.about, each.url, each.due_on) for each in found]


def told(*rules: str) -> None:
    for rule in adopt_usual(a_programme(), by=None, at=NOW - timedelta(days=1)):
        if rule.happening in rules:
            switch_rule(rule, is_on=True, by=None, at=NOW - timedelta(days=1))


def letters(happening: str, *, at: datetime) -> list[str]:
    reconcile_messages(a_programme(), at=at)
    rows = Message.objects.filter(rule__happening=happening).select_related("person").order_by("person__plain_name")
    return [row.person.name for row in rows if row.person]


# -- what is ahead


def test_what_an_expert_who_leaves_still_has_is_found_and_what_is_over_by_then_is_not() -> None:
    ada, later, sooner = an_expert("Ada Lindqvist"), a_training(), a_training(on=date(2024, 9, 10))
    books(ada, later, at=NOW)
    books(ada, sooner, at=NOW)
    talks(ada, there(a_coach()))
    assert ahead() == []
    leaves(ada)
    at_once = [("Ada Lindqvist", "had", False, ""), ("Ada Lindqvist", "place", False, "")]
    assert ahead(at=NOW) == at_once  # the role holds today
    assert ahead() == [(name, what, True, why) for name, what, _, why in at_once]


def test_a_role_with_a_last_day_needs_nobody_to_end_it() -> None:
    ada, training = an_expert("Ada Lindqvist"), a_training()
    books(ada, training, at=NOW)
    Role.objects.filter(person=ada).update(ends_on=date(2024, 10, 1))
    assert ahead() == [("Ada Lindqvist", "place", False, "")]
    Role.objects.filter(person=ada).update(ends_on=date(2024, 10, 2))  # the training is on their last day
    assert ahead() == []


def test_who_has_another_role_of_the_kind_by_then_leaves_nothing_behind() -> None:
    ada = an_expert("Ada Lindqvist")
    books(ada, a_training(), at=NOW)
    talks(ada, there(a_coach()), WEEK_AFTER)
    leaves(ada)
    give_role(ada, RoleKind.EXPERT, a_programme(), cohort=the_cohort(), starts_on=date(2024, 9, 20), by=None, at=NOW)
    assert ahead() == []


def test_the_role_of_another_cohort_does_not_bring_the_places_of_this_one_along() -> None:
    ada, other = an_expert("Ada Lindqvist"), a_cohort("2025", starts_on=date(2025, 1, 1), ends_on=date(2025, 6, 1))
    books(ada, a_training(opens=FOR_EXPERTS), at=NOW)
    give_role(ada, RoleKind.EXPERT, a_programme(), cohort=other, starts_on=date(2024, 9, 1), by=None, at=NOW)
    assert ahead() == []
    end_role(Role.objects.get(person=ada, cohort=other), on=LEAVES, by=None, at=NOW)
    assert ahead() == []
    end_role(Role.objects.get(person=ada, cohort=the_cohort()), on=LEAVES, by=None, at=NOW)
    assert ahead() == [("Ada Lindqvist", "place", True, "")]


def test_what_they_may_book_by_another_group_stays_theirs_and_is_said_to() -> None:
    ada, webinar = an_expert("Ada Lindqvist"), a_training(opens={Tier.PUBLIC: None})
    training = a_training(on=date(2024, 10, 8))
    books(ada, webinar, at=NOW)
    books(ada, training, at=NOW)
    leaves(ada)
    (held,) = queries.held_ahead(a_programme(), at=GONE)  # the webinar was booked as by anybody
    assert (held.shown.allowed, held.shown.note) == ("", "They may book it again from Tue 24 September 2024, 09:00 (London).")
    later = datetime(2024, 9, 24, 9, 0, tzinfo=UTC)
    assert ahead(at=later) == [("Ada Lindqvist", "place", True, "It is open to Experts of earlier cohorts.")]
    assert keys(at=later) == set()


def test_who_was_brought_along_and_who_has_a_place_by_the_teams_word_are_not_asked_about(team: Person) -> None:
    grace, ada, training = somebody("Grace Hopper", RoleKind.COMMUNITY), an_expert("Ada Lindqvist"), a_training(
        opens=FOR_EXPERTS, colleagues=1
    )  # fmt: skip
    mine = books(ada, training, at=NOW)
    commands.bring_colleague(mine, name="Finn Berg", email="finn@example.org", by=ada, at=NOW)
    commands.book_place(training, grace, way=queries.terms_for_team(training).ways[0], by=team, at=NOW)  # type: ignore[union-attr]
    assert ahead() == []


def test_whoever_the_team_books_before_booking_opens_has_the_place_as_one_of_their_group(team: Person) -> None:
    ada, training = an_expert("Ada Lindqvist"), a_training(opens={Tier.EXPERTS: 3})
    commands.book_place(training, ada, way=queries.terms_for_team(training).ways[0], by=team, at=NOW)  # type: ignore[union-attr]
    leaves(ada)
    assert ahead() == [("Ada Lindqvist", "place", True, "")]


def test_a_role_taken_back_and_a_stand_in_whose_days_are_over_leave_something_behind_too(team: Person) -> None:
    ada, grace = an_expert("Ada Lindqvist"), somebody("Grace Hopper", RoleKind.COMMUNITY)
    training = a_training(opens=FOR_EXPERTS)
    role = give_role(grace, RoleKind.EXPERT, a_programme(), cohort=the_cohort(), starts_on=NOW.date(), by=None, at=NOW)
    books(grace, training, at=NOW)
    take_back_role(role, by=team, at=NOW)
    imani = somebody("Imani Okoro", RoleKind.COMMUNITY)
    stand_in(Role.objects.get(person=ada), imani, starts_on=NOW.date(), ends_on=date(2024, 9, 30), by=team, at=NOW)
    books(imani, training, at=NOW)
    assert ahead(at=NOW) == [("Grace Hopper", "place", True, ""), ("Imani Okoro", "place", False, "")]


def test_a_coach_who_leaves_leaves_the_one_to_ones_they_would_give() -> None:
    ada, ines = an_expert("Ada Lindqvist"), a_coach()
    talks(ada, there(ines))
    leaves(ines, RoleKind.COACH)
    assert ahead() == [("Ines Moreau", "given", True, "")]
    give_role(ines, RoleKind.TEAM, a_programme(), starts_on=date(2024, 9, 11), by=None, at=NOW)  # who runs it may coach in it
    assert ahead() == []


def test_nobody_is_offered_or_books_a_one_to_one_with_a_coach_who_has_left_by_then() -> None:
    ada, ines = an_expert("Ada Lindqvist"), a_coach()
    row = there(ines)
    leaves(ines, RoleKind.COACH, on=date(2024, 9, 18))
    offered = {each.slot.starts_at for each in queries.offers_for(ada, the_cohort(), at=NOW)}
    assert offered == {FIRST, SECOND}
    with pytest.raises(NotOffered, match="no longer there for 1:1s by then"):
        talks(ada, row, WEEK_AFTER)
    one = talks(ada, row)
    with pytest.raises(NotOffered, match="no longer there for 1:1s by then"):
        commands.move_one_to_one(one, starts_at=WEEK_AFTER, by=ines, at=NOW)


def test_nobody_is_offered_or_books_a_one_to_one_for_a_day_after_they_have_left(team: Person) -> None:
    ada, ines = an_expert("Ada Lindqvist"), a_coach()
    row = there(ines)
    leaves(ada, on=date(2024, 9, 18))
    offered = {each.slot.starts_at for each in queries.offers_for(ada, the_cohort(), at=NOW)}
    assert offered == {FIRST, SECOND}
    with pytest.raises(NotOffered) as no:
        talks(ada, row, WEEK_AFTER)
    assert no.value.sentence == "By then you no longer take part in Cohort 2024. Choose an earlier time."
    one = talks(ada, row)
    assert [each.slot.starts_at for each in queries.offers_to_move(one, at=NOW)] == [SECOND]
    for by in (ines, team):
        with pytest.raises(NotOffered) as no:
            commands.move_one_to_one(one, starts_at=WEEK_AFTER, by=by, at=NOW)
        assert no.value.sentence == "By then Ada Lindqvist no longer takes part in Cohort 2024. Choose an earlier time."
    commands.move_one_to_one(one, starts_at=SECOND, by=ines, at=NOW)


def test_who_comes_back_as_an_expert_is_offered_one_to_ones_again() -> None:
    ada, _ = an_expert("Ada Lindqvist"), there(a_coach(), hours=1)
    leaves(ada, on=date(2024, 9, 18))
    give_role(ada, RoleKind.EXPERT, a_programme(), cohort=the_cohort(), starts_on=date(2024, 9, 20), by=None, at=NOW)
    offered = [each.slot.starts_at for each in queries.offers_for(ada, the_cohort(), at=NOW)]
    assert offered[:2] == [FIRST, WEEK_AFTER]


def test_as_many_queries_for_many_who_leave_as_for_one() -> None:
    training, row = a_training(capacity=20), there(a_coach(), hours=4)
    first, *others = [an_expert(f"Expert {number}") for number in range(4)]
    books(first, training, at=NOW)
    talks(first, row)
    leaves(first)
    programme = a_programme()
    with CaptureQueriesContext(connection) as few:
        assert len(ahead(programme=programme)) == 2
    for number, person in enumerate(others):
        books(person, training, at=NOW)
        talks(person, row, WEEK_AFTER + timedelta(hours=number))
        leaves(person)
    with CaptureQueriesContext(connection) as many:
        assert len(ahead(programme=programme)) == 8
    assert (len(many), len(few)) == (len(few), 10)


# -- giving up and keeping


def test_what_is_given_up_goes_to_who_waits_and_everybody_hears_of_theirs(team: Person) -> None:
    told("participation.declined", "participation.offered", "participation.one-to-one-cancelled")
    ada, grace, training = an_expert("Ada Lindqvist"), an_expert("Grace Hopper"), a_training(capacity=1)
    books(ada, training, at=NOW)
    books(grace, training, at=NOW)
    one = talks(ada, there(a_coach()))
    leaves(ada)
    assert commands.give_up_ahead(a_programme(), keys(), by=team, at=GONE) == 2
    assert states(training) == {"Ada Lindqvist": "removed", "Grace Hopper": "offered"}
    one.refresh_from_db()
    assert (one.state, one.reason) == ("cancelled", "By then Ada Lindqvist no longer takes part in Cohort 2024.")
    assert Booking.objects.get(person=ada).reason == "By then you no longer take part in Cohort 2024."
    assert letters("participation.declined", at=GONE) == ["Ada Lindqvist"]
    assert letters("participation.offered", at=GONE) == ["Grace Hopper"]
    assert letters("participation.one-to-one-cancelled", at=GONE) == ["Ada Lindqvist", "Ines Moreau"]
    assert ahead() == []


def test_the_experts_of_a_coach_who_leaves_are_told(team: Person) -> None:
    told("participation.one-to-one-cancelled")
    ines = a_coach()
    row = there(ines)
    talks(an_expert("Ada Lindqvist"), row)
    talks(an_expert("Grace Hopper"), row, SECOND)
    leaves(ines, RoleKind.COACH)
    assert commands.give_up_ahead(a_programme(), keys(), by=team, at=GONE) == 2
    reasons = set(OneToOne.objects.values_list("state", "reason"))
    assert reasons == {("cancelled", "By then Ines Moreau no longer coaches in Cohort 2024.")}
    heard = letters("participation.one-to-one-cancelled", at=GONE)
    assert set(heard) == {"Ada Lindqvist", "Grace Hopper", "Ines Moreau"}


def test_only_the_team_decides_and_only_on_what_is_to_be_decided(team: Person) -> None:
    ada, grace, training = an_expert("Ada Lindqvist"), an_expert("Grace Hopper"), a_training()
    books(ada, training, at=NOW)
    theirs = books(grace, training, at=NOW)
    leaves(ada)
    for does in (commands.give_up_ahead, commands.keep_ahead):
        with pytest.raises(NotAllowed):
            does(a_programme(), keys(), by=ada, at=GONE)
        with pytest.raises(commands.NothingChosen):
            does(a_programme(), set(), by=team, at=GONE)
        with pytest.raises(ChangedMeanwhile):
            does(a_programme(), {*keys(), f"booking-{theirs.pk}"}, by=team, at=GONE)
    assert states(training) == {"Ada Lindqvist": "booked", "Grace Hopper": "booked"}


def test_what_the_team_lets_them_keep_stays_and_is_not_asked_again(team: Person) -> None:
    ada, training = an_expert("Ada Lindqvist"), a_training()
    booking = books(ada, training, at=NOW)
    one = talks(ada, there(a_coach()))
    leaves(ada)
    assert commands.keep_ahead(a_programme(), keys(), by=team, at=GONE) == 2
    assert (ahead(), to_do(team, at=GONE), states(training)) == ([], [], {"Ada Lindqvist": "booked"})
    did = [journal.history_of(each, person=team, at=GONE).entries[0].did for each in (booking, one)]
    assert did == [
        "said that a place stays theirs, though they take no part by then",
        "said that a 1:1 stays, though one of the two takes no part by then",
    ]


# -- where it is seen


def test_ending_a_role_shows_what_they_still_have_and_one_button_gives_it_up(team: Person) -> None:
    ada, training, browser = an_expert("Ada Lindqvist"), a_training(), as_(team)
    books(ada, training, at=NOW)
    books(ada, a_training(on=date(2024, 10, 8)), at=NOW)
    talks(ada, there(a_coach()))
    before = browser.get(person_page(ada)).content.decode()
    assert "Still has" not in before
    assert "Places and 1:1s they have from that day on are shown next; nothing is given up by itself." in words(before)
    role = Role.objects.get(person=ada)
    answer = browser.post(person_page(ada), {"do": "end-role", "key": role.pk, "on": "2024-09-11"}, follow=True)
    page = answer.content.decode()
    assert "Still has 2 places and a 1:1 ahead" in words(page)
    assert f'href="{bookings_page(training)}">Systems Thinking, Tue 1 October 2024' in page
    assert "1:1 with Ines Moreau, Tue 17 September 2024, 14:00 (London)" in words(page)
    action, sent = _form(page)
    done = browser.post(action, sent | {"do": "give-up"}, follow=True)
    assert done.redirect_chain == [(person_page(ada), 302)]
    assert "Given up: 3. Everybody hears of theirs." in words(done.content.decode())
    assert "Still has" not in done.content.decode()
    assert set(Booking.objects.values_list("state", flat=True)) == {"removed"}


def _form(page: str) -> tuple[str, dict[str, list[str]]]:
    """The address and the hidden fields of the form that decides."""
    form = next(each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'value="give-up"' in each)
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="(who|next|thing)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(value)
    action = re.search(r'action="([^"]*)"', form)
    assert action is not None
    return action[1], fields


def test_several_whose_role_ends_are_shown_together_and_what_is_unticked_stays(team: Person) -> None:
    ada, grace, training, browser = an_expert("Ada Lindqvist"), an_expert("Grace Hopper"), a_training(), as_(team)
    mine, theirs = (books(each, training, at=NOW) for each in (ada, grace))
    who = f"{ada.pk},{grace.pk}"
    sent = {"do": "end-role", "of": "chosen", "who": who, "which": "expert:2024", "on": "2024-09-11"}
    answer = browser.post("/team/practitioners-hub/people/several/", sent, follow=True)
    assert answer.redirect_chain == [(f"{PAGE}?who={who}", 302)]
    page = answer.content.decode()
    assert (page.count(" checked>"), "Grace Hopper" in page) == (2, True)
    done = browser.post(PAGE, {"do": "give-up", "who": who, "thing": f"booking-{mine.pk}"}, follow=True)
    assert done.redirect_chain == [(f"{PAGE}?who={who}", 302)]
    assert states(training) == {"Ada Lindqvist": "removed", "Grace Hopper": "booked"}
    assert f"booking-{theirs.pk}" in done.content.decode()


def test_for_everybody_nothing_is_ticked_and_nothing_ticked_is_nothing_done(team: Person) -> None:
    ada, training, browser = an_expert("Ada Lindqvist"), a_training(), as_(team)
    books(ada, training, at=NOW)
    assert "Nothing to decide" in browser.get(PAGE).content.decode()
    leaves(ada)
    assert " checked>" not in browser.get(PAGE).content.decode()
    refused = browser.post(PAGE, {"do": "give-up"})
    assert (refused.status_code, "Nothing is ticked, so nothing was done." in refused.content.decode()) == (422, True)
    assert browser.post(PAGE, {"do": "nothing"}).status_code == 400
    assert states(training) == {"Ada Lindqvist": "booked"}


def test_the_team_sees_it_at_the_bookings_and_at_the_one_to_ones(team: Person, moment: time_machine.Coordinates) -> None:
    ada, training, browser = an_expert("Ada Lindqvist"), a_training(), as_(team)
    books(ada, training, at=NOW)
    talks(ada, there(a_coach()))
    one_to_ones = reverse("desk-one-to-ones", args=["practitioners-hub", "2024"])
    for page in (bookings_page(training), one_to_ones):
        assert "takes" not in _marks(browser, page)
    leaves(ada)
    assert _marks(browser, bookings_page(training)) == "Takes no part by then"
    assert _marks(browser, one_to_ones) == "Ada Lindqvist takes no part by then"
    moment.move_to(GONE)
    assert _marks(browser, bookings_page(training)) == "No longer takes part"
    assert _marks(browser, one_to_ones) == "Ada Lindqvist no longer takes part"


def _marks(browser: Client, page: str) -> str:
    found = re.findall(rf'<a href="{PAGE}\?who=\d+">(.*?)</a>', browser.get(page).content.decode(), re.DOTALL)
    return ", ".join(words(each) for each in found)


def test_this_week_asks_what_becomes_of_it_once_the_role_has_ended(team: Person) -> None:
    ada, training = an_expert("Ada Lindqvist"), a_training()
    books(ada, training, at=NOW)
    leaves(ada)
    assert to_do(team, at=NOW) == []
    assert to_do(team, at=GONE) == [
        (
            "Decide what Ada Lindqvist keeps, who takes no part any more",
            "Still has a place",
            f"{PAGE}?who={ada.pk}",
            date(2024, 10, 1),
        )
    ]
    for number in range(3):
        other = an_expert(f"Expert {number}")
        books(other, training, at=NOW)
        leaves(other)
    assert [(what, about) for what, about, _, _ in to_do(team, at=GONE)] == [
        ("Decide what 4 people keep who take no part any more", "They still have 4 places")
    ]
