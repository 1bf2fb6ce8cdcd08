"""Answers collected elsewhere: which column is which question, what each row says, whose it is, and what it would do.

A column is proposed by how alike its head is; a person may say otherwise, and what they say wins. No row is read before it is
said which columns are questions, and which one says whose a row is. That its address alone tells; where only the name is alike,
a person decides. Nothing is guessed: what a cell says and the form does not know, or knows more than one thing by, refuses its
row.
Sources: issue 4, "Import of answers collected elsewhere"; Microsoft Forms' export to Excel; style, "Import".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import SequenceMatcher
from enum import StrEnum
from hashlib import blake2b
from typing import ClassVar

from hub.core.errors import Refusal
from hub.core.forms.answers import Typed, Value, Values, is_shown, said, value_of
from hub.core.forms.cells import Meant
from hub.core.forms.cells import meant as means
from hub.core.forms.compare import say_condition
from hub.core.forms.model import Content, Kind, Question
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

    `values` are the whole answer as it would stand. `untaken` says what a cell says and no answer takes, and why; `changes`
    what becomes of an answer that stands; `if_theirs` what the row would do for each of the candidates. `known_by` is
    the number it has in its sheet, and its moment as it stands there.
    """

    number: int
    outcome: Outcome
    known_by: tuple[str, str] = ("", "")
    name: str = ""
    email: str = ""
    person: int | None = None
    values: Values = field(default_factory=dict)
    sent: datetime | None = None
    sentence: str = ""
    candidates: tuple[Whose, ...] = ()
    if_theirs: tuple[Row, ...] = ()
    untaken: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    mark: str = ""

    @property
    def is_alike(self) -> bool:
        """Whether neither a number nor a moment tells it from another row that says the same."""
        return not any(self.known_by)


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
    heads_of = {
        place: (heads[place].strip(), plain(re.sub(r"(?<=[?.\w])2$", "", heads[place].strip()))) for place in open_places
    }
    asked = {target: (words.strip(), plain(words)) for target, words in offered.items() if target not in ABOUT_THE_ROW}
    for likeness in (_same, _likeness):  # what is called the same first: comparing letter by letter takes its time
        there = set(taken.values())
        pairs = sorted(
            (-likeness(head, words), place, target)
            for place, head in heads_of.items()
            for target, words in asked.items()
            if place not in taken and target not in there
        )
        for unlike, place, target in pairs:
            if -unlike >= ALIKE and place not in taken and target not in there:
                taken[place] = target
                there.add(target)
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


_Called = tuple[str, str]  # words as they stand, and plain; of a head without the 2 of Microsoft Forms for what is asked twice


def _same(head: _Called, words: _Called) -> float:
    """Say how much a head is called like a question, from 0.99 to 1, and 0 where they differ by more than small things."""
    if head[1] == words[1]:
        return 1.0 if head[0] == words[0] else 0.999
    row = re.search(r"\[([^\]]+)\]$", words[0])
    return 0.99 if row and head[1] == plain(row[1]) else 0.0


def _likeness(head: _Called, words: _Called) -> float:
    """Say how alike a head and a question are, letter by letter, from 0 to 1; 0 where that is less than ALIKE."""
    letters = SequenceMatcher(None, head[1], words[1], autojunk=False)
    if letters.real_quick_ratio() < ALIKE or letters.quick_ratio() < ALIKE:  # neither is ever less than the ratio
        return 0.0
    return letters.ratio()


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
    reader = _Reader(content, found)
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
    reader: _Reader,
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


def _of(who: Whose, row: Row, typed: Typed, reader: _Reader, there: Stands | None) -> Row:
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


class _Reader:
    """Reads the rows of one sheet. What a cell means is looked up once for all rows that say the same."""

    def __init__(self, content: Content, found: Sequence[Column]) -> None:
        self._content = content
        self._columns = found
        self._asked = {question.key: question for question in content.asked}
        self._means: dict[tuple[str, str], Meant] = {}

    def read(self, number: int, cells: Sequence[str]) -> tuple[Row, Typed]:
        """Read whose a row is, when it came, and what would be typed; refused with the first cell that can't be."""
        given = {
            column.target: cells[column.place].strip()
            for column in self._columns
            if column.target and column.place < len(cells)
        }
        email = "" if given.get(EMAIL, "").lower() in _NOBODY else address(given[EMAIL])
        row = Row(number=number, outcome=Outcome.NEW, name=given.get(NAME, "")[:120], email=email[:254])
        typed: dict[str, Sequence[str]] = {}
        for target, text in given.items():
            key, _, part = target.partition(".")
            question = self._asked.get(key)
            if question is None or not text:
                continue
            meant = self._means.get((target, text))
            if meant is None:
                meant = self._means[target, text] = means(question, part, text)
            if isinstance(meant, str):
                return replace(row, outcome=Outcome.REFUSED, sentence=f"Row {number}, {question.label}: {meant}"), typed
            typed |= meant
        if not typed:
            return replace(row, outcome=Outcome.REFUSED, sentence=f"Row {number}: it answers nothing."), typed
        try:
            sent = _moment(given.get(SENT, ""))
        except ValueError:
            sentence = f"Row {number}: “{given[SENT][:40]}” is no moment we can read. Write it like 2024-10-16 15:00."
            return replace(row, outcome=Outcome.REFUSED, sentence=sentence), typed
        known_by = given.get(ID, ""), given.get(SENT, "")
        return replace(row, sent=sent, known_by=known_by), typed

    def answered(self, row: Row, typed: Typed, there: Values) -> Row:
        """Read what a row says into an answer: over what stands `there`, which every empty cell and missing column leaves.

        Questions come in order, so that each condition finds what it speaks of. What is hidden by its condition is not taken,
        nor left standing, and the row says so.
        """
        if row.outcome is Outcome.REFUSED:
            return row
        keys = {name.partition(".")[0] for name in typed}
        values: dict[str, Value] = {}
        untaken: list[str] = []
        changes: list[str] = []
        for key, question in self._asked.items():
            before = there.get(key)
            if key not in keys and before is None:
                continue
            value, faults = value_of(question, typed) if key in keys else (None, [])
            if not is_shown(question, self._content, values):
                why = self._why_hidden(question, values)
                if key in keys:
                    what = _quoted(question, value) or "What it says"
                    untaken.append(f"Row {row.number}, {question.label}: {what} is not taken, because {why}.")
                if before is not None:
                    changes.append(f"{question.label}: {_quoted(question, before) or 'what stands'} goes, because {why}.")
                continue
            if faults:
                sentence = f"Row {row.number}, {question.label}: {faults[0][1]}"
                return replace(row, outcome=Outcome.REFUSED, sentence=sentence)
            value = _over(question, before, value)
            if value is None:
                continue
            values[key] = value
            if value != before and there:
                changes.append(f"{question.label}: {_becomes(question, before, value)}.")
        values |= {key: value for key, value in there.items() if key not in self._asked}  # of questions that are asked no more
        if not values:
            sentence = (
                f"Row {row.number}: it answers nothing that is asked." if untaken else f"Row {row.number}: it answers nothing."
            )
            return replace(row, outcome=Outcome.REFUSED, sentence=sentence, untaken=tuple(untaken))
        return replace(row, values=values, untaken=tuple(untaken), changes=tuple(changes))

    def _why_hidden(self, question: Question, values: Values) -> str:
        """Say why a question is not asked of who answers like this."""
        condition = question.only_if
        about = self._asked.get(condition.question) if condition else None
        if condition is None or about is None:
            return "its condition speaks of a question that is gone"
        why = f"it is asked only if {say_condition(condition, self._content)}"
        if about.key in values:
            return f"{why}, and the answer there is {_quoted(about, values[about.key]) or 'another'}"
        if any(column.target.partition(".")[0] == about.key for column in self._columns):
            return f"{why}, and nothing is answered there"
        return f"{why}, and no column is taken for that"


def _quoted(question: Question, value: Value) -> str:
    """Give the words of a value in quotation marks, cut where they are long; "" where there are none, or they are sensitive."""
    words = "" if question.is_sensitive else " ".join(said(question, value).split())
    return f"“{_cut(words)}”" if words else ""


def _becomes(question: Question, before: Value, value: Value) -> str:
    """Say what a value becomes; of two long texts that begin alike, from a little before they part."""
    if before is None:
        return f"{_quoted(question, value) or 'something'} is added"
    if question.is_sensitive:
        return "it changes"
    was, now = (" ".join(said(question, each).split()) for each in (before, value))
    alike = next((at for at, (one, other) in enumerate(zip(was, now, strict=False)) if one != other), min(len(was), len(now)))
    start = was.rfind(" ", 0, alike - 15) + 1 if alike > 40 else 0
    dots = "…" if start else ""
    return f"“{dots}{_cut(was[start:])}” becomes “{dots}{_cut(now[start:])}”"


def _cut(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:59].rstrip()}…"


def _over(question: Question, before: Value, value: Value) -> Value:
    """Lay what a row says over what stands: a matrix row by row, everything else as a whole."""
    if value is None or before is None or question.kind is not Kind.MATRIX:
        return before if value is None else value
    joined = {**before, **value}
    order = [row.key for row in question.rows if row.key in joined]
    return {key: joined[key] for key in (*order, *joined)}


def _moment(text: str) -> datetime | None:
    """Read a moment as sheets give it, without a zone. Raises ValueError."""
    if not text:
        return None
    found = datetime.fromisoformat(text) if ":" in text else datetime.combine(date.fromisoformat(text), datetime.min.time())
    return found.replace(tzinfo=None)
