"""What people say of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from django import forms

from hub.people.queries import TeamTold
from hub.programmes.models import Programme
from hub.services.pictures import MOST_OCTETS

PUBLIC = "Your team and cohort; everybody while you agree to appear by name"


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
        help_text="The place whose clock you live by, such as Europe/London. Empty: this Hub’s.",
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
            field.who = _READ_BY.get(name, PUBLIC)  # type: ignore[attr-defined]


TEAM_OF_MINE = "The team of your programmes, and nobody else"
_READ_BY = {
    "zone": TEAM_OF_MINE,
    "access_needs": "The teams you choose next, and nobody else",
    "noted": "The team of this programme, and they themselves",
}


class MyProfileForm(ProfileForm):
    """What I say of myself, which teams read what I need, and what they noted of it."""

    def __init__(self, *args: Any, teams: Sequence[TeamTold], says_needs: bool, **kwargs: Any) -> None:
        """Ask of each team whether it reads what I need; who says for the first time shares it unless they choose otherwise."""
        super().__init__(*args, **kwargs)
        self._teams = teams
        for each in teams:
            name, key = each.programme.name, each.programme.pk
            unsaid = True if each.is_here and not says_needs else None
            wish = unsaid if each.is_shared is None else each.is_shared
            self.fields[f"reads_{key}"] = forms.ChoiceField(
                label=f"The team of {name}",
                required=False,
                choices=[("yes", "Reads what you need"), ("no", "Does not read it")],
                initial={True: "yes", False: "no"}.get(wish),  # type: ignore[arg-type]
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": "Choose one of the two."},
            )
            if each.noted:
                self.fields[f"out_{key}"] = forms.BooleanField(
                    label=f"Take out what the team of {name} noted", required=False, help_text=f"It noted: “{each.noted}”"
                )

    def without_needs(self) -> Self:
        """Leave out what somebody who looks with my eyes may not read with their own."""
        for name in list(self.fields):
            if name == "access_needs" or name.startswith(("reads_", "out_")):
                del self.fields[name]
        return self

    @property
    def facts(self) -> dict[str, Any]:
        """What is said, by the names of a person's facts."""
        return {name: self.cleaned_data[name] for name in ProfileForm.base_fields}

    @property
    def reading(self) -> dict[int, bool]:
        """Who reads what I need, by the key of the programme, where something was chosen."""
        given = {each.programme.pk: self.cleaned_data[f"reads_{each.programme.pk}"] for each in self._teams}
        return {key: wish == "yes" for key, wish in given.items() if wish}

    @property
    def taken_out(self) -> list[Programme]:
        """The programmes whose notes go."""
        return [each.programme for each in self._teams if self.cleaned_data.get(f"out_{each.programme.pk}")]


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
