"""The program's own settings, with the bounds' addresses beside its own."""

from hub.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
