"""The released schedule: what everybody may read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Path, Router, Status
from pydantic import Field

from hub.api.frame import READS, TEAM_READS, WRITES, In, Out, asker, run_cohort, signed_in
from hub.api.programmes import Slug
from hub.core.occurrence import Occurrence, to_facts
from hub.programmes import queries as programmes
from hub.programmes.models import Cohort
from hub.schedule.commands.releases import release_schedule
from hub.schedule.models import Release
from hub.schedule.queries import public

router = Router(tags=["schedule"])
SessionSlug = Annotated[str, Path(pattern=r"^[-a-zA-Z0-9_]+$", max_length=80)]
ReleaseNumber = Annotated[int, Path(ge=1, le=2_000_000_000)]


class PartOut(Out):
    """A part of an agenda; `text` is Markdown."""

    text: str
    who: str | None = None
    minutes_low: int | None = None
    minutes_high: int | None = None
    led_by: str = ""
    parts: list[PartOut] = []


class PaperOut(Out):
    """A material or recording."""

    title: str
    url: str
    kind: str


class SessionOut(Out):
    """A session as the newest release tells it. Times are wall times in `zone`; `starts_at` and `ends_at` instants (UTC)."""

    uid: str
    slug: str
    title: str
    topic: str = ""
    kind: str
    state: str
    date: str | None = Field(None, description="ISO date, null while it is open")
    start: str | None = Field(None, description="HH:MM")
    end: str | None = Field(None, description="HH:MM")
    zone: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    when: str = Field(description="The same for people, e.g. “Wed 5 July 2023, 15:00–17:00 (London)”")
    proposed_date: str | None = None
    mode: str | None = None
    place: str = ""
    led_by: str = ""
    summary: str = ""
    status_note: str = ""
    agenda: list[PartOut] = []
    papers: list[PaperOut] = []
    chapter: str = ""
    week: int | None = None
    sequence: int = 0


class ReleaseOut(Out):
    """A release of a schedule."""

    number: int
    released_at: datetime
    note: str


class ChangeOut(Out):
    """One thing that changed with a release; `sentence` says it for people."""

    change: str
    uid: str
    slug: str
    title: str
    kind: str
    before: str | None = None
    after: str | None = None
    fields: list[str] = []
    sentence: str


class ReleaseWithChanges(ReleaseOut):
    """A release and what changed with it."""

    changes: list[ChangeOut]


class DifferenceOut(Out):
    """What the next release would tell the public; `release` is the number of the newest, 0 before the first."""

    release: int
    changes: list[ChangeOut]
    unchanged: int
    summary: str


class ReleaseIn(In):
    """A release to make: a note for people, and the number of the newest release when the difference was read."""

    seen: Annotated[int, Field(ge=0, le=2_000_000_000)]
    note: Annotated[str, Field(max_length=4000)] = ""


class CohortScheduleOut(Out):
    """A cohort's schedule in its newest release; `release` is null while nothing has been released."""

    programme: str
    cohort: str
    name: str
    zone: str
    release: ReleaseOut | None
    sessions: list[SessionOut]


def session_out(occurrence: Occurrence) -> SessionOut:
    """Tell an occurrence as the API does, from the same facts as every other surface."""
    facts: dict[str, Any] = to_facts(occurrence)
    facts.pop("place_in_chapter", None)
    return SessionOut(**facts, starts_at=occurrence.starts_at, ends_at=occurrence.ends_at, when=occurrence.say_when)


def _cohort(programme: str, cohort: str) -> Cohort:
    found = programmes.cohort(programme, cohort)
    if found is None or not found.programme.is_public:
        raise Http404(f"There is no cohort “{cohort}” in “{programme}”.")
    return found


def release_out(release: Release) -> ReleaseOut:
    """Tell a release."""
    return ReleaseOut(number=release.number, released_at=release.released_at, note=release.note)


@router.get(
    "/programmes/{programme}/cohorts/{cohort}", response={200: CohortScheduleOut, **READS}, summary="A cohort's schedule"
)
def get_cohort(request: HttpRequest, programme: Slug, cohort: Slug) -> CohortScheduleOut:
    """Give a cohort and its schedule as the newest release tells it, cancelled sessions included."""
    found = _cohort(programme, cohort)
    newest = public.latest_release(found)
    release, occurrences = public.released_as_shown(newest.pk if newest else None)
    return CohortScheduleOut(
        programme=programme,
        cohort=cohort,
        name=found.name,
        zone=found.zone,
        release=release_out(release) if release else None,
        sessions=[session_out(each) for each in occurrences],
    )


@router.get(
    "/programmes/{programme}/cohorts/{cohort}/sessions/{slug}", response={200: SessionOut, **READS}, summary="One session"
)
def get_session(request: HttpRequest, programme: Slug, cohort: Slug, slug: SessionSlug) -> SessionOut:
    """Give one session as the newest release tells it."""
    release = public.latest_release(_cohort(programme, cohort))
    occurrence = public.released_occurrence(release.pk if release else None, slug)
    if occurrence is None:
        raise Http404(f"There is no session “{slug}” in this schedule.")
    return session_out(occurrence)


@router.get("/programmes/{programme}/cohorts/{cohort}/releases", response={200: list[ReleaseOut], **READS}, summary="Releases")
def list_releases(request: HttpRequest, programme: Slug, cohort: Slug) -> list[ReleaseOut]:
    """List the releases of a schedule, newest first."""
    return [release_out(release) for release in public.releases_shown(_cohort(programme, cohort))]


@router.get(
    "/programmes/{programme}/cohorts/{cohort}/releases/{number}",
    response={200: ReleaseWithChanges, **READS},
    summary="What changed with a release",
)
def get_release(request: HttpRequest, programme: Slug, cohort: Slug, number: ReleaseNumber) -> ReleaseWithChanges:
    """Give a release and what changed with it, in sentences."""
    found = public.releases_of(_cohort(programme, cohort)).filter(number=number).values_list("pk", flat=True).first()
    release = public.release_shown(found)
    if release is None:
        raise Http404(f"There is no release {number} of this schedule.")
    changes = [ChangeOut(**facts) for facts in release.difference]
    return ReleaseWithChanges(**release_out(release).model_dump(), changes=changes)


@router.get(
    "/programmes/{programme}/cohorts/{cohort}/difference",
    response={200: DifferenceOut, **TEAM_READS},
    summary="What the next release would tell",
    auth=signed_in,
)
def get_difference(request: HttpRequest, programme: Slug, cohort: Slug) -> DifferenceOut:
    """Compare the working schedule with what the public sees."""
    found = run_cohort(request, programme, cohort)
    newest = public.latest_release(found)
    told = public.difference_since_release(found)
    return DifferenceOut(
        release=newest.number if newest else 0,
        changes=[ChangeOut(**change.to_facts()) for change in told.changes],
        unchanged=told.unchanged,
        summary=told.summary,
    )


@router.post(
    "/programmes/{programme}/cohorts/{cohort}/releases",
    response={201: ReleaseWithChanges, **WRITES},
    summary="Release",
    auth=signed_in,
)
def release(request: HttpRequest, programme: Slug, cohort: Slug, body: ReleaseIn) -> Status[ReleaseWithChanges]:
    """Let the public see the working schedule. 409 when somebody released since `seen`, 422 when nothing would change."""
    found = run_cohort(request, programme, cohort)
    made = release_schedule(found, note=body.note, seen=body.seen, by=asker(request), at=timezone.now())
    changes = [ChangeOut(**facts) for facts in made.difference]
    return Status(201, ReleaseWithChanges(**release_out(made).model_dump(), changes=changes))
