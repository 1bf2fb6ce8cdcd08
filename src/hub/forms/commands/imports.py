"""Answers by the sheet: what a table would do, and doing it, in one transaction and by the same rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from hub.core.errors import ChangedMeanwhile, Refusal
from hub.core.forms import AnswerState, Content, NotOpen, load
from hub.core.forms.sheet import NoColumns, Outcome, Proposal, Row, Stands, Whose, propose
from hub.forms import permissions
from hub.forms.commands.answers import AT_ONCE, shuffle_in
from hub.forms.commands.forms import locked
from hub.forms.models import AnonymousAnswer, Answer, Form, FormVersion
from hub.kit import journal
from hub.messaging.commands import facts_changed
from hub.people.models import Person, day_of
from hub.services.sheets import Sheet


class Undecided(Refusal):
    """Rows that may be somebody's by name only still ask whose they are."""

    code: ClassVar[str] = "undecided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import did."""

    added: int
    changed: int
    same: int
    left: int
    refused: int


def propose_answers(
    form: Form,
    sheet: Sheet,
    *,
    chosen: Mapping[int, str] | None = None,
    decisions: Mapping[int, str] | None = None,
    by: Person | None,
    at: datetime,
) -> Proposal:
    """Say what a sheet would do to the answers of a form: `chosen` says what columns are, `decisions` whose rows are.

    As many queries for a long sheet as for a short one. Raises NotAllowed, NotOpen (before it is published), NoColumns.
    """
    permissions.require_team(by, form.programme, at=at, doing="bring in answers")
    _, content = _newest(form)
    stands: dict[int, Stands] = {}
    people: list[Whose] = []
    if not form.is_anonymous:
        theirs = Answer.objects.filter(Q(state=AnswerState.SENT.value) | Q(is_taken_back=True), form=form)
        columns = ("person", "values", "is_imported", "purged_at", "is_taken_back")
        stands = {
            person: Stands(values, is_imported and purged is None, is_taken_back)
            for person, values, is_imported, purged, is_taken_back in theirs.values_list(*columns)
        }
        people = _people_of(form)
    return propose(
        sheet.rows,
        content,
        first=sheet.first,
        is_anonymous=form.is_anonymous,
        people=people,
        stands=stands,
        marks=form.imported,
        chosen=chosen,
        decisions=decisions,
    )


@transaction.atomic
def import_answers(
    form: Form,
    sheet: Sheet,
    *,
    chosen: Mapping[int, str],
    decisions: Mapping[int, str],
    seen: str,
    by: Person | None,
    at: datetime,
) -> Imported:
    """Do what a sheet was shown to do, all of it or nothing; `seen` is the fingerprint of the proposal that was shown.

    Brought in again, the same rows do nothing. Whoever answered here themselves keeps that, and whoever took theirs back is
    left out. Nobody's consent is recorded: people give it themselves.
    Raises NotAllowed, NotOpen, NoColumns, ChangedMeanwhile, Undecided.
    """
    permissions.require_team(by, form.programme, at=at, doing="bring in answers")
    row = locked(form)
    shown = propose_answers(row, sheet, chosen=chosen, by=by, at=at)
    if shown.wanting:
        raise NoColumns(shown.wanting)
    if shown.fingerprint != seen:
        raise ChangedMeanwhile(
            "What would be done is not what you were shown any more, so nothing was done. Look again at what it is now."
        )
    proposal = propose_answers(row, sheet, chosen=chosen, decisions=decisions, by=by, at=at) if decisions else shown
    if open_rows := proposal.of(Outcome.PERHAPS):
        numbers = ", ".join(str(each.number) for each in open_rows[:12])
        raise Undecided(f"Say of {'row' if len(open_rows) == 1 else 'rows'} {numbers} whose it is, or leave it out.")
    version, _ = _newest(row)
    _carry_out(row, version, [*proposal.of(Outcome.NEW), *proposal.of(Outcome.CHANGED)], at=at)
    done = Imported(
        added=len(proposal.of(Outcome.NEW)),
        changed=len(proposal.of(Outcome.CHANGED)),
        same=len(proposal.of(Outcome.SAME)),
        left=len(proposal.of(Outcome.LEFT)),
        refused=len(proposal.of(Outcome.REFUSED)),
    )
    if row.is_anonymous and done.added:
        row.imported = sorted([*row.imported, *proposal.marks])
        row.save(update_fields=["imported"])
    if done.added or done.changed:
        journal.record("imported", row, by=by, at=at, added=done.added, changed=done.changed)
        facts_changed(row.programme_id, at=at)
    return done


def _carry_out(form: Form, version: FormVersion, rows: Sequence[Row], *, at: datetime) -> None:
    """Write the answers of rows in a few queries, however many they are."""
    zone = ZoneInfo(form.programme.zone)
    sent = [(row, min(row.sent.replace(tzinfo=zone) if row.sent else at, at)) for row in rows]
    if form.is_anonymous and rows:
        shuffle_in(
            form,
            [AnonymousAnswer(form=form, version=version, values=row.values, day=day_of(sent_at)) for row, sent_at in sent],
        )
        return
    Answer.objects.bulk_create(
        (
            Answer(
                form=form,
                person_id=row.person,
                version=version,
                state=AnswerState.SENT.value,
                values=row.values,
                begun_at=sent_at,
                sent_at=sent_at,
                saved_at=at,
                is_imported=True,
            )
            for row, sent_at in sent
            if row.person is not None  # a row without anybody is new to an anonymous form only
        ),
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["form", "person"],
        update_fields=["version", "state", "values", "sent_at", "saved_at", "is_imported", "purged_at"],
    )


def _newest(form: Form) -> tuple[FormVersion, Content]:
    version = form.versions.order_by("-number").first()
    if version is None:
        raise NotOpen("Publish the form first, so that there is something the answers are to.")
    return version, load(version.content)


def _people_of(form: Form) -> list[Whose]:
    """Give the people of the programme with their addresses, whoever has or had a role in it or is asked. Two queries."""
    rows = form.programme.roles.filter(person__erased_at__isnull=True)
    found = list(rows.values_list("person", "person__name", "person__account__email", "person__account__emailaddress__email"))
    asked = form.asked.filter(person__erased_at__isnull=True)
    found += asked.values_list("person", "person__name", "person__account__email", "person__account__emailaddress__email")
    names: dict[int, str] = {}
    addresses: dict[int, set[str]] = {}
    for key, name, *given in found:
        names[key] = name
        addresses.setdefault(key, set()).update(each.strip().lower() for each in given if each)
    return [Whose(key, name, frozenset(addresses[key])) for key, name in sorted(names.items())]
