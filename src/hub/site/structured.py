"""What search engines read of a page, as schema.org data (JSON-LD)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from hub.kit import prose
from hub.programmes.models import Programme

_HIDDEN = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}  # nothing can close the script element


def script(data: Mapping[str, Any]) -> SafeString:
    """Write data as a script element that is data and no program, so that the content security policy lets it be."""
    written = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False).translate(_HIDDEN)
    return mark_safe(f'<script type="application/ld+json">{written}</script>')  # noqa: S308  escaped on the line above


def programme(programme: Programme, *, base_url: str) -> SafeString:
    """Describe a programme as an organisation with a page of its own."""
    facts = {
        "@type": "Organization",
        "name": programme.name,
        "description": programme.tagline or prose.to_plain(programme.about.partition("\n\n")[0]),
        "url": base_url + reverse("programme", args=[programme.slug]),
        "sameAs": programme.website,
        "email": programme.contact_email,
    }
    return script({name: value for name, value in facts.items() if value})
