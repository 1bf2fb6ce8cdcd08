"""Queries and inserts whose SQL is made once: Django's compiler costs ten times what a small indexed statement does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet

HERE = 918_273_645  # stands where the number goes, when a query is compiled for one; HERE + 1 for the second

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Compiled:
    """The SQL of a query with its parameters, among them places for some numbers: (place, which number, as int or as str)."""

    sql: str
    parameters: tuple[Any, ...]
    places: tuple[tuple[int, int, type[int] | type[str]], ...]

    def rows(self, *numbers: int, here: BaseDatabaseWrapper | None = None) -> Sequence[tuple[Any, ...]]:
        """Run it for some numbers, and give the rows as the database does. `here` is the connection where it is at hand."""
        given = list(self.parameters)
        for place, which, written in self.places:
            given[place] = written(numbers[which])
        return _run(here or connections[DEFAULT_DB_ALIAS], self.sql, given)


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

    def run(*given: int) -> Sequence[tuple[Any, ...]]:
        here = connections[DEFAULT_DB_ALIAS]
        return for_database(here.vendor).rows(*given, here=here)

    return run


def inserted(model: type[Row], values: Mapping[str, Any], **known: models.Model | None) -> Row:
    """Insert a row that nobody listens to, as `insert_values` does, and give it; `known` are rows it points at, by name."""
    key = insert_values(model, values)
    columns = model._meta.concrete_fields
    names = [field.attname for field in columns]
    row = model.from_db(DEFAULT_DB_ALIAS, names, [key if field.primary_key else values[field.attname] for field in columns])
    for name, other in known.items():
        setattr(row, name, other)
    return row


def insert_values(model: type[models.Model], values: Mapping[str, Any]) -> Any:
    """Insert a row of a model by the values of all its columns but the key, and give the key. Raises IntegrityError.

    Values have to be of their field's own type, moments aware, and no field may fill itself when it is saved.
    """
    here = connections[DEFAULT_DB_ALIAS]
    sql, columns = _insert_sql(model, here.vendor)
    given = [values[name] if ready is None else ready(values[name], here) for name, ready in columns]
    ((key,),) = _run(here, sql, given)
    return key


Ready = Callable[[Any, BaseDatabaseWrapper], Any]

# What a database takes as it is.
_PLAIN = (
    models.CharField, models.TextField, models.BooleanField, models.AutoField, models.BigAutoField,
    models.IntegerField, models.BigIntegerField, models.PositiveIntegerField, models.PositiveSmallIntegerField,
)  # fmt: skip


@lru_cache(maxsize=16)
def _insert_sql(model: type[models.Model], vendor: str) -> tuple[str, tuple[tuple[str, Ready | None], ...]]:
    """Give the statement, and of each column its name and what makes its value ready, where it has to be."""
    quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
    fields = tuple(field for field in model._meta.local_concrete_fields if not field.primary_key)
    columns = ", ".join(quoted(field.attname) for field in fields)
    places = ", ".join("%s" for _ in fields)
    key = quoted(model._meta.pk.attname) if model._meta.pk else "id"
    table = quoted(model._meta.db_table)
    sql = f"INSERT INTO {table} ({columns}) VALUES ({places}) RETURNING {key}"  # noqa: S608  our own names
    return sql, tuple((field.attname, _ready(field)) for field in fields)


def _ready(field: models.Field[Any, Any]) -> Ready | None:
    kind = type(field.target_field if isinstance(field, models.ForeignKey) else field)
    if kind is models.DateTimeField:  # by itself it would first see whether it is a moment at all
        return lambda moment, here: None if moment is None else _moment(moment, moment.fold, here.vendor)
    if kind is models.JSONField:
        encoder = getattr(field, "encoder", None)
        return lambda value, here: None if value is None else here.ops.adapt_json_value(value, encoder)
    return None if kind in _PLAIN else field.get_db_prep_save


@lru_cache(maxsize=8)  # one command writes its one moment in many columns
def _moment(moment: datetime, fold: int, vendor: str) -> Any:
    """Make a moment ready; `fold` and `vendor` keep apart what is equal and not the same: an hour that happens twice."""
    return connections[DEFAULT_DB_ALIAS].ops.adapt_datetimefield_value(moment)


def update(model: type[models.Model], changes: Mapping[str, Any], where: Mapping[str, Any]) -> int:
    """Change columns of the rows in which others have these values, in one statement; says how many there were.

    Names are those of the columns; values have to be of their field's own type, moments aware.
    """
    here = connections[DEFAULT_DB_ALIAS]
    sql, columns = _update_sql(model, tuple(changes), tuple(where), here.vendor)
    values = zip([*changes.values(), *where.values()], columns, strict=True)
    return len(_run(here, sql, [each if ready is None else ready(each, here) for each, ready in values]))


@lru_cache(maxsize=64)
def _update_sql(
    model: type[models.Model], changes: tuple[str, ...], where: tuple[str, ...], vendor: str
) -> tuple[str, tuple[Ready | None, ...]]:
    """Give the statement, and of each value what makes it ready, where it has to be."""
    quoted = connections[DEFAULT_DB_ALIAS].ops.quote_name
    columns = {field.attname: field for field in model._meta.local_concrete_fields}
    sets = ", ".join(f"{quoted(name)} = %s" for name in changes)
    found = " AND ".join(f"{quoted(name)} = %s" for name in where)
    key = quoted(model._meta.pk.attname) if model._meta.pk else "id"
    sql = f"UPDATE {quoted(model._meta.db_table)} SET {sets} WHERE {found} RETURNING {key}"  # noqa: S608  our own names
    return sql, tuple(_ready(columns[name]) for name in (*changes, *where))


def _run(here: BaseDatabaseWrapper, sql: str, given: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
    """Run a statement and give its rows; what it raises is Django's.

    While nobody listens to statements it goes to the driver itself: the layers between cost more than a small statement does.
    PostgreSQL there prepares what it is asked again and again (`prepare_threshold` in the settings).
    """
    is_heard = here.queries_logged or here.execute_wrappers
    is_open = here.connection is not None and (here.in_atomic_block or here.autocommit)
    if is_heard or here.needs_rollback or not is_open:
        with here.cursor() as cursor:
            cursor.execute(sql, given)
            found: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return found
    # Closed here, also where it fails: what the collector closes later, in a thread that holds SQLite's one lock, waits for the
    # thread it was of, and that one for the lock.
    with here.wrap_database_errors, closing(here.Database.Cursor(here.connection)) as direct:  # type: ignore[attr-defined]
        direct.execute(_written_for(here.vendor, sql), given)
        found = direct.fetchall()
    return found


@lru_cache(maxsize=64)
def _written_for(vendor: str, sql: str) -> str:
    """Give a statement with its places as the driver writes them; SQLite's are question marks."""
    return re.sub("(?<!%)%s", "?", sql).replace("%%", "%") if vendor == "sqlite" else sql
