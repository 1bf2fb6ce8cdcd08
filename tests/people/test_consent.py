"""The ledger: people answer for themselves, silence is no, a withdrawal takes effect at once and leaves what is to be done."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from hub.core.consent import Means, NothingToWithdraw, NotTheirsToGive, OldWords, Standing, TheirOwnNo, Use
from hub.core.errors import NotAllowed
from hub.core.usual_words import usual_words
from hub.people import appearances, queries
from hub.people.appearances import Appearance
from hub.people.commands import (
    NoWords,
    add_organisation,
    affiliate,
    answer,
    answer_for_organisation,
    finish_task,
    publish_term,
    publish_usual_terms,
    withdraw,
)
from hub.people.models import Consent, ConsentEntry, Person, Term, WithdrawalTask
from hub.programmes import queries as programmes
from hub.programmes.models import Programme
from tests.factories import BEGUN, a_cohort, a_programme, ada, mara, sam

pytestmark = pytest.mark.django_db
NOTICE = "https://hub.example/river/privacy/"


def later(hours: int) -> datetime:
    return BEGUN + timedelta(hours=hours)


def words(use: Use = Use.NAME, text: str = "We show your name.", *, is_new_meaning: bool = True) -> Term:
    return publish_term(a_programme(), use, text, is_new_meaning=is_new_meaning, by=None, at=BEGUN)


def shown_by_name(programme: Programme) -> list[str]:
    return [person.name for person in Person.objects.allowing(Use.NAME, programme).order_by("name")]


def test_who_was_not_asked_is_not_shown() -> None:
    ada(a_cohort())
    assert shown_by_name(a_programme()) == []


def test_who_says_yes_is_shown_and_who_takes_it_back_is_gone_at_once() -> None:
    expert = ada(a_cohort())
    term = words()
    answer(expert, Use.NAME, term, wish=True, by=expert, at=later(1))
    assert shown_by_name(a_programme()) == ["Ada Lindqvist"]

    withdraw(expert, Use.NAME, a_programme(), by=expert, at=later(2))

    assert shown_by_name(a_programme()) == []
    assert list(ConsentEntry.objects.order_by("at").values_list("answer", "means", "term")) == [
        ("given", "self", term.pk),
        ("withdrawn", "self", term.pk),
    ]


def test_a_yes_in_one_programme_is_none_in_another() -> None:
    expert = ada(a_cohort())
    answer(expert, Use.NAME, words(), wish=True, by=expert, at=later(1))
    assert shown_by_name(a_programme("river-watch")) == []


def test_a_new_meaning_asks_everybody_again_who_said_yes() -> None:
    expert = ada(a_cohort())
    answer(expert, Use.NAME, words(), wish=True, by=expert, at=later(1))

    publish_term(a_programme(), Use.NAME, "We show your name, in print too.", is_new_meaning=True, by=None, at=later(2))

    assert Consent.objects.get().standing == Standing.ASK_AGAIN.value
    assert shown_by_name(a_programme()) == []


def test_a_corrected_spelling_asks_nobody() -> None:
    expert = ada(a_cohort())
    answer(expert, Use.NAME, words(), wish=True, by=expert, at=later(1))
    publish_term(a_programme(), Use.NAME, "We show your full name.", is_new_meaning=False, by=None, at=later(2))
    assert shown_by_name(a_programme()) == ["Ada Lindqvist"]


def test_a_yes_to_words_that_changed_meanwhile_is_not_taken() -> None:
    expert = ada(a_cohort())
    old = words()
    words(text="We show your name, in print too.")
    with pytest.raises(OldWords):
        answer(expert, Use.NAME, old, wish=True, by=expert, at=later(1))
    assert ConsentEntry.objects.count() == 0


def test_a_no_to_words_that_changed_meanwhile_is_a_no() -> None:
    expert = ada(a_cohort())
    old = words()
    words(text="We show your name, in print too.")
    assert answer(expert, Use.NAME, old, wish=False, by=expert, at=later(1)).standing == "refused"


def test_saying_yes_twice_is_one_line_of_the_ledger() -> None:
    expert = ada(a_cohort())
    term = words()
    answer(expert, Use.NAME, term, wish=True, by=expert, at=later(1))
    answer(expert, Use.NAME, term, wish=True, by=expert, at=later(2))
    assert ConsentEntry.objects.count() == 1


def test_nobody_answers_for_another_as_if_they_were_them() -> None:
    expert, team = ada(a_cohort()), mara(a_programme())
    term = words()
    for somebody in (team, sam(), None):
        with pytest.raises(NotAllowed):
            answer(expert, Use.NAME, term, wish=True, by=somebody, at=later(1))


def test_a_team_records_what_it_was_told_and_where_that_is_found_again() -> None:
    expert, team = ada(a_cohort()), mara(a_programme())
    term = words()
    with pytest.raises(NoWords, match="found again"):
        answer(expert, Use.NAME, term, wish=True, means=Means.PAPER, by=team, at=later(1))
    answer(expert, Use.NAME, term, wish=True, means=Means.PAPER, note="Sheet of 27 June", by=team, at=later(1))
    entry = ConsentEntry.objects.get()
    assert (entry.means, entry.note, entry.recorded_by) == ("paper", "Sheet of 27 June", team)


def test_an_old_sheet_recorded_late_does_not_undo_what_somebody_took_back_themselves() -> None:
    expert, team = ada(a_cohort()), mara(a_programme())
    term = words()
    sheet = {"means": Means.PAPER, "note": "Sheet of 27 June"}
    answer(expert, Use.NAME, term, wish=True, by=expert, at=later(1))
    withdraw(expert, Use.NAME, term.programme, by=expert, at=later(2))
    with pytest.raises(TheirOwnNo, match="said no to this themselves"):
        answer(expert, Use.NAME, term, wish=True, **sheet, by=team, at=later(3))
    assert not queries.allows(expert, Use.NAME, term.programme)
    answer(expert, Use.NAME, term, wish=True, by=expert, at=later(4))
    assert queries.allows(expert, Use.NAME, term.programme)
    answer(expert, Use.NAME, term, wish=False, **sheet, by=team, at=later(5))
    answer(expert, Use.NAME, term, wish=True, **sheet, by=team, at=later(6))  # the team's own words of a no, put right
    assert queries.allows(expert, Use.NAME, term.programme)


def test_an_expert_records_nothing_for_anybody() -> None:
    cohort = a_cohort()
    expert = ada(cohort)
    with pytest.raises(NotAllowed):
        answer(sam(), Use.NAME, words(), wish=True, means=Means.PAPER, note="told me", by=expert, at=later(1))


def test_what_was_never_given_can_not_be_taken_back() -> None:
    expert = ada(a_cohort())
    words()
    with pytest.raises(NothingToWithdraw):
        withdraw(expert, Use.NAME, a_programme(), by=expert, at=later(1))


def test_the_logo_is_the_organisations_to_give() -> None:
    expert = ada(a_cohort())
    polar = add_organisation("Polar Survey", by=None, at=BEGUN)
    affiliate(expert, polar, by=None, at=BEGUN)
    pia = sam()
    affiliate(pia, polar, is_contact=True, by=None, at=BEGUN)
    term = words(Use.LOGO, "We show your logo.")

    with pytest.raises(NotTheirsToGive):
        answer(expert, Use.LOGO, term, wish=True, by=expert, at=later(1))
    with pytest.raises(NotTheirsToGive):
        answer_for_organisation(polar, term, wish=True, by=expert, at=later(1))

    given = answer_for_organisation(polar, term, wish=True, by=pia, at=later(1))
    assert (given.organisation, given.person, given.standing) == (polar, None, "given")


def test_a_withdrawal_leaves_a_task_for_what_no_program_can_take_back(request: pytest.FixtureRequest) -> None:
    expert, team = ada(a_cohort()), mara(a_programme())
    answer(expert, Use.NAME, words(), wish=True, by=expert, at=later(1))
    page = Appearance("The schedule", "/practitioners-hub/2024/schedule/")
    paper = Appearance("The printed report", "", to_do="Ask the printer for a new page 3")
    appearances.register("test", lambda use, programme, person, organisation, at: [page, paper])
    request.addfinalizer(lambda: appearances.register("test", lambda *_: []))

    assert appearances.of(Use.NAME, a_programme(), person=expert, at=later(1))[-2:] == [page, paper]
    withdraw(expert, Use.NAME, a_programme(), by=expert, at=later(2))

    task = WithdrawalTask.objects.get()
    assert (task.what, task.done_at) == ("Ask the printer for a new page 3", None)
    with pytest.raises(NotAllowed):
        finish_task(task, by=expert, at=later(3))
    assert finish_task(task, by=team, at=later(3)).done_by == team


def test_an_answer_makes_every_public_page_anew() -> None:
    expert = ada(a_cohort())
    term = words()

    def version() -> int:
        found = programmes.programme("practitioners-hub")
        assert found is not None
        return found.public_version

    before = version()
    answer(expert, Use.NAME, term, wish=True, by=expert, at=later(1))
    given = version()
    withdraw(expert, Use.NAME, a_programme(), by=expert, at=later(2))
    assert before < given < version()


def test_only_the_team_changes_its_words() -> None:
    expert = ada(a_cohort())
    with pytest.raises(NotAllowed):
        publish_term(a_programme(), Use.NAME, "Anything", is_new_meaning=True, by=expert, at=BEGUN)
    with pytest.raises(NoWords):
        publish_term(a_programme(), Use.NAME, "  ", is_new_meaning=True, by=mara(a_programme()), at=BEGUN)


def test_a_team_begins_from_the_usual_words_and_what_it_wrote_itself_stays() -> None:
    runs, programme = mara(a_programme()), a_programme()
    own = words(Use.PHOTO, "We show your photo at the fair.")
    published = publish_usual_terms(programme, [Use.LOGO, Use.PHOTO, Use.NAME], privacy=NOTICE, by=runs, at=later(1))
    assert [(term.use, term.number, term.published_by) for term in published] == [("name", 1, runs), ("logo", 1, runs)]
    assert {term.use: term.text for term in Term.objects.all()} == {
        "name": usual_words(Use.NAME, privacy=NOTICE), "photo": own.text, "logo": usual_words(Use.LOGO, privacy=NOTICE),
    }  # fmt: skip
    assert publish_usual_terms(programme, [Use.NAME], privacy=NOTICE, by=runs, at=later(2)) == []


def test_the_usual_words_are_published_by_the_team_alone_and_not_of_nothing() -> None:
    expert, programme = ada(a_cohort()), a_programme()
    with pytest.raises(NotAllowed):
        publish_usual_terms(programme, [Use.NAME], privacy=NOTICE, by=expert, at=BEGUN)
    with pytest.raises(NoWords):
        publish_usual_terms(programme, [], privacy=NOTICE, by=mara(programme), at=BEGUN)
    assert not Term.objects.exists()


def test_there_are_usual_words_for_every_use_and_those_of_the_notice_lead_to_it() -> None:
    said = {use: usual_words(use, privacy=NOTICE) for use in Use}
    assert all(said.values())
    assert [use for use, each in said.items() if f"]({NOTICE})" in each] == [Use.DATA_PROTECTION]
