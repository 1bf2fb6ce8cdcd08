"""What every page's shell needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from hub.people.access import person_of, seen_as


def shell(request: HttpRequest) -> dict[str, Any]:
    """Give the base templates the person who asks, the base address and whether this is the demo."""
    return {"person": person_of(request), "seen_as": seen_as(request), "base_url": settings.BASE_URL, "is_demo": settings.DEMO}
