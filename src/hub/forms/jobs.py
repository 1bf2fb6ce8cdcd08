"""What the worker does for this room: let go of answers kept for their time, show those that waited for the end."""

from __future__ import annotations

from datetime import datetime

from hub.forms import commands
from hub.forms.models import Form
from hub.kit import jobs


@jobs.handler("let-go-answers", every=jobs.nightly(3, 30))
def let_go_answers(_: jobs.Payload, *, at: datetime) -> None:
    """Freeze the numbers and purge what was answered, form by form."""
    commands.let_go_answers(by=None, at=at)


@jobs.handler(commands.SHOW_WHEN_OVER)
def show_when_over(ids: jobs.Payload, *, at: datetime) -> None:
    """Show what waits of an anonymous form whose time is over; where it is longer by now, another job is there for that."""
    for form in Form.objects.filter(pk=ids["form"]):
        commands.show_when_over(form, at=at)
