"""The API: one router for each room, OpenAPI 3.1 at /api/v1/openapi.json.

It calls the same queries and commands as the pages, and refuses with the same words: `{"code", "message"}`.
"""

from hub.api import boxes, plans, programmes, runsheets, schedule, series, settings, working
from hub.api.frame import api

for router in (
    programmes.router,
    schedule.router,
    plans.router,
    working.router,
    series.router,
    runsheets.router,
    boxes.router,
    settings.router,
):
    api.add_router("", router)

__all__ = ["api"]
