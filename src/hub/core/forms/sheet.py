"""Answers collected elsewhere: which column is which question, what each row says, whose it is, and what it would do.

A column is proposed by how alike its head is; a person may say otherwise, and what they say wins. No row is read before it is
said which columns are questions, and which one says whose a row is. That its address alone tells; where only the name is alike,
a person decides. Nothing is guessed: what a cell says and the form does not know, or knows more than one thing by, refuses its
row.
Sources: issue 4, "Import of answers collected elsewhere"; Microsoft Forms' export to Excel; style, "Import".
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import SequenceMatcher
from enum import StrEnum
from hashlib import blake2b
from typing import ClassVar

from hub.core.errors import Refusal
from hub.core.forms.answers import Values, read, said
from hub.core.forms.model import OTHER, Content, Kind, Option, Question
from hub.core.names import address, folded, plain

EMAIL, NAME, SENT, ID, IGNORED = "email", "name", "sent", "id", ""
ABOUT_THE_ROW = frozenset([EMAIL, NAME, SENT, ID])  # what a column may be taken for besides a question
LEAVE = "leave"
ALIKE = 0.72  # how alike a head and a question must be, of 1, to be proposed
SAMPLES = 3  # different cells that show what is in a column
# What Microsoft Forms and others write beside the questions; the rest of these is left.
_KNOWN = {
    "id": ID,
    "email": EMAIL,
    "e mail": EMAIL,
    "email address": EMAIL,
    "e mail address": EMAIL,
    "name": NAME,
    "completion time": SENT,
    "sent": SENT,
    "timestamp": SENT,
    "start time": IGNORED,
    "last modified time": IGNORED,
    "total points": IGNORED,
    "quiz feedback": IGNORED,
    "version": IGNORED,
    "language": IGNORED,
}
# What people call whose a row is and when it came, where nothing else in the sheet says it and the form asks no such question.
_CALLED = {
    "mail": EMAIL,
    "your email": EMAIL,
    "your e mail": EMAIL,
    "your email address": EMAIL,
    "your e mail address": EMAIL,
    "full name": NAME,
    "your name": NAME,
    "your full name": NAME,
    "date": SENT,
    "submitted": SENT,
    "submitted at": SENT,
}
_QUIZ = re.compile(r"^\s*(points|feedback)\s*[-–]", re.IGNORECASE)
_NOBODY = ("", "anonymous")


class NoColumns(Refusal):
    """The sheet has no heads, or what its columns are taken for is not enough to bring anything in."""

    code: ClassVar[str] = "no-columns"


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    PERHAPS = "perhaps"
    LEFT = "left"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the sheet: its place, its head, and what it is taken for (a target; "" is left).

    `samples` are some of its cells; `clash` says that another column is taken for the same.
    """

    place: int
    head: str
    target: str
    samples: tuple[str, ...] = ()
    clash: str = ""


@dataclass(frozen=True, slots=True)
class Whose:
    """Somebody a row may be of."""

    key: int
    name: str
    addresses: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stands:
    """What somebody has answered already: the values, and whether they came from a file; or that they took it back."""

    values: Values
    is_imported: bool
    is_taken_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What becomes of one row. `person` is whose it is, `candidates` who it may be, `mark` what knows it again.

    `id` is the number it has in its sheet. `is_alike` says that neither a number nor a moment tells it from another row that
    says the same.
    """

    number: int
    outcome: Outcome
    id: str = ""
    name: str = ""
    email: str = ""
    person: int | None = None
    values: Values = None  # type: ignore[assignment]
    sent: datetime | None = None
    sentence: str = ""
    candidates: tuple[Whose, ...] = ()
    mark: str = ""
    is_alike: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a whole sheet would do, row by row; where `wanting` says what must be chosen first, no row is read yet.

    `marks` is what an anonymous form keeps of the sheet besides, to know its rows again: see `propose`.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    wanting: str = ""
    marks: tuple[str, ...] = ()

    def of(self, outcome: Outcome) -> tuple[Row, ...]:
        """Give the rows of one outcome."""
        return tuple(row for row in self.rows if row.outcome is outcome)

    @property
    def fingerprint(self) -> str:
        """A mark of all that would be done, to know that what is confirmed is what was shown."""
        return blake2b(repr((self.columns, self.rows)).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def targets(content: Content, *, is_anonymous: bool) -> tuple[tuple[str, str], ...]:
    """Give what a column may be taken for, as (target, words): whose, when, and every question, a matrix row by row."""
    found = [(SENT, "When it was sent"), (ID, "A number that knows the row again")]
    if not is_anonymous:
        found = [(EMAIL, "E-mail"), (NAME, "Name"), *found]
    for question in content.asked:
        if question.kind is Kind.MATRIX:
            found += [(f"{question.key}.{row.key}", f"{question.label} [{row.label}]") for row in question.rows]
        elif question.kind not in (Kind.FILE, Kind.CONSENT):
            found.append((question.key, question.label))
    return tuple(found)


def columns(
    heads: Sequence[str], content: Content, *, is_anonymous: bool, chosen: Mapping[int, str] | None = None
) -> tuple[Column, ...]:
    """Say what each column is: as `chosen` by a person, else as it is called. No target is proposed twice.

    What Microsoft Forms writes itself is known; every other head goes to the question it is most alike, the most alike first.
    What is chosen stands, even for two columns; each then says which other one is taken for the same.
    """
    offered = dict(targets(content, is_anonymous=is_anonymous))
    taken = {
        place: target if target in offered else IGNORED for place, target in (chosen or {}).items() if 0 <= place < len(heads)
    }
    open_places = []
    for place, head in enumerate(heads):
        if place in taken:
            continue
        known = _KNOWN.get(plain(head)) if not _QUIZ.match(head) else IGNORED
        if known is not None:
            taken[place] = known if known in offered and known not in taken.values() else IGNORED
        elif head.strip():
            open_places.append(place)
    pairs = sorted(
        (
            (-_likeness(heads[place], words), place, target)
            for place in open_places
            for target, words in offered.items()
            if target not in ABOUT_THE_ROW
        ),
    )
    for likeness, place, target in pairs:
        if -likeness >= ALIKE and place not in taken and target not in taken.values():
            taken[place] = target
    for place in open_places:
        called = _CALLED.get(plain(heads[place]), IGNORED)
        if place not in taken and called in offered and called not in taken.values():
            taken[place] = called
    found = [Column(place, " ".join(head.split()), taken.get(place, IGNORED)) for place, head in enumerate(heads)]
    return tuple(replace(column, clash=_clash(column, found)) for column in found)


def _clash(column: Column, found: Sequence[Column]) -> str:
    """Say which other column is taken for the same; "" where none is."""
    other = next((each for each in found if each.target == column.target and each.place != column.place), None)
    if column.target == IGNORED or other is None:
        return ""
    called = f"“{other.head}”" if other.head else f"Column {other.place + 1}"
    return f"{called} is taken for this too. Leave one of the two out."


def _samples(rows: Sequence[Sequence[str]], place: int) -> tuple[str, ...]:
    """Give the first different cells of a column that say anything."""
    found: dict[str, None] = {}
    for cells in rows:
        if place < len(cells) and cells[place].strip():
            found.setdefault(cells[place].strip())
        if len(found) == SAMPLES:
            break
    return tuple(found)


def _wanting(found: Sequence[Column], *, is_anonymous: bool) -> str:
    """Say what must be chosen before a row can be read; "" where nothing is missing."""
    if any(column.clash for column in found):
        return "Two columns are taken for the same."
    if not any(column.target not in {*ABOUT_THE_ROW, IGNORED} for column in found):
        return "No column is taken for a question of this form yet. Choose at least one."
    if not is_anonymous and not any(column.target in (EMAIL, NAME) for column in found):
        return "No column says whose a row is. Choose the one with the e-mail addresses, or the one with the names."
    return ""


def _likeness(head: str, words: str) -> float:
    """Say how alike a head and a question are, from 0 to 1. Microsoft Forms puts a 2 behind a question asked twice."""
    one, other = plain(re.sub(r"(?<=[?.\w])2$", "", head.strip())), plain(words)
    if one == other:
        return 1.0 if head.strip() == words.strip() else 0.999
    row = re.search(r"\[([^\]]+)\]\s*$", words)
    if row and one == plain(row[1]):
        return 0.99
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


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
        replace(column, samples=_samples(rows[start + 1 :], column.place))
        for column in columns(heads, content, is_anonymous=is_anonymous, chosen=chosen)
    )
    if wanting := _wanting(found, is_anonymous=is_anonymous):
        return Proposal(columns=found, rows=(), wanting=wanting)
    by_address = {each_address: each for each in people for each_address in each.addresses}
    by_name: dict[str, list[Whose]] = {}
    for each in people:
        by_name.setdefault(_together(each.name), []).append(each)
    read_rows = [
        _read(first + at, cells, found, content, is_anonymous=is_anonymous)
        for at, cells in enumerate(rows[start + 1 :], start + 1)
        if any(cell.strip() for cell in cells)
    ]
    if is_anonymous:
        done, kept = _nobodys(read_rows, marks)
        return Proposal(columns=found, rows=done, marks=kept)
    done_rows: list[Row] = []
    seen: dict[int, int] = {}
    for row in read_rows:
        if row.outcome is Outcome.NEW:
            row = _with_person(row, by_address, by_name, stands, (decisions or {}).get(row.number, ""))
        if (key := row.person) is not None and row.outcome in (Outcome.NEW, Outcome.CHANGED, Outcome.SAME):
            if key in seen and row.outcome is not Outcome.SAME:
                row = _twice(row, seen[key])
            seen.setdefault(key, row.number)
        done_rows.append(row)
    return Proposal(columns=found, rows=tuple(done_rows))


def _twice(row: Row, first: int) -> Row:
    sentence = f"Row {row.number}: the same as in row {first}; that one counts."
    return replace(row, outcome=Outcome.REFUSED, sentence=sentence)


def _nobodys(rows: Iterable[Row], marks: Sequence[str]) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """Say which anonymous rows are in already, and what is to be kept to know the others again: see `propose`."""
    numbered: dict[str, int] = {}
    once: list[Row] = []
    for row in rows:
        if row.outcome is Outcome.NEW and row.id:
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
        return replace(row, outcome=Outcome.PERHAPS, candidates=alike)
    if who is None:
        whom = f"the address {row.email}" if row.email else f"the name {row.name}" if row.name else "neither name nor address"
        return replace(
            row,
            outcome=Outcome.REFUSED,
            sentence=f"Row {row.number}: we know nobody here with {whom}. Bring them in under People first."
            if row.email or row.name
            else f"Row {row.number}: it has {whom}.",
        )
    row = replace(row, person=who.key, name=who.name, candidates=alike)
    there = stands.get(who.key)
    if there is None:
        return row
    if there.is_taken_back:
        return replace(row, outcome=Outcome.LEFT, sentence="They took their answer back; that stands.")
    if there.values == row.values:
        return replace(row, outcome=Outcome.SAME, sentence="Says what is in already.")
    if not there.is_imported:
        return replace(row, outcome=Outcome.LEFT, sentence="They have answered here themselves; that stands.")
    return replace(row, outcome=Outcome.CHANGED)


def _read(number: int, cells: Sequence[str], found: Sequence[Column], content: Content, *, is_anonymous: bool) -> Row:
    """Read the cells of a row into values; refused with the first that can't be, its question and what it says."""
    given = {column.target: cells[column.place].strip() for column in found if column.target and column.place < len(cells)}
    email = "" if given.get(EMAIL, "").lower() in _NOBODY else address(given[EMAIL])
    row = Row(number=number, outcome=Outcome.NEW, name=given.get(NAME, "")[:120], email=email[:254], values={})
    typed: dict[str, list[str]] = {}
    for column in found:
        key, _, part = column.target.partition(".")
        question = content.question(key)
        text = given.get(column.target, "")
        if question is None or not text:
            continue
        wrong = _typed(question, part, text, typed)
        if wrong:
            return replace(row, outcome=Outcome.REFUSED, sentence=f"Row {number}, {question.label}: {wrong}")
    reading = read(content, typed, is_complete=False)
    if reading.wrong:
        first = reading.wrong[0]
        about = content.question(first.question)
        return replace(row, outcome=Outcome.REFUSED, sentence=f"Row {number}, {about.label if about else ''}: {first.sentence}")
    if not reading.values:
        return replace(row, outcome=Outcome.REFUSED, sentence=f"Row {number}: it answers nothing.")
    try:
        sent = _moment(given.get(SENT, ""))
    except ValueError:
        return replace(
            row,
            outcome=Outcome.REFUSED,
            sentence=f"Row {number}: “{given[SENT][:40]}” is no moment we can read. Write it like 2024-10-16 15:00.",
        )
    number_of_it = given.get(ID, "")
    mark = repr((number_of_it, given.get(SENT, ""), sorted(reading.values.items()) if is_anonymous else ""))
    digest = blake2b(mark.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    is_alike = not number_of_it and not given.get(SENT)
    return replace(row, values=reading.values, sent=sent, mark=digest, id=number_of_it[:40], is_alike=is_alike)


def _typed(question: Question, part: str, text: str, typed: dict[str, list[str]]) -> str:
    """Put a cell into what would be typed; gives what is wrong with it, "" where nothing is."""
    key = question.key
    match question.kind:
        case Kind.ONE | Kind.SEVERAL:
            pieces = [each.strip() for each in text.split(";") if each.strip()]
            pieces = [text.rstrip(";").strip()] if question.kind is Kind.ONE else pieces
            found = [(each, _called(each, question.options)) for each in pieces]
            if wrong := _in_doubt(found):
                return wrong
            unknown = [piece for piece, options in found if not options]
            typed[key] = [options[0].key for _, options in found if options]
            if unknown and question.has_other:
                typed[key].append(OTHER)
                typed[f"{key}.{OTHER}"] = ["; ".join(re.sub(r"^Other:\s*", "", each) for each in unknown)]
            elif unknown:
                return f"“{unknown[0][:60]}” is not among its choices."
        case Kind.MATRIX:
            columns = _called(text, question.columns)
            if wrong := _in_doubt([(text, columns)]):
                return wrong
            if not columns:
                return f"“{text[:60]}” is not among its columns."
            typed[f"{key}.{part}"] = [columns[0].key]
        case Kind.SCALE:
            number = re.match(r"(\d+)(?:[.,]0+)?(?![.,/]?\d)", text)  # "4 (good)" and "4.0", but neither "4.5" nor "4/10"
            typed[key] = [number[1] if number else text]
        case Kind.DATE:
            typed[key] = [text[:10] if re.match(r"\d{4}-\d\d-\d\d", text) else text]
        case Kind.AVAILABILITY:
            slots = [Option(slot.key, said(question, [slot.key])) for slot in question.slots]
            times = [(each.strip(), _called(each.strip(), slots)) for each in text.split(";") if each.strip()]
            if wrong := _in_doubt(times):
                return wrong
            if missing := [piece for piece, options in times if not options]:
                return f"“{missing[0][:60]}” is not among its times."
            typed[key] = [options[0].key for _, options in times]
        case _:
            typed[key] = [text]
    return ""


def _called(text: str, options: Sequence[Option]) -> list[Option]:
    """Give the options a text may mean: by its very words or key, else but for case and spaces, else but for punctuation.

    A sign that says something is never left out: “C++” is neither “C” nor “C#”, and “< 5” is not “> 5”.
    """
    for alike in (_exact, _loose, _bare):
        if found := [each for each in options if alike(each.label) == alike(text)]:
            return found
        if alike is _exact and (found := [each for each in options if each.key == text]):
            return found
    return []


def _exact(text: str) -> str:
    return text.strip()


def _loose(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _bare(text: str) -> tuple[str, str]:
    """Give words without marks and punctuation, and the signs that say something, in their order."""
    normal = unicodedata.normalize("NFKC", text)
    below_nought = "-" * len(re.findall(r"(?<!\w)[-\u2212\u2013]\s?(?=\d)", normal))
    signs = [each for each in normal if each in "#%&@*/\\" or unicodedata.category(each) in ("Sm", "Sc", "So")]
    return plain(text) or text, below_nought + "".join(signs).replace("\u2212", "")


def _in_doubt(found: Sequence[tuple[str, Sequence[Option]]]) -> str:
    """Say what a cell says that may mean more than one thing; "" where nothing does."""
    for piece, options in found:
        if len(options) > 1:
            either = " or ".join(f"“{each.label[:60]}”" for each in options[:3])
            return f"“{piece[:60]}” may be {either}. Write it as the form does."
    return ""


def _moment(text: str) -> datetime | None:
    """Read a moment as sheets give it, without a zone. Raises ValueError."""
    if not text:
        return None
    found = datetime.fromisoformat(text) if ":" in text else datetime.combine(date.fromisoformat(text), datetime.min.time())
    return found.replace(tzinfo=None)
