"""What is personal in the rows of this room, and what an erasure does with it."""

from __future__ import annotations

from hub.kit.personal import WORDS, Fate, Kind, plain, rows_go, rows_stay

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
