"""The API: one router for each room, OpenAPI 3.1 at /api/v1/openapi.json.

It calls the same queries and commands as the pages, and refuses with the same words: `{"code", "message"}`.
"""

from hub.api.frame import api

__all__ = ["api"]
