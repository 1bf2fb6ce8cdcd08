"""What search engines read of a schedule: a session is an Event, a cohort a series of them (schema.org)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.safestring import SafeString

from hub.core.occurrence import Occurrence, SessionState
from hub.core.plan.model import Mode
from hub.kit import prose
from hub.kit.linked import script
from hub.programmes.models import Cohort

_STATUS = {
    SessionState.SCHEDULED: "EventScheduled",
    SessionState.TO_BE_CONFIRMED: "EventPostponed",
    SessionState.CANCELLED: "EventCancelled",
}
_ATTENDANCE = {
    Mode.ONLINE: "OnlineEventAttendanceMode",
    Mode.HYBRID: "MixedEventAttendanceMode",
    Mode.IN_PERSON: "OfflineEventAttendanceMode",
}


def session(it: Occurrence, cohort: Cohort, *, was: Occurrence | None, base_url: str) -> SafeString:
    """Describe a dated gathering as an Event, with the time it was moved from; nothing where there is no date or nobody meets.

    Times carry the zone's offset at that moment. No joining link is ever told: an online session's place is its own page.
    """
    if it.date is None or not it.kind.is_gathering:
        return SafeString("")
    url = base_url + reverse("session", args=[cohort.programme.slug, cohort.slug, it.slug])
    has_moved = was is not None and it.state is SessionState.SCHEDULED
    places: list[dict[str, Any]] = []
    if it.place:
        places.append({"@type": "Place", "name": it.place, "address": it.place})
    if it.mode in (Mode.ONLINE, Mode.HYBRID):
        places.append({"@type": "VirtualLocation", "url": url})
    facts = {
        "@type": "Event",
        "name": it.say_title,
        "url": url,
        "description": prose.to_plain(it.summary)
        if it.summary
        else f"{it.kind.label} of {cohort.programme.name}, {cohort.name}",
        "startDate": _moment(it, start=True),
        "endDate": _moment(it, start=False),
        "previousStartDate": _moment(was, start=True) if was and has_moved else None,
        "eventStatus": f"https://schema.org/{'EventRescheduled' if has_moved else _STATUS[it.state]}",
        "eventAttendanceMode": f"https://schema.org/{_ATTENDANCE[it.mode]}" if it.mode else None,
        "location": places[0] if len(places) == 1 else places or None,
        "organizer": _organisation(cohort, base_url),
        "superEvent": {
            "@type": "EventSeries",
            "name": f"{cohort.programme.name}: {cohort.name}",
            "url": base_url + reverse("cohort", args=[cohort.programme.slug, cohort.slug]),
        },
        "performer": {"@type": "Organization", "name": it.led_by} if it.led_by else None,
    }
    return script({name: value for name, value in facts.items() if value})


def cohort(it: Cohort, *, base_url: str) -> SafeString:
    """Describe a cohort as a series of events with a beginning and an end."""
    facts = {
        "@type": "EventSeries",
        "name": f"{it.programme.name}: {it.name}",
        "description": prose.to_plain(it.about.partition("\n\n")[0]) or it.programme.tagline,
        "url": base_url + reverse("cohort", args=[it.programme.slug, it.slug]),
        "startDate": it.starts_on.isoformat(),
        "endDate": it.ends_on.isoformat(),
        "organizer": _organisation(it, base_url),
    }
    return script({name: value for name, value in facts.items() if value})


def _organisation(cohort: Cohort, base_url: str) -> dict[str, str]:
    programme = cohort.programme
    return {"@type": "Organization", "name": programme.name, "url": base_url + reverse("programme", args=[programme.slug])}


def _moment(it: Occurrence, *, start: bool) -> str | None:
    """Write a moment with its zone's offset: a day where no time is known, nothing where there is no end."""
    moment = it.starts_at if start else it.ends_at
    if moment is not None:
        return moment.astimezone(ZoneInfo(it.zone)).isoformat(timespec="minutes")
    return it.date.isoformat() if start and it.date else None
