"""What is personal in the rows of this room, and what an erasure does with it.

What an Expert ticked, the room they were put in, and what of their answer was told back go with them. A team's notes of a call
stay; where they name somebody who is forgotten, they say what that person was.
"""

from __future__ import annotations

from hub.kit.personal import DEEDS, WORDS, Fate, Kind, rows_go, rows_stay

rows_stay(
    "admissions.OnboardingPlan",
    because=DEEDS,
    fields={
        Fate.STAYS: {
            Kind.NONE: "cohort survey goal_question wanted_question offered_question made_at agenda_put_at",
            Kind.DEED: "made_by",
        }
    },
)
rows_stay(
    "admissions.OnboardingStep",
    because=WORDS,
    programme="plan__cohort__programme",
    fields={
        Fate.STAYS: {Kind.NONE: "plan kind position link ticker form days_before is_on"},
        Fate.VEILED: {Kind.FREE_TEXT: "title says"},
    },
)
rows_go(
    "admissions.StepMark",
    whose="person",
    fields={
        Kind.REFERENCE: "person",
        Kind.IDENTITY: "step done_at excused_at no_photo_at",
        Kind.DEED: "done_by excused_by",
    },
    words={Kind.FREE_TEXT: "reason"},
)
rows_stay(
    "admissions.OnboardingCall",
    because=WORDS,
    programme="plan__cohort__programme",
    fields={
        Fate.STAYS: {Kind.NONE: "plan organisation agreed_for held_on edited_at", Kind.DEED: "edited_by"},
        Fate.VEILED: {Kind.FREE_TEXT: "with_whom notes"},
    },
)
rows_stay(
    "admissions.SharedSummary",
    because=WORDS,
    programme="plan__cohort__programme",
    fields={
        Fate.STAYS: {Kind.NONE: "plan needed shared_at taken_back_at", Kind.DEED: "shared_by"},
        Fate.VEILED: {Kind.FREE_TEXT: "note"},
    },
)
rows_go(
    "admissions.SharedAnswer",
    whose="person",
    fields={
        Kind.REFERENCE: "person",
        Kind.SENSITIVE: "values",
        Kind.IDENTITY: "sent_at",
        Kind.NONE: "summary answer version",
    },
)
rows_go(
    "admissions.BreakoutPlace",
    whose="person",
    fields={Kind.REFERENCE: "person", Kind.IDENTITY: "plan room"},
)
