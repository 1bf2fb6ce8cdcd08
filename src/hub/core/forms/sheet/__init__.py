"""Answers collected elsewhere: which column is which question, what each row says, whose it is, and what it would do.

A column is proposed by how alike its head is; a person may say otherwise, and what they say wins. No row is read before it is
said which columns are questions, and which one says whose a row is. That its address alone tells; where only the name is alike,
a person decides. Nothing is guessed: what a cell says and the form does not know, or knows more than one thing by, refuses its
row.
Sources: issue 4, "Import of answers collected elsewhere"; Microsoft Forms' export to Excel; style, "Import".
"""

from hub.core.forms.sheet.columns import ABOUT_THE_ROW, Column, NoColumns, columns, targets
from hub.core.forms.sheet.model import Outcome, Proposal, Row, Stands, Whose
from hub.core.forms.sheet.proposing import propose

__all__ = [
    "ABOUT_THE_ROW",
    "Column",
    "NoColumns",
    "Outcome",
    "Proposal",
    "Row",
    "Stands",
    "Whose",
    "columns",
    "propose",
    "targets",
]
