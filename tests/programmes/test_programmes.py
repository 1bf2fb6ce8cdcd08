"""Programmes, cohorts, partners' names and rules."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from hub.core.contrast import PaleColour
from hub.core.errors import NotAllowed
from hub.core.plan.rules import DEFAULT, BadRules
from hub.kit.models import JournalEntry
from hub.people.commands import add_person, give_role
from hub.people.models import Person, RoleKind
from hub.programmes import commands, queries
from hub.programmes.models import RESERVED_COHORT_SLUGS, RESERVED_SLUGS, Cohort, Programme

pytestmark = pytest.mark.django_db
MAY = datetime(2023, 5, 1, 9, 0, tzinfo=UTC)


def a_programme(slug: str = "river-watch", **facts: str) -> Programme:
    return commands.create_programme(slug=slug, name="River Watch", by=None, at=MAY, **facts)  # type: ignore[arg-type]


def mara(programme: Programme) -> Person:
    person = add_person("Mara Okafor", by=None, at=MAY)
    give_role(person, RoleKind.TEAM, programme, starts_on=date(2023, 1, 1), ends_on=date(2024, 1, 1), by=None, at=MAY)
    return person


def a_cohort(programme: Programme, slug: str = "2023") -> Cohort:
    return commands.create_cohort(
        programme, slug=slug, name="Cohort 2023", starts_on=date(2023, 7, 1), ends_on=date(2023, 12, 31), by=None, at=MAY
    )


def version(programme: Programme) -> int:
    programme.refresh_from_db()
    return programme.public_version


def test_a_new_programme_keeps_what_was_said_of_it() -> None:
    programme = a_programme(tagline=" Rivers, measured together ", colour="#0F766E", zone="Europe/Paris")
    assert (programme.slug, programme.name, programme.tagline) == ("river-watch", "River Watch", "Rivers, measured together")
    assert (programme.colour, programme.zone) == ("#0f766e", "Europe/Paris")
    assert queries.programme("river-watch") == programme


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS - {"robots.txt", "sitemap.xml", "favicon.ico"}))
def test_an_address_of_the_hub_itself_is_no_programmes(slug: str) -> None:
    with pytest.raises(commands.BadFact) as refused:
        a_programme(slug)
    assert refused.value.sentence == f"“{slug}” is an address of the Hub itself; choose another, such as “{slug}-programme”."


@pytest.mark.parametrize("slug", ["", "River", "river watch", "-river", "river--watch", "x" * 61, "robots.txt", "fluß", "a\n"])
def test_an_address_is_written_in_small_letters_and_hyphens(slug: str) -> None:
    with pytest.raises(commands.BadFact) as refused:
        a_programme(slug)
    assert refused.value.field == "slug"


def test_two_programmes_never_share_an_address() -> None:
    a_programme()
    with pytest.raises(commands.SlugTaken) as refused:
        a_programme()
    assert refused.value.sentence == "There is a programme at /river-watch/ already."


def test_a_pale_colour_is_refused_and_the_nearest_readable_one_is_taken() -> None:
    with pytest.raises(PaleColour) as refused:
        a_programme(colour="#ffd54a")
    assert a_programme(colour=refused.value.proposal).colour == refused.value.proposal


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("zone", "BST"),
        ("zone", "Europe/Atlantis"),
        ("website", "javascript:alert(1)"),
        ("website", "not an address"),
        ("contact_email", "mara"),
        ("tagline", "x" * 201),
        ("about", "nul \x00"),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_field(field: str, value: str) -> None:
    with pytest.raises(commands.BadFact) as refused:
        a_programme(**{field: value})
    assert refused.value.field == field
    assert Programme.objects.count() == 0


def test_the_team_edits_a_programme_and_what_the_public_saw_is_out_of_date() -> None:
    programme = a_programme()
    person = mara(programme)
    seen = version(programme)
    edited = commands.edit_programme(programme, tagline="Rivers", by=person, at=MAY)
    assert (edited.tagline, edited.name, edited.public_version) == ("Rivers", "River Watch", seen + 1)
    entry = JournalEntry.objects.get(verb="edited")
    assert (entry.by, entry.at, entry.facts) == (person, MAY, {"fields": ["tagline"]})


def test_an_edit_that_changes_nothing_writes_nothing() -> None:
    programme = a_programme(tagline="Rivers")
    seen = version(programme)
    commands.edit_programme(programme, tagline="Rivers", colour="#0F766E", by=None, at=MAY)
    assert version(programme) == seen
    assert not JournalEntry.objects.filter(verb="edited").exists()


def test_who_is_not_on_the_team_or_no_longer_changes_nothing() -> None:
    programme = a_programme()
    person = mara(programme)
    sam = add_person("Sam Whitlow", by=None, at=MAY)
    later = datetime(2024, 1, 1, 12, 0, tzinfo=UTC)
    for by, at in ((sam, MAY), (person, later)):
        with pytest.raises(NotAllowed):
            commands.edit_programme(programme, name="Mine", by=by, at=at)
        with pytest.raises(NotAllowed):
            commands.save_rules(programme, "months = 3", by=by, at=at)
        with pytest.raises(NotAllowed):
            commands.import_year_plan(programme, "| Month | Activity |\n|--|--|\n| May | x |\n", year=2024, by=by, at=at)
        with pytest.raises(NotAllowed):
            commands.create_cohort(
                programme, slug="x", name="X", starts_on=date(2024, 1, 1), ends_on=date(2024, 2, 1), by=by, at=at
            )
    with pytest.raises(NotAllowed):
        commands.create_programme(slug="mine", name="Mine", by=person, at=MAY)
    programme.refresh_from_db()
    assert (programme.name, programme.rules, Cohort.objects.count(), Programme.objects.count()) == ("River Watch", "", 0, 1)


def test_a_cohort_takes_the_zone_of_its_programme() -> None:
    programme = a_programme(zone="Europe/Paris")
    seen = version(programme)
    cohort = a_cohort(programme)
    assert (cohort.zone, version(programme)) == ("Europe/Paris", seen + 1)
    assert queries.cohort("river-watch", "2023") == cohort


@pytest.mark.parametrize("slug", sorted(RESERVED_COHORT_SLUGS - {"atom.xml", "card.png"}))
def test_an_address_of_the_programme_itself_is_no_cohorts(slug: str) -> None:
    programme = a_programme()
    with pytest.raises(commands.BadFact) as refused:
        a_cohort(programme, slug)
    assert refused.value.field == "slug"


def test_a_cohort_ends_after_it_starts_and_has_an_address_of_its_own() -> None:
    programme = a_programme()
    a_cohort(programme)
    with pytest.raises(commands.SlugTaken):
        a_cohort(programme)
    with pytest.raises(commands.BadFact) as refused:
        commands.create_cohort(
            programme, slug="x", name="X", starts_on=date(2024, 2, 1), ends_on=date(2024, 1, 1), by=None, at=MAY
        )
    assert refused.value.field == "ends_on"


def test_partners_stand_in_the_order_they_were_named_and_the_old_ones_go() -> None:
    cohort = a_cohort(a_programme())
    commands.name_partners(cohort, [commands.Partner("Polar Survey"), commands.Partner("Old Mill")], by=None, at=MAY)
    commands.name_partners(
        cohort, [commands.Partner("Weir Works", "https://weir.example/"), commands.Partner("Polar Survey")], by=None, at=MAY
    )
    assert [(row.name, row.website) for row in queries.partner_names(cohort)] == [
        ("Weir Works", "https://weir.example/"),
        ("Polar Survey", ""),
    ]


def test_a_partner_named_twice_leaves_what_stood_there() -> None:
    cohort = a_cohort(a_programme())
    commands.name_partners(cohort, [commands.Partner("Polar Survey")], by=None, at=MAY)
    with pytest.raises(commands.BadFact):
        commands.name_partners(cohort, [commands.Partner("Weir Works"), commands.Partner(" Weir Works")], by=None, at=MAY)
    assert [row.name for row in queries.partner_names(cohort)] == ["Polar Survey"]


def test_a_programme_without_rules_of_its_own_has_the_hubs_in_its_zone() -> None:
    assert queries.rules_of(a_programme()) == DEFAULT
    assert queries.rules_of(a_programme("other", zone="Europe/Paris")).zone == "Europe/Paris"


def test_rules_are_kept_as_written_and_read_from_then_on() -> None:
    programme = a_programme()
    saved = commands.save_rules(programme, "months = 3  # a short cohort\n", by=None, at=MAY)
    assert saved.rules == "months = 3  # a short cohort\n"
    assert queries.rules_of(saved).months == 3
    assert queries.rules_of(commands.save_rules(programme, "", by=None, at=MAY)) == DEFAULT


def test_rules_that_cannot_be_read_are_refused_at_their_key_and_the_old_ones_stay() -> None:
    programme = commands.save_rules(a_programme(), "months = 3", by=None, at=MAY)
    with pytest.raises(BadRules) as refused:
        commands.save_rules(programme, "months = 'many'", by=None, at=MAY)
    programme.refresh_from_db()
    assert (refused.value.field, programme.rules) == ("months", "months = 3")
