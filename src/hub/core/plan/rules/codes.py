"""Every code a finding can have: its severity unless the rules say otherwise, and what it means.

Explained for people in docs/plan-language.md, "What is checked", which a test holds to this table.
Sources: seeds/000 (the programme's rules), docs/plan-language.md (the always-checked ones).
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.core.plan.model import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A kind of finding. `is_always_checked` ones cannot be switched off, only made louder or quieter."""

    code: str
    severity: Severity
    description: str
    is_always_checked: bool = False


_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


def _always(code: str, severity: Severity, description: str) -> Code:
    return Code(code=code, severity=severity, description=description, is_always_checked=True)


def _rule(code: str, severity: Severity, description: str) -> Code:
    return Code(code=code, severity=severity, description=description)


_ALL = (
    # Dates and times that cannot be run as they are written
    _always("impossible-date", _ERROR, "A date or time that no calendar or clock has."),
    _always("wrong-weekday", _ERROR, "The weekday written beside a date is not that date's."),
    _always("end-before-start", _ERROR, "A session that ends before it starts, or as it starts."),
    _always("two-at-once", _ERROR, "Two sessions at the same time; it stands at the one that comes later in the plan."),
    _always("zone-abbreviation", _ERROR, "A label such as BST that the clocks of the plan's place do not carry on that day."),
    _always("unknown-zone", _ERROR, "A zone that the time-zone database does not know."),
    # Dates and times to look at
    _always("outside-month", _WARNING, "A date that does not lie in the month whose chapter it stands in."),
    _rule("outside-week", _WARNING, "A date that does not lie in the week it is labelled with."),
    _always("stated-duration", _WARNING, "The duration written beside the times differs from theirs."),
    _rule("missing-date", _WARNING, "A gathering without a date."),
    _rule("missing-time", _WARNING, "A gathering with a date and no time, or with a start and no end."),
    _rule("no-year", _WARNING, "Months whose year neither the text nor the weekdays tell."),
    _rule("several-days", _WARNING, "An entry that names several days, of which only the first is read."),
    _rule("ambiguous-date", _WARNING, "A date in figures whose day and month could change places."),
    _rule("to-be-confirmed", _NOTE, "Something the plan itself says is still to be confirmed."),
    _rule("night-hours", _WARNING, "A gathering that starts between midnight and six in the morning."),
    _rule("holiday", _WARNING, "A gathering on a public holiday."),
    # The series
    _rule("off-series", _WARNING, "A session of a series on a day its rule does not give."),
    _rule("series-time", _WARNING, "A session of a series at another time than its rule says."),
    _rule("series-duration", _WARNING, "A session of a series that is longer or shorter than its rule says."),
    _rule("series-count", _WARNING, "More or fewer sessions of a series than its rule asks for."),
    _rule("training-on-series-day", _WARNING, "A training on a day that belongs to a series."),
    # The programme as a whole
    _rule("order", _WARNING, "Something that starts before what must come first."),
    _rule("agenda-overflow", _WARNING, "The parts of an agenda need more time than their session has."),
    _rule("in-person-days", _WARNING, "More or fewer in-person days than the rules ask for."),
    _rule("month-hours", _WARNING, "A month that asks more hours of an Expert than the rules allow."),
    _rule("uncovered-topic", _WARNING, "A topic of a stage that no session covers."),
    _rule("outside-stage", _NOTE, "A topic whose sessions all lie outside the months of its stage."),
    _rule("no-unstructured-time", _NOTE, "Months without unstructured time."),
    # The document
    _rule("unbalanced-emphasis", _WARNING, "Stars or underscores that open and do not close, or close what was not opened."),
    _rule("indentation", _WARNING, "A line indented too little to belong to the entry above it."),
    _rule("unknown-directive", _WARNING, "A comment to the Hub that it does not understand."),
    _rule("nothing-read", _NOTE, "A document in which no session, step or table was found."),
    _rule("unread-table", _WARNING, "A table whose rows look like sessions; sessions are read from lists and headings."),
    _rule("short-row", _WARNING, "A row of a table with fewer cells than its header."),
    _rule("empty-cell", _NOTE, "A row of a table with a cell left empty."),
    # Acceptances
    _rule("needless-acceptance", _NOTE, "An acceptance for something that is not found."),
    _rule("acceptance-without-reason", _WARNING, "An acceptance that gives no reason, and so does not count."),
    _rule("unknown-code", _WARNING, "An acceptance of a code that does not exist."),
)

CODES: dict[str, Code] = {each.code: each for each in _ALL}
