"""Where people appear in shared notes and on certificates: what a withdrawal of consent shows.

Source: issue 3, "the withdrawal shows every place it touched and makes a task for what a program can't change".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from hub.core.consent import Use
from hub.core.veil import Veil
from hub.participation.queries.certificates import certificates_of_person
from hub.participation.queries.notes import approved_in
from hub.people.appearances import Appearance
from hub.people.models import Organisation, Person
from hub.people.queries import names_in
from hub.programmes.models import Programme


def appearances(
    use: Use, programme: Programme, person: Person | None, organisation: Organisation | None, at: datetime
) -> Iterator[Appearance]:
    """Give the notes everybody may read that name a person, and the certificates that say their name. Three queries.

    The Hub takes the name out of notes itself. A certificate says what it said when it was issued, to whoever has its code:
    whether it is to stand is theirs to say.
    """
    if person is None or use is not Use.NAME:
        return
    veil = Veil(dict.fromkeys(names_in(programme, person), "somebody"))
    for export in approved_in(programme.pk):
        session, text = export.session, export.version.text
        if export.is_public and veil.text(text) != text:
            url = reverse("session-notes", args=[programme.slug, session.cohort.slug, session.slug])
            yield Appearance(f"The notes of {veil.text(session.title)}, {session.cohort.name}", url)
    for row in certificates_of_person(person):
        if row.cohort.programme_id == programme.pk:
            what = f"The certificate for {row.cohort.name}"
            to_do = f"Ask whether their certificate for {row.cohort.name} may still name them to who has its code, or revoke it"
            yield Appearance(what, reverse("certificate", args=[row.code]), to_do=to_do)
