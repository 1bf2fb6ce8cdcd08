"""Settings, read once from environment variables that begin with HUB_; docs/guide/self-hosting.md names them.

Embedded by default (SQLite, one process); `HUB_DATABASE_URL=postgresql://…` makes it scaled. Nothing else reads them.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PACKAGE = Path(__file__).resolve().parent


def _text(name: str, default: str = "") -> str:
    return os.environ.get(f"HUB_{name}", default)


def _flag(name: str, *, default: bool = False) -> bool:
    return _text(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _number(name: str, default: int) -> int:
    text = _text(name, str(default))
    if not text.isdigit():
        raise SystemExit(f"HUB_{name} is “{text}”; it takes a whole number.")
    return int(text)


def _list(name: str) -> list[str]:
    return [part.strip() for part in _text(name).split(",") if part.strip()]


# Where things are
DATA = Path(_text("DATA", "var")).resolve()  # database, secret and files of an embedded Hub
DEMO = _flag("DEMO")  # /dev/ exists, the cast can be signed in as
DEBUG = _flag("DEBUG")
BASE_URL = _text("BASE_URL", f"http://localhost:{_number('PORT', 8000)}").rstrip("/")
HOST = _text("HOST", "127.0.0.1")
PORT = _number("PORT", 8000)
WORKERS = _number("WORKERS", 1)
IS_HTTPS = BASE_URL.startswith("https://")


def _secret_key() -> str:
    """Give the secret from HUB_SECRET_KEY, or one made once and kept beside the embedded database."""
    if key := _text("SECRET_KEY"):
        return key
    path = DATA / "secret-key"
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
        except FileExistsError:  # another process was faster
            pass
    return path.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = [*_list("ALLOWED_HOSTS"), urlsplit(BASE_URL).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "hub.kit",
    "hub.programmes",
    "hub.people",
    "hub.messaging",
    "hub.forms",
    "hub.schedule",
    "hub.admissions",
    "hub.participation",
    "hub.site",
    "allauth",  # after the rooms: their pages stand for its own
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.orcid",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hub.kit.middleware.SecurityHeaders",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",  # before whatever refuses a request
    "hub.kit.middleware.NoNul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hub.people.middleware.SeeingAs",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "hub.urls"
WSGI_APPLICATION = "hub.wsgi.application"

_loaders = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": _loaders if DEBUG else [("django.template.loaders.cached.Loader", _loaders)],
            "builtins": ["django_cotton.templatetags.cotton", "hub.site.templatetags.hub"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "hub.site.context.shell",
            ],
        },
    }
]
COTTON_DIR = "components"


def _database() -> dict[str, Any]:
    """Read HUB_DATABASE_URL: empty for the embedded SQLite file, sqlite:///path, or postgresql://user:pass@host/name."""
    url = _text("DATABASE_URL")
    if not url or url.startswith("sqlite:"):
        path = Path(unquote(url.removeprefix("sqlite:///"))) if url else DATA / "hub.sqlite3"
        path.parent.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "hub.kit.sqlite",
            "NAME": path,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # WAL without IMMEDIATE loses read-then-write transactions (docs/decisions/0002).
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # The log grows to sixteen megabytes before it is put back: the same pages are written again and again.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=4000; "
                "PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    query = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    if not (threshold := query.pop("prepare_threshold", "1")).isdigit():
        raise SystemExit(f"prepare_threshold in HUB_DATABASE_URL is “{threshold}”; it takes a whole number, 0 for never.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.pop("host", "") or parts.hostname or ""),
        "PORT": str(parts.port or ""),
        # Django prepares nothing, for poolers beside the database that can't keep it; kit.compiled says what is prepared here.
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}, "prepare_threshold": int(threshold) or None, **query},
    }


DATABASES = {"default": _database()}
IS_SCALED = DATABASES["default"]["ENGINE"].endswith("postgresql")


def _worker() -> str:
    """Read HUB_WORKER: background work in the server ("embedded") or in processes of its own ("separate", `hub work`)."""
    said = _text("WORKER") or ("separate" if IS_SCALED else "embedded")
    if said not in {"embedded", "separate"}:
        raise SystemExit(f"HUB_WORKER is “{said}”; it takes embedded or separate.")
    return said


def _zone() -> str:
    """Read HUB_ZONE, the time zone this Hub is at home in."""
    said = _text("ZONE") or "Europe/London"
    try:
        ZoneInfo(said)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of the database is an OSError
        raise SystemExit(f"HUB_ZONE is “{said}”; it takes a place of the time-zone database, such as Europe/London.") from None
    return said


def _days(name: str, default: int, *, most: int = 3650) -> int:
    """Read a number of days. Stops the program with a sentence where there are more than make sense."""
    days = _number(name, default)
    if days > most:
        raise SystemExit(f"HUB_{name} is {days} days; it takes {most} at most.")
    return days


WORKER = _worker()
if IS_SCALED:
    INSTALLED_APPS.insert(INSTALLED_APPS.index("hub.kit"), "procrastinate.contrib.django")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits and codes hold across processes: the cache is a table (stack: a shared cache without a server beside it).
# Past the most entries a third is thrown away, counts of tries with it: more than anybody fills it with in the time they count.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kit_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
# For how long what is personal is kept (core/erasure.py, core/retention.py)
ERASURE_DAYS = _days("ERASURE_DAYS", 14, most=28)
RETENTION_ACCESS_NEEDS_DAYS = _days("RETENTION_ACCESS_NEEDS_DAYS", 180)
RETENTION_INVITATIONS_DAYS = _days("RETENTION_INVITATIONS_DAYS", 90)
RETENTION_TOKENS_DAYS = _days("RETENTION_TOKENS_DAYS", 400)
RETENTION_LIKELY_PAIRS_DAYS = _days("RETENTION_LIKELY_PAIRS_DAYS", 180)
RETENTION_MERGES_DAYS = _days("RETENTION_MERGES_DAYS", 180)
RETENTION_SESSIONS_DAYS = _days("RETENTION_SESSIONS_DAYS", 0)

AUTH_USER_MODEL = "people.Account"
PERSON_MODEL = "people.Person"  # whom the journal speaks of
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/me/"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

# Signing in: a code by mail, a passkey, a provider; nobody has a password (docs/decisions/0011)
ACCOUNT_ADAPTER = "hub.people.doors.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "hub.people.doors.name_of"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # a code by mail proves the address it went to
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"  # providers are connected by people themselves, or vouch for an address
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # who adds a key or an address is told so by mail
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_RATE_LIMITS = {
    # Five tries at a code of six digits, ten codes an hour: half of all codes would take more than a year.
    "request_login_code": "30/m/ip,300/h/ip,3/m/key,10/h/key",
    "reauthenticate": "10/m/user",
    "book_by_mail": "10/m/ip,60/h/ip,3/m/key,10/h/key",
    # Wrong tries only, of who is signed in: of 31^6 codes two are right at a time in each session that is on.
    "check_in": "10/m/user,40/h/user",
}
ACCOUNT_SESSION_REMEMBER = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
MFA_ADAPTER = "hub.people.doors.KeysAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up with an address that is not theirs; without mail none could be proved
MFA_TOTP_ISSUER = "Practitioners Hub"
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "hub.people.doors.ProviderAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _flag("BEHIND_PROXY") else 0
ALLAUTH_USER_CODE_FORMAT = ACCOUNT_LOGIN_BY_CODE_FORMAT


def _providers() -> dict[str, Any]:
    """Read which providers people may sign in with: each by a client's id and secret."""
    found: dict[str, Any] = {}
    if client := _text("ORCID_ID"):
        domain = _text("ORCID_DOMAIN", "orcid.org")
        found["orcid"] = {"APPS": [{"client_id": client, "secret": _text("ORCID_SECRET")}], "BASE_DOMAIN": domain}
    if client := _text("GITHUB_ID"):
        app = {"client_id": client, "secret": _text("GITHUB_SECRET")}
        found["github"] = {"APPS": [app], "SCOPE": ["read:user", "user:email"], "EMAIL_AUTHENTICATION": True}
    if client := _text("OIDC_ID"):
        facts = {"server_url": _text("OIDC_URL"), "email_authentication": True, "verified_email": _list("OIDC_DOMAINS") or None}
        app = {"provider_id": "oidc", "name": _text("OIDC_NAME", "your organisation"), "client_id": client}
        found["openid_connect"] = {
            "APPS": [app | {"secret": _text("OIDC_SECRET"), "settings": facts}],
            "OAUTH_PKCE_ENABLED": True,
        }
    return found


SOCIALACCOUNT_PROVIDERS = _providers()


def _mail() -> dict[str, Any]:
    """Read HUB_MAIL_URL: smtp://host:25, smtp+tls://user:password@host:587 or smtps://…:465."""
    url = _text("MAIL_URL")
    if not url:
        kept = "django.core.mail.backends.filebased.EmailBackend"
        return {"BACKEND": kept if DEMO else "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtp+tls", "smtps"} or not parts.hostname:
        raise SystemExit(
            "HUB_MAIL_URL takes smtp://host:25, smtp+tls://user:password@host:587 or smtps://user:password@host:465."
        )
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "HOST": parts.hostname,
        "PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
        "HOST_USER": unquote(parts.username or ""),
        "HOST_PASSWORD": unquote(parts.password or ""),
        "USE_TLS": parts.scheme == "smtp+tls",
        "USE_SSL": parts.scheme == "smtps",
    }


globals().update({f"EMAIL_{name}": value for name, value in _mail().items()})
EMAIL_FILE_PATH = DATA / "mail"  # the demo's mailbox
EMAIL_TIMEOUT = 10
MAIL_URL = _text("MAIL_URL")  # where the outbox hands messages in; empty: nowhere, and in the demo into its mailbox
MAIL_TRANSPORT = None  # for tests and benchmarks: a transport to use instead
LINKS = None  # for tests and the demo: who looks at links of materials; None looks for itself
CHAT = None  # for tests: a chat to use instead
CHAT_PRIVATE_HOSTS = _list("CHAT_PRIVATE_HOSTS")  # chat servers of one's own that stand in a private network
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _text("MAIL_FROM", f"The Practitioners Hub <hub@{urlsplit(BASE_URL).hostname}>")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "hub.site.pages.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_SSL_REDIRECT = False  # the proxy's business; cookies and HSTS follow BASE_URL
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _flag("BEHIND_PROXY") else None
SILENCED_SYSTEM_CHECKS = ["security.W008"] if IS_HTTPS else []
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
HOME_ZONE = _zone()
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = Path(_text("STATIC", str(DATA / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "hub.site.sheets.OneSheetStorage" if not DEBUG else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = DATA / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
TEST_RUNNER = "django.test.runner.DiscoverRunner"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "hub.kit.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "loggers": {"django.template": {"level": "INFO"}},  # below that it writes all a page knows: names, links that let in, forms
    "root": {"handlers": ["stderr"], "level": _text("LOG_LEVEL", "WARNING")},
}
