"""What would happen if one row became another: read, and not done yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from hub.kit.held import plural, word
from hub.kit.joining.counting import known_counting
from hub.kit.models import JournalEntry

Row = models.Model
Model = type[models.Model]
Became = dict[Model, dict[Any, Any]]
_AT_ONCE = 400  # keys in one statement: SQLite takes no more than some hundred
# Where the journal speaks of a row by the words for its model and its key.
_SPOKEN_OF = (("thing", "thing_id"), ("part_of", "part_of_id"))


@dataclass(frozen=True, slots=True)
class Move:
    """Rows of a model that point at what goes, by a field, and shall point at what stays. Any of `rows` may be none.

    `is_theirs` is False where the rows merely say that somebody did something: they are about something else.
    """

    model: Model
    field: str
    was: Any
    becomes: Any
    rows: tuple[Any, ...]
    is_theirs: bool

    @property
    def name(self) -> str:
        """The relation as code has it: "people.Role.person"."""
        return f"{self.model._meta.label}.{self.field}"

    @property
    def label(self) -> str:
        """The relation in words: "Roles", and "Terms, published by" where the rows only say who did something."""
        many = plural(self.model)
        return many if self.is_theirs else f"{many}, {word(self.field)}"


@dataclass(frozen=True, slots=True)
class Change:
    """Values of a row that change, by column, before and after. A `is_loose` one is left alone where it changed again."""

    model: Model
    row: Any
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    is_loose: bool = False


@dataclass(frozen=True, slots=True)
class Collision:
    """Two rows that become one because only one of them can be: which constraint says so, which stays, which goes."""

    model: Model
    constraint: str
    stays: Row
    goes: Row

    @property
    def label(self) -> str:
        """The words for one such row: "Role"."""
        return str(self.model._meta.verbose_name).capitalize()


@dataclass(frozen=True, slots=True)
class Joining:
    """All that happens when `gone` becomes `kept`: read, and not done yet."""

    kept: Row
    gone: Row
    moves: tuple[Move, ...]
    changes: tuple[Change, ...]
    removed: tuple[Row, ...]
    collisions: tuple[Collision, ...]


@dataclass(frozen=True, slots=True)
class _Unique:
    """A constraint: its name, what must differ, and where it holds. `marks` are flags only one row of somebody's carries."""

    name: str
    fields: tuple[str, ...]
    condition: Q | None = None
    nulls_differ: bool = True
    marks: tuple[str, ...] = ()


@dataclass(slots=True)
class _Clashes:
    """Rows of a model that can't stand side by side: loser to winner with the constraint, and flags that are put off."""

    twins: dict[Any, tuple[Any, str]] = field(default_factory=dict)
    marks: dict[Any, set[str]] = field(default_factory=dict)


def pointing_at(model: Model) -> Iterator[models.ForeignKey[Any, Any]]:
    """Give every foreign key of every installed app that points at a model, those of many-to-many tables with it."""
    for each in apps.get_models(include_auto_created=True):
        if not each._meta.proxy:
            for column in each._meta.local_concrete_fields:
                if isinstance(column, models.ForeignKey) and target_of(column) is model:
                    yield column


def plan_joining(
    kept: Row,
    gone: Row,
    *,
    changes: Sequence[Change] = (),
    removed: Mapping[Model, Collection[Any]] | None = None,
    besides: Collection[str] = (),
    decided: Collection[str] = (),
) -> Joining:
    """Read what would happen if `gone` became `kept`. As many queries as there are relations, whatever the number of rows.

    `changes` and `removed` are what the room itself decides of rows it knows better; rows that are removed are not moved.
    The relations named in `besides` ("people.LikelyPair.first") are left to the room. Of the models named in `decided` it
    decides, too, what the row that stays takes over from one that goes. Which of two stays is said in `counting`.
    """
    taken = {model: set(keys) for model, keys in (removed or {}).items()}
    top = type(kept)
    became: Became = {top: {gone.pk: kept.pk}}
    clashes: dict[Model, _Clashes] = {}
    because: dict[Model, dict[Any, str]] = defaultdict(dict)
    todo: set[Model] = {top}
    while todo:
        concerned = {column.model for target in todo for column in pointing_at(target) if _name(column) not in besides}
        todo = set()
        for model in sorted(concerned, key=lambda each: each._meta.label):
            found = clashes[model] = _clashes(model, became, taken.get(model, set()), besides)
            new = {loser: twin for loser, (twin, _) in found.twins.items()}
            if new:
                known = became.setdefault(model, {})
                known.update(new)
                for loser, winner in known.items():  # who won may have lost to a third since
                    known[loser] = known.get(winner, winner)
                because[model] |= {loser: name for loser, (_, name) in found.twins.items()}
                todo.add(model)
    gone_too: dict[Model, set[Any]] = {
        model: set(became.get(model, {})) | taken.get(model, set()) for model in {*became, *taken} if model is not top
    }
    moves, loops = _moves(became, gone_too, top, besides)
    put_off = [
        Change(model, key, dict.fromkeys(flags, True), dict.fromkeys(flags, False))
        for model, found in clashes.items()
        for key, flags in found.marks.items()
        if key not in gone_too.get(model, set())
    ]
    rows = {model: _in_full(model, keys | set(became.get(model, {}).values())) for model, keys in gone_too.items()}
    collisions = tuple(
        Collision(model, name, rows[model][became[model][loser]], rows[model][loser])
        for model, losers in because.items()
        for loser, name in losers.items()
    )
    return Joining(
        kept=kept,
        gone=gone,
        moves=tuple(moves),
        changes=(*changes, *put_off, *loops, *_taken_over(collisions, decided)),
        removed=tuple(rows[model][key] for model, keys in gone_too.items() for key in sorted(keys) if key in rows[model]),
        collisions=collisions,
    )


def portions(keys: Iterable[Any]) -> Iterator[list[Any]]:
    """Give keys in portions one statement takes."""
    left = iter(keys)
    while some := list(islice(left, _AT_ONCE)):
        yield some


def target_of(column: models.ForeignKey[Any, Any]) -> Model:
    """Give the model a foreign key points at."""
    model: Model = column.remote_field.model
    concrete: Model = model._meta.concrete_model or model
    return concrete


def _name(column: models.ForeignKey[Any, Any]) -> str:
    return f"{column.model._meta.label}.{column.name}"


def _foreign(model: Model, became: Became, besides: Collection[str]) -> list[models.ForeignKey[Any, Any]]:
    """Give the foreign keys of a model that point at a model some row of which goes."""
    keys = (column for column in model._meta.local_concrete_fields if isinstance(column, models.ForeignKey))
    return [column for column in keys if target_of(column) in became and _name(column) not in besides]


def _uniques(model: Model) -> Iterator[_Unique]:
    """Give what must be unique in a model. What is unique by an expression speaks of no row that is moved."""
    label, meta = model._meta.label, model._meta
    for column in meta.local_concrete_fields:
        if column.unique and not column.primary_key:
            yield _Unique(f"{label}.{column.name}", (column.name,))
    for together in meta.unique_together:
        yield _Unique(" ".join(("unique", *together)), tuple(together))
    for each in meta.constraints:
        if isinstance(each, models.UniqueConstraint) and each.fields:
            yield _Unique(each.name, tuple(each.fields), each.condition, each.nulls_distinct is not False, _marks(model, each))


def _marks(model: Model, constraint: models.UniqueConstraint) -> tuple[str, ...]:
    """Give the flags that must be on for a constraint to hold: "the first of somebody's addresses"."""
    condition = constraint.condition
    if condition is None or condition.negated or condition.connector != Q.AND:
        return ()
    on = [child[0] for child in condition.children if isinstance(child, tuple) and child[1] is True and "__" not in child[0]]
    return tuple(name for name in on if isinstance(model._meta.get_field(name), models.BooleanField))


def _clashes(model: Model, became: Became, taken: set[Any], besides: Collection[str]) -> _Clashes:
    """Find the rows of a model that could not stand side by side once what goes has become what stays."""
    columns = _foreign(model, became, besides)
    names = {column.name for column in columns}
    uniques = [each for each in _uniques(model) if names & set(each.fields)]
    found = _Clashes()
    if not uniques:
        return found
    touched = Q()
    for column in columns:
        of = became[target_of(column)]
        touched |= Q(**{f"{column.name}__in": {*of, *of.values()}})
    rows = model._base_manager.filter(touched).exclude(pk__in=taken).order_by("pk")
    needed = {model._meta.get_field(name).attname for each in uniques for name in each.fields}  # type: ignore[union-attr]
    listed = list(rows.values("pk", *(needed | {column.attname for column in columns})))
    lost = set(became.get(model, {}))
    moved: dict[Any, bool] = {}
    for row in listed:
        before = dict(row)
        for column in columns:
            row[column.attname] = became[target_of(column)].get(row[column.attname], row[column.attname])
        moved[row["pk"]] = row != before
    for each in uniques:
        holds = None if each.condition is None else set(rows.filter(each.condition).values_list("pk", flat=True))
        alike: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
        for row in listed:
            key = tuple(row[model._meta.get_field(name).attname] for name in each.fields)  # type: ignore[union-attr]
            is_held = holds is None or row["pk"] in holds
            if is_held and row["pk"] not in lost and not (each.nulls_differ and None in key):
                alike[key].append(row["pk"])
        twice = [keys for keys in alike.values() if len(keys) > 1]
        ranks = {} if each.marks else _ranks(model, {key for keys in twice for key in keys})
        for keys in twice:
            as_they_stand = sorted(keys, key=lambda key: (moved[key], keys.index(key)))
            stays, *others = sorted(as_they_stand, key=lambda key: ranks.get(key, 0), reverse=True)  # alike: in that order
            for key in others:
                if each.marks:
                    found.marks.setdefault(key, set()).update(each.marks)
                else:
                    found.twins[key] = (stays, each.name)
                    lost.add(key)
    return found


def _ranks(model: Model, keys: Collection[Any]) -> dict[Any, Any]:
    """Give how strong rows are by what their room says; nothing where it says nothing. One query where it does."""
    counting = known_counting().get(model._meta.label)
    if not keys or counting is None or counting.rank is None:
        return {}
    return {key: counting.rank(row) for key, row in _in_full(model, keys).items()}


def _taken_over(collisions: Iterable[Collision], decided: Collection[str]) -> Iterator[Change]:
    """Give what rows that stay take over from those that go. What somebody changes again meanwhile is left alone."""
    for each in collisions:
        counting = known_counting().get(each.model._meta.label)
        if counting is None or counting.takes is None or each.model._meta.label in decided:
            continue
        taken = counting.takes(each.stays, each.goes)
        before = {name: getattr(each.stays, name) for name in taken}
        if before != taken:
            yield Change(each.model, each.stays.pk, before, dict(taken), is_loose=True)


def _moves(
    became: Became, gone_too: Mapping[Model, set[Any]], top: Model, besides: Collection[str]
) -> tuple[list[Move], list[Change]]:
    """Give what is moved, relation by relation, and the rows that would come to point at themselves: they point at nothing."""
    moves: list[Move] = []
    loops: list[Change] = []
    for target, of in became.items():
        for column in pointing_at(target):
            if _name(column) in besides:
                continue
            model = column.model
            skipped = gone_too.get(model, set())
            by: dict[Any, list[Any]] = {loser: [] for loser in of} if target is top else {}
            found = model._base_manager.filter(**{f"{column.name}__in": list(of)}).order_by("pk")
            for key, loser in found.values_list("pk", column.attname):
                if key in skipped:
                    continue
                if model is target and of[loser] == key and column.null:
                    loops.append(Change(model, key, {column.attname: loser}, {column.attname: None}))
                else:
                    by.setdefault(loser, []).append(key)
            for loser, keys in by.items():
                moves.append(Move(model, column.name, loser, of[loser], tuple(keys), _is_theirs(column)))
        for label, name in _SPOKEN_OF:
            lines = JournalEntry.objects.filter(**{label: target._meta.label, f"{name}__in": list(of)}).order_by("pk")
            spoken: dict[Any, list[int]] = defaultdict(list)
            for key, loser in lines.values_list("pk", name):
                spoken[loser].append(key)
            moves += [Move(JournalEntry, name, loser, of[loser], tuple(keys), False) for loser, keys in spoken.items()]
    return moves, loops


def _is_theirs(column: models.ForeignKey[Any, Any]) -> bool:
    """Say whether the rows are somebody's own, and do not only say that somebody did something."""
    return bool(column.model._meta.auto_created) or not str(column.remote_field.related_name or "").endswith("+")


def _in_full(model: Model, keys: Collection[Any]) -> dict[Any, Row]:
    near = [column.name for column in model._meta.local_concrete_fields if isinstance(column, models.ForeignKey)]
    found = model._base_manager.select_related(*near) if near else model._base_manager.all()
    return {row.pk: row for some in portions(sorted(keys)) for row in found.filter(pk__in=some)}
