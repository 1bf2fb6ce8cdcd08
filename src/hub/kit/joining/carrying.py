"""Make one row of two as it was planned, write down what that took, and take it back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from json import dumps
from typing import Any, ClassVar

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import CASCADE, SET_NULL, Case, F, Value, When

from hub.core.errors import Refusal
from hub.kit.held import word
from hub.kit.joining.planning import Joining, Model, Row, portions, target_of

# What is noted whenever something is used: that somebody signed in does not change what they are.
TRACES = frozenset({"last_login", "used_on"})
_AS_IT_IS = (str, int, float, bool, dict, list, type(None))


class NotAsItWas(Refusal):
    """What two rows that became one left behind has changed since, so that it can't be taken back."""

    code: ClassVar[str] = "not-as-it-was"


@transaction.atomic
def join(
    joining: Joining, *, watched: Mapping[Model, Iterable[Any]] | None = None, living: Collection[Model] = ()
) -> dict[str, Any]:
    """Do what was planned, and give the facts that are enough to take it back, ready for JSON.

    Nothing is left to cascades: a row that still pointed at what goes would fail the transaction. `watched` are rows that must
    stay as they are now if this is to be taken back, though they did not move. Rows of the `living` models go on meanwhile,
    by themselves: what became of one of them, or what has its place, does not stand in the way.
    """
    for model, keys in _by_model((type(row), row.pk) for row in joining.removed).items():
        _delete(model, keys)
    _delete(type(joining.gone), [joining.gone.pk])  # first, so that what is unique about it is free for the other
    for change in joining.changes:
        change.model._base_manager.filter(pk=change.row).update(**change.after)
    _repoint((move.model, move.field, move.was, move.becomes, move.rows) for move in joining.moves)
    looked_after = [(move.model, key) for move in joining.moves if move.is_theirs for key in move.rows]
    looked_after += [(change.model, change.row) for change in joining.changes if not change.is_loose]
    looked_after += [(model, key) for model, keys in (watched or {}).items() for key in keys]
    besides = {type(joining.kept), *living}
    at_stake = {model: keys for model, keys in _by_model(looked_after).items() if model not in besides}
    return {
        "kept": joining.kept.pk,
        "gone": _written(joining.gone),
        "moved": [
            {
                "model": move.model._meta.label,
                "field": move.field,
                "was": move.was,
                "becomes": move.becomes,
                "rows": list(move.rows),
                "theirs": move.is_theirs,
            }
            for move in joining.moves
            if move.rows
        ],
        "changed": [
            {
                "model": change.model._meta.label,
                "row": change.row,
                "before": _values(change.model, change.before),
                "after": _values(change.model, change.after),
                "loose": change.is_loose,
            }
            for change in joining.changes
        ],
        "removed": [_written(row) for row in joining.removed],
        "living": sorted(model._meta.label for model in living),
        "prints": [
            {"model": model._meta.label, "columns": columns, "rows": [[key, mark] for key, mark in sorted(marks.items())]}
            for model, keys in at_stake.items()
            for columns in [_columns(model)]
            for marks in [_prints(model, keys, columns)]
        ],
    }


@transaction.atomic
def part(facts: Mapping[str, Any], *, say: Callable[[Row], str] = str) -> None:
    """Take back what `join` did: each step undone, the last first. Rows that came since stay with the one that was kept.

    `say` puts a row in words, for the sentence that says which one stands in the way.
    Raises NotAsItWas, with what stands in the way, where something it moved, changed or took away is not as it left it.
    """
    _same_as_left(facts, say)
    back = reversed(facts["moved"])
    _repoint((apps.get_model(move["model"]), move["field"], move["becomes"], move["was"], move["rows"]) for move in back)
    for change in reversed(facts["changed"]):
        model = apps.get_model(change["model"])
        row = model._base_manager.filter(pk=change["row"]).first()
        if row is not None and all(_plain(row, name) == value for name, value in change["after"].items()):
            model._base_manager.filter(pk=row.pk).update(**_read(model, change["before"]))
    restored = [facts["gone"], *facts["removed"]]
    keys = {(each["model"], each["key"]) for each in restored}
    living = facts.get("living", ())
    for each in restored:
        _restore(each, keys, say, may_lose=each["model"] in living)


def name_of_gone(facts: Mapping[str, Any], column: str) -> str:
    """Give a column of the row that went, as it was written down; "" where nothing is (any more)."""
    return str(facts.get("gone", {}).get("values", {}).get(column, ""))


def _repoint(moves: Iterable[tuple[Model, str, Any, Any, Sequence[Any]]]) -> None:
    """Let rows point at another: those of one field together. A row that points elsewhere by now is left alone."""
    together: dict[tuple[Model, str], list[tuple[Any, Any, Sequence[Any]]]] = {}
    for model, name, was, becomes, rows in moves:
        together.setdefault((model, name), []).append((was, becomes, rows))
    for (model, name), each in together.items():
        column: Any = model._meta.get_field(name)
        kind = column.target_field if isinstance(column, models.ForeignKey) else column
        of = {key: (was, becomes) for was, becomes, rows in each for key in rows}
        for some in portions(of):
            alike: dict[tuple[Any, Any], list[Any]] = {}
            for key in some:
                alike.setdefault(of[key], []).append(key)
            # By key too: the same number may be that of a person in one line of the journal, and of a role in another.
            cases = [
                When(pk__in=keys, **{name: was}, then=Value(becomes, output_field=kind))
                for (was, becomes), keys in alike.items()
            ]
            found = model._base_manager.filter(pk__in=some)
            found.update(**{name: Case(*cases, default=F(name), output_field=kind)})


def _by_model(rows: Iterable[tuple[Model, Any]]) -> dict[Model, list[Any]]:
    found: dict[Model, dict[Any, None]] = {}
    for model, key in rows:
        found.setdefault(model, {})[key] = None
    return {model: list(keys) for model, keys in found.items()}


def _delete(model: Model, keys: Sequence[Any]) -> None:
    """Delete rows and nothing with them: what points at them is moved in the same transaction, or it fails."""
    for some in portions(keys):
        found = model._base_manager.filter(pk__in=some)
        found._raw_delete(found.db)


def _columns(model: Model) -> list[str]:
    return sorted(column.attname for column in model._meta.local_concrete_fields if column.attname not in TRACES)


def _prints(model: Model, keys: Collection[Any], columns: Sequence[str]) -> dict[Any, str]:
    """Give the fingerprints of rows, by their keys: some columns of each, so that a change is seen."""
    known = [name for name in columns if name in {column.attname for column in model._meta.local_concrete_fields}]
    found: dict[Any, str] = {}
    for some in portions(keys):
        for row in model._base_manager.filter(pk__in=some):
            values = [[name, _plain(row, name)] for name in known]
            found[row.pk] = sha256(dumps(values, sort_keys=True).encode()).hexdigest()[:16]
    return found


def _same_as_left(facts: Mapping[str, Any], say: Callable[[Row], str]) -> None:
    """Raises NotAsItWas where something is not as `join` left it."""
    for each in facts["prints"]:
        model = apps.get_model(each["model"])
        now = _prints(model, [key for key, _ in each["rows"]], each["columns"])
        words = str(model._meta.verbose_name).lower()
        for key, mark in each["rows"]:
            if key not in now:
                raise NotAsItWas(f"This can’t be undone: a row that was moved is not there any more ({words}).")
            if now[key] != mark:
                row = model._base_manager.get(pk=key)
                raise NotAsItWas(f"This can’t be undone: “{say(row)}” ({words}) has been changed since.")
    kept = facts["kept"]
    for each in facts["changed"]:
        model = apps.get_model(each["model"])
        if model._meta.label == facts["gone"]["model"] and each["row"] == kept:
            row = model._base_manager.get(pk=kept)
            for name, value in each["after"].items():
                if _plain(row, name) != value:
                    raise NotAsItWas(f"This can’t be undone: the {word(name)} has been changed since.")


def _plain(row: Row, name: str) -> Any:
    """Give a column's value ready for JSON, to the last figure: `_python` gives the same back."""
    value = getattr(row, name)
    if isinstance(value, _AS_IT_IS):
        return value
    column: Any = next(each for each in row._meta.local_concrete_fields if each.attname == name)
    return column.value_to_string(row)


def _values(model: Model, values: Mapping[str, Any]) -> dict[str, Any]:
    row = model(**values)
    return {name: _plain(row, name) for name in values}


def _read(model: Model, values: Mapping[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {column.attname: column for column in model._meta.local_concrete_fields}
    return {
        name: value if value is None else columns[name].to_python(value) for name, value in values.items() if name in columns
    }


def _written(row: Row) -> dict[str, Any]:
    """Write a row down in full."""
    values = {column.attname: _plain(row, column.attname) for column in row._meta.local_concrete_fields}
    return {"model": row._meta.label, "key": row.pk, "values": values}


def _restore(
    written: Mapping[str, Any], restored: Collection[tuple[str, Any]], say: Callable[[Row], str], *, may_lose: bool
) -> None:
    """Put a row back as it was, under its own key. What it belonged to may have gone: then what a deletion does has been done.

    Raises NotAsItWas where something new has its place, unless it may lose that.
    """
    model = apps.get_model(written["model"])
    values = _read(model, written["values"])
    words = str(model._meta.verbose_name).lower()
    for column in model._meta.local_concrete_fields:
        if not isinstance(column, models.ForeignKey) or values.get(column.attname) is None:
            continue
        target, key = target_of(column), values[column.attname]
        if (target._meta.label, key) in restored or target._base_manager.filter(pk=key).exists():
            continue
        if column.remote_field.on_delete is CASCADE:
            return
        if column.remote_field.on_delete is not SET_NULL:
            gone = str(target._meta.verbose_name).lower()
            raise NotAsItWas(f"This can’t be undone: what a row belonged to is not there any more ({words}, {gone}).")
        values[column.attname] = None
    row = model(**values)
    try:
        with transaction.atomic():
            row.save_base(raw=True, force_insert=True)  # as it was: nothing is stamped with the time anew
    except IntegrityError as no:
        if may_lose:
            return
        raise NotAsItWas(f"This can’t be undone: something new has the place of “{say(row)}” ({words}).") from no
