"""Write pictures: a person's photo, an organisation's logo, each under a name nobody can guess."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from hub.core.errors import NotAllowed, Refusal
from hub.kit import jobs, journal
from hub.people import permissions
from hub.people.commands.persons import LONGEST_ALT, shown_anew, there
from hub.people.models import Organisation, Person
from hub.programmes.commands import public_changed
from hub.programmes.queries import programmes_among
from hub.services.pictures import Shape, read_picture


class BadWords(Refusal):
    """The words for a picture are missing or too long."""

    code = "bad-words"


@transaction.atomic
def set_photo(person: Person, data: bytes | None, *, alt: str, by: Person | None, at: datetime) -> Person:
    """Give a person a photo, or other words for the one they have (`data` None). It is shown where they allow it.

    Raises NotAllowed, AlreadyForgotten, BadPicture, BadWords.
    """
    if not permissions.can_edit(by, person, at=at):
        raise NotAllowed("Only they themselves and their programme’s team change what is said of a person.")
    row = there(person)
    words = _words(alt)
    if data is not None:
        name = _stored(data, Shape.PHOTO, "photos", old=row.photo, at=at)
        row.photo = name
    elif not row.photo:
        raise BadWords("Choose a picture first.", field="picture")
    row.photo_alt = words or f"Portrait of {row.name}"
    row.save(update_fields=["photo", "photo_alt"])
    journal.record("edited", row, by=by, at=at, fields=["photo"])
    shown_anew(row)
    return row


@transaction.atomic
def take_photo_away(person: Person, *, by: Person | None, at: datetime) -> Person:
    """Take a person's photo away. Raises NotAllowed."""
    if not permissions.can_edit(by, person, at=at):
        raise NotAllowed("Only they themselves and their programme’s team change what is said of a person.")
    row = Person.objects.select_for_update().get(pk=person.pk)
    if row.photo:
        jobs.delete_file(row.photo, at=at)
        row.photo = row.photo_alt = ""
        row.save(update_fields=["photo", "photo_alt"])
        journal.record("edited", row, by=by, at=at, fields=["photo"])
        shown_anew(row)
    return row


@transaction.atomic
def set_logo(organisation: Organisation, data: bytes | None, *, alt: str, by: Person | None, at: datetime) -> Organisation:
    """Give an organisation a logo, or other words for it. Its contact person and teams may; it is shown where it is allowed.

    Raises NotAllowed, BadPicture, BadWords.
    """
    row = _kept(organisation, by, at)
    words = _words(alt)
    if data is not None:
        row.logo = _stored(data, Shape.LOGO, "logos", old=row.logo, at=at)
    elif not row.logo:
        raise BadWords("Choose a picture first.", field="picture")
    row.logo_alt = words or f"Logo of {row.name}"
    row.save(update_fields=["logo", "logo_alt"])
    journal.record("edited", row, by=by, at=at, fields=["logo"])
    _logo_shown_anew(row)
    return row


@transaction.atomic
def take_logo_away(organisation: Organisation, *, by: Person | None, at: datetime) -> Organisation:
    """Take an organisation's logo away. Raises NotAllowed."""
    row = _kept(organisation, by, at)
    if row.logo:
        jobs.delete_file(row.logo, at=at)
        row.logo = row.logo_alt = ""
        row.save(update_fields=["logo", "logo_alt"])
        journal.record("edited", row, by=by, at=at, fields=["logo"])
        _logo_shown_anew(row)
    return row


def _kept(organisation: Organisation, by: Person | None, at: datetime) -> Organisation:
    if not (permissions.keeps_people(by, at=at) or permissions.speaks_for(by, organisation, at=at)):
        raise NotAllowed("Only who speaks for an organisation, and a team, change its logo.")
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _stored(data: bytes, shape: Shape, folder: str, *, old: str, at: datetime) -> str:
    """Store a picture under a new name, and ask for the old one to be deleted after the commit.

    A caller that is rolled back leaves a file nobody knows the name of.
    """
    made = read_picture(data, shape)
    name = str(default_storage.save(f"{folder}/{secrets.token_urlsafe(18)}.webp", ContentFile(made)))
    if old:
        jobs.delete_file(old, at=at)
    return name


def _words(alt: str) -> str:
    words = " ".join(alt.split())
    if len(words) > LONGEST_ALT or "\x00" in words:
        raise BadWords(f"{LONGEST_ALT} letters at most.", field="alt")
    return words


def _logo_shown_anew(organisation: Organisation) -> None:
    for programme in programmes_among(organisation.consents.values_list("programme", flat=True).distinct()):
        public_changed(programme)
