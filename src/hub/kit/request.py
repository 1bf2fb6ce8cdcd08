"""The request as the pages get it: what middleware has put on it, with types."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class Request(HttpRequest):
    """A request that went through the middleware; `htmx` is true where a page's script asks for a part of it."""

    htmx: HtmxDetails
