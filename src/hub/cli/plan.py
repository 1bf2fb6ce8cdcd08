"""`hub plan check` and `hub plan show`: what a plan says and what is wrong with it. No database, no Django."""

from __future__ import annotations

import argparse
import json
import sys

from hub.cli.arguments import hub_version
from hub.cli.output import CannotRead, complain, has_colour, read_file, terminal_width, write_out
from hub.core.errors import Refusal
from hub.core.plan.check import check_plan
from hub.core.plan.model import Plan, Severity
from hub.core.plan.read import read_bytes
from hub.core.plan.report import Checked, count, shown, to_annotations, to_facts, to_outline, to_sarif, to_text
from hub.core.plan.rules import DEFAULT, Rules, read_rules


def check(args: argparse.Namespace) -> int:
    """Print what is wrong with each plan. 0 without errors, 1 with errors, 2 when a file cannot be read."""
    try:
        rules = _rules(args.rules)
    except CannotRead as error:
        complain(f"{args.rules}: {error}")
        return 2
    except Refusal as no:
        complain(f"{args.rules}: {no.sentence}")
        return 2
    files = [_checked(name, rules) for name in args.files]
    if args.format == "json":
        write_out(json.dumps(to_facts(files), ensure_ascii=False, indent=2) + "\n", is_data=True)
    elif args.format == "github":
        write_out(to_annotations(files), is_data=True)
    elif args.format == "sarif":
        sarif = to_sarif(files, version=hub_version())
        write_out(json.dumps(sarif, ensure_ascii=False, indent=2) + "\n", is_data=True)
    elif any(not each.problem for each in files):
        write_out(to_text(files, colour=has_colour(args.colour, sys.stdout), width=terminal_width(sys.stdout)))
    sys.stdout.flush()
    for each in files:
        if each.problem:
            complain(f"{each.file}: {each.problem}")
    if any(each.problem for each in files):
        return 2
    return 1 if count(files)[Severity.ERROR] else 0


def show(args: argparse.Namespace) -> int:
    """Print what the Hub understands of a plan. 0, or 2 when the file cannot be read."""
    try:
        plan = _read(args.file)[1]
    except CannotRead as error:
        complain(f"{args.file}: {error}")
        return 2
    if args.format == "json":
        write_out(json.dumps(shown(plan), ensure_ascii=False, indent=2) + "\n", is_data=True)
    else:
        write_out(to_outline(plan, colour=has_colour(args.colour, sys.stdout)))
    return 0


def _rules(name: str | None) -> Rules:
    if name is None:
        return DEFAULT
    try:
        return read_rules(read_file(name).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise CannotRead("these rules are not UTF-8 text.") from None


def _read(name: str) -> tuple[str, Plan]:
    data = read_file(name)
    try:
        plan = read_bytes(data)
    except Refusal as no:
        raise CannotRead(no.sentence) from None
    return data.decode("utf-8-sig", "replace"), plan


def _checked(name: str, rules: Rules) -> Checked:
    try:
        text, plan = _read(name)
    except CannotRead as error:
        return Checked(file=name, problem=str(error))
    return Checked(file=name, text=text, findings=check_plan(plan, rules))
