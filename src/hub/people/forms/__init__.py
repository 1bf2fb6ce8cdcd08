"""What people type in this room, by what it is for."""

from hub.people.forms.agreements import (
    AnswerForm,
    TermForm,
)
from hub.people.forms.desk import (
    ROLES,
    ROLES_OF_MANY,
    TEAM_ONLY,
    AddPersonForm,
    AffiliationForm,
    EditPersonForm,
    EndForm,
    EndRoleForm,
    EndRolesForm,
    OrganisationForm,
    RoleForm,
    SheetForm,
    StandInForm,
    TakeBackForm,
    TakeBackRolesForm,
)
from hub.people.forms.merging import (
    MergeForm,
)
from hub.people.forms.mine import (
    EMPTY_ROWS,
    PUBLIC,
    TEAM_OF_MINE,
    LinksForm,
    MyProfileForm,
    PictureForm,
    ProfileForm,
)
from hub.people.forms.signing import (
    AddressCodeForm,
    AddressForm,
    CodeForm,
    InviteForm,
    SignInForm,
    TokenForm,
)

__all__ = [
    "EMPTY_ROWS",
    "PUBLIC",
    "ROLES",
    "ROLES_OF_MANY",
    "TEAM_OF_MINE",
    "TEAM_ONLY",
    "AddPersonForm",
    "AddressCodeForm",
    "AddressForm",
    "AffiliationForm",
    "AnswerForm",
    "CodeForm",
    "EditPersonForm",
    "EndForm",
    "EndRoleForm",
    "EndRolesForm",
    "InviteForm",
    "LinksForm",
    "MergeForm",
    "MyProfileForm",
    "OrganisationForm",
    "PictureForm",
    "ProfileForm",
    "RoleForm",
    "SheetForm",
    "SignInForm",
    "StandInForm",
    "TakeBackForm",
    "TakeBackRolesForm",
    "TermForm",
    "TokenForm",
]
