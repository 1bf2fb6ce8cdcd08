"""People by the sheet: what a table would do, and doing it, in one transaction and by the same rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from hub.core.affiliation import Days
from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.core.names import BadOrcid, address, orcid
from hub.core.people_sheet import (
    Ground,
    Held,
    HeldOrganisation,
    HeldRole,
    HeldWork,
    OneCohort,
    Outcome,
    Proposal,
    Row,
    Steps,
    Typed,
    propose,
    same_organisation,
)
from hub.kit import journal
from hub.people.commands.organisations import add_organisation, affiliate_by, edit_affiliation, edit_organisation
from hub.people.commands.persons import add_person, edit_person, give_account
from hub.people.commands.roles import end_role, give_role
from hub.people.models import Account, Affiliation, Organisation, Person, Role, RoleKind, Sector, Size, day_of
from hub.people.queries import STAND_FOR, programmes_run_by
from hub.programmes import permissions as programmes
from hub.programmes.models import Cohort, Programme
from hub.programmes.queries import cohorts_of
from hub.services.sheets import Sheet

_ORCID = re.compile(r"\d{4}[- ]?\d{4}[- ]?\d{4}[- ]?\d{3}[\dXx]")


class Undecided(Refusal):
    """Rows that may be somebody we know still ask who they are."""

    code = "undecided"

    def __init__(self, numbers: tuple[int, ...]) -> None:
        """Name the rows."""
        said = ", ".join(map(str, numbers[:12])) + (" and more" if len(numbers) > 12 else "")
        rows = "Row" if len(numbers) == 1 else "Rows"
        super().__init__(f"{rows} {said}: say whether this is somebody you know already, somebody new, or left out.")
        self.numbers = numbers


class BadRow(Refusal):
    """A row could not be carried out."""

    code = "bad-row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """What a row is given that says nothing of it: a role, a cohort where the sheet has no such column, and a first day."""

    role: RoleKind
    cohort: Cohort | None
    starts_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did."""

    added: int
    changed: int
    unchanged: int
    left: int
    refused: int
    organisations: int


def propose_people(
    programme: Programme,
    sheet: Sheet,
    otherwise: Otherwise,
    *,
    decisions: Mapping[int, str] | None = None,
    by: Person | None,
    at: datetime,
) -> Proposal:
    """Say what a sheet would do to the people of a programme. As many queries for a long sheet as for a short one.

    Raises NotAllowed, NoHeads.
    """
    if not programmes.can_run(by, programme, at=at):
        raise NotAllowed("Only the team of a programme brings people into it.")
    return propose(sheet.rows, _ground(programme, sheet, otherwise, by=by, at=at), first=sheet.first, decisions=decisions)


def import_people(
    programme: Programme,
    sheet: Sheet,
    otherwise: Otherwise,
    *,
    decisions: Mapping[int, str],
    seen: str,
    by: Person | None,
    at: datetime,
) -> Imported:
    """Do what a sheet was shown to do, all of it or nothing. `seen` is the fingerprint of the proposal that was shown.

    Who is added this way is asked for consent like everybody else: nothing is assumed.
    Raises NotAllowed, NoHeads, ChangedMeanwhile, Undecided, BadRow.
    """
    try:
        with transaction.atomic():
            return _imported(programme, sheet, otherwise, decisions, seen, by, at)
    except IntegrityError as no:
        raise _changed() from no


def _changed() -> ChangedMeanwhile:
    return ChangedMeanwhile(
        "What stands here has changed since this was shown to you, so nothing was done. Look again at what would change now."
    )


def _imported(
    programme: Programme,
    sheet: Sheet,
    otherwise: Otherwise,
    decisions: Mapping[int, str],
    seen: str,
    by: Person | None,
    at: datetime,
) -> Imported:
    team = Role.objects.select_for_update().filter(programme=programme, kind=RoleKind.TEAM, cohort__isnull=True)
    list(team.order_by("pk"))  # of two imports at once, one waits
    shown = propose_people(programme, sheet, otherwise, by=by, at=at)
    if shown.fingerprint != seen:
        raise _changed()
    proposal = propose_people(programme, sheet, otherwise, decisions=decisions, by=by, at=at) if decisions else shown
    if undecided := proposal.of(Outcome.PERHAPS):
        raise Undecided(tuple(row.number for row in undecided))
    organisations = _with_organisations(proposal, by, at)
    work = _Work(programme, {cohort.pk: cohort for cohort in cohorts_of(programme)}, organisations, by, at)
    there = {row.target for row in proposal.rows if row.is_change and row.target.isdecimal()}
    people = {str(key): person for key, person in Person.objects.in_bulk([int(key) for key in there]).items()}
    for row in proposal.rows:
        try:
            work.carry_out(row, people)
        except Refusal as no:
            raise BadRow(f"Row {row.number}: {no.sentence}") from no
    done = Imported(
        added=proposal.added,
        changed=proposal.changed,
        unchanged=len(proposal.unchanged),
        left=len(proposal.of(Outcome.LEFT)),
        refused=len(proposal.of(Outcome.REFUSED)),
        organisations=sum(each.key is None for each in proposal.organisations),
    )
    if done.added or done.changed or done.organisations:
        journal.record("people-imported", programme, by=by, at=at, added=done.added, changed=done.changed, left=done.left)
    return done


def _with_organisations(proposal: Proposal, by: Person | None, at: datetime) -> dict[str, Organisation]:
    """Add and fill the organisations a proposal names; give all there are, as they are compared."""
    organisations = {same_organisation(each.name): each for each in Organisation.objects.all()}
    for wanted in proposal.organisations:
        held, facts = organisations.get(same_organisation(wanted.name)), dict(wanted.facts)
        if held is None:
            held = add_organisation(wanted.name, by=by, at=at, **facts)
        else:
            held = edit_organisation(held, by=by, at=at, **facts)
        organisations[same_organisation(wanted.name)] = held
    return organisations


@dataclass(frozen=True, slots=True)
class _Work:
    """What carrying out a row needs."""

    programme: Programme
    cohorts: Mapping[int, Cohort]
    organisations: Mapping[str, Organisation]
    by: Person | None
    at: datetime

    def carry_out(self, row: Row, people: dict[str, Person]) -> None:
        """Do what a row says; `people` grows by whom it adds."""
        typed, steps = row.typed, row.steps
        if typed is None:
            return
        if row.outcome is Outcome.NEW:
            facts = dict(steps.facts)
            people[row.target] = add_person(typed.name, email=steps.email, by=self.by, at=self.at, **facts)
        if row.outcome is Outcome.NEW or row.is_change:
            self._change(people[row.target], typed, steps, is_new=row.outcome is Outcome.NEW)

    def _change(self, person: Person, typed: Typed, steps: Steps, *, is_new: bool) -> None:
        cohort = self.cohorts[typed.cohort] if typed.cohort is not None else None
        organisation = self.organisations.get(same_organisation(typed.organisation)) if typed.organisation else None
        kind = RoleKind(typed.role)
        if steps.gives_role:
            give_role(
                person, kind, self.programme, cohort=cohort, organisation=self.organisations.get(steps.for_whom),
                starts_on=typed.starts_on, ends_on=typed.ends_on, by=self.by, at=self.at,
            )  # fmt: skip
        if steps.ends_role_from and typed.ends_on:
            held = Role.objects.filter(person=person, programme=self.programme, cohort=cohort, kind=kind)
            end_role(held.get(starts_on=steps.ends_role_from), on=typed.ends_on, by=self.by, at=self.at)
        if not is_new and steps.facts:
            edit_person(person, by=self.by, at=self.at, **dict(steps.facts))
        if not is_new and steps.email:
            give_account(person, steps.email, by=self.by, at=self.at)
        if organisation is None:
            return
        if steps.is_with:
            affiliate_by(person, organisation, on=typed.starts_on, job=typed.job, by=self.by, at=self.at)
        if steps.is_job:
            works = Affiliation.objects.filter(_works_on(self.at), person=person, organisation=organisation)
            for affiliation in works.order_by("pk")[:1]:
                edit_affiliation(affiliation, job=typed.job, by=self.by, at=self.at)


def _works_on(at: datetime) -> Q:
    """Give the condition that an affiliation has not ended."""
    return Q(ends_on__isnull=True) | Q(ends_on__gt=day_of(at))


def _ground(programme: Programme, sheet: Sheet, otherwise: Otherwise, *, by: Person | None, at: datetime) -> Ground:
    """Gather all a sheet is read against. Eight queries."""
    ours = _ours(programme, by, at)
    facts = ("pk", "name", "pronouns", "orcid")
    known = {row[0]: row for row in ours.values_list(*facts)}
    is_ours = frozenset(known)
    emails = dict(Account.objects.filter(person__in=ours).values_list("person_id", "email"))
    cells = {cell for row in sheet.rows for cell in row}
    addresses = {address(cell) for cell in cells if "@" in cell}
    orcids = {identifier for cell in cells if (identifier := _orcid(cell))}
    others = Person.objects.filter(erased_at__isnull=True).exclude(pk__in=ours)
    with_address = Account.objects.annotate(small=Lower("email")).filter(small__in=addresses)
    more = EmailAddress.objects.annotate(small=Lower("email")).filter(small__in=addresses)
    also: dict[int, list[str]] = {}  # other addresses, proved to be theirs
    unproved: dict[int, list[str]] = {}
    for pk, email, is_proved, main in more.order_by("pk").values_list("user__person", "small", "verified", "user__email"):
        if is_proved or email != main.lower():  # one that mail goes to counts either way
            (also if is_proved else unproved).setdefault(pk, []).append(email)
    by_address = Q(pk__in=with_address.values("person")) | Q(pk__in=[*also, *unproved])
    strangers = others.filter(Q(orcid__in=orcids) | by_address)
    for pk, name, identifier, email in strangers.values_list("pk", "name", "orcid", "account__email"):
        known[pk] = (pk, name, "", identifier)
        if email:
            emails[pk] = email
    roles: dict[int, list[HeldRole]] = {}
    held = Role.objects.filter(programme=programme).order_by("starts_on", "pk")
    for pk, kind, cohort, starts_on, ends_on, instead_of in held.values_list(
        "person", "kind", "cohort", "starts_on", "ends_on", "stands_in_for"
    ):
        is_over = ends_on is not None and ends_on <= day_of(at)
        role = HeldRole(
            kind=kind, cohort=cohort, starts_on=starts_on, ends_on=ends_on, is_over=is_over, is_stand_in=instead_of is not None
        )
        roles.setdefault(pk, []).append(role)
    works: dict[int, list[HeldWork]] = {}
    there = Affiliation.objects.filter(person__in=ours).order_by("pk")
    for pk, organisation, job, *open_days in there.values_list("person", "organisation__name", "job", "starts_on", "ends_on"):
        days = Days(*open_days)
        is_over = days.is_over(day_of(at))
        work = HeldWork(organisation=same_organisation(organisation), name=organisation, job=job, days=days, is_over=is_over)
        works.setdefault(pk, []).append(work)
    return Ground(
        people=tuple(
            Held(
                key=pk, name=name, pronouns=pronouns, orcid=identifier, email=emails.get(pk, ""), is_ours=pk in is_ours,
                addresses=tuple(also.get(pk, ())), unproved=tuple(unproved.get(pk, ())),
                roles=tuple(roles.get(pk, ())), works=tuple(works.get(pk, ())),
            )
            for pk, name, pronouns, identifier in sorted(known.values())
        ),
        organisations=tuple(
            HeldOrganisation(key=pk, name=name, sector=sector, size=size, region=region, website=website)
            for pk, name, sector, size, region, website in Organisation.objects.order_by("pk").values_list(
                "pk", "name", "sector", "size", "region", "website"
            )
        ),
        cohorts=tuple(
            OneCohort(key=each.pk, slug=each.slug, name=each.name, starts_on=each.starts_on) for each in cohorts_of(programme)
        ),
        roles=dict(RoleKind.choices),
        sectors=dict(Sector.choices),
        sizes=dict(Size.choices),
        is_address=_is_address,
        is_website=_is_website,
        role=otherwise.role.value,
        cohort=otherwise.cohort.pk if otherwise.cohort else None,
        starts_on=otherwise.starts_on,
        never_given=frozenset([RoleKind.TEAM.value]),
        stand_for=frozenset(kind.value for kind in STAND_FOR),
    )  # fmt: skip


def _ours(programme: Programme, by: Person | None, at: datetime) -> QuerySet[Person]:
    """Give the people a team knows of and may change: those with a role in a programme it runs, present or past."""
    if by is None:
        held = Role.objects.filter(person=OuterRef("pk"), programme=programme)
        return Person.objects.filter(Exists(held), erased_at__isnull=True)
    held = Role.objects.filter(person=OuterRef("pk"), programme__in=programmes_run_by(by, at=at).values("pk"))
    return Person.objects.visible_to(by, at=at).filter(Exists(held))


def _orcid(cell: str) -> str:
    try:
        return orcid(cell) if _ORCID.search(cell) else ""
    except BadOrcid:
        return ""


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return True


def _is_website(url: str) -> bool:
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError:
        return False
    return True
