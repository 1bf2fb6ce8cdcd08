"""Certificates of participation: issued, frozen, taken along, verified, revoked, forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client
from time_machine import travel

from hub.core.certificates import NotOver
from hub.core.consent import Use
from hub.core.errors import NotAllowed
from hub.core.register import NoReason
from hub.kit.models import JournalEntry
from hub.participation import commands, queries
from hub.participation.commands.certificates import NoCertificate
from hub.participation.models import Certificate
from hub.people.commands import answer, ask_erasure, edit_person, end_role, publish_term, withdraw
from hub.people.commands.erasure import carry_out_erasure
from hub.people.models import Account, RoleKind, WithdrawalTask
from hub.services.certificates import NoLetters
from tests.factories import a_session, mara, sam
from tests.participation.places import an_expert, released, somebody, the_cohort
from tests.participation.promising import FIRST_CAFE, FORTNIGHT, LATE, after, cafes, held, own_promises
from tests.scene import as_

pytestmark = pytest.mark.django_db


def a_certificate(name: str = "Ada Lindqvist") -> Certificate:
    """Ada's, who was at two of four cafés."""
    sessions, cohort, ada = cafes(4), own_promises(), an_expert(name)
    for number, session in enumerate(sessions):
        held(session, *([ada] if number < 2 else []))
    (made,) = commands.issue_certificates(cohort, [ada], signed_by="Mara Okafor, Programme lead", by=None, at=LATE)
    return made


def test_a_certificate_says_what_was_done_and_stays_as_it_was_issued() -> None:
    made = a_certificate()
    facts = queries.facts_of(Certificate.objects.get())
    assert [(each.promised, each.done) for each in facts.promises] == [
        ("All in-person days", "none was held"),
        ("Half of the cafés, rounded up", "2 of 4 attended"),
        ("1 case study", "0 made"),
    ]
    assert (facts.name, facts.code, facts.signed_by[0].role) == ("Ada Lindqvist", made.code, "Programme lead")
    assert facts.address.endswith(f"/certificates/{made.code}/")
    edit_person(made.person, name="Ada Berg", by=None, at=LATE)
    assert queries.facts_of(Certificate.objects.get()).name == "Ada Lindqvist"


def page_of(made: Certificate) -> tuple[int, bool]:
    """What everybody is answered who has the code, and whether it names her."""
    answered = Client().get(f"/certificates/{made.code}/")
    return answered.status_code, "Lindqvist" in answered.content.decode()


def test_a_name_taken_back_closes_the_page_of_the_certificate_that_says_it_until_its_person_opens_it_again() -> None:
    made = a_certificate()
    programme, ada = the_cohort().programme, made.person
    term = publish_term(programme, Use.NAME, "We name you.", is_new_meaning=True, by=None, at=LATE)
    answer(ada, Use.NAME, term, wish=True, by=ada, at=LATE)
    with travel(LATE, tick=False):
        assert page_of(made) == (200, True)
        withdraw(ada, Use.NAME, programme, by=ada, at=LATE)
        assert page_of(made) == (404, False)
        gone = as_(ada).get(f"/me/agreements/{programme.slug}/name/").content.decode()
        assert f'<a href="/certificates/{made.code}/">The certificate for Cohort 2024</a>' in gone
        assert not WithdrawalTask.objects.exists()
        commands.reopen_certificate(made, by=ada, at=LATE)
        assert page_of(made) == (200, True)


def issued_again(made: Certificate) -> Certificate:
    commands.revoke_certificate(made, reason="A café was missing", by=None, at=LATE)
    (again,) = commands.issue_certificates(the_cohort(), [made.person], by=None, at=LATE)
    return again


def test_a_certificate_issued_again_begins_closed_where_its_person_had_closed_the_page_of_the_one_before() -> None:
    made = a_certificate()
    with travel(LATE, tick=False):
        again = issued_again(made)
        assert page_of(again) == (200, True)
        commands.close_certificate(again, by=made.person, at=LATE)
        last = issued_again(again)
        assert (last.closed_at, page_of(last)) == (LATE, (404, False))
        commands.reopen_certificate(last, by=made.person, at=LATE)
        assert page_of(last) == (200, True)


@pytest.mark.parametrize("had_agreed", [True, False])
def test_a_certificate_begins_closed_where_its_person_said_no_to_being_named(had_agreed: bool) -> None:
    made = a_certificate()
    commands.revoke_certificate(made, reason="A café was missing", by=None, at=LATE)  # so that taking the name back finds none
    programme, ada = the_cohort().programme, made.person
    term = publish_term(programme, Use.NAME, "We name you.", is_new_meaning=True, by=None, at=LATE)
    answer(ada, Use.NAME, term, wish=had_agreed, by=ada, at=LATE)
    if had_agreed:
        withdraw(ada, Use.NAME, programme, by=ada, at=LATE)
    (again,) = commands.issue_certificates(the_cohort(), [ada], by=None, at=LATE)
    with travel(LATE, tick=False):
        assert page_of(again) == (404, False)
    assert JournalEntry.objects.filter(thing_id=again.pk, verb="closed").values_list("by", "about").get() == (None, ada.pk)


def test_another_use_taken_back_leaves_the_certificate_as_it_is() -> None:
    made = a_certificate()
    programme, ada = the_cohort().programme, made.person
    for use in (Use.NAME, Use.PHOTO):
        term = publish_term(programme, use, "We show you.", is_new_meaning=True, by=None, at=LATE)
        answer(ada, use, term, wish=True, by=ada, at=LATE)
    withdraw(ada, Use.PHOTO, programme, by=ada, at=LATE)
    assert Certificate.objects.get().closed_at is None


def test_whose_certificate_it_is_closes_its_page_and_opens_it_again_and_keeps_the_pdf() -> None:
    made = a_certificate()
    hers, mine = as_(made.person), "/me/commitments/"
    with travel(LATE, tick=False):
        page = hers.get(mine).content.decode()
        assert "Whoever has its address or code sees your name on its page" in page
        assert "Close its page" in page
        closing = {"do": "close-page", "certificate": made.pk}
        assert [hers.post(mine, closing).status_code for _ in range(2)] == [302, 302]
        shut = Client().get(f"/certificates/{made.code}/")
        assert (shut.status_code, shut["X-Robots-Tag"], shut["Cache-Control"]) == (404, "noindex", "no-store")
        assert [word in shut.content.decode() for word in ("Ada", "Lindqvist", "This certificate is not shown")] == [
            False,
            False,
            True,
        ]
        assert hers.get(f"/me/certificates/{made.code}/").status_code == 200
        assert "Open its page again" in hers.get(mine).content.decode()
        assert hers.post(mine, {"do": "open-page", "certificate": made.pk}).status_code == 302
        assert page_of(made) == (200, True)
    lines = JournalEntry.objects.filter(verb__in=("closed", "reopened")).order_by("pk")
    assert [(line.verb, line.by, line.about) for line in lines] == [
        ("closed", made.person, made.person),
        ("reopened", made.person, made.person),
    ]


def test_nobody_else_closes_or_opens_the_page_of_a_certificate_not_even_the_team() -> None:
    made = a_certificate()
    grace, team = an_expert("Grace Oyelaran"), mara(the_cohort().programme)
    for by in (grace, team):
        for command in (commands.close_certificate, commands.reopen_certificate):
            with pytest.raises(NotAllowed):
                command(made, by=by, at=LATE)
    with travel(LATE, tick=False):
        assert as_(grace).post("/me/commitments/", {"do": "close-page", "certificate": made.pk}).status_code == 404
        assert page_of(made) == (200, True)


def test_who_sees_what_tells_of_a_certificate_whose_page_is_open_though_no_name_was_allowed() -> None:
    made = a_certificate()
    with travel(LATE, tick=False):
        said = as_(made.person).get("/me/who-sees/").content.decode()
        assert f'<a href="/certificates/{made.code}/">The certificate for Cohort 2024</a>' in said
        assert "Whoever has the address or the code" in said
        commands.close_certificate(made, by=made.person, at=LATE)
        assert made.code not in as_(made.person).get("/me/who-sees/").content.decode()


def test_no_list_for_the_public_or_for_robots_knows_of_a_certificate() -> None:
    made = a_certificate()
    of = f"/{the_cohort().programme.slug}/"
    with travel(LATE, tick=False):
        pages = [Client().get(path).content.decode() for path in ("/", of, f"{of}2024/", "/certificates/", "/sitemap.xml")]
    assert [made.code in page for page in pages] == [False] * 5


def test_who_has_one_that_stands_gets_no_second_until_it_is_revoked() -> None:
    made = a_certificate()
    assert commands.issue_certificates(the_cohort(), [made.person], by=None, at=LATE) == []
    with pytest.raises(NoReason):
        commands.revoke_certificate(made, reason="", by=None, at=LATE)
    commands.revoke_certificate(made, reason="The name was wrong", by=None, at=LATE)
    with pytest.raises(NoCertificate):
        commands.revoke_certificate(made, reason="Again", by=None, at=LATE)
    assert len(commands.issue_certificates(the_cohort(), [made.person], by=None, at=LATE)) == 1


def test_only_the_team_issues_and_only_to_experts_who_have_begun() -> None:
    cohort, ada, team = own_promises(), an_expert("Ada Lindqvist"), mara(the_cohort().programme)
    with pytest.raises(NotAllowed):
        commands.issue_certificates(cohort, [ada], by=ada, at=LATE)
    for people, at in (([], LATE), ([sam()], LATE), ([ada], LATE - timedelta(days=200))):
        with pytest.raises(NoCertificate):
            commands.issue_certificates(cohort, people, by=team, at=at)


def test_a_certificate_waits_for_what_still_counts_and_says_no_day_that_has_not_come() -> None:
    sessions, cohort, ada = cafes(4), own_promises(), an_expert("Ada Lindqvist")
    with pytest.raises(NotOver) as no:
        commands.issue_certificates(cohort, [ada], by=None, at=after(sessions[1]))
    assert no.value.sentence == (
        "Of Ada Lindqvist, this is still to come: 2 cafés. A certificate never changes, so issue it after that."
    )
    team = mara(cohort.programme)
    Account.objects.create(person=team, email="mara@example.org")
    with travel(after(sessions[1]), tick=False):
        page = as_(team).get(f"/team/{cohort.programme.slug}/{cohort.slug}/certificates/").content.decode()
    assert "Still to come: 2 cafés" in page
    assert "Nobody can have one yet." in page
    assert "Issue certificates" not in page
    (made,) = commands.issue_certificates(cohort, [ada], by=None, at=after(sessions[3]))
    said = queries.facts_of(made)
    assert said.ended_on == said.issued_on == sessions[3].date
    assert said.ended_on < cohort.ends_on


def test_who_left_early_has_theirs_once_nothing_counts_for_them_any_more() -> None:
    sessions, cohort, ada = cafes(4), own_promises(), an_expert("Ada Lindqvist")
    left_on = FIRST_CAFE + FORTNIGHT + timedelta(days=1)
    end_role(ada.roles.get(), on=left_on, by=None, at=after(sessions[1]))
    (made,) = commands.issue_certificates(cohort, [ada], by=None, at=after(sessions[2]))
    assert queries.facts_of(made).ended_on == left_on


def test_a_session_that_never_got_a_day_is_not_waited_for_once_the_cohort_is_over() -> None:
    (last,) = cafes(1)
    cohort, ada = own_promises(), an_expert("Ada Lindqvist")
    a_session(cohort, title="Café without a day", date=None)
    released(cohort)
    with pytest.raises(NotOver):
        commands.issue_certificates(cohort, [ada], by=None, at=after(last))
    over = datetime.combine(cohort.ends_on + timedelta(days=1), time(12), UTC)
    (made,) = commands.issue_certificates(cohort, [ada], by=None, at=over)
    assert queries.facts_of(made).ended_on == cohort.ends_on


def test_a_name_we_have_no_letters_for_is_said_and_nothing_is_issued() -> None:
    cohort, ada, other = own_promises(), an_expert("Ada Lindqvist"), an_expert("Zoe")
    edit_person(other, name="𐎠𐎭𐎠", by=None, at=LATE)
    other.refresh_from_db()
    with pytest.raises(NoLetters) as no:
        commands.issue_certificates(cohort, [ada, other], by=None, at=LATE)
    assert no.value.sentence.startswith("We have no letters to print")
    assert Certificate.objects.count() == 0


def test_anybody_verifies_a_code_and_sees_nothing_of_one_that_is_revoked() -> None:
    made = a_certificate()
    client = Client()
    with travel(LATE, tick=False):
        typed = client.get("/certificates/", {"code": made.code.lower().replace("-", " ")})
        assert typed["Location"] == f"/certificates/{made.code}/"
        shown = client.get(typed["Location"])
        assert (shown.status_code, shown["X-Robots-Tag"], shown["Cache-Control"]) == (200, "noindex", "no-store")
        assert "Ada Lindqvist" in shown.content.decode()
        assert client.get("/certificates/", {"code": "7KQ2"}).status_code == 422
        assert client.get("/certificates/7KQ2/").status_code == 404
        commands.revoke_certificate(made, reason="Secret reason", by=None, at=LATE)
        gone = client.get(typed["Location"])
    assert gone.status_code == 410
    assert [word in gone.content.decode() for word in ("Ada", "Lindqvist", "Secret reason")] == [False] * 3


def test_the_pdf_is_for_whose_it_is_and_the_team_while_it_stands() -> None:
    made = a_certificate()
    grace, team = an_expert("Grace Oyelaran"), mara(the_cohort().programme)
    Account.objects.create(person=team, email="mara@example.org")
    where = f"/me/certificates/{made.code}/"
    with travel(LATE, tick=False):
        answers = [as_(who).get(where) for who in (made.person, team, grace)]
        assert [each.status_code for each in answers] == [200, 200, 404]
        assert answers[0].content[:5] == b"%PDF-"
        commands.revoke_certificate(made, reason="Wrong", by=None, at=LATE)
        assert as_(made.person).get(where).status_code == 404


def test_a_certificate_is_not_shown_once_its_person_asks_to_be_forgotten_and_goes_with_them() -> None:
    made = a_certificate()
    with travel(LATE, tick=False):
        erasure = ask_erasure(made.person, by=made.person, at=LATE)
        answer = Client().get(f"/certificates/{made.code}/")
    assert answer.status_code == 404
    assert "Lindqvist" not in answer.content.decode()
    carry_out_erasure(erasure, by=None, at=erasure.due_at)
    assert Certificate.objects.count() == 0


def test_who_signed_and_was_forgotten_is_named_nowhere_and_what_they_were_stays() -> None:
    signer, _ = somebody("Mara Okafor", RoleKind.TEAM), somebody("Yusuf Demir", RoleKind.TEAM)
    made = a_certificate()
    asked = ask_erasure(signer, by=signer, at=LATE)
    carry_out_erasure(asked, by=None, at=LATE + timedelta(days=30))
    made.refresh_from_db()
    assert "Okafor" not in str((made.facts, made.signed_by))
    assert [(each.name, each.role) for each in queries.facts_of(made).signed_by] == [("Programme lead", "")]
    page = Client().get(f"/certificates/{made.code}/").content.decode()
    assert ("signed by Programme lead" in page, "Okafor" in page) == (True, False)
