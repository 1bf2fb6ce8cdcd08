"""`hub manage …`: Django's commands with the Hub's settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def set_up_django() -> None:
    """Make the settings and the rooms ready, once, for a command that needs the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    import django

    django.setup()


def manage(words: Sequence[str]) -> int:
    """Run a command of Django's, such as `migrate`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["hub manage", *words])
    sys.stdout.flush()
    return 0
