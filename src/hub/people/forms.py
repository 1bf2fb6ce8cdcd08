"""What people type in this room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from allauth.account.forms import (
    AddEmailForm,
    ConfirmEmailVerificationCodeForm,
    ConfirmLoginCodeForm,
    RequestLoginCodeForm,
)
from django import forms
from django.utils.html import format_html

from hub.core.consent import Means, Use
from hub.people import queries
from hub.people.commands.merging import FieldChoice, Side
from hub.people.models import Account, RoleKind, Sector, Size, TokenScope
from hub.services.pictures import MOST_OCTETS

PUBLIC = "Your team and cohort; everybody while you agree to appear by name"


class SignInForm(RequestLoginCodeForm):
    """The address a code goes to."""

    _user: Account | None
    use_required_attribute = False  # our own words, not the browser's bubble
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username webauthn", "autofocus": True}),
        error_messages={
            "required": "Write the e-mail address your team knows you by.",
            "invalid": "Write the address in full, such as mara@example.org.",
            "max_length": "No address is that long.",
        },
    )

    def clean_email(self) -> str:
        """Give the address as it is stored, never as it was typed: letters of other alphabets can look alike to a database."""
        typed = str(super().clean_email())
        stored = queries.address_that_lets_in(self._user, typed) if self._user else None
        if stored is None:
            self._user = None
        return stored or typed.lower()


_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
_NO_CODE = {"required": "Type the six digits from the mail."}


class CodeForm(ConfirmLoginCodeForm):
    """The code from the mail."""

    use_required_attribute = False
    code = forms.CharField(
        label="Code", max_length=40, widget=forms.TextInput(attrs=_CODE), error_messages=_NO_CODE, help_text="Six digits"
    )


class AddressCodeForm(ConfirmEmailVerificationCodeForm):
    """The code that was sent to a new address."""

    use_required_attribute = False
    code = forms.CharField(
        label="Code", max_length=40, widget=forms.TextInput(attrs=_CODE), error_messages=_NO_CODE, help_text="Six digits"
    )


class AddressForm(AddEmailForm):
    """Another address."""

    use_required_attribute = False
    email = forms.EmailField(
        label="Another address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Write the address.",
            "invalid": "Write the address in full, such as mara@example.org.",
            "max_length": "No address is that long.",
        },
    )


class InviteForm(forms.Form):
    """Where an invitation goes, for somebody who has no address here yet."""

    use_required_attribute = False
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        error_messages={
            "required": "Write the address they sign in with.",
            "invalid": "Write the address in full, such as ada@example.org.",
            "max_length": "No address is that long.",
        },
    )


class TermForm(forms.Form):
    """The words of a use, and whether they now mean something else."""

    use = forms.ChoiceField(
        choices=[(use.value, use.label) for use in Use],
        widget=forms.HiddenInput,
        error_messages={"required": "Choose what the words are about.", "invalid_choice": "There is no such use."},
    )
    text = forms.CharField(
        label="What people agree to",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": "6"}),
        help_text="Markdown, in plain words: what is done with it, where, for how long.",
        error_messages={"required": "Write what people agree to.", "max_length": "That is more than 20,000 letters."},
    )
    is_new_meaning = forms.BooleanField(
        label="This asks for something else than before",
        required=False,
        help_text="Everybody who said yes is asked again, and counts as no until they answer. Leave it off for spelling.",
    )


class AnswerForm(forms.Form):
    """What a team was told outside the Hub: about which use, yes or no, how, and where that is found again."""

    term = forms.ChoiceField(label="About", error_messages={"required": "Choose what it is about."})
    wish = forms.ChoiceField(
        label="They said",
        choices=[("yes", "Yes"), ("no", "No, or took it back")],
        error_messages={"required": "Choose what they said."},
    )
    means = forms.ChoiceField(
        label="How",
        choices=[(each.value, each.label) for each in Means if each not in (Means.SELF, Means.IMPORT)],
        error_messages={"required": "Choose how you were told."},
    )
    note = forms.CharField(
        label="Where this is found again",
        max_length=300,
        help_text="Such as “signed sheet of 27 June, in the folder”.",
        error_messages={
            "required": "Say where this answer can be found again.",
            "max_length": "That is more than 300 letters.",
        },
    )

    def __init__(self, *args: Any, terms: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the newest words of each use: key and label."""
        super().__init__(*args, **kwargs)
        term = self.fields["term"]
        assert isinstance(term, forms.ChoiceField)
        term.choices = terms


class ProfileForm(forms.Form):
    """What people say of themselves; each field says who reads it."""

    name = forms.CharField(
        label="Name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Write your name as it should be read.", "max_length": "A name has at most 120 letters."},
    )
    pronouns = forms.CharField(label="Pronouns", max_length=40, required=False)
    orcid = forms.CharField(
        label="ORCID", max_length=60, required=False, help_text="The identifier of authors, such as 0000-0002-1825-0097."
    )
    zone = forms.CharField(
        label="Time zone",
        max_length=64,
        required=False,
        help_text="The place whose clock you live by, such as Europe/London. Empty: the programme’s.",
    )
    about = forms.CharField(
        label="About you", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": "4"}), help_text="Markdown."
    )
    access_needs = forms.CharField(
        label="What you need to take part",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": "3"}),
        help_text="Such as captions, a seat near the front, food you cannot eat.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say at each field who reads it."""
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.who = TEAM_OF_MINE if name in ("access_needs", "zone") else PUBLIC  # type: ignore[attr-defined]


TEAM_OF_MINE = "The team of your programmes, and nobody else"


EMPTY_ROWS = 3  # more than one thinks of at once; saving them gives three more


class LinksForm(forms.Form):
    """What people link to: rows of a label and an address, a few of them empty, so that no script is needed to add one."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, links: Sequence[tuple[str, str]] = (), most: int) -> None:
        """Show the links there are and some empty rows; bound, as many rows as were sent, up to `most`: perhaps none."""
        super().__init__(data, auto_id="id_link_%s", prefix="link")
        filled = sum(1 for row in range(most) if f"link-url_{row}" in data) if data is not None else len(links) + EMPTY_ROWS
        self._rows = range(min(most, filled))
        for row in self._rows:
            label, url = links[row] if row < len(links) else ("", "")
            number = row + 1
            self.fields[f"label_{row}"] = forms.CharField(
                label=f"Name of link {number}",
                max_length=60,
                required=False,
                initial=label,
                error_messages={"max_length": "Say in up to 60 letters what it is."},
            )
            self.fields[f"url_{row}"] = forms.URLField(
                label=f"Address of link {number}",
                max_length=300,
                required=False,
                initial=url,
                assume_scheme="https",
                widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
                error_messages={
                    "invalid": "This is no address on the web; one looks like https://example.org/me.",
                    "max_length": "An address has at most 300 letters.",
                },
            )

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields, row by row."""
        return [(self[f"label_{row}"], self[f"url_{row}"]) for row in self._rows]

    @property
    def given(self) -> list[tuple[str, str]]:
        """What was typed, label and address, rows left empty left out."""
        rows = ((self.cleaned_data[f"label_{row}"], self.cleaned_data[f"url_{row}"]) for row in self._rows)
        return [(label, url) for label, url in rows if label or url]

    def clean(self) -> dict[str, Any]:
        """Ask for the other half of a row where one is missing, and for each address once."""
        seen: set[str] = set()
        for row in self._rows:
            label, url = (self.cleaned_data.get(f"{part}_{row}") for part in ("label", "url"))
            if url and label == "":
                self.add_error(f"label_{row}", "Say what this link is, such as “My group’s site”.")
            if label and url == "":
                self.add_error(f"url_{row}", "Write the address; to take the link out, empty both fields.")
            if url and url in seen:
                self.add_error(f"url_{row}", "This address is in the list already.")
            seen.add(url or "")
        return self.cleaned_data


class TokenForm(forms.Form):
    """What a token is for, what it may do, where, and for how long."""

    name = forms.CharField(
        label="What is it for",
        max_length=80,
        help_text="Such as “the script that copies the schedule”.",
        error_messages={"required": "Say what the token is for.", "max_length": "That is more than 80 letters."},
    )
    scope = forms.ChoiceField(label="It may", choices=TokenScope.choices)
    programme = forms.ChoiceField(label="In", required=False)
    days = forms.IntegerField(
        label="For how many days",
        min_value=1,
        max_value=366,
        initial=90,
        error_messages={
            "required": "Write a number of days.",
            "invalid": "Write a number of days.",
            "min_value": "A token lasts from 1 to 366 days.",
            "max_value": "A token lasts from 1 to 366 days.",
        },
    )

    def __init__(self, *args: Any, programmes: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the programmes one has a role in: slug and name."""
        super().__init__(*args, **kwargs)
        programme = self.fields["programme"]
        assert isinstance(programme, forms.ChoiceField)
        programme.choices = [("", "Every programme of mine"), *programmes]


# -- the team keeps people and organisations

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

    def __init__(self, *args: Any, cohorts: Iterable[tuple[str, str]], is_of_many: bool = False, **kwargs: Any) -> None:
        """Offer the cohorts of the programme; a role that lets somebody run it is given to one person at a time."""
        super().__init__(*args, **kwargs)
        _cohorts(self, cohorts, "The whole programme")
        if is_of_many:
            field = self.fields["kind"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = ROLES_OF_MANY


class EndForm(forms.Form):
    """The first day something no longer holds."""

    on = _day("On", needed="Say from which day on it no longer holds.")


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


class EndRolesForm(EndForm):
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
    starts_on = _day("From", help_text="Empty where nobody knows.")
    ends_on = _day("Until", help_text="The first day it no longer holds.")
    is_contact = forms.BooleanField(
        label="Speaks for the organisation", required=False, help_text="A contact person: signs, gives the logo."
    )


class EditPersonForm(ProfileForm):
    """What the team says of somebody."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Speak of them, not to them."""
        super().__init__(*args, **kwargs)
        self.fields["about"].label = "About them"
        self.fields["access_needs"].label = "What they need to take part"
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


class MergeForm(forms.Form):
    """Which of two records stays, and whose value holds in each fact where they differ."""

    keep = forms.CharField(required=False, max_length=18, widget=forms.HiddenInput)

    def __init__(self, *args: Any, keep: int, fields: Sequence[FieldChoice], **kwargs: Any) -> None:
        """Offer both values of each fact that is to be chosen, that of the record that stays first."""
        super().__init__(*args, **kwargs)
        self.fields["keep"].initial = keep
        for each in fields:
            self.fields[each.name] = forms.ChoiceField(
                label=each.label,
                choices=[("kept", _of(each.kept, "Record that stays")), ("gone", _of(each.gone, "Record that goes"))],
                initial=each.default,
                widget=forms.RadioSelect,
                error_messages={"required": "Choose one of the two.", "invalid_choice": "Choose one of the two."},
            )

    def choices(self) -> dict[str, Side]:
        """Give what was chosen, by the names of the facts."""
        return {name: side for name, side in self.cleaned_data.items() if name != "keep"}


def _of(value: object, whose: str) -> str:
    """Show a value as it is written, lines and all, and whose it is."""
    return format_html(
        '<span><span class="value">{}</span><span class="small muted">{}</span></span>', value or "Nothing", whose
    )


class PictureForm(forms.Form):
    """A picture, and words for who can't see it."""

    use_required_attribute = False
    picture = forms.FileField(
        label="Picture",
        required=False,
        help_text="JPEG, PNG or WebP, up to 8 MB. Place and time of a photograph are taken out.",
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"empty": "The file is empty."},
    )
    alt = forms.CharField(
        label="In words, for who can’t see it",
        required=False,
        max_length=200,
        help_text="Such as “Ada in a red jumper, on a research ship”.",
        error_messages={"max_length": "200 letters at most."},
    )

    def data_of_picture(self) -> bytes | None:
        """Give the octets of the file, no more of them than a refusal needs to be sure; None where no file was chosen."""
        file = self.cleaned_data.get("picture")
        return bytes(file.read(MOST_OCTETS + 1)) if file else None
