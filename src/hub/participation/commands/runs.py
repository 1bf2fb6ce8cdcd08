"""Write down what to change the next time a training is given, which form asked how it was, and which training it was."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from hub.core.meanwhile import must_be_as_seen
from hub.core.room import BadPlan
from hub.forms.models import Form
from hub.kit import journal
from hub.participation.models import RunNote
from hub.participation.models.runs import seen_of_run
from hub.participation.permissions import require_team
from hub.people.models import Person
from hub.programmes.queries import catalogue
from hub.schedule.models import Session

LONGEST_RUN_NOTE = 10_000


@transaction.atomic
def note_run(
    session: Session,
    *,
    text: str,
    form: Form | None,
    training: str | None = None,
    seen: str | None = None,
    by: Person | None,
    at: datetime,
) -> RunNote:
    """Say what to change next time (Markdown), and which form of the programme asked for feedback; empty takes it away.

    `training` is the title of the catalogue's training this was a run of, empty for none of them; None leaves it to the words.
    `seen` marks what was said when they began to write.

    Raises NotAllowed, BadPlan, ChangedMeanwhile.
    """
    require_team(by, session.cohort.programme, at=at, doing="say what to change next time")
    words = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(words) > LONGEST_RUN_NOTE:
        raise BadPlan(f"There is room for {LONGEST_RUN_NOTE} characters.", field="text")
    if form is not None and form.programme_id != session.cohort.programme_id:
        raise BadPlan("Choose a form of this programme.", field="form")
    _check_training(session, training)
    row, is_new = RunNote.objects.select_for_update(of=("self",)).get_or_create(session=session, defaults={"edited_at": at})
    if not is_new and (row.text, row.form_id, row.training) == (words, form.pk if form else None, training):
        return row
    must_be_as_seen(seen, seen_of_run(row), of="what is said of this run")
    row.text, row.form, row.training = words, form, training
    row.edited_at, row.edited_by = at, by
    row.save()
    journal.record("noted-run", row, by=by, at=at, part_of=session)
    return row


@transaction.atomic
def say_training(session: Session, training: str | None, *, by: Person | None, at: datetime) -> RunNote:
    """Say which training of the catalogue a session was a run of, whatever its kind and title; as `note_run` takes it.

    Raises NotAllowed, BadPlan.
    """
    require_team(by, session.cohort.programme, at=at, doing="say which training this was")
    _check_training(session, training)
    row, _ = RunNote.objects.select_for_update(of=("self",)).get_or_create(session=session, defaults={"edited_at": at})
    if row.training == training:
        return row
    row.training, row.edited_at, row.edited_by = training, at, by
    row.save()
    journal.record("said-training", row, by=by, at=at, part_of=session)
    return row


def _check_training(session: Session, training: str | None) -> None:
    if training and not catalogue(session.cohort.programme).filter(title=training).exists():
        raise BadPlan("The catalogue has no such training. Choose one that stands in the list.", field="training")
