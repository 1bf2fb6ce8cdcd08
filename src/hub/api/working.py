"""The working schedule, for the team: sessions as rows with their own zone, and the materials of each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Path, Router, Status
from pydantic import AwareDatetime, Field

from hub.api.frame import TEAM_READS, WRITES, In, Out, WallTime, asker, run_cohort, signed_in
from hub.api.programmes import Slug
from hub.api.schedule import PartOut, SessionSlug
from hub.core.occurrence import Part
from hub.core.plan.model import Day, Kind, Mode, Who
from hub.core.sessions import LONGEST, SessionFacts
from hub.schedule.commands import sessions as commands
from hub.schedule.models import Material, Session
from hub.schedule.queries import working

router = Router(tags=["working schedule"], auth=signed_in)
PATH = "/programmes/{programme}/cohorts/{cohort}/working-sessions"
Key = Annotated[int, Path(ge=1, le=2**63 - 1)]
Minutes = Annotated[int, Field(ge=1, le=6000)]
MOST_PARTS = 60


class MaterialOut(Out):
    """A material of a session; what came from the plan's text is changed there."""

    id: int
    title: str
    url: str
    kind: str
    is_public: bool
    access: str
    licence: str
    link: str
    is_from_plan: bool


class WorkingSessionOut(Out):
    """A session of the working schedule. `edited_at` goes back as `seen_at` when it is changed."""

    slug: str
    uid: str
    title: str
    topic: str
    kind: str
    state: str
    date: Day | None
    start: WallTime | None
    end: WallTime | None
    zone: str
    when: str
    proposed_date: Day | None
    mode: str
    place: str
    led_by: str
    summary: str
    status_note: str
    joining_link: str
    agenda: list[PartOut]
    materials: list[MaterialOut]
    chapter: str
    week: int | None
    is_from_plan: bool
    plan_line: int | None
    edited_at: datetime


class PartIn(In):
    """A part of an agenda; `text` is Markdown."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]
    who: Who | None = None
    minutes_low: Minutes | None = None
    minutes_high: Minutes | None = None
    led_by: Annotated[str, Field(max_length=200)] = ""
    parts: Annotated[list[InnerPartIn], Field(max_length=MOST_PARTS)] = []


class InnerPartIn(In):
    """A part within a part."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]
    minutes_low: Minutes | None = None
    minutes_high: Minutes | None = None


PartIn.model_rebuild()


def _text(name: str) -> Any:
    return Field(max_length=LONGEST[name])


class SessionIn(In):
    """The facts of a session a person may set. Without `agenda` the agenda stays as it is."""

    title: Annotated[str, Field(min_length=1, max_length=LONGEST["title"])]
    kind: Kind
    topic: Annotated[str, _text("topic")] = ""
    date: Day | None = None
    start: WallTime | None = None
    end: WallTime | None = None
    zone: Annotated[str, Field(max_length=64)] | None = Field(None, description="Without it the cohort's")
    proposed_date: Day | None = None
    mode: Mode | None = None
    place: Annotated[str, _text("place")] = ""
    led_by: Annotated[str, _text("led_by")] = ""
    summary: Annotated[str, _text("summary")] = ""
    status_note: Annotated[str, _text("status_note")] = ""
    joining_link: Annotated[str, _text("joining_link")] = ""
    agenda: Annotated[list[PartIn], Field(max_length=MOST_PARTS)] | None = None


class SessionEditIn(SessionIn):
    """A session as it is to be, all of it, and the moment of the one it is changed from."""

    seen_at: AwareDatetime = Field(description="The `edited_at` of the session as it was read")


class CancelIn(In):
    """Why a session is cancelled, for people to read."""

    note: Annotated[str, Field(max_length=200)] = ""


class MaterialIn(In):
    """A material to add or change."""

    title: Annotated[str, Field(max_length=300)]
    url: Annotated[str, Field(max_length=1000)]
    kind: Annotated[str, Field(pattern="^(slides|worksheet|material|recording|other)$")] = "material"
    is_public: bool = True  # as `access` public or team, where that is not given
    access: Annotated[str, Field(pattern="^(|public|cohort|team)$")] = ""
    licence: Annotated[str, Field(max_length=60)] = ""


def working_out(row: Session) -> WorkingSessionOut:
    """Tell a session of the working schedule."""
    return WorkingSessionOut(
        slug=row.slug,
        uid=str(row.uid),
        title=row.title,
        topic=row.topic,
        kind=row.kind,
        state=row.state,
        date=row.date,
        start=row.start,
        end=row.end,
        zone=row.zone,
        when=working.occurrence_of(row).say_when,
        proposed_date=row.proposed_date,
        mode=row.mode,
        place=row.place,
        led_by=row.led_by,
        summary=row.summary,
        status_note=row.status_note,
        joining_link=row.joining_link,
        agenda=[PartOut(**part) for part in row.agenda],
        materials=[MaterialOut.model_validate(each) for each in row.materials.all()],
        chapter=row.chapter,
        week=row.week,
        is_from_plan=row.plan_facts is not None,
        plan_line=row.plan_line,
        edited_at=row.edited_at,
    )


def _facts(body: SessionIn, zone: str) -> SessionFacts:
    said = {name: getattr(body, name) for name in SessionIn.model_fields if name not in ("agenda", "zone")}
    agenda = None if body.agenda is None else tuple(_part(part) for part in body.agenda)
    return SessionFacts(**said, zone=body.zone or zone, agenda=agenda)


def _part(part: PartIn) -> Part:
    inner = tuple(
        Part(text=each.text, minutes_low=each.minutes_low, minutes_high=each.minutes_high or each.minutes_low)
        for each in part.parts
    )
    high = part.minutes_high or part.minutes_low
    return Part(text=part.text, who=part.who, minutes_low=part.minutes_low, minutes_high=high, led_by=part.led_by, parts=inner)


def _session(request: HttpRequest, programme: str, cohort: str, slug: str) -> Session:
    found = working.session_for_team(run_cohort(request, programme, cohort), slug)
    if found is None:
        raise Http404(f"There is no session “{slug}” in the working schedule.")
    return found


def _anew(row: Session) -> WorkingSessionOut:
    found = working.session_for_team(row.cohort, row.slug)
    if found is None:
        raise Http404("Somebody took this session out a moment ago.")
    return working_out(found)


def _material(session: Session, pk: int) -> Material:
    found = next((each for each in session.materials.all() if each.pk == pk), None)
    if found is None:
        raise Http404(f"“{session.title}” has no material {pk}.")
    return found


@router.get(PATH, response={200: list[WorkingSessionOut], **TEAM_READS}, summary="The working schedule")
def list_working_sessions(request: HttpRequest, programme: Slug, cohort: Slug) -> list[WorkingSessionOut]:
    """List the sessions as the team has them, released or not: dated ones by time, undated ones at the place of their week."""
    return [working_out(row) for row in working.working_sessions(run_cohort(request, programme, cohort))]


@router.post(PATH, response={201: WorkingSessionOut, **WRITES}, summary="Add a session")
def add_session(request: HttpRequest, programme: Slug, cohort: Slug, body: SessionIn) -> Status[WorkingSessionOut]:
    """Add a session; a plan's text gets its entry in the same step."""
    found = run_cohort(request, programme, cohort)
    row = commands.add_session(found, _facts(body, found.zone), by=asker(request), at=timezone.now())
    return Status(201, _anew(row))


@router.get(f"{PATH}/{{slug}}", response={200: WorkingSessionOut, **TEAM_READS}, summary="A session as the team has it")
def get_working_session(request: HttpRequest, programme: Slug, cohort: Slug, slug: SessionSlug) -> WorkingSessionOut:
    """Give a session of the working schedule, joining link included."""
    return working_out(_session(request, programme, cohort, slug))


@router.put(f"{PATH}/{{slug}}", response={200: WorkingSessionOut, **WRITES}, summary="Change a session")
def edit_session(
    request: HttpRequest, programme: Slug, cohort: Slug, slug: SessionSlug, body: SessionEditIn
) -> WorkingSessionOut:
    """Change a session, and its own lines in the plan's text. 409 when somebody changed it since `seen_at`."""
    row = _session(request, programme, cohort, slug)
    facts = _facts(body, row.zone)
    return _anew(commands.edit_session(row, facts, seen_at=body.seen_at, by=asker(request), at=timezone.now()))


@router.post(f"{PATH}/{{slug}}/cancel", response={200: WorkingSessionOut, **WRITES}, summary="Cancel a session")
def cancel_session(request: HttpRequest, programme: Slug, cohort: Slug, slug: SessionSlug, body: CancelIn) -> WorkingSessionOut:
    """Cancel a session. It keeps its page, its identity in calendars, and its place in the plan."""
    row = _session(request, programme, cohort, slug)
    return _anew(commands.cancel_session(row, note=body.note, by=asker(request), at=timezone.now()))


@router.post(f"{PATH}/{{slug}}/restore", response={200: WorkingSessionOut, **WRITES}, summary="Put a session back on")
def restore_session(request: HttpRequest, programme: Slug, cohort: Slug, slug: SessionSlug) -> WorkingSessionOut:
    """Put a cancelled session back on, at the time it had."""
    row = _session(request, programme, cohort, slug)
    return _anew(commands.restore_session(row, by=asker(request), at=timezone.now()))


@router.post(f"{PATH}/{{slug}}/materials", response={201: MaterialOut, **WRITES}, summary="Add a material")
def add_material(request: HttpRequest, programme: Slug, cohort: Slug, slug: SessionSlug, body: MaterialIn) -> Status[Material]:
    """Add a material or recording to a session."""
    row = _session(request, programme, cohort, slug)
    return Status(201, commands.add_material(row, **body.model_dump(), by=asker(request), at=timezone.now()))


@router.put(f"{PATH}/{{slug}}/materials/{{pk}}", response={200: MaterialOut, **WRITES}, summary="Change a material")
def edit_material(
    request: HttpRequest, programme: Slug, cohort: Slug, slug: SessionSlug, pk: Key, body: MaterialIn
) -> Material:
    """Change a material added in the web."""
    material = _material(_session(request, programme, cohort, slug), pk)
    return commands.edit_material(material, **body.model_dump(), by=asker(request), at=timezone.now())


@router.delete(f"{PATH}/{{slug}}/materials/{{pk}}", response={204: None, **WRITES}, summary="Remove a material")
def remove_material(request: HttpRequest, programme: Slug, cohort: Slug, slug: SessionSlug, pk: Key) -> Status[None]:
    """Remove a material added in the web."""
    material = _material(_session(request, programme, cohort, slug), pk)
    commands.remove_material(material, by=asker(request), at=timezone.now())
    return Status(204, None)
