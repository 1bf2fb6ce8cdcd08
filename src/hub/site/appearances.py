"""Where people and organisations stand on the homes of programmes, and in words their teams wrote.

Source: issue 3, "the withdrawal shows every place it touched and makes a task for what a program can't change".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from hub.core.consent import Use
from hub.core.names import plain
from hub.core.veil import Veil
from hub.people.appearances import Appearance
from hub.people.models import Organisation, Person
from hub.people.permissions import runs
from hub.people.queries import allows, names_in
from hub.programmes import queries as programmes
from hub.programmes.models import Programme


def appearances(
    use: Use, programme: Programme, person: Person | None, organisation: Organisation | None, at: datetime
) -> Iterator[Appearance]:
    """Give the home of a programme whose team a person is on, or whose partner an organisation is; and texts with the name.

    A text is a team's own: somebody has to write it anew.
    """
    home = Appearance(f"The home of {programme.name}", reverse("programme", args=[programme.slug]))
    if organisation is not None:
        partners = programmes.partner_names_of(programmes.cohorts_of(programme)) if use is Use.LOGO else []
        if organisation.logo and plain(organisation.name) in {plain(each.name) for each in partners}:
            yield home
        return
    if person is None or use not in (Use.NAME, Use.PHOTO):
        return
    is_shown = use is Use.NAME or (bool(person.photo) and allows(person, Use.NAME, programme))
    if is_shown and runs(person, programme, at=at):
        yield home
    if use is Use.NAME:
        veil = Veil(dict.fromkeys(names_in(programme, person), "somebody"))
        for words in programmes.public_words(programme):
            if veil.text(words.text) != words.text:
                yield _in(words, programme)


def _in(words: programmes.Words, programme: Programme) -> Appearance:
    if words.cohort is not None:
        what, url = f"The words about {words.cohort.name}", reverse("cohort", args=[programme.slug, words.cohort.slug])
    else:
        what = {"home": "The words about the programme", "year-plan": "The year plan"}.get(
            words.place, f"The {words.place} statement"
        )
        url = reverse({"home": "programme"}.get(words.place, words.place), args=[programme.slug])
    return Appearance(what, url, to_do=f"Take the name out: {what[0].lower()}{what[1:]}")
