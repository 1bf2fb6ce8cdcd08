"""What messages can tell of registers and commitments: an Expert comes at risk, and a register is to be filled."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, time, timedelta

from django.conf import settings
from django.urls import reverse

from hub.core.calendar import instant, say_date
from hub.core.choices import Topic
from hub.core.commitments import Verdict, say, say_for_team, say_promise
from hub.core.letters import Variable
from hub.core.outbox import Offset
from hub.messaging.happenings import Fact, Happening, Usual, register
from hub.participation.queries.attendance import registers_open
from hub.participation.queries.forecasts import cohorts_asked, forecasts_of
from hub.people.queries.reached import team_of
from hub.programmes.models import Programme

_MORNING = time(9)


def at_risk(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give the commitments that are at risk now, each with its Expert; what is made good is given no more. Fourteen queries."""
    cohorts = cohorts_asked(programme, at=at)
    team = [person.pk for person in team_of(programme, at=at)] if cohorts else []
    for told in forecasts_of(cohorts, at=at):
        cohort = told.cohort
        for one in told.at_risk:
            for row, forecast in zip(told.commitments, one.forecasts, strict=True):
                subject = f"commitment:{row.pk}:{one.person.pk}"
                if forecast.verdict is not Verdict.AT_RISK or (subjects is not None and subject not in subjects):
                    continue
                last_on = forecast.last_on or cohort.ends_on
                desk = reverse("desk-participant", args=[programme.slug, cohort.slug, one.person.pk])
                yield Fact(
                    subject=subject,
                    moment=told.risked_at(one, forecast),
                    zone=cohort.zone,
                    over_at=instant(last_on + timedelta(days=1), time(0), cohort.zone),
                    audiences={"expert": [one.person.pk], "team": team},
                    values={
                        "commitment.asked": say_promise(forecast.promise),
                        "commitment.says": say(forecast),
                        "commitment.says_to_team": say_for_team(forecast, one.person.name),
                        "commitment.until": say_date(forecast.last_on) if forecast.last_on else "",
                        "commitment.link": settings.BASE_URL + reverse("my-commitments"),
                        "expert.name": one.person.name,
                        "cohort.name": cohort.name,
                        "desk.link": settings.BASE_URL + desk,
                    },
                    cohort_id=cohort.pk,
                )


def registers(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give the sessions whose register is not closed, counted from their end. Four queries."""
    cohorts = cohorts_asked(programme, at=at)
    team = [person.pk for person in team_of(programme, at=at)] if cohorts else []
    for each in registers_open(cohorts, since=since):
        subject, it = f"register:{each.session_id}", each.occurrence
        if subjects is not None and subject not in subjects:
            continue
        page = reverse("desk-attendance", args=[programme.slug, each.cohort.slug, it.slug])
        yield Fact(
            subject=subject,
            moment=each.over_at,
            zone=it.zone,
            audiences={"team": team},
            values={
                "session.title": it.say_title,
                "session.when": it.say_when,
                "cohort.name": each.cohort.name,
                "register.link": settings.BASE_URL + page,
            },
            cohort_id=each.cohort.pk,
        )


register(
    Happening(
        name="participation.at-risk",
        label="an Expert comes at risk of missing what was promised",
        names_somebody=True,
        variables={
            "commitment.asked": Variable("what is asked of each Expert", "half of the cafés, rounded up"),
            "commitment.says": Variable(
                "how they stand and what is needed next, to the Expert",
                "You have been at 1 of 4 cafés. You need 2 of the next 3.",
            ),
            "commitment.says_to_team": Variable(
                "the same, to the team", "At risk. Ada Lindqvist has been at 1 of 4 cafés. They need 2 of the next 3."
            ),
            "commitment.until": Variable("the last day that counts; may be empty", "Fri 28 February 2025"),
            "commitment.link": Variable("where they see it, and ask", "https://example.org/me/commitments/", kind="url"),
            "expert.name": Variable("whose commitment it is", "Ada Lindqvist"),
            "cohort.name": Variable("the cohort’s name", "Cohort 2024"),
            "desk.link": Variable(
                "the team’s page of this Expert", "https://example.org/team/hub/2024/attendance/3/", kind="url"
            ),
        },
        audiences={"expert": "The Expert themselves", "team": "The team"},
        facts=at_risk,
        usual=(
            Usual(
                slug="commitment-at-risk",
                title="An Expert comes at risk",
                topic=Topic.TASKS,
                audience="expert",
                offset=Offset(),
                needs_ok=True,
                subject="Still within reach: {{ commitment.asked }}",
                body=(
                    "Hello {{ you.first_name }},\n\nin {{ cohort.name }} we ask for {{ commitment.asked }}. "
                    "{{ commitment.says }}\n\n[See where you stand]({{ commitment.link }}): there you can also ask to be "
                    "excused, or say that you caught up.\n\n"
                    "{{# if you.can_answer }}If something is in the way, answer this mail: a person reads it.{{/ if }}"
                ),
            ),
        ),
    )
)
register(
    Happening(
        name="participation.register",
        label="a register is to be filled",
        variables={
            "session.title": Variable("what the session is called", "Collaboration Café"),
            "session.when": Variable("when it was, in its own zone", "Wed 4 September 2024, 15:00–17:00 (London)"),
            "cohort.name": Variable("the cohort’s name", "Cohort 2024"),
            "register.link": Variable(
                "the register", "https://example.org/team/hub/2024/sessions/cafe/attendance/", kind="url"
            ),
        },
        audiences={"team": "The team"},
        facts=registers,
        usual=(
            Usual(
                slug="register-to-fill",
                title="The morning after a session, while its register is open",
                topic=Topic.DESK,
                audience="team",
                offset=Offset(days=1, clock=_MORNING),
                subject="Who came? {{ session.title }}",
                body=(
                    "Hello {{ you.first_name }},\n\nthe register of **{{ session.title }}**, {{ session.when }}, is not "
                    "closed. Until it is, nobody knows where the Experts stand.\n\n[Fill the register]({{ register.link }})"
                ),
            ),
        ),
    )
)
