"""Read what a kick-off is prepared from: its session, the agenda, who introduces themselves, and the breakout rooms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.admissions.models import BreakoutPlace, OnboardingPlan
from hub.admissions.queries.boards import Board
from hub.core.consent import Use
from hub.core.forms import OTHER, Content, every_question, sensitive_since
from hub.core.kickoff import Item, Member, Why, agenda, as_parts, by_room, explain, timed
from hub.core.words import listed
from hub.forms.models import Answer
from hub.forms.queries import contents, sent_answers
from hub.people.queries import experts_of, standings_of
from hub.schedule.models import Session
from hub.schedule.queries.working import agenda_of


@dataclass(frozen=True, slots=True)
class Introduction:
    """Who introduces themselves: name, organisation, and their goal in their own words where those may be shown."""

    key: int
    name: str
    organisation: str
    goal: str
    room: int | None


@dataclass(frozen=True, slots=True)
class Room:
    """A breakout room: who is in it, and why together, in sentences."""

    number: int
    members: tuple[Member, ...]
    why: tuple[str, ...]
    cares: tuple[str, ...]  # what the team may want to know: wishes nobody there can meet, people of one organisation


@dataclass(frozen=True, slots=True)
class KickOff:
    """All a kick-off page shows."""

    session: Session | None
    agenda: tuple[tuple[Item, str], ...]  # each part with the time it begins
    introductions: tuple[Introduction, ...]
    rooms: tuple[Room, ...]
    roomless: tuple[Introduction, ...]  # Experts without a room while others have one
    is_put: bool  # the session's agenda is this one
    minutes: int | None  # how long the session is


def members_of(plan: OnboardingPlan, *, at: datetime) -> list[Member]:
    """Give the Experts of a cohort with what they want and offer by the survey, in the words of its options. Four queries."""
    return [member for member, _ in _read(plan, at=at)]


def kick_off_of(board: Board, *, at: datetime) -> KickOff:
    """Give what the kick-off of a board's cohort is prepared from. Seven queries at any size."""
    plan, session = board.plan, board.kick_off
    places = dict(BreakoutPlace.objects.filter(plan=plan).values_list("person", "room"))
    read = _read(plan, at=at)
    people = {member.key: member for member, _ in read}
    introductions = tuple(Introduction(one.key, one.name, one.organisation, goal, places.get(one.key)) for one, goal in read)
    items = agenda(len(read))
    rooms = tuple(
        _room(number, [people[key] for key in keys])
        for number, keys in by_room({key: room for key, room in places.items() if key in people}).items()
    )
    return KickOff(
        session,
        timed(items, session.start if session else None),
        introductions,
        rooms,
        tuple(each for each in introductions if each.room is None) if rooms else (),
        session is not None and agenda_of(session) == as_parts(items),
        _minutes(session),
    )


def _read(plan: OnboardingPlan, *, at: datetime) -> list[tuple[Member, str]]:
    """Give each Expert with their goal; in their own words beside their name only where question and person allow it."""
    experts = experts_of([plan.cohort_id], at=at)[plan.cohort_id]
    keys = [each.person.pk for each in experts]
    said: Mapping[int, Content] = contents(plan.survey) if plan.survey else {}
    answers: dict[int, Answer] = {}
    if plan.survey is not None and not plan.survey.is_anonymous:
        answers = {row.person_id: row for row in sent_answers(plan.survey).filter(person__in=keys)}
    standings = standings_of(keys, [plan.cohort.programme_id])
    words = _words_of(said)
    is_sensitive = plan.goal_question in sensitive_since(said)
    found = []
    for each in experts:
        answer = answers.get(each.person.pk)
        values: Mapping[str, Any] = answer.values if answer else {}
        content = said.get(answer.version.number) if answer else None
        quoted = standings.get((each.person.pk, plan.cohort.programme_id, Use.QUOTE))
        goal = content.question(plan.goal_question) if content else None
        may_show = goal is not None and goal.is_shared and not is_sensitive and quoted is not None and quoted[0].allows
        member = Member(
            key=each.person.pk,
            name=each.person.name,
            organisation=each.organisation.name if each.organisation else "",
            wants=_chosen(values.get(plan.wanted_question), words.get(plan.wanted_question, {})),
            offers=_chosen(values.get(plan.offered_question), words.get(plan.offered_question, {})),
        )
        found.append((member, str(values.get(plan.goal_question, "")) if may_show else ""))
    return found


def _words_of(said: Mapping[int, Content]) -> dict[str, dict[str, str]]:
    """Give the words of every option by question and key, so that what one wants and another offers can be compared."""
    questions = every_question([said[number] for number in sorted(said)])
    return {key: {option.key: option.label for option in question.options} for key, question in questions.items()}


def _chosen(value: Any, labels: Mapping[str, str]) -> frozenset[str]:
    if not isinstance(value, Mapping):
        return frozenset()
    keys = value.get("chosen", ())
    return frozenset(labels[key] for key in keys if key in labels and key != OTHER)


def _room(number: int, members: list[Member]) -> Room:
    named = {each.key: each.name for each in members}
    why: Why = explain(members)
    met: dict[tuple[int, str], list[str]] = {}
    for each in why.helps:
        met.setdefault((each.taker, each.what), []).append(named[each.giver])
    reasons = tuple(
        f"{named[taker]} wants “{what}”; {listed(givers)} offer{'s' if len(givers) == 1 else ''} it."
        for (taker, what), givers in met.items()
    )
    together = tuple(f"{named[one]} and {named[other]} are of the same organisation." for one, other in why.together)
    unmet = tuple(f"{named[taker]} wants “{what}”, which nobody here offers." for taker, what in why.unmet)
    return Room(number, tuple(members), reasons, together + unmet)


def _minutes(session: Session | None) -> int | None:
    if session is None or session.starts_at is None or session.ends_at is None:
        return None
    return int((session.ends_at - session.starts_at).total_seconds() // 60)
