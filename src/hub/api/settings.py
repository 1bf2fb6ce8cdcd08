"""What a team settles for its programme: what the public reads of it, its rules, its year plan, its partners."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import Field

from hub.api.frame import TEAM_READS, WRITES, In, Out, asker, run_cohort, run_programme, signed_in
from hub.api.plans import PlanText
from hub.api.programmes import ProgrammeOut, Slug, Zone
from hub.api.programmes import router as of_programmes
from hub.programmes import commands, queries
from hub.programmes.commands import Partner, ProgrammeFacts

router = Router(tags=["programme settings"], auth=signed_in)
Year = Annotated[int, Field(ge=1900, le=2200)]


class ProgrammeIn(In):
    """What to change of a programme; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    tagline: Annotated[str, Field(max_length=200)] | None = None
    about: Annotated[str, Field(max_length=20_000)] | None = None
    website: Annotated[str, Field(max_length=200)] | None = None
    contact_email: Annotated[str, Field(max_length=254)] | None = None
    colour: Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")] | None = None
    zone: Zone | None = None
    is_public: bool | None = None


class RulesOut(Out):
    """The rules plans are checked by, as TOML; empty where they are the Hub's own. See docs/plan-rules.md."""

    toml: str


class RulesIn(In):
    """Rules to check plans by, as TOML; empty for the Hub's own."""

    toml: Annotated[str, Field(max_length=100_000)]


class YearPlanIn(In):
    """The Markdown with the tables of a year's plan."""

    text: PlanText
    year: Year


class RowChangeOut(Out):
    """What an import does to one row of a table."""

    table: str
    verb: str
    title: str


class YearPlanDifferenceOut(Out):
    """What an import of a year plan does."""

    changes: list[RowChangeOut]


class PartnerModel(In):
    """A partner organisation of a cohort."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    website: Annotated[str, Field(max_length=200)] = ""


class PartnersIn(In):
    """Every partner organisation of a cohort, in order."""

    partners: Annotated[list[PartnerModel], Field(max_length=500)]


class PartnerOut(Out):
    """A partner organisation of a cohort."""

    name: str
    website: str


def _difference(changes: tuple[queries.RowChange, ...]) -> YearPlanDifferenceOut:
    return YearPlanDifferenceOut(changes=[RowChangeOut.model_validate(each) for each in changes])


@of_programmes.patch(
    "/programmes/{programme}", response={200: ProgrammeOut, **WRITES}, summary="Change a programme", auth=signed_in
)
def edit_programme(request: HttpRequest, programme: Slug, body: ProgrammeIn) -> ProgrammeOut:
    """Change what the public reads of a programme. Its slug stays: addresses and calendars hang on it."""
    found = run_programme(request, programme)
    facts = ProgrammeFacts(**body.model_dump(exclude_none=True))  # type: ignore[typeddict-item]
    return ProgrammeOut.model_validate(commands.edit_programme(found, by=asker(request), at=timezone.now(), **facts))


@router.get("/programmes/{programme}/rules", response={200: RulesOut, **TEAM_READS}, summary="The rules of its plans")
def get_rules(request: HttpRequest, programme: Slug) -> RulesOut:
    """Give the rules plans of the programme are checked by."""
    return RulesOut(toml=run_programme(request, programme).rules)


@router.put("/programmes/{programme}/rules", response={200: RulesOut, **WRITES}, summary="Keep rules")
def save_rules(request: HttpRequest, programme: Slug, body: RulesIn) -> RulesOut:
    """Keep the rules plans are checked by. 422 says which key is wrong."""
    kept = commands.save_rules(run_programme(request, programme), body.toml, by=asker(request), at=timezone.now())
    return RulesOut(toml=kept.rules)


@router.post(
    "/programmes/{programme}/year-plan/propose",
    response={200: YearPlanDifferenceOut, **WRITES},
    summary="See what importing a year plan would do",
)
def propose_year_plan(request: HttpRequest, programme: Slug, body: YearPlanIn) -> YearPlanDifferenceOut:
    """Say which rows of the year plan, kinds of activity and trainings would come, go and change. Nothing is written."""
    return _difference(queries.year_plan_difference(run_programme(request, programme), body.text, year=body.year))


@of_programmes.put(
    "/programmes/{programme}/year-plan",
    response={200: YearPlanDifferenceOut, **WRITES},
    summary="Import a year plan",
    auth=signed_in,
)
def import_year_plan(request: HttpRequest, programme: Slug, body: YearPlanIn) -> YearPlanDifferenceOut:
    """Take the tables of a text as the year's plan, the kinds of activity and the catalogue; says what that changed."""
    found = run_programme(request, programme)
    changes = queries.year_plan_difference(found, body.text, year=body.year)
    commands.import_year_plan(found, body.text, year=body.year, by=asker(request), at=timezone.now())
    return _difference(changes)


@router.put(
    "/programmes/{programme}/cohorts/{cohort}/partners", response={200: list[PartnerOut], **WRITES}, summary="Name the partners"
)
def name_partners(request: HttpRequest, programme: Slug, cohort: Slug, body: PartnersIn) -> list[PartnerOut]:
    """Say which organisations a cohort's partners are, in this order; those not named are taken off."""
    found = run_cohort(request, programme, cohort)
    partners = [Partner(each.name, each.website) for each in body.partners]
    rows = commands.name_partners(found, partners, by=asker(request), at=timezone.now())
    return [PartnerOut.model_validate(row) for row in rows]
