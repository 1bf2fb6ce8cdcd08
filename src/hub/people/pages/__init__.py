"""The pages of the room, by what they are for."""

from hub.people.pages.agreements import agreements, withdrawn
from hub.people.pages.data import my_data, my_data_file
from hub.people.pages.desk import people, person
from hub.people.pages.duplicates import duplicate, duplicates
from hub.people.pages.profile import profile
from hub.people.pages.signing import dev, dev_as, sign_in, sign_out
from hub.people.pages.terms import terms
from hub.people.pages.tokens import tokens

__all__ = [
    "agreements",
    "dev",
    "dev_as",
    "duplicate",
    "duplicates",
    "my_data",
    "my_data_file",
    "people",
    "person",
    "profile",
    "sign_in",
    "sign_out",
    "terms",
    "tokens",
    "withdrawn",
]
