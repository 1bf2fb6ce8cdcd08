"""How people come in: what allauth asks us about accounts, keys and providers, answered in our own words.

Nobody has a password. A code by mail, a passkey or a provider lets a person in; who has an authenticator app or a passkey is
asked for it after a code. See docs/decisions/0011.
"""

from __future__ import annotations

import base64
import logging
from smtplib import SMTPException
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from hub.people import queries
from hub.people.models import Account, Person

# What is said after a change, by the name of allauth's own message. What is not here is not said.
SAID = {
    "account/messages/email_confirmed.txt": "That address is yours now.",
    "account/messages/email_deleted.txt": "The address is taken away.",
    "account/messages/primary_email_set.txt": "Mail goes to that address from now on.",
    "account/messages/cannot_delete_primary_email.txt": "Mail goes to this address. Choose another one for that first.",
    "account/messages/unverified_primary_email.txt": "Prove that address with a code first.",
    "mfa/messages/totp_activated.txt": "Your authenticator app is asked for from now on.",
    "mfa/messages/totp_deactivated.txt": "Your authenticator app is no longer asked for.",
    "mfa/messages/webauthn_added.txt": "The passkey is added.",
    "mfa/messages/webauthn_removed.txt": "The passkey is taken away.",
    "mfa/messages/recovery_codes_generated.txt": "Here are new recovery codes. The old ones no longer work.",
    "socialaccount/messages/account_connected.txt": "Connected. You can sign in that way from now on.",
    "socialaccount/messages/account_disconnected.txt": "Disconnected.",
    "socialaccount/messages/account_connected_other.txt": "That account is connected with somebody else here.",
}
_log = logging.getLogger(__name__)
MANY_TRIES = "That was many tries. Wait a little, then try again."


def name_of(account: Account) -> str:
    """Give the name of the person an account belongs to."""
    return account.person.name


def home_of(person: Person) -> str:
    """Give the page a person starts on: the team's home where they are on a team, else what is next for them."""
    programme = queries.programmes_run_by(person, at=timezone.now()).first()
    return f"/team/{programme.slug}/" if programme else reverse("me")


def is_on_this_hub(address: str, request: HttpRequest) -> bool:
    """Say whether an address leads to a page of this Hub: it begins with a slash, for Django takes a bare word for a name."""
    hosts = {request.get_host()}
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, hosts, require_https=request.is_secure())


class AccountAdapter(DefaultAccountAdapter):
    """Accounts: nobody makes one alone, mails and messages are ours, one goes on to one's own home."""

    error_messages: ClassVar[dict[str, str]] = DefaultAccountAdapter.error_messages | {
        "incorrect_code": "That is not the code. Look at the newest mail, and type its six digits.",
        "too_many_login_attempts": MANY_TRIES,
        "rate_limited": MANY_TRIES,
        "duplicate_email": "This address is yours already.",
        "email_taken": "This address belongs to another account here.",
        "max_email_addresses": "%d addresses at most.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say that accounts come with people, whom a team or a form of the Hub adds."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Say whether one may be led on to an address, as everywhere in the Hub."""
        return bool(url) and is_on_this_hub(str(url), self.request)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Give the address a request came from; through a socket without one, all share a limit."""
        return get_client_ip(request) or "0.0.0.0"  # noqa: S104  (no address to bind to: the unspecified one)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Give the page a person starts on."""
        user = request.user
        return home_of(user.person) if isinstance(user, Account) else "/"

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Lead back to the list of addresses."""
        return reverse("account_email")

    def get_login_stages(self) -> list[str]:
        """Ask nobody to prove an address on the way in: a code just did, and a passkey works without mail."""
        stages: list[str] = super().get_login_stages()
        return [each for each in stages if each != "allauth.account.stages.EmailVerificationStage"]

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Tell somebody of a change they made; where mail does not go out, the change stands all the same."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except (OSError, SMTPException) as no:
            _log.warning("a mail about a change of keys, addresses or accounts could not be sent: %s", type(no).__name__)

    def send_account_already_exists_mail(self, email: str) -> None:
        """Tell an address by mail that it belongs to an account here already; the page says nothing of it."""
        self.send_mail("account/email/account_already_exists", email, {})

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Ask for a passkey first where there is one: it is less work than a code."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return sorted(methods, key=lambda method: not method["id"].endswith(":webauthn"))

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Send somebody whose account is closed back to the sign-in, saying so."""
        messages.error(request, "This account is closed. Ask your team to open it again.")
        return redirect("sign-in")

    def format_email_subject(self, subject: str) -> str:
        """Keep a subject as it is."""
        return subject

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say what we say, and nothing where we say nothing."""
        said = message or SAID.get(message_template or "")
        if said:
            messages.add_message(request, level, said)


class KeysAdapter(DefaultMFAAdapter):
    """Passkeys and authenticator apps: named after the Hub, their secrets encrypted with the Hub's own."""

    error_messages: ClassVar[dict[str, str]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That did not fit. Try the next code, or another key.",
    }

    def encrypt(self, text: str) -> str:
        """Encrypt a secret with a key derived from the Hub's."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt what `encrypt` gave. Raises cryptography.fernet.InvalidToken after the Hub's secret has changed."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def _get_site_name(self) -> str:
        return str(settings.MFA_TOTP_ISSUER)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Name a key that was given no name by the day it came."""
        return f"Passkey of {timezone.now():%-d %B %Y}"


def _cipher() -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"hub.people.keys").derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Providers (ORCID, GitHub, OpenID Connect): for people we know already, never to make new ones."""

    error_messages: ClassVar[dict[str, str]] = DefaultSocialAccountAdapter.error_messages | {
        "connected_other": "That account is connected with somebody else here.",
    }

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Say that accounts come with people."""
        return False

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        """Say whether somebody may come in by an address a provider vouches for: as with a code that goes there."""
        account = queries.account_at(email)
        is_theirs = account is not None and queries.address_that_lets_in(account, email) is not None
        return is_theirs and bool(super().can_authenticate_by_email(login, email))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Say on our own page that the provider did not let them in, whatever the reason."""
        raise ImmediateHttpResponse(render(request, "people/doors/no_provider.html", {"name": provider.name}, status=400))
