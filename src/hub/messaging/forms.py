"""What people type about messages: it knows input, not rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms

from hub.core.choices import Cadence, Topic
from hub.core.errors import Refusal
from hub.core.outbox import Offset
from hub.kit import fields
from hub.messaging.commands import BadLetter
from hub.messaging.commands.rules import LONGEST_BODY, LONGEST_SUBJECT
from hub.messaging.models import HookKind

Choices = Iterable[tuple[str, str]]
_SIDES = [("before", "before"), ("after", "after")]
_FAR = {
    "max_value": "A message goes within 400 days of what it speaks of.",
    "min_value": "Write a number, then choose before or after.",
}


def refuse(form: forms.Form, refusal: Refusal) -> None:
    """Show a refusal at the field it speaks of, every problem of a letter at its place, else at the top of the form.

    Raises PermissionDenied where the person may not do this at all.
    """
    if isinstance(refusal, BadLetter):
        for line, sentence in refusal.problems:
            field = "subject" if line == 0 else "body"
            form.add_error(
                field, sentence if line <= 1 and "\n" not in str(form.data.get("body", "")) else _at_line(line, sentence)
            )
        return
    fields.refuse(form, refusal)


def _at_line(line: int, sentence: str) -> str:
    return f"Line {line}: {sentence}" if line else sentence


def _choices(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def _topic() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="What it is about",
        choices=[(topic.value, topic.label) for topic in Topic],
        initial=Topic.NEWS.value,
        help_text="People choose for each of these how often they hear of it. “What you must know” always comes at once.",
        error_messages={"required": "Choose what it is about.", "invalid_choice": "Choose from the list."},
    )


def _subject(*, is_needed: bool = True) -> forms.CharField:
    return forms.CharField(
        label="Subject",
        required=is_needed,
        max_length=LONGEST_SUBJECT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Write a subject, so that people see what it is about.",
            "max_length": f"There is room for {LONGEST_SUBJECT} characters.",
        },
    )


def _body(label: str = "The letter", *, is_needed: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=is_needed,
        strip=False,
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": "14", "spellcheck": "true"}),
        help_text="Markdown. What stands in {{ … }} is filled in for each person.",
        error_messages={"required": "Write the letter.", "max_length": f"There is room for {LONGEST_BODY:,} characters."},
    )


class SeenField(forms.DateTimeField):
    """The moment somebody else may have changed since: kept in the page to the microsecond."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        """Take and give ISO moments."""
        super().__init__(
            error_messages={"required": "The page is incomplete. Load it again.", "invalid": "Load the page again."}
        )

    def prepare_value(self, value: Any) -> Any:
        """Write the moment whole."""
        return value.isoformat() if isinstance(value, datetime) else value


class WordsForm(forms.Form):
    """Words of its own for one message; empty words take them back."""

    subject = _subject(is_needed=False)
    body = _body("The message", is_needed=False)


class MailingForm(forms.Form):
    """A letter by hand: to whom, about what, and its words. It may be half written."""

    audiences = forms.MultipleChoiceField(
        label="Groups",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of the groups is there no more. Choose again."},
    )
    ended = forms.MultipleChoiceField(
        label="Groups of cohorts that have ended",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of the groups is there no more. Choose again."},
    )
    besides = forms.TypedMultipleChoiceField(
        label="Also to",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of the people chosen is not in your programme."},
    )
    without = forms.TypedMultipleChoiceField(
        label="Not to",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of the people left out is not in your programme."},
    )
    topic = _topic()
    subject = _subject(is_needed=False)
    body = _body(is_needed=False)
    seen_at = SeenField()

    def __init__(
        self,
        *args: Any,
        groups: Sequence[tuple[str, str]],
        ended: Sequence[tuple[str, str]] = (),
        people: Mapping[str, Sequence[tuple[int, str]]],
        is_new: bool,
        **kwargs: Any,
    ) -> None:
        """Offer the groups (name and label with the number of people), those of cohorts that have ended apart, and people, by
        the name of the field.
        """
        super().__init__(*args, **kwargs)
        _choices(self, "audiences", groups)
        _choices(self, "ended", ended)
        for field, offered in people.items():
            _choices(self, field, [(str(key), name) for key, name in offered])
        self.fields["seen_at"].required = not is_new

    def clean(self) -> dict[str, Any]:
        """To a letter all its groups are alike."""
        given = super().clean() or {}
        given["audiences"] = [*given.get("audiences", ()), *given.pop("ended", ())]
        return given


class SendForm(forms.Form):
    """Send what was looked at, now or at a moment by the programme's clock; `count` is what stood on the button, `shown` what
    the page showed.
    """

    count = forms.IntegerField(
        min_value=1,
        max_value=1_000_000,
        widget=forms.HiddenInput,
        error_messages={"required": "The page is incomplete. Load it again.", "invalid": "Load the page again."},
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    when = forms.ChoiceField(
        label="When",
        choices=[("now", "Now"), ("later", "At a time")],
        initial="now",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose when it goes."},
    )
    day = forms.DateField(
        label="Day",
        required=False,
        input_formats=["%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%Y"],
        error_messages={"invalid": "The calendar has no such day. Write it like 2024-10-16."},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    clock = forms.TimeField(
        label="Time",
        required=False,
        error_messages={"invalid": "Write a time like 09:00."},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def clean(self) -> dict[str, Any]:
        """A letter for later needs a day and a time."""
        given = super().clean() or {}
        if given.get("when") == "later":
            for name, sentence in (("day", "Say on which day it goes."), ("clock", "Say at what time it goes.")):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, sentence)
        return given


class TemplateForm(forms.Form):
    """A letter rules write with."""

    title = forms.CharField(
        label="Name",
        max_length=120,
        help_text="By which the team finds it; nobody else sees it.",
        error_messages={"required": "Give the letter a name.", "max_length": "There is room for 120 characters."},
    )
    happening = forms.ChoiceField(
        label="It speaks of",
        required=False,
        help_text="This decides which variables it may use, and stays as it is.",
        error_messages={"invalid_choice": "Choose what the letter speaks of."},
    )
    topic = _topic()
    subject = _subject()
    body = _body()
    seen_at = SeenField()

    def __init__(self, *args: Any, happenings: Choices = (), is_new: bool, **kwargs: Any) -> None:
        """Offer what a new letter can speak of."""
        super().__init__(*args, **kwargs)
        if is_new:
            _choices(self, "happening", [("", "Nothing in particular"), *happenings])
            self.fields["seen_at"].required = False
        else:
            del self.fields["happening"]


class RuleForm(forms.Form):
    """To whom and when a letter goes. The distance is a number of days and hours, before or after."""

    template = forms.ChoiceField(
        label="Letter", error_messages={"required": "Choose a letter.", "invalid_choice": "Choose a letter from the list."}
    )
    to = forms.ChoiceField(
        label="To", error_messages={"required": "Choose who gets it.", "invalid_choice": "Choose who gets it."}
    )
    days = forms.IntegerField(
        label="Days",
        min_value=0,
        max_value=400,
        required=False,
        error_messages={"invalid": "Write a number of days."} | _FAR,
    )
    hours = forms.IntegerField(
        label="Hours",
        min_value=0,
        max_value=9600,
        required=False,
        error_messages={"invalid": "Write a number of hours."} | _FAR,
    )
    side = forms.ChoiceField(label="Before or after", choices=_SIDES, initial="before", required=False)
    clock = forms.TimeField(
        label="At",
        required=False,
        help_text="A time of the day, by the clock of what it speaks of. Empty: the same time as that.",
        error_messages={"invalid": "Write a time like 09:00."},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    needs_ok = forms.BooleanField(
        label="The team looks at them first",
        required=False,
        initial=True,
        help_text="They wait in the outbox until somebody sends them. Off, they go by themselves when it is time.",
    )

    def __init__(self, *args: Any, templates: Choices, to: Choices, **kwargs: Any) -> None:
        """Offer letters, and groups and channels as "to:…" and "hook:…"."""
        super().__init__(*args, **kwargs)
        _choices(self, "template", templates)
        _choices(self, "to", to)

    def offset(self) -> Offset:
        """Give the distance in time. Raises BadOffset."""
        given = self.cleaned_data
        sign = -1 if given["side"] == "before" else 1
        return Offset(days=sign * (given["days"] or 0), hours=sign * (given["hours"] or 0), clock=given["clock"])


class HookForm(forms.Form):
    """A chat channel. Its address and token let in whoever has them, so they are typed and never shown again."""

    kind = forms.ChoiceField(
        label="Chat",
        choices=HookKind.choices,
        error_messages={"required": "Choose which chat it is.", "invalid_choice": "Choose which chat it is."},
    )
    name = forms.CharField(
        label="What you call it",
        max_length=80,
        help_text="Such as “#team”.",
        error_messages={
            "required": "Give the channel a name, such as “#team”.",
            "max_length": "There is room for 80 characters.",
        },
    )
    url = forms.CharField(
        label="Address",
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="The incoming webhook’s, from the settings of the chat; for Matrix the homeserver’s. Not shown again.",
        error_messages={
            "required": "Copy the address from the settings of the chat.",
            "max_length": "The address is longer than 500 characters.",
        },
    )
    room = forms.CharField(
        label="Room (Matrix)",
        max_length=200,
        required=False,
        help_text="Such as !abcdefg:example.org",
        error_messages={"max_length": "The room’s id is longer than 200 characters."},
    )
    key = forms.CharField(
        label="Access token (Matrix)",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="It is not shown again.",
        error_messages={"max_length": "The token is longer than 300 characters."},
    )

    def __init__(self, *args: Any, is_new: bool = True, kind: str = "", **kwargs: Any) -> None:
        """For a channel there is, an empty address keeps the one it has, and the kind stays."""
        super().__init__(*args, **kwargs)
        if not is_new:
            del self.fields["kind"]
            for name in ("url", "key"):
                self.fields[name].required = False
                self.fields[name].help_text = "Leave it empty to keep the one there is; it is not shown."
            if kind != HookKind.MATRIX:
                del self.fields["room"], self.fields["key"]
            else:
                for name, label in (("room", "Room"), ("key", "Access token")):
                    self.fields[name].label = label


class AnswersForm(forms.Form):
    """Who reads answers to the messages the Hub sends by itself."""

    person = forms.TypedChoiceField(
        label="Answers go to",
        coerce=int,
        error_messages={"required": "Choose somebody of the team.", "invalid_choice": "Answers go to somebody of the team."},
    )

    def __init__(self, *args: Any, team: Choices, **kwargs: Any) -> None:
        """Offer the team."""
        super().__init__(*args, **kwargs)
        _choices(self, "person", team)


class ChoicesForm(forms.Form):
    """How often somebody hears of each topic of one programme. Duty is told, not chosen."""

    def __init__(self, *args: Any, topics: Iterable[Topic], chosen: dict[Topic, Cadence], **kwargs: Any) -> None:
        """Make a row of choices for each topic that can be chosen."""
        super().__init__(*args, **kwargs)
        for topic in topics:
            offered = [each for each in Cadence if not (topic.goes_at_once and each.is_gathered)]
            self.fields[topic.value] = forms.ChoiceField(
                label=topic.label,
                help_text=topic.about,
                choices=[(each.value, each.label) for each in offered],
                initial=chosen[topic].value,
                widget=forms.RadioSelect,
                error_messages={"required": "Choose how often.", "invalid_choice": "Choose from what is offered."},
            )

    def changes(self, chosen: dict[Topic, Cadence]) -> dict[Topic, Cadence]:
        """Give what somebody chose otherwise than before."""
        given = {Topic(name): Cadence(value) for name, value in self.cleaned_data.items()}
        return {topic: cadence for topic, cadence in given.items() if cadence is not chosen[topic]}
