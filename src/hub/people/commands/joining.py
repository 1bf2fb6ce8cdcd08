"""Make one organisation of two that were entered by a slip, and remove one that nothing refers to.

What moves is found by looking at the models (`kit.joining`), as when two records of a person are merged. It is not taken back:
whoever does it has seen all that moves, and two organisations are made again by hand. Source: issue 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction

from hub.core.consent import Standing, Use, strictest
from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.core.meanwhile import marks_of
from hub.kit import jobs, journal
from hub.kit.joining import Change, Collision, Joining, join, plan_joining, pointing_at
from hub.people import events, permissions, queries
from hub.people.commands.foreseeing import BadChoice, in_words
from hub.people.commands.organisations import shown_anew
from hub.people.models import Affiliation, Consent, Organisation, Person, Role
from hub.programmes.models import Programme
from hub.programmes.queries import programmes_among

Side = Literal["kept", "gone", "both"]
CONTACTS = "contacts"
DECIDED = ("people.Affiliation",)  # who speaks for it is chosen, so this says what a row takes over (_affiliations)
FACTS = {"sector": "Sector", "size": "Size", "region": "Region", "website": "Website", "logo": "Logo"}


class NotTwoOrganisations(Refusal):
    """One organisation can't be joined with itself."""

    code = "not-two-organisations"


class StillReferredTo(Refusal):
    """Something refers to the organisation, so it is not removed."""

    code = "still-referred-to"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact both organisations have. Where both say something else, somebody must choose: it has no default."""

    name: str
    label: str
    kept: str
    gone: str

    @property
    def is_open(self) -> bool:
        """Whether it must be chosen."""
        return bool(self.kept and self.gone and self.kept != self.gone)


@dataclass(frozen=True, slots=True)
class LogoOutcome:
    """What both answered of their logo in a programme, and what will hold: the stricter."""

    programme: Programme
    kept: Standing
    gone: Standing
    holds: Standing


@dataclass(frozen=True, slots=True)
class JoinPreview:
    """All that joining one organisation into another would do. `contacts` are who speaks for each, by key."""

    kept: Organisation
    gone: Organisation
    facts: tuple[Fact, ...]
    contacts: tuple[frozenset[int], frozenset[int]]
    moving: tuple[tuple[str, int], ...]
    twice: tuple[str, ...]
    logos: tuple[LogoOutcome, ...]
    seen: str

    @property
    def must_choose_contacts(self) -> bool:
        """Whether somebody must say who speaks for it from now on: both have contacts, and not the same."""
        return all(self.contacts) and self.contacts[0] != self.contacts[1]


def preview_join(kept: Organisation, gone: Organisation) -> JoinPreview:
    """Say what would happen if `gone` was joined into `kept`; nothing is written. As many queries for many rows as for few."""
    return _preview(kept, gone, plan_joining(kept, gone, decided=DECIDED), _logos(kept, gone))


def _preview(kept: Organisation, gone: Organisation, plan: Joining, logos: list[_Logo]) -> JoinPreview:
    counts: dict[str, int] = {}
    for move in plan.moves:
        if move.is_theirs:
            counts[move.label] = counts.get(move.label, 0) + len(move.rows)
    twice = tuple(
        f"{in_words(each.stays)}: it is there once afterwards."
        if isinstance(each.stays, Affiliation | Consent)
        else f"{each.label}: both have one. {_whose(each, kept, gone)}"
        for each in plan.collisions
    )
    outcomes = tuple(each.outcome for each in logos)
    facts = tuple(Fact(name, label, getattr(kept, name), getattr(gone, name)) for name, label in FACTS.items())
    contacts = (_contacts(kept), _contacts(gone))
    moving = tuple((label, count) for label, count in counts.items() if count)
    rows = [(move.name, move.rows) for move in plan.moves if move.is_theirs]
    seen = marks_of({"all": repr((kept.name, gone.name, facts, [sorted(each) for each in contacts], rows, twice, outcomes))})
    return JoinPreview(kept, gone, facts, contacts, moving, twice, outcomes, seen)


def _whose(collision: Collision, kept: Organisation, gone: Organisation) -> str:
    one, other = (gone, kept) if getattr(collision.stays, "organisation_id", None) == gone.pk else (kept, gone)
    return f"That of {one.name} stays, that of {other.name} goes."


def _contacts(organisation: Organisation) -> frozenset[int]:
    found = Affiliation.objects.filter(organisation=organisation, is_contact=True)
    return frozenset(found.values_list("person", flat=True))


@transaction.atomic
def join_organisations(
    kept: Organisation, gone: Organisation, *, choices: Mapping[str, Side], seen: str, by: Person | None, at: datetime
) -> Organisation:
    """Make one organisation of two: `kept` stays under its name, with all that pointed at `gone`, which is no more.

    `choices` says by fact, and of "contacts", whose holds where both say something else; a fact only one has is kept. Of two
    answers about the logo the stricter holds. `seen` is the mark of the preview that was shown.
    Raises NotAllowed, NotTwoOrganisations, ChangedMeanwhile, BadChoice.
    """
    if not permissions.keeps_people(by, at=at):
        raise NotAllowed("Only a team keeps the organisations.")
    if kept.pk == gone.pk:
        raise NotTwoOrganisations("This is one organisation already.")
    both = {row.pk: row for row in Organisation.objects.select_for_update().filter(pk__in=(kept.pk, gone.pk)).order_by("pk")}
    if len(both) < 2:
        raise ChangedMeanwhile("One of the two is not there any more. Look at the list again, please.")
    kept, gone = both[kept.pk], both[gone.pk]
    if beyond := _of_others(gone, by, at):
        raise NotAllowed(
            f"{gone.name} has a part in {beyond}, too: only somebody of that team as well can join it into another."
        )
    logos = _logos(kept, gone)
    plan = plan_joining(kept, gone, decided=DECIDED)
    preview = _preview(kept, gone, plan, logos)
    if preview.seen != seen:
        raise ChangedMeanwhile("One of the two has changed since this was shown, so nothing was done. Look again, please.")
    chosen = _chosen(preview, choices)
    changes = [*_stricter(logos, at), *_affiliations(plan, kept, gone, chosen.get(CONTACTS, "both"))]
    shown_anew(gone)  # before what says so has moved
    join(plan_joining(kept, gone, changes=changes, decided=DECIDED))
    facts = {name: getattr(gone, name) for name in FACTS if chosen.get(name) == "gone"}
    if "logo" in facts:
        facts["logo_alt"] = gone.logo_alt
    unused = {gone.logo, kept.logo} - {facts.get("logo", kept.logo), ""}
    for name, value in facts.items():
        setattr(kept, name, value)
    if facts:
        kept.save(update_fields=sorted(facts))
    for name in sorted(unused):
        jobs.delete_file(name, at=at)
    journal.record("joined", kept, by=by, at=at, name=gone.name, moved=dict(preview.moving), fields=sorted(facts))
    shown_anew(kept)
    for each in logos:
        if each.outcome.holds is not each.outcome.kept or each.outcome.holds is not each.outcome.gone:
            events.consents_changed.send(sender=Consent, programme=each.outcome.programme.pk, at=at)
    return kept


@transaction.atomic
def remove_organisation(organisation: Organisation, *, by: Person | None, at: datetime) -> None:
    """Remove an organisation that nothing refers to. Raises NotAllowed, ChangedMeanwhile, StillReferredTo."""
    if not permissions.keeps_people(by, at=at):
        raise NotAllowed("Only a team keeps the organisations.")
    row = Organisation.objects.select_for_update().filter(pk=organisation.pk).first()
    if row is None:
        raise ChangedMeanwhile("This organisation is not there any more.")
    if is_referred_to(row):
        raise StillReferredTo(
            f"People, roles, answers or calls refer to {row.name}. Where it is another one written twice, join the two."
        )
    if row.logo:
        jobs.delete_file(row.logo, at=at)
    journal.record("removed", row, by=by, at=at, name=row.name)
    row.delete()


def is_referred_to(organisation: Organisation) -> bool:
    """Say whether anything in any room refers to an organisation; what is added later is never forgotten."""
    return any(
        column.model._base_manager.filter(**{column.name: organisation}).exists() for column in pointing_at(Organisation)
    )


def _of_others(gone: Organisation, by: Person | None, at: datetime) -> str:
    """Name a programme the one who asks does not run in which the organisation that goes has a part; "" where there is none."""
    if by is None:
        return ""
    sent = Role.objects.filter(organisation=gone).values_list("programme", flat=True)
    of_people = Role.objects.filter(person__affiliations__organisation=gone).values_list("programme", flat=True)
    answered = Consent.objects.filter(organisation=gone).values_list("programme", flat=True)
    mine = set(queries.programmes_run_by(by, at=at))
    return min((each.name for each in programmes_among({*sent, *of_people, *answered}) if each not in mine), default="")


def _chosen(preview: JoinPreview, choices: Mapping[str, Side]) -> dict[str, Side]:
    """Give whose value holds of each fact. Raises BadChoice where one must be chosen, or is not there to be chosen."""
    sides: dict[str, Side] = {}
    for each in preview.facts:
        side = choices.get(each.name)
        if each.is_open and side not in ("kept", "gone"):
            raise BadChoice("Both say something else: choose one of the two.", field=each.name)
        sides[each.name] = side if each.is_open and side else "kept" if each.kept else "gone"
    wish = choices.get(CONTACTS)
    if preview.must_choose_contacts and wish not in ("kept", "gone", "both"):
        raise BadChoice("Both have contact people: choose who speaks for it from now on.", field=CONTACTS)
    sides[CONTACTS] = wish if preview.must_choose_contacts and wish else "both"
    return sides


def _affiliations(plan: Joining, kept: Organisation, gone: Organisation, contacts: Side) -> list[Change]:
    """Say what changes of who is with it: of two that become one nothing is lost, and who speaks for it is who was chosen."""
    twins = {each.stays.pk: each for each in plan.collisions if isinstance(each.stays, Affiliation)}
    lost = {each.goes.pk for each in twins.values()}
    changes = []
    for row in Affiliation.objects.filter(organisation__in=(kept, gone)).exclude(pk__in=lost).order_by("pk"):
        side = "kept" if row.organisation_id == kept.pk else "gone"
        after = {"is_contact": row.is_contact and contacts in (side, "both")}
        if row.pk in twins and isinstance(other := twins[row.pk].goes, Affiliation):
            after["is_contact"] |= other.is_contact and contacts in ("gone", "both")
            ends = None if None in (row.ends_on, other.ends_on) else max(day for day in (row.ends_on, other.ends_on) if day)
            values = {**after, "job": row.job or other.job, "ends_on": ends}
        else:
            values = dict(after)
        before = {name: getattr(row, name) for name in values}
        if before != values:
            changes.append(Change(Affiliation, row.pk, before, values))
    return changes


# -- the logo


@dataclass(frozen=True, slots=True)
class _Logo:
    """The rows of both in a programme, either may be missing, and the outcome."""

    row_of_kept: Consent | None
    row_of_gone: Consent | None
    outcome: LogoOutcome


def _logos(kept: Organisation, gone: Organisation) -> list[_Logo]:
    """Say where both stand on their logo, programme by programme. Who sent somebody there and has no row was not asked."""
    parts = set(Role.objects.filter(organisation__in=(kept, gone)).values_list("organisation", "programme"))
    by: dict[Programme, dict[int, Consent]] = {}
    rows = Consent.objects.filter(organisation__in=(kept, gone), use=Use.LOGO.value).select_related("programme", "term")
    for row in rows.order_by("programme__name", "pk"):
        by.setdefault(row.programme, {})[row.organisation_id or 0] = row
    found = []
    for programme, both in by.items():
        mine, theirs = both.get(kept.pk), both.get(gone.pk)
        ours, other = (Standing(row.standing) if row else Standing.NOT_ASKED for row in (mine, theirs))
        if mine is None and (kept.pk, programme.pk) not in parts:
            ours = other
        elif theirs is None and (gone.pk, programme.pk) not in parts:
            other = ours
        found.append(_Logo(mine, theirs, LogoOutcome(programme, ours, other, strictest(ours, other))))
    return found


def _stricter(logos: list[_Logo], at: datetime) -> list[Change]:
    """Give what changes in the answers so that the stricter holds; of two rows that of who stays does."""
    changes = []
    for each in logos:
        row, holds = each.row_of_kept or each.row_of_gone, each.outcome.holds
        if each.row_of_kept is not None and each.row_of_gone is not None:
            if each.outcome.gone is holds and each.outcome.kept is not holds:
                after = {name: getattr(each.row_of_gone, name) for name in ("standing", "term_id", "since")}
                before = {name: getattr(each.row_of_kept, name) for name in after}
                changes.append(Change(Consent, each.row_of_kept.pk, before, after))
        elif row is not None and row.standing != holds.value:
            before = {"standing": row.standing, "since": row.since}
            changes.append(Change(Consent, row.pk, before, {"standing": holds.value, "since": at}))
    return changes
