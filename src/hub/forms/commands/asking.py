"""Ask people of a programme by name or address, one by one."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from hub.core.errors import Refusal
from hub.core.words import listed
from hub.forms import permissions
from hub.forms.commands.forms import ask_people
from hub.forms.models import Form
from hub.people.models import Person
from hub.people.queries import called

MOST_AT_ONCE = 100


class NobodyCalled(Refusal):
    """Somebody who is to be asked is not known by this name, or is one of two."""

    code: ClassVar[str] = "nobody-called"


@transaction.atomic
def ask_by_name(form: Form, text: str, *, by: Person | None, at: datetime) -> int:
    """Ask the people a text names, one a line by whole name or by address, all or none; says how many are new.

    They are asked by hand: until somebody asks them no more, whatever part they have. Raises NotAllowed, NobodyCalled.
    """
    permissions.require_team(by, form.programme, at=at, doing="ask people")
    lines = list(dict.fromkeys(filter(None, (" ".join(line.split()) for line in text.splitlines()))))
    if not lines:
        raise NobodyCalled("Write whom to ask, a name or an address a line.", field="names")
    if len(lines) > MOST_AT_ONCE:
        raise NobodyCalled(f"These are {len(lines)} lines. Ask at most {MOST_AT_ONCE} people at a time.", field="names")
    found = {line: called(form.programme, by, line, at=at) for line in lines}
    if unknown := [f"“{line}”" for line, people in found.items() if len(people) != 1]:
        raise NobodyCalled(
            f"We find nobody of the programme, or two, for {listed(unknown, most=5)}. Write the address, or bring them in "
            "under People first. Nobody is asked yet.",
            field="names",
        )
    return ask_people(form, [people[0] for people in found.values()], by=by, at=at)
