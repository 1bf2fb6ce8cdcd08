"""Keep a cohort's plan: save its text, make sessions of it, and write edits of the web back into it.

Text and sessions are kept in step: docs/decisions/0004-the-plan-text-is-kept-in-step.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction

from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.plan.diff import TOPICS, match
from hub.core.plan.given import Facts, Given, entry_with, given
from hub.core.plan.model import Plan
from hub.kit import journal
from hub.people.models import Person
from hub.programmes import queries as cohorts
from hub.programmes.models import Cohort
from hub.schedule.commands import runsheets
from hub.schedule.models import Material, PlanVersion, Session
from hub.schedule.permissions import require_team
from hub.schedule.presenters import PERSONAL, told_change
from hub.schedule.queries import imports
from hub.schedule.queries.imports import Draft, ImportProposal, row_facts
from hub.schedule.queries.working import latest_plan

LARGEST = 2_000_000  # characters, as the reader's
_LONGEST_NOTE = 300
_AT_ONCE = 200  # rows in one statement


class PlanChangedMeanwhile(ChangedMeanwhile):
    """Somebody saved another version since the person began. `theirs` is that version, `mine` the text not saved."""

    code: ClassVar[str] = "plan-changed-meanwhile"

    def __init__(self, theirs: PlanVersion | None, mine: str) -> None:
        """Keep both texts, so that nobody's words are lost."""
        number = f"version {theirs.number}" if theirs else "another version"
        super().__init__(f"The plan was saved meanwhile as {number}. Yours is not saved yet; compare the two.")
        self.theirs = theirs
        self.mine = mine


class PlanTooLong(Refusal):
    """The text is longer than any plan."""

    code: ClassVar[str] = "plan-too-long"


class UnfitText(Refusal):
    """The text holds what no database keeps."""

    code: ClassVar[str] = "unfit-text"


class NoEntries(Refusal):
    """The plan has no session at all, so that importing it would take every session away."""

    code: ClassVar[str] = "no-entries"


class BadChoice(Refusal):
    """A choice settles nothing, or says neither plan nor web."""

    code: ClassVar[str] = "bad-choice"


@transaction.atomic
def save_plan(cohort: Cohort, text: str, *, seen: int, note: str = "", by: Person | None, at: datetime) -> PlanVersion:
    """Keep a text as the next version of the plan, without touching the sessions.

    `seen` is the number of the version the text began from, 0 for none. A text that is already the newest makes no version.
    Raises NotAllowed, PlanChangedMeanwhile, PlanTooLong, UnfitText.
    """
    require_team(by, cohort.programme, at=at, doing="save its plan")
    _fit(text)
    held = cohorts.locked_cohort(cohort)
    latest = latest_plan(held)
    if latest is not None and latest.text == text:
        return latest
    _unchanged_since(latest, seen, text)
    version = _keep(held, latest, text, PlanVersion.Origin.SAVED, is_applied=False, note=note, by=by, at=at)
    journal.record("saved", version, by=by, part_of=version.cohort, at=at, number=version.number)
    return version


def propose_import(cohort: Cohort, text: str, *, choices: Mapping[str, str] | None = None, at: datetime) -> ImportProposal:
    """Tell what importing a text would do: added, moved, changed, cancelled, unchanged, and what both sides changed.

    Nothing is written. Raises NotAPlan, NoEntries, PlanTooLong, UnfitText, BadChoice.
    """
    _fit(text)
    plan = _read(cohort, text)
    return imports.propose(cohort, plan, choices=_sound(choices), at=at)


@transaction.atomic
def import_plan(
    cohort: Cohort,
    text: str,
    *,
    seen: int,
    choices: Mapping[str, str] | None = None,
    note: str = "",
    by: Person | None,
    at: datetime,
) -> PlanVersion:
    """Make the sessions follow a text, and keep the text as a version that is applied.

    `seen` is the number of the version the text began from, 0 for none. Where both plan and web changed a subject, the web's
    word stands unless `choices` says "plan" for "<slug>.<subject>". What the web keeps is written back into the text as a
    version of its own, so that text and sessions say the same. Importing the same text again changes nothing.

    Raises NotAllowed, NotAPlan, NoEntries, PlanChangedMeanwhile, PlanTooLong, UnfitText, BadChoice.
    """
    require_team(by, cohort.programme, at=at, doing="import its plan")
    _fit(text)
    plan = _read(cohort, text)
    held = cohorts.locked_cohort(cohort)
    latest = latest_plan(held)
    if latest is None or latest.text != text:
        _unchanged_since(latest, seen, text)
    draft = imports.work_out(held, plan, choices=_sound(choices), at=at)
    told = draft.difference()
    _store(draft, by=by, at=at)
    runsheets.follow(held.programme, [held], at=at)
    if latest is not None and latest.text == text:
        version = latest
        if not version.is_applied:
            PlanVersion.objects.filter(pk=version.pk).update(is_applied=True)
            version.is_applied = True
    else:
        version = _keep(held, latest, text, PlanVersion.Origin.IMPORTED, is_applied=True, note=note, by=by, at=at)
    if not told.is_empty or version is not latest:
        kinds = ("added", "moved", "cancelled")
        counts: dict[str, Any] = {kind: sum(change.kind.value == kind for change in told.changes) for kind in kinds}
        journal.record(
            "imported", version, by=by, part_of=version.cohort, at=at, number=version.number, unchanged=told.unchanged, **counts
        )
    kept = [each.session for each in draft.drafted if each.merged and each.merged.kept]
    write_back(held, kept, note="Written back: what was changed in the web", by=by, at=at)
    return version


def write_back_change(session: Session, *, by: Person | None, at: datetime) -> PlanVersion | None:
    """Write a changed session into the plan's text; see `write_back`."""
    return write_back(session.cohort, [session], note=f"Edited in the web: {session.title}", by=by, at=at)


def write_back_added(session: Session, *, by: Person | None, at: datetime) -> PlanVersion | None:
    """Write a session added in the web into the plan's text; see `write_back`."""
    return write_back(session.cohort, [session], note=f"Added in the web: {session.title}", by=by, at=at)


@transaction.atomic
def write_back(
    cohort: Cohort, sessions: Iterable[Session], *, note: str = "", by: Person | None, at: datetime
) -> PlanVersion | None:
    """Write sessions, already saved, into the newest text of the plan: only the lines that changed, as a new version.

    Each row then remembers what the text says of it. Without a plan, or where a line can't be written, nothing happens to the
    text: the row's facts stay an edit of the web, which the next import keeps. None when no version was needed.
    """
    todo = list(sessions)
    held = cohorts.locked_cohort(cohort)
    latest = latest_plan(held)
    if not todo or latest is None:
        return None
    rows = {row.pk: row for row in Session.objects.filter(cohort=held).order_by("plan_line", "pk")}
    text = latest.text
    wrote: set[int] = set()
    for session in todo:
        row = rows[session.pk]
        changed = _patched(held, text, row, [rows[pk] for pk in rows if rows[pk].plan_facts is not None or pk in wrote], wrote)
        if changed is not None:
            text = changed
            wrote.add(row.pk)
    if text == latest.text:
        return None
    version = _keep(held, latest, text, PlanVersion.Origin.WRITTEN_BACK, is_applied=latest.is_applied, note=note, by=by, at=at)
    _remember(list(rows.values()), given(_read(held, text)), wrote)
    for session in todo:
        session.plan_facts, session.plan_line = rows[session.pk].plan_facts, rows[session.pk].plan_line
    journal.record("written-back", version, by=by, part_of=version.cohort, at=at, number=version.number, sessions=sorted(wrote))
    return version


def _patched(cohort: Cohort, text: str, row: Session, known: list[Session], wrote: set[int]) -> str | None:
    """Give the text with one session's entry as the row says, None where it says so already or can't."""
    from hub.core.plan.patch import AddSession, CannotPatch, ChangeSession, patch_plan

    entries = given(_read(cohort, text))
    facts = row_facts(row)
    found = _entry_of(row, known, entries, wrote)
    to = entry_with(facts, found.entry if found else None)
    if found is not None and _says(found.facts, facts):
        return None
    if found is None and facts["state"] == "cancelled":
        return None
    try:
        edit = ChangeSession(line=found.line, to=to) if found else AddSession(session=to)
        return patch_plan(text, [edit], default_zone=cohort.zone, default_year=cohort.starts_on.year)
    except CannotPatch:
        return None


def _entry_of(row: Session, known: list[Session], entries: tuple[Given, ...], wrote: set[int]) -> Given | None:
    if row.pk not in {each.pk for each in known}:
        return None
    pairs = match([_in_text(each, wrote) for each in known], [each.facts for each in entries])
    there = next((pairs.get(index) for index, each in enumerate(known) if each.pk == row.pk), None)
    return None if there is None else entries[there]


def _in_text(row: Session, wrote: set[int]) -> Facts:
    """Give what the text says of a row: what the plan gave it, or what was just written of it."""
    return row_facts(row) if row.pk in wrote or row.plan_facts is None else row.plan_facts


def _says(said: Facts, facts: Facts) -> bool:
    """Say whether an entry already says all it can of the facts. A proposed date it derives itself."""
    names = {name for each in TOPICS.values() for name in each} - {"proposed_date"}
    return all(said[name] == facts[name] for name in names)


def _remember(rows: list[Session], entries: tuple[Given, ...], wrote: set[int]) -> None:
    """Let rows remember what the text says of them now, and where."""
    from_plan = [row for row in rows if row.plan_facts is not None or row.pk in wrote]
    pairs = match([_in_text(row, wrote) for row in from_plan], [entry.facts for entry in entries])
    for index, row in enumerate(from_plan):
        there = pairs.get(index)
        if there is None:
            continue
        row.plan_facts, row.plan_line = entries[there].facts, entries[there].line
        if row.pk in wrote:
            for name in ("chapter", "chapter_number", "week", "place_in_chapter"):
                setattr(row, name, entries[there].facts[name])
    columns = ["plan_facts", "plan_line", "chapter", "chapter_number", "week", "place_in_chapter"]
    Session.objects.bulk_update(from_plan, columns, batch_size=_AT_ONCE)


_COLUMNS = [
    "title",
    "topic",
    "kind",
    "state",
    "status_note",
    "date",
    "start",
    "end",
    "zone",
    "starts_at",
    "ends_at",
    "proposed_date",
    "mode",
    "place",
    "led_by",
    "agenda",
    "chapter",
    "chapter_number",
    "week",
    "place_in_chapter",
    "attended",
    "plan_facts",
    "plan_line",
    "edited_at",
]


def _store(draft: Draft, *, by: Person | None, at: datetime) -> None:
    """Write a draft: rows added, changed and gone, and their materials. The number of statements does not grow with rows."""
    gone = [each.session.pk for each in draft.drafted if each.is_deleted]
    Session.objects.filter(pk__in=gone).delete()
    kept = [each for each in draft.drafted if not each.is_deleted]
    new = [each.session for each in kept if each.session.pk is None]
    old = [each for each in kept if each.session.pk is not None and (each.given is not None or each.session.plan_facts)]
    lines = []
    for each in old:
        after = row_facts(each.session)
        if each.before != after:
            each.session.edited_at = at
            told = told_change(each.before or {}, after)
            if told["after"]:
                lines.append(journal.Written("replanned", each.session, told, PERSONAL))
    Session.objects.bulk_update([each.session for each in old], _COLUMNS, batch_size=_AT_ONCE)
    Session.objects.bulk_create(new, batch_size=_AT_ONCE)
    lines += [journal.Written("planned", session, {"slug": session.slug}, ("slug",)) for session in new]
    journal.record_all(lines, by=by, at=at)
    Material.objects.filter(pk__in=[one.pk for each in kept for one in each.lost_materials]).delete()
    from_plan = [one for each in kept if each.given for one in each.materials if one.is_from_plan]
    for each in kept:
        for one in each.materials:
            one.session = each.session
    Material.objects.bulk_create([one for one in from_plan if one.pk is None], batch_size=_AT_ONCE)
    held = [one for one in from_plan if one.pk is not None]
    Material.objects.bulk_update(held, ["title", "kind", "position"], batch_size=_AT_ONCE)


def _keep(
    cohort: Cohort,
    latest: PlanVersion | None,
    text: str,
    origin: PlanVersion.Origin,
    *,
    is_applied: bool,
    note: str,
    by: Person | None,
    at: datetime,
) -> PlanVersion:
    return PlanVersion.objects.create(
        cohort=cohort,
        number=latest.number + 1 if latest else 1,
        text=text,
        origin=origin,
        is_applied=is_applied,
        note=" ".join(note.split())[:_LONGEST_NOTE],
        saved_at=at,
        saved_by=by,
    )


def _read(cohort: Cohort, text: str) -> Plan:
    from hub.core.plan.read import read_plan  # the Markdown parser: only where a plan is read

    plan = read_plan(text, default_zone=cohort.zone, default_year=cohort.starts_on.year)
    if not plan.entries:
        raise NoEntries(
            "This plan has no session: no month with weeks and dates below it. Nothing was changed.",
            field="text",
        )
    return plan


def _fit(text: str) -> None:
    if len(text) > LARGEST:
        raise PlanTooLong(f"The plan has {len(text):,} characters and there is room for {LARGEST:,}.", field="text")
    if "\x00" in text:
        raise UnfitText("The plan holds a character that can't be kept (NUL); take it out.", field="text")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise UnfitText("The plan holds half a character (a lone surrogate); take it out.", field="text")


def _unchanged_since(latest: PlanVersion | None, seen: int, text: str) -> None:
    if (latest.number if latest else 0) != seen:
        raise PlanChangedMeanwhile(latest, text)


def _sound(choices: Mapping[str, str] | None) -> Mapping[str, str]:
    for key, choice in (choices or {}).items():
        if choice not in ("plan", "web") or key.rpartition(".")[2] not in TOPICS:
            raise BadChoice(f"“{key}” is settled by “plan” or “web”, not by “{choice}”.", field="choices")
    return choices or {}
