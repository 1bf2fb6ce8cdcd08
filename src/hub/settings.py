"""Settings, read once from environment variables that begin with HUB_; docs/guide/self-hosting.md names them.

Embedded by default (SQLite, one process); `HUB_DATABASE_URL=postgresql://…` makes it scaled. Nothing else reads them.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

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
    "hub.schedule",
    "hub.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hub.kit.middleware.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # WAL without IMMEDIATE loses read-then-write transactions (docs/decisions/0002).
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    query = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.pop("host", "") or parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}, **query},
    }


DATABASES = {"default": _database()}
IS_SCALED = DATABASES["default"]["ENGINE"].endswith("postgresql")


def _worker() -> str:
    """Read HUB_WORKER: background work in the server ("embedded") or in processes of its own ("separate", `hub work`)."""
    said = _text("WORKER") or ("separate" if IS_SCALED else "embedded")
    if said not in {"embedded", "separate"}:
        raise SystemExit(f"HUB_WORKER is “{said}”; it takes embedded or separate.")
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
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
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
    "root": {"handlers": ["stderr"], "level": _text("LOG_LEVEL", "WARNING")},
}
