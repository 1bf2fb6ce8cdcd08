"""A whole plan as JSON-ready data, for `hub plan show --format json` and whoever reads a plan with another program.

Dates are ISO, times HH:MM, what is not written is null. Its shape is a promise: docs/guide/checking-a-plan.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from hub.core.plan.model import AgendaItem, Link, Month, Plan, Session, Stage, Step, Table


def shown(plan: Plan) -> dict[str, Any]:
    """Give everything the plan says. `sessions` holds every entry, dated or not; weeks and steps name entries by line."""
    return {
        "title": plan.title,
        "subtitle": plan.subtitle,
        "zone": plan.zone,
        "year": plan.year,
        "settings": dict(plan.settings),
        "stages": [_stage(stage) for stage in plan.stages],
        "before": {
            "line": plan.before_line or None,
            "title": plan.before_title,
            "steps": [_step(step) for step in plan.before],
        },
        "months": [_month(month) for month in plan.months],
        "sessions": [session_facts(session) for session in plan.entries],
        "undated": [session_facts(session) for session in plan.undated],
        "after": {"line": plan.after_line or None, "title": plan.after_title, "steps": [_step(step) for step in plan.after]},
        "tables": [_table(table) for table in plan.tables],
        "prose": [{"line": each.line, "heading": each.heading, "level": each.level, "text": each.text} for each in plan.prose],
    }


def session_facts(session: Session) -> dict[str, Any]:
    """Give one entry of the plan."""
    return {
        "line": session.line,
        "end_line": session.end_line or session.line,
        "title": session.title,
        "topic": session.topic,
        "kind": session.kind.value,
        "date": _day(session.date),
        "start": _clock(session.start),
        "end": _clock(session.end),
        "zone": session.zone,
        "proposed_date": _day(session.proposed_date),
        "mode": session.mode.value if session.mode else None,
        "place": session.place,
        "led_by": session.led_by,
        "status": session.status.value,
        "status_note": session.status_note,
        "stated_minutes": session.stated_minutes,
        "attended": session.attended,
        "year": session.year,
        "month": session.month,
        "week": session.week,
        "agenda": _items(session.agenda),
        "links": _links(session.links),
        "accepted": [{"line": each.line, "code": each.code, "reason": each.reason} for each in session.accepted],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _clock(clock: time | None) -> str | None:
    return f"{clock:%H:%M}" if clock else None


def _items(items: Iterable[AgendaItem]) -> list[dict[str, Any]]:
    return [
        {
            "line": item.line,
            "text": item.text,
            "who": item.who.value if item.who else None,
            "minutes": [item.minutes.low, item.minutes.high] if item.minutes else None,
            "led_by": item.led_by,
            "links": _links(item.links),
            "items": _items(item.items),
        }
        for item in items
    ]


def _links(links: Iterable[Link]) -> list[dict[str, Any]]:
    return [{"line": link.line, "text": link.text, "url": link.url, "kind": link.kind.value} for link in links]


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "line": stage.line,
        "title": stage.title,
        "first_month": stage.first_month,
        "last_month": stage.last_month,
        "question": stage.question,
        "topics": _items(stage.topics),
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "line": step.line,
        "number": step.number,
        "text": step.text,
        "items": _items(step.items),
        "links": _links(step.links),
        "session": step.session.line if step.session else None,
    }


def _month(month: Month) -> dict[str, Any]:
    return {
        "line": month.line,
        "number": month.number,
        "month": month.month,
        "year": month.year,
        "title": month.title,
        "weeks": [
            {
                "line": week.line,
                "number": week.number,
                "label": week.label,
                "sessions": [session.line for session in week.sessions],
            }
            for week in month.weeks
        ],
        "sessions": [session.line for session in month.sessions],
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "line": table.line,
        "kind": table.kind.value,
        "header": list(table.header),
        "rows": [{"line": row.line, "cells": list(row.cells)} for row in table.rows],
    }
