"""What the house promises about itself, held by reading its own code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from hub.programmes.models import RESERVED_COHORT_SLUGS, RESERVED_SLUGS

ROOT = Path(__file__).resolve().parents[1]
HUB = ROOT / "src" / "hub"
ROOMS = ("programmes", "people", "messaging", "forms", "schedule", "admissions", "participation")
ENTRANCES = ("pages", "cli", "api", "management", "access", "middleware", "templatetags", "doors", "kept", "seeing_as")
SOURCES = sorted(path for path in HUB.rglob("*.py") if "migrations" not in path.parts)


def room_of(path: Path) -> str:
    return path.relative_to(HUB).parts[0].removesuffix(".py")


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported_models(tree: ast.Module) -> dict[str, str]:
    """Name -> room for each model class a module imports from a room's models."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.ImportFrom)
            and node.module
            and node.module.startswith("hub.")
            and node.module.endswith(".models")
        ):
            names |= {alias.asname or alias.name: node.module.split(".")[1] for alias in node.names}
    return names


def test_a_room_asks_the_database_only_for_its_own_rows() -> None:
    strangers = []
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        models = imported_models(tree)
        for node in ast.walk(tree):
            is_manager = isinstance(node, ast.Attribute) and node.attr == "objects" and isinstance(node.value, ast.Name)
            if is_manager and node.value.id in models and models[node.value.id] != room_of(path):  # type: ignore[union-attr]
                strangers.append(f"{relative(path)}:{node.lineno} {node.value.id}.objects")  # type: ignore[union-attr]
    assert strangers == []


def clock_readings(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            said = f"{node.func.value.id}.{node.func.attr}"
            if said in {
                "timezone.now",
                "datetime.now",
                "date.today",
                "datetime.today",
                "datetime.utcnow",
                "timezone.localdate",
            }:
                yield f"{relative(path)}:{node.lineno} {said}()"


def test_only_entrances_read_the_clock() -> None:
    inside = [
        path for path in SOURCES if not any(part.removesuffix(".py") in ENTRANCES for part in path.relative_to(HUB).parts)
    ]
    assert [reading for path in inside for reading in clock_readings(path)] == []


def test_flags_are_given_by_name() -> None:
    by_position = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                for argument in (*node.args.posonlyargs, *node.args.args):
                    if isinstance(argument.annotation, ast.Name) and argument.annotation.id == "bool":
                        by_position.append(f"{relative(path)}:{node.lineno} {node.name}({argument.arg})")
    assert by_position == []


def test_the_environment_is_read_in_one_place() -> None:
    readers = [
        relative(path)
        for path in SOURCES
        if ("os.environ" in path.read_text() or "os.getenv" in path.read_text())
        and path.name not in {"settings.py", "wsgi.py"}
        and "cli" not in path.parts
    ]
    assert readers == []


def test_no_module_is_named_for_nothing() -> None:
    assert [relative(path) for path in SOURCES if path.stem in {"utils", "helpers", "common", "misc"}] == []


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in resolver.url_patterns:
        address = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, address)
        else:
            yield address, each


def test_every_page_says_who_may_enter() -> None:
    silent = [
        address
        for address, pattern in patterns(get_resolver())
        if not address.startswith(("api/v1/", "static/")) and not hasattr(pattern.callback, "access")
    ]
    assert silent == []


def test_no_programme_and_no_cohort_can_be_called_what_the_hub_calls_a_page() -> None:
    words = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
    unreserved = set()
    for address, _ in patterns(get_resolver()):
        first, *rest = address.split("/")
        of_cohorts = rest[:1] if first == "<slug:programme>" else rest[1:2] if rest[:1] == ["<slug:programme>"] else []
        if rest and words.fullmatch(first) and first not in RESERVED_SLUGS:
            unreserved.add(address)
        unreserved |= {address for each in of_cohorts if words.fullmatch(each) and each not in RESERVED_COHORT_SLUGS}
    assert unreserved == set()


def test_the_command_line_helps_without_waking_django() -> None:
    program = (
        "import sys; from hub.cli import main\n"
        "try:\n main(['--help'])\nexcept SystemExit: pass\n"
        "print('django' in sys.modules, file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stderr.strip().splitlines()[-1] == "False"


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_introduces_itself(room: str) -> None:
    assert (HUB / room / "README.md").is_file()


def test_nothing_public_is_loaded_from_elsewhere() -> None:
    outside = []
    for path in [*HUB.rglob("*.html"), *HUB.rglob("*.css")]:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            fetches = ("src=" in line or "@import" in line or "url(" in line) or ("<link" in line and "stylesheet" in line)
            if fetches and ("http://" in line or "https://" in line) and "www.w3.org" not in line:
                outside.append(f"{relative(path)}:{number}")
    assert outside == []


def test_nothing_is_inline_that_the_policy_forbids() -> None:
    inline = []
    for path in HUB.rglob("*.html"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            lowered = line.lower()
            script = (
                "<script" in lowered
                and "src=" not in lowered
                and "application/ld+json" not in lowered
                and "application/json" not in lowered
            )
            if script or " style=" in lowered or " onclick=" in lowered or " onchange=" in lowered or "<style" in lowered:
                inline.append(f"{relative(path)}:{number}")
    assert inline == []


WRITES_NOTHING = {"people.propose_people", "forms.propose_answers"}  # dry runs
# What somebody is still writing is theirs alone, and of an anonymous answer nothing may tell when it came (decision 14).
KEEPS_SILENT = {"forms.start_answer", "forms.save_answer", "forms.add_upload", "forms.answer_anonymously"}
APPENDS = {"record", "record_all", "move"}  # of kit.journal and kit.states


def test_every_command_comes_to_the_journal() -> None:
    calls: dict[str, set[str]] = {}
    commands: dict[str, str] = {}
    for path in (path for path in SOURCES if room_of(path) in ROOMS and "commands" in relative(path)):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef):
                continue
            called = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
            names = {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in called}
            calls.setdefault(node.name, set()).update(names)
            is_public = {"by", "at"} <= {each.arg for each in node.args.kwonlyargs} and not node.name.startswith("_")
            commands |= {f"{room_of(path)}.{node.name}": node.name} if is_public else {}

    def comes_there(name: str, seen: set[str]) -> bool:
        if name in APPENDS or name in seen:
            return name in APPENDS
        seen.add(name)
        return any(comes_there(each, seen) for each in calls.get(name, ()))

    assert {name for name, function in commands.items() if not comes_there(function, set())} == WRITES_NOTHING | KEEPS_SILENT
