"""Who comes to a session on its way out: a row for each booking that holds a place or waits for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hub.core.calendar import say_instant
from hub.participation.models import Booking

_HEADS = ("Name", "Address", "Organisation", "How", "Where it stands", "Asked", "Brought by", "Note")
_NEEDS = "Access needs"


def header(*, with_needs: bool) -> list[str]:
    """Give the heads; access needs are among them for who may read them."""
    return [*_HEADS, _NEEDS] if with_needs else list(_HEADS)


def rows(
    bookings: Iterable[Booking], works: Mapping[int, str], needs: Mapping[int, str] | None, *, zone: str
) -> Iterator[list[str]]:
    """Yield a row for each booking, `person` and who brought them at hand. `works` gives organisations, by person.

    `needs` None leaves access needs out. Moments are those of a zone.
    """
    for each in bookings:
        account = getattr(each.person, "account", None)
        row = [
            each.person.name,
            account.email if account else "",
            works.get(each.person_id, ""),
            each.get_way_display(),
            each.for_team,
            say_instant(each.asked_at, zone),
            each.brought_by.person.name if each.brought_by else "",
            each.note,
        ]
        yield [*row, needs.get(each.person_id, "")] if needs is not None else row
