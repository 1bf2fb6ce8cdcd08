"""Where forms name people: what a withdrawal of consent shows, and what is left to the team.

Source: issue 3, "the withdrawal shows every place it touched and makes a task for what a program can't change".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from hub.core.consent import Use
from hub.core.forms import Audience
from hub.core.veil import Veil
from hub.forms.queries import published
from hub.people.appearances import Appearance
from hub.people.models import Organisation, Person
from hub.people.queries import names_in
from hub.programmes.models import Programme


def appearances(
    use: Use, programme: Programme, person: Person | None, organisation: Organisation | None, at: datetime
) -> Iterator[Appearance]:
    """Give the forms that name a person in any of their words, as people have them before them now. Two queries.

    The Hub takes the name out for everybody who takes no part in what the form is of; what it asks then is for the team to
    say. One that asks only some people is told to nobody but the team.
    """
    if person is None or use is not Use.NAME:
        return
    veil = Veil(dict.fromkeys(names_in(programme, person), "somebody"))
    for form, content in published(programme):
        if veil.facts(content) != content:
            what = f"The form “{veil.text(str(content.get('title', '')))}”"
            name = "form" if form.audience == Audience.ANYBODY else "desk-form"
            url = reverse(name, args=[programme.slug, form.slug])
            yield Appearance(what, url, to_do=f"Take the name out: {what[0].lower()}{what[1:]}")
