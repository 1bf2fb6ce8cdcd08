"""Write people: who they are, their roles, where they work, what they agree to."""

from hub.people.commands.consent import (
    NoWords,
    answer,
    answer_for_organisation,
    finish_task,
    publish_term,
    withdraw,
)
from hub.people.commands.erasure import ask_erasure, carry_out_erasure, postpone_erasure, take_back_erasure
from hub.people.commands.feeds import make_feed_address, renew_feed_address
from hub.people.commands.invitations import InvitationOver, accept_invitation, invitation_of, invite
from hub.people.commands.keys import forget_keys
from hub.people.commands.organisations import (
    BadAffiliation,
    BadOrganisation,
    OrganisationFacts,
    OrganisationThere,
    add_organisation,
    affiliate,
    edit_organisation,
    end_affiliation,
)
from hub.people.commands.persons import (
    MOST_LINKS,
    AddressTaken,
    BadAddress,
    BadPersonFact,
    LinkFacts,
    OrcidTaken,
    PersonFacts,
    add_person,
    edit_person,
    edit_profile,
    open_account,
    prove_address,
    set_links,
)
from hub.people.commands.retention import let_go_expired
from hub.people.commands.roles import BadRole, LastOfTheTeam, end_role, give_role, stand_in
from hub.people.commands.tokens import BadToken, digest_of, make_token, note_use, revoke_token

__all__ = [
    "MOST_LINKS",
    "AddressTaken",
    "BadAddress",
    "BadAffiliation",
    "BadOrganisation",
    "BadPersonFact",
    "BadRole",
    "BadToken",
    "InvitationOver",
    "LastOfTheTeam",
    "LinkFacts",
    "NoWords",
    "OrcidTaken",
    "OrganisationFacts",
    "OrganisationThere",
    "PersonFacts",
    "accept_invitation",
    "add_organisation",
    "add_person",
    "affiliate",
    "answer",
    "answer_for_organisation",
    "ask_erasure",
    "carry_out_erasure",
    "digest_of",
    "edit_organisation",
    "edit_person",
    "edit_profile",
    "end_affiliation",
    "end_role",
    "finish_task",
    "forget_keys",
    "give_role",
    "invitation_of",
    "invite",
    "let_go_expired",
    "make_feed_address",
    "make_token",
    "note_use",
    "open_account",
    "postpone_erasure",
    "prove_address",
    "publish_term",
    "renew_feed_address",
    "revoke_token",
    "set_links",
    "stand_in",
    "take_back_erasure",
    "withdraw",
]
