"""Setting a Hub up at the command line."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from hub.core.names import plain
from hub.people import permissions, queries
from hub.people.commands import add_person, give_role
from hub.people.models import Account, Affiliation, Organisation, Person, Role, RoleKind
from hub.programmes import queries as programmes
from hub.programmes.models import Programme
from tests.factories import BEGUN

pytestmark = pytest.mark.django_db


def add_programme(*words: str) -> str:
    said = io.StringIO()
    call_command("add_programme", *words, stdout=said)
    return said.getvalue()


def add_team_member(*words: str) -> str:
    said = io.StringIO()
    call_command("add_team_member", *words, stdout=said)
    return said.getvalue()


def test_a_new_hub_gets_a_programme_a_cohort_and_somebody_who_runs_it() -> None:
    said = add_programme("river-watch", "River Watch", "--cohort", "2025", "--starts", "2025-09-01", "--ends", "2026-02-28")
    assert said == "River Watch is at /river-watch/. Next: hub manage add_team_member river-watch NAME MAIL\n"
    cohort = programmes.cohort("river-watch", "2025")
    assert cohort is not None
    assert (cohort.starts_on, cohort.ends_on) == (date(2025, 9, 1), date(2026, 2, 28))

    said = add_team_member("river-watch", "Mara Okafor", "mara@example.org")
    account = queries.account_at("Mara@Example.org")
    assert account is not None
    assert permissions.runs(account.person, cohort.programme, at=timezone.now())

    link = re.search(r"^http://localhost:8000(/come-in/\S+/)$", said, re.MULTILINE)
    assert link
    client = Client()
    client.post(link[1])
    assert client.get("/team/river-watch/").status_code == 200


def test_somebody_who_has_an_account_keeps_it() -> None:
    add_programme("river-watch", "River Watch")
    add_programme("lake-watch", "Lake Watch")
    add_team_member("river-watch", "Mara Okafor", "mara@example.org")
    add_team_member("lake-watch", "Mara Okafor", "mara@example.org")
    account = queries.account_at("mara@example.org")
    assert account is not None
    assert [row.slug for row in queries.programmes_run_by(account.person, at=timezone.now())] == ["lake-watch", "river-watch"]


def test_a_hub_far_from_london_keeps_its_own_days(settings: Settings) -> None:
    settings.HOME_ZONE = "Australia/Sydney"
    add_programme("reef-watch", "Reef Watch", "--cohort", "2025", "--starts", "2025-09-01", "--ends", "2026-02-28")
    cohort = programmes.cohort("reef-watch", "2025")
    assert cohort is not None
    assert (cohort.programme.zone, cohort.zone) == ("Australia/Sydney", "Australia/Sydney")
    ada = add_person("Ada Lindqvist", email="ada@example.org", by=None, at=BEGUN)
    give_role(ada, RoleKind.EXPERT, cohort.programme, cohort=cohort, starts_on=date(2025, 9, 1), by=None, at=BEGUN)
    midnight = datetime(2025, 8, 31, 14, 0, tzinfo=UTC)  # in Sydney, and still Sunday in London
    assert [queries.roles_at(ada, at=at).count() for at in (midnight - timedelta(seconds=1), midnight)] == [0, 1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("team", "Team"), "“team” is an address of the Hub itself; choose another, such as “team-programme”."),
        (("river", "River", "--zone", "BST"), "“BST” is not a time zone; write its place, such as Europe/London."),
        (
            ("river", "River", "--cohort", "2025"),
            "A cohort needs --starts and --ends, such as --starts 2025-09-01 --ends 2026-02-28.",
        ),
        (
            ("river", "River", "--cohort", "apply", "--starts", "2025-09-01", "--ends", "2026-02-28"),
            "“apply” is an address of the programme itself; choose another, such as “cohort-apply”.",
        ),
    ],
)
def test_what_cannot_be_added_is_said_and_nothing_is(words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        add_programme(*words)
    assert str(refused.value) == sentence
    assert Programme.objects.count() == 0


def test_an_unknown_programme_and_no_address_are_refused() -> None:
    add_programme("river-watch", "River Watch")
    for words in (("river-watch", "Mara Okafor", "mara"), ("lake-watch", "Mara Okafor", "mara@example.org")):
        with pytest.raises(CommandError):
            add_team_member(*words)
    assert queries.account_at("mara@example.org") is None


def invent(*words: str) -> str:
    said = io.StringIO()
    call_command("invent_people", "--people", "150", "--organisations", "10", *words, stdout=said)
    return said.getvalue()


def test_people_are_invented_the_same_ones_each_time_and_found_like_others() -> None:
    assert invent() == "150 people and 10 organisations are invented, in /invented/.\n"
    first = list(Person.objects.order_by("pk").values_list("name", flat=True))
    assert (len(first), Role.objects.count(), Affiliation.objects.count(), Account.objects.count()) == (150, 150, 150, 150)
    assert [each for each in Person.objects.all() if each.plain_name != plain(each.name)] == []
    assert not any(account.has_usable_password() for account in Account.objects.all())
    Role.objects.all().delete()
    Person.objects.all().delete()
    Organisation.objects.all().delete()
    invent()
    assert list(Person.objects.order_by("pk").values_list("name", flat=True)) == first


def test_nobody_is_invented_among_real_people_unless_asked_for(settings: Settings) -> None:
    add_person("Ada Lindqvist", by=None, at=BEGUN)
    with pytest.raises(CommandError, match="Real people may stand here"):
        invent()
    assert Person.objects.count() == 1
    invent("--anyway")
    settings.DEMO = True
    invent("--programme", "another")
    assert Person.objects.count() == 301
