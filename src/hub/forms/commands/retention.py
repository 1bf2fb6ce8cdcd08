"""Let go of answers that were kept for their time: first the numbers are frozen, then what was answered is purged."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from hub.core.errors import NotAllowed
from hub.core.forms import AnswerState, freeze, load, tallies
from hub.forms.commands.forms import locked, show_when_over
from hub.forms.models import AnonymousAnswer, Answer, Form, Upload
from hub.kit import jobs, journal
from hub.people.models import Person, day_of


def let_go_answers(*, by: Person | None, at: datetime) -> int:
    """Let go of every answer that is kept no longer, form by form; gives how many. Raises NotAllowed."""
    if by is not None:
        raise NotAllowed("The Hub does this itself, every night.")
    return sum(_let_go(form, at=at) for form in Form.objects.order_by("pk"))


@transaction.atomic
def _let_go(form: Form, *, at: datetime) -> int:
    """Freeze the numbers of a form's answers that are due, and purge them.

    Anonymous ones that were never shown are counted only where they are a group by themselves: else a summary that grows by one
    would tell what that one said. Fewer go without being counted, and the form keeps how many that were.
    """
    before = at - timedelta(days=form.kept_days)
    if form.is_anonymous:
        show_when_over(form, at=at)  # so that none goes uncounted because its time and that of its form were over together
    sent = Answer.objects.filter(form=form, state=AnswerState.SENT.value, purged_at__isnull=True, sent_at__lte=before)
    nobodys = AnonymousAnswer.objects.filter(form=form, day__lte=day_of(before))
    idle = Answer.objects.filter(form=form, state=AnswerState.DRAFT.value, saved_at__lte=before)
    if not (sent.exists() or nobodys.exists() or idle.exists()):
        return 0
    row = locked(form)
    contents = {each.number: load(each.content) for each in row.versions.all()}
    pile = list(nobodys.select_related("version"))
    waiting = [each for each in pile if not each.is_shown]
    uncounted = len(waiting) if len(waiting) < row.smallest_group else 0
    due = [*sent.select_related("version"), *(each for each in pile if each.is_shown or not uncounted)]
    if due or uncounted:
        found = tallies(contents, [(each.version.number, each.values) for each in due], row.frozen)
        row.frozen, row.frozen_count, row.uncounted = freeze(found), row.frozen_count + len(due), row.uncounted + uncounted
        row.save(update_fields=["frozen", "frozen_count", "uncounted"])
    keys = [*(each.pk for each in due if isinstance(each, Answer)), *idle.values_list("pk", flat=True)]
    files = Upload.objects.filter(answer__in=keys)
    for stored in files.values_list("stored", flat=True):
        jobs.delete_file(stored, at=at)
    files.delete()
    dropped = idle.delete()[0]
    Answer.objects.filter(pk__in=keys).update(values={}, typed={}, purged_at=at)
    nobodys.delete()
    journal.record("let-go", row, by=None, at=at, sent=len(due), uncounted=uncounted, drafts=dropped)
    return len(due) + uncounted + dropped
