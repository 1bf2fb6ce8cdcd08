"""What is personal in the rows of this room, and what an erasure does with it."""

from __future__ import annotations

from hub.kit.personal import Fate, Kind, plain, rows_go, rows_stay

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
    because="That a 1:1 was held, when and for how long; what it was about and what came of it are gone.",
    fields={
        Fate.STAYS: {
            Kind.NONE: "uid cohort availability starts_at ends_at zone state state_at sequence outcome_at is_outcome_for_team",
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
    fields={Kind.REFERENCE: "author", Kind.IDENTITY: "one_to_one edited_at", Kind.SENSITIVE: "text"},
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
plain("participation.Proposal", "cohort made_at is_asked trouble")
rows_go(
    "participation.ProposedOneToOne",
    whose="expert",
    fields={Kind.REFERENCE: "expert", Kind.IDENTITY: "proposal availability starts_at is_pinned"},
)
