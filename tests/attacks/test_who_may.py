"""Keys of somebody else's things, in addresses and in forms: nothing is shown, and not one row is changed.

Grace runs a programme of her own, with one of everything in it. Mara runs another, Ada is one of Mara's Experts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from hub.core.consent import Use
from hub.people.commands import (
    add_organisation,
    affiliate,
    answer,
    give_role,
    make_token,
    merge_people,
    publish_term,
    set_photo,
    withdraw,
)
from hub.people.models import (
    Affiliation,
    ConsentEntry,
    LikelyPair,
    Merge,
    Organisation,
    Person,
    Role,
    RoleKind,
    Term,
    Token,
    TokenScope,
    WithdrawalTask,
)
from hub.people.pages import picture
from hub.programmes.models import Programme
from hub.schedule.commands.releases import release_schedule
from hub.schedule.commands.sessions import add_material
from hub.schedule.models import Material, RunSheetTask, Series, Session
from tests.factories import BEGUN, a_session
from tests.matrix import test_pages as matrix
from tests.matrix.test_api import TABLE as OPERATIONS
from tests.scene import IN_SEPTEMBER, Scene, _with_account, as_
from tests.services.test_pictures import a_picture

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar"  # stands in every text of Grace's programme


@dataclass(frozen=True)
class Theirs:
    """One of everything in a programme Mara has no part in."""

    programme: Programme
    grace: Person
    otto: Person
    twin: Person
    role: Role
    organisation: Organisation
    affiliation: Affiliation
    term: Term
    task: WithdrawalTask
    pair: LikelyPair
    merge: Merge
    token: Token
    key: str
    session: Session
    material: Material
    series: Series
    address: EmailAddress
    authenticator: Authenticator
    connected: SocialAccount
    signed_in: UserSession


@pytest.fixture
def theirs(scene: Scene) -> Theirs:
    at, place = IN_SEPTEMBER, scene.private
    cohort = place.cohorts.get()
    grace = _with_account("Grace Hopper")
    give_role(grace, RoleKind.TEAM, place, starts_on=date(2023, 1, 1), by=None, at=BEGUN)
    people = [_with_account(f"{name} {SECRET}") for name in ("Otto", "Otta", "Ottilie")]
    for person in people:
        give_role(person, RoleKind.EXPERT, place, cohort=cohort, starts_on=date(2024, 1, 1), by=grace, at=at)
    otto, twin, gone = people
    first, second = sorted((otto.pk, twin.pk))
    pair = LikelyPair.objects.create(first_id=first, second_id=second, rank=1, reasons=["name"], found_at=at)
    merge = merge_people(twin, gone, choices={}, by=grace, at=at)
    organisation = add_organisation(name=f"{SECRET} Ltd", by=grace, at=at)
    affiliation = affiliate(otto, organisation, job=SECRET, by=grace, at=at)
    term = publish_term(place, Use.NAME, f"Words of {SECRET}", is_new_meaning=False, by=grace, at=at)
    answer(otto, Use.NAME, term, wish=True, by=otto, at=at)
    withdraw(otto, Use.NAME, place, by=otto, at=at)
    entry = ConsentEntry.objects.filter(person=otto).latest("pk")
    task = WithdrawalTask.objects.create(entry=entry, what=SECRET, where=SECRET, made_at=at)
    token, key = make_token(otto, name=SECRET, scope=TokenScope.WRITE, programme=None, days=9, by=otto, at=at)
    session = a_session(cohort, title=f"{SECRET} session")
    material = add_material(session, title=f"{SECRET} slides", url="https://example.org/z", by=grace, at=at)
    rule = {"weekday": 2, "nths": [1], "start": time(9), "end": time(10), "zone": cohort.zone}
    series = Series.objects.create(
        cohort=cohort, title=SECRET, kind="cafe", first_on=cohort.starts_on, last_on=cohort.ends_on, **rule
    )
    release_schedule(cohort, note=SECRET, seen=0, by=grace, at=at)
    account = otto.account
    authenticator = Authenticator.objects.create(user=account, type="webauthn", data={"name": SECRET, "credential": {}})
    connected = SocialAccount.objects.create(user=account, provider="github", uid="1", extra_data={})
    signed_in = UserSession.objects.create(user=account, session_key="x" * 32, ip="10.0.0.1", user_agent=SECRET)
    set_photo(otto, a_picture(), alt=SECRET, by=otto, at=at)
    otto.refresh_from_db()
    return Theirs(
        place, grace, otto, twin, Role.objects.filter(person=otto).get(), organisation, affiliation, term, task, pair, merge,
        token, key, session, material, series, EmailAddress.objects.get(user=account), authenticator, connected, signed_in,
    )  # fmt: skip


TOUCHED_BY_LOOKING = {"sessions.Session", "kit.Cached", "usersessions.UserSession", "people.Account"}


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but of those that looking at a page touches."""
    return {
        model._meta.label: sorted(model._default_manager.values_list(), key=repr)
        for model in apps.get_models()
        if model._meta.label not in TOUCHED_BY_LOOKING and model._meta.managed and not model._meta.proxy
    }


def differences(before: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    after = everything()
    return {label: [row for row in rows if row not in before[label]] + [row for row in before[label] if row not in rows] for label, rows in after.items() if rows != before[label]}  # fmt: skip


def keys_in_addresses(theirs: Theirs) -> list[str]:
    """Their keys at the addresses of Mara's programme, and of a person's own pages."""
    of, cohort = "practitioners-hub", ("practitioners-hub", "2024")
    return [
        *(reverse(name, args=[of, person.pk]) for name in ("desk-person", "desk-person-edit", "desk-person-erase", "desk-invite", "see-as") for person in (theirs.otto, theirs.grace)),
        *(reverse(name, args=[of, theirs.organisation.pk]) for name in ("desk-organisation", "desk-logo")),
        reverse("desk-duplicate", args=[of, theirs.pair.pk]),
        reverse("desk-series-edit", args=[*cohort, theirs.series.pk]),
        *(reverse(name, args=[*cohort, theirs.session.slug]) for name in ("desk-session", "desk-session-cancel", "desk-session-materials")),
        reverse("mfa_remove_webauthn", args=[theirs.authenticator.pk]),
        reverse("withdrawn", args=["masterclass", "name"]),
    ]  # fmt: skip


BODIES: tuple[dict[str, str], ...] = (
    {}, {"do": "erase"}, {"do": "keep"}, {"do": "save", "title": "x", "name": "x"}, {"do": "remove"}, {"name": "Pwned", "pronouns": "x"}, {"email": "pwned@example.com"},
    {"do": "give-role", "kind": "team", "starts_on": "2024-01-01"}, {"do": "apart"}, {"do": "restore"}, {"note": "x"}, {"action": "x"},
)  # fmt: skip


def test_the_keys_of_others_open_nothing_in_an_address(scene: Scene, theirs: Theirs) -> None:
    before = everything()
    for where in keys_in_addresses(theirs):
        for person in (scene.mara, scene.ada, scene.sam):
            answers = [as_(person).get(where), *(as_(person).post(where, body) for body in BODIES)]
            assert {(where, each.status_code) for each in answers} <= {(where, code) for code in (302, 403, 404, 405)}
            assert [each for each in answers if SECRET.encode() in each.content] == []
            assert not any(each.status_code == 302 and "/sign-in/again" not in each["Location"] for each in answers)
    assert differences(before) == {}


def forms(scene: Scene, theirs: Theirs) -> list[tuple[str, Person, dict[str, Any]]]:
    """Forms of one's own pages that name things of others."""
    desk, cohort = "/team/practitioners-hub", f"/team/practitioners-hub/{scene.cohort.slug}"
    ada, mara = scene.ada, scene.mara
    own = add_organisation(name="Polar Survey", by=mara, at=IN_SEPTEMBER)
    affiliate(ada, own, by=mara, at=IN_SEPTEMBER)
    pair = matrix.a_pair(scene)
    here = Term.objects.filter(programme=scene.programme).first() or publish_term(
        scene.programme, Use.NAME, "x", is_new_meaning=False, by=mara, at=IN_SEPTEMBER
    )
    sent: list[tuple[str, Person, dict[str, Any]]] = [
        ("/me/tokens/", mara, {"do": "revoke", "token": theirs.token.pk}),
        ("/me/tokens/", ada, {"name": "x", "scope": "write", "days": "9", "programme": "masterclass"}),
        ("/me/sign-in/disconnect/", ada, {"account": theirs.connected.pk}),
        ("/me/sign-in/addresses/", ada, {"action_remove": "", "email": theirs.address.email}),
        ("/me/sign-in/addresses/", ada, {"action_primary": "", "email": theirs.address.email}),
        ("/me/sign-in/addresses/", ada, {"action_send": "", "email": theirs.address.email}),
        ("/me/agreements/", ada, {"do": "yes", "term": theirs.term.pk}),
        ("/me/agreements/", ada, {"do": "no", "term": theirs.term.pk}),
        ("/me/agreements/", ada, {"do": "yes", "term": here.pk, "organisation": theirs.organisation.pk}),
        ("/me/agreements/", ada, {"do": "yes", "term": theirs.term.pk, "organisation": own.pk}),
        ("/me/profile/", ada, {"name": "", "pk": theirs.otto.pk, "person": theirs.otto.pk}),
        (f"{desk}/agreements/", mara, {"do": "done", "task": theirs.task.pk}),
        (f"{desk}/people/{ada.pk}/", mara, {"do": "end-role", "key": theirs.role.pk, "on": "2024-09-10"}),
        (f"{desk}/people/{ada.pk}/", mara, {"do": "leave", "key": theirs.affiliation.pk, "on": "2024-09-10"}),
        (f"{desk}/people/{ada.pk}/", mara, {"do": "give-role", "kind": "expert", "cohort": "first", "starts_on": "2024-09-01"}),
        (f"{desk}/people/{ada.pk}/", mara, {"term": theirs.term.pk, "wish": "yes", "means": "mail", "note": "x"}),
        (f"{desk}/organisations/{own.pk}/", mara, {"do": "contact", "key": theirs.affiliation.pk, "is": "yes"}),
        (f"{desk}/people/duplicates/", mara, {"do": "undo", "merge": theirs.merge.pk}),
        (f"{desk}/people/duplicates/{pair.pk}/", mara, {"keep": theirs.otto.pk, "do": "show", "name": "x"}),
        (f"{desk}/people/several/", mara, {"do": "give-role", "of": "chosen", "who": f"{theirs.otto.pk},{theirs.grace.pk}", "kind": "expert", "starts_on": "2024-09-01"}),
        (f"{desk}/people/several/", mara, {"do": "end-role", "of": "chosen", "who": str(theirs.otto.pk), "which": "expert", "on": "2024-09-10"}),
        (f"{cohort}/sessions/{scene.session.slug}/materials/", mara, {"do": "remove", "material": theirs.material.pk}),
        (f"{cohort}/series/{matrix.a_series(scene).pk}/", mara, {"do": "except", "on": "2024-10-01", "series": theirs.series.pk, "pk": theirs.series.pk}),
        (f"{cohort}/plan/import/", mara, {"do": "import", "text": "x", "seen": "999", "choice:x": str(theirs.session.pk)}),
        (f"{cohort}/new-cohort/", mara, {"do": "make", "slug": "first", "programme": "masterclass", "cohort": "first"}),
    ]  # fmt: skip
    return sent


FORMS = 25


@pytest.mark.parametrize("number", range(FORMS))
def test_the_keys_of_others_do_nothing_in_a_form(scene: Scene, theirs: Theirs, number: int) -> None:
    sent = forms(scene, theirs)
    assert len(sent) == FORMS
    where, person, body = sent[number]
    before = everything()
    answer = as_(person).post(where, {name: str(value) for name, value in body.items()})
    assert answer.status_code in (302, 404, 409, 422), answer.status_code
    assert SECRET.encode() not in answer.content.replace(str(body).encode(), b"")
    assert differences(before) == {}


def test_a_session_of_somebody_else_cannot_be_ended(scene: Scene, theirs: Theirs) -> None:
    as_(scene.ada).post("/me/sign-in/end/", {"session": str(theirs.signed_in.pk)})
    as_(scene.ada).post("/me/sign-in/end/")
    assert UserSession.objects.filter(pk=theirs.signed_in.pk).exists()


def test_no_page_or_export_of_a_programme_tells_anything_of_another(scene: Scene, theirs: Theirs) -> None:
    told = []
    browsers = [(person, as_(person)) for person in (scene.mara, scene.ada, scene.sam, None)]
    for name, row in sorted(matrix.TABLE.items(), key=lambda each: each[0] == "dev-as"):  # which makes one somebody else
        if row.get:
            where = matrix.address(name, scene)
            for person, browser in browsers:
                if SECRET.encode() in browser.get(where).content and name not in (
                    "dev",
                    "dev-mail",
                ):  # the demo's cast is everybody
                    told.append((name, person))
    for form in ("csv", "json"):
        for query in (
            "",
            f"?q={SECRET}",
            "?cohort=first",
            f"?of=chosen&who={theirs.otto.pk}",
            f"?of=chosen&everyone=1&who={theirs.otto.pk}",
        ):
            answer = as_(scene.mara).get(f"/team/practitioners-hub/people/export/{form}{query}")
            told += [(form, query)] if SECRET.encode() in answer.content else []
    for query in (f"?q={SECRET}", f"?q={SECRET}&role=expert", "?cohort=first"):
        for where in ("people", "organisations", "people/several"):
            answer = as_(scene.mara).get(f"/team/practitioners-hub/{where}/{query}")
            told += [(where, query)] if f"{SECRET} " in answer.content.decode().replace(f'value="{SECRET}"', "") else []
    assert told == []
    assert SECRET.encode() in as_(theirs.grace).get("/team/masterclass/people/").content


def test_a_picture_of_another_programme_is_not_there(scene: Scene, theirs: Theirs) -> None:
    where = f"/pictures/{theirs.otto.photo}"
    assert default_storage.exists(theirs.otto.photo)
    assert [
        as_(person).get(where).status_code for person in (theirs.otto, theirs.grace, scene.mara, scene.ada, scene.sam, None)
    ] == [200, 200, 404, 404, 404, 404]
    tag = f'"{where.rsplit("/", 1)[1].removesuffix(".webp")}"'
    assert Client().get(where, HTTP_IF_NONE_MATCH=tag).status_code == 404
    assert picture.access == "public"  # type: ignore[attr-defined]  # it asks who sees what by itself


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if "{pk}" in each or "{slug}" in each])
def test_the_keys_of_others_do_nothing_in_the_api(scene: Scene, theirs: Theirs, operation: str) -> None:
    verb, path = operation.split(" ", 1)
    body = dict(OPERATIONS[operation].body or {})
    pk = theirs.material.pk if "/materials/" in path else theirs.series.pk
    if "/tasks/" in path:
        pk = max(RunSheetTask.objects.filter(session=theirs.session).values_list("pk", flat=True), default=999_999)
    before = everything()
    for slug in (theirs.session.slug,) if "{pk}" not in path else (theirs.session.slug, scene.session.slug):
        where = f"/api/v1{path.format(programme='practitioners-hub', cohort=scene.cohort.slug, slug=slug, number=1, pk=pk)}"
        answer = getattr(as_(scene.mara), verb.lower())(where, body, content_type="application/json")
        assert answer.status_code in (404, 422), answer.content
        assert SECRET.encode() not in answer.content
    assert differences(before) == {}


def as_sent(body: Mapping[str, Any] | None) -> dict[str, Any]:
    """A body of the matrix with what it leaves open filled in."""
    open_ones = {"seen": 0, "seen_at": IN_SEPTEMBER.isoformat(), "answers": {"x": "y"}}
    return {name: open_ones.get(name, value) if isinstance(value, str) else value for name, value in (body or {}).items()}


def test_a_token_opens_what_its_person_may_and_no_more(scene: Scene, theirs: Theirs) -> None:
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {theirs.key}"}
    before = everything()
    for operation, row in OPERATIONS.items():
        verb, path = operation.split(" ", 1)
        if row.is_teams:
            for programme, cohort in (("practitioners-hub", scene.cohort.slug), ("masterclass", "first")):
                where = f"/api/v1{path.format(programme=programme, cohort=cohort, slug=scene.session.slug, number=1, pk=1)}"
                answer = getattr(Client(), verb.lower())(where, as_sent(row.body), content_type="application/json", **bearer)
                assert answer.status_code == (404 if programme == "practitioners-hub" else 403), (operation, answer.content)
    assert set(differences(before)) <= {"people.Token"}  # the day it was used
    for where in ("/me/", "/me/tokens/", "/team/masterclass/people/", "/me/data.json"):
        assert Client().get(where, **bearer).status_code == 302  # a key for programs opens no page
