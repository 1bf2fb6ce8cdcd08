"""What a sheet would do to the answers of a form, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

from hub.core.forms.answers import Typed
from hub.core.forms.model import Content
from hub.core.forms.sheet.columns import NoColumns, columns, samples, wanting
from hub.core.forms.sheet.model import Outcome, Proposal, Row, Stands, Whose
from hub.core.forms.sheet.reading import Reader
from hub.core.names import folded

LEAVE = "leave"


def propose(
    rows: Sequence[Sequence[str]],
    content: Content,
    *,
    first: int,
    is_anonymous: bool,
    people: Sequence[Whose],
    stands: Mapping[int, Stands],
    marks: Sequence[str],
    chosen: Mapping[int, str] | None = None,
    decisions: Mapping[int, str] | None = None,
) -> Proposal:
    """Say what a sheet would do to the answers of a form. The first row that has anything is its heads.

    `stands` is what people have answered already. Where its columns do not say enough, the proposal says what is wanting, and
    reads no row.

    `marks` know the anonymous rows that are in. Of two that say the same each is an answer, unless they have one number; so
    rows are counted: the nth equal one is in already where n came before. One with a number or a moment is known by its mark,
    wherever it came from. Of those that nothing tells apart a file is known: it has every row of an earlier one, and maybe
    more; their marks are kept together, parted by spaces. Raises NoColumns for a table with nothing in it.
    """
    start = next((at for at, row in enumerate(rows) if any(cell.strip() for cell in row)), None)
    if start is None:
        raise NoColumns("There is nothing in this table.")
    width = max(len(row) for row in rows[start:])  # a column without a head can be chosen, too
    heads = [*rows[start], *[""] * (width - len(rows[start]))]
    found = tuple(
        replace(column, samples=samples(rows[start + 1 :], column.place))
        for column in columns(heads, content, is_anonymous=is_anonymous, chosen=chosen)
    )
    if missing := wanting(found, is_anonymous=is_anonymous):
        return Proposal(columns=found, rows=(), wanting=missing)
    by_address = {each_address: each for each in people for each_address in each.addresses}
    by_name: dict[str, list[Whose]] = {}
    for each in people:
        by_name.setdefault(_together(each.name), []).append(each)
    reader = Reader(content, found)
    read_rows = [
        reader.read(first + at, cells)
        for at, cells in enumerate(rows[start + 1 :], start + 1)
        if any(cell.strip() for cell in cells)
    ]
    if is_anonymous:
        done, kept = _nobodys([_marked(reader.answered(row, typed, {})) for row, typed in read_rows], marks)
        return Proposal(columns=found, rows=done, marks=kept)
    done_rows: list[Row] = []
    seen: dict[int, int] = {}
    for row, typed in read_rows:
        if row.outcome is Outcome.NEW:
            row = _with_person(row, typed, reader, by_address, by_name, stands, (decisions or {}).get(row.number, ""))
        if (key := row.person) is not None and row.outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.SAME):
            if key in seen and row.outcome is not Outcome.SAME:
                row = _twice(row, seen[key])
            seen.setdefault(key, row.number)
        done_rows.append(row)
    return Proposal(columns=found, rows=tuple(done_rows))


def _twice(row: Row, first: int) -> Row:
    sentence = f"Row {row.number}: the same as in row {first}; that one counts."
    return replace(row, outcome=Outcome.REFUSED, sentence=sentence)


def _marked(row: Row) -> Row:
    """Give an anonymous row with the mark that knows it again."""
    mark = repr((*row.known_by, sorted(row.values.items())))
    return replace(row, mark=blake2b(mark.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest())


def _nobodys(rows: Iterable[Row], marks: Sequence[str]) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Say which anonymous rows are in already, and what is to be kept to know the others again: see `propose`."""
    numbered: dict[str, int] = {}
    once: list[Row] = []
    for row in rows:
        if row.outcome is Outcome.NEW and row.known_by[0]:
            first = numbered.setdefault(row.mark, row.number)
            row = row if first == row.number else _twice(row, first)
        once.append(row)
    alike = Counter(row.mark for row in once if row.outcome is Outcome.NEW and row.is_alike)
    files = [Counter(each.split()) for each in marks]
    earlier = [file for file in files if all(alike[mark] >= count for mark, count in file.items())]
    known = {True: max(earlier, key=Counter.total, default=Counter[str]()), False: Counter(marks)}
    done = []
    for row in once:
        there = known[row.is_alike]
        if row.outcome is Outcome.NEW and there[row.mark] > 0:
            there[row.mark] -= 1
            row = replace(row, outcome=Outcome.SAME, sentence="Is in already.")
        done.append(row)
    new = [row for row in done if row.outcome is Outcome.NEW]
    kept = [row.mark for row in new if not row.is_alike]
    if any(row.is_alike for row in new):
        kept.append(" ".join(sorted(alike.elements())))
    return tuple(done), tuple(kept)


def _together(name: str) -> str:
    return " ".join(sorted(folded(name).split()))


def _with_person(
    row: Row,
    typed: Typed,
    reader: Reader,
    by_address: Mapping[str, Whose],
    by_name: Mapping[str, list[Whose]],
    stands: Mapping[int, Stands],
    decided: str,
) -> Row:
    """Say whose a row is: by its address, or as a person decided among those of the same name."""
    who = by_address.get(row.email)
    alike = tuple(by_name.get(_together(row.name), ())) if who is None and row.name else ()
    if who is None and decided == LEAVE:
        return replace(row, outcome=Outcome.LEFT, candidates=alike, sentence="Left out, as you decided.")
    if who is None:
        who = next((each for each in alike if str(each.key) == decided), None)
    if who is None and alike:
        if_theirs = tuple(_of(each, row, typed, reader, stands.get(each.key)) for each in alike)
        return replace(row, outcome=Outcome.PERHAPS, candidates=alike, if_theirs=if_theirs)
    if who is None:
        whom = f"the address {row.email}" if row.email else f"the name {row.name}" if row.name else "neither name nor address"
        return replace(
            row,
            outcome=Outcome.REFUSED,
            sentence=f"Row {row.number}: we know nobody here with {whom}. Bring them in under People first."
            if row.email or row.name
            else f"Row {row.number}: it has {whom}.",
        )
    return replace(_of(who, row, typed, reader, stands.get(who.key)), candidates=alike)


def _of(who: Whose, row: Row, typed: Typed, reader: Reader, there: Stands | None) -> Row:
    """Say what a row would do that is somebody's, given what stands of theirs."""
    row = replace(row, person=who.key, name=who.name)
    if there is not None and there.is_taken_back:
        return replace(row, outcome=Outcome.LEFT, sentence="They took their answer back; that stands.")
    row = reader.answered(row, typed, there.values if there is not None else {})
    if there is None or row.outcome is Outcome.REFUSED:
        return row
    is_same = there.values == row.values
    if is_same and (there.is_imported or not row.untaken):
        return replace(row, outcome=Outcome.SAME, sentence="Says what is in already.")
    if not there.is_imported:
        sentence = "They have answered here themselves; that stands."
        return replace(row, outcome=Outcome.LEFT, sentence=sentence, untaken=(), changes=())
    return replace(row, outcome=Outcome.CHANGED)
