"""What tests of killed workers do to the outbox from outside: `python -m tests.messaging.outbox_process WORD …`.

prepare NUMBER   a programme and a letter to so many people, one in ten of whom cannot be reached, on its way
tell             print where every message stands, by its Message-ID, as JSON
"""

from __future__ import annotations

import json
import sys
from datetime import date


def main(word: str, *rest: str) -> int:
    from hub.cli.manage import set_up_django

    set_up_django()
    from django.utils import timezone

    from hub.core.choices import Topic
    from hub.messaging import commands
    from hub.messaging.models import Message
    from hub.messaging.posting import message_id
    from hub.people.commands import add_person, give_role
    from hub.people.models import RoleKind
    from hub.programmes.commands import create_programme

    at = timezone.now()
    if word == "prepare":
        programme = create_programme(slug="told", name="Told", is_public=True, by=None, at=at)
        for number in range(int(rest[0])):
            act = "+refuse" if number % 10 == 9 else "+greylist_1" if number % 10 == 4 else ""
            person = add_person(f"Somebody Number{number}", email=f"n{number}{act}@example.org", by=None, at=at)
            give_role(person, RoleKind.COMMUNITY, programme, starts_on=date(2024, 1, 1), by=None, at=at)
        letter = commands.write_mailing(
            programme,
            subject="News",
            body="Hello {{ you.name }}",
            topic=Topic.NEWS,
            audiences=["part:community"],
            by=None,
            at=at,
        )
        made = commands.prepare_mailing(letter, by=None, at=at)
        commands.send_mailing(letter, count=len(made), by=None, at=at)
    elif word == "tell":
        print(json.dumps({message_id(row): row.state for row in Message.objects.order_by("pk")}))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
