"""Say who hears of an event by calendar mail, so that no letter need tell them the same."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from hub.core.choices import Cadence
from hub.messaging.happenings import happenings
from hub.messaging.models import Choice, Rule
from hub.messaging.queries.outbox import calendar_mail
from hub.programmes.models import Programme

_CANCEL = "CANCEL"


def told_by_calendar(programme: Programme, uids: Collection[str], *, at: datetime) -> dict[tuple[str, int], datetime]:
    """Give when the last calendar mail about some events went to somebody, by UID and person; `at` where one is to go.

    One is to go where a rule that is on asks for it; to who chose never to be invited only a cancellation goes. What may have
    arrived counts. No query for no event; else three and those of the facts of invitations.
    """
    if not uids:
        return {}
    rows = calendar_mail(programme, uids)
    found: dict[tuple[str, int], datetime] = {}
    for uid, person, sent_at, state_at in rows.order_by("state_at", "pk").values_list(
        "calendar_uid", "person", "sent_at", "state_at"
    ):
        assert person is not None  # filtered for it
        found[uid, person] = sent_at or state_at
    return found | dict.fromkeys(_to_go(programme, uids, at=at), at)


def _to_go(programme: Programme, uids: Collection[str], *, at: datetime) -> set[tuple[str, int]]:
    standing = {name: each for name, each in happenings().items() if each.is_standing}
    rules = list(
        Rule.objects.filter(programme=programme, is_on=True, hook=None, happening__in=list(standing)).select_related("template")
    )
    chose = Choice.objects.filter(programme=programme, cadence=Cadence.OFF.value) if rules else Choice.objects.none()
    never = set(chose.values_list("person", "topic"))
    found = set()
    for name in {rule.happening for rule in rules}:
        for fact in standing[name].facts(programme, subjects=None, since=at - _LOOKED_BACK, at=at):
            if fact.invite is None or fact.invite.uid not in uids:
                continue
            for rule in rules:
                people = fact.audiences.get(rule.audience, ()) if rule.happening == name else ()
                found |= {
                    (fact.invite.uid, person)
                    for person in people
                    if fact.invite.method == _CANCEL or (person, rule.template.topic) not in never
                }
    return found


_LOOKED_BACK = timedelta(days=2)  # of events that are over no calendar mail matters here
