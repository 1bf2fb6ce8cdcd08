"""Read what people chose to hear, who answers, and the chat channels."""

from __future__ import annotations

from django.db.models import QuerySet

from hub.core.choices import Cadence, Topic, cadence_of
from hub.messaging.models import Choice, Correspondent, Hook
from hub.people.models import Person
from hub.programmes.models import Programme


def correspondent(programme: Programme) -> Person | None:
    """Give who reads answers to the Hub's own messages, None where the team has named nobody."""
    row = Correspondent.objects.filter(programme=programme).select_related("person").first()
    return row.person if row else None


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
