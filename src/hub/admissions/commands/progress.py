"""Write what is done: ticks, what is not needed, that somebody wants no photo, and the calls with organisations."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import transaction

from hub.admissions.models import OnboardingCall, OnboardingPlan, OnboardingStep, StepMark
from hub.admissions.permissions import can_run, is_onboarding, require_team
from hub.core.errors import ChangedMeanwhile, NotAllowed, Refusal
from hub.core.onboarding import BadStep, NotTickable, StepKind, Ticker, check_tick, sound_words
from hub.kit import journal
from hub.messaging.commands import facts_changed
from hub.people.models import Organisation, Person, day_of
from hub.people.queries import experts_of


class NotAnExpert(Refusal):
    """The person is no Expert of the cohort, or none any more."""

    code: ClassVar[str] = "not-an-expert"


class CallChangedMeanwhile(ChangedMeanwhile):
    """Somebody else noted the call since the person began."""

    code: ClassVar[str] = "call-changed-meanwhile"


@transaction.atomic
def tick(step: OnboardingStep, person: Person, *, by: Person | None, at: datetime) -> StepMark:
    """Say that a step is done for an Expert; said twice, the first counts. Raises NotAllowed, NotAnExpert, NotTickable."""
    row = _may_tick(step, person, by=by, at=at)
    mark = _mark(row, person)
    if mark.done_at is None:
        mark.done_at, mark.done_by = at, by
        mark.save()
        journal.record("ticked", mark, by=by, at=at, part_of=row.plan, about=person, title=row.title, personal=["title"])
        facts_changed(row.plan.cohort.programme, at=at)
    return mark


@transaction.atomic
def untick(step: OnboardingStep, person: Person, *, by: Person | None, at: datetime) -> StepMark:
    """Say that a step is not done after all. Raises NotAllowed, NotAnExpert, NotTickable."""
    row = _may_tick(step, person, by=by, at=at)
    mark = _mark(row, person)
    if mark.done_at is not None:
        mark.done_at, mark.done_by = None, None
        mark.save()
        journal.record("unticked", mark, by=by, at=at, part_of=row.plan, about=person, title=row.title, personal=["title"])
        facts_changed(row.plan.cohort.programme, at=at)
    return mark


@transaction.atomic
def excuse(step: OnboardingStep, person: Person, *, reason: str, by: Person | None, at: datetime) -> StepMark:
    """Say that a step is not needed for an Expert, and why; they read it. Raises NotAllowed, NotAnExpert, BadStep."""
    row = _of_team(step, person, by=by, at=at)
    words = sound_words(reason=reason)["reason"]
    if not words:
        raise BadStep("Say why it is not needed; the Expert reads it.", field="reason")
    mark = _mark(row, person)
    mark.excused_at, mark.excused_by, mark.reason = at, by, words
    mark.save()
    facts = {"title": row.title, "reason": words}
    journal.record("excused", mark, by=by, at=at, part_of=row.plan, about=person, personal=["title", "reason"], **facts)
    facts_changed(row.plan.cohort.programme, at=at)
    return mark


@transaction.atomic
def excuse_no_more(step: OnboardingStep, person: Person, *, by: Person | None, at: datetime) -> StepMark:
    """Say that a step is needed after all. Raises NotAllowed, NotAnExpert."""
    row = _of_team(step, person, by=by, at=at)
    mark = _mark(row, person)
    if mark.excused_at is not None:
        mark.excused_at, mark.excused_by, mark.reason = None, None, ""
        mark.save()
        journal.record(
            "asked-after-all", mark, by=by, at=at, part_of=row.plan, about=person, title=row.title, personal=["title"]
        )
        facts_changed(row.plan.cohort.programme, at=at)
    return mark


@transaction.atomic
def want_no_photo(step: OnboardingStep, person: Person, *, wish: bool, by: Person | None, at: datetime) -> StepMark:
    """Say that one wants no photo in one's profile, which is then complete without, or take that back.

    Raises NotAllowed, NotAnExpert, NotTickable.
    """
    row = _locked(step)
    if by is None or by.pk != person.pk:
        raise NotAllowed("People say for themselves whether they want a photo.")
    _require_expert(row.plan, person, at=at)
    if row.kind != StepKind.PROFILE:
        raise NotTickable("This step has nothing to do with photos.")
    mark = _mark(row, person)
    if (mark.no_photo_at is not None) != wish:
        mark.no_photo_at = at if wish else None
        mark.save()
        journal.record("no-photo" if wish else "photo-after-all", mark, by=by, at=at, part_of=row.plan, about=person)
        facts_changed(row.plan.cohort.programme, at=at)
    return mark


@transaction.atomic
def note_call(
    plan: OnboardingPlan,
    organisation: Organisation,
    *,
    agreed_for: datetime | None = None,
    held_on: date | None = None,
    with_whom: str = "",
    notes: str = "",
    seen_at: datetime | None = None,
    by: Person | None,
    at: datetime,
) -> OnboardingCall:
    """Note the call with an organisation: when it is agreed for, or when it was held, with whom and what was said.

    It serves all its Experts. `seen_at` is the `edited_at` somebody began from, None before the first note. Raises NotAllowed,
    NotAnExpert, BadStep, CallChangedMeanwhile.
    """
    require_team(by, plan.cohort.programme, at=at, doing="note its calls")
    held = OnboardingPlan.objects.select_for_update(of=("self",)).select_related("cohort__programme").get(pk=plan.pk)
    theirs = [each for each in experts_of([held.cohort_id], at=at)[held.cohort_id] if each.organisation == organisation]
    if not theirs:
        raise NotAnExpert(f"Nobody of {organisation.name} is an Expert of {held.cohort.name}.")
    words = sound_words(with_whom=with_whom, notes=notes)
    if held_on is not None and held_on > day_of(at):
        raise BadStep("This day is still to come. Write it as the agreed time.", field="held_on")
    call = held.calls.select_for_update(of=("self",)).filter(organisation=organisation).first()
    wanted = (agreed_for, held_on, words["with_whom"], words["notes"])
    if call is not None and (call.agreed_for, call.held_on, call.with_whom, call.notes) == wanted:
        return call
    if (call.edited_at if call else None) != seen_at:
        raise CallChangedMeanwhile(
            "Somebody else noted this call meanwhile, so yours is not saved yet. Compare, then save again."
        )
    was_held = call is not None and call.held_on is not None
    call = call or OnboardingCall(plan=held, organisation=organisation, edited_at=at)
    call.agreed_for, call.held_on, call.with_whom, call.notes = wanted
    call.edited_at, call.edited_by = max(at, call.edited_at + timedelta(microseconds=bool(call.pk))), by
    call.save()
    verb = "call-held" if held_on and not was_held else "call-noted"
    journal.record(verb, call, by=by, at=at, part_of=held, organisation=organisation.name)
    facts_changed(held.cohort.programme, at=at)
    return call


def _may_tick(step: OnboardingStep, person: Person, *, by: Person | None, at: datetime) -> OnboardingStep:
    row = _locked(step)
    programme = row.plan.cohort.programme
    is_their_own, is_team = by is not None and by.pk == person.pk, can_run(by, programme, at=at)
    if not (is_their_own or is_team):
        raise NotAllowed("Only the Expert and the team of the programme say what is done.")
    _require_expert(row.plan, person, at=at)
    if row.kind == StepKind.CALL:
        raise NotTickable("This is done when the call with the organisation is noted as held.")
    check_tick(Ticker(row.ticker), is_their_own=is_their_own, is_team=is_team)
    return row


def _of_team(step: OnboardingStep, person: Person, *, by: Person | None, at: datetime) -> OnboardingStep:
    row = _locked(step)
    require_team(by, row.plan.cohort.programme, at=at, doing="say that a step is not needed")
    _require_expert(row.plan, person, at=at)
    return row


def _locked(step: OnboardingStep) -> OnboardingStep:
    rows = OnboardingStep.objects.select_for_update(of=("self",)).select_related("plan__cohort__programme")
    row = rows.filter(pk=step.pk).first()
    if row is None:
        raise BadStep("Somebody took this step away meanwhile.")
    return row


def _require_expert(plan: OnboardingPlan, person: Person, *, at: datetime) -> None:
    if not is_onboarding(person, plan.cohort, at=at):
        raise NotAnExpert(f"They are no Expert of {plan.cohort.name}.")


def _mark(step: OnboardingStep, person: Person) -> StepMark:
    """Give the mark of a step that is locked, so that nobody makes a second."""
    return StepMark.objects.filter(step=step, person=person).first() or StepMark(step=step, person=person)
