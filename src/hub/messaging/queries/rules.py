"""Read templates and rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from hub.core.outbox import OPEN, Outgoing
from hub.core.shown import mark_of
from hub.kit.journal import wholes_where
from hub.messaging.happenings import happenings
from hub.messaging.models import Mailing, Message, Rule, Template
from hub.programmes.models import Programme
from hub.programmes.queries import programmes_among


def programmes_with_rules() -> QuerySet[Programme]:
    """Give the programmes with a rule that is on."""
    return programmes_among(Rule.objects.filter(is_on=True).values_list("programme", flat=True).distinct())


def templates_of(programme: Programme) -> QuerySet[Template]:
    """Give the templates of a programme by title, with how many rules write with each (`used`)."""
    found = Template.objects.filter(programme=programme).select_related("edited_by").annotate(used=Count("rules"))
    return found.order_by("title", "pk")


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A letter that may still go: what it is called, all its words, and the team's page of it, by name and arguments."""

    title: str
    words: str
    page: str
    place: tuple[str | int, ...]


def letters_kept(programme: Programme) -> list[KeptLetter]:
    """Give the letters of a programme that may still go: templates, those by hand, and messages in words of their own.

    Three queries.
    """
    open_now = [state.value for state in OPEN]
    waits = Message.objects.filter(mailing=OuterRef("pk"), state__in=open_now)
    by_hand = Mailing.objects.filter(Q(released_at__isnull=True) | Exists(waits), programme=programme).order_by("pk")
    own = Message.objects.filter(~Q(own_body="") | ~Q(own_subject=""), programme=programme, state__in=open_now).order_by("pk")
    slug, found = programme.slug, []
    for title, of, subject, body in (
        Template.objects.filter(programme=programme).order_by("pk").values_list("title", "slug", "subject", "body")
    ):
        found.append(KeptLetter(title, f"{subject}\n\n{body}", "desk-template", (slug, of)))
    for key, subject, body in by_hand.values_list("pk", "subject", "body"):
        found.append(KeptLetter(subject, f"{subject}\n\n{body}", "desk-letter", (slug, key)))
    for key, subject, body in own.values_list("pk", "own_subject", "own_body"):
        found.append(KeptLetter(subject, f"{subject}\n\n{body}", "desk-message", (slug, key)))
    return found


def template_of(programme: Programme, slug: str) -> Template | None:
    """Find a template of a programme by its slug."""
    return Template.objects.filter(programme=programme, slug=slug).select_related("programme", "edited_by").first()


def rule_mark(rule: Rule) -> str:
    """Give a mark for to whom and when a rule writes, another one where any of it is: what somebody saw who changes it."""
    to = f"hook:{rule.hook_id}" if rule.hook_id else f"to:{rule.audience}"
    clock = rule.clock.isoformat() if rule.clock else ""
    return mark_of(to, str(rule.days), str(rule.hours), clock, str(rule.needs_ok))


def usual_off(programme: Programme, usual: Sequence[str]) -> list[str]:
    """Give the titles of those of some usual letters that a programme has not, or has switched off. One query."""
    on = set(Rule.objects.filter(programme=programme, usual__in=usual, is_on=True).values_list("usual", flat=True))
    titles = {each.slug: each.title for happening in happenings().values() for each in happening.usual}
    return [titles[slug] for slug in usual if slug not in on]


def on_without(usual: str, *, lacks: str) -> QuerySet[Programme]:
    """Give the programmes in which a usual letter is on that never had another: none whose team removed it. Two queries.

    The journal knows who removed it; where that was before it did, its words are left, so `lacks` is the only usual letter
    about what happens.
    """
    happening = next(each.name for each in happenings().values() for known in each.usual if known.slug == lacks)
    had = Rule.objects.filter(programme=OuterRef("programme"), usual=lacks)
    words = Template.objects.filter(programme=OuterRef("programme"), happening=happening)
    on = Rule.objects.filter(~Exists(had), ~Exists(words), usual=usual, is_on=True)
    removed = wholes_where(Q(verb="rule-removed", part_of=Programme._meta.label, facts__usual=lacks))
    return programmes_among(on.exclude(programme__in=removed).values_list("programme", flat=True).distinct())


def rules_of(programme: Programme) -> QuerySet[Rule]:
    """Give the rules of a programme, by what they speak of: how many of their messages wait, `to_look`, were sent."""
    waiting = Q(messages__state__in=[Outgoing.PREPARED.value, Outgoing.WAITING.value, Outgoing.GATHERED.value])
    found = (
        Rule.objects.filter(programme=programme)
        .select_related("template", "hook")
        .annotate(
            waiting=Count("messages", filter=waiting),
            to_look=Count("messages", filter=Q(messages__state=Outgoing.PREPARED.value)),
            sent=Count("messages", filter=Q(messages__state=Outgoing.SENT.value)),
        )
    )
    return found.order_by("happening", "days", "hours", "pk")


def rule_of(programme: Programme, pk: int) -> Rule | None:
    """Find a rule of a programme."""
    return Rule.objects.filter(programme=programme, pk=pk).select_related("programme", "template", "hook").first()
