"""Read what people chose to hear, who answers, and the chat channels."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from hub.core.choices import Cadence, Topic, cadence_of
from hub.messaging.models import Choice, Correspondent, Hook
from hub.people import permissions as people
from hub.people.models import Person
from hub.people.queries.reached import longest_on_team, reached
from hub.programmes.models import Programme


def named_correspondent(programme: Programme) -> Person | None:
    """Give who was named to read answers, whether they are on the team still or not; None where the team named nobody."""
    row = Correspondent.objects.filter(programme=programme).select_related("person").first()
    return row.person if row else None


def correspondent(programme: Programme, *, at: datetime) -> Person | None:
    """Give who was named to read answers to the Hub's own messages; None where nobody was, or they left the team."""
    named = named_correspondent(programme)
    return named if named is not None and people.runs(named, programme, at=at) else None


def reads_answers(programme: Programme, *, writer: Person | None = None, at: datetime) -> tuple[Person | None, str] | None:
    """Give who reads answers and the address they go to; None where nobody at all does.

    First who wrote the letter, then who was named, as long as they are on the team; then the programme's contact address,
    which is nobody's own; then whoever is on the team longest and can be reached.
    """
    on_team = writer is not None and people.runs(writer, programme, at=at)
    first = writer if on_team else correspondent(programme, at=at)
    if first is not None and (to := reached([first.pk]).get(first.pk)) is not None and to.email:
        return first, to.email
    if programme.contact_email:
        return None, programme.contact_email
    team = longest_on_team(programme, at=at)
    found = reached(team)
    return next(((found[key].person, found[key].email) for key in team if key in found and found[key].email), None)


def hooks_of(programme: Programme) -> QuerySet[Hook]:
    """Give the chat channels of a programme, by name."""
    return Hook.objects.filter(programme=programme).order_by("name")


def hook_of(programme: Programme, pk: int) -> Hook | None:
    """Find a chat channel of a programme."""
    return Hook.objects.filter(programme=programme, pk=pk).select_related("programme").first()


def choices_of(person: Person, programmes: list[Programme]) -> dict[int, dict[Topic, Cadence]]:
    """Give how often somebody hears of each topic of some programmes. One query."""
    chosen: dict[tuple[int, str], Cadence] = {
        (programme, topic): Cadence(cadence)
        for programme, topic, cadence in Choice.objects.filter(person=person, programme__in=programmes).values_list(
            "programme", "topic", "cadence"
        )
    }
    return {
        programme.pk: {topic: cadence_of(topic, chosen.get((programme.pk, topic.value))) for topic in Topic}
        for programme in programmes
    }
