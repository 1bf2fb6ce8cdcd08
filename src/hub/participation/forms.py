"""What people type in this room: it knows input, not rows. Each field says who reads what is written there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django import forms

from hub.core.booking import (
    EARLIEST,
    LONGEST_CALLED,
    LONGEST_NOTE,
    LONGEST_OFFER,
    MOST_COLLEAGUES,
    MOST_PLACES,
    Terms,
    Tier,
    Way,
)
from hub.kit.fields import read_by

TEAM = "Only the team"
YOU_AND_TEAM = "You, and the team"
THEM_AND_TEAM = "Whose booking it is, and the team"
F = TypeVar("F", bound=forms.Field)


def _line(label: str, *, who: str, needed: str = "", help_text: str = "", longest: int = LONGEST_NOTE) -> forms.CharField:
    field = forms.CharField(
        label=label,
        max_length=longest,
        required=bool(needed),
        help_text=help_text,
        error_messages={"required": needed, "max_length": f"There is room for {longest} characters."},
    )
    return read_by(field, who)


def _number(label: str, most: int, *, help_text: str = "") -> forms.IntegerField:
    field = forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=most,
        help_text=help_text,
        error_messages={
            "invalid": "Write a number.",
            "min_value": "Write a number from 0 on.",
            "max_value": f"At most {most}.",
        },
        widget=forms.NumberInput(attrs={"min": "0", "max": str(most), "inputmode": "numeric"}),
    )
    return read_by(field, TEAM)


class BookForm(forms.Form):
    """Book a place: how one is there, and what the team should know."""

    way = read_by(
        forms.ChoiceField(label="How you are there", widget=forms.RadioSelect, error_messages={"required": "Choose one."}),
        YOU_AND_TEAM,
    )
    note = _line("What the team should know", who=YOU_AND_TEAM, help_text="For instance, what you need to take part.")

    def __init__(self, *arguments: Any, ways: Iterable[Way], **named: Any) -> None:
        """Offer the ways there are places; where there is one only, it is chosen and not asked."""
        super().__init__(*arguments, **named)
        offered = list(ways)
        field = self.fields["way"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(way.value, way.label) for way in offered]
        if len(offered) == 1:
            field.widget = forms.HiddenInput()
            field.initial = offered[0].value


class ColleagueForm(forms.Form):
    """A colleague somebody brings: name and address."""

    name = _line("Name", who=TEAM, needed="Write their name.", longest=LONGEST_CALLED)
    email = read_by(
        forms.EmailField(
            label="Mail address",
            error_messages={
                "required": "Write their address: they hear of it there.",
                "invalid": "Write the address in full, such as bo@example.org.",
            },
        ),
        TEAM,
    )


class AddressForm(forms.Form):
    """A mail address, for who books without an account."""

    email = read_by(
        forms.EmailField(
            label="Your mail address",
            help_text="We send a link there. The place is yours when you press the button it leads to.",
            error_messages={
                "required": "Write your address: the link goes there.",
                "invalid": "Write the address in full, such as ada@example.org.",
            },
            widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        ),
        "The team of the programme",
    )
    name = _line("Your name", who="The team of the programme", longest=120, needed="Write the name you go by.")
    name.widget.attrs["autocomplete"] = "name"


class ReasonForm(forms.Form):
    """Why the team says no."""

    reason = _line("Why", who=THEM_AND_TEAM, help_text="They read it in the message.")


class SomebodyForm(forms.Form):
    """Book for somebody: found by name or address among the people of the programme."""

    who = _line("Name or address", who=TEAM, needed="Write a name or an address.", longest=254)
    way = read_by(forms.ChoiceField(label="How they are there"), TEAM)

    def __init__(self, *arguments: Any, ways: Iterable[Way], **named: Any) -> None:
        """Offer the ways there are places."""
        super().__init__(*arguments, **named)
        field = self.fields["way"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(way.value, way.label) for way in ways]


_MANY = "Leave it empty for as many as come; 0 for none."
_WHEN = [("no", "Not for them"), ("now", "From now on"), ("before", "Some days before")]


class TermsForm(forms.Form):
    """How a session may be booked."""

    room = _number("Places in the room", MOST_PLACES, help_text=_MANY)
    online = _number("Places online", MOST_PLACES, help_text=_MANY)
    is_approved = read_by(
        forms.BooleanField(
            label="The team says yes or no to each", required=False, help_text="Until then a booking is pending approval."
        ),
        TEAM,
    )
    colleagues = _number("Colleagues a person may bring", MOST_COLLEAGUES)
    offer_hours = _number(
        "Hours a place that became free is kept for who waits",
        LONGEST_OFFER,
        help_text="After that it is offered to whoever waits next. 0 gives it at once, without asking.",
    )
    closes_hours = _number(
        "Hours before the session that booking ends", EARLIEST * 24, help_text="0 lets people book until it begins."
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        """Add two fields for each group: whether and from when it may book."""
        super().__init__(*arguments, **named)
        for tier in Tier:
            self.fields[f"{tier.value}_when"] = read_by(
                forms.ChoiceField(label=tier.label, choices=_WHEN), "Everybody who may book"
            )
            self.fields[f"{tier.value}_days"] = _number(f"Days before, for {tier.within}", EARLIEST)

    @property
    def tiers(self) -> list[tuple[Tier, forms.BoundField, forms.BoundField]]:
        """Give each group with its two fields, as the page shows them."""
        return [(tier, self[f"{tier.value}_when"], self[f"{tier.value}_days"]) for tier in Tier]

    def clean(self) -> dict[str, Any]:
        """Ask for the days where a group books from some days before."""
        data = super().clean() or self.cleaned_data
        for tier in Tier:
            name = f"{tier.value}_days"
            if data.get(f"{tier.value}_when") == "before" and data.get(name) is None and name not in self.errors:
                self.add_error(name, "Write how many days before the session, such as 14.")
        return data

    @staticmethod
    def filled(terms: Terms) -> dict[str, Any]:
        """Give what the form begins with."""
        given: dict[str, Any] = {f"{tier.value}_when": "no" for tier in Tier}
        given |= {
            name: getattr(terms, name)
            for name in ("room", "online", "is_approved", "colleagues", "offer_hours", "closes_hours")
        }
        for tier, days in terms.opens.items():
            given[f"{tier.value}_when"] = "now" if days is None else "before"
            given[f"{tier.value}_days"] = days
        return given

    def terms(self) -> Terms:
        """Give the terms that were typed."""
        data = self.cleaned_data
        opens: dict[Tier, int | None] = {}
        for tier in Tier:
            when = data.get(f"{tier.value}_when")
            if when in ("now", "before"):
                opens[tier] = None if when == "now" else data[f"{tier.value}_days"]
        return Terms(
            room=data["room"],
            online=data["online"],
            opens=opens,
            is_approved=data["is_approved"],
            colleagues=data["colleagues"] or 0,
            offer_hours=data["offer_hours"] if data["offer_hours"] is not None else 48,
            closes_hours=data["closes_hours"] or 0,
        )
