"""Remind people: begin a letter to who has not answered a form, which the team looks at before it goes."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from hub.core.calendar import say_instant
from hub.core.choices import Topic
from hub.forms.models import Form
from hub.forms.queries import Asking
from hub.messaging.commands import write_mailing
from hub.messaging.models import Mailing
from hub.people.models import Person

TO_ALL = "It is anonymous. Nobody can see who has answered, so this goes to everybody it asks. If you have answered, thank you."
IN_THE_WAY = "{{# if you.can_answer }}If something is in the way, answer this mail: a person reads it.{{/ if }}"
_MARKS = re.compile(r"[\[\]{}*_`<>\\]+")  # what a letter would read as marks, where a title has them


def group_name(form: Form) -> str:
    """Give the name of the group of people a reminder of a form goes to."""
    return f"form:{form.pk}"


def begin_reminder(to: Asking, *, by: Person | None, at: datetime) -> Mailing:
    """Begin a letter to exactly those a form is missing, in usual words; nothing goes before somebody sends it.

    Raises NotAllowed.
    """
    form = to.form
    title = " ".join(_MARKS.sub(" ", to.title).split())
    link = settings.BASE_URL + reverse("form", args=[form.programme.slug, form.slug])
    is_open = f"takes answers until {say_instant(form.closes_at, form.programme.zone)}" if form.closes_at else "is open for you"
    said = [
        "Hello {{ you.first_name }},",
        f"**{title}** {is_open}.",
        f"[Answer it]({link})",
        TO_ALL if form.is_anonymous else "",
        IN_THE_WAY,
    ]
    return write_mailing(
        form.programme,
        subject=f"Still open for you: {title}",
        body="\n\n".join(each for each in said if each),
        topic=Topic.TASKS,
        audiences=[group_name(form)],
        by=by,
        at=at,
    )
