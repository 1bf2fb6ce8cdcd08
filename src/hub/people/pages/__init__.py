"""The pages of the room, by what they are for."""

from hub.people.pages.agreements import agreements, withdrawn, withdrawn_logo
from hub.people.pages.data import my_data, my_data_file
from hub.people.pages.desk import people, person
from hub.people.pages.duplicates import duplicate, duplicates
from hub.people.pages.erasing import erase_me, erase_person
from hub.people.pages.guests import invite_person, see_as_end, see_as_person
from hub.people.pages.keeping import person_add, person_edit
from hub.people.pages.keys import (
    add_app,
    add_passkey,
    address_code,
    addresses,
    again,
    again_with_passkey,
    disconnect,
    end_session,
    keys,
    new_recovery_codes,
    recovery_codes,
    remove_app,
    remove_passkey,
)
from hub.people.pages.organisations import organisation, organisation_same, organisations
from hub.people.pages.pictures import logo, my_photo, picture
from hub.people.pages.profile import profile
from hub.people.pages.same import same, same_as
from hub.people.pages.seen import who_sees
from hub.people.pages.several import people_several
from hub.people.pages.sheets import people_export, people_import
from hub.people.pages.signing import (
    come_in,
    dev,
    dev_as,
    from_github,
    from_oidc,
    from_orcid,
    go_on,
    second_step,
    sign_in,
    sign_in_code,
    sign_out,
    with_github,
    with_oidc,
    with_orcid,
    with_passkey,
)
from hub.people.pages.taken_back import organisation_withdrawn, person_withdrawn
from hub.people.pages.terms import terms
from hub.people.pages.tokens import tokens

__all__ = [
    "add_app",
    "add_passkey",
    "address_code",
    "addresses",
    "again",
    "again_with_passkey",
    "agreements",
    "come_in",
    "dev",
    "dev_as",
    "disconnect",
    "duplicate",
    "duplicates",
    "end_session",
    "erase_me",
    "erase_person",
    "from_github",
    "from_oidc",
    "from_orcid",
    "go_on",
    "invite_person",
    "keys",
    "logo",
    "my_data",
    "my_data_file",
    "my_photo",
    "new_recovery_codes",
    "organisation",
    "organisation_same",
    "organisation_withdrawn",
    "organisations",
    "people",
    "people_export",
    "people_import",
    "people_several",
    "person",
    "person_add",
    "person_edit",
    "person_withdrawn",
    "picture",
    "profile",
    "recovery_codes",
    "remove_app",
    "remove_passkey",
    "same",
    "same_as",
    "second_step",
    "see_as_end",
    "see_as_person",
    "sign_in",
    "sign_in_code",
    "sign_out",
    "terms",
    "tokens",
    "who_sees",
    "with_github",
    "with_oidc",
    "with_orcid",
    "with_passkey",
    "withdrawn",
    "withdrawn_logo",
]
