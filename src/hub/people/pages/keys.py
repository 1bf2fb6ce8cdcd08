"""How I sign in: addresses, passkeys, an authenticator app, providers, and where I am signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.account.views import ConfirmEmailVerificationCodeView, EmailView
from allauth.mfa.base.views import ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView, RemoveWebAuthnView
from allauth.socialaccount.adapter import get_adapter as get_provider_adapter
from allauth.socialaccount.internal.flows.connect import disconnect as take_away
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.internal.flows.sessions import end_other_sessions, end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from hub.people.access import own_page
from hub.people.forms import AddressCodeForm, AddressForm
from hub.people.models import Account
from hub.people.pages.tries import CountedTries, only_keys

READ_OR_SEND = ["GET", "HEAD", "POST"]


def _answer(view: Callable[..., HttpResponseBase], request: HttpRequest, **given: Any) -> HttpResponse:
    """Ask the library's view; a page that shows what is wrong gets the status that says so."""
    answer: Any = view(request, **given)
    data = getattr(answer, "context_data", None) or {}
    forms = [form for form in data.values() if getattr(form, "is_bound", False)]
    if answer.status_code == 200 and any(form.errors for form in forms):
        answer.status_code = 422
    result: HttpResponse = answer
    return result


class _TakeAddressCode(CountedTries, ConfirmEmailVerificationCodeView):
    """Take the code that proves a new address."""

    start = "account_email"


_addresses = EmailView.as_view(template_name="people/keys/addresses.html", form_class=AddressForm)
_address_code = _TakeAddressCode.as_view(template_name="people/keys/address_code.html", form_class=AddressCodeForm)
_add_passkey = AddWebAuthnView.as_view(template_name="people/keys/add_passkey.html")
_remove_passkey = RemoveWebAuthnView.as_view(template_name="people/keys/remove_passkey.html")
_add_app = ActivateTOTPView.as_view(template_name="people/keys/add_app.html")
_remove_app = DeactivateTOTPView.as_view(template_name="people/keys/remove_app.html")
_recovery_codes = ViewRecoveryCodesView.as_view(template_name="people/keys/recovery_codes.html")
_new_recovery_codes = GenerateRecoveryCodesView.as_view(template_name="people/keys/new_recovery_codes.html")
_again = ReauthenticateView.as_view(template_name="people/keys/again.html")
_again_with_passkey = ReauthenticateWebAuthnView.as_view(template_name="people/keys/again_with_passkey.html")


def _is_key(text: str) -> bool:
    """Say whether a text is the number of a row."""
    return text.isdecimal() and len(text) <= 18


def _shown(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Count a key that was just added as shown, so that its recovery codes can be seen without asking for it again."""
    if answer.status_code == 302 and answer["Location"] == reverse("mfa_view_recovery_codes"):
        record_authentication(request, _account(request), "mfa", reauthenticated=True)
    return answer


def _account(request: HttpRequest) -> Account:
    user = request.user
    assert isinstance(user, Account)  # the decorator let them in
    return user


@own_page
@never_cache
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Show every way in, and every place where one is in."""
    account = _account(request)
    kinds: dict[str, list[Authenticator]] = {}
    for each in Authenticator.objects.filter(user=account).order_by("pk"):
        kinds.setdefault(each.type, []).append(each)
    connected = list(SocialAccount.objects.filter(user=account).order_by("pk"))
    theirs = {each.provider for each in connected}
    offered = get_provider_adapter().list_providers(request)
    context = {
        "addresses": EmailAddress.objects.filter(user=account).order_by("-primary", "email"),
        "passkeys": [(each, each.wrap()) for each in kinds.get("webauthn", [])],
        "app": kinds.get("totp"),
        "codes_left": len(kinds["recovery_codes"][0].wrap().get_unused_codes()) if "recovery_codes" in kinds else 0,
        "connected": [(each, "ORCID" if each.provider == "orcid" else each.get_provider().name) for each in connected],
        "offered": [
            {
                "name": "ORCID" if each.id == "orcid" else each.name,
                "url": each.get_login_url(request, process="connect", next="/me/sign-in/"),
            }
            for each in offered
            if (each.app.provider_id or each.id) not in theirs
        ],
        "sessions": sorted(UserSession.objects.purge_and_list(account), key=lambda each: each.last_seen_at, reverse=True),
    }
    return render(request, "people/keys/keys.html", context)


@own_page
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """Sign out in one place (`session`), or everywhere else."""
    key = request.POST.get("session", "")
    if _is_key(key):
        end_sessions(request, UserSession.objects.filter(user=_account(request), pk=int(key)))
    else:
        end_other_sessions(request, _account(request))
    messages.success(request, "Signed out there.")
    return redirect("keys")


@own_page
@never_cache
@require_http_methods(READ_OR_SEND)
def addresses(request: HttpRequest) -> HttpResponse:
    """List one's addresses; add one (a code proves it), choose where mail goes, take one away."""
    return _answer(_addresses, request)


@own_page
@never_cache
@require_http_methods(READ_OR_SEND)
def address_code(request: HttpRequest) -> HttpResponse:
    """Take the code that was sent to a new address."""
    return _answer(_address_code, request)


@own_page
@never_cache
@require_http_methods(READ_OR_SEND)
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Add a passkey of this device."""
    only_keys(request, RegistrationResponse)
    return _shown(request, _answer(_add_passkey, request))


@own_page
@never_cache
@require_http_methods(READ_OR_SEND)
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a passkey away, after asking."""
    return _answer(_remove_passkey, request, pk=pk)


@own_page
@never_cache
@require_http_methods(READ_OR_SEND)
def add_app(request: HttpRequest) -> HttpResponse:
    """Add an authenticator app: its picture to scan, and a first code."""
    return _shown(request, _answer(_add_app, request))


@own_page
@never_cache
@require_http_methods(READ_OR_SEND)
def remove_app(request: HttpRequest) -> HttpResponse:
    """Take the authenticator app away, after asking."""
    return _answer(_remove_app, request)


@own_page
@never_cache
@require_safe
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Show the recovery codes that are left."""
    return _answer(_recovery_codes, request)


@own_page
@never_cache
@require_http_methods(READ_OR_SEND)
def new_recovery_codes(request: HttpRequest) -> HttpResponse:
    """Make new recovery codes, after asking; the old ones end."""
    return _answer(_new_recovery_codes, request)


@own_page
@never_cache
@require_http_methods(READ_OR_SEND)
def again(request: HttpRequest) -> HttpResponse:
    """Ask who changes keys for their authenticator app once more."""
    return _answer(_again, request)


@own_page
@never_cache
@require_http_methods(READ_OR_SEND)
def again_with_passkey(request: HttpRequest) -> HttpResponse:
    """Ask who changes keys for their passkey once more."""
    only_keys(request, AuthenticationResponse)
    return _answer(_again_with_passkey, request)


@own_page
@require_POST
def disconnect(request: HttpRequest) -> HttpResponse:
    """Take a provider away, the last one too: a code by mail still lets them in, which the library cannot know."""
    key = request.POST.get("account", "")
    found = SocialAccount.objects.filter(user=_account(request), pk=int(key)).first() if _is_key(key) else None
    if found is not None:
        take_away(request, found)
    return redirect("keys")
