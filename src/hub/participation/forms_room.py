"""What people type for a session's room: the code to check in by, and what the team prepares."""

from __future__ import annotations

from django import forms

from hub.core.room import BadPlan
from hub.kit.fields import SeenForm

TEAM = "Only the team"
OF_NONE = "none"  # the choice that a run is of no training of the catalogue
IN_THE_ROOM = "Who takes part in the session"


def _who(field: forms.Field, who: str) -> forms.Field:
    field.who = who  # type: ignore[attr-defined]  # templates show it: <c-field who=…>
    return field


class CodeForm(forms.Form):
    """The code that is shown in the session."""

    code = forms.CharField(
        label="Code",
        max_length=40,
        help_text="It is shown in the session, such as K7Q-2MX.",
        error_messages={
            "required": "Write the code that is shown in the session.",
            "max_length": "A code has six letters and figures.",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class RoomForm(SeenForm):
    """Questions for breakout rooms, and links that are needed there."""

    questions = _who(
        forms.CharField(
            label="Questions for breakout rooms",
            required=False,
            widget=forms.Textarea(attrs={"rows": 8}),
            help_text="Markdown. A numbered list reads well on a telephone.",
        ),
        IN_THE_ROOM,
    )
    links = _who(
        forms.CharField(
            label="Links",
            required=False,
            widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
            help_text="One on each line: what it is, then its address. The joining link does not belong here.",
        ),
        IN_THE_ROOM,
    )

    def read_links(self) -> list[tuple[str, str]]:
        """Give the links as words and address. Raises BadPlan for a line without an address."""
        found = []
        for line in self.cleaned_data["links"].splitlines():
            if not line.strip():
                continue
            words, _, url = line.strip().rpartition(" ")
            if "://" not in url:
                raise BadPlan(f"There is no address at the end of “{line.strip()[:60]}”.", field="links")
            found.append((words.strip(" :–-"), url))
        return found


class RunForm(SeenForm):
    """What to change next time, and where people said how it was."""

    text = _who(
        forms.CharField(
            label="What to change next time", required=False, widget=forms.Textarea(attrs={"rows": 6}), help_text="Markdown."
        ),
        TEAM,
    )
    form = _who(forms.ChoiceField(label="Form that asked for feedback", required=False), TEAM)
    training = _who(
        forms.ChoiceField(label="Training it was", required=False, help_text="It stands under this training in the catalogue."),
        TEAM,
    )

    def __init__(self, *arguments: object, forms_there: list[tuple[str, str]], trainings: list[str], **named: object) -> None:
        """Offer the programme's forms, and the trainings of its catalogue."""
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self.trainings = trainings
        by_number = [(str(number), title) for number, title in enumerate(trainings)]
        for name, choices in (
            ("form", [("", "None"), *forms_there]),
            ("training", [("", "Found by its title"), *by_number, (OF_NONE, "None of the catalogue")]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def number_of(self, title: str | None) -> str:
        """Give the choice that says a training; that of nobody having said where the catalogue has none of this title."""
        if title == "":
            return OF_NONE
        return next((str(number) for number, each in enumerate(self.trainings) if each == title), "")

    @property
    def chosen_training(self) -> str | None:
        """The title that was chosen: empty for none of the catalogue, None where its words are to say."""
        chosen = self.cleaned_data["training"]
        if chosen == OF_NONE:
            return ""
        return self.trainings[int(chosen)] if chosen else None
