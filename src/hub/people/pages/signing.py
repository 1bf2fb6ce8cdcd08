"""Sign in, sign out, and in the demo: be one of the cast."""

from __future__ import annotations

from collections.abc import Callable
from smtplib import SMTPException
from typing import Any

from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage
from allauth.account.views import ConfirmLoginCodeView, RequestLoginCodeView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from allauth.socialaccount.adapter import get_adapter as get_provider_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.github import views as github
from allauth.socialaccount.providers.openid_connect import views as oidc
from allauth.socialaccount.providers.orcid import views as orcid
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from fido2.webauthn import AuthenticationResponse
from requests import RequestException

from hub.core.errors import Refusal
from hub.people import commands, kept, queries
from hub.people.access import demo_page, member_page, person_of, public_page
from hub.people.doors import home_of, is_on_this_hub
from hub.people.forms import CodeForm, SignInForm
from hub.people.pages.tries import CountedTries, only_keys
from hub.people.seeing_as import be_oneself
from hub.programmes import queries as programmes

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NO_MAIL = "We could not send the mail just now. Try again in a minute, or come in with a passkey."
CODE_OVER = "That code is over. Begin again with the address mail from your team goes to."
READ_OR_SEND = ["GET", "HEAD", "POST"]


def _safe(request: HttpRequest, address: str) -> str:
    """Give an address of this Hub as it is, and nothing for one of another site."""
    return address if is_on_this_hub(address, request) else ""


class _AskForCode(RequestLoginCodeView):
    """Ask for an address and send a code there: the same answer whether anybody here has it."""

    template_name = "people/sign_in.html"
    form_class = SignInForm

    def form_valid(self, form: Any) -> HttpResponse:
        """Send the code, and say so at the field where mail does not go out."""
        try:
            answer: HttpResponse = super().form_valid(form)
        except (OSError, SMTPException):
            form.add_error("email", NO_MAIL)
            answer = self.form_invalid(form)
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the page again; what was typed stays."""
        answer: HttpResponse = self.render_to_response(self.get_context_data(form=form), status=422)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the providers one may come in with, and the programmes that state what is kept of whoever does."""
        wanted = _safe(self.request, self.request.POST.get("next") or self.request.GET.get("next", ""))
        providers = [
            {"name": "ORCID" if each.id == "orcid" else each.name, "url": each.get_login_url(self.request)}
            for each in get_provider_adapter().list_providers(self.request)
        ]
        data: dict[str, Any] = super().get_context_data(**kwargs)
        return data | {"providers": providers, "next": wanted, "stating": programmes.public_programmes()}


class _TakeCode(CountedTries, ConfirmLoginCodeView):
    """Take the code. A link would be followed by scanners of mail; a code is typed by a person."""

    template_name = "people/doors/code.html"
    form_class = CodeForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take a code, or send another, while the address it went to still lets in: it may be somebody else's since."""
        account, address = self._process.user, self._process.state["email"]
        if account is not None and queries.address_that_lets_in(account, address) is None:
            self._process.abort()
            messages.error(request, CODE_OVER)
            return redirect(self.start)
        return super().post(request, *args, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Count the try and show the page again; after the last one, back to the start."""
        answer: HttpResponse = super().form_invalid(form)
        if answer.status_code == 200:
            answer.status_code = 422
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Keep where the person was going."""
        wanted = _safe(self.request, self.request.POST.get("next") or self.request.GET.get("next", ""))
        data: dict[str, Any] = super().get_context_data(**kwargs)
        return data | {"next": wanted}


_ask_for_code = _AskForCode.as_view()
_take_code = login_stage_required(stage=LoginByCodeStage.key, redirect_urlname="sign-in")(_TakeCode.as_view())
_second_step = AuthenticateView.as_view(template_name="people/doors/second.html")
_with_passkey = LoginWebAuthnView.as_view()


@public_page
@never_cache
@require_http_methods(READ_OR_SEND)
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for an address and send a code there; who is signed in goes on to where they were going.

    `do=anew` gives a half-done sign-in up.
    """
    person = person_of(request)
    if person is not None:
        return redirect(_safe(request, request.GET.get("next", "")) or home_of(person))
    if request.method == "POST":
        clear_login(request)  # a half-done sign-in of another address would go on instead
        if request.POST.get("do") == "anew":
            return redirect("sign-in")
    answer: HttpResponse = _ask_for_code(request)
    return answer


@public_page
@require_http_methods(READ_OR_SEND)
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Take the code that was sent; `action=resend` sends another one."""
    answer: HttpResponse = _take_code(request)
    return answer


@public_page
@require_http_methods(READ_OR_SEND)
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for the authenticator app's code, a passkey or a recovery code."""
    only_keys(request, AuthenticationResponse)
    answer: HttpResponse = _second_step(request)
    return _as_refused(answer)


@public_page
@require_http_methods(READ_OR_SEND)
def with_passkey(request: HttpRequest) -> HttpResponse:
    """Give the challenge for a passkey (GET, as JSON), and take the passkey's answer (POST)."""
    only_keys(request, AuthenticationResponse)
    answer: HttpResponse = _with_passkey(request)
    return answer


def _as_refused(answer: HttpResponse) -> HttpResponse:
    """Give a page that shows what is wrong the status that says so."""
    form = (getattr(answer, "context_data", None) or {}).get("form")
    if answer.status_code == 200 and form is not None and form.errors:
        answer.status_code = 422
    return answer


def _begin(view: Callable[..., HttpResponse], request: HttpRequest, *args: str) -> HttpResponse:
    """Ask a provider; an unknown one is no page, one that does not answer is said to be away.

    After a press the way to the provider is a page of ours, not a redirect: the policy lets no form lead elsewhere.
    """
    try:
        answer = view(request, *args)
    except SocialApp.DoesNotExist as no:
        raise Http404 from no
    except RequestException:
        return render(request, "people/doors/no_provider.html", {"name": "The provider"}, status=502)
    if request.method == "POST" and answer.status_code == 302 and not _safe(request, answer["Location"]):
        return render(request, "people/doors/on_the_way.html", {"to": answer["Location"]})
    return answer


@public_page
@require_http_methods(READ_OR_SEND)
def with_oidc(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to the OpenID Connect provider of the settings."""
    return _begin(oidc.login, request, provider_id)


@public_page
@require_safe
def from_oidc(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back from it."""
    return _begin(oidc.callback, request, provider_id)


@public_page
@require_http_methods(READ_OR_SEND)
def with_github(request: HttpRequest) -> HttpResponse:
    """Go to GitHub."""
    return _begin(github.oauth2_login, request)


@public_page
@require_safe
def from_github(request: HttpRequest) -> HttpResponse:
    """Come back from GitHub."""
    return _begin(github.oauth2_callback, request)


@public_page
@require_http_methods(READ_OR_SEND)
def with_orcid(request: HttpRequest) -> HttpResponse:
    """Go to ORCID."""
    return _begin(orcid.oauth2_login, request)


@public_page
@require_safe
def from_orcid(request: HttpRequest) -> HttpResponse:
    """Come back from ORCID."""
    return _begin(orcid.oauth2_callback, request)


@public_page
@never_cache
@require_http_methods(READ_OR_SEND)
def come_in(request: HttpRequest, key: str) -> HttpResponse:
    """Take an invitation: a press comes in, so that a scanner which opens every link in a mail uses nothing up."""
    at = timezone.now()
    invitation = commands.invitation_of(key, at=at)
    if request.method == "POST":
        try:
            account = commands.accept_invitation(key, at=at)
        except Refusal as no:
            messages.error(request, no.sentence)
            return redirect("sign-in")
        logout(request)
        answer: HttpResponse = perform_login(
            request, Login(user=account, email=account.email, email_verification=EmailVerificationMethod.NONE)
        )
        return answer
    status = 200 if invitation else 410
    context = {"invitation": invitation, "was_overtaken": invitation is None and commands.was_overtaken(key)}
    answer = render(request, "people/doors/come_in.html", context, status=status)
    answer["Referrer-Policy"] = "strict-origin"  # after no-referrer a browser sends the form with the origin "null": refused
    return answer


@public_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    be_oneself(request)  # what was shown of somebody else is not to be kept as one's own
    answer = redirect("home")
    kept.remember_who(request, answer)
    logout(request)
    return answer


@member_page
@never_cache
@require_http_methods(READ_OR_SEND)
def go_on(request: HttpRequest) -> HttpResponse:
    """Show what was typed when the session had ended, to be sent now; POST throws it away."""
    if request.method == "POST":
        kept.forget(request)
        messages.success(request, "Thrown away.")
        return redirect("me")
    found = kept.kept(request)
    if found is None:
        kept.forget(request)  # too old, or somebody else's
        return redirect("me")
    return render(request, "people/doors/go_on.html", {"kept": found})


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
    return redirect(_safe(request, request.GET.get("next", "")) or home_of(account.person))
