"""What I say of myself, and what I link to."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import Refusal
from hub.people import commands, queries
from hub.people.access import member_page, person_of
from hub.people.forms import LinksForm, ProfileForm


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and save what a person says of themselves, links included: all of it, or nothing."""
    me = person_of(request)
    assert me is not None  # the decorator let them in
    most = commands.MOST_LINKS
    if request.method != "POST":
        form = ProfileForm(initial={name: getattr(me, name) for name in ProfileForm.base_fields})
        links = LinksForm(links=[(link.label, link.url) for link in queries.links_of(me)], most=most)
        return render(request, "people/profile.html", {"form": form, "links": links, "most": most})
    form = ProfileForm(request.POST)
    links = LinksForm(request.POST, most=most)
    if form.is_valid() & links.is_valid():
        given = links.given if links.rows else [(link.label, link.url) for link in queries.links_of(me)]
        try:
            shown = [commands.LinkFacts(label, url) for label, url in given]
            commands.edit_profile(me, shown, by=me, at=timezone.now(), **form.cleaned_data)
        except Refusal as no:
            form.add_error(no.field if no.field in form.fields else None, no.sentence)
        else:
            messages.success(request, "Saved.")
            return redirect("profile")
    return render(request, "people/profile.html", {"form": form, "links": links, "most": most}, status=422)
