"""What search engines read of a page, as schema.org data (JSON-LD)."""

from __future__ import annotations

from django.urls import reverse
from django.utils.safestring import SafeString

from hub.kit import prose
from hub.kit.linked import script
from hub.programmes.models import Programme


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
