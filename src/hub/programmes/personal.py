"""What is personal in the rows of this room: nothing, but for people whom a team names in its own words."""

from __future__ import annotations

from hub.kit.personal import Fate, Kind, plain, rows_stay

_WORDS = "What teams write of their programmes. Where they name you they take it out themselves; the Hub shows them where."

rows_stay(
    "programmes.Programme",
    because=_WORDS,
    programme="pk",
    fields={
        Fate.STAYS: {
            Kind.NONE: "slug name tagline website contact_email colour zone rules is_public public_version",
            Kind.FREE_TEXT: "about",
        }
    },
)
rows_stay(
    "programmes.Cohort",
    because=_WORDS,
    programme="programme",
    fields={
        Fate.STAYS: {
            Kind.NONE: "programme slug name zone starts_on ends_on derived_from public_version",
            Kind.FREE_TEXT: "about",
        }
    },
)
plain("programmes.PartnerName", "cohort name website position")
rows_stay(
    "programmes.YearPlanLine",
    because=_WORDS,
    programme="programme",
    fields={
        Fate.STAYS: {
            Kind.NONE: "programme year position months first_month last_month",
            Kind.FREE_TEXT: "activity objectives comments",
        }
    },
)
rows_stay(
    "programmes.Activity",
    because=_WORDS,
    programme="programme",
    fields={
        Fate.STAYS: {
            Kind.NONE: "programme position name is_mandatory share_percent",
            Kind.FREE_TEXT: "description objectives duty_note",
        }
    },
)
rows_stay(
    "programmes.CatalogueTraining",
    because=_WORDS,
    programme="programme",
    fields={
        Fate.STAYS: {
            Kind.NONE: "programme position month title",
            Kind.FREE_TEXT: "text materials changes",
        }
    },
)
