"""Issue certificates of participation, and revoke them. What one says is frozen when it is issued."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from hub.core.calendar import day_in
from hub.core.certificates import LEAST_RANDOMNESS, CertificateFacts, Signer, check_over, new_code, period
from hub.core.certificates import Promise as Told
from hub.core.commitments import Forecast, Things, say_promise
from hub.core.consent import Standing, Use
from hub.core.errors import NotAllowed, Refusal
from hub.core.register import check_reason
from hub.kit import journal
from hub.messaging.commands import facts_changed
from hub.participation.models import Certificate
from hub.participation.permissions import require_team
from hub.participation.queries.forecasts import Participant, ended_on, forecast_of
from hub.people.models import Person
from hub.people.queries import standings_of
from hub.programmes.models import Cohort
from hub.programmes.queries import locked_cohort

_DOING = "issue certificates"


class NoCertificate(Refusal):
    """A certificate that cannot be issued, or revoked."""

    code: ClassVar[str] = "no-certificate"


def issue_certificates(
    cohort: Cohort, people: Collection[Person], *, signed_by: str = "", by: Person | None, at: datetime
) -> list[Certificate]:
    """Issue a certificate to each of some Experts, saying what they did by now; who has one that stands is left out.

    `signed_by` is a name and, after a comma, what makes it worth something: "Mara Okafor, Programme lead".
    The PDF of each is set once before it is kept, so that none is issued that cannot be printed; and before the cohort is
    locked, since setting takes a while and whoever writes would wait. The page that verifies it begins closed where its person
    closed that of the one before, or said no to being named; they open it themselves.
    Raises NotAllowed, NoCertificate, NotOver, NoLetters.
    """
    from hub.services.certificates import certificate_pdf

    require_team(by, cohort.programme, at=at, doing=_DOING)
    if not people:
        raise NoCertificate("Choose who gets one.", field="people")
    printed = set()
    for _, facts in _wanted(cohort, people, signed_by=signed_by, at=at):
        certificate_pdf(facts)
        printed.add(_words(facts))
    with transaction.atomic():
        held = locked_cohort(cohort)
        made, closed = [], _kept_closed(held, [person.pk for person in people])
        for person, facts in _wanted(held, people, signed_by=signed_by, at=at):
            if _words(facts) not in printed:  # it became another in between
                certificate_pdf(facts)
            row = Certificate.objects.create(
                code=facts.code,
                cohort=held,
                person=person,
                facts=to_json(facts),
                signed_by=[asdict(each) for each in facts.signed_by],
                issued_at=at,
                issued_by=by,
            )
            journal.record("issued", row, by=by, at=at, part_of=held, about=person)
            made.append(close_certificate(row, by=None, at=at) if person.pk in closed else row)
        if made:
            facts_changed(held.programme_id, at=at)
    return made


def _kept_closed(cohort: Cohort, people: Collection[int]) -> set[int]:
    """Give those of some people whose next certificate of a cohort nobody shall verify until they say so. Two queries."""
    newest = Certificate.objects.filter(cohort=cohort, person__in=people).order_by("pk").values_list("person", "closed_at")
    closed = {person for person, closed_at in dict(newest).items() if closed_at is not None}
    stands = standings_of(people, [cohort.programme_id])
    noes = (Standing.REFUSED, Standing.WITHDRAWN)
    return closed | {person for (person, _, use), (standing, _) in stands.items() if use is Use.NAME and standing in noes}


@transaction.atomic
def revoke_certificate(row: Certificate, *, reason: str, by: Person | None, at: datetime) -> Certificate:
    """Let a certificate stand no more, and say why; another may be issued then. Raises NotAllowed, NoReason, NoCertificate."""
    require_team(by, row.cohort.programme, at=at, doing=_DOING)
    words = check_reason(reason)
    held = Certificate.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if held.revoked_at is not None:
        raise NoCertificate("This certificate is revoked already.")
    held.revoked_at, held.reason = at, words
    held.save()
    facts_changed(row.cohort.programme_id, at=at)
    journal.record("revoked", held, by=by, at=at, part_of=row.cohort, about=row.person, personal=["reason"], reason=words)
    return held


@transaction.atomic
def close_certificate(row: Certificate, *, by: Person | None, at: datetime) -> Certificate:
    """Let nobody verify a certificate for now; it stands, and whose it is can open its page again. Raises NotAllowed."""
    return _opened_or_closed(row, closed_at=at, verb="closed", by=by, at=at)


@transaction.atomic
def reopen_certificate(row: Certificate, *, by: Person | None, at: datetime) -> Certificate:
    """Let whoever has its code verify a certificate again. Raises NotAllowed."""
    return _opened_or_closed(row, closed_at=None, verb="reopened", by=by, at=at)


def close_with_the_name(person: int, programme: int, *, at: datetime) -> None:
    """Close the pages of a person's certificates in a programme where they take their name back; the program does it."""
    rows = Certificate.objects.filter(
        person=person, cohort__programme=programme, revoked_at__isnull=True, closed_at__isnull=True
    )
    for row in rows.select_related("cohort", "person").order_by("pk"):
        close_certificate(row, by=None, at=at)


def _opened_or_closed(
    row: Certificate, *, closed_at: datetime | None, verb: str, by: Person | None, at: datetime
) -> Certificate:
    if by is not None and by.pk != row.person_id:
        raise NotAllowed("Whose certificate it is says who may see its page.")
    held = Certificate.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if (held.closed_at is None) == (closed_at is None):
        return held
    held.closed_at = closed_at
    held.save(update_fields=["closed_at"])
    journal.record(verb, held, by=by, at=at, part_of=row.cohort, about=row.person)
    return held


def to_json(facts: CertificateFacts) -> dict[str, Any]:
    """Give what a certificate says as JSON: days as ISO dates. Who signed it is kept apart, since that is about others."""
    days = ("began_on", "ended_on", "issued_on")
    said = asdict(facts)
    del said["signed_by"]
    return {name: value.isoformat() if name in days else value for name, value in said.items()}


def _wanted(
    cohort: Cohort, people: Collection[Person], *, signed_by: str, at: datetime
) -> list[tuple[Person, CertificateFacts]]:
    """Give who of some Experts has no certificate yet, by name, with what theirs would say. Raises NoCertificate, NotOver."""
    stands = set(Certificate.objects.filter(cohort=cohort, revoked_at__isnull=True).values_list("person", flat=True))
    without = {person.pk for person in people} - stands
    found = {each.person.pk: each for each in forecast_of(cohort, people=without, at=at).participants}
    wanted = []
    for person in sorted((each for each in people if each.pk in without), key=lambda each: (each.plain_name, each.pk)):
        participant = found.get(person.pk)
        if participant is None:
            raise NoCertificate(f"{person.name} is no Expert of {cohort.name}.", field="people")
        ended = ended_on(cohort, participant.expert)
        check_over(person.name, participant.forecasts, ended=ended, today=day_in(at, cohort.zone))
        wanted.append((person, _facts(cohort, participant, signed_by=signed_by, at=at)))
    return wanted


def _words(facts: CertificateFacts) -> CertificateFacts:
    """Give what a certificate says but for its code, which is a new one each time."""
    return replace(facts, code="", address="")


def _facts(cohort: Cohort, participant: Participant, *, signed_by: str, at: datetime) -> CertificateFacts:
    expert, today = participant.expert, day_in(at, cohort.zone)
    code = new_code(secrets.token_bytes(LEAST_RANDOMNESS))
    began = max(cohort.starts_on, expert.starts_on)
    ended = ended_on(cohort, expert)
    if today < began:
        raise NoCertificate(f"{participant.person.name} has not begun yet.", field="people")
    began, ended = period(began, ended, today=today)
    name, _, role = signed_by.partition(",")
    return CertificateFacts(
        programme=cohort.programme.name,
        cohort=cohort.name,
        name=participant.person.name,
        began_on=began,
        ended_on=ended,
        issued_on=today,
        address=settings.BASE_URL + reverse("certificate", args=[code]),
        code=code,
        organisation=expert.organisation.name if expert.organisation else "",
        promises=tuple(_told(each) for each in participant.forecasts if not each.is_waived),
        signed_by=(Signer(name=" ".join(name.split())[:120], role=" ".join(role.split())[:120]),) if name.strip() else (),
        colour=cohort.programme.colour,
    )


def _told(forecast: Forecast) -> Told:
    promise, said = forecast.promise, say_promise(forecast.promise)
    if isinstance(promise.of, Things):
        done = f"{forecast.earned} made"
    else:
        if not forecast.planned and not forecast.came:
            return Told(promised=said[:1].upper() + said[1:], done="none was held")
        done = f"{forecast.came} of {forecast.planned} attended" if forecast.planned else f"{forecast.came} attended"
        if forecast.caught_up:
            done += f", {forecast.caught_up} caught up"
    return Told(promised=said[:1].upper() + said[1:], done=done)
