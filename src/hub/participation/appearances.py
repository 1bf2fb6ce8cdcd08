"""Where people appear in shared notes and on certificates: what a withdrawal of consent shows.

Source: issue 3, "the withdrawal shows every place it touched and makes a task for what a program can't change".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from hub.core.consent import Use
from hub.core.veil import Veil
from hub.participation.models import Certificate
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

    The Hub takes the name out of notes itself. A certificate says what it said when it was issued, so its page is closed
    (`receivers`); whether it opens again is theirs to say.
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
            yield _page_of(row)


def open_certificates(person: Person) -> Iterator[Appearance]:
    """Give the certificates of a person that whoever has the code can verify. One query."""
    yield from (_page_of(row) for row in certificates_of_person(person) if row.closed_at is None)


def _page_of(row: Certificate) -> Appearance:
    return Appearance(f"The certificate for {row.cohort.name}", reverse("certificate", args=[row.code]), by_code=True)
