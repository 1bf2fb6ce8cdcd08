"""People by the sheet: what each row of a table would do, said before it is done, by the same code that then does it.

Columns are known by their heads, in any order. A row is the same person as one we know by exact address or ORCID, never by name
alone: where only the name is alike, a person decides. What a cell leaves empty takes nothing away.
Sources: lessons, "People" and "Consent and data protection"; style, "Import".
"""

from hub.core.people_sheet.model import (
    EXPORTED,
    LEAVE,
    NEW,
    Candidate,
    Change,
    Column,
    Ground,
    Held,
    HeldOrganisation,
    HeldRole,
    HeldWork,
    NewOrganisation,
    OneCohort,
    Outcome,
    Proposal,
    Row,
    Steps,
    Typed,
    same_organisation,
)
from hub.core.people_sheet.propose import propose
from hub.core.people_sheet.read import NoHeads, find_heads, read_day

__all__ = [
    "EXPORTED",
    "LEAVE",
    "NEW",
    "Candidate",
    "Change",
    "Column",
    "Ground",
    "Held",
    "HeldOrganisation",
    "HeldRole",
    "HeldWork",
    "NewOrganisation",
    "NoHeads",
    "OneCohort",
    "Outcome",
    "Proposal",
    "Row",
    "Steps",
    "Typed",
    "find_heads",
    "propose",
    "read_day",
    "same_organisation",
]
