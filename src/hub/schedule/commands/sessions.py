"""Change single sessions by hand: add, edit, cancel, put back on, and keep their materials.

Whatever is changed here is written back into the plan's text in the same transaction, where the plan has the session.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import ClassVar, Literal

from django.db import transaction

from hub.core.calendar import instant
from hub.core.errors import ChangedMeanwhile, NotFromHere, Refusal
from hub.core.materials import LONGEST_LICENCE, Access, MaterialKind
from hub.core.occurrence import SessionState
from hub.core.plan.model import Kind
from hub.core.runsheet import Known
from hub.core.sessions import LONGEST, BadSession, SessionFacts, slug_for, sound_facts, state_of
from hub.kit import journal
from hub.people.models import Person
from hub.people.permissions import belongs
from hub.programmes import queries as cohorts
from hub.programmes.models import Cohort
from hub.schedule.commands import runsheets
from hub.schedule.commands.papers import close_address
from hub.schedule.commands.plans import write_back_added, write_back_change
from hub.schedule.models import Material, ReleasedSession, Series, SeriesException, Session
from hub.schedule.permissions import require_team
from hub.schedule.presenters import PERSONAL, told_change
from hub.schedule.queries.imports import row_facts
from hub.schedule.queries.series import dates_of, sessions_by_date
from hub.schedule.queries.working import agenda_facts, facts_of

LONGEST_MATERIAL = {"title": 300, "url": 1000}
_DOING = "change its sessions"
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\u2028\u2029]")


class SessionChangedMeanwhile(ChangedMeanwhile):
    """Somebody else changed the session since the person began to edit it."""

    code: ClassVar[str] = "session-changed-meanwhile"


class MaterialChangedMeanwhile(ChangedMeanwhile):
    """Somebody else changed the material since the person began to edit it, or took it off."""

    code: ClassVar[str] = "material-changed-meanwhile"


class BadMaterial(Refusal):
    """A fact of a material that cannot be; `field` names it."""

    code: ClassVar[str] = "bad-material"


class MaterialOfPlan(Refusal):
    """The material stands in the plan's text, which would bring it back."""

    code: ClassVar[str] = "material-of-plan"


@transaction.atomic
def add_session(cohort: Cohort, facts: SessionFacts, *, by: Person | None, at: datetime) -> Session:
    """Add a session to the working schedule, and to the text of the plan where there is one.

    Raises NotAllowed, BadSession.
    """
    require_team(by, cohort.programme, at=at, doing=_DOING)
    sound = sound_facts(facts)
    held = cohorts.locked_cohort(cohort)
    session = insert(held, sound, taken=taken_slugs(held), at=at)
    journal.record("added", session, by=by, at=at, personal=("slug",), slug=session.slug)
    runsheets.follow(held.programme, [held], only=[session.pk], at=at)
    if write_back_added(session, by=by, at=at):
        session.refresh_from_db()
    return session


@transaction.atomic
def edit_session(session: Session, facts: SessionFacts, *, seen_at: datetime, by: Person | None, at: datetime) -> Session:
    """Change the facts of a session. `seen_at` is the `edited_at` of the session the person began from.

    An agenda of None stays as it is. A session that is already as the facts say is left alone, whoever changed it. One of a
    series that gets another day becomes an exception of the series; one whose day becomes open leaves it.

    Raises NotAllowed, BadSession, SessionChangedMeanwhile.
    """
    require_team(by, session.cohort.programme, at=at, doing=_DOING)
    sound = sound_facts(facts)
    row = _locked(session)
    before = facts_of(row)
    after = replace(sound, agenda=before.agenda) if sound.agenda is None else sound
    if after == before:
        return row
    if row.edited_at != seen_at:
        raise SessionChangedMeanwhile(
            "Somebody else changed this session meanwhile, so yours is not saved yet. Compare the two, then save again."
        )
    if before.date != after.date:
        _note_move(row, after.date)
    was = row_facts(row)
    update(row, after, at=at)
    names = [name for name in SessionFacts.__slots__ if getattr(before, name) != getattr(after, name)]
    told = told_change(was, row_facts(row))
    journal.record("edited", row, by=by, at=at, personal=(*PERSONAL, "slug"), slug=row.slug, fields=names, **told)
    return _followed(row, by=by, at=at)


@transaction.atomic
def cancel_session(session: Session, *, note: str = "", by: Person | None, at: datetime) -> Session:
    """Cancel a session. It keeps its page and its place; `note` says why, beside it.

    Raises NotAllowed, NotFromHere, BadSession.
    """
    require_team(by, session.cohort.programme, at=at, doing=_DOING)
    row = _locked(session)
    if row.state == SessionState.CANCELLED:
        raise NotFromHere("This session is cancelled already.")
    cancel(row, note=note, at=at)
    journal.record("cancelled", row, by=by, at=at, personal=("slug",), slug=row.slug)
    return _followed(row, by=by, at=at)


@transaction.atomic
def restore_session(session: Session, *, by: Person | None, at: datetime) -> Session:
    """Put a cancelled session back on. Its series holds it on its day again; one the series has no day for leaves it.

    Raises NotAllowed, NotFromHere.
    """
    require_team(by, session.cohort.programme, at=at, doing=_DOING)
    row = _locked(session)
    if row.state != SessionState.CANCELLED:
        raise NotFromHere("This session is not cancelled.")
    _note_move(row, row.date, is_back=True)
    restore(row, at=at)
    journal.record("restored", row, by=by, at=at, personal=("slug",), slug=row.slug)
    return _followed(row, by=by, at=at)


@transaction.atomic
def add_material(
    session: Session,
    *,
    title: str,
    url: str,
    kind: str = "material",
    access: str = "",
    is_public: bool | None = None,
    licence: str = "",
    owner: Person | None = None,
    by: Person | None,
    at: datetime,
) -> Material:
    """Add a paper, recording or link to a session, after those it has; public where nothing else is said.

    `is_public` says the same as an access of public or team; `owner`, who looks after it, is somebody of the programme.
    Raises NotAllowed, BadMaterial.
    """
    require_team(by, session.cohort.programme, at=at, doing=_DOING)
    row = _locked(session)
    others = list(row.materials.all())
    material = Material(session=row, position=max((each.position for each in others), default=-1) + 1)
    _put(
        material,
        others,
        title=title,
        url=url,
        kind=kind,
        access=_access(access, Access.PUBLIC, is_public=is_public),
        licence=licence,
    )
    material.owner = _owner(row, owner, at=at)
    material.save()
    journal.record("material-added", material, by=by, at=at, part_of=row, personal=["title"], title=material.title)
    if _is_put_up(material.kind, material.access):
        runsheets.tick_known(row, Known.RECORDING, by=by, at=at)
    return material


def _is_put_up(kind: str, access: str) -> bool:
    """Say whether a material is a recording where who takes part finds it; one for the team alone is not put up yet."""
    return kind == MaterialKind.RECORDING and access != Access.TEAM


_TOLD_OF_MATERIAL = ("title", "url", "kind", "access", "licence", "owner_id")


@transaction.atomic
def edit_material(
    material: Material,
    *,
    title: str,
    url: str,
    kind: str,
    access: str = "",
    is_public: bool | None = None,
    licence: str | None = None,
    owner: Person | Literal["as-it-is"] | None = "as-it-is",
    seen: str | None = None,
    by: Person | None,
    at: datetime,
) -> Material:
    """Change a material. Of one the plan gives, title and address are changed in the plan, and whether it is a recording.

    What is not given stays; `is_public` says the same as an access of public or team, and leaves one for who takes part as
    it is while it is not public. `seen` is the `mark` of the material as it was read; without it the last one to save wins.

    Raises NotAllowed, BadMaterial, MaterialOfPlan, MaterialChangedMeanwhile.
    """
    require_team(by, material.session.cohort.programme, at=at, doing=_DOING)
    row = _locked(material.session)
    others = list(row.materials.exclude(pk=material.pk))
    held = row.materials.select_related("owner").filter(pk=material.pk).first()
    if held is None:
        raise MaterialChangedMeanwhile("Somebody took this material off meanwhile.")
    before, stood = {name: getattr(held, name) for name in _TOLD_OF_MATERIAL}, held.mark
    wanted = _access(access, Access(held.access), is_public=is_public)
    _put(held, others, title=title, url=url, kind=kind, access=wanted, licence=held.licence if licence is None else licence)
    if owner != "as-it-is":
        held.owner = owner if owner == held.owner else _owner(row, owner, at=at)
    after = {name: getattr(held, name) for name in _TOLD_OF_MATERIAL}
    is_others = MaterialKind(after["kind"]).in_plan != MaterialKind(before["kind"]).in_plan
    if held.is_from_plan and (is_others or any(after[name] != before[name] for name in ("title", "url"))):
        raise MaterialOfPlan("This link stands in the plan’s text; change it there and import the plan.")
    if after == before:
        return held
    if seen is not None and seen != stood:
        raise MaterialChangedMeanwhile(
            "Somebody else changed this material meanwhile, so yours is not saved yet. Compare the two, then save again."
        )
    if after["url"] != before["url"]:
        held.link, held.link_trouble, held.link_looked_at = "", "", None
    held.save()
    close_address(row, before["url"], at=at)
    journal.record("material-edited", held, by=by, at=at, part_of=row, personal=["title"], title=held.title)
    if _is_put_up(held.kind, held.access) and not _is_put_up(before["kind"], before["access"]):
        runsheets.tick_known(row, Known.RECORDING, by=by, at=at)
    return held


def _owner(session: Session, owner: Person | None, *, at: datetime) -> Person | None:
    """Give who is to look after a material. Raises BadMaterial where they have no part in the programme."""
    if owner is not None and not belongs(owner, session.cohort.programme, at=at):
        raise BadMaterial(f"{owner} has no part in this programme, so nobody would hear of a broken link.", field="owner")
    return owner


def _access(access: str, held: Access, *, is_public: bool | None) -> Access:
    """Read who may see a material from either word. Raises BadMaterial."""
    if access:
        if access not in set(Access):
            raise BadMaterial(f"“{access}” says nobody; say public, cohort or team.", field="access")
        return Access(access)
    if is_public is None:
        return held
    if is_public:
        return Access.PUBLIC
    return Access.TEAM if held is Access.PUBLIC else held


@transaction.atomic
def remove_material(material: Material, *, by: Person | None, at: datetime) -> None:
    """Take a material off its session, for everybody and at once. Raises NotAllowed, MaterialOfPlan."""
    require_team(by, material.session.cohort.programme, at=at, doing=_DOING)
    row = _locked(material.session)
    held = row.materials.filter(pk=material.pk).first()
    if held is None:
        return
    if held.is_from_plan:
        raise MaterialOfPlan("This link stands in the plan’s text; take it out there and import the plan.")
    journal.record("material-removed", held, by=by, at=at, part_of=row, personal=["title"], title=held.title)
    held.delete()
    close_address(row, held.url, at=at)


def _followed(row: Session, *, by: Person | None, at: datetime) -> Session:
    """Let run-sheet and plan follow a changed session, and give it as it stands then."""
    runsheets.follow(row.cohort.programme, [row.cohort], only=[row.pk], at=at)
    if write_back_change(row, by=by, at=at):
        row.refresh_from_db()
    return row


def taken_slugs(cohort: Cohort) -> set[str]:
    """Give the addresses sessions of a cohort have or once had in public: those are never given to another."""
    return {
        *Session.objects.filter(cohort=cohort).values_list("slug", flat=True),
        *ReleasedSession.objects.filter(release__cohort=cohort).values_list("slug", flat=True).distinct(),
    }


def insert(cohort: Cohort, facts: SessionFacts, *, taken: set[str], series: Series | None = None, at: datetime) -> Session:
    """Write a new row from sound facts and take its slug. For commands that hold the cohort's lock."""
    session = Session(cohort=cohort, series=series, slug=slug_for(facts, taken))
    taken.add(session.slug)
    session.edited_at = at
    _set(session, facts, is_cancelled=False, is_open=False)
    session.save()
    return session


def update(row: Session, facts: SessionFacts, *, at: datetime) -> None:
    """Write sound facts into a row. A cancelled session stays cancelled; one the plan calls open stays so until its day or
    its note changes. For commands that hold the cohort's lock.
    """
    was_open = row.state == SessionState.TO_BE_CONFIRMED and row.date is not None
    is_open = was_open and facts.date == row.date and bool(facts.status_note)
    _set(row, facts, is_cancelled=row.state == SessionState.CANCELLED, is_open=is_open)
    _touch(row, at)
    row.save()


def cancel(row: Session, *, note: str, at: datetime) -> None:
    """Write that a session is off, and why. For commands that hold the cohort's lock. Raises BadSession."""
    words = " ".join(_UNPRINTABLE.sub(" ", note).split())
    if len(words) > LONGEST["status_note"]:
        raise BadSession(f"The note has {len(words)} characters and there is room for {LONGEST['status_note']}.", field="note")
    row.state = SessionState.CANCELLED.value
    row.status_note = words
    _touch(row, at)
    row.save()


def restore(row: Session, *, at: datetime) -> None:
    """Write that a cancelled session is on again; the note of its cancellation goes. For holders of the cohort's lock."""
    row.state = state_of(kind=Kind(row.kind), day=row.date).value
    row.status_note = ""
    _touch(row, at)
    row.save()


def _locked(session: Session) -> Session:
    """Give the session as it stands now, locked after its cohort: always in that order, so that no two wait for each other.

    Raises SessionChangedMeanwhile when it is gone.
    """
    held = cohorts.locked_cohort(session.cohort)
    row = Session.objects.select_for_update(of=("self",)).select_related("series").filter(pk=session.pk).first()
    if row is None:
        raise SessionChangedMeanwhile("Somebody took this session away meanwhile.")
    row.cohort = held
    return row


def _set(row: Session, facts: SessionFacts, *, is_cancelled: bool, is_open: bool) -> None:
    row.title, row.topic, row.kind = facts.title, facts.topic, facts.kind.value
    row.date, row.start, row.end, row.zone = facts.date, facts.start, facts.end, facts.zone
    row.proposed_date = facts.proposed_date
    row.mode = facts.mode.value if facts.mode else ""
    row.place, row.led_by, row.summary = facts.place, facts.led_by, facts.summary
    row.status_note, row.joining_link = facts.status_note, facts.joining_link
    row.agenda = agenda_facts(facts.agenda or ())
    row.starts_at = instant(facts.date, facts.start, facts.zone) if facts.date and facts.start else None
    row.ends_at = instant(facts.date, facts.end, facts.zone) if facts.date and facts.end else None
    row.state = state_of(kind=facts.kind, day=facts.date, is_cancelled=is_cancelled, is_open=is_open).value


def _touch(row: Session, at: datetime) -> None:
    """Set the moment of the edit. Two edits never share one: who saw the first would overwrite the second unawares."""
    row.edited_at = max(at, row.edited_at + timedelta(microseconds=1))


def _note_move(row: Session, day: date | None, *, is_back: bool = False) -> None:
    """Let the series know that one of its sessions is held on this day, so that its rule moves nothing back.

    One that becomes undated leaves the series, and so does one that is back on where the series has no day for it.
    """
    if row.series is None:
        return
    dates = dates_of(row.series)
    by_day = sessions_by_date(dates, Session.objects.filter(series=row.series))
    given = next((each for each in dates if by_day.get(each.on) == row), None)
    exceptions = SeriesException.objects.filter(series=row.series)
    if given is not None and (is_back or not given.is_left_out):
        if day == given.on:
            exceptions.filter(on=given.on).delete()
        else:
            SeriesException.objects.update_or_create(series=row.series, on=given.on, defaults={"moved_to": day})
    if day is None or (is_back and given is None):
        row.series = None


def _put(
    material: Material, others: Iterable[Material], *, title: str, url: str, kind: str, access: Access, licence: str
) -> None:
    """Set what is given, tidied. Raises BadMaterial."""
    words = {"title": " ".join(_UNPRINTABLE.sub(" ", title).split()), "url": url.strip()}
    _fits(words)
    if kind not in set(MaterialKind):
        raise BadMaterial(f"“{kind}” is no kind of material; say {_or(MaterialKind)}.", field="kind")
    if twin := next((each for each in others if each.url == words["url"]), None):
        raise BadMaterial(f"The session has this address already, as “{twin.title}”.", field="url")
    terms = " ".join(_UNPRINTABLE.sub(" ", licence).split())
    if len(terms) > LONGEST_LICENCE:
        raise BadMaterial(f"There is room for {LONGEST_LICENCE} characters.", field="licence")
    material.title, material.url, material.kind = words["title"], words["url"], kind
    material.access, material.licence = access.value, terms


def _or(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}"


def _fits(words: Mapping[str, str]) -> None:
    if not words["title"]:
        raise BadMaterial("Write what people will find there, such as “Slides”.", field="title")
    if not re.fullmatch(r"https?://[^\s/\x00-\x1f\x7f]+(/\S*|[?#]\S*)?", words["url"], re.IGNORECASE):
        raise BadMaterial("This is not a web address; it begins with https://.", field="url")
    for name, text in words.items():
        if len(text) > LONGEST_MATERIAL[name]:
            label = {"title": "title", "url": "address"}[name]
            raise BadMaterial(
                f"The {label} has {len(text)} characters and there is room for {LONGEST_MATERIAL[name]}.", field=name
            )
