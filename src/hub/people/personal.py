"""What is personal in the rows of this room and of Django's sessions, and what an erasure does with it."""

from __future__ import annotations

from hub.kit.personal import DEEDS, Fate, Kind, plain, rows_go, rows_stay

_ROLES = "What the person was here (Expert, reviewer…), for whom and when, so that counts stay true; without a name."
_ANSWERS = "That somebody agreed or refused, to which words and when, as proof that people were asked; not who it was."

# -- who they are

rows_stay(
    "people.Person",
    whose="pk",
    because="An empty record, so that what was counted and done stays joined together; nothing in it tells whose it was.",
    fields={
        Fate.BLANKED: {
            Kind.IDENTITY: "name plain_name pronouns orcid zone about photo_alt",
            Kind.SENSITIVE: "access_needs",
        },
        Fate.FILE_DELETED: {Kind.IDENTITY: "photo"},
        Fate.STAYS: {Kind.NONE: "added_at erased_at"},
    },
)
rows_go(
    "people.FormerName",
    whose="person",
    fields={Kind.REFERENCE: "person", Kind.IDENTITY: "name plain_name at", Kind.NONE: "merge"},
)
rows_go(
    "people.AccessNeeds",
    whose="person",
    fields={Kind.REFERENCE: "person", Kind.SENSITIVE: "noted", Kind.ANSWER: "programme is_shared said_at"},
)
rows_go("people.Link", whose="person", fields={Kind.REFERENCE: "person", Kind.CONTACT: "label url", Kind.NONE: "position"})
rows_go(
    "people.Account",
    whose="person",
    fields={
        Kind.REFERENCE: "person",
        Kind.CONTACT: "email",
        Kind.SECRET: "password",
        Kind.IDENTITY: "last_login",
        Kind.NONE: "is_active",
    },
)
rows_stay(
    "people.Role",
    whose="person",
    because=_ROLES,
    fields={
        Fate.STAYS: {
            Kind.REFERENCE: "person",
            Kind.NONE: "programme cohort kind organisation stands_in_for starts_on ends_on",
        }
    },
)
rows_go(
    "people.Affiliation",
    whose="person",
    fields={Kind.REFERENCE: "person", Kind.IDENTITY: "organisation job starts_on ends_on is_contact"},
)
plain("people.Organisation", "name plain_name sector size region website logo logo_alt")

# -- ways in

rows_go(
    "people.Invitation",
    whose="person",
    fields={
        Kind.REFERENCE: "person",
        Kind.CONTACT: "email",
        Kind.SECRET: "digest",
        Kind.IDENTITY: "invited_at expires_at used_at taken_back_at",
        Kind.DEED: "invited_by",
    },
)
rows_go(
    "people.Token",
    whose="person",
    fields={
        Kind.REFERENCE: "person",
        Kind.IDENTITY: "name made_at expires_at used_on revoked_at",
        Kind.SECRET: "digest",
        Kind.NONE: "start scope programme",
    },
)
rows_go(
    "people.FeedAddress",
    whose="person",
    fields={Kind.REFERENCE: "person", Kind.SECRET: "secret", Kind.IDENTITY: "made_at"},
)
# Found by what they hold, not by a reference: commands.erasure ends those of the person.
rows_go("sessions.Session", whose="", fields={Kind.SECRET: "session_key session_data", Kind.NONE: "expire_date"})

# What allauth keeps of the ways in.
rows_go(
    "account.EmailAddress",
    whose="user__person",
    fields={Kind.REFERENCE: "user", Kind.CONTACT: "email", Kind.NONE: "verified primary"},
)
rows_go(
    "mfa.Authenticator",
    whose="user__person",
    fields={Kind.REFERENCE: "user", Kind.SECRET: "data", Kind.IDENTITY: "type created_at last_used_at"},
)
rows_go(
    "socialaccount.SocialAccount",
    whose="user__person",
    fields={Kind.REFERENCE: "user", Kind.IDENTITY: "provider uid last_login date_joined extra_data"},
)
rows_go(
    "usersessions.UserSession",
    whose="user__person",
    fields={
        Kind.REFERENCE: "user",
        Kind.SECRET: "session_key",
        Kind.IDENTITY: "ip user_agent created_at last_seen_at data",
    },
)
plain("account.EmailConfirmation", "email_address created sent key")  # never written: codes stand in the session
plain("socialaccount.SocialToken", "app account token token_secret expires_at")  # never written: SOCIALACCOUNT_STORE_TOKENS
plain("socialaccount.SocialApp", "provider provider_id name client_id secret key settings")  # never written: settings have them

# -- what they agreed to

rows_stay(
    "people.ConsentEntry",
    whose="person",
    because=_ANSWERS,
    fields={
        Fate.UNLINKED: {Kind.REFERENCE: "person"},
        Fate.STAYS: {Kind.ANSWER: "use answer means at", Kind.NONE: "programme organisation term", Kind.DEED: "recorded_by"},
        Fate.BLANKED: {Kind.FREE_TEXT: "note"},
    },
)
rows_go(
    "people.Consent",
    whose="person",
    fields={
        Kind.REFERENCE: "person",
        Kind.ANSWER: "programme use standing term since",
        Kind.NONE: "organisation",
    },
)
rows_stay(
    "people.Term",
    because=DEEDS,
    fields={
        Fate.STAYS: {
            Kind.NONE: "programme use number holds_from text published_at",
            Kind.DEED: "published_by",
        }
    },
)
rows_stay(
    "people.WithdrawalTask",
    because="What a withdrawal left to be done, with the name taken out of it.",
    fields={
        Fate.STAYS: {Kind.NONE: "entry made_at done_at", Kind.DEED: "done_by"},
        Fate.CLEANED: {Kind.FREE_TEXT: "what where"},
    },
)

# -- records that are one person, and who is forgotten

rows_go(
    "people.LikelyPair",
    whose="first second",
    fields={Kind.REFERENCE: "first second", Kind.NONE: "reasons rank found_at apart_at", Kind.DEED: "apart_by"},
)
rows_stay(
    "people.Merge",
    whose="kept",
    because="That two records were made one, and when; not what the second one said.",
    fields={
        Fate.STAYS: {Kind.REFERENCE: "kept", Kind.NONE: "gone_key at undone_at", Kind.DEED: "by"},
        Fate.BLANKED: {Kind.IDENTITY: "facts"},
    },
)
rows_stay(
    "people.Erasure",
    whose="person",
    because="That somebody was erased, when, and how many rows it took.",
    fields={
        Fate.UNLINKED: {Kind.REFERENCE: "person"},
        Fate.STAYS: {Kind.NONE: "asked_at due_at asked_by_self taken_back_at done_at counts"},
    },
)
plain("people.RetentionRun", "at counts")
