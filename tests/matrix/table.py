"""Who may enter which page: a row for each address of the Hub, written by hand, for `test_pages.py`.

What stands here is what the design promises, not what the program answered. Five people make a row; everybody else there
is (`people.py`) is answered as one of them, unless the row says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# signed out, Sam (no role), Rosa (a reviewer: somebody with a part, but no right of its own), Ada (Expert), Mara (team)
Five = tuple[int, int, int, int, int]
EVERYBODY: Five = (200, 200, 200, 200, 200)
SIGNED_IN: Five = (302, 200, 200, 200, 200)
TEAM: Five = (302, 404, 403, 403, 200)
TEAM_LED_ON: Five = (302, 404, 403, 403, 302)
LED_ON: Five = (302, 302, 302, 302, 302)

PRESS: Five = (302, 405, 405, 405, 405)  # nothing to see, only to send
NO_SUCH: Five = (302, 404, 404, 404, 404)  # nobody here has one
NOTHING_YET: Five = (302, 404, 403, 403, 404)  # of the team, and nothing happened that it could tell
NOWHERE: Five = (404, 404, 404, 404, 404)
OF_WHO_LEADS: Five = (302, 404, 404, 404, 200)
ITS_EXPERTS: Five = (302, 404, 403, 200, 403)  # each for themselves
TAKING_PART: Five = (302, 404, 403, 200, 200)
ITS_PEOPLE: Five = (404, 404, 200, 200, 200)  # of a private programme
OTHERS_DESK: Five = (302, 404, 404, 404, 404)
ASKED: Five = (302, 404, 403, 200, 302)  # a form asks Ada; its team is led to the preview
THOSE_WHO_COACH: Five = (302, 404, 404, 404, 200)  # of these the team
ADA_ALONE: Five = (302, 404, 404, 200, 404)  # the team neither
LED_BACK: Five = (302, 404, 403, 302, 302)  # she has not begun it


@dataclass(frozen=True)
class Row:
    """What an address answers to GET in the public programme, once that is private, and in a private one of others.

    `but` says who is answered otherwise than the one of the five they stand with (`people.AS`), by first name. A POST is
    refused as a GET is; who is let in may send, whatever the form says to it, and `sent` names those for whom that is not so.
    """

    public: Five
    private: Five | None = None
    others: Five | None = None
    given: tuple[str, ...] = ()
    takes_post: bool = False
    get: bool = field(default=True)
    but: Mapping[str, int] = field(default_factory=dict)
    sent: Mapping[str, int | str] = field(default_factory=dict)


COHORT = ("programme", "cohort")
SESSION = ("programme", "cohort", "slug")
SURVEY = ("programme", "survey")

# who takes part in the cohort besides its Experts
OF_COHORT = {"nia": 200, "theo": 200, "wren": 200, "tess": 200}

NAMES_NOTHING = {"whoever is let in": 404}  # sent without saying which of their things is meant
SIGNED_IN_FIRST = {"signed out": "to the sign-in", "ivo": "to the sign-in"}  # who may look, or is led on, signs in to send

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
    "desk-task-tick": Row((302, 404, 403, 403, 405), given=("programme", "task"), takes_post=True, get=False),
    # onboarding: an Expert's own from the day they are given the role, though it begins later
    "my-onboarding": Row(ITS_EXPERTS, ITS_EXPERTS, OTHERS_DESK, COHORT, takes_post=True, but={"noor": 200}),
    "my-onboarding-summary": Row(TAKING_PART, TAKING_PART, OTHERS_DESK, COHORT, but=OF_COHORT | {"noor": 200}),
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
    "session-places": Row(EVERYBODY, ITS_PEOPLE, NOWHERE, SESSION, takes_post=True, sent=SIGNED_IN_FIRST),
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
    "my-commitments": Row(SIGNED_IN, takes_post=True, sent=NAMES_NOTHING),
    "certificate-pdf": Row((302, 404, 404, 200, 200), given=("code",)),
    "certificate-check": Row(EVERYBODY),
    "certificate": Row(EVERYBODY, given=("code",)),
    # the room of a session
    "session-room": Row(TAKING_PART, TAKING_PART, OTHERS_DESK, SESSION, takes_post=True, but=OF_COHORT),
    "session-room-code": Row(TEAM, TEAM, OTHERS_DESK, SESSION, but={"nia": 200}),
    "session-room-notes": Row(TAKING_PART, TAKING_PART, OTHERS_DESK, SESSION, takes_post=True, but=OF_COHORT),
    "session-notes": Row(NOWHERE, NOWHERE, NOWHERE, SESSION),
    "join": Row(TEAM, TEAM, given=("uid",), but=OF_COHORT),  # Ada has no place in it
    "check-in": Row(SIGNED_IN, takes_post=True),
    "check-in-code": Row(NO_SUCH, given=("key",)),
    "desk-room": Row(TEAM, TEAM, OTHERS_DESK, SESSION, takes_post=True),
    "desk-notes": Row(TEAM, TEAM, OTHERS_DESK, SESSION, takes_post=True),
    "desk-notes-file": Row(NOTHING_YET, NOTHING_YET, OTHERS_DESK, SESSION),
    "desk-run": Row(TEAM, TEAM, OTHERS_DESK, SESSION, takes_post=True),
    "desk-trainings": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    # one-to-ones: Ada has one with Grace, who coaches. Who coaches, or wishes, does so before their first day as well
    "my-coaching": Row(SIGNED_IN),
    "my-coaching-programme": Row(
        THOSE_WHO_COACH, THOSE_WHO_COACH, OTHERS_DESK, ("programme",), takes_post=True, but={"nora": 200}
    ),
    "my-coaching-times": Row(
        THOSE_WHO_COACH,
        THOSE_WHO_COACH,
        OTHERS_DESK,
        COHORT,
        takes_post=True,
        but={"tess": 200, "theo": 200, "nia": 200, "nora": 200},
    ),
    "my-one-to-ones": Row(SIGNED_IN, takes_post=True, sent=NAMES_NOTHING),
    "my-wishes": Row(ADA_ALONE, ADA_ALONE, OTHERS_DESK, COHORT, takes_post=True, but={"noor": 200}),
    "one-to-one": Row(ADA_ALONE, given=("one",), takes_post=True),
    "one-to-one-join": Row((302, 404, 404, 302, 404), given=("one",)),
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
    "agreements": Row(SIGNED_IN, takes_post=True, sent=NAMES_NOTHING),
    "desk-terms": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "withdrawn": Row(NO_SUCH, given=("programme", "use")),
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
    "desk-organisation-same": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "organisation"), takes_post=True),
    "my-photo": Row(SIGNED_IN, takes_post=True),
    "picture": Row(NOWHERE, given=("folder", "file")),
    "desk-logo": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "organisation"), takes_post=True),
    "sign-in": Row((200, 302, 302, 302, 302), takes_post=True),
    "account_login": Row((200, 302, 302, 302, 302), takes_post=True),
    "account_request_login_code": Row((200, 302, 302, 302, 302), takes_post=True),
    "account_signup": Row((200, 302, 302, 302, 302), takes_post=True),
    "account_confirm_login_code": Row(LED_ON, takes_post=True),
    "mfa_authenticate": Row(LED_ON, takes_post=True),
    "mfa_login_webauthn": Row(LED_ON, takes_post=True),
    "github_login": Row(NOWHERE, takes_post=True),
    "github_callback": Row(NOWHERE),
    "orcid_login": Row(NOWHERE, takes_post=True),
    "orcid_callback": Row(NOWHERE),
    "openid_connect_login": Row(NOWHERE, given=("provider",), takes_post=True),
    "openid_connect_callback": Row(NOWHERE, given=("provider",)),
    "go-on": Row(LED_ON, takes_post=True, sent=SIGNED_IN_FIRST),
    "come-in": Row((410, 410, 410, 410, 410), given=("key",), takes_post=True),
    # how one signs in: for one's own eyes
    "keys": Row(SIGNED_IN),
    "mfa_index": Row(SIGNED_IN),
    "mfa_list_webauthn": Row(SIGNED_IN),
    "socialaccount_connections": Row(SIGNED_IN),
    "end-session": Row(PRESS, takes_post=True, get=False),
    "disconnect": Row(PRESS, takes_post=True, get=False),
    "account_email": Row(SIGNED_IN, takes_post=True),
    "account_email_verification_sent": Row(LED_ON, takes_post=True, sent=SIGNED_IN_FIRST),
    "mfa_add_webauthn": Row(SIGNED_IN, takes_post=True),
    "mfa_remove_webauthn": Row(NO_SUCH, given=("pk",), takes_post=True),
    "mfa_activate_totp": Row(SIGNED_IN, takes_post=True),
    "mfa_deactivate_totp": Row(NO_SUCH, takes_post=True),
    "mfa_view_recovery_codes": Row(NO_SUCH),
    "mfa_generate_recovery_codes": Row(SIGNED_IN, takes_post=True),
    "mfa_reauthenticate": Row((302, 403, 403, 403, 403), takes_post=True),
    "mfa_reauthenticate_webauthn": Row((302, 403, 403, 403, 403), takes_post=True),
    "see-as": Row((302, 404, 403, 403, 405), given=("programme", "person"), takes_post=True, get=False),
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
    "desk-rules-several": Row(TEAM_LED_ON, TEAM_LED_ON, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-rule-new": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-rule": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "rule"), takes_post=True),
    "desk-template-new": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-template": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "template"), takes_post=True),
    "desk-channels": Row(TEAM, TEAM, OTHERS_DESK, ("programme",), takes_post=True),
    "desk-channel": Row(TEAM, TEAM, OTHERS_DESK, ("programme", "hook"), takes_post=True),
    "my-messages": Row(SIGNED_IN, takes_post=True, sent=NAMES_NOTHING),
    "my-message": Row(NO_SUCH, given=("message",)),
    "stop": Row(EVERYBODY, given=("signed",), takes_post=True),
    "dev-mail": Row(EVERYBODY),
    "dev-mail-one": Row(NOWHERE, given=("key",)),
    "dev-mail-html": Row(NOWHERE, given=("key",)),
    "sign-out": Row((405, 405, 405, 405, 405), takes_post=True, get=False),
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
