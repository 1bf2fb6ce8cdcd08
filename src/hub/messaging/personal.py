"""What is personal in the rows of this room, and what an erasure does with it."""

from __future__ import annotations

from hub.kit.personal import DEEDS, Fate, Kind, plain, rows_go, rows_stay

rows_go(
    "messaging.Message",
    whose="person",
    fields={
        Kind.REFERENCE: "person",
        Kind.CONTACT: "sent_to not_at",
        Kind.NONE: "programme cohort rule mailing rule_key subject_key happening topic hook send_at until state state_at"
        " due_at word is_insisted attempts lease leased_until cleared_in handed_at token sent_at told"
        " calendar_uid calendar_sequence calendar_method carried_by made_at",
    },
    words={Kind.FREE_TEXT: "own_subject own_body sent_subject sent_body reply"},
)
rows_stay(
    "messaging.Mailing",
    because=DEEDS,
    fields={
        Fate.CLEANED: {Kind.FREE_TEXT: "subject body"},
        Fate.STAYS: {
            Kind.NONE: "programme topic audiences send_at written_at edited_at prepared_at released_at",
            Kind.DEED: "written_by released_by",
        },
    },
)
rows_go("messaging.Mailing_besides", whose="person", fields={Kind.REFERENCE: "person", Kind.NONE: "mailing"})
rows_go("messaging.Mailing_without", whose="person", fields={Kind.REFERENCE: "person", Kind.NONE: "mailing"})
rows_stay(
    "messaging.Template",
    because=DEEDS,
    fields={
        Fate.CLEANED: {Kind.FREE_TEXT: "subject body"},
        Fate.STAYS: {Kind.NONE: "programme slug title happening topic made_at edited_at", Kind.DEED: "edited_by"},
    },
)
plain(
    "messaging.Rule",
    "programme template usual happening audience hook days hours clock needs_ok is_on on_since made_at",
)
plain("messaging.Hook", "programme kind name url room key is_on added_at well_at failed_at error")
rows_go(
    "messaging.Choice",
    whose="person",
    fields={Kind.REFERENCE: "person", Kind.ANSWER: "topic cadence since", Kind.NONE: "programme"},
)
rows_go("messaging.Correspondent", whose="person", fields={Kind.REFERENCE: "person", Kind.NONE: "programme"})
