"""What messages can tell of 1:1s: booked or moved, with an invitation for the calendar; the day before; cancelled; wishes.

An invitation keeps its UID, its sequence rises when the 1:1 moves or is cancelled. Who has another address now gets it there
once, too; a cancellation goes into the calendars an invitation may have reached, and into no others. No message holds the
joining link: each leads to the short address that asks to sign in.
Source: lessons, "Time and calendars"; RFC 5546 §3.2.2, §3.2.5.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, time

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from hub.core import ical
from hub.core.calendar import say_instant
from hub.core.choices import Topic
from hub.core.letters import Variable
from hub.core.onetoones import OneToOneState
from hub.core.outbox import Offset
from hub.messaging.happenings import Fact, Happening, Invite, Usual, register
from hub.messaging.queries import being_sent, held_invitations
from hub.participation.models import CoachingTerms, OneToOne
from hub.participation.one_to_one_events import join_url, occurrence_of
from hub.participation.queries.onetoones import link_of, place_of
from hub.participation.queries.placing import wishes_of
from hub.people.queries import experts_of
from hub.people.queries.reached import reached
from hub.programmes.models import Programme

_VARIABLES = {
    "one.with": Variable("whom the 1:1 is with", "Ines Moreau"),
    "one.when": Variable("when it is, by the coach’s clock", "Tue 1 October 2024, 14:00 (London)"),
    "one.begins": Variable("when it begins, by the recipient’s clock", "Tue 1 October 2024, 15:00 (Berlin)"),
    "one.begins_elsewhere": Variable(
        "the same, and empty where that is the clock of the coach", "Tue 1 October 2024, 15:00 (Berlin)"
    ),
    "one.minutes": Variable("how long it lasts, in minutes", "60"),
    "one.where": Variable("where it is; empty where they meet online", "Aster House"),
    "one.topic": Variable("what the Expert asks; may be empty", "How to name a maintainer"),
    "one.is_moved": Variable("says something where it was booked for another time before", ""),
    "one.reason": Variable("why it was cancelled; may be empty", "I am ill."),
    "one.in_calendar": Variable("says something where the recipient’s calendar has been sent it", "yes"),
    "one.link": Variable("the page of the 1:1: move, cancel, notes", "https://example.org/one-to-ones/1/", kind="url"),
    "one.join": Variable("leads to where the two meet, once signed in", "https://example.org/one-to-ones/1/join/", kind="url"),
    "one.has_link": Variable("says something where the two meet online, and it is known where", "yes"),
    "one.another": Variable(
        "where the Expert finds another time; empty for the coach, and for who is no Expert any more",
        "https://example.org/me/one-to-ones/",
        kind="url",
    ),
    "cohort.name": Variable("the cohort’s name", "Cohort 2024"),
}
_AUDIENCES = {"both": "The coach and the Expert", "coach": "The coach", "expert": "The Expert"}


def _rows(
    programme: Programme, state: OneToOneState, subjects: Collection[str] | None, *, since: datetime | None
) -> list[OneToOne]:
    rows = OneToOne.objects.filter(cohort__programme=programme, state=state.value)
    if since is not None:
        rows = rows.filter(Q(starts_at__gte=since) | Q(state_at__gte=since))
    if subjects is not None:
        rows = rows.filter(pk__in=[int(each.split(":")[1]) for each in subjects])
    return list(rows.select_related("coach", "expert", "cohort__programme", "availability").order_by("pk"))


def _fact(one: OneToOne, subject: str, moment: datetime, *, invite: Invite | None = None) -> Fact:
    return Fact(
        subject=subject,
        moment=moment,
        zone=one.zone,
        over_at=one.starts_at,
        audiences={"both": [one.coach_id, one.expert_id], "coach": [one.coach_id], "expert": [one.expert_id]},
        values={
            "one.with": f"{one.coach} and {one.expert}",  # to a channel, which is neither of the two
            "one.when": say_instant(one.starts_at, one.zone),
            "one.minutes": str(one.minutes),
            "one.where": place_of(one),
            "one.topic": one.topic,
            "one.is_moved": "yes" if one.sequence else "",
            "one.reason": one.reason,
            "one.in_calendar": "",
            "one.link": settings.BASE_URL + reverse("one-to-one", args=[one.pk]),
            "one.join": join_url(one),
            "one.has_link": "yes" if link_of(one) else "",
            "one.another": "",
            "cohort.name": one.cohort.name,
        },
        personal={one.coach_id: {"one.with": str(one.expert)}, one.expert_id: {"one.with": str(one.coach)}},
        moments={"one.begins": one.starts_at},
        cohort_id=one.cohort_id,
        invite=invite,
    )


def _invite(one: OneToOne, method: str) -> Invite:
    event = occurrence_of(one)
    text = ical.vevent(event, url=join_url(one), stamp=one.state_at)
    return Invite(str(one.uid), one.sequence, method, text, ical.vtimezones([event]))


def booked(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give the booked 1:1s, anew for each time they moved, with what calendars should hold. Queries do not grow with them.

    What was sent as it is now to an address somebody no longer has is given once more for them, until it begins.
    """
    rows = _rows(programme, OneToOneState.BOOKED, subjects, since=since)
    facts = [_fact(one, f"one-to-one:{one.pk}:{one.sequence}", one.state_at, invite=_invite(one, "REQUEST")) for one in rows]
    facts += _elsewhere(programme, [one for one in rows if one.starts_at > at])
    yield from (fact for fact in facts if subjects is None or fact.subject in subjects)


def _elsewhere(programme: Programme, rows: Collection[OneToOne]) -> Iterator[Fact]:
    """Give the 1:1s to come that stand in a calendar at another address than the one mail goes to now.

    The sequence stays: a calendar that never had the entry takes any. The subject counts how often the address was another.
    """
    held = held_invitations(programme, {str(one.uid) for one in rows})
    addresses = {key: each.email for key, each in reached({person for _, person in held}).items()} if held else {}
    for one in rows:
        for person in (one.coach_id, one.expert_id):
            state = held.get((str(one.uid), person))
            if state is None or state.sequence != one.sequence or not state.is_elsewhere(addresses.get(person)):
                continue
            subject = f"one-to-one:{one.pk}:{one.sequence}:{state.raised + 1}"
            fact = _fact(one, subject, one.state_at, invite=_invite(one, "REQUEST"))
            values = {**fact.values, "one.is_moved": ""}
            yield replace(fact, audiences={state.audience: [person]}, values=values, is_again=True)


def coming(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give the booked 1:1s with the moment they begin. One query."""
    for one in _rows(programme, OneToOneState.BOOKED, subjects, since=since):
        yield _fact(one, f"one-to-one:{one.pk}", one.starts_at)


def cancelled(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give the 1:1s that were cancelled, with what takes them out of the calendars they may stand in. As many queries for all.

    An invitation somebody has in hand may be out before the cancellation is: it counts as sent.
    """
    rows = _rows(programme, OneToOneState.CANCELLED, subjects, since=since)
    held = held_invitations(programme, {str(one.uid) for one in rows}) if rows else {}
    in_hand = being_sent(programme, "participation.one-to-one-booked") if rows else set()
    sending = {(int(subject.split(":")[1]), person) for subject, person in in_hand}
    cohorts = {one.cohort_id: one.cohort for one in rows}.values()
    experts = {key: {each.person.pk for each in found} for key, found in experts_of(cohorts, at=at).items()}
    for one in rows:
        there = {person for (uid, person), state in held.items() if uid == str(one.uid) and state.is_there}
        there |= {person for pk, person in sending if pk == one.pk}
        fact = _fact(one, f"one-to-one:{one.pk}", one.state_at, invite=_invite(one, "CANCEL"))
        personal = {key: {**words, "one.in_calendar": "yes" if key in there else ""} for key, words in fact.personal.items()}
        if one.expert_id in experts[one.cohort_id]:
            personal[one.expert_id]["one.another"] = settings.BASE_URL + reverse("my-one-to-ones")
        yield replace(fact, personal=personal, invited=there)


_WHEN = (
    "- When: {{ one.when }}, {{ one.minutes }} minutes\n"
    "{{# if one.begins_elsewhere }}- By your clock: {{ one.begins_elsewhere }}\n{{/ if }}"
    "{{# if one.where }}- Where: {{ one.where }}\n{{/ if }}{{# if one.topic }}- About: {{ one.topic }}\n{{/ if }}\n"
)

register(
    Happening(
        name="participation.one-to-one-booked",
        label="a 1:1 is booked or moved",
        variables=_VARIABLES,
        audiences=_AUDIENCES,
        facts=booked,
        usual=(
            Usual(
                slug="one-to-one-booked",
                title="A 1:1 is booked or moved, with the invitation",
                topic=Topic.DUTY,
                audience="both",
                offset=Offset(),
                subject="{{# if one.is_moved }}Moved: {{/ if }}1:1 with {{ one.with }}, {{ one.when }}",
                body=(
                    "Hello {{ you.first_name }},\n\nyour 1:1 with **{{ one.with }}**{{# if one.is_moved }}, which is "
                    "at another time now{{/ if }}:\n\n"
                    f"{_WHEN}{{{{# if one.has_link }}}}[Join]({{{{ one.join }}}}) when it is time.\n\n{{{{/ if }}}}"
                    "To move or cancel it, [open its page]({{ one.link }}). Your calendar takes the invitation in."
                ),
            ),
        ),
    )
)
register(
    Happening(
        name="participation.one-to-one",
        label="a 1:1 begins",
        variables=_VARIABLES,
        audiences=_AUDIENCES,
        facts=coming,
        usual=(
            Usual(
                slug="one-to-one-tomorrow",
                title="The day before a 1:1",
                topic=Topic.REMINDERS,
                audience="both",
                offset=Offset(days=-1, clock=time(9)),
                subject="Tomorrow: 1:1 with {{ one.with }}",
                body=(
                    "Hello {{ you.first_name }},\n\na reminder of your 1:1 with **{{ one.with }}**.\n\n"
                    f"{_WHEN}{{{{# if one.has_link }}}}[Join]({{{{ one.join }}}}) when it is time. {{{{/ if }}}}"
                    "[Its page]({{ one.link }})"
                ),
            ),
        ),
    )
)
register(
    Happening(
        name="participation.one-to-one-cancelled",
        label="a 1:1 is cancelled",
        variables=_VARIABLES,
        audiences=_AUDIENCES,
        facts=cancelled,
        usual=(
            Usual(
                slug="one-to-one-cancelled",
                title="A 1:1 is cancelled",
                topic=Topic.DUTY,
                audience="both",
                offset=Offset(),
                subject="Cancelled: 1:1 with {{ one.with }}, {{ one.when }}",
                body=(
                    "Hello {{ you.first_name }},\n\nthe 1:1 with **{{ one.with }}** on {{ one.when }} is cancelled."
                    "{{# if one.reason }}\n\n{{ one.reason }}{{/ if }}"
                    "{{# if one.in_calendar }}\n\nYour calendar takes it out.{{/ if }}"
                    "{{# if one.another }}\n\n[Find another time]({{ one.another }}){{/ if }}"
                ),
            ),
        ),
    )
)


def wishes(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give the cohorts whose Experts are asked what suits them, and who has not said. Queries by the cohorts asked."""
    rows = CoachingTerms.objects.filter(cohort__programme=programme, wishes_until__isnull=False)
    if since is not None:
        rows = rows.filter(wishes_until__gte=since)
    if subjects is not None:
        rows = rows.filter(cohort__in=[int(each.split(":")[1]) for each in subjects])
    for row in rows.select_related("cohort__programme").order_by("pk"):
        if row.wishes_until is None:
            continue
        said = wishes_of(row.cohort)
        asked = [each.person.pk for each in experts_of([row.cohort], at=at)[row.cohort_id] if each.person.pk not in said]
        yield Fact(
            subject=f"wishes:{row.cohort_id}",
            moment=row.wishes_until,
            zone=row.cohort.zone,
            over_at=row.wishes_until,
            audiences={"silent": asked},
            values={
                "cohort.name": row.cohort.name,
                "wishes.until": say_instant(row.wishes_until, row.cohort.zone),
                "wishes.link": settings.BASE_URL + reverse("my-wishes", args=[programme.slug, row.cohort.slug]),
            },
            cohort_id=row.cohort_id,
        )


register(
    Happening(
        name="participation.wishes",
        label="the time to say what suits for 1:1s ends",
        variables={
            "cohort.name": _VARIABLES["cohort.name"],
            "wishes.until": Variable("until when they can say it", "Fri 20 September 2024, 18:00 (London)"),
            "wishes.link": Variable("where they say it", "https://example.org/me/one-to-ones/", kind="url"),
        },
        audiences={"silent": "Experts who have not said what suits them"},
        facts=wishes,
        usual=(
            Usual(
                slug="wishes-week",
                title="A week before wishes for 1:1s close",
                topic=Topic.REMINDERS,
                audience="silent",
                offset=Offset(days=-7, clock=time(9)),
                subject="Which times suit you for 1:1s? Until {{ wishes.until }}",
                body=(
                    "Hello {{ you.first_name }},\n\nthe coaches of {{ cohort.name }} have said when they are there. "
                    "[Say which times suit you, and whom you would like to talk to]({{ wishes.link }}) until "
                    "{{ wishes.until }}; then the team finds a 1:1 for everybody."
                ),
            ),
        ),
    )
)
