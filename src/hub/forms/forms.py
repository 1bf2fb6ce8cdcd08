"""What a team types when it builds a form. Each knows input, not rows; what comes out goes by name into one command."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from hub.core.calendar import place_of, say_date
from hub.core.consent import Use
from hub.core.forms import Audience, Condition, Content, Kind, Question, Test
from hub.core.forms.check import LONGEST_LABEL, LONGEST_WORDS, stays_sensitive, values_to_test
from hub.core.forms.days import read_days
from hub.core.forms.edit import options_from
from hub.people.models import RoleKind
from hub.programmes.models import Cohort

ANSWERERS = "Everybody who answers"
PUBLISHING = "needed to publish"
ROLES = [(kind.value, kind.label) for kind in RoleKind if kind is not RoleKind.TEAM]


def _text(
    label: str,
    *,
    rows: int = 0,
    help_text: str = "",
    most: int = LONGEST_WORDS,
    needed: str = "",
    by: str = "",
    who: str = "",
) -> forms.CharField:
    widget: forms.Widget = forms.Textarea(attrs={"rows": str(rows)}) if rows else forms.TextInput()
    too_long = f"{most:,} letters at most."
    field = forms.CharField(
        label=label,
        required=bool(needed),
        help_text=help_text,
        max_length=most,
        widget=widget,
        error_messages={
            "required": needed,
            "max_length": too_long,
            "null_characters_not_allowed": "This holds what is no text.",
        },
    )
    field.widget.attrs.pop("maxlength", None)  # what is too long is said, not cut off while it is pasted
    field.who, field.needed_by = who, by  # type: ignore[attr-defined]
    return field


def _number(label: str, least: int, most: int, *, help_text: str = "") -> forms.IntegerField:
    said = f"A whole number from {least} to {most}."
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=least,
        max_value=most,
        help_text=help_text,
        error_messages={"invalid": said, "min_value": said, "max_value": said},
    )


class AboutForm(forms.Form):
    """The words about a form, which everybody reads who answers."""

    use_required_attribute = False
    title = _text("Title", most=120, needed="Give the form a title.", who=ANSWERERS)
    intro = _text("Words before the questions", rows=4, help_text="Markdown is welcome.", who=ANSWERERS)
    purpose = _text("What the answers are for", rows=2, most=600, by=PUBLISHING, who=ANSWERERS)
    readers = _text("Who reads them", rows=2, most=600, by=PUBLISHING, who=ANSWERERS)

    @classmethod
    def of(cls, content: Content, data: QueryDict | None = None) -> AboutForm:
        """Begin with what a form says."""
        names = ("title", "intro", "purpose", "readers")
        return cls(data, initial={name: getattr(content, name) for name in names}, prefix="about")

    def content(self, before: Content) -> Content:
        """Give the content with these words."""
        given = {name: str(value).strip() for name, value in self.cleaned_data.items()}
        return replace(before, title=given["title"], intro=given["intro"], purpose=given["purpose"], readers=given["readers"])


class SectionForm(forms.Form):
    """The words of a section."""

    use_required_attribute = False
    title = _text("Heading", most=120, help_text="Empty for none.", who=ANSWERERS)
    intro = _text("Words below it", rows=3, help_text="Markdown is welcome.", who=ANSWERERS)

    def words(self) -> dict[str, str]:
        """Give the words as they were typed."""
        return {"title": self.cleaned_data["title"].strip(), "intro": self.cleaned_data["intro"]}


class QuestionForm(forms.Form):
    """One question: the fields its kind has use for. What is not here stays as it was."""

    use_required_attribute = False

    def __init__(
        self, question: Question, content: Content, *args: Any, past: Question | None = None, sensitive_since: int | None = None
    ) -> None:
        """Offer what the kind has, filled with what stands; `past` is the question with all that versions ever offered.

        `sensitive_since` is the number of the first version it was sensitive in: it stays so, and the tick can't be taken off.
        """
        super().__init__(*args)
        self.question, self.before_it, self.past = question, content.before(question.key), past or question
        self.sensitive_since = sensitive_since
        conditions = [each.only_if for each in content.questions if each.only_if is not None]
        self.spoken = {each.value for each in conditions if each.question == question.key}
        for name, field in self._fields():
            self.fields[name] = field
        for name in self.fields:
            self.initial.setdefault(name, self._initial(name))

    def _fields(self) -> Iterable[tuple[str, forms.Field]]:
        kind = self.question.kind
        if kind is Kind.STATEMENT:
            yield "label", _text("Words", rows=5, help_text="Markdown is welcome.", needed="Write the words.", who=ANSWERERS)
            yield "only_if", self._condition_field()
            return
        yield "label", _text("Question", rows=2, most=LONGEST_LABEL, needed="Write the question.", who=ANSWERERS)
        yield (
            "help",
            _text("Help", rows=2, most=2000, help_text="Shown under the question. Markdown is welcome.", who=ANSWERERS),
        )
        yield from self._of_kind(kind)
        yield "why", _text("Why we ask, and who reads it", rows=2, most=600, who=ANSWERERS)
        yield "is_required", _tick("It must be answered")
        if kind not in (Kind.FILE, Kind.CONSENT):
            yield "is_shared", _tick("May be told back to the cohort", "Added up, without names, once enough have answered.")
        if kind is not Kind.CONSENT:
            yield "is_sensitive", self._sensitive_field()
        yield "only_if", self._condition_field()

    def _sensitive_field(self) -> forms.BooleanField:
        if self.sensitive_since is None:
            return _tick("Sensitive", "In no table, export or summary told back; read one by one.")
        field = _tick("Sensitive", stays_sensitive(self.sensitive_since))
        field.disabled = True
        self.initial["is_sensitive"] = True
        return field

    def _of_kind(self, kind: Kind) -> Iterable[tuple[str, forms.Field]]:
        one_a_line = "One a line. Writing another in the place of one renames it; answers stay with it."
        if kind.is_choice:
            yield "options", _text("Choices", rows=6, help_text=one_a_line, most=20_000, by=PUBLISHING)
            yield "has_other", _tick("Offer “Other, namely” as well")
        if kind is Kind.MATRIX:
            yield "rows", _text("Rows", rows=5, help_text=one_a_line, most=20_000, by=PUBLISHING)
            yield "options", _text("Columns", rows=4, help_text="One a line; none for the numbers of a scale.", most=20_000)
        if kind in (Kind.SCALE, Kind.MATRIX):
            yield "least", _number("Lowest number", 0, 9)
            yield "most", _number("Highest number", 1, 10)
            yield "least_label", _text("Words at the lower end", most=60)
            yield "most_label", _text("Words at the upper end", most=60)
        if kind in (Kind.LONG, Kind.MARKDOWN):
            yield "least", _number("At least this many words", 1, 5000)
            yield "most", _number("At most this many words", 1, 5000)
        if kind is Kind.SEVERAL:
            yield "least", _number("At least this many", 1, 60)
            yield "most", _number("At most this many", 1, 60)
        if kind is Kind.DATE:
            yield "first_on", _day("Not before")
            yield "last_on", _day("Not after")
        if kind is Kind.AVAILABILITY:
            yield "has_grid", _tick("Parts of the week", "Mornings, afternoons and evenings, Monday to Friday.")
            yield "days", _text("Dates", rows=4, help_text="One a line, such as 4 September 2024.", most=2000)
        if kind is Kind.CONSENT:
            uses = [(use.value, use.label) for use in Use if not use.is_organisations]
            yield (
                "use",
                forms.ChoiceField(
                    label="Consent for", choices=uses, help_text="The words are those of the programme’s agreements."
                ),
            )

    def _condition_field(self) -> forms.ChoiceField:
        offered: list[Any] = [("", "Always")]
        for about in self.before_it:
            if about.kind.is_asked:
                tests = [(f"{about.key}|is|{value}", f"is “{words}”") for value, words in values_to_test(about)]
                tests += [(f"{about.key}|is-not|{value}", f"is not “{words}”") for value, words in values_to_test(about)]
                offered.append(
                    (f"Only where “{about.label or about.kind.label}”", [*tests, (f"{about.key}|is-answered|", "is answered")])
                )
        return forms.ChoiceField(
            label="Shown",
            choices=offered,
            required=False,
            error_messages={"invalid_choice": "Choose again: the form has changed."},
        )

    def _initial(self, name: str) -> Any:
        value = getattr(self.question, name)
        if name in ("options", "rows"):
            return "\n".join(each.label for each in value)
        if name == "days":
            return "\n".join(say_date(day) for day in value)
        if name == "only_if":
            return f"{value.question}|{value.test.value}|{value.value}" if value else ""
        return value.value if name == "use" and value else value

    def clean_days(self) -> tuple[date, ...]:
        """Read dates, one a line, as people write them."""
        days, wrong = read_days(str(self.cleaned_data["days"]))
        if wrong:
            raise forms.ValidationError(list(wrong))
        return days

    def changed(self) -> Question:
        """Give the question as it was typed."""
        given = dict(self.cleaned_data)
        facts: dict[str, Any] = {}
        for name, value in given.items():
            if name in ("options", "rows"):
                before, past = getattr(self.question, name), getattr(self.past, name)
                prefix = "r" if name == "rows" else "o"
                facts[name] = options_from(str(value).split("\n"), before, past=past, spoken=self.spoken, prefix=prefix)
            elif name == "only_if":
                facts[name] = _condition(str(value))
            elif name == "use":
                facts[name] = Use(value)
            else:
                facts[name] = value.strip() if isinstance(value, str) else value
        return replace(self.question, **facts)


def _condition(written: str) -> Condition | None:
    if not written:
        return None
    about, test, value = written.split("|", 2)
    return Condition(about, Test(test), value)


def _tick(label: str, help_text: str = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, help_text=help_text)


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": "The calendar has no such day. Write it like 2024-10-16."},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class SettingsForm(forms.Form):
    """Who is asked, from when to when, and how long answers are kept. Moments are typed in the programme's zone."""

    use_required_attribute = False
    audience = forms.ChoiceField(
        label="Who may answer",
        choices=[(each.value, each.label) for each in Audience],
        widget=forms.RadioSelect,
        error_messages={"required": "Say who may answer."},
    )
    roles = forms.MultipleChoiceField(
        label="Whose roles",
        choices=ROLES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Only where everybody with a role is asked.",
    )
    cohort = forms.ChoiceField(label="In", required=False, error_messages={"invalid_choice": "Choose a cohort from the list."})
    is_anonymous = forms.BooleanField(
        label="Anonymous",
        required=False,
        help_text="Nobody can tell whose an answer is, we neither. It can’t be changed once it is sent, and takes no files.",
    )
    opens_at = forms.DateTimeField(label="Opens", required=False)
    closes_at = forms.DateTimeField(label="Closes", required=False)
    kept_days = forms.IntegerField(
        label="Kept for, in days",
        help_text="After that long what was answered is deleted, and only numbers stay.",
        error_messages={"required": "Say for how many days.", "invalid": "A whole number of days."},
    )
    smallest_group = forms.IntegerField(
        label="Smallest group told back",
        help_text="Fewer answers than this are never told back; of an anonymous form, shown to nobody.",
        error_messages={"required": "Say how many.", "invalid": "A whole number."},
    )

    def __init__(self, *args: Any, cohorts: Iterable[Cohort], zone: str, **kwargs: Any) -> None:
        """Offer the cohorts of the programme; moments are read in its zone."""
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(zone)
        self.cohorts = {each.slug: each for each in cohorts}
        cohort = self.fields["cohort"]
        assert isinstance(cohort, forms.ChoiceField)
        cohort.choices = [("", "The whole programme"), *((slug, each.name) for slug, each in self.cohorts.items())]
        for name in ("opens_at", "closes_at"):
            field = self.fields[name]
            field.widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
            empty = "at once" if name == "opens_at" else "until you close it"
            field.help_text = f"In {place_of(zone)}. Empty: {empty}."
            field.error_messages = {"invalid": "The calendar has no such moment. Write it like 2024-10-16 15:00."}
            field.input_formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]  # type: ignore[attr-defined]

    def settings(self) -> dict[str, Any]:
        """Give what was typed as `edit_settings` takes it."""
        given = self.cleaned_data
        return {
            "audience": Audience(given["audience"]),
            "roles": [RoleKind(each) for each in given["roles"]],
            "cohort": self.cohorts.get(given["cohort"]),
            "is_anonymous": given["is_anonymous"],
            "opens_at": self._moment(given["opens_at"]),
            "closes_at": self._moment(given["closes_at"]),
            "kept_days": given["kept_days"],
            "smallest_group": given["smallest_group"],
        }

    def _moment(self, typed: datetime | None) -> datetime | None:
        return typed.replace(tzinfo=self.zone) if typed else None


class NewForm(forms.Form):
    """The title of a form that begins without any question, or of a copy."""

    use_required_attribute = False
    title = _text("Title", most=120, needed="Give the form a title.", who=ANSWERERS)


class SheetForm(forms.Form):
    """Answers collected elsewhere, as a file or pasted."""

    file = forms.FileField(
        label="A file",
        required=False,
        allow_empty_file=True,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
        help_text="What Microsoft Forms gives as Excel (.xlsx), or CSV of any kind; up to 2 MB and 5,000 rows.",
        error_messages={"max_length": "The name of this file is very long; call it something shorter."},
    )
    text = forms.CharField(
        label="Or paste it",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": "8", "spellcheck": "false"}),
        help_text="Rows copied from a spreadsheet with their heads.",
    )
    sheet = forms.CharField(required=False, strip=False, widget=forms.Textarea(attrs={"hidden": True}))


def is_key(text: str) -> bool:
    """Say whether a text has the shape of a question's or section's key."""
    return re.fullmatch(r"[qs]\d{1,9}", text) is not None
