"""Sign in, sign out, and in the demo: be one of the cast."""

from __future__ import annotations

from django.contrib.auth import authenticate, login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.people import queries
from hub.people.access import demo_page, person_of, public_page
from hub.people.forms import SignInForm
from hub.people.models import Account, Person

BACKEND = "django.contrib.auth.backends.ModelBackend"
NOT_KNOWN = "This address and password don’t belong together. Check both, or ask your team to help you in."


def _safe(request: HttpRequest, address: str) -> str:
    """Give an address of this Hub as it is, and nothing for one of another site."""
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return address if is_ours else ""


def _home_of(person: Person) -> str:
    """Give the page a person starts on: the team's home where they are on a team, else what is next for them."""
    programme = queries.programmes_run_by(person, at=timezone.now()).first()
    return f"/team/{programme.slug}/" if programme else reverse("me")


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for an address and a password; then go on to where the person was going."""
    person = person_of(request)
    wanted = _safe(request, request.GET.get("next", ""))
    if request.method != "POST":
        if person:
            return redirect(wanted or _home_of(person))
        return render(request, "people/sign_in.html", {"form": SignInForm(initial={"next": wanted})})
    form = SignInForm(request.POST)
    if form.is_valid():
        account = authenticate(request, username=form.cleaned_data["email"], password=form.cleaned_data["password"])
        if isinstance(account, Account):
            login(request, account)
            return redirect(_safe(request, form.cleaned_data["next"]) or _home_of(account.person))
        form.add_error("password", NOT_KNOWN)
    return render(request, "people/sign_in.html", {"form": form}, status=422)


@public_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("home")


@demo_page
@require_safe
def dev(request: HttpRequest) -> HttpResponse:
    """List the cast of the demo and what each may do."""
    return render(request, "people/dev.html", {"cast": queries.cast()})


@demo_page
@require_safe
def dev_as(request: HttpRequest, name: str) -> HttpResponse:
    """Sign in as one of the cast: the one GET that writes, in the demo only."""
    account = queries.account_named(name)
    if account is None:
        raise Http404
    login(request, account, backend=BACKEND)
    return redirect(_safe(request, request.GET.get("next", "")) or _home_of(account.person))
