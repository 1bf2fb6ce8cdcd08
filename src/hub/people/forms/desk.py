"""What a team types of people and organisations."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django import forms

from hub.core.affiliation import Days
from hub.core.calendar import say_date
from hub.people.commands.joining import CONTACTS, JoinPreview
from hub.people.forms.mine import ProfileForm
from hub.people.models import RoleKind, Sector, Size

ROLES = [(kind.value, kind.label) for kind in RoleKind]


ROLES_OF_MANY = [(value, label) for value, label in ROLES if value != RoleKind.TEAM.value]


TEAM_ONLY = "The team of this programme"


def _day(label: str, *, needed: str = "", help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=bool(needed),
        help_text=help_text,
        input_formats=["%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d/%m/%Y"],
        error_messages={"required": needed, "invalid": "The calendar has no such day. Write it like 2024-10-16."},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _cohorts(form: forms.Form, cohorts: Iterable[tuple[str, str]], none: str) -> None:
    field = form.fields["cohort"]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", none), *cohorts]


class SheetForm(forms.Form):
    """A sheet of people, as a file or pasted, and what a row is given that says nothing of it."""

    file = forms.FileField(
        label="A file",
        required=False,
        allow_empty_file=True,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
        help_text="An Excel workbook (.xlsx) or CSV, of up to 2 MB and 5,000 rows.",
        error_messages={"max_length": "The name of this file is very long; call it something shorter."},
    )
    text = forms.CharField(
        label="Or paste it",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": "8", "spellcheck": "false"}),
        help_text="Rows copied from a spreadsheet with their heads, or addresses from a mail: Ada Lindqvist <ada@example.org>.",
    )
    sheet = forms.CharField(required=False, strip=False, widget=forms.Textarea(attrs={"hidden": True}))
    role = forms.ChoiceField(
        label="Who has no role in it is",
        choices=ROLES_OF_MANY,
        initial=RoleKind.COMMUNITY.value,
        error_messages={"required": "Choose a role.", "invalid_choice": "Choose a role from the list."},
    )
    cohort = forms.ChoiceField(
        label="In", required=False, help_text="Used where the sheet has no column “Cohort”.",
        error_messages={"invalid_choice": "Choose a cohort from the list."},
    )  # fmt: skip
    starts_on = _day(
        "From", needed="Say from which day on.", help_text="Used where a row has neither a first day nor a cohort."
    )

    def __init__(self, *args: Any, cohorts: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the cohorts of the programme: slug and name."""
        super().__init__(*args, **kwargs)
        _cohorts(self, cohorts, "The whole programme")


class RoleForm(forms.Form):
    """A dated role on the programme or one of its cohorts."""

    kind = forms.ChoiceField(
        label="Role",
        choices=ROLES,
        initial=RoleKind.EXPERT.value,  # never the first of the list, which lets somebody run the programme
        error_messages={"required": "Choose a role.", "invalid_choice": "Choose a role from the list."},
    )
    cohort = forms.ChoiceField(label="In", required=False, error_messages={"invalid_choice": "Choose a cohort from the list."})
    starts_on = _day("From", needed="Say from which day on.")
    ends_on = _day("Until", help_text="The first day it no longer holds. Empty: it goes on.")
    organisation = forms.ChoiceField(
        label="For",
        required=False,
        help_text="Whom they stand for in it, beside their name where that is shown: one they are with on the first day.",
        error_messages={"invalid_choice": "Choose an organisation they are with."},
    )

    def __init__(
        self,
        *args: Any,
        cohorts: Iterable[tuple[str, str]],
        organisations: Iterable[tuple[str, str, Collection[Days]]] = (),
        is_of_many: bool = False,
        **kwargs: Any,
    ) -> None:
        """Offer the cohorts of the programme, and the organisations somebody is, was or will be with: key, name, their days.

        A role that lets somebody run the programme is given to one person at a time; of many, each stands for their own.
        """
        super().__init__(*args, **kwargs)
        self.places = {key: (name, days) for key, name, days in organisations}
        _cohorts(self, cohorts, "The whole programme")
        place = self.fields["organisation"]
        assert isinstance(place, forms.ChoiceField)
        offered = [(key, _with_days(name, days)) for key, (name, days) in self.places.items()]
        place.choices = [("", "Nobody but themselves"), *offered]
        if is_of_many or len(place.choices) == 1:
            del self.fields["organisation"]
        if is_of_many:
            field = self.fields["kind"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = ROLES_OF_MANY

    def clean(self) -> dict[str, Any]:
        """Refuse to let somebody stand for an organisation they are not with on the first day, and say which it is."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        chosen, day = self.places.get(said.get("organisation") or ""), said.get("starts_on")
        if chosen is None or day is None or any(each.holds_on(day) for each in chosen[1]):
            return said
        theirs = " and ".join(name for name, days in self.places.values() if any(each.holds_on(day) for each in days))
        on = say_date(day, weekday=False)
        words = f"On {on} they are with {theirs}, not {chosen[0]}." if theirs else f"On {on} they are not with {chosen[0]}."
        self.add_error("organisation", words)
        return said


def _with_days(name: str, days: Collection[Days]) -> str:
    """Give an organisation with the days somebody is with it, where any are known: "Polar Survey, until 1 December 2024"."""
    return ", ".join([name, *(each.words for each in days if each.words)])


class EndForm(forms.Form):
    """The first day something no longer holds."""

    on = _day("On", needed="Say from which day on it no longer holds.")


class EndRoleForm(EndForm):
    """The first day a role no longer holds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what happens to what they have ahead."""
        super().__init__(*args, **kwargs)
        self.fields[
            "on"
        ].help_text = "Places and 1:1s they have from that day on are shown next; nothing is given up by itself."


class TakeBackForm(forms.Form):
    """That a role was given by mistake; there is nothing to say but that."""


class StandInForm(forms.Form):
    """Who takes a role over for some days."""

    person = forms.CharField(
        label="Who stands in",
        max_length=254,
        help_text="The name or mail address of somebody of this programme.",
        error_messages={"required": "Say who stands in.", "max_length": "No name is that long."},
    )
    starts_on = _day("From", needed="Say from which day on.")
    ends_on = _day("Until", needed="Say until which day.", help_text="The first day they no longer do.")


class EndRolesForm(EndRoleForm):
    """Which role of several people ends, and when."""

    which = forms.ChoiceField(
        label="Role that ends",
        error_messages={"required": "Choose which role ends.", "invalid_choice": "None of them has this role any more."},
    )
    field_order = ("which", "on")

    def __init__(self, *args: Any, held: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the roles the people have: key and label."""
        super().__init__(*args, **kwargs)
        field = self.fields["which"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(held)


class TakeBackRolesForm(forms.Form):
    """Which role is taken back from several people, and the roles that were shown as those it reaches."""

    which = forms.ChoiceField(
        label="Role that was given by mistake",
        error_messages={
            "required": "Choose which role.",
            "invalid_choice": "It can’t be taken back from any of them any more.",
        },
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, held: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the roles that can be taken back: key and label."""
        super().__init__(*args, **kwargs)
        field = self.fields["which"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(held)

    def clean_seen(self) -> frozenset[int]:
        """Give the keys of the roles that were shown."""
        keys = str(self.cleaned_data["seen"]).split(",")
        return frozenset(int(key) for key in keys if key.isascii() and key.isdecimal() and len(key) <= 18)


class AffiliationForm(forms.Form):
    """Where somebody works, as what, from when until when."""

    organisation = forms.CharField(
        label="Organisation",
        max_length=160,
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}),
        help_text="One that is not there yet is added.",
        error_messages={"required": "Write the organisation’s name.", "max_length": "That is more than 160 letters."},
    )
    job = forms.CharField(
        label="As", required=False, max_length=120, error_messages={"max_length": "That is more than 120 letters."}
    )
    starts_on = _day("From", help_text="Empty where nobody knows. Who was with it before is with it again, from today.")
    ends_on = _day("Until", help_text="The first day it no longer holds.")
    is_contact = forms.BooleanField(
        label="Speaks for the organisation", required=False, help_text="A contact person: signs, gives the logo."
    )


class WorkForm(forms.Form):
    """What somebody does at an organisation, from when until when."""

    job = forms.CharField(
        label="As", required=False, max_length=120, error_messages={"max_length": "That is more than 120 letters."}
    )
    starts_on = _day("From", help_text="Empty where nobody knows.")
    ends_on = _day("Until", help_text="The first day it no longer holds. Empty: it goes on.")


class JoinForm(forms.Form):
    """Whose value holds where two organisations that become one say something else, and who speaks for it."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, preview: JoinPreview, contacts: tuple[str, str], **kwargs: Any) -> None:
        """Ask only what must be chosen; nothing is chosen beforehand."""
        super().__init__(*args, **kwargs)
        kept, gone = preview.kept.name, preview.gone.name
        asked = [(each.name, each.label, each.kept, each.gone) for each in preview.facts if each.is_open]
        for name, label, ours, theirs in asked:
            shown = {"sector": dict(Sector.choices), "size": dict(Size.choices)}.get(name, {})
            sides = [("kept", shown.get(ours, ours), kept), ("gone", shown.get(theirs, theirs), gone)]
            if name == "logo":
                sides = [("kept", "Its logo", kept), ("gone", "Its logo", gone)]
            self._ask(name, label, [(side, f"{value} ({whose})") for side, value, whose in sides])
        if preview.must_choose_contacts:
            ours, theirs = contacts
            choices = [("both", "Both"), ("kept", f"{ours} ({kept})"), ("gone", f"{theirs} ({gone})")]
            self._ask(CONTACTS, "Who speaks for it", choices)

    def _ask(self, name: str, label: str, choices: list[tuple[str, str]]) -> None:
        messages = {"required": "Choose one.", "invalid_choice": "Choose one."}
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=messages)

    def choices(self) -> dict[str, Any]:
        """Give what was chosen, by name."""
        return {name: side for name, side in self.cleaned_data.items() if name != "seen"}


class EditPersonForm(ProfileForm):
    """What the team says of somebody, and what it was told they need."""

    noted = forms.CharField(
        label="What you were told they need to take part",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="What they say on their own page stays as it is, and stands beside this where they let you read it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Speak of them, not to them; what they say they need is theirs, and not shown where it might be changed unseen."""
        super().__init__(*args, **kwargs)
        self.fields["about"].label = "About them"
        del self.fields["access_needs"]
        self.fields["name"].error_messages["required"] = "Write their name as it should be read."


class AddPersonForm(forms.Form):
    """Somebody new: who they are, what they are here, where they work."""

    name = forms.CharField(
        label="Name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write their name.", "max_length": "A name has at most 120 letters."},
    )
    email = forms.EmailField(
        label="E-mail",
        required=False,
        help_text="They sign in with it later. Somebody the Hub knows by it already gets the role, and is not added twice.",
        error_messages={"invalid": "Write the address in full, such as ada@example.org."},
    )
    pronouns = forms.CharField(label="Pronouns", max_length=40, required=False)
    orcid = forms.CharField(label="ORCID", max_length=60, required=False, help_text="Such as 0000-0002-1825-0097.")
    kind = forms.ChoiceField(
        label="Here as",
        choices=ROLES,
        initial=RoleKind.EXPERT.value,
        error_messages={"required": "Choose a role.", "invalid_choice": "Choose a role from the list."},
    )
    cohort = forms.ChoiceField(label="In", required=False, error_messages={"invalid_choice": "Choose a cohort from the list."})
    starts_on = _day("From", needed="Say from which day on.")
    organisation = forms.CharField(
        label="Organisation",
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}),
        help_text="One that is not there yet is added.",
    )
    job = forms.CharField(label="As", max_length=120, required=False)
    is_somebody_else = forms.BooleanField(
        label="This is somebody else",
        required=False,
        help_text="Tick it when they are none of the people named above.",
    )

    def __init__(self, *args: Any, cohorts: Iterable[tuple[str, str]], today: date | None = None, **kwargs: Any) -> None:
        """Offer the cohorts of the programme: slug and name."""
        super().__init__(*args, **kwargs)
        _cohorts(self, cohorts, "The whole programme")
        self.fields["starts_on"].initial = today


class OrganisationForm(forms.Form):
    """What is known of an organisation."""

    name = forms.CharField(
        label="Name",
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Write the organisation’s name.", "max_length": "That is more than 160 letters."},
    )
    sector = forms.ChoiceField(label="Sector", required=False, choices=[("", "Not said"), *Sector.choices])
    size = forms.ChoiceField(label="Size", required=False, choices=[("", "Not said"), *Size.choices])
    region = forms.CharField(
        label="Region", required=False, max_length=80, error_messages={"max_length": "That is more than 80 letters."}
    )
    website = forms.CharField(
        label="Website",
        required=False,
        max_length=300,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        error_messages={"max_length": "That is more than 300 letters."},
    )
