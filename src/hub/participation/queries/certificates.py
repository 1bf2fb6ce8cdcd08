"""Read certificates: those of a cohort, one's own, and the one a code names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from hub.core.certificates import CertificateFacts, Promise, Signer
from hub.kit.journal import ERASED
from hub.participation.models import Certificate
from hub.people.models import Person
from hub.programmes.models import Cohort


def certificates_of(cohort: Cohort) -> QuerySet[Certificate]:
    """Give the certificates of a cohort, newest first."""
    return Certificate.objects.filter(cohort=cohort).select_related("person", "issued_by").order_by("-issued_at", "-pk")


def certificates_of_person(person: Person) -> QuerySet[Certificate]:
    """Give the certificates of a person that stand, newest first."""
    rows = Certificate.objects.filter(person=person, revoked_at__isnull=True)
    return rows.select_related("cohort__programme").order_by("-issued_at", "-pk")


def certificate_with(code: str) -> Certificate | None:
    """Give the certificate a code in its one form names, whether it stands or not. One query."""
    return Certificate.objects.filter(code=code).select_related("cohort__programme").first()


def facts_of(row: Certificate) -> CertificateFacts:
    """Give what a certificate says, as it was frozen."""
    return from_json(row.facts, signed_by=row.signed_by)


def from_json(data: Mapping[str, Any], *, signed_by: Sequence[Mapping[str, str]]) -> CertificateFacts:
    """Read what `commands.certificates.to_json` wrote, and beside it who signed. Raises KeyError, ValueError.

    Of who signed and was forgotten since, what they were stays, without a name.
    """
    apart = {"promises", "signed_by", "began_on", "ended_on", "issued_on"}
    return CertificateFacts(
        **{name: value for name, value in data.items() if name not in apart},
        began_on=date.fromisoformat(data["began_on"]),
        ended_on=date.fromisoformat(data["ended_on"]),
        issued_on=date.fromisoformat(data["issued_on"]),
        promises=tuple(Promise(**each) for each in data["promises"]),
        signed_by=tuple(filter(None, map(_signer, signed_by))),
    )


def _signer(each: Mapping[str, str]) -> Signer | None:
    name, role = (each[part] if ERASED not in each[part] else "" for part in ("name", "role"))
    return Signer(name=name, role=role) if name else Signer(name=role) if role else None
