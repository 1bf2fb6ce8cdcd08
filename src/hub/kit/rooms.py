"""What rooms leave for the kit to find: modules of a known name, read when they are first needed."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

_OURS = "hub."


@cache
def load_modules(name: str) -> None:
    """Import `<room>.<name>` of every room that has one, once."""
    for config in apps.get_app_configs():
        if config.name.startswith(_OURS) and module_has_submodule(config.module, name):
            import_module(f"{config.name}.{name}")
