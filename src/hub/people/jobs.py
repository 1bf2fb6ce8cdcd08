"""What the worker does for this room: forget who is due, let go of what has been kept for its time, look for duplicates."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

from hub.core.calendar import say_date
from hub.kit import jobs
from hub.people import commands, queries
from hub.people.commands.duplicates import LOOK
from hub.people.commands.erasure import TELL as TELL_OF_ERASURE
from hub.people.commands.merging import TELL
from hub.people.commands.newcomers import TELL_OF_PART
from hub.people.mails import send_of


@jobs.handler("erase-person")
def erase_person(ids: jobs.Payload, *, at: datetime) -> None:
    """Carry out an erasure; where nobody else runs the programme yet, tomorrow again."""
    erasure = queries.erasure_of(int(ids["erasure"]))
    if erasure is None:
        return
    try:
        commands.carry_out_erasure(erasure, by=None, at=at)
    except commands.LastOfTheTeam:
        commands.postpone_erasure(erasure, to=at + timedelta(days=1), by=None, at=at)


@jobs.handler(TELL_OF_ERASURE, in_steps=True)
def tell_of_erasure(ids: jobs.Payload, *, at: datetime) -> None:
    """Tell somebody that they are to be forgotten, and how to keep their data; nobody once it was taken back."""
    erasure = queries.erasure_of(int(ids["erasure"]))
    if erasure is None or erasure.person is None or erasure.taken_back_at is not None:
        return
    address = queries.mail_goes_to(erasure.person)
    if address:
        facts = {"erasure": erasure, "zone": erasure.person.clock, "base_url": settings.BASE_URL}
        text = render_to_string("people/doors/forgotten.txt", facts)
        send_mail("You are to be forgotten at the Practitioners Hub", text, None, [address])


@jobs.handler("let-go-expired", every=jobs.nightly(3, 20))
def let_go_expired(_: jobs.Payload, *, at: datetime) -> None:
    """Let go of what is kept no longer."""
    commands.let_go_expired(by=None, at=at)


@jobs.handler(LOOK, every=jobs.nightly(3, 40))
def find_duplicates(_: jobs.Payload, *, at: datetime) -> None:
    """Look for records that may be one person."""
    commands.find_duplicates(at=at)


@jobs.handler(TELL, in_steps=True)
def tell_of_merge(ids: jobs.Payload, *, at: datetime) -> None:
    """Tell an address that two records were made one, or two again; one that is gone meanwhile is told nothing."""
    address = queries.address_by_key(int(ids["address"]))
    if address is not None:
        name, email = address
        text = render_to_string("people/doors/merged.txt", {"name": name, "what": ids["what"], "base_url": settings.BASE_URL})
        send_mail("Your records at the Practitioners Hub", text, None, [email])


@jobs.handler(TELL_OF_PART, in_steps=True)
def tell_of_part(ids: jobs.Payload, *, at: datetime) -> None:
    """Tell somebody of their first part in a programme; nobody where it was taken back meanwhile, or they were forgotten."""
    role = queries.role_by_key(int(ids["role"]))
    address = queries.mail_goes_to(role.person) if role is not None else ""
    if role is not None and address:
        facts = {
            "role": role,
            "label": role.label,
            "from_day": say_date(role.starts_on),
            "asks": any(each.open for each in queries.asked_of(role.person, at=at) if each.programme == role.programme),
            "base_url": settings.BASE_URL,
        }
        text = render_to_string("people/doors/part.txt", facts)
        send_of(role.programme, f"{role.programme.name}: your part in it", text, to=address)
