"""What is personal in the rows of this room, and what an erasure does with it.

What somebody answered goes with them, files included; numbers frozen before stay. An anonymous answer can't be found by whose
it is: where it names somebody who is forgotten, it says what that person was. Source: docs/decisions/0014.
"""

from __future__ import annotations

from hub.kit.personal import Fate, Kind, rows_go, rows_stay

_ASKS = "What programmes ask in their forms; where a form names the person, it says “an Expert” or “a guest”."
_NOBODYS = "What was answered to anonymous forms: nobody can tell whose it is. Where it names the person, it says “an Expert”."

rows_stay(
    "forms.Form",
    because=_ASKS,
    programme="programme",
    fields={
        Fate.STAYS: {
            Kind.NONE: (
                "programme slug draft_at state state_at is_anonymous audience roles cohort opens_at closes_at began_at"
                " audience_at kept_days smallest_group frozen frozen_count uncounted imported made_at"
            ),
            Kind.DEED: "draft_by",
        },
        Fate.VEILED: {Kind.FREE_TEXT: "draft"},
    },
)
rows_stay(
    "forms.FormVersion",
    because=_ASKS,
    programme="form__programme",
    fields={
        Fate.STAYS: {Kind.NONE: "form number published_at", Kind.DEED: "published_by"},
        Fate.VEILED: {Kind.FREE_TEXT: "content"},
    },
)
rows_go("forms.Asked", whose="person", fields={Kind.REFERENCE: "person", Kind.IDENTITY: "form asked_at role cohort"})
rows_go(
    "forms.Upload",
    whose="person",
    fields={Kind.REFERENCE: "person", Kind.IDENTITY: "name kind size uploaded_at", Kind.NONE: "answer question"},
    files={Kind.SECRET: "stored"},
)
rows_go(
    "forms.Answer",
    whose="person",
    fields={
        Kind.REFERENCE: "person",
        Kind.SENSITIVE: "typed values",
        Kind.IDENTITY: "form state begun_at saved_at sent_at purged_at is_imported is_taken_back",
        Kind.NONE: "version",
    },
)
rows_go("forms.Taken", whose="person", fields={Kind.REFERENCE: "person", Kind.IDENTITY: "form"})
rows_stay(
    "forms.AnonymousAnswer",
    because=_NOBODYS,
    programme="form__programme",
    fields={
        Fate.STAYS: {Kind.NONE: "key form version day is_shown"},
        Fate.VEILED: {Kind.FREE_TEXT: "values"},
    },
)
