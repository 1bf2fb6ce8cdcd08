"""What the worker does for this room: let go of copies nobody sees any more."""

from __future__ import annotations

from datetime import datetime

from hub.admissions.commands import let_go_shared
from hub.kit import jobs


@jobs.handler("let-go-shared-answers", every=jobs.nightly(3, 40))
def let_go(_: jobs.Payload, *, at: datetime) -> None:
    """Delete what of purged or changed answers stands in summaries; it is in no page since they were."""
    let_go_shared(at=at)
