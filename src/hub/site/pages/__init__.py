"""The shell's own pages, by what they are for."""

from hub.site.pages.cards import cohort_card, home_card, programme_card, session_card
from hub.site.pages.errors import bad_request, csrf_failure, forbidden, not_found, server_error
from hub.site.pages.gallery import gallery
from hub.site.pages.machines import healthz, look, readyz, robots, sitemap
from hub.site.pages.mine import me, places
from hub.site.pages.programmes import home, programme_home, year_plan
from hub.site.pages.statements import accessibility, edit_statements, privacy
from hub.site.pages.week import team_home

__all__ = [
    "accessibility",
    "bad_request",
    "cohort_card",
    "csrf_failure",
    "edit_statements",
    "forbidden",
    "gallery",
    "healthz",
    "home",
    "home_card",
    "look",
    "me",
    "not_found",
    "places",
    "privacy",
    "programme_card",
    "programme_home",
    "readyz",
    "robots",
    "server_error",
    "session_card",
    "sitemap",
    "team_home",
    "year_plan",
]
