"""What each row of a sheet would do: the examples, and what holds for any sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.affiliation import Days
from hub.core.people_sheet import (
    Ground,
    Held,
    HeldOrganisation,
    HeldRole,
    HeldWork,
    NoHeads,
    OneCohort,
    Outcome,
    Proposal,
    find_heads,
    propose,
    read_day,
)

CARBERRY = "0000-0002-1825-0097"
ADA = Held(
    key=1,
    name="Ada Lindqvist",
    email="ada@example.org",
    unproved=("old@example.org",),
    roles=(HeldRole(kind="expert", cohort=7, starts_on=date(2024, 9, 1), ends_on=None),),
    works=(HeldWork(organisation="polar survey", name="Polar Survey", job=""),),
)
GRACE = Held(key=2, name="Grace Achterberg", orcid=CARBERRY)
GROUND = Ground(
    people=(ADA, GRACE, Held(key=3, name="Of Others", email="other@example.org", is_ours=False)),
    organisations=(HeldOrganisation(key=5, name="Polar Survey", sector="environment"),),
    cohorts=(OneCohort(key=7, slug="2024", name="Cohort 2024", starts_on=date(2024, 9, 1)),),
    roles={"team": "Team", "expert": "Expert", "community": "Community member"},
    sectors={"environment": "Environment", "energy": "Energy"},
    sizes={"sme": "Small or medium (up to 249 people)"},
    is_address=lambda email: email.count("@") == 1 and " " not in email,
    is_website=lambda url: url.startswith("https://") and " " not in url,
    role="community",
    cohort=None,
    starts_on=date(2024, 10, 1),
    never_given=frozenset(["team"]),
)


def proposed(text: str, ground: Ground = GROUND, **decisions: str) -> Proposal:
    rows = [tuple(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()]
    return propose(rows, ground, decisions={int(name.removeprefix("row")): choice for name, choice in decisions.items()})


def outcomes(proposal: Proposal) -> list[tuple[int, str, str]]:
    return [(row.number, row.outcome.value, row.target) for row in proposal.rows]


def changes(proposal: Proposal, number: int) -> list[tuple[str, str, str]]:
    (row,) = (row for row in proposal.rows if row.number == number)
    return [(each.label, each.before, each.after) for each in row.steps.changes]


def test_columns_are_known_by_their_heads_in_any_order_and_the_others_are_named() -> None:
    heads = find_heads([("The participants",), ("email address", "Shoe size", "Last name", "FIRST NAME", "Institution")])
    assert heads.row == 1
    assert [column.name for column in heads.columns] == ["EMAIL", "LAST", "FIRST", "ORGANISATION"]
    assert heads.unknown == ("Shoe size",)


def test_a_name_beside_a_first_name_is_the_familys() -> None:
    assert [row.name for row in proposed("Name | First name\nLindqvist | Eva").rows] == ["Eva Lindqvist"]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("Ada", "ada@example.org")], "No row says what the columns are."),
        ([("Organisation",), ("Polar",)], "No row says what the columns are."),
        ([("Name", "E-mail", "Mail")], "Columns 2 and 3 both say “E-mail”."),
        ([], "No row says what the columns are."),
    ],
)
def test_a_sheet_whose_columns_nobody_can_tell_is_refused(rows: list[tuple[str, ...]], says: str) -> None:
    with pytest.raises(NoHeads) as no:
        propose(rows, GROUND)
    assert no.value.sentence.startswith(says)


def test_the_same_person_is_known_by_address_or_orcid_whatever_the_name_of_others() -> None:
    proposal = proposed(
        f"""Name | E-mail | ORCID | Role | Cohort
        Ada Lindqvist | ADA@example.org | | Expert | 2024
        G. Achterberg | | https://orcid.org/{CARBERRY} | |
        Eva Lindqvist | eva@example.org | | |"""
    )
    assert outcomes(proposal) == [(2, "same", "1"), (3, "same", "2"), (4, "new", "row-4")]
    assert (proposal.added, proposal.changed, len(proposal.unchanged)) == (1, 1, 1)
    assert changes(proposal, 2) == []


def test_who_left_an_organisation_is_with_it_again_from_the_day_of_the_row_and_an_old_sheet_brings_nobody_back() -> None:
    left = replace(ADA.works[0], job="Diver", days=Days(None, date(2024, 9, 20)), is_over=True)
    ground = replace(GROUND, people=(replace(ADA, works=(left,)),))
    heads = "Name | E-mail | Organisation | Job | Role | Starts"
    again = f"{heads}\nAda Lindqvist | ada@example.org | Polar Survey | Pilot | Expert | 2024-10-01"
    proposal = proposed(f"{again}\nAda Lindqvist | ada@example.org | Polar Survey | Pilot | Expert | 2024-10-01", ground)
    says = "Polar Survey again, from 1 October 2024 (was there until 20 September 2024), Pilot"
    assert ("Works with", "", says) in changes(proposal, 2)
    assert changes(proposal, 3) == []
    old = proposed(f"{heads}\n | ada@example.org | Polar Survey | Pilot | Expert | 2024-09-02", ground)
    assert [label for label, _, _ in changes(old, 2)] == ["Role"]
    assert old.rows[0].steps.notes == ("They were with Polar Survey until 20 September 2024; that stays.",)


def test_a_name_alone_never_settles_who_somebody_is() -> None:
    proposal = proposed("Name | E-mail\nLindqvist, Ada | a.l@example.com\nAda Lindquist | ")
    assert outcomes(proposal) == [(2, "perhaps", "row-2"), (3, "new", "row-3")]
    (candidate,) = proposal.rows[0].candidates
    assert (candidate.choice, candidate.name, candidate.reason) == ("1", "Ada Lindqvist", "The same name")


def test_a_slip_in_a_name_within_one_organisation_asks_a_person() -> None:
    proposal = proposed("Name | Organisation\nAda Lindquist | POLAR  survey\nAda Lindquist | Road Freight")
    assert [[each.choice for each in row.candidates] for row in proposal.rows] == [["1"], ["row-2"]]


def test_a_person_decides_who_somebody_is() -> None:
    text = "Name | Pronouns\nAda Lindqvist | she/her\nAda Lindqvist |"
    assert [row.outcome for row in proposed(text).rows] == [Outcome.PERHAPS, Outcome.PERHAPS]
    known = proposed(text, row2="1", row3="row-2")
    assert outcomes(known) == [(2, "same", "1"), (3, "same", "1")]
    assert changes(known, 2) == [("Pronouns", "", "she/her"), ("Role", "", "Community member from 1 October 2024")]
    assert changes(known, 3) == []
    assert outcomes(proposed(text, row2="new", row3="row-2")) == [(2, "new", "row-2"), (3, "same", "row-2")]
    assert outcomes(proposed(text, row2="leave", row3="new")) == [(2, "left", ""), (3, "new", "row-3")]
    assert proposed(text, row2="2", row3="no such choice").of(Outcome.PERHAPS) != ()


def test_somebody_in_two_rows_is_added_once_with_both_roles() -> None:
    proposal = proposed(
        """Name | E-mail | Role | Cohort
        Eva Berg | eva@example.org | Expert | Cohort 2024
        Eva Berg | Eva@Example.org | Community member |
        Someone Else | eva@example.org | Expert | 2024"""
    )
    assert outcomes(proposal) == [(2, "new", "row-2"), (3, "same", "row-2"), (4, "refused", "")]
    assert proposal.rows[2].sentence == "Row 4, E-mail: row 2 has the same one under another name, “Eva Berg”."
    assert (proposal.added, proposal.changed) == (1, 0)


def test_rows_of_somebody_left_out_are_left_out_too() -> None:
    text = "Name | E-mail\nEva Berg | eva@example.org\nEva Berg | eva@example.org"
    assert outcomes(proposed(text, row2="leave")) == [(2, "left", ""), (3, "left", "")]


def test_what_would_change_is_said_and_an_empty_cell_takes_nothing_away() -> None:
    proposal = proposed(
        """Name | E-mail | Pronouns | Organisation | Job | Role | Cohort | Ends
        Ada M. Lindqvist | ada@example.org | she/her | Polar survey | Glaciologist | expert | 2024 | 1 March 2025"""
    )
    assert changes(proposal, 2) == [
        ("Name", "Ada Lindqvist", "Ada M. Lindqvist"),
        ("Pronouns", "", "she/her"),
        ("Role", "Expert, Cohort 2024", "Expert, Cohort 2024 to 1 March 2025"),
        ("Job", "", "Glaciologist"),
    ]


def test_an_end_day_that_differs_is_proposed_and_an_empty_one_takes_none_away() -> None:
    until = replace(ADA.roles[0], ends_on=date(2025, 2, 1))
    ground = replace(GROUND, people=(replace(ADA, roles=(until,)),))
    for day, said in (("2025-06-30", "Expert, Cohort 2024 to 30 June 2025"), ("2025-02-01", ""), ("", "")):
        (row,) = proposed(
            f"Name | E-mail | Role | Cohort | Ends\nAda Lindqvist | ada@example.org | Expert | 2024 | {day}", ground
        ).rows
        changes = [(each.before, each.after) for each in row.steps.changes if each.label == "Role"]
        assert changes == ([("Expert, Cohort 2024 to 1 February 2025", said)] if said else [])


def with_role(**days: object) -> Ground:
    return replace(GROUND, people=(replace(ADA, roles=(replace(ADA.roles[0], **days),)),))  # type: ignore[arg-type]


LATER = date(2024, 12, 1)
AS_EXPERT = "Name | E-mail | Role | Cohort | Starts | Ends\nAda Lindqvist | ada@example.org | Expert | 2024 |"


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ("|", ""),  # the cohort's first day is only filled in
        ("| 2025-03-01", "Expert, Cohort 2024 to 1 March 2025"),
        ("| 2024-12-01", "Expert, Cohort 2024 from 1 September 2024 to 1 December 2024"),  # all of it before
        ("2024-12-09 |", ""),
    ],
)
def test_who_came_later_does_not_get_a_second_role_from_the_first_day_of_the_cohort(days: str, says: str) -> None:
    proposal = proposed(AS_EXPERT + days, with_role(starts_on=LATER))
    assert [after for label, _, after in changes(proposal, 2) if label == "Role"] == ([says] if says else [])
    assert proposal.rows[0].outcome is Outcome.SAME


def test_a_role_from_a_day_that_was_typed_does_not_overlap_one_that_begins_later() -> None:
    (row,) = proposed(AS_EXPERT + "2024-09-01 |", with_role(starts_on=LATER)).rows
    assert row.sentence == (
        "Row 2, Starts: they have the role Expert, Cohort 2024 from 1 December 2024 already. "
        "For the days before, give it until then."
    )
    (row,) = proposed(AS_EXPERT + "|", with_role(starts_on=LATER, ends_on=date(2025, 1, 10), is_over=True)).rows
    assert row.sentence == (
        "Row 2, Starts: they had the role Expert, Cohort 2024 from 1 December 2024 until 10 January 2025. "
        "Write from which day on they have it again."
    )
    again = proposed(AS_EXPERT + "2025-01-20 |", with_role(starts_on=LATER, ends_on=date(2025, 1, 10), is_over=True))
    assert changes(again, 2) == [("Role", "", "Expert, Cohort 2024 from 20 January 2025")]


def test_a_role_that_ends_sooner_than_the_sheet_may_mean_is_said_to_stay_so() -> None:
    ground = with_role(ends_on=date(2024, 12, 20))
    (row,) = proposed(AS_EXPERT + "2024-12-05 |", ground).rows
    assert row.steps.notes == ("Expert, Cohort 2024 from 1 September 2024 until 20 December 2024: that stays.",)
    longer = proposed(AS_EXPERT + "2024-12-05 | 2025-03-01", ground)
    assert changes(longer, 2) == [("Role", "Expert, Cohort 2024 to 20 December 2024", "Expert, Cohort 2024 to 1 March 2025")]


def test_who_stands_in_has_no_role_of_their_own_and_comes_back_as_they_went() -> None:
    ground = with_role(starts_on=LATER, ends_on=date(2024, 12, 31), is_stand_in=True)
    assert changes(proposed(AS_EXPERT + "2024-12-05 |", ground), 2) == [
        ("Role", "", "Expert, Cohort 2024 from 5 December 2024")
    ]
    assert proposed(AS_EXPERT + "2024-12-01 | 2024-12-31", ground).rows[0].steps.is_empty  # as an export says it
    (row,) = proposed(AS_EXPERT + "2024-12-01 |", ground).rows
    says = "they stand in for somebody in this role from that day on; give it from another day."
    assert row.sentence == f"Row 2, Starts: {says}"


def test_a_role_is_for_the_one_organisation_they_are_with_where_the_sheet_names_none() -> None:
    (polar,) = ADA.works
    ice = replace(polar, organisation="ice watch", name="Ice Watch")
    gone = replace(ice, days=Days(None, date(2024, 9, 1)), is_over=True)
    for works, whom in (((polar, gone), " for Polar Survey"), ((polar, ice), ""), ((gone,), "")):
        ground = replace(GROUND, people=(replace(ADA, roles=(), works=works),), stand_for=frozenset(["expert"]))
        (row,) = proposed(AS_EXPERT + "|", ground).rows
        assert row.steps.for_whom == ("polar survey" if whom else "")
        assert changes(proposed(AS_EXPERT + "|", ground), 2) == [
            ("Role", "", f"Expert, Cohort 2024{whom} from 1 September 2024")
        ]


def test_another_name_or_address_does_not_replace_the_one_we_have() -> None:
    proposal = proposed(
        f"Name | E-mail | ORCID\nNobody Else | ada@example.org |\nGrace Achterberg | g@example.org | {CARBERRY}"
    )
    assert proposal.rows[0].steps.notes == ("The sheet says “Nobody Else”; the name “Ada Lindqvist” stays.",)
    assert ("E-mail", "", "g@example.org") in changes(proposal, 3)
    again = proposed("Name | E-mail | ORCID\nGrace | new@example.org | " + CARBERRY, with_address())
    assert again.rows[0].steps.notes == ("The sheet says new@example.org; the address g@example.org stays.",)


def with_address() -> Ground:
    return replace(GROUND, people=(replace(GRACE, email="g@example.org"),))


def test_of_people_of_others_nothing_is_told_and_nothing_changed() -> None:
    proposal = proposed("Name | E-mail | Pronouns\n | other@example.org | they/them")
    (row,) = proposal.rows
    assert (row.outcome, row.target, row.name) == (Outcome.SAME, "3", "")
    assert row.steps.facts == ()
    assert [each.label for each in row.steps.changes] == ["Role"]
    assert "Of Others" not in repr(proposal)


def test_the_name_of_somebody_of_others_is_not_told_by_way_of_another_row() -> None:
    proposal = proposed(
        f"""Name | E-mail | ORCID
        Evi Berg | other@example.org | {CARBERRY}
        Evi Berg | | {CARBERRY}
        Evi Berg | |""",
        replace(GROUND, people=(replace(GROUND.people[2], name="Of Others"),)),
    )
    assert outcomes(proposal) == [(2, "same", "3"), (3, "same", "3"), (4, "perhaps", "row-4")]
    assert [(each.choice, each.name) for each in proposal.rows[2].candidates] == [("row-3", "Evi Berg")]
    assert "Of Others" not in repr(proposal)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("Eva | eva@@example | | | | | | |", "Row 2, E-mail: “eva@@example” is no mail address."),
        ("Eva | | 0000-0002-1825-0098 | | | | | |", "Row 2, ORCID: This ORCID has a typing mistake"),
        ("Eva | | | Boss | | | | |", "Row 2, Role: “Boss” is no role here; there are Team, Expert and Community member."),
        ("Eva | | | Team | | | | |", "Row 2, Role: a sheet gives nobody the role “Team”"),
        ("Eva | | | | 1999 | | | |", "Row 2, Cohort: “1999” is no cohort here; there are Cohort 2024."),
        ("Eva | | | | | 31 February 2024 | | |", "Row 2, Starts: “31 February 2024” is no day; write it like 2024-09-01."),
        ("Eva | | | | | 2024-09-01 | 2024-09-01 | |", "Row 2, Ends: a role ends after it starts"),
        ("Eva | | | | | | | Magic |", "Row 2, Sector: “Magic” is no sector here; there are Environment and Energy."),
        ("Eva | | | | | | | | a b", "Row 2, Website: “https://a b” is no address on the web."),
        (" | new@example.org | | | | | | |", "Row 2, Name: nobody we know has this address"),
        (" | | | Expert | | | | |", "Row 2, Name: this row names nobody."),
        ("x" * 121 + " | | | | | | | |", "Row 2, Name: this has 121 letters and there is room for 120."),
        (
            f"Eva | ada@example.org | {CARBERRY} | | | | | |",
            "Row 2, ORCID: the address is one person’s and the ORCID another’s.",
        ),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_row_and_column(row: str, says: str) -> None:
    proposal = proposed("Name | E-mail | ORCID | Role | Cohort | Starts | Ends | Sector | Website\n" + row)
    assert [each.outcome for each in proposal.rows] == [Outcome.REFUSED]
    assert proposal.rows[0].sentence.startswith(says)


def test_a_row_that_is_refused_says_its_number_as_people_count_it() -> None:
    rows = [("Name", "Role"), ("Eva", "Expert"), (), ("Finn", "Boss")]
    assert propose(rows, GROUND).rows[1].sentence.startswith("Row 4, Role:")
    assert propose(rows, GROUND, first=0).rows[1].sentence.startswith("Row 3, Role:")


def test_organisations_are_matched_whatever_their_case_and_else_proposed_once_with_what_is_said_of_them() -> None:
    proposal = proposed(
        """Name | Organisation | Sector | Region | Website
        Eva Berg | polar SURVEY | Energy | Kent |
        Finn Moor | Road  Freight | | | road.example
        Ann Hill | ROAD freight | Energy | |"""
    )
    assert [(each.name, each.key, dict(each.facts)) for each in proposal.organisations] == [
        ("Polar Survey", 5, {"region": "Kent"}),
        ("Road Freight", None, {"website": "https://road.example", "sector": "energy"}),
    ]


def test_a_row_that_says_nothing_of_role_and_cohort_gets_those_of_the_form() -> None:
    ground = replace(GROUND, role="expert", cohort=7)
    assert changes(proposed("Name\nEva Berg", ground), 2) == [("Role", "", "Expert, Cohort 2024 from 1 September 2024")]
    of_none = proposed("Name | Cohort\nEva Berg |", ground)
    assert changes(of_none, 2) == [("Role", "", "Expert from 1 October 2024")]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-9-1", date(2024, 9, 1)),
        ("1/9/2024", date(2024, 9, 1)),
        ("01.09.2024", date(2024, 9, 1)),
        ("1 September 2024", date(2024, 9, 1)),
        ("Sun 1st Sept 2024", date(2024, 9, 1)),
        ("  ", None),
    ],
)
def test_days_are_read_as_people_write_them(written: str, day: date | None) -> None:
    assert read_day(written) == day


# -- an address somebody wrote down and nobody proved


def test_who_comes_by_an_address_that_is_not_proved_is_perhaps_who_wrote_it_down() -> None:
    (row,) = proposed("Name | E-mail\nEva Berg | OLD@example.org").rows
    assert (row.outcome, row.is_unproved) == (Outcome.PERHAPS, True)
    assert [(each.choice, each.name, each.reason) for each in row.candidates] == [
        ("1", "Ada Lindqvist", "The address stands with them, not proved")
    ]
    (candidate,) = row.candidates
    assert candidate.steps.notes == (
        "The sheet says “Eva Berg”; the name “Ada Lindqvist” stays.",
        "OLD@example.org stands with them and is not proved; the address ada@example.org stays.",
    )


def test_it_is_them_or_somebody_new_without_the_address_as_was_decided() -> None:
    text = "Name | E-mail\nAda L | old@example.org\nAda L | old@example.org"
    assert outcomes(proposed(text)) == [(2, "perhaps", "row-2"), (3, "same", "row-2")]
    assert outcomes(proposed(text, row2="1")) == [(2, "same", "1"), (3, "same", "1")]
    new = proposed(text, row2="new")
    assert outcomes(new) == [(2, "new", "row-2"), (3, "same", "row-2")]
    assert (new.rows[0].steps.email, new.rows[0].steps.notes) == (
        "",
        ("Without old@example.org: it stands in another record, not proved.",),
    )


def test_an_address_not_proved_by_somebody_of_others_names_nobody_and_is_given_to_nobody() -> None:
    others = Held(key=3, name="Of Others", email="other@example.org", unproved=("lost@example.org",), is_ours=False)
    ground = replace(GROUND, people=(ADA, GRACE, others))
    (row,) = proposed("Name | E-mail\nEva Berg | lost@example.org", ground).rows
    assert (row.outcome, row.steps.email, "Of Others" in repr(row)) == (Outcome.NEW, "", False)
    (known,) = proposed(f"Name | E-mail | ORCID\nGrace Achterberg | lost@example.org | {CARBERRY}", ground).rows
    assert (known.target, known.steps.email, known.steps.notes) == (
        "2",
        "",
        ("Without lost@example.org: it stands in another record, not proved.",),
    )


def test_an_address_one_proved_is_theirs_whoever_else_wrote_it_down() -> None:
    grace = replace(GRACE, email="grace@example.org", addresses=("old@example.org",))
    (row,) = proposed("Name | E-mail\nGrace Achterberg | old@example.org", replace(GROUND, people=(ADA, grace))).rows
    assert (row.outcome, row.target, row.is_unproved, row.steps.notes) == (Outcome.SAME, "2", False, ())


def test_an_address_not_proved_without_a_name_says_nothing_of_who_is_meant() -> None:
    (row,) = proposed("Name | E-mail\n | old@example.org").rows
    assert row.sentence == "Row 2, Name: this address is not proved, so it does not say who is meant: write the name."


CELLS = st.sampled_from(
    [
        "",
        "Ada Lindqvist",
        "Eva Berg",
        "Lindqvist Ada",
        "ada@example.org",
        "eva@example.org",
        "old@example.org",
        "Expert",
        "2024",
        "Polar Survey",
        CARBERRY,
    ]
) | st.text(max_size=12)
SHEETS = st.lists(st.lists(CELLS, min_size=6, max_size=6), max_size=8)
HEAD = ["Name", "E-mail", "ORCID", "Role", "Cohort", "Organisation"]


@given(SHEETS)
def test_any_sheet_gives_one_outcome_a_row_the_same_each_time(rows: list[list[str]]) -> None:
    proposal = propose([HEAD, *rows], GROUND)
    assert [row.number for row in proposal.rows] == [number for number, row in enumerate(rows, 2) if any(row)]
    assert proposal.fingerprint == propose([HEAD, *rows], GROUND).fingerprint
    for row in proposal.rows:
        assert (row.outcome is Outcome.REFUSED) == bool(row.sentence)
        assert (row.outcome is Outcome.PERHAPS) == bool(row.candidates)


@given(SHEETS)
def test_a_row_of_somebody_known_by_name_alone_is_never_taken_for_them(rows: list[list[str]]) -> None:
    for row in propose([HEAD, *rows], GROUND).of(Outcome.SAME):
        assert row.typed is not None
        assert row.typed.email or row.typed.orcid


@given(SHEETS)
def test_once_everything_is_decided_nothing_is_left_to_ask(rows: list[list[str]]) -> None:
    asked = propose([HEAD, *rows], GROUND).of(Outcome.PERHAPS)
    settled = propose([HEAD, *rows], GROUND, decisions={row.number: "new" for row in asked})
    assert settled.of(Outcome.PERHAPS) == ()
