"""What the addresses of the table are about: one of everything in a programme, made where it is not there yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from django.urls import reverse

from hub.admissions.commands import make_onboarding
from hub.admissions.models import OnboardingPlan, SharedSummary
from hub.core.booking import Terms, Tier
from hub.core.choices import Topic
from hub.forms.models import Answer
from hub.messaging.commands import add_hook, adopt_usual, prepare_mailing, write_mailing
from hub.messaging.posting import stop_url
from hub.messaging.queries import hooks_of, mailings_of, messages_of, rules_of
from hub.participation import queries
from hub.participation.commands import (
    Manner,
    Weekly,
    book_one_to_one,
    issue_certificates,
    set_availability,
    set_terms,
    take_report,
    use_own_promises,
)
from hub.participation.models import AttendanceReport, Certificate, Commitment, OneToOne
from hub.people.commands import add_person, give_role, organisation_named
from hub.people.models import LikelyPair, Person, RoleKind
from hub.schedule.commands.runsheets import add_task
from hub.schedule.commands.sessions import add_material
from hub.schedule.models import Material, RunSheetTask, Series
from tests.factories import BEGUN
from tests.forms.filling import an_open_form, sent
from tests.matrix.table import TABLE
from tests.people.merging import a_record
from tests.scene import IN_SEPTEMBER, Scene


def a_series(scene: Scene) -> Series:
    rule = {"weekday": 2, "nths": [1, 3], "start": time(15), "end": time(17), "zone": scene.cohort.zone}
    days = {"first_on": scene.cohort.starts_on, "last_on": scene.cohort.ends_on}
    return Series.objects.get_or_create(cohort=scene.cohort, title="Café", kind="cafe", defaults=rule | days)[0]


def a_pair(scene: Scene) -> LikelyPair:
    first, second = sorted((scene.ada.pk, scene.mara.pk))
    why = {"rank": 3, "reasons": ["name"], "found_at": IN_SEPTEMBER}
    return LikelyPair.objects.get_or_create(first_id=first, second_id=second, defaults=why)[0]


def a_second_record(scene: Scene) -> Person:
    """Of somebody in the programme who may be Ada."""
    name = "Adah Lindqvist"
    found = Person.objects.filter(name=name, roles__programme=scene.programme).first()
    return found or a_record(scene.programme, name)


def a_task(scene: Scene) -> RunSheetTask:
    found = RunSheetTask.objects.filter(session__cohort=scene.cohort).order_by("pk").first()
    return found or add_task(scene.session, "Bring the banner", days=0, by=None, at=IN_SEPTEMBER)


def of_messages(scene: Scene) -> dict[str, object]:
    """A letter that is looked at, with a message to Ada; a rule with its letter; a channel."""
    hook = hooks_of(scene.programme).first()
    if hook is None:
        adopt_usual(scene.programme, by=None, at=IN_SEPTEMBER)
        letter = write_mailing(
            scene.programme, subject="News", body="Hello.", topic=Topic.NEWS, besides=[scene.ada.pk], by=None, at=IN_SEPTEMBER
        )
        prepare_mailing(letter, by=None, at=IN_SEPTEMBER)
        hook = add_hook(scene.programme, kind="slack", name="#team", url="https://chat.example/hook", by=None, at=IN_SEPTEMBER)
    rule = rules_of(scene.programme)[0]
    return {
        "rule": rule.pk,
        "template": rule.template.slug,
        "letter": mailings_of(scene.programme)[0].pk,
        "message": messages_of(scene.programme)[0].pk,
        "hook": hook.pk,
        "signed": stop_url(scene.ada, scene.programme, Topic.NEWS).rstrip("/").rpartition("/")[2],
    }


def an_answer(scene: Scene) -> Answer:
    """What somebody answered to a form that asks Ada as well."""
    found = Answer.objects.filter(form__programme=scene.programme).first()
    if found:
        return found
    grace = add_person("Grace Achterberg", by=None, at=BEGUN)
    return sent(an_open_form(scene.programme, people=[scene.ada, grace]), grace)


def an_onboarding(scene: Scene) -> OnboardingPlan:
    """The cohort's, its survey told back; Ada stands for an organisation."""
    found = OnboardingPlan.objects.filter(cohort=scene.cohort).first()
    if found is None:
        found = make_onboarding(scene.cohort, by=None, at=IN_SEPTEMBER)
        SharedSummary.objects.create(plan=found, needed=5, shared_at=IN_SEPTEMBER)
        expert = scene.ada.roles.get(cohort=scene.cohort)
        expert.organisation = organisation_named("Polar Survey", by=None, at=IN_SEPTEMBER)
        expert.save()
    return found


def some_places(scene: Scene) -> None:
    """The first session gives out places."""
    if queries.terms_for_team(scene.session) is None:
        set_terms(scene.session, Terms(online=10, opens={Tier.EXPERTS: None}), by=None, at=IN_SEPTEMBER)


def a_material(scene: Scene) -> Material:
    """Slides of the first session."""
    found = scene.session.materials.first()
    return found or add_material(scene.session, title="Slides", url="https://example.org/slides", by=None, at=IN_SEPTEMBER)


def a_report(scene: Scene) -> AttendanceReport:
    """A file of the first session that somebody has still to settle."""
    found = AttendanceReport.objects.filter(session=scene.session).first()
    table = b"Name,Email\nSomebody Else,somebody@elsewhere.example\n"
    return found or take_report(scene.session, [("list.csv", table)], by=None, at=IN_SEPTEMBER)


def a_certificate(scene: Scene) -> Certificate:
    """Ada's, issued when her cohort was over."""
    found = Certificate.objects.filter(cohort=scene.cohort).first()
    over = datetime.combine(scene.cohort.ends_on + timedelta(days=1), time(12), UTC)
    return found or issue_certificates(scene.cohort, [scene.ada], by=None, at=over)[0]


def a_commitment(scene: Scene) -> Commitment:
    """Of the scene's cohort."""
    found = Commitment.objects.filter(cohort=scene.cohort).first()
    return found or use_own_promises(scene.cohort, by=None, at=IN_SEPTEMBER)[0]


def a_one_to_one(scene: Scene) -> OneToOne:
    """Ada's, with a coach who gave it no link."""
    found = OneToOne.objects.filter(cohort=scene.cohort).first()
    if found is None:
        coach = add_person("Grace Oyelaran", by=None, at=BEGUN)
        give_role(coach, RoleKind.COACH, scene.programme, cohort=scene.cohort, starts_on=BEGUN.date(), by=None, at=BEGUN)
        days = {"first_on": scene.cohort.starts_on, "last_on": scene.cohort.ends_on}
        weekly = [Weekly(weekday=4, start=time(14), end=time(15), **days)]
        manner = Manner(zone="Europe/London")
        row = set_availability(coach, scene.programme, scene.cohort, manner, weekly, by=coach, at=IN_SEPTEMBER)
        friday = datetime(2024, 9, 20, 13, 0, tzinfo=UTC)
        found = book_one_to_one(row, scene.ada, scene.cohort, starts_at=friday, by=scene.ada, at=IN_SEPTEMBER)
    return found


def address(name: str, scene: Scene) -> str:
    """The address of a page, about things that are there, made where they are not."""
    if name == "session-places":
        some_places(scene)
    if "onboarding" in name or name == "desk-kick-off":
        an_onboarding(scene)
    return reverse(name, args=[value_of(part, scene) for part in TABLE[name].given])


MESSAGES = {"rule", "template", "letter", "message", "hook", "signed"}


def value_of(part: str, scene: Scene) -> object:
    """What stands in an address for a part of it; only what is asked for is made."""
    if part in MESSAGES:
        return of_messages(scene)[part]
    plain: dict[str, object] = {
        "question": "q1",
        "section": "s1",
        "nothing": 9_999,
        "programme": scene.programme.slug,
        "cohort": scene.cohort.slug,
        "name": "ada",
        "person": scene.ada.pk,
        "form": "csv",
        "folder": "photos",
        "file": "nobodys-picture",
        "kind": "cafe",
        "use": "name",
        "key": "nobody-has-this-key",
        "provider": "oidc",
    }
    made: dict[str, Callable[[], object]] = {
        "material": lambda: a_material(scene).pk,
        "report": lambda: a_report(scene).pk,
        "one": lambda: a_one_to_one(scene).pk,
        "code": lambda: a_certificate(scene).code,
        "commitment": lambda: a_commitment(scene).key,
        "survey": lambda: an_answer(scene).form.slug,
        "answer": lambda: an_answer(scene).pk,
        "step": lambda: an_onboarding(scene).steps.order_by("position")[0].pk,
        "expert-of": lambda: organisation_named("Polar Survey", by=None, at=IN_SEPTEMBER).pk,
        "organisation": lambda: organisation_named("Polar Survey", by=None, at=IN_SEPTEMBER).pk,
        "slug": lambda: scene.session.slug,
        "uid": lambda: scene.session.uid,
        "pk": lambda: a_series(scene).pk,
        "pair": lambda: a_pair(scene).pk,
        "other": lambda: a_second_record(scene).pk,
        "task": lambda: a_task(scene).pk,
    }
    return plain[part] if part in plain else made[part]()
