"""What messages can tell of the team's answers to an Expert: a request is answered, and a certificate is issued."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from hub.core.choices import Topic
from hub.core.claims import ClaimState
from hub.core.letters import Variable
from hub.core.outbox import Offset
from hub.messaging.happenings import Fact, Happening, Usual, register
from hub.participation.models import CatchUp, Certificate, Excusal
from hub.people.queries.veils import readers_of
from hub.programmes.models import Programme
from hub.schedule.queries.told import released_now_of

_SAID = {
    (Excusal, ClaimState.ACCEPTED): "You are excused from",
    (Excusal, ClaimState.DECLINED): "You are not excused from",
    (CatchUp, ClaimState.ACCEPTED): "It counts that you caught up on",
    (CatchUp, ClaimState.DECLINED): "It does not count that you caught up on",
}


def answers(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give the excusals and catch-ups the team said yes or no to, anew each time it says so. Queries do not grow with them."""
    rows: list[Excusal | CatchUp] = []
    for model in (Excusal, CatchUp):
        said = model.objects.filter(session__cohort__programme=programme, decided_by__isnull=False)
        said = said.filter(state__in=[state.value for kind, state in _SAID if kind is model])
        if since is not None:
            said = said.filter(state_at__gte=since)
        rows += said.select_related("session__cohort").order_by("pk")
    found = [row for row in rows if subjects is None or _subject(row) in subjects]
    released = released_now_of({row.session_id for row in found}, {row.session.cohort_id for row in found}) if found else {}
    readers = readers_of(programme, at=at)
    for row in found:
        session = released.get(row.session_id)
        if session is None:
            continue
        yield Fact(
            subject=_subject(row),
            moment=row.state_at,
            zone=session.zone,
            audiences={"expert": [row.person_id]},
            values={
                "answer.says": f"{_SAID[type(row), ClaimState(row.state)]} {session.say_title}, {session.say_when}.",
                "answer.why": row.answer,
                "answer.yes_or_no": "Not this time" if row.state == ClaimState.DECLINED else "Yes",
                "session.title": session.say_title,
                "commitment.link": settings.BASE_URL + reverse("my-commitments"),
                "cohort.name": row.session.cohort.name,
            },
            cohort_id=row.session.cohort_id,
            veil=readers.veil,
            among=readers.among(row.session.cohort_id),
        )


def _subject(row: Excusal | CatchUp) -> str:
    """Name an answer: what was said before, and taken back since, is another one."""
    return f"{row._meta.model_name}:{row.pk}:{row.state_at.timestamp():.0f}"


def certificates(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give the certificates that were issued and stand. One query."""
    rows = Certificate.objects.filter(cohort__programme=programme, revoked_at__isnull=True)
    if since is not None:
        rows = rows.filter(issued_at__gte=since)
    for row in rows.select_related("cohort").order_by("pk"):
        subject = f"certificate:{row.pk}"
        if subjects is not None and subject not in subjects:
            continue
        yield Fact(
            subject=subject,
            moment=row.issued_at,
            zone=row.cohort.zone,
            audiences={"expert": [row.person_id]},
            values={
                "certificate.link": settings.BASE_URL + reverse("my-commitments"),
                "certificate.page": settings.BASE_URL + reverse("certificate", args=[row.code]),
                "cohort.name": row.cohort.name,
            },
            cohort_id=row.cohort_id,
        )


_COHORT = Variable("the cohort’s name", "Cohort 2024")
_COMMITMENTS = "https://example.org/me/commitments/"

register(
    Happening(
        name="participation.answered",
        label="the team answers a request to be excused, or a catch-up",
        variables={
            "answer.says": Variable(
                "what the team said, in a sentence",
                "You are excused from Collaboration Café, Wed 4 September 2024, 15:00–17:00 (London).",
            ),
            "answer.why": Variable("what the team wrote with it; may be empty", "Get well soon."),
            "answer.yes_or_no": Variable("what they said, in a word or three", "Yes"),
            "session.title": Variable("what the session is called", "Collaboration Café"),
            "commitment.link": Variable("where they see how they stand", _COMMITMENTS, kind="url"),
            "cohort.name": _COHORT,
        },
        audiences={"expert": "Whoever asked"},
        facts=answers,
        usual=(
            Usual(
                slug="request-answered",
                title="The team answers a request",
                topic=Topic.DUTY,
                audience="expert",
                offset=Offset(),
                subject="{{ answer.yes_or_no }}: {{ session.title }}",
                body=(
                    "Hello {{ you.first_name }},\n\n{{ answer.says }}{{# if answer.why }}\n\n{{ answer.why }}{{/ if }}\n\n"
                    "[See where you stand]({{ commitment.link }})\n\n"
                    "{{# if you.can_answer }}If you have a question, answer this mail: a person reads it.{{/ if }}"
                ),
            ),
        ),
    )
)
register(
    Happening(
        name="participation.certificate",
        label="a certificate of participation is issued",
        variables={
            "certificate.link": Variable("where they download it, and close its page", _COMMITMENTS, kind="url"),
            "certificate.page": Variable(
                "where whoever has its code verifies it", "https://example.org/certificates/7KQ2-M4XR-9TDW/", kind="url"
            ),
            "cohort.name": _COHORT,
        },
        audiences={"expert": "Whose certificate it is"},
        facts=certificates,
        usual=(
            Usual(
                slug="certificate-issued",
                title="A certificate is issued",
                topic=Topic.DUTY,
                audience="expert",
                offset=Offset(),
                subject="Your certificate of {{ cohort.name }}",
                body=(
                    "Hello {{ you.first_name }},\n\nyour certificate of participation in **{{ cohort.name }}** is here. "
                    "[Download it]({{ certificate.link }}); there you can also close its page.\n\n"
                    "Whoever you show it to can [verify it]({{ certificate.page }})."
                ),
            ),
        ),
    )
)
