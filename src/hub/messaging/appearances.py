"""Where letters a team keeps name people: what a withdrawal of consent leaves to the team.

Source: issue 3, "the withdrawal shows every place it touched and makes a task for what a program can't change".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from hub.core.consent import Use
from hub.core.veil import Veil
from hub.messaging.queries import letters_kept
from hub.people.appearances import Appearance
from hub.people.models import Organisation, Person
from hub.people.queries import names_in
from hub.programmes.models import Programme


def appearances(
    use: Use, programme: Programme, person: Person | None, organisation: Organisation | None, at: datetime
) -> Iterator[Appearance]:
    """Give the letters that name a person and may still go: those for rules, and those by hand that wait. Four queries.

    What a letter says of itself is its team's own, a greeting or who signs it, so the Hub takes nothing out; what it says by
    variables of a session or a form goes through the veil (`happenings.Fact`). Nobody but the team reads letters.
    """
    if person is None or use is not Use.NAME:
        return
    veil = Veil(dict.fromkeys(names_in(programme, person), "somebody"))
    for letter in letters_kept(programme):
        if veil.text(letter.words) != letter.words:
            called = veil.text(letter.title)
            what = f"The letter “{called}”" if called else "A letter without a subject"
            to_do = f"Take the name out: {what[0].lower()}{what[1:]}"
            yield Appearance(what, reverse(letter.page, args=letter.place), to_do=to_do)
