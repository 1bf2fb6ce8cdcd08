"""Who may build a form, and who may answer it."""

from __future__ import annotations

from datetime import datetime

from hub.core.errors import NotAllowed
from hub.core.forms import Audience, FormState
from hub.forms.models import Answer, Form
from hub.forms.queries.parts import answered_by, asks_by
from hub.people import permissions
from hub.people.models import Person
from hub.programmes.models import Programme


def can_build(by: Person | None, programme: Programme, *, at: datetime) -> bool:
    """Say whether somebody may change a programme's forms and read what is answered: its team, and the program (None)."""
    return by is None or permissions.runs(by, programme, at=at)


def require_team(by: Person | None, programme: Programme, *, at: datetime, doing: str) -> None:
    """Let the team of the programme pass. `doing` ends the sentence: "change its forms". Raises NotAllowed."""
    if not can_build(by, programme, at=at):
        raise NotAllowed(f"Only the team of the programme can {doing}.")


def can_answer(by: Person | None, form: Form, *, at: datetime) -> bool:
    """Say whether a form asks somebody, whether or not it takes answers now. Nobody (None) answers anonymously at most.

    What somebody sent stays theirs when it asks them no more: they can look at it, put it right and take it back.
    """
    if form.state == FormState.DRAFT:
        return False
    if form.audience == Audience.ANYBODY:
        return by is not None or form.is_anonymous
    if by is None:
        return False
    return Form.objects.filter(asks_by(by, at=at) | answered_by(by), pk=form.pk).exists()


def can_read(by: Person | None, answer: Answer, *, at: datetime) -> bool:
    """Say whether somebody may read an answer: whose it is, and once it was sent the team."""
    if by is not None and by.pk == answer.person_id:
        return True
    return answer.sent_at is not None and can_build(by, answer.form.programme, at=at)
