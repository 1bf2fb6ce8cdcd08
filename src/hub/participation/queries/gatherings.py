"""Sessions as the rules of commitments and of load read them: released for a forecast, working before a release."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from hub.core.commitments import Gathering
from hub.core.occurrence import Occurrence, SessionState
from hub.core.plan.model import Kind, Mode
from hub.participation.models import Register
from hub.schedule.models import Session
from hub.schedule.queries.told import InRelease


def gathering_of(key: int, series: int | None, occurrence: Occurrence, *, has_register: bool = False) -> Gathering:
    """Give the facts of a session a promise asks for."""
    return Gathering(
        id=key,
        kind=occurrence.kind,
        mode=occurrence.mode,
        series=series,
        on=occurrence.date,
        starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at,
        zone=occurrence.zone,
        state=occurrence.state,
        has_register=has_register,
    )


def key_of(each: InRelease) -> int:
    """Give the key of a released session: that of the session, below nothing where the working schedule has it no more."""
    return each.session_id if each.session_id is not None else -each.key


def released_gatherings(rows: Iterable[InRelease], closed: Collection[int]) -> tuple[Gathering, ...]:
    """Give the sessions of a release as gatherings, in the order they are held; `closed` have a closed register."""
    found = [
        gathering_of(key_of(each), each.series_id, each.occurrence, has_register=each.session_id in closed) for each in rows
    ]
    return tuple(sorted(found, key=lambda each: (each.over_at is None, each.starts_at or each.over_at, each.id)))


def working_gatherings(sessions: Iterable[Session]) -> tuple[Gathering, ...]:
    """Give the sessions of the working schedule as gatherings, no register read."""
    return tuple(
        Gathering(
            id=each.pk,
            kind=Kind(each.kind),
            mode=Mode(each.mode) if each.mode else None,
            series=each.series_id,
            on=each.date,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
            zone=each.zone,
            state=SessionState(each.state),
        )
        for each in sessions
    )


def closed_registers(cohorts: Collection[int]) -> dict[int, dict[int, datetime]]:
    """Give the keys of the sessions of some cohorts whose register is closed, and since when. One query."""
    found: dict[int, dict[int, datetime]] = {key: {} for key in cohorts}
    rows = Register.objects.filter(session__cohort__in=cohorts, closed_at__isnull=False)
    for cohort, session, closed_at in rows.values_list("session__cohort", "session", "closed_at"):
        if closed_at is not None:
            found[cohort][session] = closed_at
    return found
