"""What people type about attendance, commitments, load and certificates: it knows input, not rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms

from hub.core.claims import LONGEST_WORDS
from hub.core.commitments import (
    All,
    BadPromise,
    Count,
    Override,
    Promise,
    Quantity,
    Things,
    Which,
    Window,
    read_quantity,
)
from hub.core.commitments.model import LONGEST_NOUN
from hub.core.plan.model import Kind, Mode
from hub.core.register import LONGEST_REASON
from hub.kit.fields import SeenForm, read_by
from hub.participation.forms import TEAM, YOU_AND_TEAM, _line, _number

_DAY = timedelta(days=1)
_QUANTITY_HELP = "Such as “all”, “half”, “50 %”, “2/3” or “2”. A share is rounded up: half of 11 is 6."
THEM_AND_TEAM = "The Expert, and the team"


def _day(label: str, *, who: str = THEM_AND_TEAM, needed: str = "", help_text: str = "") -> forms.DateField:
    field = forms.DateField(
        label=label,
        required=bool(needed),
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": needed, "invalid": "Write a day like 2024-09-30."},
    )
    return read_by(field, who)


def _month(label: str) -> forms.DateField:
    field = forms.DateField(
        label=label,
        required=False,
        input_formats=["%Y-%m", "%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
        error_messages={"invalid": "Write a month like 2024-09."},
    )
    return read_by(field, TEAM)


def _words(label: str, *, who: str, needed: str, help_text: str = "", rows: int = 3) -> forms.CharField:
    field = forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": str(rows)}),
        error_messages={"required": needed, "max_length": f"There is room for {LONGEST_WORDS} characters."},
    )
    return read_by(field, who)


def _hours(label: str, most: int, *, help_text: str = "") -> forms.DecimalField:
    field = forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=most,
        decimal_places=2,
        help_text=help_text,
        error_messages={
            "invalid": "Write hours as a number, such as 1.5.",
            "min_value": "Write hours from 0 on.",
            "max_value": f"At most {most} hours.",
            "max_decimal_places": "Write hours with at most two decimals, such as 1.25.",
        },
        widget=forms.NumberInput(attrs={"min": "0", "max": str(most), "step": "0.25", "inputmode": "decimal"}),
    )
    return read_by(field, TEAM)


def _several(label: str, choices: Iterable[tuple[str, str]], *, help_text: str = "") -> forms.MultipleChoiceField:
    field = forms.MultipleChoiceField(
        label=label,
        required=False,
        choices=list(choices),
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
        error_messages={"invalid_choice": "Choose from the list."},
    )
    return read_by(field, THEM_AND_TEAM)


def write_quantity(quantity: Quantity) -> str:
    """Give a quantity as it is typed."""
    if isinstance(quantity, All):
        return "all"
    if isinstance(quantity, Count):
        return str(quantity.number)
    percent = quantity.of * 100
    if quantity.of == Fraction(1, 2):
        return "half"
    return f"{percent.numerator} %" if percent.denominator == 1 else f"{quantity.of.numerator}/{quantity.of.denominator}"


class QuantityField(forms.CharField):
    """A quantity in words: read as core.commitments reads it."""

    def clean(self, value: Any) -> Any:
        """Read it; None where nothing is written and nothing must be."""
        words = super().clean(value)
        if not words:
            return None
        try:
            return read_quantity(words)
        except BadPromise as no:
            raise forms.ValidationError(no.sentence) from no

    def say(self, value: Any) -> str:
        """Say it as it is typed; nothing for none."""
        return write_quantity(value) if value is not None else ""


class PromiseForm(SeenForm):
    """What is asked of each Expert."""

    one = _line("One of them is called", who=THEM_AND_TEAM, needed="Write a word, such as café.", longest=LONGEST_NOUN)
    many = _line("Several are called", who=THEM_AND_TEAM, needed="Write a word, such as cafés.", longest=LONGEST_NOUN)
    quantity = read_by(
        QuantityField(
            label="How many", max_length=20, help_text=_QUANTITY_HELP, error_messages={"required": "Write how many."}
        ),
        THEM_AND_TEAM,
    )
    what = read_by(
        forms.ChoiceField(
            label="What it is about",
            choices=[("sessions", "Sessions they come to"), ("things", "Something they make")],
            widget=forms.RadioSelect,
            initial="sessions",
        ),
        THEM_AND_TEAM,
    )
    kinds = _several(
        "Kinds of sessions",
        [(kind.value, kind.label) for kind in Kind if kind.is_gathering],
        help_text="None ticked is every kind.",
    )
    modes = _several("How people attend", [(mode.value, mode.label) for mode in Mode], help_text="None ticked is any way.")
    series = _several("Only of these series", [], help_text="None ticked is any session.")
    first_on = _day("First day that counts", help_text="Empty: from the beginning of the cohort.")
    last_on = _day("Last day that counts", help_text="Empty: to the end of the cohort.")
    is_catch_up_allowed = read_by(
        forms.BooleanField(label="A session missed can be caught up by watching it and writing a note", required=False),
        THEM_AND_TEAM,
    )
    is_catch_up_trusted = read_by(
        forms.BooleanField(
            label="A catch-up counts at once", required=False, help_text="Otherwise it counts when the team says so."
        ),
        THEM_AND_TEAM,
    )
    most_catch_ups = _number("Catch-ups that count at most", 1000, help_text="Empty: as many as there are.")
    at_risk = _number(
        "At risk once this share of what is left is needed, in per cent",
        100,
        help_text="Only where something was missed. 75 tells the team while there is still room.",
    )

    def __init__(self, *arguments: Any, series: Mapping[int, str], key: str = "", **named: Any) -> None:
        """Offer the series of the cohort. `key` is the commitment's; a new one is called by its word."""
        super().__init__(*arguments, **named)
        self.key = key
        field = self.fields["series"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(key), title) for key, title in series.items()]
        if not series:
            del self.fields["series"]

    @staticmethod
    def filled(promise: Promise, *, is_catch_up_trusted: bool) -> dict[str, Any]:
        """Give what the form begins with."""
        of, window = promise.of, promise.window or Window()
        return {
            "one": promise.one,
            "many": promise.many,
            "quantity": write_quantity(promise.quantity),
            "what": "things" if isinstance(of, Things) else "sessions",
            "kinds": [each.value for each in of.kinds] if isinstance(of, Which) else [],
            "modes": [each.value for each in of.modes] if isinstance(of, Which) else [],
            "series": [str(each) for each in of.series] if isinstance(of, Which) else [],
            "first_on": window.first_on,
            "last_on": window.until_on - _DAY if window.until_on else None,
            "is_catch_up_allowed": promise.is_catch_up_allowed,
            "is_catch_up_trusted": is_catch_up_trusted,
            "most_catch_ups": promise.most_catch_ups,
            "at_risk": int(promise.at_risk_from * 100),
        }

    def promise(self, *, zone: str, things: str = "") -> Promise:
        """Give the promise that was typed. `things` is the word of what is made, where it has one already."""
        data = self.cleaned_data
        first, last = data["first_on"], data["last_on"]
        which = Which(
            kinds=frozenset(map(Kind, data["kinds"])),
            modes=frozenset(map(Mode, data["modes"])),
            series=frozenset(map(int, data.get("series", ()))),
        )
        is_things = data["what"] == "things"
        return Promise(
            key=self.key,
            one=data["one"],
            many=data["many"],
            of=Things(things or self.key) if is_things else which,
            quantity=data["quantity"],
            window=Window(first_on=first, until_on=last + _DAY if last else None, zone=zone) if first or last else None,
            is_catch_up_allowed=data["is_catch_up_allowed"] and not is_things,
            most_catch_ups=data["most_catch_ups"],
            at_risk_from=Fraction(75 if data["at_risk"] is None else data["at_risk"], 100),
        )


class OverrideForm(SeenForm):
    """What differs for one Expert."""

    starts_on = _day("They start on", help_text="What was before is not asked. Their role’s own days count by themselves.")
    last_on = _day("Their last day")
    extended_to = _day("They have more time, up to and with", help_text="What is held in it counts, and asks for no more.")
    quantity = read_by(
        QuantityField(
            label="Asked of them", max_length=20, required=False, help_text="Empty: as of everybody. Else “1”, “half” …"
        ),
        THEM_AND_TEAM,
    )
    is_waived = read_by(forms.BooleanField(label="Let them off", required=False), THEM_AND_TEAM)
    reason = _words("Why", who=TEAM, needed="Write why it differs for them.", rows=2)

    @staticmethod
    def filled(override: Override, reason: str) -> dict[str, Any]:
        """Give what the form begins with."""
        return {
            "starts_on": override.starts_on,
            "last_on": override.ends_on - _DAY if override.ends_on else None,
            "extended_to": override.extended_until - _DAY if override.extended_until else None,
            "quantity": write_quantity(override.quantity) if override.quantity else "",
            "is_waived": override.is_waived,
            "reason": reason,
        }

    def override(self) -> Override:
        """Give what was typed."""
        data = self.cleaned_data
        return Override(
            starts_on=data["starts_on"],
            ends_on=data["last_on"] + _DAY if data["last_on"] else None,
            extended_until=data["extended_to"] + _DAY if data["extended_to"] else None,
            quantity=data["quantity"],
            is_waived=data["is_waived"],
        )


class _OfSessionForm(forms.Form):
    session = read_by(
        forms.TypedChoiceField(
            label="Session",
            coerce=int,
            error_messages={"required": "Choose a session.", "invalid_choice": "Choose a session from the list."},
        ),
        YOU_AND_TEAM,
    )

    def __init__(self, *arguments: Any, sessions: Iterable[tuple[int, str]], **named: Any) -> None:
        """Offer some sessions."""
        super().__init__(*arguments, **named)
        field = self.fields["session"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", "Choose one"), *((str(key), words) for key, words in sessions)]


class ExcuseForm(_OfSessionForm):
    """To be excused from a session, and whether a place there is given back with it; asked only where there is one to give."""

    reason = _words("Why", who=YOU_AND_TEAM, needed="Write why, in a sentence: the team decides by it.", rows=2)
    gives_place_back = read_by(forms.BooleanField(required=False), YOU_AND_TEAM)

    def __init__(self, *arguments: Any, holds: str = "", is_own: bool = True, **named: Any) -> None:
        """`holds` names the sessions they have a place in, in words."""
        super().__init__(*arguments, **named)
        field = self.fields["gives_place_back"]
        field.label = "Give my place there back" if is_own else "Give their place there back"
        whose = ("You have", "you bring gives") if is_own else ("They have", "they bring gives")
        field.help_text = (
            f"{whose[0]} a place in {holds}. Given back, somebody else can have it; whoever {whose[1]} up theirs, too."
        )
        if not holds:
            del self.fields["gives_place_back"]


class CatchUpForm(_OfSessionForm):
    """That one caught up on a session."""

    watched_on = _day("Watched on", who=YOU_AND_TEAM, needed="Write the day you watched it.")
    note = _words(
        "What you take from it", who=YOU_AND_TEAM, needed="Write a few lines: what you take from it.", help_text="A few lines."
    )


class MadeForm(SeenForm):
    """How many things were made."""

    number = _number("Made so far", 1000)


class CorrectForm(forms.Form):
    """A correction of a closed register."""

    came = read_by(
        forms.TypedChoiceField(
            label="Did they come?",
            choices=[("yes", "They came"), ("no", "They did not come")],
            widget=forms.RadioSelect,
            coerce=lambda value: value == "yes",
            error_messages={"required": "Choose one.", "invalid_choice": "Choose one."},
        ),
        THEM_AND_TEAM,
    )
    minutes = _number("Minutes they were there", 1440)
    reason = _line("Why", who=THEM_AND_TEAM, needed="Write why: whoever reads the register later asks.", longest=LONGEST_REASON)


class WhoForm(forms.Form):
    """Somebody of the programme, by name or address."""

    who = _line("Name or address", who=TEAM, needed="Write a name or an address.", longest=254)


class AgreedForm(SeenForm):
    """What an Expert's organisation agreed to."""

    post = _line("Share of a post", who=TEAM, help_text="Such as 0.2, 20 % or 1/5 of 37.5 hours a week.", longest=12)
    hours = _hours("Or hours a month", 300)
    travel = _hours("Hours a travel day takes them", 24, help_text="Empty: as for everybody.")


class LoadTermsForm(SeenForm):
    """What travel and writing are reckoned with."""

    travel = _hours("Hours a travel day takes", 24, help_text="There and back, besides the session itself.")
    writing = _hours("Hours a case study takes in all", 2000)
    writing_from = _month("Written from")
    writing_to = _month("To")


class SignForm(forms.Form):
    """Who signs certificates."""

    signed_by = _line(
        "Signed by",
        who="Everybody who sees the certificate",
        help_text="Name, and after a comma their part: “Mara Okafor, Programme lead”.",
        longest=200,
    )


class RevokeForm(forms.Form):
    """Why a certificate stands no more."""

    reason = _line("Why", who=TEAM, needed="Write why it stands no more.", longest=LONGEST_REASON)


class CodeForm(forms.Form):
    """The code of a certificate."""

    code = read_by(
        forms.CharField(
            label="Code",
            max_length=200,
            help_text="It stands on the certificate: 7KQ2-M4XR-9TDW. Capitals and dashes do not matter.",
            error_messages={"required": "Write the code that stands on the certificate."},
            widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
        ),
        "Nobody keeps what you write here",
    )


def minutes_of(hours: Decimal | None) -> int | None:
    """Give hours as whole minutes; None for none."""
    return None if hours is None else round(hours * 60)


def hours_of(minutes: int | None) -> str:
    """Give minutes as the hours a field shows; "" for none."""
    return "" if minutes is None else f"{Decimal(minutes) / 60:.2f}".rstrip("0").rstrip(".")
