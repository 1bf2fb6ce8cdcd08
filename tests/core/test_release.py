"""What a release tells the public, and how sequences rise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.core.occurrence import Occurrence, Paper, Part, SessionState
from hub.core.plan.model import Kind, Mode
from hub.core.release import Change, ChangeKind, difference, next_release, without_addresses, without_joining_links


def a_cafe(uid: str = "cafe", **facts: Any) -> Occurrence:
    given: dict[str, Any] = {
        "slug": uid,
        "title": "Collaboration Café",
        "kind": Kind.CAFE,
        "state": SessionState.SCHEDULED,
        "zone": "Europe/London",
        "date": date(2023, 11, 14),
        "start": time(14),
        "end": time(17),
    }
    return Occurrence(uid=uid, **{**given, **facts})


REST = a_cafe("rest", kind=Kind.REST, title="No cohort meeting", date=None, start=None, end=None)
CAFE = a_cafe()


def test_a_session_moved_to_another_day_is_told_with_both_times() -> None:
    after = replace(CAFE, date=date(2023, 11, 15))

    told = difference([CAFE], [after])

    assert [change.sentence for change in told.moved] == [
        "Moved from Tue 14 November 2023, 14:00–17:00 (London) to Wed 15 November 2023, 14:00–17:00 (London)"
    ]
    assert told.unchanged == 0
    assert told.summary == "1 moved"


def test_the_first_release_adds_everything() -> None:
    told = difference([], [CAFE, REST])

    assert [change.sentence for change in told.changes] == [
        "Added: Tue 14 November 2023, 14:00–17:00 (London)",
        "Added: without a date",
    ]


def test_a_session_that_lost_its_date_has_moved_to_a_date_to_be_confirmed() -> None:
    after = replace(CAFE, date=None, start=None, end=None)

    assert [change.sentence for change in difference([CAFE], [after]).changes] == [
        "Moved from Tue 14 November 2023, 14:00–17:00 (London) to a date to be confirmed"
    ]


def test_what_else_changed_is_named_in_the_words_people_use() -> None:
    after = replace(
        CAFE, topic="Licences", led_by="Mara", papers=(Paper(title="Slides", url="https://example.org/s"),), slug="c"
    )

    [change] = difference([CAFE], [after]).changes

    assert change.sentence == "Changed: title, who leads, materials and address"
    assert change.title == "Collaboration Café: Licences"


def test_a_cancelled_session_and_one_that_is_back_on_are_told_as_such() -> None:
    cancelled = replace(CAFE, state=SessionState.CANCELLED)

    assert [change.sentence for change in difference([CAFE], [cancelled]).changes] == [
        "Cancelled: was Tue 14 November 2023, 14:00–17:00 (London)"
    ]
    assert [change.sentence for change in difference([cancelled], [CAFE]).changes] == [
        "Back on: Tue 14 November 2023, 14:00–17:00 (London)"
    ]


def test_a_deleted_session_is_told_as_cancelled_and_a_deleted_rest_week_as_taken_out() -> None:
    told = difference([CAFE, REST], [])

    assert [(change.uid, change.kind) for change in told.changes] == [
        ("cafe", ChangeKind.CANCELLED),
        ("rest", ChangeKind.REMOVED),
    ]
    assert len(told.cancelled) == 2


def test_a_deleted_session_stays_in_every_later_release_as_cancelled() -> None:
    first = next_release([], [CAFE, REST])
    second = next_release(first, [REST])
    third = next_release(second, [REST])

    assert [(each.uid, each.state, each.sequence) for each in second] == [
        ("rest", SessionState.SCHEDULED, 0),
        ("cafe", SessionState.CANCELLED, 1),
    ]
    assert third == second
    assert difference(second, [REST]).is_empty


def test_a_deleted_session_gives_its_address_to_a_new_one_that_wants_it() -> None:
    new = a_cafe("new", slug="cafe", date=date(2023, 12, 6))

    carried = next_release([CAFE], [new])

    assert [(each.uid, each.slug) for each in carried] == [("cafe", "cafe-cancelled"), ("new", "cafe")]


def test_a_sequence_rises_by_one_with_each_release_that_changes_what_calendars_tell() -> None:
    first = next_release([], [CAFE])
    moved = next_release(first, [replace(CAFE, start=time(13))])
    renamed = next_release(moved, [replace(CAFE, start=time(13), topic="Licences", place="Room 1")])
    agenda_only = next_release(renamed, [replace(renamed[0], agenda=(Part(text="Welcome"),), sequence=0)])
    cancelled = next_release(agenda_only, [replace(agenda_only[0], state=SessionState.CANCELLED)])

    assert [released[0].sequence for released in (first, moved, renamed, agenda_only, cancelled)] == [0, 1, 2, 2, 3]


def test_reordered_undated_entries_are_a_release_worth_making_without_a_change_to_tell() -> None:
    told = difference([REST], [replace(REST, place_in_chapter=3)])

    assert (told.changes, told.is_empty, told.summary) == ((), False, "1 unchanged")


SECRET = "https://calls.example.org/j/secret-room?pwd=1234"


def test_a_joining_link_leaves_every_word_of_what_the_public_sees() -> None:
    leaky = a_cafe(
        title=f"Café {SECRET}",
        topic=SECRET,
        place=SECRET,
        led_by=f"Mara ({SECRET})",
        summary=f"Join [here]({SECRET}).",
        status_note=SECRET,
        agenda=(Part(text=f"At {SECRET}", parts=(Part(text=f"Again <{SECRET}>"),)),),
        papers=(Paper(title="Join", url=SECRET), Paper(title=f"Slides of {SECRET}", url="https://example.org/slides")),
    )

    assert "secret-room" not in repr(without_joining_links(leaky, SECRET))
    assert without_joining_links(leaky, SECRET + "/").agenda[0].text == "At (joining link for those who take part)"
    assert [each.url for each in without_joining_links(leaky, SECRET).papers] == ["https://example.org/slides"]


def test_links_into_calls_go_whoever_wrote_them_and_recordings_stay() -> None:
    zoom, teams = "https://turing-uk.zoom.us/j/123?pwd=abc", "https://teams.microsoft.com/l/meetup-join/19%3ameeting"
    recording = "https://turing-uk.zoom.us/rec/share/xyz"
    written = a_cafe(summary=f"Call: {zoom}, or {teams}", papers=(Paper(title="Watch", url=recording, kind="recording"),))

    public = without_joining_links(written)

    words = "(joining link for those who take part)"
    assert public.summary == f"Call: {words}, or {words}"
    assert public.papers == written.papers


def test_an_occurrence_without_links_is_left_as_it_is() -> None:
    assert without_joining_links(CAFE, "", "  ") == CAFE


@st.composite
def schedules(draw: st.DrawFn) -> list[Occurrence]:
    uids = draw(st.lists(st.sampled_from("abcdef"), unique=True))
    days = st.none() | st.dates(date(2023, 10, 1), date(2023, 12, 31))
    return [
        a_cafe(
            uid,
            date=draw(days),
            kind=draw(st.sampled_from([Kind.CAFE, Kind.REST])),
            state=draw(st.sampled_from(SessionState)),
            mode=draw(st.sampled_from([None, *Mode])),
            slug=draw(st.sampled_from([uid, uid.upper()])),
        )
        for uid in uids
    ]


@given(st.lists(schedules(), min_size=1, max_size=4))
def test_over_any_releases_uids_and_slugs_stay_single_sequences_never_fall_and_nothing_vanishes_from_calendars(
    plans: list[list[Occurrence]],
) -> None:
    released: tuple[Occurrence, ...] = ()
    for plan in plans:
        coming = next_release(released, plan)
        assert len({each.uid for each in coming}) == len({each.slug for each in coming}) == len(coming)
        before = {each.uid: each for each in released}
        for each in coming:
            assert each.sequence - (before[each.uid].sequence if each.uid in before else 0) in (0, 1)
        assert {each.uid for each in released if each.date and each.kind.is_gathering} <= {each.uid for each in coming}
        told = difference(released, plan)
        assert told == difference(released, coming)
        assert [Change.from_facts(change.to_facts()) for change in told.changes] == list(told.changes)
        assert difference(coming, plan).is_empty
        released = coming


def test_an_address_that_is_not_for_everybody_leaves_its_words_and_one_that_only_begins_like_it_stays() -> None:
    shut = "https://example.org/deck"
    said = a_cafe(
        summary=f'See [our deck]({shut} "Deck"), <{shut}>, {shut}. And {shut}s or {shut}/2',
        agenda=(Part(text=f"Look at [*it*](<{shut}>)"),),
        papers=(Paper(title="Deck", url=shut), Paper(title="Other", url=f"{shut}s")),
    )
    left = without_addresses(said, [shut])
    assert left.summary == (f"See our deck, (link not for everybody), (link not for everybody). And {shut}s or {shut}/2")
    assert (left.agenda[0].text, [each.title for each in left.papers]) == ("Look at *it*", ["Other"])
    assert without_addresses(said, []) is said
