"""Queries and inserts whose SQL is made once: Django's compiler costs ten times what a small indexed statement does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection, models
from django.db.models import QuerySet

HERE = 918_273_645  # stands where the number goes, when a query is compiled for one; HERE + 1 for the second


@dataclass(frozen=True, slots=True)
class Compiled:
    """The SQL of a query with its parameters, among them places for some numbers: (place, which number, as int or as str)."""

    sql: str
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, int, type[int] | type[str]], ...]

    def rows(self, *numbers: int) -> Sequence[tuple[Any, ...]]:
        """Run it for some numbers, and give the rows as the database does."""
        given = list(self.parameters)
        for place, which, written in self.places:
            given[place] = written(numbers[which])
        with connection.cursor() as cursor:
            cursor.execute(self.sql, given)
            found: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return found


def compiled(query: QuerySet[Any, Any], *, numbers: int = 1) -> Compiled:
    """Compile a query of values that was made with HERE, HERE + 1, … in the places of numbers.

    Raises ValueError where one of them is not in it.
    """
    sql, parameters = query.query.sql_with_params()
    stands = {wanted: which for which in range(numbers) for wanted in (HERE + which, str(HERE + which))}
    places = tuple(
        (place, stands[value], type(value))
        for place, value in enumerate(parameters)
        if isinstance(value, int | str) and value in stands
    )
    if {which for _, which, _ in places} != set(range(numbers)):
        raise ValueError("the query has no place for a number")
    return Compiled(sql, tuple(parameters), places)


def kept(make: Callable[[], QuerySet[Any, Any]], *, numbers: int = 1) -> Callable[..., Sequence[tuple[Any, ...]]]:
    """Give what runs a query for some numbers, compiled when it is first asked; one for each database there is."""

    @lru_cache(maxsize=4)
    def for_database(vendor: str) -> Compiled:
        return compiled(make(), numbers=numbers)

    return lambda *given: for_database(connection.vendor).rows(*given)


def insert(row: models.Model) -> None:
    """Insert a new row that nobody listens to, in one statement; its key is set. Raises IntegrityError, as saving does."""
    sql, fields = _insert_sql(type(row), connection.vendor)
    given = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        (row.pk,) = cursor.fetchone()
    row._state.adding, row._state.db = False, connection.alias


@lru_cache(maxsize=16)
def _insert_sql(model: type[models.Model], vendor: str) -> tuple[str, tuple[models.Field[Any, Any], ...]]:
    quoted = connection.ops.quote_name
    fields = tuple(field for field in model._meta.local_concrete_fields if not field.primary_key)
    columns = ", ".join(quoted(field.attname) for field in fields)
    places = ", ".join("%s" for _ in fields)
    key = quoted(model._meta.pk.attname) if model._meta.pk else "id"
    table = quoted(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING {key}", fields  # noqa: S608  our own names
