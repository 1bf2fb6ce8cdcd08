"""Who may enter which page: every address of the Hub, for everybody, by every verb.

The table names every URL name there is; a new one without a row fails the suite, so does a row without an address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django.plugin import DjangoDbBlocker

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
from hub.programmes.commands import edit_programme
from hub.schedule.commands.runsheets import add_task
from hub.schedule.commands.sessions import add_material
from hub.schedule.models import Material, RunSheetTask, Series
from tests.factories import BEGUN
from tests.forms.filling import an_open_form, sent
from tests.people.merging import a_record
from tests.scene import IN_SEPTEMBER, Scene, as_

pytestmark = pytest.mark.django_db

Four = tuple[int, int, int, int]  # signed out, Sam (no role), Ada (Expert), Mara (team)
EVERYBODY: Four = (200, 200, 200, 200)
SIGNED_IN: Four = (302, 200, 200, 200)
TEAM: Four = (302, 404, 403, 200)
LED_ON: Four = (302, 302, 302, 302)

PRESS: Four = (302, 405, 405, 405)  # nothing to see, only to send
NO_SUCH: Four = (302, 404, 404, 404)  # nobody here has one
NOTHING_YET: Four = (302, 404, 403, 404)  # of the team, and nothing happened that it could tell
NOWHERE: Four = (404, 404, 404, 404)
OF_WHO_LEADS: Four = (302, 404, 404, 200)
ITS_EXPERTS: Four = (302, 404, 200, 403)  # each for themselves
TAKING_PART: Four = (302, 404, 200, 200)
ITS_PEOPLE: Four = (404, 404, 200, 200)  # of a private programme
OTHERS_DESK: Four = (302, 404, 404, 404)
ASKED: Four = (302, 404, 200, 302)  # a form asks Ada; its team is led to the preview
THOSE_WHO_COACH: Four = (302, 404, 404, 200)  # of these the team
ADA_ALONE: Four = (302, 404, 200, 404)  # the team neither
LED_BACK: Four = (302, 404, 302, 302)  # she has not begun it


@dataclass(frozen=True)
class Row:
    """What an address answers to GET in the public programme, once that is private, and in a private one of others."""

    public: Four
    private: Four | None = None
    others: Four | None = None
    given: tuple[str, ...] = ()
    takes_post: bool = False
    get: bool = field(default=True)


COHORT = ("programme", "cohort")
SESSION = ("programme", "cohort", "slug")
SURVEY = ("programme", "survey")

TABLE: dict[str, Row] = {
    # the team's desk
    "team-home": Row(TEAM, TEAM, OTHERS_DESK, ("programme",)),
    "desk-statements": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-history": Row(TEAM, TEAM, OTHERS_DESK, ("programme",)),
    "desk-rules": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-year-plan": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk": Row(TEAM, TEAM, OTHERS_DESK, COHORT),
    "desk-session-add": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "desk-session": Row(TEAM, TEAM, OTHERS_DESK, SESSION, takes_post=True),
    "desk-session-cancel": Row(TEAM, TEAM, OTHERS_DESK, SESSION, takes_post=True),
    "desk-session-materials": Row(TEAM, TEAM, OTHERS_DESK, SESSION, takes_post=True),
    "desk-material": Row(TEAM, TEAM, OTHERS_DESK, (*SESSION, "material"), takes_post=True),
    "desk-materials": Row(TEAM, TEAM, OTHERS_DESK, ("programme",)),
    "desk-plan": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "desk-plan-import": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "desk-plan-upload": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "desk-plan-versions": Row(TEAM, TEAM, OTHERS_DESK, COHORT),
    "desk-plan-text": Row(TEAM, TEAM, OTHERS_DESK, COHORT),
    "desk-series": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "desk-release": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "desk-box": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "desk-series-edit": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "cohort", "pk"), takes_post=True),
    "desk-run-sheets": Row(TEAM, TEAM, OTHERS_DESK, ("programme",)),
    "desk-run-sheet-edit": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "kind"), takes_post=True),
    "desk-run-sheet": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "desk-session-run-sheet": Row(TEAM, TEAM, OTHERS_DESK, SESSION, takes_post=True),
    "desk-task": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "task"), takes_post=True),
    "desk-task-tick": Row((302, 404, 403, 405), given=("programme", "task"), takes_post=True, get=False),
    # onboarding
    "my-onboarding": Row(ITS_EXPERTS, ITS_EXPERTS, OTHERS_DESK, COHORT, takes_post=True),
    "my-onboarding-summary": Row(TAKING_PART, TAKING_PART, OTHERS_DESK, COHORT),
    "desk-onboarding": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "desk-onboarding-steps": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "desk-onboarding-step": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "cohort", "step"), takes_post=True),
    "desk-onboarding-expert": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "cohort", "person"), takes_post=True),
    "desk-onboarding-call": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "cohort", "expert-of"), takes_post=True),
    "desk-onboarding-summary": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "desk-onboarding-export": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "cohort", "form")),
    "desk-kick-off": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    # bookings
    "my-bookings": Row(SIGNED_IN),
    "book-by-mail": Row(NOWHERE, given=("signed",), takes_post=True),
    "desk-ahead": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-bookings": Row(TEAM, TEAM, OTHERS_DESK, SESSION, takes_post=True),
    "desk-bookings-export": Row(TEAM, TEAM, OTHERS_DESK, (*SESSION, "form")),
    "desk-bookings-sheet": Row(TEAM, TEAM, OTHERS_DESK, SESSION),
    "desk-booking-terms": Row(TEAM, TEAM, OTHERS_DESK, SESSION, takes_post=True),
    "desk-attendance-files": Row(TEAM, TEAM, OTHERS_DESK, SESSION, takes_post=True),
    "desk-attendance-report": Row(TEAM, TEAM, OTHERS_DESK, (*SESSION, "report"), takes_post=True),
    "desk-known-names": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "session-places": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, SESSION, takes_post=True),
    # attendance, commitments, load, certificates
    "desk-attendance": Row(TEAM, TEAM, OTHERS_DESK, SESSION, takes_post=True),
    "my-register": Row(OF_WHO_LEADS, OF_WHO_LEADS, OTHERS_DESK, SESSION, takes_post=True),
    "my-attendance-files": Row(OF_WHO_LEADS, OF_WHO_LEADS, OTHERS_DESK, SESSION, takes_post=True),
    "my-attendance-report": Row(OF_WHO_LEADS, OF_WHO_LEADS, OTHERS_DESK, (*SESSION, "report"), takes_post=True),
    "desk-attendance-grid": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "desk-attendance-export": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "cohort", "form")),
    "desk-participant": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "cohort", "person"), takes_post=True),
    "desk-commitments": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "desk-commitment-add": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "desk-commitment": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "cohort", "commitment"), takes_post=True),
    "desk-load": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "desk-certificates": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "my-commitments": Row(SIGNED_IN, takes_post=True),
    "certificate-pdf": Row((302, 404, 200, 200), given=("code",)),
    "certificate-check": Row(EVERYBODY),
    "certificate": Row(EVERYBODY, given=("code",)),
    # the room of a session
    "session-room": Row(TAKING_PART, TAKING_PART, OTHERS_DESK, SESSION, takes_post=True),
    "session-room-code": Row(TEAM, TEAM, OTHERS_DESK, SESSION),
    "session-room-notes": Row(TAKING_PART, TAKING_PART, OTHERS_DESK, SESSION, takes_post=True),
    "session-notes": Row(NOWHERE, NOWHERE, NOWHERE, SESSION),
    "join": Row(TEAM, TEAM, given=("uid",)),  # Ada has no place in it
    "check-in": Row(SIGNED_IN, takes_post=True),
    "check-in-code": Row(NO_SUCH, given=("key",)),
    "desk-room": Row(TEAM, TEAM, OTHERS_DESK, SESSION, takes_post=True),
    "desk-notes": Row(TEAM, TEAM, OTHERS_DESK, SESSION, takes_post=True),
    "desk-notes-file": Row(NOTHING_YET, NOTHING_YET, OTHERS_DESK, SESSION),
    "desk-run": Row(TEAM, TEAM, OTHERS_DESK, SESSION, takes_post=True),
    "desk-trainings": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    # one-to-ones: Ada has one with Grace, who coaches
    "my-coaching": Row(SIGNED_IN),
    "my-coaching-programme": Row(THOSE_WHO_COACH, THOSE_WHO_COACH, OTHERS_DESK, ("programme",), takes_post=True),
    "my-coaching-times": Row(THOSE_WHO_COACH, THOSE_WHO_COACH, OTHERS_DESK, COHORT, takes_post=True),
    "my-one-to-ones": Row(SIGNED_IN, takes_post=True),
    "my-wishes": Row(ADA_ALONE, ADA_ALONE, OTHERS_DESK, COHORT, takes_post=True),
    "one-to-one": Row(ADA_ALONE, given=("one",), takes_post=True),
    "one-to-one-join": Row((302, 404, 302, 404), given=("one",)),
    "desk-one-to-ones": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    "desk-one-to-one": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "cohort", "one"), takes_post=True),
    "desk-placing": Row(TEAM, TEAM, OTHERS_DESK, COHORT, takes_post=True),
    # the shell
    "home": Row(EVERYBODY),
    "home-card": Row(EVERYBODY),
    "programme-card": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, ("programme",)),
    "cohort-card": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, COHORT),
    "session-card": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, SESSION),
    "me": Row(SIGNED_IN),
    "places": Row(SIGNED_IN),
    "healthz": Row(EVERYBODY),
    "readyz": Row(EVERYBODY),
    "robots": Row(EVERYBODY),
    "sitemap": Row(EVERYBODY),
    "gallery": Row(EVERYBODY),
    "programme": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, ("programme",)),
    "look": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, ("programme",)),
    "year-plan": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, ("programme",)),
    "privacy": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, ("programme",)),
    "accessibility": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, ("programme",)),
    # people
    "profile": Row(SIGNED_IN, takes_post=True),
    "who-sees": Row(SIGNED_IN),
    "my-calendar": Row(SIGNED_IN, takes_post=True),
    "my-sessions-ics": Row(NOWHERE, given=("key",)),
    "my-data": Row(SIGNED_IN),
    "erase-me": Row(SIGNED_IN, takes_post=True),
    "tokens": Row(SIGNED_IN, takes_post=True),
    "my-data-file": Row(SIGNED_IN),
    "agreements": Row(SIGNED_IN, takes_post=True),
    "desk-terms": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "withdrawn": Row((302, 404, 404, 404), given=("programme", "use")),
    "withdrawn-logo": Row(NO_SUCH, given=("programme", "organisation")),
    "desk-withdrawn": Row(NOTHING_YET, NOTHING_YET, OTHERS_DESK, ("programme", "person", "use")),
    "desk-withdrawn-logo": Row(NOTHING_YET, NOTHING_YET, OTHERS_DESK, ("programme", "organisation")),
    "desk-people": Row(TEAM, TEAM, OTHERS_DESK, ("programme",)),
    "desk-duplicates": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-duplicate": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "pair"), takes_post=True),
    "desk-person": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "person"), takes_post=True),
    "desk-same": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "person")),
    "desk-same-as": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "person", "other"), takes_post=True),
    "desk-person-erase": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "person"), takes_post=True),
    "desk-person-add": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-person-edit": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "person"), takes_post=True),
    "desk-people-import": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-people-several": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-people-export": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "form")),
    "desk-organisations": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-organisation": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "organisation"), takes_post=True),
    "my-photo": Row(SIGNED_IN, takes_post=True),
    "picture": Row(NOWHERE, given=("folder", "file")),
    "desk-logo": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "organisation"), takes_post=True),
    "sign-in": Row((200, 302, 302, 302), takes_post=True),
    "account_login": Row((200, 302, 302, 302), takes_post=True),
    "account_request_login_code": Row((200, 302, 302, 302), takes_post=True),
    "account_signup": Row((200, 302, 302, 302), takes_post=True),
    "account_confirm_login_code": Row(LED_ON, takes_post=True),
    "mfa_authenticate": Row(LED_ON, takes_post=True),
    "mfa_login_webauthn": Row(LED_ON, takes_post=True),
    "github_login": Row(NOWHERE, takes_post=True),
    "github_callback": Row(NOWHERE),
    "orcid_login": Row(NOWHERE, takes_post=True),
    "orcid_callback": Row(NOWHERE),
    "openid_connect_login": Row(NOWHERE, given=("provider",), takes_post=True),
    "openid_connect_callback": Row(NOWHERE, given=("provider",)),
    "go-on": Row(LED_ON, takes_post=True),
    "come-in": Row((410, 410, 410, 410), given=("key",), takes_post=True),
    # how one signs in: for one's own eyes
    "keys": Row(SIGNED_IN),
    "mfa_index": Row(SIGNED_IN),
    "mfa_list_webauthn": Row(SIGNED_IN),
    "socialaccount_connections": Row(SIGNED_IN),
    "end-session": Row(PRESS, takes_post=True, get=False),
    "disconnect": Row(PRESS, takes_post=True, get=False),
    "account_email": Row(SIGNED_IN, takes_post=True),
    "account_email_verification_sent": Row(LED_ON, takes_post=True),
    "mfa_add_webauthn": Row(SIGNED_IN, takes_post=True),
    "mfa_remove_webauthn": Row(NO_SUCH, given=("pk",), takes_post=True),
    "mfa_activate_totp": Row(SIGNED_IN, takes_post=True),
    "mfa_deactivate_totp": Row(NO_SUCH, takes_post=True),
    "mfa_view_recovery_codes": Row(NO_SUCH),
    "mfa_generate_recovery_codes": Row(SIGNED_IN, takes_post=True),
    "mfa_reauthenticate": Row((302, 403, 403, 403), takes_post=True),
    "mfa_reauthenticate_webauthn": Row((302, 403, 403, 403), takes_post=True),
    "see-as": Row((302, 404, 403, 405), given=("programme", "person"), takes_post=True, get=False),
    "see-as-end": Row(PRESS, takes_post=True, get=False),
    "desk-invite": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "person"), takes_post=True),
    # messages
    "desk-messages": Row(TEAM, TEAM, OTHERS_DESK, ("programme",)),
    "desk-messages-again": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-batch": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "rule"), takes_post=True),
    "desk-message": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "message"), takes_post=True),
    "desk-message-html": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "message")),
    "desk-letters": Row(TEAM, TEAM, OTHERS_DESK, ("programme",)),
    "desk-letter-new": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-letter": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "letter"), takes_post=True),
    "desk-letter-look": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "letter"), takes_post=True),
    "desk-message-rules": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-rule-new": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-rule": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "rule"), takes_post=True),
    "desk-template-new": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-template": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "template"), takes_post=True),
    "desk-channels": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-channel": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "hook"), takes_post=True),
    "my-messages": Row(SIGNED_IN, takes_post=True),
    "my-message": Row(NO_SUCH, given=("message",)),
    "stop": Row(EVERYBODY, given=("signed",), takes_post=True),
    "dev-mail": Row(EVERYBODY),
    "dev-mail-one": Row(NOWHERE, given=("key",)),
    "dev-mail-html": Row(NOWHERE, given=("key",)),
    "sign-out": Row((405, 405, 405, 405), takes_post=True, get=False),
    "dev": Row(EVERYBODY),
    "dev-as": Row(LED_ON, given=("name",)),
    # forms: one asks Ada, and somebody else has answered it
    "my-forms": Row(SIGNED_IN),
    "form": Row(ASKED, ASKED, given=SURVEY, takes_post=True),
    "form-review": Row(LED_BACK, LED_BACK, given=SURVEY, takes_post=True),
    "form-sent": Row(LED_BACK, LED_BACK, given=SURVEY),
    "form-withdraw": Row(LED_BACK, LED_BACK, given=SURVEY, takes_post=True),
    "form-file": Row(NO_SUCH, given=(*SURVEY, "nothing")),
    "desk-forms": Row(TEAM, TEAM, OTHERS_DESK, ("programme",)),
    "desk-form-new": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-form": Row(TEAM, TEAM, OTHERS_DESK, SURVEY, takes_post=True),
    "desk-form-about": Row(TEAM, TEAM, OTHERS_DESK, SURVEY, takes_post=True),
    "desk-form-question": Row(TEAM, TEAM, OTHERS_DESK, (*SURVEY, "question"), takes_post=True),
    "desk-form-section": Row(TEAM, TEAM, OTHERS_DESK, (*SURVEY, "section"), takes_post=True),
    "desk-form-preview": Row(TEAM, TEAM, OTHERS_DESK, SURVEY, takes_post=True),
    "desk-form-publish": Row(TEAM, TEAM, OTHERS_DESK, SURVEY, takes_post=True),
    "desk-form-settings": Row(TEAM, TEAM, OTHERS_DESK, SURVEY, takes_post=True),
    "desk-form-remove": Row(TEAM, TEAM, OTHERS_DESK, SURVEY, takes_post=True),
    "desk-form-summary": Row(TEAM, TEAM, OTHERS_DESK, SURVEY, takes_post=True),
    "desk-form-answers": Row(TEAM, TEAM, OTHERS_DESK, SURVEY),
    "desk-form-answer": Row(TEAM, TEAM, OTHERS_DESK, (*SURVEY, "answer")),
    "desk-form-export": Row(TEAM, TEAM, OTHERS_DESK, (*SURVEY, "form")),
    "desk-form-import": Row(TEAM, TEAM, OTHERS_DESK, SURVEY, takes_post=True),
    # the public's schedule
    "cohort": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, COHORT),
    "schedule": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, COHORT),
    "session": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, SESSION),
    "changes": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, COHORT),
    "schedule-ics": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, COHORT),
    "schedule-json": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, COHORT),
    "schedule-csv": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, COHORT),
    "session-ics": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, SESSION),
    "cohort-atom": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, COHORT),
}


def names(resolver: URLResolver) -> Iterator[str]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            if not str(each.pattern).startswith("api/"):
                yield from names(each)
        elif isinstance(each, URLPattern):
            yield str(each.name)


def a_series(scene: Scene) -> Series:
    rule = {"weekday": 2, "nths": [1, 3], "start": time(15), "end": time(17), "zone": scene.cohort.zone}
    days = {"first_on": scene.cohort.starts_on, "last_on": scene.cohort.ends_on}
    return Series.objects.get_or_create(cohort=scene.cohort, title="Café", kind="cafe", defaults=rule | days)[0]


def a_pair(scene: Scene) -> LikelyPair:
    first, second = sorted((scene.ada.pk, scene.mara.pk))
    why = {"rank": 3, "reasons": ["name"], "found_at": IN_SEPTEMBER}
    return LikelyPair.objects.get_or_create(first_id=first, second_id=second, defaults=why)[0]


def a_second_record(scene: Scene) -> Person:
    name = "Adah Lindqvist"
    return Person.objects.filter(name=name).first() or a_record(scene.programme, name)


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


@pytest.fixture(scope="module", autouse=True)
def furnished(standing_scene: Scene, django_db_blocker: DjangoDbBlocker) -> None:
    """What the addresses of the table need is there from the beginning."""
    with django_db_blocker.unblock(), time_machine.travel(IN_SEPTEMBER, tick=False):
        for name in TABLE:
            address(name, standing_scene)


def address_of_others(name: str, scene: Scene) -> str:
    """The address the same page has in the private programme of others."""
    theirs: dict[str, object] = {
        "material": 1,
        "report": 1,
        "survey": "survey",
        "answer": 1,
        "step": 1,
        "programme": scene.private.slug,
        "cohort": "first",
        "slug": "cafe",
        "commitment": "cafes",
    }
    return reverse(name, args=[theirs[part] if part in theirs else value_of(part, scene) for part in TABLE[name].given])


def browsers(scene: Scene) -> tuple[Client, ...]:
    return tuple(as_(person) for person in (None, scene.sam, scene.ada, scene.mara))


def asked(scene: Scene, address: str) -> Four:
    first, second, third, fourth = (client.get(address).status_code for client in browsers(scene))
    return (first, second, third, fourth)


def test_every_address_has_its_row_and_every_row_its_address() -> None:
    assert sorted(names(get_resolver())) == sorted(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_a_page_lets_in_whom_it_should(scene: Scene, name: str) -> None:
    assert asked(scene, address(name, scene)) == TABLE[name].public


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.private])
def test_a_programme_that_is_made_private_is_seen_by_its_own(scene: Scene, name: str) -> None:
    edit_programme(scene.programme, is_public=False, by=None, at=IN_SEPTEMBER)
    assert asked(scene, address(name, scene)) == TABLE[name].private


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.others])
def test_a_private_programme_of_others_is_not_even_said_to_exist(scene: Scene, name: str) -> None:
    assert asked(scene, address_of_others(name, scene)) == TABLE[name].others


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.public == TEAM])
def test_a_page_of_the_team_sends_who_is_signed_out_to_the_sign_in_and_back(scene: Scene, name: str) -> None:
    where = address(name, scene)
    assert Client().get(where)["Location"] == f"/sign-in/?next={where}"


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.get and row.public != LED_ON])
def test_asking_for_the_head_of_a_page_gets_what_asking_for_the_page_gets(scene: Scene, name: str) -> None:
    where = address(name, scene)
    seen = [(client.get(where).status_code, client.head(where).status_code) for client in browsers(scene)]
    assert [asked for asked, _ in seen] == [head for _, head in seen]


@pytest.mark.parametrize("name", TABLE)
def test_no_page_takes_a_verb_it_has_no_use_for(scene: Scene, name: str) -> None:
    where = address(name, scene)
    verbs = ("put", "patch", "delete") if TABLE[name].takes_post else ("post", "put", "patch", "delete")
    for client in browsers(scene):
        assert {getattr(client, verb)(where).status_code for verb in verbs} <= {302, 403, 404, 405}
    assert {getattr(as_(scene.mara), verb)(where).status_code for verb in verbs} == {405}


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.takes_post and row.public == TEAM])
def test_only_the_team_may_send_a_form_of_the_team(scene: Scene, name: str) -> None:
    where = address(name, scene)
    assert [client.post(where).status_code for client in browsers(scene)[:3]] == [302, 404, 403]
    assert as_(scene.mara).post(where).status_code in (200, 302, 400, 409, 422)


WITHOUT_TOKEN = {"stop"}  # RFC 8058: the mail program sends the one click; the address itself is signed


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.takes_post and name not in WITHOUT_TOKEN])
def test_no_form_is_taken_without_its_token(scene: Scene, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = as_(scene.mara).cookies
    assert client.post(address(name, scene)).status_code == 403
