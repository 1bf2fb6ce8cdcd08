"""What is personal in the rows of this room: nothing, but for people whom a team names in its own words."""

from __future__ import annotations

from hub.kit.personal import WORDS, Fate, Kind, plain, rows_stay

rows_stay(
    "programmes.Programme",
    because=WORDS,
    programme="pk",
    fields={
        Fate.STAYS: {
            Kind.NONE: "slug name tagline website colour zone rules is_public public_version",
        },
        Fate.CLEANED: {Kind.CONTACT: "contact_email"},  # a programme's own, unless somebody gave theirs for it
        Fate.VEILED: {Kind.FREE_TEXT: "about"},
    },
)
rows_stay(
    "programmes.Cohort",
    because=WORDS,
    programme="programme",
    fields={
        Fate.STAYS: {
            Kind.NONE: "programme slug name zone starts_on ends_on derived_from public_version",
        },
        Fate.VEILED: {Kind.FREE_TEXT: "about"},
    },
)
rows_stay(
    "programmes.Statement",
    because=WORDS,
    programme="programme",
    fields={
        Fate.STAYS: {
            Kind.NONE: "programme kind number published_at",
        },
        Fate.VEILED: {Kind.FREE_TEXT: "text"},
    },
)
plain("programmes.PartnerName", "cohort name website position")
rows_stay(
    "programmes.YearPlanLine",
    because=WORDS,
    programme="programme",
    fields={
        Fate.STAYS: {
            Kind.NONE: "programme year position months first_month last_month",
        },
        Fate.VEILED: {Kind.FREE_TEXT: "activity objectives comments"},
    },
)
rows_stay(
    "programmes.Activity",
    because=WORDS,
    programme="programme",
    fields={
        Fate.STAYS: {
            Kind.NONE: "programme position name is_mandatory share_percent",
        },
        Fate.VEILED: {Kind.FREE_TEXT: "description objectives duty_note"},
    },
)
rows_stay(
    "programmes.CatalogueTraining",
    because=WORDS,
    programme="programme",
    fields={
        Fate.STAYS: {
            Kind.NONE: "programme position month title",
        },
        Fate.VEILED: {Kind.FREE_TEXT: "text materials changes"},
    },
)
