"""Organisations and affiliations entered by a slip: changed, taken back, joined, removed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.consent import Means, Standing, Use
from hub.core.errors import ChangedMeanwhile, NotAllowed
from hub.kit import journal
from hub.kit.joining import pointing_at
from hub.people import queries
from hub.people.commands import (
    BadAffiliation,
    BadChoice,
    NotTwoOrganisations,
    StillReferredTo,
    add_organisation,
    add_person,
    affiliate,
    answer_for_organisation,
    edit_affiliation,
    edit_organisation,
    give_role,
    join_organisations,
    preview_join,
    publish_term,
    remove_organisation,
    take_back_affiliation,
)
from hub.people.commands.joining import Side
from hub.people.models import Affiliation, Consent, Organisation, Person, Role, RoleKind
from tests.scene import IN_SEPTEMBER as NOW
from tests.scene import Scene, a_scene, as_

pytestmark = pytest.mark.django_db
TEAM = "/team/practitioners-hub/"
SEPTEMBER = date(2024, 9, 1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


@pytest.fixture
def mara(scene: Scene) -> Client:
    return as_(scene.mara)


@pytest.fixture
def two(scene: Scene) -> tuple[Organisation, Organisation]:
    """UKCEH, and the same with a space, of whom Ada is."""
    kept, gone = (add_organisation(name, by=None, at=NOW) for name in ("UKCEH", "UK CEH"))
    affiliate(scene.ada, gone, job="Diver", by=None, at=NOW)
    of = {"cohort": scene.cohort, "organisation": gone, "starts_on": SEPTEMBER}
    give_role(scene.ada, RoleKind.FACILITATOR, scene.programme, **of, by=None, at=NOW)  # type: ignore[arg-type]
    return kept, gone


def join_now(kept: Organisation, gone: Organisation, by: Person | None, **choices: Side) -> Organisation:
    for each in (kept, gone):
        each.refresh_from_db()  # as a page reads them
    return join_organisations(kept, gone, choices=choices, seen=preview_join(kept, gone).seen, by=by, at=NOW)


def sent(client: Client, path: str, given: dict[str, str]) -> tuple[int, str]:
    answered = client.post(path, given, follow=True)
    return answered.status_code, re.sub(r"\s+", " ", unescape(answered.content.decode()))


# -- where somebody works


def test_a_slip_in_where_somebody_works_is_mended_on_their_page(scene: Scene, mara: Client) -> None:
    polar = add_organisation("Polar Survey", by=None, at=NOW)
    row = affiliate(scene.ada, polar, job="Diver", by=None, at=NOW)
    path, key = f"{TEAM}people/{scene.ada.pk}/", {"key": str(row.pk)}
    given = {"do": "change-work", "job": "Pilot", "starts_on": "2023-02-01", "ends_on": "2025-02-01"}
    assert "Saved: with Polar Survey from 1 February 2023 until 1 February 2025." in sent(mara, path, key | given)[1]
    row.refresh_from_db()
    assert (row.job, row.starts_on, row.ends_on) == ("Pilot", date(2023, 2, 1), date(2025, 2, 1))
    status, html = sent(mara, path, key | given | {"ends_on": "2023-02-01"})
    assert (status, "An affiliation ends after it starts." in html) == (422, True)
    assert sent(mara, path, key | given | {"starts_on": "", "ends_on": ""})[0] == 200  # nobody knows since when after all
    done = sent(mara, path, key | {"do": "take-back-work"})[1]
    assert "That Ada Lindqvist is with Polar Survey was taken back." in done
    assert not Affiliation.objects.exists()
    assert mara.post(path, key | {"do": "take-back-work"}).status_code == 404
    assert "took back that they are with Polar Survey" in done


def test_two_affiliations_do_not_begin_on_one_day(scene: Scene) -> None:
    polar = add_organisation("Polar Survey", by=None, at=NOW)
    affiliate(scene.ada, polar, starts_on=date(2023, 1, 1), ends_on=SEPTEMBER, by=None, at=NOW)
    row = affiliate(scene.ada, polar, starts_on=SEPTEMBER, by=None, at=NOW)
    with pytest.raises(BadAffiliation, match="stands already"):
        edit_affiliation(row, starts_on=date(2023, 1, 1), by=None, at=NOW)


def test_only_they_and_their_team_mend_where_somebody_works(scene: Scene) -> None:
    row = affiliate(scene.ada, add_organisation("Polar Survey", by=None, at=NOW), by=None, at=NOW)
    with pytest.raises(NotAllowed):
        edit_affiliation(row, job="Pilot", by=scene.sam, at=NOW)
    with pytest.raises(NotAllowed):
        take_back_affiliation(row, by=scene.sam, at=NOW)
    take_back_affiliation(row, by=scene.ada, at=NOW)
    with pytest.raises(ChangedMeanwhile):
        take_back_affiliation(row, by=scene.ada, at=NOW)


# -- two that are one


def test_every_relation_to_an_organisation_moves(scene: Scene, two: tuple[Organisation, Organisation]) -> None:
    kept, gone = two
    moved = {f"{column.model._meta.label}.{column.name}" for column in pointing_at(Organisation)}
    assert moved == {
        "people.Affiliation.organisation",
        "people.Role.organisation",
        "people.Consent.organisation",
        "people.ConsentEntry.organisation",
        "admissions.OnboardingCall.organisation",
    }  # one that is added is moved, too; what becomes of two of them that can't stand side by side is to be thought of here
    edit_organisation(gone, region="Kent", by=None, at=NOW)
    assert preview_join(kept, gone).moving == (("Affiliations", 1), ("Roles", 1))
    assert join_now(kept, gone, scene.mara) == kept
    kept.refresh_from_db()
    assert (kept.name, kept.region) == ("UKCEH", "Kent")
    assert [each.name for each in Organisation.objects.all()] == ["UKCEH"]
    assert (Affiliation.objects.get().organisation, Role.objects.get(kind="facilitator").organisation) == (kept, kept)
    told = [entry.did for entry in journal.history_of(kept, person=scene.mara, at=NOW).entries]
    assert "joined “UK CEH” into it" in told
    assert "said that somebody works with it" in told


def test_a_preview_writes_nothing_and_asks_as_much_for_many_as_for_few(
    scene: Scene, two: tuple[Organisation, Organisation]
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries_made:
            preview_join(*two)
        return len(queries_made)

    few = asked()
    for number in range(12):
        affiliate(add_person(f"Expert {number}", by=None, at=NOW), two[1], by=None, at=NOW)
    assert asked() == few
    assert Organisation.objects.count() == 2


def test_of_two_affiliations_that_become_one_nothing_is_lost(scene: Scene, two: tuple[Organisation, Organisation]) -> None:
    kept, gone = two
    affiliate(scene.ada, kept, ends_on=SEPTEMBER, by=None, at=NOW)
    edit_affiliation(Affiliation.objects.get(organisation=gone), is_contact=True, by=None, at=NOW)
    assert preview_join(kept, gone).twice == ("UKCEH: it is there once afterwards.",)
    join_now(kept, gone, scene.mara)
    row = Affiliation.objects.get()
    assert (row.organisation, row.job, row.ends_on, row.is_contact) == (kept, "Diver", None, True)


def test_facts_and_contacts_that_differ_are_chosen_before_anything_is_done(
    scene: Scene, two: tuple[Organisation, Organisation]
) -> None:
    kept, gone = two
    edit_organisation(kept, region="Kent", by=None, at=NOW)
    edit_organisation(gone, region="Essex", by=None, at=NOW)
    edit_affiliation(Affiliation.objects.get(), is_contact=True, by=None, at=NOW)
    pia = add_person("Pia Moor", by=None, at=NOW)
    affiliate(pia, kept, is_contact=True, by=None, at=NOW)
    for choices, field in (({}, "region"), ({"region": "both"}, "region"), ({"region": "gone"}, "contacts")):
        with pytest.raises(BadChoice) as no:
            join_now(kept, gone, scene.mara, **choices)  # type: ignore[arg-type]
        assert no.value.field == field
    join_now(kept, gone, scene.mara, region="gone", contacts="kept")
    kept.refresh_from_db()
    assert kept.region == "Essex"
    assert [row.person for row in Affiliation.objects.filter(organisation=kept, is_contact=True)] == [pia]


@pytest.mark.parametrize(
    ("of_kept", "of_gone", "holds"),
    [
        (True, False, Standing.REFUSED),
        (False, True, Standing.REFUSED),
        (True, True, Standing.GIVEN),
        (True, None, Standing.NOT_ASKED),  # the one that goes sent somebody, and was not asked
        (None, True, Standing.GIVEN),  # nobody came from the one that stays: there was nothing to ask
    ],
)
def test_of_two_answers_about_the_logo_the_stricter_holds(
    scene: Scene, two: tuple[Organisation, Organisation], of_kept: bool | None, of_gone: bool | None, holds: Standing
) -> None:
    kept, gone = two
    term = publish_term(scene.programme, Use.LOGO, "May we show your logo?", is_new_meaning=True, by=scene.mara, at=NOW)
    for organisation, wish in ((kept, of_kept), (gone, of_gone)):
        if wish is not None:
            told = {"means": Means.PAPER, "note": "letter"}
            answer_for_organisation(organisation, term, wish=wish, **told, by=scene.mara, at=NOW)  # type: ignore[arg-type]
    assert [each.holds for each in preview_join(kept, gone).logos] == [holds]
    join_now(kept, gone, scene.mara)
    assert [Standing(row.standing) for row in Consent.objects.filter(organisation=kept)] == [holds]
    standing = queries.standing_of(kept, scene.programme)
    assert standing is not None
    assert standing.standing is holds


def test_what_changed_since_the_preview_is_shown_again(scene: Scene, two: tuple[Organisation, Organisation]) -> None:
    kept, gone = two
    seen = preview_join(kept, gone).seen
    affiliate(scene.mara, gone, by=None, at=NOW)
    with pytest.raises(ChangedMeanwhile):
        join_organisations(kept, gone, choices={}, seen=seen, by=scene.mara, at=NOW)
    with pytest.raises(NotTwoOrganisations):
        join_organisations(kept, kept, choices={}, seen=seen, by=scene.mara, at=NOW)
    assert Organisation.objects.count() == 2


def test_an_organisation_with_a_part_in_the_programme_of_others_is_not_joined_into_another(
    scene: Scene, two: tuple[Organisation, Organisation]
) -> None:
    kept, gone = two
    give_role(scene.sam, RoleKind.EXPERT, scene.private, organisation=gone, starts_on=SEPTEMBER, by=None, at=NOW)
    with pytest.raises(NotAllowed, match="has a part in The Masterclass, too"):
        join_now(kept, gone, scene.mara)
    with pytest.raises(NotAllowed):
        join_now(kept, gone, scene.ada)
    join_now(gone, kept, scene.mara)  # the other way round nothing of theirs moves


def test_a_team_finds_the_other_looks_at_what_moves_and_joins_them(
    scene: Scene, mara: Client, two: tuple[Organisation, Organisation]
) -> None:
    kept, gone = two
    edit_organisation(kept, region="Kent", by=None, at=NOW)
    edit_organisation(gone, region="Essex", by=None, at=NOW)
    path = f"{TEAM}organisations/{gone.pk}/same/"
    assert [row.organisation for row in mara.get(path).context["rows"]] == [kept]
    assert [row.organisation for row in mara.get(f"{path}?q=ukceh").context["rows"]] == [kept]
    asked = f"{path}?other={kept.pk}"
    page = mara.get(asked)
    assert "Let UK CEH stay instead" in page.content.decode()
    seen = page.context["preview"].seen
    status, html = sent(mara, asked, {"seen": seen})
    assert (status, "Choose one." in html) == (422, True)
    assert sent(mara, asked, {"seen": "old", "region": "kept"})[0] == 409
    assert "UK CEH is one with UKCEH now." in sent(mara, asked, {"seen": seen, "region": "kept"})[1]
    assert mara.get(asked).status_code == 404
    for other in ("x", "0", str(kept.pk)):
        assert mara.post(f"{TEAM}organisations/{kept.pk}/same/?other={other}").status_code == 422


def test_an_organisation_nothing_refers_to_is_removed_and_no_other(scene: Scene, mara: Client) -> None:
    lone, polar = (add_organisation(name, by=None, at=NOW) for name in ("Lone Ltd", "Polar Survey"))
    affiliate(scene.ada, polar, by=None, at=NOW)
    assert "nothing refers to it" not in mara.get(f"{TEAM}organisations/{polar.pk}/").content.decode()
    assert "nothing refers to it" in mara.get(f"{TEAM}organisations/{lone.pk}/").content.decode()
    assert "Lone Ltd was removed." in sent(mara, f"{TEAM}organisations/{lone.pk}/", {"do": "remove"})[1]
    assert (
        "Where it is another one written twice, join the two."
        in sent(mara, f"{TEAM}organisations/{polar.pk}/", {"do": "remove"})[1]
    )
    assert list(Organisation.objects.all()) == [polar]
    with pytest.raises(StillReferredTo):
        remove_organisation(polar, by=scene.mara, at=NOW)
    with pytest.raises(NotAllowed):
        remove_organisation(polar, by=scene.ada, at=NOW)
    with pytest.raises(ChangedMeanwhile):
        remove_organisation(lone, by=scene.mara, at=NOW)
