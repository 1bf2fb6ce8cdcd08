"""What is personal in the rows of this room, and what an erasure does with it."""

from __future__ import annotations

from typing import Any

from hub.kit.keyed import Became, holds_keys
from hub.kit.personal import DEEDS, WORDS, Fate, Kind, plain, rows_go, rows_stay

plain("participation.BookingTerms", "session room online is_approved colleagues offer_hours closes_hours edited_at")
plain("participation.Audience", "terms tier days_before said_at")
rows_go(
    "participation.Booking",
    whose="person",
    fields={
        Kind.REFERENCE: "person",
        Kind.IDENTITY: "session way state state_at asked_at offered_until got_as brought_by called",
        Kind.SENSITIVE: "note",
    },
    words={Kind.FREE_TEXT: "reason"},
)

# -- attendance, commitments, load, certificates

rows_go(
    "participation.Attendance",
    whose="person",
    fields={Kind.REFERENCE: "person", Kind.IDENTITY: "session how came minutes at", Kind.DEED: "by"},
    words={Kind.FREE_TEXT: "reason"},
)
rows_stay(
    "participation.Register",
    because=WORDS,
    fields={Fate.STAYS: {Kind.NONE: "session closed_at", Kind.DEED: "closed_by"}},
)
plain(
    "participation.Commitment",
    "cohort key position one many kinds modes series things measure number of first_on until_on is_catch_up_allowed "
    "is_catch_up_trusted most_catch_ups at_risk_percent edited_at",
)
rows_go(
    "participation.CommitmentOverride",
    whose="person",
    fields={
        Kind.REFERENCE: "person",
        Kind.IDENTITY: "commitment starts_on ends_on extended_until measure number of is_waived edited_at",
        Kind.DEED: "edited_by",
    },
    words={Kind.FREE_TEXT: "reason"},
)
rows_go(
    "participation.Excusal",
    whose="person",
    fields={
        Kind.REFERENCE: "person",
        Kind.IDENTITY: "session state state_at asked_at",
        Kind.SENSITIVE: "reason",
        Kind.DEED: "decided_by",
    },
    words={Kind.FREE_TEXT: "answer"},
)
rows_go(
    "participation.CatchUp",
    whose="person",
    fields={
        Kind.REFERENCE: "person",
        Kind.IDENTITY: "session state state_at asked_at watched_on",
        Kind.SENSITIVE: "note",
        Kind.DEED: "decided_by",
    },
    words={Kind.FREE_TEXT: "answer"},
)
rows_go(
    "participation.Made",
    whose="person",
    fields={Kind.REFERENCE: "person", Kind.IDENTITY: "cohort key number edited_at"},
)
rows_go(
    "participation.Agreed",
    whose="person",
    fields={Kind.REFERENCE: "person", Kind.IDENTITY: "cohort minutes post travel edited_at"},
)
plain("participation.LoadTerms", "cohort travel writing writing_from writing_to edited_at")
rows_go(
    "participation.Certificate",
    whose="person",
    fields={
        Kind.REFERENCE: "person",
        Kind.IDENTITY: "code cohort facts issued_at revoked_at closed_at",
        Kind.DEED: "issued_by",
    },
    words={Kind.FREE_TEXT: "reason signed_by"},
)

rows_stay(
    "participation.AttendanceReport",
    because=DEEDS,
    fields={
        Fate.STAYS: {
            Kind.NONE: "session kinds least_minutes lines taken_at settled_at is_taken_over came others is_vouched",
            Kind.DEED: "taken_by settled_by",
        },
        Fate.CLEANED: {Kind.FREE_TEXT: "findings elsewhere"},  # they may quote a line of the file
    },
)
rows_go(
    "participation.ReportPresence",
    whose="person",
    fields={
        Kind.REFERENCE: "person",
        Kind.IDENTITY: "was_there minutes times is_decided",
        Kind.NONE: "report number sort sureness candidates twins",
    },
    # A name is never matched by itself, so most rows are nobody's yet: there theirs is taken out wherever it stands.
    words={Kind.IDENTITY: "name also", Kind.CONTACT: "address key", Kind.FREE_TEXT: "why notes"},
)


def _other_candidates(candidates: Any, became: Became) -> Any:
    """Give whom a presence may mean with other keys: each person once, with the reason that stood first."""
    found: dict[int, str] = {}
    for key, reason in candidates:
        to = became.get(key, key)
        if to is not None:
            found.setdefault(to, reason)
    return [[key, reason] for key, reason in found.items()]


holds_keys("participation.ReportPresence", "candidates", turn=_other_candidates)
rows_go(
    "participation.KnownAs",
    whose="person",
    fields={Kind.REFERENCE: "person", Kind.NONE: "programme report decided_at", Kind.DEED: "decided_by"},
    words={Kind.IDENTITY: "name", Kind.CONTACT: "key"},
)


# -- the room: check-ins, notes, runs
rows_go("participation.CheckIn", whose="person", fields={Kind.REFERENCE: "person", Kind.IDENTITY: "session at how"})
for _label, _plain, _deeds, _words in (
    ("participation.RoomPlan", "session edited_at", "", "questions links"),
    ("participation.SessionNotes", "session version saved_at", "saved_by", "text"),
    ("participation.NotesVersion", "session number is_merged saved_at", "saved_by", "text"),
    ("participation.RunNote", "session form training edited_at", "edited_by", "text"),
):
    rows_stay(
        _label,
        because=WORDS,
        programme="session__cohort__programme",
        fields={
            Fate.STAYS: {Kind.NONE: _plain, Kind.DEED: _deeds},
            Fate.VEILED: {Kind.FREE_TEXT: _words},
        },
    )
rows_stay(
    "participation.NotesExport",
    because=WORDS,
    fields={
        Fate.STAYS: {
            Kind.NONE: "session version digest accepted state state_at proposed_at approved_at is_public",
            Kind.DEED: "proposed_by approved_by",
        },
        Fate.CLEANED: {Kind.FREE_TEXT: "reason"},
    },
)

# -- one-to-ones

rows_go("participation.Diary", whose="person", fields={Kind.REFERENCE: "person"})
rows_go(
    "participation.Availability",
    whose="coach",
    fields={
        Kind.REFERENCE: "coach",
        Kind.IDENTITY: "programme cohort minutes before after hours_to_book hours_to_change zone place edited_at",
        Kind.SECRET: "joining_link",
    },
)
plain("participation.AvailabilityRule", "availability weekday start end every_weeks first_on last_on")
plain("participation.AvailabilityException", "availability on start end")
plain("participation.CoachingTerms", "cohort count minutes is_outcome_for_team wishes_until")
rows_go(
    "participation.Quota",
    whose="expert",
    fields={Kind.REFERENCE: "expert", Kind.IDENTITY: "cohort count minutes"},
)
rows_go(  # why is for the team alone, so it is withheld like a secret
    "participation.Apart",
    whose="expert coach",
    fields={Kind.REFERENCE: "expert coach", Kind.IDENTITY: "cohort", Kind.SECRET: "reason"},
)
rows_stay(
    "participation.OneToOne",
    whose="expert coach",
    because="That a 1:1 was held, when and for how long; what it was about and what came of it are gone. A note the other one "
    "wrote for themselves stays theirs, without the name.",
    fields={
        Fate.STAYS: {
            Kind.NONE: "uid cohort availability starts_at ends_at zone state state_at sequence outcome_at is_outcome_for_team "
            "is_to_stay",
            Kind.REFERENCE: "expert coach",
        },
        Fate.BLANKED: {
            Kind.SENSITIVE: "topic outcome",
            Kind.IDENTITY: "place",
            Kind.SECRET: "joining_link",
            Kind.FREE_TEXT: "reason",
        },
    },
)
rows_go(
    "participation.OneToOneNote",
    whose="author",
    fields={Kind.REFERENCE: "author", Kind.IDENTITY: "one_to_one edited_at"},
    words={Kind.FREE_TEXT: "text"},  # the other's own, so it stays, without the name of whom they talked with
    about="one_to_one__expert one_to_one__coach",
)
rows_go(
    "participation.Preference",
    whose="expert coach",
    fields={Kind.REFERENCE: "expert coach", Kind.IDENTITY: "cohort rank"},
)
rows_go(
    "participation.SuitingTime",
    whose="expert",
    fields={Kind.REFERENCE: "expert", Kind.IDENTITY: "cohort starts_at"},
)
rows_stay(
    "participation.Proposal",
    because=WORDS,
    programme="cohort__programme",
    fields={Fate.STAYS: {Kind.NONE: "cohort made_at is_asked"}, Fate.VEILED: {Kind.FREE_TEXT: "trouble"}},
)
rows_go(
    "participation.ProposedOneToOne",
    whose="expert",
    fields={Kind.REFERENCE: "expert", Kind.IDENTITY: "proposal availability starts_at is_pinned"},
)
