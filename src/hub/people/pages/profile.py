"""What I say of myself, and what I link to."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import Refusal
from hub.people import commands, queries
from hub.people.access import member_page, person_of, seen_as
from hub.people.forms import LinksForm, MyProfileForm, ProfileForm


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and save what a person says of themselves, links included: all of it, or nothing."""
    me = person_of(request)
    assert me is not None  # the decorator let them in
    most, at = commands.MOST_LINKS, timezone.now()
    asked = partial(MyProfileForm, teams=queries.teams_told(me, at=at), says_needs=bool(me.access_needs))
    asking = queries.asking_for_needs(me, at=at) if not seen_as(request) else []
    context = {"most": most, "asking": asking}
    if request.method != "POST":
        form = asked(initial={name: getattr(me, name) for name in ProfileForm.base_fields})
        if seen_as(request):
            form = form.without_needs()
        links = LinksForm(links=[(link.label, link.url) for link in queries.links_of(me)], most=most)
        return render(request, "people/profile.html", context | {"form": form, "links": links})
    form = asked(request.POST)
    links = LinksForm(request.POST, most=most)
    if form.is_valid() & links.is_valid():
        given = links.given if links.rows else [(link.label, link.url) for link in queries.links_of(me)]
        try:
            shown = [commands.LinkFacts(label, url) for label, url in given]
            commands.edit_profile(me, shown, teams=form.reading, out=form.taken_out, by=me, at=at, **form.facts)
        except Refusal as no:
            form.add_error(no.field if no.field in form.fields else None, no.sentence)
        else:
            messages.success(request, "Saved.")
            return redirect("profile")
    return render(request, "people/profile.html", context | {"form": form, "links": links}, status=422)
