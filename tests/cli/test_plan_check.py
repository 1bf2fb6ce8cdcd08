"""`hub plan check` as a person and as another program sees it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hub.cli import main

PLAN = """\
# A small programme

### Month 1: July 2023

- Week 1: Collaboration Café: **5 July (15:00 - 17:00)**
    * Group: Unstructured discussion
- Week 2: Full meeting: **Tuesday 12 July (10:00 - 11:00)**
- Week 3: Collaboration Café: **19 July (15:00 - 17:00)**
"""
MENDED = PLAN.replace("Tuesday", "Wednesday")


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "plan.md"
    path.write_text(PLAN, encoding="utf-8")
    return path


Told = tuple[int, str, str]


def hub(capsys: pytest.CaptureFixture[str], *words: str) -> Told:
    try:
        status = main(words)
    except SystemExit as end:
        status = int(end.code or 0)
    out, err = capsys.readouterr()
    return status, out, err


def test_an_error_is_shown_at_its_line_and_the_check_ends_with_1(plan: Path, capsys: pytest.CaptureFixture[str]):
    status, out, err = hub(capsys, "plan", "check", "plan.md")
    assert (status, err) == (1, "")
    assert out.startswith("error[wrong-weekday]: says Tuesday, but 12 July 2023 is a Wednesday.\n  --> plan.md:7:")
    assert " 7 | - Week 2: Full meeting: **Tuesday 12 July (10:00 - 11:00)**\n" in out
    assert "   = help: Write “Wednesday 12 July”, or “Tuesday 11 July” if the weekday is right.\n" in out
    assert out.endswith("1 error in 1 file\n")


def test_a_clean_plan_ends_with_0(plan: Path, capsys: pytest.CaptureFixture[str]):
    plan.write_text(MENDED, encoding="utf-8")
    assert hub(capsys, "plan", "check", "plan.md") == (0, "Nothing found in 1 file\n", "")


def test_warnings_alone_end_with_0(plan: Path, capsys: pytest.CaptureFixture[str]):
    plan.write_text(MENDED.replace("12 July (10:00 - 11:00)", "12 July"), encoding="utf-8")
    status, out, _ = hub(capsys, "plan", "check", "plan.md")
    assert (status, out.splitlines()[-1]) == (0, "1 warning in 1 file")


def test_json_has_every_finding_of_every_file(plan: Path, capsys: pytest.CaptureFixture[str]):
    plan.with_name("other.md").write_text(PLAN, encoding="utf-8")
    status, out, err = hub(capsys, "plan", "check", "plan.md", "other.md", "--format", "json")
    findings = json.loads(out)["findings"]
    assert (status, err) == (1, "")
    assert [(each["file"], each["code"], each["severity"], each["line"]) for each in findings] == [
        ("plan.md", "wrong-weekday", "error", 7),
        ("other.md", "wrong-weekday", "error", 7),
    ]
    assert {key for each in findings for key in each} == {
        "file",
        "code",
        "severity",
        "line",
        "column",
        "end_column",
        "message",
        "suggestion",
    }


def test_json_of_a_clean_plan_is_an_empty_list(plan: Path, capsys: pytest.CaptureFixture[str]):
    plan.write_text(MENDED, encoding="utf-8")
    status, out, _ = hub(capsys, "plan", "check", "plan.md", "--format", "json")
    assert (status, json.loads(out)) == (0, {"findings": []})


def test_annotations_and_sarif_name_the_same_place(plan: Path, capsys: pytest.CaptureFixture[str]):
    status, annotations, _ = hub(capsys, "plan", "check", "plan.md", "--format", "github")
    assert (status, annotations.split(",col=")[0]) == (1, "::error file=plan.md,line=7")
    status, sarif, _ = hub(capsys, "plan", "check", "plan.md", "--format", "sarif")
    (result,) = json.loads(sarif)["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert (status, result["ruleId"], place["artifactLocation"], place["region"]["startLine"]) == (
        1,
        "wrong-weekday",
        {"uri": "plan.md"},
        7,
    )


def test_a_dash_reads_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PLAN.encode())))
    status, out, _ = hub(capsys, "plan", "check", "-", "--format", "json")
    assert (status, [each["file"] for each in json.loads(out)["findings"]]) == (1, ["-"])


def test_a_file_that_is_not_there_is_said_and_the_others_are_checked(plan: Path, capsys: pytest.CaptureFixture[str]):
    status, out, err = hub(capsys, "plan", "check", "plna.md", "plan.md")
    assert (status, err) == (2, "hub: plna.md: there is no such file.\n")
    assert out.endswith("1 error in 1 file; 1 file could not be read\n")


def test_a_folder_is_said_with_a_file_in_it(plan: Path, capsys: pytest.CaptureFixture[str]):
    status, out, err = hub(capsys, "plan", "check", ".")
    assert (status, out, err) == (2, "", "hub: .: this is a folder. Name a file in it, such as plan.md.\n")


def test_bytes_that_are_no_plan_are_said_without_a_traceback(plan: Path, capsys: pytest.CaptureFixture[str]):
    plan.write_bytes(b"\xff\xfe\x00\xd8\x00" * 50)
    status, out, err = hub(capsys, "plan", "check", "plan.md")
    assert (status, out) == (2, "")
    assert err.startswith("hub: plan.md: ")
    assert "Traceback" not in err


def test_rules_of_ones_own_are_used(plan: Path, capsys: pytest.CaptureFixture[str]):
    plan.with_name("rules.toml").write_text('[severity]\nwrong-weekday = "note"\n', encoding="utf-8")
    status, out, _ = hub(capsys, "plan", "check", "plan.md", "--rules", "rules.toml")
    assert (status, out.splitlines()[-1]) == (0, "1 note in 1 file")


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (b"months = 0", "hub: rules.toml: \u201cmonths\u201d takes a whole number from 1 to 60, not 0.\n"),
        (b"\xff", "hub: rules.toml: these rules are not UTF-8 text.\n"),
        (None, "hub: rules.toml: there is no such file.\n"),
    ],
)
def test_bad_rules_are_said_and_nothing_is_checked(
    plan: Path, capsys: pytest.CaptureFixture[str], rules: bytes | None, sentence: str
):
    if rules is not None:
        plan.with_name("rules.toml").write_bytes(rules)
    assert hub(capsys, "plan", "check", "plan.md", "--rules", "rules.toml") == (2, "", sentence)


def test_colour_is_for_those_who_ask_and_not_for_files(
    plan: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    assert "\x1b" not in hub(capsys, "plan", "check", "plan.md")[1]
    assert "\x1b[1;31merror" in hub(capsys, "plan", "check", "plan.md", "--color", "always")[1]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_no_color_is_respected_on_a_terminal(monkeypatch: pytest.MonkeyPatch):
    from hub.cli.output import has_colour

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert has_colour("auto", Terminal()) is True
    monkeypatch.setenv("NO_COLOR", "1")
    assert has_colour("auto", Terminal()) is False
    assert has_colour("always", Terminal()) is True


def test_an_unknown_format_is_a_sentence_and_ends_with_2(plan: Path, capsys: pytest.CaptureFixture[str]):
    status, out, err = hub(capsys, "plan", "check", "plan.md", "--format", "xml")
    assert (status, out) == (2, "")
    assert "argument --format: invalid choice: 'xml'" in err


def test_show_gives_the_whole_plan_as_json(plan: Path, capsys: pytest.CaptureFixture[str]):
    status, out, _ = hub(capsys, "plan", "show", "plan.md", "--format", "json")
    sessions = json.loads(out)["sessions"]
    assert status == 0
    assert [(each["line"], each["kind"], each["date"], each["start"], each["end"], each["zone"]) for each in sessions] == [
        (5, "cafe", "2023-07-05", "15:00", "17:00", "Europe/London"),
        (7, "meeting", "2023-07-12", "10:00", "11:00", "Europe/London"),
        (8, "cafe", "2023-07-19", "15:00", "17:00", "Europe/London"),
    ]


def test_show_gives_an_outline(plan: Path, capsys: pytest.CaptureFixture[str]):
    status, out, _ = hub(capsys, "plan", "show", "plan.md")
    assert (status, out.splitlines()[0]) == (0, "A small programme")
    assert "    5 W1 Wed 5 July, 15:00–17:00" in out


def test_show_of_a_missing_file_ends_with_2(capsys: pytest.CaptureFixture[str]):
    assert hub(capsys, "plan", "show", "nowhere.md") == (2, "", "hub: nowhere.md: there is no such file.\n")


def run(*words: str, **more: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src")}
    return subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, env=environment, check=False, timeout=60, **more
    )


@pytest.mark.parametrize("words", [["--help"], ["plan", "--help"], ["plan", "check", "--help"], ["--version"]])
def test_help_imports_no_django_and_nothing_slow(words: list[str]):
    code = (
        "import sys\nfrom hub.cli import main\n"
        f"try: main({words!r})\nexcept SystemExit: pass\n"
        "slow = {'django', 'holidays', 'markdown_it', 'granian', 'hub.settings'} & set(sys.modules)\n"
        "print('slow:', sorted(slow))"
    )
    assert run("-c", code).stdout.splitlines()[-1] == "slow: []"


def test_checking_a_plan_needs_no_django_and_no_database(plan: Path):
    code = "import sys\nfrom hub.cli import main\nmain(['plan', 'check', 'plan.md'])\nprint('django' in sys.modules)"
    assert run("-c", code, cwd=plan.parent).stdout.splitlines()[-1] == "False"


def test_a_reader_that_stops_early_is_no_error(plan: Path):
    plan.write_text(PLAN + "- Week 4: Full meeting: **Tuesday 12 July (10:00 - 11:00)**\n" * 3000, encoding="utf-8")
    pipe = f"{sys.executable} -m hub.cli plan check plan.md | head -1"
    ended = run("-c", f"import subprocess; subprocess.run({pipe!r}, shell=True)", cwd=plan.parent)
    assert ended.stderr == ""
    assert ended.stdout.startswith("warning[month-hours]")
