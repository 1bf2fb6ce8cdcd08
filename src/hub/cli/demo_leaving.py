"""Who comes twice and who goes, in the demo: a second record that was merged and may be taken apart, and a partner contact
whose role ends before the training they have a place in, so that the team has something to decide.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.people.models import Person
    from hub.programmes.models import Cohort
    from hub.schedule.models import Session

_TWICE, _FROM_AN_OLD_LIST = "amara@network.example", "amara.obi@oldlist.example"
_LEAVES, _HER_ADDRESS = "Hanne Voss", "hanne@tideway.example"
_SOON = timedelta(days=10)  # before the second run of the training, which is in six weeks and more


def come_and_go(cohort: Cohort, training: Session, mara: Person, *, at: datetime) -> None:
    """Merge a second record of somebody of the community; let a partner contact book a training, and go before it."""
    from hub.core.booking import Way
    from hub.participation.commands import book_place
    from hub.people.commands import bring_person, end_role, merge_people
    from hub.people.models import RoleKind
    from hub.people.queries import account_at, roles_of

    programme, since = cohort.programme, cohort.starts_on
    kept = account_at(_TWICE)
    assert kept is not None
    again, _ = bring_person(
        programme,
        name=kept.person.name,
        email=_FROM_AN_OLD_LIST,
        kind=RoleKind.COMMUNITY,
        cohort=None,
        starts_on=since,
        by=mara,
        at=at - timedelta(days=28),
    )
    merge_people(kept.person, again, choices={}, by=mara, at=at - timedelta(days=3))
    leaves, _ = bring_person(
        programme,
        name=_LEAVES,
        email=_HER_ADDRESS,
        kind=RoleKind.PARTNER_CONTACT,
        cohort=None,
        starts_on=since,
        organisation="Tideway Energy",
        by=mara,
        at=at - timedelta(days=20),
    )
    book_place(training, leaves, way=Way.ONLINE, by=leaves, at=at - timedelta(days=4))
    for role in roles_of(leaves):
        end_role(role, on=(at + _SOON).date(), by=mara, at=at - timedelta(days=1))
