"""What is personal, field by field, and what an erasure does with it. Each room says so of its own rows in its `personal.py`.

An erasure does what is said here and nothing else, so a later room only has to class its fields; a test fails where one is
not classed, where a personal one is in no export, and where one is still found after an erasure.
Source: issue 3; docs/decisions/0010; GDPR Art. 17.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from hub.core.names import plain as plain_name
from hub.core.veil import Veil
from hub.core.veil import mention as mention_of
from hub.kit import journal, keyed
from hub.kit.rooms import load_modules

# Two reasons for rows to stay that many rooms have; sentences for the person and for the team alike.
DEEDS = "What was done here and when; where the name stood, “somebody since erased” does."
WORDS = "What teams wrote in plans, sessions and releases; where they named the person, it says “an Expert” or “a guest”."


class Kind(StrEnum):
    """What a field says of a person."""

    NONE = "none"  # nothing
    REFERENCE = "reference"  # whom the row is about
    IDENTITY = "identity"  # who they are, what they did here and when
    CONTACT = "contact"  # where they can be reached
    SENSITIVE = "sensitive"  # what they need to take part
    SECRET = "secret"  # noqa: S105  what lets them in; never shown, to them neither
    ANSWER = "answer"  # what they agreed to
    DEED = "deed"  # who did something with a row that is about something else
    FREE_TEXT = "free-text"  # words others write freely, in which they may be named


class Fate(StrEnum):
    """What an erasure does with a field."""

    GOES = "goes"  # with its row
    STAYS = "stays"
    BLANKED = "blanked"
    FILE_DELETED = "file-deleted"  # blanked, and the stored file it names is deleted
    UNLINKED = "unlinked"  # set to nobody
    CLEANED = "cleaned"  # mentions of the person are taken out
    VEILED = "veiled"  # a programme's own words: where it names somebody who had a part in it, it says what they were


@dataclass(frozen=True, slots=True)
class Treated:
    """What a field says, and what an erasure does with it."""

    kind: Kind
    fate: Fate


@dataclass(frozen=True, slots=True)
class Classed:
    """The fields of a model, and the ways (lookups) from a row to the person it is about: none where it is about nobody.

    `because` tells people why the rows stay after an erasure; `programme` is the way to whose team the words belong to;
    `about` are the ways to people somebody else's row has words about.
    """

    label: str
    fields: Mapping[str, Treated]
    whose: tuple[str, ...] = ()
    because: str = ""
    programme: str = ""
    about: tuple[str, ...] = ()

    @property
    def model(self) -> type[models.Model]:
        """The model itself."""
        return apps.get_model(self.label)

    @property
    def goes(self) -> bool:
        """Whether an erasure deletes the rows."""
        return any(each.fate is Fate.GOES for each in self.fields.values())

    def named(self, *fates: Fate) -> list[str]:
        """Give the fields with one of these fates."""
        return [name for name, each in self.fields.items() if each.fate in fates]


@dataclass(slots=True)
class Erased:
    """What an erasure did: how many rows of which model, and which stored files are to be deleted after it."""

    counts: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


_classed: dict[str, Classed] = {}
Names = Mapping[Kind, str]  # names of fields, separated by spaces


def rows_go(
    label: str, *, whose: str, fields: Names, files: Names | None = None, words: Names | None = None, about: str = ""
) -> None:
    """Class a model whose rows are a person's own and are deleted with them. `whose` may name several ways.

    `files` are fields that name a stored file, which is deleted too; `words` are others' free words, which are cleaned in
    rows about somebody else. Among the words what tells who somebody is (IDENTITY, CONTACT) is cleaned in rows that are
    nobody's yet: a name in a file may be theirs although no row says so. `about` are ways to people the words of another's
    row are about: there one word of their name alone is taken out too.
    """
    spread = _spread({Fate.GOES: fields, Fate.FILE_DELETED: files or {}, Fate.CLEANED: words or {}})
    _classed[label] = Classed(label, spread, tuple(whose.split()), about=tuple(about.split()))


def rows_stay(label: str, *, whose: str = "", because: str, programme: str = "", fields: Mapping[Fate, Names]) -> None:
    """Class a model whose rows stay, without what was personal in them. `because` is a sentence people read.

    Raises ValueError where a fate does not fit: deleted with a row that stays, a row that tells who a person is.
    """
    spread = _spread(fields)
    closed = {Kind.IDENTITY, Kind.CONTACT, Kind.SENSITIVE, Kind.SECRET}
    if wrong := [n for n, it in spread.items() if it.fate is Fate.GOES or (it.fate is Fate.STAYS and it.kind in closed)]:
        raise ValueError(f"{label}: {', '.join(wrong)} can't stay")
    _classed[label] = Classed(label, spread, tuple(whose.split()), because, programme)


def plain(label: str, names: str) -> None:
    """Class a model in which nothing is about a person."""
    _classed[label] = Classed(label, _spread({Fate.STAYS: {Kind.NONE: names}}))


def _spread(fields: Mapping[Fate, Names]) -> dict[str, Treated]:
    spread: dict[str, Treated] = {}
    for fate, kinds in fields.items():
        for kind, names in kinds.items():
            for name in names.split():
                if name in spread:
                    raise ValueError(f"{name} is classed twice")
                spread[name] = Treated(kind, fate)
    return spread


def classed() -> Mapping[str, Classed]:
    """Give what every room says of its rows, by the model's label."""
    load_modules("personal")
    return _classed


def is_secret(row: models.Model, name: str) -> bool:
    """Say whether a field lets somebody in; what nobody has classed is taken for one."""
    known = classed().get(row._meta.label)
    if known is None:
        return True
    return name not in known.fields or known.fields[name].kind is Kind.SECRET


def secret_names() -> frozenset[str]:
    """Give the names secrets have anywhere, for rows that are kept as JSON within another."""
    return frozenset(name for each in classed().values() for name, it in each.fields.items() if it.kind is Kind.SECRET)


def reasons_to_stay() -> list[str]:
    """Give the sentences that tell a person what stays after an erasure, and why; each once."""
    return list(dict.fromkeys(each.because for each in classed().values() if each.because))


def erase(
    person: models.Model,
    *,
    words: Sequence[str],
    veil: Veil,
    programmes: Collection[int],
    at: datetime,
    also: Collection[int] = (),
) -> Erased:
    """Do with every row about a person what its class says; in the caller's transaction.

    `words` are the names and addresses they were known by: where others wrote one into a text that is cleaned, it is taken
    out. `veil` is drawn for good over what was written in the `programmes` they had a part in. `also` are keys of records
    that were taken into theirs, of which the journal may still speak.
    """
    done = Erased()
    mine = [(each, _rows(each, person)) for each in classed().values() if each.whose]
    if lines := journal.forget(person, mentions=words, also=also, at=at):
        done.counts["kit.JournalEntry"] = lines
    for each in classed().values():
        _add(done.counts, each.label, _clean(each, words, person))
        _add(done.counts, each.label, _veil(each, veil, programmes))
    for held in keyed.turned(dict.fromkeys((person.pk, *also))):
        held.model._base_manager.filter(pk=held.row).update(**{held.field: held.after})
        _add(done.counts, held.model._meta.label, 1)
    for each, keys in mine:
        rows = each.model._base_manager.filter(pk__in=keys)
        done.files += [name for column in each.named(Fate.FILE_DELETED) for name in rows.values_list(column, flat=True) if name]
        _add(done.counts, each.label, len(keys))
        if each.goes:
            rows.delete()
        elif values := _blanks(each):
            rows.update(**values)
    return done


def addresses_of(person: models.Model) -> list[str]:
    """Give every e-mail address the rows about a person hold: an account's, an invitation's, what later rooms keep."""
    found: list[str] = []
    for each in classed().values():
        columns = _mail_fields(each)
        if each.whose and columns:
            for row in each.model._base_manager.filter(pk__in=_rows(each, person)).values_list(*columns):
                found += [address for address in row if address]
    return list(dict.fromkeys(found))


def still_named(words: Sequence[str], *, programmes: Iterable[int]) -> list[tuple[str, int]]:
    """Say in how many rows of which texts of some programmes their teams name a person or give their address: words, how many.

    One query for each text.
    """
    searched = [word for word in words if _is_telling(word)]
    found = []
    for each in classed().values():
        names = each.named(Fate.VEILED) + [name for name in each.named(Fate.CLEANED) if name in _mail_fields(each)]
        if not (searched and names and each.programme):
            continue
        rows = each.model._base_manager.filter(**{f"{each.programme}__in": list(programmes)})
        rows = rows.annotate(**{f"{name}_as_text": Cast(name, models.TextField()) for name in names})
        spelt = {way for word in searched for way in (word, json.dumps(word)[1:-1])}
        named = Q()
        for name in names:
            for way in spelt:
                named |= Q(**{f"{name}_as_text__icontains": way})
        if count := rows.filter(named).count():
            found.append((str(each.model._meta.verbose_name if count == 1 else each.model._meta.verbose_name_plural), count))
    return found


def _rows(each: Classed, person: models.Model) -> list[Any]:
    about = Q()
    for way in each.whose:
        about |= Q(**{way: person.pk})
    return list(each.model._base_manager.filter(about).order_by("pk").values_list("pk", flat=True).distinct())


def _blanks(each: Classed) -> dict[str, Any]:
    values: dict[str, Any] = dict.fromkeys(each.named(Fate.UNLINKED))
    for name in each.named(Fate.BLANKED, Fate.FILE_DELETED):
        column = each.model._meta.get_field(name)
        assert isinstance(column, models.Field)
        if column.null:
            values[name] = None
        elif isinstance(column, models.JSONField):
            values[name] = column.get_default() if column.has_default() else {}
        else:
            values[name] = ""
    return values


def _clean(each: Classed, words: Sequence[str], person: models.Model) -> int:
    """Put journal.ERASED where a text mentions the person; gives in how many rows. The journal cleans its own lines.

    Free words that are blanked in rows about the person are cleaned in rows about others. A row that is nobody's and known by
    the name alone goes where without the name it would be one with another.
    """
    if each.label == "kit.JournalEntry":
        return 0
    telling = [word for word in words if _is_telling(word)]
    mention = mention_of([*telling, *map(plain_name, telling)])
    rows = each.model._base_manager.order_by("pk")
    free = [n for n, it in each.fields.items() if it.kind is Kind.FREE_TEXT and it.fate in (Fate.CLEANED, Fate.BLANKED)]
    done = _cleaned(each, rows, free, mention)
    unclaimed = [n for n in each.named(Fate.CLEANED) if each.fields[n].kind is not Kind.FREE_TEXT]
    if unclaimed:
        done += _cleaned(each, rows.filter(**{f"{way}__isnull": True for way in each.whose}), unclaimed, mention)
    if each.about:
        ways = Q()
        for way in each.about:
            ways |= Q(**{way: person.pk})
        names = [part for word in words if not re.search(r"[@\d]", word) for part in re.split(r"[\s-]+", word) if len(part) > 1]
        done += _cleaned(each, rows.filter(ways), free, mention_of(names))
    return done


def _cleaned(each: Classed, rows: models.QuerySet[Any], names: Sequence[str], mention: re.Pattern[str] | None) -> int:
    if not names or mention is None:
        return 0
    changed = 0
    manager, mails = each.model._base_manager, _mail_fields(each)
    alone = {name for one in each.model._meta.total_unique_constraints for name in one.fields}
    for key, *values in list(rows.values_list("pk", *names)):
        said = zip(names, values, strict=True)
        told = {
            n: c for n, value in said if (c := _emptied(value, mention) if n in mails else _without(value, mention)) != value
        }
        if alone & set(told):
            manager.filter(pk=key).delete()
        elif told:
            manager.filter(pk=key).update(**told)
        changed += bool(told)
    return changed


def _mail_fields(each: Classed) -> list[str]:
    return [name for name in each.fields if isinstance(each.model._meta.get_field(name), models.EmailField)]


def _emptied(address: str, mention: re.Pattern[str]) -> str:
    """Give a mail address, "" for one that is theirs: no words can stand in its place."""
    return "" if mention.fullmatch(address) else address


def _without(value: Any, mention: re.Pattern[str]) -> Any:
    """Give a text, or what is kept as JSON, without mentions."""
    if isinstance(value, str):
        return mention.sub(journal.ERASED, value)
    if isinstance(value, list):
        return [_without(each, mention) for each in value]
    return {name: _without(each, mention) for name, each in value.items()} if isinstance(value, dict) else value


def _veil(each: Classed, veil: Veil, programmes: Collection[int]) -> int:
    """Draw a veil for good over the words of some programmes; gives over how many rows."""
    names = each.named(Fate.VEILED)
    if not (names and each.programme and programmes):
        return 0
    rows = each.model._base_manager.filter(**{f"{each.programme}__in": list(programmes)}).order_by("pk")
    changed = 0
    for key, *values in list(rows.values_list("pk", *names)):
        told = {name: shown for name, value in zip(names, values, strict=True) if (shown := _veiled(value, veil)) != value}
        if told:
            each.model._base_manager.filter(pk=key).update(**told)
            changed += 1
    return changed


def _veiled(value: Any, veil: Veil) -> Any:
    if isinstance(value, str) and value.startswith("BEGIN:V"):
        return veil.calendar(value)
    return veil.facts(value)


def _is_telling(word: str) -> bool:
    """Say whether a word names somebody wherever it stands: “Will” and “May” alone are words of every text."""
    return len(word.split()) > 1 or re.search(r"[@\d]", word) is not None


def _add(counts: dict[str, int], label: str, number: int) -> None:
    if number:
        counts[label] = counts.get(label, 0) + number


def fields_to_class() -> Iterator[tuple[str, str]]:
    """Yield label and name of every field our rooms, allauth and Django's sessions store; the database's own keys left out."""
    for config in apps.get_app_configs():
        if config.name.startswith(("hub.", "allauth.")) or config.name == "django.contrib.sessions":
            for model in config.get_models(include_auto_created=True):
                for column in model._meta.concrete_fields:
                    if not isinstance(column, models.AutoField):
                        yield model._meta.label, column.name


def pointers() -> Iterator[tuple[str, str]]:
    """Yield label and name of every field that points at a person or at what they sign in with."""
    for label, name in fields_to_class():
        other = apps.get_model(label)._meta.get_field(name).related_model
        if isinstance(other, type) and other._meta.label in (settings.PERSON_MODEL, settings.AUTH_USER_MODEL):  # type: ignore[attr-defined]
            yield label, name


# -- the kit's own rows; it has no room

rows_stay(
    "kit.JournalEntry",
    because=DEEDS,
    fields={
        Fate.STAYS: {
            Kind.NONE: "verb thing thing_id part_of part_of_id at personal blanked_at",
            Kind.DEED: "by",
            Kind.REFERENCE: "about",
        },
        Fate.CLEANED: {Kind.FREE_TEXT: "facts"},  # by journal.forget
    },
)
# A job's payload is ids; its error goes with it a month after it is done, and has no address in it.
plain("kit.Job", "name key payload state due_at attempts lease leased_until again_at tried_at ended_at error")
plain("kit.Turn", "name holder until ran_at")
# Rate limits by network address or by the fingerprint of a mail address; each is over within an hour.
plain("kit.Cached", "cache_key value expires")
