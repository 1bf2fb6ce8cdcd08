"""The pages of registers, commitments, load and certificates, as people use them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from time_machine import travel

from hub.core.booking import BookingClosed, Terms, Tier
from hub.core.commitments import Override
from hub.participation import commands, queries
from hub.participation.models import (
    Agreed,
    Attendance,
    Booking,
    CatchUp,
    Certificate,
    Commitment,
    CommitmentOverride,
    Excusal,
    LoadTerms,
    Made,
    Register,
)
from hub.people.commands import end_role, give_role
from hub.people.models import Account, Person, RoleKind
from hub.people.queries import roles_of
from hub.schedule.models import Session
from tests.factories import BEGUN, a_session, mara, sam
from tests.participation.places import an_expert, books, states, the_cohort
from tests.participation.promising import FIRST_CAFE, after, cafes, held, own_promises, theo
from tests.scene import as_
from tests.site.reading import words

pytestmark = pytest.mark.django_db

NOW = FIRST_CAFE + timedelta(days=30)  # three of four cafés are over
DESK = "/team/practitioners-hub/2024"


@pytest.fixture(autouse=True)
def in_october() -> Iterator[None]:
    with travel(f"{NOW}T12:00:00+00:00", tick=False):
        yield


def the_team() -> Client:
    person = mara(the_cohort().programme)
    Account.objects.create(person=person, email="mara@example.org")
    return as_(person)


def marks() -> dict[str, bool]:
    return {row.person.name: row.came for row in Attendance.objects.select_related("person")}


# -- the register


def test_the_team_ticks_who_came_unticks_and_closes() -> None:
    (cafe, *_), team = cafes(4), the_team()
    ada, grace, noor = an_expert("Ada"), an_expert("Grace"), an_expert("Noor")
    where = f"{DESK}/sessions/{cafe.slug}/attendance/"
    assert team.post(where, {"do": "save", "came": [ada.pk, grace.pk]})["Location"] == where
    assert marks() == {"Ada": True, "Grace": True}
    team.post(where, {"do": "save", "was": [ada.pk, grace.pk], "came": [grace.pk]})
    assert marks() == {"Ada": False, "Grace": True}
    commands.mark_attendance(cafe, {noor: True}, by=None, at=after(cafe))  # somebody else, while the page is open
    team.post(where, {"do": "close", "was": [grace.pk], "came": [grace.pk]})
    assert marks() == {"Ada": False, "Grace": True, "Noor": True}
    assert Register.objects.get().closed_at is not None
    closed = team.post(where, {"do": "save", "came": [ada.pk]})
    assert (closed.status_code, "The register is closed." in closed.content.decode()) == (422, True)


def test_what_somebody_else_wrote_down_while_the_page_was_open_stays() -> None:
    (cafe, *_), team = cafes(4), the_team()
    ada, grace, noor = an_expert("Ada"), an_expert("Grace"), an_expert("Noor")
    where = f"{DESK}/sessions/{cafe.slug}/attendance/"
    commands.mark_attendance(cafe, {grace: False, noor: False}, by=None, at=after(cafe))
    shown = team.get(where).content.decode()
    assert [f'name="missed" value="{each.pk}"' in shown for each in (ada, grace, noor)] == [False, True, True]
    commands.mark_attendance(cafe, {ada: False}, by=None, at=after(cafe))  # somebody else, while the page is open
    both = {"missed": [grace.pk, noor.pk], "came": [ada.pk, grace.pk]}
    for do in ("save", "everybody", "close"):
        answer = team.post(where, both | {"do": do})
        said = "Somebody else wrote down meanwhile of Ada, otherwise than you. That stays; the rest is saved."
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert marks() == {"Ada": False, "Grace": True, "Noor": True}
    assert Register.objects.get().closed_at is None
    team.post(where, {"do": "save", "missed": [ada.pk], "was": [grace.pk, noor.pk], "came": [ada.pk, grace.pk, noor.pk]})
    assert marks() == {"Ada": True, "Grace": True, "Noor": True}


def test_the_reason_of_a_correction_stays_when_the_register_is_opened_and_filled_again() -> None:
    (cafe, *_), team = cafes(4), the_team()
    ada, at = an_expert("Ada"), after(cafe)
    held(cafe)
    commands.correct_attendance(cafe, ada, came=True, reason="Came by telephone", by=None, at=at)
    commands.reopen_register(cafe, by=None, at=at)
    where = f"{DESK}/sessions/{cafe.slug}/attendance/"
    assert "corrected: Came by telephone" in team.get(where).content.decode()
    team.post(where, {"do": "save", "was": [ada.pk], "came": [ada.pk]})
    assert Attendance.objects.get().how == "correction"
    team.post(where, {"do": "close", "was": [ada.pk], "came": []})
    row = Attendance.objects.get()
    assert (row.came, row.how, row.reason) == (False, "register", "Came by telephone")
    assert "corrected before: Came by telephone" in team.get(where).content.decode()
    commands.correct_attendance(cafe, ada, came=True, reason="She did after all", by=None, at=at)
    assert Attendance.objects.get().reason == "She did after all"


def test_everybody_is_ticked_but_who_is_excused() -> None:
    (cafe, *_), team = cafes(4), the_team()
    ada, grace = an_expert("Ada"), an_expert("Grace")
    commands.ask_excusal(cafe, grace, reason="Ill", by=None, at=after(cafe))
    team.post(f"{DESK}/sessions/{cafe.slug}/attendance/", {"do": "everybody"})
    assert (marks(), ada.name) == ({"Ada": True}, "Ada")


def test_everybody_is_who_has_a_place_and_who_was_asked_without_one_is_ticked_by_hand() -> None:
    (cafe, *_), team = cafes(4), the_team()
    own_promises()
    ada, grace = an_expert("Ada"), an_expert("Grace")
    commands.set_terms(cafe, Terms(online=10, opens={Tier.EXPERTS: None}), by=None, at=BEGUN)
    books(ada, cafe, at=BEGUN)
    where = f"{DESK}/sessions/{cafe.slug}/attendance/"
    page = team.get(where).content.decode()
    assert (page.count("Has a place"), page.count("Asked to come, has no place"), "0 of 1 came" in page) == (1, 1, True)
    told = team.post(where, {"do": "everybody"}, follow=True).content.decode()
    assert (marks(), "Everybody with a place is ticked." in told) == ({"Ada": True}, True)
    team.post(where, {"do": "close", "was": [ada.pk], "came": [ada.pk, grace.pk]})
    assert marks() == {"Ada": True, "Grace": True}
    assert "2 of 2 came" in team.get(where).content.decode()


def test_a_correction_needs_its_reason_and_says_so_beside_it() -> None:
    (cafe, *_), team, ada = cafes(4), the_team(), an_expert("Ada")
    held(cafe)
    where = f"{DESK}/sessions/{cafe.slug}/attendance/"
    wrong = team.post(where, {"do": "correct", "person": ada.pk, "came": "yes", "reason": ""})
    assert (wrong.status_code, "Write why: whoever reads the register later asks." in wrong.content.decode()) == (422, True)
    team.post(where, {"do": "correct", "person": ada.pk, "came": "yes", "minutes": "45", "reason": "Came late"})
    assert list(Attendance.objects.values_list("came", "minutes", "reason", "how")) == [(True, 45, "Came late", "correction")]
    assert team.post(where, {"do": "correct", "person": sam().pk, "came": "yes", "reason": "x"}).status_code == 404
    team.post(where, {"do": "reopen"})
    assert Register.objects.get().closed_at is None


def test_somebody_else_who_came_is_added_by_name() -> None:
    (cafe, *_), team, leader = cafes(4), the_team(), theo()
    where = f"{DESK}/sessions/{cafe.slug}/attendance/"
    team.post(where, {"do": "add", "who": "Theo Brandt"})
    assert marks() == {leader.name: True}
    assert team.post(where, {"do": "add", "who": "Nobody Atall"}).status_code == 422


def test_who_leads_a_session_keeps_its_register_on_a_page_of_their_own_and_others_find_none() -> None:
    first, second, *_ = cafes(4)
    ada, leader = an_expert("Ada"), theo()
    where = f"/me/sessions/practitioners-hub/2024/{first.slug}/attendance/"
    assert as_(leader).post(where, {"do": "save", "came": [ada.pk]})["Location"] == where
    assert marks() == {"Ada": True}
    assert [as_(ada).get(where).status_code, as_(ada).post(where, {"do": "close"}).status_code] == [404, 404]
    assert as_(leader).get(f"{DESK}/sessions/{second.slug}/attendance/").status_code == 403
    assert as_(leader).post(where, {"do": "add", "who": "Ada"}).status_code == 400


def test_who_leads_a_session_takes_its_register_from_files_and_nobody_else_finds_that() -> None:
    first, *_ = cafes(4)
    ada, leader = an_expert("Ada"), theo()
    others = a_session(the_cohort(), title="Of others", date=FIRST_CAFE, led_by="Rosa Marin")
    own, foreign = (f"/me/sessions/practitioners-hub/2024/{each.slug}/attendance/" for each in (first, others))
    browser = as_(leader)
    assert f"{own}files/" in browser.get(own).content.decode()
    table = SimpleUploadedFile("list.csv", b"Name,Email\nAda,ada@example.org\nSomebody,\n")
    settle = browser.post(f"{own}files/", {"reports": [table], "zone": "Europe/London"})["Location"]
    assert settle.startswith(f"{own}files/")
    shown = browser.get(settle).content.decode()
    assert ("Somebody" in shown, "Or somebody else" in shown) == (True, False)  # the team alone names anybody of the programme
    assert browser.post(settle, {"name-2": "Theo Brandt", "do": "take-over"})["Location"] == f"{own}files/"
    assert marks() == {ada.name: True}
    hidden = [as_(ada).get(f"{own}files/"), as_(ada).get(settle), browser.get(f"{foreign}files/")]
    assert [each.status_code for each in hidden] == [404, 404, 404]


def test_the_session_s_page_and_its_room_lead_who_keeps_its_register_there() -> None:
    first, *_ = cafes(4)
    ada, leader, team = an_expert("Ada"), theo(), the_team()
    public = f"/practitioners-hub/2024/sessions/{first.slug}/"
    desk = f"{DESK}/sessions/{first.slug}/attendance/"
    own = f"/me/sessions/practitioners-hub/2024/{first.slug}/attendance/"
    for browser, page, register, leads in (
        (as_(leader), public, own, True),
        (team, public, own, True),
        (as_(ada), public, own, False),
        (Client(), public, own, False),
        (as_(leader), f"{public}room/", own, True),
        (team, f"{public}room/", desk, True),
        (as_(ada), f"{public}room/", own, False),
    ):
        assert (page, register in browser.get(page).content.decode()) == (page, leads)


# -- commitments


def test_the_team_takes_over_the_hubs_commitments_changes_one_and_adds_another() -> None:
    cafes(4)
    team = the_team()
    assert "Ask for these three" in team.get(f"{DESK}/commitments/").content.decode()
    team.post(f"{DESK}/commitments/", {"do": "own"})
    assert team.post(f"{DESK}/commitments/", {"do": "own"}).status_code == 422
    typed = {"one": "café", "many": "cafés", "what": "sessions", "kinds": ["cafe"], "at_risk": "75"}
    team.post(f"{DESK}/commitments/cafes/", typed | {"quantity": "2/3", "last_on": "2024-12-31", "is_catch_up_allowed": "on"})
    row = Commitment.objects.get(key="cafes")
    assert (row.number, row.of, str(row.until_on), row.is_catch_up_allowed) == (2, 3, "2025-01-01", True)
    wrong = team.post(f"{DESK}/commitments/cafes/", typed | {"quantity": "most"})
    assert (wrong.status_code, "“most” is no quantity." in wrong.content.decode()) == (422, True)
    team.post(f"{DESK}/commitments/add/", typed | {"quantity": "1"})
    assert [row.key for row in Commitment.objects.order_by("position")] == [
        "in-person-days", "cafes", "case-study", "cafes-2"
    ]  # fmt: skip
    team.post(f"{DESK}/commitments/cafes-2/", {"do": "remove"})
    page = team.get(f"{DESK}/commitments/").content.decode()
    assert "2/3 of the cafés, rounded up before 1 January 2025" in page
    assert "4 cafés in the released schedule." in page


def a_cohort_in_october(*names: str) -> tuple[list[Person], Client]:
    """Ada and others; of three cafés held, the first had everybody but Ada; the team."""
    sessions, team = cafes(4), the_team()
    own_promises()
    people = [an_expert(name) for name in names]
    held(sessions[0], *people[1:])
    held(sessions[1])
    held(sessions[2])
    return people, team


def test_the_grid_shows_experts_and_sessions_and_filters_those_at_risk() -> None:
    _, team = a_cohort_in_october("Ada Lindqvist", "Grace Oyelaran")
    page = team.get(f"{DESK}/attendance/").content.decode()
    assert [word in page for word in ("Ada Lindqvist", "Grace Oyelaran", "1 of 2", "0 of 2")] == [True] * 4
    assert page.count('data-standing="came"') == 2  # one cell, and the legend
    assert page.count('data-standing="missed"') == 6
    at_risk = team.get(f"{DESK}/attendance/?show=at-risk").content.decode()
    assert [name in at_risk for name in ("Ada Lindqvist", "Grace Oyelaran")] == [True, True]
    commands.set_override(
        Commitment.objects.get(key="cafes"),
        Person.objects.get(name="Grace Oyelaran"),
        Override(is_waived=True),
        reason="Let off",
        by=None,
        at=after(the_cohort().sessions.order_by("date")[0]),
    )
    at_risk = team.get(f"{DESK}/attendance/?show=at-risk").content.decode()
    assert [name in at_risk for name in ("Ada Lindqvist", "Grace Oyelaran")] == [True, False]


def test_the_grid_leaves_as_csv_and_as_a_workbook() -> None:
    _, team = a_cohort_in_october("Ada Lindqvist", "=Grace")
    answer = team.get(f"{DESK}/attendance/export/csv/")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:5] == [
        "Expert",
        "Organisation",
        "All in-person days: verdict",
        "in-person days: earned",
        "in-person days: needed",
    ]
    assert rows[0][-4] == "Café 1, Wed 4 September 2024, 15:00–17:00 (London)"
    by_name = {row[0]: row[-4:] for row in rows[1:]}
    assert by_name == {
        "'=Grace": ["Came", "Missed", "Missed", "To come"],
        "Ada Lindqvist": ["Missed", "Missed", "Missed", "To come"],
    }
    assert team.get(f"{DESK}/attendance/export/xlsx/").content[:2] == b"PK"
    assert team.get(f"{DESK}/attendance/export/exe/").status_code == 404


def test_the_grid_asks_as_much_of_the_database_for_thirty_experts_as_for_three() -> None:
    _, team = a_cohort_in_october("First 1", "First 2", "First 3")
    counts = []
    for more in (0, 27):
        for number in range(more):
            an_expert(f"Later {number}")
        with CaptureQueriesContext(connection) as asked:
            page = team.get(f"{DESK}/attendance/").content.decode()
        counts.append((page.count('class="attendance-verdict"'), len(asked)))
    assert counts == [(9, counts[0][1]), (90, counts[0][1])]


def test_an_expert_asks_and_the_team_answers_on_the_grid() -> None:
    (ada, *_), team = a_cohort_in_october("Ada Lindqvist")
    mine, cohort = as_(ada), the_cohort()
    first, second = (each.pk for each in cohort.sessions.order_by("date")[:2])
    where = {"cohort": cohort.pk}
    wrong = mine.post("/me/commitments/", where | {"do": "excuse", "session": first, "reason": ""})
    assert (wrong.status_code, "Write why, in a sentence" in wrong.content.decode()) == (422, True)
    mine.post("/me/commitments/", where | {"do": "excuse", "session": first, "reason": "<b>Ill</b>"})
    mine.post(
        "/me/commitments/", where | {"do": "catch-up", "session": second, "watched_on": "2024-09-20", "note": "I take with me"}
    )
    grid = team.get(f"{DESK}/attendance/").content.decode()
    assert ["Waiting for your answer" in grid, "&lt;b&gt;Ill&lt;/b&gt;" in grid, "<b>Ill" in grid] == [True, True, False]
    team.post(f"{DESK}/attendance/", {"do": "accept", "excusal": Excusal.objects.get().pk})
    team.post(f"{DESK}/attendance/", {"do": "decline", "catch_up": CatchUp.objects.get().pk, "answer": "Write a little more"})
    assert [Excusal.objects.get().state, CatchUp.objects.get().state] == ["accepted", "declined"]
    page = mine.get("/me/commitments/").content.decode()
    assert ["Excused" in page, "The team: Write a little more" in page] == [True, True]
    assert as_(sam_with_account()).post("/me/commitments/", where | {"do": "excuse", "session": first}).status_code == 404


def a_place_in_the_next_cafe(ada: Person) -> tuple[Session, datetime]:
    """The café to come gives out one place, which Ada has; Late waits for it."""
    cafe, at = the_cohort().sessions.order_by("date")[3], datetime(2024, 10, 4, 12, tzinfo=UTC)
    commands.set_terms(cafe, Terms(online=1, opens={Tier.EXPERTS: None}, offer_hours=0), by=None, at=at)
    books(ada, cafe, at=at)
    books(an_expert("Late"), cafe, at=at)
    return cafe, at


def test_who_asks_to_be_excused_reads_that_they_have_a_place_and_gives_it_back_in_the_same_step() -> None:
    (ada, grace), _ = a_cohort_in_october("Ada Lindqvist", "Grace Oyelaran")
    asks = {"do": "excuse", "cohort": the_cohort().pk, "reason": "Ill"}
    reads = "You have a place in Café 4"
    assert reads not in as_(ada).get("/me/commitments/").content.decode()
    cafe, _ = a_place_in_the_next_cafe(ada)
    assert [reads in as_(each).get("/me/commitments/").content.decode() for each in (ada, grace)] == [True, False]
    as_(ada).post("/me/commitments/", asks | {"session": cafe.pk, "gives_place_back": "on"})
    assert (states(cafe), Excusal.objects.get().state) == ({"Ada Lindqvist": "withdrawn", "Late": "booked"}, "asked")


def test_who_keeps_the_place_they_are_excused_from_is_reminded_and_the_team_sees_it() -> None:
    (ada, *_), team = a_cohort_in_october("Ada Lindqvist")
    cafe, at = a_place_in_the_next_cafe(ada)
    mine, grid, person = "/me/commitments/", f"{DESK}/attendance/", f"{DESK}/attendance/{ada.pk}/"
    bookings = f"{DESK}/sessions/{cafe.slug}/bookings/"
    as_(ada).post(mine, {"do": "excuse", "cohort": the_cohort().pk, "reason": "Ill", "session": cafe.pk})
    assert "You still have a place there" in as_(ada).get(mine).content.decode()
    assert "They have a place there" in team.get(grid).content.decode()
    assert "Asks to be excused" in team.get(bookings).content.decode()
    said = team.post(grid, {"do": "accept", "excusal": Excusal.objects.get().pk}, follow=True).content.decode()
    assert "Ada Lindqvist is excused. They still have a place there." in said
    assert "They still have a place there" in team.get(person).content.decode()
    assert "Excused</" in team.get(bookings).content.decode()
    commands.withdraw(Booking.objects.get(person=ada), by=ada, at=at)
    pages = [as_(ada).get(mine), team.get(person), team.get(bookings)]
    words = ("still have a place there", "still have a place there", "Excused</")
    assert [said in page.content.decode() for page, said in zip(pages, words, strict=True)] == [False, False, False]


def test_the_team_that_excuses_somebody_may_give_their_place_back_and_of_a_session_that_began_nobody_may() -> None:
    (ada, *_), team = a_cohort_in_october("Ada Lindqvist")
    cafe, _ = a_place_in_the_next_cafe(ada)
    where, asks = (
        f"{DESK}/attendance/{ada.pk}/",
        {"do": "excuse", "session": cafe.pk, "reason": "By phone", "gives_place_back": "on"},
    )
    assert "They have a place in Café 4" in team.get(where).content.decode()
    with pytest.raises(BookingClosed):
        commands.ask_excusal(cafe, ada, reason="Ill", gives_place_back=True, by=ada, at=after(cafe))
    assert Excusal.objects.count() == 0  # both or neither
    team.post(where, asks)
    assert (states(cafe), Excusal.objects.get().state) == ({"Ada Lindqvist": "withdrawn", "Late": "booked"}, "accepted")


def test_a_cohort_that_is_over_is_folded_and_asks_and_offers_nothing_any_more() -> None:
    (ada, *_), _ = a_cohort_in_october("Ada Lindqvist")
    cohort = the_cohort()
    (first, *_), where = list(cohort.sessions.order_by("date")), {"cohort": cohort.pk, "do": "excuse", "reason": "Ill"}
    offered = ("Excuse me from a session", "I caught up on a session", "Cohorts that are over")
    for days, seen in ((30, [True, True, False]), (31, [False, False, True])):
        with travel(f"{cohort.ends_on + timedelta(days=days)}T12:00:00+00:00", tick=False):
            page = as_(ada).get("/me/commitments/").content.decode()
            assert (days, [words in page for words in offered]) == (days, seen)
    with travel(f"{cohort.ends_on + timedelta(days=31)}T12:00:00+00:00", tick=False):
        assert as_(ada).post("/me/commitments/", where | {"session": first.pk}).status_code == 422
    for days, offers in ((0, True), (1, False)):
        with travel(f"{cohort.ends_on + timedelta(days=days)}T12:00:00+00:00", tick=False):
            assert (days, "Book a 1:1" in as_(ada).get("/me/one-to-ones/").content.decode()) == (days, offers)


def test_what_still_waits_in_a_cohort_that_is_over_can_be_taken_back_and_is_not_ones_own_to_decide() -> None:
    (ada, *_), _ = a_cohort_in_october("Ada Lindqvist")
    cohort = the_cohort()
    first, second, *_ = cohort.sessions.order_by("date")
    waits = commands.ask_excusal(first, ada, reason="Ill", by=ada, at=after(second))
    decided = commands.ask_excusal(second, ada, reason="Ill", by=ada, at=after(second))
    commands.accept_excusal(decided, by=mara(cohort.programme), at=after(second))
    with travel(f"{cohort.ends_on + timedelta(days=31)}T12:00:00+00:00", tick=False):
        page = as_(ada).get("/me/commitments/").content.decode()
        assert [page.count(f'value="{do}"') for do in ("withdraw", "accept", "decline")] == [1, 0, 0]
        as_(ada).post("/me/commitments/", {"cohort": cohort.pk, "do": "withdraw", "excusal": waits.pk})
    assert Excusal.objects.get(pk=waits.pk).state == "withdrawn"


def sam_with_account() -> Person:
    person = sam()
    Account.objects.create(person=person, email="sam@example.org")
    return person


def test_an_expert_takes_back_what_they_asked_and_nobody_elses() -> None:
    (ada, grace), _ = a_cohort_in_october("Ada Lindqvist", "Grace Oyelaran")
    cohort = the_cohort()
    session = cohort.sessions.order_by("date")[1]
    asked = commands.ask_excusal(session, ada, reason="Ill", by=ada, at=after(session))
    given = {"do": "withdraw", "cohort": cohort.pk, "excusal": asked.pk}
    assert as_(grace).post("/me/commitments/", given).status_code == 404
    as_(ada).post("/me/commitments/", given)
    assert Excusal.objects.get().state == "withdrawn"


def test_on_an_experts_page_the_team_lets_something_differ_excuses_and_says_what_was_made() -> None:
    (ada, *_), team = a_cohort_in_october("Ada Lindqvist")
    where = f"{DESK}/attendance/{ada.pk}/"
    session = the_cohort().sessions.order_by("date")[0]
    wrong = team.post(where, {"do": "differ", "commitment": "cafes", "reason": "Why"})
    assert (wrong.status_code, "Nothing would differ." in wrong.content.decode()) == (422, True)
    team.post(where, {"do": "differ", "commitment": "cafes", "quantity": "1", "reason": "Half a post"})
    assert list(CommitmentOverride.objects.values_list("measure", "number", "reason")) == [("count", 1, "Half a post")]
    team.post(where, {"do": "made", "commitment": "case-study", "number": "1"})
    team.post(where, {"do": "excuse", "session": session.pk, "reason": "By phone"})
    assert [Made.objects.get().number, Excusal.objects.get().state] == [1, "accepted"]
    page = team.get(where).content.decode()
    assert ["Why it differs: Half a post" in page, "Ada Lindqvist’s case study is made." in page] == [True, True]
    team.post(where, {"do": "same", "commitment": "cafes"})
    assert CommitmentOverride.objects.count() == 0
    assert team.get(f"{DESK}/attendance/{sam().pk}/").status_code == 404


def test_the_team_reads_of_an_expert_who_came_back_when_they_were_away() -> None:
    cafes(4), own_promises()
    ada, team = an_expert("Ada"), the_team()
    role = roles_of(ada).get(kind=RoleKind.EXPERT)
    end_role(role, on=date(2024, 9, 18), by=None, at=BEGUN)
    give_role(ada, RoleKind.EXPERT, role.programme, cohort=the_cohort(), starts_on=date(2024, 10, 16), by=None, at=BEGUN)
    page = words(team.get(f"/team/practitioners-hub/2024/attendance/{ada.pk}/").content.decode())
    assert ", away from Wed 18 September 2024 until before Wed 16 October 2024" in page


def test_what_is_next_shows_where_an_expert_stands() -> None:
    (ada, *_), _ = a_cohort_in_october("Ada Lindqvist")
    page = as_(ada).get("/me/").content.decode()
    assert "Where you stand in Cohort 2024" in page
    assert "You need the next one and to catch up on 1 you missed." in page


# -- load and certificates


def test_the_team_writes_down_what_was_agreed_and_sees_the_months() -> None:
    (ada, *_), team = a_cohort_in_october("Ada Lindqvist")
    where = f"{DESK}/load/"
    team.post(where, {"do": "agreed", "person": ada.pk, "hours": "3.5", "travel": "2"})
    assert list(Agreed.objects.values_list("minutes", "travel")) == [(210, 120)]
    wrong = team.post(where, {"do": "agreed", "person": ada.pk, "post": "a lot"})
    assert (wrong.status_code, "Write a share of a post" in wrong.content.decode()) == (422, True)
    team.post(where, {"do": "terms", "travel": "1.5", "writing": "10", "writing_from": "2024-09", "writing_to": "2024-10"})
    assert list(LoadTerms.objects.values_list("travel", "writing")) == [(90, 600)]
    page = team.get(where).content.decode()
    assert "In September Ada Lindqvist has 9 h (4 h of sessions, 5 h of writing) for 3 h 30 agreed." in page
    assert 'aria-label="Ada Lindqvist: September 9 h, October 9 h, November 0 h' in page


def test_the_team_issues_certificates_to_those_ticked_and_revokes_with_a_reason() -> None:
    (ada, _), team = a_cohort_in_october("Ada Lindqvist", "Grace Oyelaran")
    where = f"{DESK}/certificates/"
    none = team.post(where, {"do": "issue", "signed_by": "Mara Okafor"})
    assert (none.status_code, "Choose who gets one." in none.content.decode()) == (422, True)
    too_soon = team.post(where, {"do": "issue", "people": [ada.pk], "signed_by": "Mara Okafor"})
    assert (too_soon.status_code, "still to come: 1 café." in too_soon.content.decode()) == (422, True)
    with travel(after(the_cohort().sessions.latest("date")), tick=False):
        team.post(where, {"do": "issue", "people": [ada.pk], "signed_by": "Mara Okafor, Programme lead"})
    row = Certificate.objects.get()
    assert (row.person, row.issued_by and row.issued_by.name) == (ada, "Mara Okafor")
    assert row.code in as_(ada).get("/me/commitments/").content.decode()
    assert team.post(where, {"do": "revoke", "certificate": row.pk, "reason": ""}).status_code == 422
    team.post(where, {"do": "revoke", "certificate": row.pk, "reason": "The name was wrong"})
    assert Certificate.objects.get().revoked_at is not None
    assert list(queries.certificates_of_person(ada)) == []
