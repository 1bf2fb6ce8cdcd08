from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from hub.kit.fresh import shelf
from hub.people.models import Account
from hub.programmes.commands import Partner, create_cohort, name_partners
from hub.schedule.commands.releases import release_schedule
from hub.schedule.models import Material, Session
from tests.schedule.drafts import DRAFTED, RELEASED, a_draft_cohort, add_sessions, many, released, the_team, undated

pytestmark = pytest.mark.django_db

HOME = "/practitioners-hub/2023/"
SCHEDULE = f"{HOME}schedule/"
CHANGES = f"{HOME}changes/"
PAGES = (HOME, SCHEDULE, f"{SCHEDULE}?view=month", f"{SCHEDULE}?view=list", CHANGES)
NOON = datetime(2023, 7, 10, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def empty_shelf() -> Iterator[None]:
    shelf.clear()
    yield
    shelf.clear()


@pytest.fixture(autouse=True)
def in_july() -> Iterator[time_machine.Coordinates]:
    """It is a Monday in July of the first cohort, noon in London."""
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def session_address(slug: str) -> str:
    return f"{HOME}sessions/{slug}/"


def html(address: str, **headers: str) -> str:
    answer = Client().get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def words(page: str) -> str:
    """The words of a page's main part, as a reader without sight of the markup meets them."""
    main = page[page.index("<main") : page.index("</main>")] if "<main" in page else page
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def rows(page: str) -> list[str]:
    return [words(row) for row in re.findall(r'<li class="entry".*?</li>', page)]


def queries(address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as made:
        assert Client().get(address).status_code == 200
    return len(made)


def test_the_agenda_tells_each_session_in_the_row_of_its_week() -> None:
    cohort = a_draft_cohort(
        {"led_by": "Ada", "place": "Room 4", "mode": "hybrid", "topic": "Stakeholder mapping", "chapter": "Month 1: July 2023"},
        undated(slug="talk", title="1:1 coaching", kind="one-to-one", proposed_date=date(2023, 7, 12)),
        {"slug": "day", "title": "In-person day", "kind": "workshop", "date": date(2023, 7, 27), "start": None, "end": None},
    )
    released(cohort)
    page = html(SCHEDULE)
    assert rows(page) == [
        "Wed 5 15:00–17:00 Collaboration Café Stakeholder mapping Hybrid · Room 4 · with Ada",
        "Date to be confirmed 1:1 coaching Online · proposed for Wed 12 July",
        "Thu 27 Time to be confirmed In-person day Workshop · Online",
    ]
    assert re.findall(r'<h2 id="([^"]+)">', page) == ["2023-07"]
    heads = [words(head) for head in re.findall(r'<h3 class="week-name">.*?</h3>', page)]
    assert heads == ["Week 1 3–9 Jul", "Week 2 10–16 Jul", "Week 4 24–30 Jul"]
    assert 'datetime="2023-07-05T14:00Z" data-until="2023-07-05T16:00Z"' in page


def test_another_zone_is_named_beside_its_time() -> None:
    released(a_draft_cohort({"zone": "Europe/Berlin"}))
    assert rows(html(SCHEDULE)) == ["Wed 5 15:00–17:00 (Berlin) Collaboration Café Online"]
    assert 'data-zone="Europe/Berlin"' in html(SCHEDULE)


def test_a_cancelled_session_is_struck_through_and_says_why() -> None:
    cohort = a_draft_cohort({"state": "cancelled", "status_note": "The trainer is ill"})
    released(cohort)
    page = html(SCHEDULE)
    assert rows(page) == ["Wed 5 15:00–17:00 Collaboration Café Online Cancelled : The trainer is ill"]
    assert f'<s><a href="{session_address("cafe-1")}">Collaboration Café</a></s>' in page
    assert "entry-add" not in page


def test_today_is_a_line_between_what_was_and_what_comes(in_july: time_machine.Coordinates) -> None:
    released(a_draft_cohort({}, {"date": date(2023, 7, 19)}, {"date": date(2023, 8, 2)}))
    marks = r'<li class="today" id="today"><span>[^<]*</span>|<li class="entry"'

    def order() -> list[str]:
        return ["entry" if "entry" in each else words(each) for each in re.findall(marks, html(SCHEDULE))]

    seen = [order()]
    for day in (date(2023, 7, 19), date(2023, 7, 30), date(2023, 8, 3), date(2023, 7, 1)):
        in_july.move_to(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
        seen.append(order())
    assert seen == [
        ["entry", "Today, Mon 10 July", "entry", "entry"],
        ["entry", "Today, Wed 19 July", "entry", "entry"],
        ["entry", "entry", "Today, Sun 30 July", "entry"],
        ["entry", "entry", "entry"],
        ["entry", "entry", "entry"],
    ]


def test_the_line_of_today_moves_at_midnight_of_the_cohorts_zone(in_july: time_machine.Coordinates) -> None:
    released(a_draft_cohort({}, {"date": date(2023, 7, 19)}))
    in_july.move_to(datetime(2023, 7, 10, 22, 59, tzinfo=UTC))
    before = html(SCHEDULE)
    in_july.move_to(datetime(2023, 7, 10, 23, 0, tzinfo=UTC))
    after = html(SCHEDULE)
    assert ["Today, Mon 10 July" in before, "Today, Tue 11 July" in after] == [True, True]


def test_the_next_session_stands_on_top_until_it_is_over(in_july: time_machine.Coordinates) -> None:
    released(a_draft_cohort({}, {"date": date(2023, 7, 19), "title": "Open leadership"}))

    def on_top() -> list[str]:
        return [words(each) for each in re.findall(r'<p class="next-title">.*?</p>', html(SCHEDULE))]

    seen = []
    for at in (datetime(2023, 7, 5, 15, 59), datetime(2023, 7, 5, 16), datetime(2023, 7, 19, 16)):
        in_july.move_to(at.replace(tzinfo=UTC))
        seen.append(on_top())
    assert seen == [["Collaboration Café"], ["Open leadership"], []]


def test_the_reader_may_choose_some_kinds() -> None:
    released(a_draft_cohort({}, {"title": "Mapping", "kind": "workshop"}, {"title": "Pedagogy", "kind": "training"}))
    both = html(f"{SCHEDULE}?kind=workshop&kind=training")
    assert [rows(html(f"{SCHEDULE}?kind=workshop")), len(rows(both)), len(rows(html(SCHEDULE)))] == [
        ["Wed 5 15:00–17:00 Mapping Workshop · Online"],
        2,
        3,
    ]
    chips = re.findall(r'id="kind-(\w+)"\s+href="([^"]*)"', both)
    assert [(name, unescape(query)) for name, query in chips] == [
        ("all", "?"),
        ("cafe", "?kind=cafe&kind=workshop&kind=training"),
        ("workshop", "?kind=training"),
        ("training", "?kind=workshop"),
    ]


def test_a_kind_that_is_none_is_left_out_and_said_so() -> None:
    released(a_draft_cohort({}))
    page = html(f"{SCHEDULE}?kind=party&view=spiral")
    assert len(rows(page)) == 1
    assert "One of the kinds in this address is none of ours" in page


def test_a_kind_nobody_holds_says_what_to_do() -> None:
    released(a_draft_cohort({}))
    assert "show all of them" in words(html(f"{SCHEDULE}?kind=webinar"))


def test_the_months_are_grids_and_what_has_no_day_stands_below() -> None:
    released(
        a_draft_cohort({"slug": "cafe"}, undated(slug="open", title="1:1", kind="one-to-one", chapter="July 2023", week=2))
    )
    page = html(f"{SCHEDULE}?view=month")
    days = re.findall(r'<td(?: aria-current="date")?><span class="grid-day">(\d+)</span>(<a.*?</a>)?', page)
    assert [int(day) for day, _ in days] == list(range(1, 32))
    assert [(int(day), words(mark)) for day, mark in days if mark] == [(5, "15:00 Collaboration Café")]
    assert re.findall(r'aria-current="date"><span class="grid-day">(\d+)', page) == ["10"]
    assert rows(page) == ["Date to be confirmed 1:1 Online"]


def test_the_list_is_a_table_of_when_what_how_and_with_whom() -> None:
    released(a_draft_cohort({"place": "Room 4", "led_by": "Ada"}, undated(slug="open")))
    page = html(f"{SCHEDULE}?view=list")
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    table = [[words(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in body.split("</tr>")[:-1]]
    assert table == [
        ["Wed 5 July 2023", "15:00–17:00", "Collaboration Café", "Café", "Online · Room 4", "Ada"],
        ["", "Date to be confirmed", "Collaboration Café", "Café", "Online", ""],
    ]


def test_the_strips_links_lead_to_the_first_row_of_each_month_in_every_view() -> None:
    released(a_draft_cohort({}, {"date": date(2023, 7, 19)}, {"date": date(2023, 8, 2)}))
    for query in ("", "?view=month", "?view=list"):
        page = html(f"{SCHEDULE}{query}")
        assert (
            re.findall(r'<a href="#([^"]+)"><span', page) == re.findall(r'id="(20\d\d-\d\d)"', page) == ["2023-07", "2023-08"]
        )


def test_what_is_over_is_marked_until_all_of_it_is(in_july: time_machine.Coordinates) -> None:
    released(a_draft_cohort({}, {"date": date(2023, 7, 19)}))
    midst = [html(f"{SCHEDULE}{query}").count("data-over") for query in ("", "?view=list")]
    in_july.move_to(datetime(2023, 7, 20, tzinfo=UTC))
    assert (midst, [html(f"{SCHEDULE}{query}").count("data-over") for query in ("", "?view=list")]) == ([1, 1], [0, 0])


def test_a_click_with_script_gets_the_timetable_alone_and_a_return_to_the_page_all_of_it() -> None:
    released(a_draft_cohort({}))
    part = html(f"{SCHEDULE}?view=list", HX_Request="true")
    whole = html(f"{SCHEDULE}?view=list", HX_Request="true", HX_History_Restore_Request="true")
    assert [part.lstrip().startswith('<div class="timetable"'), "<html" in part, "<html" in whole] == [True, False, True]
    assert "HX-Request" in Client().get(SCHEDULE).headers["Vary"]


def test_before_the_first_release_the_pages_say_so() -> None:
    a_draft_cohort({})
    assert [
        "The schedule comes here" in html(SCHEDULE),
        "as soon as the team releases the schedule" in html(HOME),
        "Nothing has been released yet" in html(CHANGES),
        "webcal:" in html(SCHEDULE),
        Client().get(session_address("cafe-1")).status_code,
    ] == [True, True, True, False, 404]


def test_a_release_shows_at_once_on_every_page() -> None:
    cohort = a_draft_cohort({})
    released(cohort)
    tags = [Client().get(page).headers["ETag"] for page in PAGES]
    add_sessions(cohort, [{"date": date(2023, 7, 19), "title": "Open leadership", "slug": "lead"}])
    hidden = ["Open leadership" in html(page) for page in PAGES]
    released(cohort, seen=1, at=RELEASED + timedelta(days=1), note="A *new* one.")
    again = [Client().get(page, headers={"If-None-Match": tag}) for page, tag in zip(PAGES, tags, strict=True)]
    assert hidden == [False] * len(PAGES)
    assert ["Open leadership" in answer.content.decode() for answer in again] == [True] * len(PAGES)
    assert "Open leadership" in html(session_address("lead"))


def test_an_answer_one_has_is_not_sent_again_and_costs_one_query() -> None:
    released(a_draft_cohort({}))
    for page in (*PAGES, session_address("cafe-1")):
        tag = Client().get(page).headers["ETag"]
        with CaptureQueriesContext(connection) as made:
            answer = Client().get(page, headers={"If-None-Match": tag})
        assert (page, answer.status_code, len(answer.content), len(made)) == (page, 304, 0, 1)
        assert queries(page) == 1


def test_pages_cost_the_same_queries_at_forty_and_four_hundred_sessions() -> None:
    cohort = a_draft_cohort(*many(40))
    released(cohort)
    pages = (*PAGES, session_address("cafe-20"))
    few = [queries(page) for page in pages]
    add_sessions(cohort, many(400)[40:])
    released(cohort, seen=1, at=RELEASED + timedelta(days=1))
    shelf.clear()
    assert ([queries(page) for page in pages], few) == (few, [7, 4, 4, 4, 5, 6])


def test_a_cohort_that_is_not_public_is_there_for_its_people_only() -> None:
    cohort = a_draft_cohort({}, is_public=False)
    mara = the_team(cohort)
    released(cohort)
    pages = (*PAGES, session_address("cafe-1"))
    account = Account.objects.filter(person=mara).first() or Account.objects.create(person=mara)
    signed_in = Client()
    signed_in.force_login(account)
    assert [Client().get(page).status_code for page in pages] == [404] * len(pages)
    answers = [signed_in.get(page) for page in pages]
    assert [(answer.status_code, answer.headers["Cache-Control"]) for answer in answers] == [(200, "private, no-cache")] * len(
        pages
    )
    assert [Client().get(page).status_code for page in pages] == [404] * len(pages)


def test_what_is_not_there_is_not_found() -> None:
    released(a_draft_cohort({}))
    addresses = (
        "/practitioners-hub/2019/",
        "/nobody/2023/schedule/",
        session_address("no-such"),
        "/practitioners-hub/2019/changes/",
    )
    assert [Client().get(address).status_code for address in addresses] == [404] * 4


def test_no_page_ever_tells_a_joining_link() -> None:
    link = "https://meet.example.org/secret-room"
    cohort = a_draft_cohort(
        {
            "joining_link": link,
            "summary": f"Come to {link} in time.",
            "place": link,
            "status_note": link,
            "led_by": f"Ada ({link})",
            "agenda": [{"text": f"Join at {link}", "parts": [{"text": link}]}],
        }
    )
    Material.objects.create(session=Session.objects.get(cohort=cohort), title="Room", url=link, access="public")
    released(cohort)
    Session.objects.filter(cohort=cohort).update(date=date(2023, 7, 6))
    released(cohort, seen=1, at=RELEASED + timedelta(days=1))
    for page in (*PAGES, session_address("cafe-1")):
        assert "secret-room" not in html(page)


class Doings(HTMLParser):
    """Collects whatever in a page could act: scripts of its own, pictures, handlers, addresses that are programs."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_own = tag == "script" and "src" not in given and given.get("type") != "application/ld+json"
        acts = any(name.startswith("on") or name == "style" for name in given)
        acts |= any("script:" in (given.get(name) or "") for name in ("href", "src", "action", "formaction"))
        if is_own or acts or tag in {"img", "iframe", "object", "style"}:
            self.found.append(self.get_starttag_text() or tag)


def doings(page: str) -> list[str]:
    parser = Doings()
    parser.feed(page)
    return parser.found


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>&amp;'


def test_texts_people_write_are_texts_and_nothing_else() -> None:
    cohort = a_draft_cohort(
        {
            "title": HOSTILE,
            "topic": HOSTILE,
            "place": HOSTILE,
            "led_by": HOSTILE,
            "summary": HOSTILE + "\n\n[click](javascript:alert(1))",
            "status_note": HOSTILE,
            "chapter": HOSTILE[:100],
            "agenda": [{"text": HOSTILE, "led_by": HOSTILE, "minutes_low": 30, "parts": [{"text": HOSTILE}]}],
            "date": date(2023, 7, 19),
        },
        undated(slug="open", title=HOSTILE, proposed_date=date(2023, 7, 21)),
    )
    name_partners(cohort, [Partner(name=HOSTILE[:100], website="")], by=None, at=DRAFTED)
    Material.objects.create(session=Session.objects.get(slug="cafe-1"), title=HOSTILE, url="https://example.org/?a=1&b=\"'<")
    released(cohort, note=HOSTILE)
    for page in (*PAGES, session_address("cafe-1")):
        found = html(page)
        assert doings(found) == [], page
        assert HOSTILE[:40] in unescape(found), page


def test_a_session_says_when_where_with_whom_and_what_happens() -> None:
    cohort = a_draft_cohort(
        {"slug": "before", "title": "Kick-off", "kind": "kick-off", "date": date(2023, 6, 27)},
        {
            "slug": "cafe",
            "topic": "Mapping",
            "mode": "hybrid",
            "place": "London",
            "led_by": "Ada",
            "summary": "We map **who** counts.",
            "agenda": [
                {"text": "Talk", "who": "group", "minutes_low": 30, "minutes_high": 30},
                {"text": "Write", "who": "individual", "minutes_low": 30, "minutes_high": 45, "parts": [{"text": "A draft"}]},
            ],
        },
        undated(slug="between"),
        {"slug": "after", "title": "Workshop", "kind": "workshop", "date": date(2023, 7, 19)},
    )
    Material.objects.create(
        session=Session.objects.get(slug="cafe"), title="Slides", url="https://example.org/s", access="public"
    )
    Material.objects.create(session=Session.objects.get(slug="cafe"), title="Notes", url="https://example.org/n", access="team")
    released(cohort)
    page = html(session_address("cafe"))
    assert words(page) == (
        "Schedule of Cohort 2023 Café Collaboration Café Mapping "
        "When Wed 5 July 2023, 15:00–17:00 (London) Where Hybrid, London "
        "Those who take part join from here once they are signed in. "
        "With Ada Add to my calendar We map who counts. "
        "Agenda Together 30 min Talk On your own 30–45 min Write A draft Materials Slides "
        "Before Kick-off Tue 27 June 2023, 15:00–17:00 (London) After Workshop Wed 19 July 2023, 15:00–17:00 (London)"
    )
    assert re.findall(r'<rect data-who="(\w+)" x="(\d+)" y="0" width="(\d+)"', page) == [
        ("group", "0", "30"),
        ("individual", "30", "38"),
    ]
    assert f'href="{HOME}sessions/cafe.ics"' in page


def test_a_moved_session_says_from_where_until_it_is_over(in_july: time_machine.Coordinates) -> None:
    cohort = a_draft_cohort({"date": date(2023, 7, 12)})
    released(cohort)
    Session.objects.filter(cohort=cohort).update(date=date(2023, 7, 13))
    released(cohort, seen=1, at=RELEASED + timedelta(days=1))
    Session.objects.filter(cohort=cohort).update(led_by="Ada")
    released(cohort, seen=2, at=RELEASED + timedelta(days=2))
    said = "Moved from Wed 12 July 2023, 15:00–17:00 (London)"
    page = html(session_address("cafe-1"))
    in_july.move_to(datetime(2023, 7, 20, tzinfo=UTC))
    later = html(session_address("cafe-1"))
    assert [(said in words(each), "Calendars that subscribe move it" in words(each)) for each in (page, later)] == [
        (True, True),
        (True, False),
    ]


def test_a_cancelled_session_keeps_its_page_and_says_so_first() -> None:
    cohort = a_draft_cohort({})
    released(cohort)
    Session.objects.filter(cohort=cohort).update(state="cancelled", status_note="The trainer is ill.")
    released(cohort, seen=1, at=RELEASED + timedelta(days=1))
    page = html(session_address("cafe-1"))
    assert "This session is cancelled It was to be on Wed 5 July 2023, 15:00–17:00 (London). The trainer is ill." in words(page)
    assert linked_data(page)["eventStatus"] == "https://schema.org/EventCancelled"


def linked_data(page: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0])
    return found


def test_search_engines_read_an_event_with_its_zone_and_what_moved() -> None:
    cohort = a_draft_cohort({"topic": "Mapping & more", "date": date(2023, 11, 15)})
    released(cohort)
    Session.objects.filter(cohort=cohort).update(date=date(2023, 7, 19), start=time(14))
    released(cohort, seen=1, at=RELEASED + timedelta(days=1))
    data = linked_data(html(session_address("cafe-1")))
    assert {name: data[name] for name in ("@type", "name", "startDate", "endDate", "previousStartDate", "eventStatus")} == {
        "@type": "Event",
        "name": "Collaboration Café: Mapping & more",
        "startDate": "2023-07-19T14:00+01:00",
        "endDate": "2023-07-19T17:00+01:00",
        "previousStartDate": "2023-11-15T15:00+00:00",
        "eventStatus": "https://schema.org/EventRescheduled",
    }
    assert data["location"] == {"@type": "VirtualLocation", "url": f"http://localhost:8000{session_address('cafe-1')}"}


def test_what_is_no_gathering_or_has_no_date_is_no_event() -> None:
    released(a_draft_cohort({"kind": "rest", "slug": "rest"}, undated(slug="open")))
    assert ["ld+json" in html(session_address(slug)) for slug in ("rest", "open")] == [False, False]


def test_shared_elsewhere_a_session_shows_its_title_and_time() -> None:
    released(a_draft_cohort({"topic": "Mapping"}))
    page = html(session_address("cafe-1"))
    told = dict(re.findall(r'<meta property="og:(\w+)"\s+content="([^"]*)"', page))
    assert (told["title"], told["description"], told["url"]) == (
        "Collaboration Café: Mapping",
        "Wed 5 July 2023, 15:00–17:00 (London) · The Practitioners Hub, Cohort 2023",
        f"http://localhost:8000{session_address('cafe-1')}",
    )


def test_changes_are_told_newest_first_with_note_and_sentence() -> None:
    cohort = a_draft_cohort({}, undated(slug="open", title="1:1", kind="individual"))
    released(cohort, note="Welcome!")
    Session.objects.filter(slug="cafe-1").update(date=date(2023, 7, 6))
    Session.objects.filter(slug="open").delete()
    released(cohort, seen=1, at=RELEASED + timedelta(days=1), note="The café *moves*.")
    page = html(CHANGES)
    assert [words(each) for each in re.findall(r"<section.*?</section>", page, re.DOTALL)] == [
        "Release 2 Sun 2 July 2023, 10:00 (London) The café moves . "
        "Collaboration Café Moved from Wed 5 July 2023, 15:00–17:00 (London) to Thu 6 July 2023, 15:00–17:00 (London) "
        "1:1 Taken out of the schedule",
        "Release 1 Sat 1 July 2023, 10:00 (London) Welcome! Collaboration Café Added: Wed 5 July 2023, 15:00–17:00 (London) "
        "1:1 Added: in your own time",
    ]
    assert session_address("cafe-1") in page
    assert session_address("open") not in page


def test_a_long_release_is_folded_under_its_summary() -> None:
    released(a_draft_cohort(*many(13)))
    assert re.findall(r"<summary>(.*?)</summary>", html(CHANGES)) == ["13 added"]


def test_the_cohorts_home_tells_partners_counts_materials_and_what_is_next() -> None:
    cohort = a_draft_cohort({"slug": "first"}, {"slug": "next", "date": date(2023, 7, 19)}, {"kind": "rest", "slug": "rest"})
    name_partners(cohort, [Partner(name="Polar Survey", website="https://example.org")], by=None, at=DRAFTED)
    Material.objects.create(session=Session.objects.get(slug="first"), title="Slides", url="https://example.org/s")
    released(cohort)
    page = html(HOME)
    told = words(page)
    assert [
        "1 July 2023 to 31 December 2023" in told,
        "At a glance Jul July 2023: 3 entries, this month Café 2" in told,
        "What comes next Jul 19 Collaboration Café Wed 19 July 2023, 15:00–17:00 (London)" in told,
        "Materials and recordings Slides Collaboration Café, Wed 5 July 2023" in told,
        "Partner organisations Polar Survey" in told,
        f'href="{SCHEDULE}#2023-07"' in page,
    ] == [True] * 6
    assert linked_data(page)["startDate"] == "2023-07-01"


def test_the_strip_draws_each_entry_at_its_day_and_what_has_no_day_faintly() -> None:
    released(a_draft_cohort({}, undated(slug="open", chapter="July 2023", week=3), {"state": "cancelled", "slug": "off"}))
    marks = re.findall(
        r'<use href="#shape-(\w+)" data-kind="\w+" x="(\d+)" y="\d+" width="11" height="11"( data-open)?/>', html(HOME)
    )
    assert marks == [("cafe", "12", ""), ("cafe", "54", " data-open")]


def test_the_feeds_are_named_for_programs_and_for_people() -> None:
    released(a_draft_cohort({}))
    page = html(SCHEDULE)
    assert re.findall(r'href="(webcal:[^"]*)"', page) == [f"webcal://localhost:8000{HOME}schedule.ics"]
    assert re.findall(r'value="(http[^"]*)"', page) == [f"http://localhost:8000{HOME}schedule.ics"]
    for name in ("schedule.ics", "schedule.json", "schedule.csv", "atom.xml"):
        assert f'href="{HOME}{name}"' in page


def test_a_person_signed_in_gets_a_page_of_their_own() -> None:
    cohort = a_draft_cohort({})
    mara = the_team(cohort)
    released(cohort)
    account = Account.objects.filter(person=mara).first() or Account.objects.create(person=mara)
    client = Client()
    client.force_login(account)
    answer = client.get(SCHEDULE)
    assert ("Mara" in answer.content.decode(), answer.headers["Cache-Control"], "Mara" in html(SCHEDULE)) == (
        True,
        "private, no-cache",
        False,
    )


def test_two_cohorts_never_answer_for_one_another() -> None:
    first = a_draft_cohort({"title": "First"})
    second = create_cohort(
        first.programme,
        slug="2024",
        name="Cohort 2024",
        starts_on=date(2024, 9, 1),
        ends_on=date(2025, 2, 28),
        by=None,
        at=DRAFTED,
    )
    add_sessions(second, [{"title": "Second", "date": date(2024, 9, 4)}])
    released(first)
    release_schedule(second, note="", seen=0, by=None, at=RELEASED)
    other = SCHEDULE.replace("2023", "2024")
    assert [("First" in words(html(page)), "Second" in words(html(page))) for page in (SCHEDULE, other)] == [
        (True, False),
        (False, True),
    ]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/p/year-plan/", "year-plan"),
        ("/p/look.css", "look"),
        ("/p/", "programme"),
        ("/p/2023/", "cohort"),
        ("/p/2023/schedule/", "schedule"),
        ("/p/2023/schedule.ics", "schedule-ics"),
        ("/p/2023/atom.xml", "cohort-atom"),
        ("/p/2023/sessions/a/", "session"),
        ("/p/2023/sessions/a.ics", "session-ics"),
        ("/p/2023/changes/", "changes"),
        ("/dev/gallery/", "gallery"),
        ("/me/places/", "places"),
        ("/dev/as/mara/", "dev-as"),
    ],
)
def test_no_address_stands_in_the_way_of_another(address: str, name: str) -> None:
    assert resolve(address).url_name == name
