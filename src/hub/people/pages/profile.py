"""What I say of myself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import Refusal
from hub.people import commands
from hub.people.access import member_page, person_of
from hub.people.forms import ProfileForm


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and save what a person says of themselves."""
    me = person_of(request)
    assert me is not None  # the decorator let them in
    if request.method != "POST":
        form = ProfileForm(initial={name: getattr(me, name) for name in ProfileForm.base_fields})
        return render(request, "people/profile.html", {"form": form})
    form = ProfileForm(request.POST)
    if form.is_valid():
        try:
            commands.edit_person(me, by=me, at=timezone.now(), **form.cleaned_data)
        except Refusal as no:
            form.add_error(no.field if no.field in form.fields else None, no.sentence)
        else:
            messages.success(request, "Saved.")
            return redirect("profile")
    return render(request, "people/profile.html", {"form": form}, status=422)
