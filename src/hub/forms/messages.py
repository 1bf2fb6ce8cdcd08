"""What messages can tell of forms: that one asks people, and that one closes; and the groups "who has not answered".

Nobody can see who has answered an anonymous form, so what is told of it goes to everybody it asks, and says so.
Source: issue 4; lessons, “"Who has not …" drives reminders everywhere”; docs/decisions/0014.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial

from django.conf import settings
from django.urls import reverse

from hub.core.calendar import say_instant
from hub.core.choices import Topic
from hub.core.letters import Variable
from hub.core.outbox import GRACE_AFTER, Offset
from hub.forms.commands.reminders import IN_THE_WAY, TO_ALL, group_name
from hub.forms.queries import Asking, asking
from hub.messaging.happenings import Audience, Fact, Happening, Usual, audiences, register
from hub.people.queries.reached import team_of
from hub.people.queries.veils import Readers, readers_of
from hub.programmes.models import Programme
from hub.programmes.queries import has_ended

_MORNING = time(9)
_TOLD_AFTER = timedelta(days=400) + 2 * GRACE_AFTER  # as far as an Offset reaches, a week late, and with a weekly digest


def begins_to_ask(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give each form that asks people, from when on it asks them: who is asked later has a moment, and a subject, of their own.

    A subject stays when the form's times change; whoever comes under another, because a role of theirs has other dates or the
    form asks in another way, was told all the same (`thing`), so that nobody is told twice that it asks them. Who was asked no
    more and is asked anew is told anew. Eight queries at any size, one more for the team.
    """
    readers = readers_of(programme, at=at)
    for each, team in _asking(programme, subjects, at=at):
        by_subject: dict[str, set[int]] = {}
        for person in each.since:
            own = f":{each.later[person]}" if person in each.later else ""
            by_subject.setdefault(f"form:{each.form.pk}{own}", set()).add(person)
        for subject, people in by_subject.items():
            if subjects is None or subject in subjects:
                moment = min(each.since[person] for person in people)
                fact = _fact(each, subject, moment, people & each.missing, team, readers)
                yield replace(fact, thing=f"form:{each.form.pk}", anew={person: each.anew[person] for person in people})


def closes(
    programme: Programme, *, subjects: Collection[str] | None, at: datetime, since: datetime | None = None
) -> Iterator[Fact]:
    """Give each form that asks people and has a moment when it closes, and long after it for what follows.

    Eight queries at any size, one more for the team.
    """
    readers = readers_of(programme, at=at)
    for each, team in _asking(programme, subjects, closed_since=since or at - _TOLD_AFTER, at=at):
        if each.form.closes_at is not None:
            yield _fact(each, f"form:{each.form.pk}", each.form.closes_at, each.missing, team, readers)


def _asking(
    programme: Programme, subjects: Collection[str] | None, *, closed_since: datetime | None = None, at: datetime
) -> Iterator[tuple[Asking, list[int]]]:
    """Yield the forms some subjects are of, and the team's keys."""
    keys = None if subjects is None else {int(subject.split(":")[1]) for subject in subjects}
    found = asking(programme, forms=keys, closed_since=closed_since, at=at)
    team = [person.pk for person in team_of(programme, at=at)] if found else []
    for each in found:
        yield each, team


def _fact(each: Asking, subject: str, moment: datetime, people: Collection[int], team: list[int], readers: Readers) -> Fact:
    form, zone = each.form, each.form.programme.zone
    place = [form.programme.slug, form.slug]
    return Fact(
        subject=subject,
        moment=moment,
        zone=zone,
        over_at=form.closes_at,
        audiences={"not-answered": people, "team": team if each.left else []},
        values={
            "form.title": each.title,
            "form.closes": say_instant(form.closes_at, zone) if form.closes_at else "",
            "form.until": "",
            "form.until_elsewhere": "",
            "form.link": settings.BASE_URL + reverse("form", args=place),
            "form.to_all": TO_ALL if form.is_anonymous else "",
            "form.left": str(each.left),
            "cohort.name": form.cohort.name if form.cohort else "",
            "summary.link": settings.BASE_URL + reverse("desk-form-summary", args=place),
        },
        moments={"form.until": form.closes_at} if form.closes_at else {},
        cohort_id=form.cohort_id,
        veil=readers.veil,
        among=readers.among(form.cohort_id),
    )


_VARIABLES = {
    "form.title": Variable("what the form is called", "Onboarding survey"),
    "form.closes": Variable(
        "until when it takes answers, by the programme’s clock; may be empty", "Fri 23 August 2024, 18:00 (London)"
    ),
    "form.until": Variable("the same, by the recipient’s clock; may be empty", "Fri 23 August 2024, 19:00 (Berlin)"),
    "form.until_elsewhere": Variable(
        "the same, and empty where that is the programme’s clock", "Fri 23 August 2024, 19:00 (Berlin)"
    ),
    "form.link": Variable("where they answer it", "https://example.org/forms/hub/onboarding-survey/", kind="url"),
    "form.to_all": Variable("of an anonymous form, why it goes to everybody; else empty", TO_ALL),
    "form.left": Variable("how many have not answered", "3"),
    "cohort.name": Variable("the cohort it asks; may be empty", "Cohort 2024"),
    "summary.link": Variable("the team’s page", "https://example.org/team/hub/forms/onboarding-survey/summary/", kind="url"),
}
_AUDIENCES = {
    "not-answered": "Who has not answered; of an anonymous form everybody it asks",
    "team": "The team, while anybody has not answered",
}
_BY_YOUR_CLOCK = "{{# if form.until_elsewhere }} By your clock that is {{ form.until_elsewhere }}.{{/ if }}"
_TO_ALL = "{{# if form.to_all }}{{ form.to_all }}\n\n{{/ if }}"

register(
    Happening(
        name="forms.asks",
        label="a form begins to ask somebody",
        variables=_VARIABLES,
        audiences=_AUDIENCES,
        facts=begins_to_ask,
        usual=(
            Usual(
                slug="form-asks",
                title="A form asks you",
                topic=Topic.TASKS,
                audience="not-answered",
                offset=Offset(),
                needs_ok=True,
                subject="We ask you: {{ form.title }}",
                body=(
                    "Hello {{ you.first_name }},\n\nwe ask you to answer **{{ form.title }}**."
                    "{{# if form.closes }} It is open until {{ form.closes }}.{{/ if }}" + _BY_YOUR_CLOCK + "\n\n"
                    "[Answer it]({{ form.link }})\n\nYou can save it and come back. " + IN_THE_WAY
                ),
            ),
        ),
    )
)
register(
    Happening(
        name="forms.closes",
        label="a form closes",
        variables=_VARIABLES,
        audiences=_AUDIENCES,
        facts=closes,
        usual=(
            Usual(
                slug="form-closes-three-days",
                title="Three days before a form closes, to who has not answered",
                topic=Topic.TASKS,
                audience="not-answered",
                offset=Offset(days=-3, clock=_MORNING),
                subject="Still open for you: {{ form.title }}",
                body=(
                    "Hello {{ you.first_name }},\n\n**{{ form.title }}** takes answers until {{ form.closes }}."
                    + _BY_YOUR_CLOCK
                    + "\n\n"
                    "[Answer it]({{ form.link }})\n\n" + _TO_ALL + IN_THE_WAY
                ),
            ),
        ),
    )
)


@audiences("forms")
def groups(programme: Programme, *, at: datetime) -> Iterator[Audience]:
    """Give, for each form that asks people, who has not answered it; of an anonymous one everybody it asks. Six queries."""
    for each in asking(programme, at=at):
        who = "Everybody asked (nobody can see who has answered)" if each.form.is_anonymous else "Who has not answered"
        yield Audience(
            name=group_name(each.form),
            label=f"{who}: {each.about}",
            people=partial(frozenset, each.missing),
            is_over=each.form.cohort is not None and has_ended(each.form.cohort, at=at),
        )
