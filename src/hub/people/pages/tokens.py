"""My tokens: keys for programs that act for me."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hub.core.errors import Refusal
from hub.people import commands, queries
from hub.people.access import own_page, person_of
from hub.people.forms import TokenForm
from hub.people.models import TokenScope


@own_page
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List my tokens; POST makes one and shows its key this once, `do=revoke` ends one."""
    me = person_of(request)
    assert me is not None  # the decorator let them in
    at = timezone.now()
    mine = queries.programmes_of(me, at=at)
    key = ""
    form = TokenForm(programmes=[(each.slug, each.name) for each in mine])
    if request.method == "POST" and request.POST.get("do") == "revoke":
        found = queries.token_of(me, request.POST.get("token", ""))
        if found is None:
            raise Http404
        commands.revoke_token(found, by=me, at=at)
        messages.success(request, f"“{found.name}” has ended; nothing gets in with it any more.")
        return redirect("tokens")
    if request.method == "POST":
        form = TokenForm(request.POST, programmes=[(each.slug, each.name) for each in mine])
        if form.is_valid():
            given = form.cleaned_data
            of = next((each for each in mine if each.slug == given["programme"]), None)
            try:
                _, key = commands.make_token(
                    me, name=given["name"], scope=TokenScope(given["scope"]), programme=of, days=given["days"], by=me, at=at
                )
            except Refusal as no:
                form.add_error(no.field if no.field in form.fields else None, no.sentence)
            else:
                form = TokenForm(programmes=[(each.slug, each.name) for each in mine])
    context = {"form": form, "tokens": queries.tokens_of(me), "key": key, "at": at}
    answer = render(request, "people/tokens.html", context, status=422 if form.errors else 200)
    answer["Cache-Control"] = "private, no-store"
    return answer
