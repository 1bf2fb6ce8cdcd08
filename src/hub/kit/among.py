"""Rows whose key is among many, in one parameter; `__in` takes one for each, and is put together anew every time."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey, Lookup, Q
from django.db.models.sql.compiler import SQLCompiler


def among(column: str, keys: Collection[int]) -> Q:
    """Give the condition that a column of whole numbers, a key or what refers to one, is among some; among none, never."""
    return Q((f"{column}__among", list(keys)))


@Field.register_lookup
@ForeignKey.register_lookup
class _Among(Lookup):
    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            return f"{column} = ANY(%s::bigint[])", (*parameters, self.rhs)
        return f"{column} IN (SELECT value FROM json_each(%s))", (*parameters, json.dumps(self.rhs))  # noqa: S608  Django's column
