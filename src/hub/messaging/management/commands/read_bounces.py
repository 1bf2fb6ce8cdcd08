"""`hub manage read_bounces`: note which messages came back, from what a mailbox got."""

from __future__ import annotations

import mailbox
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from hub.messaging import commands
from hub.services.mail import parse_bounce


class Command(BaseCommand):
    """Read returned mails: one from standard input (a pipe of the mail server), or all of a maildir or mbox."""

    help = "Note which messages came back: reads one returned mail from standard input, or a maildir or mbox."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what can be typed."""
        parser.add_argument(
            "path", nargs="?", type=Path, help="a maildir, or a file in the mbox form; without it, standard input"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Note each failure that speaks of a message of ours and names the address it went to."""
        noted = sum(self._note(raw) for raw in _mails(options["path"]))
        self.stdout.write(f"{noted} came back." if noted else "Nothing of ours came back.")

    def _note(self, raw: bytes) -> int:
        noted = 0
        for bounce in parse_bounce(raw):
            if bounce.is_final:
                for message_id in bounce.message_ids:
                    token = message_id.strip("<>").partition("@")[0]
                    row = commands.note_bounce(
                        token, to=bounce.recipient, words=bounce.diagnostic or bounce.status, at=timezone.now()
                    )
                    noted += row is not None
        return noted


def _mails(path: Path | None) -> Iterator[bytes]:
    if path is None:
        yield sys.stdin.buffer.read()
    elif path.is_dir():
        yield from (bytes(each) for each in mailbox.Maildir(str(path), create=False))
    elif path.is_file():
        yield from (bytes(each) for each in mailbox.mbox(str(path), create=False))
    else:
        raise CommandError(f"There is nothing at {path}.")
