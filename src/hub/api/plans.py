"""The plan of a cohort: its text, what is wrong with it, and how it becomes sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field, StringConstraints

from hub.api.frame import TEAM_READS, WRITES, In, Out, asker, run_cohort, signed_in
from hub.api.programmes import Slug
from hub.core.plan.check import check_plan
from hub.core.plan.model import Finding
from hub.core.plan.read import read_plan
from hub.programmes.queries import rules_of
from hub.schedule.commands import plans as commands
from hub.schedule.models import PlanVersion
from hub.schedule.queries import working

router = Router(tags=["plan"], auth=signed_in)
PlanText = Annotated[  # kept byte for byte: nothing is taken off its ends
    str, StringConstraints(strip_whitespace=False, max_length=2_000_000), Field(description="Markdown, docs/plan-language.md")
]
Choices = Annotated[dict[Annotated[str, Field(max_length=300)], Literal["plan", "web"]], Field(max_length=5000)]
Seen = Annotated[int, Field(ge=0, le=2_000_000_000, description="The number of the version this text started from; 0 for none")]


class PlanOut(Out):
    """The newest text of a cohort's plan."""

    number: int
    text: str
    origin: str
    is_applied: bool
    saved_at: datetime
    note: str


class FindingOut(Out):
    """One thing wrong or doubtful in a plan."""

    code: str
    severity: str
    line: int | None
    column: int | None
    message: str
    suggestion: str


class FindingsOut(Out):
    """What the check found, in the order of the document."""

    findings: list[FindingOut]


class CheckIn(In):
    """A plan to check."""

    text: PlanText


class PlanIn(CheckIn):
    """A plan to save."""

    seen: Seen
    note: Annotated[str, Field(max_length=300)] = ""


class ProposeIn(CheckIn):
    """A plan that may become sessions; `choices` settles conflicts, by their keys: "plan" or "web"."""

    choices: Choices = {}


class ImportIn(PlanIn):
    """A plan to make sessions of; `choices` settles conflicts, by their keys: "plan" or "web"."""

    choices: Choices = {}


class ImportLineOut(Out):
    """What an import does to one session."""

    verb: str
    slug: str
    title: str
    sentence: str


class ConflictOut(Out):
    """A fact both the plan and the web have changed."""

    key: str
    sentence: str
    plan: str
    web: str


class ProposalOut(Out):
    """What an import would do: nothing has been written."""

    lines: list[ImportLineOut]
    unchanged: int
    conflicts: list[ConflictOut]
    kept: list[ImportLineOut] = Field(description="What people changed in the web and the plan leaves alone")
    findings: list[FindingOut]


def _findings(findings: tuple[Finding, ...]) -> list[FindingOut]:
    return [FindingOut.model_validate(finding) for finding in findings]


@router.get("/programmes/{programme}/cohorts/{cohort}/plan", response={200: PlanOut, **TEAM_READS}, summary="The plan's text")
def get_plan(request: HttpRequest, programme: Slug, cohort: Slug) -> PlanVersion:
    """Give the newest text of the plan, byte for byte as the team wrote it but for lines edited in the web."""
    found = working.latest_plan(run_cohort(request, programme, cohort))
    if found is None:
        raise Http404("This cohort has no plan yet.")
    return found


@router.put("/programmes/{programme}/cohorts/{cohort}/plan", response={200: PlanOut, **WRITES}, summary="Save the plan's text")
def save_plan(request: HttpRequest, programme: Slug, cohort: Slug, body: PlanIn) -> PlanVersion:
    """Save a text without touching the sessions. 409 when somebody saved another since `seen`."""
    found = run_cohort(request, programme, cohort)
    return commands.save_plan(found, body.text, seen=body.seen, note=body.note, by=asker(request), at=timezone.now())


@router.post(
    "/programmes/{programme}/cohorts/{cohort}/plan/check", response={200: FindingsOut, **WRITES}, summary="Check a plan"
)
def check(request: HttpRequest, programme: Slug, cohort: Slug, body: CheckIn) -> FindingsOut:
    """Say what is wrong with a text by the programme's rules. Nothing is written."""
    found = run_cohort(request, programme, cohort)
    plan = read_plan(body.text, default_zone=found.zone, default_year=found.starts_on.year)
    return FindingsOut(findings=_findings(check_plan(plan, rules_of(found.programme))))


@router.post(
    "/programmes/{programme}/cohorts/{cohort}/plan/propose",
    response={200: ProposalOut, **WRITES},
    summary="See what an import would do",
)
def propose_import(request: HttpRequest, programme: Slug, cohort: Slug, body: ProposeIn) -> ProposalOut:
    """Say what importing a text would do to each session, and where plan and web disagree. Nothing is written."""
    found = run_cohort(request, programme, cohort)
    told = commands.propose_import(found, body.text, choices=body.choices, at=timezone.now())
    return ProposalOut(
        lines=[ImportLineOut.model_validate(line) for line in told.lines],
        unchanged=told.unchanged,
        conflicts=[ConflictOut.model_validate(each) for each in told.conflicts],
        kept=[ImportLineOut.model_validate(line) for line in told.kept],
        findings=_findings(told.findings),
    )


@router.post(
    "/programmes/{programme}/cohorts/{cohort}/plan/import", response={200: PlanOut, **WRITES}, summary="Make sessions of a plan"
)
def import_plan(request: HttpRequest, programme: Slug, cohort: Slug, body: ImportIn) -> PlanVersion:
    """Save a text and make its sessions, keeping what people added in the web. 409 when another was saved since `seen`."""
    found = run_cohort(request, programme, cohort)
    return commands.import_plan(
        found, body.text, seen=body.seen, choices=body.choices, note=body.note, by=asker(request), at=timezone.now()
    )
