"""What I say of myself, and what I link to."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import Refusal
from hub.core.meanwhile import BothChanged, marks_of
from hub.kit.fields import show_both, with_what_stands
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
        shown = "" if seen_as(request) else marks_of(queries.profile_of(me, at=at))
        return render(request, "people/profile.html", context | {"form": form, "links": links, "shown": shown})
    form, shown, status = asked(request.POST), request.POST.get("shown", ""), 422
    links = LinksForm(request.POST, most=most)
    if form.is_valid() & links.is_valid():
        stand = [(link.label, link.url) for link in queries.links_of(me)]
        given = links.given if links.rows else stand
        try:
            linked = [commands.LinkFacts(label, url) for label, url in given]
            commands.edit_profile(me, linked, teams=form.reading, out=form.taken_out, shown=shown, by=me, at=at, **form.facts)
        except BothChanged as no:
            form, shown, status = asked(with_what_stands(request.POST, no)), marks_of(no.stands), 409
            links = links if "links" in no.typed else LinksForm(links=stand, most=most)
            show_both(form, no, labels={"links": "Links"})
        except Refusal as no:
            form.add_error(no.field if no.field in form.fields else None, no.sentence)
        else:
            messages.success(request, "Saved.")
            return redirect("profile")
    return render(request, "people/profile.html", context | {"form": form, "links": links, "shown": shown}, status=status)
