"""What this room writes when something happens in an earlier one, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from hub.admissions.commands import ask_newcomers, forget_shared
from hub.forms.events import answer_sent, answer_withdrawn
from hub.forms.models import Answer
from hub.messaging.commands import facts_changed
from hub.people.events import roles_changed
from hub.people.models import Person, Role


@receiver(roles_changed, dispatch_uid="admissions.ask-newcomers")
def ask_who_came(sender: Any, *, roles: Sequence[Role], by: Person | None, at: datetime, **_: Any) -> None:
    """Ask who became an Expert of a cohort to answer its survey; who left gets no more messages."""
    ask_newcomers(roles, by=by, at=at)


@receiver(answer_sent, dispatch_uid="admissions.answer-sent")
def tell_of_answer(sender: Any, *, answer: Answer, at: datetime, **_: Any) -> None:
    """A step may be done now: whoever would be reminded of it is not."""
    facts_changed(answer.form.programme, at=at)


@receiver(answer_withdrawn, dispatch_uid="admissions.answer-withdrawn")
def take_out_of_summaries(sender: Any, *, answer: Answer, at: datetime, **_: Any) -> None:
    """Delete what of a withdrawn answer stands in summaries that were told back."""
    forget_shared(answer)
    facts_changed(answer.form.programme, at=at)
