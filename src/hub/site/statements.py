"""What the Hub does with what it knows of people, in words, for statements no team has written yet.

Each sort of row that says something of a person stands in `HELD` with the sentence that tells of it; a test fails where a
room keeps something the notice is silent about.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings

from hub.core.statements import HubFacts, StatementKind, words_of
from hub.kit import personal
from hub.people.kept import COOKIE as LAST
from hub.people.queries import retention_rules
from hub.programmes.models import Programme

VISITS: Final = "visits"  # the cookie of This week, by which it knows what is new to its reader

HELD: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        "Who you are: your name, those you had here before and, if you say so, pronouns, ORCID, time zone, a text about you, a "
        "photo, links, and what you need to take part, with whose team may read it and what that team noted of it.",
        ("people.Person", "people.FormerName", "people.Link", "people.AccessNeeds"),
    ),
    (
        "How you are reached and sign in: mail addresses (also one of yours that a programme gives the public as its own), "
        "passkeys, an authenticator app, accounts elsewhere that you connect, invitations, tokens, the secret address of your "
        "calendar.",
        (
            "programmes.Programme",
            "people.Account",
            "people.Invitation",
            "people.Token",
            "people.FeedAddress",
            "account.EmailAddress",
            "mfa.Authenticator",
            "socialaccount.SocialAccount",
        ),
    ),
    (
        "The browsers you are signed in with: their name and network address, since when, and when they were last here.",
        ("usersessions.UserSession", "sessions.Session"),
    ),
    (
        "What you are here (Expert, reviewer…), from when until when, for which organisation, and where you work.",
        ("people.Role", "people.Affiliation"),
    ),
    ("What you agreed to or refused, to which words, and when.", ("people.Consent", "people.ConsentEntry")),
    (
        "What forms ask you and what you answer, with the files you give; of an anonymous form only that you have answered it.",
        ("forms.Asked", "forms.Answer", "forms.Upload", "forms.Taken"),
    ),
    (
        "What we wrote to you and what is to be written: to which address, when, in which words and whether it arrived; and "
        "how often you choose to hear of what.",
        (
            "messaging.Message",
            "messaging.Choice",
            "messaging.Mailing_besides",
            "messaging.Mailing_without",
            "messaging.Correspondent",
        ),
    ),
    (
        "How far your onboarding is, what of your answers is told back to your cohort, and your group at the kick-off.",
        ("admissions.StepMark", "admissions.SharedAnswer", "admissions.BreakoutPlace"),
    ),
    (
        "The places you booked, waited for or gave back, and what you wrote to the team with them.",
        ("participation.Booking",),
    ),
    (
        "Which sessions you came to and how we know, why you were excused, how you caught up, and what you agreed to otherwise "
        "than your cohort: dates, hours a month, what you promised. Your certificates: whoever has "
        "the code of one sees what it says, until you close its page.",
        (
            "participation.Attendance",
            "participation.Excusal",
            "participation.CatchUp",
            "participation.CommitmentOverride",
            "participation.Made",
            "participation.Agreed",
            "participation.Certificate",
        ),
    ),
    (
        "Your 1:1s and what was said of them: when you are there as a coach, what you may book, which times suit you and whom "
        "you would like, what came of it, your own notes, and whom a team keeps you apart from.",
        (
            "participation.OneToOne",
            "participation.OneToOneNote",
            "participation.Availability",
            "participation.Quota",
            "participation.Preference",
            "participation.SuitingTime",
            "participation.ProposedOneToOne",
            "participation.Apart",
            "participation.Diary",
        ),
    ),
    ("That you checked in to a session, when, and whether by the room or its code.", ("participation.CheckIn",)),
    (
        "By which name or address files of video tools mean you; what such a file says, until the team has settled it.",
        ("participation.KnownAs", "participation.ReportPresence"),
    ),
    ("What was done here, by whom and when, so that it can be looked up and undone.", ("kit.JournalEntry",)),
    (
        "That two records may be one person, that they were joined, and that somebody asked to be forgotten.",
        ("people.LikelyPair", "people.Merge", "people.Erasure"),
    ),
)


def facts_of(programme: Programme) -> HubFacts:
    """Give what the words about a programme are filled with. No query."""
    age = settings.SESSION_COOKIE_AGE // 86_400
    year = round(settings.CSRF_COOKIE_AGE / 86_400 / 30)
    return HubFacts(
        programme=programme.name,
        contact_email=programme.contact_email,
        base_url=settings.BASE_URL,
        held=[sentence for sentence, _ in HELD],
        kept=[(rule.what, rule.how_long) for rule in retention_rules()],
        stays=personal.reasons_to_stay(),
        erasure_days=settings.ERASURE_DAYS,
        cookies=(
            (
                settings.SESSION_COOKIE_NAME,
                f"that you are signed in; until you sign out, or {age} days after you were last here",
            ),
            (settings.CSRF_COOKIE_NAME, f"that a form is sent by you and not by another site; {year} months"),
            (
                LAST,
                f"in letters that name nobody, who was last signed in: what you typed is offered to you only; {year} months",
            ),
            ("messages", "what to tell you on the next page, such as “Saved”; until it is told"),
            (VISITS, "when you were last on the page *This week*, where you are on a team; 30 days after that"),
        ),
    )


def own_words(kind: StatementKind, programme: Programme) -> str:
    """Give the Hub's own words of a statement about a programme, as Markdown."""
    return words_of(kind, facts_of(programme))
