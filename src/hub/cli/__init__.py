"""The command line: `hub`. Each command imports what it needs when it runs, so that `hub --help` is instant.

Exit status: 0 done, 1 a rule said no or the plan has errors, 2 something could not be read or an argument is wrong.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command of the Hub and give its exit status; a pipe that closes early ends it quietly."""
    from hub.cli.arguments import parser

    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["manage"]:  # Django's own command line, whose arguments are its own
        from hub.cli.manage import manage

        return manage(words[1:])
    try:
        args = parser().parse_args(words or ["--help"])
        status: int = args.run(args)
        sys.stdout.flush()
    except BrokenPipeError:  # `hub plan check … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130
    return status
