"""A plan becomes sessions, changes, and is changed in the web: nobody's word is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.errors import NotAllowed
from hub.core.occurrence import SessionState
from hub.core.plan.read import NotAPlan
from hub.people.commands import add_person, give_role
from hub.people.models import Person, RoleKind
from hub.programmes.commands import create_cohort, create_programme
from hub.programmes.models import Cohort
from hub.schedule.commands.plans import (
    BadChoice,
    NoEntries,
    PlanChangedMeanwhile,
    UnfitText,
    import_plan,
    propose_import,
    save_plan,
)
from hub.schedule.commands.sessions import edit_session
from hub.schedule.models import Material, PlanVersion, Session
from hub.schedule.queries.working import facts_of, latest_plan, working_occurrences, working_sessions
from tests.schedule.drafts import released

pytestmark = pytest.mark.django_db

AT = datetime(2024, 8, 1, 9, 0, tzinfo=UTC)
LATER = datetime(2024, 8, 2, 9, 0, tzinfo=UTC)

PLAN = """# Plan for Cohort 2024

### Month 1: September 2024

- Week 1: Collaboration Café: **Wednesday 4 September 2024 (15:00–17:00)** - Welcome - Online
    * Group: Say hello (30 mins)
- Week 2: No meeting
- Week 3: Collaboration Café: **Wednesday 18 September 2024 (15:00–17:00)** - Stakeholders - Online
    * Group: Map them (60 mins) - [Slides](https://example.org/slides)
- Week 4: Systems Thinking Workshop: **Thursday 26 September 2024 (10:00–16:00)** - In person - at Aster House

### Month 2: October 2024

- Week 1: Collaboration Café: **Wednesday 2 October 2024 (15:00–17:00)** - Case studies - Online
- Week 2: 1:1 coaching: **No date yet**
"""


@pytest.fixture
def cohort() -> Cohort:
    programme = create_programme(slug="practitioners-hub", name="The Practitioners Hub", is_public=True, by=None, at=AT)
    return create_cohort(
        programme,
        slug="2024",
        name="Cohort 2024",
        starts_on=date(2024, 9, 1),
        ends_on=date(2024, 10, 31),
        by=None,
        at=AT,
    )


@pytest.fixture
def mara(cohort: Cohort) -> Person:
    person = add_person("Mara Okafor", by=None, at=AT)
    give_role(person, RoleKind.TEAM, cohort.programme, starts_on=date(2024, 1, 1), by=None, at=AT)
    return person


def imported(cohort: Cohort, text: str = PLAN, *, seen: int = 0, **more: object) -> PlanVersion:
    return import_plan(cohort, text, seen=seen, by=None, at=AT, **more)  # type: ignore[arg-type]


def told(cohort: Cohort, text: str) -> list[tuple[str, str]]:
    return [(line.verb, line.slug) for line in propose_import(cohort, text, at=AT).lines]


def test_a_plan_becomes_sessions_in_the_order_people_read_them(cohort: Cohort) -> None:
    imported(cohort)
    assert [(each.slug, each.date, each.state) for each in working_sessions(cohort)] == [
        ("cafe-september", date(2024, 9, 4), "scheduled"),
        ("no-meeting", None, "scheduled"),
        ("cafe-september-2", date(2024, 9, 18), "scheduled"),
        ("systems-thinking-workshop", date(2024, 9, 26), "scheduled"),
        ("cafe-october", date(2024, 10, 2), "scheduled"),
        ("1-1-coaching", None, "to-be-confirmed"),
    ]
    cafe = Session.objects.get(slug="cafe-september-2")
    assert (cafe.topic, cafe.mode, cafe.chapter, cafe.week) == ("Stakeholders", "online", "Month 1: September 2024", 3)
    assert cafe.starts_at == datetime(2024, 9, 18, 14, 0, tzinfo=UTC)
    assert [(each.title, each.url, each.is_from_plan) for each in cafe.materials.all()] == [
        ("Slides", "https://example.org/slides", True)
    ]


def test_importing_the_same_plan_again_changes_nothing(cohort: Cohort) -> None:
    first = imported(cohort)
    before = list(Session.objects.order_by("pk").values())
    assert propose_import(cohort, PLAN, at=AT).is_empty
    assert imported(cohort, seen=1) == first
    assert list(Session.objects.order_by("pk").values()) == before
    assert PlanVersion.objects.count() == 1


def test_a_changed_plan_tells_what_is_added_moved_cancelled_and_unchanged_before_it_is_imported(cohort: Cohort) -> None:
    imported(cohort)
    released(cohort)
    changed = (
        PLAN.replace("Wednesday 18 September 2024", "Tuesday 17 September 2024")
        .replace(
            "- Week 4: Systems Thinking Workshop: **Thursday 26 September 2024 (10:00–16:00)** - In person - at Aster House\n",
            "",
        )
        .replace(
            "- Week 2: 1:1 coaching", "- Week 2: Wrap-up: **Wednesday 9 October 2024 (13:00–14:00)**\n- Week 3: 1:1 coaching"
        )
    )
    proposal = propose_import(cohort, changed, at=AT)
    assert sorted((line.verb, line.slug) for line in proposal.lines) == [
        ("added", "wrap-up"),
        ("cancelled", "systems-thinking-workshop"),
        ("changed", "1-1-coaching"),
        ("moved", "cafe-september-2"),
    ]
    assert proposal.unchanged == 3
    assert Session.objects.get(slug="cafe-september-2").date == date(2024, 9, 18)
    imported(cohort, changed, seen=1)
    assert Session.objects.get(slug="cafe-september-2").date == date(2024, 9, 17)
    assert Session.objects.get(slug="systems-thinking-workshop").state == SessionState.CANCELLED
    assert propose_import(cohort, changed, at=AT).is_empty


def test_a_session_the_plan_dropped_goes_when_nobody_saw_it_and_comes_back_when_the_plan_has_it_again(cohort: Cohort) -> None:
    imported(cohort)
    without = PLAN.replace("- Week 2: 1:1 coaching: **No date yet**\n", "")
    imported(cohort, without, seen=1)
    assert not Session.objects.filter(slug="1-1-coaching").exists()
    released(cohort)
    imported(cohort, PLAN, seen=2)
    released(cohort, seen=1)
    workshop = Session.objects.get(slug="systems-thinking-workshop")
    line = next(line for line in PLAN.splitlines() if "Systems" in line)
    imported(cohort, PLAN.replace(line + "\n", ""), seen=3)
    assert Session.objects.get(pk=workshop.pk).state == SessionState.CANCELLED
    assert told(cohort, PLAN) == [("restored", "systems-thinking-workshop")]
    imported(cohort, PLAN, seen=4)
    assert Session.objects.get(pk=workshop.pk).state == SessionState.SCHEDULED


def test_what_people_added_in_the_web_stays_when_the_plan_changes(cohort: Cohort) -> None:
    imported(cohort)
    cafe = Session.objects.get(slug="cafe-october")
    Session.objects.filter(pk=cafe.pk).update(summary="Bring a draft.", joining_link="https://example.org/join", place="Room 2")
    Material.objects.create(session=cafe, title="Template", url="https://example.org/template")
    imported(cohort, PLAN.replace("2 October 2024 (15:00–17:00)", "2 October 2024 (14:00–16:00)"), seen=1)
    cafe.refresh_from_db()
    assert (cafe.summary, cafe.joining_link, cafe.place, cafe.start) == (
        "Bring a draft.",
        "https://example.org/join",
        "Room 2",
        time(14),
    )
    assert [each.title for each in cafe.materials.all()] == ["Template"]


def test_where_both_plan_and_web_changed_a_subject_people_choose(cohort: Cohort) -> None:
    imported(cohort)
    Session.objects.filter(slug="systems-thinking-workshop").update(place="Briar House")
    changed = PLAN.replace("Aster House", "Cedar House")
    conflict = propose_import(cohort, changed, at=AT).conflicts
    assert [(each.key, each.plan, each.web) for each in conflict] == [
        ("systems-thinking-workshop.place", "Cedar House", "Briar House")
    ]
    imported(cohort, changed, seen=1, choices={"systems-thinking-workshop.place": "plan"})
    assert Session.objects.get(slug="systems-thinking-workshop").place == "Cedar House"


def test_the_webs_word_stands_without_a_choice_and_is_written_back_into_the_plan(cohort: Cohort) -> None:
    imported(cohort)
    Session.objects.filter(slug="systems-thinking-workshop").update(place="Briar House")
    imported(cohort, PLAN.replace("Aster House", "Cedar House"), seen=1)
    assert Session.objects.get(slug="systems-thinking-workshop").place == "Briar House"
    newest = latest_plan(cohort)
    assert newest is not None
    assert (newest.number, newest.origin, newest.is_applied) == (3, "written-back", True)
    assert newest.text == PLAN.replace("Aster House", "Briar House")
    assert propose_import(cohort, newest.text, at=AT).is_empty


def test_the_second_to_save_a_plan_sees_both_texts(cohort: Cohort, mara: Person) -> None:
    first = save_plan(cohort, PLAN, seen=0, by=mara, at=AT)
    theirs = save_plan(cohort, PLAN + "\nTheirs\n", seen=first.number, by=mara, at=AT)
    with pytest.raises(PlanChangedMeanwhile) as refused:
        save_plan(cohort, PLAN + "\nMine\n", seen=first.number, by=mara, at=LATER)
    assert (refused.value.theirs, refused.value.mine) == (theirs, PLAN + "\nMine\n")
    with pytest.raises(PlanChangedMeanwhile):
        import_plan(cohort, PLAN + "\nMine\n", seen=first.number, by=mara, at=LATER)


def test_a_saved_plan_waits_for_its_import(cohort: Cohort) -> None:
    save_plan(cohort, PLAN, seen=0, by=None, at=AT)
    assert working_occurrences(cohort) == ()
    version = imported(cohort, seen=1)
    assert (version.number, version.is_applied) == (1, True)
    assert len(working_occurrences(cohort)) == 6


def test_only_the_team_changes_a_plan(cohort: Cohort) -> None:
    stranger = add_person("Sam Stone", by=None, at=AT)
    for command in (save_plan, import_plan):
        with pytest.raises(NotAllowed):
            command(cohort, PLAN, seen=0, by=stranger, at=AT)
    assert PlanVersion.objects.count() == 0


def test_what_is_no_plan_changes_nothing(cohort: Cohort) -> None:
    imported(cohort)
    for text, refusal in [("", NotAPlan), ("# Only a title\n", NoEntries), (PLAN + "\x00", UnfitText)]:
        with pytest.raises(refusal):
            import_plan(cohort, text, seen=1, by=None, at=AT)
    with pytest.raises(BadChoice):
        import_plan(cohort, PLAN, seen=1, choices={"cafe-october.place": "both"}, by=None, at=AT)
    assert (Session.objects.count(), PlanVersion.objects.count()) == (6, 1)


def test_the_real_plan_of_2023_becomes_a_schedule(cohort: Cohort, seeds: Path) -> None:
    text = next(seeds.glob("001*.md")).read_text(encoding="utf-8")
    version = imported(cohort, text)
    dated = [each for each in working_occurrences(cohort) if each.date]
    assert len(dated) == 17
    assert propose_import(cohort, text, at=AT).is_empty
    moved = text.replace("14 November", "15 November")
    assert moved != text
    assert [verb for verb, _ in told(cohort, moved)] == ["moved"]
    imported(cohort, moved, seen=version.number)
    assert propose_import(cohort, moved, at=AT).is_empty


def test_an_import_writes_in_bulk(cohort: Cohort) -> None:
    counts = []
    for days in (10, 100):
        lines = [f"- Talk {number}: **{day:%d %B %Y} (10:00–11:00)**" for number, day in enumerate(_days(days))]
        text = "# Plan\n\n### Month 1: September 2024\n\n" + "\n".join(lines) + "\n"
        Session.objects.all().delete()
        PlanVersion.objects.all().delete()
        with CaptureQueriesContext(connection) as caught:
            import_plan(cohort, text, seen=0, by=None, at=AT)
        counts.append(len(caught))
    assert counts[1] - counts[0] <= 90 // 8  # each brings its tasks, and SQLite takes no thousand values in one statement


def _days(count: int) -> list[date]:
    return [date(2024, 9, 1 + number % 30) for number in range(count)]


def test_a_plan_that_names_neither_year_nor_zone_has_its_cohorts_through_every_edit(mara: Person) -> None:
    programme = create_programme(slug="far-away", name="Far away", zone="Asia/Kolkata", by=None, at=AT)
    cohort = create_cohort(
        programme, slug="first", name="First", starts_on=date(2027, 9, 1), ends_on=date(2027, 11, 30), by=None, at=AT
    )
    text = (
        "# Plan\n\n### Month 1: September\n\n- Week 1: Café: **1 September (15:00–17:00)**\n"
        "- Week 2: Talk: **8 September (10:00–11:00)**\n"
    )
    import_plan(cohort, text, seen=0, by=None, at=AT)
    talk = Session.objects.get(cohort=cohort, title="Talk")
    assert (talk.date, talk.zone) == (date(2027, 9, 8), "Asia/Kolkata")

    facts = replace(facts_of(talk), date=date(2027, 9, 9))
    edit_session(talk, facts, seen_at=talk.edited_at, by=None, at=AT)

    assert latest_plan(cohort).text == text.replace("8 September", "9 September")  # type: ignore[union-attr]
    assert [row.date for row in working_sessions(cohort)] == [date(2027, 9, 1), date(2027, 9, 9)]


def test_a_session_moved_to_another_month_moves_in_the_plan_too(cohort: Cohort) -> None:
    import_plan(cohort, PLAN, seen=0, by=None, at=AT)
    first = working_sessions(cohort)[0]
    assert first.date is not None
    last = max(row.date for row in working_sessions(cohort) if row.date)
    assert (first.date.year, first.date.month) != (last.year, last.month)

    edit_session(first, replace(facts_of(first), date=last), seen_at=first.edited_at, by=None, at=AT)

    row = Session.objects.get(pk=first.pk)
    assert (row.date, row.chapter) == (last, Session.objects.filter(cohort=cohort, date=last).exclude(pk=row.pk)[0].chapter)
