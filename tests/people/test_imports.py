"""People by the sheet, as they stand afterwards: added, changed, left alone, and nothing where something goes wrong."""

from __future__ import annotations

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hub.core.errors import ChangedMeanwhile, NotAllowed
from hub.core.people_sheet import Outcome
from hub.kit.models import JournalEntry
from hub.people.commands import (
    BadRow,
    Imported,
    Otherwise,
    Undecided,
    add_organisation,
    add_person,
    affiliate,
    bring_person,
    edit_person,
    end_affiliation,
    give_role,
    import_people,
    imports,
    merge_people,
    open_account,
    propose_people,
    prove_address,
    stand_in,
)
from hub.people.models import Account, Affiliation, Consent, Organisation, Person, Role, RoleKind
from hub.programmes.models import Cohort, Programme
from hub.services.sheets import read
from tests.factories import BEGUN, a_cohort, a_programme, ada, mara, sam

pytestmark = pytest.mark.django_db

TEXT = """Name;E-mail;Organisation;Job;Sector;Role;Cohort;Shoe size
Eva Berg;eva@example.org;Polar Survey;Glaciologist;Environment;Expert;2024;39
Finn Moor;finn@example.org;polar SURVEY;;;Community member;;44
Grace Achterberg;;Road Freight;;Transport;Expert;2024;
"""


@pytest.fixture
def cohort() -> Cohort:
    return a_cohort()


@pytest.fixture
def team(cohort: Cohort) -> Person:
    return mara(cohort.programme)


def bring(text: str, programme: Programme, by: Person | None, **decisions: str) -> Imported:
    sheet, otherwise = read(text), Otherwise(role=RoleKind.COMMUNITY, cohort=None, starts_on=date(2024, 6, 3))
    seen = propose_people(programme, sheet, otherwise, by=by, at=BEGUN).fingerprint
    wanted = {int(name.removeprefix("row")): choice for name, choice in decisions.items()}
    return import_people(programme, sheet, otherwise, decisions=wanted, seen=seen, by=by, at=BEGUN)


def everything() -> list[list[tuple[object, ...]]]:
    return [list(model.objects.order_by("pk").values_list()) for model in (Person, Account, Role, Affiliation, Organisation)]


def test_people_come_in_with_role_organisation_and_address_and_are_asked_for_everything(cohort: Cohort, team: Person) -> None:
    done = bring(TEXT, cohort.programme, team)

    assert done == Imported(added=3, changed=0, unchanged=0, left=0, refused=0, organisations=2)
    eva = Person.objects.get(name="Eva Berg")
    assert (eva.account.email, eva.account.has_usable_password(), eva.plain_name) == ("eva@example.org", False, "eva berg")
    role = eva.roles.get()
    assert (role.kind, role.cohort, role.starts_on) == ("expert", cohort, cohort.starts_on)
    assert role.organisation is not None
    assert (role.organisation.name, role.organisation.sector) == ("Polar Survey", "environment")
    assert [each.job for each in eva.affiliations.all()] == ["Glaciologist"]
    assert Person.objects.get(name="Finn Moor").affiliations.get().organisation == role.organisation
    assert Account.objects.count() == 2
    assert Consent.objects.count() == 0
    assert JournalEntry.objects.filter(verb="people-imported").get().facts == {"added": 3, "changed": 0, "left": 0}


def test_the_same_file_twice_changes_nothing(cohort: Cohort, team: Person) -> None:
    bring(TEXT, cohort.programme, team)
    before = everything()
    lines = JournalEntry.objects.count()

    grace = str(Person.objects.get(name="Grace Achterberg").pk)
    done = bring(TEXT, cohort.programme, team, row4=grace)

    assert done == Imported(added=0, changed=0, unchanged=3, left=0, refused=0, organisations=0)
    assert everything() == before
    assert JournalEntry.objects.count() == lines


def test_who_is_known_by_name_only_is_not_brought_in_until_somebody_decides(cohort: Cohort, team: Person) -> None:
    expert = ada(cohort)
    before = everything()
    with pytest.raises(Undecided) as no:
        bring("Name\tPronouns\nAda Lindqvist\tshe/her", cohort.programme, team)
    assert no.value.numbers == (2,)
    assert everything() == before

    bring("Name\tPronouns\nAda Lindqvist\tshe/her", cohort.programme, team, row2=str(expert.pk))
    expert.refresh_from_db()
    assert expert.pronouns == "she/her"
    bring("Name\tPronouns\nAda Lindqvist\the/him", cohort.programme, team, row2="new")
    assert sorted(Person.objects.filter(name="Ada Lindqvist").values_list("pronouns", flat=True)) == ["he/him", "she/her"]


def test_what_changed_since_it_was_shown_is_shown_again_and_nothing_is_done(cohort: Cohort, team: Person) -> None:
    sheet, otherwise = read(TEXT), Otherwise(role=RoleKind.COMMUNITY, cohort=None, starts_on=date(2024, 6, 3))
    seen = propose_people(cohort.programme, sheet, otherwise, by=team, at=BEGUN).fingerprint
    add_person("Eva Berg", email="eva@example.org", by=None, at=BEGUN)
    before = everything()
    with pytest.raises(ChangedMeanwhile):
        import_people(cohort.programme, sheet, otherwise, decisions={}, seen=seen, by=team, at=BEGUN)
    assert everything() == before


def test_when_the_last_row_fails_none_stays(cohort: Cohort, team: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything()
    add = imports.add_person

    def fails_for_grace(name: str, **more: object) -> Person:
        return add("" if name.startswith("Grace") else name, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(imports, "add_person", fails_for_grace)
    with pytest.raises(BadRow) as no:
        bring(TEXT, cohort.programme, team)
    assert no.value.sentence == "Row 4: A person has a name."
    assert everything() == before


def test_who_stands_gets_what_is_missing_and_keeps_what_is_not_said(cohort: Cohort, team: Person) -> None:
    expert = ada(cohort)
    edit_person(expert, access_needs="Captions", about="Rivers", orcid="0000-0002-1825-0097", by=None, at=BEGUN)
    affiliate(expert, add_organisation("Polar Survey", by=None, at=BEGUN), by=None, at=BEGUN)
    text = (
        "Name\tORCID\tE-mail\tOrganisation\tJob\tRegion\tRole\tCohort\tEnds\n"
        "Ada Lindqvist\t0000-0002-1825-0097\tada@example.org\tPOLAR SURVEY\tDiver\tKent\tExpert\t2024\t2025-03-01"
    )
    assert bring(text, cohort.programme, team).changed == 1
    expert.refresh_from_db()
    assert (expert.access_needs, expert.about, expert.account.email) == ("Captions", "Rivers", "ada@example.org")
    assert expert.roles.get().ends_on == date(2025, 3, 1)
    assert [(each.job, each.organisation.region) for each in expert.affiliations.all()] == [("Diver", "Kent")]
    assert bring(text, cohort.programme, team).unchanged == 1
    for day in (date(2025, 6, 30), date(2025, 1, 10)):  # later, then sooner
        again = text.replace("2025-03-01", day.isoformat())
        assert bring(again, cohort.programme, team).changed == 1
        assert expert.roles.get().ends_on == day
        assert bring(again, cohort.programme, team).unchanged == 1


def test_who_left_an_organisation_and_comes_back_by_the_sheet_is_with_it_again_as_the_dry_run_said(
    cohort: Cohort, team: Person
) -> None:
    expert = ada(cohort)
    open_account(expert, "ada@example.org")
    polar = add_organisation("Polar Survey", by=None, at=BEGUN)
    end_affiliation(affiliate(expert, polar, by=None, at=BEGUN), on=date(2024, 5, 20), by=None, at=BEGUN)
    programme, role = cohort.programme, "Community member"
    text = f"Name;E-mail;Organisation;Job;Role;Starts\nAda Lindqvist;ada@example.org;Polar Survey;Diver;{role};2024-06-10\n"
    otherwise = Otherwise(role=RoleKind.COMMUNITY, cohort=None, starts_on=date(2024, 6, 3))
    (row,) = propose_people(programme, read(text), otherwise, by=team, at=BEGUN).rows
    says = "Polar Survey again, from 10 June 2024 (was there until 20 May 2024), Diver"
    assert ("Works with", says) in [(each.label, each.after) for each in row.steps.changes]
    done = bring(text + "Eva Berg;eva@example.org;Polar Survey;;Expert;\n", programme, team)
    assert (done.added, done.changed) == (1, 1)
    days = ("job", "starts_on", "ends_on")
    stands = [("", None, date(2024, 5, 20)), ("Diver", date(2024, 6, 10), None)]
    assert list(expert.affiliations.order_by("pk").values_list(*days)) == stands
    assert bring(text, programme, team).unchanged == 1
    last_years = text.replace("2024-06-10", "2024-04-01")
    assert bring(last_years, programme, team).refused == 1  # they have the role from June on
    last_years = last_years.replace("Starts", "Starts;Ends").replace("2024-04-01", "2024-04-01;2024-05-01")
    assert bring(last_years, programme, team).changed == 1  # the role of then
    assert list(expert.affiliations.order_by("pk").values_list(*days)) == stands


def test_who_left_and_is_added_by_hand_is_with_it_again_from_the_first_day_of_the_role(cohort: Cohort, team: Person) -> None:
    polar = add_organisation("Polar Survey", by=None, at=BEGUN)
    person = sam()
    prove_address(open_account(person, "sam@example.org"), by=None, at=BEGUN)
    end_affiliation(affiliate(person, polar, by=None, at=BEGUN), on=date(2024, 5, 20), by=None, at=BEGUN)
    for day in (date(2024, 7, 1), date(2024, 8, 1)):
        bring_person(
            cohort.programme, name="Sam", email="sam@example.org", kind=RoleKind.COACH, cohort=None, starts_on=day,
            organisation="polar survey", by=team, at=BEGUN,
        )  # fmt: skip
    days = person.affiliations.order_by("pk").values_list("starts_on", "ends_on")
    assert list(days) == [(None, date(2024, 5, 20)), (date(2024, 7, 1), None)]


def test_a_sheet_without_organisations_gives_a_role_for_the_one_they_are_with_as_the_dry_run_said(
    cohort: Cohort, team: Person
) -> None:
    gail = add_person("Gail Quill", email="gail@example.org", by=None, at=BEGUN)
    give_role(gail, RoleKind.COMMUNITY, cohort.programme, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    quill = add_organisation("Quill & Sons", by=None, at=BEGUN)
    affiliate(gail, quill, by=None, at=BEGUN)
    text = "Name;E-mail;Role;Cohort\nGail Quill;gail@example.org;Expert;2024"
    otherwise = Otherwise(role=RoleKind.COMMUNITY, cohort=None, starts_on=date(2024, 6, 3))
    (row,) = propose_people(cohort.programme, read(text), otherwise, by=team, at=BEGUN).rows
    (change,) = row.steps.changes
    assert change.after == "Expert, Cohort 2024 for Quill & Sons from 1 September 2024"
    assert bring(text, cohort.programme, team).changed == 1
    assert gail.roles.get(kind="expert").organisation == quill


def test_who_came_later_keeps_one_role_when_a_sheet_names_them_without_a_day(cohort: Cohort, team: Person) -> None:
    lou, sten = (add_person(name, email=f"{name[:3]}@example.org", by=None, at=BEGUN) for name in ("Lou Grey", "Ste Berg"))
    expert = {"kind": RoleKind.EXPERT, "programme": cohort.programme, "cohort": cohort}
    later = date(2024, 12, 1)
    role = give_role(lou, **expert, starts_on=later, by=None, at=BEGUN)  # type: ignore[arg-type]
    stand_in(role, sten, starts_on=later, ends_on=date(2024, 12, 31), by=None, at=BEGUN)
    text = "Name;E-mail;Role;Cohort;Starts;Ends\nLou Grey;lou@example.org;Expert;2024;{};{}"
    assert bring(text.format("", ""), cohort.programme, team).unchanged == 1
    assert bring(text.format("", "2025-03-01"), cohort.programme, team).changed == 1
    assert lou.roles.values_list("starts_on", "ends_on").get() == (later, date(2025, 3, 1))
    text = text.replace("Lou Grey;lou", "Ste Berg;ste")
    assert bring(text.format("2024-12-01", "2024-12-31"), cohort.programme, team).unchanged == 1
    assert bring(text.format("2024-12-05", ""), cohort.programme, team).changed == 1
    assert sten.roles.filter(stands_in_for=None).values_list("starts_on", "ends_on").get() == (date(2024, 12, 5), None)


def test_people_of_another_programme_get_a_role_here_and_keep_what_they_say_of_themselves(cohort: Cohort, team: Person) -> None:
    other = a_programme("river-watch", is_public=False)
    eva = add_person("Eva Berg", email="eva@example.org", by=None, at=BEGUN)
    give_role(eva, RoleKind.EXPERT, other, starts_on=date(2024, 1, 1), by=None, at=BEGUN)
    sheet = read("Name\tE-mail\tPronouns\nEvi\teva@example.org\tshe/her")
    otherwise = Otherwise(role=RoleKind.REVIEWER, cohort=cohort, starts_on=date(2024, 6, 3))
    shown = propose_people(cohort.programme, sheet, otherwise, by=team, at=BEGUN)
    assert "Eva Berg" not in repr(shown)
    import_people(cohort.programme, sheet, otherwise, decisions={}, seen=shown.fingerprint, by=team, at=BEGUN)
    eva.refresh_from_db()
    assert (eva.name, eva.pronouns) == ("Eva Berg", "")
    assert eva.roles.get(programme=cohort.programme).kind == "reviewer"
    with_name_only = propose_people(a_programme("third"), read("Name\nEva Berg"), otherwise, by=None, at=BEGUN)
    assert [row.outcome for row in with_name_only.rows] == [Outcome.NEW]


def test_who_comes_in_by_another_of_their_addresses_is_known(cohort: Cohort, team: Person) -> None:
    expert, stranger = ada(cohort), sam()
    for person, email in ((expert, "ada@polar.example"), (stranger, "Sam@polar.example")):
        account = Account.objects.filter(person=person).first() or open_account(person, f"{person.pk}@example.org")
        EmailAddress.objects.create(user=account, email=email, verified=True)
    people = Person.objects.count()
    done = bring("Name,E-mail\nAda Lindqvist,ADA@polar.example\nSam Novak,sam@polar.example", cohort.programme, team)
    assert (done.added, Person.objects.count(), Role.objects.filter(person=stranger).count()) == (0, people, 1)
    found, is_new = bring_person(
        cohort.programme, name="Ada", email="Ada@Polar.example", kind=RoleKind.COACH, cohort=None, starts_on=cohort.starts_on,
        by=team, at=BEGUN,
    )  # fmt: skip
    assert (found, is_new) == (expert, False)


def with_an_unproved_address(person: Person, email: str) -> None:
    account = Account.objects.filter(person=person).first() or open_account(person, f"{person.pk}@example.org")
    EmailAddress.objects.create(user=account, email=email, verified=False)


def test_what_the_dry_run_says_of_an_address_nobody_proved_is_what_is_done(cohort: Cohort, team: Person) -> None:
    expert, stranger = ada(cohort), sam()
    with_an_unproved_address(expert, "ada@polar.example")
    with_an_unproved_address(stranger, "lost@polar.example")
    text = "Name,E-mail\nA. Lindqvist,ADA@polar.example\nEva Berg,lost@polar.example"
    otherwise = Otherwise(role=RoleKind.COMMUNITY, cohort=None, starts_on=date(2024, 6, 3))
    shown = propose_people(cohort.programme, read(text), otherwise, by=team, at=BEGUN)
    perhaps, new = shown.rows
    assert (perhaps.outcome, [each.name for each in perhaps.candidates], new.outcome) == (
        Outcome.PERHAPS,
        ["Ada Lindqvist"],
        Outcome.NEW,
    )
    assert stranger.name not in repr(shown)
    with pytest.raises(Undecided):
        bring(text, cohort.programme, team)
    done = bring(text, cohort.programme, team, row2=str(expert.pk))
    assert (done.added, done.changed, done.refused) == (1, 1, 0)
    assert expert.roles.filter(kind="community").count() == 1
    assert not Account.objects.filter(person__name="Eva Berg").exists()  # she came in without it
    assert EmailAddress.objects.filter(email="ada@polar.example").get().verified is False


def test_who_is_said_to_be_somebody_new_comes_in_without_the_address_of_another_record(cohort: Cohort, team: Person) -> None:
    with_an_unproved_address(ada(cohort), "ada@polar.example")
    assert bring("Name,E-mail\nAda Moor,ada@polar.example", cohort.programme, team, row2="new").added == 1
    assert not Account.objects.filter(person__name="Ada Moor").exists()


def test_the_address_of_a_record_that_was_merged_finds_the_person_again(cohort: Cohort, team: Person) -> None:
    expert = ada(cohort)
    second, _ = bring_person(
        cohort.programme, name="Ada Holm", email="holm@example.org", kind=RoleKind.COMMUNITY, cohort=None,
        starts_on=cohort.starts_on, by=team, at=BEGUN,
    )  # fmt: skip
    merge_people(expert, second, choices={}, by=team, at=BEGUN)
    assert bring("Name,E-mail\nAda Holm,holm@example.org", cohort.programme, team, row2=str(expert.pk)).added == 0


def test_a_sheet_puts_nobody_on_the_team_and_takes_nobody_off_it(cohort: Cohort, team: Person) -> None:
    done = bring("Name\tRole\nEva Berg\tTeam\nMara Okafor\tTeam", cohort.programme, team, row3=str(team.pk))
    assert (done.refused, done.unchanged, done.added) == (1, 1, 0)
    assert Role.objects.filter(kind="team").count() == 1


def test_only_the_team_brings_people_in(cohort: Cohort, team: Person) -> None:
    for stranger in (ada(cohort), sam()):
        with pytest.raises(NotAllowed):
            bring(TEXT, cohort.programme, stranger)


def test_a_proposal_asks_the_database_as_much_for_a_long_sheet_as_for_a_short_one(cohort: Cohort, team: Person) -> None:
    otherwise = Otherwise(role=RoleKind.COMMUNITY, cohort=None, starts_on=date(2024, 6, 3))

    def queries(count: int) -> int:
        sheet = read("Name\tE-mail\n" + "".join(f"Eva {n}\teva{n}@example.org\n" for n in range(count)))
        with CaptureQueriesContext(connection) as asked:
            propose_people(cohort.programme, sheet, otherwise, by=team, at=BEGUN)
        return len(asked)

    before = queries(2)
    bring("Name\tE-mail\n" + "".join(f"Eva {n}\teva{n}@example.org\n" for n in range(20)), cohort.programme, team)
    assert queries(3000) == before
