"""Read the working schedule: what the team plans, before any of it is released."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Any

from django.db.models import F, Q

from hub.core.materials import Access
from hub.core.occurrence import Occurrence, Paper, Part, SessionState, part_from_facts, part_to_facts
from hub.core.plan.model import Kind, Mode
from hub.core.release import lets_in, without_addresses
from hub.core.sessions import SessionFacts
from hub.programmes.models import Cohort, Programme
from hub.schedule.models import Material, PlanVersion, Series, Session


def latest_plan(cohort: Cohort) -> PlanVersion | None:
    """Give the newest version of the cohort's plan, None before the first."""
    return PlanVersion.objects.filter(cohort=cohort).order_by("-number").first()


def plan_text(cohort: Cohort) -> str:
    """Give the newest text of the cohort's plan, empty before the first."""
    latest = latest_plan(cohort)
    return latest.text if latest else ""


def working_sessions(cohort: Cohort) -> list[Session]:
    """Give the sessions in order, their materials at hand: dated ones by time, undated ones at the place of their week.

    Two queries at any size.
    """
    return in_order(Session.objects.filter(cohort=cohort).prefetch_related("materials"))


def in_order(sessions: Iterable[Session]) -> list[Session]:
    """Put sessions in the order people read them."""
    return sorted(sessions, key=_place)


def working_occurrences(cohort: Cohort) -> tuple[Occurrence, ...]:
    """Give the working schedule as every surface tells it, in order. Two queries at any size."""
    return tuple(map(occurrence_of, working_sessions(cohort)))


def session_for_team(cohort: Cohort, slug: str) -> Session | None:
    """Find a session of the working schedule."""
    return Session.objects.filter(cohort=cohort, slug=slug).prefetch_related("materials").first()


def session_at(programme: str, cohort: str, slug: str) -> Session | None:
    """Find a session of the working schedule by the slugs of its address, with cohort and programme. One query."""
    rows = Session.objects.filter(cohort__programme__slug=programme, cohort__slug=cohort, slug=slug)
    return rows.select_related("cohort__programme").first()


def leaders_among(cohorts: Iterable[int], programmes: Iterable[int]) -> list[tuple[int, str]]:
    """Give key and "led by" of the sessions of some cohorts, and of all cohorts of some programmes. One query."""
    there = Q(cohort__in=list(cohorts)) | Q(cohort__programme__in=list(programmes))
    return list(Session.objects.filter(there).exclude(led_by="").values_list("pk", "led_by"))


def cohorts_holding(sessions: Iterable[int]) -> set[int]:
    """Give the keys of the cohorts some sessions are in. One query."""
    return set(Session.objects.filter(pk__in=list(sessions)).values_list("cohort", flat=True))


def series_titles(cohort: Cohort) -> dict[int, str]:
    """Give the series of a cohort, key and title, in their order. One query."""
    return dict(Series.objects.filter(cohort=cohort).order_by("pk").values_list("pk", "title"))


def facts_of(session: Session) -> SessionFacts:
    """Give what a person may set of a session."""
    return SessionFacts(
        title=session.title,
        kind=Kind(session.kind),
        topic=session.topic,
        date=session.date,
        start=session.start,
        end=session.end,
        zone=session.zone,
        proposed_date=session.proposed_date,
        mode=Mode(session.mode) if session.mode else None,
        place=session.place,
        led_by=session.led_by,
        summary=session.summary,
        status_note=session.status_note,
        joining_link=session.joining_link,
        agenda=agenda_of(session),
    )


def agenda_of(session: Session) -> tuple[Part, ...]:
    """Give the parts of a session."""
    return tuple(map(part_from_facts, session.agenda))


def agenda_facts(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Give parts as a session keeps them."""
    return [part_to_facts(part) for part in parts]


def occurrence_of(session: Session, materials: Sequence[Material] | None = None) -> Occurrence:
    """Give a session as every surface tells it: its public materials, the address of no other, never its joining link.

    `materials` stands in for those of the database where a session is not saved yet.
    """
    papers = session.materials.all() if materials is None else materials
    said = Occurrence(
        uid=str(session.uid),
        slug=session.slug,
        title=session.title,
        kind=Kind(session.kind),
        state=SessionState(session.state),
        zone=session.zone,
        topic=session.topic,
        date=session.date,
        start=session.start,
        end=session.end,
        proposed_date=session.proposed_date,
        mode=Mode(session.mode) if session.mode else None,
        place=session.place,
        led_by=session.led_by,
        summary=session.summary,
        status_note=session.status_note,
        agenda=agenda_of(session),
        papers=tuple(
            Paper(title=each.title, url=each.url, kind=each.kind)
            for each in sorted(papers, key=lambda each: (each.position, each.pk or 0))
            if each.is_public
        ),
        chapter=session.chapter,
        week=session.week,
        place_in_chapter=session.place_in_chapter,
    )
    return without_addresses(said, [each.url for each in papers if not each.is_public])


def _place(session: Session) -> tuple[date, time, int, str, str]:
    """Give where a session stands: an undated one at its proposed day, else at the day the plan's chapter and week give it."""
    if session.date:
        return session.date, session.start or time.min, session.place_in_chapter, session.title, session.slug
    facts: Mapping[str, Any] = session.plan_facts or {}
    anchor = date.fromisoformat(facts["anchor"]) if facts.get("anchor") else date.max
    return session.proposed_date or anchor, time.max, session.place_in_chapter, session.title, session.slug


def taught_sessions(programme: Programme) -> list[Session]:
    """Give the trainings and workshops of a programme's cohorts, newest first, undated ones last, cohort at hand. One query."""
    kinds = [Kind.TRAINING.value, Kind.WORKSHOP.value]
    rows = Session.objects.filter(cohort__programme=programme, kind__in=kinds).select_related("cohort__programme")
    return list(rows.order_by(F("date").desc(nulls_last=True), "-start", "pk"))


def materials_seen(session: Session, *, is_team: bool) -> list[Material]:
    """Give the materials of a session as who takes part sees them, the team's own only to the team. One query."""
    rows = session.materials.order_by("position", "pk")
    return [each for each in rows if (is_team or each.access != Access.TEAM) and (is_team or not lets_in(each.url))]
