"""The pages of the room: answering a form, building one, and reading what was answered."""

from hub.forms.pages.answering import file, fill, my_forms, review, sent, withdraw
from hub.forms.pages.building import about, builder, question, section
from hub.forms.pages.desk import forms, new, preview, publish, remove, settings
from hub.forms.pages.importing import bring
from hub.forms.pages.results import answer, answers, export, summary

__all__ = [
    "about",
    "answer",
    "answers",
    "bring",
    "builder",
    "export",
    "file",
    "fill",
    "forms",
    "my_forms",
    "new",
    "preview",
    "publish",
    "question",
    "remove",
    "review",
    "section",
    "sent",
    "settings",
    "summary",
    "withdraw",
]
