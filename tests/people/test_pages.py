"""What people agree to, and take back; whom a team finds; whom the public sees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.db.models import ManyToOneRel
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hub.core.consent import Use
from hub.kit.fresh import shelf
from hub.kit.held import plural
from hub.people.commands import (
    LinkFacts,
    add_organisation,
    add_person,
    affiliate,
    answer,
    edit_person,
    edit_profile,
    end_role,
    give_role,
    publish_term,
    set_links,
    share_needs,
)
from hub.people.models import Consent, Person, Role, RoleKind, Term
from hub.people.pages.data import HEADINGS
from hub.people.queries import desk
from tests.factories import a_cohort
from tests.scene import IN_SEPTEMBER, Scene, a_scene, as_

pytestmark = pytest.mark.django_db
MINE = "/me/agreements/"
COHORT = "/practitioners-hub/2024/"
PEOPLE = "/team/practitioners-hub/people/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    shelf.clear()
    with time_machine.travel(IN_SEPTEMBER, tick=False):
        yield
    shelf.clear()


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def words(scene: Scene, use: Use = Use.NAME, text: str = "We show **your** name.") -> Term:
    return publish_term(scene.programme, use, text, is_new_meaning=True, by=None, at=IN_SEPTEMBER)


def page(client: Client, path: str) -> str:
    return client.get(path, follow=True).content.decode()


def test_who_agrees_is_shown_and_who_takes_it_back_is_gone_with_the_next_look(scene: Scene) -> None:
    term = words(scene)
    ada, reader = as_(scene.ada), Client()
    assert "Ada Lindqvist" not in page(reader, COHORT)

    said = ada.post(MINE, {"term": term.pk, "do": "yes"}, follow=True).content.decode()
    assert "You agreed: Appear by name." in said
    assert "Ada Lindqvist" in page(reader, COHORT)

    gone = ada.post(MINE, {"term": term.pk, "do": "no"}, follow=True).content.decode()
    assert "You took it back: Appear by name" in gone
    assert "The Experts of Cohort 2024" in gone
    assert "Ada Lindqvist" not in page(reader, COHORT)


def test_new_words_take_everybody_off_the_page_until_they_answer(scene: Scene) -> None:
    term = words(scene)
    answer(scene.ada, Use.NAME, term, wish=True, by=scene.ada, at=IN_SEPTEMBER)
    assert "Ada Lindqvist" in page(Client(), COHORT)
    words(scene, text="We show your name, in print too.")
    assert "Ada Lindqvist" not in page(Client(), COHORT)
    assert "The words changed: please answer again" in page(as_(scene.ada), MINE)


def test_an_answer_to_words_that_changed_meanwhile_is_not_taken_and_is_told(scene: Scene) -> None:
    old = words(scene)
    words(scene, text="We show your name, in print too.")
    answered = as_(scene.ada).post(MINE, {"term": old.pk, "do": "yes"})
    assert answered.status_code == 422
    assert Consent.objects.count() == 0


@pytest.mark.parametrize("sent", [{}, {"term": "1"}, {"term": "x", "do": "yes"}, {"term": "9" * 30, "do": "yes"}])
def test_what_no_form_of_ours_sends_is_not_there(scene: Scene, sent: dict[str, str]) -> None:
    words(scene)
    assert as_(scene.ada).post(MINE, sent).status_code == 404


def test_nobody_answers_what_another_programme_asks(scene: Scene) -> None:
    term = words(scene)
    assert as_(scene.sam).post(MINE, {"term": term.pk, "do": "yes"}).status_code == 404
    assert "Nobody has asked you for anything" in page(as_(scene.sam), MINE)


def test_an_experts_organisation_stands_beside_the_name(scene: Scene) -> None:
    polar = add_organisation("Polar Survey of the North", by=None, at=IN_SEPTEMBER)
    Role.objects.filter(person=scene.ada).update(organisation=polar)
    assert "Polar Survey of the North" not in page(Client(), COHORT)
    answer(scene.ada, Use.NAME, words(scene), wish=True, by=scene.ada, at=IN_SEPTEMBER)
    assert "Polar Survey of the North" in page(Client(), COHORT)


def test_who_agrees_to_their_name_is_read_with_what_they_say_of_themselves_and_who_does_not_is_not(scene: Scene) -> None:
    links = [LinkFacts("My group", "https://ice.example.org/")]
    facts = {"about": "Knows *ice*", "orcid": "0000-0002-1825-0097", "pronouns": "she/her", "access_needs": "Captions"}
    edit_profile(scene.ada, links, by=scene.ada, at=IN_SEPTEMBER, name="Ada Lindqvist", zone="Asia/Kolkata", **facts)
    said = ("Knows <em>ice</em>", "https://orcid.org/0000-0002-1825-0097", "https://ice.example.org/", "she/her")
    assert [each in page(Client(), COHORT) for each in said] == [False] * 4
    answer(scene.ada, Use.NAME, words(scene), wish=True, by=scene.ada, at=IN_SEPTEMBER)
    html = page(Client(), COHORT)
    assert [each in html for each in said] == [True] * 4
    assert ("Captions" in html, "Kolkata" in html) == (False, False)


def test_a_name_that_would_be_a_script_is_only_a_name(scene: Scene) -> None:
    edit_person(scene.ada, name="<script>alert(1)</script>", by=scene.ada, at=IN_SEPTEMBER)
    answer(scene.ada, Use.NAME, words(scene, text="<script>alert(2)</script>"), wish=True, by=scene.ada, at=IN_SEPTEMBER)
    for client, path in ((Client(), COHORT), (as_(scene.mara), PEOPLE), (as_(scene.ada), MINE)):
        html = page(client, path)
        assert "<script>alert" not in html


def more_people(scene: Scene, count: int) -> None:
    polar = add_organisation("Polar Survey", by=None, at=IN_SEPTEMBER)
    for number in range(count):
        person = add_person(f"Expert {number:02}", by=None, at=IN_SEPTEMBER)
        affiliate(person, polar, by=None, at=IN_SEPTEMBER)
        give_role(
            person, RoleKind.EXPERT, scene.programme, cohort=scene.cohort, starts_on=date(2024, 9, 1), by=None, at=IN_SEPTEMBER
        )


def test_a_team_finds_people_by_name_organisation_role_and_cohort(scene: Scene) -> None:
    more_people(scene, 3)
    mara = as_(scene.mara)

    def found(query: str) -> list[str]:
        return [row.person.name for row in mara.get(PEOPLE + query).context["rows"]]

    assert found("") == ["Ada Lindqvist", "Expert 00", "Expert 01", "Expert 02", "Mara Okafor"]
    assert found("?q=lindqvist+ada") == ["Ada Lindqvist"]
    assert found("?q=polar") == ["Expert 00", "Expert 01", "Expert 02"]
    assert found("?role=team") == ["Mara Okafor"]
    assert found("?cohort=2024&role=expert&q=01") == ["Expert 01"]
    assert found("?q=ADA%40example.org") == found("?q=ada@") == ["Ada Lindqvist"]
    edit_person(scene.ada, orcid="0000-0002-1825-0097", by=scene.ada, at=IN_SEPTEMBER)
    assert found("?q=https://orcid.org/0000-0002-1825-0097") == found("?q=ada+0000000218250097") == ["Ada Lindqvist"]
    assert found("?q=0000-0002-1825-0098") == []
    assert found("?q=%25") == []
    assert "Nobody is found" in page(mara, f"{PEOPLE}?q=nobody")


def test_a_team_finds_who_is_here_who_was_and_who_has_something_to_answer(scene: Scene) -> None:
    more_people(scene, 2)
    mara, past = as_(scene.mara), Person.objects.get(name="Expert 01")
    end_role(past.roles.get(), on=date(2024, 9, 5), by=None, at=IN_SEPTEMBER)

    def found(query: str) -> list[str]:
        return [row.person.name for row in mara.get(PEOPLE + query).context["rows"]]

    assert found("?here=open") == []
    answer(scene.ada, Use.NAME, words(scene), wish=False, by=scene.ada, at=IN_SEPTEMBER)
    publish_term(scene.programme, Use.LOGO, "Of organisations only.", is_new_meaning=True, by=None, at=IN_SEPTEMBER)
    assert found("?here=open") == ["Expert 00", "Expert 01", "Mara Okafor"]
    assert found("?here=now") == ["Ada Lindqvist", "Expert 00", "Mara Okafor"]
    assert found("?here=past") == ["Expert 01"]
    assert found("?here=past&role=team") == []
    assert len(found("?here=nonsense")) == 4
    exported = mara.get(f"{PEOPLE}export/csv?here=past").content.decode()
    assert (exported.count("Expert 01"), exported.count("Expert 00")) == (1, 0)


def test_a_team_sees_where_a_person_stands_and_what_they_need(scene: Scene) -> None:
    edit_person(scene.ada, access_needs="Captions, please", about="Knows *ice*", by=scene.ada, at=IN_SEPTEMBER)
    share_needs(scene.ada, {scene.programme.pk: True}, by=scene.ada, at=IN_SEPTEMBER)
    answer(scene.ada, Use.NAME, words(scene), wish=True, by=scene.ada, at=IN_SEPTEMBER)
    html = page(as_(scene.mara), f"{PEOPLE}{scene.ada.pk}/")
    for said in ("Ada Lindqvist", "Expert", "Cohort 2024", "Appear by name", "Given", "Captions, please", "Knows <em>ice</em>"):
        assert said in html
    assert as_(scene.mara).get(f"{PEOPLE}{scene.sam.pk}/").status_code == 404


@pytest.mark.parametrize("path", [PEOPLE, COHORT, MINE])
def test_a_page_asks_the_database_as_much_for_thirty_people_as_for_three(scene: Scene, path: str) -> None:
    client = as_(scene.mara)
    term = words(scene)
    answer(scene.ada, Use.NAME, term, wish=True, by=scene.ada, at=IN_SEPTEMBER)

    def queries() -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        return len(asked)

    before = queries()
    more_people(scene, 30)
    for person in Person.objects.filter(name__startswith="Expert"):
        answer(person, Use.NAME, term, wish=True, by=person, at=IN_SEPTEMBER)
    assert queries() == before


@pytest.mark.parametrize("path", [PEOPLE, f"{PEOPLE}?q=expert", f"{PEOPLE}?role=expert"])
def test_the_list_of_people_and_a_search_in_it_ask_the_database_seventeen_times(scene: Scene, path: str) -> None:
    more_people(scene, 60)  # more than a page holds
    client = as_(scene.mara)
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert len(client.get(path).context["rows"]) == 50
    assert len(asked) == 17


def test_a_search_looks_through_the_names_once_and_pages_through_what_it_found(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    more_people(scene, 60)
    client = as_(scene.mara)

    def found(page: int) -> tuple[list[str], int, int]:
        with CaptureQueriesContext(connection) as asked:
            shown = client.get(f"{PEOPLE}?q=expert&page={page}").context
        looked = [each for each in asked if "LIKE" in each["sql"]]
        return [row.person.name for row in shown["rows"]], shown["page"].paginator.count, len(looked)

    names = [f"Expert {number:02}" for number in range(60)]
    assert [found(1), found(2)] == [(names[:50], 60, 1), (names[50:], 60, 1)]
    monkeypatch.setattr(desk, "FEW", 59)  # more than are fetched at once: they are counted, and found page by page
    assert [found(page)[:2] for page in (1, 2, 9)] == [(names[:50], 60), (names[50:], 60), (names[50:], 60)]


def test_the_page_of_a_person_asks_as_much_with_a_long_history_as_with_a_short_one(scene: Scene) -> None:
    mara, path = as_(scene.mara), f"{PEOPLE}{scene.ada.pk}/"

    def a_year_of(number: int) -> None:
        """One more cohort, employer, link, and answer."""
        at = IN_SEPTEMBER + timedelta(minutes=number)
        cohort = a_cohort(f"of-{number}", programme=scene.programme)
        place = add_organisation(f"Survey {number}", by=None, at=at)
        affiliate(scene.ada, place, by=None, at=at)
        facts = {"cohort": cohort, "organisation": place, "starts_on": date(2024, 9, 1)}
        give_role(scene.ada, RoleKind.EXPERT, scene.programme, **facts, by=None, at=at)
        links = [LinkFacts(f"Link {each}", f"https://example.org/{each}") for each in range(number + 1)]
        set_links(scene.ada, links, by=None, at=at)
        answer(scene.ada, Use.NAME, term, wish=number % 2 == 0, by=scene.ada, at=at)

    def queries() -> int:
        mara.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert mara.get(path).status_code == 200
        return len(asked)

    term = words(scene)
    a_year_of(0)
    before = queries()
    for number in range(1, 10):
        a_year_of(number)
    assert queries() == before


def test_people_say_who_they_are_and_a_mistake_keeps_what_was_typed(scene: Scene) -> None:
    ada = as_(scene.ada)
    typed = {"name": "Ada L. Lindqvist", "pronouns": "she/her", "orcid": "0000-0002-1825-0098", "zone": "", "about": "Rivers"}
    wrong = ada.post("/me/profile/", typed)
    assert wrong.status_code == 422
    assert "typing mistake" in wrong.content.decode()
    assert 'value="0000-0002-1825-0098"' in wrong.content.decode()
    ada.post("/me/profile/", typed | {"orcid": "0000-0002-1825-0097"})
    scene.ada.refresh_from_db()
    assert (scene.ada.name, scene.ada.orcid, scene.ada.about) == ("Ada L. Lindqvist", "0000-0002-1825-0097", "Rivers")


def test_a_team_publishes_words_and_is_told_how_many_it_asks_again(scene: Scene) -> None:
    answer(scene.ada, Use.NAME, words(scene), wish=True, by=scene.ada, at=IN_SEPTEMBER)
    mara = as_(scene.mara)
    path = "/team/practitioners-hub/agreements/"
    assert "1 person has said yes." in page(mara, path)
    empty = mara.post(path, {"use": "name", "text": " "})
    assert (empty.status_code, "Write what people agree to." in empty.content.decode()) == (422, True)
    mara.post(path, {"use": "name", "text": "We show your name, in print too.", "is_new_meaning": "on"})
    html = page(mara, path)
    assert "words 2; 0 yes, 0 no, 1 not answered, 1 to answer again" in html
    assert Consent.objects.get().standing == "ask-again"


def test_a_team_ticks_the_usual_words_and_publishes_them_at_once(scene: Scene) -> None:
    mara, path = as_(scene.mara), "/team/practitioners-hub/agreements/"
    Term.objects.all().delete()
    html = page(mara, path)
    assert "Begin from the usual words" in html
    assert html.count("Words to begin from") == len(Use)
    said = mara.post(path, {"do": "usual", "uses": ["name", "photo", "no-such-use"]}, follow=True)
    assert [str(each) for each in said.context["messages"]] == [
        "These words hold from now on: Appear by name and Show my photo."
    ]
    assert sorted(Term.objects.values_list("use", "number")) == [("name", 1), ("photo", 1)]
    nothing = mara.post(path, {"do": "usual"}, follow=True)
    assert [str(each) for each in nothing.context["messages"]] == ["Tick what people shall be asked."]
    assert as_(scene.ada).post(path, {"do": "usual", "uses": ["quote"]}).status_code == 403


def test_a_team_records_what_it_was_told_and_where_that_is_found_again(scene: Scene) -> None:
    term = words(scene)
    mara, path = as_(scene.mara), f"{PEOPLE}{scene.ada.pk}/"
    told = {"term": str(term.pk), "wish": "yes", "means": "paper", "note": ""}
    assert mara.post(path, told).status_code == 422
    html = mara.post(path, told | {"note": "Sheet of 27 June"}, follow=True).content.decode()
    assert "Recorded: Appear by name." in html
    assert "recorded by Mara Okafor: Sheet of 27 June" in html
    assert "Ada Lindqvist" in page(Client(), COHORT)
    assert as_(scene.mara).post(path, told | {"term": "1" * 15, "note": "x"}).status_code == 422


def test_a_team_reads_beside_the_field_why_a_yes_is_not_its_to_record_and_keeps_what_it_typed(scene: Scene) -> None:
    term = words(scene)
    answer(scene.ada, Use.NAME, term, wish=False, by=scene.ada, at=IN_SEPTEMBER)
    told = {"term": str(term.pk), "wish": "yes", "means": "paper", "note": "Sheet of 27 June"}
    refused = as_(scene.mara).post(f"{PEOPLE}{scene.ada.pk}/", told)
    assert refused.status_code == 422
    assert "They said no to this themselves, on the Hub." in refused.content.decode()
    assert "Sheet of 27 June" in refused.content.decode()


# What is not about a person though it points at one, and is therefore only counted in what they are shown.
ONLY_COUNTED = {
    "admissions.OnboardingCall.edited_by",
    "admissions.OnboardingPlan.made_by",
    "admissions.SharedSummary.shared_by",
    "admissions.StepMark.done_by",
    "admissions.StepMark.excused_by",
    "forms.Form.draft_by",
    "forms.FormVersion.published_by",
    "kit.JournalEntry.about",
    "kit.JournalEntry.by",
    "messaging.Correspondent.person",
    "messaging.Mailing.released_by",
    "messaging.Mailing.written_by",
    "messaging.Mailing_besides.person",
    "messaging.Mailing_without.person",
    "messaging.Template.edited_by",
    "participation.Apart.coach",
    "participation.Attendance.by",
    "participation.AttendanceReport.settled_by",
    "participation.AttendanceReport.taken_by",
    "participation.CatchUp.decided_by",
    "participation.Certificate.issued_by",
    "participation.CommitmentOverride.edited_by",
    "participation.Excusal.decided_by",
    "participation.KnownAs.decided_by",
    "participation.NotesExport.approved_by",
    "participation.NotesExport.proposed_by",
    "participation.NotesVersion.saved_by",
    "participation.Preference.coach",
    "participation.Register.closed_by",
    "participation.RunNote.edited_by",
    "participation.SessionNotes.saved_by",
    "people.ConsentEntry.recorded_by",
    "people.Invitation.invited_by",
    "people.LikelyPair.apart_by",
    "people.LikelyPair.first",
    "people.LikelyPair.second",
    "people.Merge.by",
    "people.Term.published_by",
    "people.WithdrawalTask.done_by",
    "schedule.Material.owner",
    "schedule.PlanVersion.saved_by",
    "schedule.Release.released_by",
    "schedule.RunSheetLine.owner",
    "schedule.RunSheetTask.owner",
    "schedule.RunSheetTask.state_by",
}


def test_every_heading_of_what_is_held_is_of_something_that_may_be_held() -> None:
    words = {plural(model) for model in apps.get_models()} | {"Person"}
    assert {label.partition(",")[0] for label in HEADINGS} - words == set()


def test_everything_that_points_at_a_person_is_shown_to_them_or_known_to_be_about_something_else() -> None:
    pointing = {
        f"{relation.related_model._meta.label}.{relation.field.name}": relation
        for relation in Person._meta.get_fields(include_hidden=True)
        if isinstance(relation, ManyToOneRel)
    }
    counted = {name for name, relation in pointing.items() if (relation.related_name or "").endswith("+")}
    assert counted == ONLY_COUNTED
    assert len(pointing) > len(counted)


def test_people_read_and_take_along_all_that_is_held_about_them_and_nothing_of_others(scene: Scene) -> None:
    edit_person(scene.ada, access_needs="Captions, please", by=scene.ada, at=IN_SEPTEMBER)
    edit_person(scene.mara, access_needs="A seat near the door", by=scene.mara, at=IN_SEPTEMBER)
    answer(scene.ada, Use.NAME, words(scene), wish=True, by=scene.ada, at=IN_SEPTEMBER)
    ada = as_(scene.ada)
    html, file = page(ada, "/me/data/"), ada.get("/me/data.json").json()
    for said in ("Ada Lindqvist", "ada@example.org", "Captions, please", "Appear by name", "(kept secret)"):
        assert said in html
        assert said in str(file)
    assert [
        f">{heading}</h2>" in html for heading in ("Who you are", "Every answer you gave", "What you are and were here")
    ] == [True] * 3
    assert file["held"]["Roles"][0]["kind"] == "Expert"
    for secret in (scene.ada.account.password, "A seat near the door", "mara@example.org"):
        assert secret not in html + str(file)
