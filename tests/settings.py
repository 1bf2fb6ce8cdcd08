"""Settings of the test suite: the program's own, on a database named by HUB_DATABASE_URL (SQLite in memory without one)."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("HUB_DATA", tempfile.mkdtemp(prefix="hub-tests-"))
os.environ.setdefault("HUB_DEBUG", "0")
os.environ.setdefault("HUB_SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")

from hub.settings import *  # noqa: F403
from hub.settings import DATABASES, INSTALLED_APPS, STATIC_ROOT, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Tables are made from the models, which takes a second where the migrations take twenty; tests/kit/test_migrations.py holds the
# two to each other. The queue of PostgreSQL keeps its own, which are more than models.
MIGRATION_MODULES = {app.rpartition(".")[2]: None for app in INSTALLED_APPS if not app.startswith("procrastinate")}
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["OPTIONS"].pop("pool", None)  # the test database is created and dropped under the pool's feet
else:
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # one for each worker
Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # the middleware warns of a missing one
