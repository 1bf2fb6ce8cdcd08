"""What can be typed after `hub`. Only words stand here; what they do is imported when it is asked for."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

_PLAN_FILE = "a plan in Markdown; “-” reads standard input"


def parser() -> argparse.ArgumentParser:
    """Build the parser of all commands; each sets `run`, a function from the arguments to an exit status."""
    top = argparse.ArgumentParser(
        prog="hub", description="Write a cohort programme's plan in Markdown; run the programme from it."
    )
    top.add_argument("--version", action="version", version=f"hub {hub_version()}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    plan = commands.add_parser("plan", help="check, show, import and export plans").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    _check(plan.add_parser("check", help="say what is wrong with plans, by line"))
    _show(plan.add_parser("show", help="show what the Hub understands of a plan"))
    _import(plan.add_parser("import", help="take a plan over into a cohort's schedule"))
    _export(plan.add_parser("export", help="write a cohort's plan as Markdown"))

    serve = commands.add_parser("serve", help="serve the Hub; HUB_HOST, HUB_PORT and HUB_WORKERS say where and how")
    serve.set_defaults(run=_later("hub.cli.serve", "serve"))
    work = commands.add_parser("work", help="do the background work beside a server; any number of them, with PostgreSQL")
    work.add_argument("--at-once", type=int, default=4, metavar="N", help="jobs run at a time, with PostgreSQL (4)")
    work.set_defaults(run=_later("hub.cli.work", "work"))
    demo = commands.add_parser("demo", help="set up the demo and serve it")
    demo.add_argument("--fresh", action="store_true", help="start over: take the demo's data away first")
    demo.add_argument("--load-only", action="store_true", help="set the demo up and stop before serving it")
    demo.set_defaults(run=_later("hub.cli.demo", "run"))
    commands.add_parser("manage", help="Django's own commands, such as “hub manage migrate”", add_help=False)
    return top


def hub_version() -> str:
    """Give the version of the Hub that is installed."""
    try:
        return version("practitioners-hub")
    except PackageNotFoundError:  # run from a source folder that was never installed
        return "0"


def _later(module: str, name: str) -> Callable[[argparse.Namespace], int]:
    """Give a function that imports the command when it is run, and not before."""

    def run(args: argparse.Namespace) -> int:
        status: int = getattr(import_module(module), name)(args)
        return status

    return run


def _colour(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--color",
        "--colour",
        dest="colour",
        choices=["auto", "always", "never"],
        default="auto",
        help="colour the text (auto: on a terminal, unless NO_COLOR is set)",
    )


def _check(command: argparse.ArgumentParser) -> None:
    command.description = (
        "Say what is wrong with plans, by line. Ends with 0 without errors, 1 with errors, 2 if something cannot be read."
    )
    command.add_argument("files", nargs="+", metavar="FILE", help=_PLAN_FILE)
    command.add_argument("--rules", metavar="R.toml", help="the programme's own rules; without it, the Hub's")
    command.add_argument("--format", choices=["text", "json", "github", "sarif"], default="text", help="how to tell it (text)")
    _colour(command)
    command.set_defaults(run=_later("hub.cli.plan", "check"))


def _show(command: argparse.ArgumentParser) -> None:
    command.description = "Show what the Hub understands of a plan: as an outline, or everything as JSON."
    command.add_argument("file", metavar="FILE", help=_PLAN_FILE)
    command.add_argument("--format", choices=["text", "json"], default="text", help="how to show it (text)")
    _colour(command)
    command.set_defaults(run=_later("hub.cli.plan", "show"))


def _cohort(command: argparse.ArgumentParser) -> None:
    command.add_argument("--programme", required=True, metavar="P", help="the programme's name in its address")
    command.add_argument("--cohort", required=True, metavar="C", help="the cohort's name in its address")


def _import(command: argparse.ArgumentParser) -> None:
    command.description = (
        "Take a plan over into a cohort's schedule. The difference is shown first; nothing changes before you agree."
    )
    command.add_argument("file", metavar="FILE", help=_PLAN_FILE)
    _cohort(command)
    command.add_argument("--yes", action="store_true", help="agree beforehand; needed where there is no terminal to ask")
    command.set_defaults(run=_later("hub.cli.schedule", "import_plan"))


def _export(command: argparse.ArgumentParser) -> None:
    command.description = "Write a cohort's plan as Markdown, as the team wrote it but for what was changed in the Hub."
    _cohort(command)
    command.add_argument("--output", metavar="F", help="the file to write; without it, standard output")
    command.set_defaults(run=_later("hub.cli.schedule", "export_plan"))
