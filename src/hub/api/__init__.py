"""The API: one router for each room, OpenAPI 3.1 at /api/v1/openapi.json."""

from ninja import NinjaAPI

api = NinjaAPI(title="Practitioners Hub", version="1", docs_url=None, urls_namespace="api")
