"""How findings are told: as text, JSON, GitHub annotations and SARIF."""

from __future__ import annotations

import json

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.plan.model import Finding, Severity
from hub.core.plan.report import Checked, say_count, shown, to_annotations, to_facts, to_outline, to_sarif, to_text
from hub.core.plan.rules import CODES
from tests.core.plan.building import a_clean_plan

LABEL = Finding(
    code="zone-abbreviation",
    severity=Severity.ERROR,
    line=3,
    column=18,
    end_column=21,
    message="names BST in November, when London keeps GMT.",
    suggestion="Write the place, not the abbreviation: 14:00–17:00 (London).",
)
CAFES = Finding(
    code="series-count", severity=Severity.WARNING, line=None, message="The plan has 10 cafés; the rules ask for 12."
)
TEXT = "# A plan\n\n- Week 2: 9 Nov (BST)\n"


def checked(*findings: Finding, text: str = TEXT, file: str = "plan.md") -> Checked:
    return Checked(file=file, text=text, findings=findings)


def test_text_shows_the_line_with_the_place_underlined_and_the_summary_last():
    assert to_text([checked(LABEL, CAFES)]) == (
        "error[zone-abbreviation]: names BST in November, when London keeps GMT.\n"
        "  --> plan.md:3:18\n"
        "   |\n"
        " 3 | - Week 2: 9 Nov (BST)\n"
        "   |                  ^^^\n"
        "   = help: Write the place, not the abbreviation: 14:00–17:00 (London).\n"
        "\n"
        "warning[series-count]: The plan has 10 cafés; the rules ask for 12.\n"
        "  --> plan.md\n"
        "\n"
        "1 error, 1 warning in 1 file\n"
    )


def marked(line: str, column: int | None, end_column: int | None, width: int = 100) -> tuple[str, str]:
    finding = Finding(code="order", severity=Severity.NOTE, line=1, message="x.", column=column, end_column=end_column)
    rows = to_text([checked(finding, text=line)], width=width).split("\n")
    return rows[3][5:], rows[4][5:]


def test_without_a_column_the_whole_text_of_the_line_is_underlined():
    assert marked("  - Week 2 ", None, None) == ("  - Week 2", "  ^^^^^^^^")


def test_a_column_without_an_end_marks_one_character():
    assert marked("Week 2", 3, None) == ("Week 2", "  ^")


def test_a_column_after_the_end_of_the_line_is_marked_there():
    assert marked("ab", 3, None) == ("ab", "  ^")


def test_wide_and_combining_characters_keep_the_marks_in_place():
    assert marked("東京 9 Nov", 4, 5) == ("東京 9 Nov", "     ^")
    assert marked("Cafe\u0301 9 Nov", 7, 8) == ("Cafe\u0301 9 Nov", "     ^")


def test_tabs_are_shown_as_the_spaces_they_take():
    assert marked("a\tb", 3, 4) == ("a   b", "    ^")


def test_a_long_line_is_cut_and_the_marked_part_kept_in_view():
    line = "word " * 60 + "HERE" + " word" * 60
    source, marks = marked(line, 301, 305, width=60)
    assert source.startswith("…") and source.endswith("…") and len(source) <= 60
    assert source[marks.index("^") : marks.index("^") + 4] == "HERE"
    assert marks.count("^") == 4


def test_characters_a_terminal_would_obey_are_shown_as_marks():
    source, _ = marked("a\x1b[31mb\u202ec", 1, 2)
    assert source == "a\ufffd[31mb\ufffdc"


def test_colour_is_there_when_asked_for_and_only_then():
    assert "\x1b[" not in to_text([checked(LABEL)])
    coloured = to_text([checked(LABEL)], colour=True)
    assert "\x1b[1;31merror[zone-abbreviation]\x1b[0m" in coloured


def test_without_findings_one_line_says_so():
    assert to_text([checked()]) == "Nothing found in 1 file\n"


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([checked(LABEL, LABEL, CAFES), checked()], "2 errors, 1 warning in 2 files"),
        (
            [checked(), Checked(file="b.md", problem="there is no such file.")],
            "Nothing found in 1 file; 1 file could not be read",
        ),
    ],
)
def test_the_summary_counts(files: list[Checked], sentence: str):
    assert say_count(files) == sentence


lines = st.text(st.characters(exclude_characters="\r\n"), max_size=60)


@given(lines, st.none() | st.integers(1, 80), st.none() | st.integers(1, 90), st.integers(1, 140))
def test_any_line_and_place_can_be_shown(line: str, column: int | None, end_column: int | None, width: int):
    finding = Finding(code="order", severity=Severity.NOTE, line=1, message="x.", column=column, end_column=end_column)
    text = to_text([checked(finding, text=line)], width=width)
    assert text.startswith("note[order]: x.\n")
    assert text.endswith("1 note in 1 file\n")


def test_the_json_has_the_promised_keys():
    assert to_facts([checked(LABEL, CAFES)]) == {
        "findings": [
            {
                "file": "plan.md",
                "code": "zone-abbreviation",
                "severity": "error",
                "line": 3,
                "column": 18,
                "end_column": 21,
                "message": "names BST in November, when London keeps GMT.",
                "suggestion": "Write the place, not the abbreviation: 14:00–17:00 (London).",
            },
            {
                "file": "plan.md",
                "code": "series-count",
                "severity": "warning",
                "line": None,
                "column": None,
                "end_column": None,
                "message": "The plan has 10 cafés; the rules ask for 12.",
                "suggestion": "",
            },
        ]
    }


def test_annotations_escape_what_github_would_misread():
    odd = Finding(code="order", severity=Severity.NOTE, line=2, message="100 %: a\nb", suggestion="Do, it.")
    assert to_annotations([checked(LABEL, CAFES), checked(odd, file="a,b:c.md")]) == (
        "::error file=plan.md,line=3,col=18,endColumn=21,title=zone-abbreviation::names BST in November, when London keeps GMT."
        "%0AWrite the place, not the abbreviation: 14:00–17:00 (London).\n"
        "::warning file=plan.md,title=series-count::The plan has 10 cafés; the rules ask for 12.\n"
        "::notice file=a%2Cb%3Ac.md,line=2,title=order::100 %25: a%0Ab%0ADo, it.\n"
    )


def test_a_file_that_cannot_be_read_is_an_annotation_too():
    files = [Checked(file="b.md", problem="there is no such file.")]
    assert to_annotations(files) == "::error file=b.md,title=cannot be read::there is no such file.\n"


def test_sarif_names_every_rule_and_places_every_finding():
    sarif = to_sarif([checked(LABEL, CAFES, file="./plans/été 1.md")], version="1.2.3")
    (run,) = sarif["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert sarif["version"] == "2.1.0"
    assert [rule["id"] for rule in rules] == list(CODES)
    assert [rule["shortDescription"]["text"] for rule in rules] == [code.description for code in CODES.values()]
    uri = {"uri": "plans/%C3%A9t%C3%A9%201.md"}
    assert [
        (result["ruleId"], rules[result["ruleIndex"]]["id"], result["level"], result["locations"]) for result in run["results"]
    ] == [
        (
            "zone-abbreviation",
            "zone-abbreviation",
            "error",
            [{"physicalLocation": {"artifactLocation": uri, "region": {"startLine": 3, "startColumn": 18, "endColumn": 21}}}],
        ),
        ("series-count", "series-count", "warning", [{"physicalLocation": {"artifactLocation": uri}}]),
    ]
    assert run["invocations"] == [{"executionSuccessful": True}]


def strict(required: list[str], **properties: object) -> dict[str, object]:
    """An object with these properties and no others."""
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


# The part of the standard's schema for what we write; the standard forbids further properties too.
TEXT_OBJECT = strict(["text"], text={"type": "string", "minLength": 1})
LEVEL = {"enum": ["none", "note", "warning", "error"]}
AT_LEAST_ONE = {"type": "integer", "minimum": 1}
PLACE = strict(
    ["physicalLocation"],
    physicalLocation=strict(
        ["artifactLocation"],
        artifactLocation=strict(["uri"], uri={"type": "string", "format": "uri-reference"}),
        region=strict(["startLine"], startLine=AT_LEAST_ONE, startColumn=AT_LEAST_ONE, endColumn=AT_LEAST_ONE),
    ),
)
RULE = strict(
    ["id"],
    id={"type": "string"},
    shortDescription=TEXT_OBJECT,
    help=TEXT_OBJECT,
    defaultConfiguration=strict([], level=LEVEL),
)
SARIF = strict(
    ["version", "runs"],
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs={
        "type": "array",
        "items": strict(
            ["tool"],
            tool=strict(
                ["driver"],
                driver=strict(
                    ["name"],
                    name={"type": "string"},
                    semanticVersion={"type": "string"},
                    rules={"type": "array", "items": RULE, "uniqueItems": True},
                ),
            ),
            columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
            invocations={
                "type": "array",
                "items": strict(
                    ["executionSuccessful"],
                    executionSuccessful={"type": "boolean"},
                    toolExecutionNotifications={
                        "type": "array",
                        "items": strict(
                            ["message"], level=LEVEL, message=TEXT_OBJECT, locations={"type": "array", "items": PLACE}
                        ),
                    },
                ),
            },
            results={
                "type": "array",
                "items": strict(
                    ["message"],
                    ruleId={"type": "string"},
                    ruleIndex={"type": "integer", "minimum": -1},
                    level=LEVEL,
                    message=TEXT_OBJECT,
                    locations={"type": "array", "items": PLACE},
                ),
            },
        ),
    },
)


def test_sarif_keeps_to_the_standards_schema():
    files = [checked(LABEL, CAFES, file="/plans/a b.md"), Checked(file="-", problem="this is not a plan.")]
    errors = jsonschema_rs.Draft7Validator(SARIF, validate_formats=True).iter_errors(to_sarif(files, version="1.2.3"))
    assert [error.message for error in errors] == []


def test_sarif_tells_of_a_file_that_could_not_be_read():
    sarif = to_sarif([Checked(file="-", problem="this is not a plan.")], version="1.2.3")
    (invocation,) = sarif["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [(each["message"], each["locations"]) for each in invocation["toolExecutionNotifications"]] == [
        ({"text": "this is not a plan."}, [{"physicalLocation": {"artifactLocation": {"uri": "stdin"}}}])
    ]


def test_a_plan_is_shown_whole_as_json():
    plan = a_clean_plan()
    data = json.loads(json.dumps(shown(plan)))
    assert len(data["sessions"]) == len(plan.entries) == 17
    assert [session["line"] for session in data["undated"]] == [30]
    assert data["sessions"][2] == {
        "line": 16,
        "end_line": 16,
        "title": "Stakeholder mapping day",
        "topic": "",
        "kind": "workshop",
        "date": "2023-07-27",
        "start": "10:00",
        "end": "16:00",
        "zone": "Europe/London",
        "proposed_date": None,
        "mode": "hybrid",
        "place": None,
        "led_by": None,
        "status": "planned",
        "status_note": "",
        "stated_minutes": None,
        "attended": None,
        "year": 2023,
        "month": 7,
        "week": 4,
        "agenda": [],
        "links": [],
        "accepted": [],
    }
    assert data["months"][0]["weeks"][2] == {"line": 16, "number": 4, "label": "Week 4", "sessions": [16]}


def test_a_plan_is_outlined_for_people():
    outline = to_outline(a_clean_plan()).split("\n")
    assert outline[:2] == ["The Polar Cohort", "6 months, 17 weeks, 16 dated and 1 undated entries, London time"]
    assert "   16 W4 Thu 27 July, 10:00–16:00      Stakeholder mapping day  Workshop · Hybrid" in outline
