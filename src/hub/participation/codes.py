"""The picture of a code to check in by, and how many wrong codes somebody may try."""

from __future__ import annotations

import io
from typing import ClassVar

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from hub.core.errors import Refusal


class ManyTries(Refusal):
    """Somebody tries codes faster than people mistype."""

    code: ClassVar[str] = "many-tries"


def qr(code: str) -> SafeString:
    """Draw the address of a code as SVG: dark on light in both themes, for cameras read nothing else."""
    import segno

    out = io.BytesIO()
    address = settings.BASE_URL + reverse("check-in-code", args=[code])
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=4, dark="#1c1a17", light="#ffffff", xmldecl=False, omitsize=True, svgclass="qr", lineclass=None,
        title="The code as a picture for a telephone’s camera",
    )  # fmt: skip
    return mark_safe(out.getvalue().decode())  # noqa: S308  drawn from our own address


def tries_left(request: HttpRequest) -> bool:
    """Say whether somebody may still try; only wrong tries count."""
    return bool(ratelimit.consume(request, action="check_in", user=request.user, dry_run=True))


def wrong_try(request: HttpRequest) -> None:
    """Count a wrong try of who is signed in."""
    ratelimit.consume(request, action="check_in", user=request.user)
