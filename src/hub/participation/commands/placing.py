"""Ask Experts what suits them, place everybody at once, change what is proposed, and confirm it.

The search holds no lock and writes nothing: it is the one step that takes long. What it found is kept, looked at and confirmed
in transactions of their own, and confirming holds everything against how things are then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from hub.core.calendar import say_instant
from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.core.matching import BadMatching, Placement, score
from hub.core.onetoones import LARGEST_AT_ONCE, OneToOneState
from hub.kit import jobs, journal
from hub.kit.journal import Written
from hub.messaging.commands import facts_changed
from hub.participation.commands.coaching import locked_coaching_terms
from hub.participation.commands.onetoones import hold_diaries
from hub.participation.models import OneToOne, Preference, Proposal, ProposedOneToOne, SuitingTime
from hub.participation.permissions import require_team
from hub.participation.queries.onetoones import availabilities_for, coaching_terms
from hub.participation.queries.placing import Field, all_together, each_alone, field_of, placings_of, seeks_no_more, with_pinned
from hub.people.models import Person
from hub.people.queries import experts_of
from hub.programmes.models import Cohort

PLACE = "place-everybody"
SOON = 8.0  # seconds for each search while somebody waits for the page
MOST_TIMES = 400
LONGEST_TROUBLE = 300


class NobodyToPlace(Refusal):
    """There is nobody to place, or nowhere."""

    code = "nobody-to-place"


class WishesClosed(Refusal):
    """Nobody asks for wishes now."""

    code = "wishes-closed"


@transaction.atomic
def ask_wishes(cohort: Cohort, *, until: datetime | None, by: Person | None, at: datetime) -> None:
    """Ask a cohort's Experts until a moment which times suit and which coaches they would like; None asks no longer.

    Raises NotAllowed, WishesClosed for a moment that is over.
    """
    require_team(by, cohort.programme, at=at, doing="ask Experts what suits them")
    if until is not None and until <= at:
        raise WishesClosed("Choose a day to come, so that people have time to answer.", field="until")
    row = locked_coaching_terms(cohort)
    row.wishes_until = until
    row.save()
    said = until.isoformat() if until else ""
    journal.record("asked-wishes" if until else "stopped-wishes", row, by=by, at=at, part_of=cohort, until=said)
    facts_changed(cohort.programme, at=at)


@transaction.atomic
def say_wishes(cohort: Cohort, *, coaches: Sequence[int], times: Collection[datetime], by: Person | None, at: datetime) -> None:
    """Say which coaches one would like, the most liked first, and which moments suit; it replaces what one said before.

    Coaches who are not there are left out. Raises NotAllowed, WishesClosed.
    """
    if by is None or not experts_of([cohort], people=[by.pk], at=at)[cohort.pk]:
        raise NotAllowed("Experts of the cohort say what suits them.")
    until = coaching_terms(cohort).wishes_until
    if until is None or at >= until:
        over = f"The time to say what suits you was over on {say_instant(until, cohort.zone)}." if until else ""
        raise WishesClosed(over or "The team doesn’t ask what suits you now.")
    there = {row.coach_id for row in availabilities_for(cohort)} - {by.pk}
    hold_diaries([by.pk])
    Preference.objects.filter(cohort=cohort, expert=by).delete()
    SuitingTime.objects.filter(cohort=cohort, expert=by).delete()
    ranked = [key for key in dict.fromkeys(coaches) if key in there]
    Preference.objects.bulk_create(
        Preference(cohort=cohort, expert=by, coach_id=key, rank=rank) for rank, key in enumerate(ranked, 1)
    )
    suiting = sorted(set(times))[:MOST_TIMES]
    SuitingTime.objects.bulk_create(SuitingTime(cohort=cohort, expert=by, starts_at=each) for each in suiting)
    journal.record("said-wishes", cohort, by=by, at=at, about=by)


def place_everybody(cohort: Cohort, *, by: Person | None, at: datetime) -> Proposal:
    """Propose the best placing of a cohort's Experts; what is pinned is kept. A large one is left to the worker.

    What is pinned and can't stand any more is let go, and the proposal says whom that is and why.
    Raises NotAllowed, NobodyToPlace, BadMatching, TookTooLong; then the proposal before stays.
    """
    require_team(by, cohort.programme, at=at, doing="place everybody")
    field = field_of(cohort, at=at)
    _check_any(field)
    if field.size > LARGEST_AT_ONCE:
        return _ask_worker(cohort, by=by, at=at)
    return _write_proposal(cohort, field, *_search(cohort, field, patience=SOON), by=by, at=at)


def search_placing(proposal: Proposal, *, by: Person | None, at: datetime) -> None:
    """Search the placing a team asked for, as the worker does; what stops it is kept for the team to read."""
    from hub.services.matching import PATIENCE

    field = field_of(proposal.cohort, at=at)
    try:
        _check_any(field)
        found = _search(proposal.cohort, field, patience=PATIENCE)
    except Refusal as no:
        _keep_trouble(proposal, no, by=by, at=at)
        return
    _write_proposal(proposal.cohort, field, *found, by=by, at=at)


@transaction.atomic
def put_in_slot(
    proposal: Proposal,
    expert: Person,
    *,
    availability: int,
    starts_at: datetime,
    instead_of: ProposedOneToOne | None = None,
    by: Person | None,
    at: datetime,
) -> ProposedOneToOne:
    """Put an Expert into a free slot of a proposal, instead of another one of theirs or besides; it is pinned.

    Raises NotAllowed, BadMatching, ChangedMeanwhile.
    """
    require_team(by, proposal.cohort.programme, at=at, doing="change the proposal")
    held = _locked_proposal(proposal)
    field = field_of(held.cohort, at=at)
    key = field.key_of(availability, starts_at)
    if key is None:
        raise BadMatching("This slot is no longer free. Choose another one.")
    if not any(each.key == expert.pk for each in field.problem.seekers):
        raise BadMatching(seeks_no_more(expert, field))
    rows = [each for each in placings_of(held) if instead_of is None or each.pk != instead_of.pk]
    stand, _ = all_together(rows, field)
    score(field.problem, [*stand.values(), Placement(expert.pk, key)])
    if instead_of is not None:
        instead_of.delete()
    row = ProposedOneToOne.objects.create(
        proposal=held, expert=expert, availability_id=availability, starts_at=starts_at, is_pinned=True
    )
    journal.record("put-in-slot", held, by=by, at=at, part_of=held.cohort, about=expert)
    return row


@transaction.atomic
def take_out(row: ProposedOneToOne, *, by: Person | None, at: datetime) -> None:
    """Take an Expert out of a slot of a proposal. Raises NotAllowed."""
    require_team(by, row.proposal.cohort.programme, at=at, doing="change the proposal")
    journal.record("took-out", row.proposal, by=by, at=at, part_of=row.proposal.cohort, about=row.expert)
    row.delete()


@transaction.atomic
def pin(row: ProposedOneToOne, *, is_pinned: bool, by: Person | None, at: datetime) -> None:
    """Keep a placing when everybody is placed again, or let it go. Raises NotAllowed."""
    require_team(by, row.proposal.cohort.programme, at=at, doing="change the proposal")
    row.is_pinned = is_pinned
    row.save(update_fields=["is_pinned"])
    verb, cohort = "pinned" if is_pinned else "unpinned", row.proposal.cohort
    journal.record(verb, row.proposal, by=by, at=at, part_of=cohort, about=row.expert)


@transaction.atomic
def confirm_proposal(proposal: Proposal, *, seen: datetime, by: Person | None, at: datetime) -> list[OneToOne]:
    """Book all that a proposal says, in one go, or nothing where any of it no longer holds; everybody hears of theirs.

    Nobody is asked any more what suits them: that was for this. `seen` is when the proposal that was looked at was made.
    Raises NotAllowed, BadMatching, ChangedMeanwhile.
    """
    cohort = proposal.cohort
    require_team(by, cohort.programme, at=at, doing="confirm the proposal")
    held = _locked_proposal(proposal)
    if held.made_at != seen:
        raise ChangedMeanwhile("Everybody was placed again meanwhile. Look at the new proposal, then confirm it.")
    rows = placings_of(held)
    if not rows:
        raise NobodyToPlace("Nobody is placed yet, so there is nothing to confirm.")
    hold_diaries({row.expert_id for row in rows} | {row.availability.coach_id for row in rows})
    field = field_of(cohort, at=at)
    placements, gone = each_alone(rows, field)
    if gone:
        raise BadMatching(f"{gone[0].why} Place again: what can’t stand is let go, what is pinned and can is kept.")
    score(field.problem, placements.values())
    made = [_booked(cohort, row, field, at=at) for row in rows]
    OneToOne.objects.bulk_create(made)
    new = OneToOne.objects.filter(uid__in=[each.uid for each in made]).select_related("expert").order_by("starts_at", "pk")
    lines = [
        Written("booked", each, {"starts_at": each.starts_at.isoformat()}, part_of=cohort, about=each.expert) for each in new
    ]
    journal.record_all(lines, by=by, at=at)
    journal.record("confirmed", held, by=by, at=at, part_of=cohort, count=len(made))
    held.delete()
    asked_until = locked_coaching_terms(cohort).wishes_until
    if asked_until is not None and asked_until > at:
        ask_wishes(cohort, until=None, by=by, at=at)
    facts_changed(cohort.programme, at=at)
    return list(new)


@transaction.atomic
def drop_proposal(proposal: Proposal, *, by: Person | None, at: datetime) -> None:
    """Throw a proposal away; nothing is booked. Raises NotAllowed."""
    require_team(by, proposal.cohort.programme, at=at, doing="throw the proposal away")
    journal.record("dropped", proposal, by=by, at=at, part_of=proposal.cohort)
    proposal.delete()


def _check_any(field: Field) -> None:
    if not field.problem.seekers:
        raise NobodyToPlace("Every Expert of the cohort has what their quota gives. There is nobody to place.")
    if not field.problem.openings:
        raise NobodyToPlace("No coach of the cohort has a free slot. Ask them to say when they are there.")


def _search(cohort: Cohort, field: Field, *, patience: float) -> tuple[list[tuple[Placement, bool]], str]:
    """Give the best placing, each with whether it is pinned, and say who was pinned and can't stay."""
    from hub.services.matching import place

    before = Proposal.objects.filter(cohort=cohort).first()
    rows = [each for each in placings_of(before) if each.is_pinned] if before is not None else []
    stand, gone = all_together(rows, field)
    pinned = list(stand.values())
    found = place(with_pinned(field, pinned), patience=patience)
    let_go = f"Let go: {' '.join(each.why for each in gone)}" if gone else ""
    return [(each, True) for each in pinned] + [(each, False) for each in found.placements], let_go


@transaction.atomic
def _ask_worker(cohort: Cohort, *, by: Person | None, at: datetime) -> Proposal:
    row, _ = Proposal.objects.update_or_create(cohort=cohort, defaults={"made_at": at, "is_asked": True, "trouble": ""})
    jobs.enqueue(PLACE, key=str(row.pk), payload={"proposal": row.pk}, due_at=at)
    journal.record("asked-placing", row, by=by, at=at, part_of=cohort)
    return row


@transaction.atomic
def _write_proposal(
    cohort: Cohort, field: Field, found: Iterable[tuple[Placement, bool]], let_go: str, *, by: Person | None, at: datetime
) -> Proposal:
    values = {"made_at": at, "is_asked": False, "trouble": let_go[:LONGEST_TROUBLE]}
    row, _ = Proposal.objects.update_or_create(cohort=cohort, defaults=values)
    row.placings.all().delete()
    ProposedOneToOne.objects.bulk_create(
        ProposedOneToOne(
            proposal=row,
            expert_id=each.seeker,
            availability=field.offers[each.opening].availability,
            starts_at=field.offers[each.opening].slot.starts_at,
            is_pinned=is_pinned,
        )
        for each, is_pinned in found
    )
    journal.record("placed", row, by=by, at=at, part_of=cohort)
    return row


@transaction.atomic
def _keep_trouble(proposal: Proposal, no: Refusal, *, by: Person | None, at: datetime) -> None:
    Proposal.objects.filter(pk=proposal.pk).update(is_asked=False, trouble=no.sentence[:LONGEST_TROUBLE])
    journal.record("placing-failed", proposal, by=by, at=at, part_of=proposal.cohort)


def _locked_proposal(proposal: Proposal) -> Proposal:
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("cohort__programme")
    found = rows.filter(pk=proposal.pk).first()
    if found is None:
        raise ChangedMeanwhile("The proposal was confirmed or thrown away meanwhile.")
    if found.is_asked:
        raise ChangedMeanwhile("Everybody is being placed again just now. Wait until that is done.")
    return found


def _booked(cohort: Cohort, row: ProposedOneToOne, field: Field, *, at: datetime) -> OneToOne:
    key = field.key_of(row.availability_id, row.starts_at)
    assert key is not None  # confirm_proposal has looked
    offer = field.offers[key]
    return OneToOne(
        cohort=cohort,
        coach_id=offer.slot.coach,
        expert_id=row.expert_id,
        availability=offer.availability,
        starts_at=offer.slot.starts_at,
        ends_at=offer.slot.ends_at,
        zone=offer.slot.zone,
        state=OneToOneState.BOOKED.value,
        state_at=at,
    )
