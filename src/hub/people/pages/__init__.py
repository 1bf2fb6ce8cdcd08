"""The pages of the room, by what they are for."""

from hub.people.pages.agreements import agreements, withdrawn
from hub.people.pages.data import my_data, my_data_file
from hub.people.pages.desk import people, person
from hub.people.pages.keeping import person_add, person_edit
from hub.people.pages.organisations import organisation, organisations
from hub.people.pages.profile import profile
from hub.people.pages.sheets import people_export, people_import, people_several
from hub.people.pages.signing import dev, dev_as, sign_in, sign_out
from hub.people.pages.terms import terms
from hub.people.pages.tokens import tokens

__all__ = [
    "agreements",
    "dev",
    "dev_as",
    "my_data",
    "my_data_file",
    "organisation",
    "organisations",
    "people",
    "people_export",
    "people_import",
    "people_several",
    "person",
    "person_add",
    "person_edit",
    "profile",
    "sign_in",
    "sign_out",
    "terms",
    "tokens",
    "withdrawn",
]
