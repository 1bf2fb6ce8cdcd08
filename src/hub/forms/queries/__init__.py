"""Read forms, who is asked, and what was answered."""

from hub.forms.queries.forms import (
    Mine,
    answer_by_key,
    answer_of,
    asked_of,
    contents,
    counts_of,
    form,
    form_named,
    forms_of,
    has_answered,
    has_not_answered,
    has_taken,
    is_open,
    newest,
    people_asked,
    versions,
)
from hub.forms.queries.results import Summary, sent_answers, shared_summary, summary

__all__ = [
    "Mine",
    "Summary",
    "answer_by_key",
    "answer_of",
    "asked_of",
    "contents",
    "counts_of",
    "form",
    "form_named",
    "forms_of",
    "has_answered",
    "has_not_answered",
    "has_taken",
    "is_open",
    "newest",
    "people_asked",
    "sent_answers",
    "shared_summary",
    "summary",
    "versions",
]
