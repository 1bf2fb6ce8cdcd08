"""What is personal in the rows of this room: who saved and released, and whom a team names in its plans and sessions.

Plans and releases are the programme's own record, so their words stay; where they name somebody who is forgotten, they say
what that person was. Calendars and prints that people took along are beyond us.
"""

from __future__ import annotations

from hub.kit.personal import WORDS, Fate, Kind, plain, rows_stay

rows_stay(
    "schedule.PlanVersion",
    because=WORDS,
    programme="cohort__programme",
    fields={
        Fate.STAYS: {Kind.NONE: "cohort number origin is_applied saved_at", Kind.DEED: "saved_by"},
        Fate.VEILED: {Kind.FREE_TEXT: "text"},
        Fate.CLEANED: {Kind.FREE_TEXT: "note"},
    },
)
plain("schedule.Series", "cohort title kind mode weekday nths start end zone first_on last_on")
rows_stay(
    "schedule.SeriesException",
    because=WORDS,
    fields={
        Fate.STAYS: {Kind.NONE: "series on moved_to"},
        Fate.CLEANED: {Kind.FREE_TEXT: "reason"},
    },
)
rows_stay(
    "schedule.Session",
    because=WORDS,
    programme="cohort__programme",
    fields={
        Fate.STAYS: {
            Kind.NONE: (
                "cohort series uid kind state date start end zone starts_at ends_at proposed_date mode joining_link"
                " chapter chapter_number week place_in_chapter attended plan_line edited_at"
            ),
        },
        Fate.VEILED: {Kind.FREE_TEXT: "slug title topic place led_by summary status_note agenda plan_facts"},
    },
)
rows_stay(
    "schedule.Material",
    because=WORDS,
    programme="session__cohort__programme",
    fields={
        Fate.STAYS: {
            Kind.NONE: "session url kind access licence link link_trouble link_looked_at is_from_plan position",
            Kind.DEED: "owner",
        },
        Fate.VEILED: {Kind.FREE_TEXT: "title"},
    },
)
rows_stay(
    "schedule.Release",
    because=WORDS,
    programme="cohort__programme",
    fields={
        Fate.STAYS: {
            Kind.NONE: "cohort number released_at plan_version vtimezones cohort_version programme_version",
            Kind.DEED: "released_by",
        },
        Fate.VEILED: {Kind.FREE_TEXT: "difference vevents"},
        Fate.CLEANED: {Kind.FREE_TEXT: "note"},
    },
)
rows_stay(
    "schedule.ReleasedSession",
    because=WORDS,
    programme="release__cohort__programme",
    fields={
        Fate.STAYS: {
            Kind.NONE: "release session uid position kind starts_at sequence changed_at",
        },
        Fate.VEILED: {Kind.FREE_TEXT: "slug facts vevent"},
    },
)
plain("schedule.RunSheet", "programme kind edited_at")
rows_stay(
    "schedule.RunSheetLine",
    because=WORDS,
    fields={
        Fate.STAYS: {Kind.NONE: "sheet key position days applies owner_role", Kind.DEED: "owner"},
        Fate.CLEANED: {Kind.FREE_TEXT: "what note"},
    },
)
rows_stay(
    "schedule.RunSheetTask",
    because=WORDS,
    fields={
        Fate.STAYS: {
            Kind.NONE: "session line days due_on is_fixed owner_role is_handed_over state state_at",
            Kind.DEED: "owner state_by",
        },
        Fate.CLEANED: {Kind.FREE_TEXT: "what note hand_over_note reason"},
    },
)
