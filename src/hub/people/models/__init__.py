"""The rows of the room: people and organisations, roles, consent, ways in, records that are one person."""

from hub.kit.home import day_of
from hub.people.models.access import FeedAddress, Invitation, Token, TokenScope
from hub.people.models.consent import Consent, ConsentEntry, Term, WithdrawalTask
from hub.people.models.needs import AccessNeeds
from hub.people.models.organisation import PRIORITY_SECTORS, Affiliation, Organisation, Sector, Size, with_it_on
from hub.people.models.person import Account, Link, Person, Role, RoleKind
from hub.people.models.records import Erasure, FormerName, LikelyPair, Merge
from hub.people.models.retention import RetentionRun
from hub.people.models.seeing import FELLOWS, PersonQuerySet, among_fellows_at, held_at, not_over_at, on_team_at

__all__ = [
    "FELLOWS",
    "PRIORITY_SECTORS",
    "AccessNeeds",
    "Account",
    "Affiliation",
    "Consent",
    "ConsentEntry",
    "Erasure",
    "FeedAddress",
    "FormerName",
    "Invitation",
    "LikelyPair",
    "Link",
    "Merge",
    "Organisation",
    "Person",
    "PersonQuerySet",
    "RetentionRun",
    "Role",
    "RoleKind",
    "Sector",
    "Size",
    "Term",
    "Token",
    "TokenScope",
    "WithdrawalTask",
    "among_fellows_at",
    "day_of",
    "held_at",
    "not_over_at",
    "on_team_at",
    "with_it_on",
]
