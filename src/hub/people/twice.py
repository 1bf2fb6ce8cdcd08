"""Which of two rows of this room, and of signing in, counts where two records of a person or an organisation become one."""

from __future__ import annotations

from datetime import date
from typing import Any

from hub.kit.joining import counts, fills

_DOORS = "nobody who held the other record proved anything of the one that stays (commands.foreseeing._doors)"

counts("people.Account", because="of two accounts that of the record that stays does")
counts("people.FeedAddress", because="the secret address of the record that stays goes on working, the other ends")
counts("account.EmailAddress", because=_DOORS)
counts("mfa.Authenticator", because=_DOORS)
counts("people.Consent", because="it takes over the stricter answer, whichever row says it (foreseeing.consents_changed)")
counts("people.AccessNeeds", because="it takes both in (commands.foreseeing._told)")
counts("people.Erasure", because="records that are to be forgotten are not merged")
counts("people.FormerName", because="a name is the same twice")
counts("people.Link", because="an address is the same twice; the words for it are those of the record that stays")
counts("people.LikelyPair", because="left to the room (commands.foreseeing.BY_HAND)")


def _until(ends_on: date | None) -> tuple[bool, date]:
    return ends_on is None, ends_on or date.min


def _role(row: Any) -> tuple[bool, bool, date]:
    return row.stands_in_for_id is None, *_until(row.ends_on)


def _affiliation(stays: Any, goes: Any) -> dict[str, Any]:
    ends_on = max((stays.ends_on, goes.ends_on), key=_until)
    return {"job": stays.job or goes.job, "is_contact": stays.is_contact or goes.is_contact, "ends_on": ends_on}


counts(
    "people.Role",
    because="a part of one’s own outweighs standing in, and the longer the shorter: nobody loses a part they have",
    rank=_role,
    takes=fills("organisation_id"),
)
counts(
    "people.Affiliation",
    because="what the record that stays says, with what only the other knows: the work, the longer time, speaking for it",
    takes=_affiliation,
)
