"""Pictures: one's photo, an organisation's logo, and the files themselves, to who may see them."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from hub.core.errors import Refusal
from hub.people import commands, queries, reach
from hub.people import organisations as read
from hub.people.access import member_page, person_of, public_page, team_page
from hub.people.forms import PictureForm
from hub.people.places import programme_or_404


@member_page
@require_http_methods(["GET", "HEAD", "POST"])
def my_photo(request: HttpRequest) -> HttpResponse:
    """Show one's photo; POST gives a new one or other words, `do=remove` takes it away."""
    me = person_of(request)
    assert me is not None  # the decorator let them in
    form = PictureForm(request.POST or None, request.FILES or None, initial={"alt": me.photo_alt})
    if request.method == "POST" and request.POST.get("do") == "remove":
        commands.take_photo_away(me, by=me, at=timezone.now())
        messages.success(request, "Your photo is gone.")
        return redirect("my-photo")
    if form.is_bound and form.is_valid():
        try:
            commands.set_photo(me, form.data_of_picture(), alt=form.cleaned_data["alt"], by=me, at=timezone.now())
        except Refusal as no:
            form.add_error(no.field if no.field in form.fields else None, no.sentence)
        else:
            messages.success(request, "Saved.")
            return redirect("my-photo")
    elif request.method == "POST" and not form.is_bound:
        form = PictureForm({})
        form.add_error("picture", "Choose a picture.")
    context = {"form": form, "me": me, "photo": reach.photo_reach(me, at=timezone.now()), "fellow_words": reach.fellow_words()}
    return render(request, "people/photo.html", context, status=422 if form.errors else 200)


@team_page
@require_http_methods(["GET", "HEAD", "POST"])
def logo(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Show an organisation's logo; POST gives a new one or other words, `do=remove` takes it away."""
    place, by, at = programme_or_404(programme), person_of(request), timezone.now()
    found = read.organisation_of(place, pk)
    if found is None:
        raise Http404
    form = PictureForm(request.POST or None, request.FILES or None, initial={"alt": found.logo_alt})
    if request.method == "POST":
        try:
            if request.POST.get("do") == "remove":
                commands.take_logo_away(found, by=by, at=at)
            elif form.is_valid():
                commands.set_logo(found, form.data_of_picture(), alt=form.cleaned_data["alt"], by=by, at=at)
        except Refusal as no:
            form.add_error(no.field if no.field in form.fields else None, no.sentence)
        if not form.errors:
            messages.success(request, "Saved.")
            return redirect("desk-logo", programme, pk)
    context = {"programme": place, "one": found, "form": form, "is_allowed": queries.shows_logo_of(found, place)}
    return render(request, "people/logo.html", context, status=422 if form.errors else 200)


@public_page
@require_safe
def picture(request: HttpRequest, folder: str, name: str) -> HttpResponseBase:
    """Give a stored picture to who may see it now; asked for anew each time, so that what is taken back is gone at once."""
    stored = f"{folder}/{name}.webp"
    sees = {"photos": queries.sees_photo, "logos": queries.sees_logo}[folder]
    if not sees(person_of(request), stored, at=timezone.now()) or not default_storage.exists(stored):
        raise Http404
    tag = f'"{name}"'
    headers = {"Cache-Control": "private, no-cache", "ETag": tag, "Content-Disposition": "inline"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=headers)
    return FileResponse(default_storage.open(stored), content_type="image/webp", headers=headers)
