"""Where the command line meets the world: files that may not be readable, terminals that may not have colour."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TextIO


class CannotRead(Exception):
    """A file cannot be read; the message is a sentence without the file's name."""


def read_file(name: str) -> bytes:
    """Give the bytes of a file, or of standard input for "-". Raises CannotRead with a sentence for people."""
    if name == "-":
        return sys.stdin.buffer.read()
    path = Path(name)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise CannotRead("there is no such file.") from None
    except IsADirectoryError:
        inside = sorted(each.name for each in path.glob("*.md"))
        hint = f", such as {path / inside[0]}." if inside else "."
        raise CannotRead(f"this is a folder. Name a file in it{hint}") from None
    except PermissionError:
        raise CannotRead("you may not read this file.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be a file's"
        raise CannotRead(f"it cannot be read: {reason}.") from None


def complain(sentence: str) -> None:
    """Say on standard error what went wrong."""
    print(f"hub: {sentence}", file=sys.stderr)


def has_colour(choice: str, stream: TextIO) -> bool:
    """Say whether to colour text for a stream: as asked, else on a terminal where NO_COLOR is not set."""
    if choice != "auto":
        return choice == "always"
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def terminal_width(stream: TextIO) -> int:
    """Give the columns to write in: the terminal's, at most 120, and 100 where there is none."""
    return min(shutil.get_terminal_size((100, 24)).columns, 120) if stream.isatty() else 100


def write_out(text: str, *, is_data: bool = False) -> None:
    """Write to standard output whatever its encoding can carry; data is always UTF-8."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8" if is_data else None, errors="backslashreplace")
    sys.stdout.write(text)
