"""Work out what a plan makes of the sessions. Nothing is written here: the desk shows it, the command applies it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.utils.text import slugify

from hub.core.calendar import instant
from hub.core.materials import Access, kind_from_plan
from hub.core.occurrence import SessionState
from hub.core.plan.diff import LABELS, TOPICS, Merged, match, merge_facts
from hub.core.plan.given import Facts, Given, given
from hub.core.plan.model import Finding, Kind, Link, Plan
from hub.core.release import Change, Difference, difference, lets_in
from hub.core.sessions import free_slug, state_of
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort
from hub.schedule.models import Material, ReleasedSession, Session
from hub.schedule.queries.public import latest_release
from hub.schedule.queries.working import in_order, occurrence_of, working_occurrences
from hub.schedule.touched import touched_sessions

_NEW: Facts = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLine:
    """What an import does to one session: the verb, and a sentence that says it without naming the session."""

    verb: str  # added, moved, changed, cancelled, restored or removed
    slug: str
    title: str
    sentence: str

    @classmethod
    def of(cls, change: Change) -> ImportLine:
        """Tell a change of the schedule as a line of an import."""
        return cls(verb=change.kind.value, slug=change.slug, title=change.title, sentence=change.sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A subject that both the plan and the web changed since the last import. `key` is what a choice is given for."""

    key: str
    slug: str
    title: str
    subject: str
    sentence: str
    plan: str
    web: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProposal:
    """What an import would do, as people compare it before they let it happen."""

    lines: tuple[ImportLine, ...]
    unchanged: int
    conflicts: tuple[Conflict, ...]
    kept: tuple[ImportLine, ...]  # what people changed in the web and the plan leaves alone
    findings: tuple[Finding, ...]
    difference: Difference

    @property
    def is_empty(self) -> bool:
        """Whether the sessions are already as the text says."""
        return not self.lines and not self.conflicts


@dataclass(slots=True)
class Drafted:
    """A session as the import would leave it, with its materials; `before` is what the row said, None for a new one."""

    session: Session
    given: Given | None
    merged: Merged | None = None
    before: Facts | None = None
    materials: list[Material] = field(default_factory=list)
    lost_materials: list[Material] = field(default_factory=list)
    is_deleted: bool = False


@dataclass(slots=True)
class Draft:
    """All the sessions of a cohort as the import would leave them."""

    cohort: Cohort
    plan: Plan
    drafted: list[Drafted]
    conflicts: tuple[Conflict, ...]

    def difference(self) -> Difference:
        """Say what changes between the working schedule and the draft."""
        kept = {each.session.uid: each for each in self.drafted if not each.is_deleted}
        ordered = in_order(each.session for each in kept.values())
        after = tuple(occurrence_of(session, kept[session.uid].materials) for session in ordered)
        return difference(working_occurrences(self.cohort), after)


def row_facts(session: Session) -> Facts:
    """Give a row's facts in the shape the plan gives them."""
    return {
        **(session.plan_facts or {}),
        "title": session.title,
        "topic": session.topic,
        "kind": session.kind,
        "state": session.state,
        "status_note": session.status_note,
        "date": session.date.isoformat() if session.date else None,
        "start": session.start.strftime("%H:%M") if session.start else None,
        "end": session.end.strftime("%H:%M") if session.end else None,
        "zone": session.zone,
        "proposed_date": session.proposed_date.isoformat() if session.proposed_date else None,
        "mode": session.mode,
        "place": session.place,
        "led_by": session.led_by,
        "agenda": session.agenda,
        "chapter": session.chapter,
        "chapter_number": session.chapter_number,
        "week": session.week,
        "place_in_chapter": session.place_in_chapter,
        "attended": session.attended,
    }


def put_facts(session: Session, facts: Facts) -> None:
    """Set a row's columns from facts, its derived moments with them. Not saved."""
    for name in ("title", "topic", "kind", "status_note", "zone", "mode", "place", "led_by", "agenda", "chapter", "week"):
        setattr(session, name, facts[name])
    session.chapter_number, session.place_in_chapter = facts["chapter_number"], facts["place_in_chapter"] or 0
    session.attended = facts["attended"]
    session.date = _day(facts["date"])
    session.start, session.end = _clock(facts["start"]), _clock(facts["end"])
    session.proposed_date = None if session.date else _day(facts["proposed_date"])
    session.state = _sound_state(facts, session.date)
    session.starts_at = _moment(session.date, session.start, session.zone)
    session.ends_at = _moment(session.date, session.end, session.zone)


def work_out(cohort: Cohort, plan: Plan, *, choices: Mapping[str, str], at: datetime) -> Draft:
    """Work out what a plan makes of a cohort's sessions. `choices` maps "<slug>.<subject>" to "plan" or "web".

    A session the plan no longer has is cancelled when the public knows it or people made something of it: its materials, its
    run-sheet, what later rooms keep of it. Else it goes. A constant number of queries.
    """
    rows = list(Session.objects.filter(cohort=cohort).prefetch_related("materials").order_by("plan_line", "pk"))
    entries = given(plan)
    pairs = _matched(rows, entries)
    by_row = {rows[here].pk: entries[there] for here, there in pairs.items()}
    taken = {row.slug for row in rows}
    drafted: list[Drafted] = []
    conflicts: list[Conflict] = []
    release = latest_release(cohort)
    public = set(ReleasedSession.objects.filter(release=release).values_list("uid", flat=True)) if release else set()
    dropped = any(row.pk not in by_row and row.plan_facts is not None for row in rows)
    touched = touched_sessions(cohort) if dropped else frozenset()
    for row in rows:
        entry = by_row.get(row.pk)
        if entry is not None:
            each = _merged(row, entry, choices)
            assert each.merged is not None
            conflicts += _told(row, entry, each.merged)
        else:
            each = Drafted(row, None, before=row_facts(row), materials=list(row.materials.all()))
            if row.plan_facts is not None:
                _gone(each, is_known=row.uid in public or row.pk in touched)
        drafted.append(each)
    matched = set(pairs.values())
    names = _Names(entries, taken)
    for index, entry in enumerate(entries):
        if index not in matched:
            drafted.append(_new(cohort, entry, names.free(entry.facts), at))
    return Draft(cohort, plan, drafted, tuple(conflicts))


def propose(cohort: Cohort, plan: Plan, *, choices: Mapping[str, str], at: datetime) -> ImportProposal:
    """Tell what importing a plan would do, with what the check finds in it."""
    from hub.core.plan.check import check_plan

    draft = work_out(cohort, plan, choices=choices, at=at)
    told = draft.difference()
    kept = tuple(
        ImportLine(
            verb="kept",
            slug=each.session.slug,
            title=each.session.title,
            sentence=f"Kept from the web: {_listed([LABELS[name] for name in each.merged.kept])}",
        )
        for each in draft.drafted
        if each.merged and each.merged.kept
    )
    return ImportProposal(
        lines=tuple(map(ImportLine.of, told.changes)),
        unchanged=told.unchanged,
        conflicts=draft.conflicts,
        kept=kept,
        findings=check_plan(plan, programmes.rules_of(cohort.programme)),
        difference=told,
    )


def _matched(rows: list[Session], entries: tuple[Given, ...]) -> dict[int, int]:
    """Pair rows with entries: first those that came from the plan, then those of the web the plan has taken up since."""
    from_plan = [index for index, row in enumerate(rows) if row.plan_facts is not None]
    facts = [each.facts for each in entries]
    found = match([rows[index].plan_facts or _NEW for index in from_plan], facts)
    pairs = {from_plan[here]: there for here, there in found.items()}
    free = {_identity(facts[there]): there for there in range(len(entries)) if there not in pairs.values()}
    for index, row in enumerate(rows):
        if row.plan_facts is None and (there := free.pop(_identity(row_facts(row)), None)) is not None:
            pairs[index] = there
    return pairs


def _identity(facts: Facts) -> tuple[str | None, ...]:
    return facts["title"], facts["date"], facts["start"]


def _merged(row: Session, entry: Given, choices: Mapping[str, str]) -> Drafted:
    before = row_facts(row)
    base = row.plan_facts if row.plan_facts is not None else entry.facts
    mine = {key.rpartition(".")[2]: choice for key, choice in choices.items() if key.rpartition(".")[0] == row.slug}
    merged = merge_facts(base, entry.facts, before, mine)
    put_facts(row, merged.facts)
    row.plan_facts, row.plan_line = entry.facts, entry.line
    drafted = Drafted(row, entry, merged, before)
    _put_materials(drafted, entry.links)
    return drafted


def _gone(each: Drafted, *, is_known: bool) -> None:
    """Cancel a session the plan no longer has; one that nobody outside ever saw and nobody added to goes altogether."""
    row = each.session
    has_additions = bool(row.summary or row.joining_link or row.series_id) or any(
        not one.is_from_plan for one in each.materials
    )
    row.plan_line = None
    if not is_known and not has_additions:
        each.is_deleted = True
        return
    row.state = SessionState.CANCELLED.value
    row.plan_facts = {**(row.plan_facts or {}), "state": SessionState.CANCELLED.value}


def _new(cohort: Cohort, entry: Given, slug: str, at: datetime) -> Drafted:
    row = Session(cohort=cohort, uid=uuid.uuid4(), slug=slug, plan_facts=entry.facts, plan_line=entry.line, edited_at=at)
    put_facts(row, entry.facts)
    drafted = Drafted(row, entry)
    _put_materials(drafted, entry.links)
    return drafted


def _put_materials(drafted: Drafted, links: Iterable[Link]) -> None:
    """Take the plan's links as materials: known ones keep their row, those the plan dropped go, the web's stay."""
    row = drafted.session
    held = {each.url: each for each in row.materials.all()} if row.pk else {}
    for position, link in enumerate(links):
        material = held.pop(link.url, None) or Material(session=row, url=link.url, access=_access_of(link.url))
        if material.pk is None or material.is_from_plan:
            material.title = link.text[:300] or link.url[:300]
            material.kind = kind_from_plan(material.kind, link.kind.value)
            material.position, material.is_from_plan = position, True
        drafted.materials.append(material)
    for material in held.values():
        (drafted.lost_materials if material.is_from_plan else drafted.materials).append(material)


def _told(row: Session, entry: Given, merged: Merged) -> list[Conflict]:
    return [
        Conflict(
            key=f"{row.slug}.{subject}",
            slug=row.slug,
            title=row.title,
            subject=subject,
            sentence=f"Both the plan and the web changed {LABELS[subject]}.",
            plan=_said(subject, entry.facts),
            web=_said(subject, merged.facts),
        )
        for subject in merged.conflicts
    ]


def _said(subject: str, facts: Facts) -> str:
    """Say a subject of some facts as people read it."""
    from hub.core.calendar import say

    if subject == "when":
        day = _day(facts["date"])
        return say(day, _clock(facts["start"]), _clock(facts["end"]), facts["zone"])
    if subject == "agenda":
        return "\n".join(str(part.get("text", "")) for part in facts["agenda"]) or "No agenda"
    if subject == "kind":
        return Kind(facts["kind"]).label
    if subject == "state":
        note = facts["status_note"]
        return f"{SessionState(facts['state']).label}: {note}" if note else SessionState(facts["state"]).label
    return str(facts[TOPICS[subject][0]] or "Not said")


class _Names:
    """Slugs for new sessions: the name of what happens once, kind, month and number for what happens again and again."""

    def __init__(self, entries: tuple[Given, ...], taken: set[str]) -> None:
        self._taken = taken
        self._often: dict[str, int] = {}
        for entry in entries:
            title = entry.facts["title"]
            self._often[title] = self._often.get(title, 0) + 1

    def free(self, facts: Facts) -> str:
        """Give a slug nobody has, and take it."""
        slug = free_slug(self._wanted(facts), self._taken)
        self._taken.add(slug)
        return slug

    def _wanted(self, facts: Facts) -> str:
        if self._often.get(facts["title"], 0) <= 1:
            return _as_slug(facts["title"])
        day = _day(facts["date"] or facts["proposed_date"] or facts["anchor"])
        return f"{facts['kind']}-{f'{day:%B}'.lower()}" if day else _as_slug(facts["title"])


def _as_slug(title: str) -> str:
    return slugify(title.replace(":", "-").replace("/", "-"))


def _sound_state(facts: Facts, day: date | None) -> str:
    """Keep the state true to the date: the two may come from two hands."""
    state = SessionState(facts["state"])
    if state is SessionState.CANCELLED or (state is SessionState.TO_BE_CONFIRMED and facts["status_note"]):
        return state.value
    return state_of(kind=Kind(facts["kind"]), day=day).value


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _moment(day: date | None, clock: time | None, zone: str) -> datetime | None:
    return instant(day, clock, zone) if day and clock else None


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1]


def _access_of(url: str) -> str:
    """Let everybody see what a plan links to, but what lets people into a call."""
    return (Access.TEAM if lets_in(url) else Access.PUBLIC).value
