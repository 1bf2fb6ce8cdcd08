"""Sessions as the rules of commitments and of load read them: released for a forecast, working before a release."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from hub.core.commitments import Gathering
from hub.core.occurrence import Occurrence, SessionState
from hub.core.plan.model import Kind, Mode
from hub.core.register import is_closed
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


def closed_registers(released: Mapping[int, Sequence[InRelease]]) -> dict[int, dict[int, datetime]]:
    """Give, by cohort, the keys of released sessions whose register is closed, and since when. One query.

    One that was closed before its session begins, as it is released now, is not among them.
    """
    rows = Register.objects.filter(session__cohort__in=released, closed_at__isnull=False)
    closed = dict(rows.values_list("session", "closed_at"))
    return {
        cohort: {
            each.session_id: closed_at
            for each in sessions
            if each.session_id is not None
            and (closed_at := closed.get(each.session_id)) is not None
            and is_closed(closed_at, each.occurrence)
        }
        for cohort, sessions in released.items()
    }
