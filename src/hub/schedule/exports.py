"""Sessions on their way out: as JSON, as rows of a table, as entries of an Atom feed. All read released occurrences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from hub.core.occurrence import Occurrence, Part
from hub.core.release import Change
from hub.kit.tables import Cell
from hub.programmes.models import Cohort
from hub.schedule.models import Release

CSV_HEADER = (
    "date", "start", "end", "zone", "starts_at", "ends_at", "when", "kind", "title", "topic", "state", "mode", "place",
    "led_by", "status_note", "proposed_date", "chapter", "week", "url", "uid",
)  # fmt: skip


def session_url(programme_slug: str, cohort_slug: str, slug: str) -> str:
    """Give the address of a session's page. Joined by hand: feeds ask for hundreds at once."""
    return f"{cohort_address(programme_slug, cohort_slug)}sessions/{slug}/"


def cohort_address(programme_slug: str, cohort_slug: str) -> str:
    """Give the full address of a cohort, under which its feeds and sessions stand."""
    return f"{settings.BASE_URL}/{programme_slug}/{cohort_slug}/"


def cohort_url(name: str, cohort: Cohort) -> str:
    """Give the full address of one of a cohort's pages or feeds by its name."""
    return settings.BASE_URL + reverse(name, args=[cohort.programme.slug, cohort.slug])


def utc(moment: datetime | None) -> str | None:
    """Give an aware moment as exports write it, "2023-07-05T14:00:00Z"; None stays None."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def session_as_json(session: Occurrence, *, url: str) -> dict[str, Any]:
    """Give a released session with every key there, null where a fact is absent.

    `date`, `start` and `end` are wall time in `zone`; `starts_at` and `ends_at` the same moments in UTC; `when` says it.
    `summary` and the agenda's `text` are Markdown. `sequence` rises when time, place, title or status change.
    """
    return {
        "uid": session.uid,
        "slug": session.slug,
        "url": url,
        "kind": session.kind.value,
        "state": session.state.value,
        "title": session.title,
        "topic": session.topic or None,
        "date": session.date.isoformat() if session.date else None,
        "start": f"{session.start:%H:%M}" if session.start else None,
        "end": f"{session.end:%H:%M}" if session.end else None,
        "zone": session.zone,
        "starts_at": utc(session.starts_at),
        "ends_at": utc(session.ends_at),
        "when": session.say_when,
        "proposed_date": session.proposed_date.isoformat() if session.proposed_date else None,
        "mode": session.mode.value if session.mode else None,
        "place": session.place or None,
        "led_by": session.led_by or None,
        "status_note": session.status_note or None,
        "summary": session.summary or None,
        "agenda": [_part_as_json(part) for part in session.agenda],
        "materials": [{"title": paper.title, "url": paper.url, "kind": paper.kind} for paper in session.papers],
        "chapter": session.chapter or None,
        "week": session.week,
        "sequence": session.sequence,
    }


def _part_as_json(part: Part) -> dict[str, Any]:
    return {
        "text": part.text,
        "who": part.who.value if part.who else None,
        "minutes_low": part.minutes_low,
        "minutes_high": part.minutes_high,
        "led_by": part.led_by or None,
        "parts": [_part_as_json(each) for each in part.parts],
    }


def schedule_as_json(cohort: Cohort, release: Release | None, sessions: Iterable[Occurrence]) -> dict[str, Any]:
    """Give a cohort's released schedule: programme, cohort, release (null before the first) and its sessions in order."""
    programme = cohort.programme
    return {
        "programme": {
            "slug": programme.slug,
            "name": programme.name,
            "url": settings.BASE_URL + reverse("programme", args=[programme.slug]),
        },
        "cohort": {
            "slug": cohort.slug,
            "name": cohort.name,
            "zone": cohort.zone,
            "starts_on": cohort.starts_on.isoformat(),
            "ends_on": cohort.ends_on.isoformat(),
        },
        "release": release_as_json(release) if release else None,
        "sessions": [session_as_json(each, url=session_url(programme.slug, cohort.slug, each.slug)) for each in sessions],
    }


def release_as_json(release: Release) -> dict[str, Any]:
    """Give a release without its sessions."""
    return {"number": release.number, "released_at": utc(release.released_at), "note": release.note or None}


def session_as_row(session: Occurrence, *, url: str) -> tuple[Cell, ...]:
    """Give a released session as a row under `CSV_HEADER`; the same facts as in JSON, without agenda and materials."""
    return (
        session.date.isoformat() if session.date else None,
        f"{session.start:%H:%M}" if session.start else None,
        f"{session.end:%H:%M}" if session.end else None,
        session.zone,
        utc(session.starts_at),
        utc(session.ends_at),
        session.say_when,
        session.kind.value,
        session.title,
        session.topic or None,
        session.state.value,
        session.mode.value if session.mode else None,
        session.place or None,
        session.led_by or None,
        session.status_note or None,
        session.proposed_date.isoformat() if session.proposed_date else None,
        session.chapter or None,
        session.week,
        url,
        session.uid,
    )


ATOM_IDS_SINCE = "2026"  # when the scheme of ids below was chosen; part of each id, so it never changes (RFC 4151)


def atom(cohort: Cohort, releases: Sequence[Release]) -> str:
    """Give the cohort's releases, newest first, as an Atom feed: each an entry with its note and what changed (RFC 4287)."""
    programme = cohort.programme
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    ident = f"tag:{host},{ATOM_IDS_SINCE}:{programme.slug}/{cohort.slug}"
    updated = utc(releases[0].released_at) if releases else f"{cohort.starts_on.isoformat()}T00:00:00Z"
    title = f"{programme.name}, {cohort.name}: changes to the schedule"
    page = cohort_url("changes", cohort)
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB">\n',
        f"<id>{_xml(ident)}</id>\n<title>{_xml(title)}</title>\n<updated>{updated}</updated>\n",
        f"<author><name>{_xml(programme.name)}</name></author>\n",
        f'<link rel="self" type="application/atom+xml" href="{_xml(cohort_url("cohort-atom", cohort))}"/>\n',
        f'<link rel="alternate" type="text/html" href="{_xml(page)}"/>\n',
    ]
    for release in releases:
        moment = utc(release.released_at)
        content = _release_as_html(programme.slug, cohort.slug, release)
        parts += [
            f"<entry>\n<id>{_xml(ident)}/release/{release.number}</id>\n<title>{_xml(_release_title(release))}</title>\n",
            f"<published>{moment}</published>\n<updated>{moment}</updated>\n",
            f'<link rel="alternate" type="text/html" href="{_xml(page)}#release-{release.number}"/>\n',
            f'<content type="html">{_xml(content)}</content>\n</entry>\n',
        ]
    return "".join([*parts, "</feed>\n"])


def _release_title(release: Release) -> str:
    count = len(release.difference)
    return f"Release {release.number}: {count} {'change' if count == 1 else 'changes'}"


def _release_as_html(programme_slug: str, cohort_slug: str, release: Release) -> str:
    note = f"<p>{escape(release.note)}</p>".replace("\n", "<br>") if release.note else ""
    items = "".join(
        f'<li><a href="{escape(session_url(programme_slug, cohort_slug, change.slug))}">{escape(change.title)}</a>: '
        f"{escape(change.sentence)}</li>"
        for change in map(Change.from_facts, release.difference)
    )
    return f"{note}<ul>{items}</ul>" if items else note


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml(text: str) -> str:
    """Escape text for XML, leaving out what XML 1.0 cannot hold."""
    return escape(_NOT_XML.sub("", text))
