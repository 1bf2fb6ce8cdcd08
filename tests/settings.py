"""Settings of the test suite: the program's own, on a database named by HUB_DATABASE_URL (SQLite in memory without one)."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("HUB_DATA", tempfile.mkdtemp(prefix="hub-tests-"))
os.environ.setdefault("HUB_DEBUG", "0")
os.environ.setdefault("HUB_SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")

from hub.settings import *  # noqa: F403
from hub.settings import DATABASES, STATIC_ROOT, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["OPTIONS"].pop("pool", None)  # the test database is created and dropped under the pool's feet
Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # the middleware warns of a missing one
