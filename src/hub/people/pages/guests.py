"""The team lets somebody in, or looks with their eyes."""

from __future__ import annotations

from smtplib import SMTPException

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hub.core.errors import NotAllowed, Refusal
from hub.people import commands, permissions, queries
from hub.people.access import member_page, person_of, team_page
from hub.people.forms import InviteForm
from hub.people.mails import send_of
from hub.people.models import Account, Person
from hub.people.seeing_as import be_oneself, see_as
from hub.programmes import queries as programmes
from hub.programmes.models import Programme

MAY_BE_PUT_RIGHT = (
    "Until they came in you may put it right. A link that went to another address opens nothing any more, "
    "and what waits for them goes to this one."
)
IS_THEIRS = "They have proved it: only they themselves change it."


def _found(request: HttpRequest, slug: str, pk: int) -> tuple[Programme, Person]:
    place = programmes.programme(slug)
    one = queries.person_of_programme(place, person_of(request), pk, at=timezone.now()) if place else None
    if place is None or one is None:
        raise Http404
    return place, one


@team_page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite_person(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Make a link that lets a person in once; it goes out by mail, and is shown this once to be passed on.

    Until they came in their address may be put right here, with a link or (`do=address`) without.
    """
    place, one = _found(request, programme, pk)
    by, at = person_of(request), timezone.now()
    account = Account.objects.filter(person=one).first()
    form = InviteForm(request.POST if request.method == "POST" else None, initial={"email": account.email if account else ""})
    can_put_right = account is not None and permissions.can_put_address_right(by, one, at=at)
    can = permissions.can_invite(by, one, at=at)
    context = {"programme": place, "one": one, "form": form, "can": can, "can_put_right": can_put_right}
    if account:
        form.fields["email"].disabled = not can_put_right
        form.fields["email"].help_text = MAY_BE_PUT_RIGHT if can_put_right else IS_THEIRS
    if request.method == "POST" and form.is_valid():
        try:
            if account and request.POST.get("do") == "address":
                commands.put_address_right(account, form.cleaned_data["email"], by=by, at=at)
                messages.success(request, f"Mail to {one.name} goes to {queries.mail_goes_to(one)}.")
                return redirect("desk-person", programme, pk)
            invitation, key = commands.invite(one, email=form.cleaned_data["email"], by=by, at=at)
        except NotAllowed:
            return render(request, "people/invite.html", context | {"can": False}, status=409)
        except Refusal as no:
            form.add_error(no.field if no.field in form.fields else None, no.sentence)
        else:
            link = settings.BASE_URL + reverse("come-in", args=[key])
            facts = {"one": one, "programme": place, "by": by, "link": link, "until": invitation.expires_at}
            try:
                text = render_to_string("people/doors/invitation.txt", facts)
                answers = queries.mail_goes_to(by) if by else ""
                send_of(place, f"{place.name}: your way in", text, to=invitation.email, answers_to=answers)
                was_sent = True
            except (OSError, SMTPException):
                was_sent = False
            shown = context | {"link": link, "invitation": invitation, "was_sent": was_sent}
            return render(request, "people/invite.html", shown)
    return render(request, "people/invite.html", context, status=422 if form.errors else 200)


@team_page
@require_POST
def see_as_person(request: HttpRequest, programme: str, pk: int) -> HttpResponse:
    """Begin to see the Hub as one of the programme's people."""
    _, one = _found(request, programme, pk)
    try:
        see_as(request, one, at=timezone.now())
    except Refusal as no:
        messages.error(request, no.sentence)
        return redirect("desk-person", programme, pk)
    return redirect("me")


@member_page
@require_POST
def see_as_end(request: HttpRequest) -> HttpResponse:
    """Be oneself again."""
    be_oneself(request)
    return redirect("me")
