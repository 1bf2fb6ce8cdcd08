"""Every component of the house in every variant; in the demo only."""

from __future__ import annotations

from datetime import UTC, datetime

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub.core.plan.model import Kind
from hub.people.access import demo_page
from hub.site import icons


class ExampleForm(forms.Form):
    """One field of each sort, for the gallery."""

    use_required_attribute = False
    title = forms.CharField(
        label="Title",
        max_length=200,
        help_text="As it stands in the calendar.",
        error_messages={"required": "Give the session a title."},
    )
    kind = forms.ChoiceField(
        label="Kind",
        choices=[(kind.value, kind.label) for kind in Kind],
        error_messages={"invalid_choice": "Choose one of the kinds in the list."},
    )
    date = forms.DateField(
        label="Date",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Write a day that exists, such as 5 July 2023."},
    )
    summary = forms.CharField(label="Summary", required=False, widget=forms.Textarea, help_text="Markdown is welcome.")
    mode = forms.ChoiceField(
        label="How people attend",
        choices=[("online", "Online"), ("hybrid", "Hybrid"), ("in-person", "In person")],
        widget=forms.RadioSelect,
        required=False,
    )
    is_public = forms.BooleanField(label="Everybody may see it", required=False, help_text="Otherwise only the cohort does.")


@demo_page
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Show each component in each variant."""
    context = {
        "kinds": list(Kind),
        "tones": ["plain", "primary", "danger", "quiet"],
        "meanings": ["good", "attention", "wrong", "quiet"],
        "empty_form": ExampleForm(),
        "wrong_form": ExampleForm({"wrong-title": "", "wrong-kind": "tea", "wrong-date": "31 June"}, prefix="wrong"),
        "icons": icons.names(),
        "three": Paginator(range(3), 1).get_page(request.GET.get("turned", 2)),
        "moment": datetime(2023, 7, 19, 14, tzinfo=UTC),
    }
    return render(request, "site/gallery.html", context)
