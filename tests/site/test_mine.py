"""What is next for whom, and where they may go."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.availability import Quota
from hub.core.booking import Terms, Tier, Way
from hub.core.consent import Use
from hub.core.plan.model import Kind
from hub.core.room import How
from hub.participation import commands
from hub.participation.commands import book_place, check_in, set_terms
from hub.people.commands import answer, end_role, give_role, publish_term
from hub.people.models import Person, RoleKind
from hub.programmes.commands import create_programme
from hub.schedule.commands.releases import release_schedule
from hub.schedule.commands.sessions import add_session
from hub.schedule.models import Release, Session
from hub.site import navigation
from tests.factories import BEGUN, a_cohort, some_facts
from tests.participation.coaching import FIRST, WEEK_AFTER, a_coach, there
from tests.scene import IN_SEPTEMBER, Scene, as_
from tests.site.reading import each, links, page, words

pytestmark = pytest.mark.django_db


def rail(html: str) -> list[str]:
    found = re.search(r'<nav class="rail-places".*?</nav>', html, re.DOTALL)
    assert found
    return each(found[0], "li")


def test_an_expert_sees_the_next_session_of_their_cohort_and_how_to_keep_it(scene: Scene) -> None:
    html = page(as_(scene.ada), "/me/")
    assert each(html, "h1") == ["Hello, Ada"]
    said = words(html)
    assert "Collaboration Café: Stakeholders is in 8 days." in said
    assert "Wed 18 September 2024, 15:00–17:00 (London)" in said
    session = "/practitioners-hub/2024/sessions/cafe-september-2"
    assert {f"{session}/", f"{session}.ics"} <= set(links(html))
    assert each(html, "h2")[-1] == "What you are here"
    assert "Expert The Practitioners Hub , Cohort 2024" in said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2024, 9, 17, 22, 30, tzinfo=UTC), "Collaboration Café: Stakeholders is tomorrow."),
        (datetime(2024, 9, 17, 23, 30, tzinfo=UTC), "Collaboration Café: Stakeholders is today."),
        (datetime(2024, 9, 18, 14, 0, tzinfo=UTC), "Collaboration Café: Stakeholders is going on now."),
        (datetime(2024, 9, 18, 16, 0, tzinfo=UTC), "Systems Thinking Workshop is in 8 days."),
        (datetime(2025, 2, 1, 12, 0, tzinfo=UTC), "Nothing is coming up, as far as we know."),
    ],
)
def test_how_near_the_next_session_is_is_said_in_days_of_its_own_place(
    scene: Scene, in_september: time_machine.Coordinates, at: datetime, said: str
) -> None:
    in_september.move_to(at)
    assert said in words(page(as_(scene.ada), "/me/"))


def first(html: str) -> str:
    """What the card of the next thing is headed."""
    return each(html[html.index('<article class="card next"') :], "h2")[0]


def test_a_one_to_one_is_among_what_is_next_for_the_two_and_for_nobody_else(scene: Scene) -> None:
    coach = a_coach(cohort=scene.cohort)
    row = there(coach, cohort=scene.cohort)
    one = commands.book_one_to_one(row, scene.ada, scene.cohort, starts_at=FIRST, by=scene.ada, at=IN_SEPTEMBER)
    for person, other in ((scene.ada, "Ines Moreau"), (coach, "Ada Lindqvist")):
        html = page(as_(person), "/me/")
        assert f"1:1 with {other} is in 7 days." in words(html)
        assert first(html) == f"1:1 with {other}"
        assert f"/one-to-ones/{one.pk}/" in links(html)
        assert [link for link in links(html) if "one-to-one" in link and "sessions" in link] == []
        assert "Collaboration Café: Stakeholders" in each(html, "h3")
    assert "1:1 with" not in words(page(as_(scene.mara), "/me/"))
    commands.cancel_one_to_one(one, by=coach, at=IN_SEPTEMBER)
    assert "1:1 with" not in words(page(as_(scene.ada), "/me/"))


def test_what_comes_before_it_stands_first_and_the_one_to_one_after_it(scene: Scene) -> None:
    row = there(a_coach(cohort=scene.cohort), cohort=scene.cohort, joining_link="", place="Aster House")
    commands.book_one_to_one(row, scene.ada, scene.cohort, starts_at=WEEK_AFTER, by=scene.ada, at=IN_SEPTEMBER)
    html = page(as_(scene.ada), "/me/")
    assert first(html) == "Collaboration Café: Stakeholders"
    assert "1:1 with Ines Moreau" in each(html, "h3")[:3]
    assert [link for link in links(html) if link.endswith("/join/")] == []


def test_however_much_comes_before_it_their_next_one_to_one_stands_there(scene: Scene) -> None:
    row = there(a_coach(cohort=scene.cohort), cohort=scene.cohort)
    late, later = (datetime(2024, 10, day, 13, tzinfo=UTC) for day in (15, 22))
    commands.set_quota(scene.cohort, Quota(count=2), by=None, at=IN_SEPTEMBER)
    for day in range(11, 19):
        add_session(scene.cohort, some_facts(title=f"Meeting {day}", date=date(2024, 9, day)), by=None, at=BEGUN)
    release_schedule(scene.cohort, note="", seen=1, by=None, at=IN_SEPTEMBER)
    for at in (late, later):
        commands.book_one_to_one(row, scene.ada, scene.cohort, starts_at=at, by=scene.ada, at=IN_SEPTEMBER)
    html = page(as_(scene.ada), "/me/")
    assert [words(each) for each in re.findall(r'<h3><a href="/one-to-ones/.*?</h3>', html)] == ["1:1 with Ines Moreau"]
    assert "Tue 15 October 2024, 14:00" in words(html)


def test_from_when_one_may_check_in_what_is_next_leads_to_the_room_the_check_in_and_the_call(
    scene: Scene, in_september: time_machine.Coordinates
) -> None:
    room = "/practitioners-hub/2024/sessions/cafe-september-2/room/"

    def seen() -> list[str]:
        html = page(as_(scene.ada), "/me/")
        return [word for word in ("Go to its room", "Check in", "Join the call") if word in words(html) and room in links(html)]

    in_september.move_to(datetime(2024, 9, 18, 13, 44, tzinfo=UTC))
    assert seen() == []
    for minute in (45, 59):
        in_september.move_to(datetime(2024, 9, 18, 13, minute, tzinfo=UTC))
        assert seen() == ["Go to its room", "Check in", "Join the call"]


def test_who_has_checked_in_reads_since_when_and_is_not_asked_again(
    scene: Scene, in_september: time_machine.Coordinates
) -> None:
    began = datetime(2024, 9, 18, 14, 2, tzinfo=UTC)
    in_september.move_to(began)
    session = Session.objects.get(cohort=scene.cohort, slug="cafe-september-2")
    check_in(session, scene.ada, how=How.ROOM, by=scene.ada, at=began)
    said = words(page(as_(scene.ada), "/me/"))
    assert "You are checked in since 15:02." in said
    assert "Check in" not in said
    assert "Join the call" in said


def test_somebody_without_a_role_is_told_what_is_open_to_everybody(scene: Scene) -> None:
    html = page(as_(scene.sam), "/me/")
    assert "You are not in a programme yet" in words(html)
    assert rail(html) == [
        "What is next",
        "You",
        "Your calendar",
        "What you hear",
        "Your bookings",
        "Your forms",
        "What you agreed to",
        "What is held about you",
    ]


def test_the_rail_leads_an_expert_to_their_schedule_and_nowhere_they_may_not_go(scene: Scene) -> None:
    assert rail(page(as_(scene.ada), "/me/")) == [
        "What is next",
        "You",
        "Your calendar",
        "Your 1:1s",
        "Your commitments",
        "What you hear",
        "Your bookings",
        "Your forms",
        "What you agreed to",
        "What is held about you",
        "Schedule, Cohort 2024",
        "Programme",
        "Year plan",
    ]


def test_your_commitments_stand_in_the_rail_of_whom_something_is_was_or_will_be_asked(
    scene: Scene, in_september: time_machine.Coordinates
) -> None:
    def stands(person: Person) -> bool:
        return "Your commitments" in rail(page(as_(person), "/me/"))

    soon, over = IN_SEPTEMBER.date() + timedelta(days=7), IN_SEPTEMBER + timedelta(days=14)
    assert [stands(each) for each in (scene.ada, scene.mara, scene.sam)] == [True, False, False]
    assert "Nothing is asked of you" in words(page(as_(scene.sam), "/me/commitments/"))
    role = give_role(scene.sam, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=soon, by=None, at=IN_SEPTEMBER)
    assert stands(scene.sam)
    end_role(role, on=over.date(), by=None, at=IN_SEPTEMBER)
    in_september.move_to(over)
    assert stands(scene.sam)


def test_the_rail_asks_as_much_of_the_database_for_many_parts_as_for_one(scene: Scene) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            navigation.rail(scene.ada, at=IN_SEPTEMBER, path="/me/")
        return len(made)

    assert queries() == 1
    for year in (2021, 2022):
        give_role(
            scene.ada,
            RoleKind.EXPERT,
            scene.programme,
            cohort=a_cohort(str(year), programme=scene.programme, starts_on=date(year, 7, 1), ends_on=date(year, 12, 31)),
            starts_on=date(year, 7, 1),
            ends_on=date(year, 12, 31),
            by=None,
            at=BEGUN,
        )
    assert queries() == 1


def test_the_rail_leads_the_team_to_each_cohort_the_current_one_first(scene: Scene) -> None:
    a_cohort("2023", programme=scene.programme, starts_on=datetime(2023, 7, 1).date(), ends_on=datetime(2023, 12, 31).date())
    html = page(as_(scene.mara), "/me/")
    found = re.search(r'<nav class="rail-places".*?</nav>', html, re.DOTALL)
    assert found
    assert each(found[0], "h2") == ["The Practitioners Hub", "Cohort 2024", "Other cohorts"]
    assert rail(html)[-1] == "Cohort 2023"
    html = page(as_(scene.mara), "/team/practitioners-hub/2023/schedule/")
    found = re.search(r'<nav class="rail-places".*?</nav>', html, re.DOTALL)
    assert found
    assert each(found[0], "h2") == ["The Practitioners Hub", "Cohort 2023", "Other cohorts"]
    assert rail(html)[-1] == "Cohort 2024"


def test_the_rail_of_a_programme_with_many_cohorts_stays_short_and_the_palette_finds_them_all(scene: Scene) -> None:
    for year in range(2015, 2024):
        a_cohort(str(year), programme=scene.programme, starts_on=date(year, 7, 1), ends_on=date(year, 12, 31))
    mara = as_(scene.mara)
    assert rail(page(mara, "/me/"))[-5:] == ["Cohort 2023", "Cohort 2022", "Cohort 2021", "Cohort 2020", "All 10 cohorts"]
    found = {place["url"] for place in mara.get("/me/places/").json()["places"]}
    assert {f"/team/practitioners-hub/{year}/plan/" for year in range(2015, 2025)} <= found


def test_the_programme_one_is_in_comes_first_in_the_rail(scene: Scene) -> None:
    give_role(scene.mara, RoleKind.TEAM, scene.private, starts_on=date(2023, 1, 1), by=None, at=BEGUN)

    def first(where: str) -> str:
        found = re.search(r'<nav class="rail-places".*?</nav>', page(as_(scene.mara), where), re.DOTALL)
        assert found
        return each(found[0], "h2")[0]

    assert first(f"/team/{scene.private.slug}/") == scene.private.name
    assert first(f"/team/{scene.programme.slug}/") == scene.programme.name


def test_a_role_opens_the_rail_from_its_first_day_to_its_last(scene: Scene, in_september: time_machine.Coordinates) -> None:
    give_role(
        scene.sam,
        RoleKind.EXPERT,
        scene.programme,
        cohort=scene.cohort,
        starts_on=IN_SEPTEMBER.date() + timedelta(days=1),
        ends_on=IN_SEPTEMBER.date() + timedelta(days=2),
        by=None,
        at=BEGUN,
    )
    seen = []
    for days in (0, 1, 2):
        in_september.move_to(IN_SEPTEMBER + timedelta(days=days))
        seen.append(len(rail(page(as_(scene.sam), "/me/"))))
    assert seen == [9, 13, 9]  # what was promised may be read before and after


def test_the_palette_is_given_the_places_one_may_enter_each_once(scene: Scene) -> None:
    answer = as_(scene.ada).get("/me/places/")
    assert answer["Cache-Control"] == "private, no-store"
    places = answer.json()["places"]
    urls = [place["url"] for place in places]
    assert sorted(urls) == sorted(set(urls))
    assert {"/me/", "/practitioners-hub/2024/schedule/", "/practitioners-hub/", "/"} <= set(urls)
    assert not any(url.startswith(("/team/", "/masterclass/")) for url in urls)


def test_the_palette_finds_each_session_of_ones_cohorts_by_its_title(scene: Scene) -> None:
    places = as_(scene.ada).get("/me/places/").json()["places"]
    told = [(place["label"], place["path"]) for place in places if "/sessions/" in place["url"]]
    assert told[:2] == [
        ("Collaboration Café: Welcome", "Cohort 2024, Wed 4 September 2024"),
        ("No meeting", "Cohort 2024"),
    ]
    assert len(told) == 6
    assert not any("/sessions/" in place["url"] for place in as_(scene.sam).get("/me/places/").json()["places"])


def test_the_palette_leads_the_team_to_registers_and_files_of_the_sessions_whose_day_has_come(scene: Scene) -> None:
    def told(person: Person) -> list[tuple[str, str]]:
        places = as_(person).get("/me/places/").json()["places"]
        return [
            (place["label"], place["path"]) for place in places if "/attendance/" in place["url"] and "session" in place["url"]
        ]

    cafe = "Collaboration Café: Welcome, Cohort 2024, Wed 4 September 2024"
    assert told(scene.mara) == [("Who came", cafe), ("Attendance from files", cafe)]
    assert told(scene.ada) == []


def test_what_is_mine_asks_as_much_of_the_database_for_many_cohorts_as_for_one(scene: Scene) -> None:
    def queries() -> int:
        client = as_(scene.mara)
        with CaptureQueriesContext(connection) as made:
            page(client, "/me/")
        return len(made)

    before = queries()
    for number in range(3):
        programme = create_programme(slug=f"more-{number}", name=f"More {number}", is_public=True, by=None, at=BEGUN)
        a_cohort("one", programme=programme)
        give_role(scene.mara, RoleKind.TEAM, programme, starts_on=BEGUN.date(), by=None, at=BEGUN)
    assert queries() == before


# -- who takes part in no cohort


def a_training_to_book(scene: Scene, *, title: str = "Writing well", **opens: int | None) -> Session:
    training = add_session(
        scene.cohort,
        some_facts(title=title, kind=Kind.TRAINING, date=date(2024, 9, 20), start=time(14), end=time(16)),
        by=None,
        at=BEGUN,
    )
    last = Release.objects.filter(cohort=scene.cohort).order_by("-number").first()
    release_schedule(scene.cohort, seen=last.number if last else 0, by=None, at=BEGUN)
    offered = {Tier(name): days for name, days in (opens or {"community": None}).items()}
    set_terms(training, Terms(online=10, opens=offered), by=None, at=BEGUN)
    return training


@pytest.mark.parametrize("kind", [RoleKind.COMMUNITY, RoleKind.ALUMNUS, RoleKind.FUNDER, RoleKind.PARTNER_CONTACT])
def test_sessions_of_a_cohort_are_not_next_for_who_takes_no_part_in_it(scene: Scene, kind: RoleKind) -> None:
    give_role(scene.sam, kind, scene.programme, starts_on=BEGUN.date(), by=None, at=BEGUN)
    html = page(as_(scene.sam), "/me/")
    assert "Collaboration Café" not in html
    assert "Nothing is booked When you have a place in a session, it will stand here first." in words(html)
    assert "Open to you" not in html


def test_a_community_member_has_what_they_booked_and_beside_it_what_is_open_to_them(scene: Scene) -> None:
    give_role(scene.sam, RoleKind.COMMUNITY, scene.programme, starts_on=BEGUN.date(), by=None, at=BEGUN)
    training, later = a_training_to_book(scene), a_training_to_book(scene, title="Reading well")
    a_training_to_book(scene, title="For Experts", experts=None)
    said = words(page(as_(scene.sam), "/me/"))
    assert "Nothing is booked" in said
    open_to = said.partition("Open to you")[2]
    assert [title in open_to for title in ("Writing well", "Reading well", "For Experts")] == [True, True, False]
    book_place(training, scene.sam, way=Way.ONLINE, by=scene.sam, at=IN_SEPTEMBER)
    html = page(as_(scene.sam), "/me/")
    assert "Writing well is in 10 days." in words(html)
    assert each(html, "h2") == ["The Practitioners Hub", "Writing well", "Open to you", "What you are here"]
    assert [title in words(html).partition("Open to you")[2] for title in ("Writing well", "Reading well")] == [False, True]
    assert "Collaboration Café" not in html
    book_place(later, scene.sam, way=Way.ONLINE, by=scene.sam, at=IN_SEPTEMBER)
    assert "Open to you" not in page(as_(scene.sam), "/me/")


def test_an_experts_own_cohort_comes_with_what_they_booked_elsewhere_and_nothing_else_of_it(scene: Scene) -> None:
    masterclass = create_programme(slug="open", name="Open", is_public=True, by=None, at=BEGUN)
    other = a_cohort("one", programme=masterclass)
    elsewhere = replace(scene, cohort=other)
    training = a_training_to_book(elsewhere, title="Writing well", public=None)
    a_training_to_book(elsewhere, title="Reading well", public=None)
    book_place(training, scene.ada, way=Way.ONLINE, by=scene.ada, at=IN_SEPTEMBER)
    html = page(as_(scene.ada), "/me/")
    assert each(html, "h2")[1:2] + each(html, "h3") == [
        "Collaboration Café: Stakeholders",
        "Writing well",
        "Systems Thinking Workshop",
        "Collaboration Café: Case studies",
    ]


def test_an_expert_is_shown_what_they_may_book_in_their_cohort_until_they_have_a_place(scene: Scene) -> None:
    training = a_training_to_book(scene, experts=None)
    said = words(page(as_(scene.ada), "/me/")).partition("Open to you")[2]
    assert "Writing well" in said
    assert "You may book until" in said
    book_place(training, scene.ada, way=Way.ONLINE, by=scene.ada, at=IN_SEPTEMBER)
    assert "Open to you" not in page(as_(scene.ada), "/me/")


def test_what_is_open_asks_as_much_of_the_database_for_many_sessions_as_for_few(scene: Scene) -> None:
    give_role(scene.sam, RoleKind.COMMUNITY, scene.programme, starts_on=BEGUN.date(), by=None, at=BEGUN)
    book_place(a_training_to_book(scene), scene.sam, way=Way.ONLINE, by=scene.sam, at=IN_SEPTEMBER)
    a_training_to_book(scene, title="Reading well")

    def queries() -> int:
        client = as_(scene.sam)
        with CaptureQueriesContext(connection) as made:
            page(client, "/me/")
        return len(made)

    before = queries()
    for number in range(3):
        a_training_to_book(scene, title=f"More {number}")
        book_place(a_training_to_book(scene, title=f"Mine {number}"), scene.sam, way=Way.ONLINE, by=scene.sam, at=IN_SEPTEMBER)
    assert queries() == before


def test_signed_out_people_are_asked_to_sign_in_and_then_led_on(scene: Scene) -> None:
    for address in ("/me/", "/me/places/"):
        answer = as_(None).get(address)
        assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next={address}")


def test_what_waits_for_an_answer_is_said_and_no_longer_once_it_is_given(scene: Scene) -> None:
    asked = "waits for your answer"
    assert asked not in page(as_(scene.ada), "/me/")
    term = publish_term(scene.programme, Use.NAME, "We show your name.", is_new_meaning=True, by=None, at=BEGUN)
    assert "1 question waits for your answer" in words(page(as_(scene.ada), "/me/"))
    assert asked not in page(as_(scene.sam), "/me/")
    answer(scene.ada, Use.NAME, term, wish=False, by=scene.ada, at=BEGUN)
    assert asked not in page(as_(scene.ada), "/me/")


def test_who_no_longer_takes_part_is_not_reminded_to_answer(scene: Scene) -> None:
    publish_term(scene.programme, Use.NAME, "We show your name.", is_new_meaning=True, by=None, at=BEGUN)
    end_role(scene.ada.roles.get(), on=IN_SEPTEMBER.date(), by=None, at=IN_SEPTEMBER)
    assert "waits for your answer" not in page(as_(scene.ada), "/me/")
