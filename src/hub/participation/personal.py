"""What is personal in the rows of this room, and what an erasure does with it."""

from __future__ import annotations

from hub.kit.personal import Kind, plain, rows_go

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
