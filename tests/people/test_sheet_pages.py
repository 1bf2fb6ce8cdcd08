"""The team's pages for sheets: bring people in, take them along, change several at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.errors import NotAllowed
from hub.people.commands import (
    LastOfTheTeam,
    NobodyChosen,
    add_organisation,
    add_person,
    affiliate,
    bring_person,
    edit_person,
    end_role,
    give_role,
    stand_in,
    take_back_roles,
)
from hub.people.models import Account, Affiliation, Person, Role, RoleKind
from hub.programmes.commands import create_programme
from hub.services.sheets import read
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db
PEOPLE = "/team/practitioners-hub/people/"
IMPORT, SEVERAL = f"{PEOPLE}import/", f"{PEOPLE}several/"
OF_FORM = {"role": "community", "cohort": "", "starts_on": "2024-09-10"}
TEXT = "Name\tE-mail\tRole\tCohort\tShoe size\nEva Berg\teva@example.org\tExpert\t2024\t39\nFinn Moor\t\t\t\t44\n"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


@pytest.fixture
def mara(scene: Scene) -> Client:
    return as_(scene.mara)


def html_of(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def sent_along(answer: HttpResponse) -> dict[str, str]:
    """What the page of a proposal sends with the button: all hidden fields, and the sheet."""
    html = answer.content.decode()
    form = html[html.index('enctype="multipart/form-data"') :]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    text = re.search(r'<textarea name="sheet" hidden>(.*?)</textarea>', form, re.DOTALL)
    assert text is not None
    return {name: unescape(value) for name, value in fields.items()} | {"sheet": unescape(text[1]), "do": "import"}


def proposed(client: Client, text: str, **more: str) -> HttpResponse:
    return client.post(IMPORT, OF_FORM | {"text": text, "do": "propose"} | more)  # type: ignore[return-value]


def test_what_is_pasted_is_shown_first_and_done_when_confirmed(scene: Scene, mara: Client) -> None:
    shown = proposed(mara, TEXT)
    html = html_of(shown)
    for said in ("Eva Berg", "Add 2 people", "Shoe size", "Role: Expert, Cohort 2024 from 1 September 2024"):
        assert said in html
    assert not Person.objects.filter(name="Eva Berg").exists()

    done = mara.post(IMPORT, sent_along(shown), follow=True)

    assert "2 people added, 0 changed." in html_of(done)
    assert Role.objects.get(person__name="Eva Berg").kind == "expert"
    assert Role.objects.get(person__name="Finn Moor").starts_on == date(2024, 9, 10)
    again = html_of(proposed(mara, TEXT))
    assert "Perhaps somebody you know" in again
    assert "Add 2" not in again


def test_a_file_is_read_whatever_it_is_written_with(scene: Scene, mara: Client) -> None:
    file = SimpleUploadedFile("people.csv", "Name;E-mail\nÅsa Öberg;asa@example.org\n".encode("cp1252"))
    shown = mara.post(IMPORT, OF_FORM | {"file": file, "do": "propose"})
    mara.post(IMPORT, sent_along(shown))  # type: ignore[arg-type]
    assert Account.objects.get(email="asa@example.org").person.name == "Åsa Öberg"


def test_a_row_may_be_left_out(scene: Scene, mara: Client) -> None:
    mara.post(IMPORT, sent_along(proposed(mara, TEXT)) | {"row-2": "leave"})
    assert list(Person.objects.filter(name__in=["Eva Berg", "Finn Moor"]).values_list("name", flat=True)) == ["Finn Moor"]


def test_who_may_be_known_is_asked_and_what_was_decided_is_kept(scene: Scene, mara: Client) -> None:
    text = "Name\tPronouns\nAda Lindqvist\tshe/her\nMara Okafor\tthey/them"
    shown = proposed(mara, text)
    assert html_of(shown).count("The same name.") == 2
    half = mara.post(IMPORT, sent_along(shown) | {"row-2": str(scene.ada.pk)})
    assert half.status_code == 422
    assert "Row 3: say whether this is somebody you know already" in html_of(half)  # type: ignore[arg-type]
    assert f'value="{scene.ada.pk}" checked' in half.content.decode()
    scene.ada.refresh_from_db()
    assert scene.ada.pronouns == ""
    mara.post(IMPORT, sent_along(half) | {"row-2": str(scene.ada.pk), "row-3": "leave"})  # type: ignore[arg-type]
    scene.ada.refresh_from_db()
    assert scene.ada.pronouns == "she/her"


def test_an_address_nobody_proved_is_said_to_be_one_and_what_then_happens(scene: Scene, mara: Client) -> None:
    EmailAddress.objects.create(user=scene.ada.account, email="ada@polar.example", verified=False)
    EmailAddress.objects.create(user=scene.sam.account, email="lost@polar.example", verified=False)
    shown = proposed(mara, "Name\tE-mail\nA. Moor\tada@polar.example\nEva Berg\tlost@polar.example")
    html = html_of(shown)
    for said in (
        "Address not proved",
        "Ada Lindqvist",
        "The address stands with them, not proved.",
        "ada@polar.example stands with them and is not proved; the address ada@example.org stays.",
        "Somebody new, without this address",
        "Without lost@polar.example: it stands in another record, not proved.",
        "Add 1 person, and do what you decided above",
    ):
        assert said in html
    assert scene.sam.name not in html
    done = mara.post(IMPORT, sent_along(shown) | {"row-2": "new"}, follow=True)
    assert "2 people added, 0 changed." in html_of(done)
    assert not Account.objects.filter(person__name__in=["A. Moor", "Eva Berg"]).exists()


def test_what_changed_meanwhile_is_shown_anew_and_nothing_is_done(scene: Scene, mara: Client) -> None:
    fields = sent_along(proposed(mara, TEXT))
    add_person("Eva Berg", email="eva@example.org", by=None, at=IN_SEPTEMBER)
    answer = mara.post(IMPORT, fields)
    assert answer.status_code == 409
    assert "What stands here has changed since this was shown to you" in html_of(answer)  # type: ignore[arg-type]
    assert Person.objects.filter(name="Finn Moor").count() == 0
    assert mara.post(IMPORT, sent_along(answer)).status_code == 302  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Choose a file, or paste some rows."),
        ({"text": "Ada, Grace"}, "No row says what the columns are."),
        ({"text": "Name\tE-mail\nAda\t" + "x" * 6000}, "A cell of row 2 has more than 5000 letters"),
        ({"text": TEXT, "role": "team"}, "Choose a role from the list."),
        ({"text": TEXT, "starts_on": "31 February"}, "The calendar has no such day."),
        ({"sheet": "{", "do": "import"}, "The table did not come back whole."),
    ],
)
def test_a_sheet_that_cannot_be_taken_is_answered_with_a_sentence_and_nothing_typed_is_lost(
    scene: Scene, mara: Client, sent: dict[str, str], says: str
) -> None:
    answer = mara.post(IMPORT, OF_FORM | {"do": "propose"} | sent)
    assert answer.status_code == 422
    assert says in html_of(answer)  # type: ignore[arg-type]
    assert unescape(answer.content.decode()).count(sent.get("text", "")) >= 1


def test_a_file_that_is_no_sheet_is_refused_beside_its_field(scene: Scene, mara: Client) -> None:
    for octets, says in ((b"%PDF-1.7", "This is a PDF"), (b"", "This file is empty."), (b"x" * 2_100_000, "larger than 2 MB")):
        answer = mara.post(IMPORT, OF_FORM | {"file": SimpleUploadedFile("people.csv", octets), "do": "propose"})
        assert answer.status_code == 422
        assert says in html_of(answer)  # type: ignore[arg-type]


def test_a_sheet_that_asks_too_much_of_a_person_is_refused(scene: Scene, mara: Client) -> None:
    text = "Name\n" + "Ada Lindqvist\n" * 30 + "".join(f"Name{n} Alike{n}\n" * 2 for n in range(301))
    answer = proposed(mara, text)
    assert answer.status_code == 422
    assert "more than anybody decides on one page" in html_of(answer)


def test_what_a_sheet_says_is_text_and_never_a_script(scene: Scene, mara: Client) -> None:
    html = proposed(mara, "Name\t<script>alert(1)</script>\n</textarea><script>alert(2)</script>\tx").content.decode()
    assert "<script>alert" not in html


def some_people(scene: Scene) -> Person:
    polar = add_organisation("Polar Survey", sector="environment", region="=Kent", by=None, at=IN_SEPTEMBER)
    eva = add_person("Eva Berg", email="eva@example.org", pronouns="she/her", by=None, at=IN_SEPTEMBER)
    of = {"cohort": scene.cohort, "organisation": polar, "starts_on": date(2024, 9, 1)}
    give_role(eva, RoleKind.EXPERT, scene.programme, **of, by=None, at=IN_SEPTEMBER)  # type: ignore[arg-type]
    affiliate(eva, polar, job="Glaciologist", by=None, at=IN_SEPTEMBER)
    edit_person(eva, access_needs="Captions, please", by=None, at=IN_SEPTEMBER)
    return eva


def test_people_are_taken_along_under_the_heads_an_import_reads_and_coming_back_change_nothing(
    scene: Scene, mara: Client
) -> None:
    some_people(scene)
    for form in ("csv", "xlsx"):
        answer = mara.get(f"{PEOPLE}export/{form}?q=eva")
        assert answer["Content-Disposition"] == f'attachment; filename="practitioners-hub-people-2024-09-10.{form}"'
        rows = read(answer.content, f"a.{form}").rows
        assert rows[1] == (
            "Eva Berg", "eva@example.org", "she/her", "", "Polar Survey", "Glaciologist", "Environment", "", "=Kent", "",
            "Expert", "Cohort 2024", "2024-09-01",
        )  # fmt: skip
        whole = SimpleUploadedFile(f"a.{form}", mara.get(f"{PEOPLE}export/{form}").content)
        html = html_of(mara.post(IMPORT, OF_FORM | {"file": whole, "do": "propose"}))  # type: ignore[arg-type]
        assert "Nothing would change" in html


def test_an_affiliation_counts_on_the_days_it_holds_also_where_its_end_is_known(scene: Scene, mara: Client) -> None:
    polar, next_year = (add_organisation(name, by=None, at=IN_SEPTEMBER) for name in ("Polar Survey", "Next Year Ltd"))
    affiliate(scene.ada, polar, job="Diver", ends_on=date(2024, 12, 1), by=None, at=IN_SEPTEMBER)
    affiliate(scene.ada, next_year, job="Pilot", starts_on=date(2025, 1, 1), by=None, at=IN_SEPTEMBER)
    (told,) = mara.get(f"{PEOPLE}export/json?q=ada").json()["people"]
    assert (told["Organisation"], told["Job"]) == ("Polar Survey", "Diver")
    (row,) = mara.get(f"{PEOPLE}?q=ada").context["rows"]
    assert row.organisations == ("Polar Survey",)
    for place, kind in ((polar, RoleKind.REVIEWER), (next_year, RoleKind.FACILITATOR)):
        bring_person(
            scene.programme, name="", email="ada@example.org", kind=kind, cohort=None, organisation=place.name,
            starts_on=date(2024, 9, 10), by=None, at=IN_SEPTEMBER,
        )  # fmt: skip
    assert Affiliation.objects.filter(person=scene.ada).count() == 2


def test_no_export_tells_what_people_need_or_what_lets_them_in(scene: Scene, mara: Client) -> None:
    eva = some_people(scene)
    Account.objects.filter(person=eva).update(password="a-hash-of-hers")
    told = mara.get(f"{PEOPLE}export/json").json()
    assert [each["Name"] for each in told["people"]] == ["Ada Lindqvist", "Eva Berg", "Mara Okafor"]
    everything = str(told) + mara.get(f"{PEOPLE}export/csv").content.decode()
    assert "Captions" not in everything
    assert "a-hash-of-hers" not in everything
    assert mara.get(f"{PEOPLE}export/pdf").status_code == 404


def test_an_export_is_of_those_found_or_of_those_ticked_and_of_nobody_else(scene: Scene, mara: Client) -> None:
    eva = some_people(scene)
    other = create_programme(slug="river-watch", name="River Watch", is_public=True, by=None, at=IN_SEPTEMBER)
    stranger = add_person("Of Others", by=None, at=IN_SEPTEMBER)
    give_role(stranger, RoleKind.EXPERT, other, starts_on=date(2024, 1, 1), by=None, at=IN_SEPTEMBER)

    def names(query: str) -> list[str]:
        return [each["Name"] for each in mara.get(f"{PEOPLE}export/json?{query}").json()["people"]]

    assert names("role=expert") == ["Ada Lindqvist", "Eva Berg"]
    assert names(f"of=chosen&who={eva.pk}&who={stranger.pk}") == ["Eva Berg"]
    assert names("of=chosen&everyone=yes&role=team") == ["Mara Okafor"]
    assert mara.get(f"{PEOPLE}export/json?of=chosen")["Location"] == f"{SEVERAL}?of=chosen"


def test_an_export_asks_the_database_as_much_for_thirty_people_as_for_three(scene: Scene, mara: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            mara.get(f"{PEOPLE}export/csv")
        return len(asked)

    some_people(scene)
    before = queries()
    for number in range(30):
        person = add_person(f"Expert {number}", by=None, at=IN_SEPTEMBER)
        give_role(person, RoleKind.EXPERT, scene.programme, starts_on=date(2024, 9, 1), by=None, at=IN_SEPTEMBER)
    assert queries() == before


def test_a_change_of_several_names_them_before_it_is_made(scene: Scene, mara: Client) -> None:
    eva = some_people(scene)
    ticked = {"of": "chosen", "who": [str(eva.pk), str(scene.ada.pk), "x", str(scene.sam.pk)], "do": "give-role"}
    shown = html_of(mara.get(SEVERAL, ticked))  # type: ignore[arg-type]
    for said in ("Give a role to 2 people", "Ada Lindqvist", "Eva Berg", f'value="{scene.ada.pk},{eva.pk}"'):
        assert said in shown
    assert "Sam Whitlow" not in shown
    chosen = {"of": "chosen", "who": f"{scene.ada.pk},{eva.pk}", "do": "give-role"}
    told = mara.post(SEVERAL, chosen | {"kind": "facilitator", "cohort": "2024", "starts_on": "2024-10-01"}, follow=True)
    assert "2 people got the role Facilitator." in html_of(told)  # type: ignore[arg-type]
    assert Role.objects.filter(kind="facilitator", cohort=scene.cohort, starts_on=date(2024, 10, 1)).count() == 2
    again = mara.post(SEVERAL, chosen | {"kind": "facilitator", "cohort": "2024", "starts_on": "2024-10-09"}, follow=True)
    assert "0 people got the role Facilitator. 2 people had it already." in html_of(again)  # type: ignore[arg-type]


def test_a_role_of_several_ends_for_those_who_have_it(scene: Scene, mara: Client) -> None:
    eva = some_people(scene)
    ticked = {"of": "chosen", "everyone": "yes", "do": "end-role"}
    shown = html_of(mara.get(SEVERAL, ticked))  # type: ignore[arg-type]
    assert "Expert, Cohort 2024 (2)" in shown
    who = f"{scene.ada.pk},{eva.pk},{scene.mara.pk}"
    sent = {"of": "chosen", "who": who, "do": "end-role", "which": "expert:2024", "on": "2024-12-01"}
    told = mara.post(SEVERAL, sent, follow=True)
    assert "Expert, Cohort 2024 ends for 2 people on 1 December 2024." in html_of(told)  # type: ignore[arg-type]
    assert set(Role.objects.filter(kind="expert").values_list("ends_on", flat=True)) == {date(2024, 12, 1)}
    last = mara.post(SEVERAL, sent | {"which": "team:"})
    assert (last.status_code, "Nobody would be left on the team" in html_of(last)) == (422, True)  # type: ignore[arg-type]
    early = mara.post(SEVERAL, sent | {"on": "2024-08-01"})
    assert "For Eva Berg it starts on that day or later." in html_of(early)  # type: ignore[arg-type]


def taking_back(mara: Client, *people: Person, which: str = "coach:") -> tuple[str, dict[str, str]]:
    """What the page shows before several people's role is taken back, and what its button sends."""
    who = ",".join(str(person.pk) for person in people)
    shown = mara.get(SEVERAL, {"of": "chosen", "who": who, "do": "take-back-role"}).content.decode()
    seen = re.search(r'name="seen" value="([\d,]*)"', shown)
    sent = {"of": "chosen", "who": who, "do": "take-back-role", "which": which, "seen": seen[1] if seen else ""}
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", shown))), sent


def given(scene: Scene, person: Person, starts_on: date, **more: object) -> Role:
    return give_role(person, RoleKind.COACH, scene.programme, starts_on=starts_on, by=None, at=IN_SEPTEMBER, **more)  # type: ignore[arg-type]


def test_a_role_given_to_several_by_mistake_is_taken_back_where_that_can_be(scene: Scene, mara: Client) -> None:
    eva = some_people(scene)
    for person, day in ((eva, date(2024, 10, 1)), (scene.sam, date(2024, 9, 10)), (scene.ada, date(2024, 9, 2))):
        given(scene, person, day)
    given(scene, eva, date(2024, 11, 1), cohort=scene.cohort)
    shown, sent = taking_back(mara, eva, scene.sam, scene.ada)
    assert "Take a role back from 3 people" in shown
    assert "Can be taken back from Sam Whitlow from 10 September 2024 Eva Berg" not in shown  # by name
    assert "Can be taken back from Eva Berg from 1 October 2024 Sam Whitlow from 10 September 2024" in shown
    assert (
        "Not from these: they have had it for a day or more. Let it end instead. Ada Lindqvist since 2 September 2024" in shown
    )
    assert Role.objects.filter(kind="coach").count() == 4  # nothing is done by looking
    told = mara.post(SEVERAL, sent, follow=True)
    assert "Coach was taken back from 2 people. 1 person kept it." in html_of(told)  # type: ignore[arg-type]
    assert set(Role.objects.filter(kind="coach").values_list("person", "cohort")) == {
        (scene.ada.pk, None),
        (eva.pk, scene.cohort.pk),
    }


def test_who_stands_in_goes_along_when_a_role_of_several_is_taken_back(scene: Scene, mara: Client) -> None:
    eva = some_people(scene)
    role = given(scene, eva, date(2024, 10, 1))
    given(scene, scene.ada, date(2024, 10, 1))
    stand_in(role, scene.sam, starts_on=date(2024, 10, 2), ends_on=date(2024, 10, 9), by=None, at=IN_SEPTEMBER)
    _, sent = taking_back(mara, eva, scene.ada)
    assert mara.post(SEVERAL, sent).status_code == 302
    assert not Role.objects.filter(kind="coach").exists()


def test_what_changed_since_it_was_shown_is_looked_at_again_and_nothing_taken_back(scene: Scene, mara: Client) -> None:
    eva = some_people(scene)
    roles = [given(scene, person, date(2024, 10, 1)) for person in (eva, scene.ada)]
    _, sent = taking_back(mara, eva, scene.ada)
    end_role(roles[0], on=date(2024, 10, 9), by=None, at=IN_SEPTEMBER)
    given(scene, eva, date(2024, 12, 1))
    answer = mara.post(SEVERAL, sent)
    assert (answer.status_code, "Look again, please." in html_of(answer)) == (422, True)  # type: ignore[arg-type]
    assert Role.objects.filter(kind="coach").count() == 3


def test_where_none_can_be_taken_back_the_page_says_so_and_leads_to_ending_it(scene: Scene, mara: Client) -> None:
    shown, sent = taking_back(mara, scene.ada, which="expert:2024")
    assert "None of their roles can be taken back" in shown
    assert "Ada Lindqvist since 1 January 2023" in shown
    assert mara.post(SEVERAL, sent).status_code == 422
    assert Role.objects.filter(person=scene.ada).count() == 1


def test_only_the_team_takes_roles_of_several_back_and_the_last_of_it_stays(scene: Scene, mara: Client) -> None:
    other = create_programme(slug="river-watch", name="River Watch", is_public=True, by=None, at=IN_SEPTEMBER)
    day = IN_SEPTEMBER.date()
    runs = [give_role(each, RoleKind.TEAM, other, starts_on=day, by=None, at=IN_SEPTEMBER) for each in (scene.ada, scene.sam)]
    for roles, by, no in (
        (runs, None, LastOfTheTeam),
        (runs, scene.mara, NotAllowed),
        ([], None, NobodyChosen),
    ):
        with pytest.raises(no):
            take_back_roles(roles, other, by=by, at=IN_SEPTEMBER)
    assert Role.objects.filter(programme=other).count() == 2
    assert take_back_roles(runs[:1], other, by=None, at=IN_SEPTEMBER) == 1


def test_nobody_chosen_is_nobody_reached(scene: Scene, mara: Client) -> None:
    before = list(Role.objects.order_by("pk").values_list())
    assert "Nobody is chosen" in html_of(mara.get(SEVERAL, {"of": "chosen", "do": "give-role"}))  # type: ignore[arg-type]
    for do, more in (
        ("give-role", {"kind": "coach", "starts_on": "2024-10-01"}),
        ("end-role", {"which": "expert:2024", "on": "2024-10-01"}),
        ("take-back-role", {"which": "coach:", "seen": ""}),
    ):
        answer = mara.post(SEVERAL, {"of": "chosen", "who": "", "do": do} | more)
        assert answer.status_code == 422
        assert "Nobody is chosen" in html_of(answer)  # type: ignore[arg-type]
    assert list(Role.objects.order_by("pk").values_list()) == before


def test_when_one_of_those_shown_is_gone_nobody_is_changed(scene: Scene, mara: Client) -> None:
    eva = some_people(scene)
    Role.objects.filter(person=eva).delete()
    sent = {"of": "chosen", "who": f"{scene.ada.pk},{eva.pk}", "do": "give-role", "kind": "coach", "starts_on": "2024-10-01"}
    answer = mara.post(SEVERAL, sent)
    assert "Some of these people are not here any more" in html_of(answer)  # type: ignore[arg-type]
    assert not Role.objects.filter(kind="coach").exists()


def test_nobody_is_put_on_the_team_with_others(scene: Scene, mara: Client) -> None:
    sent = {"of": "chosen", "who": str(scene.ada.pk), "do": "give-role", "kind": "team", "starts_on": "2024-09-01"}
    assert mara.post(SEVERAL, sent).status_code == 422
    assert Role.objects.filter(kind="team").count() == 1


def test_the_list_offers_what_can_be_done_with_those_ticked(scene: Scene, mara: Client) -> None:
    html = html_of(mara.get(PEOPLE))  # type: ignore[arg-type]
    for said in ("Choose Ada Lindqvist", "Give a role…", "End a role…", "Export these", "Bring people in", "Add a person"):
        assert said in html
    assert Affiliation.objects.count() == 0
