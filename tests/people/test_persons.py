"""What is said of people: by themselves and by the team that knows them, checked at its field, and never in the journal."""

from __future__ import annotations

from importlib import import_module

import pytest

from hub.core.errors import NotAllowed
from hub.core.names import BadOrcid, plain
from hub.kit.models import JournalEntry
from hub.people.commands import AddressTaken, BadPersonFact, LinkFacts, OrcidTaken, add_person, edit_person, set_links
from hub.people.models import Account, Link, Person
from hub.programmes import queries as programmes
from tests.factories import BEGUN, a_cohort, a_programme, ada, mara, sam

pytestmark = pytest.mark.django_db
CARBERRY = "0000-0002-1825-0097"


def test_people_say_who_they_are_and_the_journal_keeps_only_which_facts_changed() -> None:
    expert = ada(a_cohort())
    edit_person(expert, pronouns="she/her", orcid=f"https://orcid.org/{CARBERRY}", zone="Asia/Kolkata", by=expert, at=BEGUN)
    expert.refresh_from_db()
    assert (expert.pronouns, expert.orcid, expert.zone) == ("she/her", CARBERRY, "Asia/Kolkata")
    entry = JournalEntry.objects.get(verb="edited")
    assert (entry.by, entry.facts) == (expert, {"fields": ["orcid", "pronouns", "zone"]})


def test_the_team_that_knows_them_may_and_a_stranger_may_not() -> None:
    cohort = a_cohort()
    expert, team, stranger = ada(cohort), mara(a_programme()), sam()
    other_team = mara(a_programme("river-watch"))
    edit_person(expert, name="Ada L. Lindqvist", by=team, at=BEGUN)
    for somebody in (stranger, other_team):
        with pytest.raises(NotAllowed):
            edit_person(expert, name="Somebody", by=somebody, at=BEGUN)
    with pytest.raises(NotAllowed):
        edit_person(team, name="Somebody", by=expert, at=BEGUN)
    expert.refresh_from_db()
    assert expert.name == "Ada L. Lindqvist"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"pronouns": "x" * 41}, "pronouns"),
        ({"zone": "BST"}, "zone"),
        ({"about": "x\x00"}, "about"),
        ({"access_needs": "x" * 2001}, "access_needs"),
    ],
)
def test_what_can_not_be_is_said_at_its_field(facts: dict[str, str], field: str) -> None:
    expert = ada(a_cohort())
    with pytest.raises(BadPersonFact) as no:
        edit_person(expert, by=expert, at=BEGUN, **facts)  # type: ignore[arg-type]
    assert no.value.field == field


def test_an_orcid_belongs_to_one_person() -> None:
    add_person("Grace Achterberg", orcid=CARBERRY, by=None, at=BEGUN)
    expert = ada(a_cohort())
    with pytest.raises(OrcidTaken):
        edit_person(expert, orcid=CARBERRY, by=expert, at=BEGUN)
    with pytest.raises(BadOrcid):
        edit_person(expert, orcid="0000-0002-1825-0098", by=expert, at=BEGUN)


def test_who_saves_an_orcid_or_an_address_somebody_saved_in_that_moment_is_told_and_nothing_is_half_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expert, persons = ada(a_cohort()), import_module("hub.people.commands.persons")

    def meanwhile(name: str) -> str:
        monkeypatch.undo()
        Person.objects.create(name="Grace Hopper", plain_name="grace hopper", orcid=CARBERRY)
        return plain(name)

    monkeypatch.setattr(persons, "plain_name_of", meanwhile)
    with pytest.raises(OrcidTaken) as no:
        edit_person(expert, orcid=CARBERRY, pronouns="she/her", by=expert, at=BEGUN)
    expert.refresh_from_db()
    assert (no.value.field, expert.orcid, expert.pronouns) == ("orcid", "", "")

    def signs_in_meanwhile(account: Account) -> None:
        monkeypatch.undo()
        Account.objects.create(person=Person.objects.create(name="Bo Ito", plain_name="bo ito"), email="bo@example.org")

    monkeypatch.setattr(Account, "set_unusable_password", signs_in_meanwhile)
    with pytest.raises(AddressTaken) as taken:
        add_person("Bo Itoh", email="bo@example.org", by=None, at=BEGUN)
    assert (taken.value.field, Person.objects.filter(name="Bo Itoh").exists()) == ("email", False)


def test_links_are_replaced_whole_and_are_addresses_of_the_web() -> None:
    expert = ada(a_cohort())
    set_links(
        expert,
        [LinkFacts("Work", "https://example.org/ada"), LinkFacts("Blog", "https://blog.example.org")],
        by=expert,
        at=BEGUN,
    )
    set_links(expert, [LinkFacts("Blog", "https://blog.example.org")], by=expert, at=BEGUN)
    for url in ("javascript:alert(1)", "ftp://example.org", "example"):
        with pytest.raises(BadPersonFact):
            set_links(expert, [LinkFacts("Odd", url)], by=expert, at=BEGUN)
    assert list(Link.objects.values_list("label", "url")) == [("Blog", "https://blog.example.org")]


def test_a_new_name_makes_every_public_page_of_their_programmes_anew() -> None:
    expert = ada(a_cohort())
    before = programmes.programme("practitioners-hub").public_version  # type: ignore[union-attr]
    edit_person(expert, name="Ada L. Lindqvist", by=expert, at=BEGUN)
    assert programmes.programme("practitioners-hub").public_version > before  # type: ignore[union-attr]
