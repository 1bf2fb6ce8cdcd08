"""Answers by the sheet: Microsoft Forms' workbook and CSV; columns proposed, people by address alone, nothing twice."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from hub.core.errors import ChangedMeanwhile, NotAllowed
from hub.core.forms import Kind, Option, Question
from hub.core.forms.sheet import NoColumns, Outcome, Proposal, columns
from hub.forms import queries
from hub.forms.commands import Undecided, import_answers, propose_answers, start_answer, withdraw_answer
from hub.forms.library import ready_made
from hub.forms.models import AnonymousAnswer, Answer, Form
from hub.people.commands import add_person, give_role
from hub.people.models import RoleKind
from hub.services.sheets import Sheet, read
from tests.factories import BEGUN
from tests.forms.filling import GOAL, LATER, TRAVEL, a_content, an_anonymous_form, an_open_form, experts, sent
from tests.scene import IN_SEPTEMBER, Scene

pytestmark = pytest.mark.django_db

TOPICS = Question(
    key="q4", kind=Kind.SEVERAL, label="Which topics?", options=(Option("o1", "Maps"), Option("o2", "Roadmaps")), has_other=True
)
PACE = Question(
    key="q5", kind=Kind.MATRIX, label="How was it?", rows=(Option("r1", "Pace"), Option("r2", "Sound")), least=1, most=3
)
HEADS = [
    "ID",
    "Start time",
    "Completion time",
    "Email",
    "Name",
    "What do you want to\u00a0reach?\n",
    "Can you travel?",
    "Which topics?",
]


def a_workbook(*rows: list[Any], heads: list[str] = HEADS) -> Sheet:
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (heads, *rows):
        page.append(row)
    file = io.BytesIO()
    book.save(file)
    return read(file.getvalue(), "answers.xlsx")


def of_ada(goal: str = "To map", **more: Any) -> list[Any]:
    return [
        1,
        "9/2/24 9:00:00",
        "2024-09-02 09:12",
        more.get("email", "ada@example.org"),
        "Ada Lindqvist",
        goal,
        "Yes",
        "Maps;Sewing;",
    ]


def proposed(form: Form, sheet: Sheet, scene: Scene, **more: Any) -> Proposal:
    return propose_answers(form, sheet, by=scene.mara, at=LATER, **more)


def brought_in(form: Form, sheet: Sheet, scene: Scene, decisions: dict[int, str] | None = None) -> Any:
    form.refresh_from_db()
    proposal = proposed(form, sheet, scene)
    chosen = {column.place: column.target for column in proposal.columns}
    return import_answers(
        form, sheet, chosen=chosen, decisions=decisions or {}, seen=proposal.fingerprint, by=scene.mara, at=LATER
    )


def told(proposal: Proposal) -> list[tuple[int, str, str]]:
    return [(row.number, row.outcome.value, row.sentence) for row in proposal.rows]


def test_the_workbook_of_microsoft_forms_is_understood_head_by_head(scene: Scene) -> None:
    heads = [*HEADS, "Total points", "Points - Can you travel?", "Pace", "How was it [Sound]", "Something else"]
    found = columns(heads, a_content(GOAL, TRAVEL, TOPICS, PACE), is_anonymous=False)
    assert [column.target for column in found] == [
        "id",
        "",
        "sent",
        "email",
        "name",
        "q1",
        "q2",
        "q4",
        "",
        "",
        "q5.r1",
        "q5.r2",
        "",
    ]
    assert [column.target for column in columns(heads, a_content(GOAL), is_anonymous=True)][:6] == [
        "id",
        "",
        "sent",
        "",
        "",
        "q1",
    ]


def test_a_row_becomes_an_answer_of_whose_address_it_has_with_its_moment_in_the_programmes_zone(scene: Scene) -> None:
    form = an_open_form(scene.programme, GOAL, TRAVEL, TOPICS)
    done = brought_in(form, a_workbook(of_ada()), scene)
    answer = Answer.objects.get()
    assert (done.added, done.changed) == (1, 0)
    assert answer.values == {"q1": "To map", "q2": {"chosen": ["o1"]}, "q4": {"chosen": ["o1"], "other": "Sewing"}}
    assert (answer.person, answer.is_imported, answer.version.number) == (scene.ada, True, 1)
    assert answer.sent_at is not None
    assert answer.sent_at.isoformat() == "2024-09-02T08:12:00+00:00"
    assert queries.summary(form).count == 1


def test_the_same_sheet_again_does_nothing_and_a_changed_row_changes(scene: Scene) -> None:
    form = an_open_form(scene.programme, GOAL, TRAVEL, TOPICS)
    brought_in(form, a_workbook(of_ada()), scene)
    again = brought_in(form, a_workbook(of_ada()), scene)
    assert (again.added, again.changed, again.same) == (0, 0, 1)
    changed = brought_in(form, a_workbook(of_ada("To draw")), scene)
    assert (changed.added, changed.changed, Answer.objects.get().values["q1"]) == (0, 1, "To draw")


def test_who_has_answered_here_keeps_that(scene: Scene) -> None:
    form = an_open_form(scene.programme, GOAL, TRAVEL, TOPICS, people=[scene.ada])
    answer = sent(form, scene.ada, q1="My own words")
    assert told(proposed(form, a_workbook(of_ada()), scene)) == [
        (2, "left", "They have answered here themselves; that stands.")
    ]
    withdraw_answer(answer, by=scene.ada, at=LATER)
    assert told(proposed(form, a_workbook(of_ada()), scene)) == [(2, "left", "They took their answer back; that stands.")]


def test_who_changed_here_what_a_file_brought_in_keeps_their_own_words(scene: Scene) -> None:
    form = an_open_form(scene.programme, GOAL, TRAVEL, TOPICS, people=[scene.ada])
    brought_in(form, a_workbook(of_ada()), scene)
    sent(form, scene.ada, at=LATER, q1="My own words")
    again = brought_in(form, a_workbook(of_ada()), scene)
    assert (again.added, again.changed, again.left) == (0, 0, 1)
    assert (Answer.objects.get().values["q1"], Answer.objects.get().is_imported) == ("My own words", False)


def test_what_somebody_took_back_no_file_brings_back_even_where_they_have_begun_anew(scene: Scene) -> None:
    form = an_open_form(scene.programme, GOAL, TRAVEL, TOPICS, people=[scene.ada])
    brought_in(form, a_workbook(of_ada()), scene)
    withdraw_answer(Answer.objects.get(), by=scene.ada, at=LATER)
    assert brought_in(form, a_workbook(of_ada()), scene).left == 1
    assert (Answer.objects.get().state, Answer.objects.get().values) == ("withdrawn", {})
    start_answer(form, scene.ada, by=scene.ada, at=LATER)
    assert brought_in(form, a_workbook(of_ada()), scene).left == 1
    sent(form, scene.ada, at=LATER, q1="Anew")
    assert told(proposed(form, a_workbook(of_ada()), scene)) == [
        (2, "left", "They have answered here themselves; that stands.")
    ]


def test_who_only_threw_a_draft_away_has_taken_nothing_back(scene: Scene) -> None:
    form = an_open_form(scene.programme, GOAL, TRAVEL, TOPICS, people=[scene.ada])
    withdraw_answer(start_answer(form, scene.ada, by=scene.ada, at=IN_SEPTEMBER), by=scene.ada, at=IN_SEPTEMBER)
    assert told(proposed(form, a_workbook(of_ada()), scene)) == [(2, "new", "")]


def test_a_name_alone_is_proposed_and_a_person_decides(scene: Scene) -> None:
    form = an_open_form(scene.programme, GOAL, TRAVEL, TOPICS)
    sheet = a_workbook(of_ada(email="ada@elsewhere.example"))
    proposal = proposed(form, sheet, scene)
    assert [(row.outcome, [each.key for each in row.candidates]) for row in proposal.rows] == [
        (Outcome.PERHAPS, [scene.ada.pk])
    ]
    with pytest.raises(Undecided):
        brought_in(form, sheet, scene)
    assert brought_in(form, sheet, scene, {2: "leave"}).left == 1
    assert Answer.objects.count() == 0
    assert brought_in(form, sheet, scene, {2: str(scene.ada.pk)}).added == 1


def test_what_can_not_be_read_is_told_with_its_row_and_the_rest_goes_on(scene: Scene) -> None:
    form = an_open_form(scene.programme, GOAL, TRAVEL, TOPICS)
    first, second = experts(scene.cohort, 2)
    rows = [
        of_ada(),
        [2, "", "2024-09-03", "expert1@example.org", "", "Fine", "Perhaps", ""],
        [3, "", "soon", "expert2@example.org", "", "Fine", "", ""],
        [4, "", "", "nobody@example.org", "Zoe", "Fine", "", ""],
        [5, "", "", "expert2@example.org", "", "word " * 51, "", ""],
        [6, "", "", "expert2@example.org", "", "", "", ""],
        [7, "", "", "ADA@example.org ", "", "Twice", "", ""],
    ]
    proposal = proposed(form, a_workbook(*rows), scene)
    assert told(proposal) == [
        (2, "new", ""),
        (3, "refused", "Row 3, Can you travel?: “Perhaps” is not among its choices."),
        (4, "refused", "Row 4: “soon” is no moment we can read. Write it like 2024-10-16 15:00."),
        (5, "refused", "Row 5: we know nobody here with the address nobody@example.org. Bring them in under People first."),
        (6, "refused", "Row 6, What do you want to reach?: This has 51 words; write up to 50."),
        (7, "refused", "Row 7: it answers nothing."),
        (8, "refused", "Row 8: the same as in row 2; that one counts."),
    ]
    done = brought_in(form, a_workbook(*rows), scene)
    assert (done.added, done.refused, Answer.objects.count()) == (1, 6, 1)
    assert {first.name, second.name} == {"Expert A", "Expert B"}


def test_a_matrix_comes_row_by_row_and_a_person_may_say_what_a_column_is(scene: Scene) -> None:
    form = an_open_form(scene.programme, GOAL, PACE)
    sheet = read("E-mail,Speed,How was it? [Sound],Aim\nada@example.org,3,2,To learn\n")
    assert [column.target for column in proposed(form, sheet, scene).columns] == ["email", "", "q5.r2", ""]
    chosen = {0: "email", 1: "q5.r1", 2: "q5.r2", 3: "q1"}
    assert proposed(form, sheet, scene, chosen=chosen).rows[0].values == {"q1": "To learn", "q5": {"r1": "3", "r2": "2"}}


def test_anonymous_rows_come_in_without_a_name_and_never_twice(scene: Scene) -> None:
    form = an_anonymous_form(scene.programme)
    rows = [[number, "", "2024-09-02 09:12", "anonymous", "", f"Said {number}", "Yes", ""] for number in range(1, 6)]
    assert brought_in(form, a_workbook(*rows), scene).added == 5
    assert brought_in(form, a_workbook(*rows), scene).same == 5
    assert brought_in(form, a_workbook(*rows, [6, "", "", "ada@example.org", "Ada", "Said 6", "", ""]), scene).added == 1
    assert AnonymousAnswer.objects.count() == 6
    held = str(list(AnonymousAnswer.objects.values()))
    assert ("Ada" not in held, "ada@" not in held) == (True, True)  # three letters alone may stand in a digest
    assert queries.summary(form).count == 5


def test_anonymous_rows_that_say_the_same_all_come_in_and_a_later_file_is_another(scene: Scene) -> None:
    form = an_anonymous_form(scene.programme, Question(key="q4", kind=Kind.SCALE, label="How was it?", least=1, most=5))
    first = a_workbook(*([each] for each in (5, 5, 4, 5, 5, 5)), heads=["How was it?"])
    assert brought_in(form, first, scene).added == 6
    assert (brought_in(form, first, scene).added, brought_in(form, first, scene).same) == (0, 6)
    assert brought_in(form, a_workbook([5], [3], heads=["How was it?"]), scene).added == 2
    assert sorted(each.values["q4"] for each in AnonymousAnswer.objects.all()) == [3, 4, 5, 5, 5, 5, 5, 5]


def queries_to_bring_in(form: Form, sheet: Sheet, scene: Scene) -> int:
    with CaptureQueriesContext(connection) as asked:
        brought_in(form, sheet, scene)
    return len(asked)


def test_a_long_sheet_of_an_anonymous_form_is_written_as_one_pile_with_the_queries_of_a_short_one(scene: Scene) -> None:
    def sheet(count: int) -> Sheet:
        return read("ID,What do you want to reach?\n" + "".join(f"{number},Said {number}\n" for number in range(count)))

    few, many = (an_anonymous_form(scene.programme, GOAL) for _ in range(2))
    assert queries_to_bring_in(many, sheet(103), scene) == queries_to_bring_in(few, sheet(3), scene)
    assert AnonymousAnswer.objects.filter(form=many).count() == 103
    assert AnonymousAnswer.objects.filter(form=many, is_shown=True).count() == 100  # by fives, as if they had come one by one
    assert queries.summary(many).count == 100


def test_a_long_sheet_of_people_is_written_with_the_queries_of_a_short_one(scene: Scene) -> None:
    experts(scene.cohort, 20)

    def sheet(count: int, goal: str) -> Sheet:
        rows = (f"expert{number}@example.org,{goal}\n" for number in range(1, count + 1))
        return read("E-mail,What do you want to reach?\n" + "".join(rows))

    few, many = (an_open_form(scene.programme, GOAL) for _ in range(2))
    assert queries_to_bring_in(many, sheet(20, "To learn"), scene) == queries_to_bring_in(few, sheet(2, "To learn"), scene)
    assert queries_to_bring_in(many, sheet(20, "To map"), scene) == queries_to_bring_in(few, sheet(2, "To map"), scene)
    assert [each.values for each in Answer.objects.filter(form=many)] == [{"q1": "To map"}] * 20


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("E-mail,Goals,Themes\nada@example.org,x,y\n", "No column is taken for a question of this form yet."),
        ("Can you travel?\nYes\n", "No column says whose a row is."),
    ],
)
def test_a_sheet_with_heads_of_its_own_is_shown_column_by_column_and_refused_only_when_it_is_brought_in(
    scene: Scene, text: str, start: str
) -> None:
    form, sheet = an_open_form(scene.programme, GOAL, TRAVEL), read(text)
    proposal = proposed(form, sheet, scene)
    assert (proposal.rows, proposal.wanting.startswith(start)) == ((), True)
    assert [column.samples for column in proposal.columns] == [(cell,) for cell in sheet.rows[1]]
    with pytest.raises(NoColumns) as no:
        brought_in(form, sheet, scene)
    assert no.value.sentence == proposal.wanting


def test_a_table_with_nothing_in_it_is_refused_at_once(scene: Scene) -> None:
    with pytest.raises(NoColumns):
        proposed(an_open_form(scene.programme), Sheet((("", ""), ())), scene)


def test_a_column_shows_its_first_different_cells_and_may_have_no_head(scene: Scene) -> None:
    form = an_open_form(scene.programme, GOAL)
    said = ("To learn", "To learn", "", "To map", "To draw", "To plan")
    sheet = Sheet((("E-mail",), *(("ada@example.org", each) for each in said)))
    found = proposed(form, sheet, scene).columns
    assert [(column.head, column.samples) for column in found] == [
        ("E-mail", ("ada@example.org",)),
        ("", ("To learn", "To map", "To draw")),
    ]
    assert proposed(form, sheet, scene, chosen={0: "email", 1: "q1"}).rows[0].values == {"q1": "To learn"}


def test_what_a_person_chooses_for_two_columns_stands_and_both_say_so(scene: Scene) -> None:
    form = an_open_form(scene.programme, GOAL, TRAVEL)
    sheet = read("Name,Your full name,What do you want to reach?\n,Ada Lindqvist,To learn\n")
    assert [column.target for column in proposed(form, sheet, scene).columns] == ["name", "", "q1"]
    both = proposed(form, sheet, scene, chosen={0: "name", 1: "name", 2: "q1"})
    assert [(column.target, column.clash) for column in both.columns] == [
        ("name", "“Your full name” is taken for this too. Leave one of the two out."),
        ("name", "“Name” is taken for this too. Leave one of the two out."),
        ("q1", ""),
    ]
    assert (both.rows, both.wanting) == ((), "Two columns are taken for the same.")
    other = proposed(form, sheet, scene, chosen={0: "", 1: "name", 2: "q1"})
    assert [(row.outcome, row.name) for row in other.rows] == [(Outcome.PERHAPS, "Ada Lindqvist")]


def test_a_choice_wins_over_what_a_head_says(scene: Scene) -> None:
    heads = ["Name", "Your full name", "E-mail"]
    found = columns(heads, a_content(GOAL), is_anonymous=False, chosen={1: "name"})
    assert [(column.target, column.clash) for column in found] == [("", ""), ("name", ""), ("email", "")]


def test_a_name_by_another_word_is_taken_for_the_name_where_nothing_else_is(scene: Scene) -> None:
    found = columns(["Full name", "Mail", "Submitted at"], a_content(GOAL), is_anonymous=False)
    assert [column.target for column in found] == ["name", "email", "sent"]
    asked = Question(key="q9", kind=Kind.SHORT, label="Your full name")
    found = columns(["Your full name"], a_content(GOAL, asked), is_anonymous=False)
    assert [column.target for column in found] == ["q9"]


def test_the_programmes_own_export_of_microsoft_forms_comes_into_the_ready_made_survey(scene: Scene, seeds: Path) -> None:
    file = seeds.parent / "data" / "exports" / "ms_forms_responses.xlsx"
    if not file.is_file():
        pytest.skip("the exports are not beside this checkout")
    form = an_open_form(scene.programme, content=ready_made()["onboarding-survey"].content)
    ben = add_person("Ben Sample", email="ben@freight.example", by=None, at=BEGUN)
    give_role(ben, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=scene.cohort.starts_on, by=None, at=BEGUN)
    sheet = read(file.read_bytes(), file.name)
    shown = proposed(form, sheet, scene)
    heads = {column.head: column for column in shown.columns}
    assert (shown.wanting, heads["Email"].target, heads["Name"].target) == (
        "No column is taken for a question of this form yet. Choose at least one.",
        "email",
        "name",
    )
    assert heads["Your full name"].samples == ("Ada Example", "Ben Sample")
    goal = next(each.key for each in ready_made()["onboarding-survey"].content.asked if each.kind is Kind.LONG)
    chosen = {column.place: column.target for column in shown.columns}
    chosen[heads["What are your goals for the programme?"].place] = goal
    ready = proposed(form, sheet, scene, chosen=chosen)
    assert told(ready) == [(2, "refused", "Row 2: it has neither name nor address."), (3, "new", "")]
    import_answers(form, sheet, chosen=chosen, decisions={}, seen=ready.fingerprint, by=scene.mara, at=LATER)
    assert Answer.objects.get(person=ben).values == {goal: "Open a data model"}


def test_what_is_confirmed_is_what_was_shown_and_only_the_team_brings_in(scene: Scene) -> None:
    form = an_open_form(scene.programme, GOAL, TRAVEL, TOPICS, people=[scene.ada])
    sheet = a_workbook(of_ada())
    seen = proposed(form, sheet, scene).fingerprint
    sent(form, scene.ada, at=IN_SEPTEMBER)
    with pytest.raises(ChangedMeanwhile):
        import_answers(form, sheet, chosen={}, decisions={}, seen=seen, by=scene.mara, at=LATER)
    with pytest.raises(NotAllowed):
        propose_answers(form, sheet, by=scene.ada, at=LATER)
    assert Answer.objects.get().is_imported is False
