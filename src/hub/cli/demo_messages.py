"""The messages of the demo: usual letters switched on ten days ago, mail that went since, and what waits for somebody's look.

Everything here goes through the outbox as it would in life; the mail stands in the demo's mailbox.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.people.models import Person
    from hub.programmes.models import Cohort, Programme

_ON = ("session-two-days", "session-two-weeks", "session-day-after", "calendar-invitations", "schedule-released")


def tell_people(programme: Programme, cohort: Cohort, team: Person, *, at: datetime) -> None:
    """Let people of the cast take part in the cohort that runs, tell them what the rules ask for, and write two letters."""
    from hub.core.choices import Cadence, Topic
    from hub.messaging import commands
    from hub.messaging.deciding import who_gets
    from hub.people.commands import give_role
    from hub.people.models import RoleKind
    from hub.people.queries import account_named

    begun = at - timedelta(days=10)
    people = {}
    kinds = {"theo": RoleKind.COACH, "nia": RoleKind.FACILITATOR}
    joined = {"tomas": (at - timedelta(days=12)).date()}  # he comes late, so his onboarding goes on
    for name in ("ada", "grace", "theo", "nia", "leila", "tomas"):
        account = account_named(name)
        if account is not None:
            people[name] = account.person
            kind = kinds.get(name, RoleKind.EXPERT)
            since = joined.get(name, cohort.starts_on)
            give_role(account.person, kind, programme, cohort=cohort, starts_on=since, by=team, at=begun)
    commands.answer_by(programme, team, by=team, at=begun)
    commands.adopt_usual(programme, by=team, at=begun)
    rules = {rule.usual: rule for rule in programme.message_rules.all()}
    for usual in _ON:
        commands.switch_rule(rules[usual], is_on=True, by=team, at=begun)
    if "grace" in people:
        commands.choose(people["grace"], programme, Topic.REMINDERS, Cadence.WEEKLY, by=people["grace"], at=begun)
    if "leila" in people:
        commands.choose(people["leila"], programme, Topic.NEWS, Cadence.OFF, by=people["leila"], at=begun)
    sent = commands.write_mailing(
        programme,
        subject="The notes of our last meeting",
        body=_NOTES,
        topic=Topic.NEWS,
        audiences=[f"experts:{cohort.slug}"],
        by=team,
        at=begun + timedelta(days=3),
    )
    commands.prepare_mailing(sent, by=team, at=begun + timedelta(days=3))
    gets = who_gets(sent.messages.all(), at=begun + timedelta(days=3))
    commands.send_mailing(sent, count=len(gets), by=team, at=begun + timedelta(days=3))
    commands.write_mailing(
        programme,
        subject="Who would like to show their work in January?",
        body=_SHOW,
        topic=Topic.NEWS,
        audiences=[f"experts:{cohort.slug}"],
        by=team,
        at=at - timedelta(hours=3),
    )
    for day in range(10, -1, -1):
        now = at - timedelta(days=day)
        commands.reconcile_messages(programme, at=now)
        commands.send_due("mail-0", clock=lambda now=now: now)  # type: ignore[misc]


_NOTES = """Hello {{ you.first_name }},

thank you for last week. Three things came out of it:

- the stakeholder maps stay open until the next café, so add whom you forgot
- two of you asked for more time without an agenda: the second half hour is yours from now on
- Theo has two free hours for coaching before the break

[See what is next]({{ hub.me }})

Answer this mail if something is missing.
"""
_SHOW = """Hello {{ you.first_name }},

in January we show what each of you is working on: ten minutes, one picture, one question to the others.
"""
