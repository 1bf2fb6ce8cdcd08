"""What is personal in the rows of this room, and what an erasure does with it."""

from __future__ import annotations

from hub.kit.personal import DEEDS, WORDS, Fate, Kind, plain, rows_go, rows_stay

plain("participation.BookingTerms", "session room online is_approved colleagues offer_hours closes_hours edited_at")
plain("participation.Audience", "terms tier days_before")
rows_go(
    "participation.Booking",
    whose="person",
    fields={
        Kind.REFERENCE: "person",
        Kind.IDENTITY: "session way state state_at asked_at offered_until brought_by",
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
        Kind.IDENTITY: "code cohort facts issued_at revoked_at",
        Kind.DEED: "issued_by",
    },
    words={Kind.FREE_TEXT: "reason"},
)

rows_stay(
    "participation.AttendanceReport",
    because=DEEDS,
    fields={
        Fate.STAYS: {
            Kind.NONE: "session kinds least_minutes lines taken_at settled_at is_taken_over came others findings",
            Kind.DEED: "taken_by settled_by",
        }
    },
)
rows_go(
    "participation.ReportPresence",
    whose="person",
    fields={
        Kind.REFERENCE: "person",
        Kind.IDENTITY: "name was_there minutes times is_decided",
        Kind.CONTACT: "address key",
        Kind.NONE: "report number sort sureness why candidates twins",
    },
)
rows_go(
    "participation.KnownAs",
    whose="person",
    fields={Kind.REFERENCE: "person", Kind.CONTACT: "key", Kind.NONE: "programme decided_at", Kind.DEED: "decided_by"},
)


# -- the room: check-ins, notes, runs
rows_go("participation.CheckIn", whose="person", fields={Kind.REFERENCE: "person", Kind.IDENTITY: "session at how"})
for _label, _plain, _deeds, _words in (
    ("participation.RoomPlan", "session edited_at", "", "questions links"),
    ("participation.SessionNotes", "session version saved_at", "saved_by", "text"),
    ("participation.NotesVersion", "session number is_merged saved_at", "saved_by", "text"),
    ("participation.RunNote", "session form edited_at", "edited_by", "text"),
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
