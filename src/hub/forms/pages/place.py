"""Find what an address names, for who may see it."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils.dateparse import parse_datetime

from hub.core.consent import Use
from hub.forms import queries
from hub.forms.models import Form
from hub.people.models import Term
from hub.people.queries import newest_terms
from hub.programmes.models import Programme


def form_or_404(programme: str, slug: str) -> Form:
    """Find a form of the team's; the decorator has looked who asks."""
    found = queries.form_named(programme, slug)
    if found is None:
        raise Http404
    return found


def terms_of(programme: Programme) -> dict[Use, Term]:
    """Give the newest words of each use of a programme."""
    return {Use(term.use): term for term in newest_terms([programme.pk])}


def draft_seen(request: HttpRequest, form: Form) -> datetime:
    """Give the moment of the draft that a page showed, which it sends back; of the one that stands where it says none."""
    return parse_datetime(request.POST.get("seen", "")) or form.draft_at
