"""Write the consent ledger: the words, the answers to them, and what a withdrawal leaves to be done."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from hub.core.asking import check_asked, kinds_asked, part_on
from hub.core.consent import (
    Answer,
    Means,
    NothingToWithdraw,
    NotTheirsToGive,
    OldWords,
    Standing,
    Use,
    answer_to,
    check_told,
)
from hub.core.errors import NotAllowed, Refusal
from hub.core.meanwhile import must_stand_as
from hub.core.usual_words import usual_words
from hub.kit import journal
from hub.people import appearances, events, permissions, queries
from hub.people.commands.persons import there
from hub.people.models import Consent, ConsentEntry, Organisation, Person, Role, Term, WithdrawalTask, day_of
from hub.programmes import permissions as programmes
from hub.programmes.commands import public_changed
from hub.programmes.models import Programme
from hub.programmes.queries import locked_programme


class NoWords(Refusal):
    """Nobody can answer to words that are not there, or that say nothing."""

    code = "no-words"


@transaction.atomic
def publish_term(
    programme: Programme, use: Use, text: str, *, is_new_meaning: bool, shown: str = "", by: Person | None, at: datetime
) -> Term:
    """Publish the words of a use; a new meaning asks everybody again who said yes, and counts as no until they answer.

    `shown` marks the words (`text`) the new ones were written from. Raises NotAllowed, NoWords, BothChanged.
    """
    if not programmes.can_run(by, programme, at=at):
        raise NotAllowed("Only the team of a programme changes its words.")
    words = text.strip()
    if not words or len(words) > 20_000:
        raise NoWords("Write what people agree to, in up to 20,000 letters.", field="text")
    locked_programme(programme)  # two who write the first words of a use
    last = Term.objects.filter(programme=programme, use=use.value).order_by("-number").first()
    must_stand_as(shown, text=last.text if last else "")
    number = last.number + 1 if last else 1
    holds_from = number if is_new_meaning or last is None else last.holds_from
    term = Term.objects.create(
        programme=programme, use=use.value, number=number, holds_from=holds_from, text=words, published_at=at, published_by=by
    )
    asked_again = Consent.objects.filter(
        programme=programme, use=use.value, standing=Standing.GIVEN.value, term__number__lt=holds_from
    ).update(standing=Standing.ASK_AGAIN.value, since=at)
    journal.record("published", term, by=by, at=at, use=use.value, number=number, asked_again=asked_again)
    if asked_again:
        public_changed(programme)
        events.consents_changed.send(sender=Consent, programme=programme.pk, at=at)
    return term


@transaction.atomic
def publish_usual_terms(
    programme: Programme, uses: Collection[Use], *, privacy: str, by: Person | None, at: datetime
) -> list[Term]:
    """Publish the usual words of some uses, all or none; a use that has words keeps those. Gives what was published.

    `privacy` is the address of the programme's privacy notice, to which they lead.

    Raises NotAllowed, and NoWords where none is chosen.
    """
    if not uses:
        raise NoWords("Tick what people shall be asked.", field="uses")
    locked_programme(programme)
    worded = set(Term.objects.filter(programme=programme).values_list("use", flat=True))
    return [
        publish_term(programme, use, usual_words(use, privacy=privacy), is_new_meaning=False, by=by, at=at)
        for use in Use
        if use in uses and use.value not in worded
    ]


@transaction.atomic
def answer(
    person: Person,
    use: Use,
    term: Term,
    *,
    wish: bool,
    means: Means = Means.SELF,
    note: str = "",
    by: Person | None,
    at: datetime,
) -> Consent:
    """Record what a person says to words they were shown. What stands already is not written twice.

    People answer for themselves (`means` self), also to a form that asks more than their part does; a team records what it was
    told, of what they are asked or once answered, and says how. A no after a yes withdraws: from this transaction on no query
    gives the name, and what no program can take back becomes a task.
    Raises NotAllowed, AlreadyForgotten, NotTheirsToGive, NotAskedOfThem, OldWords, NoWords, TheirOwnNo.
    """
    if use.is_organisations:
        raise NotTheirsToGive("The logo is the organisation’s: its contact person gives or refuses it.")
    if term.use != use.value:
        raise NoWords("These words are about something else.")
    _may_answer(person, term.programme, means, note, by=by, at=at)
    there(person)
    if means is not Means.SELF:
        parts = queries.parts_of(person, at=at).get(term.programme_id, ())
        check_asked(use, parts, has_answered=queries.has_answered(person, use, term.programme))
    return _answered(use, term, person=person, organisation=None, wish=wish, means=means, note=note, by=by, at=at)


@transaction.atomic
def answer_for_organisation(
    organisation: Organisation,
    term: Term,
    *,
    wish: bool,
    means: Means = Means.SELF,
    note: str = "",
    by: Person | None,
    at: datetime,
) -> Consent:
    """Record what an organisation says about its logo, through its contact person or as the team was told, and where.

    Raises NotTheirsToGive, OldWords, NoWords.
    """
    use = Use(term.use)
    if not use.is_organisations:
        raise NoWords("These words are for people, each for themselves.")
    is_contact = permissions.speaks_for(by, organisation, programme=term.programme, at=at)
    if means is Means.SELF and not is_contact:
        raise NotTheirsToGive("Only the contact person of an organisation gives its logo.")
    if means is not Means.SELF:
        if not programmes.can_run(by, term.programme, at=at):
            raise NotTheirsToGive("Only the team records what an organisation has said.")
        _must_be_found_again(means, note)
    return _answered(use, term, person=None, organisation=organisation, wish=wish, means=means, note=note, by=by, at=at)


@transaction.atomic
def withdraw(person: Person, use: Use, programme: Programme, *, by: Person | None, at: datetime) -> Consent:
    """Take a person's yes back: by themselves, as easily as it was given.

    Raises NotAllowed, NothingToWithdraw.
    """
    stands = Consent.objects.filter(programme=programme, use=use.value, person=person).select_related("term").first()
    if stands is None or Standing(stands.standing) not in (Standing.GIVEN, Standing.ASK_AGAIN):
        raise NothingToWithdraw("There is nothing to take back: you have not agreed to this.")
    if by is None or by.pk != person.pk:
        raise NotAllowed("People take their own consent back; the team records what it was told.")
    newest = Term.objects.filter(programme=programme, use=use.value).order_by("-number")[0]
    return _answered(use, newest, person=person, organisation=None, wish=False, means=Means.SELF, note="", by=by, at=at)


@transaction.atomic
def finish_task(task: WithdrawalTask, *, by: Person | None, at: datetime) -> WithdrawalTask:
    """Say that what a withdrawal left to do is done. Raises NotAllowed."""
    if not programmes.can_run(by, task.entry.programme, at=at):
        raise NotAllowed("Only the team does this.")
    if task.done_at is None:
        task.done_at, task.done_by = at, by
        task.save(update_fields=["done_at", "done_by"])
        journal.record("done", task, by=by, at=at)
    return task


def _may_answer(person: Person, programme: Programme, means: Means, note: str, *, by: Person | None, at: datetime) -> None:
    if means is Means.SELF:
        if by is None or by.pk != person.pk:
            raise NotAllowed("People answer for themselves; say how you were told.")
        return
    if not programmes.can_run(by, programme, at=at):
        raise NotAllowed("Only the team records what somebody has said.")
    _must_be_found_again(means, note)


def _must_be_found_again(means: Means, note: str) -> None:
    if means is not Means.IMPORT and not note.strip():
        raise NoWords("Say where this answer can be found again: a date, a folder, a message.", field="note")


def _answered(
    use: Use,
    term: Term,
    *,
    person: Person | None,
    organisation: Organisation | None,
    wish: bool,
    means: Means,
    note: str,
    by: Person | None,
    at: datetime,
) -> Consent:
    programme = term.programme
    newest = Term.objects.select_for_update().filter(programme=programme, use=use.value).order_by("-number")[0]
    if wish and term.number < newest.holds_from:
        raise OldWords("The words have changed while you were reading. Please read them again.")
    of: dict[str, Any] = {"person": person} if person else {"organisation": organisation}
    stands = Consent.objects.select_for_update().filter(programme=programme, use=use.value, **of).first()
    now = Standing(stands.standing) if stands else Standing.NOT_ASKED
    said = answer_to(now, wish=wish)
    if said is None and stands is not None:
        return stands
    said = said or Answer.REFUSED
    if person is not None and now in (Standing.REFUSED, Standing.WITHDRAWN):
        check_told(wish=wish, means=means, last_no=queries.means_of_last_no(person, use, programme))
    entry = ConsentEntry.objects.create(
        programme=programme,
        use=use.value,
        term=term,
        answer=said.value,
        means=means.value,
        at=at,
        recorded_by=by,
        note=note.strip(),
        **of,
    )
    row, _ = Consent.objects.update_or_create(
        programme=programme, use=use.value, **of, defaults={"standing": said.value, "term": term, "since": at}
    )
    if said is Answer.WITHDRAWN:
        places = appearances.of(use, programme, person=person, organisation=organisation, at=at)
        left = [(place.to_do, place.url) for place in places if place.to_do]
        if person is not None and use.is_needed:
            rows = queries.roles_at(person, at=at).filter(programme=programme, kind__in=kinds_asked(use))
            held = [role for role in rows.select_related("cohort").order_by("pk") if not _is_over(role, at=at)]
            left += [(f"Talk with them: nobody is “{role.label}” without this. End the role if they stop", "") for role in held]
        WithdrawalTask.objects.bulk_create(
            WithdrawalTask(entry=entry, what=what[:300], where=where[:300], made_at=at) for what, where in left
        )
    if said is Answer.GIVEN:  # what was left to do after they took it back is not to be done any more
        whose = person if person is not None else organisation
        assert whose is not None
        queries.open_tasks(whose, use, programme).update(done_at=at, done_by=by)
    journal.record("answered", entry, by=by, at=at, use=use.value, answer=said.value, means=means.value)
    if said is Answer.WITHDRAWN and person is not None:
        events.withdrawn.send(sender=Consent, person=person.pk, programme=programme.pk, use=use, at=at)
    public_changed(programme)
    events.consents_changed.send(sender=Consent, programme=programme.pk, at=at)
    return row


def _is_over(role: Role, *, at: datetime) -> bool:
    """Say whether a role asks nothing any more, for it ended or its cohort is over."""
    last = role.cohort.ends_on if role.cohort else None
    return part_on(day_of(at), role.kind, ends_on=role.ends_on, cohort_last=last).is_over
